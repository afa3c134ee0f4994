/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * m/performance - the page of what is free, and the forms to choose from it
 *
 * A check box a free seat, a group a row; the best seats for a party; so many
 * places of an area. A hall of several sections shows one at a time, a large
 * one so many seats at a time.
 *
 * Layer: fcgi-app/m.  Uses: http, catalog, seat, hold.
 */
#include "fcgi-app/m/m.h"

#include "catalog/performance.h"
#include "fcgi-app/m/page.h"
#include "hold/hold_find.h"
#include "http/problem.h"
#include "seat/seat_kept.h"
#include "seat/seat_state.h"
#include "seat/seat_stock.h"

/* Check boxes of one page. */
#define SEATS_MAX 500

/* What is shown of. */
struct view {
	struct m m;
	struct performance performance;
	struct performance_offer offer;
	struct performance_section *sections;
	size_t n_sections;
	struct span letters; /* NONE: nobody says them */
	int64_t section_no;  /* the one that is shown; 0: none yet */
	int64_t from;        /* its first seat that is shown */
	struct span ticket;  /* of the line; NONE */
	const char *path;    /* where choices are sent to */
};

static const char *
money(struct view *v, int64_t minor)
{
	return m_money(&v->m, minor, v->performance.currency);
}

/* ---- forms ---- */

static void
begin_form(struct view *v)
{
	m_form(&v->m, v->path);
	m_once(&v->m);
	if (span_is(v->ticket))
		M_ADD(&v->m,
		    "<input type=\"hidden\" name=\"ticket\" value=\"{}\">",
		    M_V(v->ticket));
	if (v->section_no > 0)
		M_ADD(&v->m,
		    "<input type=\"hidden\" name=\"section\" value=\"{}\">",
		    M_V(v->section_no));
}

/* How many, two unless one says otherwise. */
static void
write_party(struct view *v, const char *name)
{
	int64_t max = MIN(v->performance.seats_max, HOLD_SEATS_MAX);

	M_ADD(&v->m, "<p><label>{}<br><select name=\"{}\">",
	    M_W(&v->m, M_HOW_MANY), M_V(name));
	for (int64_t i = 1; i <= max; i++)
		M_ADD(&v->m,
		    i == MIN(2, max) ? "<option selected>{}</option>"
				     : "<option>{}</option>",
		    M_V(i));
	M_TEXT(&v->m, "</select></label></p>");
}

static void
write_best(struct view *v)
{
	const struct hall *hall = v->offer.hall;

	M_ADD(&v->m, "<h2>{}</h2>", M_W(&v->m, M_BEST));
	begin_form(v);
	write_party(v, "best");
	M_ADD(&v->m,
	    "<p><label>{}<br><select name=\"class\"><option value=\"0\">{}"
	    "</option>",
	    M_W(&v->m, M_PRICE), M_W(&v->m, M_ANY));
	for (int i = 0; i < hall->n_classes; i++)
		M_ADD(&v->m, "<option value=\"{}\">{}, {}</option>", M_V(i + 1),
		    M_V(hall->classes[i].name[v->m.lang]),
		    M_V(money(v, price_list_amount(&v->offer.list, 0, i + 1))));
	M_TEXT(&v->m, "</select></label></p>");
	m_button(&v->m, M_FIND_BEST);
	M_TEXT(&v->m, "</form>");
}

/* ---- seats ---- */

static bool
is_free(const struct view *v, int seat)
{
	return (size_t)seat <= v->letters.len
	    && v->letters.p[seat - 1] == SEAT_AVAILABLE;
}

static int64_t
price_of(const struct view *v, int seat)
{
	return price_list_amount(&v->offer.list, 0,
	    v->offer.hall->class_of[seat - 1]);
}

/* What is special about a seat; NULL: nothing. */
static const char *
type_of(struct view *v, int seat)
{
	const struct hall *hall = v->offer.hall;
	struct span type = hall->types[hall->type_of[seat - 1]];

	return m_seat_type(v->m.lang, type);
}

