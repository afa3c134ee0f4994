/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/admin_house - handlers for house seats and their codes
 *
 * Layer: fcgi-app/api.  Uses: http, admin.
 */
#include "fcgi-app/api/api.h"

#include "admin/house.h"
#include "fcgi-app/api/read.h"
#include "fcgi-app/api/view_seat.h"
#include "http/problem.h"

static const struct problem_row problems[] = {
	{ HOUSE_E_NONE, "not-found", NULL },
	{ HOUSE_E_USED, "in-use", "Seats are kept by this code." },
	{ 0 },
};

static void
write_code(struct jw *w, const struct house_code *code)
{
	jw_object(w, NULL);
	jw_span(w, "code", code->code);
	jw_span(w, "letter", code->letter);
	jw_span(w, "colour", code->colour);
	jw_span(w, "owner", code->owner);
	if (code->release_minutes >= 0)
		jw_int(w, "release_minutes", code->release_minutes);
	else
		jw_null(w, "release_minutes");
	jw_end_object(w);
}

int
api_admin_house_codes(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct house_code_list list;
	struct jw w;
	int r;

	if (!read_query_only(req, res, NULL))
		return 0;
	r = house_codes(ctx, &list);
	if (r != HOUSE_OK)
		return r;
	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < list.n; i++)
		write_code(&w, &list.items[i]);
	jw_end_array(&w);
	jw_end_object(&w);
	return res_json(res, 200, &w);
}

struct code_body {
	struct span letter, colour, owner, reason;
	int64_t release_minutes;
};

static const struct field code_fields[] = {
	{ "letter", FIELD_STRING, 0, 1, 1, offsetof(struct code_body, letter) },
	{ "colour", FIELD_STRING, 0, 7, 7, offsetof(struct code_body, colour) },
	{ "owner", FIELD_STRING, 0, 1, HOUSE_OWNER_MAX,
	    offsetof(struct code_body, owner) },
	{ "release_minutes", FIELD_INT, FIELD_OPTIONAL, 0, HOUSE_RELEASE_MAX,
	    offsetof(struct code_body, release_minutes) },
	{ "reason", FIELD_STRING, 0, 1, AUDIT_REASON_MAX,
	    offsetof(struct code_body, reason) },
	{ 0 },
};

static int
refuse(struct res *res, int r)
{
	switch (r) {
	case HOUSE_E_REASON:
		return problem_field(res, "reason", "This is no reason.");
	case HOUSE_E_FIELD:
		return problem_field(res, "code",
		    "A code has 1 to 32 of A-Z a-z 0-9 . _ -, a letter of A-Z "
		    "0-9 and a colour as #1f7a8c.");
	}
	return problem_from(res, problems, r);
}

int
api_admin_house_code_put(struct ctx *ctx, const struct req *req,
    struct res *res)
{
	const struct audit_by who = { .user = req->buyer.id,
		.request_id = req->request_id };
	struct code_body body = { .release_minutes = -1 };
	struct house_code code;
	struct audit_by by = who;
	struct jw w;
	int r;

	if (!read_query_only(req, res, NULL)
	    || !read_body(ctx, req, res, code_fields, &body))
		return 0;
	code = (struct house_code){ req->params[0], body.letter, body.colour,
		body.owner, body.release_minutes };
	by.reason = body.reason;
	r = house_code_put(ctx, &code, &by);
	if (r != HOUSE_OK)
		return refuse(res, r);
	jw_init(&w, &ctx->arena);
	write_code(&w, &code);
	return res_json(res, 200, &w);
}

int
api_admin_house_code_drop(struct ctx *ctx, const struct req *req,
    struct res *res)
{
	static const char *const names[] = { "reason", NULL };
	struct audit_by by = { .user = req->buyer.id,
		.request_id = req->request_id };
	int r;

	if (!read_query_only(req, res, names)
	    || !read_query(ctx, req, res, "reason", &by.reason))
		return 0;
	r = house_code_drop(ctx, req->params[0], &by);
	return r == HOUSE_OK ? res_no_content(res) : refuse(res, r);
}

int
api_admin_house_seats(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct house_group_list list;
	int64_t performance;
	struct jw w;
	int r;

	if (!read_query_only(req, res, NULL)
	    || !read_id(req, res, 0, &performance))
		return 0;
	r = house_seats(ctx, performance, &list);
	if (r != HOUSE_OK)
		return r;
	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < list.n; i++) {
		jw_object(&w, NULL);
		jw_span(&w, "code", list.items[i].code);
		view_ids(&w, "seat_ids", list.items[i].seats,
		    list.items[i].n_seats);
		jw_end_object(&w);
	}
	jw_end_array(&w);
	jw_end_object(&w);
	return res_json(res, 200, &w);
}
