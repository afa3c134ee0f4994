/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * router - which route a path belongs to
 *
 * Patterns are literal segments and {name} segments. Literal segments win
 * over {name}; the match is by segment tree built once, not by trying all.
 *
 * Layer: http.  Uses: base, req.
 */
#ifndef HTTP_ROUTER_H
#define HTTP_ROUTER_H

#include "http/req.h"
#include "http/res.h"

struct ctx;

/* Who may call. MAYBE is anyone, whose token is read where it is good; BUYER is
 * whoever has logged in; which roles the others are is the gates' affair. Of
 * pages without JavaScript, who are told by a cookie: VISITOR is anyone, MEMBER
 * whoever has logged in there. */
enum who { ANYONE, MAYBE, BUYER, STAFF, GATE, ADMIN, VISITOR, MEMBER };

/* What else a route needs; bits. */
enum needs {
	NEEDS_KEY = 1,     /* an Idempotency-Key */
	NEEDS_BODY = 2,    /* a JSON body */
	NEEDS_HASHING = 4, /* hashes a password: bounded concurrency */
	NEEDS_MATCH = 8,   /* If-Match: changes what was looked at */
	NEEDS_FORM = 16,   /* a form of our own pages */
	NEEDS_PROOF = 32,  /* a password that was said shortly before */
};
/* It counts to a limit, by its number in the program's table of limits. */
#define LIMITED(limit) ((unsigned)(limit) << 8)
#define LIMIT_OF(needs) ((int)((needs) >> 8))

typedef int route_fn(struct ctx *ctx, const struct req *req, struct res *res);

struct route {
	enum method method;
	const char *pattern;
	route_fn *handler;
	enum who who;
	unsigned needs;
	int64_t body_max; /* bytes; 0 with NEEDS_BODY: 64 KiB */
};

struct router;

/* routes ends with a NULL pattern and must stay valid. Asserts on doubled or
 * malformed patterns. */
struct router *router_open(const struct route *routes);
void router_close(struct router *r);

enum route_outcome { ROUTE_OK = 0, ROUTE_E_NONE, ROUTE_E_METHOD };

/*
 * Find the route of req->method and req->path; HEAD finds GET's.
 *
 * out:     *out, req->params on ROUTE_OK; allow (room for 64) on
 *          ROUTE_E_METHOD: "GET, HEAD, POST"
 * returns: any route_outcome
 */
int router_match(const struct router *r, struct req *req,
    const struct route **out, char *allow) MUST_CHECK;

#endif
