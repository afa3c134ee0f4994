/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * utf8 - is this valid UTF-8, and how long is it for a person
 *
 * One step function knows the byte ranges of RFC 3629 section 4; all else
 * walks with it.
 *
 * Layer: base.  Uses: span.
 */
#include "base/utf8.h"

static bool
is_tail(unsigned char c)
{
	return (c & 0xC0) == 0x80;
}

/* How long the sequence that c begins has to be; 0 when none can. */
static size_t
length_of(unsigned char c)
{
	if (c < 0x80)
		return 1;
	if (c >= 0xC2 && c <= 0xDF)
		return 2;
	if (c >= 0xE0 && c <= 0xEF)
		return 3;
	if (c >= 0xF0 && c <= 0xF4)
		return 4;
	return 0;
}

/* The second byte's range is narrower behind four first bytes: no overlong
 * form (E0, F0), no surrogate (ED), nothing past U+10FFFF (F4). */
static bool
second_fits(unsigned char first, unsigned char second)
{
	switch (first) {
	case 0xE0:
		return second >= 0xA0;
	case 0xED:
		return second <= 0x9F;
	case 0xF0:
		return second >= 0x90;
	case 0xF4:
		return second <= 0x8F;
	default:
		return true;
	}
}

size_t
utf8_step(struct span s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t n = s.len == 0 ? 0 : length_of(p[0]);

	if (n > s.len)
		return 0;
	for (size_t i = 1; i < n; i++)
		if (!is_tail(p[i]))
			return 0;
	return n < 2 || second_fits(p[0], p[1]) ? n : 0;
}

/* Most text is ASCII: eight bytes at a time as long as that is so. */
static struct span
skip_ascii(struct span s)
{
	const uint64_t high_bits = UINT64_C(0x8080808080808080);
	uint64_t eight;

	while (s.len >= sizeof(eight)) {
		memcpy(&eight, s.p, sizeof(eight));
		if ((eight & high_bits) != 0)
			break;
		s.p += sizeof(eight);
		s.len -= sizeof(eight);
	}
	return s;
}

bool
utf8_valid(struct span s)
{
	while (s.len > 0) {
		size_t n;

		s = skip_ascii(s);
		if (s.len == 0)
			break;
		n = utf8_step(s);
		if (n == 0)
			return false;
		s.p += n;
		s.len -= n;
	}
	return true;
}

size_t
utf8_count(struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += !is_tail((unsigned char)s.p[i]);
	return n;
}

struct span
utf8_cut(struct span s, size_t max)
{
	if (s.len <= max)
		return s;
	s.len = max;
	/* A valid text has at most three tail bytes in a row; a text of
	 * nothing but tail bytes is cut where it stands. */
	for (size_t back = 0; back < 4 && back <= max; back++)
		if (!is_tail((unsigned char)s.p[max - back])) {
			s.len = max - back;
			break;
		}
	return s;
}

static uint32_t
decode(const unsigned char *p, size_t n)
{
	static const unsigned char first_bits[] = { 0, 0x7F, 0x1F, 0x0F, 0x07 };
	uint32_t c = p[0] & first_bits[n];

	for (size_t i = 1; i < n; i++)
		c = c << 6 | (p[i] & 0x3F);
	return c;
}

static bool
is_control(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{ 0x00, 0x1F },     /* C0 */
		{ 0x7F, 0x9F },     /* delete and C1 */
		{ 0x061C, 0x061C }, /* Arabic letter mark */
		{ 0x200E, 0x200F }, /* left-to-right, right-to-left mark */
		{ 0x202A, 0x202E }, /* embeddings and overrides */
		{ 0x2066, 0x2069 }, /* isolates */
	};

	for (size_t i = 0; i < ARRAY_LEN(ranges); i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

bool
utf8_has_control(struct span s)
{
	while (s.len > 0) {
		size_t n = utf8_step(s);

		/* Broken text is no name either. */
		if (n == 0 || is_control(decode((const void *)s.p, n)))
			return true;
		s.p += n;
		s.len -= n;
	}
	return false;
}
