/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * strbuf - a text that grows inside an arena
 *
 * It doubles: the old text stays behind in the arena until the reset, at
 * most as much as the text itself.
 *
 * Layer: base.  Uses: arena, escape, span, utf8.
 */
#include "base/strbuf.h"
#include "base/escape.h"
#include "base/utf8.h"

#include <assert.h>
#include <stdio.h>

#define CAP_PRESET 256

void
strbuf_init(struct strbuf *b, struct arena *a, size_t cap)
{
	b->arena = a;
	b->cap = cap == 0 ? CAP_PRESET : cap;
	b->len = 0;
	b->p = arena_alloc(a, b->cap);
	b->p[0] = '\0';
}

char *
strbuf_room(struct strbuf *b, size_t n)
{
	size_t need;
	char *p;

	/* A sum that wraps asks the arena for more than it ever gives. */
	if (__builtin_add_overflow(b->len + 1, n, &need))
		need = SIZE_MAX;
	if (need > b->cap) {
		size_t cap = MAX(need, 2 * b->cap);

		p = arena_alloc(b->arena, cap);
		memcpy(p, b->p, b->len + 1);
		b->p = p;
		b->cap = cap;
	}
	return b->p + b->len;
}

void
strbuf_grew(struct strbuf *b, size_t n)
{
	assert(n < b->cap - b->len);
	b->len += n;
	b->p[b->len] = '\0';
}

void
strbuf_add(struct strbuf *b, const void *p, size_t len)
{
	char *room = strbuf_room(b, len);

	if (len > 0)
		memcpy(room, p, len);
	strbuf_grew(b, len);
}

void
strbuf_char(struct strbuf *b, char c)
{
	strbuf_add(b, &c, 1);
}

void
strbuf_i64(struct strbuf *b, int64_t v)
{
	char room[SPAN_DIGITS];

	strbuf_span(b, span_of_i64(room, v));
}

void
strbuf_printf(struct strbuf *b, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	assert(len >= 0);
	va_start(ap, fmt);
	vsnprintf(strbuf_room(b, (size_t)len), (size_t)len + 1, fmt, ap);
	va_end(ap);
	strbuf_grew(b, (size_t)len);
}

struct span
strbuf_get(const struct strbuf *b)
{
	return (struct span){ b->p, b->len };
}

void
strbuf_json(struct strbuf *b, struct span s)
{
	strbuf_char(b, '"');
	while (s.len > 0) {
		/* Most texts need no escape: ask for little more than s. */
		size_t room = s.len + ESCAPE_MAX;

		strbuf_grew(b, escape_json(strbuf_room(b, room), room, &s));
	}
	strbuf_char(b, '"');
}
