/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * withhold - seats that the operator keeps out of the sale
 *
 * Block and disable take free seats out of the sale, unblock and enable give
 * them back. A seat that somebody holds, pays for or owns is never taken. The
 * fences are those of a payment: the script, then the claim under the epoch
 * that the script ran under; and the primary key of the claims, which lets one
 * of the two win. What is given back is given back in PostgreSQL first.
 *
 * Layer: domain.  Uses: base, store, catalog, seat, hold.
 */
#ifndef ADMIN_WITHHOLD_H
#define ADMIN_WITHHOLD_H

#include "admin/audit_log.h"
#include "hold/hold.h"

#define WITHHOLD_SEATS_MAX 500 /* in one move */

enum withhold_outcome {
	WITHHOLD_OK = 0,
	WITHHOLD_E_NONE,   /* no such performance, or a draft */
	WITHHOLD_E_SEAT,   /* the hall has no such seat, it was named
	                    * twice, or there are none or too many */
	WITHHOLD_E_REASON, /* not audit_reason_ok */
	WITHHOLD_E_TAKEN,  /* a seat is elsewhere: result->conflicts */
	WITHHOLD_E_CODE,   /* no such code (house.h) */
};

/* A move of the table in seat_state.h, as operators call it. */
struct withhold_verb {
	const char *name;   /* "block"; NULL ends the table */
	const char *action; /* in the audit log */
	char from, to;
};

/* block, unblock, disable, enable */
extern const struct withhold_verb withhold_verbs[];
/* NULL when there is none of that name. */
const struct withhold_verb *withhold_verb_find(struct span name);

struct withhold_ask {
	const struct withhold_verb *verb;
	int64_t performance;
	const int64_t *seats; /* any order */
	size_t n_seats;
	struct audit_by by;
};

struct withhold_result {
	const int64_t *seats;            /* OK: those asked for, sorted */
	size_t n_moved;                  /* OK: all of them, or 0 */
	struct span version;             /* OK: of a map with it in; NONE when
	                                  * Redis was not told yet: reconcile
	                                  * tells it */
	struct hold_conflicts conflicts; /* TAKEN */
};

/*
 * Move all seats of ask, or none. Where every one of them is where it should
 * go already, nothing is moved or logged, and that is OK. The sale window and
 * the limits do not matter.
 *
 * out:     out  as said there
 * memory:  the arena's
 * returns: any withhold_outcome; < 0 on a fault, when it may have been done:
 *          asking again is safe
 */
int withhold_move(struct ctx *ctx, const struct withhold_ask *ask,
    struct withhold_result *out) MUST_CHECK;

#endif
