/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ctx - what every function that does something is handed
 *
 * The clients keep a pointer to ctx's own settings, so a new generation is
 * written over the old one and they see it at their next connect.
 *
 * Layer: store.  Uses: base, settings, shared, kv, db.
 */
#include "store/ctx.h"

#include "base/clock.h"
#include "base/mem.h"

#include <sys/mman.h>

/* Mapped, not allocated: most pages of it are never needed. */
static struct shared *
map_own_shared(void)
{
	void *p = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		mem_out(sizeof(struct shared));
	return p;
}

void
ctx_share(struct ctx *ctx, struct shared *shared, int owner)
{
	ctx->shared = shared;
	ctx->owner = owner;
	kv_share(ctx->kv, &shared->redis);
	db_share(ctx->primary, &shared->primary, &shared->newest);
	db_share(ctx->replica, &shared->replica, &shared->newest);
}

void
ctx_open(struct ctx *ctx, const struct settings *set)
{
	*ctx = (struct ctx){ .set = *set };
	arena_init(&ctx->arena, (size_t)set->worker_arena_mib << 20);
	ctx->kv = kv_open(&ctx->set);
	ctx->primary = db_open(&ctx->set, DB_PRIMARY);
	ctx->replica = db_open(&ctx->set, DB_REPLICA);
	ctx->own_shared = map_own_shared();
	ctx_share(ctx, ctx->own_shared, 0);
	ctx->now_ms = clock_ms();
}

void
ctx_close(struct ctx *ctx)
{
	db_close(ctx->replica);
	db_close(ctx->primary);
	kv_close(ctx->kv);
	munmap(ctx->own_shared, sizeof(*ctx->own_shared));
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
