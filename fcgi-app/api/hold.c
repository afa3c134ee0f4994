/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/hold - handlers for holds, of buyers and of tills
 *
 * Layer: fcgi-app/api.  Uses: http, admin, catalog, hold.
 */
#include "fcgi-app/api/api.h"

#include "admin/house.h"
#include "admin/till.h"
#include "catalog/terms.h"
#include "fcgi-app/api/limited.h"
#include "fcgi-app/api/read_tickets.h"
#include "fcgi-app/api/view_purchase.h"
#include "fcgi-app/api/view_seat.h"
#include "hold/hold.h"
#include "http/problem.h"

static const struct problem_row problems[] = {
	{ HOLD_E_NONE, "not-found", NULL },
	{ HOLD_E_LIMIT, "seat-limit",
	    "With what you hold and own already "
	    "these are more seats than one buyer may have." },
	{ HOLD_E_PASS, "queue-pass-required", NULL },
	{ HOLD_E_CLOSED, "sale-closed", NULL },
	{ HOLD_E_PAYING, "hold-paying", NULL },
	{ HOLD_E_EXPIRED, "hold-expired", NULL },
	{ HOLD_E_LOST, "hold-lost", NULL },
	{ HOLD_E_MISMATCH, "idempotency-mismatch", NULL },
	{ HOLD_E_LAST, "hold-limit-reached", NULL },
	{ HOLD_E_MANY, "too-many-holds",
	    "Pay for what you hold, give it back, "
	    "or wait until it lapses." },
	{ 0 },
};

/* ---- what is answered ---- */

static int
refuse_paid(struct ctx *ctx, struct res *res, struct span reservation)
{
	struct jw extra;

	jw_init(&extra, &ctx->arena);
	jw_object(&extra, NULL);
	jw_span(&extra, "reservation_number", reservation);
	jw_end_object(&extra);
	return problem_with(res, "hold-paid", NULL, &extra);
}

static int
refuse_section(struct ctx *ctx, struct res *res, int section_no)
{
	struct jw extra;

	jw_init(&extra, &ctx->arena);
	jw_object(&extra, NULL);
	jw_int(&extra, "section_id", section_no);
	jw_end_object(&extra);
	return problem_with(res, "sale-closed",
	    "This section is not on sale now.", &extra);
}

static int
refuse_rate(struct ctx *ctx, struct res *res, enum limit_name name,
    const struct hold_conflicts *conflicts)
{
	struct limit_told told = { .name = name,
		.wait_ms = conflicts->wait_ms };

	limit_rate(&ctx->set, name, &told.rate);
	return limited_refuse(ctx, res, &told);
}

/* What is wrong with the tickets, as far as one field says it. */
static int
refuse_tickets(struct res *res, int r, const struct hold_want *want)
{
	const char *field = want->n_tickets > 0 ? "tickets"
	    : want->codes != NULL               ? "seats"
						: "ticket_type";

	if (r == HOLD_E_TICKET)
		return problem_field(res, field,
		    "The performance has no such ticket type.");
	if (r == HOLD_E_TICKETS)
		return problem_field(res, field,
		    "Say as many tickets as there are places.");
	return problem_field(res, field,
	    "Of a ticket type a hold has at "
	    "least its min, or none, and at most its max.");
}

