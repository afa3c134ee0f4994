/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/rand.h"
#include "tests/support/suite.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

START_TEST(bytes_are_filled_to_the_last_one)
{
	unsigned char any[64] = { 0 }, p[64];

	/* A byte left at zero in all of 64 draws: once in 2^506 runs. */
	for (int i = 0; i < 64; i++) {
		rand_bytes(p, sizeof(p));
		for (size_t k = 0; k < sizeof(p); k++)
			any[k] |= p[k];
	}
	ck_assert_ptr_null(memchr(any, 0, sizeof(any)));
}
END_TEST

START_TEST(nothing_is_written_for_no_bytes)
{
	char c = 'x';

	rand_bytes(&c, 0);
	ck_assert_int_eq(c, 'x');
}
END_TEST

START_TEST(more_than_one_read_of_the_kernel_is_filled)
{
	static unsigned char p[1 << 20];

	rand_bytes(p, sizeof(p));
	/* The last 64 bytes all zero: once in 2^512 runs. */
	ck_assert_mem_ne(p + sizeof(p) - 64, (char[64]){ 0 }, 64);
}
END_TEST

START_TEST(two_processes_draw_different_bytes)
{
	char mine[16], theirs[16];
	int fds[2];
	pid_t pid;

	ck_assert_int_eq(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		rand_bytes(theirs, sizeof(theirs));
		_exit(write(fds[1], theirs, 16) == 16 ? 0 : 1);
	}
	rand_bytes(mine, sizeof(mine));
	ck_assert_int_eq(read(fds[0], theirs, 16), 16);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	ck_assert_mem_ne(mine, theirs, 16);
}
END_TEST

START_TEST(two_processes_draw_different_numbers)
{
	uint64_t mine, theirs;
	int fds[2];
	pid_t pid;

	ck_assert_uint_lt(rand_below(7), 7);
	ck_assert_int_eq(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		theirs = rand_below(UINT64_MAX);
		_exit(write(fds[1], &theirs, 8) == 8 ? 0 : 1);
	}
	mine = rand_below(UINT64_MAX);
	ck_assert_int_eq(read(fds[0], &theirs, 8), 8);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	ck_assert_uint_ne(mine, theirs);
}
END_TEST

START_TEST(a_number_stays_below_and_takes_every_value)
{
	bool seen[7] = { false };

	/* A value never drawn in 2,000: once in 10^133 runs. */
	for (int i = 0; i < 2000; i++) {
		uint64_t v = rand_below(7);

		ck_assert_uint_lt(v, 7);
		seen[v] = true;
	}
	for (size_t i = 0; i < ARRAY_LEN(seen); i++)
		ck_assert(seen[i]);
}
END_TEST

START_TEST(below_one_there_is_only_zero)
{
	ck_assert_uint_eq(rand_below(1), 0);
}
END_TEST

START_TEST(the_largest_range_is_served)
{
	uint64_t high = 0;

	for (int i = 0; i < 100; i++)
		high |= rand_below(UINT64_MAX);
	ck_assert_uint_eq(high, UINT64_MAX);
}
END_TEST

/* A plain remainder of 2^64 by three quarters of it hits the first third in
 * half of all draws; 833 of 2,000 lie eight deviations from either. */
START_TEST(no_number_is_likelier_than_another)
{
	const uint64_t third = UINT64_C(1) << 62;
	int n_first = 0;

	for (int i = 0; i < 2000; i++)
		n_first += rand_below(3 * third) < third;
	ck_assert_int_lt(n_first, 833);
}
END_TEST

SUITE("rand")
{
	TEST(bytes_are_filled_to_the_last_one);
	TEST(nothing_is_written_for_no_bytes);
	TEST(more_than_one_read_of_the_kernel_is_filled);
	TEST(two_processes_draw_different_bytes);
	TEST(two_processes_draw_different_numbers);
	TEST(a_number_stays_below_and_takes_every_value);
	TEST(no_number_is_likelier_than_another);
	TEST(below_one_there_is_only_zero);
	TEST(the_largest_range_is_served);
}