static void
write_seat(struct view *v, int seat, int number, bool with_price)
{
	const char *type = type_of(v, seat);

	if (!is_free(v, seat)) {
		M_ADD(&v->m, "<span>{}</span> ", M_V(number));
		return;
	}
	M_ADD(&v->m,
	    "<label><input type=\"checkbox\" name=\"seat\" value=\"{}\">"
	    " {}",
	    M_V(seat), M_V(number));
	if (type != NULL)
		M_ADD(&v->m, " ({})", M_V(type));
	if (with_price)
		M_ADD(&v->m, " {}", M_V(money(v, price_of(v, seat))));
	M_TEXT(&v->m, "</label> ");
}

static int
end_of(const struct hall_run *run)
{
	return run->first_seat_no + run->n;
}

/* Whether all seats of n runs cost the same. */
static bool
same_price(const struct view *v, const struct hall_run *runs, int n)
{
	int64_t price = price_of(v, runs[0].first_seat_no);

	for (int i = 0; i < n; i++)
		for (int s = runs[i].first_seat_no; s < end_of(&runs[i]); s++)
			if (price_of(v, s) != price)
				return false;
	return true;
}

/* A row: runs of the same name that follow each other. */
static void
write_row(struct view *v, const struct hall_run *runs, int n)
{
	bool same = same_price(v, runs, n);

	M_TEXT(&v->m, "<fieldset class=\"seats\"><legend>");
	M_ADD(&v->m, m_word(v->m.lang, M_ROW), M_V(runs[0].row));
	if (same)
		M_ADD(&v->m, ", {}",
		    M_V(money(v, price_of(v, runs[0].first_seat_no))));
	M_TEXT(&v->m, "</legend>");
	for (int i = 0; i < n; i++)
		for (int k = 0; k < runs[i].n; k++)
			write_seat(v, runs[i].first_seat_no + k,
			    runs[i].first_number + k, !same);
	M_TEXT(&v->m, "</fieldset>\n");
}

/* A link to seats of a section, with the ticket if there is one. */
static void
link_seats(struct view *v, int64_t section, int64_t from, struct span text)
{
	M_ADD(&v->m,
	    span_is(v->ticket)
		? "<a href=\"{}/m/performances/{}?section={}&amp;from={}"
		  "&amp;ticket={}\">{}</a>"
		: "<a href=\"{}/m/performances/{}?section={}&amp;from={}{}\">"
		  "{}</a>",
	    M_V(v->m.base), M_V(v->performance.id), M_V(section), M_V(from),
	    M_V(v->ticket), M_V(text));
}

/* How many runs from i on are one row of a section that ends before seat. */
static int
row_len(const struct hall *hall, int i, int end)
{
	int n = 1;

	while (i + n < hall->n_runs && hall->runs[i + n].first_seat_no < end
	    && span_eq(hall->runs[i + n].row, hall->runs[i].row))
		n++;
	return n;
}

/* Whole rows, until there are enough. returns: the first seat that is not
 * shown any more; 0: all are */
static int
write_rows(struct view *v, const struct hall_section *s)
{
	const struct hall *hall = v->offer.hall;
	int end = s->first_seat_no + s->capacity, n_seats = 0, n;

	for (int i = 0; i < hall->n_runs; i += n) {
		int first = hall->runs[i].first_seat_no;

		n = 1;
		if (first < MAX(s->first_seat_no, (int)v->from) || first >= end)
			continue;
		n = row_len(hall, i, end);
		if (n_seats >= SEATS_MAX)
			return first;
		write_row(v, &hall->runs[i], n);
		n_seats += end_of(&hall->runs[i + n - 1]) - first;
	}
	return 0;
}

