/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * read - wire values to domain values
 *
 * What every handler would otherwise repeat: parse, check against the table
 * of fields, and say which field was wrong.
 *
 * Layer: fcgi-app/api.  Uses: http, store.
 */
#include "fcgi-app/api/read.h"

#include "base/clock.h"
#include "http/problem.h"

/* A problem was put into res: what the callers return. */
static bool
refused(int always_zero)
{
	return always_zero != 0;
}

static int
name_unknown_field(struct ctx *ctx, struct res *res, const char *name)
{
	struct jw extra;

	jw_init(&extra, &ctx->arena);
	jw_object(&extra, NULL);
	jw_str(&extra, "field", name);
	jw_end_object(&extra);
	return problem_with(res, "unknown-field",
	    "This request has no such field.", &extra);
}

bool
read_json(struct ctx *ctx, const struct req *req, struct res *res,
    struct json **out)
{
	switch (json_parse(&ctx->arena, req->body, out)) {
	case JSON_OK:
		return true;
	case JSON_E_UTF8:
		return refused(problem(res, "bad-utf8", NULL));
	default:
		return refused(problem(res, "malformed-json", NULL));
	}
}

bool
read_object(struct ctx *ctx, struct res *res, const struct json *object,
    const struct field *fields, void *out)
{
	const char *name = "", *why = NULL;

	switch (json_fields(&ctx->arena, object, fields, out, &name, &why)) {
	case FIELDS_OK:
		return true;
	case FIELDS_E_NOT_OBJECT:
		return refused(problem(res, "bad-request",
		    "The body must be a JSON object."));
	case FIELDS_E_UNKNOWN:
		return refused(name_unknown_field(ctx, res, name));
	case FIELDS_E_MISSING:
		return refused(
		    problem_field(res, name, "This field is missing."));
	default:
		return refused(problem_field(res, name, why));
	}
}

bool
read_body(struct ctx *ctx, const struct req *req, struct res *res,
    const struct field *fields, void *out)
{
	struct json *json = req->json;

	if (json == NULL && !read_json(ctx, req, res, &json))
		return false;
	return read_object(ctx, res, json, fields, out);
}

bool
read_id(const struct req *req, struct res *res, int n, int64_t *out)
{
	if (req_id(req, n, out))
		return true;
	return refused(problem(res, "not-found", NULL));
}

bool
read_query_only(const struct req *req, struct res *res,
    const char *const *names)
{
	static const char *const nothing[] = { NULL };

	if (req_query_only(req, names == NULL ? nothing : names))
		return true;
	return refused(problem(res, "unknown-field",
	    "The query names a parameter that does not belong here."));
}

bool
read_query(struct ctx *ctx, const struct req *req, struct res *res,
    const char *name, struct span *out)
{
	if (req_query(&ctx->arena, req, name, out) == 0)
		return true;
	return refused(problem(res, "bad-request",
	    "The query string is malformed or names a parameter twice."));
}

bool
read_query_id(struct ctx *ctx, const struct req *req, struct res *res,
    const char *name, int64_t *out)
{
	struct span text;
	int64_t id;

	if (!read_query(ctx, req, res, name, &text))
		return false;
	if (!span_is(text))
		return true;
	if (!span_to_i64(text, &id) || id < 1)
		return refused(problem_field(res, name, "This is no id."));
	*out = id;
	return true;
}

bool
read_query_word(struct ctx *ctx, const struct req *req, struct res *res,
    const char *name, const char *const *words, int *out)
{
	struct span text;

	if (!read_query(ctx, req, res, name, &text))
		return false;
	if (!span_is(text))
		return true;
	for (int i = 0; words[i] != NULL; i++)
		if (span_eq_str(text, words[i])) {
			*out = i;
			return true;
		}
	return refused(problem_field(res, name, "There is no such value."));
}

bool
read_query_date(struct ctx *ctx, const struct req *req, struct res *res,
    const char *name, struct span *out)
{
	if (!read_query(ctx, req, res, name, out))
		return false;
	if (!span_is(*out) || clock_is_date(*out))
		return true;
	return refused(problem_field(res, name,
	    "This must be a day of the calendar as in 2026-11-21."));
}

bool
read_time(struct res *res, const char *name, struct span text, int64_t *out)
{
	*out = -1;
	if (!span_is(text) || (clock_parse_rfc3339(text, out) && *out >= 0))
		return true;
	return refused(problem_field(res, name,
	    "This must be a time as in 2026-12-01T19:30:00+09:00."));
}

bool
read_query_time(struct ctx *ctx, const struct req *req, struct res *res,
    const char *name, int64_t *out)
{
	struct span text;

	return read_query(ctx, req, res, name, &text)
	    && read_time(res, name, text, out);
}

bool
read_page(struct ctx *ctx, const struct req *req, struct res *res,
    struct page *out)
{
	const char *field = "";

	if (page_read(&ctx->arena, req, out, &field) == 0)
		return true;
	return refused(problem_field(res, field,
	    "limit is 1..100; cursor is what next_cursor gave."));
}

bool
read_page_only(struct ctx *ctx, const struct req *req, struct res *res,
    struct page *out)
{
	static const char *const names[] = { "limit", "cursor", NULL };

	return read_query_only(req, res, names)
	    && read_page(ctx, req, res, out);
}
