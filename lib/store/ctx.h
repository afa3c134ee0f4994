/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ctx - what every function that does something is handed
 *
 * One per process, living as long as it; the arena is reset between two
 * requests (or job rounds).
 *
 * Layer: store.  Uses: base, settings, shared, part, kv, db.
 */
#ifndef STORE_CTX_H
#define STORE_CTX_H

#include "base/arena.h"
#include "base/metrics.h"
#include "store/db.h"
#include "store/kv.h"
#include "store/settings.h"
#include "store/shared.h"

struct outside;

struct ctx {
	struct arena arena;  /* this request's memory */
	struct settings set; /* this generation's settings */
	struct kv *kv;
	struct db *primary;
	struct db *replica;
	struct outside *outside; /* NULL where nobody asks outside */
	struct metrics *metrics; /* NULL where nobody counts */
	struct shared *shared;   /* the tree's, or own_shared */
	struct shared *own_shared;
	int owner;                     /* of permits in shared */
	char *parts;                   /* what other modules keep: ctx_part */
	int64_t now_ms;                /* read once a request */
	int64_t replica_away_until_us; /* monotonic; see read.h */
};

/* Take set over, make the arena and the (unconnected) clients. The process
 * is taken for one on its own. */
void ctx_open(struct ctx *ctx, const struct settings *set);
/* It is number owner of a tree that shares this, which lives longer. */
void ctx_share(struct ctx *ctx, struct shared *shared, int owner);
void ctx_close(struct ctx *ctx);
/* A new request: arena reset, now read. */
void ctx_round(struct ctx *ctx);
/*
 * Work that takes much memory gives it back before the round is over: between
 * these two the arena is a new one of up to limit bytes, whatever the round has
 * used of its own. What is left for the caller is no pointer into it. They may
 * be nested; a ctx_round between them is a bug.
 *
 * memory:  round  keeps the arena that there was, until ctx_arena_back
 */
void ctx_arena_own(struct ctx *ctx, struct arena *round, size_t limit);
void ctx_arena_back(struct ctx *ctx, const struct arena *round);
/* Take over a new generation; drops store connections when reopen. */
void ctx_settings(struct ctx *ctx, const struct settings *set, bool reopen);

/* A module's own part of it. */
static inline void *
ctx_part(const struct ctx *ctx, const struct part *part)
{
	return ctx->parts + part->at;
}

#endif
