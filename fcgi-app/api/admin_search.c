/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/admin_search - handlers for operators who look for payments and
 * reservations
 *
 * Layer: fcgi-app/api.  Uses: http, admin.
 */
#include "fcgi-app/api/api.h"

#include "admin/search.h"
#include "base/utf8.h"
#include "fcgi-app/api/read.h"
#include "fcgi-app/api/view_admin.h"
#include "http/problem.h"

#define NUMBER_MAX 40 /* as typed */

static const char *const payment_statuses[] = { "SENT", "CAPTURED", "FAILED",
	"CANCELING", "CANCELED", "LATE", NULL };
static const char *const reservation_statuses[] = { "CONFIRMED",
	"PARTLY_CANCELLED", "CANCELLED", NULL };
static const char *const methods[] = { "wallet", "card", "mock", "cash",
	"terminal", "complimentary", NULL };

typedef int find_fn(struct ctx *ctx, const struct search *search,
    struct search_hit **out, size_t *n, bool *more);

static bool
read_word(struct ctx *ctx, const struct req *req, struct res *res,
    const char *name, const char *const *words, struct span *out)
{
	int i = -1;

	if (!read_query_word(ctx, req, res, name, words, &i))
		return false;
	if (i >= 0)
		*out = span_str(words[i]);
	return true;
}

static bool
read_short(struct ctx *ctx, const struct req *req, struct res *res,
    const char *name, size_t max, struct span *out)
{
	if (!read_query(ctx, req, res, name, out))
		return false;
	if (!span_is(*out)
	    || (out->len > 0 && out->len <= max && utf8_valid(*out)
		&& !utf8_has_control(*out)))
		return true;
	(void)problem_field(res, name, "There is no such value.");
	return false;
}

static bool
read_search(struct ctx *ctx, const struct req *req, struct res *res,
    const char *const *statuses, struct search *out)
{
	static const char *const names[] = { "number", "login",
		"performance_id", "seat_id", "status", "method", "from", "to",
		"limit", "cursor", NULL };
	struct page page;

	*out = (struct search){ .before_id = 0 };
	if (!read_query_only(req, res, names)
	    || !read_short(ctx, req, res, "number", NUMBER_MAX, &out->number)
	    || !read_short(ctx, req, res, "login", SEARCH_LOGIN_MAX,
		&out->login)
	    || !read_query_id(ctx, req, res, "performance_id",
		&out->performance)
	    || !read_query_id(ctx, req, res, "seat_id", &out->seat)
	    || !read_word(ctx, req, res, "status", statuses, &out->status)
	    || !read_word(ctx, req, res, "method", methods, &out->method)
	    || !read_query_date(ctx, req, res, "from", &out->from)
	    || !read_query_date(ctx, req, res, "to", &out->to)
	    || !read_page(ctx, req, res, &page))
		return false;
	out->before_id = page.after_id;
	out->max = (size_t)page.limit;
	if (out->seat == 0 || out->performance > 0)
		return true;
	(void)problem_field(res, "seat_id",
	    "Say performance_id too: whose seat it is.");
	return false;
}

static int
answer_list(struct ctx *ctx, const struct req *req, struct res *res,
    const char *const *statuses, find_fn *find)
{
	struct search search;
	struct search_hit *hits;
	struct jw w;
	bool more;
	size_t n;
	int r;

	if (!read_search(ctx, req, res, statuses, &search))
		return 0;
	r = find(ctx, &search, &hits, &n, &more);
	if (r != 0)
		return r;
	jw_init(&w, &ctx->arena);
	view_hits(&w, hits, n, more);
	return res_json(res, 200, &w);
}

int
api_admin_payment_list(struct ctx *ctx, const struct req *req, struct res *res)
{
	return answer_list(ctx, req, res, payment_statuses, search_payments);
}

int
api_admin_reservation_list(struct ctx *ctx, const struct req *req,
    struct res *res)
{
	return answer_list(ctx, req, res, reservation_statuses,
	    search_reservations);
}

/* ---- one ---- */

static const struct problem_row problems[] = {
	{ SEARCH_E_NONE, "not-found", NULL },
	{ 0 },
};

static int
answer_history(struct res *res, int r, struct span history)
{
	if (r != SEARCH_OK)
		return problem_from(res, problems, r);
	return res_body(res, 200, "application/json", history);
}

int
api_admin_payment_get(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct span history = SPAN_NONE;
	int64_t id;
	int r;

	if (!read_query_only(req, res, NULL) || !read_id(req, res, 0, &id))
		return 0;
	r = search_payment(ctx, id, &history);
	return answer_history(res, r, history);
}

int
api_admin_reservation_get(struct ctx *ctx, const struct req *req,
    struct res *res)
{
	struct span history = SPAN_NONE;
	int r;

	if (!read_query_only(req, res, NULL))
		return 0;
	r = search_reservation(ctx, req->params[0], &history);
	return answer_history(res, r, history);
}
