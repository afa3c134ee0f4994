/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_capacity - boxofficectl capacity PERFORMANCE SECTION PLACES --reason TEXT
 *
 * Layer: ctl.  Uses: admin.
 */
#include "ctl/ctl.h"

#include "admin/capacity.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>

static int
refuse(int r, const struct capacity_ask *ask,
    const struct capacity_result *result)
{
	if (r == CAPACITY_E_NONE)
		return ctl_refuse("performance %" PRId64
				  " has no counter "
				  "section %" PRId64,
		    ask->performance, ask->section_no);
	if (r == CAPACITY_E_REASON)
		return ctl_refuse(
		    "the reason must be 1 to %d characters on "
		    "one line",
		    AUDIT_REASON_MAX);
	return ctl_refuse("%" PRId64 " places are sold or promised",
	    result->least);
}

static int
set(struct ctl *ctl, const struct capacity_ask *ask)
{
	struct capacity_result result;
	int r = capacity_set(&ctl->ctx, ask, &result);

	if (r < 0)
		return ctl_fault(r);
	if (r != CAPACITY_OK)
		return refuse(r, ask, &result);
	printf("capacity %" PRId64 " was %" PRId64 "\n", ask->capacity,
	    result.was);
	return ctl_flush();
}

static const struct option options[] = {
	{ "reason", required_argument, NULL, 'r' },
	{ NULL, 0, NULL, 0 },
};

int
cmd_capacity(struct ctl *ctl, int argc, char **argv)
{
	struct capacity_ask ask = {
		.by = { .os_user = ctl_os_user(&ctl->ctx.arena) }
	};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c != 'r')
			return ctl_usage(ctl);
		ask.by.reason = span_str(optarg);
	}
	if (argc - optind != 3 || !span_is(ask.by.reason)
	    || !span_to_i64(span_str(argv[optind]), &ask.performance)
	    || !span_to_i64(span_str(argv[optind + 1]), &ask.section_no)
	    || !span_to_i64(span_str(argv[optind + 2]), &ask.capacity)
	    || ask.performance < 1 || ask.section_no < 1
	    || ask.section_no > INT16_MAX || ask.capacity < 0
	    || ask.capacity > CAPACITY_MAX)
		return ctl_usage(ctl);
	return set(ctl, &ask);
}
