/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * m/hold - from a choice to a basket with a clock
 *
 * Layer: fcgi-app/m.  Uses: http, catalog, hold, payment, wallet.
 */
#include "fcgi-app/m/m.h"

#include "base/clock.h"
#include "catalog/performance.h"
#include "catalog/terms.h"
#include "fcgi-app/m/page.h"
#include "fcgi-app/m/refusal.h"
#include "hold/hold.h"
#include "hold/hold_rule.h"
#include "http/form.h"
#include "http/problem.h"
#include "payment/payment.h"
#include "wallet/wallet.h"

/* The clock of a basket is set anew so often. */
#define CLOCK_S 30

/* ---- choosing ---- */

static int64_t
number_of(const struct req *req, const char *name, int64_t max)
{
	int64_t n = 0;

	return form_numbers(req->form, name, max, &n, 1) == 1 ? n : 0;
}

/* The type by which seats that are kept for some are asked for: who ticks such
 * a seat has read what it is. returns: 0; < 0 on a fault */
static int
name_type(struct ctx *ctx, struct hold_want *want)
{
	const struct terms *terms;
	int r = terms_kept(ctx, want->performance, &terms);

	if (r != TERMS_OK)
		return MIN(r, 0);
	r = hall_neighbours(ctx, terms->hall, HALL_FROM_PRIMARY);
	for (size_t i = 0; r == 0 && i < want->n_seats; i++) {
		const struct hall *hall = terms->hall;
		int64_t seat = want->seats[i];

		if (seat <= hall->seat_count
		    && hold_rule_keeps(hall->types[hall->type_of[seat - 1]]))
			want->type = hall->types[hall->type_of[seat - 1]];
	}
	return r;
}

/* returns: 0; HOLD_E_SEAT: nothing was chosen, or nothing that can be; < 0 on a
 * fault */
static int
read_want(struct ctx *ctx, const struct req *req, struct hold_want *want)
{
	int64_t *seats = ARENA_ARRAY(&ctx->arena, HOLD_SEATS_MAX, int64_t);
	int64_t section = number_of(req, "section", INT32_MAX);
	int n = form_numbers(req->form, "seat", INT32_MAX, seats,
	    HOLD_SEATS_MAX);

	want->best.quantity = number_of(req, "best", HOLD_SEATS_MAX);
	want->quantity = number_of(req, "quantity", HOLD_SEATS_MAX);
	if (want->best.quantity > 0) {
		want->best.section_no = section;
		want->best.class_no = number_of(req, "class", HALL_CLASSES_MAX);
		return 0;
	}
	if (want->quantity > 0) {
		want->section_no = section;
		return section > 0 ? 0 : HOLD_E_SEAT;
	}
	if (n <= 0)
		return HOLD_E_SEAT;
	want->seats = seats;
	want->n_seats = (size_t)n;
	return name_type(ctx, want);
}

/* Back to where it was chosen. */
static const char *
back_to(struct ctx *ctx, const struct req *req, int64_t performance)
{
	struct span ticket = form_get(req->form, "ticket");
	int64_t section = number_of(req, "section", INT32_MAX);

	return arena_printf(&ctx->arena,
	    "/m/performances/%lld?section=%lld%s%s", (long long)performance,
	    (long long)section, span_is(ticket) ? "&ticket=" : "",
	    html_encoded(&ctx->arena, ticket));
}

int
m_hold_do(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct hold_want want = { .user = req->buyer.id,
		.ticket = form_get(req->form, "ticket") };
	struct hold_conflicts conflicts;
	struct hold hold;
	int r;

	if (!req_id(req, 0, &want.performance))
		return problem(res, "not-found", NULL);
	if (!m_read_once(req, res, &want.key))
		return 0;
	r = read_want(ctx, req, &want);
	if (r == 0)
		r = hold_place(ctx, &want, &hold, &conflicts);
	if (r < 0)
		return r;
	if (r == HOLD_OK)
		return m_see(ctx, res,
		    arena_printf(&ctx->arena, "/m/holds/%.*s",
			(int)hold.token.len, hold.token.p));
	if (r == HOLD_E_PAID)
		return m_see(ctx, res,
		    m_reservation_path(ctx, hold.reservation));
	if (r == HOLD_E_PASS)
		return m_say(ctx, res,
		    arena_printf(&ctx->arena, "/m/performances/%lld/line",
			(long long)want.performance),
		    "queue-pass-required");
	return m_say(ctx, res, back_to(ctx, req, want.performance),
	    m_hold_why(r));
}

/* ---- the basket ---- */

/* All that a basket shows. */
struct basket {
	struct m m;
	struct hold hold;
	struct performance performance;
	const struct terms *terms;
	const struct price_list *list;
	struct wallet wallet;
	const char *path; /* "/m/holds/<token>" */
};

static struct span
currency_of(const struct basket *b)
{
	return span_str(b->hold.currency);
}

static const struct ticket_type *
type_of(const struct basket *b, size_t i)
{
	int at;

	return price_list_type(b->list, b->hold.is.types[i], &at);
}

