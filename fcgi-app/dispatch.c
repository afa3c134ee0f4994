/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dispatch - one request on its way: route, gates, handler, answer
 *
 * The route is looked up before the body is read because it tells how much
 * of a body to keep; whatever is refused, the body is still read to its end
 * (fcgi_door.c), so a refusal never costs the kept connection.
 *
 * Layer: fcgi-app.  Uses: http, store, gates, m.
 */
#include "fcgi-app/dispatch.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/rand.h"
#include "base/crypto.h"
#include "fcgi-app/headers.h"
#include "fcgi-app/m/page.h"
#include "fcgi-app/stats.h"
#include "http/problem.h"

#include <assert.h>
#include <errno.h>
#include <strings.h>

#define REQUEST_ID_MIN 8
#define REQUEST_ID_MAX 64

/* A client's id is taken over when it can do no harm in a header or a log. */
static bool
request_id_fits(struct span id)
{
	if (id.len < REQUEST_ID_MIN || id.len > REQUEST_ID_MAX)
		return false;
	for (size_t i = 0; i < id.len; i++) {
		char c = id.p[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z')
		    && !(c >= 'A' && c <= 'Z') && c != '-' && c != '_'
		    && c != '.')
			return false;
	}
	return true;
}

/* Random bytes are fetched for many ids at once: a system call less for each
 * request. Only workers make ids, so no two processes share a supply. */
static struct span
make_request_id(struct arena *a)
{
	static uint8_t supply[32][16];
	static size_t left;

	if (left == 0) {
		rand_bytes(supply, sizeof(supply));
		left = ARRAY_LEN(supply);
	}
	left--;
	return span_str(crypto_hex(a, supply[left], sizeof(supply[left])));
}

static int
refuse_method(struct ctx *ctx, struct res *res, const char *allow)
{
	res_header(res, "Allow", arena_span(&ctx->arena, span_str(allow)));
	return problem(res, "method-not-allowed", NULL);
}

/* The path is there, but not for this method: it may be a browser that asks
 * whether another site's page may call it. */
static int
other_method(const struct dispatch *d, struct ctx *ctx, struct call *call,
    const char *allow)
{
	struct req asked = call->req;
	char unused[64];

	asked.method = method_parse(call->req.asked_method);
	if (!headers_is_preflight(&call->req)
	    || router_match(d->router, &asked, &call->route, unused)
		!= ROUTE_OK)
		return refuse_method(ctx, &call->res, allow);
	return headers_preflight(ctx, &call->req, call->route, allow,
	    &call->res);
}

/* Fill call->route, or answer why there is none. */
static int
find_route(const struct dispatch *d, struct ctx *ctx, struct call *call)
{
	struct res *res = &call->res;
	char allow[64];

	switch (req_route_uri(&ctx->arena, &call->req,
	    span_str(ctx->set.base_path))) {
	case 0:
		break;
	case 1:
		return problem(res, "bad-request", "The path is malformed.");
	default:
		return problem(res, "not-found", NULL);
	}
	switch (router_match(d->router, &call->req, &call->route, allow)) {
	case ROUTE_OK:
		return 0;
	case ROUTE_E_METHOD:
		return other_method(d, ctx, call, allow);
	default:
		return problem(res, "not-found", NULL);
	}
}

/* What a large body becomes when it is taken apart, and itself twice: the
 * shortest values of JSON take 40 times their text. */
#define MEMORY_PER_BODY 48

/* Most that a request may use: as the settings say, but for the few routes
 * whose bodies could not be read in that. */
static size_t
memory_max(const struct ctx *ctx, int64_t body_max)
{
	return (size_t)MAX(ctx->set.worker_arena_mib << 20,
	    body_max * MEMORY_PER_BODY);
}

void
dispatch_head(const struct dispatch *d, struct ctx *ctx, struct call *call)
{
	struct req *req = &call->req;

	call->began_us = clock_mono_us();
	call->route = NULL;
	req->request_id = request_id_fits(req->request_id_in)
	    ? req->request_id_in
	    : make_request_id(&ctx->arena);
	req->lang = req_language(req->accept_language);
	log_set_request(req->request_id);
	log_set_trace(req_trace_id(req));
	res_init(&call->res, &ctx->arena, req->request_id);
	if (find_route(d, ctx, call) != 0)
		call->route = NULL;
	call->body_max = gates_body_max(call->route);
	ctx->arena.limit = memory_max(ctx, call->body_max);
}

