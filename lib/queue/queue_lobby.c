/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * queue_lobby - before the sale everybody waits without an order
 *
 * Order: the closing is committed, then Redis takes nobody more (who was told
 * that he is in the lobby is in it, whatever is lost in between); all who are
 * in it are committed, then the list; the draw; each place, then the number in
 * Redis. With numbers no step can be told too late: the draw's were reserved
 * with the closing. While people may be coming back from a loss nothing is
 * closed or read.
 *
 * Layer: domain.  Uses: base, store, catalog, seat.
 */
#include "queue/queue_lobby.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/strbuf.h"
#include "catalog/terms.h"
#include "queue/queue_draw.h"
#include "queue/queue_load.h"
#include "queue/queue_snapshot.h"
#include "queue/queue_ticket.h"
#include "seat/epoch.h"
#include "seat/seat_script.h"
#include "store/part.h"
#include "store/read.h"

#include <stdio.h>

SQL(queue_lobby_get,
    "SELECT encode(sha256(l.seed), 'hex'), coalesce(p.queue_beacon, '')"
    " FROM queue_lobby AS l JOIN performances AS p ON p.id = l.performance_id"
    " WHERE l.performance_id = $1");
SQL(queue_lobby_find,
    "SELECT coalesce(l.base + m.place, 0) FROM queue_lobby AS l"
    " JOIN queue_lobby_member AS m ON m.performance_id = l.performance_id"
    " WHERE l.performance_id = $1 AND m.user_id = $2");
SQL(queue_lobby_state,
    "SELECT l.list IS NOT NULL, l.drawn_at IS NOT NULL,"
    " p.queue_beacon IS NOT NULL FROM queue_lobby AS l"
    " JOIN performances AS p ON p.id = l.performance_id"
    " WHERE l.performance_id = $1");
SQL(queue_lobby_close, "SELECT queue_lobby_close($1, $2, $3, $4)");
SQL(queue_lobby_gather, "SELECT queue_lobby_gather($1, $2, $3, $4)");
SQL(queue_lobby_list, "SELECT queue_lobby_list($1, $2, $3)");
SQL(queue_lobby_draw, "SELECT queue_lobby_draw($1, $2, $3, $4, $5)");
SQL(queue_lobby_place, "SELECT queue_lobby_place($1, $2, $3)");

/* So many are read or put in line at a time: Redis does nothing else meanwhile.
 * So many get their places. And so long a run lasts: other jobs wait for it. */
#define CHUNK 200
#define PLACES 4000
#define RUN_US INT64_C(300000)
/* Everybody has polled by then. */
#define LEARN_MS ((QUEUE_POLL_MAX_S + 1) * MS_PER_S)

/* ---- what it is drawn by ---- */

#define N_KEPT 8

struct kept {
	struct queue_lobby at[N_KEPT];
};

CTX_PART(kept, struct kept);

int
queue_lobby_get(struct ctx *ctx, int64_t performance,
    const struct queue_lobby **out)
{
	struct kept *all = ctx_part(ctx, &kept);
	struct queue_lobby *lobby = &all->at[performance % N_KEPT];
	const struct db_param id = db_i64(&ctx->arena, performance);
	struct db_rows rows;
	int r;

	*out = lobby;
	if (lobby->performance == performance)
		return QUEUE_LOBBY_OK;
	r = db_read_primary(ctx, &sql_queue_lobby_get, 1, &id, &rows);
	if (r != 0)
		return r;
	if (rows.n_rows == 0)
		return QUEUE_LOBBY_E_NONE;
	lobby->performance = performance;
	snprintf(lobby->seed_sha256, sizeof(lobby->seed_sha256), "%s",
	    db_cell(&rows, 0, 0).p);
	snprintf(lobby->beacon_source, sizeof(lobby->beacon_source), "%s",
	    db_cell(&rows, 0, 1).p);
	return QUEUE_LOBBY_OK;
}

int
queue_lobby_find(struct ctx *ctx, int64_t performance, int64_t user,
    int64_t *seq)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, performance),
		db_i64(a, user) };
	struct db_rows rows;
	int r = db_read_primary(ctx, &sql_queue_lobby_find, 2, params, &rows);

	if (r != 0)
		return r;
	if (rows.n_rows == 0)
		return QUEUE_LOBBY_E_NONE;
	*seq = db_get_i64(&rows, 0, 0);
	return QUEUE_LOBBY_OK;
}

/* ---- a run ---- */

