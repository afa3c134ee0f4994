/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * board - the last text about each subject, for all processes of a tree
 *
 * Layer: base.  Uses: seqlock.
 */
#include "base/board.h"

#include <assert.h>

static size_t
words_of(size_t len)
{
	return (len + sizeof(uint64_t) - 1) / sizeof(uint64_t);
}

static bool
is_about(const uint64_t head[2], uint64_t subject)
{
	return head[0] == subject && head[1] >= 1 && head[1] <= BOARD_LEN;
}

size_t
board_read(const struct board *b, uint64_t subject, uint64_t text[BOARD_WORDS])
{
	const struct board_place *place = &b->at[subject % BOARD_PLACES];
	uint64_t head[2];
	unsigned number;

	if (!seqlock_look(&place->lock, &number))
		return 0;
	seqlock_load(&head[0], &place->subject, 1);
	seqlock_load(&head[1], &place->len, 1);
	/* Halves of two writers' are seen below; they must do no harm here. */
	if (!is_about(head, subject))
		return 0;
	seqlock_load(text, place->words, words_of(head[1]));
	return seqlock_is_same(&place->lock, number) ? head[1] : 0;
}

void
board_write(struct board *b, uint64_t subject, const uint64_t text[BOARD_WORDS],
    size_t len)
{
	struct board_place *place = &b->at[subject % BOARD_PLACES];
	const uint64_t head[2] = { subject, len };

	assert(len >= 1 && len <= BOARD_LEN);
	if (!seqlock_take(&place->lock))
		return;
	seqlock_store(&place->subject, &head[0], 1);
	seqlock_store(&place->len, &head[1], 1);
	seqlock_store(place->words, text, words_of(len));
	seqlock_give(&place->lock);
}

/* A word that is written has to be fetched anew by who reads on another
 * processor, with those around it. */
static void
store_changed(struct board_place *place, const uint64_t *text, size_t n)
{
	uint64_t was;

	for (size_t i = 0; i < n; i++) {
		seqlock_load(&was, &place->words[i], 1);
		if (was != text[i])
			seqlock_store(&place->words[i], &text[i], 1);
	}
}

bool
board_change(struct board *b, uint64_t subject, board_change_fn *change,
    const void *arg)
{
	struct board_place *place = &b->at[subject % BOARD_PLACES];
	uint64_t head[2], text[BOARD_WORDS];
	bool found;

	if (!seqlock_take(&place->lock))
		return false;
	seqlock_load(&head[0], &place->subject, 1);
	seqlock_load(&head[1], &place->len, 1);
	found = is_about(head, subject);
	if (found) {
		seqlock_load(text, place->words, words_of(head[1]));
		change(text, head[1], arg);
		store_changed(place, text, words_of(head[1]));
	}
	seqlock_give(&place->lock);
	return found;
}
