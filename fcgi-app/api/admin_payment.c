/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/admin_payment - handlers for what operators do about payments
 *
 * Layer: fcgi-app/api.  Uses: http, keyed, admin.
 */
#include "fcgi-app/api/api.h"

#include "admin/give_back.h"
#include "admin/payment_move.h"
#include "admin/search.h"
#include "fcgi-app/api/cancelled.h"
#include "fcgi-app/api/read_tickets.h"
#include "http/problem.h"

struct payment_body {
	struct json_ids seat_ids; /* of a refund */
	int64_t quantity;
	const struct json *tickets;
	struct span reason;
};

#define BODY(member) offsetof(struct payment_body, member)

static const struct field move_fields[] = {
	{ "reason", FIELD_STRING, 0, 1, AUDIT_REASON_MAX, BODY(reason), 0 },
	{ 0 },
};

static const struct field refund_fields[] = {
	{ "seat_ids", FIELD_IDS, FIELD_OPTIONAL, 1, HOLD_SEATS_MAX,
	    BODY(seat_ids), 0 },
	{ "quantity", FIELD_INT, FIELD_OPTIONAL, 1, HOLD_SEATS_MAX,
	    BODY(quantity), 0 },
	TICKETS_FIELD(struct payment_body),
	{ "reason", FIELD_STRING, 0, 1, AUDIT_REASON_MAX, BODY(reason), 0 },
	{ 0 },
};

static bool
read_ask(struct ctx *ctx, const struct req *req, struct res *res,
    const struct field *fields, int64_t *id, struct payment_body *body,
    struct audit_by *by)
{
	*body = (struct payment_body){ .quantity = 0 };
	if (!read_query_only(req, res, NULL) || !read_id(req, res, 0, id)
	    || !read_body(ctx, req, res, fields, body))
		return false;
	*by = (struct audit_by){ .user = req->buyer.id,
		.reason = body->reason,
		.request_id = req->request_id };
	return true;
}

/* ---- moves ---- */

static const struct problem_row move_problems[] = {
	{ PAYMENT_MOVE_E_MOVE, "not-found", NULL },
	{ PAYMENT_MOVE_E_NONE, "not-found", NULL },
	{ PAYMENT_MOVE_E_OVER, "no-such-move",
	    "It has its end, or nobody outside is asked about it." },
	{ 0 },
};

/* The payment with its history. */
static int
answer_payment(struct ctx *ctx, struct res *res, int status, int64_t id)
{
	struct span history;
	int r = search_payment(ctx, id, &history);

	if (r != SEARCH_OK)
		return r < 0 ? r : problem(res, "not-found", NULL);
	return res_body(res, status, "application/json", history);
}

int
api_admin_payment_move(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct payment_body body;
	struct audit_by by;
	int64_t id;
	int r;

	if (!read_ask(ctx, req, res, move_fields, &id, &body, &by))
		return 0;
	r = payment_move(ctx, id, req->params[1], &by);
	if (r == PAYMENT_MOVE_E_REASON)
		return problem_field(res, "reason", "This is no reason.");
	if (r != PAYMENT_MOVE_OK && r != PAYMENT_MOVE_GOES)
		return problem_from(res, move_problems, r);
	return answer_payment(ctx, res, r == PAYMENT_MOVE_GOES ? 202 : 200, id);
}

/* ---- refunds ---- */

int
api_admin_payment_refund(struct ctx *ctx, const struct req *req,
    struct res *res)
{
	struct cancel_result result = { .until_ms = 0 };
	struct req asked = *req;
	struct cancel ask = { .idem = req->idem,
		.answer = cancelled_write,
		.answer_arg = &asked };
	struct payment_body body;
	struct audit_by by;
	int64_t id;
	int r;

	if (!read_ask(ctx, req, res, refund_fields, &id, &body, &by)
	    || !read_tickets(ctx, res, body.tickets, &ask.tickets,
		&ask.n_tickets))
		return 0;
	if (ask.n_tickets > 0 && (body.quantity > 0 || body.seat_ids.n > 0))
		return problem_field(res, "tickets",
		    "Say either seat_ids, or quantity, or tickets.");
	ask.seats = body.seat_ids.ids;
	ask.n_seats = body.seat_ids.n;
	ask.quantity = body.quantity;
	r = give_back(ctx, id, &ask, &by, &result);
	if (r == GIVE_BACK_E_REASON)
		return problem_field(res, "reason", "This is no reason.");
	if (r == GIVE_BACK_E_NOTHING)
		return problem(res, "no-such-move", "It bought nothing.");
	return cancelled_answer(ctx, res, r, &result);
}
