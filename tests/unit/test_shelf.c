/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_shelf - a text is found as it was kept, or not at all
 *
 * Layer: tests.  Uses: base.
 */
#include "base/shelf.h"

#include "tests/support/race.h"
#include "tests/support/suite.h"

#define N 4
#define ROUNDS 2000
#define LEN ((size_t)KIB(64) + 3)

static struct shelf *shelf;
static struct arena a;

static void
setup(void)
{
	shelf = race_memory(sizeof(*shelf));
	arena_init(&a, (size_t)64 << 20);
}

static void
teardown(void)
{
	arena_fini(&a);
	munmap(shelf, sizeof(*shelf));
}

/* len bytes that are all the same letter. */
static void
put(uint64_t subject, char letter, size_t len)
{
	char *text = arena_alloc(&a, len + 1);

	memset(text, letter, len);
	shelf_keep(shelf, &a, subject, (struct span){ text, len });
}

/* The letter that all bytes are; '-' for no text, '!' for a mixed one. */
static char
letter_of(uint64_t subject, size_t len)
{
	struct span text = shelf_find(shelf, &a, subject);

	if (!span_is(text))
		return '-';
	for (size_t i = 1; i < text.len; i++)
		if (text.p[i] != text.p[0])
			return '!';
	return text.len == len ? text.p[0] : '!';
}

START_TEST(a_text_is_found_as_it_was_kept)
{
	ck_assert_int_eq(letter_of(7, 1), '-');
	put(7, 'a', 1);
	put(8, 'b', SHELF_LEN);
	ck_assert_int_eq(letter_of(7, 1), 'a');
	ck_assert_int_eq(letter_of(8, SHELF_LEN), 'b');
	ck_assert_int_eq(letter_of(0, 0), '-');
}
END_TEST

START_TEST(what_is_too_long_is_not_kept)
{
	put(7, 'a', SHELF_LEN + 1);
	ck_assert_int_eq(letter_of(7, SHELF_LEN + 1), '-');
}
END_TEST

START_TEST(what_was_not_asked_for_longest_goes)
{
	for (uint64_t i = 1; i <= SHELF_PLACES; i++)
		put(i, 'a', 9);
	ck_assert_int_eq(letter_of(1, 9), 'a');
	put(100, 'b', 9);
	ck_assert_int_eq(letter_of(1, 9), 'a');
	ck_assert_int_eq(letter_of(2, 9), '-');
	for (uint64_t i = 3; i <= SHELF_PLACES; i++)
		ck_assert_int_eq(letter_of(i, 9), 'a');
	ck_assert_int_eq(letter_of(100, 9), 'b');
}
END_TEST

START_TEST(who_dies_writing_takes_one_place_along)
{
	put(1, 'a', 9);
	ck_assert(seqlock_take(&shelf->at[0].lock));
	ck_assert_int_eq(letter_of(1, 9), '-');
	for (uint64_t i = 2; i <= SHELF_PLACES; i++)
		put(i, 'a', 9);
	put(100, 'b', 9);
	ck_assert_int_eq(letter_of(100, 9), 'b');
	ck_assert_int_eq(letter_of(2, 9), '-');
	ck_assert_int_eq(letter_of(3, 9), 'a');
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
	int n_mixed = 0;

	for (int round = 0; round < ROUNDS; round++) {
		uint64_t subject = 1 + (uint64_t)(round % (SHELF_PLACES + 3));

		if (round % N == i)
			put(subject, (char)('a' + i), LEN);
		n_mixed += letter_of(subject, LEN) == '!';
		arena_reset(&a);
	}
	return n_mixed;
}

START_TEST(nobody_finds_halves_of_two_texts)
{
	const struct runner runner = { nothing_to_open, keep_and_find };
	int results[N];

	race(N, &runner, results);
	ck_assert_int_eq(race_count(N, results, 0), N);
}
END_TEST

SUITE("shelf")
{
	FIXTURE(setup, teardown);
	TEST(a_text_is_found_as_it_was_kept);
	TEST(what_is_too_long_is_not_kept);
	TEST(what_was_not_asked_for_longest_goes);
	TEST(who_dies_writing_takes_one_place_along);
	TEST(nobody_finds_halves_of_two_texts);
}
