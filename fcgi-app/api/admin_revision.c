/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/admin_revision - handlers for the seat plans of halls
 *
 * A plan goes in as a catalog file has it, and comes out so that it is the
 * same revision when it goes in again.
 *
 * Layer: fcgi-app/api.  Uses: http, reader, admin.
 */
#include "fcgi-app/api/api.h"

#include "base/crypto.h"
#include "catalog/plan_stored.h"
#include "fcgi-app/api/admin_entry.h"
#include "fcgi-app/api/view.h"
#include "http/problem.h"
#include "reader/load_file.h"

static int
write_revision(struct ctx *ctx, struct reader *rd, struct node node,
    const struct catalog_ask *ask, const struct load_which *which,
    int64_t parent, struct catalog_result *out)
{
	const struct plan_spec *plan = load_file_plan(rd, node);

	(void)which;
	return rd->failed ? entry_unread(rd, out)
			  : catalog_revision(ctx, ask, parent, plan, out);
}

static const struct entry_routes revisions = {
	.kind = ENTRY_REVISION,
	.path = "/api/v1/admin/revisions",
	.has_parent = true,
	.parent = ENTRY_HALL,
	.write = write_revision,
	.used = "Performances have this revision.",
};

int
api_admin_revision_list(struct ctx *ctx, const struct req *req, struct res *res)
{
	return entry_answer_list(ctx, req, res, &revisions);
}

int
api_admin_revision_make(struct ctx *ctx, const struct req *req, struct res *res)
{
	return entry_answer_make(ctx, req, res, &revisions);
}

int
api_admin_revision_get(struct ctx *ctx, const struct req *req, struct res *res)
{
	return entry_answer_get(ctx, req, res, &revisions);
}

int
api_admin_revision_delete(struct ctx *ctx, const struct req *req,
    struct res *res)
{
	return entry_answer_delete(ctx, req, res, &revisions);
}

static const struct problem_row plan_problems[] = {
	{ PLAN_STORED_E_NONE, "not-found", NULL },
	{ 0 },
};

int
api_admin_revision_plan(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct arena *a = &ctx->arena;
	struct plan plan;
	struct jw w;
	int64_t id;
	int r;

	if (!read_query_only(req, res, NULL) || !read_id(req, res, 0, &id))
		return 0;
	r = plan_stored(ctx, id, &plan);
	if (r != PLAN_STORED_OK)
		return problem_from(res, plan_problems, r);
	jw_init(&w, a);
	load_file_write_plan(&w, &plan);
	return view_tagged(req, res,
	    span_str(arena_printf(a, "\"%s\"",
		crypto_hex(a, plan.digest, sizeof(plan.digest)))),
	    &w);
}
