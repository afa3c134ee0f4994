/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_journal - what PostgreSQL remembers of holds
 *
 * A row a token. It only ever moves forward in (epoch, log id), and a paid
 * row is final, so a writer that repeats itself or comes late does no harm.
 *
 * Layer: domain.  Uses: base, store, seat, journal.
 */
#ifndef HOLD_HOLD_JOURNAL_H
#define HOLD_HOLD_JOURNAL_H

#include "hold/hold_is.h"
#include "journal/journal_row.h"

/* A hold from its columns (JOURNAL_COLUMNS), col being the first. out: version
 * and reservation are NONE. Memory: the arena's. returns: whether it is one,
 * which the schema sees to */
bool hold_journal_read(struct arena *a, const struct db_rows *rows, size_t row,
    size_t col, struct hold *out);

/* The row of a hold. */
struct journal_row hold_journal_row(const struct hold *h);

/*
 * Write what became of a hold, and tell it in the outbox, together with those
 * of other processes that do so at this moment (journal/journal_row.h). Never
 * inside a transaction. Committed asynchronously: a crash of PostgreSQL may
 * lose the last fraction of a second, so never where money moves.
 *
 * returns: 0; < 0 on a fault, when it may have been written
 */
int hold_journal_write(struct ctx *ctx, const struct hold *h) MUST_CHECK;

/* The same in the transaction that is open, all of which is then committed
 * asynchronously. */
int hold_journal_write_within(struct ctx *ctx, const struct hold *h) MUST_CHECK;

/*
 * A hold by its token, from the primary.
 *
 * out:     out  with its reservation when paid; version is NONE
 * returns: 0; 1 no such row; < 0 on a fault
 */
int hold_journal_find(struct ctx *ctx, const struct hold_token *token,
    struct hold *out) MUST_CHECK;

/*
 * How many holds run now, for people to look at: from the replica, or the
 * primary.
 *
 * returns: 0; < 0 on a fault
 */
int hold_journal_running(struct ctx *ctx, int64_t *n) MUST_CHECK;

#endif
