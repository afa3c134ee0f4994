/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/move - handlers for who moves a reservation to other seats, buyer or
 * operator
 *
 * Layer: fcgi-app/api.  Uses: http, keyed, reservation, admin.
 */
#include "fcgi-app/api/api.h"

#include "admin/move_by.h"
#include "catalog/price_list.h"
#include "fcgi-app/api/cancelled.h"
#include "fcgi-app/api/keyed.h"
#include "fcgi-app/api/paying.h"
#include "fcgi-app/api/read.h"
#include "fcgi-app/api/view_seat.h"
#include "http/problem.h"

static const struct problem_row problems[] = {
	{ MOVE_E_MISMATCH, "idempotency-mismatch", NULL },
	{ MOVE_E_NONE, "not-found", NULL },
	{ MOVE_E_CLOSED, "sale-closed",
	    "Its seats cannot become others, or not any more." },
	{ MOVE_E_OFTEN, "no-such-move", "It was moved too often." },
	{ MOVE_E_MONEY, "no-such-move",
	    "They do not cost the same, and the difference cannot be paid so." },
	{ MOVE_E_ROLE, "forbidden",
	    "They cost more, and it takes ADMIN to debit a wallet." },
	{ MOVE_E_FUNDS, "insufficient-funds", NULL },
	{ MOVE_E_TILL, "no-such-move",
	    "The till is closed, another operator's, or of another "
	    "currency." },
	{ MOVE_E_ATTEMPTS, "not-payable",
	    "This move was tried to be paid too often." },
	{ MOVE_E_FULL, "no-such-move",
	    "The refund would make the wallet's balance too large." },
	{ 0 },
};

/* ---- what is asked for ---- */

struct line_body {
	int64_t from, to;
	struct span ticket_type;
};

static const struct field line_fields[] = {
	{ "from", FIELD_INT, 0, 1, INT32_MAX,
	    offsetof(struct line_body, from) },
	{ "to", FIELD_INT, 0, 1, INT32_MAX, offsetof(struct line_body, to) },
	{ "ticket_type", FIELD_STRING, FIELD_OPTIONAL, 1, PRICE_TYPE_CODE_MAX,
	    offsetof(struct line_body, ticket_type) },
	{ 0 },
};

struct move_body {
	const struct json *seats;
	struct paying_body by;
	struct span reason;
	int64_t till, difference;
};

/* No difference: nobody said one. */
#define UNSAID INT64_MIN

/* What prices of HOLD_SEATS_MAX seats can differ by, and more. */
#define DIFFERENCE_MAX INT64_C(1000000000000000)
#define SEATS_FIELD \
	{ \
		"seats", FIELD_ARRAY, 0, 1, HOLD_SEATS_MAX, \
		    offsetof(struct move_body, seats) \
	}
static const struct field buyer_fields[] = {
	SEATS_FIELD,
	{ "difference", FIELD_INT, FIELD_OPTIONAL, -DIFFERENCE_MAX,
	    DIFFERENCE_MAX, offsetof(struct move_body, difference) },
	PAYING_FIELDS(struct move_body, by, FIELD_OPTIONAL),
	{ 0 },
};
static const struct field operator_fields[] = {
	SEATS_FIELD,
	{ "reason", FIELD_STRING, 0, 1, AUDIT_REASON_MAX,
	    offsetof(struct move_body, reason) },
	{ "till_id", FIELD_INT, FIELD_OPTIONAL, 1, INT64_MAX,
	    offsetof(struct move_body, till) },
	{ 0 },
};

static bool
read_lines(struct ctx *ctx, struct res *res, const struct json *seats,
    struct move *ask)
{
	struct move_line *lines = ARENA_ARRAY(&ctx->arena, seats->n,
	    struct move_line);

	for (size_t i = 0; i < seats->n; i++) {
		struct line_body line = { .ticket_type = SPAN_NONE };

		if (!read_object(ctx, res, &seats->items[i], line_fields,
			&line))
			return false;
		lines[i] = (struct move_line){ line.from, line.to,
			line.ticket_type };
	}
	ask->lines = lines;
	ask->n_lines = seats->n;
	return true;
}

