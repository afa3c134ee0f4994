/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * admin_entry - what the routes of all things in the catalog have in common
 *
 * Layer: fcgi-app/api.  Uses: http, reader, admin.
 */
#include "fcgi-app/api/admin_entry.h"

#include "base/utf8.h"
#include "fcgi-app/api/view_admin.h"
#include "http/problem.h"

#include <inttypes.h>

static const char *const yes_no[] = { "false", "true", NULL };
static const char *const orders[] = { "id", "-id", NULL };

/* ---- reading ---- */

/* One of words, or NULL where the list has no such filter or nobody asks. */
static bool
read_word(struct ctx *ctx, const struct req *req, struct res *res, bool has,
    const char *name, const char *const *words, const char **out)
{
	int i = -1;

	*out = NULL;
	if (!has)
		return true;
	if (!read_query_word(ctx, req, res, name, words, &i))
		return false;
	*out = i < 0 ? NULL : words[i];
	return true;
}

static bool
read_search(struct ctx *ctx, const struct req *req, struct res *res,
    struct span *out)
{
	if (!read_query(ctx, req, res, "q", out))
		return false;
	if (out->len == 0
	    || (utf8_count(*out) <= ENTRY_QUERY_MAX && !utf8_has_control(*out)))
		return true;
	(void)problem_field(res, "q",
	    "At most 100 characters, no control characters.");
	return false;
}

static bool
read_filter(struct ctx *ctx, const struct req *req, struct res *res,
    const struct entry_routes *routes, struct entry_filter *out)
{
	const char *names[] = { "q", "order", "limit", "cursor", NULL, NULL,
		NULL };
	size_t n = 4;
	struct page page;
	int order = 0;

	if (routes->has_kind)
		names[n++] = "kind";
	if (routes->has_status)
		names[n++] = "status";
	if (!read_query_only(req, res, names)
	    || !read_word(ctx, req, res, routes->has_kind, "kind", show_kinds,
		&out->kind)
	    || !read_word(ctx, req, res, routes->has_status, "status",
		show_statuses, &out->status)
	    || !read_query_word(ctx, req, res, "order", orders, &order)
	    || !read_search(ctx, req, res, &out->q)
	    || !read_page(ctx, req, res, &page))
		return false;
	out->newest_first = order == 1;
	out->after_id = page.has_cursor ? page.after_id : 0;
	out->limit = page.limit;
	return true;
}

int
entry_answer_list(struct ctx *ctx, const struct req *req, struct res *res,
    const struct entry_routes *routes, int64_t parent)
{
	struct entry_filter filter = { .parent = parent };
	struct entry_list list;
	struct jw w;
	int64_t last;
	int r;

	if (!read_filter(ctx, req, res, routes, &filter))
		return 0;
	r = entry_list(ctx, routes->kind, &filter, &list);
	if (r != 0)
		return r;
	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < list.n; i++) {
		jw_object(&w, NULL);
		view_entry(&w, &list.items[i]);
		jw_end_object(&w);
	}
	jw_end_array(&w);
	last = list.n > 0 ? list.items[list.n - 1].id : 0;
	page_write_next(&w, list.more, last, last);
	jw_end_object(&w);
	return res_json(res, 200, &w);
}

static const struct problem_row problems[] = {
	{ ENTRY_E_NONE, "not-found", NULL },
	{ 0 },
};

/* The thing of the path. */
static bool
find(struct ctx *ctx, const struct req *req, struct res *res,
    const struct entry_routes *routes, struct entry *out, int *r)
{
	int64_t id;

	*r = 0;
	if (!read_id(req, res, routes->id_param, &id))
		return false;
	*r = entry_get(ctx, routes->kind, id, out);
	if (*r == ENTRY_OK)
		return true;
	*r = problem_from(res, problems, *r);
	return false;
}

int
entry_answer_get(struct ctx *ctx, const struct req *req, struct res *res,
    const struct entry_routes *routes)
{
	struct entry entry;
	struct jw w;
	int r;

	if (!read_query_only(req, res, NULL)
	    || !find(ctx, req, res, routes, &entry, &r))
		return r;
	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	view_entry(&w, &entry);
	jw_end_object(&w);
	return view_tagged(req, res, view_version(ctx, entry.version), &w);
}

/* ---- what a write is asked ---- */

