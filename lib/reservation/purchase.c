/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * purchase - make a hold a reservation
 *
 * PostgreSQL decides; what Redis says before is only worth asking it. Every
 * way out of here leaves the hold as PostgreSQL has it: R when it was paid, H
 * or A when it was not, P only when that is not known.
 *
 * Layer: domain.  Uses: base, store, catalog, hold, payment, idem.
 */
#include "reservation/purchase.h"

#include "base/log.h"
#include "hold/hold_database.h"
#include "hold/hold_pay.h"
#include "seat/epoch.h"
#include "seat/seat_state.h"
#include "store/read.h"

#define TRIES 3

SQL(purchase_owner, "SELECT number FROM reservations WHERE hold_token = $1");
SQL(purchase_claims,
    "SELECT seat_no, state, mark, hold_token IS NOT DISTINCT FROM $3"
    " FROM seat_claim"
    " WHERE performance_id = $1 AND seat_no = ANY ($2::int[])"
    "  AND NOT (state = 'H' AND expires_at <= clock_timestamp())"
    "  AND NOT (state = 'B' AND hold_token IS NOT DISTINCT FROM $3)"
    " UNION ALL SELECT 0, state, 0, true FROM section_claim"
    "  WHERE performance_id = $1 AND hold_token = $3"
    " ORDER BY seat_no");
SQL(purchase_left,
    "SELECT capacity - taken FROM section_stock"
    " WHERE performance_id = $1 AND section_no = $2::bigint");

/* Again from the start: the epoch moved, or a conflict went away. */
#define AGAIN 1000

struct attempt {
	struct ctx *ctx;
	const struct purchase *ask;
	struct purchase_result *out;
	struct hold hold;
};

/* ---- ways out ---- */

/* The seats go back to what they were. Only logged when that fails: they
 * stay P, which is polite to nobody and wrong to nobody. */
static void
give_back(struct attempt *t)
{
	if (hold_unpay(t->ctx, &t->hold) < 0)
		LOG(WARN, "unpay-late",
		    LINT("performance", t->hold.is.token.performance));
}

static int
lose(struct attempt *t, const struct seat_fact *facts, size_t n, int outcome)
{
	int r = hold_lose(t->ctx, &t->hold, facts, n);

	if (r < 0)
		LOG(WARN, "unpay-late",
		    LINT("performance", t->hold.is.token.performance));
	return outcome;
}

/* The number of the reservation this hold became, NONE if it did not. */
static int
find_owner(struct attempt *t, struct span *number)
{
	const struct db_param param = db_text(&t->ctx->arena, t->hold.token);
	struct db_rows rows;
	int r;

	r = db_read_primary(t->ctx, &sql_purchase_owner, 1, &param, &rows);
	*number = r == 0 && rows.n_rows > 0 ? db_cell(&rows, 0, 0) : SPAN_NONE;
	return r;
}

static int
read_claims(struct attempt *t, struct db_rows *rows)
{
	const struct hold_record *is = &t->hold.is;
	struct arena *a = &t->ctx->arena;
	const struct db_param params[] = { db_i64(a, is->token.performance),
		db_i64s(a, is->seats, is->section_no == 0 ? is->n_seats : 0),
		db_text(a, t->hold.token) };

	return db_read_primary(t->ctx, &sql_purchase_claims, 3, params, rows);
}

/* A claim was there: this hold's own, paid or being paid, or somebody
 * else's, and then the hold is lost. That a seat is kept for who holds it
 * (hold/hold_house.h) is in nobody's way. */
static int
refused_claim(struct attempt *t)
{
	struct arena *a = &t->ctx->arena;
	struct hold_conflicts *conflicts = &t->out->conflicts;
	struct seat_fact *facts;
	struct db_rows rows;
	size_t n = 0;
	int r;

	r = find_owner(t, &t->out->reservation);
	if (r == 0 && span_is(t->out->reservation)) {
		hold_paid(t->ctx, &t->hold);
		return PURCHASE_E_PAID;
	}
	if (r == 0)
		r = read_claims(t, &rows);
	if (r < 0)
		return r;
	if (rows.n_rows == 0)
		return AGAIN;
	facts = ARENA_ARRAY(a, rows.n_rows, struct seat_fact);
	conflicts->seats = ARENA_ARRAY(a, rows.n_rows, struct seat_change);
	conflicts->n = 0;
	for (size_t i = 0; i < rows.n_rows; i++) {
		const struct seat_fact f = { db_get_i64(&rows, i, 0),
			db_cell(&rows, i, 1).p[0],
			(int32_t)db_get_i64(&rows, i, 2) };

		if (db_get_bool(&rows, i, 3))
			return PURCHASE_E_PAYING;
		conflicts->seats[conflicts->n++] =
		    (struct seat_change){ f.seat_no, f.letter };
		/* It comes to the map with its hold (recovery/hold_adopt.h). */
		if (f.letter != SEAT_HOLD)
			facts[n++] = f;
	}
	return lose(t, facts, n, PURCHASE_E_TAKEN);
}

