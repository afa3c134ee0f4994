/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * payment_call - pay by asking somebody outside
 *
 * Intent, call, confirm or decline: each is a transaction or none, and each
 * can be repeated by whoever comes after a crash. What is not known stays as
 * it is: no seat is freed and no answer is kept, until somebody knows.
 *
 * Layer: domain.  Uses: base, store, idem, payment_intent.
 */
#include "payment/payment.h"

#include "base/fault.h"
#include "base/log.h"
#include "payment/payment_intent.h"

SQL(payment_confirm,
    "SELECT outcome, status, body FROM payment_confirm($1, $2, $3, $4, $5)");
SQL(payment_decline,
    "SELECT outcome, status, body FROM payment_decline($1, $2)");

/* Somebody else went on with the key while we slept. What he did with it is
 * the answer, if he is done. */
static int
overtaken(struct ctx *ctx, const struct payment_order *order,
    struct payment_result *out)
{
	int r = idem_look(ctx, order->idem, &out->answer);

	if (r < 0)
		return r;
	return r == IDEM_E_REPLAY ? PAYMENT_E_REPLAY : PAYMENT_E_RUNNING;
}

/* One of the two statements. Whether it was written does not matter: it is
 * asked again and says the same. */
static int
settle_by(struct ctx *ctx, const struct payment_order *order,
    const struct sql *sql, int n, const struct db_param *params,
    struct payment_result *out)
{
	struct db_rows rows;
	struct span said;
	int r = db_run(ctx->primary, &ctx->arena, sql, n, params, &rows);

	if (r == DB_F_UNKNOWN)
		r = db_run(ctx->primary, &ctx->arena, sql, n, params, &rows);
	if (r == DB_E_CONSTRAINT
	    && span_eq_str(span_str(db_constraint(ctx->primary)),
		"idem_zombie"))
		return overtaken(ctx, order, out);
	r = db_sure(r);
	if (r != 0)
		return r;
	said = db_cell(&rows, 0, 0);
	if (span_eq_str(said, "declined"))
		return PAYMENT_E_DECLINED;
	if (span_eq_str(said, "late"))
		return PAYMENT_E_LATE;
	if (!span_eq_str(said, "paid")) {
		LOG(ERROR, "payment-of-another-amount",
		    LINT("payment", out->id));
		return PAYMENT_E_PENDING;
	}
	out->answer.status = (int)db_get_i64(&rows, 0, 1);
	out->answer.body = db_get_bytes(&ctx->arena, &rows, 0, 2);
	return PAYMENT_OK;
}

static int
confirm(struct ctx *ctx, const struct payment_order *order,
    const struct payment_call *call, struct payment_result *out)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, call->payment),
		db_text(a, order->idem->token), db_i64(a, call->captured_minor),
		db_text(a, call->captured_currency), db_time(a, order->at_ms) };
	int r = settle_by(ctx, order, &sql_payment_confirm, ARRAY_LEN(params),
	    params, out);

	FAULT_POINT("pay.after_confirm");
	return r;
}

static int
decline(struct ctx *ctx, const struct payment_order *order,
    const struct payment_call *call, struct payment_result *out)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, call->payment),
		db_text(a, order->idem->token) };
	int r = settle_by(ctx, order, &sql_payment_decline, ARRAY_LEN(params),
	    params, out);

	FAULT_POINT("pay.after_decline");
	return r;
}

/* What became of a payment that was begun before, if it is settled but for
 * the answer. */
static int
settled(struct span state)
{
	if (span_eq_str(state, "FAILED") || span_eq_str(state, "CANCELED"))
		return PAYMENT_E_DECLINED;
	return span_eq_str(state, "LATE") ? PAYMENT_E_LATE : PAYMENT_OK;
}

int
payment_by_call(struct ctx *ctx, const struct payment_order *order,
    struct payment_result *out)
{
	struct db_param params[PAYMENT_PARAMS];
	struct payment_intent intent;
	struct payment_call call = { .amount_minor = hold_record_amount(
					 &order->hold->is),
		.currency = order->hold->currency };
	enum payment_said said;
	int r;

	payment_params(ctx, order, params);
	r = payment_intent(ctx, order, params, &intent);
	FAULT_POINT("pay.after_intent");
	*out = (struct payment_result){ intent.id, intent.answer };
	order->idem->token = intent.token;
	if (r == PAYMENT_OK)
		r = settled(intent.state);
	if (r != PAYMENT_OK)
		return r;
	call.payment = intent.id;
	said = order->method->settle(ctx, &call);
	FAULT_POINT("pay.after_call");
	if (said == PAYMENT_SAID_CAPTURED)
		return confirm(ctx, order, &call, out);
	if (said == PAYMENT_SAID_DECLINED)
		return decline(ctx, order, &call, out);
	return PAYMENT_E_PENDING;
}
