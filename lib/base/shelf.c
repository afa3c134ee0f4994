/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shelf - a few long texts that never change, for all processes of a tree
 *
 * Layer: base.  Uses: arena, seqlock, span.
 */
#include "base/shelf.h"

static size_t
words_of(size_t len)
{
	return (len + sizeof(uint64_t) - 1) / sizeof(uint64_t);
}

/* Of a place that may change at any moment; NONE when it is another's. */
static struct span
read_place(struct shelf_place *place, struct arena *a, uint64_t subject)
{
	uint64_t head[2], *words;
	unsigned number;

	if (!seqlock_look(&place->lock, &number))
		return SPAN_NONE;
	seqlock_load(&head[0], &place->subject, 1);
	seqlock_load(&head[1], &place->len, 1);
	/* Halves of two writers' are seen below; they must do no harm here. */
	if (head[0] != subject || head[1] > SHELF_LEN)
		return SPAN_NONE;
	words = arena_alloc(a, (words_of(head[1]) + 1) * sizeof(*words));
	seqlock_load(words, place->words, words_of(head[1]));
	if (!seqlock_is_same(&place->lock, number))
		return SPAN_NONE;
	return (struct span){ (const char *)words, head[1] };
}

static void
mark_asked(struct shelf *s, struct shelf_place *place)
{
	atomic_store_explicit(&place->asked,
	    atomic_fetch_add(&s->n_asked, 1) + 1, memory_order_relaxed);
}

struct span
shelf_find(struct shelf *s, struct arena *a, uint64_t subject)
{
	struct span text;

	for (size_t i = 0; i < SHELF_PLACES; i++) {
		text = read_place(&s->at[i], a, subject);
		if (span_is(text)) {
			mark_asked(s, &s->at[i]);
			return text;
		}
	}
	return SPAN_NONE;
}

/* Not one whose writer died: it is nobody's any more. */
static struct shelf_place *
find_oldest(struct shelf *s)
{
	struct shelf_place *oldest = NULL;

	for (size_t i = 0; i < SHELF_PLACES; i++) {
		struct shelf_place *place = &s->at[i];
		unsigned number;

		if (!seqlock_is_empty(&place->lock)
		    && !seqlock_look(&place->lock, &number))
			continue;
		if (oldest == NULL
		    || atomic_load(&place->asked) < atomic_load(&oldest->asked))
			oldest = place;
	}
	return oldest;
}

void
shelf_keep(struct shelf *s, struct arena *a, uint64_t subject, struct span text)
{
	struct shelf_place *place = find_oldest(s);
	const uint64_t head[2] = { subject, text.len };
	uint64_t *words;

	if (text.len > SHELF_LEN || place == NULL)
		return;
	/* A copy that is as long as its last word and well aligned. */
	words = arena_zalloc(a, words_of(text.len) + 1, sizeof(*words));
	memcpy(words, text.p, text.len);
	if (!seqlock_take(&place->lock))
		return;
	seqlock_store(&place->subject, &head[0], 1);
	seqlock_store(&place->len, &head[1], 1);
	seqlock_store(place->words, words, words_of(text.len));
	seqlock_give(&place->lock);
	mark_asked(s, place);
}
