/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_gate - few holds at a time straight in the database
 *
 * While Redis is away, everybody who wants a seat would ask PostgreSQL. Only
 * [sale] database_holds workers of a tree are let in at once; the others are
 * refused in no time. With redis_down = auto the gate also watches how those
 * inside fare: when three within a second failed or took longer than
 * database_slow_ms it refuses everybody, but for one a second who finds out
 * whether the load has gone down (breaker.h).
 *
 * Layer: domain.  Uses: base, store (ctx, breaker).
 */
#ifndef HOLD_HOLD_GATE_H
#define HOLD_HOLD_GATE_H

#include "base/permits.h"
#include "store/ctx.h"

/* What a tree knows of it. */
struct hold_gate {
	struct breaker load;
	_Alignas(PART_LINE) struct permits inside;
	atomic_llong n_refused;
};

struct hold_gate *hold_gate_of(struct shared *shared);

enum hold_gate_outcome {
	HOLD_GATE_OK = 0,
	HOLD_GATE_E_FULL, /* enough are inside, or the load is too high */
};

/* Ask to make one hold in the database. After HOLD_GATE_OK, and only then,
 * hold_gate_leave must follow in the same request.
 * returns: any hold_gate_outcome */
int hold_gate_enter(struct ctx *ctx) MUST_CHECK;
/* Done. good: the database answered, whatever it said; not for a fault. */
void hold_gate_leave(struct ctx *ctx, bool good);
/* Since when this process is inside, us; 0: it is not. */
int64_t *hold_gate_since(struct ctx *ctx);

#endif
