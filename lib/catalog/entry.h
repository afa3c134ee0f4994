/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * entry - what is in the catalog, as operators see it
 *
 * A thing's members are those that a catalog file gives it (doc/load.md), so
 * that what was read can be changed and loaded again (load.h). Beside them
 * stand its id, its version, and who changed it last. Read from the primary:
 * it decides what an operator writes.
 *
 * Layer: domain.  Uses: base, store.
 */
#ifndef CATALOG_ENTRY_H
#define CATALOG_ENTRY_H

#include "base/base.h"
#include "base/span.h"

struct ctx;

#define ENTRY_QUERY_MAX 100 /* code points of a search */

/* A row of SQL each in entry.c, a view in sql/functions/entries.sql;
 * performances are in performances.sql there. */
enum entry_kind {
	ENTRY_SHOW,
	ENTRY_VENUE,
	ENTRY_HALL,
	ENTRY_REVISION,
	ENTRY_PERFORMANCE,
};

enum entry_outcome {
	ENTRY_OK = 0,
	ENTRY_E_NONE, /* there is no such thing */
};

struct entry {
	int64_t id, version;
	int64_t changed_by; /* 0: somebody at the command line */
	int64_t changed_ms;
	struct span members; /* a JSON object */
	struct span more;    /* another, of what is not written, or not in
	                      * this way; NONE: nothing */
};

struct entry_filter {
	int64_t parent; /* of a venue's halls: the venue; 0: any */
	struct span q;  /* in its key or a name of any language, whatever
	                 * its case, width or form; NONE or empty: any */
	const char *kind, *status; /* of a show; NULL: any */
	bool newest_first;
	int64_t after_id; /* behind this one; 0: from the beginning */
	int64_t limit;    /* 1.. */
};

/* Of performances; < 0 or NULL: any. */
struct entry_days {
	int64_t show, hall;
	const char *status;
	int64_t from_ms, to_ms; /* starts in [from, to) */
	bool last_first;        /* by start, then id */
	bool has_after;
	int64_t after_ms, after_id; /* behind this start and id */
	int64_t limit;              /* 1.. */
};

struct entry_list {
	struct entry *items;
	size_t n;
	bool more;       /* others follow the last one */
	int64_t last_ms; /* entry_performances */
};

/* One thing; inside a transaction, as it has become there. Memory: ctx's
 * arena. returns: OK, NONE; < 0 on a fault */
int entry_get(struct ctx *ctx, enum entry_kind kind, int64_t id,
    struct entry *out) MUST_CHECK;
/* Things by id. Memory: ctx's arena. returns: OK; < 0 on a fault */
int entry_list(struct ctx *ctx, enum entry_kind kind,
    const struct entry_filter *filter, struct entry_list *out) MUST_CHECK;
/* Performances by start. out->last_ms: when the last one starts. The same. */
int entry_performances(struct ctx *ctx, const struct entry_days *filter,
    struct entry_list *out) MUST_CHECK;

#endif
