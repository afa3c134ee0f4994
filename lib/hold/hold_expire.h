/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_expire - free the seats of holds that nobody paid in time
 *
 * Holds of a performance last equally long, so they mostly end in the order in
 * which they were placed: the hold script appends token and end to the list
 * :ends, which takes a quarter of the room of a sorted set. Only a hold that
 * would end before the last one there goes into the sorted set :due. An entry
 * of :ends is never changed: it counts while its hold is held until just that
 * end. Whatever else waits is in :due: a hold that was extended, given back by
 * a payment or loaded from the journal, at its end; a payment, at the time by
 * which its handler must be dead; a hold that is over, at its hard end. "due"
 * in :meta is never later than the first that waits in either. Entries that do
 * not count go even before their time, so that a sale in which everybody pays
 * has nothing to expire one by one.
 *
 * A hold that lapsed is also seen as such by whoever meets it first; this is
 * for the seats that nobody asks for.
 *
 * Layer: domain.  Uses: base, store, seat, hold.
 */
#ifndef HOLD_HOLD_EXPIRE_H
#define HOLD_HOLD_EXPIRE_H

#include "store/ctx.h"

/*
 * One round over all live maps. Safe to run anywhere at the same time.
 *
 * out:     *n_expired  holds that ended by it, also on a fault
 * returns: 0; < 0 on a fault
 */
int hold_expire_round(struct ctx *ctx, size_t *n_expired) MUST_CHECK;

#endif