struct run {
	struct ctx *ctx;
	int64_t performance, epoch, ends_us;
	struct kv_reply reply;
};

static int
ask(struct run *run, const struct script *script, size_t n_args,
    const struct span *args)
{
	return seat_script(run->ctx, run->performance, run->epoch, script,
	    n_args, args, &run->reply);
}

/* Of the last answer. */
static int64_t
number_at(const struct run *run, size_t n)
{
	int64_t i;

	return span_to_i64(seat_reply(&run->reply, n), &i) ? i : 0;
}

/* A statement that gives one row of one cell. out: *rows, with none where it
 * gave none */
static int
tell(struct run *run, const struct sql *sql, int n_params,
    const struct db_param *params, struct db_rows *rows)
{
	return db_sure(db_run(run->ctx->primary, &run->ctx->arena, sql,
	    n_params, params, rows));
}

/* ---- it closes ---- */

/* out: *n how many are in it, -1: it does not close now */
static int
close_it(struct run *run, int64_t *n)
{
	struct ctx *ctx = run->ctx;
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, run->performance),
		db_i64(a, run->epoch), db_i64(a, LOBBY_NUMBERS), db_now(a) };
	struct db_rows rows;
	struct span args[3];
	int r;

	*n = -1;
	FAULT_POINT("lobby.before_close");
	r = tell(run, &sql_queue_lobby_close, ARRAY_LEN(params), params, &rows);
	FAULT_POINT("lobby.after_close");
	if (r != 0 || rows.n_rows == 0)
		return r;
	args[0] = seat_now(ctx);
	args[1] = db_cell(&rows, 0, 0);
	args[2] = seat_number(ctx, db_get_i64(&rows, 0, 0) + LOBBY_NUMBERS);
	r = ask(run, &script_queue_lobby_close, ARRAY_LEN(args), args);
	FAULT_POINT("lobby.after_close_script");
	if (r == 0 && seat_said(&run->reply, "ok"))
		*n = number_at(run, 1);
	return r;
}

/* ---- who is in it ---- */

/* Those of the last answer, which is queue_lobby_read's. out: *kept */
static int
gather(struct run *run, bool *is_kept)
{
	struct ctx *ctx = run->ctx;
	struct arena *a = &ctx->arena;
	size_t n = (run->reply.n - 2) / 2;
	int64_t *users = ARENA_ARRAY(a, n + 1, int64_t);
	struct db_param params[4];
	struct db_rows rows;
	struct strbuf ids;
	int r;

	strbuf_init(&ids, a, n * LOBBY_ID_LEN + 1);
	for (size_t i = 0; i < n; i++) {
		struct span id = seat_reply(&run->reply, 3 + 2 * i);

		if (!span_to_i64(seat_reply(&run->reply, 2 + 2 * i), &users[i])
		    || id.len != LOBBY_ID_LEN)
			return kv_nonsense(ctx->kv, "queue_lobby_read");
		strbuf_span(&ids, id);
	}
	params[0] = db_i64(a, run->performance);
	params[1] = db_i64(a, run->epoch);
	params[2] = db_i64s(a, users, n);
	params[3] = db_bytes(a, (struct span){ n > 0 ? ids.p : "", ids.len });
	r = tell(run, &sql_queue_lobby_gather, ARRAY_LEN(params), params,
	    &rows);
	*is_kept = r == 0 && db_get_bool(&rows, 0, 0);
	return r;
}

static int
list(struct run *run, int64_t least)
{
	struct arena *a = &run->ctx->arena;
	const struct db_param params[] = { db_i64(a, run->performance),
		db_i64(a, run->epoch), db_i64(a, least) };
	struct db_rows rows;
	int r = tell(run, &sql_queue_lobby_list, ARRAY_LEN(params), params,
	    &rows);

	FAULT_POINT("lobby.after_list");
	return r;
}

/* As far as time allows; then the list. least: so many are there to be read */
static int
gather_all(struct run *run, int64_t least)
{
	struct span args[2] = { SPAN_LIT(""), seat_number(run->ctx, CHUNK) };
	bool is_kept;
	int r;

	while (clock_mono_us() < run->ends_us) {
		r = ask(run, &script_queue_lobby_read, ARRAY_LEN(args), args);
		if (r != 0 || !seat_said(&run->reply, "ok"))
			return r;
		args[0] = seat_reply(&run->reply, 1);
		r = gather(run, &is_kept);
		FAULT_POINT("lobby.after_gather");
		if (r != 0 || !is_kept)
			return r;
		if (span_eq_str(args[0], "0"))
			return list(run, least);
	}
	return 0;
}

