/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * truth - whether Redis, claims, reservations and journal say the same
 *
 * Layer: tests.  Uses: seat, hold_record, house.
 */
#include "tests/support/truth.h"

#include "journal/hold_record.h"
#include "seat/epoch.h"
#include "seat/seat_script.h"
#include "tests/support/house.h"

#include <check.h>

#define RUNNING_MAX 64

SQL(truth_owners,
    "SELECT count(*) FROM"
    " (SELECT seat_no, hold_token, user_id FROM reservations"
    "  CROSS JOIN unnest(seats) AS seat_no"
    "  WHERE performance_id = $1 AND seat_no <> ALL (cancelled)"
    "  AND section_no IS NULL) AS r"
    " FULL JOIN"
    " (SELECT seat_no, hold_token, user_id FROM seat_claim"
    "  WHERE performance_id = $1 AND state = 'R') AS c"
    " USING (seat_no, hold_token, user_id)"
    " WHERE (r IS NULL) <> (c IS NULL)");
SQL(truth_claims,
    "SELECT seat_no, state, mark, coalesce(user_id, 0) FROM seat_claim"
    " WHERE performance_id = $1");
/* Claims of counter sections, and those that no reservation is behind. */
SQL(truth_places,
    "SELECT c.user_id, c.quantity, c.state = 'R', c.state = 'R'"
    "  AND (r.section_no IS DISTINCT FROM c.section_no OR c.quantity"
    "  <> cardinality(r.seats) - cardinality(r.cancelled))"
    " FROM section_claim AS c LEFT JOIN reservations AS r"
    "  ON r.id = c.reservation_id WHERE c.performance_id = $1");
SQL(truth_stock,
    "SELECT s.section_no, concat_ws(' ', s.version, s.kept, s.capacity),"
    " s.taken = coalesce(sum(c.quantity), 0)"
    " AND s.kept = coalesce(sum(c.quantity) FILTER (WHERE c.state = 'R'), 0)"
    " FROM section_stock AS s LEFT JOIN section_claim AS c"
    "  USING (performance_id, section_no) WHERE performance_id = $1"
    " GROUP BY s.performance_id, s.section_no");
SQL(truth_journal,
    "SELECT count(*) FROM holds WHERE performance_id = $1"
    " AND status IN ('held', 'paying')");

struct truth {
	struct db_rows claims, places;
	/* letters, marks, holds, :ends, :due, :meta's due, :stock */
	struct kv_reply redis[7];
	struct hold_record running[RUNNING_MAX];
	size_t n_running;
};

static struct db_rows
rows_of(const struct sql *sql)
{
	struct arena *a = &house.ctx.arena;
	const struct db_param param = db_i64(a, house.performance);
	struct db_rows rows;

	ck_assert_int_eq(db_run(house.ctx.primary, a, sql, 1, &param, &rows),
	    0);
	return rows;
}

static void
read_redis(struct truth *t)
{
	struct ctx *ctx = &house.ctx;
	int64_t epoch;

	(void)house_map(); /* it is loaded now */
	ck_assert_int_eq(epoch_get(ctx, &epoch), 0);
	kv_queue(ctx->kv, 2,
	    (struct span[]){ SPAN_LIT("GET"),
		seat_key(ctx, house.performance, epoch, KEY_SEATS) });
	kv_queue(ctx->kv, 2,
	    (struct span[]){ SPAN_LIT("GET"),
		seat_key(ctx, house.performance, epoch, KEY_REFS) });
	kv_queue(ctx->kv, 2,
	    (struct span[]){ SPAN_LIT("HGETALL"),
		seat_key(ctx, house.performance, epoch, KEY_HOLDS) });
	kv_queue(ctx->kv, 4,
	    (struct span[]){ SPAN_LIT("LRANGE"),
		seat_key(ctx, house.performance, epoch, KEY_ENDS),
		SPAN_LIT("0"), SPAN_LIT("-1") });
	kv_queue(ctx->kv, 5,
	    (struct span[]){ SPAN_LIT("ZRANGE"),
		seat_key(ctx, house.performance, epoch, KEY_DUE), SPAN_LIT("0"),
		SPAN_LIT("-1"), SPAN_LIT("WITHSCORES") });
	kv_queue(ctx->kv, 3,
	    (struct span[]){ SPAN_LIT("HGET"),
		seat_key(ctx, house.performance, epoch, KEY_META),
		SPAN_LIT("due") });
	kv_queue(ctx->kv, 2,
	    (struct span[]){ SPAN_LIT("HGETALL"),
		seat_key(ctx, house.performance, epoch, KEY_STOCK) });
	ck_assert_int_eq(
	    kv_run(ctx->kv, &ctx->arena, ARRAY_LEN(t->redis), t->redis), 0);
	ck_assert_uint_eq(t->redis[0].str.len, HOUSE_SEATS);
}

