/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/admin_counter - handlers for what is sold at a counter, and what becomes
 * of it
 *
 * Layer: fcgi-app/api.  Uses: http, keyed, admin, payment, reservation, ticket.
 */
#include "fcgi-app/api/api.h"

#include "admin/counter.h"
#include "admin/till.h"
#include "fcgi-app/api/bought.h"
#include "fcgi-app/api/cancelled.h"
#include "fcgi-app/api/read_tickets.h"
#include "fcgi-app/api/tickets.h"
#include "fcgi-app/api/view_admin.h"
#include "fcgi-app/api/view_purchase.h"
#include "http/problem.h"
#include "idem/idem.h"

#define NAME_MAX_BYTES 400

static const struct problem_row till_problems[] = {
	{ TILL_E_NONE, "not-found", "You have no such till." },
	{ 0 },
};

static const struct problem_row problems[] = {
	{ COUNTER_E_NONE, "not-found", "It was not sold at a counter." },
	{ COUNTER_E_DAY, "no-such-move",
	    "It was sold on another day: an administrator gives it back." },
	{ COUNTER_E_NOTHING, "no-such-move", "Nothing is owed." },
	{ COUNTER_E_TILL, "no-such-move",
	    "The till is closed, another operator's, or of another "
	    "currency." },
	{ 0 },
};

static int
refuse(struct res *res, int r)
{
	switch (r) {
	case COUNTER_E_REASON:
		return problem_field(res, "reason", "This is no reason.");
	case COUNTER_E_BEFORE:
		return problem_field(res, "reason",
		    "It was printed before: say why it is printed again.");
	case COUNTER_E_SLIP:
		return problem_field(res, "slip",
		    "A terminal's slip has a number, and nothing else has.");
	}
	return problem_from(res, problems, r);
}

/* ---- sales ---- */

struct sale_body {
	int64_t till;
	struct span hold_token, method;
	struct payment_counter counter;
};

#define SALE(member) offsetof(struct sale_body, member)
static const struct field sale_fields[] = {
	{ "till_id", FIELD_INT, 0, 1, INT64_MAX, SALE(till), 0 },
	{ "hold_token", FIELD_STRING, 0, 1, BOUGHT_TOKEN_MAX, SALE(hold_token),
	    0 },
	{ "method", FIELD_STRING, 0, 1, BOUGHT_METHOD_MAX, SALE(method), 0 },
	{ "name", FIELD_STRING, FIELD_OPTIONAL, 1, COUNTER_NAME_MAX,
	    SALE(counter.name), 0 },
	{ "note", FIELD_STRING, FIELD_OPTIONAL, 1, COUNTER_NOTE_MAX,
	    SALE(counter.note), 0 },
	{ "slip", FIELD_STRING, FIELD_OPTIONAL, 1, COUNTER_SLIP_MAX,
	    SALE(counter.slip), 0 },
	{ "reason", FIELD_STRING, FIELD_OPTIONAL, 1, AUDIT_REASON_MAX,
	    SALE(counter.reason), 0 },
	{ 0 },
};

/* Whether what goes with the method is there, and nothing else. */
static bool
check_method(struct res *res, const struct payment_method *method,
    const struct payment_counter *counter)
{
	if (method == NULL)
		(void)problem_field(res, "method",
		    "Pay by: cash, terminal, complimentary.");
	else if (method->slip != span_is(counter->slip))
		(void)problem_field(res, "slip",
		    "A terminal's slip has a number, and nothing else has.");
	else if (method->free != span_is(counter->reason)
	    || (method->free && !audit_reason_ok(counter->reason)))
		(void)problem_field(res, "reason",
		    "What costs nothing has a reason, and nothing else has.");
	else
		return true;
	return false;
}

/* Keys are the till's. That it is closed is no answer yet: what it sold before
 * is told again. */
int
api_admin_counter_sale(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct purchase_result result = { .answer = { 0 } };
	struct req asked = *req;
	struct sale_body body = { .till = 0 };
	struct purchase ask = { .idem = req->idem,
		.answer = view_bought,
		.answer_arg = &asked,
		.counter = &body.counter };
	int r;

	if (!read_query_only(req, res, NULL)
	    || !read_body(ctx, req, res, sale_fields, &body))
		return 0;
	ask.method = payment_method_counter(body.method);
	if (!check_method(res, ask.method, &body.counter))
		return 0;
	r = till_user(ctx, body.till, req->buyer.id, &ask.user);
	if (r != TILL_OK && r != TILL_E_CLOSED)
		return problem_from(res, till_problems, r);
	req->idem->user = ask.user;
	body.counter.operator= req->buyer.id;
	ask.token = body.hold_token;
	r = purchase_make(ctx, &ask, &result);
	return bought_answer(ctx, res, r, ask.method, &result);
}

