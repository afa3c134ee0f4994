/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * m/reservation - pages of what one owns, and of giving it back
 *
 * What is to be given back is chosen on the reservation's page; another page
 * says what comes back for it, and asks once more.
 *
 * Layer: fcgi-app/m.  Uses: http, catalog, reservation, api.
 */
#include "fcgi-app/m/m.h"

#include "base/clock.h"
#include "catalog/performance.h"
#include "catalog/terms.h"
#include "fcgi-app/api/api.h"
#include "fcgi-app/api/cancelled.h"
#include "fcgi-app/api/view_purchase.h"
#include "fcgi-app/m/page.h"
#include "fcgi-app/m/refusal.h"
#include "http/form.h"
#include "http/problem.h"
#include "reservation/cancel.h"

/* Of one page: each has its performance looked up. */
#define LIST_MAX 10
#define ID_MAX ((INT64_C(1) << 53) - 1)

/* A reservation with what its places are called. */
struct owned {
	struct m m;
	struct reservation is;
	struct performance performance; /* id 0: not shown any more */
	const struct terms *terms;      /* NULL: without labels */
	const struct price_list *list;  /* NULL: without ticket types */
};

static enum m_word
status_word(struct span status)
{
	if (span_eq_str(status, "CONFIRMED"))
		return M_CONFIRMED;
	return span_eq_str(status, "CANCELLED") ? M_CANCELLED
						: M_PARTLY_CANCELLED;
}

static void
write_performance(struct m *m, const struct performance *p)
{
	if (p->id == 0)
		return;
	M_ADD(m, "<p>{}<br>{}<br>{}, {}</p>", M_V(p->show_title[m->lang]),
	    M_V(m_time(m, p->starts_ms, p->utc_offset_s)),
	    M_V(p->venue_name[m->lang]), M_V(p->hall_name[m->lang]));
}

/* returns: 0, also where it is not shown any more; < 0 on a fault */
static int
find_performance(struct ctx *ctx, int64_t id, struct performance *out)
{
	int r = performance_get(ctx, id, out);

	if (r != PERFORMANCE_OK)
		out->id = 0;
	return MIN(r, 0);
}

/* ---- all of them ---- */

static int
write_item(struct m *m, const struct reservation *r)
{
	struct performance p;
	int fault = find_performance(m->ctx, r->performance, &p);

	if (fault < 0)
		return fault;
	M_ADD(m,
	    "<li><h2><a href=\"{}/m/reservations/{}\">{}</a></h2><p>{}, {}</p>",
	    M_V(m->base), M_V(r->number), M_V(r->number),
	    M_W(m, status_word(r->status)),
	    M_V(m_money(m, r->amount_minor, r->currency)));
	write_performance(m, &p);
	M_TEXT(m, "</li>");
	return 0;
}

int
m_reservations(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct reservation *list;
	struct m m;
	bool more;
	size_t n;
	int r = reservation_list(ctx, req->buyer.id,
	    m_query_number(ctx, req, "before", ID_MAX, 0), LIST_MAX, &list, &n,
	    &more);

	if (r < 0)
		return r;
	m_begin_word(&m, ctx, req, res, M_RESERVATIONS);
	if (n == 0)
		M_ADD(&m, "<p>{}</p>", M_W(&m, M_NOTHING));
	M_TEXT(&m, "<ul class=\"cards\">");
	for (size_t i = 0; r == 0 && i < n; i++)
		r = write_item(&m, &list[i]);
	M_TEXT(&m, "</ul>");
	if (more)
		M_ADD(&m,
		    "<p><a href=\"{}/m/reservations?before={}\">{}</a></p>",
		    M_V(m.base), M_V(list[n - 1].id), M_W(&m, M_MORE));
	return r != 0 ? r : m_end(&m, 200);
}

/* ---- one of them ---- */

