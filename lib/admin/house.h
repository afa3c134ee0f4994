/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * house - blocked seats that are kept for somebody
 *
 * A code says for whom, how a map shows such a seat, and how long before the
 * start it goes on sale if he has not come; then boxoffice-worker unblocks it.
 * A seat is blocked first (withhold.h), then it gets the code: who dies in
 * between leaves it blocked without one, and asking again goes on.
 *
 * Layer: domain.  Uses: base, store, seat, hold, withhold.
 */
#ifndef ADMIN_HOUSE_H
#define ADMIN_HOUSE_H

#include "admin/withhold.h"

#define HOUSE_CODE_MAX 32
#define HOUSE_OWNER_MAX 100
#define HOUSE_RELEASE_MAX 525600

enum house_outcome {
	HOUSE_OK = 0,
	HOUSE_E_NONE,   /* no such code */
	HOUSE_E_USED,   /* seats have the code */
	HOUSE_E_REASON, /* not audit_reason_ok */
	HOUSE_E_FIELD,  /* a member is not as the schema wants it */
};

struct house_code {
	struct span code;        /* 1..32 of A-Z a-z 0-9 . _ - */
	struct span letter;      /* one of A-Z 0-9 */
	struct span colour;      /* "#1f7a8c" */
	struct span owner;       /* for whom, 1..100 characters */
	int64_t release_minutes; /* before the start, 0..525600; -1: never */
};

struct house_code_list {
	struct house_code *items; /* by code */
	size_t n;
};

/* Seats of a performance that have a code. */
struct house_group {
	struct span code;
	const int64_t *seats; /* sorted */
	size_t n_seats;
};

struct house_group_list {
	struct house_group *items; /* by code */
	size_t n;
};

/* All memory is the arena's. */

/* returns: OK; < 0 on a fault */
int house_codes(struct ctx *ctx, struct house_code_list *out) MUST_CHECK;
/* Make a code, or make it this one. returns: OK, REASON, FIELD; < 0 on a fault,
 * when it may have been done: asking again is safe */
int house_code_put(struct ctx *ctx, const struct house_code *code,
    const struct audit_by *by) MUST_CHECK;
/* returns: OK, NONE, USED, REASON; < 0 on a fault, as above */
int house_code_drop(struct ctx *ctx, struct span code,
    const struct audit_by *by) MUST_CHECK;

/*
 * Block seats for the owner of a code; those that are blocked already get it
 * too.
 *
 * in:      ask   with a code its verb is block
 *          code  SPAN_NONE: without one, as withhold_move, of any verb
 * out:     out   as there
 * returns: any withhold_outcome; < 0 on a fault, as there
 */
int house_block(struct ctx *ctx, const struct withhold_ask *ask,
    struct span code, struct withhold_result *out) MUST_CHECK;

/* returns: OK; < 0 on a fault */
int house_seats(struct ctx *ctx, int64_t performance,
    struct house_group_list *out) MUST_CHECK;

/* The job: seats whose time has come go on sale. *n: how many. returns: 0; < 0
 * on a fault: the next round goes on */
int house_release_round(struct ctx *ctx, size_t *n) MUST_CHECK;

#endif
