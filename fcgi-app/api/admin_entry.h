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

/*
 * Read what a thing is to be and write it.
 *
 * in:      rd, node  its members, as a catalog file has them
 *          which     LOAD_NEW, or the row that is changed
 *          parent    of a new one; 0: it has none
 * returns: as catalog_*; what cannot be read is entry_unread
 */
typedef int entry_write_fn(struct ctx *ctx, struct reader *rd, struct node node,
    const struct catalog_ask *ask, const struct load_which *which,
    int64_t parent, struct catalog_result *out);

/* The input is wrong: that is REFUSED, by what rd says. */
int entry_unread(const struct reader *rd, struct catalog_result *out);

/* A kind of thing. */
struct entry_routes {
	enum entry_kind kind;
	const char *path;          /* before its id, for Location */
	bool has_kind, has_status; /* which filters its list takes */
	/* A list of what is in something: its path names that. */
	bool has_parent;
	enum entry_kind parent;
	entry_write_fn *write;
	const char *used; /* why it cannot be deleted; NULL: the result says
	                   * why */
};

/* All methods: GET and POST of its list, GET, PATCH and DELETE of one. */
int entry_answer_list(struct ctx *ctx, const struct req *req, struct res *res,
    const struct entry_routes *routes);
int entry_answer_make(struct ctx *ctx, const struct req *req, struct res *res,
    const struct entry_routes *routes);
int entry_answer_get(struct ctx *ctx, const struct req *req, struct res *res,
    const struct entry_routes *routes);
int entry_answer_change(struct ctx *ctx, const struct req *req, struct res *res,
    const struct entry_routes *routes);
int entry_answer_delete(struct ctx *ctx, const struct req *req, struct res *res,
    const struct entry_routes *routes);

/* ---- what those are made of, for routes of another shape ---- */

/* What is named first in a path, if it is there: its id. */
bool entry_find_named(struct ctx *ctx, const struct req *req, struct res *res,
    enum entry_kind kind, struct entry *out, int *r) MUST_CHECK;

/* The answer of a list; after_key: of the last, for the next page. */
int entry_answer_items(struct ctx *ctx, struct res *res,
    const struct entry_list *list, int64_t after_key);

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
 * The answer to a write that makes or changes something.
 *
 * in:      r       what catalog_* returned
 *          which   of the row, as it was asked for
 */
int entry_answer(struct ctx *ctx, struct res *res,
    const struct entry_routes *routes, const struct load_which *which,
    const struct catalog_ask *ask, int r, const struct catalog_result *result);

#endif
