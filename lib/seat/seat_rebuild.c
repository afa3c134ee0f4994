/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_rebuild - notice that Redis lost something, and put it back
 *
 * Layer: domain.  Uses: base, store, epoch, seat_load.
 */
#include "seat/seat_rebuild.h"

#include "base/clock.h"
#include "seat/epoch.h"
#include "seat/seat_load.h"
#include "seat/seat_script.h"
#include "store/read.h"

/* Performances looked at together. */
#define BATCH 100
#define BATCH_TEXT "100"

SQL(seat_rebuild_on_sale,
    "SELECT id FROM performances WHERE status = 'open'"
    " AND sales_open_at <= $1 AND sales_close_at > $1"
    " ORDER BY sales_open_at DESC, id OFFSET $2 LIMIT " BATCH_TEXT);

/* Those of ids that are loaded become 0. */
static int
skip_loaded(struct ctx *ctx, int64_t epoch, int64_t *ids, size_t n)
{
	struct kv_reply *replies = ARENA_ARRAY(&ctx->arena, n,
	    struct kv_reply);
	struct span key = epoch_loaded_key(ctx, epoch);
	int r;

	for (size_t i = 0; i < n; i++)
		kv_queue(ctx->kv, 3, (struct span[]){ SPAN_LIT("SISMEMBER"),
		    key, seat_number(ctx, ids[i]) });
	r = kv_run(ctx->kv, &ctx->arena, n, replies);
	for (size_t i = 0; r == 0 && i < n; i++)
		if (replies[i].i64 == 1)
			ids[i] = 0;
	return r;
}

/* The next performances on sale; *n is 0 after the last. */
static int
next_batch(struct ctx *ctx, const struct seat_rebuild *memory, int64_t *ids,
    size_t *n)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_time(a, ctx->now_ms),
		db_i64(a, memory->n_seen) };
	struct db_rows rows;
	int r;

	r = db_read_primary(ctx, &sql_seat_rebuild_on_sale, 2, params, &rows);
	if (r != 0)
		return r;
	*n = rows.n_rows;
	for (size_t i = 0; i < *n; i++)
		ids[i] = db_get_i64(&rows, i, 0);
	return *n > 0 ? skip_loaded(ctx, memory->epoch, ids, *n) : 0;
}

static int
load_some(struct ctx *ctx, struct seat_rebuild *memory, int64_t ends_us,
    size_t *n_loaded)
{
	int64_t ids[BATCH];
	size_t n = 0;
	int r;

	r = next_batch(ctx, memory, ids, &n);
	memory->done = r == 0 && n == 0;
	for (size_t i = 0; i < n && r >= 0; i++) {
		if (ids[i] != 0) {
			if (clock_mono_us() >= ends_us
			    || ctx->arena.used > ctx->arena.limit / 2)
				return 0;
			r = seat_load(ctx, ids[i]);
			*n_loaded += r == 0;
		}
		if (r >= 0)
			memory->n_seen++;
	}
	return r < 0 ? r : 0;
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
		return 0;
	return load_some(ctx, memory, now_us + budget_ms * US_PER_MS, n);
}
