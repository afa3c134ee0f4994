/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_expire - free the seats of holds that nobody paid in time
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
