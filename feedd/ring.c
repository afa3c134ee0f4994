/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ring - the last changes of one performance, for readers who are at various
 * versions
 *
 * Arrays whose older half is dropped when they are full: an entry is moved
 * about once in its life.
 *
 * Layer: feedd.  Uses: base, seat.
 */
#include "feedd/ring.h"

#include "base/mem.h"

#include <stdlib.h>

void
ring_fini(struct ring *r)
{
	free(r->entries);
	free(r->changes);
	*r = (struct ring){ .n_entries = 0 };
}

void
ring_reset(struct ring *r, struct log_id base)
{
	r->n_entries = r->n_changes = 0;
	r->base = r->head = base;
}

static void
drop_oldest(struct ring *r, size_t n)
{
	size_t n_gone = r->entries[n - 1].end;

	r->base = r->entries[n - 1].id;
	r->n_entries -= n;
	r->n_changes -= n_gone;
	memmove(r->entries, r->entries + n, r->n_entries * sizeof(*r->entries));
	memmove(r->changes, r->changes + n_gone,
	    r->n_changes * sizeof(*r->changes));
	for (size_t i = 0; i < r->n_entries; i++)
		r->entries[i].end -= n_gone;
}

static void
room_for_entry(struct ring *r)
{
	if (r->n_entries == RING_ENTRIES_MAX)
		drop_oldest(r, RING_ENTRIES_MAX / 2);
	if (r->n_entries < r->entries_cap)
		return;
	r->entries_cap = r->entries_cap == 0 ? 16 : 2 * r->entries_cap;
	r->entries = mem_more(r->entries, r->entries_cap * sizeof(*r->entries));
}

static void
add_change(struct ring *r, struct ring_change change)
{
	if (r->n_changes == r->changes_cap) {
		r->changes_cap = r->changes_cap == 0 ? 32 : 2 * r->changes_cap;
		r->changes = mem_more(r->changes,
		    r->changes_cap * sizeof(*r->changes));
	}
	r->changes[r->n_changes++] = change;
}

/* An entry of more changes than may be kept is not kept: who is before it must
 * have the map anew. */
bool
ring_add(struct ring *r, struct log_entry *entry)
{
	struct seat_change change;
	size_t n = 0;

	if (log_id_compare(entry->id, r->head) <= 0)
		return false;
	room_for_entry(r);
	while (n <= RING_CHANGES_MAX && log_entry_next(entry, &change)) {
		add_change(r,
		    (struct ring_change){ change.letter, change.seat_no, 0 });
		n++;
	}
	if (entry->section_no > 0)
		add_change(r,
		    (struct ring_change){ RING_SECTION, entry->section_no,
			entry->left });
	if (n > RING_CHANGES_MAX) {
		ring_reset(r, entry->id);
		return true;
	}
	r->entries[r->n_entries++] = (struct ring_entry){ entry->id,
		r->n_changes };
	r->head = entry->id;
	while (r->n_changes > RING_CHANGES_MAX)
		drop_oldest(r, (r->n_entries + 1) / 2);
	return true;
}

/* The first entry after a place. */
static size_t
first_after(const struct ring *r, struct log_id place)
{
	size_t low = 0, high = r->n_entries;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (log_id_compare(r->entries[middle].id, place) > 0)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

bool
ring_reaches(const struct ring *r, struct log_id place)
{
	return log_id_compare(place, r->base) >= 0;
}

bool
ring_has(const struct ring *r, struct log_id id)
{
	size_t i;

	if (log_id_compare(id, r->base) <= 0)
		return log_id_compare(id, r->base) == 0;
	i = first_after(r, id);
	return i > 0 && log_id_compare(r->entries[i - 1].id, id) == 0;
}

/* ---- what came after ---- */

struct ordered {
	struct ring_change is;
	size_t at;
};

/* Seats and sections are numbered each for themselves. */
static int
compare_what(const struct ring_change *x, const struct ring_change *y)
{
	bool x_section = x->letter == RING_SECTION;
	bool y_section = y->letter == RING_SECTION;

	if (x_section != y_section)
		return x_section ? 1 : -1;
	return (x->no > y->no) - (x->no < y->no);
}

/* By what changed, of one the newest first. */
static int
by_what(const void *a, const void *b)
{
	const struct ordered *x = a, *y = b;
	int r = compare_what(&x->is, &y->is);

	return r != 0 ? r : (y->at > x->at) - (y->at < x->at);
}

static int
by_letter(const void *a, const void *b)
{
	const struct ring_change *x = a, *y = b;
	int r = compare_what(x, y);

	if (x->letter != y->letter && x->letter != RING_SECTION
	    && y->letter != RING_SECTION)
		return x->letter > y->letter ? 1 : -1;
	return r;
}

void
ring_since(const struct ring *r, struct arena *a, struct log_id place,
    struct ring_change **out, size_t *n_out)
{
	size_t i = first_after(r, place), n;
	size_t begin = i == 0 ? 0 : r->entries[i - 1].end;
	struct ordered *sorted;

	n = r->n_changes - begin;
	sorted = ARENA_ARRAY(a, n + 1, struct ordered);
	for (size_t k = 0; k < n; k++)
		sorted[k] = (struct ordered){ r->changes[begin + k], k };
	qsort(sorted, n, sizeof(*sorted), by_what);
	*out = ARENA_ARRAY(a, n + 1, struct ring_change);
	*n_out = 0;
	for (size_t k = 0; k < n; k++)
		if (k == 0
		    || compare_what(&sorted[k].is, &sorted[k - 1].is) != 0)
			(*out)[(*n_out)++] = sorted[k].is;
	qsort(*out, *n_out, sizeof(**out), by_letter);
}
