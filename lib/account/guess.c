/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * guess - how fast one network may guess the password of one login id
 *
 * Layer: domain.  Uses: base, store, fold, guess_near.
 */
#include "account/guess.h"

#include "account/fold.h"
#include "account/guess_near.h"
#include "base/address.h"
#include "base/crypto.h"
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

/* Who the record's key is of, for the table; its places are not to be chosen
 * from outside. */
static void
digest_of(struct ctx *ctx, struct span key, uint8_t who[SHA256_LEN])
{
	crypto_hmac_sha256(span_str(ctx->set.token_key), key, who);
}

int
guess_begin(struct ctx *ctx, struct span login_id, struct span address,
    int64_t *wait_ms)
{
	struct arena *a = &ctx->arena;
	const struct span args[] = { arena_i64(a, ctx->now_ms),
		arena_i64(a, GUESS_FREE), arena_i64(a, GUESS_WAIT_MAX_MS),
		arena_i64(a, GUESS_KEPT_MS) };
	uint8_t who[SHA256_LEN];
	struct kv_reply reply;
	struct span key;
	int64_t wait;

	if (!find_key(ctx, login_id, address, &key))
		return GUESS_OK;
	/* A fault was logged where it began. */
	if (kv_script(ctx->kv, &ctx->arena, &script_guess_count, 1, &key,
		ARRAY_LEN(args), args, &reply)
		== 0
	    && reply.type == KV_INT) {
		wait = reply.i64;
	} else {
		digest_of(ctx, key, who);
		wait = guess_near_count(ctx->shared, who, ctx->now_ms);
	}
	if (wait <= 0)
		return GUESS_OK;
	*wait_ms = wait;
	return GUESS_E_EARLY;
}

void
guess_was_right(struct ctx *ctx, struct span login_id, struct span address)
{
	struct span argv[2] = { SPAN_LIT("DEL") };
	uint8_t who[SHA256_LEN];
	struct kv_reply reply;

	if (!find_key(ctx, login_id, address, &argv[1]))
		return;
	digest_of(ctx, argv[1], who);
	guess_near_forget(ctx->shared, who);
	/* What stays after a fault is ended by time. */
	if (kv_command(ctx->kv, &ctx->arena, 2, argv, &reply) != 0)
		return;
}
