/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keys - every Redis key, built in this one place
 *
 * The braces are Redis Cluster's hash tag: what stands inside them decides
 * the slot, so all keys of a performance and epoch share one.
 *
 * Layer: store.  Uses: base.
 */
#include "store/keys.h"

#include "base/strbuf.h"

#include <assert.h>
#include <inttypes.h>

static const char *const perf_names[KEY_N_PERF] = {
	[KEY_SEATS] = "seats",
	[KEY_REFS] = "refs",
	[KEY_META] = "meta",
	[KEY_HOLDS] = "holds",
	[KEY_DUE] = "due",
	[KEY_ENDS] = "ends",
	[KEY_LOG] = "log",
	[KEY_STOCK] = "stock",
	[KEY_QUEUE] = "queue",
	[KEY_READY] = "ready",
	[KEY_SEEN] = "seen",
	[KEY_ABSENT] = "absent",
	[KEY_ACTIVE] = "active",
	[KEY_PASS] = "pass",
	[KEY_LINE] = "line",
	[KEY_LOBBY] = "lobby",
};

void
keys_perf(struct arena *a, int64_t performance, int64_t epoch, size_t n,
    const enum perf_key *which, struct span *out)
{
	struct strbuf b;
	size_t prefix;

	assert(performance > 0 && epoch > 0);
	strbuf_init(&b, a, 64);
	strbuf_str(&b, "bo:{p");
	strbuf_i64(&b, performance);
	strbuf_char(&b, '.');
	strbuf_i64(&b, epoch);
	strbuf_str(&b, "}:");
	prefix = b.len;
	for (size_t i = 0; i < n; i++) {
		assert(which[i] < KEY_N_PERF);
		b.len = prefix;
		strbuf_str(&b, perf_names[which[i]]);
		out[i] = arena_span(a, strbuf_get(&b));
	}
}

struct span
key_perf(struct arena *a, int64_t performance, int64_t epoch,
    enum perf_key which)
{
	struct span key;

	keys_perf(a, performance, epoch, 1, &which, &key);
	return key;
}

struct span
key_held(struct arena *a, int64_t user, int64_t epoch)
{
	return span_str(
	    arena_printf(a, "bo:{u%" PRId64 ".%" PRId64 "}:held", user, epoch));
}

/* who comes from outside and may hold any byte, so it is not printed. */
struct span
key_rate(struct arena *a, const char *what, struct span who)
{
	size_t head = strlen("bo:rate::") + strlen(what);
	char *p = arena_alloc(a, head + who.len + 1);

	memcpy(p, arena_printf(a, "bo:rate:%s:", what), head);
	if (who.len > 0)
		memcpy(p + head, who.p, who.len);
	p[head + who.len] = '\0';
	return (struct span){ p, head + who.len };
}

struct span
key_seen(struct arena *a, int64_t minute)
{
	return span_str(arena_printf(a, "bo:{seen}:%" PRId64, minute));
}

struct span
key_job(struct arena *a, const char *name)
{
	return span_str(arena_printf(a, "bo:job:%s", name));
}

struct span
key_outbox(void)
{
	return SPAN_LIT("bo:outbox");
}
