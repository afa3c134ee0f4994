/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cookie - a browser's refresh token, where no script can read it
 *
 * Only requests that say "X-Session: cookie" know of the cookie, and only the
 * routes of tokens read it. It is used for requests of our own pages alone:
 * SameSite=Strict says so to the browser, and the Origin that a browser sends
 * with each POST says it to us.
 *
 * Source: RFC 6265bis (the prefix __Host-), RFC 6454 (Origin).
 * Layer: fcgi-app/api.  Uses: http, store.
 */
#ifndef FCGI_APP_API_COOKIE_H
#define FCGI_APP_API_COOKIE_H

#include "http/req.h"
#include "http/res.h"
#include "store/ctx.h"

/* Whether the client wants its refresh token in a cookie. */
bool cookie_wanted(const struct req *req);

/* The value of a cookie by its name, of the request; empty where there is none.
 * It points into req. */
struct span cookie_value(const struct req *req, const char *name);
/* Whether an Origin is that of public_url; of none it is not. */
bool cookie_origin_is_ours(const struct ctx *ctx, struct span origin);

/*
 * The refresh token that the browser has kept.
 *
 * out:     *out   empty where there is none; points into req
 * problem: 403 forbidden, for another Origin than that of public_url
 */
bool cookie_token(struct ctx *ctx, const struct req *req, struct res *res,
    struct span *out) MUST_CHECK;

/* Have the browser keep a refresh token for as long as it lives, or forget
 * it. */
void cookie_set(struct ctx *ctx, struct res *res, struct span token);
void cookie_drop(struct res *res);

#endif
