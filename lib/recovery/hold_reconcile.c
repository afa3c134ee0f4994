/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_reconcile - the map follows the facts
 *
 * This file sets one map right; hold_reconcile_round.c says which.
 *
 * Layer: domain.  Uses: base, store, seat, hold.
 */
#include "recovery/hold_reconcile.h"

#include "base/fault.h"
#include "base/log.h"
#include "base/strbuf.h"
#include "hold/hold_pay.h"
#include "hold/hold_script.h"
#include "recovery/stock_reconcile.h"
#include "seat/epoch.h"
#include "seat/seat_script.h"
#include "seat/seat_set.h"
#include "seat/seat_state.h"
#include "store/read.h"

#include <stdlib.h>

/* An H comes to the map with its hold, by hold_adopt: an H that no record
 * stands behind could not be told from one whose hold is over. */
SQL(reconcile_claims,
    "SELECT array_agg(seat_no), string_agg(state::text, ''), array_agg(mark)"
    " FROM seat_claim WHERE performance_id = $1 AND state <> 'H'");
/* Whose hold it was: the reservation may be another's by now. */
SQL(reconcile_owners,
    "SELECT c.hold_token, coalesce(h.user_id, c.user_id),"
    "  array_agg(c.seat_no ORDER BY c.seat_no)"
    " FROM seat_claim AS c LEFT JOIN holds AS h ON h.token = c.hold_token"
    " WHERE c.performance_id = $1 AND c.seat_no = ANY ($2)"
    "  AND c.state = 'R' GROUP BY 1, 2");
SQL(reconcile_bought,
    "SELECT user_id, sum(n)::bigint FROM (SELECT user_id, 1 AS n"
    "  FROM seat_claim WHERE performance_id = $1 AND state = 'R'"
    "  UNION ALL SELECT user_id, quantity FROM section_claim"
    "  WHERE performance_id = $1 AND state = 'R') AS bought"
    " GROUP BY user_id ORDER BY user_id");

/* A hundred bytes a seat and a thousand a hold with its user: four times what a
 * hall of 110,000 places takes of which each is another's hold. */
#define MAP_BYTES ((size_t)512 << 20)

struct one_seat {
	char was, to; /* letters; to 0: as it was */
	int32_t was_mark, to_mark;
	const struct hold_record *owner; /* the running hold it is in */
	bool late;                       /* paid, and its mirror never came */
};

struct user {
	int64_t id, bought;
	struct span was; /* the record as it was read */
	bool holds;      /* something now: not to be touched */
};

struct map {
	struct ctx *ctx;
	int64_t performance, epoch;
	struct one_seat *seats;
	size_t n_seats;
	struct hold_record *holds; /* those that run */
	size_t n_holds;
	struct stock_reconcile stock; /* of counter sections */
	struct user *users;           /* by id */
	size_t n_users;
	struct span dirty; /* how often scripts found it so; NONE */
	size_t n_set;
};

/* ---- what Redis says ---- */

static void
take_hold(struct map *m, struct span field, struct span record)
{
	struct hold_record *h = &m->holds[m->n_holds];
	struct hold_token token = { .performance = m->performance };
	int32_t mark;

	memcpy(token.random, field.p, sizeof(token.random));
	if (!hold_record_read(&token, record, h)
	    || (h->status != HOLD_HELD && h->status != HOLD_PAYING))
		return;
	m->n_holds++;
	if (h->section_no > 0)
		return;
	mark = hold_token_mark(&token);
	for (size_t i = 0; i < h->n_seats; i++)
		if (h->seats[i] <= (int64_t)m->n_seats
		    && m->seats[h->seats[i] - 1].was_mark == mark)
			m->seats[h->seats[i] - 1].owner = h;
}

