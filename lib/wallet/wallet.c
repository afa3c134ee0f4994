/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wallet - a user's prepaid balance and its ledger
 *
 * Layer: domain.  Uses: base, store.
 */
#include "wallet/wallet.h"

#include "base/fault.h"
#include "store/read.h"

SQL(wallet_get, "SELECT balance, currency FROM wallets WHERE user_id = $1");

SQL(wallet_entries,
    "SELECT l.transfer_id, l.amount, l.reason, l.payment_id, r.number,"
    " (extract(epoch from l.at)*1000)::bigint"
    " FROM ledger AS l LEFT JOIN reservations AS r"
    "  ON r.user_id = l.user_id AND r.payment_id = l.payment_id"
    " WHERE l.user_id = $1 AND l.account = 'wallet'"
    "  AND ($2::bigint = 0 OR l.transfer_id < $2)"
    " ORDER BY l.transfer_id DESC LIMIT $3");

/* One statement is one transaction: the balance and both lines, or nothing.
 * $3 - $2 cannot overflow, since 0 < $2 <= $3. */
SQL(wallet_credit,
    "WITH w AS ("
    "  UPDATE wallets SET balance = balance + $2"
    "  WHERE user_id = $1 AND balance <= $3::bigint - $2"
    "  RETURNING user_id, balance, currency),"
    " t AS MATERIALIZED (SELECT nextval('transfer_id') AS id FROM w),"
    " l AS ("
    "  INSERT INTO ledger (transfer_id, line, account, user_id, amount,"
    "    currency, reason)"
    "  SELECT t.id, v.line, v.account, v.user_id, v.amount, w.currency,"
    "    'credit'"
    "  FROM t, w, (VALUES (1, 'wallet', $1::bigint, $2::bigint),"
    "    (2, 'funding', NULL, -$2)) AS v (line, account, user_id, amount))"
    " SELECT balance, currency FROM w");

static void
read_row(const struct db_rows *rows, struct wallet *out)
{
	out->balance_minor = db_get_i64(rows, 0, 0);
	out->currency = db_cell(rows, 0, 1);
}

int
wallet_get(struct ctx *ctx, int64_t user, struct wallet *out)
{
	const struct db_param who = db_i64(&ctx->arena, user);
	struct db_rows rows;
	int r;

	r = db_read_primary(ctx, &sql_wallet_get, 1, &who, &rows);
	if (r != 0)
		return r;
	if (rows.n_rows == 0)
		return WALLET_E_NONE;
	read_row(&rows, out);
	return WALLET_OK;
}

int
wallet_entries(struct ctx *ctx, int64_t user, int64_t before_id, size_t max,
    struct wallet_entry **out, size_t *n, bool *more)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, user),
		db_i64(a, before_id), db_i64(a, (int64_t)max + 1) };
	struct db_rows rows;
	int r;

	r = db_read_primary(ctx, &sql_wallet_entries, 3, params, &rows);
	if (r != 0)
		return r;
	*more = rows.n_rows > max;
	*n = MIN(rows.n_rows, max);
	*out = ARENA_ARRAY(a, *n + 1, struct wallet_entry);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = (struct wallet_entry){
			.id = db_get_i64(&rows, i, 0),
			.amount_minor = db_get_i64(&rows, i, 1),
			.reason = db_cell(&rows, i, 2),
			.payment = db_is_null(&rows, i, 3)
			    ? 0
			    : db_get_i64(&rows, i, 3),
			.reservation = db_cell(&rows, i, 4),
			.at_ms = db_get_i64(&rows, i, 5),
		};
	return WALLET_OK;
}

int
wallet_credit(struct ctx *ctx, int64_t user, int64_t amount_minor,
    struct wallet *out)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = {
		db_i64(a, user),
		db_i64(a, amount_minor),
		db_i64(a, WALLET_BALANCE_MAX),
	};
	struct db_rows rows;
	int r;

	if (amount_minor <= 0 || amount_minor > WALLET_BALANCE_MAX)
		return WALLET_E_AMOUNT;
	r = db_sure(
	    db_run(ctx->primary, a, &sql_wallet_credit, 3, params, &rows));
	FAULT_POINT("wallet.after_credit");
	if (r != 0)
		return r;
	if (rows.n_rows == 0) {
		r = wallet_get(ctx, user, out);
		return r != 0 ? r : WALLET_E_FULL;
	}
	read_row(&rows, out);
	return WALLET_OK;
}
