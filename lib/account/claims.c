/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * claims - what an access token says, read as we write it
 *
 * Layer: domain.  Uses: base, jwt_door.
 */
#include "account/claims.h"

#include <stddef.h>

#define AT(field) offsetof(struct jwt_claims, field)

static const struct claim {
	struct span name;
	size_t at;
	bool is_text;
} claims[] = {
	{ SPAN_LIT("aud"), AT(audience), true },
	{ SPAN_LIT("exp"), AT(expires_s), false },
	{ SPAN_LIT("iat"), AT(issued_s), false },
	{ SPAN_LIT("iss"), AT(issuer), true },
	{ SPAN_LIT("jti"), AT(id), true },
	{ SPAN_LIT("nbf"), AT(not_before_s), false },
	{ SPAN_LIT("role"), AT(role), true },
	{ SPAN_LIT("sid"), AT(session), false },
	{ SPAN_LIT("sub"), AT(subject), true },
};

/* Take c off the front of s. */
static bool
take(struct span *s, char c)
{
	if (s->len == 0 || s->p[0] != c)
		return false;
	s->p++;
	s->len--;
	return true;
}

/* Take a text with its quotes. */
static bool
take_text(struct span *s, struct span *out)
{
	size_t n = 0;

	if (!take(s, '"'))
		return false;
	while (n < s->len && s->p[n] >= ' ' && s->p[n] <= '~' && s->p[n] != '"'
	    && s->p[n] != '\\')
		n++;
	*out = (struct span){ s->p, n };
	s->p += n;
	s->len -= n;
	return take(s, '"');
}

static bool
take_number(struct span *s, int64_t *out)
{
	size_t n = 0;

	while (n < s->len && s->p[n] >= '0' && s->p[n] <= '9')
		n++;
	if (!span_to_i64((struct span){ s->p, n }, out))
		return false;
	s->p += n;
	s->len -= n;
	return true;
}

/* seen: a bit for each claim that was there. */
static bool
take_member(struct span *s, struct jwt_claims *to, unsigned *seen)
{
	const struct claim *c = claims;
	struct span name;
	void *at;

	if (!take_text(s, &name) || !take(s, ':'))
		return false;
	while (c < claims + ARRAY_LEN(claims) && !span_eq(name, c->name))
		c++;
	if (c == claims + ARRAY_LEN(claims)
	    || (*seen & 1U << (c - claims)) != 0)
		return false;
	*seen |= 1U << (c - claims);
	at = (char *)to + c->at;
	return c->is_text ? take_text(s, at) : take_number(s, at);
}

bool
claims_read(struct span text, struct jwt_claims *out)
{
	struct jwt_claims read = { 0 };
	unsigned seen = 0;

	if (!take(&text, '{'))
		return false;
	do {
		if (!take_member(&text, &read, &seen))
			return false;
	} while (take(&text, ','));
	if (!take(&text, '}') || text.len > 0)
		return false;
	*out = read;
	return true;
}
