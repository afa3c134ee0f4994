/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * metrics_look - what all programs of this machine count, as numbers
 *
 * A look is what metrics_render writes, read back: a counter as it stands, a
 * gauge as it is, a histogram as its buckets. No store is asked, so that one
 * may look while they are away. Two looks make a picture: what counts is told
 * by what came between them.
 *
 * Layer: base.  Uses: arena, metrics, span.
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
	int64_t at_us; /* by the monotonic clock */
	size_t n;
	struct metrics_sample *samples;
};

/*
 * Look at the metrics in a runtime folder, as metrics_render does.
 *
 * memory:  *out's samples and their texts are the arena's
 * returns: 0; < 0 -errno when the folder cannot be read
 */
int metrics_look(struct arena *a, const char *folder,
    struct metrics_look *out) MUST_CHECK;

/* Whether a sample has it, as "store=\"redis\""; NULL: any has. */
bool metrics_has_label(const struct metrics_sample *s, const char *label);

/* Whether there is a sample of that name. */
bool metrics_look_has(const struct metrics_look *look, const char *name);

/* The sum of what has this name and both labels; NULL asks for none. */
double metrics_look_sum(const struct metrics_look *look, const char *name,
    const char *label, const char *other);

/* Of a histogram, how many of a label kept the bound of a bucket; bucket
 * metric_n_buckets: all of them. */
int64_t metrics_look_bucket(struct arena *a, const struct metrics_look *look,
    const char *name, const char *label, size_t bucket);

#endif
