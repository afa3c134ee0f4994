/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * suite - the main function of a Check program, so that a test file is only
 * tests: TAP on standard output, each test in a process of its own, the exit
 * status tells whether all passed.
 *
 *	START_TEST(a_sentence_about_the_module)
 *	{
 *		ck_assert_int_eq(module_do(), 0);
 *	}
 *	END_TEST
 *
 *	SUITE("module")
 *	{
 *		FIXTURE(open_it, close_it);
 *		TEST(a_sentence_about_the_module);
 *	}
 *
 * Layer: tests.  Uses: check, base/fault.
 */
#ifndef SUPPORT_SUITE_H
#define SUPPORT_SUITE_H

#include <check.h>
#include <signal.h>
#include <stdlib.h>

/* FAULTS, which a test with crashes asks for. */
#include "base/fault.h"

/* Long enough for a sanitizer build on a busy machine: a test that is still
 * running then hangs. A suite whose tests take long by design says so before
 * it includes this. */
#ifndef SUITE_TIMEOUT_S
#define SUITE_TIMEOUT_S 120
#endif

/* How often a test of tests/unit tries what comes by chance: where sanitizers
 * make each try several times as slow, a tenth. Other builds try all. */
#ifdef SANITIZERS
#define SUITE_TRIES(n) ((n) / 10)
#else
#define SUITE_TRIES(n) (n)
#endif

/* Around every test of the suite, in the test's own process. */
#define FIXTURE(setup, teardown) \
	tcase_add_checked_fixture(suite_case, (setup), (teardown))
/* Once around the whole suite, in the process all tests are forked from. */
#define FIXTURE_ONCE(setup, teardown) \
	tcase_add_unchecked_fixture(suite_case, (setup), (teardown))
#define TEST(test) tcase_add_test(suite_case, (test))
/* Runs the test with _i from 0 to n - 1. */
#define TEST_LOOP(test, n) tcase_add_loop_test(suite_case, (test), 0, (n))
/* Passes only when the test ends in abort(3). */
#define TEST_ABORTS(test) \
	tcase_add_test_raise_signal(suite_case, (test), SIGABRT)
#define TEST_LOOP_ABORTS(test, n) \
	tcase_add_loop_test_raise_signal(suite_case, (test), SIGABRT, 0, (n))
/* Passes only when the test ends its process with status. */
#define TEST_EXITS(test, status) \
	tcase_add_exit_test(suite_case, (test), (status))

/* The body that follows adds the tests. */
#define SUITE(name) \
	static void suite_fill(TCase *suite_case); \
	int main(void) \
	{ \
		return suite_run((name), suite_fill); \
	} \
	static void suite_fill(TCase *suite_case)

static inline int
suite_run(const char *name, void (*fill)(TCase *))
{
	Suite *suite = suite_create(name);
	TCase *tcase = tcase_create(name);
	SRunner *runner = srunner_create(suite);
	int n_failed;

	tcase_set_timeout(tcase, SUITE_TIMEOUT_S);
	fill(tcase);
	suite_add_tcase(suite, tcase);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