/* More was sold of the counter section than the promise knew. */
static int
refused_stock(struct attempt *t)
{
	const struct hold_record *is = &t->hold.is;
	struct arena *a = &t->ctx->arena;
	const struct db_param params[] = { db_i64(a, is->token.performance),
		db_i64(a, is->section_no) };
	struct db_rows rows;
	int r;

	r = db_read_primary(t->ctx, &sql_purchase_left, 2, params, &rows);
	if (r < 0)
		return r;
	t->out->conflicts.remaining = rows.n_rows == 0
	    ? 0
	    : db_get_i64(&rows, 0, 0);
	return lose(t, NULL, 0, PURCHASE_E_FULL);
}

/* The key was answered before. Was it this hold, its seats are owned. */
static int
replayed(struct attempt *t)
{
	struct span number;
	int r = find_owner(t, &number);

	if (r < 0)
		return r;
	if (span_is(number))
		hold_paid(t->ctx, &t->hold);
	else
		give_back(t);
	return PURCHASE_E_REPLAY;
}

static int
after_payment(struct attempt *t, int r)
{
	switch (r) {
	case PAYMENT_OK:
		hold_paid(t->ctx, &t->hold);
		return PURCHASE_OK;
	case PAYMENT_E_REPLAY:
		return replayed(t);
	case PAYMENT_E_TAKEN:
		return refused_claim(t);
	case PAYMENT_E_STOCK:
		return refused_stock(t);
	case PAYMENT_E_EPOCH:
		epoch_forget(t->ctx);
		return AGAIN;
	case PAYMENT_E_LIMIT:
		return lose(t, NULL, 0, PURCHASE_E_LIMIT);
	case PAYMENT_E_TILL:
		give_back(t);
		return PURCHASE_E_TILL;
	case PAYMENT_E_CURRENCY:
		give_back(t);
		return PURCHASE_E_CURRENCY;
	case PAYMENT_E_QUOTA:
		give_back(t);
		return PURCHASE_E_QUOTA;
	case PAYMENT_E_FUNDS:
		give_back(t);
		return PURCHASE_E_FUNDS;
	case PAYMENT_E_CLOSED:
		give_back(t);
		return PURCHASE_E_CLOSED;
	case PAYMENT_E_MISMATCH:
		if (!t->hold.again)
			give_back(t);
		return PURCHASE_E_MISMATCH;
	case PAYMENT_E_RUNNING:
		return PURCHASE_E_RUNNING;
	case PAYMENT_E_ATTEMPTS:
		give_back(t);
		return PURCHASE_E_ATTEMPTS;
	case PAYMENT_E_PENDING:
		return PURCHASE_E_PENDING;
	}
	/* A fault: it did not begin, unless that is unknown. */
	if (r != DB_F_UNKNOWN && t->out->payment == 0)
		give_back(t);
	return r;
}

/* ---- the way in ---- */

/* What is free is free in any. */
static bool
takes_currency(struct attempt *t)
{
	t->out->currency = span_str(
	    arena_str(&t->ctx->arena, span_str(t->hold.currency)));
	return hold_record_amount(&t->hold.is) == 0
	    || payment_takes(&t->ctx->set, t->ask->method, t->out->currency);
}

/* What costs nothing costs nothing seat by seat. */
static void
give_away(struct hold_record *is)
{
	memset(is->prices, 0, sizeof(is->prices));
}

