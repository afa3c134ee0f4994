/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * queue_report - what operators are told of lines
 *
 * Layer: domain.  Uses: base, store, catalog, seat.
 */
#ifndef QUEUE_QUEUE_REPORT_H
#define QUEUE_QUEUE_REPORT_H

#include "catalog/words.h"
#include "queue/queue_snapshot.h"
#include "store/ctx.h"

enum queue_report_outcome {
	QUEUE_REPORT_OK = 0,
	QUEUE_REPORT_E_NONE, /* no such performance */
};

/* A number by its name, which all who show it use. */
struct queue_figure {
	const char *name;
	int64_t value; /* -1: not known */
};

/* active_limit, per_minute, grace_s, claim_s, pass_s, lobby_s; reserved, head
 */
#define QUEUE_LINE_SET 8
/* waiting, buying, near, last_number, admitted_a_minute, in_lobby */
#define QUEUE_LINE_NOW 6

struct queue_line {
	int64_t performance, version; /* of the performance */
	enum queue_mode mode;
	enum queue_status status;
	struct queue_figure set[QUEUE_LINE_SET]; /* what it goes by, and how
	                                          * far it has come */
	struct span beacon; /* of a lobby; NONE: none is promised */
	bool runs;          /* it is in Redis; else there is no more: */
	enum lobby_state lobby;
	bool recovering; /* Redis was lost, and people are coming back */
	struct queue_figure now[QUEUE_LINE_NOW];
};

/*
 * What a line goes by, from the primary, and where it stands.
 *
 * out:     out    of one without a line as well; one that Redis has not, or
 *                 where Redis is away, does not run
 * returns: OK, NONE; < 0 on a fault
 */
int queue_report_line(struct ctx *ctx, int64_t performance,
    struct queue_line *out) MUST_CHECK;

/* Lines of what is on sale, or within a minute: the first to end first. */
#define QUEUE_LINES_MAX 100

/* All of those. memory: the arena's. returns: 0; < 0 on a fault */
int queue_report_lines(struct ctx *ctx, struct queue_line **out,
    size_t *n) MUST_CHECK;

/* admitted, bought, lapsed, left, buying; wait_p50_s, wait_p90_s, pass_p50_s,
 * pass_p90_s: seconds; admitted_a_minute, per_minute */
#define QUEUE_REPORT_N 11

/*
 * What became of those who were admitted: how long half and nine tenths of
 * them waited, and those who bought took; and how many came a minute, of how
 * many that may (0: as places become free).
 *
 * returns: OK, NONE; < 0 on a fault
 */
int queue_report(struct ctx *ctx, int64_t performance,
    struct queue_figure out[QUEUE_REPORT_N]) MUST_CHECK;

/* Figures as CSV: a line of names and one of values. Memory: the arena's. */
struct span queue_report_csv(struct arena *a,
    const struct queue_figure *figures, size_t n);

#endif
