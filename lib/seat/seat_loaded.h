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
	int64_t due_ms;        /* no hold ends before; 0: none runs */
	bool dirty;            /* something was not as expected */
	int64_t terms_version; /* which terms its scripts go by */
	bool line;             /* one is in front of it */
};

/*
 * All maps that are live under the present epoch, as they were when they were
 * asked last: just now, where something is due or the journal read the log
 * since; else within SEAT_LOADED_TURN_US. A hold's end is known before it
 * comes.
 *
 * out:     *redis_ms  what time it is there (or the fake clock's)
 * memory:  the arena's
 * returns: 0; < 0 on a fault
 */
int seat_loaded_list(struct ctx *ctx, struct seat_loaded **out, size_t *n,
    int64_t *redis_ms) MUST_CHECK;

/* The same, or such a list that was made a moment ago: maps that were loaded
 * since are missing. */
int seat_loaded_lately(struct ctx *ctx, struct seat_loaded **out,
    size_t *n) MUST_CHECK;

/* That of a performance in such a list, which is sorted; NULL: it has none. */
const struct seat_loaded *seat_loaded_among(const struct seat_loaded *maps,
    size_t n, int64_t performance);

/* Something happened in a map just now: it is asked next time. */
void seat_loaded_moved(int64_t performance);
/* All that were said to be loaded when the list was made, live or not.
 * Memory: the arena's. */
void seat_loaded_all(struct ctx *ctx, int64_t **ids, size_t *n);
/* Some went since. */
void seat_loaded_outdated(void);

/* Whether a log is to be trimmed now, to entries of the last keep_us: one of a
 * map where something happened so lately that there is more to forget, and each
 * once in keep_us. It counts as trimmed then. */
bool seat_loaded_trims(int64_t performance, int64_t keep_us);

/* Tell the maps whose terms have changed. out: *n how many. returns: 0; < 0
 * on a fault */
int seat_loaded_terms(struct ctx *ctx, size_t *n) MUST_CHECK;

#endif
