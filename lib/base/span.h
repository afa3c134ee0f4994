/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * span - a piece of somebody else's bytes
 *
 * A span never owns and need not end in NUL. p is NULL only for "absent";
 * an empty value has a pointer and length 0.
 *
 * Layer: base.  Uses: nothing.
 */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include "base/base.h"

#include <string.h>

struct span {
	const char *p;
	size_t len;
};

#define SPAN_NONE ((struct span){ NULL, 0 })
#define SPAN_LIT(s) ((struct span){ "" s, sizeof(s) - 1 })

/* The span of a C string; NULL gives SPAN_NONE. */
static inline struct span
span_str(const char *s)
{
	return s == NULL ? SPAN_NONE : (struct span){ s, strlen(s) };
}

/* Whether a value is there at all (it may be empty). */
static inline bool
span_is(struct span s)
{
	return s.p != NULL;
}

static inline bool
span_eq(struct span a, struct span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

static inline bool
span_eq_str(struct span a, const char *s)
{
	return span_eq(a, span_str(s));
}

/* An order of texts, byte by byte: < 0, 0, > 0. */
int span_cmp(struct span a, struct span b);

/* Whether s begins with prefix. */
bool span_starts(struct span s, struct span prefix);

/* ASCII-only case-blind equality (header values, scheme names). */
bool span_eq_nocase(struct span a, struct span b);

/* Without leading and trailing spaces and tabs. */
struct span span_trim(struct span s);

/*
 * Cut at the first sep.
 *
 * in:      rest  what is left; on return what follows sep, or SPAN_NONE
 * returns: the part before sep (all of it when there is no sep)
 */
struct span span_cut(struct span *rest, char sep);

/* Copy s as a string into to, of size > 0; what does not fit is cut off. */
void span_copy(char *to, size_t size, struct span s);
#define SPAN_COPY(to, s) span_copy((to), sizeof(to), (s))

/*
 * Read a whole decimal int64: optional '-', digits only, no leading zeros
 * but "0" itself, no overflow.
 *
 * out:     out   written on true only
 * returns: whether s was exactly one such number
 */
bool span_to_i64(struct span s, int64_t *out) MUST_CHECK;

/* The digits of v as span_to_i64 reads them, at the end of room. By hand:
 * every request writes dozens of numbers. */
#define SPAN_DIGITS 20
struct span span_of_i64(char room[SPAN_DIGITS], int64_t v);

#endif
