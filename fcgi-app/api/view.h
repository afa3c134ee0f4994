/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view - domain values to wire values
 *
 * What the views of all subjects share. A subject's own shapes are in
 * view_<subject>.h.
 *
 * Layer: fcgi-app/api.  Uses: http, store.
 */
#ifndef FCGI_APP_API_VIEW_H
#define FCGI_APP_API_VIEW_H

#include "http/json.h"
#include "http/req.h"
#include "http/res.h"
#include "store/ctx.h"

/* The answer is in the reader's language: Content-Language and Vary. */
void view_language(const struct req *req, struct res *res);
/* And in a content coding that he takes: gzip where packed. */
void view_language_and_coding(const struct req *req, struct res *res,
    bool packed);

/* Shared caches may keep the answer for max_age_s seconds, >= 0. Without
 * this an answer is nobody's but the asker's: no-store. */
void view_public(struct ctx *ctx, struct res *res, int64_t max_age_s);

/* The same, and for stale_s seconds more a cache may give it to all but the one
 * for whom it fetches what is newer (RFC 5861 3). */
void view_crowded(struct ctx *ctx, struct res *res, int64_t max_age_s,
    int64_t stale_s);

/* The ETag of a row's version, strong. Memory: the arena's. */
struct span view_version(struct ctx *ctx, int64_t version);

/* 200 with json and its ETag, or 304 when the asker has it already. etag
 * with its quotes, W/ included where it is weak. */
int view_tagged(const struct req *req, struct res *res, struct span etag,
    const struct jw *json);
/* The same with an ETag made from json's digest and the language. */
int view_hashed(struct ctx *ctx, const struct req *req, struct res *res,
    const struct jw *json);

#endif
