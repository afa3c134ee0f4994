/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_loaded - the performances whose maps are in Redis, for the jobs
 *
 * Layer: domain.  Uses: base, store, catalog, epoch, seat_script.
 */
#include "seat/seat_loaded.h"

#include "base/clock.h"
#include "catalog/terms.h"
#include "seat/epoch.h"
#include "seat/seat_journal.h"
#include "seat/seat_load.h"
#include "seat/seat_script.h"
#include "store/keys.h"
#include "store/read.h"

/* Commands in one round trip: bounds the replies held in memory. */
#define BATCH 500

SQL(seat_loaded_terms,
    "SELECT p.id FROM performances AS p"
    " JOIN unnest($1::bigint[], $2::bigint[]) AS t (id, version)"
    "  ON t.id = p.id WHERE p.meta_version > t.version");

/* The ids loaded under the epoch, and Redis's time. */
static int
read_ids(struct ctx *ctx, int64_t epoch, struct kv_reply *ids,
    int64_t *redis_ms)
{
	struct kv_reply replies[2];
	int64_t s = 0, us = 0;
	int r;

	kv_queue(ctx->kv, 1, (struct span[]){ SPAN_LIT("TIME") });
	kv_queue(ctx->kv, 2, (struct span[]){ SPAN_LIT("SMEMBERS"),
	    epoch_loaded_key(ctx, epoch) });
	r = kv_run(ctx->kv, &ctx->arena, 2, replies);
	if (r < 0)
		return r;
	if (replies[0].n != 2 || replies[1].type != KV_ARRAY
	    || !span_to_i64(replies[0].items[0].str, &s)
	    || !span_to_i64(replies[0].items[1].str, &us))
		return kv_nonsense(ctx->kv, "the maps that are loaded");
	*redis_ms = clock_faked_ms() != 0 ? clock_faked_ms()
	    : s * 1000 + us / 1000;
	*ids = replies[1];
	return 0;
}

static int64_t
number_of(const struct kv_reply *reply)
{
	int64_t n;

	return reply->type == KV_STR && span_to_i64(reply->str, &n) ? n : 0;
}

static int
read_batch(struct ctx *ctx, int64_t epoch, const struct kv_reply *ids,
    size_t n_ids, struct seat_loaded *out, size_t *n)
{
	struct kv_reply *replies = ARENA_ARRAY(&ctx->arena, n_ids,
	    struct kv_reply);
	int r;

	for (size_t i = 0; i < n_ids; i++)
		kv_queue(ctx->kv, 6, (struct span[]){ SPAN_LIT("HMGET"),
		    key_perf(&ctx->arena, MAX(number_of(&ids[i]), 1), epoch,
		    KEY_META), SPAN_LIT("s"), SPAN_LIT("due"),
		    SPAN_LIT("terms"), SPAN_LIT("odd") });
	r = kv_run(ctx->kv, &ctx->arena, n_ids, replies);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n_ids; i++) {
		const struct kv_reply *m = replies[i].items;

		if (replies[i].n == 4 && m[0].type == KV_STR
		    && span_eq_str(m[0].str, "live"))
			out[(*n)++] = (struct seat_loaded){
				.performance = number_of(&ids[i]),
				.due_ms = number_of(&m[1]),
				.odd = m[3].type == KV_STR,
				.terms_version = number_of(&m[2]) };
	}
	return 0;
}

static int
read_all(struct ctx *ctx, struct seat_loaded **out, size_t *n,
    int64_t *redis_ms)
{
	struct kv_reply ids = { .n = 0 };
	int64_t epoch;
	int r;

	*n = 0;
	r = epoch_get(ctx, &epoch);
	if (r == 0)
		r = read_ids(ctx, epoch, &ids, redis_ms);
	if (r < 0)
		return r;
	*out = ARENA_ARRAY(&ctx->arena, ids.n + 1, struct seat_loaded);
	for (size_t i = 0; i < ids.n && r == 0; i += BATCH)
		r = read_batch(ctx, epoch, ids.items + i,
		    MIN(BATCH, ids.n - i), *out, n);
	return r;
}

/* ---- the last list ---- */

/* Each job's round has an arena of its own, so the list has one too. */
static struct {
	struct arena arena;
	struct seat_loaded *maps;
	size_t n;
	int64_t read_us, epoch;
	uint64_t connection;
} last;

static void
keep_list(const struct ctx *ctx, const struct seat_loaded *maps, size_t n)
{
	if (last.arena.limit == 0)
		arena_init(&last.arena,
		    (size_t)ctx->set.worker_arena_mib << 20);
	arena_reset(&last.arena);
	last.maps = ARENA_ARRAY(&last.arena, n + 1, struct seat_loaded);
	memcpy(last.maps, maps, n * sizeof(*maps));
	last.n = n;
	last.read_us = clock_mono_us();
	last.epoch = ctx->epoch;
	last.connection = kv_generation(ctx->kv);
}

/* Under a fake clock nothing is young. */
static bool
is_young(const struct ctx *ctx)
{
	return clock_faked_ms() == 0 && last.read_us != 0
	    && clock_mono_us() - last.read_us < SEAT_LOADED_YOUNG_US
	    && last.epoch == ctx->epoch
	    && last.connection == kv_generation(ctx->kv);
}

