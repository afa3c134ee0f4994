/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_journal - what PostgreSQL remembers of holds
 *
 * Layer: domain.  Uses: base, store, seat.
 */
#include "hold/hold_journal.h"

#include "base/fault.h"
#include "base/log.h"
#include "journal/journal_row.h"
#include "store/read.h"

/* By performance, since that is what the index of holds begins with; the
 * longest hard end is four hours. */
SQL(hold_running,
    "SELECT count(*) FROM performances AS p JOIN holds AS h"
    " ON h.performance_id = p.id AND h.hard_expires_at > $1"
    " WHERE p.sales_open_at <= $1"
    " AND p.sales_close_at > $1::timestamptz - interval '4 hours'"
    " AND h.expires_at > $1 AND h.status IN ('held', 'paying')");

/* $18 is the currency. The setting is local to the transaction. */
SQL(hold_journal_write,
    "SELECT hold_write(ROW($1::text, $2::bigint, $3::bigint, $4::int[],"
    "  $5::int, $6::bigint[], $7::bigint, $18::text, $8::text,"
    "  $9::timestamptz, $10::timestamptz, $11::timestamptz,"
    "  decode($12::text, 'hex'), $13::bigint, $14::bigint,"
    "  $15::bigint, nullif($16::smallint, 0), $17::smallint[])::holds)"
    " WHERE set_config('synchronous_commit', 'off', true) <> ''");
SQL(hold_journal_find,
    "SELECT r.number," HOLD_COLUMNS("h")
    " FROM holds AS h LEFT JOIN reservations AS r ON r.hold_token = h.token"
    " WHERE h.token = $1");

#define ONE_PARAMS (JOURNAL_ROW_PARAMS + 1)

/* One hold on its way to the journal. */
struct way {
	struct ctx *ctx;
	struct db_param params[ONE_PARAMS];
	int r;
};

static struct way
way_of(struct ctx *ctx, const struct hold *h)
{
	const struct journal_row row = { h->is, h->epoch, h->log_ms,
		h->log_seq };
	struct way way = { .ctx = ctx };

	journal_row_params(&ctx->arena, &row, way.params);
	way.params[JOURNAL_ROW_PARAMS] = db_str(h->currency);
	return way;
}

static void
write_one(void *arg)
{
	struct way *way = arg;

	way->r = db_sure(db_run(way->ctx->primary, &way->ctx->arena,
	    &sql_hold_journal_write, ONE_PARAMS, way->params, NULL));
}

int
hold_journal_write(struct ctx *ctx, const struct hold *h)
{
	struct way way = way_of(ctx, h);

	FAULT_POINT("journal.before_write");
	journal_row_together(ctx, way.params, write_one, &way);
	FAULT_POINT("journal.after_write");
	return way.r;
}

int
hold_journal_write_within(struct ctx *ctx, const struct hold *h)
{
	struct way way = way_of(ctx, h);

	write_one(&way);
	return way.r;
}

/* At most max numbers of a cell; how many. */
static size_t
read_numbers(struct arena *a, const struct db_rows *rows, size_t row,
    size_t col, int64_t out[HOLD_SEATS_MAX])
{
	size_t n;
	int64_t *v = db_get_i64s(a, rows, row, col, &n);

	n = MIN(n, HOLD_SEATS_MAX);
	memcpy(out, v, n * sizeof(*v));
	return n;
}

bool
hold_journal_read(struct arena *a, const struct db_rows *rows, size_t row,
    size_t col, struct hold *out)
{
	struct hold_record *is = &out->is;
	size_t n_prices;
	bool good;

	*out = (struct hold){ .token = db_cell(rows, row, col) };
	good = hold_token_read(out->token, &is->token);
	if (!good)
		LOG(ERROR, "journal-token", LSPAN("token", out->token));
	is->user = db_get_i64(rows, row, col + 1);
	is->status = hold_status_letter(db_cell(rows, row, col + 2));
	is->made_ms = db_get_i64(rows, row, col + 3);
	is->ends_ms = db_get_i64(rows, row, col + 4);
	is->hard_ends_ms = db_get_i64(rows, row, col + 5);
	is->price_version = db_get_i64(rows, row, col + 6);
	is->n_seats = read_numbers(a, rows, row, col + 7, is->seats);
	n_prices = read_numbers(a, rows, row, col + 8, is->prices);
	good = good && is->n_seats > 0 && is->n_seats == n_prices;
	is->n_seats = MIN(is->n_seats, n_prices);
	memcpy(out->currency, db_cell(rows, row, col + 9).p, 3);
	is->fingerprint = db_cell(rows, row, col + 10);
	out->epoch = db_get_i64(rows, row, col + 11);
	out->log_ms = db_get_i64(rows, row, col + 12);
	out->log_seq = db_get_i64(rows, row, col + 13);
	is->section_no = db_get_i64(rows, row, col + 14);
	if (!db_is_null(rows, row, col + 15))
		(void)read_numbers(a, rows, row, col + 15, is->types);
	return good;
}

int
hold_journal_find(struct ctx *ctx, const struct hold_token *token,
    struct hold *out)
{
	struct arena *a = &ctx->arena;
	const struct db_param param = db_text(a, hold_token_text(a, token));
	struct db_rows rows;
	int r;

	r = db_read_primary(ctx, &sql_hold_journal_find, 1, &param, &rows);
	if (r != 0 || rows.n_rows == 0)
		return r != 0 ? r : 1;
	hold_journal_read(a, &rows, 0, 1, out);
	out->reservation = db_cell(&rows, 0, 0);
	return 0;
}

int
hold_journal_running(struct ctx *ctx, int64_t *n)
{
	const struct db_param now = db_time(&ctx->arena, ctx->now_ms);
	struct db_rows rows;
	int r;

	r = db_read(ctx, &sql_hold_running, 1, &now, &rows);
	*n = r == 0 ? db_get_i64(&rows, 0, 0) : 0;
	return r;
}
