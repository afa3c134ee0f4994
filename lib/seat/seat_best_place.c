/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_best_place - places for a group in one segment
 *
 * Layer: domain.  Uses: base, catalog.
 */
#include "seat/seat_best.h"
#include "seat/seat_best_own.h"
#include "seat/seat_state.h"

#include <math.h>

/* What a seat is to a request. */
enum { TAKEN = 0, FREE, WANTED };

/* ---- what each seat is ---- */

/* What is written may be no byte of what is read, or each would be read anew.
 */
void
best_look(struct best_work *w, const struct hall_segment *s)
{
	const struct seat_best_ask *ask = w->ask;
	size_t first = (size_t)s->first_seat_no - 1, n = (size_t)s->n;
	const char *letters = ask->letters.p + first;
	const uint8_t *type_of = ask->hall->type_of + first;
	const uint8_t *class_of = ask->hall->class_of + first;
	const bool *open = ask->open, *wanted = ask->wanted;
	int class_no = ask->class_no;
	uint8_t *restrict is = w->is + first;

	for (size_t i = 0; i < n; i++) {
		if (letters[i] != SEAT_AVAILABLE || !open[type_of[i]])
			is[i] = TAKEN;
		else if (wanted[type_of[i]]
		    && (class_no == 0 || class_of[i] == class_no))
			is[i] = WANTED;
		else
			is[i] = FREE;
	}
}

/* ---- where seats are ---- */

/* The places of a segment by how far behind its first seat they are: those at
 * 0, 1 and 2 and the differences between them make the whole curve. */
struct curve {
	int first;
	float at[2], once[2], twice[2];
};

static void
draw_curve(const struct hall_segment *s, struct curve *out)
{
	float p[3][2];

	for (int i = 0; i < 3; i++)
		hall_segment_place(s, (float)i, &p[i][0], &p[i][1]);
	out->first = s->first_seat_no;
	for (int k = 0; k < 2; k++) {
		out->at[k] = p[0][k];
		out->once[k] = p[1][k] - p[0][k];
		out->twice[k] = (p[2][k] - 2 * p[1][k] + p[0][k]) / 2;
	}
}

static float
far_from(const struct curve *c, int first, int n, const float at[2])
{
	float behind = (float)(first - c->first) + (float)(n - 1) / 2;
	float d[2];

	for (int k = 0; k < 2; k++)
		d[k] = c->at[k]
		    + behind * (c->once[k] + (behind - 1) * c->twice[k])
		    - at[k];
	return sqrtf(d[0] * d[0] + d[1] * d[1]);
}

void
best_middle(const struct hall_segment *s, int first, int n, float at[2])
{
	hall_segment_place(s,
	    (float)(first - s->first_seat_no) + (float)(n - 1) / 2, &at[0],
	    &at[1]);
}

/* ---- runs of free seats ---- */

/* The end of the run that begins at seat. */
static int
run_end(const struct best_work *w, int seat, int end)
{
	const uint8_t *is = w->is;

	while (seat < end && is[seat - 1] != TAKEN)
		seat++;
	return seat;
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
	const struct curve *curve;
	const float *near;
	int from, to, n;
	bool lone;
};

/* first, if it is such a place. */
static void
add_place(const struct run *run, int first, struct best_places *out)
{
	const uint8_t *is = run->w->is + first - 1;
	int n = run->n, left = first - run->from, right = run->to - first - n;

	if ((left == 1 || right == 1) != run->lone)
		return;
	for (int i = 0; i < n; i++)
		if (is[i] != WANTED)
			return;
	out->items[out->n++] = (struct best_place){ first,
		far_from(run->curve, first, n, run->near) };
}

static void
add_run(const struct run *run, struct best_places *out)
{
	size_t before = out->n;
	int n = run->n, last = run->to - n;

	for (int first = run->from; first <= last; first += n)
		add_place(run, first, out);
	if ((run->to - run->from) % n != 0)
		for (int first = last; first >= run->from; first -= n)
			add_place(run, first, out);
	if (out->n > before)
		return;
	for (int first = run->from; first <= last; first++)
		add_place(run, first, out);
}

void
best_add(const struct best_work *w, const struct hall_segment *s, int n,
    const float near[2], bool lone, struct best_places *out)
{
	int end = s->first_seat_no + s->n;
	struct curve curve;
	struct run run = { w, &curve, near, s->first_seat_no, 0, n, lone };

	if (s->n < n || (lone && w->ask->no_lone && has_choice(w, s, n)))
		return;
	draw_curve(s, &curve);
	for (; run.from < end; run.from = run.to + 1) {
		run.to = run_end(w, run.from, end);
		if (run.to - run.from >= n)
			add_run(&run, out);
	}
}
