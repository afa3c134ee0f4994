/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_journal - what the logs say of holds goes to the journal
 *
 * An entry of a log that is to be journaled carries the hold's token and
 * record. Whoever makes such an entry leaves a hint (bo:job:journal-hints, a
 * hash by performance), so that one HGETALL tells the persist job where to
 * read; how far each log was written stands in bo:job:journaled.<epoch>. A row
 * of the journal only moves forward in (epoch, log id) and a paid one is
 * final, so two writers, one that stood still, or one that repeats itself do
 * no harm.
 *
 * Layer: domain.  Uses: base, store, epoch, journal_row.
 */
#ifndef SEAT_SEAT_JOURNAL_H
#define SEAT_SEAT_JOURNAL_H

#include "store/ctx.h"

/* Entries older than this and not written: holds are journaled by whoever
 * makes them, before the answer. */
#define JOURNAL_LATE_MS 1000

/*
 * Whether the persist job keeps up, so that an entry in the log is enough.
 * The job says so in a key that ends by itself JOURNAL_LATE_MS after the
 * moment up to which all was written: a job that died says nothing. Read at
 * most every 100 ms.
 */
bool seat_journal_keeps_up(struct ctx *ctx);
/* Look again next time, whenever that is. */
void seat_journal_look_again(struct ctx *ctx);

/* Queue the hint behind a script that makes entries (see kv_queue). A process
 * that forks does so before its first hint: the children would use its names. */
void seat_journal_queue_hint(struct ctx *ctx, int64_t performance);

/*
 * One round of the persist job: all hinted logs of the present epoch, from
 * where the last one ended.
 *
 * out:     *n  entries written
 * returns: 0; < 0 on a fault: the next round repeats
 */
int seat_journal_round(struct ctx *ctx, size_t *n) MUST_CHECK;

/* The next performance whose log this process has read for the journal since it
 * was asked before, each once. */
bool seat_journal_moved(int64_t *performance);
/* Whether there were too many to remember: since it was asked before, any log
 * may have been read. */
bool seat_journal_moved_all(void);

/*
 * Write all that some logs still hold: before their maps are made anew, when
 * no script can write to them any more. May run inside a transaction.
 *
 * returns: 0; < 0 on a fault
 */
int seat_journal_drain(struct ctx *ctx, int64_t epoch,
    const int64_t *performances, size_t n) MUST_CHECK;

/* bo:job:journaled.<epoch>: performance -> id up to which its log was
 * written. Memory: the arena's. */
struct span seat_journal_kept_key(struct ctx *ctx, int64_t epoch);

#endif
