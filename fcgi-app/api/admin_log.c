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

int
api_admin_log(struct ctx *ctx, const struct req *req, struct res *res)
{
	static const char *const names[] = { "limit", "cursor", NULL };
	struct audit_entry *rows;
	struct page page;
	struct jw w;
	bool more;
	size_t n;
	int r;

	if (!read_query_only(req, res, names)
	    || !read_page(ctx, req, res, &page))
		return 0;
	r = audit_log_list(ctx, page.has_cursor ? page.after_id : 0,
	    (size_t)page.limit, &rows, &n, &more);
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
