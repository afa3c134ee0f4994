/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keyed - a write that is done once for its Idempotency-Key
 *
 * Layer: fcgi-app/api.  Uses: http, store, idem.
 */
#include "fcgi-app/api/keyed.h"

#include "base/fault.h"
#include "fcgi-app/api/read.h"
#include "http/problem.h"

/* The key's last word: the effect can never come any more, or not without
 * asking anew. All other refusals may be different next time, or say that
 * nothing was asked yet. */
static const char *const final_problems[] = {
	"already-cancelled",
	"hold-expired",
	"hold-lost",
	"hold-paid",
	"insufficient-funds",
	"payment-declined",
	"seat-limit",
	"seat-taken",
	"section-full",
};

static bool
is_final(const struct res *res)
{
	for (size_t i = 0; i < ARRAY_LEN(final_problems); i++)
		if (span_eq_str(span_str(res->problem), final_problems[i]))
			return true;
	return false;
}

bool
keyed_begin(struct ctx *ctx, const struct route *route, struct req *req,
    struct res *res)
{
	struct arena *a = &ctx->arena;
	struct span parts[REQ_PARAMS_MAX + 1];

	if (req->body.len > 0 && !read_json(ctx, req, res, &req->json))
		return false;
	memcpy(parts, req->params, sizeof(req->params));
	parts[REQ_PARAMS_MAX] = req->json == NULL
	    ? SPAN_NONE
	    : json_canonical(a, req->json);
	req->idem = ARENA_NEW(a, struct idem);
	idem_init(ctx, req->idem, req->buyer.id,
	    arena_printf(a, "%s %s", method_name(route->method),
		route->pattern),
	    req->idempotency_key, parts, ARRAY_LEN(parts));
	return true;
}

int
keyed_end(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct idem_answer before;
	int r;

	FAULT_POINT("keyed.before_keep");
	if (req->idem == NULL || !is_final(res))
		return 0;
	r = idem_keep(ctx, req->idem,
	    &(struct idem_answer){ res->status, res->body }, &before);
	switch (r) {
	case IDEM_E_REPLAY:
		return keyed_answer(res, &before, true);
	case IDEM_E_MISMATCH:
		return problem(res, "idempotency-mismatch", NULL);
	case IDEM_E_RUNNING:
		return keyed_running(res);
	}
	return r;
}

int
keyed_answer(struct res *res, const struct idem_answer *answer, bool replayed)
{
	if (replayed)
		res_header(res, "Idempotency-Replayed", SPAN_LIT("true"));
	return res_body(res, answer->status,
	    answer->status < 400 ? "application/json"
				 : "application/problem+json",
	    answer->body);
}

int
keyed_running(struct res *res)
{
	return problem_retry(res, "idempotency-in-progress", NULL, 1);
}
