/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ctx - what every function that does something is handed
 *
 * The clients keep a pointer to ctx's own settings, so a new generation is
 * written over the old one and they see it at their next connect.
 *
 * Layer: store.  Uses: base, settings, kv, db.
 */
#include "store/ctx.h"

#include "base/clock.h"

void
ctx_open(struct ctx *ctx, const struct settings *set)
{
	*ctx = (struct ctx){ .set = *set };
	arena_init(&ctx->arena, (size_t)set->worker_arena_mib << 20);
	ctx->kv = kv_open(&ctx->set);
	ctx->primary = db_open(&ctx->set, DB_PRIMARY);
	ctx->replica = db_open(&ctx->set, DB_REPLICA);
	ctx->now_ms = clock_ms();
}

void
ctx_close(struct ctx *ctx)
{
	db_close(ctx->replica);
	db_close(ctx->primary);
	kv_close(ctx->kv);
	arena_fini(&ctx->arena);
}

void
ctx_round(struct ctx *ctx)
{
	db_round(ctx->primary);
	db_round(ctx->replica);
	arena_reset(&ctx->arena);
	ctx->now_ms = clock_ms();
}

void
ctx_settings(struct ctx *ctx, const struct settings *set, bool reopen)
{
	ctx->set = *set;
	if (!reopen)
		return;
	kv_drop(ctx->kv);
	db_drop(ctx->primary);
	db_drop(ctx->replica);
}
