/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gate - few holds at a time straight in the database
 *
 * The permit comes before the breaker: a probe let through and then turned
 * away would cost the second until the next.
 *
 * Layer: store.  Uses: base, ctx, breaker.
 */
#include "store/gate.h"

#include "base/clock.h"

#include <assert.h>

static bool
watches_load(const struct ctx *ctx)
{
	return ctx->set.redis_down == REDIS_DOWN_AUTO;
}

static int
refuse(struct ctx *ctx)
{
	atomic_fetch_add(&ctx->shared->n_holds_refused, 1);
	return GATE_E_FULL;
}

int
gate_enter(struct ctx *ctx)
{
	struct shared *shared = ctx->shared;
	int64_t now_us = clock_mono_us();

	assert(ctx->gate_us == 0);
	if (!permits_take(&shared->holds, ctx->owner,
	    (int)ctx->set.database_holds))
		return refuse(ctx);
	if (watches_load(ctx) &&
	    !breaker_allows(&shared->database_holds, now_us)) {
		permits_drop(&shared->holds, ctx->owner);
		return refuse(ctx);
	}
	ctx->gate_us = now_us;
	return GATE_OK;
}

void
gate_leave(struct ctx *ctx, bool good)
{
	struct breaker *load = &ctx->shared->database_holds;
	int64_t now_us = clock_mono_us();

	assert(ctx->gate_us != 0);
	if (!good || now_us - ctx->gate_us > ctx->set.database_slow_ms * 1000)
		breaker_failed(load, now_us);
	else
		breaker_answered(load);
	permits_drop(&ctx->shared->holds, ctx->owner);
	ctx->gate_us = 0;
}
