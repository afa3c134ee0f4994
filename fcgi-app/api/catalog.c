/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/catalog - handlers for what is sold: shows, performances, layouts
 *
 * Open to anyone and the same for everyone who reads the same language, so
 * shared caches may keep them; how long says how fast they change.
 *
 * Layer: fcgi-app/api.  Uses: http, catalog, seat.
 */
#include "fcgi-app/api/api.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "catalog/performance.h"
#include "catalog/show.h"
#include "fcgi-app/api/read.h"
#include "fcgi-app/api/view_catalog.h"
#include "fcgi-app/api/view_layout.h"
#include "http/problem.h"
#include "seat/seat_kept.h"
#include "seat/seat_stock.h"

/* Titles, times and layouts change seldom, what remains all the time. Shows and
 * their dates may be shown for five minutes in all, while a newer answer is
 * fetched; ETags make that short. */
#define SHOW_MAX_AGE_S 10
#define SHOWN_S 300
#define LAYOUT_MAX_AGE_S 10
#define REMAINING_MAX_AGE_S 1

/* Part of a layout's ETag: grows when its shape changes. */
#define LAYOUT_SHAPE 2

/* Lists that are picked from as a whole are long unless asked otherwise. */
#define WHOLE_LIMIT 100

static const struct problem_row show_problems[] = {
	{ SHOW_E_NONE, "not-found", NULL },
	{ 0 },
};

static const struct problem_row performance_problems[] = {
	{ PERFORMANCE_E_NONE, "not-found", NULL },
	{ 0 },
};

static enum lang
lang_of(const struct req *req)
{
	return (enum lang)req->lang;
}

static int
answer(struct ctx *ctx, const struct req *req, struct res *res,
    int64_t max_age_s, const struct jw *w)
{
	view_language(req, res);
	view_public(ctx, res, max_age_s);
	return view_hashed(ctx, req, res, w);
}

/* The same, for what may be shown for a while longer. */
static int
answer_shown(struct ctx *ctx, const struct req *req, struct res *res,
    int64_t max_age_s, const struct jw *w)
{
	view_language(req, res);
	view_crowded(ctx, res, max_age_s, SHOWN_S - max_age_s);
	return view_hashed(ctx, req, res, w);
}

static void
begin_list(struct ctx *ctx, struct jw *w)
{
	jw_init(w, &ctx->arena);
	jw_object(w, NULL);
	jw_array(w, "items");
}

static void
end_list(struct jw *w, bool more, int64_t key, int64_t id)
{
	jw_end_array(w);
	page_write_next(w, more, key, id);
	jw_end_object(w);
}

/* ---- shows ---- */

static bool
read_show_filter(struct ctx *ctx, const struct req *req, struct res *res,
    struct show_filter *out)
{
	static const char *const names[] = { "kind", "status", "q", "limit",
		"cursor", NULL };
	struct page page;

	*out = (struct show_filter){ .kind = -1, .status = -1 };
	if (!read_query_only(req, res, names)
	    || !read_query_word(ctx, req, res, "kind", show_kinds, &out->kind)
	    || !read_query_word(ctx, req, res, "status", show_statuses,
		&out->status)
	    || !read_query(ctx, req, res, "q", &out->q)
	    || !read_page(ctx, req, res, &page))
		return false;
	out->after_id = page.after_id;
	out->limit = page.limit;
	if (out->q.len == 0
	    || (utf8_count(out->q) <= SHOW_QUERY_MAX
		&& !utf8_has_control(out->q)))
		return true;
	(void)problem_field(res, "q",
	    "At most 100 characters, no control characters.");
	return false;
}

int
api_show_list(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct show_filter filter;
	struct show_list list;
	struct jw w;
	int64_t last;
	int r;

	if (!read_show_filter(ctx, req, res, &filter))
		return 0;
	r = show_list(ctx, &filter, &list);
	if (r != 0)
		return r;
	begin_list(ctx, &w);
	for (size_t i = 0; i < list.n; i++)
		view_show(ctx, &w, &list.items[i], lang_of(req));
	last = list.n == 0 ? 0 : list.items[list.n - 1].id;
	end_list(&w, list.more, last, last);
	return answer_shown(ctx, req, res, SHOW_MAX_AGE_S, &w);
}

