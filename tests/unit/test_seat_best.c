/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_seat_best - the best seats, against all that could be chosen
 *
 * Halls and maps are drawn; what is right is found by trying everything.
 *
 * Layer: tests.  Uses: seat, catalog.
 */
#include "seat/seat_best.h"

#include "catalog/hall.h"
#include "tests/support/suite.h"

#include <float.h>
#include <limits.h>
#include <math.h>
#include <string.h>

#define SEATS_MAX 100
#define ROWS_MAX 8
#define SEGMENTS_MAX 16
#define N_TYPES 3
#define N_MAPS SUITE_TRIES(100000)

static struct arena arena;
static struct hall hall;
static struct hall_section sections[2];
static struct hall_segment segments[SEGMENTS_MAX];
static uint8_t class_of[SEATS_MAX], type_of[SEATS_MAX];
static float x[SEATS_MAX], y[SEATS_MAX];
static float bend; /* of rows: 0, or they are arcs */
static char letters[SEATS_MAX];
static bool open_types[N_TYPES], wanted_types[N_TYPES], sold[2];
static struct seat_best_ask ask;
static struct seat_group groups[SEAT_BEST_GROUPS];
static size_t n_groups;

/* ---- halls and maps ---- */

static uint64_t state;

static int
draw(int below)
{
	state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (int)((state >> 33) % (uint64_t)below);
}

static void
begin_hall(void)
{
	memset(segments, 0, sizeof(segments));
	hall = (struct hall){ .sections = sections,
		.segments = segments,
		.class_of = class_of,
		.type_of = type_of,
		.n_types = N_TYPES };
	ask = (struct seat_best_ask){ .hall = &hall,
		.open = open_types,
		.wanted = wanted_types,
		.sold = sold,
		.n = 2 };
	sold[0] = sold[1] = true;
	bend = 0;
	for (int i = 0; i < N_TYPES; i++)
		open_types[i] = wanted_types[i] = i == 0;
}

static void
begin_section(void)
{
	sections[hall.n_sections++] =
	    (struct hall_section){ .first_seat_no = hall.seat_count + 1,
		    .focus_x = 3 };
}

static float
height(int row, int at)
{
	float aside = (float)at - 3;

	return (float)row + bend * aside * aside;
}

/* A segment of the last section: n seats at (from, row). */
static void
add_segment(int row, int from, int n)
{
	segments[hall.n_segments++] =
	    (struct hall_segment){ .first_seat_no = hall.seat_count + 1,
		    .n = n,
		    .section_no = hall.n_sections,
		    .row_no = row + 1,
		    .x = { (float)from, (float)(from + (n - 1) / 2),
			(float)(from + n - 1) },
		    .y = { height(row, from), height(row, from + (n - 1) / 2),
			height(row, from + n - 1) } };
	sections[hall.n_sections - 1].capacity += n;
	for (int i = 0; i < n; i++, hall.seat_count++) {
		x[hall.seat_count] = (float)(from + i);
		y[hall.seat_count] = height(row, from + i);
		class_of[hall.seat_count] = 1;
		type_of[hall.seat_count] = 0;
		letters[hall.seat_count] = 'A';
	}
}

static void
draw_seats(void)
{
	static const int chances[] = { 1, 3, 5, 8, 10 };
	int chance = chances[draw(5)], odd = draw(3) == 0 ? 4 : 40;

	for (int i = 0; i < hall.seat_count; i++) {
		letters[i] = draw(10) < chance ? 'A' : "HPRCBD"[draw(6)];
		class_of[i] = draw(3) == 0 ? 2 : 1;
		type_of[i] = draw(odd) == 0 ? (uint8_t)draw(N_TYPES) : 0;
	}
}

static void
draw_hall(void)
{
	int n_sections = 1 + draw(2);

	begin_hall();
	bend = (float)(draw(3) - 1) * 0.05f;
	for (int i = 0; i < n_sections; i++) {
		int n_rows = 1 + draw(4);

		begin_section();
		sections[i].focus_x = (float)draw(12);
		sections[i].focus_y = (float)draw(5) - 2;
		for (int row = 0; row < n_rows; row++)
			add_segment(row, 0, 1 + draw(7));
		/* Beside an aisle the rows go on. */
		for (int row = 0; row < n_rows; row++)
			if (draw(3) == 0)
				add_segment(row, 8, 1 + draw(4));
	}
	draw_seats();
}

