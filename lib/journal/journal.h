/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * journal - what the logs say of holds is written to PostgreSQL
 *
 * An entry of a log that is to be journaled carries the hold's token and
 * record. The persist job follows all logs (seat/log_follow.h). A row of the
 * journal only moves forward in (epoch, log id) and a paid one is final, so two
 * writers, one that stood still, or one that repeats itself do no harm.
 *
 * A handler that finds the job late journals its holds before the answer
 * (journal_keeps_up): a job that is slow, hangs or died needs no watchdog. Its
 * commit does not wait for the disk: what a crash of the primary takes of it is
 * still in Redis. Logs are trimmed only up to what was read for the journal.
 *
 * Layer: domain.  Uses: base, store, seat (log_follow), journal_row.
 */
#ifndef JOURNAL_JOURNAL_H
#define JOURNAL_JOURNAL_H

#include "seat/log_follow.h"

/* Entries older than this and not written: holds are journaled by whoever
 * makes them, before the answer. */
#define JOURNAL_LATE_MS 1000

/* The persist job, as who makes entries for it hints it. */
extern const struct log_consumer journal_consumer;

/*
 * Whether the persist job keeps up, so that an entry in the log is enough.
 * The job says so in a key that ends by itself JOURNAL_LATE_MS after the
 * moment up to which all was written: a job that died says nothing. A tree
 * reads it at most every 100 ms.
 */
bool journal_keeps_up(struct ctx *ctx);
/* Who of the tree asks next looks again, whenever that is. */
void journal_look_again(struct ctx *ctx);

/*
 * One round of the persist job: all hinted logs of the present epoch, from
 * where the last one ended.
 *
 * out:     *n  entries written
 * returns: 0; < 0 on a fault: the next round repeats
 */
int journal_round(struct ctx *ctx, size_t *n) MUST_CHECK;

/*
 * Write all that some logs still hold: before their maps are made anew, when
 * no script can write to them any more. May run inside a transaction.
 *
 * returns: 0; < 0 on a fault
 */
int journal_drain(struct ctx *ctx, int64_t epoch, const int64_t *performances,
    size_t n) MUST_CHECK;

#endif
