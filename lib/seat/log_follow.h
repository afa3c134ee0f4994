/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log_follow - read the logs of all maps, each from where it was left
 *
 * How far a consumer has read each log stands in Redis. Hints tell it which
 * logs to read (log_hint.h). An entry may be given twice
 * (who died had not said that he was done with it), never not at all: trimming
 * asks for a new hint where entries were left (journal/journal_trim.h).
 *
 * Layer: domain.  Uses: base, store, log_entry, log_hint, seat_loaded.
 */
#ifndef SEAT_LOG_FOLLOW_H
#define SEAT_LOG_FOLLOW_H

#include "seat/log_hint.h"

/*
 * One round: all hinted logs of an epoch.
 *
 * in:      arg       for take and settle
 * out:     until_ms  all entries made before, by Redis's clock, were given;
 *                    0: there is more
 * returns: 0; < 0 on a fault: the next round repeats
 */
int log_follow_round(struct ctx *ctx, const struct log_consumer *who,
    int64_t epoch, void *arg, int64_t *until_ms) MUST_CHECK;

/*
 * All that some logs still hold, to which no script can write any more. What
 * is read so is not noted: these logs go.
 *
 * returns: 0; < 0 on a fault
 */
int log_follow_drain(struct ctx *ctx, const struct log_consumer *who,
    int64_t epoch, const int64_t *performances, size_t n, void *arg) MUST_CHECK;

/* bo:job:<reached>.<epoch>. Memory: the arena's. */
struct span log_follow_reached_key(struct ctx *ctx,
    const struct log_consumer *who, int64_t epoch);
/* How far n logs were read: an array of n, nil where one never was. */
int log_follow_reached(struct ctx *ctx, const struct log_consumer *who,
    int64_t epoch, const int64_t *performances, size_t n,
    struct kv_reply *out) MUST_CHECK;

#endif
