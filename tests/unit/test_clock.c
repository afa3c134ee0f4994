/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/clock.h"
#include "tests/support/suite.h"

#include <time.h>

static struct arena a;

static void
given_an_arena(void)
{
	arena_init(&a, KIB(64));
}

static void
give_it_back(void)
{
	arena_fini(&a);
}

static int64_t
parsed(const char *text)
{
	int64_t ms;

	if (!clock_parse_rfc3339(span_str(text), &ms))
		ck_abort_msg("%s is refused", text);
	return ms;
}

static bool
is_refused(const char *text)
{
	int64_t ms = 42;

	return !clock_parse_rfc3339(span_str(text), &ms) && ms == 42;
}

START_TEST(the_real_clock_lies_between_two_looks_at_it)
{
	int64_t before = (int64_t)time(NULL) * 1000;
	int64_t now = clock_ms();

	ck_assert_int_ge(now, before);
	/* time() reads a coarser clock, which may lag by a tick. */
	ck_assert_int_le(now / 1000, (int64_t)time(NULL) + 1);
}
END_TEST

START_TEST(the_fake_clock_stands_until_it_is_moved)
{
	clock_fake(1000);
	ck_assert_int_eq(clock_ms(), 1000);
	clock_fake_add(250);
	ck_assert_int_eq(clock_ms(), 1250);
	clock_fake(-1);
	ck_assert_int_gt(clock_ms(), INT64_C(1700000000000));
}
END_TEST

START_TEST(monotonic_time_ignores_the_fake_clock_and_never_falls)
{
	int64_t before = clock_mono_us();

	clock_fake(5);
	for (int i = 0; i < 1000; i++) {
		int64_t now = clock_mono_us();

		ck_assert_int_ge(now, before);
		before = now;
	}
}
END_TEST

START_TEST(times_are_spelled_in_utc_with_milliseconds)
{
	ck_assert_str_eq(clock_rfc3339(&a, 0), "1970-01-01T00:00:00.000Z");
	ck_assert_str_eq(clock_rfc3339(&a, INT64_C(1795289400007)),
	    "2026-11-21T19:30:00.007Z");
	ck_assert_str_eq(clock_rfc3339(&a, -1), "1969-12-31T23:59:59.999Z");
	ck_assert_str_eq(clock_rfc3339(&a, INT64_C(951782400000)),
	    "2000-02-29T00:00:00.000Z");
	ck_assert_str_eq(clock_rfc3339(&a, INT64_C(253402300799999)),
	    "9999-12-31T23:59:59.999Z");
}
END_TEST

START_TEST(times_past_four_digits_of_year_stop_at_the_end)
{
	ck_assert_str_eq(clock_rfc3339(&a, INT64_MAX),
	    "9999-12-31T23:59:59.999Z");
	ck_assert_str_eq(clock_rfc3339(&a, INT64_MIN),
	    "0000-01-01T00:00:00.000Z");
}
END_TEST

START_TEST(what_is_spelled_is_read_again)
{
	static const int64_t times[] = { 0, -1, 999, INT64_C(1795289400007),
		INT64_C(-62135596800000), INT64_C(253402300799999) };

	for (size_t i = 0; i < ARRAY_LEN(times); i++)
		ck_assert_int_eq(parsed(clock_rfc3339(&a, times[i])), times[i]);
}
END_TEST

START_TEST(the_examples_of_rfc_3339_are_read)
{
	ck_assert_int_eq(parsed("1985-04-12T23:20:50.52Z"),
	    INT64_C(482196050520));
	ck_assert_int_eq(parsed("1996-12-19T16:39:57-08:00"),
	    INT64_C(851042397000));
	ck_assert_int_eq(parsed("1937-01-01T12:00:27.87+00:20"),
	    INT64_C(-1041337172130));
}
END_TEST

START_TEST(offsets_small_letters_and_long_fractions_are_read)
{
	int64_t noon = parsed("2026-07-01T12:00:00Z");

	ck_assert_int_eq(parsed("2026-07-01t12:00:00z"), noon);
	ck_assert_int_eq(parsed("2026-07-01T21:00:00+09:00"), noon);
	ck_assert_int_eq(parsed("2026-07-01T00:30:00-11:30"), noon);
	ck_assert_int_eq(parsed("2026-07-01T12:00:00-00:00"), noon);
	ck_assert_int_eq(parsed("2026-07-01T12:00:00.1Z"), noon + 100);
	ck_assert_int_eq(parsed("2026-07-01T12:00:00.1239999Z"), noon + 123);
}
END_TEST

