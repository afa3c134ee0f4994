/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * move - seats of a reservation become others
 *
 * As with a cancel the answer is stored by the transaction it tells of, so all
 * is read before, and begins anew where that has changed since.
 *
 * Layer: domain.  Uses: base, store, catalog, hold, payment, idem.
 */
#include "reservation/move.h"

#include "base/fault.h"
#include "base/log.h"
#include "catalog/terms.h"
#include "hold/hold_database.h"
#include "hold/hold_pay.h"
#include "payment/payment_intent.h"
#include "reservation/refund_shares.h"
#include "reservation/reservation_row.h"
#include "seat/epoch.h"
#include "seat/seat_state.h"
#include "seat/seat_terms.h"
#include "store/read.h"
#include "wallet/wallet.h"

#define TRIES 8
/* From the start: since it was read something changed. */
#define AGAIN 1000

SQL(move_find,
    "SELECT " RESERVATION_COLUMNS
    ", r.hold_token, e.moves, e.status = 'open', (SELECT w.id"
    "  FROM payments AS w WHERE w.hold_token = move_token(r)"
    "  AND w.status IN ('SENT', 'CANCELING') LIMIT 1), " REFUND_SHARES_COLUMNS
	RESERVATION_FROM("$3", "$4") REFUND_SHARES_FROM
    " JOIN performances AS e ON e.id = r.performance_id"
    " WHERE r.number = $1 AND ($2::bigint = 0 OR r.user_id = $2)");
SQL(move_make,
    "SELECT outcome, status, body FROM reservation_move($1, $2, $3, $4, $5,"
    " $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,"
    " 0, 0)");
SQL(move_make_by,
    "SELECT outcome, status, body FROM reservation_move_by($1, $2, $3, $4, $5,"
    " $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,"
    " $21, $22, $23, $24, $25, $26, $27)");
SQL(move_intent,
    "SELECT outcome, status, body, payment FROM move_intent($1, $2, $3, $4,"
    " $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,"
    " $20, $21, $22, $23, $24, $25, $26)");
/* What all of them are told first; and how many any of them is. */
#define MOVE_PARAMS (IDEM_PARAMS + 12)
#define PARAMS_MAX (MOVE_PARAMS + 4 + 1 + PAYMENT_BY_PARAMS)

_Static_assert(REFUND_SHARES_MAX > MOVES_MAX, "each may have been paid for");

struct attempt {
	struct ctx *ctx;
	const struct move *ask;
	struct move_result *out;
	struct reservation was, will_be;
	struct span hold_token;
	const struct payment_method *method; /* that it was paid by */
	struct span rule;                    /* how far buyers may go */
	bool open;                           /* the performance is */
	int64_t from[HOLD_SEATS_MAX], to[HOLD_SEATS_MAX];
	int64_t prices[HOLD_SEATS_MAX], types[HOLD_SEATS_MAX]; /* of to */
	int64_t back; /* minor units; < 0: it would cost more */
	int64_t at_ms;
	struct refund_shares shares; /* of what comes back */
	struct hold_rules rules;
	/* Those that it has not yet, and those that it has no more. */
	struct hold whole, taken, gone;
	int64_t epoch;
};

/* ---- what there is ---- */

static int
find(struct attempt *t)
{
	struct arena *a = &t->ctx->arena;
	const struct db_param params[] = {
		db_text(a, reservation_number_typed(a, t->ask->number)),
		db_i64(a, t->ask->user), reservation_at(t->ctx),
		reservation_minutes(t->ctx)
	};
	struct db_rows rows;
	int r;

	r = db_read_primary(t->ctx, &sql_move_find, 4, params, &rows);
	if (r != 0 || rows.n_rows == 0)
		return r != 0 ? r : MOVE_E_NONE;
	reservation_row_read(a, &rows, 0, &t->was);
	t->hold_token = db_cell(&rows, 0, RESERVATION_N_COLUMNS);
	t->at_ms = t->ctx->now_ms;
	t->method = payment_method_find(t->was.method);
	t->rule = db_cell(&rows, 0, RESERVATION_N_COLUMNS + 1);
	t->open = db_get_bool(&rows, 0, RESERVATION_N_COLUMNS + 2);
	refund_shares_read(a, &rows, 0, RESERVATION_N_COLUMNS + 4, &t->shares);
	if (t->method == NULL)
		return DB_F_STATEMENT;
	if (t->was.section_no > 0)
		return MOVE_E_FROM;
	if (!db_is_null(&rows, 0, RESERVATION_N_COLUMNS + 3)) {
		t->out->payment = db_get_i64(&rows, 0,
		    RESERVATION_N_COLUMNS + 3);
		return MOVE_E_PAYING;
	}
	if (t->was.n_moves >= MOVES_MAX)
		return MOVE_E_OFTEN;
	if (t->ask->by == NULL
	    && (span_eq_str(t->rule, "off") || !t->open || t->was.due.late))
		return MOVE_E_CLOSED;
	return MOVE_OK;
}

