/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * payment_counter - pay at a counter
 *
 * The operator has the money, or has given the seats away, before he says so:
 * intent and confirm are one transaction, with what he says of it and the till
 * that it is in (sql/functions/till.sql).
 *
 * Layer: domain.  Uses: base, store, payment_intent.
 */
#include "payment/payment.h"

#include "base/fault.h"
#include "payment/payment_intent.h"

/* One statement, since it stands or falls as one. */
SQL(payment_counter,
    "SELECT i.outcome, i.status, i.body, i.payment" PAYMENT_INTENT_FROM
    " CROSS JOIN LATERAL counter_sold(i.outcome, i.payment, $1, $5, $10,"
    " h.performance_id, h.seats, h.amount, h.currency, $11, $12, $13, $14, $15,"
    " $16, $17)");

#define N_COUNTER 6

int
payment_counter_pay(struct ctx *ctx, const struct payment_order *order,
    struct payment_result *out)
{
	const struct payment_counter *of = order->counter;
	struct arena *a = &ctx->arena;
	struct db_param params[PAYMENT_PARAMS + N_COUNTER];
	int r;

	payment_params(ctx, order, HOLD_PAID, params);
	memcpy(params + PAYMENT_PARAMS,
	    (struct db_param[]){ db_i64(a, of->operator), db_text(a, of->name),
		db_text(a, of->note), db_text(a, of->slip),
		db_text(a, of->reason),
		db_i64(a, ctx->set.complimentary_seats) },
	    N_COUNTER * sizeof(params[0]));
	FAULT_POINT("counter.before_commit");
	r = payment_intent(ctx, &sql_payment_counter, ARRAY_LEN(params), params,
	    out);
	FAULT_POINT("counter.after_commit");
	if (r == PAYMENT_OK)
		out->answer = payment_paid(ctx, order, out->id);
	return r;
}
