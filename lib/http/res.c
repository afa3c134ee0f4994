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
		if (value.p[i] == '\r' || value.p[i] == '\n'
		    || value.p[i] == '\0')
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
res_see_other(struct res *res, struct span location)
{
	res_header(res, "Location", location);
	return res_body(res, 303, NULL, SPAN_NONE);
}

int
res_not_modified(struct res *res, struct span etag)
{
	res_header(res, "ETag", etag);
	return res_body(res, 304, NULL, SPAN_NONE);
}

static const struct {
	int status;
	const char *reason;
} reasons[] = {
	{ 200, "OK" },
	{ 201, "Created" },
	{ 202, "Accepted" },
	{ 204, "No Content" },
	{ 206, "Partial Content" },
	{ 303, "See Other" },
	{ 304, "Not Modified" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 402, "Payment Required" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 409, "Conflict" },
	{ 410, "Gone" },
	{ 412, "Precondition Failed" },
	{ 413, "Content Too Large" },
	{ 415, "Unsupported Media Type" },
	{ 422, "Unprocessable Content" },
	{ 428, "Precondition Required" },
	{ 429, "Too Many Requests" },
	{ 500, "Internal Server Error" },
	{ 503, "Service Unavailable" },
};

const char *
res_reason(int status)
{
	for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "Status";
}
