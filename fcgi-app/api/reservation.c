/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/reservation - handlers for what a buyer owns
 *
 * Layer: fcgi-app/api.  Uses: http, catalog, reservation.
 */
#include "fcgi-app/api/api.h"

#include "catalog/terms.h"
#include "fcgi-app/api/cancelled.h"
#include "fcgi-app/api/read_tickets.h"
#include "fcgi-app/api/view_purchase.h"
#include "http/problem.h"

static const struct problem_row problems[] = {
	{ RESERVATION_E_NONE, "not-found", NULL },
	{ 0 },
};

/* One reservation with the labels of its hall. */
static int
write_one(struct ctx *ctx, const struct req *req, struct jw *w,
    const struct reservation *r)
{
	const struct price_list *list;
	const struct terms *terms;
	int fault = view_labels(ctx, r, &terms, &list);

	if (fault < 0)
		return fault;
	view_reservation(w, NULL, r, terms, list, (enum lang)req->lang);
	return 0;
}

int
api_reservation_get(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct reservation reservation;
	struct jw w;
	int r;

	if (!read_query_only(req, res, NULL))
		return 0;
	r = reservation_find(ctx, req->buyer.id, req->params[0], &reservation);
	if (r != 0)
		return problem_from(res, problems, r);
	jw_init(&w, &ctx->arena);
	r = write_one(ctx, req, &w, &reservation);
	if (r < 0)
		return r;
	view_language(req, res);
	return res_json(res, 200, &w);
}

int
api_reservation_list(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct reservation *list;
	struct page page;
	int64_t last = 0;
	struct jw w;
	bool more;
	size_t n;
	int r;

	if (!read_page_only(ctx, req, res, &page))
		return 0;
	r = reservation_list(ctx, req->buyer.id, page.after_id,
	    (size_t)page.limit, &list, &n, &more);
	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; r == 0 && i < n; i++) {
		r = write_one(ctx, req, &w, &list[i]);
		last = list[i].id;
	}
	if (r != 0)
		return r;
	jw_end_array(&w);
	page_write_next(&w, more, last, last);
	jw_end_object(&w);
	view_language(req, res);
	return res_json(res, 200, &w);
}

/* ---- giving seats back ---- */

struct cancel_body {
	struct json_ids seat_ids;
	int64_t quantity;
	const struct json *tickets;
};

static const struct field cancel_fields[] = {
	{ "seat_ids", FIELD_IDS, FIELD_OPTIONAL, 1, HOLD_SEATS_MAX,
	    offsetof(struct cancel_body, seat_ids) },
	{ "quantity", FIELD_INT, FIELD_OPTIONAL, 1, HOLD_SEATS_MAX,
	    offsetof(struct cancel_body, quantity) },
	TICKETS_FIELD(struct cancel_body),
	{ 0 },
};

int
api_reservation_cancel(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct cancel_result result = { .until_ms = 0 };
	struct req asked = *req;
	struct cancel ask = { .user = req->buyer.id,
		.number = req->params[0],
		.idem = req->idem,
		.answer = cancelled_write,
		.answer_arg = &asked };
	struct cancel_body body = { .seat_ids = { NULL, 0 } };
	int r;

	if (!read_query_only(req, res, NULL)
	    || !read_body(ctx, req, res, cancel_fields, &body)
	    || !read_tickets(ctx, res, body.tickets, &ask.tickets,
		&ask.n_tickets))
		return 0;
	if (ask.n_tickets > 0 && (body.quantity > 0 || body.seat_ids.n > 0))
		return problem_field(res, "tickets",
		    "Say either seat_ids, or quantity, or tickets.");
	ask.seats = body.seat_ids.ids;
	ask.n_seats = body.seat_ids.n;
	ask.quantity = body.quantity;
	r = cancel_make(ctx, &ask, &result);
	return cancelled_answer(ctx, res, r, &result);
}
