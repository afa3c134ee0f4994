/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * move_by - an operator moves a reservation to other seats
 *
 * Layer: domain.  Uses: base, store, reservation, audit_log.
 */
#include "admin/move_by.h"

int
move_by(struct ctx *ctx, const struct move *ask, const struct audit_by *by,
    struct move_result *out)
{
	struct arena *a = &ctx->arena;
	struct span number = reservation_number_typed(a, ask->number);
	struct db_param params[AUDIT_N_PARAMS];
	struct move of = *ask;

	if (!audit_reason_ok(by->reason))
		return MOVE_BY_E_REASON;
	audit_log_params(a, by, SPAN_LIT("reservation.move"),
	    span_str(
		arena_printf(a, "reservation %.*s", (int)number.len, number.p)),
	    params);
	of.user = 0;
	of.by = params;
	return move_make(ctx, &of, out);
}
