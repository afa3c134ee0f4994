/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/admin_performance - handlers for performances, as operators write them
 *
 * Layer: fcgi-app/api.  Uses: http, reader, admin.
 */
#include "fcgi-app/api/api.h"

#include "admin/capacity.h"
#include "base/clock.h"
#include "fcgi-app/api/admin_entry.h"
#include "fcgi-app/api/view_admin.h"
#include "http/problem.h"
#include "reader/load_file.h"

static int
write_performance(struct ctx *ctx, struct reader *rd, struct node node,
    const struct catalog_ask *ask, const struct load_which *which,
    int64_t parent, struct catalog_result *out)
{
	struct load_performance performance = { .which = *which };

	(void)parent;
	load_file_performance(rd, node, &performance);
	return rd->failed ? entry_unread(rd, out)
			  : catalog_performances(ctx, ask, &performance, out);
}

static const struct entry_routes performances = {
	.kind = ENTRY_PERFORMANCE,
	.path = "/api/v1/admin/performances",
	.write = write_performance,
};

/* ---- finding ---- */

static const char *const orders[] = { "starts_at", "-starts_at", NULL };

static bool
read_days(struct ctx *ctx, const struct req *req, struct res *res,
    struct entry_days *out)
{
	static const char *const names[] = { "show", "hall", "status", "from",
		"to", "order", "limit", "cursor", NULL };
	struct page page;
	int status = -1, order = 0;

	*out = (struct entry_days){ .show = -1, .hall = -1 };
	if (!read_query_only(req, res, names)
	    || !read_query_id(ctx, req, res, "show", &out->show)
	    || !read_query_id(ctx, req, res, "hall", &out->hall)
	    || !read_query_word(ctx, req, res, "status", performance_statuses,
		&status)
	    || !read_query_time(ctx, req, res, "from", &out->from_ms)
	    || !read_query_time(ctx, req, res, "to", &out->to_ms)
	    || !read_query_word(ctx, req, res, "order", orders, &order)
	    || !read_page(ctx, req, res, &page))
		return false;
	out->status = status < 0 ? NULL : performance_statuses[status];
	out->last_first = order == 1;
	out->has_after = page.has_cursor;
	out->after_ms = page.after_key;
	out->after_id = page.after_id;
	out->limit = page.limit;
	if (page.after_key >= 0 && page.after_key <= CLOCK_MS_MAX)
		return true;
	(void)problem_field(res, "cursor", "This is no cursor of ours.");
	return false;
}

int
api_admin_performance_list(struct ctx *ctx, const struct req *req,
    struct res *res)
{
	struct entry_days filter;
	struct entry_list list;
	int r;

	if (!read_days(ctx, req, res, &filter))
		return 0;
	r = entry_performances(ctx, &filter, &list);
	return r != 0 ? r : entry_answer_items(ctx, res, &list, list.last_ms);
}

/* ---- one ---- */

int
api_admin_performance_get(struct ctx *ctx, const struct req *req,
    struct res *res)
{
	return entry_answer_get(ctx, req, res, &performances);
}

int
api_admin_performance_make(struct ctx *ctx, const struct req *req,
    struct res *res)
{
	return entry_answer_make(ctx, req, res, &performances);
}

int
api_admin_performance_change(struct ctx *ctx, const struct req *req,
    struct res *res)
{
	return entry_answer_change(ctx, req, res, &performances);
}

int
api_admin_performance_delete(struct ctx *ctx, const struct req *req,
    struct res *res)
{
	return entry_answer_delete(ctx, req, res, &performances);
}

/* ---- schedules ---- */

/* Ids of what a dry run would make are nobody's. */
static int
answer_schedule(struct ctx *ctx, struct res *res, bool dry,
    const struct catalog_result *result)
{
	const struct load_change *c = dry ? NULL : result->report.changes;
	struct jw w;

	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	jw_int(&w, "performances", result->report.performances.n_new);
	jw_array(&w, "performance_ids");
	for (; c != NULL; c = c->next)
		jw_int(&w, NULL, c->id);
	jw_end_array(&w);
	view_notes(&w, &result->report);
	jw_end_object(&w);
	return res_json(res, dry ? 200 : 201, &w);
}

int
api_admin_schedule_make(struct ctx *ctx, const struct req *req, struct res *res)
{
	const struct load_which which = { .id = LOAD_NEW };
	struct load_performance schedule = { .which = which };
	struct catalog_result result;
	struct catalog_ask ask;
	struct reader rd;
	struct node node;
	int r;

	if (!entry_read_ask(ctx, req, res, &ask)
	    || !entry_read_body(ctx, req, res, NULL, &rd, &node))
		return 0;
	load_file_schedule(&rd, node, &schedule);
	if (rd.failed)
		return entry_refuse_input(ctx, res, &rd.error);
	r = catalog_performances(ctx, &ask, &schedule, &result);
	if (r == CATALOG_OK)
		return answer_schedule(ctx, res, ask.dry, &result);
	return entry_answer(ctx, res, &performances, &which, &ask, r, &result);
}

/* ---- capacity ---- */

static const struct field capacity_fields[] = {
	{ "capacity", FIELD_INT, 0, 0, CAPACITY_MAX,
	    offsetof(struct capacity_ask, capacity), 0 },
	{ 0 },
};

static int
refuse_below(struct ctx *ctx, struct res *res, int64_t least)
{
	struct jw extra;

	jw_init(&extra, &ctx->arena);
	jw_object(&extra, NULL);
	jw_int(&extra, "least", least);
	jw_end_object(&extra);
	return problem_with(res, "in-use",
	    "So many places are sold or promised.", &extra);
}

static int
answer_capacity(struct ctx *ctx, struct res *res,
    const struct capacity_ask *ask, const struct capacity_result *result)
{
	struct entry entry;
	struct jw w;
	int r = entry_get(ctx, ENTRY_PERFORMANCE, ask->performance, &entry);

	if (r < 0)
		return r;
	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	jw_int(&w, "performance_id", ask->performance);
	jw_int(&w, "section_id", ask->section_no);
	jw_int(&w, "capacity", ask->capacity);
	jw_int(&w, "was", result->was);
	jw_end_object(&w);
	if (!ask->dry)
		res_header(res, "ETag", view_version(ctx, entry.version));
	return res_json(res, 200, &w);
}

int
api_admin_capacity(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct capacity_result result = { 0 };
	struct capacity_ask capacity;
	struct load_which which;
	struct catalog_ask ask;
	struct entry entry;
	int r = 0;

	if (!entry_read_ask(ctx, req, res, &ask)
	    || !entry_find(ctx, req, res, &performances, &entry, &which, &r))
		return r;
	capacity = (struct capacity_ask){ .performance = which.id,
		.version = which.version,
		.dry = ask.dry,
		.by = ask.by };
	if (!read_id(req, res, 1, &capacity.section_no)
	    || !read_body(ctx, req, res, capacity_fields, &capacity))
		return 0;
	r = capacity.section_no > INT16_MAX
	    ? CAPACITY_E_NONE
	    : capacity_set(ctx, &capacity, &result);
	switch (r) {
	case CAPACITY_OK:
		return answer_capacity(ctx, res, &capacity, &result);
	case CAPACITY_E_NONE:
		return problem(res, "not-found", NULL);
	case CAPACITY_E_BELOW:
		return refuse_below(ctx, res, result.least);
	case CAPACITY_E_REASON:
		return problem_field(res, "reason", "This is no reason.");
	case CAPACITY_E_STALE:
		return entry_answer(ctx, res, &performances, &which, &ask,
		    CATALOG_E_STALE, NULL);
	}
	return r;
}
