/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/arena.h"

#include "base/fault.h"
#include "tests/support/suite.h"

#ifdef SANITIZERS
#include <sanitizer/asan_interface.h>
#endif

#define LIMIT ((size_t)KIB(1024))

static struct arena a;

static void
given_an_arena(void)
{
	arena_init(&a, LIMIT);
}

static void
give_it_back(void)
{
	arena_fini(&a);
}

START_TEST(each_allocation_is_aligned_and_its_own)
{
	char *before = arena_alloc(&a, 0);

	for (size_t size = 0; size < 100; size++) {
		char *p = arena_alloc(&a, size);

		ck_assert_uint_eq((uintptr_t)p % _Alignof(max_align_t), 0);
		ck_assert_ptr_ne(p, before);
		memset(p, 'x', size);
		before = p;
	}
}
END_TEST

START_TEST(more_than_a_block_is_served_up_to_the_limit)
{
	char *parts[8];

	for (int i = 0; i < 8; i++) {
		parts[i] = arena_alloc(&a, LIMIT / 8);
		memset(parts[i], 'a' + i, LIMIT / 8);
	}
	for (int i = 0; i < 8; i++) {
		ck_assert_int_eq(parts[i][0], 'a' + i);
		ck_assert_int_eq(parts[i][LIMIT / 8 - 1], 'a' + i);
	}
	ck_assert_uint_eq(a.used, LIMIT);
}
END_TEST

START_TEST(one_byte_past_the_limit_aborts)
{
	(void)arena_alloc(&a, LIMIT);
	(void)arena_alloc(&a, 1);
}
END_TEST

START_TEST(an_absurd_size_aborts)
{
	(void)arena_alloc(&a, SIZE_MAX);
}
END_TEST

START_TEST(an_overflowing_product_aborts)
{
	(void)arena_zalloc(&a, SIZE_MAX / 2, 3);
}
END_TEST

START_TEST(a_copy_of_an_absurd_length_aborts)
{
	(void)arena_dup(&a, "", SIZE_MAX);
}
END_TEST

START_TEST(a_reset_gives_the_same_memory_again)
{
	void *first = arena_alloc(&a, 100);

	for (int round = 0; round < 3; round++) {
		(void)arena_alloc(&a, LIMIT / 2);
		arena_reset(&a);
		ck_assert_uint_eq(a.used, 0);
		ck_assert_ptr_eq(arena_alloc(&a, 100), first);
	}
}
END_TEST

START_TEST(zeroed_memory_is_zero_after_a_reset_too)
{
	static const char zeros[1000];

	memset(arena_alloc(&a, sizeof(zeros)), 'x', sizeof(zeros));
	arena_reset(&a);
	ck_assert_mem_eq(arena_zalloc(&a, 10, 100), zeros, sizeof(zeros));
}
END_TEST

START_TEST(copies_end_in_nul_and_outlive_their_source)
{
	char source[] = "gate A";
	char *copy = arena_dup(&a, source, 4);
	struct span span = arena_span(&a, span_str(source));

	memset(source, 'x', sizeof(source));
	ck_assert_str_eq(copy, "gate");
	ck_assert(span_eq_str(span, "gate A"));
	ck_assert_str_eq(arena_dup(&a, NULL, 0), "");
}
END_TEST

START_TEST(an_absent_span_stays_absent_but_its_string_is_empty)
{
	ck_assert(!span_is(arena_span(&a, SPAN_NONE)));
	ck_assert(span_is(arena_span(&a, SPAN_LIT(""))));
	ck_assert_str_eq(arena_str(&a, SPAN_NONE), "");
}
END_TEST

START_TEST(printf_makes_room_for_its_text)
{
	char *text = arena_printf(&a, "%s-%0*d", "row", 5000, 7);

	ck_assert_uint_eq(strlen(text), 5004);
	ck_assert_int_eq(strncmp(text, "row-000", 7), 0);
	ck_assert_int_eq(text[5003], '7');
}
END_TEST

#ifdef SANITIZERS
START_TEST(what_is_not_handed_out_is_poisoned)
{
	char *p = arena_alloc(&a, 32);
	char *next = arena_alloc(&a, 5);

	ck_assert_ptr_null(__asan_region_is_poisoned(p, 32));
	ck_assert_ptr_null(__asan_region_is_poisoned(next, 5));
	ck_assert(__asan_address_is_poisoned(p + 32));
	ck_assert(__asan_address_is_poisoned(next - 1));
	ck_assert(__asan_address_is_poisoned(next + 5));
	arena_reset(&a);
	ck_assert(__asan_address_is_poisoned(p));
	ck_assert(__asan_address_is_poisoned(p + 31));
}
END_TEST
#endif

#ifdef FAULTS
START_TEST(without_memory_the_process_ends)
{
	setenv("BOXOFFICE_FAULTS", "fail:arena.get:2", 1);
	fault_reset();
	(void)arena_alloc(&a, 1);
	(void)arena_alloc(&a, 1);
}
END_TEST
#endif

SUITE("arena")
{
	FIXTURE(given_an_arena, give_it_back);
	TEST(each_allocation_is_aligned_and_its_own);
	TEST(more_than_a_block_is_served_up_to_the_limit);
	TEST_ABORTS(one_byte_past_the_limit_aborts);
	TEST_ABORTS(an_absurd_size_aborts);
#ifdef FAULTS
	TEST_ABORTS(without_memory_the_process_ends);
#endif
	TEST_ABORTS(an_overflowing_product_aborts);
	TEST_ABORTS(a_copy_of_an_absurd_length_aborts);
	TEST(a_reset_gives_the_same_memory_again);
	TEST(zeroed_memory_is_zero_after_a_reset_too);
	TEST(copies_end_in_nul_and_outlive_their_source);
	TEST(an_absent_span_stays_absent_but_its_string_is_empty);
	TEST(printf_makes_room_for_its_text);
#ifdef SANITIZERS
	TEST(what_is_not_handed_out_is_poisoned);
#endif
}
