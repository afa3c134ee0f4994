/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view_ticket - tickets as the wire has them, to print, and in a calendar
 *
 * Layer: fcgi-app/api.  Uses: http, catalog, ticket.
 */
#ifndef FCGI_APP_API_VIEW_TICKET_H
#define FCGI_APP_API_VIEW_TICKET_H

#include "fcgi-app/api/view.h"
#include "ticket/calendar.h"

/* Its ticket type by name, where the performance has several; else NONE. */
struct span view_ticket_type(const struct ticket_view *view,
    const struct ticket *ticket);
/* One object. */
void view_tickets(struct jw *w, const struct ticket_view *view);
/* One HTML document that prints on A4 and on 80 mm paper (view_ticket_page.c).
 * Memory: a's. returns: 0; < 0 on a fault */
int view_ticket_page(struct arena *a, const struct ticket_view *view,
    struct span *out) MUST_CHECK;

#endif
