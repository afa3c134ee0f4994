/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cancelled - what is answered to who gives seats back, buyer or operator
 *
 * Layer: fcgi-app/api.  Uses: http, keyed, catalog, reservation.
 */
#include "fcgi-app/api/cancelled.h"

#include "base/clock.h"
#include "catalog/terms.h"
#include "fcgi-app/api/keyed.h"
#include "fcgi-app/api/view_purchase.h"
#include "http/problem.h"

static const struct problem_row problems[] = {
	{ CANCEL_E_MISMATCH, "idempotency-mismatch", NULL },
	{ CANCEL_E_NONE, "not-found", NULL },
	{ CANCEL_E_ALREADY, "already-cancelled", NULL },
	{ 0 },
};

struct span
cancelled_write(struct ctx *ctx, void *arg, const struct reservation *r)
{
	const struct req *req = arg;
	const struct price_list *list;
	const struct terms *terms;
	struct jw w;

	/* Of what is done by now; without labels where they are not to be had.
	 */
	(void)view_labels(ctx, r, &terms, &list);
	jw_init(&w, &ctx->arena);
	view_reservation(&w, NULL, r, terms, list, (enum lang)req->lang);
	return jw_text(&w);
}

int
cancelled_answer(struct ctx *ctx, struct res *res, int r,
    const struct cancel_result *result)
{
	switch (r) {
	case CANCEL_OK:
	case CANCEL_E_REPLAY:
		return keyed_answer(res, &result->answer, r == CANCEL_E_REPLAY);
	case CANCEL_E_RUNNING:
		return keyed_running(res);
	case CANCEL_E_SEAT:
		return problem_field(res, "seat_ids",
		    "A seat is not in this reservation.");
	case CANCEL_E_QUANTITY:
		return problem_field(res, "quantity",
		    "The reservation has not "
		    "so many places that could be given back without a seat.");
	case CANCEL_E_TICKETS:
		return problem_field(res, "tickets",
		    "The reservation has not so many tickets of this type.");
	case CANCEL_E_MIXED:
		return problem_field(res, "quantity",
		    "Its places do not cost the same: say tickets.");
	case CANCEL_E_FULL:
		return problem_field(res, "seat_ids",
		    "The refund would make the wallet's balance too large.");
	case CANCEL_E_LATE:
		return problem(res, "sale-closed",
		    arena_printf(&ctx->arena,
			"Seats could be given back until %s.",
			clock_rfc3339(&ctx->arena, result->until_ms)));
	}
	return problem_from(res, problems, r);
}
