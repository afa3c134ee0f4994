/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * journal_row - a hold as a row of the journal
 *
 * Here a hold's record becomes the parameters of the statements that journal
 * it, and here is the statement for many rows: the persist job's, and that of
 * handlers who journal holds at the same moment. How a row is written is in the
 * database (sql/functions/holds.sql).
 *
 * Layer: domain.  Uses: base, store (together), hold_record.
 */
#ifndef JOURNAL_JOURNAL_ROW_H
#define JOURNAL_JOURNAL_ROW_H

#include "journal/hold_record.h"
#include "store/together.h"

/* token, performance, user, seats, price_version, prices, amount, status,
 * made_at, expires_at, hard_expires_at, fingerprint, epoch, log_ms, log_seq,
 * section_no (0: none), types: in this order. */
#define JOURNAL_ROW_PARAMS 17

struct journal_row {
	struct hold_record is;
	int64_t epoch, log_ms, log_seq; /* of the log entry: its version */
};

/* Memory: the arena's. */
void journal_row_params(struct arena *a, const struct journal_row *row,
    struct db_param params[JOURNAL_ROW_PARAMS]);

/* Types as PostgreSQL has them: NULL where all are the default. */
struct db_param journal_types(struct arena *a, const struct hold_record *is);

/*
 * Write rows and tell them in the outbox, all or none, by one statement; the
 * newest of a hold only. May run inside a transaction, which then commits
 * asynchronously, as it does alone.
 *
 * in:      n  1 or more
 * returns: 0; < 0 on a fault, when they may have been written
 */
int journal_rows_write(struct ctx *ctx, const struct journal_row *rows,
    size_t n) MUST_CHECK;

/*
 * The same for the row of these params, together with those of other processes
 * of the tree. Never inside a transaction.
 *
 * alone    writes the one row; called with arg when nobody else is there, or
 *          what was done together failed or is not known (together.h)
 */
void journal_row_together(struct ctx *ctx, const struct db_param *params,
    together_alone_fn *alone, void *arg);
/* Where they meet. */
struct combine *journal_row_others(struct shared *shared);

#endif
