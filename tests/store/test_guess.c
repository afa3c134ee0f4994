/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_guess - guessing gets slower, for the one who guesses only
 *
 * Layer: tests.  Uses: guess.
 */
#include "account/guess.h"

#include "tests/support/suite.h"
#include "tests/support/world.h"

#define HOME "192.0.2.1"

static void
once(void)
{
	servers_start(SERVERS_REDIS | SERVERS_PG);
}

/* ms that this guess would have to wait, 0 when it may be made now */
static int64_t
guess(const char *login, const char *address)
{
	int64_t wait_ms = 0;
	int r = guess_begin(&ctx, span_str(login), span_str(address),
	    &wait_ms);

	ck_assert_int_eq(r, wait_ms > 0 ? GUESS_E_EARLY : GUESS_OK);
	return wait_ms;
}

/* As many guesses as are free. */
static void
use_up(const char *login, const char *address)
{
	for (int i = 0; i < GUESS_FREE; i++)
		ck_assert_int_eq(guess(login, address), 0);
}

START_TEST(each_guess_after_the_free_ones_waits_twice_as_long)
{
	use_up("guess.ann", HOME);
	for (int64_t wait_ms = 1000; wait_ms < GUESS_WAIT_MAX_MS;
	    wait_ms *= 2) {
		ck_assert_int_eq(guess("guess.ann", HOME), wait_ms);
		ctx.now_ms += wait_ms - 1;
		ck_assert_int_eq(guess("guess.ann", HOME), 1);
		ctx.now_ms += 1;
		ck_assert_int_eq(guess("guess.ann", HOME), 0);
	}
	ck_assert_int_eq(guess("guess.ann", HOME), GUESS_WAIT_MAX_MS);
}
END_TEST

START_TEST(another_spelling_is_the_same_login_id)
{
	use_up("guess.bob", HOME);
	ck_assert_int_gt(guess("GUESS.BOB", HOME), 0);
}
END_TEST

START_TEST(nobody_is_kept_out_by_strangers)
{
	use_up("guess.cat", HOME);
	ck_assert_int_gt(guess("guess.cat", HOME), 0);
	ck_assert_int_eq(guess("guess.cat", "192.0.2.2"), 0);
	ck_assert_int_eq(guess("guess.dan", HOME), 0);
}
END_TEST

START_TEST(the_64_bits_of_an_ipv6_network_count_as_one)
{
	use_up("guess.eve", "2001:db8:0:1::1");
	ck_assert_int_gt(guess("guess.eve", "2001:db8:0:1:ffff::2"), 0);
	ck_assert_int_eq(guess("guess.eve", "2001:db8:0:2::1"), 0);
}
END_TEST

START_TEST(an_ipv4_address_counts_as_one_however_it_is_written)
{
	use_up("guess.fay", "192.0.2.9");
	ck_assert_int_gt(guess("guess.fay", "::ffff:192.0.2.9"), 0);
	ck_assert_int_eq(guess("guess.fay", "::ffff:192.0.2.10"), 0);
}
END_TEST

START_TEST(the_right_password_begins_anew)
{
	use_up("guess.fay", HOME);
	guess_was_right(&ctx, SPAN_LIT("guess.fay"), SPAN_LIT(HOME));
	use_up("guess.fay", HOME);
	ck_assert_int_gt(guess("guess.fay", HOME), 0);
}
END_TEST

START_TEST(without_redis_everybody_may_try)
{
	servers_redis_stop();
	for (int i = 0; i < GUESS_FREE * 2; i++)
		ck_assert_int_eq(guess("guess.gil", HOME), 0);
	guess_was_right(&ctx, SPAN_LIT("guess.gil"), SPAN_LIT(HOME));
	servers_redis_start();
}
END_TEST

SUITE("guess")
{
	FIXTURE_ONCE(once, servers_stop);
	FIXTURE(world_open, world_close);
	TEST(each_guess_after_the_free_ones_waits_twice_as_long);
	TEST(another_spelling_is_the_same_login_id);
	TEST(nobody_is_kept_out_by_strangers);
	TEST(the_64_bits_of_an_ipv6_network_count_as_one);
	TEST(an_ipv4_address_counts_as_one_however_it_is_written);
	TEST(the_right_password_begins_anew);
	TEST(without_redis_everybody_may_try);
}
