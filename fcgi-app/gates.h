/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gates - the ordered checks between a route and its handler
 *
 * A handler sees no request that a gate refuses, so no handler repeats these
 * checks. Which ones a route has is said by its row: who, needs, body_max.
 *
 * Layer: fcgi-app.  Uses: http, store, account, slots.
 */
#ifndef FCGI_APP_GATES_H
#define FCGI_APP_GATES_H

#include "fcgi-app/slots.h"
#include "http/router.h"
#include "store/ctx.h"

/* Body bytes of a route that does not say. */
#define GATES_BODY_MAX KIB(64)

/* Which slot this process is, and how many may hash at once. */
struct station {
	struct slots *slots;
	int slot;
	int hashing_max; /* >= 1 */
};

/* The most body bytes a route reads; NULL is no route at all. */
int64_t gates_body_max(const struct route *route);

/* A request between its route and its answer: what gates look at. */
struct visit {
	const struct station *at;
	struct ctx *ctx;
	const struct route *route;
	struct req *req;
	struct res *res;
};

/*
 * Run the checks in order; the first that refuses answers.
 *
 * out:     req->buyer, req->idempotency_key without its quotes, and what
 *          keyed_begin fills
 *          res  the problem, on 1
 * returns: 0 the handler may run, and gates_leave must follow; 1 refused;
 *          < 0 a fault
 */
int gates_enter(struct visit *v) MUST_CHECK;
/*
 * The handler is done: every gate gives back what it took, or keeps the answer.
 *
 * in:      r  the handler's
 * returns: r; < 0 where the answer in res must not go out (keyed_end)
 */
int gates_leave(struct visit *v, int r) MUST_CHECK;

#endif
