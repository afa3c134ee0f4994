/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * guess - how fast one network may guess the password of one login id
 *
 * Layer: domain.  Uses: base, store, fold.
 */
#include "account/guess.h"

#include "account/fold.h"
#include "base/address.h"
#include "store/ctx.h"
#include "store/keys.h"
#include "store/script.h"

#include <assert.h>

/* The record's key. False: no user can have that login id, so there is no
 * password to guess. */
static bool
find_key(struct ctx *ctx, struct span login_id, struct span address,
    struct span *key)
{
	struct arena *a = &ctx->arena;
	struct span network = address_subscriber(a, address);
	char *who;
	struct fold_login login;

	if (fold_login(a, login_id, &login) != FOLD_OK)
		return false;
	who = arena_printf(a, "%.*s:%.*s", (int)network.len, network.p,
	    (int)login.fold.len, login.fold.p);
	*key = key_rate(a, "login", span_str(who));
	return true;
}

int
guess_begin(struct ctx *ctx, struct span login_id, struct span address,
    int64_t *wait_ms)
{
	struct arena *a = &ctx->arena;
	const struct span args[] = { arena_i64(a, ctx->now_ms),
		arena_i64(a, GUESS_FREE), arena_i64(a, GUESS_WAIT_MAX_MS),
		arena_i64(a, GUESS_KEPT_MS) };
	struct kv_reply reply;
	struct span key;

	if (!find_key(ctx, login_id, address, &key))
		return GUESS_OK;
	/* A fault was logged where it began. The hash that follows bounds how
	 * many can guess meanwhile. */
	if (kv_script(ctx->kv, &ctx->arena, &script_guess_count, 1, &key,
	    ARRAY_LEN(args), args, &reply) != 0 ||
	    reply.type != KV_INT || reply.i64 <= 0)
		return GUESS_OK;
	*wait_ms = reply.i64;
	return GUESS_E_EARLY;
}

void
guess_was_right(struct ctx *ctx, struct span login_id, struct span address)
{
	struct span argv[2] = { SPAN_LIT("DEL") };
	struct kv_reply reply;

	/* What stays after a fault is ended by time. */
	if (find_key(ctx, login_id, address, &argv[1]) &&
	    kv_command(ctx->kv, &ctx->arena, 2, argv, &reply) != 0)
		return;
}
