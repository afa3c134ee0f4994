/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * combine - what several processes want done at once, one does for all
 *
 * Lives in memory that the processes share. Each writes what it asks for into
 * a cell of its own; who finds nobody at work takes all that is asked, does it
 * in one go and hands out the answers, while the others sleep. It pays where
 * ten cost little more than one: a statement of PostgreSQL, say. Nobody waits
 * for company: who is alone begins at once, and what is asked meanwhile is
 * done next.
 *
 * Nobody depends on the one at work: who has waited too long, or whose helper
 * was killed, does its own by itself, and of one who is that slow nobody asks
 * anything before he goes on. So a thing may be done twice, and late: what is
 * asked for must be safe to repeat.
 *
 * Bench rows: sale and hold-sync. Their share of PostgreSQL is about 1,400 and
 * 300 us with it, 1,975 and 485 without.
 *
 * Layer: base.
 * Source: D. Hendler, I. Incze, N. Shavit, M. Tzafrir, "Flat Combining and the
 * Synchronization-Parallelism Tradeoff", SPAA 2010; here between processes.
 */
#ifndef BASE_COMBINE_H
#define BASE_COMBINE_H

#include "base/span.h"

#include <stdatomic.h>

#define COMBINE_CELLS 1024
#define COMBINE_LEN 8000 /* bytes that one may ask for */
#define COMBINE_MAX 32   /* done in one go */

/* All zeros: nobody asks, nobody is at work. */
struct combine {
	atomic_int worker;  /* owner + 1; 0: nobody */
	atomic_int late;    /* a worker somebody gave up; 0: none */
	atomic_int n_cells; /* those from here were never used */
	atomic_uint state[COMBINE_CELLS];
	struct combine_cell {
		int64_t answer;
		size_t len;
		char asked[COMBINE_LEN];
	} cell[COMBINE_CELLS];
};

struct combine_item {
	struct span asked; /* the cell's bytes, while the work lasts */
	bool done;         /* out; false: its owner does it himself */
	int64_t answer;    /* out, when done */
};

/* Do n things, 1..COMBINE_MAX, in one go; all are false when it begins. arg is
 * that of the combine_do which does the work, and the first item is what that
 * one asks for. */
typedef void combine_fn(void *arg, struct combine_item *items, size_t n);

/*
 * Have it done, by somebody else or here together with what others ask.
 *
 * in:      owner        the process's number in its tree; one call at a time
 *          patience_ms  to wait for somebody else's work
 * out:     *answer      on true
 * returns: whether it was done. false: nobody did it, or nobody knows: do it
 *          alone, knowing that it may have been done
 */
bool combine_do(struct combine *c, int owner, struct span asked,
    int64_t patience_ms, combine_fn *work, void *arg,
    int64_t *answer) MUST_CHECK;

/* The process is gone, and with it what it was doing for others. For whoever
 * reaped it, before another has its number. */
void combine_drop(struct combine *c, int owner);

/* How many ask now and are not being served, for people to look at. */
int combine_n_asked(const struct combine *c);

#endif