static struct span
label_of(const struct basket *b, size_t i)
{
	const struct hold_record *is = &b->hold.is;

	return is->section_no > 0
	    ? b->terms->hall->sections[is->section_no - 1].name[b->m.lang]
	    : span_str(terms_label(&b->m.ctx->arena, b->terms,
		(int)is->seats[i], b->m.lang));
}

static void
write_line(struct basket *b, size_t i)
{
	const struct ticket_type *type = type_of(b, i);

	M_ADD(&b->m, "<tr><td>{}", M_V(label_of(b, i)));
	if (b->list->named && type != NULL)
		M_ADD(&b->m, ", {}", M_V(type->name[b->m.lang]));
	if (type != NULL && type->needs_proof)
		M_ADD(&b->m, " ({})", M_W(&b->m, M_WITH_PROOF));
	M_ADD(&b->m, "</td><td>{}</td></tr>",
	    M_V(m_money(&b->m, b->hold.is.prices[i], currency_of(b))));
}

static void
write_lines(struct basket *b)
{
	M_ADD(&b->m,
	    "<table><thead><tr><th scope=\"col\">{}</th>"
	    "<th scope=\"col\">{}</th></tr></thead><tbody>",
	    M_W(&b->m, M_PLACE), M_W(&b->m, M_PRICE));
	for (size_t i = 0; i < b->hold.is.n_seats; i++)
		write_line(b, i);
	M_ADD(&b->m,
	    "</tbody><tfoot><tr><th scope=\"row\">{}</th><td>{}</td></tr>"
	    "</tfoot></table>",
	    M_W(&b->m, M_TOTAL),
	    M_V(m_money(&b->m, hold_record_amount(&b->hold.is),
		currency_of(b))));
}

static const char *
below(const struct basket *b, const char *what)
{
	return arena_printf(&b->m.ctx->arena, "%s/%s", b->path, what);
}

static void
write_clock(struct basket *b)
{
	int64_t left_s = MAX(b->hold.is.ends_ms - b->m.ctx->now_ms, 0)
	    / MS_PER_S;

	M_ADD(&b->m, "<p>{}</p><p class=\"clock\">{}</p>",
	    M_W(&b->m, M_KEPT_FOR), M_V(m_minutes(&b->m, left_s)));
	m_refresh(&b->m, MIN(left_s + 1, CLOCK_S), "");
	m_form(&b->m, below(b, "extend"));
	m_button(&b->m, M_EXTEND);
	M_TEXT(&b->m, "</form>");
}

/* One way to pay. */
static void
write_method(struct basket *b, const struct payment_method *method)
{
	bool wallet = method->provider == NULL;

	if (wallet)
		M_ADD(&b->m, "<p>{}: {}</p>", M_W(&b->m, M_WALLET),
		    M_V(m_money(&b->m, b->wallet.balance_minor,
			b->wallet.currency)));
	m_form(&b->m, below(b, "pay"));
	m_once(&b->m);
	M_ADD(&b->m, "<input type=\"hidden\" name=\"method\" value=\"{}\">",
	    M_V(method->name));
	m_button(&b->m, wallet ? M_PAY_WALLET : M_PAY_ELSEWHERE);
	M_TEXT(&b->m, "</form>");
}

static void
write_pay(struct basket *b)
{
	const struct payment_method *method;

	M_ADD(&b->m, "<h2>{}</h2>", M_W(&b->m, M_PAY));
	for (size_t i = 0;
	     (method = payment_method_offered(&b->m.ctx->set, i)) != NULL; i++)
		if (payment_takes(&b->m.ctx->set, method, currency_of(b))
		    && !m_needs_script(method))
			write_method(b, method);
}

static int64_t
count_type(const struct basket *b, int type_no)
{
	int64_t n = 0;

	for (size_t i = 0; i < b->hold.is.n_seats; i++)
		n += b->hold.is.types[i] == type_no;
	return n;
}

/* Where there are several ticket types: how many of each. */
static void
write_types(struct basket *b)
{
	if (!b->list->named || b->list->n_types < 2)
		return;
	M_ADD(&b->m, "<h2>{}</h2>", M_W(&b->m, M_TICKET_TYPES));
	m_form(&b->m, below(b, "tickets"));
	for (int i = 0; i < b->list->n_types; i++)
		M_ADD(&b->m,
		    "<p><label>{}<br><input name=\"type.{}\" value=\"{}\""
		    " inputmode=\"numeric\"></label></p>",
		    M_V(b->list->types[i].name[b->m.lang]),
		    M_V(b->list->types[i].code),
		    M_V(count_type(b, b->list->types[i].no)));
	m_button(&b->m, M_CHANGE);
	M_TEXT(&b->m, "</form>");
}

