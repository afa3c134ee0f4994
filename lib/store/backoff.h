/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * backoff - when to try a server again that could not be reached
 *
 * A client that fails to connect waits a while before it tries again, twice
 * as long each time up to a second, so that a server coming back is not met
 * by a stampede and a caller meanwhile is told at once.
 *
 * Layer: store.  Uses: base.
 */
#ifndef STORE_BACKOFF_H
#define STORE_BACKOFF_H

#include "base/base.h"

/* All zeros is the beginning: nothing failed yet. */
struct backoff {
	int64_t until_us;	/* monotonic; no attempt before it */
	int64_t wait_us;	/* the last wait, without its jitter */
};

/* Whether it is too early for another attempt. */
bool backoff_waits(const struct backoff *b);
/* An attempt failed: wait 25..50 ms, doubled each time, 0.5..1 s at most. */
void backoff_failed(struct backoff *b);
/* An attempt succeeded, or somebody wants the next one at once. */
void backoff_forget(struct backoff *b);

#endif
