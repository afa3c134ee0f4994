/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stats - what boxoffice-feedd counts
 *
 * Layer: feedd.  Uses: base.
 */
#ifndef FEEDD_STATS_H
#define FEEDD_STATS_H

#include "base/metrics.h"

enum feed_stat {
	FEED_STAT_READERS,
	FEED_STAT_PERFORMANCES,
	FEED_STAT_TOLD,
	FEED_STAT_RESYNCS,
	FEED_STAT_REFUSED,
	FEED_STAT_SLOW,
	FEED_STAT_FAULTS,
	FEED_STAT_ROUND_SECONDS,
	FEED_STAT_LOOK_SECONDS,
	FEED_STAT_RELOADS_REFUSED,
	FEED_STAT_N
};

/* By enum feed_stat; ends with a row without name. */
extern const struct metric_row feed_stats[];

#endif