/* Where a seat stands in an array, or n. */
static size_t
place_of(int64_t seat, const int64_t *seats, size_t n)
{
	size_t i = 0;

	while (i < n && seats[i] != seat)
		i++;
	return i;
}

static bool
is_among(int64_t seat, const int64_t *seats, size_t n)
{
	return place_of(seat, seats, n) < n;
}

/* ---- what is asked for ---- */

/* What a buyer may have for one of his seats. A wheelchair's place is nobody's
 * who has bought a seat. */
static bool
is_alike(const struct attempt *t, const struct hall *hall, int64_t one,
    int64_t other)
{
	return hall->type_of[one - 1] == hall->type_of[other - 1]
	    && (span_eq_str(t->rule, "any")
		|| hall->class_of[one - 1] == hall->class_of[other - 1]);
}

/* Line i: what the seat becomes, and what that costs. */
static int
read_line(struct attempt *t, const struct terms *terms,
    const struct price_list *list, size_t i)
{
	const struct move_line *line = &t->ask->lines[i];
	const struct reservation *was = &t->was;
	size_t at = place_of(line->from, was->seats, was->n_seats);
	int type;

	if (at == was->n_seats || reservation_gave_back(was, line->from)
	    || is_among(line->from, t->from, i))
		return MOVE_E_FROM;
	t->from[i] = line->from;
	t->to[i] = line->to;
	t->types[i] = reservation_type(was, at);
	if (span_is(line->type)) {
		type = price_list_find(list, line->type);
		if (type < 0
		    || (t->ask->by == NULL
			&& list->types[type].no != t->types[i]))
			return MOVE_E_TYPE;
		t->types[i] = list->types[type].no;
	}
	if (line->to == line->from && t->types[i] == reservation_type(was, at))
		return MOVE_E_SAME;
	if (t->ask->by == NULL
	    && !is_alike(t, terms->hall, line->from, line->to))
		return MOVE_E_CLASS;
	t->prices[i] = t->method->free ? 0
				       : hold_want_price(list, t->types[i],
					   terms->hall->class_of[line->to - 1]);
	t->back += was->prices[at] - t->prices[i];
	return MOVE_OK;
}

/* The new seats are of the hall, each named once, and none that stays. */
static int
read_to(struct attempt *t, const struct terms *terms)
{
	int64_t sorted[HOLD_SEATS_MAX];
	size_t n = t->ask->n_lines;

	for (size_t i = 0; i < n; i++)
		sorted[i] = t->ask->lines[i].to;
	if (!hold_want_sort(terms, sorted, n)
	    || !hold_want_picked(terms, sorted, n))
		return MOVE_E_TO;
	if (t->ask->by == NULL && terms_closed_section(terms, sorted, n) > 0)
		return MOVE_E_CLOSED;
	for (size_t i = 0; i < t->was.n_seats; i++) {
		int64_t seat = t->was.seats[i];
		bool moves = false;

		for (size_t k = 0; k < n; k++)
			moves |= t->ask->lines[k].from == seat;
		if (!moves && is_among(seat, sorted, n))
			return MOVE_E_TO;
	}
	return MOVE_OK;
}

/* Whether what it costs more is paid by asking somebody outside. */
static bool
asks_outside(const struct attempt *t)
{
	return t->back < 0 && !payment_at_once(t->method);
}

