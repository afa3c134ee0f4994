/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * token - access tokens: who asks, proved without a database
 *
 * The order matters: length, header, key from the table, signature, and only
 * then what the token says.
 *
 * A buyer sends the same token with every request, each to another worker, so
 * the tree remembers the ones that were verified, by a digest of the settings
 * and the text. Only what time does not change is remembered; other settings
 * make other digests.
 *
 * Layer: domain.  Uses: base, store, jwt_door.
 */
#include "account/token.h"

#include "account/jwt_door.h"
#include "base/crypto.h"
#include "base/memo.h"
#include "store/ctx.h"

/* The tokens that were verified. */
SHARED_PART(verified, struct memo, NULL);

/* What a token says that was verified, but for the time. */
struct known {
	int64_t user;
	enum role role;
	int64_t session;
	int64_t from_s, until_s; /* as check_time wants them */
};

/* The settings tokens are verified under, and their digest. */
static struct {
	char texts[5][sizeof(((struct settings *)0)->token_key)];
	int64_t lifetime_s, rehearsal_lifetime_s;
	uint8_t digest[SHA256_LEN];
} under;

int64_t
token_lifetime_s(const struct ctx *ctx, enum token_key which)
{
	return which == TOKEN_KEY_REHEARSAL ? ctx->set.rehearsal_lifetime_s
					    : ctx->set.token_lifetime_s;
}

/* Everything that time does not change. */
static bool
are_our_claims(const struct ctx *ctx, const struct token_secret *key,
    const struct jwt_claims *c)
{
	return span_eq_str(c->issuer, ctx->set.token_issuer)
	    && span_eq_str(c->audience, ctx->set.token_audience)
	    && c->issued_s > 0 && c->not_before_s > 0
	    && c->expires_s > c->issued_s
	    && c->expires_s - c->issued_s <= token_lifetime_s(ctx, key->which);
}

static int
check_time(const struct ctx *ctx, const struct known *k)
{
	int64_t now_s = ctx->now_ms / 1000;

	/* An iat ahead of us would stretch the lifetime. */
	if (k->from_s - TOKEN_LEEWAY_S > now_s)
		return TOKEN_E_REFUSED;
	return k->until_s <= now_s ? TOKEN_E_EXPIRED : TOKEN_OK;
}

/* Everything but the time. */
static int
read_token(struct ctx *ctx, struct span text, struct known *out)
{
	struct span kid;
	struct token_secret key;
	struct jwt_claims c;
	int64_t user;
	int r;

	r = jwt_door_kid(&ctx->arena, text, &kid);
	if (r != JWT_DOOR_OK)
		return r == JWT_DOOR_E_MALFORMED ? TOKEN_E_MALFORMED
						 : TOKEN_E_REFUSED;
	if (!span_is(kid) || !token_key_find(ctx, kid, &key))
		return TOKEN_E_REFUSED;
	if (jwt_door_open(&ctx->arena, text, key.secret, &c) != JWT_DOOR_OK)
		return TOKEN_E_REFUSED;
	if (!are_our_claims(ctx, &key, &c) || !role_find(c.role, &out->role)
	    || !span_to_i64(c.subject, &user) || user <= 0)
		return TOKEN_E_REFUSED;
	out->user = user;
	out->session = c.session;
	out->from_s = MAX(c.issued_s, c.not_before_s);
	out->until_s = c.expires_s;
	return TOKEN_OK;
}

/* ---- the memory ---- */

/* Both ends of a token's life in one word: what is kept is not over, so it has
 * begun at most TOKEN_LEEWAY_S after its end. */
#define LIFE_BITS 24

static uint64_t
pack_life(const struct known *k)
{
	return (uint64_t)k->from_s << LIFE_BITS
	    | (uint64_t)(k->until_s - k->from_s + TOKEN_LEEWAY_S);
}

static void
unpack_life(uint64_t word, struct known *out)
{
	out->from_s = (int64_t)(word >> LIFE_BITS);
	out->until_s = out->from_s - TOKEN_LEEWAY_S
	    + (int64_t)(word & ((1U << LIFE_BITS) - 1));
}

/* Whether text is what was kept; it is now, and nothing is behind it. */
static bool
keep_text(char kept[sizeof(under.texts[0])], const char *text)
{
	if (strcmp(kept, text) == 0)
		return true;
	memset(kept, 0, sizeof(under.texts[0]));
	strcpy(kept, text);
	return false;
}

