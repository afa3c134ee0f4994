/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fcgi_door - requests in, answers out; the door to libfcgi
 *
 * Works on the connections of loop.h, by their numbers. Each function says
 * whether the connection is still there; where not, its socket is closed and
 * loop_forget must follow.
 *
 * Source: FastCGI specification 1.0.
 *
 * Layer: fcgi-app.  Uses: http, params.
 */
#ifndef FCGI_APP_FCGI_DOOR_H
#define FCGI_APP_FCGI_DOOR_H

#include "http/req.h"
#include "http/res.h"

/* What is read and thrown away beyond a body's limit, so that a refusal
 * leaves the connection usable; more closes it with the answer. */
#define DOOR_DRAIN_MAX KIB(256)

/* Once a process, before the first request. returns: 0; < 0 logged */
int door_open(void) MUST_CHECK;

/*
 * Read a request's head from connection conn, whose socket is fd.
 *
 * memory:  req's spans live in a
 * returns: false when there was no request (closed, broken or too slow)
 */
bool door_head(int conn, int fd, struct arena *a, struct req *req) MUST_CHECK;

/*
 * Read the body to its end, keeping at most max bytes of it.
 *
 * out:     req->body, or req->body_too_large
 * returns: false when it broke off: nobody waits for an answer
 */
bool door_body(int conn, struct arena *a, struct req *req,
    int64_t max) MUST_CHECK;

/* Write the answer (head only for HEAD, 204 and 304) and finish the request.
 * returns: whether the web server keeps the connection */
bool door_answer(int conn, struct arena *a, const struct res *res,
    enum method method) MUST_CHECK;

#endif
