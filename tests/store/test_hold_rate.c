/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_hold_rate - how often a buyer holds, and how much he hoards
 *
 * Both are kept in his record of the performance, which the scripts of holds
 * read and write anyway.
 *
 * Layer: tests.  Uses: hold, buyer, away, house.
 */
#include "base/clock.h"
#include "hold/hold_expire.h"
#include "limit/limit.h"
#include "seat/epoch.h"
#include "store/keys.h"
#include "tests/support/away.h"
#include "tests/support/race.h"

#define S MS_PER_S
#define WORD_MAX 12

static struct hold_conflicts why;
static int64_t now_ms;

static void
at(int64_t ms)
{
	now_ms = ms;
	clock_fake(ms);
	house_round();
}

static void
later(int64_t ms)
{
	at(now_ms + ms);
}

static void
given_a_house(void)
{
	away_open();
	at(clock_ms());
}

static void
leave_it(void)
{
	house_close();
	clock_fake(-1);
}

static void
given_rate(const char *rate)
{
	strcpy(house.ctx.set.limit_hold, rate);
}

static void
given_budget(int64_t budget)
{
	house.ctx.set.hoard_budget = budget;
}

/* A hold of so many seats from the first on. */
static int
hold_seats(const char *name, size_t n)
{
	static const int64_t numbers[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	const struct hold_want want = { .user = house_user(name),
		.performance = house.performance,
		.seats = numbers,
		.n_seats = n };
	int r;

	why.wait_ms = 0;
	r = hold_place(&house.ctx, &want, &hold, &why);
	if (r == HOLD_OK)
		hold.token = buyer_token(hold.token);
	return r;
}

static int
hold_and_drop(const char *name, int64_t after_ms)
{
	int r = hold_seats(name, 1);

	if (r != HOLD_OK)
		return r;
	later(after_ms);
	return drop(name, hold.token);
}

/* The user's record, and another one. */
static struct span
record(const char *command, const char *name, struct span text)
{
	struct arena *a = &house.ctx.arena;
	struct kv_reply reply;
	int64_t epoch;

	ck_assert_int_eq(epoch_get(&house.ctx, &epoch), 0);
	ck_assert_int_eq(
	    kv_command(house.ctx.kv, a, span_is(text) ? 4 : 3,
		(struct span[]){ span_str(command),
		    key_perf(a, house.performance, epoch, KEY_HOLDS),
		    span_str(
			arena_printf(a, "u%lld", (long long)house_user(name))),
		    text },
		&reply),
	    0);
	return reply.str;
}

/* "" where there is none. */
static const char *
record_of(const char *name)
{
	return arena_str(&house.ctx.arena, record("HGET", name, SPAN_NONE));
}

static void
set_record(const char *name, struct span text)
{
	(void)record("HSET", name, text);
}

static struct hold_user
user_of(const char *name)
{
	struct hold_user user;

	ck_assert(hold_user_read(span_str(record_of(name)), &user));
	ck_assert_uint_le(user.rate.len, WORD_MAX);
	ck_assert_uint_le(user.hoard.len, WORD_MAX);
	return user;
}

static void
sweep(void)
{
	size_t n;

	ck_assert_int_eq(hold_expire_round(&house.ctx, &n), 0);
}

/* ---- the rate ---- */

START_TEST(holding_and_giving_back_does_not_begin_anew)
{
	given_rate("6/60 burst 3");
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(hold_and_drop("ann", 10), HOLD_OK);
	ck_assert_int_eq(hold_seats("ann", 1), HOLD_E_RATE);
	ck_assert_int_eq(why.wait_ms, 10 * S - 30);
	ck_assert_int_eq(hold_seats("bob", 1), HOLD_OK);
	ck_assert_int_eq(drop("bob", hold.token), HOLD_OK);
	later(10 * S - 31);
	ck_assert_int_eq(hold_seats("ann", 1), HOLD_E_RATE);
	later(1);
	ck_assert_int_eq(hold_seats("ann", 1), HOLD_OK);
	ck_assert_int_eq(hold_seats("ann", 2), HOLD_E_TAKEN);
}
END_TEST

START_TEST(what_is_refused_for_another_reason_does_not_count)
{
	given_rate("6/60 burst 1");
	ck_assert_int_eq(hold_seats("bob", 1), HOLD_OK);
	for (int i = 0; i < 5; i++)
		ck_assert_int_eq(hold_seats("ann", 2), HOLD_E_TAKEN);
	ck_assert_int_eq(drop("bob", hold.token), HOLD_OK);
	ck_assert_int_eq(hold_seats("ann", 2), HOLD_OK);
	/* Nor does asking for what he has. */
	ck_assert_int_eq(hold_seats("ann", 2), HOLD_OK);
	ck_assert(hold.again);
}
END_TEST

START_TEST(a_minute_has_the_rate_within_one_percent)
{
	static const struct {
		const char *rate;
		int n;
	} minutes[] = { { "200/60 burst 20", 200 }, { "30/60 burst 1", 30 } };
	int64_t end;
	int n = 0;

	given_rate(minutes[_i].rate);
	while (hold_and_drop("ann", 0) == HOLD_OK)
		n++;
	ck_assert_int_eq(n, _i == 0 ? 20 : 1);
	n = 0;
	for (end = now_ms + 60 * S; now_ms < end;) {
		later(100);
		n += hold_and_drop("ann", 0) == HOLD_OK;
	}
	ck_assert_int_ge(100 * n, 99 * minutes[_i].n);
	ck_assert_int_le(100 * n, 101 * minutes[_i].n);
}
END_TEST

START_TEST(a_clock_that_ran_ahead_makes_nobody_wait_longer)
{
	given_rate("6/60 burst 3");
	later(3600 * S);
	ck_assert_int_eq(hold_and_drop("ann", 0), HOLD_OK);
	later(-3600 * S);
	ck_assert_int_eq(hold_seats("ann", 1), HOLD_E_RATE);
	ck_assert_int_eq(why.wait_ms, 10 * S);
	later(10 * S);
	ck_assert_int_eq(hold_seats("ann", 1), HOLD_OK);
}
END_TEST

START_TEST(a_change_counts_as_a_hold)
{
	const int64_t other[] = { 2 };
	struct hold_want want = { .user = house_user("ann"),
		.seats = other,
		.n_seats = 1 };

	given_rate("6/60 burst 1");
	ck_assert_int_eq(hold_seats("ann", 1), HOLD_OK);
	ck_assert_int_eq(
	    hold_change(&house.ctx, &want, hold.token, &hold, &why),
	    HOLD_E_RATE);
	ck_assert_int_eq(why.wait_ms, 10 * S);
	ck_assert_int_eq(letter(1), 'H');
	later(10 * S);
	ck_assert_int_eq(
	    hold_change(&house.ctx, &want, hold.token, &hold, &why), HOLD_OK);
	ck_assert_int_eq(letter(2), 'H');
}
END_TEST

START_TEST(with_redis_away_a_pool_counts_by_itself)
{
	given_rate("6/60 burst 2");
	ck_assert_int_eq(hold_seats("bob", 1), HOLD_OK);
	away(STOPPED, REDIS_DOWN_DATABASE);
	ck_assert_int_eq(place("ann", "5"), HOLD_OK);
	ck_assert_int_eq(place("ann", "6"), HOLD_OK);
	ck_assert_int_eq(place("ann", "7"), HOLD_E_RATE);
	ck_assert_int_eq(place("cat", "7"), HOLD_OK);
	bring_back(STOPPED);
}
END_TEST

/* ---- what is kept ---- */

START_TEST(a_word_stays_until_it_says_nothing_and_is_swept)
{
	given_rate("6/60 burst 3");
	given_budget(3600);
	ck_assert_int_eq(hold_and_drop("ann", 2 * S), HOLD_OK);
	ck_assert_uint_gt(user_of("ann").rate.len, 0);
	ck_assert_uint_gt(user_of("ann").hoard.len, 0);
	ck_assert_int_eq(user_of("ann").held, 0);
	later(598 * S - 1);
	sweep();
	ck_assert_str_ne(record_of("ann"), "");
	later(3 * S + 1);
	sweep();
	ck_assert_str_eq(record_of("ann"), "");
}
END_TEST

START_TEST(words_survive_a_count)
{
	struct hold_user was;

	given_rate("6/60 burst 3");
	given_budget(3600);
	ck_assert_int_eq(hold_and_drop("ann", 2 * S), HOLD_OK);
	was = user_of("ann");
	(void)reconcile();
	ck_assert(span_eq(user_of("ann").rate, was.rate));
	ck_assert(span_eq(user_of("ann").hoard, was.hoard));
	/* And where it is counted anew. */
	ck_assert_int_eq(place("ann", "5"), HOLD_OK);
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	later(60 * S);
	ck_assert_int_eq(hold_and_drop("ann", 2 * S), HOLD_OK);
	was = user_of("ann");
	ck_assert_int_eq(was.bought, 1);
	was.bought = 7;
	set_record("ann", hold_user_text(&house.ctx.arena, &was));
	ck_assert_uint_gt(reconcile(), 0);
	ck_assert_int_eq(user_of("ann").bought, 1);
	ck_assert(span_eq(user_of("ann").rate, was.rate));
	ck_assert(span_eq(user_of("ann").hoard, was.hoard));
}
END_TEST

START_TEST(words_go_with_the_purchase)
{
	given_rate("6/60 burst 3");
	given_budget(3600);
	ck_assert_int_eq(hold_and_drop("ann", 2 * S), HOLD_OK);
	ck_assert_int_eq(hold_seats("ann", 2), HOLD_OK);
	ck_assert_uint_gt(user_of("ann").rate.len, 0);
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	ck_assert_str_eq(record_of("ann"), "0 2");
}
END_TEST

START_TEST(without_limits_nothing_is_kept)
{
	ck_assert_int_eq(hold_seats("ann", 2), HOLD_OK);
	ck_assert_uint_eq(user_of("ann").rate.len, 0);
	ck_assert_int_eq(drop("ann", hold.token), HOLD_OK);
	ck_assert_str_eq(record_of("ann"), "");
}
END_TEST

/* ---- hoarding ---- */

START_TEST(who_gave_back_too_much_waits)
{
	given_budget(3600);
	/* Eight seats for 300 s, and eight for 150 s. */
	ck_assert_int_eq(hold_seats("ann", 8), HOLD_OK);
	at(hold.is.ends_ms);
	sweep();
	ck_assert_int_eq(letter(1), 'A');
	ck_assert_int_eq(hold_seats("ann", 8), HOLD_OK);
	later(149 * S);
	ck_assert_int_eq(drop("ann", hold.token), HOLD_OK);
	ck_assert_int_eq(hold_seats("ann", 8), HOLD_OK);
	later(1 * S);
	ck_assert_int_eq(drop("ann", hold.token), HOLD_OK);
	ck_assert_int_eq(hold_seats("ann", 1), HOLD_E_HOARD);
	ck_assert_int_gt(why.wait_ms, 449 * S);
	ck_assert_int_le(why.wait_ms, 451 * S);
	ck_assert_int_eq(hold_seats("bob", 1), HOLD_OK);
	ck_assert_int_eq(drop("bob", hold.token), HOLD_OK);
	later(why.wait_ms);
	later(451 * S);
	ck_assert_int_eq(hold_seats("ann", 1), HOLD_OK);
}
END_TEST

START_TEST(who_buys_what_he_holds_hoards_nothing)
{
	given_budget(100);
	ck_assert_int_eq(hold_seats("ann", 4), HOLD_OK);
	later(200 * S);
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	ck_assert_int_eq(place("ann", "7"), HOLD_OK);
}
END_TEST

START_TEST(seats_that_a_change_gives_up_count)
{
	const int64_t one[] = { 1 };
	struct hold_want want = { .user = house_user("ann"),
		.seats = one,
		.n_seats = 1 };

	given_budget(100);
	ck_assert_int_eq(hold_seats("ann", 3), HOLD_OK);
	later(50 * S);
	ck_assert_int_eq(
	    hold_change(&house.ctx, &want, hold.token, &hold, &why), HOLD_OK);
	ck_assert_int_eq(place("ann", "7"), HOLD_E_HOARD);
}
END_TEST

/* ---- many at once ---- */

#define N_RACERS 50

static int64_t racer;

static void
race_open(int i)
{
	(void)i;
	house_fork();
	given_rate("5/600");
}

static int
race_run(int i)
{
	const struct hold_want want = { .user = racer,
		.performance = house.performance,
		.section_no = 2,
		.quantity = 1 };

	(void)i;
	return hold_place(&house.ctx, &want, &hold, &why);
}

START_TEST(of_fifty_holds_at_once_just_so_many_are_placed)
{
	static const struct runner runner = { race_open, race_run };
	int results[N_RACERS];

	clock_fake(-1);
	house_lawn(100);
	house_terms();
	racer = house_user("ann");
	race(N_RACERS, &runner, results);
	ck_assert_int_eq(race_count(N_RACERS, results, HOLD_OK), 5);
	ck_assert_int_eq(race_count(N_RACERS, results, HOLD_E_RATE),
	    N_RACERS - 5);
	ck_assert_int_eq(user_of("ann").held, 5);
}
END_TEST

SUITE("hold_rate")
{
	FIXTURE_ONCE(house_start, NULL);
	FIXTURE(given_a_house, leave_it);
	TEST(holding_and_giving_back_does_not_begin_anew);
	TEST(what_is_refused_for_another_reason_does_not_count);
	TEST_LOOP(a_minute_has_the_rate_within_one_percent, 2);
	TEST(a_clock_that_ran_ahead_makes_nobody_wait_longer);
	TEST(a_change_counts_as_a_hold);
	TEST(with_redis_away_a_pool_counts_by_itself);
	TEST(a_word_stays_until_it_says_nothing_and_is_swept);
	TEST(words_survive_a_count);
	TEST(words_go_with_the_purchase);
	TEST(without_limits_nothing_is_kept);
	TEST(who_gave_back_too_much_waits);
	TEST(who_buys_what_he_holds_hoards_nothing);
	TEST(seats_that_a_change_gives_up_count);
	TEST(of_fifty_holds_at_once_just_so_many_are_placed);
}
