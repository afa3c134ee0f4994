/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_published - maps that the workers of a tree have read, for each other
 *
 * With a thousand performances on sale a worker seldom reads the same map
 * twice within the moment it may be kept, but all workers together do. Halls
 * with more seats than a place of the board has room for are not shown there.
 *
 * Bench rows: map-spread, hold-best.
 *
 * Layer: domain.  Uses: base, store, seat_map.
 */
#ifndef SEAT_SEAT_PUBLISHED_H
#define SEAT_SEAT_PUBLISHED_H

#include "seat/seat_map.h"

/* A map just read, at read_ms by this host's clock; not over a newer one. */
void seat_published_put(struct ctx *ctx, int64_t performance, int64_t read_ms,
    const struct seat_map *map);

/*
 * The last map that was put, of the epoch this process goes by.
 *
 * out:     written on true only; memory: the arena's
 * returns: whether there is one
 */
bool seat_published_get(struct ctx *ctx, int64_t performance, int64_t *read_ms,
    struct seat_map *out) MUST_CHECK;

/* A script held n seats of the map of this version: if it still is the last
 * one, they are held there, too. */
void seat_published_held(struct ctx *ctx, int64_t performance,
    struct span version, const int64_t *seats, size_t n);

#endif
