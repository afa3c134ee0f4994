/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/admin_statistics - handlers for what operators are told in figures
 *
 * Layer: fcgi-app/api.  Uses: http, admin.
 */
#include "fcgi-app/api/api.h"

#include "admin/statistics.h"
#include "fcgi-app/api/read.h"
#include "http/problem.h"

static const char *const formats[] = { "json", "csv", NULL };

static bool
read_place(struct ctx *ctx, const struct req *req, struct res *res,
    struct statistics_ask *ask)
{
	return read_query_id(ctx, req, res, "performance_id", &ask->performance)
	    && read_query_id(ctx, req, res, "show_id", &ask->show)
	    && read_query_id(ctx, req, res, "venue_id", &ask->venue);
}

static bool
read_ask(struct ctx *ctx, const struct req *req, struct res *res,
    struct statistics_ask *ask, int *format)
{
	static const char *const names[] = { "by", "from", "to", "format",
		"performance_id", "show_id", "venue_id", NULL };
	static const char *const few[] = { "by", "from", "to", "format", NULL };

	return read_query_only(req, res, ask->of->of_performances ? names : few)
	    && read_query_word(ctx, req, res, "by", ask->of->words, &ask->by)
	    && read_query_word(ctx, req, res, "format", formats, format)
	    && read_place(ctx, req, res, ask)
	    && read_query_time(ctx, req, res, "from", &ask->from_ms)
	    && read_query_time(ctx, req, res, "to", &ask->to_ms);
}

static void
write_row(struct jw *w, const struct statistics *of, const struct db_rows *rows,
    size_t i)
{
	jw_object(w, NULL);
	for (size_t c = 0; c < of->n_columns; c++) {
		struct span cell = db_cell(rows, i, c);

		if (!span_is(cell))
			continue;
		if ((of->texts >> c & 1) != 0)
			jw_span(w, of->columns[c], cell);
		else
			jw_int(w, of->columns[c], db_get_i64(rows, i, c));
	}
	jw_end_object(w);
}

static int
tell(struct ctx *ctx, const struct req *req, struct res *res,
    enum statistics_kind kind)
{
	struct statistics_ask ask = statistics_ask_of(kind);
	struct db_rows rows;
	int format = 0, r;
	struct jw w;

	if (!read_ask(ctx, req, res, &ask, &format))
		return 0;
	r = statistics_report(ctx, &ask, &rows);
	if (r == STATISTICS_E_MUCH)
		return problem_field(res, "from",
		    "So much is told by and by: ask for a shorter time.");
	if (r != STATISTICS_OK)
		return r;
	if (format == 1)
		return res_body(res, 200, "text/csv; charset=utf-8",
		    statistics_csv(&ctx->arena, ask.of, &rows));
	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < rows.n_rows; i++)
		write_row(&w, ask.of, &rows, i);
	jw_end_array(&w);
	jw_end_object(&w);
	return res_json(res, 200, &w);
}

int
api_admin_sales(struct ctx *ctx, const struct req *req, struct res *res)
{
	return tell(ctx, req, res, STATISTICS_SALES);
}

int
api_admin_queue_statistics(struct ctx *ctx, const struct req *req,
    struct res *res)
{
	return tell(ctx, req, res, STATISTICS_QUEUES);
}

int
api_admin_log_statistics(struct ctx *ctx, const struct req *req,
    struct res *res)
{
	return tell(ctx, req, res, STATISTICS_CLIENT_LOGS);
}
