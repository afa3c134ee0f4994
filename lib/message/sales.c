/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sales - what was sold, given back and lost, as the consumer "sales" counts it
 *
 * Layer: domain.  Uses: base, store.
 */
#include "message/sales.h"

#include "base/csv.h"
#include "store/read.h"

SQL(sales_report,
    "SELECT to_char(hour AT TIME ZONE 'UTC',"
    " 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'), day, show_id, venue_id,"
    " performance_id, section_no, type_no, currency, sold, revenue,"
    " given_back, refunded, complimentary, placed, lapsed, lost"
    " FROM sales_report($1, $2, $3, $4, $5, $6, $7)");

const char *const sales_words[] = { "hour", "day", "performance", "section",
	"type", NULL };

const char *const sales_columns[N_SALES_COLUMNS] = { "hour", "day", "show_id",
	"venue_id", "performance_id", "section_id", "type", "currency", "sold",
	"revenue", "given_back", "refunded", "complimentary", "placed",
	"lapsed", "lost" };

static struct db_param
id_or_any(struct arena *a, int64_t id)
{
	return id == 0 ? db_str(NULL) : db_i64(a, id);
}

static struct db_param
time_or_any(struct arena *a, int64_t ms)
{
	return ms < 0 ? db_str(NULL) : db_time(a, ms);
}

int
sales_report(struct ctx *ctx, const struct sales_ask *ask, struct db_rows *out)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_str(sales_words[ask->by]),
		id_or_any(a, ask->performance), id_or_any(a, ask->show),
		id_or_any(a, ask->venue), time_or_any(a, ask->from_ms),
		time_or_any(a, ask->to_ms), db_i64(a, SALES_ROWS_MAX + 1) };
	int r = db_read(ctx, &sql_sales_report, ARRAY_LEN(params), params, out);

	if (r != 0)
		return r;
	return out->n_rows > SALES_ROWS_MAX ? SALES_E_MUCH : SALES_OK;
}

static bool
is_number(size_t column)
{
	return column != SALES_HOUR && column != SALES_DAY
	    && column != SALES_CURRENCY;
}

struct span
sales_csv(struct arena *a, const struct db_rows *rows)
{
	struct csv csv;

	csv_init(&csv, a, 256 + rows->n_rows * 128);
	for (size_t c = 0; c < N_SALES_COLUMNS; c++)
		csv_text(&csv, span_str(sales_columns[c]));
	csv_end_row(&csv);
	for (size_t i = 0; i < rows->n_rows; i++) {
		for (size_t c = 0; c < N_SALES_COLUMNS; c++) {
			if (is_number(c))
				csv_number(&csv, db_cell(rows, i, c));
			else
				csv_text(&csv, db_cell(rows, i, c));
		}
		csv_end_row(&csv);
	}
	return strbuf_get(&csv.text);
}