/* The problem for an outcome; conflicts may be NULL where none can be. */
static int
refuse(struct ctx *ctx, struct res *res, int r, const struct hold_want *want,
    const struct hold *hold, const struct hold_conflicts *conflicts)
{
	switch (r) {
	case HOLD_E_TAKEN:
		return view_taken(ctx, res, conflicts);
	case HOLD_E_FULL:
		return view_few(ctx, res, "section-full", "remaining",
		    conflicts->remaining);
	case HOLD_E_APART:
		return view_few(ctx, res, "no-seats-together", "largest",
		    conflicts->largest);
	case HOLD_E_RULE:
		return view_rule(ctx, res, conflicts);
	case HOLD_E_SECTION_CLOSED:
		return refuse_section(ctx, res, conflicts->section_no);
	case HOLD_E_RATE:
		return refuse_rate(ctx, res, LIMIT_HOLD, conflicts);
	case HOLD_E_HOARD:
		return refuse_rate(ctx, res, LIMIT_HOARD, conflicts);
	case HOLD_E_PAID:
		return refuse_paid(ctx, res, hold->reservation);
	case HOLD_E_SEAT:
		return problem_field(res,
		    want->codes != NULL ? "seats" : "seat_ids",
		    "The hall has no such "
		    "seat, or its places are not chosen one by one.");
	case HOLD_E_SECTION:
		return problem_field(res, "section_id",
		    "The hall has no such "
		    "section, or its seats are not sold in this way.");
	case HOLD_E_HOUSE:
		return problem_field(res, "house_code",
		    "Not all of these seats are kept by this code.");
	case HOLD_E_CLASS:
		return problem_field(res, "price_class",
		    "The hall has no such price class.");
	case HOLD_E_TICKET:
	case HOLD_E_TICKETS:
	case HOLD_E_TICKET_COUNT:
		return refuse_tickets(res, r, want);
	case HOLD_E_TYPE:
		return problem_field(res, "type",
		    "The hall has no seats of this type.");
	}
	return problem_from(res, problems, r);
}

static int
answer(struct ctx *ctx, const struct req *req, struct res *res, int status,
    const struct hold *hold)
{
	const struct terms *terms;
	const struct price_list *list;
	struct jw w;
	int r;

	r = terms_kept(ctx, hold->is.token.performance, &terms);
	if (r == 0)
		r = terms_list(ctx, terms, hold->is.price_version, &list);
	if (r != 0)
		return problem_from(res, problems, r < 0 ? r : HOLD_E_NONE);
	jw_init(&w, &ctx->arena);
	view_hold(&w, hold, terms, list, ctx->now_ms, (enum lang)req->lang);
	view_language(req, res);
	return res_json(res, status, &w);
}

/* ---- what is asked for ---- */

struct place_body {
	struct json_ids seat_ids;
	const struct json *seats, *tickets;
	struct span type;
	int64_t section_id, quantity;
	const struct json *best;
	struct span house;
};

#define TYPE_MAX 64

#define SEATS_FIELD(body) \
	{ \
		"seats", FIELD_ARRAY, FIELD_OPTIONAL, 1, HOLD_SEATS_MAX, \
		    offsetof(struct body, seats) \
	}
/* A till's; a buyer has all but the first. */
static const struct field place_fields[] = {
	{ "house_code", FIELD_STRING, FIELD_OPTIONAL, 1, HOUSE_CODE_MAX,
	    offsetof(struct place_body, house) },
	{ "seat_ids", FIELD_IDS, FIELD_OPTIONAL, 1, HOLD_SEATS_MAX,
	    offsetof(struct place_body, seat_ids) },
	SEATS_FIELD(place_body),
	TICKETS_FIELD(struct place_body),
	{ "type", FIELD_STRING, FIELD_OPTIONAL, 1, TYPE_MAX,
	    offsetof(struct place_body, type) },
	{ "section_id", FIELD_INT, FIELD_OPTIONAL, 1, INT16_MAX,
	    offsetof(struct place_body, section_id) },
	{ "quantity", FIELD_INT, FIELD_OPTIONAL, 1, HOLD_SEATS_MAX,
	    offsetof(struct place_body, quantity) },
	{ "best_available", FIELD_OBJECT, FIELD_OPTIONAL, 0, 0,
	    offsetof(struct place_body, best) },
	{ 0 },
};