static void
read_running(struct truth *t)
{
	const struct kv_reply *fields = &t->redis[2];

	for (size_t i = 0; i + 1 < fields->n; i += 2) {
		struct hold_token token = { .performance = house.performance };
		struct hold_record *h = &t->running[t->n_running];

		if (fields->items[i].str.len != HOLD_RANDOM_LEN)
			continue;
		memcpy(token.random, fields->items[i].str.p, HOLD_RANDOM_LEN);
		ck_assert(
		    hold_record_read(&token, fields->items[i + 1].str, h));
		ck_assert_uint_lt(t->n_running, RUNNING_MAX - 1);
		t->n_running += h->status == HOLD_HELD
		    || h->status == HOLD_PAYING;
	}
}

static int32_t
mark_of(const struct truth *t, int64_t seat)
{
	const struct span marks = t->redis[1].str;
	uint32_t mark = 0;

	for (size_t i = 0; i < 4; i++) {
		size_t at = 4 * (size_t)(seat - 1) + i;

		mark = mark << 8 | (at < marks.len ? (uint8_t)marks.p[at] : 0);
	}
	return (int32_t)mark;
}

/* The letter a seat should have, and its mark if that matters. */
static char
expected(const struct truth *t, int64_t seat, int32_t *mark)
{
	char is = 'A';
	bool kept_for = false;

	*mark = mark_of(t, seat);
	for (size_t i = 0; i < t->n_running; i++)
		for (size_t k = 0; k < t->running[i].n_seats; k++) {
			const struct hold_record *h = &t->running[i];

			if (h->section_no > 0 || h->seats[k] != seat)
				continue;
			ck_assert_msg(is == 'A', "seat %d is held twice",
			    (int)seat);
			is = h->status == HOLD_HELD ? 'H' : 'P';
			*mark = hold_token_mark(&h->token);
			kept_for = h->blocked;
		}
	for (size_t i = 0; i < t->claims.n_rows; i++)
		if (db_get_i64(&t->claims, i, 0) == seat
		    && !(kept_for && db_cell(&t->claims, i, 1).p[0] == 'B')) {
			is = db_cell(&t->claims, i, 1).p[0];
			*mark = (int32_t)db_get_i64(&t->claims, i, 2);
		}
	return is;
}

static void
check_seats(const struct truth *t)
{
	for (int64_t seat = 1; seat <= HOUSE_SEATS; seat++) {
		char is = t->redis[0].str.p[seat - 1];
		int32_t mark;
		char should = expected(t, seat, &mark);

		ck_assert_msg(is == should, "seat %d is %c and should be %c",
		    (int)seat, is, should);
		ck_assert_msg(mark_of(t, seat) == mark,
		    "seat %d has another's mark", (int)seat);
	}
}

/* "held bought tokens" of a user; returns how many seats that are. */
static int64_t
check_user(const struct truth *t, int64_t user, struct span text)
{
	int64_t held, bought, n_held = 0, n_bought = 0;
	size_t n_holds = 0;

	ck_assert(span_to_i64(span_cut(&text, ' '), &held));
	ck_assert(span_to_i64(span_cut(&text, ' '), &bought));
	for (size_t i = 0; i < t->n_running; i++)
		if (t->running[i].user == user) {
			n_held += (int64_t)t->running[i].n_seats;
			n_holds++;
		}
	for (size_t i = 0; i < t->claims.n_rows; i++)
		n_bought += db_get_i64(&t->claims, i, 3) == user
		    && db_cell(&t->claims, i, 1).p[0] == 'R';
	for (size_t i = 0; i < t->places.n_rows; i++)
		if (db_get_i64(&t->places, i, 0) == user
		    && db_get_bool(&t->places, i, 2))
			n_bought += db_get_i64(&t->places, i, 1);
	ck_assert_int_eq(held, n_held);
	ck_assert_int_eq(bought, n_bought);
	ck_assert_uint_eq(text.len, n_holds * HOLD_RANDOM_LEN);
	return held + bought;
}