static void
take_user(struct map *m, struct span field, struct span record)
{
	struct user *u = &m->users[m->n_users];
	struct hold_user is;

	field.p++;
	field.len--;
	if (!span_to_i64(field, &u->id))
		return;
	u->was = record;
	u->holds = hold_user_read(record, &is) && is.tokens.len > 0;
	u->bought = 0;
	m->n_users++;
}

/* A hold is large, and most of the records may be of users. */
static void
make_room(struct map *m, const struct kv_reply *fields)
{
	size_t n_users = 0;

	for (size_t i = 0; i + 1 < fields->n; i += 2)
		if (hold_record_is_user(fields->items[i].str,
			fields->items[i + 1].str))
			n_users++;
	m->holds = ARENA_ARRAY(&m->ctx->arena, fields->n / 2 - n_users + 1,
	    struct hold_record);
	m->users = ARENA_ARRAY(&m->ctx->arena, n_users + 1, struct user);
}

static void
take_fields(struct map *m, const struct kv_reply *fields)
{
	make_room(m, fields);
	for (size_t i = 0; i + 1 < fields->n; i += 2) {
		struct span field = fields->items[i].str;
		struct span record = fields->items[i + 1].str;

		if (hold_record_is_user(field, record))
			take_user(m, field, record);
		else if (field.len == HOLD_RANDOM_LEN)
			take_hold(m, field, record);
	}
}

static struct span
key_of(const struct map *m, enum perf_key which)
{
	return seat_key(m->ctx, m->performance, m->epoch, which);
}

/* One moment of the map: a letter read before a script and a record read after
 * it are no state that ever was, and the seat may be at that letter again when
 * it is set. */
static void
queue_reads(struct map *m)
{
	struct ctx *ctx = m->ctx;
	struct span meta = key_of(m, KEY_META);

	kv_queue(ctx->kv, 1, (struct span[]){ SPAN_LIT("MULTI") });
	kv_queue(ctx->kv, 3,
	    (struct span[]){ SPAN_LIT("HGET"), meta, SPAN_LIT("dirty") });
	kv_queue(ctx->kv, 3,
	    (struct span[]){ SPAN_LIT("HGET"), meta, SPAN_LIT("s") });
	kv_queue(ctx->kv, 2,
	    (struct span[]){ SPAN_LIT("GET"), key_of(m, KEY_SEATS) });
	kv_queue(ctx->kv, 2,
	    (struct span[]){ SPAN_LIT("GET"), key_of(m, KEY_REFS) });
	kv_queue(ctx->kv, 2,
	    (struct span[]){ SPAN_LIT("HGETALL"), key_of(m, KEY_HOLDS) });
	kv_queue(ctx->kv, 2,
	    (struct span[]){ SPAN_LIT("HGETALL"), key_of(m, KEY_STOCK) });
	kv_queue(ctx->kv, 1, (struct span[]){ SPAN_LIT("EXEC") });
}

/* returns: 0; 1 not live; < 0 a fault */
static int
read_redis(struct map *m)
{
	struct arena *a = &m->ctx->arena;
	struct kv_reply replies[8], *read;
	int r;

	queue_reads(m);
	r = kv_run(m->ctx->kv, a, ARRAY_LEN(replies), replies);
	if (r < 0)
		return r;
	read = replies[7].items; /* as they were queued */
	if (replies[7].n != 6 || read[1].type != KV_STR
	    || !span_eq_str(read[1].str, "live") || read[2].type != KV_STR
	    || read[4].type != KV_ARRAY || read[5].type != KV_ARRAY)
		return 1;
	m->dirty = read[0].type == KV_STR ? read[0].str : SPAN_NONE;
	m->n_seats = read[2].str.len;
	m->seats = ARENA_ARRAY(a, m->n_seats + 1, struct one_seat);
	for (size_t i = 0; i < m->n_seats; i++) {
		m->seats[i].was = read[2].str.p[i];
		m->seats[i].was_mark = read[3].type == KV_STR
		    ? seat_mark_at(read[3].str, i)
		    : 0;
	}
	take_fields(m, &read[4]);
	m->stock = (struct stock_reconcile){ .performance = m->performance,
		.epoch = m->epoch,
		.stock = &read[5],
		.holds = m->holds,
		.n_holds = m->n_holds };
	return 0;
}

