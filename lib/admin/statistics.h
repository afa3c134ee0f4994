/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * statistics - what operators are told in figures
 *
 * Of sales, as the consumer "sales" counts them, a second or so old; of those
 * who waited in lines, as they were admitted; and of what buyers' programs told
 * of their troubles, a minute or so old, messages of one shape together.
 *
 * A report is a row of the table and a function in PostgreSQL.
 *
 * Layer: domain.  Uses: base, store.
 */
#ifndef ADMIN_STATISTICS_H
#define ADMIN_STATISTICS_H

#include "base/strbuf.h"
#include "store/ctx.h"

enum statistics_kind {
	STATISTICS_SALES,
	STATISTICS_QUEUES,
	STATISTICS_CLIENT_LOGS,
	N_STATISTICS
};

struct statistics {
	const char *name;           /* as the wire has it */
	const char *const *words;   /* by what; ends with NULL */
	int by;                     /* the preset */
	bool of_performances;       /* may be asked of one, a show, a venue */
	const char *const *columns; /* as the wire and a CSV have them; those
	                             * that a row has not are NONE */
	size_t n_columns;
	uint32_t texts; /* a bit for each column that is no number */
	const struct sql *sql;
};

extern const struct statistics statistics_table[N_STATISTICS];

struct statistics_ask {
	const struct statistics *of;
	int by;                           /* index of its words */
	int64_t performance, show, venue; /* 0: any */
	int64_t from_ms, to_ms; /* what began from <= then < to; < 0: any */
};

#define STATISTICS_ROWS_MAX 10000

enum statistics_outcome {
	STATISTICS_OK = 0,
	STATISTICS_E_MUCH, /* more than STATISTICS_ROWS_MAX rows */
};

/* All of one, as it is asked for without a word. */
struct statistics_ask statistics_ask_of(enum statistics_kind kind);

/* From the replica. memory: the arena's. returns: any statistics_outcome; < 0
 * on a fault */
int statistics_report(struct ctx *ctx, const struct statistics_ask *ask,
    struct db_rows *out) MUST_CHECK;

/* With a line of names (base/csv.h). Memory: a's. */
struct span statistics_csv(struct arena *a, const struct statistics *of,
    const struct db_rows *rows);

/* Count what clients told since, at most max of it. out: *n. returns: 0; < 0 on
 * a fault: nothing was counted, or all */
int statistics_roll_up(struct ctx *ctx, int64_t max, size_t *n) MUST_CHECK;
/* Forget figures older than [retention] statistics_days, at most max rows of
 * each. out: *n. returns: 0; < 0 on a fault */
int statistics_purge(struct ctx *ctx, int64_t max, size_t *n) MUST_CHECK;

#endif
