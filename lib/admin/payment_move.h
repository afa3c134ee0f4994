/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * payment_move - what an operator does about a payment that has no end yet
 *
 *	look     whoever works on it, or on its refunds, looks at once
 *	cancel   it is given up, as by its buyer
 *	release  its seats are free at once, and nobody waits for its provider
 *	         any more: for outages that last. What he takes later goes back
 *
 * Each is one transaction with its row of the audit log; boxoffice-worker makes
 * the calls, and tells Redis.
 *
 * Layer: domain.  Uses: base, store, audit_log.
 */
#ifndef ADMIN_PAYMENT_MOVE_H
#define ADMIN_PAYMENT_MOVE_H

#include "admin/audit_log.h"

enum payment_move_outcome {
	PAYMENT_MOVE_OK = 0,   /* it has its end */
	PAYMENT_MOVE_GOES,     /* somebody works on it */
	PAYMENT_MOVE_E_MOVE,   /* there is no such move */
	PAYMENT_MOVE_E_NONE,   /* no such payment */
	PAYMENT_MOVE_E_OVER,   /* it had its end before, or nobody outside is
	                        * asked about it */
	PAYMENT_MOVE_E_REASON, /* not audit_reason_ok */
};

/* returns: any payment_move_outcome; < 0 on a fault, when it may have been
 *          done: asking again is safe */
int payment_move(struct ctx *ctx, int64_t id, struct span move,
    const struct audit_by *by) MUST_CHECK;

#endif