/* ---- what PostgreSQL says ---- */

/* Whether a blocked seat is promised to whom it is kept for: the hold says so,
 * and its scripts block it again. */
static bool
is_kept_for(const struct one_seat *s)
{
	return s->owner != NULL && s->owner->blocked
	    && (s->was == SEAT_HOLD || s->was == SEAT_PAYMENT_PENDING);
}

static void
take_claim(struct map *m, int64_t seat_no, char state, int32_t mark)
{
	struct one_seat *s;

	if (seat_no > (int64_t)m->n_seats)
		return;
	s = &m->seats[seat_no - 1];
	if (state == SEAT_BLOCKED && is_kept_for(s))
		return;
	s->to = state;
	s->to_mark = mark;
	if (s->was_mark != mark)
		return;
	/* Its mirror never came: it also ends the hold and counts. */
	if (state == SEAT_RESERVED
	    && (s->was == SEAT_PAYMENT_PENDING || s->was == SEAT_HOLD)) {
		s->to = s->was;
		s->late = true;
	}
}

/* Whether the hold's claim on its i-th seat, or place, was found; state '\0':
 * any. */
static bool
has_claim(const struct map *m, const struct hold_record *h, size_t i,
    char state)
{
	const struct one_seat *s;

	if (h->section_no > 0) {
		char claim = m->stock.claims[h - m->holds];

		return state == '\0' ? claim != '\0' : claim == state;
	}
	if (h->seats[i] > (int64_t)m->n_seats)
		return false;
	s = &m->seats[h->seats[i] - 1];
	return s->to != '\0' && s->to_mark == hold_token_mark(&h->token)
	    && (state == '\0' || s->to == state);
}

/* A hold that runs in Redis is paid in PostgreSQL, whatever letter its seats
 * have: perhaps it was we who set it. */
static void
take_paid(struct map *m)
{
	for (size_t i = 0; i < m->n_holds; i++)
		for (size_t k = 0;
		     m->holds[i].section_no == 0 && k < m->holds[i].n_seats;
		     k++)
			if (has_claim(m, &m->holds[i], k, SEAT_RESERVED))
				m->seats[m->holds[i].seats[k] - 1].late = true;
}

static int
read_claims(struct map *m)
{
	struct arena *a = &m->ctx->arena;
	const struct db_param param = db_i64(a, m->performance);
	struct db_rows rows;
	struct span states;
	int64_t *seats, *marks;
	size_t n, n_marks;
	int r;

	r = db_read_primary(m->ctx, &sql_reconcile_claims, 1, &param, &rows);
	if (r != 0 || db_is_null(&rows, 0, 0))
		return r;
	seats = db_get_i64s(a, &rows, 0, 0, &n);
	states = db_cell(&rows, 0, 1);
	marks = db_get_i64s(a, &rows, 0, 2, &n_marks);
	for (size_t i = 0; i < n && i < states.len && i < n_marks; i++)
		take_claim(m, seats[i], states.p[i], (int32_t)marks[i]);
	take_paid(m);
	return 0;
}

/* ---- what that makes ---- */

/* What a seat without a claim should be; its mark stays. While its hold runs
 * it is the scripts' business, also where letter and record do not fit: they
 * end such a hold, and what that leaves is dirty. */
static char
unclaimed(const struct one_seat *s)
{
	if (s->owner != NULL
	    && (s->was == SEAT_HOLD || s->was == SEAT_PAYMENT_PENDING))
		return s->was;
	return SEAT_AVAILABLE;
}

static bool
differs(const struct one_seat *s)
{
	return s->was != s->to || s->was_mark != s->to_mark;
}

