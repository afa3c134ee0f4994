/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * give_back - an operator gives back what a payment bought, or some of it
 *
 * The seats are for sale again and the money goes back, as when their buyer
 * gives them back (reservation/cancel.h), but whatever the hour, and whole,
 * whatever the policy says; one transaction with the row of the audit log.
 *
 * Layer: domain.  Uses: base, store, reservation, audit_log.
 */
#ifndef ADMIN_GIVE_BACK_H
#define ADMIN_GIVE_BACK_H

#include "admin/audit_log.h"
#include "reservation/cancel.h"

/* Beside those of cancel_outcome. */
enum give_back_outcome {
	GIVE_BACK_E_NOTHING = 100, /* it bought nothing */
	GIVE_BACK_E_REASON,        /* not audit_reason_ok */
};

/*
 * in:      ask  all but user and number, which are the payment's; its key may
 *               be of any user, the operator's most of all
 * returns: any cancel_outcome but LATE, NONE being no such payment; any
 *          give_back_outcome; < 0 on a fault: asking again with the same key
 *          gives the one answer
 */
int give_back(struct ctx *ctx, int64_t payment, const struct cancel *ask,
    const struct audit_by *by, struct cancel_result *out) MUST_CHECK;

#endif
