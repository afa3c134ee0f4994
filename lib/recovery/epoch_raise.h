/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * epoch_raise - Redis may have forgotten something: nothing old counts
 *
 * In one transaction, under the advisory lock that intents and loads hold
 * shared, and once a second at most (in between: 503 with Retry-After):
 *
 *   1. the number grows in PostgreSQL, past the mark in Redis should that be
 *      ahead;
 *   2. every old :meta is marked dead, so that no script writes there any more;
 *   3. what the old logs still hold goes to the journal;
 *   4. the mark is set, and the commit shows the new number with all of that.
 *
 * A raise that dies is rolled back; its dead maps or its mark tell the next
 * one.
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
