/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_unload - take a map out of Redis that nobody needs
 *
 * Only what is on sale is there; readers of anything else are answered from the
 * claims and load nothing. A map whose sale is over, in which no hold runs and
 * nothing moved for a minute, retires; what its log still holds goes to the
 * journal, and then, under the lock of loads, the map goes.
 *
 * Layer: domain.  Uses: base, store, seat, journal, seat_load.
 */
#ifndef RECOVERY_SEAT_UNLOAD_H
#define RECOVERY_SEAT_UNLOAD_H

#include "store/ctx.h"

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
 * Take maps out of Redis that are not wanted (seat_is_wanted) and in which
 * nothing moved for idle_ms; some of them, where there are many.
 *
 * out: *n how many went. returns: 0; < 0 on a fault: the next round goes on
 */
int seat_unload_round(struct ctx *ctx, int64_t idle_ms, size_t *n) MUST_CHECK;

#endif
