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
#include "http/problem.h"
#include "reservation/reservation.h"

/* How places are called: terms and list may be NULL. */
struct names {
	const struct terms *terms;
	const struct price_list *list;
	enum lang lang;
};

/* The lines of a hold or reservation. */
struct lines {
	size_t n;
	const int64_t *seats, *prices;
	const int64_t *types; /* NULL: all are the default */
};

int
view_labels(struct ctx *ctx, const struct reservation *r,
    const struct terms **terms, const struct price_list **list)
{
	int fault = terms_kept(ctx, r->performance, terms);

	*list = NULL;
	if (fault != 0) {
		*terms = NULL;
		return MIN(fault, 0);
	}
	fault = terms_list(ctx, *terms, r->price_version, list);
	if (fault != 0)
		*list = NULL;
	return fault;
}

static int64_t
type_of(const struct lines *lines, size_t i)
{
	return lines->types == NULL ? 0 : lines->types[i];
}

/* Names only where the list has some. */
static void
write_ticket_type(struct jw *w, const struct names *names, int64_t no)
{
	const struct ticket_type *type;
	int at;

	if (names->list == NULL)
		return;
	type = price_list_type(names->list, no, &at);
	if (type == NULL)
		return;
	jw_span(w, "ticket_type", type->code);
	if (!names->list->named)
		return;
	jw_span(w, "ticket_name", type->name[names->lang]);
	jw_bool(w, "needs_proof", type->needs_proof);
}

/* A seat with what it costs and, where terms are known, what people call it;
 * the object stays open. */
static void
begin_line(struct jw *w, const struct names *names, const struct lines *lines,
    size_t i)
{
	int64_t seat = lines->seats[i];

	jw_object(w, NULL);
	jw_int(w, "seat_id", seat);
	if (names->terms != NULL)
		jw_str(w, "label",
		    terms_label(w->buf.arena, names->terms, (int)seat,
			names->lang));
	jw_int(w, "price", lines->prices[i]);
	write_ticket_type(w, names, type_of(lines, i));
}

/* What would come back of the i-th line now. */
static void
write_due(struct jw *w, const struct reservation *r, size_t i)
{
	if (r->due.known)
		jw_int(w, "refund",
		    r->due.late || reservation_gave_back(r, r->seats[i])
			? 0
			: r->due.amounts[i]);
}

/* Places of a counter section are alike but for their tickets, and those of one
 * type stand together; the object of each type stays open for more. back: NULL,
 * or the reservation that some were given back of, always the last ones. */
static void
write_tickets(struct jw *w, const struct names *names,
    const struct lines *lines, const struct reservation *back)
{
	size_t from, to;

	jw_array(w, "tickets");
	for (from = 0; from < lines->n; from = to) {
		int64_t n_back = 0;

		for (to = from; to < lines->n
		     && type_of(lines, to) == type_of(lines, from);
		     to++)
			n_back += back != NULL
			    && reservation_gave_back(back, lines->seats[to]);
		jw_object(w, NULL);
		write_ticket_type(w, names, type_of(lines, from));
		jw_int(w, "quantity", (int64_t)(to - from));
		jw_int(w, "price", lines->prices[from]);
		if (back != NULL) {
			jw_int(w, "cancelled_quantity", n_back);
			write_due(w, back, from);
		}
		jw_end_object(w);
	}
	jw_end_array(w);
}

/* One price where all cost the same. */
static void
write_places(struct jw *w, int64_t section_no, const struct names *names,
    const struct lines *lines, const struct reservation *back)
{
	bool same = true;

	for (size_t i = 1; i < lines->n; i++)
		same = same && lines->prices[i] == lines->prices[0];
	jw_int(w, "section_id", section_no);
	jw_int(w, "quantity", (int64_t)lines->n);
	if (same && lines->n > 0)
		jw_int(w, "price", lines->prices[0]);
	else
		jw_null(w, "price");
	write_tickets(w, names, lines, back);
}

static void
write_hold_seats(struct jw *w, const struct names *names,
    const struct lines *lines)
{
	view_ids(w, "seat_ids", lines->seats, lines->n);
	jw_array(w, "seats");
	for (size_t i = 0; i < lines->n; i++) {
		begin_line(w, names, lines, i);
		jw_end_object(w);
	}
	jw_end_array(w);
}

