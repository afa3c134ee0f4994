/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * payment_work - payments and refunds that a provider is asked about
 *
 * boxoffice-worker's part of a payment. A round takes what it is time to look
 * at, and begins the call that comes next. Answers come between the rounds,
 * from outside_run(ctx->outside) with the context of the rounds; one becomes a
 * transaction, and perhaps the next call.
 *
 *	made     create, then (asking is committed first) confirm
 *	asking   confirm again, with the same key outside; where that is too
 *	         old, find
 *	buyer    find
 *	gave up  cancel: only the provider's word that nothing will be taken
 *	         frees the seats
 *	ended    Redis is told
 *	look     find, since the provider told of a payment that had its end
 *
 * Who works on it owns it for as long as a call may take and longer; when he
 * dies the next one does the same again. No transaction is open over a call.
 * What an answer says is true whoever brings it, so that one who slept does no
 * harm. A fault of a store drops what was being worked on: it is taken anew.
 *
 * Layer: domain.  Uses: base, store, hold, provider.
 */
#ifndef PAYMENT_PAYMENT_WORK_H
#define PAYMENT_PAYMENT_WORK_H

#include "provider/provider.h"
#include "store/ctx.h"

/* Payments and refunds under way at a time, of one process. */
#define PAYMENT_WORK_MAX 200

struct payment_work;

/* find: who is asked, by his name; NULL: nobody is. provider_find, but in
 * tests. */
struct payment_work *payment_work_open(
    const struct provider *(*find)(struct span name));
void payment_work_close(struct payment_work *work);

/* payment_work_round: calls are under way, or there is more to take. */
#define PAYMENT_WORK_MORE 1

/*
 * One round. work stays the caller's, who closes it.
 *
 * out:     *n  payments and refunds that got on, since the round before
 * returns: 0; PAYMENT_WORK_MORE: the next round should follow at once; < 0 on a
 *          fault: the next round goes on
 */
int payment_work_round(struct ctx *ctx, struct payment_work *work,
    size_t *n) MUST_CHECK;

#endif
