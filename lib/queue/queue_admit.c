/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * queue_admit - the line moves
 *
 * Order: queue_pick (who is next), rows, queue_admit (who of those still waits,
 * while places are free). Who dies after the rows leaves people who are picked
 * again and find theirs; their numbers are spent by nobody else.
 *
 * Layer: domain.  Uses: base, store, catalog, seat.
 */
#include "queue/queue_admit.h"

#include "base/clock.h"
#include "base/fault.h"
#include "catalog/terms.h"
#include "queue/queue_load.h"
#include "queue/queue_lobby.h"
#include "seat/epoch.h"
#include "seat/seat_loaded.h"
#include "seat/seat_script.h"
#include "store/read.h"

SQL(queue_admit,
    "SELECT coalesce(array_agg(seq), '{}'), coalesce(array_agg(ends), '{}')"
    " FROM queue_admit($1, $2, $3, $4, $5, $6)");
SQL(queue_end, "SELECT queue_end($1, $2, $3, $4)");
SQL(queue_sweep, "SELECT user_id, seq FROM queue_sweep($1, $2)");

/* Seats and places that are claimed for good, passes that have ended, and what
 * is left. */
SQL(queue_stock,
    "WITH sold AS (SELECT (SELECT count(*) FROM seat_claim AS c"
    "   WHERE c.performance_id = $1 AND c.state = 'R')"
    "  + (SELECT coalesce(sum(s.kept), 0) FROM section_stock AS s"
    "   WHERE s.performance_id = $1) AS n)"
    " SELECT coalesce(sold.n * 1000 / nullif((SELECT count(*) FROM queue_pass"
    "   WHERE performance_id = $1 AND ended_at IS NOT NULL), 0), 0)::bigint,"
    " (r.seat_count - (SELECT count(*) FROM seat_claim AS c"
    "   WHERE c.performance_id = $1 AND c.state IN ('R', 'B', 'D'))"
    "  + (SELECT coalesce(sum(s.capacity - s.kept), 0) FROM section_stock AS s"
    "   WHERE s.performance_id = $1))::bigint"
    " FROM sold, performances AS p"
    " JOIN hall_revisions AS r ON r.id = p.hall_revision_id WHERE p.id = $1");

/* How often rows are swept. */
#define SWEEP_US INT64_C(2000000)

struct run {
	struct ctx *ctx;
	const struct terms *terms;
	int64_t epoch;
	int64_t *users, *seqs, *ends; /* who is next; ends -1: no row */
	size_t n;
};

static int
end_rows(struct run *run, const int64_t *seqs, size_t n, const char *why)
{
	struct ctx *ctx = run->ctx;
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, run->terms->performance),
		db_i64s(a, seqs, n), db_str(why), db_now(a) };

	if (n == 0)
		return 0;
	return db_sure(
	    db_run(ctx->primary, a, &sql_queue_end, 4, params, NULL));
}

/* Numbers between blanks. */
static int
end_lapsed(struct run *run, struct span text)
{
	int64_t *seqs = ARENA_ARRAY(&run->ctx->arena, text.len / 2 + 1,
	    int64_t);
	struct span rest = text;
	size_t n = 0;

	while (rest.len > 0)
		if (span_to_i64(span_cut(&rest, ' '), &seqs[n]))
			n++;
	return end_rows(run, seqs, n, "lapsed");
}

/* The next run finds it. returns: 1; < 0 a fault */
static int
begin_line(struct run *run)
{
	int r = queue_load(run->ctx, run->terms, run->epoch);

	return r < 0 ? r : 1;
}

/* Who is next. out: run->n, *left how many numbers. returns: 0; 1 there is no
 * line; < 0 a fault */