/* Faults that may be over in a second. Any other is our own mistake. */
static const struct {
	int fault;
	const char *slug;
} passing[] = {
	{ DB_F_UNREACHABLE, "busy" },
	{ DB_F_TIMEOUT, "busy" },
	{ DB_F_UNKNOWN, "busy" },
	{ DB_F_READONLY, "busy" },
	{ -EBUSY, "busy" },
	{ KV_F_PROTOCOL, "seat-store-unavailable" },
	{ KV_F_REFUSED, "seat-store-unavailable" },
	{ KV_F_AWAY, "seat-store-unavailable" },
	{ KV_F_LOADING, "seat-store-unavailable" },
	{ -ETIMEDOUT, "seat-store-unavailable" },
	{ -EAGAIN, "seat-store-unavailable" },
	{ -ECONNREFUSED, "seat-store-unavailable" },
	{ -ECONNRESET, "seat-store-unavailable" },
	{ -EPIPE, "seat-store-unavailable" },
	{ -EIO, "seat-store-unavailable" },
	{ -ENOENT, "seat-store-unavailable" },
	{ -EACCES, "seat-store-unavailable" },
	{ -EHOSTUNREACH, "seat-store-unavailable" },
	{ -ENETUNREACH, "seat-store-unavailable" },
};

/* The fault was logged where it began, with this request's id. */
static int
answer_fault(struct res *res, int fault)
{
	for (size_t i = 0; i < ARRAY_LEN(passing); i++) {
		if (passing[i].fault == fault)
			return problem_retry(res, passing[i].slug, NULL, 1);
	}
	return problem(res, "internal", NULL);
}

static int
run(const struct dispatch *d, struct ctx *ctx, struct call *call)
{
	struct visit v = { &d->at, ctx, call->route, &call->req, &call->res };
	int r;

	r = gates_enter(&v);
	if (r != 0)
		return r;
	FAULT_POINT("dispatch.before_handler");
	r = call->route->handler(ctx, &call->req, &call->res);
	FAULT_POINT("dispatch.after_handler");
	return gates_leave(&v, r);
}

/* A half-built answer of a handler that then failed is forgotten. */
static void
start_over(struct ctx *ctx, struct call *call)
{
	res_init(&call->res, &ctx->arena, call->req.request_id);
	metrics_add(ctx->metrics, STAT_FAULTS, 1);
}

static bool
has_header(const struct res *res, const char *name)
{
	for (size_t i = 0; i < res->n_headers; i++) {
		if (strcasecmp(res->headers[i].name, name) == 0)
			return true;
	}
	return false;
}

void
dispatch_run(const struct dispatch *d, struct ctx *ctx, struct call *call)
{
	struct res *res = &call->res;
	int r = 0;

	if (res->status == 0)
		r = run(d, ctx, call);
	if (r < 0) {
		start_over(ctx, call);
		(void)answer_fault(res, r);
	}
	assert(res->status != 0);
	m_dress(ctx, &call->req, res);
	res_header(res, "X-Request-Id", call->req.request_id);
	if (!has_header(res, "Cache-Control"))
		res_header(res, "Cache-Control", SPAN_LIT("no-store"));
	headers_add(ctx, &call->req, call->route, res);
	FAULT_POINT("dispatch.before_answer");
}

/* The route's pattern, never the path: a path may hold a token. */
static void
log_access(const struct call *call, int64_t took_us)
{
	LOG(INFO, "request", LSTR("method", method_name(call->req.method)),
	    LSTR("route", call->route != NULL ? call->route->pattern : NULL),
	    LINT("status", call->res.status), LINT("us", took_us),
	    LINT("user", call->req.buyer.id), LINT("bytes", call->res.body.len),
	    LSTR("problem", call->res.problem));
}

void
dispatch_done(struct ctx *ctx, const struct call *call)
{
	int64_t took_us = clock_mono_us() - call->began_us;

	log_access(call, took_us);
	metrics_add(ctx->metrics, (int)stats_of_status(call->res.status), 1);
	metrics_observe_us(ctx->metrics, STAT_REQUEST_SECONDS, took_us);
	dispatch_drop(ctx);
}

void
dispatch_drop(struct ctx *ctx)
{
	log_set_request(SPAN_NONE);
	log_set_trace(SPAN_NONE);
	arena_reset(&ctx->arena);
}
