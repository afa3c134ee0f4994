/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_breaker - when it opens, who may probe, what closes it
 *
 * Layer: tests.  Uses: store.
 */
#include "store/breaker.h"

#include "tests/support/race.h"
#include "tests/support/suite.h"

#define MS INT64_C(1000)
#define N 16

static struct breaker *b;
static int64_t now_us;

static void
setup(void)
{
	b = race_memory(sizeof(*b));
	now_us = 5000 * MS;
}

static void
teardown(void)
{
	munmap(b, sizeof(*b));
}

static void
after_ms(int64_t ms)
{
	now_us += ms * MS;
}

static bool
allows(void)
{
	return breaker_allows(b, now_us);
}

static void
given_it_is_open(void)
{
	for (int i = 0; i < BREAKER_FAILURES; i++)
		(void)breaker_failed(b, now_us);
	ck_assert_int_eq(breaker_state(b), BREAKER_OPEN);
}

START_TEST(zeros_let_everybody_through)
{
	ck_assert_int_eq(breaker_state(b), BREAKER_CLOSED);
	for (int i = 0; i < 10; i++)
		ck_assert(allows());
	ck_assert(!breaker_answered(b));
	ck_assert_int_eq(breaker_n_opened(b), 0);
}
END_TEST

START_TEST(the_third_failure_within_a_second_opens_it)
{
	ck_assert(!breaker_failed(b, now_us));
	after_ms(500);
	ck_assert(!breaker_failed(b, now_us));
	ck_assert(allows());
	after_ms(500);
	ck_assert(breaker_failed(b, now_us));
	ck_assert_int_eq(breaker_state(b), BREAKER_OPEN);
	ck_assert(!allows());
	ck_assert(!breaker_failed(b, now_us)); /* one still on its way */
	ck_assert_int_eq(breaker_n_opened(b), 1);
}
END_TEST

START_TEST(one_long_time_out_opens_it)
{
	ck_assert(breaker_silent(b, now_us));
	ck_assert_int_eq(breaker_state(b), BREAKER_OPEN);
	ck_assert(!allows());
	ck_assert(!breaker_silent(b, now_us)); /* one still on its way */
	ck_assert(breaker_answered(b));
	ck_assert(allows());
	ck_assert_int_eq(breaker_n_opened(b), 1);
}
END_TEST

START_TEST(failures_that_lie_further_apart_do_not)
{
	for (int i = 0; i < 50; i++) {
		ck_assert(!breaker_failed(b, now_us));
		after_ms(501);
	}
	ck_assert(allows());
}
END_TEST

START_TEST(one_caller_a_second_is_let_through_as_a_probe)
{
	given_it_is_open();
	for (int second = 0; second < 3; second++) {
		after_ms(999);
		ck_assert(!allows());
		after_ms(1);
		ck_assert(allows());
		ck_assert_int_eq(breaker_state(b), BREAKER_PROBING);
		ck_assert(!allows());
		(void)breaker_failed(b, now_us + 1);
		ck_assert_int_eq(breaker_state(b), BREAKER_OPEN);
	}
	ck_assert_int_eq(breaker_n_opened(b), 1);
}
END_TEST

START_TEST(a_probe_that_never_says_what_came_of_it_costs_a_second)
{
	given_it_is_open();
	after_ms(1000);
	ck_assert(allows());
	after_ms(999);
	ck_assert(!allows());
	after_ms(1);
	ck_assert(allows());
}
END_TEST

START_TEST(an_answer_closes_it_and_forgets_the_failures)
{
	given_it_is_open();
	after_ms(1000);
	ck_assert(allows());
	ck_assert(breaker_answered(b));
	ck_assert_int_eq(breaker_state(b), BREAKER_CLOSED);
	ck_assert(allows() && allows());
	ck_assert(!breaker_failed(b, now_us));
	ck_assert(!breaker_failed(b, now_us));
	ck_assert(breaker_failed(b, now_us));
	ck_assert_int_eq(breaker_n_opened(b), 2);
}
END_TEST

/* ---- many at once ---- */

static void
nothing_to_open(int i)
{
	(void)i;
}

static int
ask(int i)
{
	(void)i;
	return allows() ? 1 : 0;
}

START_TEST(of_many_processes_exactly_one_is_the_probe)
{
	const struct runner runner = { nothing_to_open, ask };
	int results[N];

	given_it_is_open();
	for (int second = 0; second < 10; second++) {
		after_ms(1000);
		race(N, &runner, results);
		ck_assert_int_eq(race_count(N, results, 1), 1);
	}
}
END_TEST

static int
fail_once(int i)
{
	(void)i;
	return breaker_failed(b, now_us) ? 1 : 0;
}

START_TEST(failures_of_many_processes_count_together_and_open_it_once)
{
	const struct runner runner = { nothing_to_open, fail_once };
	int results[N];

	race(N, &runner, results);
	ck_assert_int_eq(race_count(N, results, 1), 1);
	ck_assert_int_eq(breaker_n_opened(b), 1);
	ck_assert(!allows());
}
END_TEST

SUITE("breaker")
{
	FIXTURE(setup, teardown);
	TEST(zeros_let_everybody_through);
	TEST(the_third_failure_within_a_second_opens_it);
	TEST(one_long_time_out_opens_it);
	TEST(failures_that_lie_further_apart_do_not);
	TEST(one_caller_a_second_is_let_through_as_a_probe);
	TEST(a_probe_that_never_says_what_came_of_it_costs_a_second);
	TEST(an_answer_closes_it_and_forgets_the_failures);
	TEST(of_many_processes_exactly_one_is_the_probe);
	TEST(failures_of_many_processes_count_together_and_open_it_once);
}
