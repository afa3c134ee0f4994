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

/* Moves are looked at in the round after them, which finds mirrors that failed;
 * and once or twice more, each tenth round looking back for two turns of ten:
 * that finds commits that came long after the id they have. A statement ends
 * well before. */
#define FRESH_MS 1000
#define LATE_MS 20000
#define LATE_ROUNDS 10
/* Rounds in which every map has its turn. */
#define TURN_ROUNDS 60
/* The other jobs wait meanwhile. */
#define ROUND_US 100000
/* Seats of one performance compared in one command. */
#define SEATS_MAX 1000
/* Of those in one round trip. */
#define PIECES_MAX 100
/* What a round trip takes: commands and replies, 300 bytes a seat. */
#define PIECES_BYTES ((size_t)PIECES_MAX * SEATS_MAX * 512)

/* The sequence, not the log, which has no order by id alone. */
SQL(reconcile_end,
    "SELECT last_value - (NOT is_called)::int FROM seat_log_id_seq");
/* Seats that moved, as they are claimed; and counter sections of which claims
 * moved, as their stock is. In one statement: the log is read once. OFFSET 0
 * keeps the claims from being read as a whole: they are sought by their key,
 * however many the planner expects. */
SQL(reconcile_moved,
    "WITH moved AS MATERIALIZED (SELECT performance_id, section_no, seats"
    "  FROM seat_log WHERE id > $1)"
    " SELECT m.performance_id, array_agg(m.seat_no),"
    "  string_agg(coalesce(c.state, 'A')::text, ''),"
    "  array_agg(coalesce(c.mark, 0)), NULL::smallint, NULL::bigint,"
    "  NULL::int, NULL::text"
    " FROM (SELECT DISTINCT performance_id, seat_no"
    "  FROM moved, unnest(seats) AS seat_no"
    "  WHERE section_no IS NULL) AS m"
    " LEFT JOIN LATERAL (SELECT k.state, k.mark FROM seat_claim AS k"
    "  WHERE k.performance_id = m.performance_id AND k.seat_no = m.seat_no"
    "  AND k.state <> 'H' OFFSET 0) AS c ON true"
    " GROUP BY m.performance_id"
    " UNION ALL SELECT DISTINCT s.performance_id, NULL::int[], NULL::text,"
    "  NULL::int[], s.section_no, s.version, s.kept,"
    "  concat_ws(' ', s.version, s.kept, s.capacity)"
    " FROM moved JOIN section_stock AS s"
    "  USING (performance_id, section_no) ORDER BY 1");

/* Some seats of one performance, and what the claims say of them. */
struct piece {
	int64_t performance;
	const int64_t *seats, *marks;
	const char *letters;
	size_t n;
};

struct round {
	struct ctx *ctx;
	struct hold_reconcile *memory;
	int64_t epoch, ends_us;
	struct seat_loaded *maps;
	size_t n_maps;
	struct piece pieces[PIECES_MAX];
	size_t n_pieces;
	int64_t mended; /* performance whose map was set right last */
	size_t n_set;
};

/* Of time; and of memory for what moved of one more performance. */
static bool
time_left(const struct round *t)
{
	return clock_mono_us() < t->ends_us
	    && t->ctx->arena.used < t->ctx->arena.limit / 2;
}

/* Set a whole map right; once, where several things say so in a row: what they
 * found was there when it was read. */
static int
mend(struct round *t, int64_t performance)
{
	if (performance == t->mended)
		return 0;
	t->mended = performance;
	return hold_reconcile_map(t->ctx, performance, &t->n_set);
}

static int
dirty_maps(struct round *t)
{
	int r = 0;

	for (size_t i = 0; i < t->n_maps && r == 0 && time_left(t); i++)
		if (t->maps[i].dirty)
			r = mend(t, t->maps[i].performance);
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

/* Before the moves are read, so that none lies between this and the next. */
static int
read_end(struct ctx *ctx, int64_t *id)
{
	struct db_rows rows;
	int r = db_read_primary(ctx, &sql_reconcile_end, 0, NULL, &rows);

	if (r == 0)
		*id = db_get_i64(&rows, 0, 0);
	return r;
}

static void
take_sample(struct round *t, int64_t id)
{
	struct hold_reconcile *memory = t->memory;
	size_t at = memory->n_samples++ % RECONCILE_SAMPLES;

	memory->samples[at].at_ms = t->ctx->now_ms;
	memory->samples[at].id = id;
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
		argv[4 + 3 * i] = span_str(
		    arena_printf(a, "#%lld", (long long)seats[i] - 1));
	}
	kv_queue(t->ctx->kv, (int)(2 + 3 * n), argv);
}

static void
queue_piece(struct round *t, const struct piece *p)
{
	struct ctx *ctx = t->ctx;

	kv_queue(ctx->kv, 3,
	    (struct span[]){ SPAN_LIT("HGET"),
		seat_key(ctx, p->performance, t->epoch, KEY_META),
		SPAN_LIT("s") });
	queue_get(t, seat_key(ctx, p->performance, t->epoch, KEY_SEATS), "u8",
	    p->seats, p->n);
	queue_get(t, seat_key(ctx, p->performance, t->epoch, KEY_REFS), "i32",
	    p->seats, p->n);
}

