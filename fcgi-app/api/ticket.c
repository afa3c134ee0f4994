/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/ticket - handlers for what is shown at the gate
 *
 * One address gives a reservation's tickets in each form that is asked for
 * (Accept). Documents run nothing and load nothing.
 *
 * Layer: fcgi-app/api.  Uses: http, catalog, ticket.
 */
#include "fcgi-app/api/api.h"

#include "base/clock.h"
#include "fcgi-app/api/read.h"
#include "fcgi-app/api/tickets.h"
#include "fcgi-app/api/view_purchase.h"
#include "fcgi-app/api/view_ticket.h"
#include "http/problem.h"
#include "ticket/qr.h"

/* Pixels of a module: 57 modules and their border are 520 pixels wide. */
#define PNG_SCALE 8
/* Gates ask for the keys before the doors open, and they do not change. */
#define KEYS_MAX_AGE_S 3600

static const struct problem_row problems[] = {
	{ TICKET_E_NONE, "not-found", NULL },
	{ 0 },
};

/* Each in the order of its media type. */
enum form { FORM_JSON, FORM_PAGE, FORM_CALENDAR, FORM_SVG, FORM_PNG };
static const char *const forms[] = { "application/json", "text/html",
	"text/calendar", "image/svg+xml", "image/png", NULL };

void
tickets_lock_down(struct res *res)
{
	res_header(res, "Content-Security-Policy",
	    SPAN_LIT("default-src 'none'; style-src 'unsafe-inline'; "
		     "frame-ancestors 'none'; sandbox allow-modals"));
}

/* ---- one ticket as a picture ---- */

/* The ticket of a place; NULL: there is none, and res says so. */
static const struct ticket *
find_place(struct res *res, const struct ticket_book *book, int64_t place)
{
	for (size_t i = 0; i < book->n; i++)
		if (book->reservation.seats[book->tickets[i].line] == place)
			return &book->tickets[i];
	problem_field(res, "place",
	    "Say which place's ticket it should be: one that was not given "
	    "back.");
	return NULL;
}

static int
answer_picture(struct ctx *ctx, struct res *res, enum form form,
    const struct ticket *ticket)
{
	struct strbuf svg;
	struct span png;
	struct qr qr;
	int r = qr_make(&ctx->arena, ticket->code, &qr);

	if (r != 0)
		return r;
	tickets_lock_down(res);
	if (form == FORM_SVG) {
		strbuf_init(&svg, &ctx->arena, 16 * 1024);
		qr_svg(&svg, &qr);
		return res_body(res, 200, "image/svg+xml", strbuf_get(&svg));
	}
	r = qr_png(&ctx->arena, &qr, PNG_SCALE, &png);
	return r != 0 ? r : res_body(res, 200, "image/png", png);
}

/* ---- all of them ---- */

int
tickets_gather(struct ctx *ctx, const struct ticket_book *book, enum lang lang,
    struct performance *performance, struct ticket_view *out)
{
	int r = performance_get(ctx, book->reservation.performance,
	    performance);

	if (r != 0)
		return r < 0 ? r : TICKET_E_NONE;
	*out = (struct ticket_view){ .book = book,
		.performance = performance,
		.lang = lang };
	r = view_labels(ctx, &book->reservation, &out->terms, &out->list);
	if (r == 0 && out->terms == NULL)
		r = TICKET_E_NONE;
	return r;
}

static int
answer_all(struct ctx *ctx, const struct req *req, struct res *res,
    enum form form, const struct ticket_view *view)
{
	struct span text;
	struct jw w;
	int r;

	view_language(req, res);
	if (form == FORM_CALENDAR)
		return res_body(res, 200, "text/calendar; charset=utf-8",
		    ticket_calendar(&ctx->arena, view,
			ticket_host(span_str(ctx->set.public_url)),
			ctx->now_ms));
	if (form == FORM_PAGE) {
		r = view_ticket_page(&ctx->arena,
		    &(struct ticket_page){ .views = view, .n = 1, .paper = -1 },
		    &text);
		if (r != 0)
			return r;
		tickets_lock_down(res);
		return res_body(res, 200, "text/html; charset=utf-8", text);
	}
	jw_init(&w, &ctx->arena);
	view_tickets(&w, view);
	return res_json(res, 200, &w);
}

static int
answer_book(struct ctx *ctx, const struct req *req, struct res *res,
    const struct ticket_book *book)
{
	struct performance performance;
	struct ticket_view view;
	int r = tickets_gather(ctx, book, (enum lang)req->lang, &performance,
	    &view);

	if (r != 0)
		return problem_from(res, problems, r);
	return answer_all(ctx, req, res, (enum form)req_media_type(req, forms),
	    &view);
}

