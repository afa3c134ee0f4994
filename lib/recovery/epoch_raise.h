/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * epoch_raise - Redis may have forgotten something: nothing old counts
 *
 * Layer: domain.  Uses: base, store, seat, journal.
 */
#ifndef RECOVERY_EPOCH_RAISE_H
#define RECOVERY_EPOCH_RAISE_H

#include "store/ctx.h"

/*
 * Raise the epoch if it still is seen: waits for the transactions that work
 * under it, marks its maps in Redis dead, journals what their logs still hold
 * and lets them go after an hour.
 *
 * in:      reason  for people, kept in sys_epoch
 * returns: 0 also when somebody else raised it; < 0 on a fault: asking again
 *          is safe
 */
int epoch_raise(struct ctx *ctx, int64_t seen, const char *reason) MUST_CHECK;

#endif
