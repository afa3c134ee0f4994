/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * m/catalog - pages of what is on, and when
 *
 * Layer: fcgi-app/m.  Uses: http, catalog.
 */
#include "fcgi-app/m/m.h"

#include "base/clock.h"
#include "catalog/performance.h"
#include "catalog/show.h"
#include "fcgi-app/m/page.h"
#include "http/problem.h"

#define SHOWS_MAX 50
#define PERFORMANCES_MAX 100
#define DATES_MAX 60
#define ID_MAX ((INT64_C(1) << 53) - 1)

static const enum m_word kinds[] = {
	[SHOW_MOVIE] = M_KIND_MOVIE,
	[SHOW_CONCERT] = M_KIND_CONCERT,
	[SHOW_PLAY] = M_KIND_PLAY,
	[SHOW_SPORT] = M_KIND_SPORT,
};

/* What kind it is, how long it takes, for whom. */
static void
write_facts(struct m *m, const struct show *show)
{
	M_ADD(m, "<p class=\"quiet\">{}, {} {}", M_W(m, kinds[show->kind]),
	    M_V(show->running_minutes), M_W(m, M_MINUTES));
	if (show->age_rating.len > 0)
		M_ADD(m, ", {}", M_V(show->age_rating));
	M_TEXT(m, "</p>");
}

static void
write_show(struct m *m, const struct show *show)
{
	M_ADD(m, "<li><h2><a href=\"{}/m/shows/{}\">{}</a></h2>", M_V(m->base),
	    M_V(show->id), M_V(show->title[m->lang]));
	write_facts(m, show);
	if (show->next_starts_ms == SHOW_NEVER)
		M_ADD(m, "<p>{}</p>", M_W(m, M_NOT_ON_SALE));
	M_TEXT(m, "</li>");
}

int
m_shows(struct ctx *ctx, const struct req *req, struct res *res)
{
	const struct show_filter filter = { .kind = -1,
		.status = -1,
		.after_id = m_query_number(ctx, req, "after", ID_MAX, 0),
		.limit = SHOWS_MAX };
	struct show_list list;
	struct m m;
	int r = show_list(ctx, &filter, &list);

	if (r != 0)
		return r;
	m_begin_word(&m, ctx, req, res, M_SHOWS);
	M_TEXT(&m, "<ul class=\"cards\">");
	for (size_t i = 0; i < list.n; i++)
		if (list.items[i].status != SHOW_ENDED)
			write_show(&m, &list.items[i]);
	M_TEXT(&m, "</ul>");
	if (list.more)
		M_ADD(&m, "<p><a href=\"{}/m?after={}\">{}</a></p>",
		    M_V(m.base), M_V(list.items[list.n - 1].id),
		    M_W(&m, M_MORE));
	return m_end(&m, 200);
}

/* ---- one show ---- */

static void
write_days(struct m *m, int64_t show, const struct performance_dates *dates)
{
	if (dates->n < 2)
		return;
	M_ADD(m, "<nav aria-label=\"{}\"><ul class=\"days\">", M_W(m, M_DAYS));
	for (size_t i = 0; i < dates->n; i++)
		M_ADD(m, "<li><a href=\"{}/m/shows/{}?date={}\">{}</a></li>",
		    M_V(m->base), M_V(show), M_V(dates->items[i].date),
		    M_V(dates->items[i].date));
	M_TEXT(m, "</ul></nav>");
}

static void
write_performance(struct m *m, const struct performance *p)
{
	bool open = p->status == PERFORMANCE_OPEN
	    && p->sales_close_ms > m->ctx->now_ms;

	M_ADD(m, "<li><a href=\"{}/m/performances/{}\">{}</a> {}, {}<br>",
	    M_V(m->base), M_V(p->id),
	    M_V(m_time(m, p->starts_ms, p->utc_offset_s)),
	    M_V(p->venue_name[m->lang]), M_V(p->hall_name[m->lang]));
	if (!open)
		M_ADD(m, "{}", M_W(m, M_NOT_ON_SALE));
	else if (p->remaining == 0)
		M_ADD(m, "{}", M_W(m, M_SOLD_OUT));
	else
		M_ADD(m, "{} {}", M_V(p->remaining), M_W(m, M_FREE));
	M_TEXT(m, "</li>");
}

static int
write_all(struct ctx *ctx, const struct req *req, struct res *res,
    const struct show *show, const struct performance_list *list,
    const struct performance_dates *dates)
{
	struct m m;

	m_begin(&m, ctx, req, res,
	    arena_str(&ctx->arena, show->title[req->lang]));
	write_facts(&m, show);
	if (show->synopsis[m.lang].len > 0)
		M_ADD(&m, "<p>{}</p>", M_V(show->synopsis[m.lang]));
	M_ADD(&m, "<h2>{}</h2>", M_W(&m, M_PERFORMANCES));
	write_days(&m, show->id, dates);
	if (list->n == 0)
		M_ADD(&m, "<p>{}</p>", M_W(&m, M_NOTHING));
	M_TEXT(&m, "<ul class=\"rows\">");
	for (size_t i = 0; i < list->n; i++)
		write_performance(&m, &list->items[i]);
	M_TEXT(&m, "</ul>");
	return m_end(&m, 200);
}

int
m_show(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct performance_filter filter = { .limit = PERFORMANCES_MAX,
		.date = m_query(ctx, req, "date") };
	struct performance_list list;
	struct performance_dates dates;
	struct show show;
	int r;

	if (!req_id(req, 0, &filter.show_id))
		return problem(res, "not-found", NULL);
	if (!span_is(filter.date) || !clock_is_date(filter.date))
		filter.date = SPAN_NONE;
	r = show_get(ctx, filter.show_id, &show);
	if (r == SHOW_OK)
		r = performance_list(ctx, &filter, &list);
	if (r == PERFORMANCE_OK)
		r = performance_dates(ctx, filter.show_id, INT64_MIN, DATES_MAX,
		    &dates);
	if (r > 0)
		return problem(res, "not-found", NULL);
	return r < 0 ? r : write_all(ctx, req, res, &show, &list, &dates);
}