static int
pay(struct attempt *t)
{
	const struct hold_record *is = &t->hold.is;
	struct ctx *ctx = t->ctx;
	struct reservation reservation = { .user = is->user,
		.performance = is->token.performance,
		.number = reservation_number(&ctx->arena),
		.section_no = is->section_no,
		.status = SPAN_LIT("CONFIRMED"),
		.n_seats = is->n_seats,
		.seats = is->seats,
		.prices = is->prices,
		.types = hold_record_typed(is) ? is->types : NULL,
		.price_version = is->price_version,
		.amount_minor = hold_record_amount(is),
		.currency = span_str(t->hold.currency),
		.method = span_str(t->ask->method->name),
		.created_ms = ctx->now_ms };
	struct payment payment = { .user = is->user,
		.performance = reservation.performance,
		.status = SPAN_LIT("CAPTURED"),
		.method = span_str(t->ask->method->name),
		.amount_minor = reservation.amount_minor,
		.currency = reservation.currency,
		.created_ms = ctx->now_ms,
		.reservation = reservation.number };
	struct payment_order order = { .hold = &t->hold,
		.idem = t->ask->idem,
		.method = t->ask->method,
		.number = reservation.number,
		.at_ms = ctx->now_ms,
		.source = t->ask->source,
		.return_url = t->ask->return_url,
		.declined = t->ask->declined,
		.lost = t->ask->lost,
		.counter = t->ask->counter };
	struct payment_result result = { .id = 0 };
	int r;

	if (!takes_currency(t)) {
		give_back(t);
		return PURCHASE_E_CURRENCY;
	}
	if (reservation.amount_minor == 0 && t->ask->method->provider != NULL) {
		give_back(t);
		return PURCHASE_E_FREE;
	}
	order.answer = t->ask->answer(ctx, t->ask->answer_arg, &reservation,
	    &payment);
	r = t->ask->method->pay(ctx, &order, &result);
	t->out->answer = result.answer;
	t->out->payment = result.id;
	return after_payment(t, r);
}

/* The hold cannot be paid; but perhaps the key was answered before. */
static int
not_payable(struct attempt *t, int r)
{
	static const int outcomes[] = {
		[HOLD_E_NONE] = PURCHASE_E_NONE,
		[HOLD_E_EXPIRED] = PURCHASE_E_EXPIRED,
		[HOLD_E_LOST] = PURCHASE_E_LOST,
		[HOLD_E_PAID] = PURCHASE_E_PAID,
	};
	int look = idem_look(t->ctx, t->ask->idem, &t->out->answer);

	switch (look) {
	case IDEM_E_REPLAY:
		return PURCHASE_E_REPLAY;
	case IDEM_E_MISMATCH:
		return PURCHASE_E_MISMATCH;
	case IDEM_E_RUNNING:
		return PURCHASE_E_RUNNING;
	}
	t->out->reservation = t->hold.reservation;
	return look < 0 ? look : outcomes[r];
}

/* Redis cannot be asked for the hold. What the key was answered stands in
 * PostgreSQL all the same; work that somebody began can only go on with it. */
static int
without_redis(struct attempt *t, int fault)
{
	switch (idem_look(t->ctx, t->ask->idem, &t->out->answer)) {
	case IDEM_E_REPLAY:
		return PURCHASE_E_REPLAY;
	case IDEM_E_MISMATCH:
		return PURCHASE_E_MISMATCH;
	}
	return fault;
}

/* What a key began that has its end elsewhere: Redis has nothing to say of it.
 * returns: PURCHASE_OK where it began nothing */
static int
begun(struct attempt *t)
{
	struct payment_result result;
	int r;

	if (t->ask->method->provider == NULL)
		return PURCHASE_OK;
	r = payment_of_key(t->ctx, t->ask->idem, &result);
	t->out->answer = result.answer;
	t->out->payment = result.id;
	switch (r) {
	case PAYMENT_E_PENDING:
		return PURCHASE_E_PENDING;
	case PAYMENT_E_REPLAY:
		return PURCHASE_E_REPLAY;
	case PAYMENT_E_MISMATCH:
		return PURCHASE_E_MISMATCH;
	case PAYMENT_E_RUNNING:
		return PURCHASE_E_RUNNING;
	}
	return r;
}

int
purchase_make(struct ctx *ctx, const struct purchase *ask,
    struct purchase_result *out)
{
	struct attempt t = { .ctx = ctx, .ask = ask, .out = out };
	int r = begun(&t);

	if (r != PURCHASE_OK)
		return r;
	for (int i = 0; i < TRIES; i++) {
		r = hold_pay(ctx, ask->user, ask->token, &t.hold);
		if (r < 0)
			return hold_database_reads(r) ? without_redis(&t, r)
						      : r;
		if (r == HOLD_OK && ask->method->free)
			give_away(&t.hold.is);
		r = r == HOLD_OK ? pay(&t) : not_payable(&t, r);
		if (r != AGAIN)
			return r;
	}
	LOG(WARN, "purchase-unsettled",
	    LINT("performance", t.hold.is.token.performance));
	give_back(&t);
	return DB_F_TIMEOUT;
}
