/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ctx - what every function that does something is handed
 *
 * The clients keep a pointer to ctx's own settings, so a new generation is
 * written over the old one and they see it at their next connect.
 *
 * Layer: store.  Uses: base, settings, shared, part, kv, db.
 */
#include "store/ctx.h"

#include "base/clock.h"
#include "base/mem.h"

#include <stdlib.h>

void
ctx_share(struct ctx *ctx, struct shared *shared, int owner)
{
	ctx->shared = shared;
	ctx->owner = owner;
	kv_share(ctx->kv, &shared->redis);
	db_share(ctx->primary, &shared->primary, &shared->newest);
	db_share(ctx->replica, &shared->replica, &shared->newest);
	db_share_choice(ctx->replica, &shared->standby);
}

void
ctx_open(struct ctx *ctx, const struct settings *set)
{
	*ctx = (struct ctx){ .set = *set };
	arena_init(&ctx->arena, (size_t)set->worker_arena_mib << 20);
	ctx->kv = kv_open(&ctx->set);
	ctx->primary = db_open(&ctx->set, DB_PRIMARY);
	ctx->replica = db_open(&ctx->set, DB_REPLICA);
	ctx->parts = mem_zget(ctx_parts.size + 1);
	ctx->own_shared = shared_map(false);
	if (ctx->own_shared == NULL)
		mem_out(sizeof(*ctx->own_shared));
	ctx_share(ctx, ctx->own_shared, 0);
	ctx->now_ms = clock_ms();
}

void
ctx_close(struct ctx *ctx)
{
	db_close(ctx->replica);
	db_close(ctx->primary);
	kv_close(ctx->kv);
	shared_unmap(ctx->own_shared);
	free(ctx->parts);
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
ctx_arena_own(struct ctx *ctx, struct arena *round, size_t limit)
{
	*round = ctx->arena;
	arena_init(&ctx->arena, limit);
}

void
ctx_arena_back(struct ctx *ctx, const struct arena *round)
{
	arena_fini(&ctx->arena);
	ctx->arena = *round;
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
