/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * refusal - which notice tells an outcome of the domain
 *
 * Layer: fcgi-app/m.  Uses: http, hold, reservation, provider.
 */
#include "fcgi-app/m/refusal.h"

#include "hold/hold_is.h"
#include "http/form.h"
#include "http/problem.h"
#include "provider/provider.h"
#include "reservation/cancel.h"
#include "reservation/purchase.h"

#define ONCE_LEN 32 /* 128 bits in hex */

struct row {
	int outcome;
	const char *why;
};

static const struct row holds[] = {
	{ HOLD_E_NONE, "not-found" },
	{ HOLD_E_TICKETS, "wrong-tickets" },
	{ HOLD_E_TICKET_COUNT, "wrong-tickets" },
	{ HOLD_E_APART, "no-seats-together" },
	{ HOLD_E_RULE, "seat-rule" },
	{ HOLD_E_TAKEN, "seat-taken" },
	{ HOLD_E_FULL, "section-full" },
	{ HOLD_E_LIMIT, "seat-limit" },
	{ HOLD_E_PASS, "queue-pass-required" },
	{ HOLD_E_CLOSED, "sale-closed" },
	{ HOLD_E_SECTION_CLOSED, "sale-closed" },
	{ HOLD_E_PAYING, "hold-paying" },
	{ HOLD_E_PAID, "hold-paid" },
	{ HOLD_E_EXPIRED, "hold-expired" },
	{ HOLD_E_LOST, "hold-lost" },
	{ HOLD_E_LAST, "hold-limit-reached" },
	{ HOLD_E_MANY, "too-many-holds" },
	{ HOLD_E_RATE, "rate-limited" },
	{ HOLD_E_HOARD, "rate-limited" },
	{ 0 },
};

static const struct row purchases[] = {
	{ PURCHASE_E_RUNNING, "idempotency-in-progress" },
	{ PURCHASE_E_NONE, "not-found" },
	{ PURCHASE_E_EXPIRED, "hold-expired" },
	{ PURCHASE_E_LOST, "hold-lost" },
	{ PURCHASE_E_PAYING, "hold-paying" },
	{ PURCHASE_E_TAKEN, "seat-taken" },
	{ PURCHASE_E_FULL, "section-full" },
	{ PURCHASE_E_FUNDS, "insufficient-funds" },
	{ PURCHASE_E_LIMIT, "seat-limit" },
	{ PURCHASE_E_CLOSED, "sale-closed" },
	{ PURCHASE_E_CURRENCY, "not-payable" },
	{ PURCHASE_E_FREE, "not-payable" },
	{ PURCHASE_E_ATTEMPTS, "not-payable" },
	{ 0 },
};

static const struct row cancels[] = {
	{ CANCEL_E_RUNNING, "idempotency-in-progress" },
	{ CANCEL_E_NONE, "not-found" },
	{ CANCEL_E_ALREADY, "already-cancelled" },
	{ CANCEL_E_LATE, "sale-closed" },
	{ 0 },
};

/* The rest: mostly what only a form that was changed by hand can meet. */
static const char *
find(const struct row *rows, int outcome)
{
	for (; rows->why != NULL; rows++)
		if (rows->outcome == outcome)
			return rows->why;
	return "invalid-field";
}

const char *
m_hold_why(int outcome)
{
	return find(holds, outcome);
}

const char *
m_purchase_why(int outcome)
{
	return find(purchases, outcome);
}

const char *
m_cancel_why(int outcome)
{
	return find(cancels, outcome);
}

bool
m_read_once(const struct req *req, struct res *res, struct span *out)
{
	*out = form_get(req->form, "once");
	if (out->len == ONCE_LEN
	    && strspn(out->p, "0123456789abcdef") >= ONCE_LEN)
		return true;
	(void)problem(res, "bad-request", NULL);
	return false;
}

const char *
m_reservation_path(struct ctx *ctx, struct span number)
{
	return arena_printf(&ctx->arena, "/m/reservations/%.*s",
	    (int)number.len, number.p);
}

bool
m_needs_script(const struct payment_method *method)
{
	const struct provider *provider = method->provider == NULL
	    ? NULL
	    : provider_find(span_str(method->provider));

	return provider != NULL && provider->form != NULL;
}
