/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reconcile - what providers have is compared with what is here
 *
 * A provider's own lists of payments and of refunds are read page by page: each
 * minute from ten minutes before the newest thing that was seen, each hour the
 * last 26 hours, each day all of it, as far as a budget of pages goes. All
 * ranges are by the provider's clock, which is measured by the Date of his
 * answers, and end a minute ago.
 *
 * Nothing is freed, booked or sold by a list. What is further there than here
 * makes who works on it look (payment_work.h); what is only there, or is booked
 * here and listed as not taken or not at all, is an alarm
 * (sql/functions/reconcile.sql), and what is only there may go back
 * (unknown_refund.h).
 *
 * Who reads a list owns it for a while; when he dies the next one goes on with
 * the page at which he was. No transaction is open over a call.
 *
 * Layer: domain.  Uses: base, store, provider.
 */
#ifndef PAYMENT_RECONCILE_H
#define PAYMENT_RECONCILE_H

#include "provider/provider.h"
#include "store/ctx.h"

/* Pages asked for a second, of all lists together. */
#define RECONCILE_PAGES_PER_S 4

struct reconcile;

/* find: who is asked, by his name; NULL: nobody is. */
struct reconcile *reconcile_open(
    const struct provider *(*find)(struct span name));
void reconcile_close(struct reconcile *work);

/* From now on his lists are read, until for ever: a provider whom nobody finds
 * any more, or who has none, waits. returns: 0; < 0 on a fault: asking again is
 * safe */
int reconcile_watch(struct ctx *ctx, struct span provider,
    struct span account) MUST_CHECK;

/*
 * Takes up lists that are due, and asks for their next pages. work stays the
 * caller's; answers may come after the round, from outside_run.
 *
 * out:     *n  pages that were compared since the round before
 * returns: 0; < 0 on a fault: the next round goes on
 */
int reconcile_round(struct ctx *ctx, struct reconcile *work,
    size_t *n) MUST_CHECK;

#endif
