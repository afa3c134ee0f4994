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

/* The places at 0, 1 and 2 and the differences between them make the whole
 * curve. */
static void
draw_curve(struct hall_nearest *to)
{
	float p[3][2];

	for (int i = 0; i < 3; i++)
		hall_segment_place(to->segment, (float)i, &p[i][0], &p[i][1]);
	for (int k = 0; k < 2; k++) {
		to->at[k] = p[0][k];
		to->once[k] = p[1][k] - p[0][k];
		to->twice[k] = (p[2][k] - 2 * p[1][k] + p[0][k]) / 2;
	}
}

float
hall_nearest_far(const struct hall_nearest *in, float behind,
    const float from[2])
{
	float d[2];

	for (int k = 0; k < 2; k++)
		d[k] = in->at[k]
		    + behind * (in->once[k] + (behind - 1) * in->twice[k])
		    - from[k];
	return sqrtf(d[0] * d[0] + d[1] * d[1]);
}

/* How far it is, and the same as if the row went straight from its first seat
 * to its last one, less by what it comes nearer anywhere. */
static void
draw_valley(struct hall_nearest *to, const float focus[2])
{
	const struct hall_segment *s = to->segment;
	float last = (float)MAX(s->n - 1, 1);
	float pace[2] = { (s->x[2] - s->x[0]) / last,
		(s->y[2] - s->y[0]) / last };
	float ahead = (focus[0] - s->x[0]) * pace[0]
	    + (focus[1] - s->y[0]) * pace[1];

	to->rise = pace[0] * pace[0] + pace[1] * pace[1];
	to->middle = to->rise > 0 ? ahead / to->rise : 0;
	to->far = to->base = INFINITY;
	for (int i = 0; i <= 2 * (s->n - 1); i++) {
		float behind = (float)i / 2, aside = behind - to->middle;
		float far = hall_nearest_far(to, behind, focus);

		to->far = fminf(to->far, far);
		to->base = fminf(to->base,
		    far * far - to->rise * aside * aside);
	}
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
		const float focus[2] = { in->focus_x, in->focus_y };

		all[i] = (struct hall_nearest){ .segment = s };
		draw_curve(&all[i]);
		draw_valley(&all[i], focus);
	}
	if (hall->n_segments > 0)
		qsort(all, (size_t)hall->n_segments, sizeof(all[0]),
		    by_distance);
	hall->nearest = all;
}