static void
write_seats(struct view *v, const struct hall_section *s)
{
	int next;

	M_ADD(&v->m, "<h2>{}</h2><p class=\"quiet\">{}</p>",
	    M_W(&v->m, M_CHOOSE), M_W(&v->m, M_CHOOSE_HOW));
	begin_form(v);
	next = write_rows(v, s);
	m_button(&v->m, M_TAKE);
	M_TEXT(&v->m, "</form>");
	if (v->from > s->first_seat_no)
		link_seats(v, v->section_no, 1,
		    span_str(m_word(v->m.lang, M_FIRST_ROWS)));
	if (next > 0)
		link_seats(v, v->section_no, next,
		    span_str(m_word(v->m.lang, M_NEXT_ROWS)));
}

/* ---- sections ---- */

static void
write_places(struct view *v, const struct hall_section *s)
{
	M_ADD(&v->m, "<h2>{}</h2>", M_V(s->name[v->m.lang]));
	begin_form(v);
	write_party(v, "quantity");
	m_button(&v->m, M_TAKE);
	M_TEXT(&v->m, "</form>");
}

static int64_t
left_of(const struct view *v, const struct performance_section *s)
{
	const struct hall_section *plan = s->section;
	int64_t n = 0;

	if (plan->first_seat_no == 0 || !span_is(v->letters))
		return s->remaining;
	for (int i = 0; i < plan->capacity; i++)
		n += is_free(v, plan->first_seat_no + i);
	return n;
}

static void
write_section_row(struct view *v, size_t i)
{
	const struct performance_section *s = &v->sections[i];

	M_TEXT(&v->m, "<tr><td>");
	if (s->open)
		link_seats(v, (int64_t)i + 1, 1, s->section->name[v->m.lang]);
	else
		M_ADD(&v->m, "{}", M_V(s->section->name[v->m.lang]));
	M_ADD(&v->m, "</td><td>{}</td><td>{}</td></tr>",
	    M_V(money(v, s->price)), M_V(s->open ? left_of(v, s) : 0));
}

static void
write_sections(struct view *v)
{
	if (v->n_sections < 2)
		return;
	M_ADD(&v->m,
	    "<h2>{}</h2><table><thead><tr><th scope=\"col\">{}</th>"
	    "<th scope=\"col\">{}</th><th scope=\"col\">{}</th></tr></thead>"
	    "<tbody>",
	    M_W(&v->m, M_SECTIONS), M_W(&v->m, M_SECTION),
	    M_W(&v->m, M_PRICE_FROM), M_W(&v->m, M_FREE));
	for (size_t i = 0; i < v->n_sections; i++)
		write_section_row(v, i);
	M_TEXT(&v->m, "</tbody></table>");
}

static bool
has_seats(const struct view *v)
{
	for (size_t i = 0; i < v->n_sections; i++)
		if (v->sections[i].section->kind == SECTION_ASSIGNED)
			return true;
	return false;
}

static void
write_choice(struct view *v)
{
	const struct performance_section *s = v->section_no == 0
	    ? NULL
	    : &v->sections[v->section_no - 1];

	if (s == NULL) {
		if (has_seats(v))
			write_best(v);
		write_sections(v);
		return;
	}
	if (s->section->kind == SECTION_ASSIGNED) {
		write_best(v);
		write_seats(v, s->section);
	} else {
		write_places(v, s->section);
	}
	write_sections(v);
}

/* ---- the page ---- */

/* Only who has logged in can choose. */
static void
ask_for_login(struct view *v)
{
	write_sections(v);
	M_ADD(&v->m,
	    "<p><a href=\"{}/m/login?next=/m/performances/{}\">{}</a></p>",
	    M_V(v->m.base), M_V(v->performance.id), M_W(&v->m, M_LOGIN_TO_BUY));
}

static void
ask_for_line(struct view *v)
{
	M_ADD(&v->m,
	    "<p>{}</p><p><a href=\"{}/m/performances/{}/line\">{}</a></p>",
	    M_W(&v->m, M_LINE_IS), M_V(v->m.base), M_V(v->performance.id),
	    M_W(&v->m, M_LINE_GO));
}

