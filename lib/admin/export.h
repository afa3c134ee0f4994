/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * export - reservations or their seats as one table, for other programs
 *
 * An operator asks for one; boxoffice-worker writes it into a file
 * (export_work.h), which is there for EXPORT_KEEP_HOURS from then on. At the
 * command line export_piece is called until all is written. A piece is read of
 * so many reservations, whatever is asked for, so that no reader holds a long
 * transaction and nobody's memory grows.
 *
 * Layer: domain.  Uses: base, store, audit_log.
 */
#ifndef ADMIN_EXPORT_H
#define ADMIN_EXPORT_H

#include "admin/audit_log.h"
#include "base/csv.h"

#define EXPORT_KEEP_HOURS 24
#define EXPORTS_OPEN_MAX 20 /* that are not written yet */

enum export_what {
	EXPORT_RESERVATIONS,
	EXPORT_SEATS, /* and places, a row each */
};

/* In their order; ends with NULL. */
extern const char *const export_words[];

struct export_ask {
	int what;               /* enum export_what */
	int64_t performance;    /* 0: any */
	int64_t from_ms, to_ms; /* made from <= at < to; < 0: any */
};

enum export_outcome {
	EXPORT_OK = 0,
	EXPORT_E_NONE,   /* no such export, or performance */
	EXPORT_E_MANY,   /* EXPORTS_OPEN_MAX wait already */
	EXPORT_E_REASON, /* not audit_reason_ok */
	EXPORT_E_STATUS, /* it is not done */
};

/*
 * Ask for one.
 *
 * out:     id  on EXPORT_OK
 * returns: OK, NONE, MANY, REASON; < 0 on a fault, when it may have been asked
 *          for
 */
int export_begin(struct ctx *ctx, const struct export_ask *ask,
    const struct audit_by *by, int64_t *id) MUST_CHECK;

/* One as JSON, from the primary. memory: the arena's. returns: OK, NONE; < 0 on
 * a fault */
int export_find(struct ctx *ctx, int64_t id, struct span *item) MUST_CHECK;
/* All of the last day, newest first, at most max. Rows of (id, item). returns:
 * 0; < 0 on a fault */
int export_list(struct ctx *ctx, int64_t before_id, size_t max,
    struct db_rows *out) MUST_CHECK;

struct export_file {
	struct span name; /* in [export] dir */
	int64_t n_bytes;
	const char *what; /* "seats" */
};

/*
 * The file of one that is done, which is told to the audit log.
 *
 * memory:  the arena's
 * returns: OK, NONE, STATUS; < 0 on a fault
 */
int export_file(struct ctx *ctx, int64_t id, const struct audit_by *by,
    struct export_file *out) MUST_CHECK;

/* At the command line: tell the audit log what is going to be read. returns:
 * OK, REASON; < 0 on a fault */
int export_tell(struct ctx *ctx, const struct export_ask *ask,
    const struct audit_by *by) MUST_CHECK;

/* The id of the newest reservation, as the server that reads knows it; 0: there
 * is none. returns: 0; < 0 on a fault */
int export_last(struct ctx *ctx, int64_t *id) MUST_CHECK;
/* The line of names. */
void export_head(int what, struct csv *csv);
/*
 * The next rows, of reservations *after < id <= upto; the replica's where there
 * is one.
 *
 * out:     after   how far it is now, at most upto
 *          csv     has them
 *          n_rows  grows by how many they are
 * memory:  the arena's, some megabytes
 * returns: 0; < 0 on a fault
 */
int export_piece(struct ctx *ctx, const struct export_ask *ask, int64_t upto,
    int64_t *after, struct csv *csv, int64_t *n_rows) MUST_CHECK;

#endif
