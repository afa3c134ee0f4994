/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/admin_settlement - handler for what was sold and given back, day by day
 *
 * Layer: fcgi-app/api.  Uses: http, admin.
 */
#include "fcgi-app/api/api.h"

#include "admin/settlement.h"
#include "fcgi-app/api/read.h"
#include "http/problem.h"

#define LINES_MAX 5000

int
api_admin_settlement(struct ctx *ctx, const struct req *req, struct res *res)
{
	static const char *const names[] = { "from", "to", "format", NULL };
	static const char *const formats[] = { "json", "csv", NULL };
	struct settlement settlement;
	struct span from, to;
	int format = 0, r;

	if (!read_query_only(req, res, names)
	    || !read_query_date(ctx, req, res, "from", &from)
	    || !read_query_date(ctx, req, res, "to", &to)
	    || !read_query_word(ctx, req, res, "format", formats, &format))
		return 0;
	if (!span_is(from) || !span_is(to))
		return problem_field(res, span_is(from) ? "to" : "from",
		    "Say from which day to which.");
	r = settlement_read(ctx, from, to, LINES_MAX, &settlement);
	if (r == SETTLEMENT_E_DAYS)
		return problem_field(res, "to",
		    "It is before the first day, or more than a year from it.");
	if (r == SETTLEMENT_E_MANY)
		return problem_field(res, "to",
		    "So many days have more than 5000 lines.");
	if (r != SETTLEMENT_OK)
		return r;
	return format == 1
	    ? res_body(res, 200, "text/csv; charset=utf-8", settlement.csv)
	    : res_body(res, 200, "application/json", settlement.json);
}
