/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/draw - what is published of a lobby's draw
 *
 * The list of ids is long and does not change: one worker packs it, and the
 * tree keeps what it packed.
 *
 * Layer: fcgi-app/api.  Uses: http, queue.
 */
#include "fcgi-app/api/api.h"

#include "base/gzip.h"
#include "base/shelf.h"
#include "fcgi-app/api/read.h"
#include "fcgi-app/api/view.h"
#include "http/problem.h"
#include "queue/queue_draw.h"

/* So long it may be kept: by a cache in front everybody is served. */
#define MAX_AGE_S 5
/* Of all members but the ids. */
#define REST_LEN 4096

SHARED_PART(packed_draws, struct shelf, NULL);

static const struct problem_row problems[] = {
	{ QUEUE_DRAW_E_NONE, "not-found", NULL },
	{ 0 },
};

static const char *const states[] = {
	[DRAW_OPEN] = "open",
	[DRAW_CLOSED] = "closed",
	[DRAW_DRAWN] = "drawn",
};

static void
write_time(struct jw *w, const char *name, int64_t ms)
{
	if (ms > 0)
		jw_time(w, name, ms);
	else
		jw_null(w, name);
}

static struct span
write(struct ctx *ctx, const struct queue_draw *d)
{
	struct jw w;

	jw_init(&w, &ctx->arena);
	/* At once as large as it will be: it may be a large part of what a
	 * request may use. */
	strbuf_init(&w.buf, &ctx->arena, REST_LEN + d->ids.len);
	jw_object(&w, NULL);
	jw_str(&w, "state", states[d->state]);
	jw_time(&w, "opens_at", d->opens_ms);
	jw_span(&w, "seed_sha256", d->seed_sha256);
	jw_span(&w, "beacon_source", d->beacon_source);
	write_time(&w, "closed_at", d->closed_ms);
	if (d->state == DRAW_OPEN)
		jw_null(&w, "count");
	else
		jw_int(&w, "count", d->count);
	jw_span(&w, "ids", d->ids);
	jw_span(&w, "list_sha256", d->list_sha256);
	jw_span(&w, "beacon", d->beacon);
	write_time(&w, "drawn_at", d->drawn_ms);
	jw_span(&w, "seed", d->seed);
	jw_end_object(&w);
	return jw_text(&w);
}

static struct span
pack(struct ctx *ctx, struct span text)
{
	struct gzip_part part;

	gzip_pack(&ctx->arena, text, &part);
	return gzip_join(&ctx->arena, &part, 1);
}

/* What is closed, and what is drawn, is so for good. */
static uint64_t
subject(int64_t performance, const struct queue_draw *d)
{
	return (uint64_t)performance * 2 + (d->state == DRAW_DRAWN);
}

/* returns: as queue_draw_get */
static int
make(struct ctx *ctx, int64_t performance, bool packed, struct queue_draw *d,
    struct span *out)
{
	struct shelf *shelf = shared_part(ctx->shared, &packed_draws);
	int r;

	if (packed && d->state != DRAW_OPEN) {
		*out = shelf_find(shelf, &ctx->arena, subject(performance, d));
		if (span_is(*out))
			return 0;
	}
	r = queue_draw_get(ctx, performance, true, d);
	if (r != 0)
		return r;
	*out = write(ctx, d);
	if (!packed)
		return 0;
	*out = pack(ctx, *out);
	if (d->state != DRAW_OPEN)
		shelf_keep(shelf, &ctx->arena, subject(performance, d), *out);
	return 0;
}

static struct span
etag(struct ctx *ctx, const struct queue_draw *d)
{
	return span_str(arena_printf(&ctx->arena, "\"%s-%lld-%.16s\"",
	    states[d->state], (long long)d->opens_ms, d->seed_sha256.p));
}

int
api_draw(struct ctx *ctx, const struct req *req, struct res *res)
{
	bool packed = req_takes_gzip(req);
	struct queue_draw draw;
	struct span text;
	int64_t id;
	int r;

	if (!read_query_only(req, res, NULL) || !read_id(req, res, 0, &id))
		return 0;
	r = queue_draw_get(ctx, id, false, &draw);
	if (r != 0)
		return problem_from(res, problems, r);
	if (req_etag_matches(req, etag(ctx, &draw))) {
		view_public(ctx, res, MAX_AGE_S);
		return res_not_modified(res, etag(ctx, &draw));
	}
	r = make(ctx, id, packed, &draw, &text);
	if (r != 0)
		return problem_from(res, problems, r);
	view_public(ctx, res, MAX_AGE_S);
	res_header(res, "Vary", SPAN_LIT("Accept-Encoding"));
	if (packed)
		res_header(res, "Content-Encoding", SPAN_LIT("gzip"));
	res_header(res, "ETag", etag(ctx, &draw));
	return res_body(res, 200, "application/json", text);
}
