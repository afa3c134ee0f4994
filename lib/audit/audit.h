/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * audit - count what must never be
 *
 * Each invariant is a row of one table: its name, when it holds, a sentence
 * for people, and what counts its violations. Nothing is locked and nothing is
 * written, so that an audit may run while seats are sold: a statement sees one
 * snapshot, and what is compared between Redis and PostgreSQL counts only when
 * the very same difference is there each time it is looked at.
 *
 * Big tables are walked a range of ids at a time; how many ids a range has
 * follows from how long the last one took. So an audit never holds its caller
 * up for long, whatever has gathered over the years.
 *
 * Layer: domain.  Uses: base, store, payment, hold, seat.
 */
#ifndef AUDIT_AUDIT_H
#define AUDIT_AUDIT_H

#include "store/ctx.h"

/* After the last request and so long, everything has come to rest. */
#define AUDIT_SETTLE_S 60

enum audit_when {
	AUDIT_ALWAYS,  /* at any instant */
	AUDIT_SETTLED, /* AUDIT_SETTLE_S after the traffic */
	AUDIT_HISTORY, /* where clients told what they were answered:
	                * audit_history, not audit_step */
};

struct audit_row {
	const char *name; /* "I1" */
	enum audit_when when;
	const char *sentence;           /* what holds, for people */
	const struct audit_part *parts; /* audit_own.h */
};

/* THE table; ends with a NULL name. */
extern const struct audit_row audit_rows[];
/* How many there are. */
extern const int audit_n_rows;

struct audit_found {
	int64_t n;          /* violations; 0: it holds */
	char examples[512]; /* the first few, for people; "" when none */
};

/* How an audit is walked. */
struct audit_pace {
	int64_t budget_us;    /* of one audit_step, more or less */
	int64_t statement_ms; /* longest run of a statement; 0: the
	                       * connection's own limit */
	int looks;            /* at a difference before it counts, >= 1 */
	int64_t pause_ms;     /* between two of them */
};

#define AUDIT_PARTS_MAX 16 /* of an invariant */

/* Where the audit of one invariant has come to. It needs no arena between two
 * steps. Who walks a row again and again sets widths behind audit_begin, zeros
 * at first: how wide ranges may be need not be found out each time. */
struct audit_walk {
	const struct audit_row *row;
	const struct audit_pace *pace;
	size_t part;
	int64_t from, width, last; /* the next range, and the last id */
	int64_t least_us;          /* of the part's ranges, the fastest */
	int64_t *widths; /* AUDIT_PARTS_MAX, the caller's; NULL: none */
	struct audit_found found; /* so far; whole when done */
	bool done;
};

/* Start over with a row; both stay the caller's. Not for AUDIT_HISTORY. */
void audit_begin(struct audit_walk *walk, const struct audit_row *row,
    const struct audit_pace *pace);

/*
 * Go on for the budget. In between the arena may be reset.
 *
 * out:     walk->found  whole once walk->done
 * returns: 0; < 0 on a fault: the invariant was not checked, begin again
 */
int audit_step(struct ctx *ctx, struct audit_walk *walk) MUST_CHECK;

/* What a client was answered: a purchase, with 200 or 201. */
struct audit_ack {
	int64_t line;       /* of the history, for people */
	int64_t user;       /* 0: not told */
	struct span key;    /* Idempotency-Key; empty: not told */
	struct span number; /* of the reservation */
};

/*
 * The row with AUDIT_HISTORY: are all of them in the database?
 *
 * out:     found  added to
 * returns: 0; < 0 on a fault
 */
int audit_history(struct ctx *ctx, const struct audit_ack *acks, size_t n,
    struct audit_found *found) MUST_CHECK;

#endif
