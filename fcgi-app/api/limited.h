/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * limited - what a client is told of a limit
 *
 * RateLimit-Policy: "pay";q=60;w=60 is the limit, RateLimit: "pay";r=0;t=5 that
 * none is left and that there will be one in five seconds.
 *
 * Source: draft-ietf-httpapi-ratelimit-headers-10.
 *
 * Layer: fcgi-app/api.  Uses: http, limit.
 */
#ifndef FCGI_APP_API_LIMITED_H
#define FCGI_APP_API_LIMITED_H

#include "http/res.h"
#include "limit/limit.h"

/* The headers; none where there is no limit. */
void limited_tell(struct res *res, const struct limit_told *told);
/* The headers and the problem rate-limited with its Retry-After; counted. */
int limited_refuse(struct ctx *ctx, struct res *res,
    const struct limit_told *told);

#endif
