/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view_ticket - tickets as the wire has them, to print, and in a calendar
 *
 * Layer: fcgi-app/api.  Uses: http, catalog, ticket.
 */
#ifndef FCGI_APP_API_VIEW_TICKET_H
#define FCGI_APP_API_VIEW_TICKET_H

#include "catalog/performance.h"
#include "catalog/terms.h"
#include "fcgi-app/api/view.h"
#include "ticket/ticket.h"

/* All that is written on a reservation's tickets. */
struct ticket_view {
	const struct ticket_book *book;
	const struct performance *performance;
	const struct terms *terms;
	const struct price_list *list; /* NULL: without ticket types */
	enum lang lang;
};

/* What people call the place of a ticket. Memory: a's. */
struct span view_ticket_place(struct arena *a, const struct ticket_view *view,
    const struct ticket *ticket);
/* Its ticket type by name, where the performance has several; else NONE. */
struct span view_ticket_type(const struct ticket_view *view,
    const struct ticket *ticket);
/* When it begins, as a clock on the wall there says: "2026-11-21 19:30".
 * Memory: a's. */
struct span view_ticket_time(struct arena *a,
    const struct performance *performance);

/* One object. */
void view_tickets(struct jw *w, const struct ticket_view *view);
/* One HTML document that prints on A4 and on 80 mm paper (view_ticket_page.c).
 * Memory: a's. returns: 0; < 0 on a fault */
int view_ticket_page(struct arena *a, const struct ticket_view *view,
    struct span *out) MUST_CHECK;
/*
 * One iCalendar object (RFC 5545; view_ticket_calendar.c). Its UID is the
 * reservation's, and its SEQUENCE grows whenever the performance or the
 * reservation changes, so that a calendar moves what it has.
 *
 * in:      host  what makes the UID the house's own
 * memory:  a's
 */
struct span view_ticket_calendar(struct arena *a,
    const struct ticket_view *view, struct span host, int64_t now_ms);

#endif
