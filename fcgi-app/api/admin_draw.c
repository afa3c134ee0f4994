/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/admin_draw - handler for drawing a lobby
 *
 * Layer: fcgi-app/api.  Uses: http, admin.
 */
#include "fcgi-app/api/api.h"

#include "admin/draw.h"
#include "fcgi-app/api/read.h"
#include "http/json.h"
#include "http/problem.h"

static const struct problem_row problems[] = {
	{ DRAW_E_NONE, "not-found", NULL },
	{ DRAW_E_OPEN, "no-such-move",
	    "The list of the lobby is not published yet." },
	{ DRAW_E_OTHER, "no-such-move",
	    "It was drawn before, with another beacon." },
	{ 0 },
};

struct body {
	struct span beacon, reason;
};

static const struct field fields[] = {
	{ "beacon", FIELD_STRING, FIELD_OPTIONAL, 1, DRAW_BEACON_MAX,
	    offsetof(struct body, beacon) },
	{ "reason", FIELD_STRING, 0, 1, AUDIT_REASON_MAX,
	    offsetof(struct body, reason) },
	{ 0 },
};

static int
refuse(struct res *res, int r)
{
	switch (r) {
	case DRAW_E_PROMISED:
		return problem_field(res, "beacon",
		    "A public value was promised.");
	case DRAW_E_UNASKED:
		return problem_field(res, "beacon",
		    "No public value was promised.");
	case DRAW_E_REASON:
		return problem_field(res, "reason", "This is no reason.");
	}
	return problem_from(res, problems, r);
}

int
api_admin_draw(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct draw_ask ask = { .by = { .user = req->buyer.id,
				    .request_id = req->request_id } };
	struct body body = { SPAN_NONE, SPAN_NONE };
	struct jw w;
	bool done;
	int r;

	if (!read_query_only(req, res, NULL)
	    || !read_id(req, res, 0, &ask.performance)
	    || !read_body(ctx, req, res, fields, &body))
		return 0;
	ask.beacon = body.beacon;
	ask.by.reason = body.reason;
	r = draw_now(ctx, &ask, &done);
	if (r != DRAW_OK)
		return refuse(res, r);
	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	jw_bool(&w, "changed", done);
	jw_end_object(&w);
	return res_json(res, 200, &w);
}
