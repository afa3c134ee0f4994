/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_interleave_epoch - workers that stand still while maps are made anew
 *
 * Layer: tests.  Uses: epoch, seat_rebuild, hold, reservation, afterwards.
 */
#include "recovery/epoch_raise.h"
#include "recovery/seat_rebuild.h"
#include "tests/support/afterwards.h"
#include "tests/support/race.h"

static void
open_house(void)
{
	house_open();
	buyer_behind();
}

/* What boxofficectl rebuild does. */
static void
rebuild(void)
{
	struct seat_rebuild memory = { .done = false };
	int64_t epoch;
	size_t n;

	ck_assert_int_eq(epoch_get(&house.ctx, &epoch), 0);
	ck_assert_int_eq(epoch_raise(&house.ctx, epoch, "test"), 0);
	while (!memory.done)
		ck_assert_int_eq(
		    seat_rebuild_round(&house.ctx, &memory, 1000, &n), 0);
}

#ifdef FAULTS
/* ---- one stalled worker ---- */

static void
raise_only(void)
{
	int64_t epoch;

	ck_assert_int_eq(epoch_get(&house.ctx, &epoch), 0);
	ck_assert_int_eq(epoch_raise(&house.ctx, epoch, "test"), 0);
}

static void
empty_redis(void)
{
	persist();
	house_redis("FLUSHALL");
	epoch_forget(&house.ctx);
	(void)house_map();
}

static void (*const renewals[])(void) = { rebuild, raise_only, empty_redis };

#define N_RENEWALS ((int)ARRAY_LEN(renewals))

/* What the worker was about to do for ann, who holds seat 3. */
static void
place_more(void)
{
	if (place("ann", "4") != HOLD_OK)
		_exit(1);
}

static void
pay_for_it(void)
{
	if (pay("ann") != PURCHASE_OK)
		_exit(1);
}

static void
drop_it(void)
{
	if (drop("ann", hold.token) != HOLD_OK)
		_exit(1);
}

static void
extend_it(void)
{
	if (extend("ann", hold.token) != HOLD_OK)
		_exit(1);
}

static void
change_it(void)
{
	if (change("ann", hold.token, 5) != HOLD_OK)
		_exit(1);
}

static const struct {
	void (*work)(void);
	const char *map; /* afterwards, the first six seats */
} stalled[] = {
	{ place_more, "AAHHAA" },
	{ pay_for_it, "AARAAA" },
	{ drop_it, "AAAAAA" },
	{ extend_it, "AAHAAA" },
	{ change_it, "AAAAHA" },
};

#define N_STALLED ((int)ARRAY_LEN(stalled))

/* A key of the epoch before, as text. */
static const char *
old_map(const char *command, int64_t epoch, const char *key)
{
	return house_redis(arena_printf(&house.ctx.arena,
	    "%s bo:{p%lld.%lld}:%s", command, (long long)house.performance,
	    (long long)epoch, key));
}

/* It knows the old epoch; its script meets a dead map (or none), and it does
 * its work on the new one. */
START_TEST(a_script_that_comes_after_a_rebuild_works_on_the_new_map)
{
	void (*renew)(void) = renewals[_i / N_STALLED];
	const char *map = stalled[_i % N_STALLED].map, *log = NULL;
	struct sleeper ann;
	int64_t epoch;

	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	ck_assert_int_eq(epoch_get(&house.ctx, &epoch), 0);
	buyer_sleep(&ann, "script.before", stalled[_i % N_STALLED].work);
	renew();
	if (renew != empty_redis) {
		ck_assert_str_eq(old_map("HGET", epoch, "meta s"), "dead");
		log = old_map("XLEN", epoch, "log");
	}
	ck_assert_int_eq(buyer_wake(&ann), 0);
	epoch_forget(&house.ctx);
	ck_assert_str_eq(
	    arena_str(&house.ctx.arena, (struct span){ house_map(), 6 }), map);
	if (renew != empty_redis) {
		ck_assert_str_eq(old_map("HGET", epoch, "meta s"), "dead");
		ck_assert_str_eq(old_map("XLEN", epoch, "log"), log);
		ck_assert_str_eq(old_map("GETRANGE", epoch, "seats 0 5"),
		    "AAHAAA");
	}
	settle();
	ck_assert_int_eq(balance("ann"),
	    HOUSE_WALLET
		- (stalled[_i % N_STALLED].work == pay_for_it ? 1000 : 0));
}
END_TEST

/* Her script ran on the old map, her intent comes after the rebuild. Her hold
 * went over; bob's could not have. */
START_TEST(an_intent_of_the_old_epoch_starts_over)
{
	struct sleeper ann;

	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	buyer_sleep(&ann, "pay.after_script", pay_for_it);
	renewals[_i]();
	ck_assert_int_eq(place("bob", "3"), HOLD_E_TAKEN);
	ck_assert_int_eq(buyer_wake(&ann), 0);
	settle();
	ck_assert_int_eq(owner(3), house_user("ann"));
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET - 1000);
	ck_assert_int_eq(pay("ann"), PURCHASE_E_REPLAY);
}
END_TEST

