/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_best_place - places for a group in one segment
 *
 * Layer: domain.  Uses: base, catalog.
 */
#include "seat/seat_best.h"
#include "seat/seat_best_own.h"
#include "seat/seat_state.h"

#include <string.h>

void
best_middle(const struct hall_segment *s, int first, int n, float at[2])
{
	hall_segment_place(s,
	    (float)(first - s->first_seat_no) + (float)(n - 1) / 2, &at[0],
	    &at[1]);
}

/* ---- runs of free seats ---- */

#define EIGHT "AAAAAAAA"
_Static_assert(SEAT_AVAILABLE == 'A', "a word of free seats");

/* How many of n letters are of free seats, one after the other from the first
 * one on. */
static int
free_after(const char *letters, int n)
{
	int k = 0;

	while (k + 8 <= n && memcmp(letters + k, EIGHT, 8) == 0)
		k += 8;
	while (k < n && letters[k] == SEAT_AVAILABLE)
		k++;
	return k;
}

/* The same from the last one back. */
static int
free_before(const char *end, int n)
{
	int k = 0;

	while (k + 8 <= n && memcmp(end - k - 8, EIGHT, 8) == 0)
		k += 8;
	while (k < n && end[-k - 1] == SEAT_AVAILABLE)
		k++;
	return k;
}

static bool
is_open(const struct best_work *w, int seat)
{
	return w->ask->open[w->hall->type_of[seat - 1]];
}

/* The end of the run that begins at seat. */
static int
run_end(const struct best_work *w, int seat, int end)
{
	const char *letters = w->ask->letters.p + seat - 1;
	int to = seat + free_after(letters, end - seat);

	for (int i = seat; !w->all_open && i < to; i++)
		if (!is_open(w, i))
			return i;
	return to;
}

/* The beginning of the run that goes up to seat. */
static int
run_begin(const struct best_work *w, int seat, int begin)
{
	const char *letters = w->ask->letters.p + seat - 1;
	int from = seat - free_before(letters, seat - begin);

	for (int i = seat; !w->all_open && i > from; i--)
		if (!is_open(w, i - 1))
			return i;
	return from;
}

/* Whether the segment has a run of just n or of at least n + 2 seats: then n of
 * them need not leave a lone one. */
static bool
has_choice(const struct best_work *w, const struct hall_segment *s, int n)
{
	int end = s->first_seat_no + s->n, to;

	for (int from = s->first_seat_no; from < end; from = to + 1) {
		to = run_end(w, from, end);
		if (to - from == n || to - from >= n + 2)
			return true;
	}
	return false;
}

/* A run [from, to), and what is looked for in it. */
struct run {
	const struct best_work *w;
	const struct hall_nearest *in;
	const float *near;
	int n;
	bool lone;
	int low, high; /* such places begin there, to be near enough */
	int from, to;
};

static bool
is_wanted(const struct best_work *w, int seat)
{
	const struct seat_best_ask *ask = w->ask;

	return ask->wanted[w->hall->type_of[seat - 1]]
	    && (ask->class_no == 0
		|| w->hall->class_of[seat - 1] == ask->class_no);
}

/* Whether first is such a place. */
static bool
is_place(const struct run *run, int first)
{
	int n = run->n, left = first - run->from, right = run->to - first - n;

	if ((left == 1 || right == 1) != run->lone)
		return false;
	for (int i = 0; !run->w->all_wanted && i < n; i++)
		if (!is_wanted(run->w, first + i))
			return false;
	return true;
}

/* Of such places those that are near enough, every step seats, one of them
 * being at from. */
static void
add_places(const struct run *run, int from, int step, struct best_places *out)
{
	int low = MAX(run->low, run->from), over = (from - low) % step;
	int high = MIN(run->high, run->to - run->n);

	for (int first = low + (over < 0 ? over + step : over); first <= high;
	     first += step) {
		float behind = (float)(first - run->in->segment->first_seat_no)
		    + (float)(run->n - 1) / 2;

		if (is_place(run, first))
			best_put(out, first,
			    hall_nearest_far(run->in, behind, run->near));
	}
}

/* Whether there is such a place anywhere in the run, every step seats from one
 * of its ends. */
static bool
has_place(const struct run *run, int from, int step)
{
	for (int first = from; first >= run->from && first <= run->to - run->n;
	     first += step)
		if (is_place(run, first))
			return true;
	return false;
}

static void
add_run(const struct run *run, struct best_places *out)
{
	size_t before = out->n;
	int n = run->n, last = run->to - n;
	bool both = (run->to - run->from) % n != 0;

	add_places(run, run->from, n, out);
	if (both)
		add_places(run, last, n, out);
	if (out->n == before && !has_place(run, run->from, n)
	    && !(both && has_place(run, last, -n)))
		add_places(run, run->from, 1, out);
}

/* From where to where such a place is near enough. */
static void
set_bounds(struct run *run, float within)
{
	const struct hall_nearest *in = run->in;
	int first = in->segment->first_seat_no;
	float middle = in->middle - (float)(run->n - 1) / 2;
	float beside = fmaxf(within * within - in->base, 0);
	float half = in->rise > 0 ? sqrtf(beside / in->rise) : INFINITY;

	run->low = first;
	run->high = first + in->segment->n - run->n;
	if (middle - half > 0)
		run->low += (int)fminf(middle - half, (float)in->segment->n);
	if (middle + half < (float)(in->segment->n - run->n))
		run->high = first + (int)fmaxf(middle + half, -1);
}

void
best_add(const struct best_work *w, const struct hall_nearest *in, int n,
    const float near[2], bool lone, struct best_places *out)
{
	const struct hall_segment *s = in->segment;
	const char *letters = w->ask->letters.p, *free;
	int end = s->first_seat_no + s->n;
	struct run run = { w, in, near, n, lone };

	if (s->n < n || (lone && w->ask->no_lone && has_choice(w, s, n)))
		return;
	set_bounds(&run, out->within);
	for (int seat = run.low; seat < run.high + n; seat = run.to + 1) {
		free = memchr(letters + seat - 1, SEAT_AVAILABLE,
		    (size_t)(run.high + n - seat));
		if (free == NULL)
			return;
		seat = (int)(free - letters) + 1;
		run.from = run_begin(w, seat, s->first_seat_no);
		run.to = run_end(w, seat, end);
		if (run.to - run.from >= n)
			add_run(&run, out);
	}
}
