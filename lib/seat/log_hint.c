/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log_hint - tell who follows the logs of maps that one has grown
 *
 * Layer: domain.  Uses: base, store, log_entry.
 */
#include "seat/log_hint.h"

#include "base/rand.h"
#include "store/keys.h"

struct span
log_hint_key(struct ctx *ctx, const struct log_consumer *who)
{
	return key_job(&ctx->arena, who->hints);
}

/* Used by nobody before or after. */
static struct span
hint_name(struct arena *a)
{
	static struct {
		uint64_t process, n;
	} name;

	if (name.n++ == 0)
		rand_bytes(&name.process, sizeof(name.process));
	return arena_span(a,
	    (struct span){ (const char *)&name, sizeof(name) });
}

void
log_hint_queue(struct ctx *ctx, const struct log_consumer *who,
    int64_t performance)
{
	kv_queue(ctx->kv, 4,
	    (struct span[]){ SPAN_LIT("HSET"), log_hint_key(ctx, who),
		arena_i64(&ctx->arena, performance), hint_name(&ctx->arena) });
}
