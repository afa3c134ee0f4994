/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/admin_alarm - handlers for what only a person can decide
 *
 * Layer: fcgi-app/api.  Uses: http, admin.
 */
#include "fcgi-app/api/api.h"

#include "admin/alarm.h"
#include "fcgi-app/api/read.h"
#include "fcgi-app/api/view_admin.h"
#include "http/problem.h"

int
api_admin_alarm_list(struct ctx *ctx, const struct req *req, struct res *res)
{
	static const char *const names[] = { "open", "limit", "cursor", NULL };
	static const char *const yes_no[] = { "false", "true", NULL };
	struct search_hit *hits;
	struct page page;
	struct jw w;
	int open = 1;
	bool more;
	size_t n;
	int r;

	if (!read_query_only(req, res, names)
	    || !read_query_word(ctx, req, res, "open", yes_no, &open)
	    || !read_page(ctx, req, res, &page))
		return 0;
	r = alarm_list(ctx, page.after_id, (size_t)page.limit, open == 1, &hits,
	    &n, &more);
	if (r != 0)
		return r;
	jw_init(&w, &ctx->arena);
	view_hits(&w, hits, n, more);
	return res_json(res, 200, &w);
}

struct reason_body {
	struct span reason;
};

static const struct field reason_fields[] = {
	{ "reason", FIELD_STRING, 0, 1, AUDIT_REASON_MAX,
	    offsetof(struct reason_body, reason), 0 },
	{ 0 },
};

static const struct problem_row problems[] = {
	{ ALARM_E_NONE, "not-found", NULL },
	{ 0 },
};

/* One that was acknowledged before is as it should be. */
int
api_admin_alarm_acknowledge(struct ctx *ctx, const struct req *req,
    struct res *res)
{
	struct reason_body body;
	struct audit_by by = { .user = req->buyer.id,
		.request_id = req->request_id };
	int64_t id;
	int r;

	if (!read_query_only(req, res, NULL) || !read_id(req, res, 0, &id)
	    || !read_body(ctx, req, res, reason_fields, &body))
		return 0;
	by.reason = body.reason;
	r = alarm_acknowledge(ctx, id, &by);
	if (r == ALARM_E_REASON)
		return problem_field(res, "reason", "This is no reason.");
	if (r != ALARM_OK && r != ALARM_E_BEFORE)
		return problem_from(res, problems, r);
	return res_no_content(res);
}
