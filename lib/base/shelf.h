/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shelf - a few long texts that never change, for all processes of a tree
 *
 * Lives in memory that they share. A new text takes the place of the one that
 * was not asked for longest; who reads it at that moment finds nothing
 * (seqlock.h).
 *
 * Layer: base.  Uses: arena, seqlock, span.
 */
#ifndef BASE_SHELF_H
#define BASE_SHELF_H

#include "base/arena.h"
#include "base/seqlock.h"

#define SHELF_PLACES 8
#define SHELF_LEN ((size_t)4 << 20)

/* All zeros: empty. Pages that are never needed take no memory. */
struct shelf {
	atomic_ullong n_asked;
	struct shelf_place {
		struct seqlock lock;
		atomic_ullong asked; /* greatest: asked for last */
		seqlock_word subject, len;
		seqlock_word words[SHELF_LEN / sizeof(uint64_t)];
	} at[SHELF_PLACES];
};

/* The text about subject, aligned for any type. Memory: a's.
 * returns: NONE when there is none, or not at this moment */
struct span shelf_find(struct shelf *s, struct arena *a, uint64_t subject);

/* Keep a text; where it is longer than SHELF_LEN, or somebody writes in its
 * place, it is not kept. */
void shelf_keep(struct shelf *s, struct arena *a, uint64_t subject,
    struct span text);

#endif
