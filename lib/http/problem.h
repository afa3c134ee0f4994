/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * problem - errors as RFC 9457 problem documents
 *
 * {"type":"/problems/<slug>","title","status","detail","request_id",...}
 * as application/problem+json. problem_list[] is the closed list of slugs
 * with status and title; a handler file maps its modules' outcomes to slugs
 * in a small table.
 *
 * Layer: http.  Uses: base, res, json.
 */
#ifndef HTTP_PROBLEM_H
#define HTTP_PROBLEM_H

#include "http/json.h"
#include "http/res.h"

struct problem_kind {
	const char *slug; /* "seat-taken" */
	int status;
	const char *title; /* short English, the same for every occurrence */
};

/* The closed list; ends with a NULL slug. The openapi test walks it. */
extern const struct problem_kind problem_list[];

/* One row per outcome of a module; ends with outcome 0. */
struct problem_row {
	int outcome;
	const char *slug;
	const char *detail; /* for people; NULL: none */
};

/* Answer with a problem of the closed list (an unknown slug asserts).
 * 401 gets WWW-Authenticate: Bearer (invalid-token: with error=). */
int problem(struct res *res, const char *slug, const char *detail);
/* The same with more members: what extra wrote with jw_* into an object. */
int problem_with(struct res *res, const char *slug, const char *detail,
    const struct jw *extra);
/* 422 invalid-field naming it (wire name). */
int problem_field(struct res *res, const char *field, const char *detail);
/* With Retry-After: seconds (503, 429, 409 in progress). */
int problem_retry(struct res *res, const char *slug, const char *detail,
    int retry_after_s);
/*
 * The problem for a module's outcome r > 0 by rows; an outcome not in rows
 * asserts. A fault (r < 0) is returned as it is.
 */
int problem_from(struct res *res, const struct problem_row *rows, int r);

#endif