static int
write_basket(struct basket *b)
{
	const struct performance *p = &b->performance;

	M_ADD(&b->m, "<p>{}<br>{}<br>{}, {}</p>", M_V(p->show_title[b->m.lang]),
	    M_V(m_time(&b->m, p->starts_ms, p->utc_offset_s)),
	    M_V(p->venue_name[b->m.lang]), M_V(p->hall_name[b->m.lang]));
	write_lines(b);
	if (b->hold.is.status == HOLD_PAYING) {
		M_ADD(&b->m, "<p>{}</p>",
		    M_V(m_problem(b->m.lang, "hold-paying")));
		m_refresh(&b->m, CLOCK_S, "");
		return m_end(&b->m, 200);
	}
	write_clock(b);
	write_types(b);
	write_pay(b);
	m_form(&b->m, below(b, "drop"));
	m_button(&b->m, M_DROP);
	M_TEXT(&b->m, "</form>");
	return m_end(&b->m, 200);
}

/* returns: 0; > 0 there is nothing to show; < 0 on a fault */
static int
gather(struct ctx *ctx, const struct req *req, struct basket *b)
{
	int64_t performance = b->hold.is.token.performance;
	int r = performance_get(ctx, performance, &b->performance);

	if (r == 0)
		r = terms_kept(ctx, performance, &b->terms);
	if (r == 0)
		r = terms_list(ctx, b->terms, b->hold.is.price_version,
		    &b->list);
	if (r == 0)
		r = wallet_get(ctx, req->buyer.id, &b->wallet);
	return r;
}

int
m_basket(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct basket b = { .path = arena_printf(&ctx->arena, "/m/holds/%s",
				arena_str(&ctx->arena, req->params[0])) };
	int r = hold_find(ctx, req->buyer.id, req->params[0], &b.hold);

	if (r < 0)
		return r;
	if (r != HOLD_OK)
		return problem(res, m_hold_why(r), NULL);
	if (span_is(b.hold.reservation) && b.hold.reservation.len > 0)
		return m_see(ctx, res,
		    m_reservation_path(ctx, b.hold.reservation));
	r = gather(ctx, req, &b);
	if (r != 0)
		return r < 0 ? r : problem(res, "not-found", NULL);
	m_begin_word(&b.m, ctx, req, res, M_BASKET);
	return write_basket(&b);
}

/* ---- what is done with it ---- */

/* Back to the basket, or to what has become of it. */
static int
go_back(struct ctx *ctx, const struct req *req, struct res *res, int r,
    struct span reservation, const char *done)
{
	const char *path = arena_printf(&ctx->arena, "/m/holds/%s",
	    html_encoded(&ctx->arena, req->params[0]));

	if (r < 0)
		return r;
	if (r == HOLD_E_PAID)
		return m_see(ctx, res, m_reservation_path(ctx, reservation));
	if (r == HOLD_E_NONE || r == HOLD_E_EXPIRED || r == HOLD_E_LOST)
		return m_say(ctx, res, "/m", m_hold_why(r));
	return m_say(ctx, res, path, r == HOLD_OK ? done : m_hold_why(r));
}

int
m_extend_do(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct hold hold = { .reservation = SPAN_NONE };
	int r = hold_extend(ctx, req->buyer.id, req->params[0], &hold);

	return go_back(ctx, req, res, r, hold.reservation, "extended");
}

int
m_drop_do(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct span reservation = SPAN_NONE;
	struct hold_token token;
	int r = hold_drop(ctx, req->buyer.id, req->params[0], &reservation);

	if (r == HOLD_OK && hold_token_read(req->params[0], &token))
		return m_say(ctx, res,
		    arena_printf(&ctx->arena, "/m/performances/%lld",
			(long long)token.performance),
		    "dropped");
	return go_back(ctx, req, res, r, reservation, "dropped");
}

/* How many of each type: the fields that begin with "type.". */
static size_t
read_tickets(struct ctx *ctx, const struct req *req,
    struct hold_ticket **tickets)
{
	const struct form_pairs *form = req->form;
	const struct span prefix = SPAN_LIT("type.");
	size_t n = 0;

	*tickets = ARENA_ARRAY(&ctx->arena, PRICE_TYPES_MAX,
	    struct hold_ticket);
	for (size_t i = 0; i < form->n && n < PRICE_TYPES_MAX; i++) {
		struct span name = form->pairs[i].name;
		int64_t count;

		if (!span_starts(name, prefix)
		    || !span_to_i64(span_trim(form->pairs[i].value), &count)
		    || count < 1 || count > HOLD_SEATS_MAX)
			continue;
		(*tickets)[n++] = (struct hold_ticket){
			{ name.p + prefix.len, name.len - prefix.len }, count
		};
	}
	return n;
}

int
m_tickets_do(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct hold_want want = { .user = req->buyer.id };
	struct hold hold = { .reservation = SPAN_NONE };
	struct hold_conflicts conflicts;
	struct hold_ticket *tickets;
	int r = HOLD_E_TICKETS;

	want.n_tickets = read_tickets(ctx, req, &tickets);
	want.tickets = tickets;
	if (want.n_tickets > 0)
		r = hold_change(ctx, &want, req->params[0], &hold, &conflicts);
	return go_back(ctx, req, res, r, hold.reservation, "changed");
}