void
view_hold(struct jw *w, const struct hold *hold, const struct terms *terms,
    const struct price_list *list, int64_t now_ms, enum lang lang)
{
	const struct names names = { terms, list, lang };
	const struct lines lines = { hold->is.n_seats, hold->is.seats,
		hold->is.prices, hold->is.types };
	const struct hold_record *is = &hold->is;
	int64_t left_ms = is->ends_ms > now_ms ? is->ends_ms - now_ms : 0;

	jw_object(w, NULL);
	jw_span(w, "hold_token", hold->token);
	jw_str(w, "status", hold_status_name(is->status));
	jw_int(w, "performance_id", is->token.performance);
	if (is->section_no > 0)
		write_places(w, is->section_no, &names, &lines, NULL);
	else
		write_hold_seats(w, &names, &lines);
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
		jw_span(w, "status", r->refunds[i].status);
		jw_time(w, "at", r->refunds[i].at_ms);
		jw_end_object(w);
	}
	jw_end_array(w);
}

/* By what its places would come back now; null where nothing does. */
static void
write_refund_terms(struct jw *w, const struct refund_due *due)
{
	if (!due->known)
		return;
	if (due->late) {
		jw_null(w, "refund");
		return;
	}
	jw_object(w, "refund");
	jw_int(w, "percent", due->percent);
	jw_int(w, "fee", due->fee_minor);
	if (due->until_ms > 0)
		jw_time(w, "until", due->until_ms);
	else
		jw_null(w, "until");
	jw_end_object(w);
}

static void
write_seats(struct jw *w, const struct reservation *r,
    const struct names *names, const struct lines *lines)
{
	view_ids(w, "seat_ids", r->seats, r->n_seats);
	jw_array(w, "seats");
	for (size_t i = 0; i < r->n_seats; i++) {
		begin_line(w, names, lines, i);
		jw_bool(w, "cancelled", reservation_gave_back(r, r->seats[i]));
		write_due(w, r, i);
		jw_end_object(w);
	}
	jw_end_array(w);
	view_ids(w, "cancelled_seat_ids", r->cancelled, r->n_cancelled);
}

void
view_reservation(struct jw *w, const char *name, const struct reservation *r,
    const struct terms *terms, const struct price_list *list, enum lang lang)
{
	const struct names names = { terms, list, lang };
	const struct lines lines = { r->n_seats, r->seats, r->prices,
		r->types };

	jw_object(w, name);
	jw_span(w, "number", r->number);
	jw_span(w, "status", r->status);
	jw_int(w, "performance_id", r->performance);
	if (r->section_no > 0) {
		write_places(w, r->section_no, &names, &lines, r);
		jw_int(w, "cancelled_quantity", (int64_t)r->n_cancelled);
	} else {
		write_seats(w, r, &names, &lines);
	}
	jw_int(w, "amount", r->amount_minor);
	jw_span(w, "currency", r->currency);
	jw_span(w, "method", r->method);
	write_refunds(w, r);
	write_refund_terms(w, &r->due);
	jw_bool(w, "paid_by_other", r->paid_by_other);
	jw_time(w, "created_at", r->created_ms);
	jw_end_object(w);
}

/* Its number is for who has it. */
void
view_offered(struct jw *w, const struct reservation *r,
    const struct terms *terms, const struct price_list *list, enum lang lang)
{
	const struct names names = { terms, list, lang };
	const struct lines lines = { r->n_seats, r->seats, r->prices,
		r->types };

	jw_int(w, "performance_id", r->performance);
	if (r->section_no > 0) {
		struct reservation back = *r;

		back.due.known = false;
		write_places(w, r->section_no, &names, &lines, &back);
		jw_int(w, "cancelled_quantity", (int64_t)r->n_cancelled);
		return;
	}
	jw_array(w, "seats");
	for (size_t i = 0; i < r->n_seats; i++) {
		if (reservation_gave_back(r, r->seats[i]))
			continue;
		begin_line(w, &names, &lines, i);
		jw_end_object(w);
	}
	jw_end_array(w);
}

/* What the buyer has to do for it. */
static void
write_next(struct jw *w, struct span url)
{
	if (!span_is(url)) {
		jw_null(w, "next");
		return;
	}
	jw_object(w, "next");
	jw_span(w, "redirect", url);
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
	jw_span(w, "moves", p->moves);
	write_next(w, p->next);
	jw_span(w, "reason", p->reason);
	jw_time(w, "created_at", p->created_ms);
	jw_end_object(w);
}

/* ---- what is stored ---- */

/* The purchase has just asked for the same labels. */
struct span
view_bought(struct ctx *ctx, void *arg, const struct reservation *r,
    const struct payment *p)
{
	const struct req *req = arg;
	const struct price_list *list;
	const struct terms *terms;
	struct jw w;

	(void)view_labels(ctx, r, &terms, &list);
	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	view_reservation(&w, "reservation", r, terms, list,
	    (enum lang)req->lang);
	view_payment(&w, "payment", p);
	jw_end_object(&w);
	return jw_text(&w);
}

struct span
view_refusal(struct ctx *ctx, const char *slug)
{
	struct res res;

	res_init(&res, &ctx->arena, SPAN_NONE);
	(void)problem(&res, slug, NULL);
	return res.body;
}
