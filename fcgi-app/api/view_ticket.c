/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view_ticket - tickets as the wire has them
 *
 * Layer: fcgi-app/api.  Uses: http, catalog, ticket.
 */
#include "fcgi-app/api/view_ticket.h"

#include "base/clock.h"

static const struct ticket_type *
type_of(const struct ticket_view *view, const struct ticket *ticket)
{
	int at;

	return view->list == NULL
	    ? NULL
	    : price_list_type(view->list,
		reservation_type(&view->book->reservation, ticket->line), &at);
}

struct span
view_ticket_type(const struct ticket_view *view, const struct ticket *ticket)
{
	const struct ticket_type *type = type_of(view, ticket);

	return type == NULL || !view->list->named ? SPAN_NONE
						  : type->name[view->lang];
}

static void
write_ticket(struct jw *w, const struct ticket_view *view,
    const struct ticket *ticket)
{
	const struct reservation *r = &view->book->reservation;
	const struct ticket_type *type = type_of(view, ticket);
	struct arena *a = w->buf.arena;

	jw_object(w, NULL);
	jw_int(w, "place", r->seats[ticket->line]);
	if (r->section_no > 0)
		jw_int(w, "section_id", r->section_no);
	else
		jw_int(w, "seat_id", r->seats[ticket->line]);
	jw_span(w, "label", ticket_place(a, view, ticket));
	jw_int(w, "price", r->prices[ticket->line]);
	if (type != NULL)
		jw_span(w, "ticket_type", type->code);
	if (type != NULL && view->list->named) {
		jw_span(w, "ticket_name", type->name[view->lang]);
		jw_bool(w, "needs_proof", type->needs_proof);
	}
	jw_str(w, "id", crypto_hex(a, ticket->id, sizeof(ticket->id)));
	jw_int(w, "issue", ticket->issue);
	jw_str(w, "code", ticket->code);
	jw_end_object(w);
}

void
view_tickets(struct jw *w, const struct ticket_view *view)
{
	const struct performance *p = view->performance;

	jw_object(w, NULL);
	jw_span(w, "number", view->book->reservation.number);
	jw_int(w, "performance_id", p->id);
	jw_span(w, "title", p->show_title[view->lang]);
	jw_span(w, "venue", p->venue_name[view->lang]);
	jw_span(w, "hall", p->hall_name[view->lang]);
	jw_time(w, "starts_at", p->starts_ms);
	jw_span(w, "local_time", ticket_time(w->buf.arena, p));
	jw_span(w, "currency", view->book->reservation.currency);
	jw_array(w, "tickets");
	for (size_t i = 0; i < view->book->n; i++)
		write_ticket(w, view, &view->book->tickets[i]);
	jw_end_array(w);
	jw_end_object(w);
}
