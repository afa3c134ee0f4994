/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_limit - a user's seats, however many of his requests come at once
 *
 * Layer: tests.  Uses: hold, reservation, afterwards.
 */
#include "tests/support/afterwards.h"
#include "tests/support/race.h"

#define LIMIT 8 /* the house's */
#define N_RACERS 24

static struct hold holds[LIMIT];

static void
open_house(void)
{
	house_open();
	buyer_behind();
	/* Racers make no users. */
	(void)house_user("ann");
}

static void
open_racer(int i)
{
	(void)i;
	house_fork();
	house_round();
	buyer_behind();
	(void)house_map();
}

/* Every third keeps other seats, more or fewer, in one of two holds; the
 * others hold one more. */
static int
place_or_change(int i)
{
	struct hold_conflicts conflicts;
	int64_t seats[4] = { i + 1, (i + 1) % 24 + 1, (i + 2) % 24 + 1,
		(i + 3) % 24 + 1 };
	const struct hold_want want = { .user = house_user("ann"),
		.performance = house.performance,
		.seats = seats,
		.n_seats = i % 3 == 0 ? (size_t)i % 4 + 1 : 1 };
	struct hold out;
	int r;

	if (i % 3 == 0)
		r = hold_change(&house.ctx, &want, holds[i % 2].token, &out,
		    &conflicts);
	else
		r = hold_place(&house.ctx, &want, &out, &conflicts);
	return r == HOLD_OK || r == HOLD_E_LIMIT || r == HOLD_E_TAKEN ? r : 100;
}

START_TEST(holds_and_changes_at_once_never_pass_the_limit)
{
	static const struct runner runner = { open_racer, place_or_change };
	int results[N_RACERS], n_seats = 0;
	struct hold *mine;
	size_t n;

	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(place("ann", i == 0 ? "1" : "2"), HOLD_OK);
		holds[i] = hold;
	}
	race(N_RACERS, &runner, results);
	ck_assert_int_eq(race_count(N_RACERS, results, 100), 0);
	/* The limit is what stopped some: it was reached. */
	ck_assert_int_gt(race_count(N_RACERS, results, HOLD_E_LIMIT), 0);
	ck_assert_int_eq(hold_list(&house.ctx, house_user("ann"),
			     house.performance, &mine, &n),
	    HOLD_OK);
	for (size_t i = 0; i < n; i++)
		n_seats += (int)mine[i].is.n_seats;
	ck_assert_int_le(n_seats, LIMIT);
	settle();
}
END_TEST

static int
pay_for_one(int i)
{
	char key[16];
	int r;

	snprintf(key, sizeof(key), "key-%d", i % LIMIT);
	r = pay_key("ann", holds[i % LIMIT].token, key);
	if (r == PURCHASE_OK)
		return 0;
	return r == PURCHASE_E_LIMIT || r == PURCHASE_E_LOST
		|| r == PURCHASE_E_REPLAY || r == PURCHASE_E_TAKEN
		|| r == PURCHASE_E_PAYING || r == PURCHASE_E_PAID
		|| r == PURCHASE_E_RUNNING
	    ? r
	    : 100;
}

/* Redis was never told, and has promised more than may be bought. */
START_TEST(payments_at_once_never_pass_a_limit_that_was_lowered)
{
	static const struct runner runner = { open_racer, pay_for_one };
	int results[N_RACERS];
	char seat[8];

	(void)house_map();
	house_run(arena_printf(&house.ctx.arena,
	    "UPDATE performances SET"
	    " max_seats_per_user = 5 WHERE id = %lld; UPDATE seat_limits SET"
	    " until = until - interval '1 min' WHERE until < 'infinity'",
	    (long long)house.performance));
	for (int i = 0; i < LIMIT; i++) {
		snprintf(seat, sizeof(seat), "%d", i + 1);
		ck_assert_int_eq(place("ann", seat), HOLD_OK);
		holds[i] = hold;
	}
	race(N_RACERS, &runner, results);
	ck_assert_int_eq(race_count(N_RACERS, results, 100), 0);
	ck_assert_int_eq(race_count(N_RACERS, results, 0), 5);
	ck_assert_int_eq(house_count("SELECT count(*) FROM seat_claim WHERE"
				     " performance_id = $1 AND state = 'R'",
			     house.performance),
	    5);
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET - 5000);
	settle();
}
END_TEST

SUITE("limit")
{
	FIXTURE_ONCE(house_start, NULL);
	FIXTURE(open_house, house_close);
	TEST(holds_and_changes_at_once_never_pass_the_limit);
	TEST(payments_at_once_never_pass_a_limit_that_was_lowered);
}
