/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/span.h"
#include "tests/support/suite.h"

static bool
reads_as(const char *text, int64_t want)
{
	int64_t v;

	return span_to_i64(span_str(text), &v) && v == want;
}

static bool
is_no_number(const char *text)
{
	int64_t v = 42;

	return !span_to_i64(span_str(text), &v) && v == 42;
}

START_TEST(absent_and_empty_are_two_things)
{
	ck_assert(!span_is(SPAN_NONE));
	ck_assert(!span_is(span_str(NULL)));
	ck_assert(span_is(span_str("")));
	ck_assert(span_is(SPAN_LIT("")));
	ck_assert(span_eq(SPAN_NONE, SPAN_LIT("")));
}
END_TEST

START_TEST(texts_are_in_the_order_of_their_bytes)
{
	ck_assert_int_eq(span_cmp(SPAN_LIT("a"), SPAN_LIT("a")), 0);
	ck_assert_int_lt(span_cmp(SPAN_LIT("a"), SPAN_LIT("ab")), 0);
	ck_assert_int_gt(span_cmp(SPAN_LIT("b"), SPAN_LIT("ab")), 0);
	ck_assert_int_lt(span_cmp(SPAN_LIT("z"), SPAN_LIT("\xEA\xB0\x80")), 0);
	ck_assert_int_lt(span_cmp(SPAN_NONE, SPAN_LIT("a")), 0);
	ck_assert_int_eq(span_cmp(SPAN_NONE, SPAN_LIT("")), 0);
}
END_TEST

START_TEST(equality_looks_at_length_and_bytes)
{
	ck_assert(span_eq(SPAN_LIT("a\0b"), SPAN_LIT("a\0b")));
	ck_assert(!span_eq(SPAN_LIT("a\0b"), SPAN_LIT("a\0c")));
	ck_assert(!span_eq(SPAN_LIT("ab"), SPAN_LIT("abc")));
	ck_assert(span_eq_str(SPAN_LIT("seat"), "seat"));
	ck_assert(!span_eq_str(SPAN_LIT("seat"), "sea"));
}
END_TEST

START_TEST(a_prefix_may_be_empty_or_all_of_it_but_not_more)
{
	ck_assert(span_starts(SPAN_LIT("Bearer x"), SPAN_LIT("Bearer ")));
	ck_assert(span_starts(SPAN_LIT("abc"), SPAN_LIT("abc")));
	ck_assert(span_starts(SPAN_LIT("abc"), SPAN_NONE));
	ck_assert(span_starts(SPAN_NONE, SPAN_LIT("")));
	ck_assert(!span_starts(SPAN_LIT("ab"), SPAN_LIT("abc")));
	ck_assert(!span_starts(SPAN_LIT("xbc"), SPAN_LIT("a")));
}
END_TEST

START_TEST(case_is_ignored_for_ascii_letters_only)
{
	ck_assert(span_eq_nocase(SPAN_LIT("BeArEr"), SPAN_LIT("bEaReR")));
	ck_assert(!span_eq_nocase(SPAN_LIT("bearer"), SPAN_LIT("beare")));
	/* '@' and '`', '[' and '{' differ by the case bit too. */
	ck_assert(!span_eq_nocase(SPAN_LIT("@"), SPAN_LIT("`")));
	ck_assert(!span_eq_nocase(SPAN_LIT("["), SPAN_LIT("{")));
	ck_assert(!span_eq_nocase(SPAN_LIT("\xC3\x84"), SPAN_LIT("\xC3\xA4")));
}
END_TEST

START_TEST(trim_takes_blanks_off_both_ends)
{
	ck_assert(span_eq_str(span_trim(SPAN_LIT(" \ta b\t ")), "a b"));
	ck_assert(span_eq_str(span_trim(SPAN_LIT("a\n")), "a\n"));
	ck_assert_uint_eq(span_trim(SPAN_LIT(" \t ")).len, 0);
	ck_assert(span_is(span_trim(SPAN_LIT("  "))));
	ck_assert(!span_is(span_trim(SPAN_NONE)));
}
END_TEST

