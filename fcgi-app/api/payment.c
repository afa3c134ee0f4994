/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/payment - handlers for payments
 *
 * The answers of a purchase are written before it is committed, since they are
 * stored with it: who ends it later, elsewhere, gives them to its key.
 *
 * Layer: fcgi-app/api.  Uses: http, keyed, catalog, payment, reservation.
 */
#include "fcgi-app/api/api.h"

#include "base/clock.h"
#include "fcgi-app/api/paying.h"
#include "fcgi-app/api/read.h"
#include "fcgi-app/api/view_purchase.h"
#include "http/problem.h"
#include "provider/provider.h"
#include "reservation/purchase.h"

#define WAIT_MAX_S 2

struct pay_body {
	struct span hold_token;
	struct paying_body by;
};

static const struct field pay_fields[] = {
	{ "hold_token", FIELD_STRING, 0, 1, BOUGHT_TOKEN_MAX,
	    offsetof(struct pay_body, hold_token) },
	PAYING_FIELDS(struct pay_body, by, 0),
	{ 0 },
};

static const struct problem_row find_problems[] = {
	{ PAYMENT_E_NONE, "not-found", NULL },
	{ 0 },
};

static void
view_method(struct ctx *ctx, struct jw *w, const struct payment_method *m)
{
	const struct provider *provider = provider_find(span_str(m->provider));
	struct provider_form form;

	jw_object(w, NULL);
	jw_str(w, "method", m->name);
	jw_span(w, "currency", span_str(m->currency));
	if (provider == NULL || provider->form == NULL) {
		jw_null(w, "form");
	} else {
		provider->form(&ctx->set, &form);
		jw_object(w, "form");
		jw_str(w, "provider", provider->name);
		jw_span(w, "script", form.script);
		jw_span(w, "key", form.key);
		jw_end_object(w);
	}
	jw_end_object(w);
}

int
api_payment_methods(struct ctx *ctx, const struct req *req, struct res *res)
{
	const struct payment_method *m;
	struct jw w;

	if (!read_query_only(req, res, NULL))
		return 0;
	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; (m = payment_method_offered(&ctx->set, i)) != NULL;
	     i++)
		view_method(ctx, &w, m);
	jw_end_array(&w);
	jw_end_object(&w);
	return res_json(res, 200, &w);
}

int
api_payment_make(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct purchase_result result = { .answer = { 0 } };
	struct req asked = *req;
	struct purchase ask = { .user = req->buyer.id,
		.idem = req->idem,
		.answer = view_bought,
		.answer_arg = &asked };
	struct pay_body body = { .by = { .method = SPAN_NONE } };
	struct paying by;
	int r;

	if (!read_query_only(req, res, NULL)
	    || !read_body(ctx, req, res, pay_fields, &body)
	    || !paying_read(ctx, res, &body.by, "hold-lost", &by))
		return 0;
	ask.method = by.method;
	ask.token = body.hold_token;
	ask.source = by.source;
	ask.return_url = by.return_url;
	ask.declined = by.declined;
	ask.lost = by.lost;
	r = purchase_make(ctx, &ask, &result);
	if (r == PURCHASE_E_PENDING)
		return paying_answer(ctx, req, res, 202, result.payment);
	return bought_answer(ctx, res, r, ask.method, &result);
}

/* "respond-async, wait=2": the seconds of RFC 7240's wait, as far as we do. */
static int64_t
read_wait(struct span prefer)
{
	int64_t s;

	while (span_is(prefer)) {
		struct span value = span_trim(span_cut(&prefer, ','));

		if (span_eq_nocase(span_trim(span_cut(&value, '=')),
			SPAN_LIT("wait"))
		    && span_to_i64(span_trim(value), &s) && s > 0)
			return MIN(s, WAIT_MAX_S);
	}
	return 0;
}

int
api_payment_get(struct ctx *ctx, const struct req *req, struct res *res)
{
	int64_t id, wait_s = read_wait(req->prefer);
	struct payment payment;
	int r;

	if (!read_query_only(req, res, NULL) || !read_id(req, res, 0, &id))
		return 0;
	r = payment_await(ctx, req->buyer.id, id, wait_s * MS_PER_S, &payment);
	if (r != 0)
		return problem_from(res, find_problems, r);
	if (wait_s > 0)
		res_header(res, "Preference-Applied", SPAN_LIT("wait"));
	return paying_view(ctx, res, 200, 200, &payment);
}

int
api_payment_drop(struct ctx *ctx, const struct req *req, struct res *res)
{
	int64_t id;
	int r;

	if (!read_query_only(req, res, NULL) || !read_id(req, res, 0, &id))
		return 0;
	r = payment_give_up(ctx, req->buyer.id, id);
	if (r < 0 || r == PAYMENT_E_NONE)
		return problem_from(res, find_problems, r);
	return paying_answer(ctx, req, res, 200, id);
}

/* ---- what providers tell ---- */

static const struct problem_row hook_problems[] = {
	{ PROVIDER_HOOK_E_SIGNATURE, "bad-request",
	    "The signature is not the provider's, or too old." },
	{ PROVIDER_HOOK_E_MALFORMED, "bad-request", "This is no event." },
	{ 0 },
};

/* Raw bytes: nothing of them is read before they are known to be his. */
int
api_provider_event(struct ctx *ctx, const struct req *req, struct res *res)
{
	const struct provider *provider = provider_find(req->params[0]);
	struct provider_event event;
	int r;

	if (provider == NULL || provider->hook == NULL)
		return problem(res, "not-found", NULL);
	r = provider->hook(ctx, req->body, req->provider_signature, &event);
	if (r != PROVIDER_HOOK_OK)
		return problem_from(res, hook_problems, r);
	r = payment_event(ctx, span_str(provider->name), &event);
	return r != 0 ? r : res_no_content(res);
}