int
api_admin_counter_list(struct ctx *ctx, const struct req *req, struct res *res)
{
	static const char *const names[] = { "till_id", "performance_id",
		"number", "name", "limit", "cursor", NULL };
	struct counter_search search = { .before_id = 0 };
	struct search_hit *hits;
	struct page page;
	struct jw w;
	bool more;
	size_t n;
	int r;

	if (!read_query_only(req, res, names)
	    || !read_query_id(ctx, req, res, "till_id", &search.till)
	    || !read_query_id(ctx, req, res, "performance_id",
		&search.performance)
	    || !read_query(ctx, req, res, "number", &search.number)
	    || !read_query(ctx, req, res, "name", &search.name)
	    || !read_page(ctx, req, res, &page))
		return 0;
	if (search.name.len > NAME_MAX_BYTES)
		return problem_field(res, "name", "No name is so long.");
	search.before_id = page.after_id;
	search.max = (size_t)page.limit;
	r = counter_list(ctx, &search, &hits, &n, &more);
	if (r != 0)
		return r;
	jw_init(&w, &ctx->arena);
	view_hits(&w, hits, n, more);
	return res_json(res, 200, &w);
}

/* ---- what goes back ---- */

struct back_body {
	int64_t till;
	struct json_ids seat_ids;
	int64_t quantity;
	const struct json *tickets;
	struct span slip, reason;
};

#define BACK(member) offsetof(struct back_body, member)
static const struct field reverse_fields[] = {
	{ "till_id", FIELD_INT, 0, 1, INT64_MAX, BACK(till), 0 },
	{ "seat_ids", FIELD_IDS, FIELD_OPTIONAL, 1, HOLD_SEATS_MAX,
	    BACK(seat_ids), 0 },
	{ "quantity", FIELD_INT, FIELD_OPTIONAL, 1, HOLD_SEATS_MAX,
	    BACK(quantity), 0 },
	TICKETS_FIELD(struct back_body),
	{ "slip", FIELD_STRING, FIELD_OPTIONAL, 1, COUNTER_SLIP_MAX, BACK(slip),
	    0 },
	{ "reason", FIELD_STRING, 0, 1, AUDIT_REASON_MAX, BACK(reason), 0 },
	{ 0 },
};

static const struct field owed_fields[] = {
	{ "till_id", FIELD_INT, 0, 1, INT64_MAX, BACK(till), 0 },
	{ "slip", FIELD_STRING, FIELD_OPTIONAL, 1, COUNTER_SLIP_MAX, BACK(slip),
	    0 },
	{ 0 },
};

int
api_admin_counter_reverse(struct ctx *ctx, const struct req *req,
    struct res *res)
{
	struct cancel_result result = { .until_ms = 0 };
	struct back_body body = { .slip = SPAN_NONE };
	struct req asked = *req;
	struct audit_by by = { .user = req->buyer.id,
		.request_id = req->request_id };
	struct cancel ask = { .number = req->params[0],
		.idem = req->idem,
		.answer = cancelled_write,
		.answer_arg = &asked };
	int r;

	if (!read_query_only(req, res, NULL)
	    || !read_body(ctx, req, res, reverse_fields, &body)
	    || !read_tickets(ctx, res, body.tickets, &ask.tickets,
		&ask.n_tickets))
		return 0;
	if (ask.n_tickets > 0 && (body.quantity > 0 || body.seat_ids.n > 0))
		return problem_field(res, "tickets",
		    "Say either seat_ids, or quantity, or tickets.");
	ask.seats = body.seat_ids.ids;
	ask.n_seats = body.seat_ids.n;
	ask.quantity = body.quantity;
	ask.till = body.till;
	ask.slip = body.slip;
	by.reason = body.reason;
	r = counter_reverse(ctx, &ask, &by, &result);
	if (r == CANCEL_E_TILL)
		r = COUNTER_E_TILL;
	return r >= COUNTER_E_NONE ? refuse(res, r)
				   : cancelled_answer(ctx, res, r, &result);
}

int
api_admin_counter_pay_out(struct ctx *ctx, const struct req *req,
    struct res *res)
{
	struct back_body body = { .slip = SPAN_NONE };
	const struct audit_by by = { .user = req->buyer.id,
		.request_id = req->request_id };
	struct counter_owed ask = { .number = req->params[0] };
	struct span currency;
	int64_t amount;
	struct jw w;
	int r;

	if (!read_query_only(req, res, NULL)
	    || !read_body(ctx, req, res, owed_fields, &body))
		return 0;
	ask.till = body.till;
	ask.slip = body.slip;
	r = counter_pay_owed(ctx, &ask, &by, &amount, &currency);
	if (r != COUNTER_OK)
		return refuse(res, r);
	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	jw_int(&w, "amount", amount);
	jw_span(&w, "currency", currency);
	jw_end_object(&w);
	return res_json(res, 200, &w);
}

