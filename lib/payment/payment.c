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
	{ "wallet", WALLET_CURRENCY, NULL, 0, payment_wallet_pay },
	{ "card", NULL, "stripe", offsetof(struct settings, pay_card),
	    payment_outside_pay, offsetof(struct settings, stripe_key) },
	{ "mock", NULL, "mock", offsetof(struct settings, pay_mock),
	    payment_outside_pay },
	{ "cash", NULL, NULL, 0, payment_counter_pay, .at_counter = true },
	{ "terminal", NULL, NULL, 0, payment_counter_pay, .at_counter = true,
	    .slip = true },
	{ "complimentary", NULL, NULL, 0, payment_counter_pay,
	    .at_counter = true, .free = true },
	{ 0 },
};
/* clang-format on */

SQL(payment_find,
    "SELECT p.performance_id, p.status, p.method, p.currency, p.amount,"
    " p.refunded, (extract(epoch from p.created_at)*1000)::bigint,"
    " CASE WHEN r.payment_id = p.id OR p.status = 'CAPTURED' THEN r.number"
    "  END,"
    " CASE o.phase WHEN 'buyer' THEN o.next_url END,"
    " CASE WHEN p.status NOT IN ('SENT', 'CAPTURED') THEN o.reason END,"
    " CASE WHEN r.payment_id <> p.id THEN r.number END"
    " FROM payments AS p LEFT JOIN payment_reservation(p) AS r"
    "  ON r.user_id = p.user_id"
    " LEFT JOIN payment_outside AS o ON o.payment_id = p.id"
    " WHERE p.id = $1 AND p.user_id = $2");

SQL(payment_refund,
    "SELECT outcome, status, body FROM cancel_seats($1, $2, $3, $4, $5, $6,"
    " $7, $8, $9, $10, $11, $12, $13, $14, $15)");

SQL(payment_refund_by,
    "SELECT outcome, status, body FROM cancel_seats_by($1, $2, $3, $4, $5, $6,"
    " $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)");

SQL(payment_refund_at,
    "SELECT outcome, status, body FROM counter_reverse($1, $2, $3, $4, $5, $6,"
    " $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,"
    " $21, $22)");

/* The key's parameters first; behind these the setting, or those of the audit
 * log; how often it was moved; the till. */
#define REFUND_PARAMS (IDEM_PARAMS + 9)
#define TILL_PARAMS 2

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

static bool
is_offered(const struct settings *set, const struct payment_method *m)
{
	if (m->at_counter)
		return false;
	return m->setting == 0
	    || *(const int *)((const char *)set + m->setting) != 0;
}

bool
payment_may_ask(const struct settings *set, struct span provider)
{
	for (const struct payment_method *m = methods; m->name != NULL; m++)
		if (m->provider != NULL && span_eq_str(provider, m->provider)
		    && (m->key == 0 || ((const char *)set)[m->key] != '\0'))
			return true;
	return false;
}

const struct payment_method *
payment_method_offered(const struct settings *set, size_t n)
{
	for (const struct payment_method *m = methods; m->name != NULL; m++)
		if (is_offered(set, m) && n-- == 0)
			return m;
	return NULL;
}

const struct payment_method *
payment_method_named(const struct settings *set, struct span name)
{
	const struct payment_method *m = payment_method_find(name);

	return m != NULL && is_offered(set, m) ? m : NULL;
}

const struct payment_method *
payment_method_counter(struct span name)
{
	const struct payment_method *m = payment_method_find(name);

	return m != NULL && m->at_counter ? m : NULL;
}

bool
payment_at_once(const struct payment_method *method)
{
	return method->provider == NULL;
}

static bool
takes(const struct payment_method *method, struct span currency)
{
	return method->currency == NULL
	    || span_eq_str(currency, method->currency);
}

bool
payment_takes(const struct settings *set, const struct payment_method *method,
    struct span currency)
{
	if (method != NULL)
		return takes(method, currency);
	for (const struct payment_method *m = methods; m->name != NULL; m++)
		if (is_offered(set, m) && takes(m, currency))
			return true;
	return false;
}

