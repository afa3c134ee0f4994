/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * headers - what every answer tells browsers, and pages of other sites
 *
 * Public reads may be read by any page: they say *, and nothing about Origin,
 * so that a cache has one copy of each and no made-up Origin fills it. All else
 * is for the pages of [general] allowed_origins. Cookies are for nobody from
 * elsewhere: no answer allows credentials.
 *
 * Source: the Fetch standard, CORS protocol; the OWASP REST cheat sheet.
 *
 * Layer: fcgi-app.  Uses: http, store.
 */
#ifndef FCGI_APP_HEADERS_H
#define FCGI_APP_HEADERS_H

#include "http/router.h"
#include "store/ctx.h"

/* Whether it is a browser's question of what another site's page may ask. */
bool headers_is_preflight(const struct req *req);
/*
 * Answer it, with no store and no token.
 *
 * in:      route  what is to be asked then
 *          allow  the methods of its address: "GET, HEAD, POST"
 */
int headers_preflight(struct ctx *ctx, const struct req *req,
    const struct route *route, const char *allow, struct res *res);
/* What goes with a complete answer; route NULL: none was found. */
void headers_add(const struct ctx *ctx, const struct req *req,
    const struct route *route, struct res *res);

#endif
