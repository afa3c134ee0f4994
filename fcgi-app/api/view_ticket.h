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
/* Tickets of one reservation, or of several. */
struct ticket_page {
	const struct ticket_view *views; /* 1.. */
	const struct span *names; /* of each, for whom it is kept, or NONE;
	                           * NULL: none has one */
	size_t n;
	/* of view_papers; < 0: whichever the printer has */
	int paper;
};

/* What a page is made for: "a4", "80mm" (of a till's printer); ends with NULL.
 */
extern const char *const view_papers[];
/* One HTML document that is printed (view_ticket_page.c). Memory: a's.
 * returns: 0; < 0 on a fault */
int view_ticket_page(struct arena *a, const struct ticket_page *page,
    struct span *out) MUST_CHECK;

#endif
