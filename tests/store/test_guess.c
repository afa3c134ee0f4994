/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_guess - guessing gets slower, for the one who guesses only
 *
 * Layer: tests.  Uses: guess.
 */
#include "account/guess.h"

#include "account/guess_near.h"
#include "base/clock.h"

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
	int r = guess_begin(&ctx, span_str(login), span_str(address), &wait_ms);

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

/* Two ways to be without Redis. */
static void
lose_redis(int how, bool yes)
{
	struct settings straight;
	struct kv_reply reply;
	struct kv *kv;

	if (how == 0) {
		yes ? servers_redis_stop() : servers_redis_start();
		return;
	}
	servers_settings(&straight);
	kv = kv_open(&straight);
	ck_assert_int_eq(kv_command(kv, &ctx.arena, 4,
			     (struct span[]){ SPAN_LIT("CONFIG"),
				 SPAN_LIT("SET"), SPAN_LIT("maxmemory"),
				 yes ? SPAN_LIT("1") : SPAN_LIT("0") },
			     &reply),
	    0);
	kv_close(kv);
}

START_TEST(without_redis_a_pool_counts_by_itself)
{
	lose_redis(_i, true);
	ctx.now_ms -= ctx.now_ms % MS_PER_S;
	use_up("guess.gil", HOME);
	for (int64_t wait_ms = 1000; wait_ms < GUESS_WAIT_MAX_MS;
	     wait_ms *= 2) {
		ck_assert_int_eq(guess("guess.gil", HOME), wait_ms);
		ctx.now_ms += wait_ms - 1;
		ck_assert_int_eq(guess("guess.gil", HOME), 1);
		ctx.now_ms += 1;
		ck_assert_int_eq(guess("guess.gil", HOME), 0);
	}
	ck_assert_int_eq(guess("guess.gil", HOME), GUESS_WAIT_MAX_MS);
	ck_assert_int_eq(guess("guess.gil", "192.0.2.2"), 0);
	guess_was_right(&ctx, SPAN_LIT("guess.gil"), SPAN_LIT(HOME));
	use_up("guess.gil", HOME);
	ck_assert_int_gt(guess("guess.gil", HOME), 0);
	ctx.now_ms += GUESS_KEPT_MS + GUESS_WAIT_MAX_MS;
	use_up("guess.gil", HOME);
	lose_redis(_i, false);
}
END_TEST

/* More of them than there is room for: who has to wait is not overwritten. */
START_TEST(a_flood_makes_nobody_free_who_has_to_wait)
{
	char login[32];

	lose_redis(0, true);
	use_up("guess.ivy", HOME);
	for (int i = 0; i < 3 * GUESS_NEAR_MAX; i++) {
		snprintf(login, sizeof(login), "guess.flood%d", i);
		ck_assert_int_eq(guess(login, HOME), 0);
		if (i % 1000 == 0)
			arena_reset(&ctx.arena);
	}
	ck_assert_int_gt(guess("guess.ivy", HOME), 0);
	use_up("guess.hal", HOME);
	ck_assert_int_gt(guess("guess.hal", HOME), 0);
	lose_redis(0, false);
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
	TEST_LOOP(without_redis_a_pool_counts_by_itself, 2);
	TEST(a_flood_makes_nobody_free_who_has_to_wait);
}
