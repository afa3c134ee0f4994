/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view - domain values to wire values
 *
 * What the views of all subjects share: language, caching, entity tags.
 *
 * Layer: fcgi-app/api.  Uses: http, store.
 */
#include "fcgi-app/api/view.h"

#include "base/crypto.h"

/* Of a digest; two answers of one address will not share so many bytes. */
#define ETAG_LEN 16

static void
say_language(const struct req *req, struct res *res)
{
	res_header(res, "Content-Language",
	    span_str(lang_tag((enum lang)req->lang)));
}

void
view_language(const struct req *req, struct res *res)
{
	say_language(req, res);
	res_header(res, "Vary", SPAN_LIT("Accept-Language"));
}

void
view_language_and_coding(const struct req *req, struct res *res, bool packed)
{
	say_language(req, res);
	res_header(res, "Vary", SPAN_LIT("Accept-Language, Accept-Encoding"));
	if (packed)
		res_header(res, "Content-Encoding", SPAN_LIT("gzip"));
}

void
view_public(struct ctx *ctx, struct res *res, int64_t max_age_s)
{
	res_header(res, "Cache-Control",
	    span_str(arena_printf(&ctx->arena, "public, max-age=%lld",
		(long long)max_age_s)));
}

void
view_crowded(struct ctx *ctx, struct res *res, int64_t max_age_s,
    int64_t stale_s)
{
	res_header(res, "Cache-Control",
	    span_str(arena_printf(&ctx->arena,
		"public, max-age=%lld, stale-while-revalidate=%lld",
		(long long)max_age_s, (long long)stale_s)));
}

struct span
view_version(struct ctx *ctx, int64_t version)
{
	return span_str(
	    arena_printf(&ctx->arena, "\"%lld\"", (long long)version));
}

int
view_tagged(const struct req *req, struct res *res, struct span etag,
    const struct jw *json)
{
	if (req_etag_matches(req, etag))
		return res_not_modified(res, etag);
	res_header(res, "ETag", etag);
	return res_json(res, 200, json);
}

int
view_hashed(struct ctx *ctx, const struct req *req, struct res *res,
    const struct jw *json)
{
	uint8_t digest[SHA256_LEN];
	struct arena *a = &ctx->arena;

	crypto_sha256(jw_text(json), digest);
	return view_tagged(req, res,
	    span_str(arena_printf(a, "\"%s-%s\"",
		crypto_hex(a, digest, ETAG_LEN),
		lang_tag((enum lang)req->lang))),
	    json);
}