int
api_show_get(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct show show;
	struct jw w;
	int64_t id;
	int r;

	if (!read_query_only(req, res, NULL) || !read_id(req, res, 0, &id))
		return 0;
	r = show_get(ctx, id, &show);
	if (r != 0)
		return problem_from(res, show_problems, r);
	jw_init(&w, &ctx->arena);
	view_show(ctx, &w, &show, lang_of(req));
	return answer_shown(ctx, req, res, SHOW_MAX_AGE_S, &w);
}

/* limit and cursor of a list that is whole unless a limit was asked for. */
static bool
read_whole_page(struct ctx *ctx, const struct req *req, struct res *res,
    struct page *out)
{
	struct span limit;

	if (!read_page(ctx, req, res, out)
	    || !read_query(ctx, req, res, "limit", &limit))
		return false;
	if (!span_is(limit))
		out->limit = WHOLE_LIMIT;
	return true;
}

int
api_show_dates(struct ctx *ctx, const struct req *req, struct res *res)
{
	static const char *const names[] = { "limit", "cursor", NULL };
	struct performance_dates dates;
	struct page page;
	struct jw w;
	int64_t id, last;
	int r;

	if (!read_query_only(req, res, names)
	    || !read_whole_page(ctx, req, res, &page)
	    || !read_id(req, res, 0, &id))
		return 0;
	r = performance_dates(ctx, id,
	    page.has_cursor ? page.after_key : INT64_MIN, page.limit, &dates);
	if (r != 0)
		return problem_from(res, performance_problems, r);
	begin_list(ctx, &w);
	for (size_t i = 0; i < dates.n; i++)
		view_performance_date(&w, &dates.items[i]);
	last = dates.n == 0 ? 0 : dates.items[dates.n - 1].day;
	end_list(&w, dates.more, last, 0);
	return answer_shown(ctx, req, res, REMAINING_MAX_AGE_S, &w);
}

/* ---- performances ---- */

static bool
read_performance_filter(struct ctx *ctx, const struct req *req, struct res *res,
    struct performance_filter *out)
{
	static const char *const names[] = { "date", "limit", "cursor", NULL };
	struct page page;

	*out = (struct performance_filter){ 0 };
	if (!read_query_only(req, res, names)
	    || !read_id(req, res, 0, &out->show_id)
	    || !read_query_date(ctx, req, res, "date", &out->date)
	    || !read_page(ctx, req, res, &page))
		return false;
	out->has_after = page.has_cursor;
	out->after_starts_ms = page.after_key;
	out->after_id = page.after_id;
	out->limit = page.limit;
	if (page.after_key >= 0 && page.after_key <= CLOCK_MS_MAX)
		return true;
	(void)problem_field(res, "cursor", "This is no cursor of ours.");
	return false;
}

int
api_show_performances(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct performance_filter filter;
	struct performance_list list;
	const struct performance *last;
	struct jw w;
	int r;

	if (!read_performance_filter(ctx, req, res, &filter))
		return 0;
	r = performance_list(ctx, &filter, &list);
	if (r != 0)
		return problem_from(res, performance_problems, r);
	begin_list(ctx, &w);
	for (size_t i = 0; i < list.n; i++)
		view_performance(&w, &ctx->set, &list.items[i], lang_of(req));
	last = list.n == 0 ? &(struct performance){ 0 }
			   : &list.items[list.n - 1];
	end_list(&w, list.more, last->starts_ms, last->id);
	return answer(ctx, req, res, REMAINING_MAX_AGE_S, &w);
}

int
api_performance_get(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct performance performance;
	struct jw w;
	int64_t id;
	int r;

	if (!read_query_only(req, res, NULL) || !read_id(req, res, 0, &id))
		return 0;
	r = performance_get(ctx, id, &performance);
	if (r != 0)
		return problem_from(res, performance_problems, r);
	jw_init(&w, &ctx->arena);
	view_performance(&w, &ctx->set, &performance, lang_of(req));
	return answer(ctx, req, res, REMAINING_MAX_AGE_S, &w);
}

