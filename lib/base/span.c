/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * span - a piece of somebody else's bytes
 *
 * What is too long to be inline; see span.h for the contracts.
 *
 * Layer: base.  Uses: nothing.
 */
#include "base/span.h"

int
span_cmp(struct span a, struct span b)
{
	size_t len = MIN(a.len, b.len);
	int r = len == 0 ? 0 : memcmp(a.p, b.p, len);

	return r != 0 ? r : (a.len > b.len) - (a.len < b.len);
}

bool
span_starts(struct span s, struct span prefix)
{
	return s.len >= prefix.len
	    && (prefix.len == 0 || memcmp(s.p, prefix.p, prefix.len) == 0);
}

/* tolower(3) follows the locale; header names do not. */
static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool
span_eq_nocase(struct span a, struct span b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct span
span_trim(struct span s)
{
	while (s.len > 0 && is_blank(s.p[0])) {
		s.p++;
		s.len--;
	}
	while (s.len > 0 && is_blank(s.p[s.len - 1]))
		s.len--;
	return s;
}

struct span
span_cut(struct span *rest, char sep)
{
	struct span whole = *rest;
	const char *at = NULL;

	if (whole.len > 0)
		at = memchr(whole.p, sep, whole.len);
	if (at == NULL) {
		*rest = SPAN_NONE;
		return whole;
	}
	rest->p = at + 1;
	rest->len = whole.len - (size_t)(at - whole.p) - 1;
	return (struct span){ whole.p, (size_t)(at - whole.p) };
}

void
span_copy(char *to, size_t size, struct span s)
{
	size_t len = MIN(s.len, size - 1);

	if (len > 0)
		memcpy(to, s.p, len);
	to[len] = '\0';
}

bool
span_to_i64(struct span s, int64_t *out)
{
	bool minus = s.len > 0 && s.p[0] == '-';
	size_t i = minus ? 1 : 0;
	int64_t v = 0;

	if (i == s.len || (s.p[i] == '0' && s.len != 1))
		return false;
	/* Downwards, because INT64_MIN has no positive twin. */
	for (; i < s.len; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		if (__builtin_mul_overflow(v, 10, &v)
		    || __builtin_sub_overflow(v, s.p[i] - '0', &v))
			return false;
	}
	if (!minus && v == INT64_MIN)
		return false;
	*out = minus ? v : -v;
	return true;
}

struct span
span_of_i64(char room[SPAN_DIGITS], int64_t v)
{
	uint64_t left = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
	char *end = room + SPAN_DIGITS, *p = end;

	do {
		*--p = (char)('0' + left % 10);
		left /= 10;
	} while (left != 0);
	if (v < 0)
		*--p = '-';
	return (struct span){ p, (size_t)(end - p) };
}
