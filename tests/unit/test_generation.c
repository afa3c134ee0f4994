/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_generation - settings handed from one process to others
 *
 * Layer: tests.  Uses: fcgi-app.
 */
#include "fcgi-app/generation.h"

#include "tests/support/suite.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUNDS 20000

static struct settings set;
static struct generation *generation;

static void
setup(void)
{
	ck_assert_int_eq(generation_open(&set, &generation), 0);
}

static void
teardown(void)
{
	generation_close(generation);
}

/* Every byte says n, so that a mix of two shows. */
static void
fill(int n)
{
	memset(&set, n & 0xff, sizeof(set));
}

static bool
is_whole(const struct settings *s)
{
	const char *p = (const char *)s;

	return memcmp(p, p + 1, sizeof(*s) - 1) == 0;
}

START_TEST(what_is_published_is_read_under_the_next_number)
{
	struct settings got;

	ck_assert_int_eq(generation_now(generation), 1);
	for (int n = 2; n < 6; n++) {
		fill(n);
		ck_assert_int_eq(generation_publish(generation, &set), n);
		ck_assert_int_eq(generation_now(generation), n);
		ck_assert_int_eq(generation_read(generation, &got), n);
		ck_assert_mem_eq(&got, &set, sizeof(set));
	}
}
END_TEST

START_TEST(another_process_sees_what_is_published)
{
	struct settings got;
	int status;

	if (fork() == 0) {
		fill(7);
		generation_publish(generation, &set);
		_exit(0);
	}
	ck_assert_int_gt(wait(&status), 0);
	ck_assert_int_eq(generation_read(generation, &got), 2);
	fill(7);
	ck_assert_mem_eq(&got, &set, sizeof(set));
}
END_TEST

START_TEST(a_reader_never_sees_a_mix_of_two)
{
	struct settings got;
	int64_t last = 0, n;
	int status;
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		for (int i = 2; i < ROUNDS; i++) {
			fill(i);
			generation_publish(generation, &set);
		}
		_exit(0);
	}
	while (waitpid(pid, &status, WNOHANG) == 0) {
		n = generation_read(generation, &got);
		ck_assert_int_ge(n, last);
		ck_assert(is_whole(&got));
		last = n;
	}
	ck_assert_int_eq(generation_read(generation, &got), ROUNDS - 1);
	ck_assert(is_whole(&got));
}
END_TEST

SUITE("generation")
{
	FIXTURE(setup, teardown);
	TEST(what_is_published_is_read_under_the_next_number);
	TEST(another_process_sees_what_is_published);
	TEST(a_reader_never_sees_a_mix_of_two);
}