static int
set_seats(struct map *m)
{
	struct seat_setting *seats = ARENA_ARRAY(&m->ctx->arena, m->n_seats + 1,
	    struct seat_setting);
	struct seat_set set = { .performance = m->performance,
		.epoch = m->epoch,
		.seats = seats };
	int r;

	for (size_t i = 0; i < m->n_seats; i++) {
		struct one_seat *s = &m->seats[i];

		if (s->to == '\0') {
			s->to = unclaimed(s);
			s->to_mark = s->was_mark;
		}
		if (differs(s))
			seats[set.n_seats++] = (struct seat_setting){ (int64_t)i
				    + 1,
				s->was, s->to, s->was_mark, s->to_mark };
	}
	FAULT_POINT("reconcile.before_set");
	r = seat_set(m->ctx, &set);
	FAULT_POINT("reconcile.after_set");
	m->n_set += set.n_set;
	return r;
}

/* Purchases whose mirror never came. After set_seats, which sets those of
 * their seats that had gone on to somebody else. */
static int
mirror(struct map *m)
{
	struct arena *a = &m->ctx->arena;
	int64_t *late = ARENA_ARRAY(a, m->n_seats + 1, int64_t);
	struct db_param params[2] = { db_i64(a, m->performance) };
	struct db_rows rows;
	size_t n = 0;
	int r;

	for (size_t i = 0; i < m->n_seats; i++)
		if (m->seats[i].late)
			late[n++] = (int64_t)i + 1;
	if (n == 0)
		return 0;
	params[1] = db_i64s(a, late, n);
	r = db_read_primary(m->ctx, &sql_reconcile_owners, 2, params, &rows);
	for (size_t i = 0; r == 0 && i < rows.n_rows; i++) {
		struct hold h = { .epoch = m->epoch };
		int64_t *seats = db_get_i64s(a, &rows, i, 2, &h.is.n_seats);

		if (!hold_token_read(db_cell(&rows, i, 0), &h.is.token)
		    || h.is.n_seats > HOLD_SEATS_MAX)
			continue;
		h.is.user = db_get_i64(&rows, i, 1);
		memcpy(h.is.seats, seats, h.is.n_seats * sizeof(*seats));
		hold_paid(m->ctx, &h);
		m->n_set += h.is.n_seats;
	}
	return r;
}

static bool
claimed(const struct map *m, const struct hold_record *h)
{
	for (size_t i = 0; i < h->n_seats; i++)
		if (has_claim(m, h, i, '\0'))
			return true;
	return false;
}

static int
abandon_one(struct map *m, const struct hold_record *h)
{
	struct seat_call call;
	struct hold ended;
	int r;

	hold_call_begin(m->ctx, &call, &script_hold_abandon, &h->token);
	hold_arg_journal(m->ctx, &call);
	FAULT_POINT("abandon.before_script");
	r = hold_call(m->ctx, &call);
	FAULT_POINT("abandon.after_script");
	if (r != 0 || !seat_said(&call.reply, "ok"))
		return r < 0 ? r : 0;
	m->n_set += h->n_seats;
	r = hold_from_reply(m->ctx, &call, &h->token,
	    seat_reply(&call.reply, 1), seat_reply(&call.reply, 2), &ended);
	return r == 0 ? hold_keep(m->ctx, &ended, 1) : r;
}

/* Payments that left no claim: the script asks whether anybody may still be
 * at work. Before the claims are filled up. */
static int
abandon(struct map *m)
{
	int r = 0;

	for (size_t i = 0; i < m->n_holds && r == 0; i++)
		if (m->holds[i].status == HOLD_PAYING
		    && !claimed(m, &m->holds[i]))
			r = abandon_one(m, &m->holds[i]);
	return r;
}

/* ---- counts ---- */

