/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * unknown_refund - money of which nothing is known here goes back by itself
 *
 * What reconcile.h finds only at a provider is an alarm. With [pay]
 * unknown_capture = refund it is given back as well, where the provider has it
 * by a name of ours: then this system asked for it, and a database that was
 * restored has forgotten. Asked by a name that is kept before the first call,
 * as refunds of payments are (payment_work.h).
 *
 * Layer: domain.  Uses: base, store, provider.
 */
#ifndef PAYMENT_UNKNOWN_REFUND_H
#define PAYMENT_UNKNOWN_REFUND_H

#include "provider/provider.h"
#include "store/ctx.h"

struct unknown_refund;

/* find: who is asked, by his name; NULL: nobody is. */
struct unknown_refund *unknown_refund_open(
    const struct provider *(*find)(struct span name));
void unknown_refund_close(struct unknown_refund *work);

/*
 * Takes up one that is due. work stays the caller's; the answer may come after
 * the round, from outside_run.
 *
 * out:     *n  that are back, since the round before
 * returns: 0; < 0 on a fault: the next round goes on
 */
int unknown_refund_round(struct ctx *ctx, struct unknown_refund *work,
    size_t *n) MUST_CHECK;

#endif
