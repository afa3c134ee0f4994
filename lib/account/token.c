/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * token - access tokens: who asks, proved without a database
 *
 * The order matters: length, header, key from the table, signature, and only
 * then what the token says.
 *
 * Layer: domain.  Uses: base, store, jwt_door.
 */
#include "account/token.h"

#include "account/jwt_door.h"
#include "base/crypto.h"
#include "store/ctx.h"

#define KEY_LEN_MIN 32

struct key {
	struct span kid, secret;
	int64_t lifetime_s;
};

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

int64_t
token_lifetime_s(const struct ctx *ctx, enum token_key which)
{
	return which == TOKEN_KEY_REHEARSAL ? ctx->set.rehearsal_lifetime_s :
	    ctx->set.token_lifetime_s;
}

/* False: not configured. Malformed settings were refused at the start. */
static bool
key_get(struct ctx *ctx, enum token_key which, struct key *key)
{
	struct span rest = span_str(key_setting(&ctx->set, which));

	key->kid = span_cut(&rest, ':');
	if (key->kid.len == 0 || !span_is(rest))
		return false;
	key->secret = crypto_unbase64url(&ctx->arena, rest);
	key->lifetime_s = token_lifetime_s(ctx, which);
	return key->secret.len >= KEY_LEN_MIN;
}

static bool
key_find(struct ctx *ctx, struct span kid, struct key *key)
{
	for (int i = TOKEN_KEY_CURRENT; i <= TOKEN_KEY_REHEARSAL; i++)
		if (key_get(ctx, (enum token_key)i, key) &&
		    span_eq(key->kid, kid))
			return true;
	return false;
}

/* Everything that time does not change. */
static bool
are_our_claims(const struct ctx *ctx, const struct key *key,
    const struct jwt_claims *c)
{
	return span_eq_str(c->issuer, ctx->set.token_issuer) &&
	    span_eq_str(c->audience, ctx->set.token_audience) &&
	    (span_eq_str(c->role, "USER") || span_eq_str(c->role, "ADMIN")) &&
	    c->issued_s > 0 && c->not_before_s > 0 &&
	    c->expires_s > c->issued_s &&
	    c->expires_s - c->issued_s <= key->lifetime_s;
}

static int
check_time(const struct ctx *ctx, const struct jwt_claims *c)
{
	int64_t now_s = ctx->now_ms / 1000;

	/* An iat ahead of us would stretch the lifetime. */
	if (MAX(c->issued_s, c->not_before_s) - TOKEN_LEEWAY_S > now_s)
		return TOKEN_E_REFUSED;
	return c->expires_s <= now_s ? TOKEN_E_EXPIRED : TOKEN_OK;
}

static int
read_token(struct ctx *ctx, struct span text, struct token *out)
{
	struct span kid;
	struct key key;
	struct jwt_claims c;
	int64_t user;
	int r;

	r = jwt_door_kid(&ctx->arena, text, &kid);
	if (r != JWT_DOOR_OK)
		return r == JWT_DOOR_E_MALFORMED ? TOKEN_E_MALFORMED :
		    TOKEN_E_REFUSED;
	if (!span_is(kid) || !key_find(ctx, kid, &key))
		return TOKEN_E_REFUSED;
	if (jwt_door_open(&ctx->arena, text, key.secret, &c) != JWT_DOOR_OK)
		return TOKEN_E_REFUSED;
	if (!are_our_claims(ctx, &key, &c) ||
	    !span_to_i64(c.subject, &user) || user <= 0)
		return TOKEN_E_REFUSED;
	r = check_time(ctx, &c);
	if (r != TOKEN_OK)
		return r;
	*out = (struct token){
		.user = user,
		.admin = span_eq_str(c.role, "ADMIN"),
		.expires_ms = c.expires_s * 1000,
	};
	return TOKEN_OK;
}

int
token_verify(struct ctx *ctx, struct span text, struct token *out)
{
	if (text.len == 0 || text.len > TOKEN_LEN_MAX)
		return TOKEN_E_MALFORMED;
	/* A memory of tokens verified before belongs here: asked first, told
	 * what read_token found. */
	return read_token(ctx, text, out);
}

int
token_make(struct ctx *ctx, enum token_key which, int64_t user, bool admin,
    struct span *out)
{
	int64_t now_s = ctx->now_ms / 1000;
	struct key key;

	if (!key_get(ctx, which, &key))
		return TOKEN_E_NO_KEY;
	return jwt_door_seal(&ctx->arena, key.kid, key.secret,
	    &(struct jwt_claims){
		.issuer = span_str(ctx->set.token_issuer),
		.audience = span_str(ctx->set.token_audience),
		.subject = span_str(arena_printf(&ctx->arena, "%lld",
		    (long long)user)),
		.role = admin ? SPAN_LIT("ADMIN") : SPAN_LIT("USER"),
		.issued_s = now_s,
		.not_before_s = now_s,
		.expires_s = now_s + key.lifetime_s,
	    }, out);
}
