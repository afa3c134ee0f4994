/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_purge - holds that came to nothing are forgotten
 *
 * A row of the journal that nobody paid tells history only, once its hold can
 * run no more; it goes [retention] holds_days later. What was paid, or was to
 * be paid at least once, stays: payments and the audit refer to it.
 *
 * Layer: domain.  Uses: base, store.
 */
#ifndef HOLD_HOLD_PURGE_H
#define HOLD_HOLD_PURGE_H

#include "base/base.h"

struct ctx;

/*
 * Delete at most max such rows of a few performances; each call goes on where
 * the last one was, and after the last performance at the first.
 *
 * out:     *n  how many went; max: there are more of these performances
 * returns: 0; < 0 on a fault: asking again is safe
 */
int hold_purge(struct ctx *ctx, int64_t max, size_t *n) MUST_CHECK;

#endif
