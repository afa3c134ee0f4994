/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_pretix_plan - pretix's seat plans go in, come out and are the same
 *
 * Layer: tests.  Uses: reader/pretix_plan, catalog/plan.
 */
#include "reader/pretix_plan.h"

#include "tests/support/suite.h"

#include <stdio.h>
#include <stdlib.h>

static struct arena arena;
static struct load_error error;

static void
setup(void)
{
	arena_init(&arena, (size_t)64 << 20);
}

static void
teardown(void)
{
	arena_fini(&arena);
}

/* returns: whether it was read; error says why not */
static bool
import(struct span text, struct plan *plan)
{
	struct reader rd = { .arena = &arena };
	const struct plan_spec *spec = pretix_plan_read(&rd,
	    reader_parse(&rd, text), PRETIX_SCALE);

	error = rd.error;
	return !rd.failed && plan_expand(&arena, spec, plan, &error) == PLAN_OK;
}

static struct span
vector(const char *name)
{
	char *room = arena_alloc(&arena, 1 << 20);
	const char *path = arena_printf(&arena, "%s/tests/vectors/pretix_%s",
	    getenv("SRCDIR"), name);
	FILE *file = fopen(path, "r");
	size_t len;

	ck_assert_ptr_nonnull(file);
	len = fread(room, 1, 1 << 20, file);
	ck_assert_int_eq(fclose(file), 0);
	return (struct span){ room, len };
}

static struct plan
imported(const char *name)
{
	struct plan plan;

	ck_assert_msg(import(vector(name), &plan), "%s: %s", error.at,
	    error.text);
	return plan;
}

static const char *const plans[] = { "theatre.json", "stadium.json",
	"areas.json" };

START_TEST(what_comes_out_is_the_same_plan_when_it_goes_in_again)
{
	struct plan first = imported(plans[_i]), second;
	struct span text = pretix_plan_write(&arena, &first, SPAN_LIT("x"),
	    PRETIX_SCALE);

	ck_assert_msg(import(text, &second), "%s: %s", error.at, error.text);
	ck_assert_uint_eq(second.n_seats, first.n_seats);
	ck_assert_mem_eq(second.digest, first.digest, sizeof(first.digest));
}
END_TEST

START_TEST(an_arc_keeps_its_places_and_its_neighbours)
{
	struct plan plan = imported("theatre.json");

	ck_assert_uint_eq(plan.n_sections, 2);
	ck_assert_uint_eq(plan.n_seats, 14 + 16 + 18 + 20 + 22 + 24 + 2 * 14);
	ck_assert(span_eq_str(plan.sections[0].key, "Parkett"));
	ck_assert(span_eq_str(plan.classes[1].key, "c2"));
	for (size_t i = 1; i < 14; i++)
		ck_assert_msg(!plan.seats[i].apart, "seat %zu", i + 1);
	/* The balcony's row has no seats 8 and 9. */
	ck_assert(!plan.seats[114 + 6].apart);
	ck_assert(plan.seats[114 + 7].apart);
	ck_assert_int_eq(plan.n_decorations, 1);
	ck_assert_int_eq(plan.decorations[0].kind, DECORATION_STAGE);
}
END_TEST

START_TEST(a_gap_in_a_row_parts_neighbours)
{
	struct plan plan = imported("stadium.json");

	ck_assert(!plan.seats[9].apart);
	ck_assert(plan.seats[10].apart);
	ck_assert(!plan.seats[11].apart);
	ck_assert_double_eq(plan.seats[0].x, 4.02);
}
END_TEST

START_TEST(areas_become_decorations)
{
	struct plan plan = imported("areas.json");
	const struct plan_decoration *d = plan.decorations;

	ck_assert_uint_eq(plan.n_sections, 1);
	ck_assert_uint_eq(plan.n_decorations, 5);
	ck_assert_int_eq(d[0].kind, DECORATION_STAGE);
	ck_assert_double_eq(d[1].y, (100 + 10 - 5) / 25.0);
	ck_assert_double_eq(d[1].height, 65 / 25.0);
	ck_assert_double_eq(d[2].width, 120 / 25.0);
	ck_assert_int_eq(d[4].kind, DECORATION_EXIT);
}
END_TEST

#define SEAT(guid, number, category) \
	"{\"seat_guid\":\"" guid "\",\"seat_number\":\"" number \
	"\"," \
	"\"position\":{\"x\":0,\"y\":0},\"category\":\"" category "\"}"
#define PLAN(seats) \
	"{\"name\":\"n\",\"categories\":[{\"name\":\"r\"}],\"zones\":[{" \
	"\"name\":\"z\",\"position\":{\"x\":0,\"y\":0},\"rows\":[{" \
	"\"row_number\":\"A\",\"seats\":[" seats "]}]}]}"

static const struct {
	const char *text, *at, *why;
} wrong[] = {
	{ PLAN(SEAT("g", "1", "r") "," SEAT("g", "2", "r")),
	    "zones[0].rows[0].seats[1].seat_guid",
	    "zones[0].rows[0].seats[0] has the same" },
	{ PLAN(SEAT("g", "1", "q")), "zones[0].rows[0].seats[0].category",
	    "there is no category \"q\"" },
	{ PLAN(SEAT("g", "1a", "r")), "zones[0].rows[0].seats[0].seat_number",
	    "a seat's number must be a number" },
	{ PLAN(SEAT("", "1", "r")), "zones[0].rows[0].seats[0].seat_guid",
	    "this must be a text" },
	{ PLAN(""), "zones", "none of them has seats" },
	{ PLAN("7"), "zones[0].rows[0].seats[0]", "this must be an object" },
	{ "{\"name\":\"n\",\"categories\":[],\"zones\":[]}", "categories",
	    NULL },
	{ "{\"name\":\"n\",\"colour\":1}", "colour",
	    "there is no such member" },
	{ "[1]", "", "this must be an object" },
};

START_TEST(what_is_wrong_is_named_by_its_path)
{
	struct plan plan;

	ck_assert(!import(span_str(wrong[_i].text), &plan));
	ck_assert_str_eq(error.at, wrong[_i].at);
	if (wrong[_i].why != NULL)
		ck_assert_str_eq(error.text, wrong[_i].why);
}
END_TEST

SUITE("pretix_plan")
{
	FIXTURE(setup, teardown);
	TEST_LOOP(what_comes_out_is_the_same_plan_when_it_goes_in_again,
	    ARRAY_LEN(plans));
	TEST(an_arc_keeps_its_places_and_its_neighbours);
	TEST(a_gap_in_a_row_parts_neighbours);
	TEST(areas_become_decorations);
	TEST_LOOP(what_is_wrong_is_named_by_its_path, ARRAY_LEN(wrong));
}
