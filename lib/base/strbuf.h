/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * strbuf - a text that grows inside an arena
 *
 * Layer: base.  Uses: arena, span.
 */
#ifndef BASE_STRBUF_H
#define BASE_STRBUF_H

#include "base/arena.h"

struct strbuf {
	struct arena *arena;
	char *p; /* always NUL-terminated once something is in */
	size_t len, cap;
};

/* Start empty with room for cap bytes (0: a small default). */
void strbuf_init(struct strbuf *b, struct arena *a, size_t cap);
/* Append len bytes (0: p may be NULL), a character, a number in decimals, what
 * printf makes, and below a string and a span. */
void strbuf_add(struct strbuf *b, const void *p, size_t len);
void strbuf_char(struct strbuf *b, char c);
void strbuf_i64(struct strbuf *b, int64_t v);
void strbuf_printf(struct strbuf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Room for n more bytes to be written at the returned place; then call
 * strbuf_grew with how many were. */
char *strbuf_room(struct strbuf *b, size_t n);
void strbuf_grew(struct strbuf *b, size_t n);
/* The text as it is now; moves when the buffer grows. */
struct span strbuf_get(const struct strbuf *b);
/* Append s. Inline, so that the length of a constant is one too. */
static inline void
strbuf_str(struct strbuf *b, const char *s)
{
	strbuf_add(b, s, strlen(s));
}

/* Append s; NONE as the empty one. */
static inline void
strbuf_span(struct strbuf *b, struct span s)
{
	strbuf_add(b, s.p, s.len);
}

/* s as a JSON string with its quotes (RFC 8259: control characters, quote
 * and backslash escaped), bad bytes of UTF-8 as U+FFFD. */
void strbuf_json(struct strbuf *b, struct span s);

#endif