static void
draw_ask(void)
{
	ask.n = 1 + draw(8);
	ask.section_no = draw(3) == 0 ? 1 + draw(hall.n_sections) : 0;
	ask.class_no = draw(3) == 0 ? 1 + draw(2) : 0;
	ask.no_lone = draw(2) == 0;
	ask.seed = (uint64_t)draw(1 << 30);
	sold[1] = draw(4) > 0;
	for (int i = 0; i < N_TYPES; i++)
		open_types[i] = draw(3) > 0;
	for (int i = 0; i < N_TYPES; i++)
		wanted_types[i] = draw(2) == 0;
}

static void
find_best(void)
{
	ask.letters = (struct span){ letters, (size_t)hall.seat_count };
	arena_reset(&arena);
	hall_segments_sort(&hall, &arena);
	n_groups = seat_best(&arena, &ask, groups);
}

/* ---- what could be chosen ---- */

static bool
is_free(const struct hall_segment *s, int seat)
{
	return seat >= s->first_seat_no && seat < s->first_seat_no + s->n
	    && letters[seat - 1] == 'A' && open_types[type_of[seat - 1]];
}

static bool
is_wanted(const struct hall_segment *s, int seat)
{
	return is_free(s, seat) && sold[s->section_no - 1]
	    && wanted_types[type_of[seat - 1]]
	    && (ask.class_no == 0 || class_of[seat - 1] == ask.class_no)
	    && (ask.section_no == 0 || s->section_no == ask.section_no);
}

static bool
could_be(const struct hall_segment *s, int first, int n)
{
	for (int i = 0; i < n; i++)
		if (!is_wanted(s, first + i))
			return false;
	return true;
}

static bool
leaves_lone(const struct hall_segment *s, int first, int n)
{
	return (is_free(s, first - 1) && !is_free(s, first - 2))
	    || (is_free(s, first + n) && !is_free(s, first + n + 1));
}

static bool
needs_no_lone(const struct hall_segment *s, int n)
{
	for (int from = s->first_seat_no; from < s->first_seat_no + s->n;) {
		int run = 0;

		while (is_free(s, from + run))
			run++;
		if (run == n || run >= n + 2)
			return true;
		from += run + 1;
	}
	return false;
}

/* 0: it cannot be; 1: with a lone seat; 2: without. */
static int
worth(const struct hall_segment *s, int first, int n)
{
	if (!could_be(s, first, n))
		return 0;
	if (!leaves_lone(s, first, n))
		return 2;
	return ask.no_lone && needs_no_lone(s, n) ? 0 : 1;
}

static int
best_in_row(int section_no, int row, int n)
{
	int best = 0;

	for (int i = 0; i < hall.n_segments; i++) {
		const struct hall_segment *s = &segments[i];

		if (s->section_no != section_no || s->row_no != row)
			continue;
		for (int k = 0; k < s->n; k++)
			best = MAX(best, worth(s, s->first_seat_no + k, n));
	}
	return best;
}

static const struct hall_segment *
segment_of(int seat)
{
	for (int i = 0; i < hall.n_segments; i++)
		if (seat >= segments[i].first_seat_no
		    && seat < segments[i].first_seat_no + segments[i].n)
			return &segments[i];
	ck_abort_msg("no segment");
	return NULL;
}

static double
far(int first, int n)
{
	const struct hall_section *in =
	    &sections[segment_of(first)->section_no - 1];

	return hypot((x[first - 1] + x[first + n - 2]) / 2 - in->focus_x,
	    (y[first - 1] + y[first + n - 2]) / 2 - in->focus_y);
}

/* The best worth of a group that is together, and how near one such is. */
static int
best_together(double *near)
{
	int best = 0;

	*near = DBL_MAX;
	for (int seat = 1; seat <= hall.seat_count; seat++) {
		int its = worth(segment_of(seat), seat, ask.n);

		if (its > best)
			*near = DBL_MAX;
		best = MAX(best, its);
		if (its == best && its > 0)
			*near = fmin(*near, far(seat, ask.n));
	}
	return best;
}

/* The least difference between parts of n in so many rows from one on; INT_MAX:
 * they have no places. */
static int
least_apart(int section_no, int row, int n_parts, int n, int least, int most)
{
	int best = INT_MAX;

	if (n_parts == 0)
		return n == 0 ? most - least : INT_MAX;
	for (int size = 2; size <= n; size++)
		if (best_in_row(section_no, row, size) > 0)
			best = MIN(best,
			    least_apart(section_no, row + 1, n_parts - 1,
				n - size, MIN(least, size), MAX(most, size)));
	return best;
}

/* The fewest parts, and how far they must differ. returns: whether any */
static bool
best_split(int *n_parts, int *apart)
{
	for (*n_parts = 2; *n_parts <= ask.n / 2; ++*n_parts) {
		*apart = INT_MAX;
		for (int s = 1; s <= hall.n_sections; s++)
			for (int row = 1; row <= ROWS_MAX; row++)
				*apart = MIN(*apart,
				    least_apart(s, row, *n_parts, ask.n,
					INT_MAX, 0));
		if (*apart < INT_MAX)
			return true;
	}
	return false;
}

