/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * webhook_work - webhooks are told
 *
 * A round takes what is due, begins to send it, and gives what is under way
 * some time. Who sends a delivery owns it for longer than that may take; where
 * he dies behind the answer and before it is kept, the next one sends the same
 * once more, with the same webhook-id, by which who is told knows it. What is
 * not answered with 2xx within 8 s is tried again, ever more seldom, for three
 * days. 410 disables the webhook; 429 and 503 with Retry-After keep all that is
 * for it back for so long. Only public addresses are reached, and those of
 * [webhook] nets, whatever a name resolves to at that moment.
 *
 * One that is slow or fails has few of the places at a time, so that it delays
 * no other.
 *
 * Source: Standard Webhooks 1.0 ("Webhook headers", "Deliverability").
 *
 * Layer: domain.  Uses: base, store, outside.
 */
#ifndef WEBHOOK_WEBHOOK_WORK_H
#define WEBHOOK_WEBHOOK_WORK_H

#include "store/ctx.h"

/* Of one webhook at a time, of each process about. */
#define WEBHOOK_WORK_EACH 4

struct webhook_work;

/* Before threads and after fork. */
struct webhook_work *webhook_work_open(void);
void webhook_work_close(struct webhook_work *work);

/*
 * One round. Nothing is done where [webhook] key is not set.
 *
 * out:     *n  deliveries that were answered with 2xx
 * returns: 0; 1 the next round should follow at once; < 0 on a fault: the next
 *          round goes on
 */
int webhook_work_round(struct ctx *ctx, struct webhook_work *work,
    size_t *n) MUST_CHECK;

#endif
