/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * transfer_by - an operator has a reservation go to another user
 *
 * Layer: domain.  Uses: base, store, account, reservation, audit_log.
 */
#include "admin/transfer_by.h"

#include "account/account.h"

int
transfer_by(struct ctx *ctx, struct span number, struct span login_id,
    const struct audit_by *by)
{
	struct arena *a = &ctx->arena;
	struct span known = reservation_number_typed(a, number);
	struct db_param params[AUDIT_N_PARAMS];
	struct transfer ask = { .number = known, .by = params };
	struct account to;
	int r;

	if (!audit_reason_ok(by->reason))
		return TRANSFER_BY_E_REASON;
	r = account_find(ctx, login_id, &to);
	if (r != ACCOUNT_OK || to.disabled)
		return r < 0 ? r : TRANSFER_BY_E_USER;
	audit_log_params(a, by, SPAN_LIT("reservation.transfer"),
	    span_str(
		arena_printf(a, "reservation %.*s", (int)known.len, known.p)),
	    params);
	ask.to = to.id;
	return transfer_make(ctx, &ask, &known);
}