/* Whether it can be paid, or comes back, in the way that was said. */
static int
read_money(struct attempt *t)
{
	const struct move *ask = t->ask;

	t->out->difference_minor = -t->back;
	if (ask->told && ask->difference_minor != -t->back)
		return MOVE_E_DIFFERENCE;
	if (t->back > 0)
		refund_shares_cut(&t->shares, t->back);
	else
		t->shares.n = 0;
	if (t->back >= 0)
		return MOVE_OK;
	if (asks_outside(t))
		return ask->method != NULL && !payment_at_once(ask->method)
			&& payment_takes(&t->ctx->set, ask->method,
			    t->was.currency)
		    ? MOVE_OK
		    : MOVE_E_MONEY;
	if (ask->method != NULL && ask->method != t->method)
		return MOVE_E_MONEY;
	return !t->method->at_counter && ask->by != NULL && !ask->debits
	    ? MOVE_E_ROLE
	    : MOVE_OK;
}

static int
read_lines(struct attempt *t)
{
	const struct price_list *list;
	const struct terms *terms;
	int r = terms_get(t->ctx, t->was.performance, &terms);

	if (r == 0)
		r = price_list_get(t->ctx, t->was.performance,
		    t->was.price_version, HALL_FROM_PRIMARY, &list);
	if (r == 0 && t->ask->by == NULL)
		r = hall_neighbours(t->ctx, terms->hall, HALL_FROM_PRIMARY);
	if (r != 0)
		return r < 0 ? r : MOVE_E_NONE;
	t->rules.terms = terms;
	r = read_to(t, terms);
	t->back = 0;
	for (size_t i = 0; r == MOVE_OK && i < t->ask->n_lines; i++)
		r = read_line(t, terms, list, i);
	return r == MOVE_OK ? read_money(t) : r;
}

/* ---- the reservation as it will be ---- */

/* A seat more, in its place among those that are sorted. */
static void
insert(struct reservation *r, int64_t *seats, int64_t *prices, int64_t *types,
    const int64_t line[3])
{
	size_t i = r->n_seats++;

	for (; i > 0 && seats[i - 1] > line[0]; i--) {
		seats[i] = seats[i - 1];
		prices[i] = prices[i - 1];
		types[i] = types[i - 1];
	}
	seats[i] = line[0];
	prices[i] = line[1];
	types[i] = line[2];
}

static void
look_ahead(struct attempt *t)
{
	struct arena *a = &t->ctx->arena;
	const struct reservation *was = &t->was;
	size_t n = was->n_seats, n_lines = t->ask->n_lines;
	int64_t *seats = ARENA_ARRAY(a, n, int64_t);
	int64_t *prices = ARENA_ARRAY(a, n, int64_t);
	int64_t *types = ARENA_ARRAY(a, n, int64_t);
	struct refund *refunds = ARENA_ARRAY(a,
	    was->n_refunds + t->shares.n + 1, struct refund);
	struct reservation *r = &t->will_be;

	*r = *was;
	r->n_seats = 0;
	for (size_t i = 0; i < n; i++)
		if (!is_among(was->seats[i], t->from, n_lines))
			insert(r, seats, prices, types,
			    (const int64_t[]){ was->seats[i], was->prices[i],
				reservation_type(was, i) });
	for (size_t i = 0; i < n_lines; i++)
		insert(r, seats, prices, types,
		    (const int64_t[]){ t->to[i], t->prices[i], t->types[i] });
	r->seats = seats;
	r->prices = prices;
	r->types = types;
	r->amount_minor -= t->back;
	r->due.known = false;
	for (size_t i = 0; i < was->n_refunds; i++)
		refunds[i] = was->refunds[i];
	refund_shares_add(&t->shares, t->at_ms,
	    payment_at_once(t->method) ? SPAN_LIT("DONE") : SPAN_LIT("SENT"),
	    refunds, &r->n_refunds);
	r->refunds = refunds;
}

/* ---- Redis ---- */

/* Those of some seats that are not among others, as a hold of the reservation's
 * token. */