/* By what is paid what it costs more; nothing: as it was paid. */
static bool
read_paying(struct ctx *ctx, struct res *res, const struct paying_body *body,
    struct move *ask)
{
	struct paying by;

	if (!span_is(body->method) && !span_is(body->source)
	    && !span_is(body->return_url))
		return true;
	if (!paying_read(ctx, res, body, "hold-lost", &by))
		return false;
	ask->method = by.method;
	ask->source = by.source;
	ask->return_url = by.return_url;
	ask->declined = by.declined;
	ask->lost = by.lost;
	return true;
}

/* ---- the answer ---- */

/* Where one sees what becomes of the other move. */
static int
paying(struct ctx *ctx, struct res *res, int64_t payment)
{
	struct jw extra;

	jw_init(&extra, &ctx->arena);
	jw_object(&extra, NULL);
	if (payment > 0)
		jw_int(&extra, "payment_id", payment);
	jw_end_object(&extra);
	return problem_with(res, "hold-paying",
	    "What another move of it costs more is being paid.", &extra);
}

static int
answer(struct ctx *ctx, struct res *res, int r,
    const struct move_result *result)
{
	switch (r) {
	case MOVE_OK:
	case MOVE_E_REPLAY:
		return keyed_answer(res, &result->answer, r == MOVE_E_REPLAY);
	case MOVE_E_RUNNING:
		return keyed_running(res);
	case MOVE_E_TAKEN:
		return view_taken(ctx, res, &result->conflicts);
	case MOVE_E_RULE:
		return view_rule(ctx, res, &result->conflicts);
	case MOVE_E_DIFFERENCE:
		return view_few(ctx, res, "other-price", "difference",
		    result->difference_minor);
	case MOVE_E_PAYING:
		return paying(ctx, res, result->payment);
	case MOVE_E_FROM:
		return problem_field(res, "seats",
		    "A seat is not in this reservation.");
	case MOVE_E_TO:
		return problem_field(res, "seats",
		    "The hall has no such seat, or it is named twice.");
	case MOVE_E_TYPE:
		return problem_field(res, "seats",
		    "It cannot have such a ticket type.");
	case MOVE_E_SAME:
		return problem_field(res, "seats", "Nothing would change.");
	case MOVE_E_CLASS:
		return problem_field(res, "seats",
		    "A seat is of another price class or type.");
	}
	return problem_from(res, problems, r);
}

int
api_reservation_move(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct move_result result = { .answer = { .status = 0 } };
	struct req asked = *req;
	struct move ask = { .user = req->buyer.id,
		.number = req->params[0],
		.idem = req->idem,
		.answer = cancelled_write,
		.answer_arg = &asked };
	struct move_body body = { .difference = UNSAID };
	int r;

	if (!read_query_only(req, res, NULL)
	    || !read_body(ctx, req, res, buyer_fields, &body)
	    || !read_lines(ctx, res, body.seats, &ask)
	    || !read_paying(ctx, res, &body.by, &ask))
		return 0;
	ask.told = body.difference != UNSAID;
	ask.difference_minor = body.difference;
	r = move_make(ctx, &ask, &result);
	if (r == MOVE_E_PENDING)
		return paying_answer(ctx, req, res, 202, result.payment);
	return answer(ctx, res, r, &result);
}

int
api_admin_reservation_move(struct ctx *ctx, const struct req *req,
    struct res *res)
{
	struct audit_by by = { .user = req->buyer.id,
		.request_id = req->request_id };
	struct move_result result = { .answer = { .status = 0 } };
	struct req asked = *req;
	struct move ask = { .number = req->params[0],
		.idem = req->idem,
		.answer = cancelled_write,
		.answer_arg = &asked };
	struct move_body body = { .seats = NULL };
	int r;

	if (!read_query_only(req, res, NULL)
	    || !read_body(ctx, req, res, operator_fields, &body)
	    || !read_lines(ctx, res, body.seats, &ask))
		return 0;
	by.reason = body.reason;
	ask.debits = req->buyer.admin;
	ask.till = body.till;
	r = move_by(ctx, &ask, &by, &result);
	if (r == MOVE_BY_E_REASON)
		return problem_field(res, "reason", "This is no reason.");
	return answer(ctx, res, r, &result);
}
