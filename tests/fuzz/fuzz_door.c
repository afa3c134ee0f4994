/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_door - what a web server, or whoever reached its socket, sends
 *
 * The input is a kept connection's bytes, FastCGI records: read by libfcgi
 * and our door, answered, until the door closes it.
 *
 * Layer: tests.  Uses: fcgi-app.
 */
#include "fcgi-app/fcgi_door.h"

#include "tests/fuzz/target.h"

#include <assert.h>
#include <sys/socket.h>
#include <unistd.h>

#define BODY_MAX 1024

static void
must_be_within(const struct req *req)
{
	assert(req->content_length >= -1);
	assert(req->body.p != NULL && req->body.len <= BODY_MAX);
	assert(!req->body_too_large || req->body.len == 0);
}

/* returns: whether the connection is kept */
static bool
serve_one(int fd, struct arena *a)
{
	struct req req;
	struct res res;

	if (!door_head(0, fd, a, &req) || !door_body(0, a, &req, BODY_MAX))
		return false;
	must_be_within(&req);
	res_init(&res, a, SPAN_NONE);
	(void)res_body(&res, 200, "text/plain", SPAN_LIT("ok"));
	return door_answer(0, a, &res, req.method);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static bool is_open;
	struct arena *a = target_arena();
	int pair[2], r, n = 0;

	if (!is_open) {
		r = door_open();
		assert(r == 0);
		is_open = true;
	}
	r = socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
	assert(r == 0);
	if (write(pair[1], data, len) == (ssize_t)len) {
		/* The connection ends behind the input, so serving does. */
		shutdown(pair[1], SHUT_WR);
		while (serve_one(pair[0], a))
			assert(++n <= (int)len);
	} else {
		close(pair[0]);
	}
	close(pair[1]);
	return 0;
}
