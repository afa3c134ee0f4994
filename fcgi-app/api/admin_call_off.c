/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/admin_call_off - handler for calling a performance off
 *
 * Layer: fcgi-app/api.  Uses: http, admin.
 */
#include "fcgi-app/api/api.h"

#include "admin/call_off.h"
#include "fcgi-app/api/read.h"
#include "http/problem.h"

static const struct problem_row problems[] = {
	{ CALL_OFF_E_NONE, "not-found", NULL },
	{ 0 },
};

struct call_off_body {
	struct span reason;
};

static const struct field call_off_fields[] = {
	{ "reason", FIELD_STRING, 0, 1, AUDIT_REASON_MAX,
	    offsetof(struct call_off_body, reason) },
	{ 0 },
};

int
api_admin_call_off(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct audit_by by = { .user = req->buyer.id,
		.request_id = req->request_id };
	struct call_off_result result;
	struct call_off_body body;
	int64_t performance;
	struct jw w;
	int r;

	if (!read_query_only(req, res, NULL)
	    || !read_id(req, res, 0, &performance)
	    || !read_body(ctx, req, res, call_off_fields, &body))
		return 0;
	by.reason = body.reason;
	r = call_off(ctx, performance, &by, &result);
	if (r == CALL_OFF_E_REASON)
		return problem_field(res, "reason", "This is no reason.");
	if (r != CALL_OFF_OK)
		return problem_from(res, problems, r);
	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	jw_int(&w, "performance_id", performance);
	jw_bool(&w, "changed", result.changed);
	jw_int(&w, "left", result.n_left);
	jw_end_object(&w);
	return res_json(res, result.n_left > 0 ? 202 : 200, &w);
}
