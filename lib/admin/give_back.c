/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * give_back - an operator gives back what a payment bought, or some of it
 *
 * Layer: domain.  Uses: base, store, reservation, audit_log.
 */
#include "admin/give_back.h"

#include "store/read.h"

#include <inttypes.h>

/* One that was to pay for a move, and did not, has bought nothing. */
SQL(give_back_find,
    "SELECT r.user_id, r.number FROM payments AS p"
    " LEFT JOIN payment_reservation(p) AS r ON p.status = 'CAPTURED'"
    " WHERE p.id = $1");

int
give_back(struct ctx *ctx, int64_t payment, const struct cancel *ask,
    const struct audit_by *by, struct cancel_result *out)
{
	struct arena *a = &ctx->arena;
	const struct db_param id = db_i64(a, payment);
	struct db_param params[AUDIT_N_PARAMS];
	struct cancel of = *ask;
	struct db_rows rows;
	int r;

	if (!audit_reason_ok(by->reason))
		return GIVE_BACK_E_REASON;
	r = db_read_primary(ctx, &sql_give_back_find, 1, &id, &rows);
	if (r != 0)
		return r;
	if (rows.n_rows == 0)
		return CANCEL_E_NONE;
	if (db_is_null(&rows, 0, 1))
		return GIVE_BACK_E_NOTHING;
	audit_log_params(a, by, SPAN_LIT("payment.refund"),
	    span_str(arena_printf(a, "payment %" PRId64, payment)), params);
	of.user = db_get_i64(&rows, 0, 0);
	of.number = db_cell(&rows, 0, 1);
	of.by = params;
	return cancel_make(ctx, &of, out);
}
