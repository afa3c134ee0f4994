/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * backoff - when to try a server again that could not be reached
 *
 * Half of each wait is random: workers that lost the same server at the same
 * moment do not come back at the same moment.
 *
 * Layer: store.  Uses: base.
 */
#include "store/backoff.h"

#include "base/clock.h"
#include "base/rand.h"

#define WAIT_FIRST_US 50000
#define WAIT_LAST_US 1000000

bool
backoff_waits(const struct backoff *b)
{
	return b->until_us != 0 && clock_mono_us() < b->until_us;
}

void
backoff_failed(struct backoff *b)
{
	b->wait_us = b->wait_us == 0 ? WAIT_FIRST_US
	    : MIN(b->wait_us * 2, WAIT_LAST_US);
	b->until_us = clock_mono_us() + b->wait_us / 2 +
	    (int64_t)rand_below((uint64_t)b->wait_us / 2);
}

void
backoff_forget(struct backoff *b)
{
	*b = (struct backoff){ 0 };
}
