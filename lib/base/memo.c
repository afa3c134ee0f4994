/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memo - what one process of a tree found out, for all of them, by a digest
 *
 * Layer: base.  Uses: seqlock.
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
	key_words its;

	seqlock_load(its, e->key, MEMO_KEY_WORDS);
	return memcmp(its, key, sizeof(its)) == 0;
}

static bool
read_entry(const struct memo_entry *e, const key_words key,
    uint64_t words[MEMO_WORDS])
{
	uint64_t read[MEMO_WORDS];
	unsigned number;

	if (!seqlock_look(&e->lock, &number) || !has_key(e, key))
		return false;
	seqlock_load(read, e->words, MEMO_WORDS);
	if (!seqlock_is_same(&e->lock, number))
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
			       memory_order_relaxed)
		    == stamp;
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
		if (seqlock_is_empty(&set[i].lock))
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
	key_words k;

	memcpy(k, key, sizeof(k));
	e = place_for(set_of(m, k), k);
	if (!seqlock_take(&e->lock))
		return;
	seqlock_store(e->key, k, MEMO_KEY_WORDS);
	seqlock_store(e->words, words, MEMO_WORDS);
	atomic_store_explicit(&e->stamp, stamp, memory_order_relaxed);
	seqlock_give(&e->lock);
}
