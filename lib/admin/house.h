/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * house - seats that the house keeps for itself
 *
 * Block and disable take free seats out of the sale, unblock and enable give
 * them back. A seat that somebody holds, pays for or owns is never taken. The
 * fences are those of a payment: the script, then the claim under the epoch
 * that the script ran under; and the primary key of the claims, which lets one
 * of the two win. What is given back is given back in PostgreSQL first.
 *
 * Layer: domain.  Uses: base, store, catalog, seat, hold.
 */
#ifndef ADMIN_HOUSE_H
#define ADMIN_HOUSE_H

#include "admin/audit_log.h"
#include "hold/hold.h"

#define HOUSE_SEATS_MAX 500		/* in one move */

enum house_outcome {
	HOUSE_OK = 0,
	HOUSE_E_NONE,		/* no such performance, or a draft */
	HOUSE_E_SEAT,		/* the hall has no such seat, it was named
				 * twice, or there are none or too many */
	HOUSE_E_REASON,		/* not audit_reason_ok */
	HOUSE_E_TAKEN,		/* a seat is elsewhere: result->conflicts */
};

/* A move of the table in seat_state.h, as operators call it. */
struct house_verb {
	const char *name;	/* "block"; NULL ends the table */
	const char *action;	/* in the audit log */
	char from, to;
};

/* block, unblock, disable, enable */
extern const struct house_verb house_verbs[];
/* NULL when there is none of that name. */
const struct house_verb *house_verb_find(struct span name);

struct house_ask {
	const struct house_verb *verb;
	int64_t performance;
	const int64_t *seats;		/* any order */
	size_t n_seats;
	struct audit_by by;
};

struct house_result {
	const int64_t *seats;		/* OK: those asked for, sorted */
	size_t n_moved;			/* OK: all of them, or 0 */
	struct span version;		/* OK: of a map with it in; NONE when
					 * Redis was not told yet: reconcile
					 * tells it */
	struct hold_conflicts conflicts;	/* TAKEN */
};

/*
 * Move all seats of ask, or none. Where every one of them is where it should
 * go already, nothing is moved or logged, and that is OK. The sale window and
 * the limits do not matter.
 *
 * out:     out  as said there
 * memory:  the arena's
 * returns: any house_outcome; < 0 on a fault, when it may have been done:
 *          asking again is safe
 */
int house_move(struct ctx *ctx, const struct house_ask *ask,
    struct house_result *out) MUST_CHECK;

/* Whether a section is to be sold. */
struct house_section_ask {
	int64_t performance;
	struct span section;		/* its key, or its number */
	bool open;
	struct audit_by by;
};

enum house_section_outcome {
	HOUSE_SECTION_OK = 0,
	HOUSE_SECTION_E_NONE,		/* no such performance */
	HOUSE_SECTION_E_SECTION,	/* its hall has no such section */
	HOUSE_SECTION_E_REASON,		/* not audit_reason_ok */
};

/*
 * Open or close a section of a performance, also of a draft. It is a change of
 * terms: maps follow, and from then on nobody gets more of it. Holds that run
 * may be paid.
 *
 * out:     changed  whether it was otherwise before; only then it is logged
 * returns: any house_section_outcome; < 0 on a fault, when it may have been
 *          done: asking again is safe
 */
int house_section(struct ctx *ctx, const struct house_section_ask *ask,
    bool *changed) MUST_CHECK;

#endif
