/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seen - how many users were here lately
 *
 * Layer: domain.  Uses: base, store.
 */
#include "account/seen.h"

#include "store/keys.h"

#define MINUTE_MS 60000
#define SEND_MS 1000
/* Longer than anybody counts it. */
#define KEPT_S "600"

/* Noted and not sent yet. */
static struct {
	int64_t users[64];
	size_t n;
	int64_t sent_ms;
} waiting;

/* Whatever becomes of it: nobody waits for a number to look at. */
static void
send_waiting(struct ctx *ctx)
{
	struct span argv[2 + ARRAY_LEN(waiting.users)];
	struct kv_reply ignored[2];
	struct span key = key_seen(&ctx->arena, ctx->now_ms / MINUTE_MS);

	argv[0] = SPAN_LIT("PFADD");
	argv[1] = key;
	for (size_t i = 0; i < waiting.n; i++)
		argv[2 + i] = arena_i64(&ctx->arena, waiting.users[i]);
	kv_queue(ctx->kv, (int)waiting.n + 2, argv);
	kv_queue(ctx->kv, 3,
	    (struct span[]){ SPAN_LIT("EXPIRE"), key, SPAN_LIT(KEPT_S) });
	if (kv_run(ctx->kv, &ctx->arena, 2, ignored) < 0)
		LOG(DEBUG, "users-not-counted", LINT("users", waiting.n));
	waiting.n = 0;
	waiting.sent_ms = ctx->now_ms;
}

void
seen_note(struct ctx *ctx, int64_t user)
{
	int64_t since_ms = ctx->now_ms - waiting.sent_ms;

	waiting.users[waiting.n++] = user;
	if (waiting.n == ARRAY_LEN(waiting.users) || since_ms >= SEND_MS
	    || since_ms < 0)
		send_waiting(ctx);
}

int
seen_count(struct ctx *ctx, int64_t *n)
{
	struct span argv[1 + SEEN_MINUTES];
	struct kv_reply reply;
	int r;

	argv[0] = SPAN_LIT("PFCOUNT");
	for (int i = 0; i < SEEN_MINUTES; i++)
		argv[1 + i] = key_seen(&ctx->arena,
		    ctx->now_ms / MINUTE_MS - i);
	r = kv_command(ctx->kv, &ctx->arena, (int)ARRAY_LEN(argv), argv,
	    &reply);
	*n = r == 0 ? reply.i64 : 0;
	return r;
}
