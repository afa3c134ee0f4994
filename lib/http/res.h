/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * res - the answer a handler builds
 *
 * Handlers return int: 0 when res holds the answer (a problem is an answer
 * too), < 0 for a fault that dispatch turns into 503 or 500. The res_*
 * functions return 0 so that a handler can end with "return res_json(...)".
 *
 * Layer: http.  Uses: base, json.
 */
#ifndef HTTP_RES_H
#define HTTP_RES_H

#include "base/strbuf.h"

#define RES_HEADERS_MAX 24

struct res {
	struct arena *arena;
	int status; /* 0: nothing was answered yet */
	const char *content_type;
	struct {
		const char *name;
		struct span value;
	} headers[RES_HEADERS_MAX];
	size_t n_headers;
	struct span body;
	/* what a problem tells on top, and dispatch's log line */
	const char *problem; /* slug, NULL when none */
	struct span request_id;
};

void res_init(struct res *res, struct arena *a, struct span request_id);
/* Add a header. Values with CR, LF or NUL are a programming error
 * (asserts): never reflect input into a header unchecked. */
void res_header(struct res *res, const char *name, struct span value);
/* Answer with a JSON text already written. */
int res_body(struct res *res, int status, const char *content_type,
    struct span body);
/* Answer with a JSON value (see json.h writer). */
struct jw;
int res_json(struct res *res, int status, const struct jw *json);
int res_no_content(struct res *res);
/* 303: what came of it is to be seen there. */
int res_see_other(struct res *res, struct span location);
/* 304 with the ETag. */
int res_not_modified(struct res *res, struct span etag);

/* The reason phrase of a status (RFC 9110 section 15); never NULL. */
const char *res_reason(int status);

#endif
