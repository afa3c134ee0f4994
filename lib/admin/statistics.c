/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * statistics - what operators are told in figures
 *
 * Layer: domain.  Uses: base, store.
 */
#include "admin/statistics.h"

#include "base/csv.h"
#include "store/read.h"

#define DAY_MS INT64_C(86400000)

SQL(statistics_sales,
    "SELECT entry_time(hour), day, show_id, venue_id, performance_id,"
    " section_no, type_no, currency, sold, revenue, given_back, refunded,"
    " complimentary, placed, lapsed, lost"
    " FROM sales_report($1, $2, $3, $4, $5, $6, $7)");
SQL(statistics_queues,
    "SELECT entry_time(hour), day, show_id, venue_id, performance_id,"
    " admitted, came, bought, n_left, lapsed, wait_p50_s, wait_p95_s,"
    " wait_max_s"
    " FROM queue_statistics($1, $2, $3, $4, $5, $6, $7)");
SQL(statistics_client_logs,
    "SELECT day, level, release, message, n, example"
    " FROM client_log_statistics($1, $2, $3, $4, $5, $6, $7)");
SQL(statistics_roll_up, "SELECT client_log_roll_up($1)");
SQL(statistics_purge, "SELECT statistics_purge($1, $2)");

static const char *const sales_words[] = { "hour", "day", "performance",
	"section", "type", NULL };
static const char *const queue_words[] = { "hour", "day", "performance", NULL };
static const char *const log_words[] = { "day", "release", "message", NULL };

static const char *const sales_columns[] = { "hour", "day", "show_id",
	"venue_id", "performance_id", "section_id", "type", "currency", "sold",
	"revenue", "given_back", "refunded", "complimentary", "placed",
	"lapsed", "lost" };
static const char *const queue_columns[] = { "hour", "day", "show_id",
	"venue_id", "performance_id", "admitted", "came", "bought", "left",
	"lapsed", "wait_p50_s", "wait_p95_s", "wait_max_s" };
static const char *const log_columns[] = { "day", "level", "release", "message",
	"count", "example" };

#define COLUMN(i) (UINT32_C(1) << (i))

const struct statistics statistics_table[N_STATISTICS] = {
	[STATISTICS_SALES] = { "sales", sales_words, 2, true, sales_columns,
	    ARRAY_LEN(sales_columns), COLUMN(0) | COLUMN(1) | COLUMN(7),
	    &sql_statistics_sales },
	[STATISTICS_QUEUES] = { "queues", queue_words, 2, true, queue_columns,
	    ARRAY_LEN(queue_columns), COLUMN(0) | COLUMN(1),
	    &sql_statistics_queues },
	[STATISTICS_CLIENT_LOGS] = { "client-logs", log_words, 2, false,
	    log_columns, ARRAY_LEN(log_columns),
	    COLUMN(0) | COLUMN(1) | COLUMN(2) | COLUMN(3) | COLUMN(5),
	    &sql_statistics_client_logs },
};

struct statistics_ask
statistics_ask_of(enum statistics_kind kind)
{
	return (struct statistics_ask){ .of = &statistics_table[kind],
		.by = statistics_table[kind].by,
		.from_ms = -1,
		.to_ms = -1 };
}

static struct db_param
id_or_any(struct arena *a, int64_t id)
{
	return id == 0 ? db_str(NULL) : db_i64(a, id);
}

int
statistics_report(struct ctx *ctx, const struct statistics_ask *ask,
    struct db_rows *out)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_str(ask->of->words[ask->by]),
		id_or_any(a, ask->performance), id_or_any(a, ask->show),
		id_or_any(a, ask->venue), db_time_or_any(a, ask->from_ms),
		db_time_or_any(a, ask->to_ms),
		db_i64(a, STATISTICS_ROWS_MAX + 1) };
	int r = db_read(ctx, ask->of->sql, ARRAY_LEN(params), params, out);

	if (r != 0)
		return r;
	return out->n_rows > STATISTICS_ROWS_MAX ? STATISTICS_E_MUCH
						 : STATISTICS_OK;
}

struct span
statistics_csv(struct arena *a, const struct statistics *of,
    const struct db_rows *rows)
{
	struct csv csv;

	csv_init(&csv, a, 256 + rows->n_rows * 128);
	for (size_t c = 0; c < of->n_columns; c++)
		csv_text(&csv, span_str(of->columns[c]));
	csv_end_row(&csv);
	for (size_t i = 0; i < rows->n_rows; i++) {
		for (size_t c = 0; c < of->n_columns; c++) {
			if (of->texts & COLUMN(c))
				csv_text(&csv, db_cell(rows, i, c));
			else
				csv_number(&csv, db_cell(rows, i, c));
		}
		csv_end_row(&csv);
	}
	return strbuf_get(&csv.text);
}

static int
run(struct ctx *ctx, const struct sql *sql, int n_params,
    const struct db_param *params, size_t *n)
{
	struct db_rows rows;
	int r = db_sure(
	    db_run(ctx->primary, &ctx->arena, sql, n_params, params, &rows));

	*n = r == 0 ? (size_t)db_get_i64(&rows, 0, 0) : 0;
	return r;
}

int
statistics_roll_up(struct ctx *ctx, int64_t max, size_t *n)
{
	const struct db_param param = db_i64(&ctx->arena, max);

	return run(ctx, &sql_statistics_roll_up, 1, &param, n);
}

int
statistics_purge(struct ctx *ctx, int64_t max, size_t *n)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = {
		db_time(a, ctx->now_ms - ctx->set.statistics_days * DAY_MS),
		db_i64(a, max)
	};

	return run(ctx, &sql_statistics_purge, ARRAY_LEN(params), params, n);
}
