/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * jwt_door - JSON Web Tokens
 *
 * The only file that knows libjwt. libjwt 1.10 believes the header's alg and
 * is lenient about base64, so both are checked here, before and after. The
 * signature is checked here too: libjwt looks its algorithm up by name each
 * time, which costs more than the rest of a small request. And claims as we
 * write them ourselves are read by claims.h; libjwt reads any others.
 *
 * Layer: domain.  Uses: base.
 */
#include "account/jwt_door.h"

#include "account/claims.h"
#include "base/crypto.h"
#include "base/log.h"

#include <errno.h>
#include <jwt.h>
#include <stdlib.h>

#define N_PARTS 3

/* Strict base64url, so that a token has one spelling only. */
static bool
split(struct arena *a, struct span text, struct span parts[N_PARTS])
{
	for (int i = 0; i < N_PARTS; i++) {
		parts[i] = span_cut(&text, '.');
		if (parts[i].len == 0
		    || !span_is(crypto_unbase64url(a, parts[i])))
			return false;
	}
	return !span_is(text);
}

static bool
header_is(jwt_t *jwt, const char *name, const char *want)
{
	const char *v = jwt_get_header(jwt, name);

	return v != NULL && span_eq_str(span_str(v), want);
}

/* jku, x5u, jwk are never looked at; crit would oblige us to. */
static bool
is_our_header(jwt_t *jwt)
{
	char *crit = jwt_get_headers_json(jwt, "crit");
	bool has_crit = crit != NULL;

	free(crit);
	return !has_crit && header_is(jwt, "alg", "HS256")
	    && header_is(jwt, "typ", "JWT");
}

/* returns: as jwt_door_kid */
static int
read_header(struct arena *a, struct span part, struct span *kid)
{
	jwt_t *jwt = NULL;
	char *header;
	int r = JWT_DOOR_E_HEADER;

	/* The header alone, with an empty object for a body: what is not
	 * signed yet is not parsed. */
	header = arena_printf(a, "%.*s.e30.", (int)part.len, part.p);
	if (jwt_decode(&jwt, header, NULL, 0) != 0)
		return JWT_DOOR_E_MALFORMED;
	if (is_our_header(jwt)) {
		*kid = arena_span(a, span_str(jwt_get_header(jwt, "kid")));
		r = JWT_DOOR_OK;
	}
	jwt_free(jwt);
	return r;
}

/* The header we liked last: all tokens of one key begin alike. */
static struct {
	size_t len, kid_len;
	char part[128], kid[64];
} liked;

static void
like(struct span part, struct span kid)
{
	if (part.len > sizeof(liked.part) || kid.len > sizeof(liked.kid)
	    || !span_is(kid))
		return;
	liked.len = part.len;
	memcpy(liked.part, part.p, part.len);
	liked.kid_len = kid.len;
	memcpy(liked.kid, kid.p, kid.len);
}

static bool
is_liked(struct span part)
{
	return span_eq(part, (struct span){ liked.part, liked.len });
}

int
jwt_door_kid(struct arena *a, struct span text, struct span *kid)
{
	struct span parts[N_PARTS];
	int r;

	if (!split(a, text, parts))
		return JWT_DOOR_E_MALFORMED;
	if (is_liked(parts[0])) {
		*kid = arena_span(a, (struct span){ liked.kid, liked.kid_len });
		return JWT_DOOR_OK;
	}
	r = read_header(a, parts[0], kid);
	if (r == JWT_DOOR_OK)
		like(parts[0], *kid);
	return r;
}

static struct span
text_claim(struct arena *a, jwt_t *jwt, const char *name)
{
	return arena_span(a, span_str(jwt_get_grant(jwt, name)));
}

/* A missing number is -1 to libjwt, one of another type 0. */
static int64_t
number_claim(jwt_t *jwt, const char *name)
{
	long v = jwt_get_grant_int(jwt, name);

	return v > 0 ? v : 0;
}

