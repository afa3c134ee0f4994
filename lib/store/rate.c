/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rate - how often something may be done, as a setting says it
 *
 * Layer: store.  Uses: base.
 */
#include "store/rate.h"

bool
rate_read(struct span text, struct rate *out)
{
	struct rate rate = { 0, 1, 0 };
	struct span burst = text;
	struct span window = span_cut(&burst, ' ');
	struct span quota = span_cut(&window, '/');

	if (span_eq(text, SPAN_LIT("off"))) {
		*out = rate;
		return true;
	}
	if (!span_to_i64(quota, &rate.quota)
	    || !span_to_i64(window, &rate.window_s) || rate.window_s < 1
	    || rate.window_s > RATE_WINDOW_S_MAX || rate.quota < 1
	    || rate.quota > rate.window_s * RATE_PER_S_MAX)
		return false;
	rate.burst = rate.quota;
	if (span_is(burst)
	    && (!span_eq(span_cut(&burst, ' '), SPAN_LIT("burst"))
		|| !span_to_i64(burst, &rate.burst) || rate.burst < 1
		|| rate.burst > rate.quota))
		return false;
	*out = rate;
	return true;
}