/* ---- tickets ---- */

struct print_body {
	int64_t performance;
	struct span paper, reason;
};

#define PRINT(member) offsetof(struct print_body, member)
static const struct field print_fields[] = {
	{ "paper", FIELD_STRING, 0, 1, 8, PRINT(paper), 0 },
	{ "reason", FIELD_STRING, FIELD_OPTIONAL, 1, AUDIT_REASON_MAX,
	    PRINT(reason), 0 },
	{ 0 },
};

static const struct field batch_fields[] = {
	{ "performance_id", FIELD_INT, 0, 1, INT64_MAX, PRINT(performance), 0 },
	{ "paper", FIELD_STRING, 0, 1, 8, PRINT(paper), 0 },
	{ 0 },
};

static bool
read_print(struct ctx *ctx, const struct req *req, struct res *res,
    const struct field *fields, struct print_body *body, int *paper)
{
	*body = (struct print_body){ .reason = SPAN_NONE };
	if (!read_query_only(req, res, NULL)
	    || !read_body(ctx, req, res, fields, body))
		return false;
	for (*paper = 0; view_papers[*paper] != NULL; (*paper)++)
		if (span_eq_str(body->paper, view_papers[*paper]))
			return true;
	(void)problem_field(res, "paper", "Print on a4 or 80mm.");
	return false;
}

/* The tickets of all, on one page. */
static int
answer_prints(struct ctx *ctx, const struct req *req, struct res *res,
    const struct counter_printed *prints, size_t n, int paper)
{
	struct performance *performances = ARENA_ARRAY(&ctx->arena, n,
	    struct performance);
	struct ticket_book *books = ARENA_ARRAY(&ctx->arena, n,
	    struct ticket_book);
	struct ticket_view *views = ARENA_ARRAY(&ctx->arena, n,
	    struct ticket_view);
	struct span *names = ARENA_ARRAY(&ctx->arena, n, struct span), text;
	const struct ticket_page page = { views, names, n, paper };
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++) {
		names[i] = prints[i].name;
		r = ticket_book(ctx, prints[i].owner, prints[i].number,
		    &books[i]);
		if (r == TICKET_OK)
			r = tickets_gather(ctx, &books[i], (enum lang)req->lang,
			    &performances[i], &views[i]);
	}
	if (r > 0)
		return problem(res, "not-found", NULL);
	if (r == 0)
		r = view_ticket_page(&ctx->arena, &page, &text);
	if (r != 0)
		return r;
	view_language(req, res);
	tickets_lock_down(res);
	return res_body(res, 200, "text/html; charset=utf-8", text);
}

int
api_admin_counter_print(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct counter_printed print;
	struct print_body body;
	int paper, r;

	if (!read_print(ctx, req, res, print_fields, &body, &paper))
		return 0;
	r = counter_print(ctx, req->params[0], view_papers[paper], body.reason,
	    req->buyer.id, &print);
	return r != COUNTER_OK ? refuse(res, r)
			       : answer_prints(ctx, req, res, &print, 1, paper);
}

int
api_admin_counter_print_named(struct ctx *ctx, const struct req *req,
    struct res *res)
{
	struct counter_printed *prints;
	struct print_body body;
	int paper, r;
	size_t n;

	if (!read_print(ctx, req, res, batch_fields, &body, &paper))
		return 0;
	r = counter_print_named(ctx, body.performance, view_papers[paper],
	    req->buyer.id, &prints, &n);
	if (r != 0)
		return r;
	if (n == 0)
		return problem(res, "not-found",
		    "Nothing is kept for a name that was not printed.");
	return answer_prints(ctx, req, res, prints, n, paper);
}

int
api_admin_counter_print_list(struct ctx *ctx, const struct req *req,
    struct res *res)
{
	static const char *const names[] = { "performance_id", "number",
		"limit", "cursor", NULL };
	struct counter_print_search search = { .before_id = 0 };
	struct search_hit *hits;
	struct page page;
	struct jw w;
	bool more;
	size_t n;
	int r;

	if (!read_query_only(req, res, names)
	    || !read_query_id(ctx, req, res, "performance_id",
		&search.performance)
	    || !read_query(ctx, req, res, "number", &search.number)
	    || !read_page(ctx, req, res, &page))
		return 0;
	search.before_id = page.after_id;
	search.max = (size_t)page.limit;
	r = counter_print_list(ctx, &search, &hits, &n, &more);
	if (r != 0)
		return r;
	jw_init(&w, &ctx->arena);
	view_hits(&w, hits, n, more);
	return res_json(res, 200, &w);
}
