/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hall_segment - where neighbours of a hall are, and how far from its focus
 *
 * Layer: domain.  Uses: base, hall.
 */
#include "base/arena.h"
#include "catalog/hall.h"

#include <math.h>
#include <stdlib.h>

const struct hall_segment *
hall_segment_of(const struct hall *hall, int seat_no)
{
	int low = 0, high = hall->n_segments - 1;

	/* The last segment that begins at or before the seat. */
	while (low < high) {
		int middle = low + (high - low + 1) / 2;

		if (hall->segments[middle].first_seat_no <= seat_no)
			low = middle;
		else
			high = middle - 1;
	}
	return high >= 0 && seat_no >= hall->segments[low].first_seat_no
		&& seat_no - hall->segments[low].first_seat_no
		    < hall->segments[low].n
	    ? &hall->segments[low]
	    : NULL;
}

/* The parabola through first, middle and last: a row may be an arc. */
void
hall_segment_place(const struct hall_segment *segment, float behind, float *x,
    float *y)
{
	float middle = (float)((segment->n - 1) / 2);
	float last = (float)(segment->n - 1);
	float part[3] = { 1, 0, 0 };

	if (segment->n == 2) {
		part[0] = 1 - behind;
		part[2] = behind;
	} else if (segment->n > 2) {
		part[0] = (behind - middle) * (behind - last) / (middle * last);
		part[1] = behind * (behind - last) / (middle * (middle - last));
		part[2] = behind * (behind - middle) / (last * (last - middle));
	}
	*x = *y = 0;
	for (int k = 0; k < 3; k++) {
		*x += part[k] * segment->x[k];
		*y += part[k] * segment->y[k];
	}
}

/* ---- how far ---- */

/* How far a span of three coordinates is from one. */
static float
beside(const float at[3], float from)
{
	float least = fminf(fminf(at[0], at[1]), at[2]);
	float most = fmaxf(fmaxf(at[0], at[1]), at[2]);

	return fmaxf(fmaxf(least - from, from - most), 0);
}

static int
by_distance(const void *a, const void *b)
{
	const struct hall_nearest *x = a, *y = b;

	if (x->far != y->far)
		return x->far > y->far ? 1 : -1;
	return (x->segment > y->segment) - (x->segment < y->segment);
}

void
hall_segments_sort(struct hall *hall, struct arena *a)
{
	struct hall_nearest *all = ARENA_ARRAY(a, (size_t)hall->n_segments,
	    struct hall_nearest);

	for (int i = 0; i < hall->n_segments; i++) {
		const struct hall_segment *s = &hall->segments[i];
		const struct hall_section *in =
		    &hall->sections[s->section_no - 1];

		all[i] = (struct hall_nearest){ s,
			hypotf(beside(s->x, in->focus_x),
			    beside(s->y, in->focus_y)) };
	}
	if (hall->n_segments > 0)
		qsort(all, (size_t)hall->n_segments, sizeof(all[0]),
		    by_distance);
	hall->nearest = all;
}
