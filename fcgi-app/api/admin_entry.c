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
	out->after_id = page.after_id;
	out->limit = page.limit;
	return true;
}

static const struct problem_row problems[] = {
	{ ENTRY_E_NONE, "not-found", NULL },
	{ 0 },
};

bool
entry_find_named(struct ctx *ctx, const struct req *req, struct res *res,
    enum entry_kind kind, struct entry *out, int *r)
{
	int64_t id;

	*r = 0;
	if (!read_id(req, res, 0, &id))
		return false;
	*r = entry_get(ctx, kind, id, out);
	if (*r == ENTRY_OK)
		return true;
	*r = problem_from(res, problems, *r);
	return false;
}

/* What a list or a new thing is in; 0: nothing. */
static bool
find_parent(struct ctx *ctx, const struct req *req, struct res *res,
    const struct entry_routes *routes, int64_t *id, int *r)
{
	struct entry parent;

	*id = 0;
	*r = 0;
	if (!routes->has_parent)
		return true;
	if (!entry_find_named(ctx, req, res, routes->parent, &parent, r))
		return false;
	*id = parent.id;
	return true;
}

/* A thing, and what a write of it does; report NULL: nothing was written. */
static void
write_entry(struct jw *w, const struct entry *entry,
    const struct load_report *report)
{
	jw_object(w, NULL);
	view_entry(w, entry);
	if (report != NULL)
		view_notes(w, report);
	jw_end_object(w);
}

int
entry_answer_items(struct ctx *ctx, struct res *res,
    const struct entry_list *list, int64_t after_key)
{
	struct jw w;

	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < list->n; i++)
		write_entry(&w, &list->items[i], NULL);
	jw_end_array(&w);
	page_write_next(&w, list->more, after_key,
	    list->n > 0 ? list->items[list->n - 1].id : 0);
	jw_end_object(&w);
	return res_json(res, 200, &w);
}

int
entry_answer_list(struct ctx *ctx, const struct req *req, struct res *res,
    const struct entry_routes *routes)
{
	struct entry_filter filter = { .parent = 0 };
	struct entry_list list;
	int r = 0;

	if (!read_filter(ctx, req, res, routes, &filter)
	    || !find_parent(ctx, req, res, routes, &filter.parent, &r))
		return r;
	r = entry_list(ctx, routes->kind, &filter, &list);
	return r != 0 ? r
		      : entry_answer_items(ctx, res, &list,
			  list.n > 0 ? list.items[list.n - 1].id : 0);
}

int
entry_answer_get(struct ctx *ctx, const struct req *req, struct res *res,
    const struct entry_routes *routes)
{
	struct entry entry;
	struct jw w;
	int r = 0;

	if (!read_query_only(req, res, NULL)
	    || !entry_find_named(ctx, req, res, routes->kind, &entry, &r))
		return r;
	jw_init(&w, &ctx->arena);
	write_entry(&w, &entry, NULL);
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
	if (!entry_find_named(ctx, req, res, routes->kind, out, r))
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

	if (error->no_json)
		return problem(res, "malformed-json",
		    arena_printf(&ctx->arena, "%s: %s", error->at,
			error->text));
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
	write_entry(&w, entry, &result->report);
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
		/* A plan may be a revision that was there before. */
		return answer_done(ctx, res, routes,
		    which->id == LOAD_NEW && result->report.changes != NULL,
		    ask->dry, result);
	case CATALOG_E_REFUSED:
		return entry_refuse_input(ctx, res, &result->error);
	case CATALOG_E_MOVE:
		return problem(res, "no-such-move", result->error.text);
	case CATALOG_E_REASON:
		return problem_field(res, "reason", "This is no reason.");
	case CATALOG_E_USED:
		return problem(res, "in-use",
		    routes->used != NULL ? routes->used : result->error.text);
	case CATALOG_E_NONE:
	case CATALOG_E_STALE:
		return look_again(ctx, res, routes, which->id);
	}
	return r;
}

/* ---- the methods that write ---- */

int
entry_unread(const struct reader *rd, struct catalog_result *out)
{
	out->error = rd->error;
	return CATALOG_E_REFUSED;
}

/* base: the thing as it is; NULL: a new one in parent. */
static int
write_body(struct ctx *ctx, const struct req *req, struct res *res,
    const struct entry_routes *routes, const struct catalog_ask *ask,
    const struct load_which *which, const struct entry *base, int64_t parent)
{
	struct catalog_result result;
	struct reader rd;
	struct node node;
	int r;

	if (!entry_read_body(ctx, req, res, base, &rd, &node))
		return 0;
	r = routes->write(ctx, &rd, node, ask, which, parent, &result);
	return entry_answer(ctx, res, routes, which, ask, r, &result);
}

int
entry_answer_make(struct ctx *ctx, const struct req *req, struct res *res,
    const struct entry_routes *routes)
{
	const struct load_which which = { .id = LOAD_NEW };
	struct catalog_ask ask;
	int64_t parent;
	int r = 0;

	if (!entry_read_ask(ctx, req, res, &ask)
	    || !find_parent(ctx, req, res, routes, &parent, &r))
		return r;
	return write_body(ctx, req, res, routes, &ask, &which, NULL, parent);
}

int
entry_answer_change(struct ctx *ctx, const struct req *req, struct res *res,
    const struct entry_routes *routes)
{
	struct load_which which;
	struct catalog_ask ask;
	struct entry entry;
	int r = 0;

	if (!entry_read_ask(ctx, req, res, &ask)
	    || !entry_find(ctx, req, res, routes, &entry, &which, &r))
		return r;
	return write_body(ctx, req, res, routes, &ask, &which, &entry, 0);
}

/* What would go. */
static int
answer_would_go(struct ctx *ctx, struct res *res, const struct entry *entry,
    const struct catalog_result *result)
{
	struct jw w;

	jw_init(&w, &ctx->arena);
	write_entry(&w, entry, &result->report);
	return res_json(res, 200, &w);
}

int
entry_answer_delete(struct ctx *ctx, const struct req *req, struct res *res,
    const struct entry_routes *routes)
{
	struct catalog_result result;
	struct load_which which;
	struct catalog_ask ask;
	struct entry entry;
	int r = 0;

	if (!entry_read_ask(ctx, req, res, &ask)
	    || !entry_find(ctx, req, res, routes, &entry, &which, &r))
		return r;
	r = catalog_delete(ctx, &ask, routes->kind, &which, &result);
	if (r != CATALOG_OK)
		return entry_answer(ctx, res, routes, &which, &ask, r, &result);
	return ask.dry ? answer_would_go(ctx, res, &entry, &result)
		       : res_no_content(res);
}
