/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/transfer - handlers for reservations that go to another user
 *
 * Layer: fcgi-app/api.  Uses: http, account, admin, catalog, reservation.
 */
#include "fcgi-app/api/api.h"

#include "account/account.h"
#include "account/fold.h"
#include "admin/transfer_by.h"
#include "catalog/price_list.h"
#include "catalog/terms.h"
#include "fcgi-app/api/read.h"
#include "fcgi-app/api/view_purchase.h"
#include "http/problem.h"

static const struct problem_row problems[] = {
	{ OFFER_E_NONE, "not-found", NULL },
	{ OFFER_E_OWN, "no-such-move", "It is yours already." },
	{ OFFER_E_CLOSED, "sale-closed",
	    "It cannot be passed on, or not any more." },
	{ OFFER_E_OFTEN, "no-such-move",
	    "It was moved or passed on too often." },
	{ OFFER_E_BUSY, "no-such-move",
	    "Money of it is on its way. Try again later." },
	{ TRANSFER_E_LIMIT, "seat-limit", NULL },
	{ 0 },
};

/* ---- the owner's side ---- */

static int
answer_offer(struct ctx *ctx, struct res *res, const struct offer *offer)
{
	struct jw w;

	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	jw_span(&w, "token", offer->token);
	jw_span(&w, "to", offer->to);
	jw_time(&w, "expires_at", offer->ends_ms);
	jw_end_object(&w);
	return res_json(res, offer->made ? 201 : 200, &w);
}

struct offer_body {
	struct span to;
};

static const struct field offer_fields[] = {
	{ "to", FIELD_STRING, FIELD_OPTIONAL, 1, FOLD_LOGIN_MAX,
	    offsetof(struct offer_body, to) },
	{ 0 },
};

/* The user of a login id. returns: 0; 1: res says that there is none; < 0 a
 * fault */
static int
find_user(struct ctx *ctx, struct res *res, struct span login_id,
    struct account *out)
{
	int r = account_find(ctx, login_id, out);

	if (r < 0 || (r == ACCOUNT_OK && !out->disabled))
		return r;
	(void)problem_field(res, "to", "Nobody has this login.");
	return 1;
}

int
api_offer_make(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct offer_body body = { .to = SPAN_NONE };
	struct account to = { .id = 0, .login_id = SPAN_NONE };
	struct offer offer;
	int r;

	if (!read_query_only(req, res, NULL)
	    || !read_body(ctx, req, res, offer_fields, &body))
		return 0;
	if (span_is(body.to)) {
		r = find_user(ctx, res, body.to, &to);
		if (r != 0)
			return MIN(r, 0);
	}
	r = offer_make(ctx, req->buyer.id, req->params[0], to.id, &offer);
	if (r != OFFER_OK)
		return problem_from(res, problems, r);
	offer.to = to.login_id;
	return answer_offer(ctx, res, &offer);
}

int
api_offer_get(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct offer offer;
	int r;

	if (!read_query_only(req, res, NULL))
		return 0;
	r = offer_get(ctx, req->buyer.id, req->params[0], &offer);
	if (r != OFFER_OK)
		return problem_from(res, problems, r);
	return span_is(offer.token) ? answer_offer(ctx, res, &offer)
				    : res_no_content(res);
}

int
api_offer_end(struct ctx *ctx, const struct req *req, struct res *res)
{
	int r;

	if (!read_query_only(req, res, NULL))
		return 0;
	r = offer_end(ctx, req->buyer.id, req->params[0]);
	return r != OFFER_OK ? problem_from(res, problems, r)
			     : res_no_content(res);
}

static void
write_passed(struct jw *w, const struct transfer_item *item)
{
	jw_object(w, NULL);
	jw_span(w, "number", item->number);
	jw_int(w, "performance_id", item->performance);
	jw_int(w, "quantity", item->n_places);
	jw_span(w, "to", item->to);
	jw_time(w, "at", item->at_ms);
	jw_end_object(w);
}

