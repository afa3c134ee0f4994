/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memo - what one process of a tree found out, for all of them, by a digest
 *
 * A table of fixed size in memory that the processes share. It may forget
 * anything at any time, and never tells of one key what was kept of another:
 * who reads an entry while it is written finds nothing (seqlock.h).
 *
 * Bench row: hold. With verified tokens kept here its share of the workers is
 * about 150 us, without 184.
 *
 * Layer: base.  Uses: crypto, seqlock.
 */
#ifndef BASE_MEMO_H
#define BASE_MEMO_H

#include "base/crypto.h"
#include "base/seqlock.h"

#define MEMO_SETS 65536 /* a power of two */
#define MEMO_WAYS 4
#define MEMO_KEY_WORDS (SHA256_LEN / 8)
#define MEMO_WORDS 3

/* A cache line. */
struct memo_entry {
	struct seqlock lock;
	atomic_uint stamp;
	seqlock_word key[MEMO_KEY_WORDS];
	seqlock_word words[MEMO_WORDS];
};

/* All zeros: nothing is known. Pages that are never needed take no memory. */
struct memo {
	struct memo_entry at[MEMO_SETS][MEMO_WAYS];
};

/*
 * in:      key    a digest: equal keys mean equal things
 *          stamp  the entry gets it, as when something was asked for last
 * out:     words    as they were kept
 *          stamped  whether the entry had this stamp already; both written on
 *                   true only
 * returns: whether it is known
 */
bool memo_find(struct memo *m, const uint8_t key[SHA256_LEN], uint32_t stamp,
    uint64_t words[MEMO_WORDS], bool *stamped) MUST_CHECK;

/* Keep words under key, in the place of others when all are taken, or not at
 * all where somebody else is writing. */
void memo_keep(struct memo *m, const uint8_t key[SHA256_LEN], uint32_t stamp,
    const uint64_t words[MEMO_WORDS]);

#endif
