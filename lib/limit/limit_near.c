/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * limit_near - limits counted by the processes of one tree together
 *
 * Layer: domain.  Uses: base, shared.
 */
#include "limit/limit_near.h"

#include "base/cells.h"

SHARED_PART(limits, atomic_ullong[LIMIT_NEAR_MAX], NULL);

int
limit_near_take(struct shared *shared, uint64_t who, const struct rate *rate,
    int64_t n, int64_t now_ms, struct limit_told *told)
{
	int64_t interval = rate_interval_ms(rate);
	int64_t latest = now_ms + rate->burst * interval, full, taken;
	struct cell cell;

	do {
		int64_t was = (int64_t)cells_get(shared_part(shared, &limits),
		    LIMIT_NEAR_MAX, who, &cell);

		full = MAX(now_ms, MIN(was, latest));
		taken = full + n * interval;
		/* Of what is refused only a cut is written. */
		if (taken > latest && was <= latest)
			break;
	} while (!cells_set(&cell, (uint64_t)(taken > latest ? full : taken)));
	if (taken > latest) {
		told->left = (latest - full) / interval;
		told->wait_ms = taken - latest;
		return LIMIT_E_MANY;
	}
	told->left = (latest - taken) / interval;
	told->wait_ms = taken - now_ms
	    - (rate->burst - told->left - 1) * interval;
	return LIMIT_OK;
}
