/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_call_off - boxofficectl call-off PERFORMANCE --reason TEXT
 *
 * Layer: ctl.  Uses: admin.
 */
#include "ctl/ctl.h"

#include "admin/call_off.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>

static const struct option options[] = {
	{ "reason", required_argument, NULL, 'r' },
	{ NULL, 0, NULL, 0 },
};

int
cmd_call_off(struct ctl *ctl, int argc, char **argv)
{
	struct audit_by by = { .os_user = ctl_os_user(&ctl->ctx.arena) };
	struct call_off_result result;
	int64_t performance;
	int c, r;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c != 'r')
			return ctl_usage(ctl);
		by.reason = span_str(optarg);
	}
	if (argc - optind != 1 || !span_is(by.reason)
	    || !span_to_i64(span_str(argv[optind]), &performance)
	    || performance < 1)
		return ctl_usage(ctl);
	r = call_off(&ctl->ctx, performance, &by, &result);
	if (r < 0)
		return ctl_fault(r);
	if (r == CALL_OFF_E_NONE)
		return ctl_refuse("no performance has the id %" PRId64,
		    performance);
	if (r == CALL_OFF_E_REASON)
		return ctl_refuse(
		    "the reason must be 1 to %d characters on one line",
		    AUDIT_REASON_MAX);
	printf("called off %s\nleft %" PRId64 "\n",
	    result.changed ? "now" : "already", result.n_left);
	return ctl_flush();
}
