/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fcgi_door - requests in, answers out; the door to libfcgi
 *
 * What libfcgi 2.4.2 does by itself is kept away from the worker's loop:
 * - Requests have no listening socket (-1). Otherwise libfcgi would accept
 *   the next connection itself after a web server's close, outside the epoll
 *   set, without our time-outs, even while draining.
 * - keepConnection is set before the first request on a connection, else
 *   libfcgi would close the socket before it reads from it; afterwards it
 *   does what the web server asked for.
 * - A body is read to its end: libfcgi drops only its own 8 kB buffer, and
 *   what stays in the socket would be taken for the next request's head.
 * - It has no time-outs: the sockets have them.
 * - It frees three buffers of 8 kB with each request, after which malloc would
 *   put all small pieces together each time: it keeps none that way.
 *
 * Layer: fcgi-app.  Uses: http, params.
 */
#include "fcgi-app/fcgi_door.h"

#include "base/log.h"
#include "fcgi-app/loop.h"
#include "fcgi-app/params.h"

#include <errno.h>
#include <fcgiapp.h>
#include <malloc.h>
#include <stdlib.h>

/* How long libfcgi waits for a peer's first bytes and for its close. */
#define LIBRARY_POLL_MS "100"

static struct {
	bool open;
	FCGX_Request fcgi;
} conns[LOOP_CONNS_MAX];

int
door_open(void)
{
	setenv("LIBFCGI_IS_AF_UNIX_KEEPER_POLL_TIMEOUT", LIBRARY_POLL_MS, 0);
	setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", LIBRARY_POLL_MS, 0);
	(void)mallopt(M_MXFAST, 0);
	if (FCGX_Init() == 0)
		return 0;
	LOG(ERROR, "door-failed", LSTR("error", "FCGX_Init"));
	return -ENOMEM;
}

static void
meet(int conn, int fd)
{
	FCGX_Request *r = &conns[conn].fcgi;

	if (conns[conn].open)
		return;
	FCGX_InitRequest(r, -1, 0);
	r->ipcFd = fd;
	r->keepConnection = 1;
	conns[conn].open = true;
}

/* Whether libfcgi has left the socket open. */
static bool
still_there(int conn)
{
	conns[conn].open = conns[conn].fcgi.ipcFd >= 0;
	return conns[conn].open;
}

/* Finish the request and close the connection. */
static void
part(int conn)
{
	conns[conn].fcgi.keepConnection = 0;
	FCGX_Finish_r(&conns[conn].fcgi);
	conns[conn].open = false;
}

bool
door_head(int conn, int fd, struct arena *a, struct req *req)
{
	FCGX_Request *r = &conns[conn].fcgi;

	meet(conn, fd);
	if (FCGX_Accept_r(r) < 0) {
		conns[conn].open = false;
		return false;
	}
	params_read(a, (const char *const *)r->envp, req);
	return true;
}

/* Read what is left of a body that is too long, up to a bound. */
static void
drain(FCGX_Request *r)
{
	char waste[KIB(8)];
	const int step = (int)sizeof(waste);
	int64_t n = 0;
	int got;

	do {
		got = FCGX_GetStr(waste, step, r->in);
		n += got;
	} while (got == step && n < DOOR_DRAIN_MAX);
	if (got == step)
		r->keepConnection = 0;
}

/* Up to max + 1 bytes: one more than allowed tells "too long" from "full". */
static struct span
read_up_to(FCGX_Stream *in, struct arena *a, int64_t expected, int64_t max)
{
	struct strbuf b;
	int64_t step;
	int got;

	strbuf_init(&b, a, (size_t)expected + 1);
	do {
		step = MIN(MAX(expected + 1, KIB(4)), max + 1 - (int64_t)b.len);
		got = FCGX_GetStr(strbuf_room(&b, (size_t)step), (int)step, in);
		strbuf_grew(&b, (size_t)got);
	} while (got == step && (int64_t)b.len <= max);
	return strbuf_get(&b);
}

bool
door_body(int conn, struct arena *a, struct req *req, int64_t max)
{
	FCGX_Request *r = &conns[conn].fcgi;
	int64_t expected = MIN(MAX(req->content_length, 0), max);

	req->body = read_up_to(r->in, a, expected, max);
	if ((int64_t)req->body.len > max) {
		req->body = SPAN_LIT("");
		req->body_too_large = true;
		drain(r);
	}
	if (FCGX_GetError(r->in) == 0)
		return true;
	part(conn);
	return false;
}

static bool
has_body(const struct res *res)
{
	return res->status != 204 && res->status != 304;
}

static void
add_header(struct strbuf *b, const char *name, struct span value)
{
	size_t len = strlen(name);
	char *start = strbuf_room(b, len + value.len + sizeof(": \r\n"));
	char *p = mempcpy(start, name, len);

	p = mempcpy(p, ": ", 2);
	if (value.len > 0)
		p = mempcpy(p, value.p, value.len);
	p = mempcpy(p, "\r\n", 2);
	strbuf_grew(b, (size_t)(p - start));
}

/* By hand: printf would be a tenth of what a small request costs. */
static struct span
head_text(struct arena *a, const struct res *res)
{
	struct strbuf b;

	strbuf_init(&b, a, KIB(1));
	strbuf_str(&b, "Status: ");
	strbuf_i64(&b, res->status);
	strbuf_char(&b, ' ');
	strbuf_str(&b, res_reason(res->status));
	strbuf_str(&b, "\r\n");
	if (has_body(res)) {
		add_header(&b, "Content-Type", span_str(res->content_type));
		add_header(&b, "Content-Length",
		    arena_i64(a, (int64_t)res->body.len));
	}
	for (size_t i = 0; i < res->n_headers; i++)
		add_header(&b, res->headers[i].name, res->headers[i].value);
	strbuf_str(&b, "\r\n");
	return strbuf_get(&b);
}

bool
door_answer(int conn, struct arena *a, const struct res *res,
    enum method method)
{
	FCGX_Request *r = &conns[conn].fcgi;
	struct span head = head_text(a, res);

	FCGX_PutStr(head.p, (int)head.len, r->out);
	if (has_body(res) && method != HEAD)
		FCGX_PutStr(res->body.p, (int)res->body.len, r->out);
	FCGX_Finish_r(r);
	return still_there(conn);
}
