/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_section - boxofficectl section PERFORMANCE SECTION open|closed
 *	--reason TEXT
 *
 * Layer: ctl.  Uses: admin.
 */
#include "ctl/ctl.h"

#include "admin/section.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>

static int
refuse(int r, const struct section_ask *ask)
{
	switch (r) {
	case SECTION_E_NONE:
		return ctl_refuse("no performance has the id %" PRId64,
		    ask->performance);
	case SECTION_E_SECTION:
		return ctl_refuse("its hall has no section %s", ask->section.p);
	default:
		return ctl_refuse(
		    "the reason must be 1 to %d characters on "
		    "one line",
		    AUDIT_REASON_MAX);
	}
}

static const struct option options[] = {
	{ "reason", required_argument, NULL, 'r' },
	{ NULL, 0, NULL, 0 },
};

int
cmd_section(struct ctl *ctl, int argc, char **argv)
{
	struct section_ask ask = {
		.by = { .os_user = ctl_os_user(&ctl->ctx.arena) }
	};
	struct span status;
	bool changed;
	int c, r;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c != 'r')
			return ctl_usage(ctl);
		ask.by.reason = span_str(optarg);
	}
	if (argc - optind != 3 || !span_is(ask.by.reason)
	    || !span_to_i64(span_str(argv[optind]), &ask.performance)
	    || ask.performance < 1)
		return ctl_usage(ctl);
	ask.section = span_str(argv[optind + 1]);
	status = span_str(argv[optind + 2]);
	ask.open = span_eq_str(status, "open");
	if (!ask.open && !span_eq_str(status, "closed"))
		return ctl_usage(ctl);
	r = section_open(&ctl->ctx, &ask, &changed);
	if (r < 0)
		return ctl_fault(r);
	if (r != SECTION_OK)
		return refuse(r, &ask);
	printf("%s %s\n", ask.open ? "open" : "closed",
	    changed ? "now" : "already");
	return ctl_flush();
}
