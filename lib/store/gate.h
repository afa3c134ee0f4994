/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gate - few holds at a time straight in the database
 *
 * While Redis is away, everybody who wants a seat would ask PostgreSQL. Only
 * [sale] database_holds workers of a tree are let in at once; the others are
 * refused in no time. With redis_down = auto the gate also watches how those
 * inside fare: when three within a second failed or took longer than
 * database_slow_ms it refuses everybody, but for one a second who finds out
 * whether the load has gone down (breaker.h).
 *
 * Layer: store.  Uses: base, ctx, breaker.
 */
#ifndef STORE_GATE_H
#define STORE_GATE_H

#include "store/ctx.h"

enum gate_outcome {
	GATE_OK = 0,
	GATE_E_FULL,	/* enough are inside, or the load is too high */
};

/* Ask to make one hold in the database. After GATE_OK, and only then,
 * gate_leave must follow in the same request.
 * returns: any gate_outcome */
int gate_enter(struct ctx *ctx) MUST_CHECK;
/* Done. good: the database answered, whatever it said; not for a fault. */
void gate_leave(struct ctx *ctx, bool good);

#endif