/* ---- what was chosen ---- */

static void
check_together(int best, double near)
{
	double apart = bend == 0 ? 1 : 1.35;

	for (size_t i = 0; i < n_groups; i++) {
		int first = groups[i].parts[0].first;

		ck_assert_int_eq(groups[i].n_parts, 1);
		ck_assert_int_eq(groups[i].parts[0].n, ask.n);
		ck_assert_int_eq(worth(segment_of(first), first, ask.n), best);
		for (size_t k = 0; k < i; k++)
			ck_assert_int_ge(abs(first - groups[k].parts[0].first),
			    ask.n);
	}
	ck_assert_uint_gt(n_groups, 0);
	/* Three seats, and what a row is divided by; in an arc they are up to
	 * 1.35 apart, else 1. */
	ck_assert(far(groups[0].parts[0].first, ask.n)
	    <= near + apart * (3.001 + ask.n));
}

static void
check_split(int n_parts, int apart)
{
	ck_assert_uint_gt(n_groups, 0);
	for (size_t i = 0; i < n_groups; i++) {
		const struct seat_group *g = &groups[i];
		int least = INT_MAX, most = 0, sum = 0;

		ck_assert_int_eq(g->n_parts, n_parts);
		for (int k = 0; k < n_parts; k++) {
			const struct seat_part *p = &g->parts[k];
			const struct hall_segment *s = segment_of(p->first);
			const struct hall_segment *before = segment_of(
			    g->parts[MAX(k - 1, 0)].first);

			ck_assert_int_eq(worth(s, p->first, p->n),
			    best_in_row(s->section_no, s->row_no, p->n));
			ck_assert_int_gt(worth(s, p->first, p->n), 0);
			ck_assert_int_eq(s->section_no, before->section_no);
			ck_assert_int_eq(s->row_no, before->row_no + (k > 0));
			least = MIN(least, p->n);
			most = MAX(most, p->n);
			sum += p->n;
		}
		ck_assert_int_ge(least, 2);
		ck_assert_int_eq(most - least, apart);
		ck_assert_int_eq(sum, ask.n);
	}
}

START_TEST(of_any_map_the_best_are_chosen)
{
	size_t n_together = 0, n_lone = 0, n_split = 0, n_none = 0;

	state = 42;
	for (int i = 0; i < N_MAPS; i++) {
		int n_parts, apart, best;
		double near;

		draw_hall();
		draw_ask();
		find_best();
		best = best_together(&near);
		if (best > 0) {
			check_together(best, near);
			n_together += best == 2;
			n_lone += best == 1;
		} else if (best_split(&n_parts, &apart)) {
			check_split(n_parts, apart);
			n_split++;
		} else {
			ck_assert_uint_eq(n_groups, 0);
			n_none++;
		}
	}
	/* Each kind was met. */
	ck_assert_uint_gt(MIN(n_together, n_lone), N_MAPS / 100);
	ck_assert_uint_gt(MIN(n_split, n_none), N_MAPS / 100);
}
END_TEST

/* Eight rows of twelve, on a level or in arcs, with a focus anywhere. */
static void
draw_theatre(int nth)
{
	begin_hall();
	bend = (float)(nth % 3 - 1) * 0.05f;
	begin_section();
	sections[0].focus_x = (float)draw(14);
	sections[0].focus_y = (float)draw(10) - 2;
	for (int row = 0; row < ROWS_MAX; row++)
		add_segment(row, 0, 12);
	for (int i = 0; i < hall.seat_count; i++)
		letters[i] = draw(10) < 7 ? 'A' : 'R';
	ask.n = 1;
}

/* Of a row only what is near is looked at: no less than the first step. */
START_TEST(all_that_are_as_good_as_the_nearest_are_somebodys_best)
{
	state = 7;
	for (int i = 0; i < 30; i++) {
		bool seen[SEATS_MAX] = { false };
		double near, step;
		int best;

		draw_theatre(i);
		best = best_together(&near);
		step = 3 * hypot(x[11] - x[0], y[11] - y[0]) / 11;
		for (ask.seed = 0; ask.seed < 400; ask.seed++) {
			find_best();
			seen[groups[0].parts[0].first - 1] = true;
		}
		for (int seat = 1; seat <= hall.seat_count; seat++) {
			bool good = worth(segment_of(seat), seat, 1) == best;

			if (good && far(seat, 1) < near + step - 0.01)
				ck_assert(seen[seat - 1]);
			if (!good || far(seat, 1) > near + step + 0.01)
				ck_assert(!seen[seat - 1]);
		}
	}
}
END_TEST