static bool
as_hold(const struct attempt *t, const int64_t *seats, size_t n,
    const int64_t *others, size_t n_others, struct hold *out)
{
	int64_t *to = out->is.seats;

	*out = (struct hold){ .token = t->hold_token };
	if (!hold_token_read(t->hold_token, &out->is.token))
		return false;
	out->is.user = t->was.user;
	for (size_t i = 0; i < n; i++) {
		size_t k = out->is.n_seats;

		if (is_among(seats[i], others, n_others))
			continue;
		for (; k > 0 && to[k - 1] > seats[i]; k--)
			to[k] = to[k - 1];
		to[k] = seats[i];
		out->is.n_seats++;
	}
	return true;
}

/* Seats that were not given back. */
static void
copy_left(const struct reservation *r, struct hold_record *out)
{
	out->n_seats = 0;
	for (size_t i = 0; i < r->n_seats; i++)
		if (!reservation_gave_back(r, r->seats[i]))
			out->seats[out->n_seats++] = r->seats[i];
}

static const struct hold_rules *
read_rules(struct attempt *t)
{
	copy_left(&t->was, &t->rules.own);
	copy_left(&t->will_be, &t->rules.chosen);
	return &t->rules;
}

/* The map goes by other terms than this worker. */
static int
follow(struct attempt *t)
{
	const struct terms *terms;
	int r = seat_follow(t->ctx, t->was.performance, &terms);

	return r == 0 ? AGAIN : r < 0 ? r : MOVE_E_NONE;
}

static int
take(struct attempt *t)
{
	size_t n = t->ask->n_lines;
	int r;

	if (!as_hold(t, t->was.seats, t->was.n_seats, NULL, 0, &t->whole)
	    || !as_hold(t, t->to, n, t->from, n, &t->taken)
	    || !as_hold(t, t->from, n, t->to, n, &t->gone)) {
		LOG(ERROR, "hold-token-invalid",
		    LINT("reservation", t->was.id));
		return DB_F_STATEMENT;
	}
	if (t->taken.is.n_seats == 0)
		return epoch_get(t->ctx, &t->epoch);
	r = hold_take(t->ctx, &t->taken,
	    t->ask->by == NULL ? read_rules(t) : NULL, &t->epoch,
	    &t->out->conflicts);
	switch (r) {
	case HOLD_E_TAKEN:
		return MOVE_E_TAKEN;
	case HOLD_E_RULE:
		return MOVE_E_RULE;
	case HOLD_E_TERMS:
		return follow(t);
	case HOLD_E_SEAT:
		return MOVE_E_TO;
	case HOLD_E_NONE:
		return MOVE_E_NONE;
	}
	return r;
}

static void
untake(struct attempt *t)
{
	if (t->taken.is.n_seats > 0)
		hold_untake(t->ctx, &t->taken);
}

/* ---- the transaction ---- */

/* What it was rolled back for. */
static int
refused(struct attempt *t)
{
	static const struct {
		const char *constraint;
		int outcome;
	} rows[] = {
		{ "cancel_full", MOVE_E_FULL },
		{ "move_funds", MOVE_E_FUNDS },
		{ "move_seats", MOVE_E_TAKEN },
		{ "till_closed", MOVE_E_TILL },
		{ "pay_attempts", MOVE_E_ATTEMPTS },
		{ "ticket_issues_issue_check", MOVE_E_OFTEN },
	};
	const char *name = db_constraint(t->ctx->primary);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (span_eq_str(span_str(name), rows[i].constraint))
			return rows[i].outcome;
	LOG(ERROR, "move-refused", LINT("reservation", t->was.id),
	    LSTR("constraint", name));
	return DB_F_STATEMENT;
}

/* What all are told: whose key, what is answered, from what it was reckoned,
 * what becomes what. returns: where the rest goes */
