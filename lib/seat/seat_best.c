/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_best - the best seats for so many who belong together, by a map
 *
 * Segments are looked at nearest first, until there are enough places, and of
 * each no more than is as near as those. Places are told by how far
 * they are, in steps of BAND seats; within a step they are not sorted, but
 * drawn.
 *
 * Layer: domain.  Uses: base, catalog.
 */
#include "seat/seat_best.h"

#include "seat/seat_best_own.h"
#include "seat/seat_state.h"

#include <string.h>

#define BAND 3     /* seats beside each other */
#define N_STEPS 32 /* the last has all that is beyond */
#define N_REACHES 3
/* A place mostly meets no more than two others. */
#define N_ENOUGH ((size_t)SEAT_BEST_GROUPS * 3)

/* 0..below - 1, by splitmix64. */
static size_t
draw(struct best_work *w, size_t below)
{
	uint64_t z = w->random += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (size_t)(((z ^ (z >> 31)) >> 32) * below >> 32);
}

bool
best_in_scope(const struct best_work *w, const struct hall_segment *s)
{
	return w->ask->sold[s->section_no - 1]
	    && (w->ask->section_no == 0 || s->section_no == w->ask->section_no);
}

void
best_focus(const struct best_work *w, const struct hall_segment *s, float at[2])
{
	const struct hall_section *in = &w->hall->sections[s->section_no - 1];

	at[0] = in->focus_x;
	at[1] = in->focus_y;
}

/* ---- segments, nearest first ---- */

const struct hall_segment **
seat_best_scope(struct arena *a, const struct seat_best_ask *ask, size_t *n)
{
	const struct best_work w = { .ask = ask, .hall = ask->hall };
	const struct hall_segment **out = ARENA_ARRAY(a,
	    (size_t)ask->hall->n_segments, const struct hall_segment *);

	*n = 0;
	for (int i = 0; i < ask->hall->n_segments; i++) {
		const struct hall_segment *s = ask->hall->nearest[i].segment;

		if (best_in_scope(&w, s))
			out[(*n)++] = s;
	}
	return out;
}

/* How far apart neighbours sit. */
static float
seat_width(const struct hall *hall)
{
	for (int i = 0; i < hall->n_segments; i++) {
		const struct hall_segment *s = &hall->segments[i];

		if (s->n > 1)
			return hypotf(s->x[2] - s->x[0], s->y[2] - s->y[0])
			    / (float)(s->n - 1);
	}
	return 1;
}

static float
step_of(const struct hall *hall)
{
	return fmaxf(seat_width(hall) * BAND, 1e-3f);
}

/* ---- a few of many ---- */

/* The places by steps of distance: where each step begins, the order within it
 * being any. ends[i]: of step i. */
static struct best_place *
in_steps(struct arena *a, const struct best_places *all, float step,
    size_t ends[N_STEPS])
{
	struct best_place *out = arena_alloc(a, all->n * sizeof(*out));
	uint8_t *of = arena_alloc(a, all->n);
	size_t at[N_STEPS] = { 0 };

	for (size_t i = 0; i < all->n; i++) {
		float n = (all->items[i].far - all->nearest) / step;

		of[i] = n < N_STEPS - 1 ? (uint8_t)n : N_STEPS - 1;
		at[of[i]]++;
	}
	for (size_t i = 0, sum = 0; i < N_STEPS; i++) {
		ends[i] = sum + at[i];
		at[i] = sum;
		sum = ends[i];
	}
	for (size_t i = 0; i < all->n; i++)
		out[at[of[i]]++] = all->items[i];
	return out;
}

static bool
meets(const struct best_place *picks, size_t n_picks, int first, int n)
{
	for (size_t i = 0; i < n_picks; i++)
		if (first < picks[i].first + n && picks[i].first < first + n)
			return true;
	return false;
}

size_t
best_choose(struct best_work *w, struct arena *a, const struct best_places *all,
    int n, struct best_place *picks)
{
	size_t ends[N_STEPS], n_picks = 0, k = 0;
	struct best_place *by_step = in_steps(a, all, w->step, ends);

	for (size_t i = 0; i < N_STEPS && n_picks < SEAT_BEST_GROUPS; i++)
		for (; k < ends[i] && n_picks < SEAT_BEST_GROUPS; k++) {
			size_t other = k + draw(w, ends[i] - k);
			struct best_place drawn = by_step[other];

			by_step[other] = by_step[k];
			if (!meets(picks, n_picks, drawn.first, n))
				picks[n_picks++] = drawn;
		}
	return n_picks;
}

/* ---- together ---- */

/* Once there are enough, none is left out that is less than reach beyond the
 * nearest. Of rows that go on beside what is sold, only the ends are looked
 * at. */
static void
add_near(struct best_work *w, float reach, bool lone, struct best_places *out)
{
	const struct hall *hall = w->hall;
	float at[2];

	for (int i = 0; i < hall->n_segments; i++) {
		const struct hall_nearest *in = &hall->nearest[i];

		if (in->far > out->within)
			return;
		if (!best_in_scope(w, in->segment))
			continue;
		best_focus(w, in->segment, at);
		best_add(w, in, w->ask->n, at, lone, out);
		if (out->n >= N_ENOUGH)
			out->within = out->nearest + reach;
	}
}

/* Of the first step, mostly; where that has few, of some more. */
static size_t
pick(struct best_work *w, struct arena *a, struct best_place *picks)
{
	float reach = w->step;
	size_t n = 0;

	for (int i = 0; i < N_REACHES && n < SEAT_BEST_GROUPS; i++) {
		struct best_places all = BEST_NO_PLACES(w->scratch);

		add_near(w, reach, false, &all);
		if (all.n == 0)
			add_near(w, reach, true, &all);
		n = best_choose(w, a, &all, w->ask->n, picks);
		if (all.within == INFINITY)
			break;
		reach *= 4;
	}
	return n;
}

static size_t
together(struct best_work *w, struct arena *a, struct seat_group *groups)
{
	struct best_place picks[SEAT_BEST_GROUPS];
	size_t n = pick(w, a, picks);

	for (size_t i = 0; i < n; i++)
		groups[i] = (struct seat_group){ 1,
			{ { picks[i].first, w->ask->n } } };
	return n;
}

static bool
all(const bool *are, int n)
{
	return memchr(are, false, (size_t)n) == NULL;
}

size_t
seat_best(struct arena *a, const struct seat_best_ask *ask,
    struct seat_group groups[SEAT_BEST_GROUPS])
{
	size_t n, n_seats = (size_t)ask->hall->seat_count;
	struct best_work w = { .ask = ask,
		.hall = ask->hall,
		.all_open = all(ask->open, ask->hall->n_types),
		.all_wanted = ask->class_no == 0
		    && all(ask->wanted, ask->hall->n_types),
		.scratch = arena_alloc(a,
		    (n_seats + 1) * sizeof(struct best_place)),
		.step = step_of(ask->hall),
		.random = ask->seed };

	if (ask->letters.len != n_seats)
		return 0;
	n = together(&w, a, groups);
	return n > 0 ? n : best_split(&w, a, groups);
}
