/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * queue_admit - the line moves
 *
 * A run picks who is next, makes rows of their passes, and then lets those in
 * who still wait. Any number of runs may go on at once, stop half way, or wake
 * up late: nobody is admitted twice, nobody past the limit, and nobody without
 * a row, so that Redis may be lost at any moment.
 *
 * Layer: domain.  Uses: base, store, catalog, seat.
 */
#ifndef QUEUE_QUEUE_ADMIT_H
#define QUEUE_QUEUE_ADMIT_H

#include "store/ctx.h"

/* In one run of one line. */
#define QUEUE_RUN_MAX 200

struct terms;

/*
 * One run of a performance's line.
 *
 * in:      terms  of it, as queue_load takes them
 * out:     *n_admitted
 * returns: 0, also where it has no line that lives; < 0 on a fault: the next
 *          run goes on
 */
int queue_admit(struct ctx *ctx, const struct terms *terms,
    size_t *n_admitted) MUST_CHECK;

/* A run of each line in Redis. returns: as queue_admit */
int queue_admit_round(struct ctx *ctx, size_t *n_admitted) MUST_CHECK;

/*
 * Passes that have ended by a purchase that Redis was not told of, or by the
 * time, end in rows and in Redis; and those who wait are told how much is left.
 *
 * returns: 0; < 0 on a fault
 */
int queue_sweep(struct ctx *ctx, int64_t performance) MUST_CHECK;

#endif
