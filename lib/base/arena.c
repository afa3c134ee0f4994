/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arena - memory that is given back all at once
 *
 * A chain of blocks filled from the front. A reset keeps the first block, so
 * an ordinary request asks the system for nothing.
 *
 * Layer: base.  Uses: fault, log, mem, span.
 */
#include "base/arena.h"

#include "base/fault.h"
#include "base/log.h"
#include "base/mem.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>

/* Under ASan every byte not handed out is poisoned, and a gap follows each
 * allocation so that one byte too far is seen. */
#ifdef SANITIZERS
#include <sanitizer/asan_interface.h>
#define POISON(p, n) ASAN_POISON_MEMORY_REGION((p), (n))
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
#define GAP ALIGNMENT
#else
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#define GAP 0
#endif

#define ALIGNMENT alignof(max_align_t)
#define BLOCK_SIZE ((size_t)KIB(256))

struct arena_block {
	struct arena_block *next;
	size_t size, used;
	alignas(max_align_t) char bytes[];
};

static struct arena_block *
block_new(size_t size)
{
	struct arena_block *block = mem_get(sizeof(*block) + size);

	block->next = NULL;
	block->size = size;
	block->used = 0;
	POISON(block->bytes, size);
	return block;
}

static void
block_free(struct arena_block *block)
{
	UNPOISON(block->bytes, block->size);
	free(block);
}

static void
free_after(struct arena_block *block)
{
	struct arena_block *next = block->next;

	block->next = NULL;
	while (next != NULL) {
		struct arena_block *gone = next;

		next = gone->next;
		block_free(gone);
	}
}

void
arena_init(struct arena *a, size_t limit)
{
	a->first = block_new(MIN(limit, BLOCK_SIZE));
	a->current = a->first;
	a->used = 0;
	a->limit = limit;
}

void
arena_fini(struct arena *a)
{
	free_after(a->first);
	block_free(a->first);
	*a = (struct arena){ 0 };
}

void
arena_reset(struct arena *a)
{
	free_after(a->first);
	POISON(a->first->bytes, a->first->used);
	a->first->used = 0;
	a->current = a->first;
	a->used = 0;
}

/* The current block, or a new one when size bytes do not fit into it. */
static struct arena_block *
block_with_room(struct arena *a, size_t size)
{
	struct arena_block *block = a->current;

	if (size > block->size - block->used) {
		block->next = block_new(MAX(size, BLOCK_SIZE));
		block = block->next;
		a->current = block;
	}
	return block;
}

void *
arena_alloc(struct arena *a, size_t size)
{
	struct arena_block *block;
	size_t taken;
	char *p;

	/* In a test any of them is the one that no block can be had for. */
	if (FAULT_FAIL("arena.get"))
		mem_out(size);
	if (size > a->limit - a->used)
		DIE("arena-limit-passed", LINT("wanted", size),
		    LINT("used", a->used), LINT("limit", a->limit));
	/* Two empty allocations still have two addresses. */
	taken = (MAX(size, 1) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT + GAP;
	block = block_with_room(a, taken);
	p = block->bytes + block->used;
	block->used += taken;
	a->used += size;
	UNPOISON(p, size);
	return p;
}

void *
arena_zalloc(struct arena *a, size_t n, size_t size)
{
	size_t whole;

	if (__builtin_mul_overflow(n, size, &whole))
		DIE("arena-limit-passed", LINT("n", n), LINT("size", size));
	return memset(arena_alloc(a, whole), 0, whole);
}

char *
arena_dup(struct arena *a, const void *p, size_t len)
{
	char *copy;

	if (len >= a->limit)
		DIE("arena-limit-passed", LINT("wanted", len),
		    LINT("limit", a->limit));
	copy = arena_alloc(a, len + 1);
	if (len > 0)
		memcpy(copy, p, len);
	copy[len] = '\0';
	return copy;
}

char *
arena_str(struct arena *a, struct span s)
{
	return arena_dup(a, s.p, s.len);
}

struct span
arena_span(struct arena *a, struct span s)
{
	return span_is(s) ? (struct span){ arena_str(a, s), s.len } : s;
}

struct span
arena_i64(struct arena *a, int64_t v)
{
	char room[SPAN_DIGITS];

	return arena_span(a, span_of_i64(room, v));
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return text;
}

/* Most texts are short: one printing is enough for them. */
char *
arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	char small[128], *text;
	va_list again;
	int len;

	va_copy(again, ap);
	len = vsnprintf(small, sizeof(small), fmt, again);
	va_end(again);
	if (len < 0)
		DIE("format-refused", LSTR("format", fmt));
	if ((size_t)len < sizeof(small))
		return arena_dup(a, small, (size_t)len);
	text = arena_alloc(a, (size_t)len + 1);
	vsnprintf(text, (size_t)len + 1, fmt, ap);
	return text;
}
