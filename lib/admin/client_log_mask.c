/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client_log_mask - secrets go from a text before it is kept
 *
 * Layer: domain.  Uses: base.
 */
#include "admin/client_log_mask.h"

#include "base/strbuf.h"

#define MASK "[masked]"
#define CARD_MIN 13
#define CARD_MAX 19
#define PART_MIN 6 /* characters of a JWT's first part */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_base64url(char c)
{
	return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')
	    || c == '-' || c == '_';
}

static size_t
part_len(struct span s)
{
	size_t n = 0;

	while (n < s.len && is_base64url(s.p[n]))
		n++;
	return n;
}

static struct span
behind(struct span s, size_t n)
{
	return (struct span){ s.p + n, s.len - n };
}

/* How long the JWT is that s begins with; 0: with none. */
static size_t
jwt_len(struct span s)
{
	size_t len, more;
	int n = 1;

	if (!span_starts(s, SPAN_LIT("eyJ")))
		return 0;
	len = part_len(s);
	if (len < PART_MIN)
		return 0;
	while (len + 1 < s.len && s.p[len] == '.') {
		more = part_len(behind(s, len + 1));
		if (more == 0)
			break;
		len += 1 + more;
		n++;
	}
	return n >= 2 ? len : 0;
}

/* From the right, each second digit counts twice, and of what is above 9 the
 * sum of its digits; all together they are a multiple of ten. */
static bool
luhn_fits(const char *digits, size_t n)
{
	int sum = 0;

	for (size_t i = 0; i < n; i++) {
		int d = digits[n - 1 - i] - '0';

		if (i % 2 == 1)
			d = d * 2 > 9 ? d * 2 - 9 : d * 2;
		sum += d;
	}
	return sum % 10 == 0;
}

static bool
ends_digits(struct span s, size_t len)
{
	return len == s.len || !is_digit(s.p[len]);
}

/* How long the card is that s begins with; 0: with none. What follows it may
 * look like more of it, so the longest that fits is taken. */
static size_t
card_len(struct span s)
{
	char digits[CARD_MAX];
	size_t n = 0, card = 0;

	for (size_t len = 0; n < CARD_MAX;) {
		if (len > 0 && len < s.len
		    && (s.p[len] == ' ' || s.p[len] == '-'))
			len++;
		if (len == s.len || !is_digit(s.p[len]))
			break;
		digits[n++] = s.p[len++];
		if (n >= CARD_MIN && ends_digits(s, len)
		    && luhn_fits(digits, n))
			card = len;
	}
	return card;
}

/* Characters that are looked at no more: all digits of a number, else one. */
static size_t
plain_len(struct span s)
{
	size_t n = 1;

	if (is_digit(s.p[0]))
		while (!ends_digits(s, n))
			n++;
	return n;
}

struct span
client_log_mask(struct arena *a, struct span text)
{
	struct span rest = text;
	struct strbuf out;
	bool any = false;

	strbuf_init(&out, a, text.len + 1);
	while (rest.len > 0) {
		size_t secret = jwt_len(rest);
		size_t plain = plain_len(rest);

		if (secret == 0)
			secret = card_len(rest);
		strbuf_span(&out,
		    secret > 0 ? SPAN_LIT(MASK)
			       : (struct span){ rest.p, plain });
		any = any || secret > 0;
		rest = behind(rest, secret > 0 ? secret : plain);
	}
	return any ? strbuf_get(&out) : text;
}
