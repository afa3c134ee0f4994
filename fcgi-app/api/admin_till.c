/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/admin_till - handlers for tills of counters
 *
 * Holds of a till are those of everybody (hold.c); what is sold there is in
 * admin_counter.c.
 *
 * Layer: fcgi-app/api.  Uses: http, admin.
 */
#include "fcgi-app/api/api.h"

#include "admin/till.h"
#include "fcgi-app/api/read.h"
#include "fcgi-app/api/view_admin.h"
#include "http/problem.h"
#include "wallet/wallet.h"

static const struct problem_row problems[] = {
	{ TILL_E_NONE, "not-found", NULL },
	{ TILL_E_TAKEN, "in-use", "Somebody has this till open." },
	{ TILL_E_BUSY, "in-use", "You have another till open." },
	{ TILL_E_USER, "forbidden", NULL },
	{ TILL_E_CLOSED, "no-such-move", "The till is closed." },
	{ 0 },
};

int
api_admin_till_list(struct ctx *ctx, const struct req *req, struct res *res)
{
	static const char *const names[] = { "open", "mine", "limit", "cursor",
		NULL };
	static const char *const yes_no[] = { "false", "true", NULL };
	struct search_hit *hits;
	int open = 0, mine = 0;
	struct page page;
	struct jw w;
	bool more;
	size_t n;
	int r;

	if (!read_query_only(req, res, names)
	    || !read_query_word(ctx, req, res, "open", yes_no, &open)
	    || !read_query_word(ctx, req, res, "mine", yes_no, &mine)
	    || !read_page(ctx, req, res, &page))
		return 0;
	r = till_list(ctx, page.after_id, (size_t)page.limit, open == 1,
	    mine == 1 ? req->buyer.id : 0, &hits, &n, &more);
	if (r != 0)
		return r;
	jw_init(&w, &ctx->arena);
	view_hits(&w, hits, n, more);
	return res_json(res, 200, &w);
}

static int
answer_till(struct ctx *ctx, struct res *res, int status, int64_t id)
{
	struct span item;
	int r = till_get(ctx, id, 0, &item);

	if (r != TILL_OK)
		return problem_from(res, problems, r);
	return res_body(res, status, "application/json", item);
}

int
api_admin_till_get(struct ctx *ctx, const struct req *req, struct res *res)
{
	int64_t id;

	if (!read_query_only(req, res, NULL) || !read_id(req, res, 0, &id))
		return 0;
	return answer_till(ctx, res, 200, id);
}

#define OPENING(member) offsetof(struct till_opening, member)
static const struct field open_fields[] = {
	{ "till", FIELD_STRING, 0, 1, TILL_NAME_MAX, OPENING(till), 0 },
	{ "float", FIELD_INT, 0, 0, WALLET_BALANCE_MAX, OPENING(float_minor),
	    0 },
	{ "currency", FIELD_STRING, FIELD_OPTIONAL, 3, 3, OPENING(currency),
	    0 },
	{ 0 },
};

int
api_admin_till_open(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct till_opening open = { .currency = SPAN_LIT(WALLET_CURRENCY) };
	const struct audit_by by = { .user = req->buyer.id,
		.request_id = req->request_id };
	int64_t id;
	int r;

	if (!read_query_only(req, res, NULL)
	    || !read_body(ctx, req, res, open_fields, &open))
		return 0;
	r = till_open(ctx, &open, &by, &id);
	if (r == TILL_E_FIELD)
		return problem_field(res, "till",
		    "A till has 1 to 32 of A-Z a-z 0-9 . _ - and a currency "
		    "of ISO 4217.");
	if (r != TILL_OK)
		return problem_from(res, problems, r);
	return answer_till(ctx, res, 201, id);
}

#define COUNT(member) offsetof(struct till_count, member)
static const struct field count_fields[] = {
	{ "counted", FIELD_INT, 0, 0, WALLET_BALANCE_MAX, COUNT(counted_minor),
	    0 },
	{ "note", FIELD_STRING, FIELD_OPTIONAL, 1, TILL_NOTE_MAX, COUNT(note),
	    0 },
	{ 0 },
};

int
api_admin_till_close(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct till_count count = { .note = SPAN_NONE };
	struct audit_by by = { .user = req->buyer.id,
		.request_id = req->request_id };
	int64_t id;
	int r;

	if (!read_query_only(req, res, NULL) || !read_id(req, res, 0, &id)
	    || !read_body(ctx, req, res, count_fields, &count))
		return 0;
	by.reason = count.note;
	r = till_close(ctx, id, &count, &by);
	if (r == TILL_E_FIELD)
		return problem_field(res, "note", "This is no note.");
	if (r != TILL_OK)
		return problem_from(res, problems, r);
	return answer_till(ctx, res, 200, id);
}
