/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * queue_set - what the line in front of a performance goes by
 *
 * Layer: domain.  Uses: base, store, queue, audit_log.
 */
#ifndef ADMIN_QUEUE_SET_H
#define ADMIN_QUEUE_SET_H

#include "admin/audit_log.h"
#include "queue/queue_report.h"

struct queue_set_ask {
	int64_t performance;
	int64_t version; /* of it, as it was looked at; 0: whichever */
	bool dry;        /* only find out what would be */
	/* What is to be otherwise: NONE and -1 are not. The ranges are those
	 * of the schema (sql/0003_catalog.sql). */
	struct span mode;   /* off, fifo, auto, lobby */
	struct span status; /* open, paused, closed */
	int64_t active_limit, per_minute, grace_s, claim_s, pass_s, lobby_s;
	struct span beacon; /* of a lobby */
	struct audit_by by;
};

enum queue_set_outcome {
	QUEUE_SET_OK = 0,
	QUEUE_SET_E_NONE,   /* no such performance */
	QUEUE_SET_E_VALUE,  /* out of its range */
	QUEUE_SET_E_REASON, /* not audit_reason_ok */
	QUEUE_SET_E_STALE,  /* the performance was changed since */
	QUEUE_SET_E_BEGUN,  /* people stand in line, or a lobby has opened:
	                     * mode and beacon stay */
};

struct queue_set_result {
	bool changed;           /* anything was otherwise before; only then it
	                         * is logged */
	struct queue_line line; /* as it is now, or would be */
};

/* An ask that changes nothing yet, by nobody. */
struct queue_set_ask queue_set_same(int64_t performance);

/* What a word of operators means: open, pause, resume, close. returns: whether
 * it is one */
bool queue_set_verb(struct span verb, struct queue_set_ask *ask);

/*
 * It is a change of terms: the line follows within a second.
 *
 * out:     out  on OK
 * returns: any queue_set_outcome; < 0 on a fault, when it may have been done:
 *          asking again is safe
 */
int queue_set(struct ctx *ctx, const struct queue_set_ask *ask,
    struct queue_set_result *out) MUST_CHECK;

#endif
