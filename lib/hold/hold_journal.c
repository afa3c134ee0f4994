/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_journal - what PostgreSQL remembers of holds
 *
 * Layer: domain.  Uses: base, store, seat.
 */
#include "hold/hold_journal.h"

#include "store/read.h"

/* By performance, since that is what the index of holds begins with; the
 * longest hard end is four hours. */
SQL(hold_running,
    "SELECT count(*) FROM performances AS p JOIN holds AS h"
    " ON h.performance_id = p.id AND h.hard_expires_at > $1"
    " WHERE p.sales_open_at <= $1"
    " AND p.sales_close_at > $1::timestamptz - interval '4 hours'"
    " AND h.expires_at > $1 AND h.status IN ('held', 'paying')");

/* The setting is local to this statement's own transaction. */
SQL(hold_journal_write,
    "WITH lazy AS MATERIALIZED"
    " (SELECT set_config('synchronous_commit', 'off', true))"
    " INSERT INTO holds (token, performance_id, user_id, seats, price_version,"
    "  prices, amount, currency, status, made_at, expires_at,"
    "  hard_expires_at, fingerprint, epoch, log_ms, log_seq)"
    " SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,"
    "  decode($13, 'hex'), $14, $15, $16 FROM lazy"
    " ON CONFLICT (token) DO UPDATE SET seats = excluded.seats,"
    "  price_version = excluded.price_version, prices = excluded.prices,"
    "  amount = excluded.amount, status = excluded.status,"
    "  expires_at = excluded.expires_at,"
    "  hard_expires_at = excluded.hard_expires_at, epoch = excluded.epoch,"
    "  log_ms = excluded.log_ms, log_seq = excluded.log_seq"
    " WHERE holds.status <> 'paid'"
    "  AND (holds.epoch, holds.log_ms, holds.log_seq)"
    "   < (excluded.epoch, excluded.log_ms, excluded.log_seq)");
SQL(hold_journal_find,
    "SELECT h.user_id, h.status, (extract(epoch from h.made_at)*1000)::bigint,"
    " (extract(epoch from h.expires_at)*1000)::bigint,"
    " (extract(epoch from h.hard_expires_at)*1000)::bigint, h.price_version,"
    " h.seats, h.prices, h.currency, r.number, encode(h.fingerprint, 'hex')"
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

	return db_sure(db_run(ctx->primary, a, &sql_hold_journal_write,
	    ARRAY_LEN(params), params, NULL));
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

int
hold_journal_find(struct ctx *ctx, const struct hold_token *token,
    struct hold *out)
{
	struct arena *a = &ctx->arena;
	struct span text = hold_token_text(a, token);
	const struct db_param param = db_text(a, text);
	int64_t *seats, *prices;
	struct db_rows rows;
	size_t n_prices;
	int r;

	r = db_read_primary(ctx, &sql_hold_journal_find, 1, &param, &rows);
	if (r != 0 || rows.n_rows == 0)
		return r != 0 ? r : 1;
	*out = (struct hold){ .token = text,
		.reservation = db_cell(&rows, 0, 9) };
	out->is.token = *token;
	out->is.user = db_get_i64(&rows, 0, 0);
	out->is.status = hold_status_letter(db_cell(&rows, 0, 1));
	out->is.made_ms = db_get_i64(&rows, 0, 2);
	out->is.ends_ms = db_get_i64(&rows, 0, 3);
	out->is.hard_ends_ms = db_get_i64(&rows, 0, 4);
	out->is.price_version = db_get_i64(&rows, 0, 5);
	seats = db_get_i64s(a, &rows, 0, 6, &out->is.n_seats);
	prices = db_get_i64s(a, &rows, 0, 7, &n_prices);
	out->is.n_seats = MIN(MIN(out->is.n_seats, n_prices), HOLD_SEATS_MAX);
	memcpy(out->is.seats, seats, out->is.n_seats * sizeof(*seats));
	memcpy(out->is.prices, prices, out->is.n_seats * sizeof(*prices));
	memcpy(out->currency, db_cell(&rows, 0, 8).p, 3);
	out->is.fingerprint = db_cell(&rows, 0, 10);
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
