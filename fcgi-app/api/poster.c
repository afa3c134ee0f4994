/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/poster - handlers for a show's own image
 *
 * What an image is its bytes say, whatever the request calls it; browsers are
 * told to believe that and look for nothing else in it.
 *
 * Layer: fcgi-app/api.  Uses: http, poster.
 */
#include "fcgi-app/api/api.h"

#include "fcgi-app/api/read.h"
#include "fcgi-app/api/view_catalog.h"
#include "http/problem.h"
#include "poster/poster.h"

static const struct problem_row problems[] = {
	{ POSTER_E_NONE, "not-found", NULL },
	{ POSTER_E_TYPE, "unsupported-media-type",
	    "A poster is a PNG, a JPEG or a WebP." },
	{ 0 },
};

static int
refuse(struct res *res, int r)
{
	if (r == POSTER_E_SIZE)
		return problem_field(res, "image",
		    "Its sides are 64 to 8192 pixels.");
	if (r == POSTER_E_REASON)
		return problem_field(res, "reason", "This is no reason.");
	return problem_from(res, problems, r);
}

int
api_admin_poster_put(struct ctx *ctx, const struct req *req, struct res *res)
{
	static const char *const names[] = { "reason", NULL };
	struct audit_by by = { .user = req->buyer.id,
		.request_id = req->request_id };
	struct poster poster;
	int64_t show;
	struct jw w;
	int r;

	if (!read_query_only(req, res, names)
	    || !read_query(ctx, req, res, "reason", &by.reason)
	    || !read_id(req, res, 0, &show))
		return 0;
	r = poster_put(ctx, show, req->body, &by, &poster);
	if (r != POSTER_OK)
		return refuse(res, r);
	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	jw_span(&w, "poster_url", view_poster_url(ctx, poster.sha256));
	jw_str(&w, "type", poster.image.type);
	jw_int(&w, "width", poster.image.width);
	jw_int(&w, "height", poster.image.height);
	jw_end_object(&w);
	return res_json(res, 200, &w);
}

int
api_poster_get(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct span bytes, etag;
	const char *type;
	int r;

	if (!read_query_only(req, res, NULL))
		return 0;
	r = poster_find(ctx, req->params[0], &bytes, &type);
	if (r != POSTER_OK)
		return problem_from(res, problems, r);
	etag = span_str(arena_printf(&ctx->arena, "\"%.*s\"",
	    (int)req->params[0].len, req->params[0].p));
	res_header(res, "Cache-Control",
	    SPAN_LIT("public, max-age=31536000, immutable"));
	if (req_etag_matches(req, etag))
		return res_not_modified(res, etag);
	res_header(res, "ETag", etag);
	return res_body(res, 200, type, bytes);
}
