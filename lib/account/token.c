/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * token - access tokens: who asks, proved without a database
 *
 * The order matters: length, header, key from the table, signature, and only
 * then what the token says.
 *
 * A buyer sends the same token with every request, so a worker remembers the
 * ones it has verified: whole, not by a digest, since comparing two texts is
 * cheaper than a digest and as exact. Only what time does not change is
 * remembered; a change of settings forgets all.
 *
 * Layer: domain.  Uses: base, store, jwt_door.
 */
#include "account/token.h"

#include "account/jwt_door.h"
#include "base/crypto.h"
#include "store/ctx.h"

#define KEY_LEN_MIN 32

/* A token has one place, and the later one takes it. Longer ones than ours
 * ever are, are read each time. */
#define N_KNOWN 4096	/* 2^(64 - the shift in place_of) */
#define KNOWN_LEN_MAX 496

struct known {
	uint16_t len;		/* 0: empty */
	bool admin;
	int64_t user;
	int64_t from_s, until_s;	/* as check_time wants them */
	int64_t seen_minute;
	char text[KNOWN_LEN_MAX];
};

/* Pages of it that are never needed take no memory. */
static struct known memory[N_KNOWN];

/* The settings all of it was verified under. */
static struct {
	char texts[5][sizeof(((struct settings *)0)->token_key)];
	int64_t lifetime_s, rehearsal_lifetime_s;
} under;

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
	out->user = user;
	out->admin = span_eq_str(c.role, "ADMIN");
	out->from_s = MAX(c.issued_s, c.not_before_s);
	out->until_s = c.expires_s;
	out->seen_minute = 0;
	return TOKEN_OK;
}

/* ---- the memory ---- */

/* Whether text is what was kept; it is now. */
static bool
keep_text(char *kept, const char *text)
{
	if (strcmp(kept, text) == 0)
		return true;
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
forget_if_changed(const struct settings *set)
{
	if (keep_text(under.texts[0], set->token_issuer)
	    & keep_text(under.texts[1], set->token_audience)
	    & keep_text(under.texts[2], set->token_key)
	    & keep_text(under.texts[3], set->token_key_previous)
	    & keep_text(under.texts[4], set->token_key_rehearsal)
	    & keep_number(&under.lifetime_s, set->token_lifetime_s)
	    & keep_number(&under.rehearsal_lifetime_s,
		set->rehearsal_lifetime_s))
		return;
	memset(memory, 0, sizeof(memory));
}

/* The place of a token, by the end of its signature: as good as random, and
 * only verified ones are ever put there. NULL: too long to be kept. */
static struct known *
place_of(struct span text)
{
	uint64_t tail = 0;

	if (text.len > KNOWN_LEN_MAX || text.len < sizeof(tail))
		return NULL;
	memcpy(&tail, text.p + text.len - sizeof(tail), sizeof(tail));
	return &memory[(tail * UINT64_C(0x9e3779b97f4a7c15)) >> 52];
}

static bool
is_known(const struct known *place, struct span text)
{
	return place != NULL && place->len == text.len
	    && crypto_equal((struct span){ place->text, place->len }, text);
}

static void
remember(struct known *place, const struct known *token, struct span text)
{
	*place = *token;
	place->len = (uint16_t)text.len;
	memcpy(place->text, text.p, text.len);
}

static bool
seen_before(struct known *token, int64_t now_ms)
{
	return keep_number(&token->seen_minute, now_ms / 60000);
}

int
token_verify(struct ctx *ctx, struct span text, struct token *out)
{
	struct known *token, *place, fresh;
	int r;

	if (text.len == 0 || text.len > TOKEN_LEN_MAX)
		return TOKEN_E_MALFORMED;
	forget_if_changed(&ctx->set);
	token = place = place_of(text);
	if (!is_known(place, text)) {
		r = read_token(ctx, text, &fresh);
		if (r != TOKEN_OK)
			return r;
		token = &fresh;
		if (place != NULL && check_time(ctx, token) == TOKEN_OK) {
			remember(place, token, text);
			token = place;
		}
	}
	r = check_time(ctx, token);
	if (r == TOKEN_OK)
		*out = (struct token){ .user = token->user,
			.admin = token->admin,
			.seen_before = seen_before(token, ctx->now_ms),
			.expires_ms = token->until_s * 1000 };
	return r;
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
