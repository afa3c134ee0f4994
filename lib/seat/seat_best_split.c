/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_best_split - a group in neighbouring rows
 *
 * For those who do not fit together anywhere: few parts before many, equal ones
 * before others. It is asked seldom, and small: parts are of 2..18 seats.
 *
 * Layer: domain.  Uses: base, catalog.
 */
#include "seat/seat_best.h"
#include "seat/seat_best_own.h"

#include <stdlib.h>

/* Segments of one row; rows of a section follow each other. */
struct row {
	const struct hall_nearest **segments;
	int n;
	uint32_t sizes; /* bit s: a part of s has a place */
};

/* The best place of a row for a part. returns: whether it has one */
static bool
place_part(const struct best_work *w, const struct row *row, int n,
    const float near[2], struct best_place *out)
{
	struct best_places all = BEST_NO_PLACES(w->scratch);

	for (int lone = 0; lone < 2 && all.n == 0; lone++)
		for (int i = 0; i < row->n; i++)
			best_add(w, row->segments[i], n, near, lone != 0, &all);
	if (all.n > 0)
		*out = all.items[0];
	for (size_t i = 1; i < all.n; i++)
		if (all.items[i].far < out->far)
			*out = all.items[i];
	return all.n > 0;
}

static int
by_row(const void *a, const void *b)
{
	const struct hall_segment
	    *x = (*(const struct hall_nearest *const *)a)->segment,
	    *y = (*(const struct hall_nearest *const *)b)->segment;

	if (x->section_no != y->section_no)
		return x->section_no - y->section_no;
	if (x->row_no != y->row_no)
		return x->row_no - y->row_no;
	return x->first_seat_no - y->first_seat_no;
}

/* The segments of the scope, by row. Memory: a's. returns: how many */
static size_t
sort_segments(const struct best_work *w, struct arena *a,
    const struct hall_nearest ***out)
{
	const struct hall *hall = w->hall;
	size_t n = 0;

	*out = ARENA_ARRAY(a, (size_t)hall->n_segments,
	    const struct hall_nearest *);
	for (int i = 0; i < hall->n_segments; i++)
		if (best_in_scope(w, hall->nearest[i].segment))
			(*out)[n++] = &hall->nearest[i];
	qsort(*out, n, sizeof(**out), by_row);
	return n;
}

static bool
is_one_row(const struct hall_nearest *a, const struct hall_nearest *b)
{
	return a->segment->section_no == b->segment->section_no
	    && a->segment->row_no == b->segment->row_no;
}

/* The rows of the scope. returns: how many */
static size_t
find_rows(const struct best_work *w, struct arena *a, struct row *rows)
{
	const struct hall_nearest **segments;
	size_t n = 0, n_segments = sort_segments(w, a, &segments);
	struct best_place place;
	float at[2];

	for (size_t i = 0; i < n_segments; i++) {
		if (n > 0 && is_one_row(segments[i - 1], segments[i]))
			rows[n - 1].n++;
		else
			rows[n++] = (struct row){ &segments[i], 1, 0 };
	}
	for (size_t i = 0; i < n; i++)
		for (int size = 2; size <= w->ask->n - 2; size++) {
			best_focus(w, rows[i].segments[0]->segment, at);
			if (place_part(w, &rows[i], size, at, &place))
				rows[i].sizes |= UINT32_C(1) << size;
		}
	return n;
}

/*
 * Sizes of parts for n_rows rows that have places for them, each in lo..hi, n
 * in all. The search is small: at most ten rows of at most 18 sizes, and none
 * of a sum that cannot be reached.
 */
static bool
share_out(const struct row *rows, int n_rows, int n, int lo, int hi, int *sizes)
{
	if (n_rows == 0)
		return n == 0;
	if (n < lo * n_rows || n > hi * n_rows)
		return false;
	for (int size = lo; size <= hi; size++) {
		sizes[0] = size;
		if ((rows[0].sizes & (UINT32_C(1) << size)) != 0
		    && share_out(rows + 1, n_rows - 1, n - size, lo, hi,
			sizes + 1))
			return true;
	}
	return false;
}

/* The same where no two parts differ by more than apart. */
static bool
share_evenly(const struct row *rows, int n_rows, int n, int apart, int *sizes)
{
	for (int lo = n / n_rows; lo >= 2; lo--)
		if (share_out(rows, n_rows, n, lo, lo + apart, sizes))
			return true;
	return false;
}

/* The parts of a group: each as near the one before as can be. */
static void
place_parts(const struct best_work *w, const struct row *rows, const int *sizes,
    struct seat_group *out)
{
	struct best_place place = { .first = 0 };
	float at[2];

	best_focus(w, rows->segments[0]->segment, at);
	for (int i = 0; i < out->n_parts; i++) {
		if (!place_part(w, &rows[i], sizes[i], at, &place))
			return;
		out->parts[i] = (struct seat_part){ place.first, sizes[i] };
		best_middle(hall_segment_of(w->hall, place.first), place.first,
		    sizes[i], at);
	}
}

/* Whether n_parts rows from this one on are of one section. */
static bool
are_neighbours(const struct row *rows, size_t n_rows, size_t row, int n_parts)
{
	size_t last = row + (size_t)n_parts - 1;

	return last < n_rows
	    && rows[last].segments[0]->segment->section_no
	    == rows[row].segments[0]->segment->section_no;
}

/* Groups of so many parts that differ by so much. returns: how many */
static size_t
in_parts(struct best_work *w, struct arena *a, const struct row *rows,
    size_t n_rows, int n_parts, int apart, struct seat_group *groups)
{
	struct best_places all = BEST_NO_PLACES(
	    ARENA_ARRAY(a, n_rows, struct best_place));
	struct best_place picks[SEAT_BEST_GROUPS], place;
	int sizes[SEAT_BEST_PARTS];
	float at[2];
	size_t n;

	for (size_t i = 0; i < n_rows; i++) {
		best_focus(w, rows[i].segments[0]->segment, at);
		if (are_neighbours(rows, n_rows, i, n_parts)
		    && share_evenly(rows + i, n_parts, w->ask->n, apart, sizes)
		    && place_part(w, &rows[i], sizes[0], at, &place))
			best_put(&all, (int)i, place.far);
	}
	n = best_choose(w, a, &all, 1, picks);
	for (size_t i = 0; i < n; i++) {
		const struct row *from = &rows[picks[i].first];

		groups[i] = (struct seat_group){ .n_parts = n_parts };
		if (share_evenly(from, n_parts, w->ask->n, apart, sizes))
			place_parts(w, from, sizes, &groups[i]);
	}
	return n;
}

size_t
best_split(struct best_work *w, struct arena *a, struct seat_group *groups)
{
	struct row *rows = ARENA_ARRAY(a, (size_t)w->hall->n_segments,
	    struct row);
	size_t n_rows = find_rows(w, a, rows);
	int n = w->ask->n;

	for (int n_parts = 2; n_parts <= n / 2; n_parts++)
		for (int apart = 0; apart <= n - 2 * n_parts; apart++) {
			size_t found = in_parts(w, a, rows, n_rows, n_parts,
			    apart, groups);

			if (found > 0)
				return found;
		}
	return 0;
}