/* Nothing in it that a browser makes another address of. */
static bool
is_plain_url(struct span url)
{
	static const char marks[] = "-._~:/?[]@!$&'()*+,;=%";

	for (size_t i = 0; i < url.len; i++) {
		struct span rest = { url.p + i, url.len - i };
		char c = url.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z')
		    && !(c >= '0' && c <= '9')
		    && (c == '\0' || strchr(marks, c) == NULL))
			return false;
		if (span_starts(rest, SPAN_LIT(".."))
		    || (rest.len >= 3
			&& span_eq_nocase((struct span){ rest.p, 3 },
			    SPAN_LIT("%2e"))))
			return false;
	}
	return true;
}

static bool
is_at_or_below(struct span url, struct span place)
{
	while (place.len > 0 && place.p[place.len - 1] == '/')
		place.len--;
	return place.len > 0 && span_starts(url, place)
	    && (url.len == place.len || url.p[place.len] == '/'
		|| url.p[place.len] == '?');
}

bool
payment_may_return(const struct settings *set, struct span url)
{
	struct span rest = span_str(set->pay_return_urls);

	if (!is_plain_url(url))
		return false;
	if (is_at_or_below(url, span_str(set->public_url)))
		return true;
	while (rest.len > 0)
		if (is_at_or_below(url, span_cut(&rest, ' ')))
			return true;
	return false;
}

bool
payment_waits(const struct payment *payment)
{
	return span_eq_str(payment->status, "SENT")
	    || span_eq_str(payment->status, "CANCELING");
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
		.next = db_cell(&rows, 0, 8),
		.reason = db_cell(&rows, 0, 9),
		.moves = db_cell(&rows, 0, 10),
	};
	return PAYMENT_OK;
}

int
payment_refund(struct ctx *ctx, const struct payment_refund *refund,
    struct db_rows *rows)
{
	const struct sql *sql = refund->by == NULL ? &sql_payment_refund
	    : refund->till == 0                    ? &sql_payment_refund_by
						   : &sql_payment_refund_at;
	struct arena *a = &ctx->arena;
	struct db *db = ctx->primary;
	struct db_param
	    params[REFUND_PARAMS + PAYMENT_BY_PARAMS + 1 + TILL_PARAMS];
	struct db_param *p = params + IDEM_PARAMS;
	int n, r;

	idem_params(ctx, refund->idem, params);
	*p++ = db_bytes(a, refund->answer);
	*p++ = db_i64(a, refund->reservation);
	*p++ = db_i64s(a, refund->cancelled, refund->n_cancelled);
	*p++ = db_i64s(a, refund->seats, refund->n_seats);
	*p++ = db_i64s(a, refund->ids, refund->n_shares);
	*p++ = db_i64(a, WALLET_BALANCE_MAX);
	*p++ = db_time(a, refund->at_ms);
	*p++ = db_i64s(a, refund->payments, refund->n_shares);
	*p++ = db_i64s(a, refund->amounts, refund->n_shares);
	if (refund->by == NULL) {
		*p++ = db_i64(a, ctx->set.cancel_until_minutes);
	} else {
		memcpy(p, refund->by, PAYMENT_BY_PARAMS * sizeof(*p));
		p += PAYMENT_BY_PARAMS;
	}
	*p++ = db_i64(a, refund->n_moves);
	if (refund->till != 0) {
		*p++ = db_i64(a, refund->till);
		*p++ = db_text(a, refund->slip);
	}
	n = (int)(p - params);
	r = db_run(db, a, sql, n, params, rows);
	/* Whether it was done is told by doing it again. */
	if (r == DB_F_UNKNOWN)
		r = db_run(db, a, sql, n, params, rows);
	if (r == DB_E_CONSTRAINT
	    && span_eq_str(span_str(db_constraint(db)), "cancel_full"))
		return PAYMENT_E_FULL;
	if (r == DB_E_CONSTRAINT
	    && span_eq_str(span_str(db_constraint(db)), "till_closed"))
		return PAYMENT_E_TILL;
	return db_sure(r);
}
