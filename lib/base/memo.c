/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memo - what one process of a tree found out, for all of them, by a digest
 *
 * Layer: base.
 */
#include "base/memo.h"

#include <string.h>

typedef uint64_t key_words[MEMO_KEY_WORDS];

static struct memo_entry *
set_of(struct memo *m, const key_words key)
{
	return m->at[key[0] % MEMO_SETS];
}

static bool
has_key(const struct memo_entry *e, const key_words key)
{
	for (int i = 0; i < MEMO_KEY_WORDS; i++)
		if (atomic_load_explicit(&e->key[i], memory_order_relaxed)
		    != key[i])
			return false;
	return true;
}

/* The number is read before and after: the same even one means that nobody
 * wrote in between. */
static bool
read_entry(const struct memo_entry *e, const key_words key,
    uint64_t words[MEMO_WORDS])
{
	unsigned number = atomic_load_explicit(&e->number,
	    memory_order_acquire);
	uint64_t read[MEMO_WORDS];

	if (number == 0 || number % 2 == 1 || !has_key(e, key))
		return false;
	for (int i = 0; i < MEMO_WORDS; i++)
		read[i] = atomic_load_explicit(&e->words[i],
		    memory_order_relaxed);
	atomic_thread_fence(memory_order_acquire);
	if (atomic_load_explicit(&e->number, memory_order_relaxed) != number)
		return false;
	memcpy(words, read, sizeof(read));
	return true;
}

bool
memo_find(struct memo *m, const uint8_t key[SHA256_LEN], uint32_t stamp,
    uint64_t words[MEMO_WORDS], bool *stamped)
{
	struct memo_entry *set;
	key_words k;

	memcpy(k, key, sizeof(k));
	set = set_of(m, k);
	for (int i = 0; i < MEMO_WAYS; i++) {
		if (!read_entry(&set[i], k, words))
			continue;
		*stamped = atomic_load_explicit(&set[i].stamp,
		    memory_order_relaxed) == stamp;
		if (!*stamped)
			atomic_store_explicit(&set[i].stamp, stamp,
			    memory_order_relaxed);
		return true;
	}
	return false;
}

/* Its own place, an empty one, or any. */
static struct memo_entry *
place_for(struct memo_entry set[MEMO_WAYS], const key_words key)
{
	struct memo_entry *empty = &set[key[1] % MEMO_WAYS];

	for (int i = MEMO_WAYS - 1; i >= 0; i--) {
		if (atomic_load_explicit(&set[i].number,
		    memory_order_relaxed) == 0)
			empty = &set[i];
		else if (has_key(&set[i], key))
			return &set[i];
	}
	return empty;
}

void
memo_keep(struct memo *m, const uint8_t key[SHA256_LEN], uint32_t stamp,
    const uint64_t words[MEMO_WORDS])
{
	struct memo_entry *e;
	unsigned number;
	key_words k;

	memcpy(k, key, sizeof(k));
	e = place_for(set_of(m, k), k);
	number = atomic_load_explicit(&e->number, memory_order_relaxed);
	if (number % 2 == 1 || !atomic_compare_exchange_strong_explicit(
	    &e->number, &number, number + 1, memory_order_acquire,
	    memory_order_relaxed))
		return;
	/* Whoever reads a word below must also find the odd number. */
	atomic_thread_fence(memory_order_release);
	for (int i = 0; i < MEMO_KEY_WORDS; i++)
		atomic_store_explicit(&e->key[i], k[i], memory_order_relaxed);
	for (int i = 0; i < MEMO_WORDS; i++)
		atomic_store_explicit(&e->words[i], words[i],
		    memory_order_relaxed);
	atomic_store_explicit(&e->stamp, stamp, memory_order_relaxed);
	/* Never 0 again, not even after four thousand million writes. */
	atomic_store_explicit(&e->number, number + 2 != 0 ? number + 2 : 2,
	    memory_order_release);
}