/* The part after the last dot is the HMAC of all before it (RFC 7515 5.2). */
static bool
is_signed(struct arena *a, struct span text, struct span key)
{
	struct span signature, input = text;
	uint8_t mac[SHA256_LEN];

	while (input.len > 0 && input.p[input.len - 1] != '.')
		input.len--;
	if (input.len == 0)
		return false;
	signature = crypto_unbase64url(a,
	    (struct span){ text.p + input.len, text.len - input.len });
	input.len--;
	crypto_hmac_sha256(key, input, mac);
	return crypto_equal(signature,
	    (struct span){ (const char *)mac, sizeof(mac) });
}

/* The header was found to be ours, and the claims are as we write them. */
static bool
is_plain(struct arena *a, struct span text, struct jwt_claims *out)
{
	struct span rest = text;

	return is_liked(span_cut(&rest, '.'))
	    && claims_read(crypto_unbase64url(a, span_cut(&rest, '.')), out);
}

int
jwt_door_open(struct arena *a, struct span text, struct span key,
    struct jwt_claims *out)
{
	jwt_t *jwt = NULL;
	int r = JWT_DOOR_E_HEADER;

	if (!is_signed(a, text, key))
		return JWT_DOOR_E_SIGNATURE;
	if (is_plain(a, text, out))
		return JWT_DOOR_OK;
	if (jwt_decode(&jwt, arena_str(a, text), NULL, 0) != 0)
		return JWT_DOOR_E_SIGNATURE;
	if (is_our_header(jwt)) {
		*out = (struct jwt_claims){
			.issuer = text_claim(a, jwt, "iss"),
			.audience = text_claim(a, jwt, "aud"),
			.subject = text_claim(a, jwt, "sub"),
			.role = text_claim(a, jwt, "role"),
			.id = text_claim(a, jwt, "jti"),
			.issued_s = number_claim(jwt, "iat"),
			.not_before_s = number_claim(jwt, "nbf"),
			.expires_s = number_claim(jwt, "exp"),
			.session = number_claim(jwt, "sid"),
		};
		r = JWT_DOOR_OK;
	}
	jwt_free(jwt);
	return r;
}

static int
add_text(struct arena *a, jwt_t *jwt, const char *name, struct span v)
{
	return span_is(v) ? jwt_add_grant(jwt, name, arena_str(a, v)) : 0;
}

static int
fill(struct arena *a, jwt_t *jwt, const struct jwt_claims *c)
{
	return add_text(a, jwt, "iss", c->issuer)
	    | add_text(a, jwt, "aud", c->audience)
	    | add_text(a, jwt, "sub", c->subject)
	    | add_text(a, jwt, "role", c->role) | add_text(a, jwt, "jti", c->id)
	    | jwt_add_grant_int(jwt, "iat", c->issued_s)
	    | jwt_add_grant_int(jwt, "nbf", c->not_before_s)
	    | jwt_add_grant_int(jwt, "exp", c->expires_s)
	    | (c->session == 0 ? 0 : jwt_add_grant_int(jwt, "sid", c->session));
}

int
jwt_door_seal(struct arena *a, struct span kid, struct span key,
    const struct jwt_claims *claims, struct span *out)
{
	jwt_t *jwt = NULL;
	char *text = NULL;

	if (jwt_new(&jwt) == 0 && jwt_add_header(jwt, "typ", "JWT") == 0
	    && jwt_add_header(jwt, "kid", arena_str(a, kid)) == 0
	    && fill(a, jwt, claims) == 0
	    && jwt_set_alg(jwt, JWT_ALG_HS256, (const unsigned char *)key.p,
		   (int)key.len)
		== 0)
		text = jwt_encode_str(jwt);
	if (text != NULL)
		*out = arena_span(a, span_str(text));
	else
		LOG(ERROR, "token-not-signed");
	free(text);
	jwt_free(jwt);
	return text != NULL ? JWT_DOOR_OK : -ENOMEM;
}