static struct db_param *
write_params(struct attempt *t, struct span answer, struct db_param *params)
{
	const struct move *ask = t->ask;
	struct arena *a = &t->ctx->arena;
	struct db_param *p = params + IDEM_PARAMS;

	idem_params(t->ctx, ask->idem, params);
	*p++ = db_bytes(a, answer);
	*p++ = db_i64(a, t->was.id);
	*p++ = db_i64(a, t->was.n_moves);
	*p++ = db_i64s(a, t->was.cancelled, t->was.n_cancelled);
	*p++ = db_i64s(a, t->from, ask->n_lines);
	*p++ = db_i64s(a, t->to, ask->n_lines);
	*p++ = db_i64s(a, t->prices, ask->n_lines);
	*p++ = db_i64s(a, t->types, ask->n_lines);
	*p++ = db_i64(a, hold_token_mark(&t->whole.is.token));
	*p++ = db_i64(a, t->epoch);
	*p++ = db_time(a, t->at_ms);
	*p++ = db_text(a, ask->by == NULL ? t->rule : SPAN_NONE);
	return p;
}

static struct db_param *
write_outside(struct attempt *t, struct db_param *p)
{
	const struct move *ask = t->ask;
	const struct payment_order order = { .method = ask->method,
		.source = ask->source,
		.return_url = ask->return_url,
		.declined = ask->declined,
		.lost = ask->lost };

	*p++ = db_str(ask->method->name);
	payment_outside_params(t->ctx, &order, p);
	p += PAYMENT_OUTSIDE_PARAMS;
	*p++ = db_i64(&t->ctx->arena, t->ctx->set.hold_hard_seconds);
	return p;
}

static struct db_param *
write_at_once(struct attempt *t, struct db_param *p)
{
	const struct refund_shares *shares = &t->shares;
	struct arena *a = &t->ctx->arena;

	*p++ = db_i64s(a, shares->ids, shares->n);
	*p++ = db_i64s(a, shares->payments, shares->n);
	*p++ = db_i64s(a, shares->amounts, shares->n);
	*p++ = db_i64(a, WALLET_BALANCE_MAX);
	if (t->ask->by == NULL)
		return p;
	*p++ = db_i64(a, t->ask->till);
	memcpy(p, t->ask->by, PAYMENT_BY_PARAMS * sizeof(*p));
	return p + PAYMENT_BY_PARAMS;
}

static int
call(struct attempt *t, struct span answer, struct db_rows *rows)
{
	const struct sql *sql = asks_outside(t) ? &sql_move_intent
	    : t->ask->by == NULL                ? &sql_move_make
						: &sql_move_make_by;
	struct db_param params[PARAMS_MAX];
	struct db_param *p = write_params(t, answer, params);
	struct arena *a = &t->ctx->arena;
	struct db *db = t->ctx->primary;
	int n, r;

	p = asks_outside(t) ? write_outside(t, p) : write_at_once(t, p);
	n = (int)(p - params);
	r = db_run(db, a, sql, n, params, rows);
	/* Whether it was done is told by doing it again. */
	if (r == DB_F_UNKNOWN)
		r = db_run(db, a, sql, n, params, rows);
	return r == DB_E_CONSTRAINT ? refused(t) : db_sure(r);
}

/* What is known of a key, as our outcomes; < 0 a fault. */
static int
as_move(int idem, int otherwise)
{
	static const int outcomes[] = {
		[IDEM_E_REPLAY] = MOVE_E_REPLAY,
		[IDEM_E_MISMATCH] = MOVE_E_MISMATCH,
		[IDEM_E_RUNNING] = MOVE_E_RUNNING,
	};

	return idem < 0 ? idem : idem > 0 ? outcomes[idem] : otherwise;
}

static int
outcome_of(struct attempt *t, const struct db_rows *rows)
{
	static const struct db_word words[] = {
		{ "moved", MOVE_OK },
		{ "sent", MOVE_E_PENDING },
		{ "paying", MOVE_E_PAYING },
		{ "again", AGAIN },
		{ "epoch", AGAIN },
		{ "closed", MOVE_E_CLOSED },
		{ "money", MOVE_E_MONEY },
	};
	struct span word = db_cell(rows, 0, 0);
	int r = db_said(word, words, ARRAY_LEN(words), DB_F_STATEMENT);

	if (span_eq_str(word, "epoch"))
		epoch_forget(t->ctx);
	return r != DB_F_STATEMENT
	    ? r
	    : as_move(idem_read(t->ctx, rows, &t->out->answer), r);
}