static int
by_id(const void *a, const void *b)
{
	const struct user *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

static int
set_count(struct map *m, int64_t user_id, struct span was, int64_t bought)
{
	struct ctx *ctx = m->ctx;
	struct hold_user user = { .rate = SPAN_NONE };
	struct span to = SPAN_LIT("");
	struct kv_reply reply;
	int r;

	/* What limits keep of him stays. */
	if (!hold_user_read(was, &user))
		user = (struct hold_user){ .rate = SPAN_NONE };
	if (bought > 0 || user.rate.len > 0 || user.hoard.len > 0)
		to = hold_user_text(&ctx->arena,
		    &(struct hold_user){ .bought = bought,
			.rate = user.rate,
			.hoard = user.hoard });
	if (span_eq(was, to))
		return 0;
	r = seat_script(ctx, m->performance, m->epoch, &script_seat_count, 3,
	    (struct span[]){ seat_number(ctx, user_id), was, to }, &reply);
	if (r == 0 && seat_said(&reply, "ok"))
		m->n_set++;
	return r;
}

/* Whoever holds something may be about to buy it: his purchase would be
 * counted twice. */
static int
set_counts(struct map *m)
{
	struct arena *a = &m->ctx->arena;
	const struct db_param param = db_i64(a, m->performance);
	struct db_rows rows;
	int r;

	qsort(m->users, m->n_users, sizeof(m->users[0]), by_id);
	r = db_read_primary(m->ctx, &sql_reconcile_bought, 1, &param, &rows);
	for (size_t i = 0; r == 0 && i < rows.n_rows; i++) {
		struct user key = { .id = db_get_i64(&rows, i, 0) };
		struct user *u = bsearch(&key, m->users, m->n_users,
		    sizeof(m->users[0]), by_id);

		if (u != NULL)
			u->bought = db_get_i64(&rows, i, 1);
		else
			r = set_count(m, key.id, SPAN_LIT(""),
			    db_get_i64(&rows, i, 1));
	}
	for (size_t i = 0; r == 0 && i < m->n_users; i++)
		if (!m->users[i].holds)
			r = set_count(m, m->users[i].id, m->users[i].was,
			    m->users[i].bought);
	return r;
}

/* Only now: who dies on the way leaves it to the next one. */
static int
forget_dirty(struct map *m)
{
	struct kv_reply reply;

	if (!span_is(m->dirty))
		return 0;
	FAULT_POINT("reconcile.before_clean");
	return seat_script(m->ctx, m->performance, m->epoch, &script_seat_clean,
	    1, &m->dirty, &reply);
}

/* returns: 0; 1 not live, or loaded anew: nothing that was read is so any
 * more; < 0 a fault */
static int
set_right(struct map *m)
{
	int r = read_redis(m);

	FAULT_POINT("reconcile.after_redis");
	if (r != 0)
		return r;
	r = read_claims(m);
	if (r == 0)
		r = stock_reconcile_read(m->ctx, &m->stock);
	FAULT_POINT("reconcile.after_claims");
	if (r == 0)
		r = stock_reconcile_set(m->ctx, &m->stock, &m->n_set);
	if (r == 0)
		r = abandon(m);
	if (r == 0)
		r = set_seats(m);
	if (r == 0)
		r = mirror(m);
	if (r == 0)
		r = set_counts(m);
	if (r == 0)
		r = forget_dirty(m);
	return r;
}

int
hold_reconcile_map(struct ctx *ctx, int64_t performance, size_t *n)
{
	struct map m = { .ctx = ctx, .performance = performance };
	struct arena round;
	int r = epoch_get(ctx, &m.epoch);

	if (r != 0)
		return r;
	ctx_arena_own(ctx, &round, MAP_BYTES);
	r = set_right(&m);
	ctx_arena_back(ctx, &round);
	if (m.n_set > 0)
		LOG(WARN, "map-reconciled", LINT("performance", performance),
		    LINT("set", m.n_set));
	*n += m.n_set;
	return r < 0 ? r : 0;
}
