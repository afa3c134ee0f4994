/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * capacity - how many places a performance's counter section has
 *
 * The plan says how many; an operator may say something else for one
 * performance: never less than what is claimed and what running holds promise.
 *
 * Layer: domain.  Uses: base, store, seat, hold, audit_log.
 */
#ifndef ADMIN_CAPACITY_H
#define ADMIN_CAPACITY_H

#include "admin/audit_log.h"

#define CAPACITY_MAX 100000 /* the schema's, of a section */

enum capacity_outcome {
	CAPACITY_OK = 0,
	CAPACITY_E_NONE,   /* no such performance, or no such counter
	                    * section of its hall */
	CAPACITY_E_REASON, /* not audit_reason_ok */
	CAPACITY_E_BELOW,  /* so many are claimed and promised:
	                    * result->least */
	CAPACITY_E_STALE,  /* the performance was changed since */
};

struct capacity_ask {
	int64_t performance, section_no;
	int64_t capacity; /* 0..CAPACITY_MAX */
	int64_t version;  /* of the performance, as it was looked at; 0:
	                   * whichever */
	bool dry;         /* only find out what would be */
	struct audit_by by;
};

struct capacity_result {
	int64_t was;   /* OK: before */
	int64_t least; /* BELOW: no less than this */
};

/*
 * Give a section another capacity, in one transaction with the audit log. To
 * the same one, nothing is done or logged, and that is OK.
 *
 * returns: any capacity_outcome; < 0 on a fault, when it may have been done:
 *          asking again is safe
 */
int capacity_set(struct ctx *ctx, const struct capacity_ask *ask,
    struct capacity_result *out) MUST_CHECK;

#endif
