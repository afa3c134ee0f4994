/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api_payment - handlers for payments
 *
 * The answer of a purchase is written before it is committed, since it is
 * stored by the same transaction; a final refusal is stored after it. Either
 * way the same key is given the same bytes again.
 *
 * Layer: fcgi-app.  Uses: http, catalog, idem, payment, reservation.
 */
#include "fcgi-app/api.h"

#include "base/fault.h"
#include "base/log.h"
#include "catalog/terms.h"
#include "fcgi-app/read.h"
#include "fcgi-app/view.h"
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
	{ PURCHASE_E_LIMIT, "seat-limit", NULL },
	{ 0 },
};

/* The key's last word; others may still change when asked again. */
static const int final_outcomes[] = { PURCHASE_E_EXPIRED, PURCHASE_E_LOST,
	PURCHASE_E_PAID, PURCHASE_E_TAKEN, PURCHASE_E_FUNDS,
	PURCHASE_E_LIMIT };

static bool
is_final(int r)
{
	for (size_t i = 0; i < ARRAY_LEN(final_outcomes); i++)
		if (final_outcomes[i] == r)
			return true;
	return false;
}

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
	const struct terms *terms;
	struct jw w;

	/* Only for labels, and the purchase has just asked for them. */
	if (terms_kept(ctx, r->performance, &terms) != 0)
		terms = NULL;
	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	view_reservation(&w, "reservation", r, terms, (enum lang)req->lang);
	view_payment(&w, "payment", p);
	jw_end_object(&w);
	return jw_text(&w);
}

/* The stored bytes. */
static int
answer(struct res *res, const struct idem_answer *a, bool replayed)
{
	if (replayed)
		res_header(res, "Idempotency-Replayed", SPAN_LIT("true"));
	return res_body(res, a->status, a->status < 400 ? "application/json"
	    : "application/problem+json", a->body);
}

static int
refuse(struct ctx *ctx, struct res *res, int r,
    const struct purchase_result *result)
{
	struct jw extra;

	if (r == PURCHASE_E_RUNNING)
		return problem_retry(res, "idempotency-in-progress", NULL, 1);
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
	return problem_with(res, r == PURCHASE_E_TAKEN ? "seat-taken"
	    : "hold-paid", NULL, &extra);
}

/* A final refusal is given again to the same key. That it is kept is worth a
 * try, not more: asking anew comes to the same. But if the key was answered
 * meanwhile, that is the answer. */
static int
refuse_and_keep(struct ctx *ctx, struct res *res, const struct idem *idem,
    int outcome, const struct purchase_result *result)
{
	struct idem_answer before;
	int r = refuse(ctx, res, outcome, result);

	FAULT_POINT("pay.before_keep");
	if (r != 0 || !is_final(outcome))
		return r;
	r = idem_keep(ctx, idem, &(struct idem_answer){ res->status,
	    res->body }, &before);
	if (r == IDEM_E_REPLAY)
		return answer(res, &before, true);
	if (r != 0)
		LOG(WARN, "answer-not-kept", LINT("outcome", r));
	return 0;
}

int
api_payment_make(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct purchase_result result = { .answer = { 0 } };
	struct req asked = *req;
	struct purchase ask = { .user = req->buyer.id,
		.answer = write_answer, .answer_arg = &asked };
	struct pay_body body;
	struct idem idem;
	int r;

	if (!read_query_only(req, res, NULL) ||
	    !read_body(ctx, req, res, pay_fields, &body))
		return 0;
	ask.method = payment_method_find(body.method);
	if (ask.method == NULL)
		return problem_field(res, "method", "Pay by: wallet.");
	idem_init(ctx, &idem, ask.user, "POST /payments",
	    req->idempotency_key, (struct span[]){ body.hold_token,
	    body.method }, 2);
	ask.idem = &idem;
	ask.token = body.hold_token;
	r = purchase_make(ctx, &ask, &result);
	if (r == PURCHASE_OK || r == PURCHASE_E_REPLAY)
		return answer(res, &result.answer, r == PURCHASE_E_REPLAY);
	return refuse_and_keep(ctx, res, &idem, r, &result);
}

static const struct problem_row find_problems[] = {
	{ PAYMENT_E_NONE, "not-found", NULL },
	{ 0 },
};

int
api_payment_get(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct payment payment;
	struct jw w;
	int64_t id;
	int r;

	if (!read_query_only(req, res, NULL) || !read_id(req, res, 0, &id))
		return 0;
	r = payment_find(ctx, req->buyer.id, id, &payment);
	if (r != 0)
		return problem_from(res, find_problems, r);
	jw_init(&w, &ctx->arena);
	view_payment(&w, NULL, &payment);
	return res_json(res, 200, &w);
}
