/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * page_session - who is logged in on the pages that need no JavaScript
 *
 * Layer: domain.  Uses: base, store, token_key.
 */
#include "account/page_session.h"

#include "account/jwt_door.h"
#include "account/token.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/rand.h"
#include "store/ctx.h"

#include <assert.h>

#define AUDIENCE "m"
#define ID_LEN 16

struct span
page_session_id(struct ctx *ctx)
{
	uint8_t id[ID_LEN];

	rand_bytes(id, sizeof(id));
	return span_str(crypto_base64url(&ctx->arena, id, sizeof(id)));
}

int
page_session_make(struct ctx *ctx, const struct page_session *whom,
    struct span *out)
{
	int64_t now_s = ctx->now_ms / MS_PER_S;
	struct token_secret key;
	bool found = token_key_get(ctx, TOKEN_KEY_CURRENT, &key);

	/* The settings were checked: there is a current key. */
	assert(found);
	return jwt_door_seal(&ctx->arena, key.kid, key.secret,
	    &(struct jwt_claims){
		.issuer = span_str(ctx->set.token_issuer),
		.audience = SPAN_LIT(AUDIENCE),
		.subject = arena_i64(&ctx->arena, whom->user),
		.id = whom->id,
		.issued_s = now_s,
		.not_before_s = now_s,
		.expires_s = now_s + PAGE_SESSION_LIFETIME_S,
		.session = whom->session,
	    },
	    out);
}

static bool
is_ours(const struct ctx *ctx, const struct jwt_claims *c)
{
	int64_t now_s = ctx->now_ms / MS_PER_S;

	return span_eq_str(c->issuer, ctx->set.token_issuer)
	    && span_eq_str(c->audience, AUDIENCE) && !span_is(c->role)
	    && c->id.len > 0 && c->session > 0 && c->issued_s > 0
	    && c->issued_s - TOKEN_LEEWAY_S <= now_s && c->expires_s > now_s
	    && c->expires_s - c->issued_s <= PAGE_SESSION_LIFETIME_S;
}

int
page_session_read(struct ctx *ctx, struct span text, struct page_session *out)
{
	struct token_secret key;
	struct jwt_claims c;
	struct span kid;
	int64_t user;

	if (text.len == 0 || text.len > TOKEN_LEN_MAX
	    || jwt_door_kid(&ctx->arena, text, &kid) != JWT_DOOR_OK
	    || !span_is(kid) || !token_key_find(ctx, kid, &key)
	    || jwt_door_open(&ctx->arena, text, key.secret, &c) != JWT_DOOR_OK
	    || !is_ours(ctx, &c) || !span_to_i64(c.subject, &user) || user <= 0)
		return PAGE_SESSION_E_REFUSED;
	*out = (struct page_session){ .user = user,
		.session = c.session,
		.id = c.id,
		.issued_ms = c.issued_s * MS_PER_S };
	return PAGE_SESSION_OK;
}
