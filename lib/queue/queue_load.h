/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * queue_load - a line begins in Redis with what PostgreSQL knows of it
 *
 * That is: up to where numbers may have been given, how far the line had come,
 * and the passes that live. Who waits where comes with the tickets of those who
 * wait.
 *
 * Layer: domain.  Uses: base, store, catalog, seat.
 */
#ifndef QUEUE_QUEUE_LOAD_H
#define QUEUE_QUEUE_LOAD_H

#include "store/ctx.h"

struct terms;

/* The longest that somebody waits between two polls, and how many numbers are
 * reserved at a time, and when so few are left that more are. */
#define QUEUE_POLL_MAX_S 30
#define QUEUE_BLOCK 50000
#define QUEUE_FEW 5000

/*
 * Begin the line under an epoch, unless it is there. Also while the map is
 * loaded: nobody with a pass is refused by a map that lives.
 *
 * in:      terms  of a performance that has a line; hall and price may be NULL
 * returns: 0; < 0 on a fault: asking again is safe
 */
int queue_load(struct ctx *ctx, const struct terms *terms,
    int64_t epoch) MUST_CHECK;

/*
 * Reserve more numbers for the line under an epoch: unless somebody has, since
 * known was the last of them. known -1: in any case, since whoever had has not
 * told Redis.
 *
 * out:     *done  false: somebody had
 * returns: 0; < 0 on a fault: asking again is safe
 */
int queue_reserve(struct ctx *ctx, int64_t performance, int64_t epoch,
    int64_t known, bool *done) MUST_CHECK;

#endif
