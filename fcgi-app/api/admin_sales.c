/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/admin_sales - handler for what was sold
 *
 * Layer: fcgi-app/api.  Uses: http, message.
 */
#include "fcgi-app/api/api.h"

#include "base/clock.h"
#include "fcgi-app/api/read.h"
#include "http/problem.h"
#include "message/sales.h"

static const char *const formats[] = { "json", "csv", NULL };

/* Left alone when absent. problem: 400 bad-request, 422 invalid-field */
static bool
read_time(struct ctx *ctx, const struct req *req, struct res *res,
    const char *name, int64_t *out)
{
	struct span text;

	if (!read_query(ctx, req, res, name, &text))
		return false;
	if (!span_is(text) || clock_parse_rfc3339(text, out))
		return true;
	(void)problem_field(res, name, "A time as 2026-11-21T00:00:00Z");
	return false;
}

static bool
read_ask(struct ctx *ctx, const struct req *req, struct res *res,
    struct sales_ask *ask, int *format)
{
	static const char *const names[] = { "by", "performance_id", "show_id",
		"venue_id", "from", "to", "format", NULL };

	return read_query_only(req, res, names)
	    && read_query_word(ctx, req, res, "by", sales_words, &ask->by)
	    && read_query_word(ctx, req, res, "format", formats, format)
	    && read_query_id(ctx, req, res, "performance_id", &ask->performance)
	    && read_query_id(ctx, req, res, "show_id", &ask->show)
	    && read_query_id(ctx, req, res, "venue_id", &ask->venue)
	    && read_time(ctx, req, res, "from", &ask->from_ms)
	    && read_time(ctx, req, res, "to", &ask->to_ms);
}

static void
write_row(struct jw *w, const struct db_rows *rows, size_t i)
{
	jw_object(w, NULL);
	for (size_t c = 0; c < N_SALES_COLUMNS; c++) {
		struct span cell = db_cell(rows, i, c);

		if (!span_is(cell))
			continue;
		if (c == SALES_HOUR || c == SALES_DAY || c == SALES_CURRENCY)
			jw_span(w, sales_columns[c], cell);
		else
			jw_int(w, sales_columns[c], db_get_i64(rows, i, c));
	}
	jw_end_object(w);
}

int
api_admin_sales(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct sales_ask ask = { .by = SALES_BY_PERFORMANCE,
		.from_ms = -1,
		.to_ms = -1 };
	struct db_rows rows;
	int format = 0, r;
	struct jw w;

	if (!read_ask(ctx, req, res, &ask, &format))
		return 0;
	r = sales_report(ctx, &ask, &rows);
	if (r == SALES_E_MUCH)
		return problem_field(res, "from",
		    "So much is told by and by: ask for a shorter time.");
	if (r != SALES_OK)
		return r;
	if (format == 1)
		return res_body(res, 200, "text/csv; charset=utf-8",
		    sales_csv(&ctx->arena, &rows));
	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < rows.n_rows; i++)
		write_row(&w, &rows, i);
	jw_end_array(&w);
	jw_end_object(&w);
	return res_json(res, 200, &w);
}