static struct span
label_of(const struct owned *o, size_t i)
{
	const struct reservation *is = &o->is;

	if (o->terms == NULL)
		return arena_i64(&o->m.ctx->arena, is->seats[i]);
	if (is->section_no > 0)
		return o->terms->hall->sections[is->section_no - 1]
		    .name[o->m.lang];
	return span_str(terms_label(&o->m.ctx->arena, o->terms,
	    (int)is->seats[i], o->m.lang));
}

static const struct ticket_type *
type_of(const struct owned *o, size_t i)
{
	int at;

	return o->list == NULL
	    ? NULL
	    : price_list_type(o->list, reservation_type(&o->is, i), &at);
}

static struct span
type_name(const struct owned *o, size_t i)
{
	const struct ticket_type *type = type_of(o, i);

	return type != NULL && o->list->named ? type->name[o->m.lang]
					      : SPAN_NONE;
}

static bool
is_left(const struct owned *o, size_t i)
{
	return !reservation_gave_back(&o->is, o->is.seats[i]);
}

static void
write_line(struct owned *o, size_t i)
{
	M_TEXT(&o->m, "<tr><td>");
	M_ADD(&o->m, is_left(o, i) ? "{} {}" : "<del>{} {}</del>",
	    M_V(label_of(o, i)), M_V(type_name(o, i)));
	M_ADD(&o->m, "</td><td>{}</td></tr>",
	    M_V(m_money(&o->m, o->is.prices[i], o->is.currency)));
}

static void
write_refunds(struct owned *o)
{
	for (size_t i = 0; i < o->is.n_refunds; i++) {
		const struct refund *back = &o->is.refunds[i];

		M_ADD(&o->m, "<p>{}: {}, {}</p>", M_W(&o->m, M_REFUND),
		    M_V(m_money(&o->m, back->amount_minor, o->is.currency)),
		    M_W(&o->m,
			span_eq_str(back->status, "DONE") ? M_REFUND_DONE
							  : M_REFUND_SENT));
	}
}

static void
write_lines(struct owned *o)
{
	M_ADD(&o->m,
	    "<table><thead><tr><th scope=\"col\">{}</th>"
	    "<th scope=\"col\">{}</th></tr></thead><tbody>",
	    M_W(&o->m, M_PLACE), M_W(&o->m, M_PRICE));
	for (size_t i = 0; i < o->is.n_seats; i++)
		write_line(o, i);
	M_ADD(&o->m,
	    "</tbody><tfoot><tr><th scope=\"row\">{}</th><td>{}</td></tr>"
	    "</tfoot></table>",
	    M_W(&o->m, M_TOTAL),
	    M_V(m_money(&o->m, o->is.amount_minor, o->is.currency)));
	write_refunds(o);
}

/* ---- what to give back ---- */

static void
write_boxes(struct owned *o)
{
	for (size_t i = 0; i < o->is.n_seats; i++)
		if (is_left(o, i))
			M_ADD(&o->m,
			    "<p><label><input type=\"checkbox\" name=\"seat\""
			    " value=\"{}\"> {}, {}</label></p>",
			    M_V(o->is.seats[i]), M_V(label_of(o, i)),
			    M_V(m_money(&o->m, o->is.prices[i],
				o->is.currency)));
}

static void
write_giving_back(struct owned *o)
{
	const struct refund_due *due = &o->is.due;

	if (o->is.n_cancelled == o->is.n_seats || due->late)
		return;
	M_ADD(&o->m, "<h2>{}</h2>", M_W(&o->m, M_GIVE_BACK));
	if (o->performance.id > 0 && due->until_ms > 0)
		M_ADD(&o->m, "<p class=\"quiet\">{} {}</p>",
		    M_W(&o->m, M_GIVE_BACK_UNTIL),
		    M_V(m_time(&o->m, due->until_ms,
			o->performance.utc_offset_s)));
	M_ADD(&o->m,
	    "<form action=\"{}/m/reservations/{}/cancel\"><fieldset>"
	    "<legend>{}</legend>",
	    M_V(o->m.base), M_V(o->is.number), M_W(&o->m, M_GIVE_BACK_WHICH));
	write_boxes(o);
	M_TEXT(&o->m, "</fieldset>");
	m_button(&o->m, M_GIVE_BACK_LOOK);
	M_TEXT(&o->m, "</form>");
}