static int
pick(struct run *run, int64_t *left, struct span *lapsed)
{
	struct ctx *ctx = run->ctx;
	const struct span args[] = { seat_now(ctx),
		seat_number(ctx, QUEUE_RUN_MAX) };
	struct kv_reply reply;
	int r = seat_script(ctx, run->terms->performance, run->epoch,
	    &script_queue_pick, 2, args, &reply);

	if (r < 0)
		return r;
	if (seat_said(&reply, "none"))
		return begin_line(run);
	if (!seat_said(&reply, "ok"))
		return 1;
	*lapsed = seat_reply(&reply, 1);
	if (!span_to_i64(seat_reply(&reply, 2), left))
		return kv_nonsense(ctx->kv, "queue_pick");
	run->n = (reply.n - 3) / 2;
	run->users = ARENA_ARRAY(&ctx->arena, run->n + 1, int64_t);
	run->seqs = ARENA_ARRAY(&ctx->arena, run->n + 1, int64_t);
	run->ends = ARENA_ARRAY(&ctx->arena, run->n + 1, int64_t);
	for (size_t i = 0; i < run->n; i++)
		if (!span_to_i64(seat_reply(&reply, 3 + 2 * i), &run->users[i])
		    || !span_to_i64(seat_reply(&reply, 4 + 2 * i),
			&run->seqs[i]))
			return kv_nonsense(ctx->kv, "queue_pick");
	return 0;
}

static void
take_ends(struct run *run, const struct db_rows *rows)
{
	struct arena *a = &run->ctx->arena;
	size_t n, n_ends;
	int64_t *seqs = db_get_i64s(a, rows, 0, 0, &n);
	int64_t *ends = db_get_i64s(a, rows, 0, 1, &n_ends);

	for (size_t i = 0; i < run->n; i++) {
		run->ends[i] = -1;
		for (size_t k = 0; k < n && k < n_ends; k++)
			if (seqs[k] == run->seqs[i])
				run->ends[i] = ends[k];
	}
}

/* Rows of those who are next. */
static int
make_rows(struct run *run)
{
	struct ctx *ctx = run->ctx;
	struct arena *a = &ctx->arena;
	const struct terms_queue *q = &run->terms->queue;
	const struct db_param params[] = { db_i64(a, run->terms->performance),
		db_i64(a, run->epoch), db_i64s(a, run->users, run->n),
		db_i64s(a, run->seqs, run->n),
		db_i64(a, (int64_t)(q->claim_s + q->pass_s) * MS_PER_S),
		db_now(a) };
	struct db_rows rows;
	int r;

	r = db_sure(
	    db_run(ctx->primary, a, &sql_queue_admit, 6, params, &rows));
	if (r == 0)
		take_ends(run, &rows);
	return r;
}

/* What became of each that has a row; rows of those who left meanwhile end. */
static int
read_admitted(struct run *run, const struct kv_reply *reply, size_t *n_admitted)
{
	int64_t *left = ARENA_ARRAY(&run->ctx->arena, run->n + 1, int64_t);
	size_t n_left = 0, at = 2;

	for (size_t i = 0; i < run->n; i++) {
		struct span said;

		if (run->ends[i] < 0)
			continue;
		said = seat_reply(reply, at++);
		*n_admitted += span_eq_str(said, "moved");
		if (span_eq_str(said, "left"))
			left[n_left++] = run->seqs[i];
	}
	return end_rows(run, left, n_left, "left");
}

static int
let_in(struct run *run, size_t *n_admitted)
{
	struct ctx *ctx = run->ctx;
	struct span *args = ARENA_ARRAY(&ctx->arena, 1 + 3 * run->n,
	    struct span);
	struct kv_reply reply;
	size_t n = 0;
	int r;

	args[n++] = seat_now(ctx);
	for (size_t i = 0; i < run->n; i++) {
		if (run->ends[i] < 0)
			continue;
		args[n++] = seat_number(ctx, run->users[i]);
		args[n++] = seat_number(ctx, run->seqs[i]);
		args[n++] = seat_number(ctx, run->ends[i]);
	}
	r = seat_script(ctx, run->terms->performance, run->epoch,
	    &script_queue_admit, n, args, &reply);
	FAULT_POINT("admit.after_script");
	if (r < 0 || !seat_said(&reply, "ok"))
		return r;
	return read_admitted(run, &reply, n_admitted);
}

