/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_transfer - boxofficectl reservation transfer NUMBER LOGIN --reason TEXT
 *
 * Layer: ctl.  Uses: admin.
 */
#include "ctl/ctl.h"

#include "admin/transfer_by.h"

#include <getopt.h>

static const struct option options[] = {
	{ "reason", required_argument, NULL, 'r' },
	{ NULL, 0, NULL, 0 },
};

static int
answer(int r)
{
	switch (r) {
	case OFFER_OK:
		return CTL_OK;
	case OFFER_E_NONE:
		return ctl_refuse("there is no such reservation");
	case OFFER_E_OWN:
		return ctl_refuse("it is his already");
	case OFFER_E_CLOSED:
		return ctl_refuse(
		    "nothing of it is left, it was sold at a "
		    "counter, or its performance has begun or is "
		    "not shown");
	case OFFER_E_OFTEN:
		return ctl_refuse("it was moved or passed on too often");
	case OFFER_E_BUSY:
		return ctl_refuse(
		    "money of it is on its way: wait until "
		    "that is done");
	case TRANSFER_E_LIMIT:
		return ctl_refuse(
		    "with it he would have more seats than one "
		    "buyer may");
	case TRANSFER_BY_E_USER:
		return ctl_refuse(
		    "nobody has that login id, or he is disabled");
	case TRANSFER_BY_E_REASON:
		return ctl_refuse(
		    "the reason must be 1 to %d characters on one line",
		    AUDIT_REASON_MAX);
	}
	return ctl_fault(r);
}

int
cmd_reservation_transfer(struct ctl *ctl, int argc, char **argv)
{
	struct audit_by by = { .os_user = ctl_os_user(&ctl->ctx.arena) };
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c != 'r')
			return ctl_usage(ctl);
		by.reason = span_str(optarg);
	}
	if (argc - optind != 2 || !span_is(by.reason))
		return ctl_usage(ctl);
	return answer(transfer_by(&ctl->ctx, span_str(argv[optind]),
	    span_str(argv[optind + 1]), &by));
}