int
api_ticket_get(struct ctx *ctx, const struct req *req, struct res *res)
{
	static const char *const names[] = { "place", NULL };
	enum form form = (enum form)req_media_type(req, forms);
	const struct ticket *ticket;
	struct ticket_book book;
	int64_t place = 0;
	int r;

	if (!read_query_only(req, res, names)
	    || !read_query_id(ctx, req, res, "place", &place))
		return 0;
	r = ticket_book(ctx, req->buyer.id, req->params[0], &book);
	if (r != TICKET_OK)
		return problem_from(res, problems, r);
	if (form != FORM_SVG && form != FORM_PNG)
		return answer_book(ctx, req, res, &book);
	ticket = find_place(res, &book, place);
	return ticket == NULL ? 0 : answer_picture(ctx, res, form, ticket);
}

/* ---- anew ---- */

struct reissue_body {
	struct json_ids places;
};

static const struct field reissue_fields[] = {
	{ "places", FIELD_IDS, FIELD_OPTIONAL, 1, HOLD_SEATS_MAX,
	    offsetof(struct reissue_body, places) },
	{ 0 },
};

int
api_ticket_reissue(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct reissue_body body = { .places = { NULL, 0 } };
	struct ticket_book book;
	int r;

	if (!read_query_only(req, res, NULL)
	    || !read_body(ctx, req, res, reissue_fields, &body))
		return 0;
	r = ticket_reissue(ctx, req->buyer.id, req->params[0], body.places.ids,
	    body.places.n);
	if (r == TICKET_E_PLACE)
		return problem_field(res, "places",
		    "One of them is not in the reservation, or was given "
		    "back.");
	if (r == TICKET_E_OFTEN)
		return problem(res, "rate-limited",
		    "A ticket was issued anew too often.");
	if (r == TICKET_OK)
		r = ticket_book(ctx, req->buyer.id, req->params[0], &book);
	return r != TICKET_OK ? problem_from(res, problems, r)
			      : answer_book(ctx, req, res, &book);
}

/* ---- for gates ---- */

static const struct problem_row performance_problems[] = {
	{ PERFORMANCE_E_NONE, "not-found", NULL },
	{ 0 },
};

int
api_ticket_keys(struct ctx *ctx, const struct req *req, struct res *res)
{
	uint8_t public[ED25519_KEY_LEN];
	struct performance performance;
	int64_t id;
	struct jw w;
	int r;

	if (!read_query_only(req, res, NULL) || !read_id(req, res, 0, &id))
		return 0;
	r = performance_get(ctx, id, &performance);
	if (r != 0)
		return problem_from(res, performance_problems, r);
	ticket_public_key(ctx, id, public);
	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	jw_int(&w, "performance_id", id);
	jw_array(&w, "keys");
	jw_object(&w, NULL);
	jw_int(&w, "number", CODE_KEY_NUMBER);
	jw_str(&w, "algorithm", "Ed25519");
	jw_str(&w, "public",
	    crypto_base64url(&ctx->arena, public, sizeof(public)));
	jw_end_object(&w);
	jw_end_array(&w);
	jw_end_object(&w);
	view_public(ctx, res, KEYS_MAX_AGE_S);
	return view_hashed(ctx, req, res, &w);
}

int
api_admin_void_tickets(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct performance performance;
	struct ticket_void is_void;
	struct jw w;
	int64_t id;
	int r;

	if (!read_query_only(req, res, NULL) || !read_id(req, res, 0, &id))
		return 0;
	r = performance_get(ctx, id, &performance);
	if (r != 0)
		return problem_from(res, performance_problems, r);
	r = ticket_void(ctx, id, &is_void);
	if (r < 0)
		return r;
	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	jw_int(&w, "performance_id", id);
	jw_int(&w, "key_number", CODE_KEY_NUMBER);
	jw_int(&w, "sequence", (int64_t)is_void.n);
	jw_time(&w, "at", is_void.at_s * MS_PER_S);
	jw_array(&w, "ids");
	for (size_t i = 0; i < is_void.n; i++)
		jw_str(&w, NULL,
		    crypto_hex(&ctx->arena, is_void.ids.p + i * CODE_ID_LEN,
			CODE_ID_LEN));
	jw_end_array(&w);
	jw_str(&w, "signature",
	    crypto_base64url(&ctx->arena, is_void.signature,
		sizeof(is_void.signature)));
	jw_end_object(&w);
	return res_json(res, 200, &w);
}
