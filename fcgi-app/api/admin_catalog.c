/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/admin_catalog - handlers for shows, as operators write them
 *
 * Layer: fcgi-app/api.  Uses: http, reader, admin.
 */
#include "fcgi-app/api/api.h"

#include "fcgi-app/api/admin_entry.h"
#include "reader/load_file.h"

/* ---- shows ---- */

static const struct entry_routes shows = {
	.kind = ENTRY_SHOW,
	.path = "/api/v1/admin/shows",
	.has_kind = true,
	.has_status = true,
};

int
api_admin_show_list(struct ctx *ctx, const struct req *req, struct res *res)
{
	return entry_answer_list(ctx, req, res, &shows, 0);
}

int
api_admin_show_get(struct ctx *ctx, const struct req *req, struct res *res)
{
	return entry_answer_get(ctx, req, res, &shows);
}

/* base: the show as it is; NULL: a new one. */
static int
write_show(struct ctx *ctx, const struct req *req, struct res *res,
    const struct catalog_ask *ask, const struct load_which *which,
    const struct entry *base)
{
	struct catalog_result result;
	struct load_show show = { 0 };
	struct reader rd;
	struct node node;
	int r;

	if (!entry_read_body(ctx, req, res, base, &rd, &node))
		return 0;
	load_file_show(&rd, node, &show);
	if (rd.failed)
		return entry_refuse_input(ctx, res, &rd.error);
	show.which = *which;
	r = catalog_show(ctx, ask, &show, &result);
	return entry_answer(ctx, res, &shows, which, ask, r, &result);
}

int
api_admin_show_make(struct ctx *ctx, const struct req *req, struct res *res)
{
	const struct load_which which = { .id = LOAD_NEW };
	struct catalog_ask ask;

	if (!entry_read_ask(ctx, req, res, &ask))
		return 0;
	return write_show(ctx, req, res, &ask, &which, NULL);
}

int
api_admin_show_change(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct load_which which;
	struct catalog_ask ask;
	struct entry entry;
	int r = 0;

	if (!entry_read_ask(ctx, req, res, &ask)
	    || !entry_find(ctx, req, res, &shows, &entry, &which, &r))
		return r;
	return write_show(ctx, req, res, &ask, &which, &entry);
}
