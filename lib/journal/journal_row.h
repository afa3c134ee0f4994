/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * journal_row - a hold as a row of the journal
 *
 * Here a hold becomes what PostgreSQL is told of it, and is read again: the
 * columns of the table holds (sql/0004_seats.sql) are named here and nowhere
 * else in C. They are told by their names, so a program of the last release
 * goes on where the table has grown. How a row is written is in the database
 * (sql/functions/holds.sql).
 *
 * Layer: domain.  Uses: base, store (together), hold_record.
 */
#ifndef JOURNAL_JOURNAL_ROW_H
#define JOURNAL_JOURNAL_ROW_H

#include "journal/hold_record.h"
#include "store/together.h"

struct journal_row {
	struct hold_record is;
	char currency[4]; /* ISO 4217; "": that of the price list */
	int64_t epoch, log_ms, log_seq; /* of the log entry: its version */
};

/* X(h, name, kind, member): each column, the token first; kinds are
 * journal_row.c's. An amount is reckoned, never read. */
#define JOURNAL_ROW(X, h) \
	X(h, token, TOKEN, is.token) \
	X(h, performance_id, NUMBER, is.token.performance) \
	X(h, user_id, NUMBER, is.user) \
	X(h, seats, SEATS, is.seats) \
	X(h, price_version, NUMBER, is.price_version) \
	X(h, prices, LINES, is.prices) \
	X(h, amount, AMOUNT, is) \
	X(h, currency, CURRENCY, currency) \
	X(h, status, STATUS, is.status) \
	X(h, made_at, TIME, is.made_ms) \
	X(h, expires_at, TIME, is.ends_ms) \
	X(h, hard_expires_at, TIME, is.hard_ends_ms) \
	X(h, fingerprint, HEX, is.fingerprint) \
	X(h, epoch, NUMBER, epoch) \
	X(h, log_ms, NUMBER, log_ms) \
	X(h, log_seq, NUMBER, log_seq) \
	X(h, section_no, NUMBER_OR_NULL, is.section_no) \
	X(h, types, LINES_OR_NULL, is.types)

/* What a statement asks for of a row of holds that it calls h, for
 * journal_row_read. */
#define JOURNAL_COLUMNS(h) JOURNAL_ROW(JOURNAL_COLUMN, h)
#define JOURNAL_COLUMN(h, name, kind, member) JOURNAL_SQL_##kind(h "." #name)
#define JOURNAL_SQL_TOKEN(column) " " column
#define JOURNAL_SQL_NUMBER(column) ", " column
#define JOURNAL_SQL_SEATS(column) ", " column
#define JOURNAL_SQL_LINES(column) ", " column
#define JOURNAL_SQL_AMOUNT(column) ", " column
#define JOURNAL_SQL_CURRENCY(column) ", " column
#define JOURNAL_SQL_STATUS(column) ", " column
#define JOURNAL_SQL_TIME(column) \
	", (extract(epoch FROM " column ") * 1000)::bigint"
#define JOURNAL_SQL_HEX(column) ", encode(" column ", 'hex')"
#define JOURNAL_SQL_NUMBER_OR_NULL(column) ", coalesce(" column ", 0)"
#define JOURNAL_SQL_LINES_OR_NULL(column) ", " column

/* A row from its columns, col being the first. Memory: the arena's.
 * returns: whether it is one, which the schema sees to */
bool journal_row_read(struct arena *a, const struct db_rows *rows, size_t row,
    size_t col, struct journal_row *out);

/* A row for a statement, which takes it as a value of the type holds by
 * JOURNAL_HOLD. Memory: the arena's. */
struct db_param journal_row_param(struct arena *a,
    const struct journal_row *row);
#define JOURNAL_HOLD(param) "json_populate_record(NULL::holds, " param "::json)"

/*
 * Write rows and tell them in the outbox, all or none, by one statement; the
 * newest of a hold only. One of a price list that is not there is left out. May
 * run inside a transaction, which then commits asynchronously, as it does
 * alone.
 *
 * in:      n  1 or more
 * returns: 0; < 0 on a fault, when they may have been written
 */
int journal_rows_write(struct ctx *ctx, const struct journal_row *rows,
    size_t n) MUST_CHECK;

/*
 * The same for the row of this param, together with those of other processes of
 * the tree. Never inside a transaction.
 *
 * alone    writes the one row; called with arg when nobody else is there, or
 *          what was done together failed or is not known (together.h)
 */
void journal_row_together(struct ctx *ctx, const struct db_param *param,
    together_alone_fn *alone, void *arg);
/* Where they meet. */
struct combine *journal_row_others(struct shared *shared);

#endif
