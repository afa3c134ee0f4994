/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * payment_wallet - pay from the prepaid balance
 *
 * Nobody outside is asked, so intent and confirm are one transaction; and so
 * are those of several payments, when several processes pay at once. That one
 * leaves out whatever is not plain (a key that was used, a limit, an empty
 * wallet), and is undone whole when a seat turns out to be taken: each such
 * payment is then made alone, and refused for its own reason.
 *
 * Layer: domain.  Uses: base, store, payment_intent.
 */
#include "payment/payment.h"

#include "base/fault.h"
#include "payment/payment_intent.h"
#include "store/together.h"

SQL(payment_intent,
    "SELECT i.outcome, i.status, i.body, i.payment" PAYMENT_INTENT_FROM);
SQL(payment_together,
    "SELECT unnest(places), unnest(payments)"
    " FROM payment_together($1, $2, $3, $4, $5, $6, $7, $8,"
    "  ARRAY(SELECT " JOURNAL_HOLD("t.row") " FROM unnest($9::text[])"
    "   WITH ORDINALITY AS t (row, place) ORDER BY t.place), $10, $11)");

SHARED_PART(purchases, struct combine, together_left);

struct combine *
payment_purchases(struct shared *shared)
{
	return shared_part(shared, &purchases);
}

struct way {
	struct ctx *ctx;
	const struct payment_order *order;
	struct payment_result *out;
	struct db_param params[PAYMENT_PARAMS];
	int r;
};

static void
pay_alone(void *arg)
{
	struct way *way = arg;

	way->r = payment_intent(way->ctx, &sql_payment_intent, PAYMENT_PARAMS,
	    way->params, way->out);
	if (way->r == PAYMENT_OK)
		way->out->answer = payment_paid(way->ctx, way->order,
		    way->out->id);
}

int
payment_wallet_pay(struct ctx *ctx, const struct payment_order *order,
    struct payment_result *out)
{
	struct way way = { .ctx = ctx,
		.order = order,
		.out = out,
		.r = PAYMENT_OK };
	int64_t id;

	payment_params(ctx, order, HOLD_PAID, way.params);
	FAULT_POINT("pay.before_commit");
	if (together(ctx, payment_purchases(ctx->shared), &sql_payment_together,
		PAYMENT_PARAMS, way.params, pay_alone, &way, &id))
		*out = (struct payment_result){ id,
			payment_paid(ctx, order, id) };
	FAULT_POINT("pay.after_commit");
	return way.r;
}
