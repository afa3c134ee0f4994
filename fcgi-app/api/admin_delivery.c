/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/admin_delivery - handlers for what webhooks were told
 *
 * Layer: fcgi-app/api.  Uses: http, webhook.
 */
#include "fcgi-app/api/api.h"

#include "fcgi-app/api/read.h"
#include "http/problem.h"
#include "webhook/delivery.h"

static const struct problem_row problems[] = {
	{ DELIVERY_E_NONE, "not-found", NULL },
	{ DELIVERY_E_WAITING, "no-such-move", "It is on its way." },
	{ DELIVERY_E_DISABLED, "no-such-move", "Its webhook is disabled." },
	{ 0 },
};

static bool
is_number(int column)
{
	return column == DELIVERY_ID || column == DELIVERY_WEBHOOK
	    || column == DELIVERY_TRIES || column == DELIVERY_LAST;
}

/* Its members, without what was said. */
static void
write_members(struct jw *w, const struct db_rows *rows, size_t i)
{
	for (int c = 0; c < DELIVERY_BODY; c++)
		if (is_number(c) && !db_is_null(rows, i, (size_t)c))
			jw_int(w, delivery_columns[c],
			    db_get_i64(rows, i, (size_t)c));
		else
			jw_span(w, delivery_columns[c],
			    db_cell(rows, i, (size_t)c));
}

int
api_admin_delivery_list(struct ctx *ctx, const struct req *req, struct res *res)
{
	static const char *const names[] = { "status", "limit", "cursor",
		NULL };
	int64_t webhook, last;
	struct db_rows rows;
	int r, status = -1;
	struct page page;
	struct jw w;
	size_t n;

	if (!read_query_only(req, res, names) || !read_id(req, res, 0, &webhook)
	    || !read_query_word(ctx, req, res, "status", delivery_words,
		&status)
	    || !read_page(ctx, req, res, &page))
		return 0;
	r = delivery_list(ctx, webhook, status, page.after_id, page.limit + 1,
	    &rows);
	if (r != DELIVERY_OK)
		return r;
	n = MIN(rows.n_rows, (size_t)page.limit);
	last = n > 0 ? db_get_i64(&rows, n - 1, DELIVERY_ID) : 0;
	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < n; i++) {
		jw_object(&w, NULL);
		write_members(&w, &rows, i);
		jw_end_object(&w);
	}
	jw_end_array(&w);
	page_write_next(&w, rows.n_rows > n, last, last);
	jw_end_object(&w);
	return res_json(res, 200, &w);
}

int
api_admin_delivery_get(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct db_rows row, tries;
	struct jw w;
	int64_t id;
	int r;

	if (!read_query_only(req, res, NULL) || !read_id(req, res, 0, &id))
		return 0;
	r = delivery_find(ctx, id, &row, &tries);
	if (r != DELIVERY_OK)
		return problem_from(res, problems, r);
	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	write_members(&w, &row, 0);
	jw_raw(&w, "body", db_cell(&row, 0, DELIVERY_BODY));
	jw_array(&w, "attempts");
	for (size_t i = 0; i < tries.n_rows; i++) {
		jw_object(&w, NULL);
		jw_span(&w, "at", db_cell(&tries, i, 0));
		jw_int(&w, "status", db_get_i64(&tries, i, 1));
		jw_int(&w, "ms", db_get_i64(&tries, i, 2));
		jw_span(&w, "error", db_cell(&tries, i, 3));
		jw_end_object(&w);
	}
	jw_end_array(&w);
	jw_end_object(&w);
	return res_json(res, 200, &w);
}

struct body {
	struct span reason;
};

static const struct field fields[] = {
	{ "reason", FIELD_STRING, 0, 1, AUDIT_REASON_MAX,
	    offsetof(struct body, reason), 0 },
	{ 0 },
};

int
api_admin_delivery_replay(struct ctx *ctx, const struct req *req,
    struct res *res)
{
	struct audit_by by = { .user = req->buyer.id,
		.request_id = req->request_id };
	struct body body;
	int64_t id;
	int r;

	if (!read_query_only(req, res, NULL) || !read_id(req, res, 0, &id)
	    || !read_body(ctx, req, res, fields, &body))
		return 0;
	by.reason = body.reason;
	r = delivery_replay(ctx, id, &by);
	if (r == DELIVERY_E_REASON)
		return problem_field(res, "reason", "This is no reason.");
	return r == DELIVERY_OK ? res_no_content(res)
				: problem_from(res, problems, r);
}