static const struct field best_fields[] = {
	{ "quantity", FIELD_INT, 0, 1, HOLD_SEATS_MAX,
	    offsetof(struct hold_best, quantity) },
	{ "section_id", FIELD_INT, FIELD_OPTIONAL, 1, INT16_MAX,
	    offsetof(struct hold_best, section_no) },
	{ "price_class", FIELD_INT, FIELD_OPTIONAL, 1, HALL_CLASSES_MAX,
	    offsetof(struct hold_best, class_no) },
	{ "type", FIELD_STRING, FIELD_OPTIONAL, 1, TYPE_MAX,
	    offsetof(struct hold_best, type) },
	{ 0 },
};

struct seat_body {
	int64_t seat_id;
	struct span ticket_type;
};

static const struct field seat_fields[] = {
	{ "seat_id", FIELD_INT, 0, 1, INT32_MAX,
	    offsetof(struct seat_body, seat_id) },
	{ "ticket_type", FIELD_STRING, FIELD_OPTIONAL, 1, PRICE_TYPE_CODE_MAX,
	    offsetof(struct seat_body, ticket_type) },
	{ 0 },
};

/* seats: each with its ticket type. */
static bool
read_seats(struct ctx *ctx, struct res *res, const struct json *seats,
    struct hold_want *want)
{
	int64_t *ids;
	struct span *codes;

	if (seats == NULL)
		return true;
	ids = ARENA_ARRAY(&ctx->arena, seats->n, int64_t);
	codes = ARENA_ARRAY(&ctx->arena, seats->n, struct span);
	for (size_t i = 0; i < seats->n; i++) {
		struct seat_body seat = { .ticket_type = SPAN_NONE };

		if (!read_object(ctx, res, &seats->items[i], seat_fields,
			&seat))
			return false;
		ids[i] = seat.seat_id;
		codes[i] = seat.ticket_type;
	}
	want->seats = ids;
	want->codes = codes;
	want->n_seats = seats->n;
	return true;
}

/* The first field that does not belong to the others; NULL: it is one way of
 * asking. */
static const char *
field_apart(const struct place_body *body)
{
	bool seats = body->seat_ids.n > 0 || body->seats != NULL;
	bool section = body->section_id > 0;

	if (body->seat_ids.n > 0 && body->seats != NULL)
		return "seats";
	if (body->tickets != NULL && seats)
		return "tickets";

	if (body->best != NULL && (seats || section))
		return "best_available";
	if (section && seats)
		return "section_id";
	if (body->quantity > 0 && !section)
		return "quantity";
	if (span_is(body->type) && !seats)
		return "type";
	if (span_is(body->house) && !seats)
		return "house_code";
	if (section && body->quantity == 0)
		return "quantity";
	return seats || section || body->best != NULL ? NULL : "seat_ids";
}

static bool
read_want(struct ctx *ctx, const struct req *req, struct res *res,
    struct hold_want *want)
{
	struct place_body body = { .seat_ids = { NULL, 0 },
		.house = SPAN_NONE };
	const char *apart;

	if (!read_body(ctx, req, res,
		place_fields + (hold_by_till(want->user) ? 0 : 1), &body))
		return false;
	apart = field_apart(&body);
	if (apart != NULL) {
		(void)problem_field(res, apart,
		    "Say either seat_ids or seats, perhaps "
		    "with their type, or section_id and quantity, or "
		    "best_available, and tickets with those.");
		return false;
	}
	want->seats = body.seat_ids.ids;
	want->n_seats = body.seat_ids.n;
	want->type = body.type;
	want->house = body.house;
	want->section_no = body.section_id;
	want->quantity = body.quantity;
	if (!read_seats(ctx, res, body.seats, want)
	    || !read_tickets(ctx, res, body.tickets, &want->tickets,
		&want->n_tickets))
		return false;
	return body.best == NULL
	    || read_object(ctx, res, body.best, best_fields, &want->best);
}

/* ---- handlers ---- */

static const struct problem_row till_problems[] = {
	{ TILL_E_NONE, "not-found", "You have no such till." },
	{ TILL_E_CLOSED, "no-such-move", "The till is closed." },
	{ 0 },
};

/* Who asks for a till of his asks as that. returns: whether; else *r is what
 * the handler gives */