/* ---- what a reader expects ---- */

/* A section of rows of ten seats, its focus at the middle of the front. */
static void
ten_a_row(int n_rows)
{
	begin_hall();
	begin_section();
	sections[0].focus_x = 4.5f;
	for (int row = 0; row < n_rows; row++)
		add_segment(row, 0, 10);
}

static void
letters_are(const char *text)
{
	memcpy(letters, text, strlen(text));
}

START_TEST(a_group_sits_together_even_at_the_back)
{
	ten_a_row(3);
	letters_are(
	    "RRAARRAARR"
	    "RRRRAAARRR"
	    "AAAAAAAAAA");
	ask.n = 4;
	find_best();
	ck_assert_uint_ge(n_groups, 2);
	ck_assert_int_eq(groups[0].n_parts, 1);
	ck_assert_int_ge(groups[0].parts[0].first, 21);
}
END_TEST

START_TEST(a_lone_seat_is_left_only_where_all_others_would_too)
{
	ten_a_row(2);
	letters_are(
	    "RRRAAARRRR"
	    "AARRRRRRRR");
	find_best();
	ck_assert_uint_eq(n_groups, 1);
	ck_assert_int_eq(groups[0].parts[0].first, 11);
	letters_are(
	    "RRRAAARRRR"
	    "ARRRRRRRRR");
	find_best();
	ck_assert_uint_eq(n_groups, 1);
	ck_assert_int_le(groups[0].parts[0].first, 5);
}
END_TEST

START_TEST(who_does_not_fit_together_sits_in_rows_behind_each_other)
{
	ten_a_row(4);
	letters_are(
	    "AARRRRRRRR"
	    "RRRRRRRRRR"
	    "RRRRRRRAAA"
	    "RRRRRRRAAA");
	ask.n = 6;
	find_best();
	ck_assert_uint_eq(n_groups, 1);
	ck_assert_int_eq(groups[0].n_parts, 2);
	ck_assert_int_eq(groups[0].parts[0].first, 28);
	ck_assert_int_eq(groups[0].parts[1].first, 38);
	/* Three are not split: one of them would sit alone. */
	letters_are(
	    "AARRRRRRRR"
	    "AARRRRRRRR"
	    "AARRRRRRRR"
	    "ARRRRRRRRR");
	ask.n = 3;
	find_best();
	ck_assert_uint_eq(n_groups, 0);
}
END_TEST

START_TEST(a_crowd_is_sent_to_different_seats)
{
	int seen[SEATS_MAX] = { 0 }, n_seen = 0;

	ten_a_row(5);
	for (uint64_t seed = 0; seed < 100; seed++) {
		ask.seed = seed;
		find_best();
		ck_assert_uint_eq(n_groups, SEAT_BEST_GROUPS);
		n_seen += seen[groups[0].parts[0].first]++ == 0;
	}
	ck_assert_int_ge(n_seen, 8);
	/* The same seed, the same groups. */
	ask.seed = 7;
	find_best();
	seen[0] = groups[0].parts[0].first;
	find_best();
	ck_assert_int_eq(groups[0].parts[0].first, seen[0]);
}
END_TEST

START_TEST(pairs_fill_rows_of_even_length)
{
	ten_a_row(10);
	for (int i = 0; i < 50; i++) {
		ask.seed = (uint64_t)i;
		find_best();
		ck_assert_uint_gt(n_groups, 0);
		memset(letters + groups[0].parts[0].first - 1, 'H', 2);
	}
	ck_assert_ptr_null(memchr(letters, 'A', 100));
}
END_TEST

START_TEST(a_map_of_another_plan_has_no_best_seats)
{
	ten_a_row(1);
	ask.letters = SPAN_LIT("AAAAAAAAA");
	ck_assert_uint_eq(seat_best(&arena, &ask, groups), 0);
}
END_TEST

static void
setup(void)
{
	arena_init(&arena, (size_t)1 << 20);
}

static void
teardown(void)
{
	arena_fini(&arena);
}

SUITE("seat_best")
{
	FIXTURE(setup, teardown);
	TEST(of_any_map_the_best_are_chosen);
	TEST(all_that_are_as_good_as_the_nearest_are_somebodys_best);
	TEST(a_group_sits_together_even_at_the_back);
	TEST(a_lone_seat_is_left_only_where_all_others_would_too);
	TEST(who_does_not_fit_together_sits_in_rows_behind_each_other);
	TEST(a_crowd_is_sent_to_different_seats);
	TEST(pairs_fill_rows_of_even_length);
	TEST(a_map_of_another_plan_has_no_best_seats);
}
