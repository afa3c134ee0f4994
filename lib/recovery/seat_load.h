/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_load - put a performance's map into Redis
 *
 * At its first touch, and again after Redis lost it: letters and marks from
 * the claims, running holds from the journal, both on the primary. A map is
 * made for one hall revision, which :meta names with its number of seats
 * (plan, seats); another revision means another map (seat_terms.h).
 *
 * Each map is loaded under its own lock: claims first, then the running holds
 * of the journal, the latest first, whose seats are free or claimed as theirs;
 * the others are lost for good. A load writes only while :meta carries its
 * mark, and begins the log above what it had, so that a version never falls.
 *
 * Layer: domain.  Uses: base, store, catalog, epoch.
 */
#ifndef RECOVERY_SEAT_LOAD_H
#define RECOVERY_SEAT_LOAD_H

#include "seat/seat_script.h"

/*
 * Load the map under the present epoch and open it, unless it is live. Others
 * who want the same wait for it, for as long as a lock may be waited for.
 *
 * returns: any seat_outcome; < 0 on a fault: asking again is safe
 */
int seat_load(struct ctx *ctx, int64_t performance) MUST_CHECK;

/*
 * Load the map anew although it is live, under the same epoch: it retires,
 * what its log still holds is journaled, and it is loaded. A retired map is
 * loaded by whoever touches it, should this die half way.
 *
 * returns: any seat_outcome; < 0 on a fault: asking again is safe
 */
int seat_reload(struct ctx *ctx, int64_t performance) MUST_CHECK;

/*
 * In a transaction on the primary: its lock of loads, which keeps others from
 * loading this map, and the epoch from being raised, until it ends.
 *
 * out:     *ours    false: the epoch was raised before
 *          *now_ms  PostgreSQL's clock
 * returns: 0; < 0 on a fault, KV_F_LOADING while others are at it for long
 */
int seat_load_lock(struct ctx *ctx, int64_t performance, int64_t epoch,
    bool *ours, int64_t *now_ms) MUST_CHECK;

#endif
