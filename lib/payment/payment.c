/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * payment - one attempt to pay for one hold
 *
 * Layer: domain.  Uses: base, store, hold, idem, wallet.
 */
#include "payment/payment.h"

#include "store/read.h"
#include "wallet/wallet.h"

/* clang-format off */
const struct payment_move payment_moves[] = {
	{ NULL,        "SENT" },
	{ "SENT",      "CAPTURED" },
	{ "SENT",      "FAILED" },
	{ "SENT",      "CANCELING" },
	{ "SENT",      "LATE" },
	{ "CANCELING", "CAPTURED" },
	{ "CANCELING", "CANCELED" },
	{ "CANCELING", "LATE" },
	{ "FAILED",    "LATE" },
	{ "CANCELED",  "LATE" },
	{ 0 },
};

static const struct payment_method methods[] = {
	{ "wallet", WALLET_CURRENCY, payment_wallet_pay,
	    payment_wallet_refund, NULL },
	{ 0 },
};
/* clang-format on */

SQL(payment_find,
    "SELECT p.performance_id, p.status, p.method, p.currency, p.amount,"
    " p.refunded, (extract(epoch from p.created_at)*1000)::bigint, r.number"
    " FROM payments AS p LEFT JOIN reservations AS r ON r.payment_id = p.id"
    "  AND r.user_id = p.user_id"
    " WHERE p.id = $1 AND p.user_id = $2");

bool
payment_may_move(const char *from, const char *to)
{
	for (const struct payment_move *m = payment_moves; m->to != NULL; m++)
		if (span_eq_str(span_str(m->from), from)
		    && span_is(span_str(m->from)) == (from != NULL)
		    && span_eq_str(span_str(m->to), to))
			return true;
	return false;
}

const struct payment_method *
payment_method_find(struct span name)
{
	for (const struct payment_method *m = methods; m->name != NULL; m++)
		if (span_eq_str(name, m->name))
			return m;
	return NULL;
}

bool
payment_takes(const struct payment_method *method, struct span currency)
{
	if (method != NULL)
		return method->currency == NULL
		    || span_eq_str(currency, method->currency);
	for (const struct payment_method *m = methods; m->name != NULL; m++)
		if (payment_takes(m, currency))
			return true;
	return false;
}

int
payment_find(struct ctx *ctx, int64_t user, int64_t id, struct payment *out)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, id), db_i64(a, user) };
	struct db_rows rows;
	int r;

	r = db_read_primary(ctx, &sql_payment_find, 2, params, &rows);
	if (r != 0)
		return r;
	if (rows.n_rows == 0)
		return PAYMENT_E_NONE;
	*out = (struct payment){
		.id = id,
		.user = user,
		.performance = db_get_i64(&rows, 0, 0),
		.status = db_cell(&rows, 0, 1),
		.method = db_cell(&rows, 0, 2),
		.currency = db_cell(&rows, 0, 3),
		.amount_minor = db_get_i64(&rows, 0, 4),
		.refunded_minor = db_get_i64(&rows, 0, 5),
		.created_ms = db_get_i64(&rows, 0, 6),
		.reservation = db_cell(&rows, 0, 7),
	};
	return PAYMENT_OK;
}
