/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/seat - handlers for the seat map
 *
 * The same for everyone, and so from the map, or the changes, that the worker
 * keeps for a moment.
 * min_version asks for a map not older than one's own last write; the version
 * of an If-None-Match was seen as well.
 *
 * Layer: fcgi-app/api.  Uses: http, seat.
 */
#include "fcgi-app/api/api.h"

#include "fcgi-app/api/read.h"
#include "fcgi-app/api/view_seat.h"
#include "http/problem.h"
#include "seat/seat_kept.h"

#define MAP_MAX_AGE_S 1
/* Of one that is not on sale: a cache in front keeps it, and nobody asks
 * PostgreSQL more often than that. */
#define REST_MAX_AGE_S 10
#define SEEN_MAX 4

static const struct problem_row problems[] = {
	{ SEAT_E_NONE, "not-found", NULL },
	{ 0 },
};

/* The versions a reader has met. More ETags than that are a strange client,
 * who is told what is there. returns: how many */
static size_t
read_seen(const struct req *req, struct span min_version,
    struct span seen[SEEN_MAX])
{
	struct span tags = req->if_none_match;
	size_t n = 0;

	if (span_is(min_version))
		seen[n++] = min_version;
	while (span_is(tags) && n < SEEN_MAX) {
		struct span tag = span_trim(span_cut(&tags, ','));
		struct span quote = tag;

		(void)span_cut(&quote, '"');
		seen[n++] = span_cut(&quote, '"');
	}
	return n;
}

int
api_seat_map(struct ctx *ctx, const struct req *req, struct res *res)
{
	static const char *const names[] = { "since", "min_version", NULL };
	struct span since, min_version;
	struct span seen[SEEN_MAX];
	struct seat_map map;
	size_t n_seen;
	struct jw w;
	int64_t id;
	int r;

	if (!read_query_only(req, res, names) || !read_id(req, res, 0, &id)
	    || !read_query(ctx, req, res, "since", &since)
	    || !read_query(ctx, req, res, "min_version", &min_version))
		return 0;
	n_seen = read_seen(req, min_version, seen);
	r = span_is(since) ? seat_kept_since(ctx, id, since, seen, n_seen, &map)
			   : seat_kept_map(ctx, id, seen, n_seen, &map);
	if (r != 0)
		return problem_from(res, problems, r);
	jw_init(&w, &ctx->arena);
	view_seat_map(&w, id, &map);
	/* A version is known to the reader before he asks by it, so that who is
	 * answered by a cache has what is as new as it, too. */
	view_crowded(ctx, res,
	    map.at_rest && n_seen == 0 && !span_is(since) ? REST_MAX_AGE_S
							  : MAP_MAX_AGE_S,
	    1);
	return view_tagged(req, res,
	    span_str(arena_printf(&ctx->arena, "\"%.*s\"", (int)map.version.len,
		map.version.p)),
	    &w);
}
