/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api_seat - handlers for the seat map
 *
 * The same for everyone. min_version asks for a map not older than one's own
 * last write: the map is read anew each time, so it always is.
 *
 * Layer: fcgi-app.  Uses: http, seat.
 */
#include "fcgi-app/api.h"

#include "fcgi-app/read.h"
#include "fcgi-app/view.h"
#include "http/problem.h"
#include "seat/seat_map.h"

#define MAP_MAX_AGE_S 1

static const struct problem_row problems[] = {
	{ SEAT_E_NONE, "not-found", NULL },
	{ 0 },
};

int
api_seat_map(struct ctx *ctx, const struct req *req, struct res *res)
{
	static const char *const names[] = { "since", "min_version", NULL };
	struct span since, min_version;
	struct seat_map map;
	struct jw w;
	int64_t id;
	int r;

	if (!read_query_only(req, res, names) || !read_id(req, res, 0, &id) ||
	    !read_query(ctx, req, res, "since", &since) ||
	    !read_query(ctx, req, res, "min_version", &min_version))
		return 0;
	r = seat_map_read(ctx, id, since, &map);
	if (r != 0)
		return problem_from(res, problems, r);
	jw_init(&w, &ctx->arena);
	view_seat_map(&w, id, &map);
	/* What is newer than something is not for a cache. */
	if (!span_is(since) && !span_is(min_version))
		view_public(ctx, res, MAP_MAX_AGE_S);
	return view_tagged(req, res, span_str(arena_printf(&ctx->arena,
	    "\"%.*s\"", (int)map.version.len, map.version.p)), &w);
}
