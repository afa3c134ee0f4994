/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_kept - the last maps this worker has read, for a moment
 *
 * A table with one place for each performance, by its id; two that share one
 * only push each other out. Each place has an arena of its own that holds one
 * map at a time. Before a map is read anew, another worker of the tree may have
 * read it a moment ago.
 *
 * Layer: domain.  Uses: base, store, seat_map, seat_published.
 */
#include "seat/seat_kept.h"

#include "seat/epoch.h"
#include "seat/seat_published.h"
#include "seat/seat_state.h"
#include "seat/seat_tail.h"

#define N_PLACES 64
/* One map: a letter a seat, 100,000 at most, and its version. */
#define PLACE_MAX KIB(512)

struct place {
	bool open;           /* its arena is there */
	int64_t performance; /* 0: empty */
	int64_t read_ms;
	int64_t refused_ms;  /* a hold met a sold seat; 0: none did */
	int64_t misled_ms;   /* the seats that it showed free were not */
	uint64_t connection; /* of Redis, that it was read on */
	struct seat_map map;
	char *letters; /* the map's */
	struct arena arena;
};

static struct place places[N_PLACES];

static struct place *
place_of(int64_t performance)
{
	return &places[(uint64_t)performance % N_PLACES];
}

/* A clock that was set back makes everything old. */
static bool
is_within(int64_t then_ms, int64_t ms, const struct ctx *ctx)
{
	return then_ms <= ctx->now_ms && ctx->now_ms - then_ms < ms;
}

static bool
is_young(int64_t then_ms, const struct ctx *ctx)
{
	return is_within(then_ms, SEAT_KEPT_MS, ctx);
}

static bool
is_kept_for(const struct place *place, const struct ctx *ctx,
    int64_t performance, int64_t ms)
{
	return place->performance == performance
	    && is_within(place->read_ms, place->map.at_rest ? SEAT_REST_MS : ms,
		ctx)
	    && place->connection == kv_generation(ctx->kv);
}

static bool
is_kept(const struct place *place, const struct ctx *ctx, int64_t performance)
{
	return is_kept_for(place, ctx, performance, SEAT_KEPT_MS);
}

static void
keep(struct place *place, const struct ctx *ctx, int64_t performance,
    int64_t read_ms, const struct seat_map *map)
{
	if (!place->open)
		arena_init(&place->arena, PLACE_MAX);
	place->open = true;
	arena_reset(&place->arena);
	if (place->performance != performance)
		place->refused_ms = place->misled_ms = 0;
	place->performance = performance;
	place->read_ms = read_ms;
	place->connection = kv_generation(ctx->kv);
	place->map = *map;
	place->letters = arena_dup(&place->arena, map->letters.p,
	    map->letters.len);
	place->map.letters = (struct span){ place->letters, map->letters.len };
	place->map.version = arena_span(&place->arena, map->version);
}

/* The request's own copy: the place may be filled anew by the same request. */
static void
give(const struct place *place, struct ctx *ctx, struct seat_map *out)
{
	*out = place->map;
	out->letters = arena_span(&ctx->arena, place->map.letters);
	out->version = arena_span(&ctx->arena, place->map.version);
}

/* One that is not older than ms. */
static bool
take_published(struct ctx *ctx, int64_t performance, int64_t ms,
    const struct span *seen, size_t n, struct seat_map *out)
{
	int64_t read_ms;

	if (!seat_published_get(ctx, performance, &read_ms, out)
	    || !is_within(read_ms, ms, ctx)
	    || !seat_version_reached(out->version, seen, n))
		return false;
	keep(place_of(performance), ctx, performance, read_ms, out);
	return true;
}

static int
read_anew(struct ctx *ctx, int64_t performance, const struct span *seen,
    size_t n, struct seat_map *out)
{
	int r = seat_map_whole(ctx, performance, seen, n, out);

	if (r != SEAT_OK)
		return r;
	keep(place_of(performance), ctx, performance, ctx->now_ms, out);
	seat_published_put(ctx, performance, ctx->now_ms, out);
	return r;
}

static int
read_and_keep(struct ctx *ctx, int64_t performance, const struct span *seen,
    size_t n, struct seat_map *out)
{
	if (take_published(ctx, performance, SEAT_KEPT_MS, seen, n, out))
		return SEAT_OK;
	return read_anew(ctx, performance, seen, n, out);
}

