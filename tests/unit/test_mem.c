/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/mem.h"

#include "base/fault.h"
#include "base/log.h"
#include "tests/support/suite.h"

#include <string.h>

START_TEST(memory_that_grows_keeps_what_is_in_it)
{
	char *p = mem_get(4);

	memcpy(p, "abc", 4);
	p = mem_more(p, KIB(512));
	ck_assert_str_eq(p, "abc");
	free(p);
}
END_TEST

START_TEST(zeros_are_zeros)
{
	char *dirty = mem_get(1000), *p;

	memset(dirty, 'x', 1000);
	free(dirty);
	p = mem_zget(1000);
	for (int i = 0; i < 1000; i++)
		ck_assert_int_eq(p[i], 0);
	free(p);
}
END_TEST

#ifdef FAULTS
/* The second piece is not there. */
static void
given_little(void)
{
	log_open("test", LOG_ERROR);
	setenv("BOXOFFICE_FAULTS", "fail:mem.get:2", 1);
	fault_reset();
	free(mem_get(1));
}

START_TEST(where_there_is_none_the_process_ends)
{
	given_little();
	if (_i == 0)
		(void)mem_get(1);
	else if (_i == 1)
		(void)mem_zget(1);
	else
		(void)mem_more(NULL, 1);
}
END_TEST
#endif

SUITE("mem")
{
	TEST(memory_that_grows_keeps_what_is_in_it);
	TEST(zeros_are_zeros);
#ifdef FAULTS
	TEST_LOOP_ABORTS(where_there_is_none_the_process_ends, 3);
#endif
}
