/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_script - run one of a performance's scripts where its map is live
 *
 * A connection may be made anew inside kv_script, to a server that was
 * restarted from an old file. So what a script said counts only when the
 * epoch, checked on the connection it ran on, still is the one it ran under.
 *
 * Layer: domain.  Uses: base, store, epoch, seat_recovery.
 */
#include "seat/seat_script.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "seat/epoch.h"
#include "seat/log_hint.h"
#include "seat/seat_recovery.h"
#include "store/keys.h"

#include <assert.h>

#define CALL_TRIES 4
/* A worker that wakes once puts back everything. */
#define TELL_US INT64_C(1000000)

struct span
seat_key(struct ctx *ctx, int64_t performance, int64_t epoch,
    enum perf_key which)
{
	return key_perf(&ctx->arena, performance, epoch, which);
}

/* Those that a script names. */
static void
take_keys(struct ctx *ctx, int64_t performance, int64_t epoch,
    const struct script *script, struct span keys[KEY_N_PERF])
{
	assert(script->n_keys > 0);
	keys_perf(&ctx->arena, performance, epoch, (size_t)script->n_keys,
	    script->keys, keys);
}

int
seat_script(struct ctx *ctx, int64_t performance, int64_t epoch,
    const struct script *script, size_t n_args, const struct span *args,
    struct kv_reply *reply)
{
	struct span keys[KEY_N_PERF];

	take_keys(ctx, performance, epoch, script, keys);
	return kv_script(ctx->kv, &ctx->arena, script, script->n_keys, keys,
	    (int)n_args, args, reply);
}

void
seat_script_queue(struct ctx *ctx, int64_t performance, int64_t epoch,
    const struct script *script, size_t n_args, const struct span *args)
{
	struct span keys[KEY_N_PERF];

	take_keys(ctx, performance, epoch, script, keys);
	kv_queue_script(ctx->kv, script, script->n_keys, keys, (int)n_args,
	    args);
}

struct span
seat_number(struct ctx *ctx, int64_t n)
{
	return arena_i64(&ctx->arena, n);
}

struct span
seat_now(struct ctx *ctx)
{
	return seat_number(ctx, clock_faked_ms());
}

void
seat_arg(struct seat_call *call, struct span arg)
{
	assert(call->n_args < SEAT_ARGS_MAX);
	call->args[call->n_args++] = arg;
}

bool
seat_said(const struct kv_reply *reply, const char *word)
{
	return reply->type == KV_ARRAY && reply->n > 0
	    && span_eq_str(reply->items[0].str, word);
}

struct span
seat_reply(const struct kv_reply *reply, size_t n)
{
	if (n >= reply->n || reply->items[n].type != KV_STR)
		return SPAN_NONE;
	return reply->items[n].str;
}

/* No hold, however often it is extended, lasts longer. */
#define HELD_LIFE_TEXT "14460"

static void
queue_held(struct ctx *ctx, const struct seat_call *call)
{
	struct span key = key_held(&ctx->arena, call->holder, call->epoch);

	kv_queue(ctx->kv, 3,
	    (struct span[]){ SPAN_LIT("APPEND"), key,
		{ call->held, sizeof(call->held) } });
	kv_queue(ctx->kv, 3,
	    (struct span[]){ SPAN_LIT("EXPIRE"), key,
		SPAN_LIT(HELD_LIFE_TEXT) });
}

/* Script, entry and hint in one round trip, so that nobody dies between them.
 * They are not the script's work because they lie in other slots.
 *
 * returns: 0; 1 Redis has forgotten the script, it did not run; < 0 a fault */
static int
run_with(struct ctx *ctx, struct seat_call *call)
{
	struct kv_reply replies[4];
	size_t n = 1, hint;
	int r;

	seat_script_queue(ctx, call->performance, call->epoch, call->script,
	    (size_t)call->n_args, call->args);
	if (call->holder != 0) {
		queue_held(ctx, call);
		n += 2;
	}
	hint = n;
	if (call->hints != NULL) {
		log_hint_queue(ctx, call->hints, call->performance);
		n++;
	}
	r = kv_run(ctx->kv, &ctx->arena, n, replies);
	call->reply = replies[0];
	if (r == 0 && call->holder != 0 && replies[1].type == KV_INT)
		call->held_len = replies[1].i64;
	if (r < 0)
		return r;
	if (replies[0].type == KV_ERROR)
		return 1;
	if (call->hints != NULL && replies[hint].type == KV_ERROR)
		call->hints = NULL;
	return 0;
}

static int
run_once(struct ctx *ctx, struct seat_call *call)
{
	int r;

	r = epoch_get(ctx, &call->epoch);
	if (r < 0)
		return r;
	FAULT_POINT("script.before");
	r = 1;
	if (call->hints != NULL || call->holder != 0)
		r = run_with(ctx, call);
	/* An entry counts from after its hold. */
	if (r > 0 && call->holder != 0)
		r = run_with(ctx, call);
	if (r > 0)
		r = seat_script(ctx, call->performance, call->epoch,
		    call->script, (size_t)call->n_args, call->args,
		    &call->reply);
	if (r < 0)
		return r;
	if (call->reply.type != KV_ARRAY || call->reply.n == 0)
		return kv_nonsense(ctx->kv, call->script->name);
	return 0;
}

/* Not again before it. */
CTX_PART(tell_us, int64_t);

int64_t *
seat_tell_us(struct ctx *ctx)
{
	return ctx_part(ctx, &tell_us);
}

/* There is no living map, so others may be lost too: whoever loads them ahead
 * of the buyers should look. A hint: nothing depends on its arriving. */
static void
tell_gone(struct ctx *ctx)
{
	int64_t now_us = clock_mono_us();

	if (now_us < *seat_tell_us(ctx))
		return;
	*seat_tell_us(ctx) = now_us + TELL_US;
	if (db_tell(ctx->primary, &ctx->arena, "map") != DB_OK)
		LOG(DEBUG, "map-not-told");
}

static int
call_live(struct ctx *ctx, struct seat_call *call)
{
	int64_t epoch;
	int r;

	for (int i = 0; i < CALL_TRIES; i++) {
		kv_freeing(ctx->kv, call->frees);
		r = run_once(ctx, call);
		kv_freeing(ctx->kv, false);
		if (r == 0)
			r = epoch_get(ctx, &epoch);
		if (r < 0)
			return r;
		if (epoch != call->epoch)
			continue;
		if (!seat_said(&call->reply, "gone"))
			return SEAT_OK;
		epoch_forget(ctx);
		tell_gone(ctx);
		r = seat_recovery(ctx)->load(ctx, call->performance);
		if (r != 0)
			return r;
	}
	LOG(ERROR, "map-unsettled", LINT("performance", call->performance));
	return KV_F_PROTOCOL;
}

int
seat_call(struct ctx *ctx, struct seat_call *call)
{
	int r = call_live(ctx, call);

	if (r != SEAT_OK || !span_is(call->hold)
	    || !seat_said(&call->reply, "none"))
		return r;
	r = seat_recovery(ctx)->adopt(ctx, call->performance, call->hold);
	if (r == 0)
		return call_live(ctx, call);
	return r > 0 ? SEAT_OK : r;
}
