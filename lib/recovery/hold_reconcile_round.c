/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_reconcile_round - which maps are looked at, and when
 *
 * Nearly every fact is in the map a millisecond after its commit, so most of
 * the work is finding out that there is none. Seats that moved are compared
 * one by one, cheaply and in the wrong order (claims, then Redis); only where
 * that finds a difference is the map set right as a whole, in the right one.
 *
 * Layer: domain.  Uses: base, store, seat, hold.
 */
#include "recovery/hold_reconcile.h"

#include "base/clock.h"
#include "recovery/stock_reconcile.h"
#include "seat/epoch.h"
#include "seat/seat_loaded.h"
#include "seat/seat_script.h"
#include "seat/seat_state.h"
#include "store/read.h"

/* Moves are looked at in each of the first rounds after them, and in every
 * tenth of a minute: the first finds mirrors that failed, the other commits
 * that came long after the time they name. */
#define FRESH_MS 3000
#define MINUTE_MS 60000
#define MINUTE_ROUNDS 10
/* Rounds in which every map has its turn. */
#define TURN_ROUNDS 60
/* The other jobs wait meanwhile. */
#define ROUND_US 100000
/* Seats of one performance compared in one command. */
#define SEATS_MAX 1000

SQL(reconcile_end, "SELECT coalesce(max(id), 0) FROM seat_log");
SQL(reconcile_moved,
    "SELECT m.performance_id, array_agg(m.seat_no),"
    "  string_agg(coalesce(c.state, 'A')::text, ''),"
    "  array_agg(coalesce(c.mark, 0))"
    " FROM (SELECT DISTINCT performance_id, seat_no"
    "  FROM seat_log, unnest(seats) AS seat_no WHERE id > $1"
    "  AND section_no IS NULL) AS m"
    " LEFT JOIN seat_claim AS c ON c.performance_id = m.performance_id"
    "  AND c.seat_no = m.seat_no AND c.state <> 'H'"
    " GROUP BY m.performance_id");

SQL(reconcile_counted,
    "SELECT DISTINCT s.performance_id, s.section_no, s.version, s.kept,"
    "  concat_ws(' ', s.version, s.kept, s.capacity)"
    " FROM seat_log AS l JOIN section_stock AS s"
    "  USING (performance_id, section_no) WHERE l.id > $1");

struct round {
	struct ctx *ctx;
	struct hold_reconcile *memory;
	int64_t epoch, ends_us;
	struct seat_loaded *maps;
	size_t n_maps;
	size_t n_set;
};

/* Of time, and of memory for one more map. */
static bool
time_left(const struct round *t)
{
	return clock_mono_us() < t->ends_us
	    && t->ctx->arena.used < t->ctx->arena.limit / 2;
}

static int
dirty_maps(struct round *t)
{
	int r = 0;

	for (size_t i = 0; i < t->n_maps && r == 0 && time_left(t); i++)
		if (t->maps[i].dirty)
			r = hold_reconcile_map(t->ctx, t->maps[i].performance,
			    &t->n_set);
	return r;
}

/* ---- what moved ---- */

/* Where seat_log ended age_ms ago, or as long ago as is remembered. */
static int64_t
id_before(const struct hold_reconcile *memory, int64_t now_ms, int64_t age_ms)
{
	size_t n = MIN(memory->n_samples, RECONCILE_SAMPLES);
	int64_t id = INT64_MAX;

	for (size_t i = 1; i <= n; i++) {
		size_t at = (memory->n_samples - i) % RECONCILE_SAMPLES;

		id = memory->samples[at].id;
		if (memory->samples[at].at_ms <= now_ms - age_ms)
			break;
	}
	return id;
}

static int
take_sample(struct round *t)
{
	struct hold_reconcile *memory = t->memory;
	size_t at = memory->n_samples % RECONCILE_SAMPLES;
	struct db_rows rows;
	int r;

	r = db_read_primary(t->ctx, &sql_reconcile_end, 0, NULL, &rows);
	if (r != 0)
		return r;
	memory->samples[at].at_ms = t->ctx->now_ms;
	memory->samples[at].id = db_get_i64(&rows, 0, 0);
	memory->n_samples++;
	return 0;
}

static void
queue_get(struct round *t, struct span key, const char *kind,
    const int64_t *seats, size_t n)
{
	struct arena *a = &t->ctx->arena;
	struct span *argv = ARENA_ARRAY(a, 2 + 3 * n, struct span);

	argv[0] = SPAN_LIT("BITFIELD_RO");
	argv[1] = key;
	for (size_t i = 0; i < n; i++) {
		argv[2 + 3 * i] = SPAN_LIT("GET");
		argv[3 + 3 * i] = span_str(kind);
		argv[4 + 3 * i] = span_str(arena_printf(a, "#%lld",
		    (long long)seats[i] - 1));
	}
	kv_queue(t->ctx->kv, (int)(2 + 3 * n), argv);
}

/* Whether Redis has some seats as they are claimed. A free seat's mark is
 * nobody's business. returns: 0; < 0 a fault */
