/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * move_by - an operator moves a reservation to other seats
 *
 * As its buyer does (reservation/move.h), but at any time, to any class and
 * with other ticket types; one transaction with the row of the audit log.
 *
 * Layer: domain.  Uses: base, store, reservation, audit_log.
 */
#ifndef ADMIN_MOVE_BY_H
#define ADMIN_MOVE_BY_H

#include "admin/audit_log.h"
#include "reservation/move.h"

/* Beside those of move_outcome. */
enum move_by_outcome {
	MOVE_BY_E_REASON = 100, /* not audit_reason_ok */
};

/*
 * in:      ask  all but user and by; its key may be of any user, the operator's
 *               most of all
 * returns: any move_outcome but CLASS; REASON; < 0 on a fault: asking again
 *          with the same key gives the one answer
 */
int move_by(struct ctx *ctx, const struct move *ask, const struct audit_by *by,
    struct move_result *out) MUST_CHECK;

#endif
