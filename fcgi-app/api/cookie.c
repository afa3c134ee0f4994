/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cookie - a browser's refresh token, where no script can read it
 *
 * Layer: fcgi-app/api.  Uses: http, store, account.
 */
#include "fcgi-app/api/cookie.h"

#include "account/refresh.h"
#include "http/problem.h"

#define NAME "__Host-bo_refresh"
/* A browser takes a name with that prefix only with the first two. */
#define ATTRIBUTES "Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age="

bool
cookie_wanted(const struct req *req)
{
	return span_eq(req->x_session, SPAN_LIT("cookie"));
}

/* "https://host:port" of "https://host:port/path". */
static struct span
origin_of(struct span url)
{
	size_t at = 0;

	for (int slashes = 0; at < url.len; at++)
		if (url.p[at] == '/' && ++slashes == 3)
			break;
	return (struct span){ url.p, at };
}

bool
cookie_origin_is_ours(const struct ctx *ctx, struct span origin)
{
	struct span url = span_str(ctx->set.public_url);

	return url.len > 0 && span_is(origin)
	    && span_eq(origin, origin_of(url));
}

struct span
cookie_value(const struct req *req, const char *name)
{
	struct span cookies = req->cookie;

	while (cookies.len > 0) {
		struct span value = span_trim(span_cut(&cookies, ';'));
		struct span found = span_cut(&value, '=');

		if (span_eq_str(found, name))
			return value;
	}
	return SPAN_LIT("");
}

bool
cookie_token(struct ctx *ctx, const struct req *req, struct res *res,
    struct span *out)
{
	if (!cookie_origin_is_ours(ctx, req->origin)) {
		(void)problem(res, "forbidden",
		    "A session in a cookie is for the pages of public_url.");
		return false;
	}
	*out = cookie_value(req, NAME);
	return true;
}

void
cookie_set(struct ctx *ctx, struct res *res, struct span token)
{
	res_header(res, "Set-Cookie",
	    span_str(arena_printf(&ctx->arena, NAME "=%.*s; " ATTRIBUTES "%d",
		(int)token.len, token.p, REFRESH_LIFETIME_S)));
}

void
cookie_drop(struct res *res)
{
	res_header(res, "Set-Cookie", SPAN_LIT(NAME "=; " ATTRIBUTES "0"));
}
