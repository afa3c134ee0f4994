/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seqlock - read shared words without waiting for who writes them
 *
 * A number is odd while the words are written and another even one after it:
 * whoever finds the same even number before and after has read what one writer
 * wrote. Who dies writing leaves it odd, and nobody reads or writes there any
 * more. The words are atomics, read and written in any order in between.
 *
 * Layer: base.
 * Source: H.-J. Boehm, "Can seqlocks get along with programming language
 * memory models?", MSPC 2012.
 */
#ifndef BASE_SEQLOCK_H
#define BASE_SEQLOCK_H

#include "base/base.h"

#include <stdatomic.h>

typedef atomic_uint_least64_t seqlock_word;

/* All zeros: nothing was written yet. */
struct seqlock {
	atomic_uint number;
};

/* Begin to read. out: number for seqlock_is_same.
 * returns: false when there is nothing to read, or somebody writes */
static inline bool
seqlock_look(const struct seqlock *s, unsigned *number)
{
	*number = atomic_load_explicit(&s->number, memory_order_acquire);
	return *number != 0 && *number % 2 == 0;
}

/* Whether what was read since seqlock_look gave number is what one writer
 * wrote; what was read is not to be used otherwise. */
static inline bool
seqlock_is_same(const struct seqlock *s, unsigned number)
{
	atomic_thread_fence(memory_order_acquire);
	return atomic_load_explicit(&s->number, memory_order_relaxed) == number;
}

/* Whether nobody has ever written. */
static inline bool
seqlock_is_empty(const struct seqlock *s)
{
	return atomic_load_explicit(&s->number, memory_order_relaxed) == 0;
}

/* Begin to write. Who has taken it gives it back after a few stores.
 * returns: false when somebody else writes, or has died writing */
static inline bool
seqlock_take(struct seqlock *s)
{
	unsigned number = atomic_load_explicit(&s->number,
	    memory_order_relaxed);

	if (number % 2 == 1
	    || !atomic_compare_exchange_strong_explicit(&s->number, &number,
		number + 1, memory_order_acquire, memory_order_relaxed))
		return false;
	/* Whoever reads a word written from here must find the odd number. */
	atomic_thread_fence(memory_order_release);
	return true;
}

/* What was written since seqlock_take may be read. */
static inline void
seqlock_give(struct seqlock *s)
{
	unsigned number = atomic_load_explicit(&s->number, memory_order_relaxed)
	    + 1;

	/* Never empty again, however often it is written. */
	atomic_store_explicit(&s->number, number != 0 ? number : 2,
	    memory_order_release);
}

/* n words, for who has looked; any mixture of what writers wrote. */
static inline void
seqlock_load(uint64_t *out, const seqlock_word *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = atomic_load_explicit(&words[i], memory_order_relaxed);
}

/* n words, for who has taken it. */
static inline void
seqlock_store(seqlock_word *words, const uint64_t *in, size_t n)
{
	for (size_t i = 0; i < n; i++)
		atomic_store_explicit(&words[i], in[i], memory_order_relaxed);
}

#endif
