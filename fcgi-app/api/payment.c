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
#include "fcgi-app/api/bought.h"
#include "fcgi-app/api/read.h"
#include "fcgi-app/api/view_purchase.h"
#include "http/problem.h"
#include "provider/provider.h"
#include "reservation/purchase.h"

#define SOURCE_MAX 128
#define RETURN_URL_MAX 500
#define WAIT_MAX_S 2

struct pay_body {
	struct span hold_token, method, source, return_url;
};

static const struct field pay_fields[] = {
	{ "hold_token", FIELD_STRING, 0, 1, BOUGHT_TOKEN_MAX,
	    offsetof(struct pay_body, hold_token) },
	{ "method", FIELD_STRING, 0, 1, BOUGHT_METHOD_MAX,
	    offsetof(struct pay_body, method) },
	{ "source", FIELD_STRING, FIELD_OPTIONAL, 1, SOURCE_MAX,
	    offsetof(struct pay_body, source) },
	{ "return_url", FIELD_STRING, FIELD_OPTIONAL, 1, RETURN_URL_MAX,
	    offsetof(struct pay_body, return_url) },
	{ 0 },
};

static const struct problem_row find_problems[] = {
	{ PAYMENT_E_NONE, "not-found", NULL },
	{ 0 },
};

/* waits, ended: what it is told with while nobody knows its end, and then. */
static int
answer_payment(struct ctx *ctx, struct res *res, int waits, int ended,
    const struct payment *payment)
{
	struct jw w;

	jw_init(&w, &ctx->arena);
	view_payment(&w, NULL, payment);
	return res_json(res, payment_waits(payment) ? waits : ended, &w);
}

/* Where its end will be known; it may have had it just now. */
static int
answer_pending(struct ctx *ctx, const struct req *req, struct res *res,
    int ended, int64_t id)
{
	struct payment payment;
	int r = payment_find(ctx, req->buyer.id, id, &payment);

	if (r != 0)
		return problem_from(res, find_problems, r);
	res_header(res, "Location",
	    span_str(arena_printf(&ctx->arena, "%s/api/v1/payments/%lld",
		ctx->set.base_path, (long long)id)));
	return answer_payment(ctx, res, 202, ended, &payment);
}

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

/* "Pay by: wallet, card." */
static const char *
offered(struct ctx *ctx)
{
	const struct payment_method *m;
	struct strbuf b;

	strbuf_init(&b, &ctx->arena, 64);
	for (size_t i = 0; (m = payment_method_offered(&ctx->set, i)) != NULL;
	     i++)
		strbuf_printf(&b, "%s%s", i == 0 ? "Pay by: " : ", ", m->name);
	strbuf_printf(&b, ".");
	return arena_str(&ctx->arena, strbuf_get(&b));
}

/* The provider's name for what the buyer pays with goes into a request to it.
 */
static bool
is_source(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!(text.p[i] >= '0' && text.p[i] <= '9')
		    && !(text.p[i] >= 'a' && text.p[i] <= 'z')
		    && !(text.p[i] >= 'A' && text.p[i] <= 'Z')
		    && text.p[i] != '_' && text.p[i] != '-')
			return false;
	return true;
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
	struct pay_body body = { .source = SPAN_NONE, .return_url = SPAN_NONE };
	int r;

	if (!read_query_only(req, res, NULL)
	    || !read_body(ctx, req, res, pay_fields, &body))
		return 0;
	ask.method = payment_method_named(&ctx->set, body.method);
	if (ask.method == NULL)
		return problem_field(res, "method", offered(ctx));
	if (!is_source(body.source)
	    || (span_is(body.source) && ask.method->provider == NULL))
		return problem_field(res, "source",
		    "Letters, digits, - and _, for a method that takes one.");
	if (span_is(body.return_url)
	    && (ask.method->provider == NULL
		|| !payment_may_return(&ctx->set, body.return_url)))
		return problem_field(res, "return_url",
		    "An address of this service, or one that its operator "
		    "allows, for a method that asks the buyer's bank.");
	ask.token = body.hold_token;
	ask.source = body.source;
	ask.return_url = body.return_url;
	if (ask.method->provider != NULL) {
		ask.declined = view_refusal(ctx, "payment-declined");
		ask.lost = view_refusal(ctx, "hold-lost");
	}
	r = purchase_make(ctx, &ask, &result);
	if (r == PURCHASE_E_PENDING)
		return answer_pending(ctx, req, res, 202, result.payment);
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
	return answer_payment(ctx, res, 200, 200, &payment);
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
	return answer_pending(ctx, req, res, 200, id);
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
