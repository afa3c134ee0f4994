/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * payment_intent - the transaction every payment begins with
 *
 * Layer: domain.  Uses: base, store, hold, idem.
 */
#include "payment/payment_intent.h"

#include "base/log.h"
#include "hold/hold_journal.h"

#include <assert.h>
#include <inttypes.h>

/* The answer before and after the payment's id. */
static struct span
cut_answer(const struct payment_order *order, struct span *tail)
{
	struct span head;

	*tail = order->answer;
	head = span_cut(tail, PAYMENT_ID_MARK);
	assert(span_is(*tail));
	return head;
}

void
payment_params(struct ctx *ctx, const struct payment_order *order,
    enum hold_status becomes, struct db_param params[PAYMENT_PARAMS])
{
	struct journal_row row = hold_journal_row(order->hold);
	struct arena *a = &ctx->arena;
	struct span tail, head = cut_answer(order, &tail);

	row.is.status = (char)becomes;
	idem_params(ctx, order->idem, params);
	memcpy(params + IDEM_PARAMS,
	    (struct db_param[]){ db_str(order->method->name), db_bytes(a, head),
		db_bytes(a, tail), db_i64(a, hold_token_mark(&row.is.token)),
		journal_row_param(a, &row), db_text(a, order->number),
		db_time(a, order->at_ms) },
	    (PAYMENT_PARAMS - IDEM_PARAMS) * sizeof(params[0]));
}

struct idem_answer
payment_paid(struct ctx *ctx, const struct payment_order *order, int64_t id)
{
	struct span tail, head = cut_answer(order, &tail);

	return (struct idem_answer){ .status = 201,
		.body = span_str(arena_printf(&ctx->arena,
		    "%.*s%" PRId64 "%.*s", (int)head.len, head.p, id,
		    (int)tail.len, tail.p)) };
}

static int
run(struct ctx *ctx, const struct sql *sql, int n,
    const struct db_param *params, struct db_rows *out)
{
	int r = db_run(ctx->primary, &ctx->arena, sql, n, params, out);

	/* Whether it was written is known to the key alone: ask again. */
	if (r == DB_F_UNKNOWN)
		r = db_run(ctx->primary, &ctx->arena, sql, n, params, out);
	return r;
}

/* What the transaction was refused for. */
static int
refused(struct ctx *ctx)
{
	static const struct {
		const char *constraint;
		int outcome;
	} rows[] = {
		{ "pay_funds", PAYMENT_E_FUNDS },
		{ "pay_limit", PAYMENT_E_LIMIT },
		{ "pay_closed", PAYMENT_E_CLOSED },
		{ "pay_seats", PAYMENT_E_TAKEN },
		{ "pay_stock", PAYMENT_E_STOCK },
		{ "pay_attempts", PAYMENT_E_ATTEMPTS },
		{ "till_closed", PAYMENT_E_TILL },
		{ "till_currency", PAYMENT_E_CURRENCY },
		{ "till_quota", PAYMENT_E_QUOTA },
		{ "section_claim_pkey", PAYMENT_E_TAKEN },
		{ "seat_claim_pkey", PAYMENT_E_TAKEN },
		{ "payments_hold_live", PAYMENT_E_TAKEN },
		{ "reservations_hold_key", PAYMENT_E_TAKEN },
	};
	const char *name = db_constraint(ctx->primary);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (span_eq_str(span_str(name), rows[i].constraint))
			return rows[i].outcome;
	LOG(ERROR, "payment-refused", LSTR("constraint", name));
	return DB_F_STATEMENT;
}

static int
outcome_of(struct span word)
{
	static const struct db_word words[] = {
		{ "paid", PAYMENT_OK },
		{ "sent", PAYMENT_E_PENDING },
		{ "epoch", PAYMENT_E_EPOCH },
		{ "replay", PAYMENT_E_REPLAY },
		{ "mismatch", PAYMENT_E_MISMATCH },
		{ "running", PAYMENT_E_RUNNING },
	};

	return db_said(word, words, ARRAY_LEN(words), DB_F_STATEMENT);
}

int
payment_intent(struct ctx *ctx, const struct sql *sql, int n,
    const struct db_param *params, struct payment_result *out)
{
	struct db_rows rows;
	int r;

	*out = (struct payment_result){ .id = 0 };
	r = run(ctx, sql, n, params, &rows);
	if (r == DB_E_CONSTRAINT)
		return refused(ctx);
	r = db_sure(r);
	if (r != 0)
		return r;
	r = outcome_of(db_cell(&rows, 0, 0));
	if (r == PAYMENT_E_REPLAY)
		return idem_read(ctx, &rows, &out->answer) == IDEM_E_REPLAY
		    ? r
		    : DB_F_STATEMENT;
	if (r == PAYMENT_OK || r == PAYMENT_E_PENDING)
		out->id = db_get_i64(&rows, 0, 3);
	return r;
}
