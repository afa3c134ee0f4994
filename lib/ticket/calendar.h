/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * calendar - what is written on a reservation's tickets, and its entry of a
 * calendar
 *
 * Layer: domain.  Uses: base, catalog, ticket.
 */
#ifndef TICKET_CALENDAR_H
#define TICKET_CALENDAR_H

#include "catalog/performance.h"
#include "catalog/terms.h"
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
struct span ticket_place(struct arena *a, const struct ticket_view *view,
    const struct ticket *ticket);
/* When it begins, as a clock on the wall there says: "2026-11-21 19:30".
 * Memory: a's. */
struct span ticket_time(struct arena *a, const struct performance *performance);

/*
 * One iCalendar object (RFC 5545). Its UID is the reservation's, and its
 * SEQUENCE grows whenever the performance or the reservation changes, so that a
 * calendar moves what it has.
 *
 * in:      host  what makes the UID the house's own (ticket_host)
 * memory:  a's
 */
struct span ticket_calendar(struct arena *a, const struct ticket_view *view,
    struct span host, int64_t now_ms);

/* The host of an URL, as [general] public_url, which every house has its own
 * of; where it is empty, a word. */
struct span ticket_host(struct span url);

#endif
