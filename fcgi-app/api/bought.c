/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bought - what becomes of a purchase, as it is answered
 *
 * Layer: fcgi-app/api.  Uses: http, keyed, payment, reservation.
 */
#include "fcgi-app/api/bought.h"

#include "fcgi-app/api/keyed.h"
#include "fcgi-app/api/view_seat.h"
#include "http/problem.h"

static const struct problem_row problems[] = {
	{ PURCHASE_E_MISMATCH, "idempotency-mismatch", NULL },
	{ PURCHASE_E_NONE, "not-found", "There is no such hold." },
	{ PURCHASE_E_EXPIRED, "hold-expired", NULL },
	{ PURCHASE_E_LOST, "hold-lost", NULL },
	{ PURCHASE_E_PAYING, "hold-paying", NULL },
	{ PURCHASE_E_FUNDS, "insufficient-funds", NULL },
	{ PURCHASE_E_FREE, "not-payable",
	    "There is nothing to pay: choose the wallet." },
	{ PURCHASE_E_ATTEMPTS, "not-payable",
	    "This hold was tried to be paid too often." },
	{ PURCHASE_E_LIMIT, "seat-limit", NULL },
	{ PURCHASE_E_CLOSED, "sale-closed",
	    "The performance is cancelled, or withdrawn from sale." },
	{ PURCHASE_E_TILL, "not-payable", "The till is closed." },
	{ PURCHASE_E_QUOTA, "not-payable",
	    "You have given away as many seats as you may in a day." },
	{ 0 },
};

int
bought_answer(struct ctx *ctx, struct res *res, int r,
    const struct payment_method *method, const struct purchase_result *result)
{
	struct jw extra;

	if (r == PURCHASE_OK || r == PURCHASE_E_REPLAY)
		return keyed_answer(res, &result->answer,
		    r == PURCHASE_E_REPLAY);
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