int
seat_kept_map(struct ctx *ctx, int64_t performance, const struct span *seen,
    size_t n, struct seat_map *out)
{
	const struct place *place = place_of(performance);

	if (!is_kept(place, ctx, performance)
	    || !seat_version_reached(place->map.version, seen, n))
		return read_and_keep(ctx, performance, seen, n, out);
	give(place, ctx, out);
	return SEAT_OK;
}

int
seat_kept_about(struct ctx *ctx, int64_t performance, struct seat_map *out)
{
	const struct place *place = place_of(performance);
	bool misled = place->performance == performance
	    && is_within(place->misled_ms, SEAT_REST_MS, ctx);
	int64_t ms = misled ? SEAT_KEPT_MS : SEAT_REST_MS, read_ms;

	/* There is what all workers of the tree have held. */
	if (seat_published_get(ctx, performance, &read_ms, out)
	    && is_within(read_ms, ms, ctx))
		return SEAT_OK;
	if (is_kept_for(place, ctx, performance, ms)) {
		give(place, ctx, out);
		return SEAT_OK;
	}
	return read_anew(ctx, performance, NULL, 0, out);
}

void
seat_kept_held(struct ctx *ctx, int64_t performance, struct span version,
    const int64_t *seats, size_t n)
{
	struct place *place = place_of(performance);

	if (place->performance == performance
	    && span_eq(place->map.version, version))
		seat_map_hold(place->letters, place->map.letters.len, seats, n);
	seat_published_held(ctx, performance, version, seats, n);
}

int
seat_kept_renew(struct ctx *ctx, int64_t performance, struct seat_map *out)
{
	int r = read_anew(ctx, performance, NULL, 0, out);

	if (r == SEAT_OK)
		place_of(performance)->misled_ms = ctx->now_ms;
	return r;
}

int
seat_kept_since(struct ctx *ctx, int64_t performance, struct span since,
    const struct span *seen, size_t n, struct seat_map *out)
{
	struct span *all = ARENA_ARRAY(&ctx->arena, n + 1, struct span);
	int r;

	r = seat_tail_since(ctx, performance, since, seen, n, out);
	if (r == SEAT_OK)
		return r;
	if (n > 0)
		memcpy(all, seen, n * sizeof(*all));
	all[n] = since;
	return seat_kept_map(ctx, performance, all, n + 1, out);
}

/* Under the terms and the epoch that the worker goes by, a seat is sold. */
static bool
shows_sold(const struct place *place, const struct ctx *ctx,
    int64_t terms_version, const int64_t *seats, size_t n)
{
	const struct seat_map *map = &place->map;

	if (map->terms_version != terms_version
	    || map->epoch != epoch_last(ctx))
		return false;
	for (size_t i = 0; i < n; i++)
		if ((size_t)seats[i] <= map->letters.len
		    && map->letters.p[seats[i] - 1] == SEAT_RESERVED)
			return true;
	return false;
}

bool
seat_kept_sold(struct ctx *ctx, int64_t performance, int64_t terms_version,
    const int64_t *seats, size_t n, struct span *letters)
{
	struct place *place = place_of(performance);
	struct seat_map map;
	char *copy;

	if (place->performance != performance)
		return false;
	if (!is_kept(place, ctx, performance)
	    && (!is_young(place->refused_ms, ctx)
		|| read_and_keep(ctx, performance, NULL, 0, &map) != SEAT_OK))
		return false;
	if (!shows_sold(place, ctx, terms_version, seats, n))
		return false;
	copy = arena_alloc(&ctx->arena, n);
	for (size_t i = 0; i < n; i++)
		copy[i] = (size_t)seats[i] <= place->map.letters.len
		    ? place->map.letters.p[seats[i] - 1]
		    : SEAT_AVAILABLE;
	*letters = (struct span){ copy, n };
	place->refused_ms = ctx->now_ms;
	return true;
}

void
seat_kept_refused(const struct ctx *ctx, int64_t performance,
    struct span letters)
{
	struct place *place = place_of(performance);

	if (letters.len == 0
	    || memchr(letters.p, SEAT_RESERVED, letters.len) == NULL)
		return;
	if (place->performance != performance) {
		place->performance = performance;
		place->read_ms = 0;
		place->connection = 0;
	}
	place->refused_ms = ctx->now_ms;
}
