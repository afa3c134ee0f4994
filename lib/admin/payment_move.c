/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * payment_move - what an operator does about a payment that has no end yet
 *
 * Layer: domain.  Uses: base, store, payment, audit_log.
 */
#include "admin/payment_move.h"

#include "base/fault.h"
#include "base/log.h"

#include <errno.h>
#include <inttypes.h>

SQL(operator_payment,
    "SELECT operator_payment($1, $2, $3, $4, $5, $6, $7, $8, $9)");

#define N_OWN 3

static const char *const moves[] = { "look", "cancel", "release" };

static bool
is_move(struct span move)
{
	for (size_t i = 0; i < ARRAY_LEN(moves); i++)
		if (span_eq_str(move, moves[i]))
			return true;
	return false;
}

static int
outcome_of(struct span word)
{
	static const struct db_word words[] = {
		{ "ended", PAYMENT_MOVE_OK },
		{ "goes", PAYMENT_MOVE_GOES },
		{ "none", PAYMENT_MOVE_E_NONE },
		{ "over", PAYMENT_MOVE_E_OVER },
	};

	int r = db_said(word, words, ARRAY_LEN(words), -EBADMSG);

	if (r == -EBADMSG)
		LOG(ERROR, "payment-move-answer", LSPAN("answer", word));
	return r;
}

int
payment_move(struct ctx *ctx, int64_t id, struct span move,
    const struct audit_by *by)
{
	struct arena *a = &ctx->arena;
	struct db_param params[N_OWN + AUDIT_N_PARAMS] = { db_i64(a, id),
		db_text(a, move), db_now(&ctx->arena) };
	struct db_rows rows;
	int r;

	if (!is_move(move))
		return PAYMENT_MOVE_E_MOVE;
	if (!audit_reason_ok(by->reason))
		return PAYMENT_MOVE_E_REASON;
	audit_log_params(a, by,
	    span_str(arena_printf(a, "payment.%.*s", (int)move.len, move.p)),
	    span_str(arena_printf(a, "payment %" PRId64, id)), params + N_OWN);
	FAULT_POINT("operator.before_move");
	r = db_sure(db_run(ctx->primary, a, &sql_operator_payment,
	    ARRAY_LEN(params), params, &rows));
	FAULT_POINT("operator.after_move");
	return r != 0 ? r : outcome_of(db_cell(&rows, 0, 0));
}
