/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stats - what boxoffice-feedd counts
 *
 * Layer: feedd.  Uses: base.
 */
#include "feedd/stats.h"

const struct metric_row feed_stats[] = {
	[FEED_STAT_READERS] = { "boxoffice_feed_readers", "", METRIC_GAUGE,
	    "Readers who follow a performance now." },
	[FEED_STAT_PERFORMANCES] = { "boxoffice_feed_performances", "",
	    METRIC_GAUGE, "Performances of which changes are kept." },
	[FEED_STAT_TOLD] = { "boxoffice_feed_told_total", "", METRIC_COUNTER,
	    "Texts given to readers: events and heartbeats." },
	[FEED_STAT_RESYNCS] = { "boxoffice_feed_resyncs_total", "",
	    METRIC_COUNTER, "Readers told to read the map anew." },
	[FEED_STAT_REFUSED] = { "boxoffice_feed_refused_total", "",
	    METRIC_COUNTER, "Readers refused: too many, or no live map." },
	[FEED_STAT_SLOW] = { "boxoffice_feed_slow_total", "", METRIC_COUNTER,
	    "Readers closed because they took nothing." },
	[FEED_STAT_FAULTS] = { "boxoffice_feed_faults_total", "",
	    METRIC_COUNTER, "Looks at Redis that failed." },
	[FEED_STAT_ROUND_SECONDS] = { "boxoffice_feed_round_seconds", "",
	    METRIC_HISTOGRAM,
	    "Time it took to tell all readers of a "
	    "performance." },
	[FEED_STAT_LOOK_SECONDS] = { "boxoffice_feed_look_seconds", "",
	    METRIC_HISTOGRAM, "Time a look at Redis took." },
	[FEED_STAT_RELOADS_REFUSED] = { "boxoffice_reloads_refused_total",
	    "program=\"feedd\"", METRIC_COUNTER,
	    "Reloads refused for invalid settings." },
	[FEED_STAT_N] = { NULL },
};
