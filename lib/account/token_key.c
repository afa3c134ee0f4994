/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * token_key - the keys that tokens are signed with
 *
 * Layer: domain.  Uses: base, store.
 */
#include "account/token_key.h"

#include "base/crypto.h"
#include "store/ctx.h"

#define KEY_LEN_MIN 32

/* The closed table, by enum token_key. */
static const char *
key_setting(const struct settings *set, enum token_key which)
{
	switch (which) {
	case TOKEN_KEY_CURRENT:
		return set->token_key;
	case TOKEN_KEY_PREVIOUS:
		return set->token_key_previous;
	default:
		return set->token_key_rehearsal;
	}
}

bool
token_key_get(struct ctx *ctx, enum token_key which, struct token_secret *out)
{
	struct span rest = span_str(key_setting(&ctx->set, which));

	out->kid = span_cut(&rest, ':');
	if (out->kid.len == 0 || !span_is(rest))
		return false;
	out->secret = crypto_unbase64url(&ctx->arena, rest);
	out->which = which;
	return out->secret.len >= KEY_LEN_MIN;
}

bool
token_key_find(struct ctx *ctx, struct span kid, struct token_secret *out)
{
	for (int i = TOKEN_KEY_CURRENT; i <= TOKEN_KEY_REHEARSAL; i++)
		if (token_key_get(ctx, (enum token_key)i, out)
		    && span_eq(out->kid, kid))
			return true;
	return false;
}
