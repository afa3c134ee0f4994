/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sales - what was sold, given back and lost, as the consumer "sales" counts it
 *
 * It is as old as what was not consumed yet: a second or so.
 *
 * Layer: domain.  Uses: base, store.
 */
#ifndef MESSAGE_SALES_H
#define MESSAGE_SALES_H

#include "store/ctx.h"

enum sales_by {
	SALES_BY_HOUR,
	SALES_BY_DAY, /* the venue's, of each show there */
	SALES_BY_PERFORMANCE,
	SALES_BY_SECTION,
	SALES_BY_TYPE,
};

/* In their order; ends with NULL. */
extern const char *const sales_words[];

struct sales_ask {
	int by;                           /* enum sales_by */
	int64_t performance, show, venue; /* 0: any */
	int64_t from_ms, to_ms; /* hours from <= hour < to; < 0: any */
};

#define SALES_ROWS_MAX 10000

/* Columns of a row; cells that it is not by are NONE. */
enum sales_column {
	SALES_HOUR, /* RFC 3339, its beginning */
	SALES_DAY,  /* "2026-11-21" */
	SALES_SHOW,
	SALES_VENUE,
	SALES_PERFORMANCE,
	SALES_SECTION, /* its number in the plan */
	SALES_TYPE,    /* its number in the price list; 0: the default */
	SALES_CURRENCY,
	SALES_SOLD, /* from here on numbers: seats and places */
	SALES_REVENUE,
	SALES_GIVEN_BACK,
	SALES_REFUNDED,
	SALES_COMPLIMENTARY, /* of those sold, given away at a counter */
	SALES_PLACED,        /* holds that are over, whatever became of them */
	SALES_LAPSED,
	SALES_LOST,
	N_SALES_COLUMNS
};

/* As the wire and a CSV have them. */
extern const char *const sales_columns[N_SALES_COLUMNS];

enum sales_outcome {
	SALES_OK = 0,
	SALES_E_MUCH, /* more than SALES_ROWS_MAX rows */
};

/* From the replica. memory: the arena's. returns: any sales_outcome; < 0 on a
 * fault */
int sales_report(struct ctx *ctx, const struct sales_ask *ask,
    struct db_rows *out) MUST_CHECK;

/* With a line of names (base/csv.h). Memory: a's. */
struct span sales_csv(struct arena *a, const struct db_rows *rows);

#endif
