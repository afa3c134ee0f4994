/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * params - FastCGI parameters to a struct req
 *
 * Values are copied: libfcgi frees its own when the request is finished, and
 * the access line is written after that.
 *
 * Layer: fcgi-app.  Uses: http.
 */
#include "fcgi-app/params.h"

#include <assert.h>
#include <stddef.h>

#define PARAM(name, field) \
	{ \
		SPAN_LIT(name), offsetof(struct req, field) \
	}

static const struct {
	struct span name;
	size_t offset;
} table[] = {
	PARAM("REQUEST_METHOD", method_text),
	PARAM("REQUEST_URI", uri),
	PARAM("REMOTE_ADDR", remote_addr),
	PARAM("CONTENT_TYPE", content_type),
	PARAM("HTTP_CONTENT_ENCODING", content_encoding),
	PARAM("HTTP_AUTHORIZATION", authorization),
	PARAM("HTTP_ACCEPT", accept),
	PARAM("HTTP_ACCEPT_ENCODING", accept_encoding),
	PARAM("HTTP_ACCEPT_LANGUAGE", accept_language),
	PARAM("HTTP_IF_MATCH", if_match),
	PARAM("HTTP_IF_NONE_MATCH", if_none_match),
	PARAM("HTTP_IDEMPOTENCY_KEY", idempotency_key),
	PARAM("HTTP_X_QUEUE_TOKEN", queue_token),
	PARAM("HTTP_X_REQUEST_ID", request_id_in),
	PARAM("HTTP_USER_AGENT", user_agent),
	PARAM("HTTP_COOKIE", cookie),
	PARAM("HTTP_ORIGIN", origin),
	PARAM("HTTP_X_SESSION", x_session),
	PARAM("HTTP_PREFER", prefer),
	PARAM("HTTP_STRIPE_SIGNATURE", provider_signature),
	PARAM("HTTP_ACCESS_CONTROL_REQUEST_METHOD", asked_method),
	PARAM("HTTP_TRACEPARENT", traceparent),
	PARAM("HTTP_RANGE", range),
};

/* The parameters that are no plain text in req. */
struct others {
	struct span content_length, https, scheme;
};

/* Longest name of the table. */
#define NAME_LEN_MAX 40

/* Which of the table have names of a length, one behind the other: a web server
 * sends forty parameters with each request. Numbers from 1, 0: none. */
static struct {
	bool made;
	uint8_t first[NAME_LEN_MAX + 1], next[ARRAY_LEN(table) + 1];
} by_len;

static void
make_by_len(void)
{
	for (size_t i = ARRAY_LEN(table); i > 0; i--) {
		size_t len = table[i - 1].name.len;

		assert(len <= NAME_LEN_MAX);
		by_len.next[i] = by_len.first[len];
		by_len.first[len] = (uint8_t)i;
	}
	by_len.made = true;
}

static struct span *
field_of(struct req *req, struct others *others, struct span name)
{
	uint8_t i;

	if (name.len > NAME_LEN_MAX)
		return NULL;
	if (span_eq(name, SPAN_LIT("CONTENT_LENGTH")))
		return &others->content_length;
	if (span_eq(name, SPAN_LIT("HTTPS")))
		return &others->https;
	if (span_eq(name, SPAN_LIT("REQUEST_SCHEME")))
		return &others->scheme;
	i = by_len.first[name.len];
	while (i != 0 && !span_eq(name, table[i - 1].name))
		i = by_len.next[i];
	return i == 0 ? NULL
		      : (struct span *)((char *)req + table[i - 1].offset);
}

/* An empty header is an absent one: some web servers send CONTENT_TYPE=
 * with every request. Only names are looked through: most of what web servers
 * send beside the headers nobody reads. */
static void
take(struct arena *a, struct req *req, struct others *others, const char *param)
{
	const char *end = strchr(param, '=');
	struct span *field;

	if (end == NULL || end[1] == '\0')
		return;
	field = field_of(req, others,
	    (struct span){ param, (size_t)(end - param) });
	if (field != NULL && !span_is(*field))
		*field = arena_span(a, span_str(end + 1));
}

void
params_read(struct arena *a, const char *const *envp, struct req *req)
{
	struct others others = { SPAN_NONE, SPAN_NONE, SPAN_NONE };

	if (!by_len.made)
		make_by_len();
	*req = (struct req){ .content_length = -1, .body = SPAN_LIT("") };
	for (; *envp != NULL; envp++)
		take(a, req, &others, *envp);
	if (!span_to_i64(others.content_length, &req->content_length)
	    || req->content_length < 0)
		req->content_length = -1;
	req->https = span_eq_nocase(others.https, SPAN_LIT("on"))
	    || span_eq_nocase(others.scheme, SPAN_LIT("https"));
	req->method = method_parse(req->method_text);
}
