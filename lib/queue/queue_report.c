/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * queue_report - what operators are told of lines
 *
 * Layer: domain.  Uses: base, store, catalog, seat.
 */
#include "queue/queue_report.h"

#include "base/csv.h"
#include "store/read.h"

#include <inttypes.h>

#define LINE_COLUMNS \
	"SELECT p.id, p.meta_version, p.queue_mode, p.queue_status," \
	" p.queue_active_limit, p.queue_per_minute, p.queue_grace_s," \
	" p.queue_claim_s, p.queue_pass_s, p.queue_lobby_s," \
	" coalesce(s.reserved, 0), coalesce(s.head, 0), p.queue_beacon FROM performances AS p" \
	" LEFT JOIN queue_state AS s ON s.performance_id = p.id"
SQL(queue_report_line, LINE_COLUMNS " WHERE p.id = $1");
SQL(queue_report_lines,
    LINE_COLUMNS
    " WHERE p.status = 'open' AND p.queue_mode <> 'off'"
    " AND p.sales_open_at <= $1::timestamptz + interval '1 minute'"
    " AND p.sales_close_at > $1"
    " ORDER BY p.sales_close_at, p.id LIMIT $2");
SQL(queue_report,
    "SELECT admitted, bought, lapsed, \"left\", buying, wait_p50_s, wait_p90_s,"
    " pass_p50_s, pass_p90_s, admitted_a_minute, per_minute"
    " FROM queue_report($1) WHERE per_minute IS NOT NULL");

static const char *const set_names[QUEUE_LINE_SET] = { "active_limit",
	"per_minute", "grace_s", "claim_s", "pass_s", "lobby_s", "reserved",
	"head" };
static const char *const report_names[QUEUE_REPORT_N] = { "admitted", "bought",
	"lapsed", "left", "buying", "wait_p50_s", "wait_p90_s", "pass_p50_s",
	"pass_p90_s", "admitted_a_minute", "per_minute" };

static void
take_figures(const struct db_rows *rows, size_t row, size_t col, size_t n,
    const char *const *names, struct queue_figure *out)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (struct queue_figure){ names[i],
			db_is_null(rows, row, col + i)
			    ? -1
			    : db_get_i64(rows, row, col + i) };
}

/* Where it stands, as far as Redis can be asked. */
static int
take_now(struct ctx *ctx, struct queue_line *out)
{
	struct queue_snapshot s;
	int r = queue_snapshot(ctx, out->performance, &s);

	out->runs = r == 0;
	if (r != 0)
		return r < 0 && !kv_is_away(r) ? r : 0;
	out->recovering = s.calm;
	out->lobby = s.lobby;
	out->now[0] = (struct queue_figure){ "waiting", s.waiting };
	out->now[1] = (struct queue_figure){ "buying", s.active };
	out->now[2] = (struct queue_figure){ "near", s.near };
	out->now[3] = (struct queue_figure){ "last_number", s.seq };
	out->now[4] = (struct queue_figure){ "admitted_a_minute",
		(s.rate_milli + 500) / 1000 };
	out->now[5] = (struct queue_figure){ "in_lobby", s.gathered };
	return 0;
}

static int
take_line(struct ctx *ctx, const struct db_rows *rows, size_t row,
    struct queue_line *out)
{
	int mode, status;
	int r = words_read(queue_modes, db_cell(rows, row, 2), &mode);

	if (r == 0)
		r = words_read(queue_statuses, db_cell(rows, row, 3), &status);
	if (r != 0)
		return r;
	*out = (struct queue_line){ .performance = db_get_i64(rows, row, 0),
		.version = db_get_i64(rows, row, 1),
		.mode = (enum queue_mode)mode,
		.status = (enum queue_status)status,
		.beacon = db_cell(rows, row, 4 + QUEUE_LINE_SET) };
	take_figures(rows, row, 4, QUEUE_LINE_SET, set_names, out->set);
	return out->mode == QUEUE_OFF ? 0 : take_now(ctx, out);
}

int
queue_report_line(struct ctx *ctx, int64_t performance, struct queue_line *out)
{
	const struct db_param id = db_i64(&ctx->arena, performance);
	struct db_rows rows;
	int r = db_sure(db_run(ctx->primary, &ctx->arena,
	    &sql_queue_report_line, 1, &id, &rows));

	if (r != 0)
		return r;
	return rows.n_rows == 0 ? QUEUE_REPORT_E_NONE
				: take_line(ctx, &rows, 0, out);
}

int
queue_report_lines(struct ctx *ctx, struct queue_line **out, size_t *n)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_time(a, ctx->now_ms),
		db_i64(a, QUEUE_LINES_MAX) };
	struct db_rows rows;
	int r = db_read(ctx, &sql_queue_report_lines, 2, params, &rows);

	*n = 0;
	if (r != 0)
		return r;
	*out = ARENA_ARRAY(a, rows.n_rows + 1, struct queue_line);
	for (; r == 0 && *n < rows.n_rows; (*n)++)
		r = take_line(ctx, &rows, *n, &(*out)[*n]);
	return r;
}

int
queue_report(struct ctx *ctx, int64_t performance,
    struct queue_figure out[QUEUE_REPORT_N])
{
	const struct db_param id = db_i64(&ctx->arena, performance);
	struct db_rows rows;
	int r = db_read_primary(ctx, &sql_queue_report, 1, &id, &rows);

	if (r != 0)
		return r;
	if (rows.n_rows == 0)
		return QUEUE_REPORT_E_NONE;
	take_figures(&rows, 0, 0, QUEUE_REPORT_N, report_names, out);
	return QUEUE_REPORT_OK;
}

struct span
queue_report_csv(struct arena *a, const struct queue_figure *figures, size_t n)
{
	struct csv csv;

	csv_init(&csv, a, 256);
	for (size_t i = 0; i < n; i++)
		csv_text(&csv, span_str(figures[i].name));
	csv_end_row(&csv);
	for (size_t i = 0; i < n; i++) {
		if (figures[i].value >= 0)
			csv_i64(&csv, figures[i].value);
		else
			csv_number(&csv, SPAN_NONE);
	}
	csv_end_row(&csv);
	return strbuf_get(&csv.text);
}