static bool
as_till(struct ctx *ctx, const struct req *req, struct res *res, int64_t *user,
    int *r)
{
	int64_t till;

	*r = 0;
	if (!read_id(req, res, 0, &till))
		return false;
	*r = till_user(ctx, till, req->buyer.id, user);
	if (*r == TILL_OK)
		return true;
	*r = problem_from(res, till_problems, *r);
	return false;
}

/* at: where the path has the performance. */
static int
place(struct ctx *ctx, const struct req *req, struct res *res, int64_t user,
    int at)
{
	struct hold_want want = { .user = user,
		.key = req->idempotency_key,
		.ticket = req->queue_token };
	struct hold_conflicts conflicts;
	struct hold hold;
	int r;

	if (!read_query_only(req, res, NULL)
	    || !read_id(req, res, at, &want.performance)
	    || !read_want(ctx, req, res, &want))
		return 0;
	r = hold_place(ctx, &want, &hold, &conflicts);
	if (r != HOLD_OK)
		return refuse(ctx, res, r, &want, &hold, &conflicts);
	return answer(ctx, req, res, hold.again ? 200 : 201, &hold);
}

int
api_hold_place(struct ctx *ctx, const struct req *req, struct res *res)
{
	return place(ctx, req, res, req->buyer.id, 0);
}

int
api_till_hold_place(struct ctx *ctx, const struct req *req, struct res *res)
{
	int64_t user;
	int r;

	return as_till(ctx, req, res, &user, &r) ? place(ctx, req, res, user, 1)
						 : r;
}

/* One of a list, by the performance's terms. */
static int
write_item(struct ctx *ctx, const struct req *req, struct jw *w,
    const struct hold *hold, const struct terms *terms)
{
	const struct price_list *list;
	int r = terms_list(ctx, terms, hold->is.price_version, &list);

	if (r == 0)
		view_hold(w, hold, terms, list, ctx->now_ms,
		    (enum lang)req->lang);
	return r;
}

static int
list(struct ctx *ctx, const struct req *req, struct res *res, int64_t user,
    int at)
{
	const struct terms *terms;
	struct hold *holds;
	int64_t performance;
	struct jw w;
	size_t n;
	int r;

	if (!read_query_only(req, res, NULL)
	    || !read_id(req, res, at, &performance))
		return 0;
	r = hold_list(ctx, user, performance, &holds, &n);
	if (r == 0)
		r = terms_kept(ctx, performance, &terms);
	if (r != 0)
		return problem_from(res, problems, r < 0 ? r : HOLD_E_NONE);
	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; r == 0 && i < n; i++)
		r = write_item(ctx, req, &w, &holds[i], terms);
	if (r < 0)
		return r;
	jw_end_array(&w);
	page_write_next(&w, false, 0, 0);
	jw_end_object(&w);
	view_language(req, res);
	return res_json(res, 200, &w);
}

int
api_hold_list(struct ctx *ctx, const struct req *req, struct res *res)
{
	return list(ctx, req, res, req->buyer.id, 0);
}

int
api_till_hold_list(struct ctx *ctx, const struct req *req, struct res *res)
{
	int64_t user;
	int r;

	return as_till(ctx, req, res, &user, &r) ? list(ctx, req, res, user, 1)
						 : r;
}

/* at: where the path has the token. */
static int
get(struct ctx *ctx, const struct req *req, struct res *res, int64_t user,
    int at)
{
	struct hold hold;
	int r;

	if (!read_query_only(req, res, NULL))
		return 0;
	r = hold_find(ctx, user, req->params[at], &hold);
	if (r != HOLD_OK)
		return problem_from(res, problems, r);
	return answer(ctx, req, res, 200, &hold);
}

int
api_hold_get(struct ctx *ctx, const struct req *req, struct res *res)
{
	return get(ctx, req, res, req->buyer.id, 0);
}

int
api_till_hold_get(struct ctx *ctx, const struct req *req, struct res *res)
{
	int64_t user;
	int r;

	return as_till(ctx, req, res, &user, &r) ? get(ctx, req, res, user, 1)
						 : r;
}

