/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_gate - few holds at a time straight in the database
 *
 * The permit comes before the breaker: a probe let through and then turned
 * away would cost the second until the next.
 *
 * Layer: domain.  Uses: base, store (ctx, breaker).
 */
#include "hold/hold_gate.h"

#include "base/clock.h"

#include <assert.h>

/* One process is inside since then, or 0. */
CTX_PART(inside_us, int64_t);

static void
left(void *part, int owner)
{
	permits_drop(&((struct hold_gate *)part)->inside, owner);
}

SHARED_PART(the_gate, struct hold_gate, left);

struct hold_gate *
hold_gate_of(struct shared *shared)
{
	return shared_part(shared, &the_gate);
}

int64_t *
hold_gate_since(struct ctx *ctx)
{
	return ctx_part(ctx, &inside_us);
}

static bool
watches_load(const struct ctx *ctx)
{
	return ctx->set.redis_down == REDIS_DOWN_AUTO;
}

static int
refuse(struct hold_gate *gate)
{
	atomic_fetch_add(&gate->n_refused, 1);
	return HOLD_GATE_E_FULL;
}

int
hold_gate_enter(struct ctx *ctx)
{
	struct hold_gate *gate = hold_gate_of(ctx->shared);
	int64_t *since_us = hold_gate_since(ctx);
	int64_t now_us = clock_mono_us();

	assert(*since_us == 0);
	if (!permits_take(&gate->inside, ctx->owner,
		(int)ctx->set.database_holds))
		return refuse(gate);
	if (watches_load(ctx) && !breaker_allows(&gate->load, now_us)) {
		permits_drop(&gate->inside, ctx->owner);
		return refuse(gate);
	}
	*since_us = now_us;
	return HOLD_GATE_OK;
}

void
hold_gate_leave(struct ctx *ctx, bool good)
{
	struct hold_gate *gate = hold_gate_of(ctx->shared);
	int64_t *since_us = hold_gate_since(ctx);
	int64_t now_us = clock_mono_us();

	assert(*since_us != 0);
	if (!good || now_us - *since_us > ctx->set.database_slow_ms * 1000)
		breaker_failed(&gate->load, now_us);
	else
		breaker_answered(&gate->load);
	permits_drop(&gate->inside, ctx->owner);
	*since_us = 0;
}