/* And one more rebuild while it starts over. */
START_TEST(an_intent_that_meets_two_rebuilds_starts_over_twice)
{
	struct sleeper ann;

	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	buyer_sleep_twice(&ann, "script.before", "pay.after_script",
	    pay_for_it);
	rebuild();
	buyer_stir(&ann, "pay.after_script");
	rebuild();
	ck_assert_int_eq(buyer_wake(&ann), 0);
	settle();
	ck_assert_int_eq(owner(3), house_user("ann"));
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET - 1000);
}
END_TEST

/* Committed under the old epoch; its mirror comes to the new one, where the
 * purchase was cancelled and bob has the seat. */
START_TEST(a_mirror_of_the_old_epoch_moves_nobodys_seat)
{
	enum how_far how_far = (enum how_far)_i;
	struct sleeper ann;
	struct hold anns;

	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	anns = hold;
	buyer_sleep(&ann, "pay.after_commit", pay_as_ann);
	rebuild();
	ck_assert_int_eq(letter(3), 'R');
	cancel(&anns);
	cancel_mirror(&anns);
	bob_gets(how_far, "3");
	ck_assert_int_eq(buyer_wake(&ann), 0);
	ck_assert_int_eq(letter(3), letter_of(how_far));
	settle();
	bob_ends_as_owner(how_far, "3");
}
END_TEST

static int64_t hoarder;

static void
place_one_too_many(void)
{
	house.ctx.set.performances_per_user = 1;
	if (place_by(hoarder, "1") != HOLD_E_MANY)
		_exit(1);
}

/* Her script met no map; while that is loaded she holds somewhere else. What
 * her first attempt left in her list is no hold's. */
START_TEST(a_hold_that_waited_for_its_map_counts_from_when_it_is_there)
{
	int64_t late = house.performance, epoch;
	struct sleeper ann;

	hoarder = house_user("ann");
	/* As if this worker had not looked at the list yet. */
	house.ctx.set.performances_per_user = 2;
	ck_assert_int_eq(epoch_get(&house.ctx, &epoch), 0);
	(void)house_map();
	(void)old_map("DEL", epoch, "meta");
	buyer_sleep_twice(&ann, "script.before", "script.before",
	    place_one_too_many);
	buyer_stir(&ann, "script.before");
	house_renew();
	(void)house_map();
	ck_assert_int_eq(place_by(hoarder, "1"), HOLD_OK);
	ck_assert_int_eq(buyer_wake(&ann), 0);
	ck_assert_int_eq(letter(1), 'H');
	house.performance = late;
	ck_assert_int_eq(letter(1), 'A');
}
END_TEST

/* ---- under load ---- */

#define N_RACERS 6
#define N_ROUNDS 8

static void
open_racer(int i)
{
	(void)i;
	house_fork();
	buyer_behind();
}

/* Racer 0 rebuilds, the others buy; how many faults they were told of. */
static int
run_racer(int i)
{
	char name[16], seat[16];
	int n_faults = 0;

	for (int k = 0; k < N_ROUNDS; k++) {
		int r;

		house_round();
		if (i == 0) {
			rebuild();
			usleep(5000);
			continue;
		}
		snprintf(name, sizeof(name), "buyer-%d", i);
		snprintf(seat, sizeof(seat), "%d", (k * 5 + i) % 24 + 1);
		r = place(name, seat);
		if (r > 0 && r != HOLD_E_TAKEN && r != HOLD_E_LIMIT)
			return 100 + r;
		n_faults += r < 0;
		if (r == HOLD_OK)
			n_faults += pay_key(name, hold.token, seat) < 0;
	}
	return n_faults;
}

static const char *const points[] = { "script.before", "pay.after_script",
	"pay.after_commit" };

/* ann's worker sleeps through all of it. */
START_TEST(a_worker_that_slept_through_rebuilds_sells_one_seat)
{
	static const struct runner runner = { open_racer, run_racer };
	int results[N_RACERS];
	struct sleeper ann;

	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	buyer_sleep(&ann, points[_i], pay_for_it);
	race(N_RACERS, &runner, results);
	for (int i = 0; i < N_RACERS; i++)
		ck_assert_msg(results[i] < N_ROUNDS, "racer %d: %d", i,
		    results[i]);
	ck_assert_int_eq(buyer_wake(&ann), 0);
	house_reopen();
	pass(settings_gone_ms(&house.ctx.set)
	    + house.ctx.set.hold_hard_seconds * 1000);
	settle();
	ck_assert_int_eq(owner(3), house_user("ann"));
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET - 1000);
	ck_assert_int_gt(house_count("SELECT count(*) FROM seat_claim"
				     " WHERE performance_id = $1",
			     house.performance),
	    1);
}
END_TEST
#endif

SUITE("interleave_epoch")
{
	FIXTURE_ONCE(house_start, NULL);
	FIXTURE(open_house, house_close);
#ifdef FAULTS
	TEST_LOOP(a_script_that_comes_after_a_rebuild_works_on_the_new_map,
	    N_STALLED * N_RENEWALS);
	TEST_LOOP(an_intent_of_the_old_epoch_starts_over, N_RENEWALS);
	TEST(an_intent_that_meets_two_rebuilds_starts_over_twice);
	TEST_LOOP(a_mirror_of_the_old_epoch_moves_nobodys_seat, N_HOW_FAR);
	TEST(a_hold_that_waited_for_its_map_counts_from_when_it_is_there);
	TEST_LOOP(a_worker_that_slept_through_rebuilds_sells_one_seat,
	    (int)ARRAY_LEN(points));
#endif
}
