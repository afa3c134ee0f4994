/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_loaded - the performances whose maps are in Redis, for the jobs
 *
 * Layer: domain.  Uses: base, store, catalog, epoch, seat_script.
 */
#ifndef SEAT_SEAT_LOADED_H
#define SEAT_SEAT_LOADED_H

#include "store/ctx.h"

/* A list of maps is as good for so long, for who is not after the time. */
#define SEAT_LOADED_YOUNG_US INT64_C(600000)
/* What is known of a map where nothing seems to happen is at most so old. */
#define SEAT_LOADED_TURN_US INT64_C(5000000)

struct seat_loaded {
	int64_t performance;
	int64_t due_ms;			/* no hold ends before; 0: none runs */
	bool odd;			/* something was not as expected */
	int64_t terms_version;		/* which terms its scripts go by */
};

/*
 * All maps that are live under the present epoch, as they were when they were
 * asked last: just now, where something is due or the journal read the log
 * since; else within SEAT_LOADED_TURN_US. A hold's end is known before it comes.
 *
 * out:     *redis_ms  what time it is there (or the fake clock's)
 * memory:  the arena's
 * returns: 0; < 0 on a fault
 */
int seat_loaded_list(struct ctx *ctx, struct seat_loaded **out, size_t *n,
    int64_t *redis_ms) MUST_CHECK;

/* The same, or such a list that was made a moment ago: maps that were loaded
 * since are missing. */
int seat_loaded_lately(struct ctx *ctx, struct seat_loaded **out, size_t *n)
    MUST_CHECK;

/* Forget log entries older than keep_ms, of the live maps where something
 * happened lately, and of each every keep_ms; the newest entry of each stays, and those that the journal still wants, which are hinted at
 * once more. out: *n how many maps. returns: 0; < 0 on a fault */
int seat_loaded_trim(struct ctx *ctx, int64_t keep_ms, size_t *n) MUST_CHECK;

/*
 * Take maps out of Redis that are not wanted (seat_is_wanted) and in which
 * nothing moved for idle_ms; some of them, where there are many.
 *
 * out: *n how many went. returns: 0; < 0 on a fault: the next round goes on
 */
int seat_loaded_unload(struct ctx *ctx, int64_t idle_ms, size_t *n) MUST_CHECK;

/* Tell the maps whose terms have changed. out: *n how many. returns: 0; < 0
 * on a fault */
int seat_loaded_terms(struct ctx *ctx, size_t *n) MUST_CHECK;

#endif
