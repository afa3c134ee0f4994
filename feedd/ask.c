/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ask - what a reader asks for, and what he is told instead of a stream
 *
 * Last-Event-ID wins over ?since=: a browser that comes again repeats its URL.
 *
 * Layer: feedd.  Uses: base, http, text.
 */
#include "feedd/ask.h"

#include "base/strbuf.h"
#include "http/problem.h"
#include "http/router.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

/* Nobody calls the handler: the table is for the router. */
static int
api_feed(struct ctx *ctx, const struct req *req, struct res *res)
{
	(void)ctx;
	(void)req;
	(void)res;
	return 0;
}

static const struct route routes[] = {
	{ GET, "/api/v1/performances/{performance}/feed", api_feed, ANYONE, 0,
	    0 },
	{ 0 },
};

size_t
ask_head_len(const char *bytes, size_t len)
{
	const char *end = len == 0 ? NULL : memmem(bytes, len, "\r\n\r\n", 4);

	return end == NULL ? 0 : (size_t)(end - bytes) + 4;
}

/* ---- answers ---- */

static void
write_head(struct strbuf *b, int status)
{
	strbuf_printf(b,
	    "HTTP/1.1 %d %s\r\nConnection: close\r\n"
	    "X-Content-Type-Options: nosniff\r\n",
	    status, res_reason(status));
}

static struct text *
write_answer(const struct res *res)
{
	struct strbuf b;

	strbuf_init(&b, res->arena, 0);
	write_head(&b, res->status);
	strbuf_str(&b, "Cache-Control: no-store\r\n");
	for (size_t i = 0; i < res->n_headers; i++) {
		strbuf_printf(&b, "%s: ", res->headers[i].name);
		strbuf_span(&b, res->headers[i].value);
		strbuf_str(&b, "\r\n");
	}
	if (span_is(res->request_id)) {
		strbuf_str(&b, "X-Request-Id: ");
		strbuf_span(&b, res->request_id);
		strbuf_str(&b, "\r\n");
	}
	if (res->content_type != NULL)
		strbuf_printf(&b,
		    "Content-Type: %s\r\nContent-Length: %zu"
		    "\r\n",
		    res->content_type, res->body.len);
	strbuf_str(&b, "\r\n");
	if (res->content_type != NULL)
		strbuf_span(&b, res->body);
	return text_of(strbuf_get(&b));
}

struct text *
ask_problem(struct arena *a, struct span request_id, const char *slug,
    const char *detail, int retry_after_s)
{
	struct res res;
	int r;

	res_init(&res, a, request_id);
	if (strcmp(slug, "method-not-allowed") == 0)
		res_header(&res, "Allow", SPAN_LIT("GET"));
	r = retry_after_s > 0 ? problem_retry(&res, slug, detail, retry_after_s)
			      : problem(&res, slug, detail);
	assert(r == 0);
	return write_answer(&res);
}

struct text *
ask_over(struct arena *a)
{
	struct res res;
	int r;

	res_init(&res, a, SPAN_NONE);
	r = res_no_content(&res);
	assert(r == 0);
	return write_answer(&res);
}

/* X-Accel-Buffering is nginx's; no-transform keeps others from packing what has
 * to arrive at once. */
struct text *
ask_stream(struct arena *a, const char *origin, int64_t retry_ms)
{
	struct strbuf b;

	strbuf_init(&b, a, 0);
	write_head(&b, 200);
	strbuf_str(&b,
	    "Content-Type: text/event-stream\r\n"
	    "Cache-Control: no-store, no-transform\r\n"
	    "X-Accel-Buffering: no\r\n");
	if (origin[0] != '\0')
		strbuf_printf(&b, "Access-Control-Allow-Origin: %s\r\n",
		    origin);
	strbuf_printf(&b, "\r\nretry: %" PRId64 "\n\n", retry_ms);
	return text_of(strbuf_get(&b));
}

/* ---- the request ---- */

/* Up to a line's end. */
static struct span
cut_line(struct span *rest)
{
	struct span line = span_cut(rest, '\n');

	if (line.len > 0 && line.p[line.len - 1] == '\r')
		line.len--;
	return line;
}

/* "GET /uri HTTP/1.1" */
static bool
read_line(struct span line, struct req *req)
{
	struct span rest = line;

	req->method_text = span_cut(&rest, ' ');
	req->method = method_parse(req->method_text);
	req->uri = span_cut(&rest, ' ');
	return req->uri.len > 0 && span_is(rest)
	    && span_starts(rest, SPAN_LIT("HTTP/1."));
}

/* What stands twice is taken as it stood first. */
static void
read_header(struct span line, struct req *req, struct ask *ask)
{
	struct span value = line;
	struct span name = span_cut(&value, ':');
	const struct {
		struct span name;
		struct span *out;
	} wanted[] = {
		{ SPAN_LIT("X-Real-IP"), &ask->address },
		{ SPAN_LIT("X-Request-Id"), &req->request_id_in },
		{ SPAN_LIT("Last-Event-ID"), &ask->version },
	};

	value = span_trim(value);
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
		if (span_eq_nocase(name, wanted[i].name) && value.len > 0
		    && !span_is(*wanted[i].out))
			*wanted[i].out = value;
}

/* It is repeated in the answer. */
static bool
is_request_id(struct span id)
{
	for (size_t i = 0; i < id.len; i++)
		if (strchr("0123456789abcdefghijklmnopqrstuvwxyz"
			   "ABCDEFGHIJKLMNOPQRSTUVWXYZ._-",
			id.p[i])
			== NULL
		    || id.p[i] == '\0')
			return false;
	return id.len >= 8 && id.len <= 64;
}

/* NULL, or what is wrong with it as a slug of the closed list. */
static const char *
find_route(struct arena *a, struct req *req, struct span base_path, char *allow)
{
	static struct router *router;
	const struct route *route;
	int r = req_route_uri(a, req, base_path);

	if (router == NULL)
		router = router_open(routes);
	if (r != 0)
		return r == 1 ? "bad-request" : "not-found";
	r = router_match(router, req, &route, allow);
	if (r == ROUTE_E_METHOD || (r == 0 && req->method != GET))
		return "method-not-allowed";
	return r != 0 ? "not-found" : NULL;
}

static const char *
read_rest(struct arena *a, const struct req *req, struct ask *ask)
{
	static const char *const names[] = { "since", NULL };
	struct span since;

	if (!req_id(req, 0, &ask->performance))
		return "not-found";
	if (!req_query_only(req, names)
	    || req_query(a, req, "since", &since) != 0)
		return "bad-request";
	if (!span_is(ask->version))
		ask->version = since;
	return NULL;
}

bool
ask_read(struct arena *a, struct span head, struct span base_path,
    struct ask *out, struct text **refusal)
{
	struct req req = { .content_length = -1 };
	struct span rest = head;
	const char *slug = NULL;
	char allow[64];

	*out = (struct ask){ .version = SPAN_NONE };
	if (!read_line(cut_line(&rest), &req))
		slug = "bad-request";
	while (span_is(rest))
		read_header(cut_line(&rest), &req, out);
	if (is_request_id(req.request_id_in))
		out->request_id = req.request_id_in;
	if (slug == NULL)
		slug = find_route(a, &req, base_path, allow);
	if (slug == NULL)
		slug = read_rest(a, &req, out);
	if (slug != NULL)
		*refusal = ask_problem(a, out->request_id, slug, NULL, 0);
	return slug == NULL;
}