bool
entry_read_ask(struct ctx *ctx, const struct req *req, struct res *res,
    struct catalog_ask *out)
{
	static const char *const names[] = { "dry_run", "reason", NULL };
	int dry = 0;

	*out = (struct catalog_ask){ .by = { .user = req->buyer.id,
					 .request_id = req->request_id } };
	if (!read_query_only(req, res, names)
	    || !read_query_word(ctx, req, res, "dry_run", yes_no, &dry)
	    || !read_query(ctx, req, res, "reason", &out->by.reason))
		return false;
	out->dry = dry == 1;
	return true;
}

static int
refuse_stale(struct ctx *ctx, struct res *res, const struct entry *entry)
{
	struct jw extra;

	jw_init(&extra, &ctx->arena);
	jw_object(&extra, NULL);
	view_changed(&extra, entry->changed_by, entry->changed_ms);
	jw_end_object(&extra);
	return problem_with(res, "precondition-failed",
	    "It was changed since. Look again.", &extra);
}

bool
entry_find(struct ctx *ctx, const struct req *req, struct res *res,
    const struct entry_routes *routes, struct entry *out,
    struct load_which *which, int *r)
{
	if (!find(ctx, req, res, routes, out, r))
		return false;
	*which = (struct load_which){ out->id, out->version };
	if (req_if_match(req, view_version(ctx, out->version)))
		return true;
	*r = refuse_stale(ctx, res, out);
	return false;
}

bool
entry_read_body(struct ctx *ctx, const struct req *req, struct res *res,
    const struct entry *base, struct reader *rd, struct node *node)
{
	struct json *said, *was;

	if (!read_json(ctx, req, res, &said))
		return false;
	*rd = (struct reader){ .arena = &ctx->arena };
	*node = (struct node){ said, "" };
	/* What a view made can be read. */
	if (base != NULL && said->type == JSON_OBJECT
	    && json_parse(&ctx->arena, base->members, &was) == JSON_OK)
		node->json = json_merge(&ctx->arena, was, said);
	return true;
}

/* ---- what it is answered ---- */

int
entry_refuse_input(struct ctx *ctx, struct res *res,
    const struct load_error *error)
{
	struct jw extra;

	if (error->at[0] == '\0')
		return problem(res, "bad-request", error->text);
	if (!error->unknown)
		return problem_field(res, error->at, error->text);
	jw_init(&extra, &ctx->arena);
	jw_object(&extra, NULL);
	jw_str(&extra, "field", error->at);
	jw_end_object(&extra);
	return problem_with(res, "unknown-field", error->text, &extra);
}

/* Another operator was faster, between the look and the write. */
static int
look_again(struct ctx *ctx, struct res *res, const struct entry_routes *routes,
    int64_t id)
{
	struct entry entry;
	int r = entry_get(ctx, routes->kind, id, &entry);

	return r == ENTRY_OK ? refuse_stale(ctx, res, &entry)
			     : problem_from(res, problems, r);
}

static int
answer_done(struct ctx *ctx, struct res *res, const struct entry_routes *routes,
    bool is_new, bool dry, const struct catalog_result *result)
{
	const struct entry *entry = &result->entry;
	struct jw w;

	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	view_entry(&w, entry);
	view_notes(&w, &result->report);
	jw_end_object(&w);
	if (dry)
		return res_json(res, 200, &w);
	res_header(res, "ETag", view_version(ctx, entry->version));
	if (is_new)
		res_header(res, "Location",
		    span_str(arena_printf(&ctx->arena, "%s%s/%" PRId64,
			ctx->set.base_path, routes->path, entry->id)));
	return res_json(res, is_new ? 201 : 200, &w);
}

int
entry_answer(struct ctx *ctx, struct res *res,
    const struct entry_routes *routes, const struct load_which *which,
    const struct catalog_ask *ask, int r, const struct catalog_result *result)
{
	switch (r) {
	case CATALOG_OK:
		return answer_done(ctx, res, routes, which->id == LOAD_NEW,
		    ask->dry, result);
	case CATALOG_E_REFUSED:
		return entry_refuse_input(ctx, res, &result->error);
	case CATALOG_E_REASON:
		return problem_field(res, "reason", "This is no reason.");
	case CATALOG_E_NONE:
	case CATALOG_E_STALE:
		return look_again(ctx, res, routes, which->id);
	}
	return r;
}