START_TEST(cut_gives_each_part_and_then_nothing)
{
	struct span rest = SPAN_LIT("a,,b");

	ck_assert(span_eq_str(span_cut(&rest, ','), "a"));
	ck_assert(span_eq_str(span_cut(&rest, ','), ""));
	ck_assert(span_is(rest));
	ck_assert(span_eq_str(span_cut(&rest, ','), "b"));
	ck_assert(!span_is(rest));
	ck_assert(!span_is(span_cut(&rest, ',')));
}
END_TEST

START_TEST(cut_tells_a_last_empty_part_from_the_end)
{
	struct span rest = SPAN_LIT("a,");

	ck_assert(span_eq_str(span_cut(&rest, ','), "a"));
	ck_assert(span_is(rest));
	ck_assert(span_is(span_cut(&rest, ',')));
	ck_assert(!span_is(rest));
}
END_TEST

START_TEST(every_int64_has_one_spelling)
{
	ck_assert(reads_as("0", 0));
	ck_assert(reads_as("-1", -1));
	ck_assert(reads_as("9007199254740993", INT64_C(9007199254740993)));
	ck_assert(reads_as("9223372036854775807", INT64_MAX));
	ck_assert(reads_as("-9223372036854775808", INT64_MIN));
	ck_assert(is_no_number("00"));
	ck_assert(is_no_number("01"));
	ck_assert(is_no_number("-0"));
	ck_assert(is_no_number("-01"));
	ck_assert(is_no_number("+1"));
}
END_TEST

START_TEST(what_is_no_whole_number_is_refused)
{
	int64_t v = 42;

	ck_assert(is_no_number(""));
	ck_assert(is_no_number("-"));
	ck_assert(is_no_number(" 1"));
	ck_assert(is_no_number("1 "));
	ck_assert(is_no_number("1.0"));
	ck_assert(is_no_number("1e3"));
	ck_assert(is_no_number("0x10"));
	ck_assert(is_no_number("9223372036854775808"));
	ck_assert(is_no_number("-9223372036854775809"));
	ck_assert(is_no_number("92233720368547758070"));
	ck_assert(!span_to_i64(SPAN_NONE, &v));
	ck_assert(!span_to_i64(SPAN_LIT("1\0"), &v));
	ck_assert_int_eq(v, 42);
}
END_TEST

START_TEST(a_number_is_written_as_it_is_read)
{
	static const int64_t numbers[] = { 0, 1, -1, 9, 10, -10,
		INT64_C(1000000007), INT64_MAX, INT64_MIN };
	char room[SPAN_DIGITS];
	int64_t back;

	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		ck_assert(span_to_i64(span_of_i64(room, numbers[i]), &back));
		ck_assert_int_eq(back, numbers[i]);
	}
	ck_assert_int_eq(span_of_i64(room, INT64_MIN).len, SPAN_DIGITS);
}
END_TEST

START_TEST(a_copy_is_a_string_and_cut_where_there_is_no_room)
{
	char room[4];

	SPAN_COPY(room, SPAN_LIT("abc"));
	ck_assert_str_eq(room, "abc");
	SPAN_COPY(room, SPAN_LIT("abcd"));
	ck_assert_str_eq(room, "abc");
	SPAN_COPY(room, SPAN_NONE);
	ck_assert_str_eq(room, "");
}
END_TEST

SUITE("span")
{
	TEST(absent_and_empty_are_two_things);
	TEST(equality_looks_at_length_and_bytes);
	TEST(texts_are_in_the_order_of_their_bytes);
	TEST(a_prefix_may_be_empty_or_all_of_it_but_not_more);
	TEST(case_is_ignored_for_ascii_letters_only);
	TEST(trim_takes_blanks_off_both_ends);
	TEST(cut_gives_each_part_and_then_nothing);
	TEST(cut_tells_a_last_empty_part_from_the_end);
	TEST(every_int64_has_one_spelling);
	TEST(what_is_no_whole_number_is_refused);
	TEST(a_number_is_written_as_it_is_read);
	TEST(a_copy_is_a_string_and_cut_where_there_is_no_room);
}
