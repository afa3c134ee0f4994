/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * metrics_look - what the programs of this machine count, at one moment
 *
 * Two looks make a picture: what counts is told by what came between them.
 *
 * Layer: base.  Uses: metrics.
 */
#ifndef BASE_METRICS_LOOK_H
#define BASE_METRICS_LOOK_H

#include "base/metrics.h"

/* A line of the metrics: name{labels} value. */
struct metrics_sample {
	struct span name, labels;
	double value;
};

struct metrics_look {
	int64_t at_us; /* monotonic */
	size_t n;
	struct metrics_sample *samples;
};

/*
 * Look at all living trees in folder, as metrics_render does.
 *
 * memory:  *out's samples live in a
 * returns: 0; < 0 -errno when the folder cannot be read
 */
int metrics_look(struct arena *a, const char *folder,
    struct metrics_look *out) MUST_CHECK;

/* Whether its labels have this text; NULL: any do. */
bool metrics_has(const struct metrics_sample *sample, const char *label);

/* The sum of what has this name and both labels, as `pool="api"`; NULL asks for
 * none. */
double metrics_look_sum(const struct metrics_look *look, const char *name,
    const char *label, const char *other);

#endif
