/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view_purchase - holds, reservations and payments as the wire has them
 *
 * Layer: fcgi-app/api.  Uses: http.
 */
#ifndef FCGI_APP_API_VIEW_PURCHASE_H
#define FCGI_APP_API_VIEW_PURCHASE_H

#include "fcgi-app/api/view.h"

/* terms: the performance's; NULL leaves labels out. list: the price list that
 * it was made by; NULL leaves ticket types out. A payment whose id is 0 is
 * written with PAYMENT_ID_MARK in its place. */
struct ctx;
struct hold;
struct payment;
struct reservation;
struct price_list;
struct terms;
/*
 * What a reservation is written by, as far as it is to be had.
 *
 * out:     *terms, *list  NULL where they are not
 * returns: 0, also where the performance is not there any more; < 0 on a fault
 */
int view_labels(struct ctx *ctx, const struct reservation *r,
    const struct terms **terms, const struct price_list **list);

void view_hold(struct jw *w, const struct hold *hold, const struct terms *terms,
    const struct price_list *list, int64_t now_ms, enum lang lang);
void view_reservation(struct jw *w, const char *name,
    const struct reservation *r, const struct terms *terms,
    const struct price_list *list, enum lang lang);
/* Members of the open object: what is offered to somebody, of which nothing
 * comes back to him. */
void view_offered(struct jw *w, const struct reservation *r,
    const struct terms *terms, const struct price_list *list, enum lang lang);
void view_payment(struct jw *w, const char *name, const struct payment *p);

/* purchase_answer_fn (reservation/purchase.h): what is answered, and what is
 * stored for its key. arg: the request, for its language. */
struct span view_bought(struct ctx *ctx, void *arg, const struct reservation *r,
    const struct payment *p);
/* A problem as a key will be answered with it, by whoever knows then. */
struct span view_refusal(struct ctx *ctx, const char *slug);

#endif
