/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_plan - a few lines become every seat
 *
 * Layer: tests.  Uses: catalog/plan.
 */
#include "catalog/plan.h"

#include "tests/support/suite.h"

#include <math.h>

#define LIST(name, ...) \
	static struct span name##_items[] = { __VA_ARGS__ }; \
	static const struct span_list name = { name##_items, \
		ARRAY_LEN(name##_items) }

static struct arena arena;
static struct plan plan;
static struct load_error error;

static struct plan_class classes[] = {
	{ .at = "c0", .key = { "x", 1 }, .name = { { "x", 1 }, { "x", 1 } } },
	{ .at = "c1", .key = { "y", 1 }, .name = { { "y", 1 }, { "y", 1 } } },
};
static struct plan_rows block;
static struct plan_section_spec sections[2];
static struct plan_spec spec;

/* One assigned section of one block: rows A to B, seats 1 to 4. */
static void
setup(void)
{
	arena_init(&arena, (size_t)256 << 20);
	block = (struct plan_rows){ .at = "block",
		.from = SPAN_LIT("A"),
		.to = SPAN_LIT("B"),
		.number_from = 1,
		.number_to = 4,
		.number_step = 1,
		.price_class = SPAN_LIT("x"),
		.type = SPAN_LIT("standard"),
		.dx = 1,
		.dy = 1 };
	sections[0] = (struct plan_section_spec){ .at = "s0",
		.key = SPAN_LIT("s"),
		.name = { SPAN_LIT("s"), SPAN_LIT("s") },
		.kind = SECTION_ASSIGNED,
		.rows = &block,
		.n_rows = 1 };
	sections[1] = (struct plan_section_spec){ .at = "s1",
		.key = SPAN_LIT("floor"),
		.name = { SPAN_LIT("f"), SPAN_LIT("f") },
		.kind = SECTION_SLOT,
		.capacity = 10,
		.price_class = SPAN_LIT("y"),
		.x = 100,
		.y = 200,
		.width = 20,
		.height = 10 };
	spec = (struct plan_spec){ .at = "plan",
		.classes = classes,
		.n_classes = 2,
		.sections = sections,
		.n_sections = 1 };
}

static void
teardown(void)
{
	arena_fini(&arena);
}

static int
expand(void)
{
	return plan_expand(&arena, &spec, &plan, &error);
}

static const char *
name(size_t seat_no)
{
	const struct plan_seat *s = &plan.seats[seat_no - 1];

	return arena_printf(&arena, "%s-%d", arena_str(&arena, s->row),
	    s->number);
}

#define ASSERT_WRONG(where, what) \
	do { \
		ck_assert_int_eq(expand(), PLAN_E_WRONG); \
		ck_assert_str_eq(error.at, (where)); \
		ck_assert_ptr_nonnull(strstr(error.text, (what))); \
	} while (0)

START_TEST(rows_are_counted_up_in_letters_and_in_numbers)
{
	static const struct {
		const char *label, *next;
	} cases[] = {
		{ "A", "B" },
		{ "Z", "AA" },
		{ "AZ", "BA" },
		{ "ZZ", "AAA" },
		{ "1", "2" },
		{ "9", "10" },
		{ "0", "1" },
		{ "a", NULL },
		{ "A1", NULL },
		{ "", NULL },
		{ "-1", NULL },
		{ "가", NULL },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct span next = plan_next_row(&arena,
		    span_str(cases[i].label));

		ck_assert_msg(span_is(next) == (cases[i].next != NULL), "%s",
		    cases[i].label);
		if (cases[i].next != NULL)
			ck_assert_str_eq(arena_str(&arena, next),
			    cases[i].next);
	}
}
END_TEST

START_TEST(seats_are_numbered_without_gaps_over_all_sections)
{
	spec.n_sections = 2;
	ck_assert_int_eq(expand(), PLAN_OK);
	ck_assert_uint_eq(plan.n_seats, 18);
	ck_assert_int_eq(plan.sections[0].first_seat_no, 1);
	ck_assert_int_eq(plan.sections[0].capacity, 8);
	ck_assert_int_eq(plan.sections[1].first_seat_no, 9);
	ck_assert_int_eq(plan.sections[1].capacity, 10);
	ck_assert_str_eq(name(1), "A-1");
	ck_assert_str_eq(name(5), "B-1");
	ck_assert_str_eq(name(9), "-1");
	ck_assert_str_eq(name(18), "-10");
	ck_assert_int_eq(plan.seats[8].section_no, 2);
	ck_assert_int_eq(plan.seats[8].class_no, 2);
}
END_TEST

START_TEST(a_counter_section_has_a_count_and_no_seats)
{
	sections[1].kind = SECTION_COUNTER;
	spec.n_sections = 2;
	ck_assert_int_eq(expand(), PLAN_OK);
	ck_assert_uint_eq(plan.n_seats, 8);
	ck_assert_int_eq(plan.sections[1].first_seat_no, 0);
	ck_assert_int_eq(plan.sections[1].capacity, 10);
}
END_TEST

START_TEST(skipped_rows_take_no_room_and_missing_seats_leave_theirs)
{
	LIST(skip, SPAN_LIT("B"));
	LIST(without, SPAN_LIT("A-2"));

	block.to = SPAN_LIT("C");
	block.skip = skip;
	block.without = without;
	ck_assert_int_eq(expand(), PLAN_OK);
	ck_assert_uint_eq(plan.n_seats, 7);
	ck_assert_str_eq(name(2), "A-3");
	ck_assert(plan.seats[1].x == 2);
	ck_assert_str_eq(name(4), "C-1");
	ck_assert(plan.seats[3].y == 1);
}
END_TEST

START_TEST(aisles_move_the_seats_behind_them)
{
	static const int64_t after[] = { 1, 3 };

	block.aisles_after = after;
	block.n_aisles = 2;
	block.aisle = 0.5;
	ck_assert_int_eq(expand(), PLAN_OK);
	ck_assert(plan.seats[0].x == 0);
	ck_assert(plan.seats[1].x == 1.5);
	ck_assert(plan.seats[2].x == 2.5);
	ck_assert(plan.seats[3].x == 4);
}
END_TEST

START_TEST(named_seats_get_another_type)
{
	LIST(wheelchair, SPAN_LIT("A-1"), SPAN_LIT("B-4"));
	struct plan_retype retype = { SPAN_LIT("wheelchair"), wheelchair };

	block.retypes = &retype;
	block.n_retypes = 1;
	ck_assert_int_eq(expand(), PLAN_OK);
	ck_assert(span_eq_str(plan.seats[0].type, "wheelchair"));
	ck_assert(span_eq_str(plan.seats[1].type, "standard"));
	ck_assert(span_eq_str(plan.seats[7].type, "wheelchair"));
}
END_TEST

START_TEST(an_exception_for_a_seat_that_is_not_there_is_refused)
{
	LIST(without, SPAN_LIT("A-5"));

	block.without = without;
	ASSERT_WRONG("block", "not in these rows");
}
END_TEST

START_TEST(an_arc_lies_on_its_circle_and_ends_at_its_angles)
{
	block.arc = true;
	block.radius = 10;
	block.from_deg = -30;
	block.to_deg = 30;
	block.dy = 2;
	ck_assert_int_eq(expand(), PLAN_OK);
	for (size_t i = 0; i < 8; i++) {
		double radius = hypot(plan.seats[i].x, plan.seats[i].y);

		ck_assert(fabs(radius - (i < 4 ? 10 : 12)) < 0.02);
	}
	ck_assert(fabs(plan.seats[0].x - 5) < 0.01);
	ck_assert(fabs(plan.seats[3].x + 5) < 0.01);
	ck_assert(plan.seats[0].y == plan.seats[3].y);
}
END_TEST

START_TEST(an_arc_of_one_seat_is_in_its_middle)
{
	block.arc = true;
	block.radius = 10;
	block.from_deg = 80;
	block.to_deg = 100;
	block.number_to = 1;
	ck_assert_int_eq(expand(), PLAN_OK);
	ck_assert(plan.seats[0].x == -10 && plan.seats[0].y == 0);
}
END_TEST

START_TEST(slots_stay_inside_their_area)
{
	spec.sections = &sections[1];
	sections[1].capacity = 997;
	ck_assert_int_eq(expand(), PLAN_OK);
	ck_assert_uint_eq(plan.n_seats, 997);
	for (size_t i = 0; i < plan.n_seats; i++) {
		const struct plan_seat *s = &plan.seats[i];

		ck_assert(s->x > 100 && s->x < 120);
		ck_assert(s->y > 200 && s->y < 210);
	}
}
END_TEST

START_TEST(a_seat_that_is_there_twice_is_refused)
{
	struct plan_single single = { .at = "single",
		.row = SPAN_LIT("B"),
		.number = 3,
		.price_class = SPAN_LIT("x"),
		.type = SPAN_LIT("standard") };

	sections[0].singles = &single;
	sections[0].n_singles = 1;
	ck_assert_int_eq(expand(), PLAN_E_WRONG);
	ck_assert_ptr_nonnull(strstr(error.text, "B-3 is there twice"));
	single.number = 5;
	ck_assert_int_eq(expand(), PLAN_OK);
	ck_assert_str_eq(name(9), "B-5");
}
END_TEST

START_TEST(keys_that_are_there_twice_are_refused)
{
	struct plan_class doubled[] = { classes[0], classes[0] };

	spec.n_sections = 2;
	sections[1].key = sections[0].key;
	ASSERT_WRONG("s1", "same key");
	sections[1].key = SPAN_LIT("other");
	doubled[1].at = "double";
	spec.classes = doubled;
	ASSERT_WRONG("double", "same key");
}
END_TEST

START_TEST(a_class_that_is_not_there_is_refused)
{
	block.price_class = SPAN_LIT("z");
	ASSERT_WRONG("block", "no price class \"z\"");
	sections[1].price_class = SPAN_LIT("z");
	spec.sections = &sections[1];
	ASSERT_WRONG("s1", "no such price class");
}
END_TEST

START_TEST(rows_that_never_end_are_refused)
{
	block.from = SPAN_LIT("C");
	ASSERT_WRONG("block", "does not arrive");
	block.from = SPAN_LIT("a");
	block.number_to = 1;
	ASSERT_WRONG("block", "does not arrive");
}
END_TEST

START_TEST(numbers_that_run_backwards_are_refused)
{
	block.number_from = 5;
	ASSERT_WRONG("block", "end before they begin");
}
END_TEST

START_TEST(a_section_without_a_seat_is_refused)
{
	sections[0].n_rows = 0;
	ASSERT_WRONG("s0", "at least one seat");
}
END_TEST

START_TEST(more_seats_than_a_map_may_have_are_refused)
{
	block.from = block.to = SPAN_LIT("1");
	block.number_to = PLAN_SEATS_MAX;
	ck_assert_int_eq(expand(), PLAN_OK);
	ck_assert_uint_eq(plan.n_seats, PLAN_SEATS_MAX);
	block.number_to = PLAN_SEATS_MAX + 1;
	ASSERT_WRONG("block", "at most 100000");
}
END_TEST

/* ---- segments ---- */

/* The plan's segments as numbers of seats: "1 2|3 4/1 2", rows cut by "/". */
static const char *
segments(void)
{
	char *text = arena_printf(&arena, "%s", "");

	for (size_t i = 0; i < plan.n_seats; i++) {
		const struct plan_seat *s = &plan.seats[i];
		bool same_row = i > 0 && span_eq(s->row, s[-1].row);

		text = arena_printf(&arena, "%s%s%d", text,
		    i == 0          ? ""
			: !same_row ? "/"
			: s->apart  ? "|"
				    : " ",
		    s->number);
	}
	return text;
}

static const char *
segments_of(void)
{
	if (expand() != PLAN_OK)
		ck_abort_msg("%s: %s", error.at, error.text);
	return segments();
}

START_TEST(a_row_is_cut_at_aisles_at_missing_seats_and_at_breaks)
{
	static const int64_t after[] = { 2 };
	LIST(without, SPAN_LIT("B-3"));
	LIST(breaks, SPAN_LIT("A-3"), SPAN_LIT("B-4"));

	ck_assert_str_eq(segments_of(), "1 2 3 4/1 2 3 4");
	block.without = without;
	ck_assert_str_eq(segments_of(), "1 2 3 4/1 2|4");
	block.aisles_after = after;
	block.n_aisles = 1;
	ck_assert_str_eq(segments_of(), "1 2|3 4/1 2|4");
	sections[0].breaks = breaks;
	ck_assert_str_eq(segments_of(), "1 2|3|4/1 2|4");
}
END_TEST

START_TEST(numbers_that_leave_some_out_are_neighbours)
{
	static const int64_t after[] = { 4 };

	block.number_from = 2;
	block.number_to = 8;
	block.number_step = 2;
	ck_assert_str_eq(segments_of(), "2 4 6 8/2 4 6 8");
	block.aisles_after = after;
	block.n_aisles = 1;
	ck_assert_str_eq(segments_of(), "2 4|6 8/2 4|6 8");
}
END_TEST

START_TEST(a_row_on_an_arc_is_cut_at_aisles_too)
{
	static const int64_t after[] = { 2 };

	block.arc = true;
	block.radius = 10;
	block.to_deg = 40;
	block.aisles_after = after;
	block.n_aisles = 1;
	ck_assert_str_eq(segments_of(), "1 2|3 4/1 2|3 4");
}
END_TEST

static struct plan_single
single(const char *row, int number, double x, double y)
{
	return (struct plan_single){ .at = "seat",
		.row = span_str(row),
		.number = number,
		.price_class = SPAN_LIT("x"),
		.type = SPAN_LIT("standard"),
		.x = x,
		.y = y };
}

START_TEST(seats_written_out_are_neighbours_at_the_usual_distance)
{
	struct plan_single seats[] = {
		single("A", 7, 0, 0),
		single("A", 3, 0.6, 0.8),
		single("A", 4, 2, 0.8),
		single("A", 5, 4, 0.8),
		single("B", 1, 0, 2),
		single("A", 9, 1, 2),
	};

	sections[0].n_rows = 0;
	sections[0].singles = seats;
	sections[0].n_singles = ARRAY_LEN(seats);
	ck_assert_str_eq(segments_of(), "7 3 4|5/1/9");
}
END_TEST

START_TEST(a_row_goes_on_in_the_next_block_where_it_stands_close)
{
	struct plan_rows rows[2] = { block, block };

	rows[0].to = rows[1].to = SPAN_LIT("A");
	rows[1].number_from = 5;
	rows[1].number_to = 6;
	rows[1].x = 4;
	sections[0].rows = rows;
	sections[0].n_rows = 2;
	ck_assert_str_eq(segments_of(), "1 2 3 4 5 6");
	rows[1].x = 6;
	ck_assert_str_eq(segments_of(), "1 2 3 4|5 6");
	/* Within its block a seat is beside the next, however wide it is. */
	rows[1].dx = 3;
	ck_assert_str_eq(segments_of(), "1 2 3 4|5 6");
}
END_TEST

START_TEST(a_break_at_a_seat_that_is_not_there_is_refused)
{
	LIST(breaks, SPAN_LIT("A-1"), SPAN_LIT("C-1"));
	LIST(twice, SPAN_LIT("A-1"), SPAN_LIT("A-1"));

	sections[0].breaks = breaks;
	ASSERT_WRONG("s0.breaks", "not in this section");
	sections[0].breaks = twice;
	ASSERT_WRONG("s0.breaks", "one twice");
}
END_TEST

START_TEST(more_types_than_a_byte_counts_are_refused)
{
	struct plan_single seats[PLAN_TYPES_MAX + 1];

	for (int i = 0; i <= PLAN_TYPES_MAX; i++) {
		seats[i] = single("A", i, i, 0);
		seats[i].type = span_str(arena_printf(&arena, "t%d", i));
	}
	sections[0].n_rows = 0;
	sections[0].singles = seats;
	sections[0].n_singles = PLAN_TYPES_MAX;
	ck_assert_int_eq(expand(), PLAN_OK);
	sections[0].n_singles++;
	ASSERT_WRONG("seat", "100 types");
}
END_TEST

#define ASSERT_FOCUS(section_no, at_x, at_y) \
	do { \
		ck_assert_int_eq(expand(), PLAN_OK); \
		ck_assert_double_eq(plan.sections[(section_no)-1].focus_x, \
		    (at_x)); \
		ck_assert_double_eq(plan.sections[(section_no)-1].focus_y, \
		    (at_y)); \
	} while (0)

START_TEST(a_section_looks_at_the_middle_of_its_front_unless_it_says_where)
{
	spec.n_sections = 2;
	block.x = 2;
	block.y = 7;
	ASSERT_FOCUS(1, 3.5, 7);
	ASSERT_FOCUS(2, 110, 200);
	sections[0].focus = (struct plan_focus){ true, -1, 0.333 };
	ASSERT_FOCUS(1, -1, 0.33);
	sections[1].kind = SECTION_COUNTER;
	ASSERT_FOCUS(2, 110, 200);
}
END_TEST

/* Digests of before there were segments: a plan that needs no more than its
 * places to be told keeps its revision. */
START_TEST(a_plan_without_breaks_focus_and_decorations_has_its_old_digest)
{
	static const int64_t after[] = { 2 };
	LIST(without, SPAN_LIT("B-3"));

	spec.n_sections = 2;
	ck_assert_int_eq(expand(), PLAN_OK);
	ck_assert_str_eq(crypto_hex(&arena, plan.digest, SHA256_LEN),
	    "f3208d504de634916adaf25ff4a6f2de827e2adee1d4a7bb097a5d35f3ec45ce");
	block.aisles_after = after;
	block.n_aisles = 1;
	block.aisle = 1;
	block.number_to = 5;
	block.without = without;
	ck_assert_int_eq(expand(), PLAN_OK);
	ck_assert_str_eq(crypto_hex(&arena, plan.digest, SHA256_LEN),
	    "980a79b9289e81e68eb1f31e9325763f02225dc23a2d1a0a4b3babe25c43d6d9");
}
END_TEST

/* What a buyer is told is another plan; what is only said again is not. */
START_TEST(breaks_focus_and_decorations_make_another_plan)
{
	LIST(breaks, SPAN_LIT("A-3"));
	LIST(no_break, SPAN_LIT("A-4"));
	struct plan_decoration stage = { .kind = DECORATION_STAGE,
		.label = { SPAN_LIT(""), SPAN_LIT("") } };
	struct plan first;

	ck_assert_int_eq(expand(), PLAN_OK);
	first = plan;
	sections[0].focus = (struct plan_focus){ true, 1.5, 0 };
	sections[0].breaks = no_break;
	ck_assert_int_eq(expand(), PLAN_OK);
	ck_assert_mem_eq(plan.digest, first.digest, SHA256_LEN);
	switch (_i) {
	case 0:
		sections[0].breaks = breaks;
		break;
	case 1:
		sections[0].focus.x = 2;
		break;
	default:
		spec.decorations = &stage;
		spec.n_decorations = 1;
		break;
	}
	ck_assert_int_eq(expand(), PLAN_OK);
	ck_assert_mem_ne(plan.digest, first.digest, SHA256_LEN);
}
END_TEST

START_TEST(the_same_seats_written_otherwise_are_the_same_plan)
{
	struct plan_rows rows[2];
	struct plan first;

	ck_assert_int_eq(expand(), PLAN_OK);
	first = plan;
	rows[0] = rows[1] = block;
	rows[0].to = SPAN_LIT("A");
	rows[1].from = SPAN_LIT("B");
	rows[1].y = 1;
	sections[0].rows = rows;
	sections[0].n_rows = 2;
	ck_assert_int_eq(expand(), PLAN_OK);
	ck_assert_mem_eq(plan.digest, first.digest, SHA256_LEN);
}
END_TEST

/* Each change of what a buyer sees makes another plan. */
START_TEST(any_other_seat_or_name_is_another_plan)
{
	struct plan first;

	ck_assert_int_eq(expand(), PLAN_OK);
	first = plan;
	switch (_i) {
	case 0:
		block.number_to = 5;
		break;
	case 1:
		block.x = 0.01;
		break;
	case 2:
		block.type = SPAN_LIT("recliner");
		break;
	case 3:
		block.price_class = SPAN_LIT("y");
		break;
	case 4:
		sections[0].name[LANG_EN] = SPAN_LIT("t");
		break;
	case 5:
		spec.n_classes = 1;
		break;
	default:
		block.from = SPAN_LIT("C");
		block.to = SPAN_LIT("D");
		break;
	}
	ck_assert_int_eq(expand(), PLAN_OK);
	ck_assert_mem_ne(plan.digest, first.digest, SHA256_LEN);
}
END_TEST

SUITE("plan")
{
	FIXTURE(setup, teardown);
	TEST(rows_are_counted_up_in_letters_and_in_numbers);
	TEST(seats_are_numbered_without_gaps_over_all_sections);
	TEST(a_counter_section_has_a_count_and_no_seats);
	TEST(skipped_rows_take_no_room_and_missing_seats_leave_theirs);
	TEST(aisles_move_the_seats_behind_them);
	TEST(named_seats_get_another_type);
	TEST(an_exception_for_a_seat_that_is_not_there_is_refused);
	TEST(an_arc_lies_on_its_circle_and_ends_at_its_angles);
	TEST(an_arc_of_one_seat_is_in_its_middle);
	TEST(slots_stay_inside_their_area);
	TEST(a_seat_that_is_there_twice_is_refused);
	TEST(keys_that_are_there_twice_are_refused);
	TEST(a_class_that_is_not_there_is_refused);
	TEST(rows_that_never_end_are_refused);
	TEST(numbers_that_run_backwards_are_refused);
	TEST(a_section_without_a_seat_is_refused);
	TEST(more_seats_than_a_map_may_have_are_refused);
	TEST(a_row_is_cut_at_aisles_at_missing_seats_and_at_breaks);
	TEST(numbers_that_leave_some_out_are_neighbours);
	TEST(a_row_on_an_arc_is_cut_at_aisles_too);
	TEST(seats_written_out_are_neighbours_at_the_usual_distance);
	TEST(a_row_goes_on_in_the_next_block_where_it_stands_close);
	TEST(a_break_at_a_seat_that_is_not_there_is_refused);
	TEST(more_types_than_a_byte_counts_are_refused);
	TEST(a_section_looks_at_the_middle_of_its_front_unless_it_says_where);
	TEST(a_plan_without_breaks_focus_and_decorations_has_its_old_digest);
	TEST_LOOP(breaks_focus_and_decorations_make_another_plan, 3);
	TEST(the_same_seats_written_otherwise_are_the_same_plan);
	TEST_LOOP(any_other_seat_or_name_is_another_plan, 7);
}
