/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_bound - in how many performances one user may hold seats at once
 *
 * Layer: domain.  Uses: base, store, seat, hold.
 */
#include "hold/hold_bound.h"

#include "base/rand.h"
#include "base/strbuf.h"
#include "store/keys.h"

/* "performance" in 8 bytes and 4 random ones, which tell entries apart. */
#define ENTRY_LEN SEAT_HELD_LEN

void
hold_bound_begin(struct ctx *ctx, struct seat_call *call, int64_t user)
{
	if (ctx->set.performances_per_user == 0)
		return;
	call->holder = user;
	memcpy(call->held, &call->performance, sizeof(call->performance));
	rand_bytes(call->held + sizeof(call->performance),
	    ENTRY_LEN - sizeof(call->performance));
}

static int64_t
performance_at(struct span list, size_t at)
{
	int64_t performance;

	memcpy(&performance, list.p + at, sizeof(performance));
	return performance;
}

static bool
is_in(struct span list, int64_t performance)
{
	for (size_t at = 0; at + ENTRY_LEN <= list.len; at += ENTRY_LEN)
		if (performance_at(list, at) == performance)
			return true;
	return false;
}

/* What was there before the call's own entry; all, when that is gone. */
static struct span
before(struct span list, const struct seat_call *call)
{
	for (size_t at = 0; at + ENTRY_LEN <= list.len; at += ENTRY_LEN)
		if (memcmp(list.p + at, call->held, ENTRY_LEN) == 0)
			return (struct span){ list.p, at };
	return list;
}

/* Of each other performance one entry, if the user holds there now.
 * returns: how many; < 0 a fault */
static int
running(struct ctx *ctx, const struct seat_call *call, int64_t user,
    struct span list, struct strbuf *left)
{
	int n_running = 0;

	for (size_t at = 0; at + ENTRY_LEN <= list.len; at += ENTRY_LEN) {
		int64_t performance = performance_at(list, at);
		struct hold *holds;
		size_t n;
		int r;

		if (performance == call->performance
		    || is_in((struct span){ list.p, at }, performance))
			continue;
		r = hold_list(ctx, user, performance, &holds, &n);
		if (r < 0)
			return r;
		if (r > 0 || n == 0)
			continue;
		strbuf_span(left, (struct span){ list.p + at, ENTRY_LEN });
		n_running++;
	}
	return n_running;
}

/* Whoever does so first does it for all. */
static int
compact(struct ctx *ctx, struct span key, struct span list,
    const struct strbuf *left)
{
	const struct span args[] = { list, strbuf_get(left) };
	struct kv_reply reply;

	return kv_script(ctx->kv, &ctx->arena, &script_held_compact, 1, &key,
	    2, args, &reply);
}

int
hold_bound_check(struct ctx *ctx, const struct seat_call *call, int64_t user)
{
	int64_t max = ctx->set.performances_per_user;
	struct arena *a = &ctx->arena;
	struct span key, list;
	struct kv_reply reply;
	struct strbuf left;
	int r;

	if (call->holder == 0 || call->held_len <= max * ENTRY_LEN)
		return 0;
	key = key_held(a, user, call->epoch);
	r = kv_command(ctx->kv, a, 2, (struct span[]){ SPAN_LIT("GET"), key },
	    &reply);
	if (r < 0 || reply.type != KV_STR)
		return r;
	list = before(reply.str, call);
	strbuf_init(&left, a, list.len + 1);
	r = running(ctx, call, user, list, &left);
	if (r < 0)
		return r;
	if (r >= max)
		return 1;
	return compact(ctx, key, list, &left);
}
