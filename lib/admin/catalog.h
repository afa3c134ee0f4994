/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * catalog - operators change what is sold
 *
 * Each write is one transaction around the steps of catalog/load.h, whichever
 * way it comes: a file by boxofficectl or over HTTP, or one thing over HTTP.
 * Writes wait for each other. What is changed by its id is compared with the
 * version that the operator has seen; what became another gets a row of the
 * audit log, with before and after; a dry run does all of it and then rolls it
 * back. What buyers should know of is told by triggers of the tables, so they
 * have it within a second.
 *
 * To let operators write another kind of thing: a step in catalog/load*.c that
 * tells load_changed what became of the row, a view and a line in
 * catalog/entry.c, and a function here that gives both to one transaction.
 *
 * Layer: domain.  Uses: base, store, catalog, audit_log.
 */
#ifndef ADMIN_CATALOG_H
#define ADMIN_CATALOG_H

#include "admin/audit_log.h"
#include "catalog/entry.h"
#include "catalog/load.h"

enum catalog_outcome {
	CATALOG_OK = 0,
	CATALOG_E_REFUSED = LOAD_E_REFUSED, /* result->error says why */
	CATALOG_E_NONE = LOAD_E_NONE,       /* there is no such thing */
	CATALOG_E_STALE = LOAD_E_STALE,     /* changed since it was looked at */
	CATALOG_E_LATE = LOAD_E_LATE,       /* it takes longer than max_ms */
	CATALOG_E_USED = LOAD_E_USED,       /* it is still needed */
	CATALOG_E_MOVE = LOAD_E_MOVE,       /* it cannot become that */
	CATALOG_E_REASON,                   /* not audit_reason_ok */
};

struct catalog_ask {
	bool dry;           /* only say what would become of it */
	int64_t max_ms;     /* longer it may not take; 0: however long */
	struct audit_by by; /* a reason may be given */
};

struct catalog_result {
	struct load_report report; /* OK: what was done */
	struct load_error error;   /* REFUSED, MOVE, USED: what is wrong, and
	                            * where */
	struct entry entry;        /* OK, of one thing: as it is now, or, by a
	                            * dry run, as it would be */
};

/*
 * Put one thing, or a whole file, into the catalog.
 *
 * memory:  ctx's arena
 * returns: any catalog_outcome; but for OK nothing was changed; < 0 on a
 *          fault, when nothing was changed, but for DB_F_UNKNOWN: asking again
 *          is safe for what is found by its key, or in a version
 */
int catalog_load(struct ctx *ctx, const struct catalog_ask *ask,
    const struct load_file *file, struct catalog_result *out) MUST_CHECK;
int catalog_show(struct ctx *ctx, const struct catalog_ask *ask,
    const struct load_show *show, struct catalog_result *out) MUST_CHECK;
int catalog_venue(struct ctx *ctx, const struct catalog_ask *ask,
    const struct load_venue *venue, struct catalog_result *out) MUST_CHECK;
/* venue: where a new one is; 0: as it is */
int catalog_hall(struct ctx *ctx, const struct catalog_ask *ask, int64_t venue,
    const struct load_hall *hall, struct catalog_result *out) MUST_CHECK;
/* The revision of a hall that a plan is; where out->report.n_revisions is 0 it
 * was there before. */
int catalog_revision(struct ctx *ctx, const struct catalog_ask *ask,
    int64_t hall, const struct plan_spec *plan,
    struct catalog_result *out) MUST_CHECK;

/* Delete something that nothing needs; out->entry is not written. As above. */
int catalog_delete(struct ctx *ctx, const struct catalog_ask *ask,
    enum entry_kind kind, const struct load_which *which,
    struct catalog_result *out) MUST_CHECK;
/* A performance, or a schedule, of which entry is the last one. One is
 * cancelled or deleted only while nobody holds anything of it, as far as Redis
 * can be asked. */
int catalog_performances(struct ctx *ctx, const struct catalog_ask *ask,
    const struct load_performance *performance,
    struct catalog_result *out) MUST_CHECK;

#endif
