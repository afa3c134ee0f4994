/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/admin_letter - handlers for messages that a consumer could not take
 *
 * Layer: fcgi-app/api.  Uses: http, message.
 */
#include "fcgi-app/api/api.h"

#include "fcgi-app/api/read.h"
#include "http/problem.h"
#include "message/dead_letter.h"

static const struct problem_row problems[] = {
	{ DEAD_LETTER_E_NONE, "not-found", NULL },
	{ 0 },
};

static void
view_letter_row(struct jw *w, const struct db_rows *rows, size_t i)
{
	jw_object(w, NULL);
	jw_int(w, "id", db_get_i64(rows, i, 0));
	jw_span(w, "consumer", db_cell(rows, i, 1));
	jw_span(w, "kind", db_cell(rows, i, 2));
	jw_span(w, "about", db_cell(rows, i, 3));
	jw_int(w, "attempts", db_get_i64(rows, i, 4));
	jw_span(w, "dead_at", db_cell(rows, i, 5));
	jw_span(w, "error", db_cell(rows, i, 6));
	jw_raw(w, "payload", db_cell(rows, i, 7));
	jw_end_object(w);
}

int
api_admin_letter_list(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct db_rows rows;
	struct page page;
	struct jw w;
	int64_t last;
	size_t n;
	int r;

	if (!read_page_only(ctx, req, res, &page))
		return 0;
	r = dead_letter_list(ctx, page.after_id, page.limit + 1, &rows);
	if (r != 0)
		return r;
	n = MIN(rows.n_rows, (size_t)page.limit);
	last = n > 0 ? db_get_i64(&rows, n - 1, 0) : 0;
	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < n; i++)
		view_letter_row(&w, &rows, i);
	jw_end_array(&w);
	page_write_next(&w, rows.n_rows > n, last, last);
	jw_end_object(&w);
	return res_json(res, 200, &w);
}

int
api_admin_letter_get(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct db_rows rows;
	struct jw w;
	int64_t id;
	int r;

	if (!read_query_only(req, res, NULL) || !read_id(req, res, 0, &id))
		return 0;
	r = dead_letter_find(ctx, id, &rows);
	if (r != 0)
		return r;
	if (rows.n_rows == 0)
		return problem(res, "not-found", NULL);
	jw_init(&w, &ctx->arena);
	view_letter_row(&w, &rows, 0);
	return res_json(res, 200, &w);
}

struct body {
	struct span reason;
};

static const struct field fields[] = {
	{ "reason", FIELD_STRING, 0, 1, AUDIT_REASON_MAX,
	    offsetof(struct body, reason) },
	{ 0 },
};

int
api_admin_letter_end(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct audit_by by = { .user = req->buyer.id,
		.request_id = req->request_id };
	bool retry = span_eq_str(req->params[1], "retry");
	struct span error = SPAN_NONE;
	struct body body;
	int64_t id;
	int r;

	if (!read_query_only(req, res, NULL) || !read_id(req, res, 0, &id))
		return 0;
	if (!retry && !span_eq_str(req->params[1], "drop"))
		return problem(res, "not-found", NULL);
	if (!read_body(ctx, req, res, fields, &body))
		return 0;
	by.reason = body.reason;
	r = retry ? dead_letter_retry(ctx, id, &by, &error)
		  : dead_letter_drop(ctx, id, &by);
	if (r == DEAD_LETTER_E_REASON)
		return problem_field(res, "reason", "This is no reason.");
	if (r == DEAD_LETTER_E_FAILED)
		return problem(res, "no-such-move",
		    arena_printf(&ctx->arena, "Refused again: %.*s",
			(int)error.len, error.p));
	return r == DEAD_LETTER_OK ? res_no_content(res)
				   : problem_from(res, problems, r);
}