static bool
has_line(const struct performance *p)
{
	return p->queue_mode == QUEUE_FIFO || p->queue_mode == QUEUE_LOBBY;
}

/* What he holds already. */
static void
write_holds(struct view *v, const struct hold *holds, size_t n)
{
	for (size_t i = 0; i < n; i++)
		M_ADD(&v->m,
		    "<p class=\"good\"><a href=\"{}/m/holds/{}\">{}</a></p>",
		    M_V(v->m.base), M_V(holds[i].token),
		    M_W(&v->m, M_YOU_HOLD));
}

static void
write_page(struct view *v, const struct hold *holds, size_t n)
{
	const struct performance *p = &v->performance;
	bool on_sale = p->status == PERFORMANCE_OPEN
	    && p->sales_close_ms > v->m.ctx->now_ms;
	bool early = p->sales_open_ms > v->m.ctx->now_ms;

	M_ADD(&v->m, "<p>{}<br>{}, {}</p>",
	    M_V(m_time(&v->m, p->starts_ms, p->utc_offset_s)),
	    M_V(p->venue_name[v->m.lang]), M_V(p->hall_name[v->m.lang]));
	write_holds(v, holds, n);
	if (on_sale && early)
		M_ADD(&v->m, "<p>{} {}</p>", M_W(&v->m, M_OPENS),
		    M_V(m_time(&v->m, p->sales_open_ms, p->utc_offset_s)));
	if (!on_sale)
		M_ADD(&v->m, "<p>{}</p>", M_W(&v->m, M_NOT_ON_SALE));
	else if (v->m.req->buyer.id == 0)
		ask_for_login(v);
	else if (has_line(p) && !span_is(v->ticket))
		ask_for_line(v);
	else if (!early)
		write_choice(v);
}

/* Which section is shown: the one that is asked for, or the only one. */
static void
choose_section(struct view *v, const struct req *req)
{
	v->section_no = v->n_sections == 1
	    ? 1
	    : m_query_number(v->m.ctx, req, "section", (int64_t)v->n_sections,
		0);
	if (v->section_no > 0 && !v->sections[v->section_no - 1].open)
		v->section_no = 0;
	v->from = m_query_number(v->m.ctx, req, "from", INT32_MAX, 1);
	v->ticket = m_query(v->m.ctx, req, "ticket");
}

/* returns: 0; 1 there is none such; < 0 on a fault */
static int
gather(struct ctx *ctx, int64_t id, struct view *v)
{
	struct seat_map map;
	int r = performance_get(ctx, id, &v->performance);

	if (r == PERFORMANCE_OK)
		r = performance_offer(ctx, id, &v->offer);
	if (r == PERFORMANCE_OK)
		r = performance_sections(ctx, id, &v->sections, &v->n_sections);
	if (r == PERFORMANCE_OK)
		r = hall_neighbours(ctx, v->offer.hall, HALL_FROM_ANY);
	if (r != 0)
		return r < 0 ? r : 1;
	seat_stock_sections(ctx, id, v->sections, v->n_sections);
	if (seat_kept_map(ctx, id, NULL, 0, &map) == 0)
		v->letters = map.letters;
	return 0;
}

int
m_performance(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct view v = { .letters = SPAN_NONE };
	struct hold *holds = NULL;
	size_t n = 0;
	int64_t id;
	int r;

	if (!req_id(req, 0, &id))
		return problem(res, "not-found", NULL);
	r = gather(ctx, id, &v);
	if (r == 0 && req->buyer.id > 0)
		r = hold_list(ctx, req->buyer.id, id, &holds, &n);
	if (r != 0)
		return r < 0 ? r : problem(res, "not-found", NULL);
	v.path = arena_printf(&ctx->arena, "/m/performances/%lld/holds",
	    (long long)id);
	m_begin(&v.m, ctx, req, res,
	    arena_str(&ctx->arena, v.performance.show_title[req->lang]));
	choose_section(&v, req);
	write_page(&v, holds, n);
	return m_end(&v.m, 200);
}
