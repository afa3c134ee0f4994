/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * headers - what every answer tells browsers, and pages of other sites
 *
 * Layer: fcgi-app.  Uses: http, store.
 */
#include "fcgi-app/headers.h"

#include "http/problem.h"

struct header {
	const char *name;
	struct span value;
};

/* Of every answer. Nothing of the API is a page: nothing in it is run, and it
 * is shown in no frame. The page's own come from the web server. */
static const struct header always[] = {
	{ "X-Content-Type-Options", SPAN_LIT("nosniff") },
	{ "Referrer-Policy", SPAN_LIT("no-referrer") },
	{ "Content-Security-Policy",
	    SPAN_LIT("default-src 'none'; frame-ancestors 'none'") },
};

/* What a page elsewhere may read of an answer, beside its body. */
#define EXPOSED \
	SPAN_LIT( \
	    "ETag, Location, Retry-After, RateLimit, RateLimit-Policy, " \
	    "Idempotency-Replayed, X-Request-Id")

/* Of an answer to a preflight. Two hours are the most that browsers keep. */
static const struct header preflight[] = {
	{ "Access-Control-Allow-Headers",
	    SPAN_LIT("Authorization, Content-Type, Accept-Language, If-Match, "
		     "If-None-Match, Idempotency-Key, X-Queue-Token, "
		     "X-Request-Id, traceparent") },
	{ "Access-Control-Max-Age", SPAN_LIT("7200") },
};

static void
add(struct res *res, const struct header *headers, size_t n)
{
	for (size_t i = 0; i < n; i++)
		res_header(res, headers[i].name, headers[i].value);
}

static bool
has(const struct res *res, const char *name)
{
	for (size_t i = 0; i < res->n_headers; i++)
		if (strcmp(res->headers[i].name, name) == 0)
			return true;
	return false;
}

/* But what a handler knows better of its own answer. */
static void
add_missing(struct res *res, const struct header *headers, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!has(res, headers[i].name))
			res_header(res, headers[i].name, headers[i].value);
}

/* Operations have no pages anywhere. */
static bool
is_public(const struct route *route)
{
	return route != NULL && route->method == GET && route->who == ANYONE
	    && span_starts(span_str(route->pattern), SPAN_LIT("/api/"));
}

static bool
is_allowed(const struct ctx *ctx, struct span origin)
{
	struct span rest = span_str(ctx->set.allowed_origins);

	while (rest.len > 0)
		if (span_eq(span_cut(&rest, ' '), origin))
			return true;
	return false;
}

/* Whom the answer is for; NONE: for no other site. */
static struct span
reader_of(const struct ctx *ctx, const struct req *req,
    const struct route *route)
{
	if (is_public(route))
		return SPAN_LIT("*");
	if (span_is(req->origin) && is_allowed(ctx, req->origin))
		return req->origin;
	return SPAN_NONE;
}

bool
headers_is_preflight(const struct req *req)
{
	return req->method == OPTIONS && span_is(req->origin)
	    && span_is(req->asked_method);
}

int
headers_preflight(struct ctx *ctx, const struct req *req,
    const struct route *route, const char *allow, struct res *res)
{
	if (!span_is(reader_of(ctx, req, route)))
		return problem(res, "forbidden",
		    "Pages of this origin may not ask that.");
	res_header(res, "Access-Control-Allow-Methods",
	    arena_span(&ctx->arena, span_str(allow)));
	add(res, preflight, ARRAY_LEN(preflight));
	return res_no_content(res);
}

void
headers_add(const struct ctx *ctx, const struct req *req,
    const struct route *route, struct res *res)
{
	struct span reader = reader_of(ctx, req, route);

	add_missing(res, always, ARRAY_LEN(always));
	/* Only what depends on the origin says so. */
	if (!is_public(route) && ctx->set.allowed_origins[0] != '\0')
		res_header(res, "Vary", SPAN_LIT("Origin"));
	if (!span_is(reader))
		return;
	res_header(res, "Access-Control-Allow-Origin", reader);
	if (!headers_is_preflight(req))
		res_header(res, "Access-Control-Expose-Headers", EXPOSED);
}