/* One's own with its labels. returns: RESERVATION_OK, NONE; < 0 on a fault */
static int
gather(struct ctx *ctx, const struct req *req, struct owned *o)
{
	int r = reservation_find(ctx, req->buyer.id, req->params[0], &o->is);

	if (r == RESERVATION_OK)
		r = find_performance(ctx, o->is.performance, &o->performance);
	if (r == 0)
		r = view_labels(ctx, &o->is, &o->terms, &o->list);
	return r;
}

int
m_reservation(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct owned o;
	int r = gather(ctx, req, &o);

	if (r != 0)
		return r < 0 ? r : problem(res, "not-found", NULL);
	m_begin(&o.m, ctx, req, res,
	    arena_printf(&ctx->arena, "%s %.*s",
		m_word((enum lang)req->lang, M_RESERVATION),
		(int)o.is.number.len, o.is.number.p));
	M_ADD(&o.m, "<p>{}</p>", M_W(&o.m, status_word(o.is.status)));
	write_performance(&o.m, &o.performance);
	write_lines(&o);
	if (o.is.n_cancelled < o.is.n_seats)
		M_ADD(&o.m,
		    "<p><a href=\"{}/m/reservations/{}/tickets\">{}</a></p>",
		    M_V(o.m.base), M_V(o.is.number), M_W(&o.m, M_TICKETS));
	write_giving_back(&o);
	return m_end(&o.m, 200);
}

/* ---- giving it back ---- */

/* Which places a form names; none: all that are left. returns: how many; -1:
 * one of them is none of these */
static int
read_seats(const struct owned *o, const struct form_pairs *form,
    int64_t seats[HOLD_SEATS_MAX])
{
	int n = form_numbers(form, "seat", INT32_MAX, seats, HOLD_SEATS_MAX);

	for (int i = 0; i < n; i++) {
		bool found = false;

		for (size_t k = 0; k < o->is.n_seats; k++)
			found = found
			    || (o->is.seats[k] == seats[i] && is_left(o, k));
		if (!found)
			return -1;
	}
	return n;
}

static bool
is_among(const int64_t *seats, int n, int64_t seat)
{
	for (int i = 0; i < n; i++)
		if (seats[i] == seat)
			return true;
	return n == 0;
}

static int
write_question(struct owned *o, const int64_t *seats, int n)
{
	int64_t back = 0;

	M_TEXT(&o->m, "<ul>");
	for (size_t i = 0; i < o->is.n_seats; i++) {
		if (!is_left(o, i) || !is_among(seats, n, o->is.seats[i]))
			continue;
		back += o->is.due.late ? 0 : o->is.due.amounts[i];
		M_ADD(&o->m, "<li>{}, {}</li>", M_V(label_of(o, i)),
		    M_V(m_money(&o->m, o->is.prices[i], o->is.currency)));
	}
	M_ADD(&o->m, "</ul><p>{}: <b>{}</b></p>",
	    M_W(&o->m,
		o->is.paid_by_other ? M_COMES_BACK_TO_PAYER : M_COMES_BACK),
	    M_V(m_money(&o->m, back, o->is.currency)));
	m_form(&o->m,
	    arena_printf(&o->m.ctx->arena, "/m/reservations/%.*s/cancel",
		(int)o->is.number.len, o->is.number.p));
	m_once(&o->m);
	for (int i = 0; i < n; i++)
		M_ADD(&o->m,
		    "<input type=\"hidden\" name=\"seat\" value=\"{}\">",
		    M_V(seats[i]));
	m_button(&o->m, M_GIVE_BACK_DO);
	M_ADD(&o->m, "</form><p><a href=\"{}/m/reservations/{}\">{}</a></p>",
	    M_V(o->m.base), M_V(o->is.number), M_W(&o->m, M_KEEP));
	return m_end(&o->m, 200);
}

