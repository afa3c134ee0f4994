/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrote - how far a server must be for a user to see his own writes
 *
 * Layer: store.  Uses: base, ctx, kv, keys.
 */
#include "store/wrote.h"

#include "base/log.h"
#include "base/rand.h"
#include "store/keys.h"
#include "store/script.h"

#include <inttypes.h>

#define LIFE_TEXT   "600"
#define LSN_LEN_MAX 17

static struct span
since_key(struct ctx *ctx)
{
	return key_job(&ctx->arena, "wrote-since");
}

static void
queue_mark(struct ctx *ctx, int64_t user, struct span mark)
{
	kv_queue(ctx->kv, 5, (struct span[]){ SPAN_LIT("SET"),
	    key_wrote(&ctx->arena, user), mark, SPAN_LIT("EX"),
	    SPAN_LIT(LIFE_TEXT) });
}

void
wrote_queue_begin(struct ctx *ctx, int64_t user)
{
	queue_mark(ctx, user, SPAN_LIT("begun"));
}

void
wrote_queue_end(struct ctx *ctx, int64_t user)
{
	uint64_t nonce;

	rand_bytes(&nonce, sizeof(nonce));
	queue_mark(ctx, user, span_str(arena_printf(&ctx->arena,
	    "ended %016" PRIx64, nonce)));
}

/* What was queued, alone. */
static void
run(struct ctx *ctx)
{
	struct kv_reply reply;

	if (kv_run(ctx->kv, &ctx->arena, 1, &reply) < 0
	    || reply.type == KV_ERROR)
		LOG(WARN, "mark-not-set");
}

void
wrote_begin(struct ctx *ctx, int64_t user)
{
	wrote_queue_begin(ctx, user);
	run(ctx);
}

void
wrote_end(struct ctx *ctx, int64_t user)
{
	wrote_queue_end(ctx, user);
	run(ctx);
}

/* "16/B374D848", which a statement can be given. */
static bool
is_lsn(struct span text)
{
	size_t n_slashes = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];

		if (c == '/' && i > 0 && i < text.len - 1)
			n_slashes++;
		else if ((c < '0' || c > '9') && (c < 'A' || c > 'F'))
			return false;
	}
	return n_slashes == 1 && text.len <= LSN_LEN_MAX;
}

/* Whether this server has kept marks for their whole life. */
static bool
is_believed(struct ctx *ctx, const struct kv_reply *since)
{
	struct span rest = since->type == KV_STR ? since->str : SPAN_NONE;
	struct span run_id = span_is(rest) ? span_cut(&rest, ' ') : rest;
	int64_t since_ms;

	if (span_eq_str(run_id, kv_run_id(ctx->kv))
	    && span_to_i64(rest, &since_ms))
		return ctx->now_ms - since_ms >= WROTE_LIFE_S * 1000;
	kv_queue(ctx->kv, 3, (struct span[]){ SPAN_LIT("SET"),
	    since_key(ctx), span_str(arena_printf(&ctx->arena,
	    "%s %" PRId64, kv_run_id(ctx->kv), ctx->now_ms)) });
	run(ctx);
	return false;
}

static enum wrote_state
read_mark(const struct kv_reply *mark)
{
	if (mark->type == KV_NIL)
		return WROTE_NOTHING;
	if (mark->type != KV_STR)
		return WROTE_UNSURE;
	if (is_lsn(mark->str))
		return WROTE_UNTIL;
	return span_starts(mark->str, SPAN_LIT("ended ")) ? WROTE_ENDED
	    : WROTE_UNSURE;
}

void
wrote_look(struct ctx *ctx, int64_t user, struct wrote *out)
{
	struct kv_reply replies[2];

	*out = (struct wrote){ WROTE_UNSURE, SPAN_NONE };
	kv_queue(ctx->kv, 2, (struct span[]){ SPAN_LIT("GET"),
	    key_wrote(&ctx->arena, user) });
	kv_queue(ctx->kv, 2, (struct span[]){ SPAN_LIT("GET"),
	    since_key(ctx) });
	if (kv_run(ctx->kv, &ctx->arena, 2, replies) < 0
	    || !is_believed(ctx, &replies[1]))
		return;
	out->state = read_mark(&replies[0]);
	out->mark = replies[0].str;
}

void
wrote_learn(struct ctx *ctx, int64_t user, const struct wrote *mark,
    struct span lsn)
{
	const struct span key = key_wrote(&ctx->arena, user);
	struct kv_reply reply;

	if (kv_script(ctx->kv, &ctx->arena, &script_wrote_learn, 1, &key, 3,
	    (struct span[]){ mark->mark, lsn, SPAN_LIT(LIFE_TEXT) }, &reply)
	    < 0)
		LOG(WARN, "mark-not-set");
}

void
wrote_queue_doubt(struct ctx *ctx)
{
	kv_queue(ctx->kv, 2, (struct span[]){ SPAN_LIT("DEL"),
	    since_key(ctx) });
}
