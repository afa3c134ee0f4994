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
#include "seat/seat_script.h"
#include "seat/seat_terms.h"
#include "store/keys.h"
#include "store/read.h"

#include <stdlib.h>

/* Commands in one round trip: bounds the replies held in memory. */
#define BATCH 500

/* Of all that were loaded the versions are asked once a minute, else of those
 * that changed since then: each second, what few were changed is cheaper to
 * read than a thousand versions that were not. */
#define TERMS_WHOLE_US INT64_C(60000000)
SQL(seat_loaded_changed,
    "SELECT id, meta_version FROM performances"
    " WHERE changed_at > now() - interval '2 min'");
SQL(seat_loaded_versions,
    "SELECT id, meta_version FROM performances WHERE id = ANY ($1)");

/* The ids loaded under the epoch, and Redis's time. */
static int
read_ids(struct ctx *ctx, int64_t epoch, struct kv_reply *ids,
    int64_t *redis_ms)
{
	struct kv_reply replies[2];
	int64_t s = 0, us = 0;
	int r;

	kv_queue(ctx->kv, 1, (struct span[]){ SPAN_LIT("TIME") });
	kv_queue(ctx->kv, 2,
	    (struct span[]){ SPAN_LIT("SMEMBERS"),
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

/* ---- what is known of them ---- */

/*
 * One place a map, by id, kept from round to round: a thousand maps asked twice
 * a second would cost Redis what hundreds of holds do. A hold lasts ten seconds
 * at least, so whoever asks each map every five knows of each end before it
 * comes. Asked at once are maps that are new, those of which something is due,
 * and those whose log was read for the journal: something happened there.
 */
struct known {
	struct seat_loaded map;
	bool live;
	int64_t read_us; /* monotonic; 0: never */
	int64_t changed_us, trimmed_us;
};

static struct {
	struct arena arenas[2]; /* one has the table, one is free */
	int at;
	struct known *maps;
	size_t n;
	int64_t epoch, listed_us;
	uint64_t connection;
} table;

static int
by_performance(const void *a, const void *b)
{
	const struct known *x = a, *y = b;

	return (x->map.performance > y->map.performance)
	    - (x->map.performance < y->map.performance);
}

static int
by_id(const void *a, const void *b)
{
	const struct seat_loaded *x = a, *y = b;

	return (x->performance > y->performance)
	    - (x->performance < y->performance);
}

static struct known *
find_known(int64_t performance)
{
	const struct known key = { .map.performance = performance };

	return table.n == 0 ? NULL
			    : bsearch(&key, table.maps, table.n,
				sizeof(*table.maps), by_performance);
}

/* Under a fake clock nothing is known. */
static bool
is_valid(const struct ctx *ctx)
{
	return clock_faked_ms() == 0 && table.epoch == epoch_last(ctx)
	    && table.connection == kv_generation(ctx->kv);
}

/* The table becomes one of these maps; what is known of them stays. */
static void
take_ids(const struct ctx *ctx, const struct kv_reply *ids)
{
	struct arena *a = &table.arenas[1 - table.at];
	struct known *maps;
	size_t n = 0;

	if (!is_valid(ctx))
		table.n = 0;
	if (a->limit == 0)
		arena_init(a, (size_t)ctx->set.worker_arena_mib << 20);
	arena_reset(a);
	maps = ARENA_ARRAY(a, ids->n + 1, struct known);
	for (size_t i = 0; i < ids->n; i++) {
		int64_t performance = number_of(&ids->items[i]);
		const struct known *k = find_known(performance);

		if (performance < 1)
			continue;
		maps[n] = k != NULL ? *k : (struct known){ 0 };
		maps[n++].map.performance = performance;
	}
	if (n > 0)
		qsort(maps, n, sizeof(*maps), by_performance);
	table.at = 1 - table.at;
	table.maps = maps;
	table.n = n;
	table.epoch = epoch_last(ctx);
	table.connection = kv_generation(ctx->kv);
}

static void
take_meta(struct known *k, const struct kv_reply *meta, int64_t now_us)
{
	const struct kv_reply *m = meta->items;
	struct seat_loaded is = { .performance = k->map.performance };

	k->read_us = now_us;
	k->live = meta->n == 5 && m[0].type == KV_STR
	    && span_eq_str(m[0].str, "live");
	if (k->live) {
		is.due_ms = number_of(&m[1]);
		is.terms_version = number_of(&m[2]);
		is.dirty = m[3].type == KV_STR;
		is.line = m[4].type == KV_STR && m[4].str.len > 0;
	}
	k->map = is;
}

static int
read_batch(struct ctx *ctx, struct known **maps, size_t n)
{
	struct kv_reply *replies = ARENA_ARRAY(&ctx->arena, n, struct kv_reply);
	int64_t now_us = clock_mono_us();
	int r;

	for (size_t i = 0; i < n; i++)
		kv_queue(ctx->kv, 7,
		    (struct span[]){ SPAN_LIT("HMGET"),
			key_perf(&ctx->arena, maps[i]->map.performance,
			    table.epoch, KEY_META),
			SPAN_LIT("s"), SPAN_LIT("due"), SPAN_LIT("terms"),
			SPAN_LIT("dirty"), SPAN_LIT("queue") });
	r = kv_run(ctx->kv, &ctx->arena, n, replies);
	for (size_t i = 0; r == 0 && i < n; i++)
		take_meta(maps[i], &replies[i], now_us);
	return r;
}

/* Whether a map is to be asked now. The times of those that are asked in turn
 * spread by themselves, as they are not loaded all at once. */
static bool
is_asked(const struct known *k, int64_t now_us, int64_t redis_ms)
{
	return k->read_us == 0 || !k->live
	    || now_us - k->read_us >= SEAT_LOADED_TURN_US || k->map.dirty
	    || (k->map.due_ms != 0 && k->map.due_ms <= redis_ms);
}

static int
ask(struct ctx *ctx, int64_t redis_ms)
{
	struct known **asked = ARENA_ARRAY(&ctx->arena, table.n + 1,
	    struct known *);
	int64_t now_us = clock_mono_us();
	size_t n = 0;
	int r = 0;

	for (size_t i = 0; i < table.n; i++)
		if (is_asked(&table.maps[i], now_us, redis_ms))
			asked[n++] = &table.maps[i];
	for (size_t i = 0; i < n && r == 0; i += BATCH)
		r = read_batch(ctx, asked + i, MIN(BATCH, n - i));
	return r;
}

void
seat_loaded_moved(int64_t performance)
{
	struct known *k = find_known(performance);

	if (k == NULL)
		return;
	k->changed_us = clock_mono_us();
	k->read_us = 0;
}

static void
give(struct ctx *ctx, struct seat_loaded **out, size_t *n)
{
	*n = 0;
	*out = ARENA_ARRAY(&ctx->arena, table.n + 1, struct seat_loaded);
	for (size_t i = 0; i < table.n; i++)
		if (table.maps[i].live)
			(*out)[(*n)++] = table.maps[i].map;
}

int
seat_loaded_list(struct ctx *ctx, struct seat_loaded **out, size_t *n,
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
	take_ids(ctx, &ids);
	r = ask(ctx, *redis_ms);
	if (r < 0)
		return r;
	table.listed_us = clock_mono_us();
	give(ctx, out, n);
	return 0;
}

int
seat_loaded_lately(struct ctx *ctx, struct seat_loaded **out, size_t *n)
{
	int64_t redis_ms, epoch;
	int r = epoch_get(ctx, &epoch);

	if (r < 0 || !is_valid(ctx)
	    || clock_mono_us() - table.listed_us >= SEAT_LOADED_YOUNG_US)
		return r < 0 ? r : seat_loaded_list(ctx, out, n, &redis_ms);
	give(ctx, out, n);
	return 0;
}

/* ---- trim ---- */

bool
seat_loaded_trims(int64_t performance, int64_t keep_us)
{
	struct known *k = find_known(performance);
	int64_t now_us = clock_mono_us();

	if (k == NULL
	    || (now_us - k->changed_us > 3 * keep_us
		&& now_us - k->trimmed_us < keep_us && k->trimmed_us != 0))
		return false;
	k->trimmed_us = now_us;
	return true;
}

/* ---- for those who change what is loaded ---- */

void
seat_loaded_all(struct ctx *ctx, int64_t **ids, size_t *n)
{
	*ids = ARENA_ARRAY(&ctx->arena, table.n + 1, int64_t);
	*n = table.n;
	for (size_t i = 0; i < table.n; i++)
		(*ids)[i] = table.maps[i].map.performance;
}

const struct seat_loaded *
seat_loaded_among(const struct seat_loaded *maps, size_t n, int64_t performance)
{
	const struct seat_loaded key = { .performance = performance };

	return n == 0 ? NULL : bsearch(&key, maps, n, sizeof(*maps), by_id);
}

void
seat_loaded_outdated(void)
{
	table.listed_us = 0;
}

/* ---- terms ---- */

/* A draft too: what was sold before it became one is sold no more. */
static int
tell(struct ctx *ctx, int64_t performance)
{
	struct known *k = find_known(performance);
	struct terms terms;
	int r = terms_bare(ctx, performance, &terms);

	if (r == TERMS_OK)
		r = seat_terms(ctx, &terms);
	/* Asked again before it is told again. */
	if (k != NULL)
		k->read_us = 0;
	table.listed_us = 0;
	return r < 0 ? r : 0;
}

/* When all are asked next, monotonic; 0: at once, as after a round that failed,
 * since what changed meanwhile may be longer ago by now. */
static int64_t whole_us;

/* out: rows of id and version, all that may be newer than the maps' */
static int
read_versions(struct ctx *ctx, const struct seat_loaded *maps, size_t n,
    struct db_rows *out)
{
	int64_t now_us = clock_mono_us(), *ids;
	struct db_param param;
	int r;

	if (now_us < whole_us)
		return db_read_primary(ctx, &sql_seat_loaded_changed, 0, NULL,
		    out);
	ids = ARENA_ARRAY(&ctx->arena, n, int64_t);
	for (size_t i = 0; i < n; i++)
		ids[i] = maps[i].performance;
	param = db_i64s(&ctx->arena, ids, n);
	r = db_read_primary(ctx, &sql_seat_loaded_versions, 1, &param, out);
	whole_us = now_us + TERMS_WHOLE_US;
	return r;
}

static int
tell_changed(struct ctx *ctx, size_t *n_told)
{
	struct seat_loaded *maps;
	struct db_rows rows;
	size_t n;
	int r = seat_loaded_lately(ctx, &maps, &n);

	if (r < 0 || n == 0)
		return r;
	r = read_versions(ctx, maps, n, &rows);
	for (size_t i = 0; r == 0 && i < rows.n_rows; i++) {
		const struct seat_loaded *map = seat_loaded_among(maps, n,
		    db_get_i64(&rows, i, 0));

		if (map == NULL
		    || map->terms_version >= db_get_i64(&rows, i, 1))
			continue;
		r = tell(ctx, map->performance);
		++*n_told;
	}
	return r;
}

int
seat_loaded_terms(struct ctx *ctx, size_t *n_told)
{
	int r;

	*n_told = 0;
	r = tell_changed(ctx, n_told);
	if (r < 0)
		whole_us = 0;
	return r;
}
