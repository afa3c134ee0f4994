/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_restored - boxofficectl restored --reason TEXT
 *
 * Layer: ctl.  Uses: admin.
 */
#include "ctl/ctl.h"

#include "admin/restored.h"

#include <getopt.h>
#include <inttypes.h>

static const struct option options[] = {
	{ "reason", required_argument, NULL, 'r' },
	{ NULL, 0, NULL, 0 },
};

int
cmd_restored(struct ctl *ctl, int argc, char **argv)
{
	struct audit_by by = { .os_user = ctl_os_user(&ctl->ctx.arena) };
	struct restored done;
	int c, r;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c != 'r')
			return ctl_usage(ctl);
		by.reason = span_str(optarg);
	}
	if (argc != optind || !span_is(by.reason))
		return ctl_usage(ctl);
	r = restored(&ctl->ctx, &by, &done);
	if (r < 0)
		return ctl_fault(r);
	if (r == RESTORED_E_REASON)
		return ctl_refuse(
		    "the reason must be 1 to %d characters on "
		    "one line",
		    AUDIT_REASON_MAX);
	printf("sequences %" PRId64 "\nepoch %" PRId64 "\nsessions %" PRId64
	       "\n",
	    done.n_sequences, done.epoch, done.n_sessions);
	return ctl_flush();
}
