/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_kept - the last maps this worker has read, for a moment
 *
 * When everybody looks at one performance, a worker reads its map from Redis
 * twenty times a second instead of a thousand. Such a map may be shown to
 * whoever has seen nothing newer, and it may refuse a hold, but only for a
 * sold seat: that letter does not come and go.
 *
 * Layer: domain.  Uses: base, store, seat_map.
 */
#ifndef SEAT_SEAT_KEPT_H
#define SEAT_SEAT_KEPT_H

#include "seat/seat_map.h"

/* So old may a kept map be, and one that is at rest, or that decides nothing.
 */
#define SEAT_KEPT_MS 50
#define SEAT_REST_MS 1000

/*
 * The whole map, read anew unless a young one is kept.
 *
 * in:      seen  n versions the reader has met: one that is newer than the
 *                kept map has it read anew, once; one that is malformed counts
 *                as reached
 * memory:  the arena's
 * returns: as seat_map_read
 */
int seat_kept_map(struct ctx *ctx, int64_t performance, const struct span *seen,
    size_t n, struct seat_map *out) MUST_CHECK;

/*
 * The whole map as it was up to a second ago, but for what was held by it
 * since, to choose seats by that a script looks at again. Where that has misled
 * within the last second, as seat_kept_map.
 *
 * memory, returns: as seat_map_read
 */
int seat_kept_about(struct ctx *ctx, int64_t performance,
    struct seat_map *out) MUST_CHECK;
/*
 * A script held n seats of a map of this version: whoever chooses by that is
 * given others. A map that is shown may have them, too: it is newer than it
 * says, and all changes since its version will be told.
 */
void seat_kept_held(struct ctx *ctx, int64_t performance, struct span version,
    const int64_t *seats, size_t n);
/* The map as it is now, kept for whoever comes: the one before has misled.
 * memory, returns: the same */
int seat_kept_renew(struct ctx *ctx, int64_t performance,
    struct seat_map *out) MUST_CHECK;

/*
 * The changes after a version, or the whole map, where that is less; either
 * may be as old as a kept map.
 *
 * in:      since  as seat_map_read
 *          seen   as seat_kept_map; since is one of them in any case
 * memory:  the arena's
 * returns: as seat_map_read
 */
int seat_kept_since(struct ctx *ctx, int64_t performance, struct span since,
    const struct span *seen, size_t n, struct seat_map *out) MUST_CHECK;

/*
 * Whether a young map shows one of the seats sold, under terms of this
 * version. It is read only where a hold has just met a sold seat; a fault of
 * that is no answer, since the script will meet it too.
 *
 * in:      seats    n numbers within the hall
 * out:     letters  on true: theirs in order; memory: the arena's
 */
bool seat_kept_sold(struct ctx *ctx, int64_t performance, int64_t terms_version,
    const int64_t *seats, size_t n, struct span *letters);

/* A hold was refused for these letters. */
void seat_kept_refused(const struct ctx *ctx, int64_t performance,
    struct span letters);

#endif
