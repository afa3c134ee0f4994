/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * transfer_by - an operator has a reservation go to another user
 *
 * As its owner and the other do together (reservation/transfer.h), but whatever
 * the performance allows; one transaction with the row of the audit log.
 *
 * Layer: domain.  Uses: base, store, account, reservation, audit_log.
 */
#ifndef ADMIN_TRANSFER_BY_H
#define ADMIN_TRANSFER_BY_H

#include "admin/audit_log.h"
#include "reservation/transfer.h"

/* Beside those of transfer_outcome. */
enum transfer_by_outcome {
	TRANSFER_BY_E_REASON = 200, /* not audit_reason_ok */
	TRANSFER_BY_E_USER,         /* nobody has that login id, or he is
	                             * disabled */
};

/*
 * in:      number, login_id  as typed
 * returns: any transfer_outcome, REASON, USER; < 0 on a fault, when it may be
 *          his: asking again says OWN then
 */
int transfer_by(struct ctx *ctx, struct span number, struct span login_id,
    const struct audit_by *by) MUST_CHECK;

#endif
