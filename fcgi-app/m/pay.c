/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * m/pay - paying for a basket, and what becomes of a payment
 *
 * It is the purchase that the API's POST /payments makes, under the same route
 * and with the same stored answer; the form's `once` is its key. Where somebody
 * outside is asked, the page of the payment says where to go, and looks again
 * by itself.
 *
 * Layer: fcgi-app/m.  Uses: http, idem, payment, reservation, api.
 */
#include "fcgi-app/m/m.h"

#include "fcgi-app/api/view_purchase.h"
#include "fcgi-app/m/page.h"
#include "fcgi-app/m/refusal.h"
#include "http/form.h"
#include "http/json.h"
#include "http/problem.h"
#include "reservation/purchase.h"

/* The page of a payment looks again so often. */
#define LOOK_S 3

/* A text of a stored answer, of its object or of that object's member. */
static struct span
text_of(struct ctx *ctx, struct span body, const char *object, const char *name)
{
	const struct json *value;
	struct json *json;

	if (json_parse(&ctx->arena, body, &json) != JSON_OK)
		return SPAN_NONE;
	value = object == NULL ? json : json_get(json, object);
	value = value == NULL ? NULL : json_get(value, name);
	return value != NULL && value->type == JSON_STRING ? value->str
							   : SPAN_NONE;
}

/* What the key was answered: a reservation, or a problem. */
static int
tell_answer(struct ctx *ctx, struct res *res, const char *basket,
    const struct idem_answer *answer)
{
	struct span number = text_of(ctx, answer->body, "reservation",
	    "number");
	struct span type = text_of(ctx, answer->body, NULL, "type");

	if (answer->status < 400 && span_is(number))
		return m_say(ctx, res, m_reservation_path(ctx, number),
		    "bought");
	(void)span_cut(&type, '/');
	(void)span_cut(&type, '/');
	return m_say(ctx, res, basket,
	    span_is(type) ? arena_str(&ctx->arena, type) : "invalid-field");
}

static int
tell(struct ctx *ctx, struct res *res, const char *basket, int r,
    const struct purchase_result *result)
{
	switch (r) {
	case PURCHASE_OK:
	case PURCHASE_E_REPLAY:
		return tell_answer(ctx, res, basket, &result->answer);
	case PURCHASE_E_PENDING:
		return m_see(ctx, res,
		    arena_printf(&ctx->arena, "/m/payments/%lld",
			(long long)result->payment));
	case PURCHASE_E_PAID:
		return m_see(ctx, res,
		    m_reservation_path(ctx, result->reservation));
	case PURCHASE_E_NONE:
	case PURCHASE_E_EXPIRED:
	case PURCHASE_E_LOST:
	case PURCHASE_E_TAKEN:
	case PURCHASE_E_FULL:
		return m_say(ctx, res, "/m", m_purchase_why(r));
	}
	return r < 0 ? r : m_say(ctx, res, basket, m_purchase_why(r));
}

/* The purchase of the API's route: both are one effect for one key. */
static void
ask_once(struct ctx *ctx, const struct req *req, struct span once,
    struct span method, struct idem *idem)
{
	const struct span parts[] = { req->params[0], method };

	idem_init(ctx, idem, req->buyer.id, "POST /api/v1/payments", once,
	    parts, ARRAY_LEN(parts));
}

int
m_pay_do(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct purchase_result result = { .answer = { 0 } };
	struct req asked = *req;
	struct idem idem;
	struct purchase ask = { .user = req->buyer.id,
		.token = req->params[0],
		.idem = &idem,
		.answer = view_bought,
		.answer_arg = &asked,
		.declined = view_refusal(ctx, "payment-declined"),
		.lost = view_refusal(ctx, "hold-lost") };
	struct span method = form_get(req->form, "method"), once;
	const char *basket = arena_printf(&ctx->arena, "/m/holds/%s",
	    html_encoded(&ctx->arena, req->params[0]));

	if (!m_read_once(req, res, &once))
		return 0;
	ask.method = payment_method_named(&ctx->set, method);
	if (ask.method == NULL || m_needs_script(ask.method))
		return m_say(ctx, res, basket, "not-payable");
	ask_once(ctx, req, once, method, &idem);
	return tell(ctx, res, basket, purchase_make(ctx, &ask, &result),
	    &result);
}

/* ---- a payment ---- */

static int
write_payment(struct m *m, const struct payment *p)
{
	M_ADD(m, "<p>{}</p>", M_V(m_money(m, p->amount_minor, p->currency)));
	if (!payment_waits(p)) {
		M_ADD(m,
		    "<p class=\"bad\">{}</p><p><a href=\"{}/m/performances/{}"
		    "\">{}</a></p>",
		    M_V(m_problem(m->lang, "payment-declined")), M_V(m->base),
		    M_V(p->performance), M_W(m, M_BACK_TO_SEATS));
		return m_end(m, 200);
	}
	if (p->next.len > 0)
		M_ADD(m, "<p>{}</p><p><a href=\"{url}\">{}</a></p>",
		    M_W(m, M_PAY_THERE), M_V(p->next), M_W(m, M_GO_THERE));
	else
		M_ADD(m, "<p>{}</p>", M_W(m, M_PAYMENT_WAITS));
	m_refresh(m, LOOK_S, "");
	return m_end(m, 200);
}

int
m_payment(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct payment payment;
	struct m m;
	int64_t id;
	int r;

	if (!req_id(req, 0, &id))
		return problem(res, "not-found", NULL);
	r = payment_find(ctx, req->buyer.id, id, &payment);
	if (r != PAYMENT_OK)
		return r < 0 ? r : problem(res, "not-found", NULL);
	if (payment.reservation.len > 0)
		return m_say(ctx, res,
		    m_reservation_path(ctx, payment.reservation), "bought");
	/* What it bought is another's by now. */
	if (span_eq_str(payment.status, "CAPTURED"))
		return m_see(ctx, res, "/m/reservations");
	m_begin_word(&m, ctx, req, res, M_PAYMENT);
	return write_payment(&m, &payment);
}