static bool
keep_number(int64_t *kept, int64_t number)
{
	bool same = *kept == number;

	*kept = number;
	return same;
}

/* All must be looked at, so no && here. */
static void
read_settings(const struct settings *set)
{
	static bool read;
	bool same = read;

	same &= keep_text(under.texts[0], set->token_issuer);
	same &= keep_text(under.texts[1], set->token_audience);
	same &= keep_text(under.texts[2], set->token_key);
	same &= keep_text(under.texts[3], set->token_key_previous);
	same &= keep_text(under.texts[4], set->token_key_rehearsal);
	same &= keep_number(&under.lifetime_s, set->token_lifetime_s);
	same &= keep_number(&under.rehearsal_lifetime_s,
	    set->rehearsal_lifetime_s);
	if (same)
		return;
	read = true;
	memset(under.digest, 0, sizeof(under.digest));
	crypto_sha256((struct span){ (const char *)&under, sizeof(under) },
	    under.digest);
}

static void
digest_of(struct ctx *ctx, struct span text, uint8_t out[SHA256_LEN])
{
	char *whole = arena_alloc(&ctx->arena, SHA256_LEN + text.len);

	memcpy(whole, under.digest, SHA256_LEN);
	memcpy(whole + SHA256_LEN, text.p, text.len);
	crypto_sha256((struct span){ whole, SHA256_LEN + text.len }, out);
}

static bool
find_known(struct ctx *ctx, const uint8_t digest[SHA256_LEN], uint32_t minute,
    struct known *out, bool *seen)
{
	uint64_t words[MEMO_WORDS];

	if (!memo_find(shared_part(ctx->shared, &verified), digest, minute,
		words, seen))
		return false;
	*out = (struct known){ .user = (int64_t)(words[0] / N_ROLES),
		.role = (enum role)(words[0] % N_ROLES),
		.session = (int64_t)words[1] };
	unpack_life(words[2], out);
	return true;
}

static void
keep_known(struct ctx *ctx, const uint8_t digest[SHA256_LEN], uint32_t minute,
    const struct known *k)
{
	const uint64_t words[MEMO_WORDS] = { (uint64_t)k->user * N_ROLES
		    + k->role,
		(uint64_t)k->session, pack_life(k) };

	memo_keep(shared_part(ctx->shared, &verified), digest, minute, words);
}

int
token_verify(struct ctx *ctx, struct span text, struct token *out)
{
	uint32_t minute = (uint32_t)(ctx->now_ms / 60000);
	uint8_t digest[SHA256_LEN];
	struct known token;
	bool known, seen = false;
	int r;

	if (text.len == 0 || text.len > TOKEN_LEN_MAX)
		return TOKEN_E_MALFORMED;
	read_settings(&ctx->set);
	digest_of(ctx, text, digest);
	known = find_known(ctx, digest, minute, &token, &seen);
	if (!known) {
		r = read_token(ctx, text, &token);
		if (r != TOKEN_OK)
			return r;
	}
	r = check_time(ctx, &token);
	if (r != TOKEN_OK)
		return r;
	if (!known)
		keep_known(ctx, digest, minute, &token);
	*out = (struct token){ .user = token.user,
		.role = token.role,
		.session = token.session,
		.seen_before = seen,
		.expires_ms = token.until_s * 1000 };
	return TOKEN_OK;
}

int
token_make(struct ctx *ctx, enum token_key which, const struct token *whom,
    struct span *out)
{
	int64_t now_s = ctx->now_ms / 1000;
	struct token_secret key;

	if (!token_key_get(ctx, which, &key))
		return TOKEN_E_NO_KEY;
	return jwt_door_seal(&ctx->arena, key.kid, key.secret,
	    &(struct jwt_claims){
		.issuer = span_str(ctx->set.token_issuer),
		.audience = span_str(ctx->set.token_audience),
		.subject = arena_i64(&ctx->arena, whom->user),
		.role = span_str(role_name(whom->role)),
		.issued_s = now_s,
		.not_before_s = now_s,
		.expires_s = now_s + token_lifetime_s(ctx, which),
		.session = whom->session,
	    },
	    out);
}
