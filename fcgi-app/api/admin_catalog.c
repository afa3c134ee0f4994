/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/admin_catalog - handlers for shows, venues and halls, as operators write
 * them
 *
 * Layer: fcgi-app/api.  Uses: http, reader, admin.
 */
#include "fcgi-app/api/api.h"

#include "fcgi-app/api/admin_entry.h"
#include "reader/load_file.h"

/* ---- shows ---- */

static int
write_show(struct ctx *ctx, struct reader *rd, struct node node,
    const struct catalog_ask *ask, const struct load_which *which,
    int64_t parent, struct catalog_result *out)
{
	struct load_show show = { .which = *which };

	(void)parent;
	load_file_show(rd, node, &show);
	return rd->failed ? entry_unread(rd, out)
			  : catalog_show(ctx, ask, &show, out);
}

static const struct entry_routes shows = {
	.kind = ENTRY_SHOW,
	.path = "/api/v1/admin/shows",
	.has_kind = true,
	.has_status = true,
	.write = write_show,
	.used = "The show has performances.",
};

int
api_admin_show_list(struct ctx *ctx, const struct req *req, struct res *res)
{
	return entry_answer_list(ctx, req, res, &shows);
}

int
api_admin_show_make(struct ctx *ctx, const struct req *req, struct res *res)
{
	return entry_answer_make(ctx, req, res, &shows);
}

int
api_admin_show_get(struct ctx *ctx, const struct req *req, struct res *res)
{
	return entry_answer_get(ctx, req, res, &shows);
}

int
api_admin_show_change(struct ctx *ctx, const struct req *req, struct res *res)
{
	return entry_answer_change(ctx, req, res, &shows);
}

int
api_admin_show_delete(struct ctx *ctx, const struct req *req, struct res *res)
{
	return entry_answer_delete(ctx, req, res, &shows);
}

/* ---- venues ---- */

static int
write_venue(struct ctx *ctx, struct reader *rd, struct node node,
    const struct catalog_ask *ask, const struct load_which *which,
    int64_t parent, struct catalog_result *out)
{
	struct load_venue venue = { .which = *which };

	(void)parent;
	load_file_venue(rd, node, &venue);
	return rd->failed ? entry_unread(rd, out)
			  : catalog_venue(ctx, ask, &venue, out);
}

static const struct entry_routes venues = {
	.kind = ENTRY_VENUE,
	.path = "/api/v1/admin/venues",
	.write = write_venue,
	.used = "The venue has halls.",
};

int
api_admin_venue_list(struct ctx *ctx, const struct req *req, struct res *res)
{
	return entry_answer_list(ctx, req, res, &venues);
}

int
api_admin_venue_make(struct ctx *ctx, const struct req *req, struct res *res)
{
	return entry_answer_make(ctx, req, res, &venues);
}

int
api_admin_venue_get(struct ctx *ctx, const struct req *req, struct res *res)
{
	return entry_answer_get(ctx, req, res, &venues);
}

int
api_admin_venue_change(struct ctx *ctx, const struct req *req, struct res *res)
{
	return entry_answer_change(ctx, req, res, &venues);
}

int
api_admin_venue_delete(struct ctx *ctx, const struct req *req, struct res *res)
{
	return entry_answer_delete(ctx, req, res, &venues);
}

/* ---- halls ---- */

static int
write_hall(struct ctx *ctx, struct reader *rd, struct node node,
    const struct catalog_ask *ask, const struct load_which *which,
    int64_t parent, struct catalog_result *out)
{
	struct load_hall hall = { .which = *which };

	load_file_hall(rd, node, &hall);
	return rd->failed ? entry_unread(rd, out)
			  : catalog_hall(ctx, ask, parent, &hall, out);
}

static const struct entry_routes halls = {
	.kind = ENTRY_HALL,
	.path = "/api/v1/admin/halls",
	.has_parent = true,
	.parent = ENTRY_VENUE,
	.write = write_hall,
	.used = "The hall has performances.",
};

int
api_admin_hall_list(struct ctx *ctx, const struct req *req, struct res *res)
{
	return entry_answer_list(ctx, req, res, &halls);
}

int
api_admin_hall_make(struct ctx *ctx, const struct req *req, struct res *res)
{
	return entry_answer_make(ctx, req, res, &halls);
}

int
api_admin_hall_get(struct ctx *ctx, const struct req *req, struct res *res)
{
	return entry_answer_get(ctx, req, res, &halls);
}

int
api_admin_hall_change(struct ctx *ctx, const struct req *req, struct res *res)
{
	return entry_answer_change(ctx, req, res, &halls);
}

int
api_admin_hall_delete(struct ctx *ctx, const struct req *req, struct res *res)
{
	return entry_answer_delete(ctx, req, res, &halls);
}
