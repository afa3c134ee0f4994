/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/keys.h"

#include "tests/support/suite.h"

static struct arena a;

static void
given_an_arena(void)
{
	arena_init(&a, KIB(64));
}

static void
give_it_back(void)
{
	arena_fini(&a);
}

static bool
is(struct span key, const char *text)
{
	return span_eq_str(key, text);
}

START_TEST(keys_of_a_performance_share_the_tag_of_their_epoch)
{
	static const char *const names[KEY_N_PERF] = {
		"bo:{p7.3}:seats",
		"bo:{p7.3}:refs",
		"bo:{p7.3}:meta",
		"bo:{p7.3}:holds",
		"bo:{p7.3}:due",
		"bo:{p7.3}:ends",
		"bo:{p7.3}:log",
		"bo:{p7.3}:stock",
		"bo:{p7.3}:queue",
		"bo:{p7.3}:ready",
		"bo:{p7.3}:seen",
		"bo:{p7.3}:absent",
		"bo:{p7.3}:active",
		"bo:{p7.3}:pass",
		"bo:{p7.3}:line",
		"bo:{p7.3}:lobby",
	};

	for (int i = 0; i < KEY_N_PERF; i++)
		ck_assert(is(key_perf(&a, 7, 3, (enum perf_key)i), names[i]));
	ck_assert(is(key_perf(&a, INT64_MAX, INT64_MAX, KEY_LOG),
	    "bo:{p9223372036854775807.9223372036854775807}:log"));
}
END_TEST

START_TEST(a_key_without_an_epoch_is_a_mistake_of_the_program)
{
	key_perf(&a, 7, 0, KEY_SEATS);
}
END_TEST

START_TEST(the_other_keys_say_what_and_whose)
{
	ck_assert(is(key_held(&a, 5, 2), "bo:{u5.2}:held"));
	ck_assert(is(key_job(&a, "expiry"), "bo:job:expiry"));
	ck_assert(is(key_seen(&a, 29), "bo:{seen}:29"));
	ck_assert(
	    is(key_rate(&a, "login", span_str("ann")), "bo:rate:login:ann"));
}
END_TEST

START_TEST(whoever_is_limited_may_have_any_bytes_in_his_name)
{
	struct span key = key_rate(&a, "login", SPAN_LIT("a\0%s"));

	ck_assert(span_eq(key, SPAN_LIT("bo:rate:login:a\0%s")));
}
END_TEST

SUITE("keys")
{
	FIXTURE(given_an_arena, give_it_back);
	TEST(keys_of_a_performance_share_the_tag_of_their_epoch);
	TEST_ABORTS(a_key_without_an_epoch_is_a_mistake_of_the_program);
	TEST(the_other_keys_say_what_and_whose);
	TEST(whoever_is_limited_may_have_any_bytes_in_his_name);
}
