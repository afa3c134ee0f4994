/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * metrics - counters that never fall, gauges and histograms, shared by a tree
 *
 * One file-backed mapping per process tree in a runtime folder: a header, the
 * names, then one cache-line-aligned slot per process. A process writes its
 * own slot only (relaxed atomics). Counters and histograms of a slot stay
 * when its process dies and the next one in the slot counts on, so sums never
 * fall; gauges of a slot are cleared when the owner reaps its process. A tree
 * that replaces its own program (same pid) keeps the file before beside its
 * new one. /metrics sums all living trees in the folder in the Prometheus text
 * format. Where m is NULL nobody counts: every call but metrics_open is a
 * no-op.
 *
 * Source: Prometheus text exposition format 0.0.4.
 *
 * Layer: base.  Uses: strbuf.
 */
#ifndef BASE_METRICS_H
#define BASE_METRICS_H

#include "base/strbuf.h"

enum metric_kind { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };

/* One row per series; the table's index is what metric_* takes. */
struct metric_row {
	const char *name;   /* "boxoffice_requests_total" */
	const char *labels; /* "code=\"2xx\"" or "" */
	enum metric_kind kind;
	const char *help;
};

/* Upper bounds of every histogram, microseconds; written out as seconds. */
extern const int64_t metric_buckets_us[];
extern const size_t metric_n_buckets;

struct metrics;

/*
 * Make this tree's mapping: folder/<program>-<pid>.<n>.metrics, or an
 * anonymous one where folder is "".
 *
 * in:      rows   ends with a row without name; must stay valid
 *          n_slots  1..1024
 * out:     out    on 0; metrics_close unmaps it and removes the file
 * returns: 0; < 0 -errno
 */
int metrics_open(const struct metric_row *rows, int n_slots, const char *folder,
    const char *program, struct metrics **out) MUST_CHECK;
void metrics_close(struct metrics *m);
/* This process writes slot from now on (after fork). */
void metrics_use_slot(struct metrics *m, int slot);
/* The process of slot is gone: its gauges become 0, its counters stay. */
void metrics_clear_gauges(struct metrics *m, int slot);

void metrics_add(struct metrics *m, int row, int64_t n);
void metrics_set(struct metrics *m, int row, int64_t value);
void metrics_observe_us(struct metrics *m, int row, int64_t us);
/* Sum of one row over all slots of this mapping; of a histogram, how many were
 * seen. */
int64_t metrics_sum(const struct metrics *m, int row);

/*
 * Everything of all living trees in folder ("" has none), summed by name and
 * labels. A file whose pid no longer runs and that nobody holds a lock on is
 * removed.
 *
 * out:     Prometheus text appended to b
 * returns: 0; < 0 -errno when the folder cannot be read
 */
int metrics_render(struct arena *a, const char *folder,
    struct strbuf *b) MUST_CHECK;

#endif
