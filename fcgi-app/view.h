/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view - domain values to wire values
 *
 * What the views of all subjects share. A subject with its own shapes keeps
 * them in view_<subject>.c, declared here.
 *
 * Layer: fcgi-app.  Uses: http, store.
 */
#ifndef FCGI_APP_VIEW_H
#define FCGI_APP_VIEW_H

#include "http/json.h"
#include "http/req.h"
#include "http/res.h"
#include "store/ctx.h"

/* The answer is in the reader's language: Content-Language and Vary. */
void view_language(const struct req *req, struct res *res);

/* Shared caches may keep the answer for max_age_s seconds, >= 0. Without
 * this an answer is nobody's but the asker's: no-store. */
void view_public(struct ctx *ctx, struct res *res, int64_t max_age_s);

/* 200 with json and its ETag, or 304 when the asker has it already. etag
 * with its quotes, W/ included where it is weak. */
int view_tagged(const struct req *req, struct res *res, struct span etag,
    const struct jw *json);

/* view_account.c. Memory: the arena's. */
struct account;
struct wallet;
const struct jw *view_account(struct ctx *ctx, const struct account *account);
const struct jw *view_tokens(struct ctx *ctx, struct span access,
    int64_t expires_in_s, struct span refresh);
const struct jw *view_wallet(struct ctx *ctx, const struct wallet *wallet);

#endif
