/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tickets - what handlers of tickets share (ticket.c)
 *
 * Layer: fcgi-app/api.  Uses: http, catalog, ticket.
 */
#ifndef FCGI_APP_API_TICKETS_H
#define FCGI_APP_API_TICKETS_H

#include "fcgi-app/api/view_ticket.h"
#include "http/res.h"

/* A document that runs nothing, loads nothing and may be printed. */
void tickets_lock_down(struct res *res);

/* What is written on the tickets of a book. out: performance and out, which
 * points to it and to book. returns: 0; TICKET_E_NONE: the performance is not
 * shown to anybody; < 0 on a fault */
int tickets_gather(struct ctx *ctx, const struct ticket_book *book,
    enum lang lang, struct performance *performance,
    struct ticket_view *out) MUST_CHECK;

#endif
