/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log_follow - read the logs of all maps, each from where it was left
 *
 * Order in a round: hints, logs, what the consumer makes of them, how far,
 * hints taken back. Each hint has a name of its own, and only the one that was
 * followed is taken back: an entry made meanwhile has left another. Who dies
 * before leaving it leaves an entry without a hint; trimming the logs finds it.
 *
 * Layer: domain.  Uses: base, store, log_entry, log_hint, seat_loaded.
 */
#include "seat/log_follow.h"

#include "base/fault.h"
#include "seat/seat_loaded.h"
#include "store/keys.h"
#include "store/script.h"

/* Of one log and in one round trip; a log with more is read on next time. Many
 * logs with a few entries each are what a busy moment leaves: what becomes of
 * them is one statement, of which the first row costs as much as twenty. */
#define READ_MAX 250
#define LOGS_MAX 200
/* A round ends here: it must not keep the other jobs waiting, and the arena
 * must hold it. */
#define ROUND_MAX 5000
/* Nothing is said of an epoch for so long: it is over, or asleep. */
#define KEPT_S "86400"

/* One log on its way to the consumer. */
struct tail {
	int64_t performance;
	struct span hint; /* what brought us here; NONE: no hint */
	struct span last; /* up to here it was given; NONE: nothing */
	bool ended;       /* read to its end */
};

struct follower {
	struct ctx *ctx;
	const struct log_consumer *who;
	int64_t epoch;
	void *arg;
	size_t n_read;
};

struct span
log_follow_reached_key(struct ctx *ctx, const struct log_consumer *who,
    int64_t epoch)
{
	return key_job(&ctx->arena,
	    arena_printf(&ctx->arena, "%s.%lld", who->reached,
		(long long)epoch));
}

/* ---- logs to entries ---- */

static int
give(struct follower *f, struct tail *tail, const struct kv_reply *reply)
{
	struct log_entry entry;

	if (!log_entry_read(reply, &entry))
		return kv_nonsense(f->ctx->kv, "an entry of a log");
	tail->last = entry.id_text;
	return f->who->take(f->arg, tail->performance, &entry);
}

static void
queue_read(struct follower *f, const struct tail *tail)
{
	struct arena *a = &f->ctx->arena;
	struct span from = SPAN_LIT("-");

	if (span_is(tail->last))
		from = span_str(arena_printf(a, "(%.*s", (int)tail->last.len,
		    tail->last.p));
	kv_queue(f->ctx->kv, 6,
	    (struct span[]){ SPAN_LIT("XRANGE"),
		key_perf(a, tail->performance, f->epoch, KEY_LOG), from,
		SPAN_LIT("+"), SPAN_LIT("COUNT"), arena_i64(a, READ_MAX) });
}

/* The next entries of n logs, given and settled. */
static int
give_logs(struct follower *f, struct tail *tails, size_t n)
{
	struct kv_reply *replies = ARENA_ARRAY(&f->ctx->arena, n,
	    struct kv_reply);
	int r;

	for (size_t i = 0; i < n; i++)
		queue_read(f, &tails[i]);
	r = kv_run(f->ctx->kv, &f->ctx->arena, n, replies);
	FAULT_POINT("follow.after_read");
	for (size_t i = 0; i < n && r == 0; i++) {
		if (replies[i].type != KV_ARRAY)
			return kv_nonsense(f->ctx->kv, "a log");
		for (size_t k = 0; k < replies[i].n && r == 0; k++)
			r = give(f, &tails[i], &replies[i].items[k]);
		tails[i].ended = replies[i].n < READ_MAX;
		f->n_read += replies[i].n;
	}
	return r == 0 ? f->who->settle(f->arg) : r;
}

int
log_follow_reached(struct ctx *ctx, const struct log_consumer *who,
    int64_t epoch, const int64_t *performances, size_t n, struct kv_reply *out)
{
	struct span *argv = ARENA_ARRAY(&ctx->arena, n + 2, struct span);
	int r;

	argv[0] = SPAN_LIT("HMGET");
	argv[1] = log_follow_reached_key(ctx, who, epoch);
	for (size_t i = 0; i < n; i++)
		argv[2 + i] = arena_i64(&ctx->arena, performances[i]);
	r = kv_command(ctx->kv, &ctx->arena, (int)n + 2, argv, out);
	if (r == 0 && (out->type != KV_ARRAY || out->n != n))
		return kv_nonsense(ctx->kv, "how far logs were read");
	return r;
}

/* Where the logs were left. */
static int
find_places(struct follower *f, struct tail *tails, size_t n)
{
	int64_t *ids = ARENA_ARRAY(&f->ctx->arena, n, int64_t);
	struct kv_reply reply;
	int r;

	for (size_t i = 0; i < n; i++)
		ids[i] = tails[i].performance;
	r = log_follow_reached(f->ctx, f->who, f->epoch, ids, n, &reply);
	for (size_t i = 0; i < n && r == 0; i++)
		tails[i].last = reply.items[i].type == KV_STR
		    ? reply.items[i].str
		    : SPAN_NONE;
	return r;
}

/* ---- the round ---- */

/* One command for each key, however many logs there are. returns: how many
 * commands were queued */
