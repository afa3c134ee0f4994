/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * board - the last text about each subject, for all processes of a tree
 *
 * Lives in memory that they share. Subjects whose numbers have the same place
 * push each other out; who reads while somebody writes finds nothing
 * (seqlock.h).
 *
 * Layer: base.  Uses: seqlock.
 */
#ifndef BASE_BOARD_H
#define BASE_BOARD_H

#include "base/seqlock.h"

#define BOARD_PLACES 1024
#define BOARD_WORDS 256
#define BOARD_LEN (BOARD_WORDS * sizeof(uint64_t))

/* All zeros: empty. Pages that are never needed take no memory. */
struct board {
	struct board_place {
		struct seqlock lock;
		seqlock_word subject, len, words[BOARD_WORDS];
	} at[BOARD_PLACES];
};

/*
 * out:     text   the text; what is behind it, or all of it when there is
 *                 none, is undefined
 * returns: its length; 0: there is none, or not at this moment
 */
size_t board_read(const struct board *b, uint64_t subject,
    uint64_t text[BOARD_WORDS]) MUST_CHECK;

/* in: len 1..BOARD_LEN, bytes; the last word of text is read whole. When
 * somebody writes there, it is not kept. */
void board_write(struct board *b, uint64_t subject,
    const uint64_t text[BOARD_WORDS], size_t len);

/* Is given a text and its length, which stays. It cannot fail, and does not
 * wait: nobody reads or writes there before it returns. */
typedef void board_change_fn(uint64_t text[BOARD_WORDS], size_t len,
    const void *arg);

/*
 * Change a text where it stands; nobody else writes in between.
 *
 * returns: false where there is none, or somebody writes: nothing was done
 */
bool board_change(struct board *b, uint64_t subject, board_change_fn *change,
    const void *arg);

#endif
