/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_journal - what PostgreSQL remembers of holds
 *
 * Layer: domain.  Uses: base, store, seat.
 */
#include "hold/hold_journal.h"

#include "base/fault.h"
#include "base/log.h"
#include "store/read.h"

/* By performance, since that is what the index of holds begins with; the
 * longest hard end is four hours. */
SQL(hold_running,
    "SELECT count(*) FROM performances AS p JOIN holds AS h"
    " ON h.performance_id = p.id AND h.hard_expires_at > $1"
    " WHERE p.sales_open_at <= $1"
    " AND p.sales_close_at > $1::timestamptz - interval '4 hours'"
    " AND h.expires_at > $1 AND h.status IN ('held', 'paying')");

/* The setting is local to the transaction. What the statement writes it tells,
 * as outbox_holds (0150) does for many, which would cost one hold twice as much
 * as its row. */
#define JOURNAL_WRITE \
	"WITH written AS (INSERT INTO holds (token, performance_id, user_id," \
	"  seats, price_version, prices, amount, currency, status, made_at," \
	"  expires_at, hard_expires_at, fingerprint, epoch, log_ms, log_seq)" \
	" SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12," \
	"  decode($13, 'hex'), $14, $15, $16" \
	" WHERE set_config('synchronous_commit', 'off', true) <> ''" \
	" ON CONFLICT (token) DO UPDATE SET seats = excluded.seats," \
	"  price_version = excluded.price_version," \
	"  prices = excluded.prices, amount = excluded.amount," \
	"  status = excluded.status, expires_at = excluded.expires_at," \
	"  hard_expires_at = excluded.hard_expires_at," \
	"  epoch = excluded.epoch, log_ms = excluded.log_ms," \
	"  log_seq = excluded.log_seq" \
	" WHERE holds.status <> 'paid'" \
	"  AND (holds.epoch, holds.log_ms, holds.log_seq)" \
	"   < (excluded.epoch, excluded.log_ms, excluded.log_seq)"
#define JOURNAL_TELL \
	" RETURNING 1) INSERT INTO outbox (aggregate, aggregate_id, kind," \
	"  payload) SELECT 'holds', 'journal', 'holds.changed'," \
	"  jsonb_build_object('hold', jsonb_build_array($1::text)," \
	"  'performance_id', jsonb_build_array($2::bigint)," \
	"  'user_id', jsonb_build_array($3::bigint)," \
	"  'status', jsonb_build_array($9::text)," \
	"  'seat_ids', jsonb_build_array($4::int[])," \
	"  'version', jsonb_build_array(concat_ws('-', $14::bigint," \
	"  $15::bigint, $16::bigint))) FROM written" \
	" WHERE $9::text NOT IN ('paying', 'paid')"
SQL(hold_journal_write, JOURNAL_WRITE JOURNAL_TELL);
/* A hold that Redis let end may have been extended while it was away
 * (hold_adopt.h). To ask that costs more than the rest of the condition. */
SQL(hold_journal_expire, JOURNAL_WRITE
    " AND NOT EXISTS (SELECT FROM holds_untold AS u"
    "  WHERE u.token = excluded.token)" JOURNAL_TELL);
SQL(hold_journal_find,
    "SELECT r.number," HOLD_COLUMNS("h")
    " FROM holds AS h LEFT JOIN reservations AS r ON r.hold_token = h.token"
    " WHERE h.token = $1");

static int
write_one(struct ctx *ctx, const struct hold *h)
{
	struct arena *a = &ctx->arena;
	const struct hold_record *is = &h->is;
	const struct db_param params[] = {
		db_text(a, h->token), db_i64(a, is->token.performance),
		db_i64(a, is->user), db_i64s(a, is->seats, is->n_seats),
		db_i64(a, is->price_version),
		db_i64s(a, is->prices, is->n_seats),
		db_i64(a, hold_record_amount(is)), db_str(h->currency),
		db_str(hold_status_name(is->status)), db_time(a, is->made_ms),
		db_time(a, is->ends_ms), db_time(a, is->hard_ends_ms),
		db_text(a, is->fingerprint), db_i64(a, h->epoch),
		db_i64(a, h->log_ms), db_i64(a, h->log_seq),
	};
	int r;

	FAULT_POINT("journal.before_write");
	r = db_sure(db_run(ctx->primary, a, is->status == HOLD_EXPIRED
	    ? &sql_hold_journal_expire : &sql_hold_journal_write,
	    ARRAY_LEN(params), params, NULL));
	FAULT_POINT("journal.after_write");
	return r;
}

int
hold_journal_write(struct ctx *ctx, const struct hold *holds, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int r = write_one(ctx, &holds[i]);

		if (r < 0)
			return r;
	}
	return 0;
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

void
hold_journal_read(struct arena *a, const struct db_rows *rows, size_t row,
    size_t col, struct hold *out)
{
	struct hold_record *is = &out->is;
	size_t n_prices;

	*out = (struct hold){ .token = db_cell(rows, row, col) };
	if (!hold_token_read(out->token, &is->token))
		LOG(ERROR, "journal-token", LSPAN("token", out->token));
	is->user = db_get_i64(rows, row, col + 1);
	is->status = hold_status_letter(db_cell(rows, row, col + 2));
	is->made_ms = db_get_i64(rows, row, col + 3);
	is->ends_ms = db_get_i64(rows, row, col + 4);
	is->hard_ends_ms = db_get_i64(rows, row, col + 5);
	is->price_version = db_get_i64(rows, row, col + 6);
	is->n_seats = read_numbers(a, rows, row, col + 7, is->seats);
	n_prices = read_numbers(a, rows, row, col + 8, is->prices);
	is->n_seats = MIN(is->n_seats, n_prices);
	memcpy(out->currency, db_cell(rows, row, col + 9).p, 3);
	is->fingerprint = db_cell(rows, row, col + 10);
	out->epoch = db_get_i64(rows, row, col + 11);
	out->log_ms = db_get_i64(rows, row, col + 12);
	out->log_seq = db_get_i64(rows, row, col + 13);
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
