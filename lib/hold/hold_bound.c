/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_bound - in how many performances one user may hold seats at once
 *
 * Layer: domain.  Uses: base, store, seat, hold.
 */
#include "hold/hold_bound.h"

#include "base/strbuf.h"
#include "hold/hold_find.h"
#include "store/keys.h"

#include <string.h>

/* A hold: its performance in 8 bytes and the owner mark of its seats in 4. */
#define ENTRY_LEN SEAT_HELD_LEN

void
hold_bound_begin(struct ctx *ctx, struct seat_call *call,
    const struct hold_record *asked)
{
	int32_t mark = hold_token_mark(&asked->token);

	if (ctx->set.performances_per_user == 0 || hold_by_till(asked->user))
		return;
	call->holder = asked->user;
	memcpy(call->held, &call->performance, sizeof(call->performance));
	memcpy(call->held + sizeof(call->performance), &mark, sizeof(mark));
}

static int64_t
performance_of(const char *entry)
{
	int64_t performance;

	memcpy(&performance, entry, sizeof(performance));
	return performance;
}

static bool
has_performance(struct span list, int64_t performance)
{
	for (size_t at = 0; at + ENTRY_LEN <= list.len; at += ENTRY_LEN)
		if (performance_of(list.p + at) == performance)
			return true;
	return false;
}

/* The bytes of list before the last copy of an entry: an earlier one is of a
 * script that met no map and did not run. All, when there is none. */
static size_t
before(struct span list, const char *entry)
{
	size_t last = list.len;

	for (size_t at = 0; at + ENTRY_LEN <= list.len; at += ENTRY_LEN)
		if (memcmp(list.p + at, entry, ENTRY_LEN) == 0)
			last = at;
	return last;
}

/* returns: 1 the entry's hold runs; 0 it does not; < 0 a fault */
static int
is_running(struct ctx *ctx, int64_t user, const char *entry)
{
	struct hold *holds;
	size_t n;
	int r = hold_list(ctx, user, performance_of(entry), &holds, &n);

	if (r != HOLD_OK)
		return r < 0 ? r : 0;
	for (size_t i = 0; i < n; i++) {
		int32_t mark = hold_token_mark(&holds[i].is.token);

		if (memcmp(entry + sizeof(int64_t), &mark, sizeof(mark)) == 0)
			return 1;
	}
	return 0;
}

/* The entries of holds that run, of the first len bytes of list, in order.
 * returns: 0; < 0 a fault */
static int
running(struct ctx *ctx, int64_t user, struct span list, size_t len,
    struct strbuf *left)
{
	for (size_t at = 0; at < len; at += ENTRY_LEN) {
		const char *entry = list.p + at;
		int r;

		if (before(list, entry) != at)
			continue;
		r = is_running(ctx, user, entry);
		if (r < 0)
			return r;
		if (r > 0)
			strbuf_span(left, (struct span){ entry, ENTRY_LEN });
	}
	return 0;
}

/* In how many other performances are the holds of left that come before the
 * call's own in list. */
static int
count(struct ctx *ctx, const struct seat_call *call, struct span list,
    struct span left)
{
	size_t own = before(list, call->held);
	struct strbuf counted;
	int n = 0;

	strbuf_init(&counted, &ctx->arena, left.len + 1);
	for (size_t at = 0; at < left.len; at += ENTRY_LEN) {
		struct span entry = { left.p + at, ENTRY_LEN };
		int64_t performance = performance_of(entry.p);

		if (performance == call->performance
		    || before(list, entry.p) >= own
		    || has_performance(strbuf_get(&counted), performance))
			continue;
		strbuf_span(&counted, entry);
		n++;
	}
	return n;
}

/* returns: 0, also where there is no list; < 0 a fault */
static int
read_list(struct ctx *ctx, struct span key, struct span *out)
{
	struct kv_reply reply;
	int r = kv_command(ctx->kv, &ctx->arena, 2,
	    (struct span[]){ SPAN_LIT("GET"), key }, &reply);

	*out = r == 0 && reply.type == KV_STR ? reply.str : SPAN_NONE;
	out->len -= out->len % ENTRY_LEN;
	return r;
}

/* What was looked at becomes what is left of it. Whoever does so first does it
 * for all. */
static int
compact(struct ctx *ctx, struct span key, struct span looked,
    const struct strbuf *left)
{
	const struct span args[] = { looked, strbuf_get(left) };
	struct kv_reply reply;

	return kv_script(ctx->kv, &ctx->arena, &script_held_compact, 1, &key, 2,
	    args, &reply);
}

int
hold_bound_check(struct ctx *ctx, const struct seat_call *call, int64_t user)
{
	int64_t max = ctx->set.performances_per_user;
	struct span key, list, now;
	struct strbuf left;
	size_t own;
	int r;

	if (call->holder == 0 || call->held_len <= max * ENTRY_LEN)
		return 0;
	key = key_held(&ctx->arena, user, call->epoch);
	r = read_list(ctx, key, &list);
	if (r < 0)
		return r;
	own = before(list, call->held);
	strbuf_init(&left, &ctx->arena, list.len + 1);
	r = running(ctx, user, list, own, &left);
	if (r < 0)
		return r;
	if (count(ctx, call, list, strbuf_get(&left)) < max)
		return compact(ctx, key, (struct span){ list.p, own }, &left);
	/* What began to run only while it was looked at came after. */
	r = read_list(ctx, key, &now);
	if (r < 0)
		return r;
	return count(ctx, call, now, strbuf_get(&left)) >= max;
}
