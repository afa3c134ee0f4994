/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * breaker - do not ask who has just not answered three others
 *
 * One for each thing that can be away, in memory that all workers of a tree
 * share, so that what a few have found out costs the others nothing. Three
 * failures within a second open it, or one long time-out. While it is open
 * every caller is refused at once, but for one a second, the probe; a good
 * answer to anybody closes it.
 *
 * It is made of times and counts only: a process killed at any moment leaves
 * nothing to clean up, and one that dies as the probe costs the second until
 * the next.
 *
 * Layer: store.  Uses: base.
 */
#ifndef STORE_BREAKER_H
#define STORE_BREAKER_H

#include "base/base.h"

#include <stdatomic.h>

#define BREAKER_FAILURES 3
#define BREAKER_WINDOW_US 1000000
#define BREAKER_PROBE_US 1000000

enum breaker_state {
	BREAKER_CLOSED,
	BREAKER_OPEN,
	BREAKER_PROBING, /* open, and a probe is not answered yet */
};

/* All zeros is closed. Times are clock_mono_us(). */
struct breaker {
	atomic_llong probe_us;  /* when the next probe may go; 0: closed */
	atomic_llong probed_us; /* when the last one went */
	atomic_llong failed_us[BREAKER_FAILURES]; /* the last, in a ring */
	atomic_llong n_failed;
	atomic_llong n_opened;
	/* kv's: the last failure was an answer that said: no writes now. Then
	 * only a write proves the contrary. */
	atomic_bool full;
};

/* Whether to ask now. Who was let through says what came of it with one of
 * the next two. */
bool breaker_allows(struct breaker *b, int64_t now_us) MUST_CHECK;
/* Asked, and there was no answer, or one that says: not now.
 * returns: whether that opened it */
bool breaker_failed(struct breaker *b, int64_t now_us);
/* Asked, and waited until a time-out that was long: one is enough, or all that
 * stand in line would wait as long. returns: as breaker_failed */
bool breaker_silent(struct breaker *b, int64_t now_us);
/* Asked, and answered. returns: whether that closed it */
bool breaker_answered(struct breaker *b);

enum breaker_state breaker_state(const struct breaker *b);
/* How often it was opened since the tree began. */
int64_t breaker_n_opened(const struct breaker *b);

#endif
