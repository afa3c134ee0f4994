/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * queue_load - a line begins in Redis with what PostgreSQL knows of it
 *
 * A block of numbers is reserved by one UPDATE, committed before Redis hears of
 * it: whoever's it is, nobody else has it, also where there are two Redis
 * servers, or the line was lost in between.
 *
 * Layer: domain.  Uses: base, store, catalog, seat.
 */
#include "queue/queue_load.h"

#include "base/clock.h"
#include "base/fault.h"
#include "catalog/terms.h"
#include "seat/seat_script.h"
#include "store/read.h"

SQL(queue_load,
    "WITH p AS MATERIALIZED (SELECT user_id, seq,"
    "  (claimed_at IS NOT NULL)::int AS claimed,"
    "  floor(extract(epoch FROM until) * 1000)::bigint AS ends"
    "  FROM queue_passes($1, $2))"
    " SELECT coalesce(max(s.reserved), 0), coalesce(max(s.head), 0),"
    " ARRAY(SELECT user_id FROM p ORDER BY seq),"
    " ARRAY(SELECT seq FROM p ORDER BY seq),"
    " ARRAY(SELECT ends FROM p ORDER BY seq),"
    " ARRAY(SELECT claimed FROM p ORDER BY seq)"
    " FROM queue_state AS s WHERE s.performance_id = $1");
SQL(queue_reserve, "SELECT first, last FROM queue_reserve($1, $2, $3)");

/* With what was lost many come back at once; until then it is calm. */
#define CALM_MS ((QUEUE_POLL_MAX_S + 1) * MS_PER_S)
#define HEAD_ARGS 6

/* So many are near in any case: line.inc.lua has the same. */
static int64_t
window_of(const struct terms_queue *q)
{
	return MAX(500, MAX(2 * q->active_limit, q->per_minute));
}

static int
begin(struct ctx *ctx, const struct terms *terms, int64_t epoch,
    const struct db_rows *rows)
{
	struct arena *a = &ctx->arena;
	size_t n, n_seqs, n_ends, n_claimed, at = HEAD_ARGS;
	int64_t *users = db_get_i64s(a, rows, 0, 2, &n);
	int64_t *seqs = db_get_i64s(a, rows, 0, 3, &n_seqs);
	int64_t *ends = db_get_i64s(a, rows, 0, 4, &n_ends);
	int64_t *claimed = db_get_i64s(a, rows, 0, 5, &n_claimed);
	struct span *args = ARENA_ARRAY(a, HEAD_ARGS + 4 * n, struct span);
	struct kv_reply reply;

	args[0] = seat_now(ctx);
	args[1] = db_cell(rows, 0, 0);
	args[2] = db_cell(rows, 0, 1);
	args[3] = seat_number(ctx, window_of(&terms->queue));
	args[4] = seat_number(ctx, CALM_MS);
	args[5] = seat_number(ctx, terms->queue.claim_s * MS_PER_S);
	for (size_t i = 0; i < MIN(MIN(n, n_seqs), MIN(n_ends, n_claimed));
	     i++) {
		args[at++] = seat_number(ctx, users[i]);
		args[at++] = seat_number(ctx, seqs[i]);
		args[at++] = seat_number(ctx, ends[i]);
		args[at++] = seat_number(ctx, claimed[i]);
	}
	return seat_script(ctx, terms->performance, epoch, &script_queue_begin,
	    at, args, &reply);
}

int
queue_load(struct ctx *ctx, const struct terms *terms, int64_t epoch)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, terms->performance),
		db_time(a, ctx->now_ms) };
	struct db_rows rows;
	int r = db_read_primary(ctx, &sql_queue_load, 2, params, &rows);

	FAULT_POINT("queue.after_read");
	return r == 0 ? begin(ctx, terms, epoch, &rows) : r;
}

int
queue_reserve(struct ctx *ctx, int64_t performance, int64_t epoch,
    int64_t known, bool *done)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, performance),
		db_i64(a, QUEUE_BLOCK),
		known < 0 ? db_str(NULL) : db_i64(a, known) };
	struct kv_reply reply;
	struct span args[2];
	struct db_rows rows;
	int r;

	*done = false;
	r = db_sure(
	    db_run(ctx->primary, a, &sql_queue_reserve, 3, params, &rows));
	FAULT_POINT("queue.after_reserve");
	if (r != 0 || rows.n_rows == 0)
		return r;
	*done = true;
	args[0] = db_cell(&rows, 0, 0);
	args[1] = db_cell(&rows, 0, 1);
	return seat_script(ctx, performance, epoch, &script_queue_reserve, 2,
	    args, &reply);
}
