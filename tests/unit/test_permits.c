/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_permits - the bound is exact, and a killed process leaves nothing
 *
 * Layer: tests.  Uses: base.
 */
#include "base/permits.h"

#include "tests/support/race.h"
#include "tests/support/suite.h"

#include <sched.h>
#include <signal.h>

#define N 24
#define AT_ONCE 5
#define ROUNDS SUITE_TRIES(3000)

static struct memory {
	struct permits permits;
	atomic_int inside, most;
} * memory;

static void
setup(void)
{
	memory = race_memory(sizeof(*memory));
}

static void
teardown(void)
{
	munmap(memory, sizeof(*memory));
}

START_TEST(no_more_than_the_bound_are_taken)
{
	struct permits *p = &memory->permits;

	ck_assert(permits_take(p, 0, 2));
	ck_assert(permits_take(p, 1, 2));
	ck_assert(!permits_take(p, 2, 2));
	ck_assert_int_eq(permits_count(p), 2);
	permits_drop(p, 0);
	ck_assert(permits_take(p, 2, 2));
	ck_assert_int_eq(permits_count(p), 2);
}
END_TEST

START_TEST(one_group_has_half_of_them_and_others_the_rest)
{
	struct permits *p = &memory->permits;

	ck_assert(permits_take_fairly(p, 0, 4, 7));
	ck_assert(permits_take_fairly(p, 1, 4, 7));
	ck_assert(!permits_take_fairly(p, 2, 4, 7));
	ck_assert_int_eq(permits_count(p), 2);
	ck_assert(permits_take_fairly(p, 2, 4, 8));
	ck_assert(permits_take_fairly(p, 3, 4, UINT32_MAX));
	ck_assert(!permits_take_fairly(p, 4, 4, 9));
	permits_drop(p, 0);
	ck_assert(permits_take_fairly(p, 4, 4, 7));
	ck_assert(!permits_take_fairly(p, 5, 4, 0));
}
END_TEST

START_TEST(a_single_permit_is_anybodys)
{
	struct permits *p = &memory->permits;

	ck_assert(permits_take_fairly(p, 0, 1, 7));
	ck_assert(!permits_take_fairly(p, 1, 1, 8));
	permits_drop(p, 0);
	ck_assert(permits_take_fairly(p, 1, 1, 8));
}
END_TEST

START_TEST(a_bound_that_shrank_still_lets_those_inside_out)
{
	struct permits *p = &memory->permits;

	ck_assert(permits_take(p, 0, PERMITS_MAX));
	ck_assert(permits_take(p, 1, PERMITS_MAX));
	ck_assert(!permits_take(p, 2, 1));
	permits_drop(p, 1);
	permits_drop(p, 0);
	ck_assert_int_eq(permits_count(p), 0);
}
END_TEST

START_TEST(dropping_nothing_takes_from_nobody)
{
	ck_assert(permits_take(&memory->permits, 7, 4));
	permits_drop(&memory->permits, 8);
	ck_assert_int_eq(permits_count(&memory->permits), 1);
}
END_TEST

START_TEST(a_process_killed_inside_is_cleared_by_its_number)
{
	pid_t pid = fork();
	int status;

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		if (permits_take(&memory->permits, 3, 1))
			raise(SIGKILL);
		_exit(1);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status));
	ck_assert(!permits_take(&memory->permits, 0, 1));
	permits_drop(&memory->permits, 3);
	ck_assert(permits_take(&memory->permits, 0, 1));
}
END_TEST

/* ---- many at once ---- */

static void
nothing_to_open(int i)
{
	(void)i;
}

static void
go_in(void)
{
	int n = atomic_fetch_add(&memory->inside, 1) + 1;
	int most = atomic_load(&memory->most);

	while (n > most
	    && !atomic_compare_exchange_weak(&memory->most, &most, n))
		;
	sched_yield();
	atomic_fetch_sub(&memory->inside, 1);
}

static int
go_in_often(int i)
{
	int n_in = 0;

	for (int round = 0; round < ROUNDS || n_in == 0; round++) {
		if (!permits_take(&memory->permits, i, AT_ONCE)) {
			sched_yield(); /* to who is inside */
			continue;
		}
		go_in();
		n_in++;
		permits_drop(&memory->permits, i);
	}
	return 0;
}

/* All of one group. */
static int
go_in_together(int i)
{
	int n_in = 0;

	for (int round = 0; round < ROUNDS || n_in == 0; round++) {
		if (!permits_take_fairly(&memory->permits, i, AT_ONCE, 7)) {
			sched_yield(); /* to who is inside */
			continue;
		}
		go_in();
		n_in++;
		permits_drop(&memory->permits, i);
	}
	return 0;
}

START_TEST(never_are_more_of_a_group_inside_than_half)
{
	const struct runner runner = { nothing_to_open, go_in_together };
	int results[N];

	race(N, &runner, results);
	ck_assert_int_eq(race_count(N, results, 0), N);
	ck_assert_int_le(atomic_load(&memory->most), AT_ONCE / 2);
	ck_assert_int_eq(permits_count(&memory->permits), 0);
}
END_TEST

START_TEST(never_are_more_inside_than_the_bound)
{
	const struct runner runner = { nothing_to_open, go_in_often };
	int results[N];

	race(N, &runner, results);
	ck_assert_int_eq(race_count(N, results, 0), N);
	ck_assert_int_le(atomic_load(&memory->most), AT_ONCE);
	ck_assert_int_eq(permits_count(&memory->permits), 0);
}
END_TEST

SUITE("permits")
{
	FIXTURE(setup, teardown);
	TEST(no_more_than_the_bound_are_taken);
	TEST(one_group_has_half_of_them_and_others_the_rest);
	TEST(a_single_permit_is_anybodys);
	TEST(a_bound_that_shrank_still_lets_those_inside_out);
	TEST(dropping_nothing_takes_from_nobody);
	TEST(a_process_killed_inside_is_cleared_by_its_number);
	TEST(never_are_more_inside_than_the_bound);
	TEST(never_are_more_of_a_group_inside_than_half);
}
