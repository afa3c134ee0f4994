/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * escape - the inside of a JSON string
 *
 * Runs of plain ASCII are copied whole; the rest goes one code point at a
 * time.
 *
 * Layer: base.  Uses: span, utf8.
 */
#include "base/escape.h"
#include "base/utf8.h"

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

static bool
is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

#define EACH(b) (UINT64_C(0x0101010101010101) * (b))
/* Not 0 where one of eight bytes, none of which is above 0x7F, is below b:
 * taking b from it sets its highest bit. */
#define BELOW(word, b) (((word)-EACH(b)) & ~(word)&EACH(0x80))

/* Whether all of the next eight are. */
static bool
are_plain(const char *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof(word));
	return ((word & EACH(0x80)) | BELOW(word, 0x20)
		   | BELOW(word ^ EACH('"'), 1) | BELOW(word ^ EACH('\\'), 1))
	    == 0;
}

static size_t
plain_run(struct span s, size_t max)
{
	size_t n = 0, end = MIN(s.len, max);

	while (end - n >= sizeof(uint64_t) && are_plain(s.p + n))
		n += sizeof(uint64_t);
	while (n < end && is_plain((unsigned char)s.p[n]))
		n++;
	return n;
}

/* The escape of a quote, a backslash or a control character. */
static size_t
escape_ascii(char out[ESCAPE_MAX], unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	const char *short_form = c == 0 ? NULL : strchr(from, c);

	out[0] = '\\';
	if (short_form != NULL) {
		out[1] = to[short_form - from];
		return 2;
	}
	memcpy(out + 1, "u00", 3);
	out[4] = hex[c >> 4];
	out[5] = hex[c & 15];
	return 6;
}

/* The first code point of s, which is not empty. */
static size_t
escape_one(char out[ESCAPE_MAX], struct span s, size_t *n_taken)
{
	size_t n;

	*n_taken = 1;
	if ((unsigned char)s.p[0] < 0x80)
		return escape_ascii(out, (unsigned char)s.p[0]);
	n = utf8_step(s);
	if (n == 0) {
		memcpy(out, REPLACEMENT, 3);
		return 3;
	}
	memcpy(out, s.p, n);
	*n_taken = n;
	return n;
}

size_t
escape_json(char *out, size_t room, struct span *s)
{
	size_t len = 0;

	while (s->len > 0) {
		size_t n_taken = plain_run(*s, room - len);
		size_t n = n_taken;
		char one[ESCAPE_MAX];

		if (n > 0) {
			memcpy(out + len, s->p, n);
		} else {
			n = escape_one(one, *s, &n_taken);
			if (n > room - len)
				break;
			memcpy(out + len, one, n);
		}
		len += n;
		s->p += n_taken;
		s->len -= n_taken;
	}
	return len;
}
