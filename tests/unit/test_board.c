/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_board - a text is read as it was written, or not at all
 *
 * Layer: tests.  Uses: base.
 */
#include "base/board.h"

#include "tests/support/race.h"
#include "tests/support/suite.h"

#include <string.h>

#define N 8
#define ROUNDS 20000

static struct board *board;

static void
setup(void)
{
	board = race_memory(sizeof(*board));
}

static void
teardown(void)
{
	munmap(board, sizeof(*board));
}

/* len bytes that are all the same letter. */
static void
put(uint64_t subject, char letter, size_t len)
{
	uint64_t text[BOARD_WORDS];

	memset(text, letter, sizeof(text));
	board_write(board, subject, text, len);
}

/* The letter that all bytes are; '-' for no text, '!' for a mixed one. */
static char
letter_of(uint64_t subject, size_t len)
{
	uint64_t words[BOARD_WORDS];
	const char *text = (const char *)words;
	size_t n = board_read(board, subject, words);

	if (n == 0)
		return '-';
	for (size_t i = 1; i < n; i++)
		if (text[i] != text[0])
			return '!';
	return n == len ? text[0] : '!';
}

START_TEST(a_text_is_read_as_it_was_written)
{
	ck_assert_int_eq(letter_of(7, 1), '-');
	put(7, 'a', 1);
	ck_assert_int_eq(letter_of(7, 1), 'a');
	put(7, 'b', BOARD_LEN);
	ck_assert_int_eq(letter_of(7, BOARD_LEN), 'b');
	put(7, 'c', 13);
	ck_assert_int_eq(letter_of(7, 13), 'c');
	ck_assert_int_eq(letter_of(8, 13), '-');
}
END_TEST

START_TEST(subjects_of_one_place_push_each_other_out)
{
	put(7, 'a', 10);
	put(7 + BOARD_PLACES, 'b', 10);
	ck_assert_int_eq(letter_of(7, 10), '-');
	ck_assert_int_eq(letter_of(7 + BOARD_PLACES, 10), 'b');
}
END_TEST

/* The text counts itself, whoever it is of. */
static void
count_up(uint64_t text[BOARD_WORDS], size_t len, const void *arg)
{
	(void)arg;
	for (size_t i = 0; i < len / sizeof(text[0]); i++)
		text[i]++;
}

START_TEST(a_text_is_changed_where_it_stands_and_no_other)
{
	ck_assert(!board_change(board, 7, count_up, NULL));
	ck_assert_int_eq(letter_of(7, 1), '-');
	put(7, 'a', 24);
	ck_assert(!board_change(board, 7 + BOARD_PLACES, count_up, NULL));
	ck_assert_int_eq(letter_of(7, 24), 'a');
	ck_assert(seqlock_take(&board->at[7].lock));
	ck_assert(!board_change(board, 7, count_up, NULL));
	seqlock_give(&board->at[7].lock);
	ck_assert_int_eq(letter_of(7, 24), 'a');
	ck_assert(board_change(board, 7, count_up, NULL));
	ck_assert_int_eq(letter_of(7, 24), '!');
}
END_TEST

START_TEST(a_writer_who_died_hides_its_place_and_no_other)
{
	put(7, 'a', 10);
	put(8, 'b', 10);
	ck_assert(seqlock_take(&board->at[7].lock));
	ck_assert_int_eq(letter_of(7, 10), '-');
	put(7, 'c', 10);
	ck_assert_int_eq(letter_of(7, 10), '-');
	ck_assert_int_eq(letter_of(8, 10), 'b');
}
END_TEST

static void
nothing_to_open(int i)
{
	(void)i;
}

/* Each writer has a letter and a length of its own, and two subjects share
 * the place. */
static int
write_and_read(int i)
{
	for (int round = 0; round < ROUNDS; round++) {
		uint64_t words[BOARD_WORDS];
		const char *text = (const char *)words;
		size_t n;

		put(7 + (uint64_t)(i % 2) * BOARD_PLACES, (char)('a' + i),
		    400 + (size_t)i * 200);
		n = board_read(board, 7, words);
		if (n == 0)
			continue;
		if ((text[0] - 'a') % 2 != 0
		    || n != 400 + (size_t)(text[0] - 'a') * 200)
			return 1;
		for (size_t k = 1; k < n; k++)
			if (text[k] != text[0])
				return 2;
	}
	return 0;
}

START_TEST(nobody_reads_half_of_what_others_write)
{
	const struct runner runner = { nothing_to_open, write_and_read };
	int results[N];

	race(N, &runner, results);
	ck_assert_int_eq(race_count(N, results, 0), N);
}
END_TEST

/* Who meets another tries again. */
static int
count_many(int i)
{
	(void)i;
	for (int round = 0; round < ROUNDS; round++)
		while (!board_change(board, 7, count_up, NULL))
			;
	return 0;
}

START_TEST(of_two_who_change_a_text_none_undoes_what_the_other_did)
{
	const struct runner runner = { nothing_to_open, count_many };
	uint64_t text[BOARD_WORDS] = { 0 };
	int results[N];

	board_write(board, 7, text, 1024);
	race(N, &runner, results);
	ck_assert_uint_eq(board_read(board, 7, text), 1024);
	for (size_t i = 0; i < 1024 / sizeof(text[0]); i++)
		ck_assert_uint_eq(text[i], N * ROUNDS);
}
END_TEST

SUITE("board")
{
	FIXTURE(setup, teardown);
	TEST(a_text_is_read_as_it_was_written);
	TEST(subjects_of_one_place_push_each_other_out);
	TEST(a_text_is_changed_where_it_stands_and_no_other);
	TEST(a_writer_who_died_hides_its_place_and_no_other);
	TEST(nobody_reads_half_of_what_others_write);
	TEST(of_two_who_change_a_text_none_undoes_what_the_other_did);
}