struct change_body {
	struct json_ids seat_ids;
	const struct json *seats, *tickets;
	struct span type;
};

static const struct field change_fields[] = {
	{ "seat_ids", FIELD_IDS, FIELD_OPTIONAL, 1, HOLD_SEATS_MAX,
	    offsetof(struct change_body, seat_ids) },
	SEATS_FIELD(change_body),
	TICKETS_FIELD(struct change_body),
	{ "type", FIELD_STRING, FIELD_OPTIONAL, 1, TYPE_MAX,
	    offsetof(struct change_body, type) },
	{ 0 },
};

/* Other seats, or other tickets for those that it has. */
static bool
read_change(struct ctx *ctx, const struct req *req, struct res *res,
    struct hold_want *want)
{
	struct change_body body = { .type = SPAN_NONE };
	int ways;

	if (!read_body(ctx, req, res, change_fields, &body))
		return false;
	ways = (body.seat_ids.n > 0) + (body.seats != NULL)
	    + (body.tickets != NULL);
	if (ways != 1 || (body.tickets != NULL && span_is(body.type))) {
		(void)problem_field(res,
		    ways == 0                  ? "seat_ids"
			: body.tickets != NULL ? "tickets"
					       : "seats",
		    "Say either seat_ids or seats, perhaps with their type, "
		    "or tickets.");
		return false;
	}
	want->seats = body.seat_ids.ids;
	want->n_seats = body.seat_ids.n;
	want->type = body.type;
	return read_seats(ctx, res, body.seats, want)
	    && read_tickets(ctx, res, body.tickets, &want->tickets,
		&want->n_tickets);
}

static int
change(struct ctx *ctx, const struct req *req, struct res *res, int64_t user,
    int at)
{
	struct hold_want want = { .user = user };
	struct hold_conflicts conflicts;
	struct hold hold;
	int r;

	if (!read_query_only(req, res, NULL)
	    || !read_change(ctx, req, res, &want))
		return 0;
	r = hold_change(ctx, &want, req->params[at], &hold, &conflicts);
	if (r != HOLD_OK)
		return refuse(ctx, res, r, &want, &hold, &conflicts);
	return answer(ctx, req, res, 200, &hold);
}

int
api_hold_change(struct ctx *ctx, const struct req *req, struct res *res)
{
	return change(ctx, req, res, req->buyer.id, 0);
}

int
api_till_hold_change(struct ctx *ctx, const struct req *req, struct res *res)
{
	int64_t user;
	int r;

	return as_till(ctx, req, res, &user, &r)
	    ? change(ctx, req, res, user, 1)
	    : r;
}

int
api_hold_extend(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct hold hold;
	int r;

	if (!read_query_only(req, res, NULL))
		return 0;
	r = hold_extend(ctx, req->buyer.id, req->params[0], &hold);
	if (r != HOLD_OK)
		return refuse(ctx, res, r, NULL, &hold, NULL);
	return answer(ctx, req, res, 200, &hold);
}

static int
drop(struct ctx *ctx, const struct req *req, struct res *res, int64_t user,
    int at)
{
	struct span reservation;
	int r;

	if (!read_query_only(req, res, NULL))
		return 0;
	r = hold_drop(ctx, user, req->params[at], &reservation);
	if (r == HOLD_E_PAID)
		return refuse_paid(ctx, res, reservation);
	if (r != HOLD_OK)
		return problem_from(res, problems, r);
	return res_no_content(res);
}

int
api_hold_drop(struct ctx *ctx, const struct req *req, struct res *res)
{
	return drop(ctx, req, res, req->buyer.id, 0);
}

int
api_till_hold_drop(struct ctx *ctx, const struct req *req, struct res *res)
{
	int64_t user;
	int r;

	return as_till(ctx, req, res, &user, &r) ? drop(ctx, req, res, user, 1)
						 : r;
}