/* The letters of its seats in a map no older than min_version (or NONE); NONE
 * where no store says them. */
static struct span
seat_letters_of(struct ctx *ctx, int64_t performance, struct span min_version)
{
	struct seat_map map;
	int r = seat_kept_map(ctx, performance, &min_version,
	    span_is(min_version) ? 1 : 0, &map);

	return r == 0 ? map.letters : SPAN_NONE;
}

int
api_performance_sections(struct ctx *ctx, const struct req *req,
    struct res *res)
{
	static const char *const names[] = { "limit", "cursor", "min_version",
		NULL };
	struct performance_section *sections;
	struct span letters, min_version;
	struct page page;
	size_t n, first, end;
	struct jw w;
	int64_t id;
	int r;

	if (!read_query_only(req, res, names)
	    || !read_whole_page(ctx, req, res, &page)
	    || !read_id(req, res, 0, &id)
	    || !read_query(ctx, req, res, "min_version", &min_version))
		return 0;
	r = performance_sections(ctx, id, &sections, &n);
	if (r != 0)
		return problem_from(res, performance_problems, r);
	seat_stock_sections(ctx, id, sections, n);
	letters = seat_letters_of(ctx, id, min_version);
	/* The key to page by is how many sections came before. */
	first = MIN((size_t)MAX(page.after_key, 0), n);
	end = MIN(first + (size_t)page.limit, n);
	begin_list(ctx, &w);
	for (size_t i = first; i < end; i++)
		view_section(&w, (int)i + 1, &sections[i], letters,
		    lang_of(req));
	end_list(&w, end < n, (int64_t)end, 0);
	view_language(req, res);
	view_crowded(ctx, res, REMAINING_MAX_AGE_S, 1);
	return view_hashed(ctx, req, res, &w);
}

/*
 * The ETag needs no digest of megabytes: the revision is frozen, and a new
 * price list has a new version. Weak, since it goes out plain and packed.
 */
static struct span
layout_etag(struct ctx *ctx, const struct req *req,
    const struct performance_offer *offer, enum layout_form form)
{
	return span_str(arena_printf(&ctx->arena, "W/\"%d-%d-%lld-%lld-%s\"",
	    LAYOUT_SHAPE, (int)form, (long long)offer->hall->id,
	    (long long)offer->price_version, lang_tag(lang_of(req))));
}

static void
say_layout(struct ctx *ctx, const struct req *req, struct res *res, bool packed)
{
	view_public(ctx, res, LAYOUT_MAX_AGE_S);
	view_language_and_coding(req, res, packed);
}

static int
answer_layout(struct ctx *ctx, const struct req *req, struct res *res,
    enum layout_form form)
{
	struct performance_offer offer;
	struct span etag, text;
	bool packed = req_takes_gzip(req);
	int64_t id;
	int r;

	if (!read_query_only(req, res, NULL) || !read_id(req, res, 0, &id))
		return 0;
	r = performance_offer(ctx, id, &offer);
	if (r != 0)
		return problem_from(res, performance_problems, r);
	etag = layout_etag(ctx, req, &offer, form);
	if (req_etag_matches(req, etag)) {
		say_layout(ctx, req, res, false);
		return res_not_modified(res, etag);
	}
	r = view_layout(ctx, &offer, lang_of(req), form, packed, &text);
	if (r < 0)
		return r;
	if (r == VIEW_E_BUSY)
		return problem_retry(res, "busy", "The layout is being made.",
		    1);
	say_layout(ctx, req, res, packed);
	res_header(res, "ETag", etag);
	return res_body(res, 200, "application/json", text);
}

int
api_performance_layout(struct ctx *ctx, const struct req *req, struct res *res)
{
	return answer_layout(ctx, req, res, LAYOUT_SEATS);
}

int
api_performance_rows(struct ctx *ctx, const struct req *req, struct res *res)
{
	return answer_layout(ctx, req, res, LAYOUT_ROWS);
}
