/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_cells - numbers of many, in little room
 *
 * Layer: tests.  Uses: base/cells.
 */
#include "base/cells.h"

#include "tests/support/suite.h"

#define N 8
/* Names of one set: what differs is the tag. */
#define NAME(tag) ((uint64_t)(tag) << CELLS_VALUE_BITS)

static atomic_ullong cells[N];

static uint64_t
get(uint64_t who)
{
	struct cell cell;

	return cells_get(cells, N, who, &cell);
}

static bool
set(uint64_t who, uint64_t value)
{
	struct cell cell;

	return cells_get(cells, N, who, &cell) < UINT64_MAX
	    && cells_set(&cell, value);
}

START_TEST(each_name_has_its_number)
{
	ck_assert_uint_eq(get(NAME(1)), 0);
	for (uint64_t i = 0; i < 4; i++)
		ck_assert(set(NAME(i), i + 10));
	ck_assert(set(NAME(1) + 1, 7));
	for (uint64_t i = 0; i < 4; i++)
		ck_assert_uint_eq(get(NAME(i)), i + 10);
	ck_assert_uint_eq(get(NAME(1) + 1), 7);
	ck_assert(set(NAME(2), (1ULL << CELLS_VALUE_BITS) - 1));
	ck_assert_uint_eq(get(NAME(2)), (1ULL << CELLS_VALUE_BITS) - 1);
}
END_TEST

START_TEST(the_smallest_number_makes_room)
{
	for (uint64_t i = 0; i < 4; i++)
		ck_assert(set(NAME(i), 10 + (i + 2) % 4));
	ck_assert(set(NAME(9), 1));
	ck_assert_uint_eq(get(NAME(2)), 0);
	ck_assert_uint_eq(get(NAME(9)), 1);
	ck_assert(set(NAME(8), 99));
	ck_assert_uint_eq(get(NAME(9)), 0);
	ck_assert_uint_eq(get(NAME(1)), 13);
}
END_TEST

START_TEST(who_is_forgotten_has_none_and_nobody_else_is)
{
	for (uint64_t i = 0; i < 4; i++)
		ck_assert(set(NAME(i), 5));
	ck_assert(set(NAME(9), 0));
	ck_assert(set(NAME(3), 0));
	for (uint64_t i = 0; i < 3; i++)
		ck_assert_uint_eq(get(NAME(i)), 5);
	ck_assert_uint_eq(get(NAME(3)), 0);
}
END_TEST

START_TEST(of_two_at_once_one_asks_again)
{
	struct cell first, second;

	ck_assert_uint_eq(cells_get(cells, N, NAME(1), &first), 0);
	ck_assert_uint_eq(cells_get(cells, N, NAME(1), &second), 0);
	ck_assert(cells_set(&first, 5));
	ck_assert(!cells_set(&second, 6));
	ck_assert_uint_eq(get(NAME(1)), 5);
}
END_TEST

SUITE("cells")
{
	TEST(each_name_has_its_number);
	TEST(the_smallest_number_makes_room);
	TEST(who_is_forgotten_has_none_and_nobody_else_is);
	TEST(of_two_at_once_one_asks_again);
}
