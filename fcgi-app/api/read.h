/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * read - wire values to domain values
 *
 * Each function says whether the value could be read. On false res already
 * holds the problem and the handler returns 0.
 *
 * Layer: fcgi-app/api.  Uses: http, store.
 */
#ifndef FCGI_APP_API_READ_H
#define FCGI_APP_API_READ_H

#include "http/json.h"
#include "http/page.h"
#include "http/req.h"
#include "http/res.h"
#include "store/ctx.h"

/* The body as it is. Memory: the arena's. problem: 400 malformed-json,
 * bad-utf8 */
bool read_json(struct ctx *ctx, const struct req *req, struct res *res,
    struct json **out) MUST_CHECK;

/*
 * The body as the fields of a table.
 *
 * out:     out   written on true only
 * memory:  spans in out live in ctx's arena
 * problem: 400 malformed-json, bad-utf8, bad-request (not an object),
 *          unknown-field; 422 invalid-field
 */
bool read_body(struct ctx *ctx, const struct req *req, struct res *res,
    const struct field *fields, void *out) MUST_CHECK;

/* An object within a body, as read_body. problem: 400 unknown-field; 422
 * invalid-field */
bool read_object(struct ctx *ctx, struct res *res, const struct json *object,
    const struct field *fields, void *out) MUST_CHECK;

/* The n-th placeholder of the path as an id. problem: 404 not-found */
bool read_id(const struct req *req, struct res *res, int n,
    int64_t *out) MUST_CHECK;

/* Nothing in the query but names (NULL-terminated; NULL: nothing at all).
 * problem: 400 unknown-field */
bool read_query_only(const struct req *req, struct res *res,
    const char *const *names) MUST_CHECK;

/* A query parameter, NONE when absent. problem: 400 bad-request */
bool read_query(struct ctx *ctx, const struct req *req, struct res *res,
    const char *name, struct span *out) MUST_CHECK;

/* A query parameter that is an id, 1..; left alone when absent. problem: 400
 * bad-request, 422 invalid-field */
bool read_query_id(struct ctx *ctx, const struct req *req, struct res *res,
    const char *name, int64_t *out) MUST_CHECK;

/* A query parameter that is one of words (NULL-terminated): its index; left
 * alone when absent. problem: 400 bad-request, 422 invalid-field */
bool read_query_word(struct ctx *ctx, const struct req *req, struct res *res,
    const char *name, const char *const *words, int *out) MUST_CHECK;

/* A query parameter that is a day of the calendar, "2026-11-21"; NONE when
 * absent. problem: 400 bad-request, 422 invalid-field */
bool read_query_date(struct ctx *ctx, const struct req *req, struct res *res,
    const char *name, struct span *out) MUST_CHECK;

/* A time as RFC 3339 has it, in ms since 1970, from then on; -1 where text is
 * NONE. problem: 422 invalid-field */
bool read_time(struct res *res, const char *name, struct span text,
    int64_t *out) MUST_CHECK;
/* The same of a query parameter. problem: 400 bad-request, 422 invalid-field */
bool read_query_time(struct ctx *ctx, const struct req *req, struct res *res,
    const char *name, int64_t *out) MUST_CHECK;

/* ?limit= and ?cursor=. problem: 422 invalid-field */
bool read_page(struct ctx *ctx, const struct req *req, struct res *res,
    struct page *out) MUST_CHECK;
/* The same of a query that has nothing else. problem: 400 unknown-field, 422
 * invalid-field */
bool read_page_only(struct ctx *ctx, const struct req *req, struct res *res,
    struct page *out) MUST_CHECK;

#endif
