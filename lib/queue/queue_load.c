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
#include "seat/seat_terms.h"
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
/* A lobby that is drawn is a line once all have their places. */
SQL(queue_load_lobby,
    "SELECT CASE WHEN l.closed_at IS NULL THEN 'open'"
    "  WHEN l.list IS NULL THEN 'back'"
    "  WHEN cardinality(l.drawn) = 0 OR EXISTS (SELECT"
    "   FROM queue_lobby_member AS m WHERE m.performance_id = $1"
    "   AND m.user_id = l.drawn[cardinality(l.drawn)]"
    "   AND m.place IS NOT NULL) THEN 'drawn' ELSE 'closed' END,"
    " coalesce(l.base, 0), coalesce(l.drawn_at > $2, false)"
    " FROM queue_lobby_open($1) AS l");
SQL(queue_reserve, "SELECT first, last FROM queue_reserve($1, $2, $3)");

/* With what was lost many come back at once; until then it is calm. */
#define CALM_MS ((QUEUE_POLL_MAX_S + 1) * MS_PER_S)
/* Those near poll every two seconds, and are first; but not where they may not
 * know yet that they are. */
#define FIRST_MS 6000
/* Whose ticket of a lobby is to bring him back polls in this time, also from a
 * page that nobody looks at, which wakes once a minute. */
#define LOBBY_BACK_MS 90000
#define HEAD_ARGS 10

struct lobby_at {
	struct span state, base;
	int64_t first_ms; /* until somebody is admitted */
};

/* So many are near in any case: line_run.inc.lua has the same. */
static int64_t
window_of(const struct terms_queue *q)
{
	return MAX(500, MAX(2 * q->active_limit, q->per_minute));
}

/* Where it has a lobby, which takes people from now on at the latest. */
static int
read_lobby(struct ctx *ctx, const struct terms *terms, struct lobby_at *out)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, terms->performance),
		db_time(a, ctx->now_ms - CALM_MS) };
	struct db_rows rows;
	int r;

	*out = (struct lobby_at){ SPAN_LIT(""), SPAN_LIT("0"), FIRST_MS };
	if (terms->queue_mode != QUEUE_LOBBY)
		return 0;
	r = db_sure(
	    db_run(ctx->primary, a, &sql_queue_load_lobby, 2, params, &rows));
	if (r != 0)
		return r;
	out->state = db_cell(&rows, 0, 0);
	out->base = db_cell(&rows, 0, 1);
	if (db_get_bool(&rows, 0, 2))
		out->first_ms = CALM_MS;
	return 0;
}

static int
begin(struct ctx *ctx, const struct terms *terms, int64_t epoch,
    const struct db_rows *rows, const struct lobby_at *lobby)
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
	args[6] = seat_number(ctx, lobby->first_ms);
	args[7] = lobby->state;
	args[8] = seat_number(ctx, LOBBY_BACK_MS);
	args[9] = lobby->base;
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
	struct lobby_at lobby;
	struct db_rows rows;
	int r;

	/* Loaded by hand before its time: nobody is to be in it yet. */
	if (terms->queue_mode == QUEUE_LOBBY
	    && !seat_is_wanted(terms, ctx->now_ms))
		return 0;
	r = read_lobby(ctx, terms, &lobby);
	if (r == 0)
		r = db_read_primary(ctx, &sql_queue_load, 2, params, &rows);
	FAULT_POINT("queue.after_read");
	return r == 0 ? begin(ctx, terms, epoch, &rows, &lobby) : r;
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
