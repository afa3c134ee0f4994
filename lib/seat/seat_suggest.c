/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_suggest - seats to choose instead of those that a rule refuses
 *
 * Each place of each segment near is tried by the judge itself, so that what is
 * suggested passes.
 *
 * Layer: domain.  Uses: base, catalog, seat_rule.
 */
#include "seat/seat_suggest.h"

#include "seat/seat_rule.h"
#include "seat/seat_state.h"

#include <stddef.h>

/* Segments looked at before and after the one of the choice, from there, and
 * seats looked at in all. */
#define SEGMENTS_NEAR 32
#define LOOKS_MAX 200000
#define NEARLY 0.001F

struct search {
	const struct seat_suggest_ask *ask;
	struct arena *a;
	float x, y;   /* the middle of what was refused */
	size_t looks; /* left */
	size_t n;
	struct {
		float far;
		int64_t first;
	} best[SEAT_SUGGEST_MAX];
};

static float
distance(const struct search *s, const struct hall_segment *segment,
    size_t from)
{
	float x, y;

	hall_segment_place(segment, (float)from + (float)(s->ask->n - 1) / 2,
	    &x, &y);
	return (x - s->x) * (x - s->x) + (y - s->y) * (y - s->y);
}

/* The middle of the seats that were refused. */
static void
find_middle(struct search *s)
{
	const struct seat_suggest_ask *ask = s->ask;
	size_t n = 0;

	for (size_t i = 0; i < ask->n; i++) {
		int seat_no = (int)ask->seats[i];
		const struct hall_segment *g = hall_segment_of(ask->hall,
		    seat_no);
		float x, y;

		if (g == NULL)
			continue;
		hall_segment_place(g, (float)(seat_no - g->first_seat_no), &x,
		    &y);
		s->x += x;
		s->y += y;
		n++;
	}
	if (n > 0) {
		s->x /= (float)n;
		s->y /= (float)n;
	}
}

/* Of those that are equally near the ones that were found first stay. Places
 * are interpolated. */
static void
add(struct search *s, float far, int64_t first)
{
	size_t at = s->n;

	while (at > 0 && far < s->best[at - 1].far - NEARLY)
		at--;
	if (at == SEAT_SUGGEST_MAX)
		return;
	if (s->n < SEAT_SUGGEST_MAX)
		s->n++;
	memmove(s->best + at + 1, s->best + at,
	    (s->n - at - 1) * sizeof(s->best[0]));
	s->best[at].far = far;
	s->best[at].first = first;
}

/* ---- one segment ---- */

static bool
is_own(const struct seat_suggest_ask *ask, int64_t seat_no)
{
	for (size_t i = 0; i < ask->n_own; i++)
		if (ask->own[i] == seat_no)
			return true;
	return false;
}

/* Whether a seat could be one of those suggested. */
static bool
can_be(const struct seat_suggest_ask *ask, const struct seat_rule_row *row,
    const struct hall_segment *segment, size_t i)
{
	int type = ask->hall->type_of[(size_t)segment->first_seat_no - 1 + i];

	return row->open[i] && ask->wanted[type]
	    && (row->own[i] || row->letters[i] == SEAT_AVAILABLE);
}

static void
try_places(struct search *s, const struct hall_segment *segment,
    struct seat_rule_row *row, bool *chosen)
{
	const struct seat_suggest_ask *ask = s->ask;
	size_t n = ask->n, together = 0;

	for (size_t i = 0; i < row->n && s->looks > row->n; i++) {
		together = can_be(ask, row, segment, i) ? together + 1 : 0;
		if (together < n)
			continue;
		s->looks -= row->n;
		memset(chosen, 0, row->n * sizeof(*chosen));
		for (size_t k = i + 1 - n; k <= i; k++)
			chosen[k] = true;
		if (seat_rule_judge(s->a, row, ask->no_lone) == SEAT_RULE_NONE)
			add(s, distance(s, segment, i + 1 - n),
			    segment->first_seat_no + (int64_t)(i + 1 - n));
	}
}

static void
try_segment(struct search *s, const struct hall_segment *segment)
{
	const struct seat_suggest_ask *ask = s->ask;
	size_t first = (size_t)segment->first_seat_no - 1;
	size_t n = (size_t)segment->n;
	bool *open, *own, *chosen;
	struct seat_rule_row row = { .n = n };

	if (n < ask->n || first + n > ask->letters.len || s->looks < n)
		return;
	open = ARENA_ARRAY(s->a, n, bool);
	own = ARENA_ARRAY(s->a, n, bool);
	chosen = ARENA_ARRAY(s->a, n, bool);
	for (size_t i = 0; i < n; i++) {
		open[i] = ask->open[ask->hall->type_of[first + i]];
		own[i] = is_own(ask, (int64_t)(first + i) + 1);
	}
	row.letters = ask->letters.p + first;
	row.open = open;
	row.own = own;
	row.chosen = chosen;
	s->looks -= n;
	try_places(s, segment, &row, chosen);
}

size_t
seat_suggest(struct arena *a, const struct seat_suggest_ask *ask,
    int64_t first[SEAT_SUGGEST_MAX])
{
	struct search s = { .ask = ask, .a = a, .looks = LOOKS_MAX };
	const struct hall *hall = ask->hall;
	const struct hall_segment *mid = hall_segment_of(hall,
	    (int)ask->seats[0]);

	if (mid == NULL)
		return 0;
	find_middle(&s);
	for (int i = 0; i <= 2 * SEGMENTS_NEAR; i++) {
		ptrdiff_t at = mid - hall->segments
		    + (i % 2 == 0 ? i / 2 : -(i + 1) / 2);

		if (at >= 0 && at < hall->n_segments
		    && hall->segments[at].section_no == mid->section_no)
			try_segment(&s, &hall->segments[at]);
	}
	for (size_t i = 0; i < s.n; i++)
		first[i] = s.best[i].first;
	return s.n;
}
