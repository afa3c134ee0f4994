/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_memo - what was kept is found, whole, or not at all
 *
 * Layer: tests.  Uses: base.
 */
#include "base/memo.h"

#include "tests/support/race.h"
#include "tests/support/suite.h"

#define N 8
#define ROUNDS 20000
/* More than one set has ways, so that they push each other out. */
#define N_KEYS 11

static struct memo *memo;

static void
setup(void)
{
	memo = race_memory(sizeof(*memo));
}

static void
teardown(void)
{
	munmap(memo, sizeof(*memo));
}

/* Keys of one set: they differ behind their first word. */
static void
make_key(int n, uint8_t key[SHA256_LEN])
{
	memset(key, 7, SHA256_LEN);
	key[SHA256_LEN - 1] = (uint8_t)n;
	key[8] = (uint8_t)n;
}

static void
keep(int n, uint32_t stamp)
{
	const uint64_t words[MEMO_WORDS] = { (uint64_t)n, (uint64_t)n + 1000,
		(uint64_t)n + 2000 };
	uint8_t key[SHA256_LEN];

	make_key(n, key);
	memo_keep(memo, key, stamp, words);
}

/* 1 found, and its words are its own; 0 not known; -1 another's words */
static int
find(int n, uint32_t stamp, bool *stamped)
{
	uint64_t words[MEMO_WORDS], first = (uint64_t)n;
	uint8_t key[SHA256_LEN];

	make_key(n, key);
	if (!memo_find(memo, key, stamp, words, stamped))
		return 0;
	return words[0] == first && words[1] == first + 1000
		&& words[2] == first + 2000
	    ? 1
	    : -1;
}

START_TEST(what_was_kept_is_found_and_nothing_else)
{
	bool stamped;

	ck_assert_int_eq(find(1, 5, &stamped), 0);
	keep(1, 5);
	ck_assert_int_eq(find(1, 5, &stamped), 1);
	ck_assert_int_eq(find(2, 5, &stamped), 0);
}
END_TEST

START_TEST(a_stamp_is_new_once)
{
	bool stamped;

	keep(1, 5);
	ck_assert_int_eq(find(1, 5, &stamped), 1);
	ck_assert(stamped);
	ck_assert_int_eq(find(1, 6, &stamped), 1);
	ck_assert(!stamped);
	ck_assert_int_eq(find(1, 6, &stamped), 1);
	ck_assert(stamped);
}
END_TEST

START_TEST(a_full_set_forgets_one_for_a_new_one)
{
	int n_found = 0;
	bool stamped;

	for (int n = 0; n < N_KEYS; n++) {
		keep(n, 5);
		ck_assert_int_eq(find(n, 5, &stamped), 1);
	}
	for (int n = 0; n < N_KEYS; n++)
		n_found += find(n, 5, &stamped);
	ck_assert_int_eq(n_found, MEMO_WAYS);
}
END_TEST

START_TEST(a_writer_who_died_hides_its_entry_and_no_other)
{
	uint8_t key[SHA256_LEN];
	uint64_t first;
	bool stamped;

	for (int n = 0; n < MEMO_WAYS; n++)
		keep(n, 5);
	make_key(0, key);
	memcpy(&first, key, sizeof(first));
	atomic_fetch_add(&memo->at[first % MEMO_SETS][0].lock.number, 1);
	ck_assert_int_eq(find(0, 5, &stamped), 0);
	keep(0, 5);
	ck_assert_int_eq(find(0, 5, &stamped), 0);
	ck_assert_int_eq(find(1, 5, &stamped), 1);
}
END_TEST

/* ---- many at once ---- */

static void
nothing_to_open(int i)
{
	(void)i;
}

static int
keep_and_find(int i)
{
	bool stamped;

	for (int round = 0; round < ROUNDS; round++) {
		keep((i + round) % N_KEYS, 5);
		for (int n = 0; n < N_KEYS; n++)
			if (find(n, 5, &stamped) < 0)
				return 1;
	}
	return 0;
}

START_TEST(nobody_finds_half_of_what_others_write)
{
	const struct runner runner = { nothing_to_open, keep_and_find };
	int results[N];

	race(N, &runner, results);
	ck_assert_int_eq(race_count(N, results, 0), N);
}
END_TEST

SUITE("memo")
{
	FIXTURE(setup, teardown);
	TEST(what_was_kept_is_found_and_nothing_else);
	TEST(a_stamp_is_new_once);
	TEST(a_full_set_forgets_one_for_a_new_one);
	TEST(a_writer_who_died_hides_its_entry_and_no_other);
	TEST(nobody_finds_half_of_what_others_write);
}
