/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/admin_note - handler for what operators write down about a reservation
 *
 * Layer: fcgi-app/api.  Uses: http, admin.
 */
#include "fcgi-app/api/api.h"

#include "admin/note.h"
#include "fcgi-app/api/read.h"
#include "http/problem.h"

static const struct problem_row problems[] = {
	{ NOTE_E_NONE, "not-found", NULL },
	{ NOTE_E_MANY, "no-such-move", "It has too many notes already." },
	{ 0 },
};

struct note_body {
	struct span note;
};

static const struct field fields[] = {
	{ "note", FIELD_STRING, 0, 1, AUDIT_REASON_MAX,
	    offsetof(struct note_body, note) },
	{ 0 },
};

int
api_admin_reservation_note(struct ctx *ctx, const struct req *req,
    struct res *res)
{
	struct audit_by by = { .user = req->buyer.id,
		.request_id = req->request_id };
	struct note_body body;
	struct jw w;
	int64_t id;
	int r;

	if (!read_query_only(req, res, NULL)
	    || !read_body(ctx, req, res, fields, &body))
		return 0;
	by.reason = body.note;
	r = note_add(ctx, req->params[0], &by, &id);
	if (r == NOTE_E_TEXT)
		return problem_field(res, "note", "This is no note.");
	if (r != NOTE_OK)
		return problem_from(res, problems, r);
	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	jw_int(&w, "id", id);
	jw_span(&w, "note", body.note);
	jw_end_object(&w);
	return res_json(res, 201, &w);
}
