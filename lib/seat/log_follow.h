/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log_follow - read the logs of all maps, each from where it was left
 *
 * Who wants every entry of every log is a consumer. How far it has read each
 * log stands in Redis; so that it need not ask each log, whoever makes an entry
 * for it leaves a hint in the same round trip. An entry may be given twice
 * (who died had not said that he was done with it), never not at all: trimming
 * asks for a new hint where entries were left (journal/journal_trim.h).
 *
 * Layer: domain.  Uses: base, store, log_entry, seat_loaded.
 */
#ifndef SEAT_LOG_FOLLOW_H
#define SEAT_LOG_FOLLOW_H

#include "seat/log_entry.h"
#include "store/ctx.h"

struct log_consumer {
	/* Names under bo:job: of the hints, performance -> name of the last;
	 * and, with ".<epoch>" behind it, of performance -> id up to which its
	 * log was read. */
	const char *hints, *reached;
	/* The next entry of a log. returns: 0; < 0 on a fault */
	int (*take)(void *arg, int64_t performance,
	    const struct log_entry *entry);
	/* What was taken will not be given again: be done with it. Follows each
	 * batch of logs. returns: 0; < 0 on a fault, when it will be */
	int (*settle)(void *arg);
};

/* Queue the hint behind a script that makes entries (see kv_queue). A process
 * that forks does so before its first hint: the children would use its names. */
void log_follow_queue_hint(struct ctx *ctx, const struct log_consumer *who,
    int64_t performance);

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
    int64_t epoch, const int64_t *performances, size_t n, void *arg)
    MUST_CHECK;

/* bo:job:<reached>.<epoch>. Memory: the arena's. */
struct span log_follow_reached_key(struct ctx *ctx,
    const struct log_consumer *who, int64_t epoch);
/* How far n logs were read: an array of n, nil where one never was. */
int log_follow_reached(struct ctx *ctx, const struct log_consumer *who,
    int64_t epoch, const int64_t *performances, size_t n,
    struct kv_reply *out) MUST_CHECK;

#endif