static void
check_users(const struct truth *t)
{
	const struct kv_reply *fields = &t->redis[2];
	int64_t n_counted = 0, n_seats = 0;

	for (size_t i = 0; i + 1 < fields->n; i += 2) {
		struct span field = fields->items[i].str;
		int64_t user;

		/* Neither a hold nor what somebody released counts here. */
		if (field.len == HOLD_RANDOM_LEN || field.p[0] == 'r')
			continue;
		ck_assert(span_to_i64(
		    (struct span){ field.p + 1, field.len - 1 }, &user));
		n_counted += check_user(t, user, fields->items[i + 1].str);
	}
	for (size_t i = 0; i < t->n_running; i++)
		n_seats += (int64_t)t->running[i].n_seats;
	for (size_t i = 0; i < t->claims.n_rows; i++)
		n_seats += db_cell(&t->claims, i, 1).p[0] == 'R';
	for (size_t i = 0; i < t->places.n_rows; i++)
		if (db_get_bool(&t->places, i, 2))
			n_seats += db_get_i64(&t->places, i, 1);
	ck_assert_int_eq(n_counted, n_seats);
}

/* Each counter section is in Redis what PostgreSQL says, with what the running
 * holds promise of it; and its row is what its claims are. */
static void
check_stock(const struct truth *t)
{
	struct db_rows rows = rows_of(&sql_truth_stock);
	const struct kv_reply *fields = &t->redis[6];

	ck_assert_uint_eq(fields->n, 2 * rows.n_rows);
	for (size_t i = 0; i < t->places.n_rows; i++)
		ck_assert(!db_get_bool(&t->places, i, 3));
	for (size_t i = 0; i < rows.n_rows; i++) {
		struct span facts = db_cell(&rows, i, 1), is = SPAN_NONE;
		int64_t promised = 0;

		ck_assert(db_get_bool(&rows, i, 2));
		for (size_t k = 0; k < t->n_running; k++)
			if (t->running[k].section_no == db_get_i64(&rows, i, 0))
				promised += (int64_t)t->running[k].n_seats;
		for (size_t k = 0; k + 1 < fields->n; k += 2)
			if (span_eq(fields->items[k].str, db_cell(&rows, i, 0)))
				is = fields->items[k + 1].str;
		ck_assert_msg(span_eq_str(is,
				  arena_printf(&house.ctx.arena, "%.*s %d",
				      (int)facts.len, facts.p, (int)promised)),
		    "the stock is %.*s and should be %.*s %d", (int)is.len,
		    is.p, (int)facts.len, facts.p, (int)promised);
	}
}

/* Whether one of the pairs token, ms is this hold at its end. */
static bool
waits_in(const struct kv_reply *pairs, const struct hold_record *h)
{
	const struct span token = hold_token_bytes(&h->token);
	int64_t ms;

	for (size_t i = 0; i + 1 < pairs->n; i += 2)
		if (span_eq(pairs->items[i].str, token)
		    && span_to_i64(pairs->items[i + 1].str, &ms)
		    && ms == h->ends_ms)
			return true;
	return false;
}

static void
check_ends(const struct truth *t)
{
	for (size_t i = 0; i < t->n_running; i++) {
		const struct hold_record *h = &t->running[i];
		int64_t due_ms;

		if (h->status != HOLD_HELD)
			continue;
		ck_assert(waits_in(&t->redis[3], h)
		    || waits_in(&t->redis[4], h));
		ck_assert(span_to_i64(t->redis[5].str, &due_ms));
		ck_assert_int_le(due_ms, h->ends_ms);
	}
}

void
truth_check(void)
{
	static struct truth t;
	struct db_rows rows;

	t = (struct truth){ .n_running = 0 };
	read_redis(&t);
	read_running(&t);
	t.claims = rows_of(&sql_truth_claims);
	t.places = rows_of(&sql_truth_places);
	check_seats(&t);
	check_users(&t);
	check_ends(&t);
	check_stock(&t);
	rows = rows_of(&sql_truth_owners);
	ck_assert_int_eq(db_get_i64(&rows, 0, 0), 0);
	rows = rows_of(&sql_truth_journal);
	ck_assert_int_eq(db_get_i64(&rows, 0, 0), (int64_t)t.n_running);
}
