/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/payment - handlers for payments
 *
 * The answer of a purchase is written before it is committed, since it is
 * stored by the same transaction.
 *
 * Layer: fcgi-app/api.  Uses: http, keyed, catalog, payment, reservation.
 */
#include "fcgi-app/api/api.h"

#include "catalog/terms.h"
#include "fcgi-app/api/keyed.h"
#include "fcgi-app/api/read.h"
#include "fcgi-app/api/view_purchase.h"
#include "fcgi-app/api/view_seat.h"
#include "http/problem.h"
#include "reservation/purchase.h"

#define TOKEN_MAX 128
#define METHOD_MAX 16

static const struct problem_row problems[] = {
	{ PURCHASE_E_MISMATCH, "idempotency-mismatch", NULL },
	{ PURCHASE_E_NONE, "not-found", "There is no such hold." },
	{ PURCHASE_E_EXPIRED, "hold-expired", NULL },
	{ PURCHASE_E_LOST, "hold-lost", NULL },
	{ PURCHASE_E_PAYING, "hold-paying", NULL },
	{ PURCHASE_E_FUNDS, "insufficient-funds", NULL },
	{ PURCHASE_E_DECLINED, "payment-declined", NULL },
	{ PURCHASE_E_LIMIT, "seat-limit", NULL },
	{ PURCHASE_E_CLOSED, "sale-closed",
	    "The performance is cancelled, or withdrawn from sale." },
	{ 0 },
};

struct pay_body {
	struct span hold_token, method;
};

static const struct field pay_fields[] = {
	{ "hold_token", FIELD_STRING, 0, 1, TOKEN_MAX,
	    offsetof(struct pay_body, hold_token) },
	{ "method", FIELD_STRING, 0, 1, METHOD_MAX,
	    offsetof(struct pay_body, method) },
	{ 0 },
};

/* purchase_answer_fn: arg is the request. */
static struct span
write_answer(struct ctx *ctx, void *arg, const struct reservation *r,
    const struct payment *p)
{
	const struct req *req = arg;
	const struct price_list *list;
	const struct terms *terms;
	struct jw w;

	/* The purchase has just asked for the same. */
	(void)view_labels(ctx, r, &terms, &list);
	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	view_reservation(&w, "reservation", r, terms, list,
	    (enum lang)req->lang);
	view_payment(&w, "payment", p);
	jw_end_object(&w);
	return jw_text(&w);
}

static const struct problem_row find_problems[] = {
	{ PAYMENT_E_NONE, "not-found", NULL },
	{ 0 },
};

static int
answer_payment(struct ctx *ctx, struct res *res, int status, int64_t user,
    int64_t id)
{
	struct payment payment;
	struct jw w;
	int r;

	r = payment_find(ctx, user, id, &payment);
	if (r != 0)
		return problem_from(res, find_problems, r);
	jw_init(&w, &ctx->arena);
	view_payment(&w, NULL, &payment);
	return res_json(res, status, &w);
}

/* Nobody knows yet: where it will be known. */
static int
answer_pending(struct ctx *ctx, const struct req *req, struct res *res,
    int64_t payment)
{
	res_header(res, "Location",
	    span_str(arena_printf(&ctx->arena, "%s/api/v1/payments/%lld",
		ctx->set.base_path, (long long)payment)));
	return answer_payment(ctx, res, 202, req->buyer.id, payment);
}

static int
refuse(struct ctx *ctx, struct res *res, int r,
    const struct payment_method *method, const struct purchase_result *result)
{
	struct jw extra;

	if (r == PURCHASE_E_RUNNING)
		return keyed_running(res);
	if (r == PURCHASE_E_CURRENCY)
		return problem(res, "not-payable",
		    arena_printf(&ctx->arena, "Not payable in %.*s by %s.",
			(int)result->currency.len, result->currency.p,
			method->name));
	if (r == PURCHASE_E_FULL)
		return view_few(ctx, res, "section-full", "remaining",
		    result->conflicts.remaining);
	if (r != PURCHASE_E_TAKEN && r != PURCHASE_E_PAID)
		return problem_from(res, problems, r);
	jw_init(&extra, &ctx->arena);
	jw_object(&extra, NULL);
	if (r == PURCHASE_E_TAKEN)
		view_changes(&extra, "conflicts", result->conflicts.seats,
		    result->conflicts.n);
	else
		jw_span(&extra, "reservation_number", result->reservation);
	jw_end_object(&extra);
	return problem_with(res,
	    r == PURCHASE_E_TAKEN ? "seat-taken" : "hold-paid", NULL, &extra);
}

int
api_payment_make(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct purchase_result result = { .answer = { 0 } };
	struct req asked = *req;
	struct purchase ask = { .user = req->buyer.id,
		.idem = req->idem,
		.answer = write_answer,
		.answer_arg = &asked };
	struct pay_body body;
	int r;

	if (!read_query_only(req, res, NULL)
	    || !read_body(ctx, req, res, pay_fields, &body))
		return 0;
	ask.method = payment_method_find(body.method);
	if (ask.method == NULL)
		return problem_field(res, "method", "Pay by: wallet.");
	ask.token = body.hold_token;
	r = purchase_make(ctx, &ask, &result);
	if (r == PURCHASE_OK || r == PURCHASE_E_REPLAY)
		return keyed_answer(res, &result.answer,
		    r == PURCHASE_E_REPLAY);
	if (r == PURCHASE_E_PENDING)
		return answer_pending(ctx, req, res, result.payment);
	return refuse(ctx, res, r, ask.method, &result);
}

int
api_payment_get(struct ctx *ctx, const struct req *req, struct res *res)
{
	int64_t id;

	if (!read_query_only(req, res, NULL) || !read_id(req, res, 0, &id))
		return 0;
	return answer_payment(ctx, res, 200, req->buyer.id, id);
}
