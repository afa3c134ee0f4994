/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/admin_seats - handler for withholding seats
 *
 * Layer: fcgi-app/api.  Uses: http, admin.
 */
#include "fcgi-app/api/api.h"

#include "admin/house.h"
#include "fcgi-app/api/read.h"
#include "fcgi-app/api/view_admin.h"
#include "fcgi-app/api/view_seat.h"
#include "http/problem.h"
#include "seat/seat_state.h"

static const struct problem_row problems[] = {
	{ WITHHOLD_E_NONE, "not-found", NULL },
	{ 0 },
};

struct move_body {
	struct json_ids seat_ids;
	struct span reason;
	struct span code;
};

static const struct field move_fields[] = {
	{ "seat_ids", FIELD_IDS, 0, 1, WITHHOLD_SEATS_MAX,
	    offsetof(struct move_body, seat_ids) },
	{ "reason", FIELD_STRING, 0, 1, AUDIT_REASON_MAX,
	    offsetof(struct move_body, reason) },
	{ "code", FIELD_STRING, FIELD_OPTIONAL, 1, HOUSE_CODE_MAX,
	    offsetof(struct move_body, code) },
	{ 0 },
};

static int
refuse(struct ctx *ctx, struct res *res, int r,
    const struct withhold_result *result)
{
	switch (r) {
	case WITHHOLD_E_TAKEN:
		return view_taken(ctx, res, &result->conflicts);
	case WITHHOLD_E_SEAT:
		return problem_field(res, "seat_ids",
		    "The hall has no such seat.");
	case WITHHOLD_E_CODE:
		return problem_field(res, "code", "There is no such code.");
	case WITHHOLD_E_REASON:
		return problem_field(res, "reason", "This is no reason.");
	}
	return problem_from(res, problems, r);
}

int
api_admin_seats(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct withhold_ask ask = { .verb = withhold_verb_find(req->params[1]),
		.by = { .user = req->buyer.id,
		    .request_id = req->request_id } };
	struct withhold_result result;
	struct move_body body = { .code = SPAN_NONE };
	struct jw w;
	int r;

	if (!read_query_only(req, res, NULL)
	    || !read_id(req, res, 0, &ask.performance))
		return 0;
	if (ask.verb == NULL)
		return problem(res, "not-found", NULL);
	if (!read_body(ctx, req, res, move_fields, &body))
		return 0;
	ask.seats = body.seat_ids.ids;
	ask.n_seats = body.seat_ids.n;
	ask.by.reason = body.reason;
	if (span_is(body.code) && ask.verb->to != SEAT_BLOCKED)
		return problem_field(res, "code",
		    "Only blocked seats have a code.");
	r = house_block(ctx, &ask, body.code, &result);
	if (r != WITHHOLD_OK)
		return refuse(ctx, res, r, &result);
	jw_init(&w, &ctx->arena);
	view_withhold_move(&w, &ask, &result);
	return res_json(res, 200, &w);
}
