/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_load - put a performance's map into Redis
 *
 * At its first touch, and again after Redis lost it: letters and marks from
 * the claims, running holds from the journal, both on the primary. A map is
 * made for one hall revision, which :meta names with its number of seats
 * (plan, seats); another revision means another map.
 *
 * Layer: domain.  Uses: base, store, catalog, epoch.
 */
#ifndef SEAT_SEAT_LOAD_H
#define SEAT_SEAT_LOAD_H

#include "store/ctx.h"

struct terms;

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

/* A map is wanted so long before its sale opens and after it closed. */
#define SEAT_AHEAD_MS 60000
#define SEAT_AFTER_MS 60000

/* Whether a performance's map belongs into Redis: it is on sale, about to be,
 * or was a moment ago. Others are shown from PostgreSQL. */
bool seat_is_wanted(const struct terms *terms, int64_t now_ms);

/*
 * Take the map out of Redis, unless something runs in it or moved in the last
 * idle_ms: it retires, what its log still holds is journaled, and it goes with
 * all that is kept of it. Whoever touches it meanwhile has it loaded again.
 *
 * out:     *gone  whether it went
 * returns: 0; < 0 on a fault: asking again is safe
 */
int seat_unload(struct ctx *ctx, int64_t performance, int64_t idle_ms,
    bool *gone) MUST_CHECK;

/*
 * The terms changed: tell the map, unless it knows newer ones. A map of
 * another hall revision than theirs is loaded anew.
 *
 * returns: any seat_outcome; < 0 on a fault
 */
int seat_terms(struct ctx *ctx, const struct terms *terms) MUST_CHECK;

/*
 * This worker and the map meet the terms as the primary has them: for who
 * found that the two did not agree.
 *
 * out:     *out as terms_get
 * returns: any seat_outcome; < 0 on a fault
 */
int seat_follow(struct ctx *ctx, int64_t performance,
    const struct terms **out) MUST_CHECK;

#endif