/* ---- the draw becomes a line ---- */

/* n users, to be behind those who are there. out: *filled. returns: 0; 1 others
 * do it; < 0 a fault */
static int
fill(struct run *run, const int64_t *users, size_t n, int64_t *filled)
{
	struct ctx *ctx = run->ctx;
	struct span args[CHUNK + 1];
	int r;

	for (size_t at = 0; at < n; at += CHUNK) {
		size_t some = MIN(CHUNK, n - at);

		args[0] = seat_number(ctx, *filled);
		for (size_t i = 0; i < some; i++)
			args[1 + i] = seat_number(ctx, users[at + i]);
		r = ask(run, &script_queue_lobby_fill, some + 1, args);
		FAULT_POINT("lobby.after_fill");
		if (r != 0 || !seat_said(&run->reply, "ok"))
			return r < 0 ? r : 1;
		*filled += (int64_t)some;
	}
	return 0;
}

static int
done(struct run *run, int64_t n)
{
	struct ctx *ctx = run->ctx;
	const struct span args[] = { seat_now(ctx), seat_number(ctx, n),
		seat_number(ctx, LEARN_MS) };

	FAULT_POINT("lobby.before_done");
	return ask(run, &script_queue_lobby_done, ARRAY_LEN(args), args);
}

/* As far as time allows. filled: so many have their places in Redis */
static int
place_all(struct run *run, int64_t filled)
{
	struct arena *a = &run->ctx->arena;
	struct db_rows rows;
	int64_t *users;
	size_t n;
	int r;

	while (clock_mono_us() < run->ends_us) {
		const struct db_param params[] = { db_i64(a, run->performance),
			db_i64(a, filled), db_i64(a, PLACES) };

		r = tell(run, &sql_queue_lobby_place, ARRAY_LEN(params), params,
		    &rows);
		FAULT_POINT("lobby.after_place");
		if (r != 0)
			return r;
		users = db_get_i64s(a, &rows, 0, 0, &n);
		if (n == 0)
			return done(run, filled);
		r = fill(run, users, n, &filled);
		if (r != 0)
			return MIN(r, 0);
	}
	return 0;
}

/* Where a beacon was promised an operator draws (admin/draw.h). */
static int
draw(struct run *run)
{
	struct db_param params[QUEUE_DRAW_N_PARAMS];
	struct db_rows rows;
	int r = queue_draw_params(run->ctx, run->performance, SPAN_NONE,
	    params);

	if (r != 0)
		return r;
	r = tell(run, &sql_queue_lobby_draw, ARRAY_LEN(params), params, &rows);
	FAULT_POINT("lobby.after_draw");
	return r;
}

/* ---- what is next ---- */

/* It has closed. in: filled as queue_lobby_look says */
static int
go_on(struct run *run, int64_t filled)
{
	const struct db_param id = db_i64(&run->ctx->arena, run->performance);
	struct db_rows rows;
	int64_t n;
	int r = tell(run, &sql_queue_lobby_state, 1, &id, &rows);

	if (r != 0 || rows.n_rows == 0)
		return r;
	if (db_get_bool(&rows, 0, 1))
		return place_all(run, filled);
	if (!db_get_bool(&rows, 0, 0)) {
		r = close_it(run, &n);
		return r == 0 && n >= 0 ? gather_all(run, n) : r;
	}
	return db_get_bool(&rows, 0, 2) ? 0 : draw(run);
}

int
queue_lobby_run(struct ctx *ctx, const struct terms *terms)
{
	struct run run = { .ctx = ctx,
		.performance = terms->performance,
		.ends_us = clock_mono_us() + RUN_US };
	struct span now = seat_now(ctx);
	int state, r = epoch_get(ctx, &run.epoch);

	if (r == 0)
		r = ask(&run, &script_queue_lobby_look, 1, &now);
	if (r != 0 || !seat_said(&run.reply, "ok"))
		return r;
	state = words_find(lobby_states, seat_reply(&run.reply, 1));
	if (state == LOBBY_CLOSED)
		return go_on(&run, number_at(&run, 3));
	if (state < 0 || !lobby_waits((enum lobby_state)state)
	    || seat_reply(&run.reply, 2).len == 0
	    || ctx->now_ms < terms->sales_open_ms)
		return 0;
	return go_on(&run, 0);
}
