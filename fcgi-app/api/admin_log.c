/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/admin_log - handler for the log of what operators did
 *
 * Layer: fcgi-app/api.  Uses: http, admin.
 */
#include "fcgi-app/api/api.h"

#include "admin/audit_log.h"
#include "fcgi-app/api/read.h"
#include "fcgi-app/api/view_admin.h"
#include "http/problem.h"

#define OBJECT_MAX_BYTES 200

int
api_admin_log(struct ctx *ctx, const struct req *req, struct res *res)
{
	static const char *const names[] = { "user_id", "object", "limit",
		"cursor", NULL };
	struct audit_search search = { .object = SPAN_NONE };
	struct audit_entry *rows;
	struct page page;
	struct jw w;
	bool more;
	size_t n;
	int r;

	if (!read_query_only(req, res, names)
	    || !read_query_id(ctx, req, res, "user_id", &search.user)
	    || !read_query(ctx, req, res, "object", &search.object)
	    || !read_page(ctx, req, res, &page))
		return 0;
	if (search.object.len > OBJECT_MAX_BYTES)
		return problem_field(res, "object", "No object is so long.");
	search.before_id = page.after_id;
	search.max = (size_t)page.limit;
	r = audit_log_list(ctx, &search, &rows, &n, &more);
	if (r != 0)
		return r;
	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < n; i++)
		view_audit_entry(&w, &rows[i]);
	jw_end_array(&w);
	page_write_next(&w, more, n > 0 ? rows[n - 1].id : 0,
	    n > 0 ? rows[n - 1].id : 0);
	jw_end_object(&w);
	return res_json(res, 200, &w);
}
