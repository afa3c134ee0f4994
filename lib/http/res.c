/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * res - the answer a handler builds
 *
 * Layer: http.  Uses: base, json.
 */
#include "http/res.h"

#include "http/json.h"

#include <assert.h>

void
res_init(struct res *res, struct arena *a, struct span request_id)
{
	*res = (struct res){ .arena = a, .request_id = request_id };
}

/* A line break in a value would let a client write headers of its own. */
static bool
is_one_line(struct span value)
{
	for (size_t i = 0; i < value.len; i++)
		if (value.p[i] == '\r' || value.p[i] == '\n' ||
		    value.p[i] == '\0')
			return false;
	return true;
}

void
res_header(struct res *res, const char *name, struct span value)
{
	assert(res->n_headers < RES_HEADERS_MAX);
	assert(is_one_line(value));
	res->headers[res->n_headers].name = name;
	res->headers[res->n_headers].value = value;
	res->n_headers++;
}

int
res_body(struct res *res, int status, const char *content_type,
    struct span body)
{
	res->status = status;
	res->content_type = content_type;
	res->body = body;
	res->problem = NULL;
	return 0;
}

int
res_json(struct res *res, int status, const struct jw *json)
{
	return res_body(res, status, "application/json", jw_text(json));
}

int
res_no_content(struct res *res)
{
	return res_body(res, 204, NULL, SPAN_NONE);
}

int
res_not_modified(struct res *res, struct span etag)
{
	res_header(res, "ETag", etag);
	return res_body(res, 304, NULL, SPAN_NONE);
}
