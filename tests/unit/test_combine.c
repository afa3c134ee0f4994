/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_combine - everybody gets the answer to what he asked
 *
 * Layer: tests.  Uses: base.
 */
#include "base/combine.h"

#include "tests/support/race.h"
#include "tests/support/suite.h"

#include <sys/mman.h>

#define N 8
#define ROUNDS 5000

static struct combine *combine;

static void
setup(void)
{
	combine = mmap(NULL, sizeof(*combine), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(combine, MAP_FAILED);
}

static void
teardown(void)
{
	munmap(combine, sizeof(*combine));
}

/* The answer to a number is twice the number. */
static void
double_all(void *arg, struct combine_item *items, size_t n)
{
	(void)arg;
	for (size_t i = 0; i < n; i++) {
		int64_t asked;

		memcpy(&asked, items[i].asked.p, sizeof(asked));
		items[i].answer = 2 * asked;
		items[i].done = true;
	}
}

static void
nothing_to_open(int i)
{
	(void)i;
}

static int
ask_often(int i)
{
	for (int64_t k = 0; k < ROUNDS; k++) {
		int64_t asked = k * N + i, answer = -1;

		if (!combine_do(combine, i, (struct span){ (char *)&asked,
		    sizeof(asked) }, 60000, double_all, NULL, &answer)
		    || answer != 2 * asked)
			return 1;
	}
	return 0;
}

START_TEST(everybody_gets_his_own_answer)
{
	const struct runner runner = { nothing_to_open, ask_often };
	int results[N];

	race(N, &runner, results);
	ck_assert_int_eq(race_count(N, results, 0), N);
	ck_assert_int_eq(combine_n_asked(combine), 0);
}
END_TEST

SUITE("combine")
{
	FIXTURE(setup, teardown);
	TEST(everybody_gets_his_own_answer);
}