/* Ahead of those who join. */
static int
keep_numbers(struct run *run, int64_t left)
{
	struct ctx *ctx = run->ctx;
	const struct span get[] = { SPAN_LIT("HGET"),
		seat_key(ctx, run->terms->performance, run->epoch, KEY_LINE),
		SPAN_LIT("reserved") };
	struct kv_reply reply;
	int64_t known;
	bool done;
	int r;

	if (left >= QUEUE_FEW)
		return 0;
	r = kv_command(ctx->kv, &ctx->arena, 3, get, &reply);
	if (r < 0 || reply.type != KV_STR || !span_to_i64(reply.str, &known))
		return r;
	return queue_reserve(ctx, run->terms->performance, run->epoch, known,
	    &done);
}

int
queue_admit(struct ctx *ctx, const struct terms *terms, size_t *n_admitted)
{
	struct run run = { .ctx = ctx, .terms = terms };
	struct span lapsed = SPAN_NONE;
	int64_t left = 0;
	int r;

	r = epoch_get(ctx, &run.epoch);
	if (r == 0)
		r = pick(&run, &left, &lapsed);
	if (r != 0)
		return r < 0 ? r : 0;
	r = end_lapsed(&run, lapsed);
	FAULT_POINT("admit.before_rows");
	if (r == 0 && run.n > 0)
		r = make_rows(&run);
	FAULT_POINT("admit.after_rows");
	if (r == 0 && run.n > 0)
		r = let_in(&run, n_admitted);
	return r == 0 ? keep_numbers(&run, left) : r;
}

/* "sold left", as queue_spent takes it. */
static int
read_stock(struct ctx *ctx, int64_t performance, struct span *out)
{
	struct arena *a = &ctx->arena;
	const struct db_param param = db_i64(a, performance);
	struct db_rows rows;
	int r = db_read_primary(ctx, &sql_queue_stock, 1, &param, &rows);

	*out = SPAN_LIT("0 0");
	if (r == 0 && rows.n_rows > 0)
		*out = span_str(arena_printf(a, "%s %s", db_cell(&rows, 0, 0).p,
		    db_cell(&rows, 0, 1).p));
	return r;
}

int
queue_sweep(struct ctx *ctx, int64_t performance)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, performance), db_now(a) };
	struct kv_reply reply;
	struct span *args;
	struct db_rows rows;
	int64_t epoch;
	int r;

	r = epoch_get(ctx, &epoch);
	if (r == 0)
		r = db_sure(db_run(ctx->primary, a, &sql_queue_sweep, 2, params,
		    &rows));
	if (r != 0)
		return r;
	args = ARENA_ARRAY(a, 1 + 2 * rows.n_rows, struct span);
	r = read_stock(ctx, performance, &args[0]);
	if (r != 0)
		return r;
	for (size_t i = 0; i < 2 * rows.n_rows; i++)
		args[1 + i] = db_cell(&rows, i / 2, i % 2);
	return seat_script(ctx, performance, epoch, &script_queue_spent,
	    1 + 2 * rows.n_rows, args, &reply);
}

static int
run_one(struct ctx *ctx, int64_t performance, bool sweeps, size_t *n_admitted)
{
	const struct terms *terms;
	int r = terms_get(ctx, performance, &terms);

	if (r != 0 || terms->queue_mode == QUEUE_OFF)
		return r < 0 ? r : 0;
	r = queue_admit(ctx, terms, n_admitted);
	if (r == 0 && terms->queue_mode == QUEUE_LOBBY)
		r = queue_lobby_run(ctx, terms);
	return r == 0 && sweeps ? queue_sweep(ctx, performance) : r;
}

int
queue_admit_round(struct ctx *ctx, size_t *n_admitted)
{
	static int64_t next_sweep_us;
	bool sweeps = clock_mono_us() >= next_sweep_us;
	struct seat_loaded *maps;
	int first = 0, r;
	size_t n;

	*n_admitted = 0;
	r = seat_loaded_lately(ctx, &maps, &n);
	if (r < 0)
		return r;
	if (sweeps)
		next_sweep_us = clock_mono_us() + SWEEP_US;
	/* What is wrong with one line holds up no other. */
	for (size_t i = 0; i < n; i++) {
		if (!maps[i].line)
			continue;
		r = run_one(ctx, maps[i].performance, sweeps, n_admitted);
		first = first == 0 ? r : first;
	}
	return first;
}
