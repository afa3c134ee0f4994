/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/client_log - handlers for what buyers' programs tell of their troubles
 *
 * Layer: fcgi-app/api.  Uses: http, admin.
 */
#include "admin/client_log.h"

#include "base/utf8.h"
#include "fcgi-app/api/api.h"
#include "fcgi-app/api/limited.h"
#include "fcgi-app/api/read.h"
#include "fcgi-app/api/view_admin.h"
#include "http/problem.h"

#define AGENT_MAX 300 /* bytes */
#define RELEASE_MAX 64
#define SAID_AT_MAX 40
#define SEARCH_MAX 200

/* ---- what comes in ---- */

struct entry_body {
	struct span level, message, said_at, release;
	const struct json *context;
};

static const struct field entry_fields[] = {
	{ "level", FIELD_STRING, 0, 1, 10, offsetof(struct entry_body, level) },
	{ "message", FIELD_TEXT, 0, 1, CLIENT_LOG_MESSAGE_MAX,
	    offsetof(struct entry_body, message) },
	{ "context", FIELD_OBJECT, FIELD_OPTIONAL, 0, 0,
	    offsetof(struct entry_body, context) },
	{ "at", FIELD_STRING, FIELD_OPTIONAL, 1, SAID_AT_MAX,
	    offsetof(struct entry_body, said_at) },
	{ "release", FIELD_STRING, FIELD_OPTIONAL, 1, RELEASE_MAX,
	    offsetof(struct entry_body, release) },
	{ 0 },
};

static int
level_of(struct span word)
{
	for (int i = 0; client_log_levels[i] != NULL; i++)
		if (span_eq_str(word, client_log_levels[i]))
			return i;
	return -1;
}

static bool
read_entry(struct ctx *ctx, struct res *res, const struct json *json,
    struct client_log_entry *out)
{
	struct entry_body body = { 0 };
	struct jw w;
	int level;

	if (!read_object(ctx, res, json, entry_fields, &body))
		return false;
	level = level_of(body.level);
	if (level < 0)
		return problem_field(res, "level",
			   "This is one of error, warn, info, debug.")
		    != 0;
	*out = (struct client_log_entry){
		.level = (enum client_log_level)level,
		.message = body.message,
		.said_at = body.said_at,
		.release = body.release,
	};
	if (body.context == NULL)
		return true;
	jw_init(&w, &ctx->arena);
	jw_value(&w, NULL, body.context);
	out->context = jw_text(&w);
	if (out->context.len <= CLIENT_LOG_CONTEXT_MAX)
		return true;
	return problem_field(res, "context", "This is more than 4000 bytes.")
	    != 0;
}

/* The entries of the body. */
static bool
read_entries(struct ctx *ctx, const struct req *req, struct res *res,
    struct client_log_entry **out, size_t *n)
{
	struct json *json;

	if (!read_json(ctx, req, res, &json))
		return false;
	if (json->type != JSON_ARRAY || json->n < 1
	    || json->n > CLIENT_LOG_ENTRIES_MAX)
		return problem(res, "bad-request",
			   "The body is an array of 1 to 50 entries.")
		    != 0;
	*n = json->n;
	*out = ARENA_ARRAY(&ctx->arena, json->n, struct client_log_entry);
	for (size_t i = 0; i < json->n; i++)
		if (!read_entry(ctx, res, &json->items[i], &(*out)[i]))
			return false;
	return true;
}

static struct span
agent_of(const struct req *req)
{
	if (!span_is(req->user_agent) || !utf8_valid(req->user_agent))
		return SPAN_NONE;
	return utf8_cut(req->user_agent, AGENT_MAX);
}

int
api_client_log_add(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct client_log_entry who = { .agent = agent_of(req),
		.user = req->buyer.id };
	struct client_log_entry *entries = NULL;
	struct limit_told told;
	struct jw w;
	size_t n = 0;
	int r;

	if (!read_query_only(req, res, NULL)
	    || !read_entries(ctx, req, res, &entries, &n))
		return 0;
	r = client_log_add(ctx, entries, n, &who, req->remote_addr, &told);
	if (r == CLIENT_LOG_E_MANY)
		return limited_refuse(ctx, res, &told);
	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	jw_int(&w, "kept", r == CLIENT_LOG_OK ? (int64_t)n : 0);
	jw_end_object(&w);
	return res_json(res, 202, &w);
}

/* ---- what operators read ---- */

static bool
read_filter(struct ctx *ctx, const struct req *req, struct res *res,
    struct client_log_filter *out)
{
	static const char *const names[] = { "limit", "cursor", "level",
		"user_id", "release", "q", NULL };
	struct page page;

	*out = (struct client_log_filter){ .level_max = -1 };
	if (!read_query_only(req, res, names)
	    || !read_page(ctx, req, res, &page)
	    || !read_query_word(ctx, req, res, "level", client_log_levels,
		&out->level_max)
	    || !read_query_id(ctx, req, res, "user_id", &out->user)
	    || !read_query(ctx, req, res, "release", &out->release)
	    || !read_query(ctx, req, res, "q", &out->text))
		return false;
	out->before_id = page.after_id;
	out->limit = (size_t)page.limit;
	if (out->text.len <= SEARCH_MAX)
		return true;
	return problem_field(res, "q", "This is too long.") != 0;
}

int
api_admin_client_logs(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct client_log_filter filter;
	struct client_log_entry *list;
	struct jw w;
	int64_t last;
	bool more;
	size_t n;
	int r;

	if (!read_filter(ctx, req, res, &filter))
		return 0;
	r = client_log_list(ctx, &filter, &list, &n, &more);
	if (r != 0)
		return r;
	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < n; i++)
		view_client_log(&w, &list[i]);
	jw_end_array(&w);
	last = n > 0 ? list[n - 1].id : 0;
	page_write_next(&w, more, last, last);
	jw_end_object(&w);
	return res_json(res, 200, &w);
}