static size_t
queue_reached(struct follower *f, const struct tail *tails, size_t n)
{
	struct arena *a = &f->ctx->arena;
	struct span key = log_follow_reached_key(f->ctx, f->who, f->epoch);
	struct span *far = ARENA_ARRAY(a, 2 + 2 * n, struct span);
	struct span *ended = ARENA_ARRAY(a, 2 * n, struct span);
	int n_far = 0, n_ended = 0;

	far[n_far++] = SPAN_LIT("HSET");
	far[n_far++] = key;
	for (size_t i = 0; i < n; i++) {
		struct span id = arena_i64(a, tails[i].performance);

		if (span_is(tails[i].last)) {
			far[n_far++] = id;
			far[n_far++] = tails[i].last;
		}
		if (tails[i].ended) {
			ended[n_ended++] = id;
			ended[n_ended++] = tails[i].hint;
		}
	}
	/* In this order: who dies between has said too little. */
	if (n_far > 2)
		kv_queue(f->ctx->kv, n_far, far);
	if (n_ended > 0)
		kv_queue_script(f->ctx->kv, &script_log_taken, 1,
		    (struct span[]){ log_hint_key(f->ctx, f->who) }, n_ended,
		    ended);
	kv_queue(f->ctx->kv, 3,
	    (struct span[]){ SPAN_LIT("EXPIRE"), key, SPAN_LIT(KEPT_S) });
	return (size_t)((n_far > 2) + (n_ended > 0) + 1);
}

/* Hints that could not be taken back are followed once more. */
static int
note_reached(struct follower *f, const struct tail *tails, size_t n)
{
	size_t n_queued = queue_reached(f, tails, n);
	struct kv_reply *ignored = ARENA_ARRAY(&f->ctx->arena, n_queued,
	    struct kv_reply);
	int r = kv_run(f->ctx->kv, &f->ctx->arena, n_queued, ignored);

	FAULT_POINT("follow.after_hint");
	return r;
}

static int
follow_batch(struct follower *f, struct tail *tails, size_t n)
{
	int r;

	for (size_t i = 0; i < n; i++)
		seat_loaded_moved(tails[i].performance);
	r = find_places(f, tails, n);
	if (r == 0)
		r = give_logs(f, tails, n);
	FAULT_POINT("follow.after_settle");
	return r == 0 ? note_reached(f, tails, n) : r;
}

/* The logs that hints name, and what time it is for Redis. */
static int
read_hints(struct ctx *ctx, const struct log_consumer *who, struct tail **out,
    size_t *n, int64_t *redis_ms)
{
	struct kv_reply replies[2];
	const struct kv_reply *hints = &replies[1];
	struct tail *tails;
	int64_t s, us;
	int r;

	kv_queue(ctx->kv, 1, (struct span[]){ SPAN_LIT("TIME") });
	kv_queue(ctx->kv, 2,
	    (struct span[]){ SPAN_LIT("HGETALL"), log_hint_key(ctx, who) });
	r = kv_run(ctx->kv, &ctx->arena, 2, replies);
	if (r < 0)
		return r;
	if (replies[0].n != 2 || hints->type != KV_ARRAY
	    || !span_to_i64(replies[0].items[0].str, &s)
	    || !span_to_i64(replies[0].items[1].str, &us))
		return kv_nonsense(ctx->kv, who->hints);
	*redis_ms = s * 1000 + us / 1000;
	*out = tails = ARENA_ARRAY(&ctx->arena, hints->n / 2 + 1, struct tail);
	*n = 0;
	for (size_t i = 0; i + 1 < hints->n; i += 2) {
		struct tail *tail = &tails[*n];

		tail->hint = hints->items[i + 1].str;
		if (span_to_i64(hints->items[i].str, &tail->performance)
		    && tail->performance > 0)
			(*n)++;
	}
	return 0;
}

int
log_follow_round(struct ctx *ctx, const struct log_consumer *who, int64_t epoch,
    void *arg, int64_t *until_ms)
{
	struct follower f = { .ctx = ctx,
		.who = who,
		.epoch = epoch,
		.arg = arg };
	struct tail *tails = NULL;
	size_t n = 0;
	int r = read_hints(ctx, who, &tails, &n, until_ms);

	for (size_t i = 0; i < n && r == 0 && f.n_read < ROUND_MAX;
	     i += LOGS_MAX)
		r = follow_batch(&f, tails + i, MIN(LOGS_MAX, n - i));
	for (size_t i = 0; i < n && r == 0; i++)
		if (!tails[i].ended)
			*until_ms = 0;
	return r;
}

/* ---- the end of some logs ---- */

int
log_follow_drain(struct ctx *ctx, const struct log_consumer *who, int64_t epoch,
    const int64_t *performances, size_t n, void *arg)
{
	struct follower f = { .ctx = ctx,
		.who = who,
		.epoch = epoch,
		.arg = arg };
	struct tail *tails = ARENA_ARRAY(&ctx->arena, n, struct tail);
	int r = 0;

	for (size_t i = 0; i < n; i++)
		tails[i].performance = performances[i];
	for (size_t i = 0; i < n && r == 0; i += LOGS_MAX) {
		size_t n_batch = MIN(LOGS_MAX, n - i), n_before;

		r = find_places(&f, tails + i, n_batch);
		do {
			n_before = f.n_read;
			if (r == 0)
				r = give_logs(&f, tails + i, n_batch);
		} while (r == 0 && f.n_read > n_before);
	}
	return r;
}