/* Whether Redis has some seats as they are claimed, or no map. A free seat's
 * mark is nobody's business. */
static bool
is_same(const struct piece *p, const struct kv_reply replies[3])
{
	if (replies[0].type != KV_STR || !span_eq_str(replies[0].str, "live")
	    || replies[1].n != p->n || replies[2].n != p->n)
		return true;
	for (size_t i = 0; i < p->n; i++) {
		char is = (char)replies[1].items[i].i64;
		bool promise = is == SEAT_AVAILABLE || is == SEAT_HOLD
		    || is == SEAT_PAYMENT_PENDING;

		if (p->letters[i] == SEAT_AVAILABLE ? !promise
						    : is != p->letters[i]
			    || replies[2].items[i].i64 != p->marks[i])
			return false;
	}
	return true;
}

/* In one round trip: a sale's second moves seats of hundreds of performances.
 * Those that differ stay; the others go. */
static int
keep_different(struct round *t)
{
	struct arena *a = &t->ctx->arena;
	size_t n = t->n_pieces;
	struct kv_reply *replies = ARENA_ARRAY(a, 3 * n + 1, struct kv_reply);
	int r;

	t->n_pieces = 0;
	for (size_t i = 0; i < n; i++)
		queue_piece(t, &t->pieces[i]);
	r = kv_run(t->ctx->kv, a, 3 * n, replies);
	for (size_t i = 0; i < n && r == 0; i++)
		if (!is_same(&t->pieces[i], &replies[3 * i]))
			t->pieces[t->n_pieces++] = t->pieces[i];
	return r;
}

/* The pieces that were put together. Whole maps take long: those that this
 * round has no time for are a later one's. */
static int
compare(struct round *t)
{
	struct arena round;
	int r;

	if (t->n_pieces == 0)
		return 0;
	ctx_arena_own(t->ctx, &round, PIECES_BYTES);
	r = keep_different(t);
	ctx_arena_back(t->ctx, &round);
	for (size_t i = 0; i < t->n_pieces && r == 0; i++)
		if (i == 0 || time_left(t))
			r = mend(t, t->pieces[i].performance);
	t->n_pieces = 0;
	return r;
}

static int
add_row(struct round *t, const struct db_rows *rows, size_t row)
{
	struct arena *a = &t->ctx->arena;
	struct span letters = db_cell(rows, row, 2);
	int64_t *seats, *marks;
	size_t n, n_marks;
	int r = 0;

	seats = db_get_i64s(a, rows, row, 1, &n);
	marks = db_get_i64s(a, rows, row, 3, &n_marks);
	n = MIN(n, MIN(n_marks, letters.len));
	for (size_t i = 0; i < n && r == 0; i += SEATS_MAX) {
		t->pieces[t->n_pieces++] =
		    (struct piece){ db_get_i64(rows, row, 0), seats + i,
			    marks + i, letters.p + i, MIN(SEATS_MAX, n - i) };
		if (t->n_pieces == PIECES_MAX)
			r = compare(t);
	}
	return r;
}

static int
compare_section(struct round *t, const struct db_rows *rows, size_t row)
{
	int64_t performance = db_get_i64(rows, row, 0);
	const struct stock_facts facts = { .section = db_cell(rows, row, 4),
		.version = db_get_i64(rows, row, 5),
		.kept = db_get_i64(rows, row, 6),
		.text = db_cell(rows, row, 7) };
	int r = stock_reconcile_one(t->ctx, performance, t->epoch, &facts,
	    &t->n_set);

	return r > 0 ? mend(t, performance) : r;
}

static int
moved_maps(struct round *t)
{
	bool late = t->memory->n_rounds % LATE_ROUNDS == 0;
	const struct db_param id = db_i64(&t->ctx->arena,
	    id_before(t->memory, t->ctx->now_ms, late ? LATE_MS : FRESH_MS));
	struct db_rows rows;
	int64_t end;
	int r = read_end(t->ctx, &end);

	if (r == 0)
		r = db_read_primary(t->ctx, &sql_reconcile_moved, 1, &id,
		    &rows);
	/* What was set right before that was read may have missed some. */
	t->mended = 0;
	for (size_t i = 0; r == 0 && i < rows.n_rows && time_left(t); i++)
		r = db_is_null(&rows, i, 4) ? add_row(t, &rows, i)
					    : compare_section(t, &rows, i);
	if (r == 0)
		r = compare(t);
	if (r == 0)
		take_sample(t, end);
	return r;
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
		r = mend(t, t->memory->turn);
	}
	return r;
}

int
hold_reconcile_round(struct ctx *ctx, struct hold_reconcile *memory, size_t *n)
{
	struct round t = { .ctx = ctx,
		.memory = memory,
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