START_TEST(days_the_calendar_lacks_are_refused)
{
	ck_assert_int_gt(parsed("2028-02-29T00:00:00Z"), 0);
	ck_assert(is_refused("2027-02-29T00:00:00Z"));
	ck_assert(is_refused("2100-02-29T00:00:00Z"));
	ck_assert(is_refused("2026-04-31T00:00:00Z"));
	ck_assert(is_refused("2026-00-10T00:00:00Z"));
	ck_assert(is_refused("2026-13-10T00:00:00Z"));
	ck_assert(is_refused("2026-01-00T00:00:00Z"));
}
END_TEST

START_TEST(times_the_clock_lacks_are_refused)
{
	ck_assert(is_refused("2026-01-01T24:00:00Z"));
	ck_assert(is_refused("2026-01-01T00:60:00Z"));
	ck_assert(is_refused("2016-12-31T23:59:60Z"));
	ck_assert(is_refused("2026-01-01T00:00:00+24:00"));
	ck_assert(is_refused("2026-01-01T00:00:00+00:60"));
}
END_TEST

START_TEST(every_other_spelling_is_refused)
{
	ck_assert(is_refused(""));
	ck_assert(is_refused("2026-01-01"));
	ck_assert(is_refused("2026-01-01T00:00:00"));
	ck_assert(is_refused("2026-01-01 00:00:00Z"));
	ck_assert(is_refused("2026-01-01T00:00Z"));
	ck_assert(is_refused("2026-01-01T00:00:00.Z"));
	ck_assert(is_refused("2026-01-01T00:00:00+0900"));
	ck_assert(is_refused("2026-01-01T00:00:00+09"));
	ck_assert(is_refused("2026-01-01T00:00:00Z "));
	ck_assert(is_refused(" 2026-01-01T00:00:00Z"));
	ck_assert(is_refused("26-01-01T00:00:00Z"));
	ck_assert(is_refused("+2026-01-01T00:00:00Z"));
}
END_TEST

START_TEST(a_nul_is_no_separator)
{
	int64_t ms;

	ck_assert(!clock_parse_rfc3339(SPAN_LIT("2026-01-01\0"
						"00:00:00Z"),
	    &ms));
	ck_assert(!clock_parse_rfc3339(SPAN_LIT("2026-01-01T00:00:00\0"), &ms));
	ck_assert(!clock_parse_rfc3339(SPAN_NONE, &ms));
}
END_TEST

START_TEST(a_date_is_a_day_of_the_calendar_and_nothing_else)
{
	static const char *const good[] = { "2026-11-21", "2024-02-29",
		"0001-01-01", "9999-12-31" };
	static const char *const bad[] = { "", "2026-02-29", "2026-13-01",
		"2026-00-10", "2026-11-00", "2026-11-31", "2026-11-2",
		"2026-11-211", "2026-1-21", " 2026-11-21", "2026-11-21 ",
		"2026-11-21T", "0000-01-01", "-001-01-01", "20261121" };

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		ck_assert_msg(clock_is_date(span_str(good[i])), "%s", good[i]);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(!clock_is_date(span_str(bad[i])), "%s", bad[i]);
	ck_assert(!clock_is_date(SPAN_NONE));
}
END_TEST

SUITE("clock")
{
	FIXTURE(given_an_arena, give_it_back);
	TEST(the_real_clock_lies_between_two_looks_at_it);
	TEST(the_fake_clock_stands_until_it_is_moved);
	TEST(monotonic_time_ignores_the_fake_clock_and_never_falls);
	TEST(times_are_spelled_in_utc_with_milliseconds);
	TEST(times_past_four_digits_of_year_stop_at_the_end);
	TEST(what_is_spelled_is_read_again);
	TEST(the_examples_of_rfc_3339_are_read);
	TEST(offsets_small_letters_and_long_fractions_are_read);
	TEST(days_the_calendar_lacks_are_refused);
	TEST(times_the_clock_lacks_are_refused);
	TEST(every_other_spelling_is_refused);
	TEST(a_nul_is_no_separator);
	TEST(a_date_is_a_day_of_the_calendar_and_nothing_else);
}
