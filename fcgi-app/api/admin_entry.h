/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * admin_entry - what the routes of all things in the catalog have in common
 *
 * A thing is read and written in the members of a catalog file (doc/load.md);
 * POST makes one, PATCH says what is to be otherwise (RFC 7396). Its ETag is
 * its version, strong, which PATCH and DELETE name in If-Match, so that of two
 * operators the second hears of the first. Each write takes ?dry_run=true and
 * ?reason=, and answers with the thing as it is, or would be, and with what
 * that changes.
 *
 * Each function that is a bool says whether to go on; if not, res has the
 * answer, or *r is a fault.
 *
 * Layer: fcgi-app/api.  Uses: http, reader, admin.
 */
#ifndef FCGI_APP_API_ADMIN_ENTRY_H
#define FCGI_APP_API_ADMIN_ENTRY_H

#include "admin/catalog.h"
#include "fcgi-app/api/read.h"
#include "reader/reader.h"

/* A kind of thing; params of a path are counted from 0. */
struct entry_routes {
	enum entry_kind kind;
	const char *path;          /* of its list, for Location */
	int id_param;              /* which is its own id */
	bool has_kind, has_status; /* which filters its list takes */
};

/* GET of the list, and of one. parent: as in struct entry_filter. */
int entry_answer_list(struct ctx *ctx, const struct req *req, struct res *res,
    const struct entry_routes *routes, int64_t parent);
int entry_answer_get(struct ctx *ctx, const struct req *req, struct res *res,
    const struct entry_routes *routes);

/* What a write is asked: dry_run and reason of the query, and who asks. */
bool entry_read_ask(struct ctx *ctx, const struct req *req, struct res *res,
    struct catalog_ask *out) MUST_CHECK;

/*
 * The thing that is to be changed: it is there, and If-Match names the version
 * that it has.
 *
 * out:     *which  that row in that version
 */
bool entry_find(struct ctx *ctx, const struct req *req, struct res *res,
    const struct entry_routes *routes, struct entry *out,
    struct load_which *which, int *r) MUST_CHECK;

/*
 * The body, ready for a reader of catalog files; for a PATCH that is what the
 * thing has, and the body's word where it says something.
 *
 * in:      base  the thing as it is; NULL: a new one
 * out:     rd, *node
 */
bool entry_read_body(struct ctx *ctx, const struct req *req, struct res *res,
    const struct entry *base, struct reader *rd, struct node *node) MUST_CHECK;

/* The problem of an input: 400 unknown-field, 422 invalid-field, by its path.
 */
int entry_refuse_input(struct ctx *ctx, struct res *res,
    const struct load_error *error);

/*
 * The answer to a write.
 *
 * in:      r      what catalog_* returned
 *          which  of the row, as it was asked for
 */
int entry_answer(struct ctx *ctx, struct res *res,
    const struct entry_routes *routes, const struct load_which *which,
    const struct catalog_ask *ask, int r, const struct catalog_result *result);

#endif
