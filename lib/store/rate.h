/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rate - how often something may be done, as a setting says it
 *
 * "60/60" is sixty times in sixty seconds, all of them at once or one after the
 * other; "600/60 burst 100" at most a hundred at once; "off" is any number.
 *
 * Layer: store.  Uses: base.
 */
#ifndef STORE_RATE_H
#define STORE_RATE_H

#include "base/span.h"

/* Longest text of one, with its NUL. */
#define RATE_TEXT_MAX 32
#define RATE_WINDOW_S_MAX 86400
#define RATE_PER_S_MAX 10

/* Seats times seconds that somebody may hold and give back in a window; the
 * window and the bound are known to lua/leave.inc.lua too. */
#define HOARD_BUDGET_MAX 65535
#define HOARD_WINDOW_S 600
/* A rate of holds has no longer window (the same file). */
#define RATE_HOLD_WINDOW_S_MAX 600

struct rate {
	int64_t quota;    /* times in a window; 0: any number */
	int64_t window_s; /* 1..RATE_WINDOW_S_MAX */
	int64_t burst;    /* of them at once: 1..quota */
};

/*
 * out:     out  written on true only
 * returns: whether text says one: of at most RATE_PER_S_MAX a second, so that
 *          whole milliseconds between two are exact enough
 */
bool rate_read(struct span text, struct rate *out) MUST_CHECK;

/* ms between two; burst times that may be used up at once. quota > 0. */
static inline int64_t
rate_interval_ms(const struct rate *rate)
{
	return (rate->window_s * 1000 + rate->quota / 2) / rate->quota;
}

#endif
