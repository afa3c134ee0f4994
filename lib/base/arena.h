/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arena - memory that is given back all at once
 *
 * One arena per request (or per job round): the owner resets it, nothing in
 * it is freed by hand, and no allocation returns NULL. A process that cannot
 * get memory, or a caller that asks for more than the arena's limit, dies
 * loudly (one log line, abort) and is replaced.
 *
 * Layer: base.  Uses: log, span.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/base.h"
#include "base/span.h"

#include <stdarg.h>

struct arena_block;

struct arena {
	struct arena_block *first; /* kept over a reset */
	struct arena_block *current;
	size_t used;  /* bytes handed out since the reset */
	size_t limit; /* more than this is a bug: abort */
};

/* limit: bytes one round may use, > 0. The arena starts with one block. */
void arena_init(struct arena *a, size_t limit);
/* Give everything back to the system. */
void arena_fini(struct arena *a);
/* Forget all; keeps the first block. Unused bytes are poisoned under ASan. */
void arena_reset(struct arena *a);

/* size bytes, aligned for any type, contents undefined; never NULL. */
void *arena_alloc(struct arena *a, size_t size)
    __attribute__((returns_nonnull, malloc));
/* n * size bytes of zeros; an overflowing product aborts. */
void *arena_zalloc(struct arena *a, size_t n, size_t size)
    __attribute__((returns_nonnull));
/* A copy of len bytes with a NUL behind it. */
char *arena_dup(struct arena *a, const void *p, size_t len)
    __attribute__((returns_nonnull));
/* A NUL-terminated copy of a span; SPAN_NONE gives "". */
char *arena_str(struct arena *a, struct span s)
    __attribute__((returns_nonnull));
/* A copy of a span that lives as long as the arena; NONE stays NONE. */
struct span arena_span(struct arena *a, struct span s);
/* v in decimal, with a NUL behind it. */
struct span arena_i64(struct arena *a, int64_t v);
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3)
    __attribute__((returns_nonnull));
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
    __attribute__((returns_nonnull));

#define ARENA_NEW(a, type) ((type *)arena_zalloc((a), 1, sizeof(type)))
#define ARENA_ARRAY(a, n, type) ((type *)arena_zalloc((a), (n), sizeof(type)))

#endif
