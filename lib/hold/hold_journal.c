/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_journal - what PostgreSQL remembers of holds
 *
 * Layer: domain.  Uses: base, store, seat.
 */
#include "hold/hold_journal.h"

#include "base/fault.h"
#include "store/read.h"

/* By performance, since that is what the index of holds begins with; the
 * longest hard end is four hours. */
SQL(hold_running,
    "SELECT count(*) FROM performances AS p JOIN holds AS h"
    " ON h.performance_id = p.id AND h.hard_expires_at > $1"
    " WHERE p.sales_open_at <= $1"
    " AND p.sales_close_at > $1::timestamptz - interval '4 hours'"
    " AND h.expires_at > $1 AND h.status IN ('held', 'paying')");

/* The setting is local to the transaction. */
SQL(hold_journal_write,
    "SELECT hold_write(" JOURNAL_HOLD("$1") ")"
    " WHERE set_config('synchronous_commit', 'off', true) <> ''");
SQL(hold_journal_find,
    "SELECT r.number," JOURNAL_COLUMNS("h")
    " FROM holds AS h LEFT JOIN reservations AS r ON r.hold_token = h.token"
    " WHERE h.token = $1");

/* One hold on its way to the journal. */
struct way {
	struct ctx *ctx;
	struct db_param row;
	int r;
};

struct journal_row
hold_journal_row(const struct hold *h)
{
	struct journal_row row = { .is = h->is,
		.epoch = h->epoch,
		.log_ms = h->log_ms,
		.log_seq = h->log_seq };

	memcpy(row.currency, h->currency, sizeof(row.currency));
	return row;
}

static struct way
way_of(struct ctx *ctx, const struct hold *h)
{
	const struct journal_row row = hold_journal_row(h);

	return (struct way){ .ctx = ctx,
		.row = journal_row_param(&ctx->arena, &row) };
}

static void
write_one(void *arg)
{
	struct way *way = arg;

	way->r = db_sure(db_run(way->ctx->primary, &way->ctx->arena,
	    &sql_hold_journal_write, 1, &way->row, NULL));
}

int
hold_journal_write(struct ctx *ctx, const struct hold *h)
{
	struct way way = way_of(ctx, h);

	FAULT_POINT("journal.before_write");
	journal_row_together(ctx, &way.row, write_one, &way);
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

bool
hold_journal_read(struct arena *a, const struct db_rows *rows, size_t row,
    size_t col, struct hold *out)
{
	struct journal_row is;
	bool good = journal_row_read(a, rows, row, col, &is);

	*out = (struct hold){ .is = is.is,
		.token = db_cell(rows, row, col),
		.epoch = is.epoch,
		.log_ms = is.log_ms,
		.log_seq = is.log_seq };
	memcpy(out->currency, is.currency, sizeof(out->currency));
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
