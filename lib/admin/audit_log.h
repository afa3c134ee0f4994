/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * audit_log - who did what to which thing, and why
 *
 * Rows are added and never changed. One is written in the same transaction as
 * what it tells of, so that neither is there without the other: the SQL
 * function of an action ends with
 *
 *	PERFORM audit_write(user, action, object, reason, os_user, request_id,
 *	    detail);
 *
 * whose first six come from audit_log_params. detail is a JSON object of the
 * action's own.
 *
 * Layer: domain.  Uses: base, store.
 */
#ifndef ADMIN_AUDIT_LOG_H
#define ADMIN_AUDIT_LOG_H

#include "store/ctx.h"

#define AUDIT_REASON_MAX 500 /* characters */

/* Who acts, and why. */
struct audit_by {
	int64_t user;           /* 0: somebody at the command line */
	struct span os_user;    /* whose login that was; else NONE */
	struct span reason;     /* NONE where an action needs none */
	struct span request_id; /* NONE at the command line */
};

/* 1..AUDIT_REASON_MAX characters of UTF-8 that are not all blanks, without
 * controls. */
bool audit_reason_ok(struct span reason);

#define AUDIT_N_PARAMS 6
/*
 * What audit_write is given first.
 *
 * in:      action  "seats.block"; object  "performance 12"
 * memory:  the arena's
 */
void audit_log_params(struct arena *a, const struct audit_by *by,
    struct span action, struct span object,
    struct db_param out[AUDIT_N_PARAMS]);

struct audit_entry {
	int64_t id, at_ms;
	int64_t user;         /* 0: the command line */
	struct span login_id; /* the user's; NONE: the command line */
	struct span action, object, reason;
	struct span detail;     /* a JSON object */
	struct span request_id; /* NONE: the command line */
};

struct audit_search {
	int64_t before_id;  /* only older rows than this; 0 for all */
	size_t max;         /* 1.. */
	int64_t user;       /* what he did; 0: whoever */
	struct span object; /* what was done to it; NONE: to whatever */
};

/*
 * The log, newest first, from the primary: one sees what one just did.
 *
 * out:     *n of them, and whether there are more
 * memory:  the arena's
 * returns: 0; < 0 on a fault
 */
int audit_log_list(struct ctx *ctx, const struct audit_search *search,
    struct audit_entry **out, size_t *n, bool *more) MUST_CHECK;

#endif