int
seat_loaded_list(struct ctx *ctx, struct seat_loaded **out, size_t *n,
    int64_t *redis_ms)
{
	int r = read_all(ctx, out, n, redis_ms);

	if (r == 0)
		keep_list(ctx, *out, *n);
	return r;
}

int
seat_loaded_lately(struct ctx *ctx, struct seat_loaded **out, size_t *n)
{
	int64_t redis_ms, epoch;
	int r = epoch_get(ctx, &epoch);

	if (r < 0 || !is_young(ctx))
		return r < 0 ? r : seat_loaded_list(ctx, out, n, &redis_ms);
	*n = last.n;
	*out = ARENA_ARRAY(&ctx->arena, last.n + 1, struct seat_loaded);
	memcpy(*out, last.maps, last.n * sizeof(**out));
	return 0;
}

/* ---- trim ---- */

/* Logs with entries after the last that was read for the journal, though
 * nobody said so: whoever made them or read them died. */
static int
hint_again(struct ctx *ctx, const struct seat_loaded *maps, size_t n,
    const struct kv_reply *trimmed)
{
	struct kv_reply *ignored = ARENA_ARRAY(&ctx->arena, n,
	    struct kv_reply);
	size_t queued = 0;

	for (size_t i = 0; i < n; i++) {
		if (trimmed[i].n < 3 || trimmed[i].items[2].i64 != 1)
			continue;
		seat_journal_queue_hint(ctx, maps[i].performance);
		queued++;
	}
	if (queued == 0)
		return 0;
	return kv_run(ctx->kv, &ctx->arena, queued, ignored);
}

static int
read_kept(struct ctx *ctx, int64_t epoch, const struct seat_loaded *maps,
    size_t n, struct kv_reply *out)
{
	struct span *argv = ARENA_ARRAY(&ctx->arena, n + 2, struct span);
	int r;

	argv[0] = SPAN_LIT("HMGET");
	argv[1] = seat_journal_kept_key(ctx, epoch);
	for (size_t i = 0; i < n; i++)
		argv[2 + i] = seat_number(ctx, maps[i].performance);
	r = kv_command(ctx->kv, &ctx->arena, (int)n + 2, argv, out);
	if (r == 0 && (out->type != KV_ARRAY || out->n != n))
		return kv_nonsense(ctx->kv, "how far logs were read");
	return r;
}

static int
trim_batch(struct ctx *ctx, int64_t epoch, const struct seat_loaded *maps,
    size_t n, struct span keep)
{
	struct kv_reply *replies = ARENA_ARRAY(&ctx->arena, n,
	    struct kv_reply);
	struct kv_reply kept;
	int r;

	r = read_kept(ctx, epoch, maps, n, &kept);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++) {
		struct span keys[SEAT_N_KEYS];
		const struct span args[] = { seat_now(ctx), keep,
			kept.items[i].type == KV_STR ? kept.items[i].str
			: SPAN_LIT("") };

		seat_keys(ctx, maps[i].performance, epoch, keys);
		kv_queue_script(ctx->kv, &script_seat_trim, SEAT_N_KEYS,
		    keys, ARRAY_LEN(args), args);
	}
	r = kv_run(ctx->kv, &ctx->arena, n, replies);
	return r == 0 ? hint_again(ctx, maps, n, replies) : r;
}

int
seat_loaded_trim(struct ctx *ctx, int64_t keep_ms, size_t *n)
{
	struct seat_loaded *maps;
	int64_t epoch = 0;
	int r;

	r = seat_loaded_lately(ctx, &maps, n);
	if (r == 0)
		r = epoch_get(ctx, &epoch);
	for (size_t i = 0; i < *n && r == 0; i += BATCH)
		r = trim_batch(ctx, epoch, maps + i, MIN(BATCH, *n - i),
		    seat_number(ctx, keep_ms));
	return r;
}

/* ---- terms ---- */

/* A draft too: what was sold before it became one is sold no more. */
static int
tell(struct ctx *ctx, int64_t performance)
{
	struct terms terms;
	int r = terms_bare(ctx, performance, &terms);

	if (r == TERMS_OK)
		r = seat_terms(ctx, &terms);
	return r < 0 ? r : 0;
}

int
seat_loaded_terms(struct ctx *ctx, size_t *n_told)
{
	struct arena *a = &ctx->arena;
	struct seat_loaded *maps;
	struct db_param params[2];
	int64_t *ids, *versions;
	struct db_rows rows;
	size_t n;
	int r;

	*n_told = 0;
	r = seat_loaded_lately(ctx, &maps, &n);
	if (r < 0 || n == 0)
		return r;
	ids = ARENA_ARRAY(a, n, int64_t);
	versions = ARENA_ARRAY(a, n, int64_t);
	for (size_t i = 0; i < n; i++) {
		ids[i] = maps[i].performance;
		versions[i] = maps[i].terms_version;
	}
	params[0] = db_i64s(a, ids, n);
	params[1] = db_i64s(a, versions, n);
	r = db_read_primary(ctx, &sql_seat_loaded_terms, 2, params, &rows);
	if (r != 0)
		return r;
	for (size_t i = 0; r == 0 && i < rows.n_rows; i++, (*n_told)++)
		r = tell(ctx, db_get_i64(&rows, i, 0));
	/* The list does not say what was just told. */
	if (rows.n_rows > 0)
		last.read_us = 0;
	return r;
}
