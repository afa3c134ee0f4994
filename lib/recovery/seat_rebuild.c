/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_rebuild - notice that Redis lost something, and put it back
 *
 * Layer: domain.  Uses: base, store, epoch, seat_load.
 */
#include "recovery/seat_rebuild.h"

#include "base/clock.h"
#include "recovery/seat_load.h"
#include "seat/epoch.h"
#include "seat/seat_script.h"
#include "seat/seat_terms.h"
#include "store/read.h"

/* Performances looked at together. */
#define BATCH 100
#define BATCH_TEXT "100"
/* So often one looks for sales that open soon. */
#define SOON_US INT64_C(10000000)

SQL(seat_rebuild_on_sale,
    "SELECT id FROM performances WHERE status = 'open'"
    " AND sales_open_at <= $1 AND sales_close_at > $1"
    " ORDER BY sales_open_at DESC, id OFFSET $2 LIMIT " BATCH_TEXT);

SQL(seat_rebuild_soon,
    "SELECT id FROM performances WHERE status = 'open'"
    " AND sales_open_at > $1 AND sales_open_at <= $2"
    " ORDER BY sales_open_at, id OFFSET $3 LIMIT " BATCH_TEXT);

/* Those of ids that are loaded become 0. */
static int
skip_loaded(struct ctx *ctx, int64_t epoch, int64_t *ids, size_t n)
{
	struct kv_reply *replies = ARENA_ARRAY(&ctx->arena, n, struct kv_reply);
	struct span key = epoch_loaded_key(ctx, epoch);
	int r;

	for (size_t i = 0; i < n; i++)
		kv_queue(ctx->kv, 3,
		    (struct span[]){ SPAN_LIT("SISMEMBER"), key,
			seat_number(ctx, ids[i]) });
	r = kv_run(ctx->kv, &ctx->arena, n, replies);
	for (size_t i = 0; r == 0 && i < n; i++)
		if (replies[i].i64 == 1)
			ids[i] = 0;
	return r;
}

/* Of the performances that sql gives, those that are not loaded; the others
 * are 0. */
static int
next_batch(struct ctx *ctx, const struct sql *sql, int n_params,
    const struct db_param *params, int64_t *ids, size_t *n)
{
	struct db_rows rows;
	int r;

	*n = 0;
	r = db_read_primary(ctx, sql, n_params, params, &rows);
	if (r != 0)
		return r;
	*n = rows.n_rows;
	for (size_t i = 0; i < *n; i++)
		ids[i] = db_get_i64(&rows, i, 0);
	return *n > 0 ? skip_loaded(ctx, epoch_last(ctx), ids, *n) : 0;
}

/* out: *n_seen how many of them were loaded or are; as many as time is left
 * for */
static int
load_ids(struct ctx *ctx, const int64_t *ids, size_t n, int64_t ends_us,
    int64_t *n_seen, size_t *n_loaded)
{
	int r = 0;

	for (size_t i = 0; i < n && r >= 0; i++) {
		if (ids[i] != 0) {
			if (clock_mono_us() >= ends_us
			    || ctx->arena.used > ctx->arena.limit / 2)
				return 0;
			r = seat_load(ctx, ids[i]);
			*n_loaded += r == 0;
		}
		if (r >= 0)
			++*n_seen;
	}
	return r < 0 ? r : 0;
}

static int
load_some(struct ctx *ctx, struct seat_rebuild *memory, int64_t ends_us,
    size_t *n_loaded)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_time(a, ctx->now_ms),
		db_i64(a, memory->n_seen) };
	int64_t ids[BATCH];
	size_t n = 0;
	int r;

	r = next_batch(ctx, &sql_seat_rebuild_on_sale, 2, params, ids, &n);
	memory->done = r == 0 && n == 0;
	return r == 0
	    ? load_ids(ctx, ids, n, ends_us, &memory->n_seen, n_loaded)
	    : r;
}

/* Those that open between the last look and the one after the next. */
static int
load_soon(struct ctx *ctx, struct seat_rebuild *memory, int64_t ends_us,
    size_t *n_loaded)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = {
		db_time(a, ctx->now_ms - 2 * SOON_US / US_PER_MS),
		db_time(a, ctx->now_ms + SEAT_AHEAD_MS),
		db_i64(a, memory->n_soon)
	};
	int64_t ids[BATCH], now_us = clock_mono_us();
	size_t n = 0;
	int r;

	if (now_us < memory->soon_us)
		return 0;
	r = next_batch(ctx, &sql_seat_rebuild_soon, 3, params, ids, &n);
	if (r == 0 && n == 0) {
		memory->soon_us = now_us + SOON_US;
		memory->n_soon = 0;
	}
	return r == 0
	    ? load_ids(ctx, ids, n, ends_us, &memory->n_soon, n_loaded)
	    : r;
}

/* A script that does not end is none of ours, whose loops are bounded. One
 * that cannot be killed ends with its server, which the run id will tell. */
static int
look(struct ctx *ctx)
{
	epoch_forget(ctx);
	return kv_is_busy(ctx->kv) ? kv_kill_script(ctx->kv) : 0;
}

int
seat_rebuild_round(struct ctx *ctx, struct seat_rebuild *memory,
    int64_t budget_ms, size_t *n)
{
	int64_t now_us = clock_mono_us(), epoch;
	int r;

	*n = 0;
	if (now_us >= memory->look_us) {
		memory->look_us = now_us + REBUILD_LOOK_MS * US_PER_MS;
		r = look(ctx);
		if (r != 0)
			return r < 0 ? r : KV_F_AWAY;
	}
	r = epoch_get(ctx, &epoch);
	if (r < 0)
		return r;
	if (epoch != memory->epoch) {
		memory->epoch = epoch;
		memory->n_seen = 0;
		memory->done = false;
	}
	if (memory->done)
		return load_soon(ctx, memory, now_us + budget_ms * US_PER_MS,
		    n);
	return load_some(ctx, memory, now_us + budget_ms * US_PER_MS, n);
}
