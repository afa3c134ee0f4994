/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view_purchase - holds, reservations and payments as the wire has them
 *
 * One function a shape, so that an item of a list has all members of its
 * single answer.
 *
 * Layer: fcgi-app/api.  Uses: http, catalog, hold, payment, reservation.
 */
#include "fcgi-app/api/view_purchase.h"

#include "base/clock.h"
#include "catalog/terms.h"
#include "fcgi-app/api/view_seat.h"
#include "hold/hold.h"
#include "reservation/reservation.h"

/* A seat with what it costs and, where terms are known, what people call it;
 * the object stays open. */
static void
begin_line(struct jw *w, const struct terms *terms, enum lang lang,
    int64_t seat, int64_t price)
{
	jw_object(w, NULL);
	jw_int(w, "seat_id", seat);
	if (terms != NULL)
		jw_str(w, "label",
		    terms_label(w->buf.arena, terms, (int)seat, lang));
	jw_int(w, "price", price);
}

/* Places of a counter section are all alike. */
static void
write_places(struct jw *w, int64_t section_no, const int64_t *prices, size_t n)
{
	jw_int(w, "section_id", section_no);
	jw_int(w, "quantity", (int64_t)n);
	jw_int(w, "price", n > 0 ? prices[0] : 0);
}

static void
write_hold_seats(struct jw *w, const struct hold_record *is,
    const struct terms *terms, enum lang lang)
{
	view_ids(w, "seat_ids", is->seats, is->n_seats);
	jw_array(w, "seats");
	for (size_t i = 0; i < is->n_seats; i++) {
		begin_line(w, terms, lang, is->seats[i], is->prices[i]);
		jw_end_object(w);
	}
	jw_end_array(w);
}

void
view_hold(struct jw *w, const struct hold *hold, const struct terms *terms,
    int64_t now_ms, enum lang lang)
{
	const struct hold_record *is = &hold->is;
	int64_t left_ms = is->ends_ms > now_ms ? is->ends_ms - now_ms : 0;

	jw_object(w, NULL);
	jw_span(w, "hold_token", hold->token);
	jw_str(w, "status", hold_status_name(is->status));
	jw_int(w, "performance_id", is->token.performance);
	if (is->section_no > 0)
		write_places(w, is->section_no, is->prices, is->n_seats);
	else
		write_hold_seats(w, is, terms, lang);
	jw_int(w, "amount", hold_record_amount(is));
	jw_str(w, "currency", hold->currency);
	jw_time(w, "expires_at", is->ends_ms);
	jw_int(w, "expires_in", left_ms / MS_PER_S);
	jw_time(w, "hard_expires_at", is->hard_ends_ms);
	if (span_is(hold->version))
		jw_span(w, "version", hold->version);
	if (span_is(hold->reservation))
		jw_span(w, "reservation_number", hold->reservation);
	jw_end_object(w);
}

static void
write_refunds(struct jw *w, const struct reservation *r)
{
	jw_array(w, "refunds");
	for (size_t i = 0; i < r->n_refunds; i++) {
		jw_object(w, NULL);
		jw_int(w, "id", r->refunds[i].id);
		jw_int(w, "amount", r->refunds[i].amount_minor);
		jw_time(w, "at", r->refunds[i].at_ms);
		jw_end_object(w);
	}
	jw_end_array(w);
}

static void
write_seats(struct jw *w, const struct reservation *r,
    const struct terms *terms, enum lang lang)
{
	view_ids(w, "seat_ids", r->seats, r->n_seats);
	jw_array(w, "seats");
	for (size_t i = 0; i < r->n_seats; i++) {
		begin_line(w, terms, lang, r->seats[i], r->prices[i]);
		jw_bool(w, "cancelled", reservation_gave_back(r, r->seats[i]));
		jw_end_object(w);
	}
	jw_end_array(w);
	view_ids(w, "cancelled_seat_ids", r->cancelled, r->n_cancelled);
}

void
view_reservation(struct jw *w, const char *name, const struct reservation *r,
    const struct terms *terms, enum lang lang)
{
	jw_object(w, name);
	jw_span(w, "number", r->number);
	jw_span(w, "status", r->status);
	jw_int(w, "performance_id", r->performance);
	if (r->section_no > 0) {
		write_places(w, r->section_no, r->prices, r->n_seats);
		jw_int(w, "cancelled_quantity", (int64_t)r->n_cancelled);
	} else {
		write_seats(w, r, terms, lang);
	}
	jw_int(w, "amount", r->amount_minor);
	jw_span(w, "currency", r->currency);
	write_refunds(w, r);
	jw_time(w, "created_at", r->created_ms);
	jw_end_object(w);
}

void
view_payment(struct jw *w, const char *name, const struct payment *p)
{
	const char mark = PAYMENT_ID_MARK;

	jw_object(w, name);
	if (p->id > 0)
		jw_int(w, "id", p->id);
	else
		jw_raw(w, "id", (struct span){ &mark, 1 });
	jw_span(w, "status", p->status);
	jw_span(w, "method", p->method);
	jw_int(w, "amount", p->amount_minor);
	jw_int(w, "refunded", p->refunded_minor);
	jw_span(w, "currency", p->currency);
	jw_int(w, "performance_id", p->performance);
	jw_span(w, "reservation_number", p->reservation);
	jw_time(w, "created_at", p->created_ms);
	jw_end_object(w);
}