static int
compare(struct round *t, int64_t performance, const int64_t *seats,
    const char *letters, const int64_t *marks, size_t n, bool *same)
{
	struct ctx *ctx = t->ctx;
	struct kv_reply replies[3];
	int r;

	kv_queue(ctx->kv, 3, (struct span[]){ SPAN_LIT("HGET"),
	    seat_key(ctx, performance, t->epoch, KEY_META), SPAN_LIT("s") });
	queue_get(t, seat_key(ctx, performance, t->epoch, KEY_SEATS), "u8",
	    seats, n);
	queue_get(t, seat_key(ctx, performance, t->epoch, KEY_REFS), "i32",
	    seats, n);
	r = kv_run(ctx->kv, &ctx->arena, 3, replies);
	if (r < 0)
		return r;
	if (replies[0].type != KV_STR || !span_eq_str(replies[0].str, "live")
	    || replies[1].n != n || replies[2].n != n)
		return 0;
	for (size_t i = 0; i < n; i++) {
		char is = (char)replies[1].items[i].i64;
		bool promise = is == SEAT_AVAILABLE || is == SEAT_HOLD
		    || is == SEAT_PAYMENT_PENDING;

		if (letters[i] == SEAT_AVAILABLE ? !promise
		    : is != letters[i] || replies[2].items[i].i64 != marks[i])
			*same = false;
	}
	return 0;
}

static int
compare_row(struct round *t, const struct db_rows *rows, size_t row)
{
	struct arena *a = &t->ctx->arena;
	int64_t performance = db_get_i64(rows, row, 0);
	struct span letters = db_cell(rows, row, 2);
	int64_t *seats, *marks;
	size_t n, n_marks;
	bool same = true;
	int r = 0;

	seats = db_get_i64s(a, rows, row, 1, &n);
	marks = db_get_i64s(a, rows, row, 3, &n_marks);
	n = MIN(n, MIN(n_marks, letters.len));
	for (size_t i = 0; i < n && r == 0 && same; i += SEATS_MAX)
		r = compare(t, performance, seats + i, letters.p + i,
		    marks + i, MIN(SEATS_MAX, n - i), &same);
	if (r == 0 && !same)
		r = hold_reconcile_map(t->ctx, performance, &t->n_set);
	return r;
}

/* Counter sections of which claims moved. */
static int
counted_sections(struct round *t, const struct db_param *after)
{
	struct db_rows rows;
	int r;

	r = db_read_primary(t->ctx, &sql_reconcile_counted, 1, after, &rows);
	for (size_t i = 0; r == 0 && i < rows.n_rows && time_left(t); i++) {
		int64_t performance = db_get_i64(&rows, i, 0);
		const struct stock_facts facts = {
			.section = db_cell(&rows, i, 1),
			.version = db_get_i64(&rows, i, 2),
			.kept = db_get_i64(&rows, i, 3),
			.text = db_cell(&rows, i, 4) };

		r = stock_reconcile_one(t->ctx, performance, t->epoch, &facts,
		    &t->n_set);
		if (r > 0)
			r = hold_reconcile_map(t->ctx, performance,
			    &t->n_set);
	}
	return r;
}

static int
moved_maps(struct round *t)
{
	bool minute = t->memory->n_rounds % MINUTE_ROUNDS == 0;
	const struct db_param id = db_i64(&t->ctx->arena,
	    id_before(t->memory, t->ctx->now_ms,
	    minute ? MINUTE_MS : FRESH_MS));
	struct db_rows rows;
	int r;

	r = db_read_primary(t->ctx, &sql_reconcile_moved, 1, &id, &rows);
	for (size_t i = 0; r == 0 && i < rows.n_rows && time_left(t); i++)
		r = compare_row(t, &rows, i);
	if (r == 0)
		r = counted_sections(t, &id);
	return r == 0 ? take_sample(t) : r;
}

/* ---- in turn ---- */

/* The performance after the one whose turn it was; the first after the last. */
static int64_t
next_turn(const struct round *t)
{
	int64_t first = INT64_MAX, next = INT64_MAX;

	for (size_t i = 0; i < t->n_maps; i++) {
		int64_t id = t->maps[i].performance;

		first = MIN(first, id);
		if (id > t->memory->turn)
			next = MIN(next, id);
	}
	return next != INT64_MAX ? next : first;
}

static int
turn_maps(struct round *t)
{
	size_t n = (t->n_maps + TURN_ROUNDS - 1) / TURN_ROUNDS;
	int r = 0;

	for (size_t i = 0; i < n && r == 0 && time_left(t); i++) {
		t->memory->turn = next_turn(t);
		r = hold_reconcile_map(t->ctx, t->memory->turn, &t->n_set);
	}
	return r;
}

int
hold_reconcile_round(struct ctx *ctx, struct hold_reconcile *memory,
    size_t *n)
{
	struct round t = { .ctx = ctx, .memory = memory,
		.ends_us = clock_mono_us() + ROUND_US };
	int r;

	r = epoch_get(ctx, &t.epoch);
	if (r == 0)
		r = seat_loaded_lately(ctx, &t.maps, &t.n_maps);
	if (r == 0)
		r = dirty_maps(&t);
	if (r == 0)
		r = moved_maps(&t);
	if (r == 0)
		r = turn_maps(&t);
	memory->n_rounds++;
	*n = t.n_set;
	return r;
}
