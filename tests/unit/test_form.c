/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_form - what a form sends, and what it may not
 *
 * Layer: tests.  Uses: http, base.
 */
#include "http/form.h"

#include "tests/support/suite.h"

static struct arena arena;
static struct form_pairs form;

static void
open_arena(void)
{
	arena_init(&arena, KIB(1024));
}

static void
close_arena(void)
{
	arena_fini(&arena);
}

static int
read_form(const char *text)
{
	return form_read(&arena, span_str(text), &form);
}

START_TEST(names_and_values_are_decoded_once)
{
	ck_assert_int_eq(read_form("a=1+2&&b%20c=%EC%97%B4%2541&empty=&bare"),
	    FORM_OK);
	ck_assert_uint_eq(form.n, 4);
	ck_assert(span_eq_str(form_get(&form, "a"), "1 2"));
	ck_assert(span_eq_str(form_get(&form, "b c"), "\xec\x97\xb4%41"));
	ck_assert(span_is(form_get(&form, "empty")));
	ck_assert(span_is(form_get(&form, "bare")));
	ck_assert(!span_is(form_get(&form, "c")));
	ck_assert_int_eq(read_form(""), FORM_OK);
	ck_assert_uint_eq(form.n, 0);
}
END_TEST

START_TEST(what_is_said_twice_is_not_said)
{
	ck_assert_int_eq(read_form("a=1&a=2"), FORM_OK);
	ck_assert(!span_is(form_get(&form, "a")));
}
END_TEST

START_TEST(what_is_no_text_is_refused)
{
	static const char *const wrong[] = { "a=%", "a=%4", "a=%zz", "%=1",
		"a=%00", "a=%ff", "%ff=1", "a=%ed%a0%80" };
	char *many = arena_alloc(&arena, (FORM_PAIRS_MAX + 1) * 2 + 1);

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		ck_assert_msg(read_form(wrong[i]) == FORM_E_MALFORMED,
		    "taken: %s", wrong[i]);
	for (size_t i = 0; i <= FORM_PAIRS_MAX; i++)
		memcpy(many + 2 * i, "a&", 3);
	ck_assert_int_eq(read_form(many), FORM_E_MALFORMED);
	many[FORM_PAIRS_MAX * 2] = '\0';
	ck_assert_int_eq(read_form(many), FORM_OK);
}
END_TEST

START_TEST(check_boxes_are_numbers_each_once)
{
	static const char *const wrong[] = { "s=1&s=1", "s=0", "s=-1", "s=51",
		"s=x", "s=", "s=1&s=2&s=3&s=4", "s=99999999999999999999" };
	int64_t numbers[3];

	ck_assert_int_eq(read_form("s=7&t=9&s=50"), FORM_OK);
	ck_assert_int_eq(form_numbers(&form, "s", 50, numbers, 3), 2);
	ck_assert_int_eq(numbers[0], 7);
	ck_assert_int_eq(numbers[1], 50);
	ck_assert_int_eq(form_numbers(&form, "u", 50, numbers, 3), 0);
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		ck_assert_int_eq(read_form(wrong[i]), FORM_OK);
		ck_assert_msg(form_numbers(&form, "s", 50, numbers, 3) == -1,
		    "taken: %s", wrong[i]);
	}
}
END_TEST

SUITE("form")
{
	tcase_add_checked_fixture(suite_case, open_arena, close_arena);
	TEST(names_and_values_are_decoded_once);
	TEST(what_is_said_twice_is_not_said);
	TEST(what_is_no_text_is_refused);
	TEST(check_boxes_are_numbers_each_once);
}