int
api_transfer_list(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct transfer_item *list;
	struct page page;
	int64_t last = 0;
	struct jw w;
	bool more;
	size_t n;
	int r;

	if (!read_page_only(ctx, req, res, &page))
		return 0;
	r = transfer_list(ctx, req->buyer.id, page.after_id, (size_t)page.limit,
	    &list, &n, &more);
	if (r != 0)
		return r;
	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < n; i++) {
		write_passed(&w, &list[i]);
		last = list[i].id;
	}
	jw_end_array(&w);
	page_write_next(&w, more, last, last);
	jw_end_object(&w);
	return res_json(res, 200, &w);
}

/* ---- the other side ---- */

static const char *const states[] = {
	[OFFER_OPEN] = "open", [OFFER_OWN] = "own", [OFFER_TAKEN] = "accepted"
};

int
api_transfer_look(struct ctx *ctx, const struct req *req, struct res *res)
{
	const struct price_list *list;
	const struct terms *terms;
	struct offer_seen seen;
	struct jw w;
	int r;

	if (!read_query_only(req, res, NULL))
		return 0;
	r = offer_look(ctx, req->buyer.id, req->params[0], &seen);
	if (r != OFFER_OK)
		return problem_from(res, problems, r);
	r = view_labels(ctx, &seen.reservation, &terms, &list);
	if (r < 0)
		return r;
	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	jw_str(&w, "status", states[seen.state]);
	jw_span(&w, "from", seen.from);
	jw_time(&w, "expires_at", seen.ends_ms);
	jw_span(&w, "reservation_number",
	    seen.state == OFFER_OPEN ? SPAN_NONE : seen.reservation.number);
	view_offered(&w, &seen.reservation, terms, list, (enum lang)req->lang);
	jw_end_object(&w);
	view_language(req, res);
	return res_json(res, 200, &w);
}

int
api_transfer_accept(struct ctx *ctx, const struct req *req, struct res *res)
{
	const struct transfer ask = { .to = req->buyer.id,
		.token = req->params[0] };
	const struct price_list *list;
	const struct terms *terms;
	struct reservation is;
	struct span number;
	struct jw w;
	int r;

	if (!read_query_only(req, res, NULL))
		return 0;
	r = transfer_make(ctx, &ask, &number);
	if (r == OFFER_OK)
		r = reservation_find(ctx, req->buyer.id, number, &is);
	if (r != OFFER_OK)
		return problem_from(res, problems, r);
	/* Without labels where they are not to be had: it is done. */
	(void)view_labels(ctx, &is, &terms, &list);
	jw_init(&w, &ctx->arena);
	view_reservation(&w, NULL, &is, terms, list, (enum lang)req->lang);
	view_language(req, res);
	return res_json(res, 200, &w);
}

/* ---- operators ---- */

struct transfer_body {
	struct span to, reason;
};

static const struct field transfer_fields[] = {
	{ "to", FIELD_STRING, 0, 1, FOLD_LOGIN_MAX,
	    offsetof(struct transfer_body, to) },
	{ "reason", FIELD_STRING, 0, 1, AUDIT_REASON_MAX,
	    offsetof(struct transfer_body, reason) },
	{ 0 },
};

int
api_admin_reservation_transfer(struct ctx *ctx, const struct req *req,
    struct res *res)
{
	struct audit_by by = { .user = req->buyer.id,
		.request_id = req->request_id };
	struct transfer_body body;
	int r;

	if (!read_query_only(req, res, NULL)
	    || !read_body(ctx, req, res, transfer_fields, &body))
		return 0;
	by.reason = body.reason;
	r = transfer_by(ctx, req->params[0], body.to, &by);
	switch (r) {
	case OFFER_OK:
		return res_no_content(res);
	case OFFER_E_OWN:
		return problem(res, "no-such-move", "It is his already.");
	case TRANSFER_BY_E_USER:
		return problem_field(res, "to", "Nobody has this login.");
	case TRANSFER_BY_E_REASON:
		return problem_field(res, "reason", "This is no reason.");
	}
	return problem_from(res, problems, r);
}
