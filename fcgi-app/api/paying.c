/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * paying - by what a buyer pays, as he says it, and what he is told while its
 * end is not known
 *
 * Layer: fcgi-app/api.  Uses: http, payment.
 */
#include "fcgi-app/api/paying.h"

#include "base/strbuf.h"
#include "fcgi-app/api/view_purchase.h"
#include "http/problem.h"

static const struct problem_row find_problems[] = {
	{ PAYMENT_E_NONE, "not-found", NULL },
	{ 0 },
};

/* ---- by what ---- */

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

bool
paying_read(struct ctx *ctx, struct res *res, const struct paying_body *body,
    const char *lost, struct paying *out)
{
	*out = (struct paying){ .method = payment_method_named(&ctx->set,
				    body->method),
		.source = body->source,
		.return_url = body->return_url };
	if (out->method == NULL) {
		(void)problem_field(res, "method", offered(ctx));
		return false;
	}
	if (!is_source(body->source)
	    || (span_is(body->source) && out->method->provider == NULL)) {
		(void)problem_field(res, "source",
		    "Letters, digits, - and _, for a method that takes one.");
		return false;
	}
	if (span_is(body->return_url)
	    && (out->method->provider == NULL
		|| !payment_may_return(&ctx->set, body->return_url))) {
		(void)problem_field(res, "return_url",
		    "An address of this service, or one that its operator "
		    "allows, for a method that asks the buyer's bank.");
		return false;
	}
	if (out->method->provider != NULL) {
		out->declined = view_refusal(ctx, "payment-declined");
		out->lost = view_refusal(ctx, lost);
	}
	return true;
}

/* ---- while its end is not known ---- */

int
paying_view(struct ctx *ctx, struct res *res, int waits, int ended,
    const struct payment *payment)
{
	struct jw w;

	jw_init(&w, &ctx->arena);
	view_payment(&w, NULL, payment);
	return res_json(res, payment_waits(payment) ? waits : ended, &w);
}

int
paying_answer(struct ctx *ctx, const struct req *req, struct res *res,
    int ended, int64_t id)
{
	struct payment payment;
	int r = payment_find(ctx, req->buyer.id, id, &payment);

	if (r != 0)
		return problem_from(res, find_problems, r);
	res_header(res, "Location",
	    span_str(arena_printf(&ctx->arena, "%s/api/v1/payments/%lld",
		ctx->set.base_path, (long long)id)));
	return paying_view(ctx, res, 202, ended, &payment);
}