int
m_cancel(struct ctx *ctx, const struct req *req, struct res *res)
{
	int64_t seats[HOLD_SEATS_MAX];
	struct form_pairs form;
	struct owned o;
	int r = gather(ctx, req, &o), n;

	if (r != 0)
		return r < 0 ? r : problem(res, "not-found", NULL);
	if (form_read(&ctx->arena, req->query, &form) != FORM_OK)
		return problem(res, "bad-request", NULL);
	n = read_seats(&o, &form, seats);
	if (n < 0)
		return m_say(ctx, res, m_reservation_path(ctx, o.is.number),
		    "invalid-field");
	m_begin_word(&o.m, ctx, req, res, M_GIVE_BACK);
	return write_question(&o, seats, n);
}

/* Places of a counted area are alike: so many of each type that was chosen. */
static void
count_tickets(const struct owned *o, const int64_t *seats, int n,
    struct cancel *ask)
{
	struct hold_ticket *tickets = ARENA_ARRAY(&o->m.ctx->arena,
	    HOLD_SEATS_MAX, struct hold_ticket);

	for (size_t i = 0; i < o->is.n_seats; i++) {
		const struct ticket_type *type = type_of(o, i);
		size_t k = 0;

		if (type == NULL || !is_left(o, i)
		    || !is_among(seats, n, o->is.seats[i]))
			continue;
		while (k < ask->n_tickets
		    && !span_eq(tickets[k].code, type->code))
			k++;
		if (k == ask->n_tickets)
			tickets[ask->n_tickets++].code = type->code;
		tickets[k].n++;
	}
	ask->tickets = tickets;
}

/* The cancel of the API's route: both are one effect for one key. */
static void
ask_once(struct ctx *ctx, const struct req *req, struct span once,
    const int64_t *seats, int n, struct idem *idem)
{
	const struct span parts[] = { req->params[0],
		hold_numbers(&ctx->arena, seats, (size_t)n) };

	idem_init(ctx, idem, req->buyer.id,
	    "POST /api/v1/reservations/{number}/cancel", once, parts,
	    ARRAY_LEN(parts));
}

static int
tell_cancel(struct ctx *ctx, struct res *res, const struct owned *o, int r)
{
	if (r < 0)
		return r;
	return m_say(ctx, res, m_reservation_path(ctx, o->is.number),
	    r == CANCEL_OK || r == CANCEL_E_REPLAY ? "given-back"
						   : m_cancel_why(r));
}

int
m_cancel_do(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct cancel_result result = { .until_ms = 0 };
	int64_t seats[HOLD_SEATS_MAX];
	struct req asked = *req;
	struct idem idem;
	struct cancel ask = { .user = req->buyer.id,
		.number = req->params[0],
		.idem = &idem,
		.answer = cancelled_write,
		.answer_arg = &asked };
	struct span once;
	struct owned o;
	int r = gather(ctx, req, &o), n;

	if (r != 0)
		return r < 0 ? r : problem(res, "not-found", NULL);
	o.m.ctx = ctx;
	if (!m_read_once(req, res, &once))
		return 0;
	n = form_numbers(req->form, "seat", INT32_MAX, seats, HOLD_SEATS_MAX);
	if (n < 0)
		return m_say(ctx, res, m_reservation_path(ctx, o.is.number),
		    "invalid-field");
	ask_once(ctx, req, once, seats, n, &idem);
	if (o.is.section_no > 0 && n > 0) {
		count_tickets(&o, seats, n, &ask);
	} else {
		ask.seats = seats;
		ask.n_seats = (size_t)n;
	}
	return tell_cancel(ctx, res, &o, cancel_make(ctx, &ask, &result));
}

/* ---- what is shown at the door ---- */

/* The page that the API prints. */
int
m_tickets(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct req asked = *req;

	asked.accept = SPAN_LIT("text/html");
	asked.query = SPAN_NONE;
	return api_ticket_get(ctx, &asked, res);
}
