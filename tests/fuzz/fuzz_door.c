/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_door - requests over one kept connection, as a web server sends them
 *
 * A client chooses parameters and bodies, the web server packs them into
 * FastCGI records; so the input is the former and the records are made here,
 * well formed, since libfcgi trusts whoever may open its socket. The first
 * byte is how much a record holds, the second how often a body is repeated
 * (libfcgi's own buffer is longer than an input); requests are separated by a
 * byte 0x1E, each is lines "NAME=value", an empty line, and a body.
 *
 * What the door reads must be what was sent, request by request: a body
 * taken for the next request's head would show.
 *
 * Layer: tests.  Uses: fcgi-app.
 */
#include "fcgi-app/fcgi_door.h"

#include "base/strbuf.h"
#include "tests/fuzz/target.h"

#include <assert.h>
#include <sys/socket.h>
#include <unistd.h>

#define BODY_MAX 512
#define SEPARATOR '\x1E'

/* Of the FastCGI specification. */
enum { BEGIN_REQUEST = 1, PARAMS = 4, STDIN = 5 };

struct stream {
	struct arena *arena;
	struct strbuf bytes; /* of one request */
	size_t record_max;
	int repeat;
};

static void
add_record(struct stream *s, int type, struct span content)
{
	const char head[8] = { 1, (char)type, 0, 1, (char)(content.len >> 8),
		(char)content.len, 0, 0 };

	strbuf_add(&s->bytes, head, sizeof(head));
	strbuf_span(&s->bytes, content);
}

/* Content in as many records as it takes, and the empty one that ends it. */
static void
add_content(struct stream *s, int type, struct span content)
{
	while (content.len > 0) {
		struct span part = content;

		part.len = MIN(part.len, s->record_max);
		add_record(s, type, part);
		content.p += part.len;
		content.len -= part.len;
	}
	add_record(s, type, SPAN_LIT(""));
}

static void
add_length(struct strbuf *b, size_t len)
{
	if (len > 127) {
		strbuf_char(b, (char)(0x80 | len >> 24));
		strbuf_char(b, (char)(len >> 16));
		strbuf_char(b, (char)(len >> 8));
	}
	strbuf_char(b, (char)len);
}

/* Cut the next request off the input: its lines, and its body behind them. */
static struct span
cut_request(struct span *rest, struct span *body)
{
	struct span lines = span_cut(rest, SEPARATOR);
	const char *end = lines.len == 0
	    ? NULL
	    : memmem(lines.p, lines.len, "\n\n", 2);

	*body = SPAN_LIT("");
	if (end != NULL) {
		*body = (struct span){ end + 2,
			(size_t)(lines.p + lines.len - end) - 2 };
		lines.len = (size_t)(end - lines.p);
	}
	return lines;
}

static void
make_request(struct stream *s, struct span lines, struct span body)
{
	struct strbuf params;

	strbuf_init(&s->bytes, s->arena, 0);
	strbuf_init(&params, s->arena, 0);
	while (span_is(lines)) {
		struct span value = span_cut(&lines, '\n');
		struct span name = span_cut(&value, '=');

		add_length(&params, name.len);
		add_length(&params, value.len);
		strbuf_span(&params, name);
		strbuf_span(&params, value);
	}
	/* Responder, and the connection is kept. */
	add_record(s, BEGIN_REQUEST, SPAN_LIT("\0\1\1\0\0\0\0\0"));
	add_content(s, PARAMS, strbuf_get(&params));
	add_content(s, STDIN, body);
}

/* The address the lines give: the first that is not empty, up to a NUL. */
static struct span
uri_in(struct span lines)
{
	while (span_is(lines)) {
		struct span value = span_cut(&lines, '\n');

		if (!span_eq_str(span_cut(&value, '='), "REQUEST_URI"))
			continue;
		if (span_is(value))
			value.len = strnlen(value.p, value.len);
		if (value.len > 0)
			return value;
	}
	return SPAN_NONE;
}

/* returns: whether the connection is kept */
static bool
serve(int fd, struct arena *a, struct span uri, struct span body)
{
	struct req req;
	struct res res;
	bool there;

	there = door_head(0, fd, a, &req);
	assert(there);
	assert(span_eq(req.uri, uri));
	there = door_body(0, a, &req, BODY_MAX);
	assert(there);
	assert(req.body_too_large == (body.len > BODY_MAX));
	assert(req.body_too_large || span_eq(req.body, body));
	res_init(&res, a, SPAN_NONE);
	(void)res_body(&res, 200, "text/plain", SPAN_LIT("ok"));
	return door_answer(0, a, &res, req.method);
}

static struct span
repeated(struct arena *a, struct span text, int times)
{
	struct strbuf b;

	strbuf_init(&b, a, text.len * (size_t)times + 1);
	for (int i = 0; i < times; i++)
		strbuf_span(&b, text);
	return strbuf_get(&b);
}

/* A web server sends the next request when it has the answer. */
static void
converse(const int pair[2], struct stream *s, struct span requests)
{
	char answer[KIB(1)];
	struct span lines, body;
	struct req req;
	bool kept = true;

	while (span_is(requests)) {
		assert(kept);
		lines = cut_request(&requests, &body);
		body = repeated(s->arena, body, s->repeat);
		make_request(s, lines, body);
		if (send(pair[1], s->bytes.p, s->bytes.len, MSG_DONTWAIT)
		    != (ssize_t)s->bytes.len)
			break;
		kept = serve(pair[0], s->arena, uri_in(lines), body);
		while (recv(pair[1], answer, sizeof(answer), MSG_DONTWAIT) > 0)
			continue;
	}
	/* Then the connection ends, and libfcgi closes it. */
	shutdown(pair[1], SHUT_WR);
	while (door_head(0, pair[0], s->arena, &req)
	    && door_body(0, s->arena, &req, BODY_MAX))
		continue;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static bool is_open;
	struct stream s = { .arena = target_arena() };
	int pair[2], r;

	if (len < 2)
		return 0;
	if (!is_open) {
		r = door_open();
		assert(r == 0);
		is_open = true;
	}
	r = socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
	assert(r == 0);
	s.record_max = (size_t)data[0] * 4 + 1;
	s.repeat = data[1] % 32 + 1;
	converse(pair, &s, target_span(data + 2, len - 2));
	close(pair[1]);
	return 0;
}
