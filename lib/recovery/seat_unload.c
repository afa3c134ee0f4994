/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_unload - take a map out of Redis that nobody needs
 *
 * Layer: domain.  Uses: base, store, catalog, seat, journal, seat_load.
 */
#include "recovery/seat_unload.h"

#include "base/clock.h"
#include "base/fault.h"
#include "journal/journal.h"
#include "recovery/seat_load.h"
#include "seat/epoch.h"
#include "seat/seat_loaded.h"
#include "seat/seat_terms.h"
#include "store/read.h"

SQL(unload_unwanted,
    "SELECT t.id FROM unnest($1::bigint[]) AS t (id)"
    " LEFT JOIN performances AS p ON p.id = t.id AND p.status = 'open'"
    "  AND p.sales_open_at <= CASE p.queue_mode WHEN 'lobby'"
    "   THEN $4::timestamptz + p.queue_lobby_s * interval '1 s'"
    "   ELSE $2::timestamptz END"
    "  AND p.sales_close_at > $3"
    " WHERE p.id IS NULL ORDER BY t.id");

/* A map on its way out. */
struct leaving {
	struct ctx *ctx;
	int64_t performance, epoch;
};

/* One of the scripts of a map's end. out: *last its second element, NONE when
 * it does not say ok */
static int
run_end(struct leaving *l, const struct script *script, size_t n_args,
    const struct span *args, bool *ok, struct kv_reply *reply)
{
	int r = seat_script(l->ctx, l->performance, l->epoch, script, n_args,
	    args, reply);

	*ok = r == 0 && seat_said(reply, "ok");
	return r;
}

/* What the jobs keep of it; the map itself is gone. */
static int
forget_rest(struct leaving *l)
{
	struct ctx *ctx = l->ctx;
	struct span id = seat_number(ctx, l->performance);
	struct kv_reply replies[2];

	kv_queue(ctx->kv, 3,
	    (struct span[]){ SPAN_LIT("SREM"), epoch_loaded_key(ctx, l->epoch),
		id });
	kv_queue(ctx->kv, 3,
	    (struct span[]){ SPAN_LIT("HDEL"),
		log_follow_reached_key(ctx, &journal_consumer, l->epoch), id });
	return kv_run(ctx->kv, &ctx->arena, 2, replies);
}

/* Under the lock of loads, so that none comes between the map and the list of
 * those that are loaded. */
static int
forget_locked(struct leaving *l, const struct span *last, bool *gone)
{
	struct kv_reply reply;
	int64_t now_ms;
	bool ours;
	int r;

	r = seat_load_lock(l->ctx, l->performance, l->epoch, &ours, &now_ms);
	if (r != 0 || !ours)
		return r;
	FAULT_POINT("unload.before_forget");
	r = run_end(l, &script_seat_forget, 1, last, gone, &reply);
	FAULT_POINT("unload.after_forget");
	return r == 0 && *gone ? forget_rest(l) : r;
}

static int
forget(struct leaving *l, const struct span *last, bool *gone)
{
	int r = db_begin(l->ctx->primary);

	if (r < 0)
		return r;
	r = forget_locked(l, last, gone);
	db_rollback(l->ctx->primary);
	return r;
}

int
seat_unload(struct ctx *ctx, int64_t performance, int64_t idle_ms, bool *gone)
{
	struct leaving l = { .ctx = ctx, .performance = performance };
	const struct span args[] = { seat_now(ctx), seat_number(ctx, idle_ms) };
	struct span last = SPAN_LIT("0-0");
	struct kv_reply reply;
	bool retired;
	int r;

	*gone = false;
	r = epoch_get(ctx, &l.epoch);
	if (r == 0)
		r = run_end(&l, &script_seat_leave, ARRAY_LEN(args), args,
		    &retired, &reply);
	FAULT_POINT("unload.after_leave");
	if (r < 0 || seat_said(&reply, "stays"))
		return r;
	if (retired) {
		last = seat_reply(&reply, 1);
		r = journal_drain(ctx, l.epoch, &performance, 1);
	}
	return r == 0 ? forget(&l, &last, gone) : r;
}

/* ---- all that are not wanted ---- */

/* The other jobs wait meanwhile. */
#define ROUND_US 100000

/* Also those of ids that no map is behind: who took it out died. */
static int
read_unwanted(struct ctx *ctx, int64_t **out, size_t *n)
{
	struct arena *a = &ctx->arena;
	struct db_param params[4];
	struct db_rows rows;
	int64_t *ids;
	int r;

	seat_loaded_all(ctx, &ids, n);
	if (*n == 0)
		return 0;
	params[0] = db_i64s(a, ids, *n);
	params[1] = db_time(a, ctx->now_ms + SEAT_AHEAD_MS);
	params[2] = db_time(a, ctx->now_ms - SEAT_AFTER_MS);
	params[3] = db_time(a, ctx->now_ms);
	r = db_read_primary(ctx, &sql_unload_unwanted, 4, params, &rows);
	*n = r == 0 ? rows.n_rows : 0;
	*out = ids;
	for (size_t i = 0; i < *n; i++)
		ids[i] = db_get_i64(&rows, i, 0);
	return r;
}

/* Begun elsewhere each time: the first may be those that stay. */
int
seat_unload_round(struct ctx *ctx, int64_t idle_ms, size_t *n_gone)
{
	static size_t begin;
	int64_t *ids = NULL, ends_us = clock_mono_us() + ROUND_US;
	struct seat_loaded *maps;
	size_t n;
	int r;

	*n_gone = 0;
	r = seat_loaded_lately(ctx, &maps, &n);
	if (r < 0)
		return r;
	r = read_unwanted(ctx, &ids, &n);
	for (size_t i = 0; i < n && r == 0 && clock_mono_us() < ends_us
	     && ctx->arena.used < ctx->arena.limit / 2;
	     i++) {
		bool gone;

		r = seat_unload(ctx, ids[begin++ % n], idle_ms, &gone);
		*n_gone += r == 0 && gone;
	}
	if (*n_gone > 0)
		seat_loaded_outdated();
	return r;
}
