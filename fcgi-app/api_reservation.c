/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api_reservation - handlers for what a buyer owns
 *
 * Layer: fcgi-app.  Uses: http, catalog, reservation.
 */
#include "fcgi-app/api.h"

#include "catalog/terms.h"
#include "fcgi-app/read.h"
#include "fcgi-app/view.h"
#include "http/problem.h"
#include "reservation/reservation.h"

static const struct problem_row problems[] = {
	{ RESERVATION_E_NONE, "not-found", NULL },
	{ 0 },
};

/* One reservation with the labels of its hall. */
static int
write_one(struct ctx *ctx, const struct req *req, struct jw *w,
    const struct reservation *r)
{
	const struct terms *terms;
	int fault = terms_kept(ctx, r->performance, &terms);

	if (fault < 0)
		return fault;
	view_reservation(w, NULL, r, fault == 0 ? terms : NULL,
	    (enum lang)req->lang);
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
	r = reservation_find(ctx, req->buyer.id, req->params[0],
	    &reservation);
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
	static const char *const names[] = { "limit", "cursor", NULL };
	struct reservation *list;
	struct page page;
	int64_t last = 0;
	struct jw w;
	bool more;
	size_t n;
	int r;

	if (!read_query_only(req, res, names) ||
	    !read_page(ctx, req, res, &page))
		return 0;
	r = reservation_list(ctx, req->buyer.id,
	    page.has_cursor ? page.after_id : 0, (size_t)page.limit, &list,
	    &n, &more);
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