/* Somebody has claimed a seat that Redis had as free. */
static void
tell_conflicts(struct attempt *t)
{
	const struct hold_record *is = &t->taken.is;
	struct hold_conflicts *out = &t->out->conflicts;

	out->seats = ARENA_ARRAY(&t->ctx->arena, is->n_seats + 1,
	    struct seat_change);
	out->n = 0;
	for (size_t i = 0; i < is->n_seats; i++)
		out->seats[out->n++] = (struct seat_change){ is->seats[i],
			SEAT_RESERVED };
}

/* Not by this attempt, unless that is unknown; but perhaps by another one of
 * the same key or reservation, and then reconcile knows. */
static bool
may_be_claimed(int r)
{
	return r == DB_F_UNKNOWN || r == MOVE_E_PENDING || r == MOVE_E_REPLAY
	    || r == MOVE_E_RUNNING || r == MOVE_E_PAYING;
}

static int
commit(struct attempt *t)
{
	struct span answer = t->ask->answer(t->ctx, t->ask->answer_arg,
	    &t->will_be);
	struct db_rows rows;
	int r;

	FAULT_POINT("move.before_commit");
	r = call(t, answer, &rows);
	FAULT_POINT("move.after_commit");
	if (r == 0)
		r = outcome_of(t, &rows);
	if (r == MOVE_E_PENDING)
		t->out->payment = db_get_i64(&rows, 0, 3);
	if (r == MOVE_OK) {
		t->out->answer = (struct idem_answer){ 200, answer };
		hold_moved(t->ctx, &t->whole, &t->taken, &t->gone,
		    t->back > 0 && !payment_at_once(t->method)
			? HOLD_BACK_WAITS
			: HOLD_BACK_FREE);
		FAULT_POINT("move.after_mirror");
		return r;
	}
	if (r == MOVE_E_TAKEN)
		tell_conflicts(t);
	if (!may_be_claimed(r))
		untake(t);
	return r;
}

static int
attempt(struct attempt *t)
{
	int r = find(t);

	if (r == MOVE_OK)
		r = read_lines(t);
	if (r == MOVE_OK) {
		look_ahead(t);
		r = take(t);
	}
	if (r == MOVE_OK)
		return commit(t);
	/* It cannot be done; but perhaps the key was answered before. */
	return r < 0
	    ? r
	    : as_move(idem_look(t->ctx, t->ask->idem, &t->out->answer), r);
}

/* What a key began that has its end elsewhere.
 * returns: MOVE_OK where it began nothing */
static int
begun(struct ctx *ctx, const struct move *ask, struct move_result *out)
{
	static const int outcomes[] = {
		[PAYMENT_OK] = MOVE_OK,
		[PAYMENT_E_PENDING] = MOVE_E_PENDING,
		[PAYMENT_E_REPLAY] = MOVE_E_REPLAY,
		[PAYMENT_E_MISMATCH] = MOVE_E_MISMATCH,
		[PAYMENT_E_RUNNING] = MOVE_E_RUNNING,
	};
	struct payment_result result;
	int r;

	if (ask->method == NULL || payment_at_once(ask->method))
		return MOVE_OK;
	r = payment_of_key(ctx, ask->idem, &result);
	out->answer = result.answer;
	out->payment = result.id;
	return r < 0 ? r : outcomes[r];
}

int
move_make(struct ctx *ctx, const struct move *ask, struct move_result *out)
{
	struct attempt t = { .ctx = ctx, .ask = ask, .out = out };
	int r = begun(ctx, ask, out);

	if (r != MOVE_OK)
		return r;
	r = AGAIN;
	for (int i = 0; i < TRIES && r == AGAIN; i++)
		r = attempt(&t);
	/* By this key, perhaps. */
	if (r == MOVE_E_PAYING) {
		int64_t other = out->payment;
		int by_key = begun(ctx, ask, out);

		if (by_key != MOVE_OK)
			return by_key;
		out->payment = other;
		return r;
	}
	if (r != AGAIN)
		return r;
	LOG(WARN, "move-unsettled", LINT("reservation", t.was.id));
	return DB_F_TIMEOUT;
}
