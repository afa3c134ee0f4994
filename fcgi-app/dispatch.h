/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dispatch - one request on its way: route, gates, handler, answer
 *
 * The only place that turns a fault into an HTTP answer, writes the access
 * line and counts. It knows no FastCGI: whoever has a struct req can run it.
 *
 *	dispatch_head(d, ctx, &call)		route known, or refused
 *	... read the body, at most call.body_max bytes ...
 *	dispatch_run(d, ctx, &call)		call.res is the answer
 *	... write the answer ...
 *	dispatch_done(ctx, &call)		logged, counted, arena reset
 *
 * Layer: fcgi-app.  Uses: http, store, gates.
 */
#ifndef FCGI_APP_DISPATCH_H
#define FCGI_APP_DISPATCH_H

#include "fcgi-app/gates.h"

struct dispatch {
	const struct router *router;
	struct station at;
};

/* One request and its answer. The caller fills req. */
struct call {
	struct req req;
	struct res res;
	const struct route *route; /* NULL: none matched */
	int64_t body_max;
	int64_t began_us;
};

/* The request id and the route, or a problem already in call->res. */
void dispatch_head(const struct dispatch *d, struct ctx *ctx,
    struct call *call);
/* Gates and handler; call->res is complete afterwards. */
void dispatch_run(const struct dispatch *d, struct ctx *ctx, struct call *call);
/* The access line and the counters; all memory of the request is gone. */
void dispatch_done(struct ctx *ctx, const struct call *call);
/* Instead of all that follows the head: nobody waits for an answer. */
void dispatch_drop(struct ctx *ctx);

#endif
