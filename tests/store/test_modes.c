/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_modes - what buyers get while Redis is away
 *
 * Layer: tests.  Uses: hold, reservation, away.
 */
#include "base/clock.h"
#include "catalog/terms.h"
#include "hold/hold_database.h"
#include "hold/hold_expire.h"
#include "hold/hold_gate.h"
#include "seat/seat_kept.h"
#include "tests/support/away.h"
#include "tests/support/race.h"

#define FREE "AAAAAAAAAAAAAAAAAAAAAAAA"

/* ---- refuse ---- */

START_TEST(refuse_places_and_changes_nothing_but_tells)
{
	struct span token;

	ck_assert_int_eq(place("ann", "3 4"), HOLD_OK);
	token = hold.token;
	away(_i, REDIS_DOWN_REFUSE);
	ck_assert(kv_is_away(place("bob", "5")));
	ck_assert(kv_is_away(extend("ann", token)));
	ck_assert(kv_is_away(change("ann", token, 9)));
	ck_assert(kv_is_away(pay_key("ann", token, "k")));
	ck_assert(kv_is_away(drop("ann", token)));
	ck_assert_int_eq(find("ann", token), HOLD_OK);
	ck_assert_int_eq(find("bob", token), HOLD_E_NONE);
	ck_assert_uint_eq(listed("ann"), 1);
	ck_assert_str_eq(house_map(), "AAHHAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(claims("H"), 0);
	bring_back(_i);
	ck_assert_int_eq(pay_key("ann", token, "k"), PURCHASE_OK);
}
END_TEST

/* A repeated payment gets the bytes that were stored, though nobody can be
 * asked for the hold. */
START_TEST(refuse_gives_the_answer_that_a_key_has)
{
	struct span token, other, body;

	ck_assert_int_eq(place("ann", "3 4"), HOLD_OK);
	token = hold.token;
	ck_assert_int_eq(place("ann", "5"), HOLD_OK);
	other = hold.token;
	ck_assert_int_eq(pay_key("ann", token, "k"), PURCHASE_OK);
	body = bought.answer.body;
	away(_i, REDIS_DOWN_REFUSE);
	ck_assert_int_eq(pay_key("ann", token, "k"), PURCHASE_E_REPLAY);
	ck_assert_int_eq(bought.answer.status, 201);
	ck_assert(span_eq(bought.answer.body, body));
	ck_assert_int_eq(pay_key("ann", other, "k"), PURCHASE_E_MISMATCH);
	ck_assert(kv_is_away(pay_key("ann", other, "k2")));
	bring_back(_i);
	ck_assert_int_eq(pay_key("ann", other, "k2"), PURCHASE_OK);
}
END_TEST

/* The journal does not know yet what Redis promised: not "no such hold". */
START_TEST(a_hold_the_journal_does_not_know_is_not_denied)
{
	struct span token;

	buyer_behind();
	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	token = hold.token;
	ck_assert_int_eq(journaled("held"), 0);
	away(_i, REDIS_DOWN_DATABASE);
	ck_assert(kv_is_away(find("ann", token)));
	ck_assert(kv_is_away(drop("ann", token)));
	ck_assert(kv_is_away(extend("ann", token)));
	ck_assert(kv_is_away(pay_key("ann", token, "k")));
	bring_back(_i);
}
END_TEST

/* ---- database ---- */

START_TEST(the_whole_sale_works_in_the_database)
{
	struct span token;

	ck_assert_str_eq(house_map(), FREE);
	away(_i, REDIS_DOWN_DATABASE);
	ck_assert_int_eq(place("ann", "3 4"), HOLD_OK);
	token = hold.token;
	ck_assert(!hold.again);
	ck_assert(span_is(hold.version));
	ck_assert_str_eq(hold.currency, "KRW");
	ck_assert_int_eq(claims("H"), 2);
	ck_assert_str_eq(house_map(), "AAHHAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(find("ann", token), HOLD_OK);
	ck_assert_uint_eq(listed("ann"), 1);
	ck_assert_int_eq(place("bob", "4 5"), HOLD_E_TAKEN);
	ck_assert_int_eq(pay_key("ann", token, "k"), PURCHASE_OK);
	ck_assert_int_eq(owner(3), house_user("ann"));
	ck_assert_int_eq(owner(4), house_user("ann"));
	ck_assert_int_eq(journaled("paid"), 1);
	ck_assert_int_eq(pay_key("ann", token, "k"), PURCHASE_E_REPLAY);
	ck_assert_int_eq(pay_key("ann", token, "k2"), PURCHASE_E_PAID);
	ck_assert_int_eq(drop("ann", token), HOLD_E_PAID);
	ck_assert_int_eq(extend("ann", token), HOLD_E_PAID);
	ck_assert_str_eq(house_map(), "AARRAAAAAAAAAAAAAAAAAAAA");
	bring_back(_i);
}
END_TEST

/* Somebody looked a moment ago: the map that is kept has not got it. */
START_TEST(who_asks_for_it_sees_his_own_hold_in_the_kept_map)
{
	struct seat_map map;

	clock_fake(clock_ms());
	house_round();
	away(_i, REDIS_DOWN_DATABASE);
	ck_assert_int_eq(
	    seat_kept_map(&house.ctx, house.performance, NULL, 0, &map), 0);
	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	ck_assert_int_eq(seat_kept_map(&house.ctx, house.performance,
			     &hold.version, 1, &map),
	    0);
	ck_assert_str_eq(arena_str(&house.ctx.arena, map.letters),
	    "AAHAAAAAAAAAAAAAAAAAAAAA");
	bring_back(_i);
}
END_TEST

/* And where Redis went after the map was read from it, or is back. */
START_TEST(versions_of_both_stores_have_one_order)
{
	struct span before;

	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	before = hold.version;
	away(_i, REDIS_DOWN_DATABASE);
	ck_assert_int_eq(place("ann", "4"), HOLD_OK);
	ck_assert(seat_version_newer(hold.version, before));
	ck_assert(!seat_version_newer(before, hold.version));
	before = hold.version;
	bring_back(_i);
	/* It names the millisecond after its commit. */
	for (int64_t then_ms = clock_ms(); clock_ms() <= then_ms + 1;)
		;
	ck_assert_int_eq(place("bob", "5"), HOLD_OK);
	ck_assert(seat_version_newer(hold.version, before));
}
END_TEST

START_TEST(auto_sells_in_the_database_too)
{
	away(STOPPED, REDIS_DOWN_AUTO);
	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	bring_back(STOPPED);
}
END_TEST

/* As if another worker were in the gate. */
START_TEST(a_full_gate_is_busy_and_nothing_else)
{
	struct permits *inside = &hold_gate_of(house.ctx.shared)->inside;

	away(CUT, REDIS_DOWN_DATABASE);
	house.ctx.set.database_holds = 1;
	ck_assert(permits_take(inside, 1, 1));
	ck_assert_int_eq(place("ann", "3"), HOLD_F_BUSY);
	ck_assert_int_eq(claims("H"), 0);
	permits_drop(inside, 1);
	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	ck_assert(permits_take(inside, 1, 1));
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	permits_drop(inside, 1);
}
END_TEST

START_TEST(asking_again_gives_the_same_hold)
{
	struct span token;

	away(CUT, REDIS_DOWN_DATABASE);
	ck_assert_int_eq(place("ann", "3 4"), HOLD_OK);
	token = hold.token;
	ck_assert_int_eq(place("ann", "4 3"), HOLD_OK);
	ck_assert(hold.again);
	ck_assert(span_eq(hold.token, token));
	ck_assert_int_eq(place("ann", "4"), HOLD_E_TAKEN);
	ck_assert_int_eq(claims("H"), 2);
}
END_TEST

START_TEST(a_key_names_one_hold_in_both_stores)
{
	struct span token;

	ck_assert_int_eq(place_keyed("eve", 7), HOLD_OK);
	token = hold.token;
	away(CUT, REDIS_DOWN_DATABASE);
	ck_assert_int_eq(place_keyed("eve", 7), HOLD_OK);
	ck_assert(span_eq(hold.token, token));
	ck_assert_int_eq(claims("H"), 0);
	ck_assert_int_eq(place_keyed("eve", 8), HOLD_E_MISMATCH);
	ck_assert_int_eq(place_keyed("ann", 3), HOLD_OK);
	token = hold.token;
	ck_assert_int_eq(place_keyed("ann", 3), HOLD_OK);
	ck_assert(span_eq(hold.token, token));
}
END_TEST

START_TEST(a_paid_key_tells_its_reservation)
{
	away(CUT, REDIS_DOWN_DATABASE);
	ck_assert_int_eq(place_keyed("ann", 3), HOLD_OK);
	ck_assert_int_eq(pay_key("ann", hold.token, "k"), PURCHASE_OK);
	ck_assert_int_eq(place_keyed("ann", 3), HOLD_E_PAID);
	ck_assert_int_eq(hold.reservation.len, RESERVATION_NUMBER_LEN);
}
END_TEST

START_TEST(the_limit_counts_what_is_bought_claimed_and_promised)
{
	/* Promised in Redis, and bought. */
	ck_assert_int_eq(place("ann", "1 2 3"), HOLD_OK);
	ck_assert_int_eq(place("ann", "4 5"), HOLD_OK);
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	away(CUT, REDIS_DOWN_DATABASE);
	ck_assert_int_eq(place("ann", "6 7 8 9"), HOLD_E_LIMIT);
	ck_assert_int_eq(place("ann", "6 7"), HOLD_OK);
	ck_assert_int_eq(place("ann", "9 10"), HOLD_E_LIMIT);
	ck_assert_int_eq(place("ann", "9"), HOLD_OK);
	ck_assert_int_eq(place("ann", "10"), HOLD_E_LIMIT);
	/* Asking again passes no limit, and what was given back counts no
	 * more. */
	ck_assert_int_eq(place("ann", "9"), HOLD_OK);
	ck_assert_int_eq(drop("ann", hold.token), HOLD_OK);
	ck_assert_int_eq(place("ann", "10"), HOLD_OK);
}
END_TEST

START_TEST(a_closed_or_unknown_performance_sells_nothing)
{
	struct hold_conflicts conflicts;
	const int64_t seat = 1;
	const struct hold_want want = { .user = house_user("ann"),
		.performance = 999999999,
		.seats = &seat,
		.n_seats = 1 };

	away(CUT, REDIS_DOWN_DATABASE);
	ck_assert_int_eq(place("ann", "25"), HOLD_E_SEAT);
	ck_assert_int_eq(hold_place(&house.ctx, &want, &hold, &conflicts),
	    HOLD_E_NONE);
	house_run(
	    "UPDATE performances SET status = 'closed',"
	    " meta_version = meta_version + 1");
	ck_assert_int_eq(place("ann", "1"), HOLD_E_CLOSED);
	house_run(
	    "UPDATE performances SET status = 'open',"
	    " meta_version = meta_version + 1");
	/* So long may a worker say that there is no sale. */
	clock_fake(clock_ms() + TERMS_FRESH_MS);
	house_round();
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
}
END_TEST

/* The worker knows an older price list: it reads the new one and asks again. */
START_TEST(a_new_price_list_is_read_first)
{
	char sql[256];

	away(CUT, REDIS_DOWN_DATABASE);
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ck_assert_int_eq(hold.is.prices[0], 1000);
	snprintf(sql, sizeof(sql),
	    "INSERT INTO prices VALUES (%lld, 2, 1,"
	    " 1200), (%lld, 2, 2, 2700); UPDATE performances SET"
	    " price_version = 2, meta_version = meta_version + 1"
	    " WHERE id = %lld",
	    (long long)house.performance, (long long)house.performance,
	    (long long)house.performance);
	house_run(sql);
	ck_assert_int_eq(place("bob", "2"), HOLD_OK);
	ck_assert_int_eq(hold.is.prices[0], 1200);
	ck_assert_int_eq(hold.is.price_version, 2);
	ck_assert_int_eq(pay("bob"), PURCHASE_OK);
}
END_TEST

/* Made by whichever store, and paid when it was changed. */
START_TEST(a_hold_is_paid_in_the_currency_that_it_was_made_in)
{
	struct span anns, bobs;

	ck_assert_int_eq(place("bob", "1"), HOLD_OK);
	bobs = hold.token;
	away(CUT, REDIS_DOWN_DATABASE);
	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	anns = hold.token;
	house_reprice(77, "USD");
	ck_assert_int_eq(place("eve", "4"), HOLD_OK);
	ck_assert_str_eq(hold.currency, "USD");
	ck_assert_int_eq(pay("eve"), PURCHASE_E_CURRENCY);
	if (_i == 1)
		bring_back(CUT);
	ck_assert_int_eq(pay_key("ann", anns, "k"), PURCHASE_OK);
	ck_assert_int_eq(pay_key("bob", bobs, "k"), PURCHASE_OK);
	ck_assert_int_eq(
	    house_count(
		"SELECT count(*) FROM payments AS p"
		" JOIN holds AS h ON h.token = p.hold_token AND h.currency ="
		" p.currency AND h.amount = p.amount WHERE p.performance_id = $1"
		" AND (p.amount, p.currency) = (1000, 'KRW')",
		house.performance),
	    2);
}
END_TEST

START_TEST(what_is_not_sold_any_more_is_not_paid_in_the_database)
{
	away(CUT, REDIS_DOWN_DATABASE);
	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	house_change(_i == 0 ? "status = 'draft'" : "status = 'cancelled'");
	ck_assert_int_eq(pay("ann"), PURCHASE_E_CLOSED);
	ck_assert_int_eq(claims("H"), 1);
	ck_assert_int_eq(find("ann", hold.token), HOLD_OK);
	house_change("status = 'closed'");
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
}
END_TEST

/* Nobody has swept them yet. */
START_TEST(what_has_lapsed_counts_for_nobody)
{
	struct span token;

	away(CUT, REDIS_DOWN_DATABASE);
	ck_assert_int_eq(place("ann", "1 2 3"), HOLD_OK);
	age(301);
	ck_assert_int_eq(claims("H"), 3);
	ck_assert_int_eq(place("ann", "9 10 11 12 13 14 15 16"), HOLD_OK);
	token = hold.token;
	if (_i == 1)
		bring_back(CUT);
	ck_assert_int_eq(pay_key("ann", token, "k"), PURCHASE_OK);
	ck_assert_int_eq(claims("R"), 8);
}
END_TEST

START_TEST(a_hold_lasts_longer_up_to_its_hard_end)
{
	struct span token;
	int64_t ends_ms;

	house.ctx.set.hold_hard_seconds = 400;
	away(CUT, REDIS_DOWN_DATABASE);
	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	token = hold.token;
	ends_ms = hold.is.ends_ms;
	ck_assert_int_eq(extend("ann", token), HOLD_OK);
	ck_assert_int_eq(hold.is.ends_ms, ends_ms + 100 * 1000);
	ck_assert_int_eq(extend("ann", token), HOLD_E_LAST);
	ck_assert_int_eq(extend("bob", token), HOLD_E_NONE);
	age(350);
	ck_assert_int_eq(find("ann", token), HOLD_OK);
	ck_assert_int_eq(place("bob", "3"), HOLD_E_TAKEN);
	age(60);
	ck_assert_int_eq(extend("ann", token), HOLD_E_EXPIRED);
	ck_assert_int_eq(find("ann", token), HOLD_E_EXPIRED);
	ck_assert_int_eq(pay_key("ann", token, "k"), PURCHASE_E_EXPIRED);
}
END_TEST

START_TEST(a_hold_that_was_given_back_is_free_at_once)
{
	struct span token;

	away(CUT, REDIS_DOWN_DATABASE);
	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	token = hold.token;
	ck_assert_int_eq(drop("bob", token), HOLD_E_NONE);
	ck_assert_int_eq(drop("ann", token), HOLD_OK);
	ck_assert_int_eq(drop("ann", token), HOLD_OK);
	ck_assert_int_eq(claims("H"), 0);
	ck_assert_int_eq(find("ann", token), HOLD_E_EXPIRED);
	ck_assert_int_eq(pay_key("ann", token, "k"), PURCHASE_E_EXPIRED);
	ck_assert_int_eq(place("bob", "3"), HOLD_OK);
	ck_assert_int_eq(
	    house_count(
		"SELECT count(*) FROM seat_log WHERE"
		" performance_id = $1 AND from_state = 'H' AND to_state = 'A'",
		house.performance),
	    1);
}
END_TEST

START_TEST(the_mode_changes_between_two_requests)
{
	struct settings set;

	away(STOPPED, REDIS_DOWN_REFUSE);
	ck_assert(kv_is_away(place("ann", "3")));
	set = house.ctx.set;
	set.redis_down = REDIS_DOWN_DATABASE;
	ctx_settings(&house.ctx, &set, false);
	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	set.redis_down = REDIS_DOWN_REFUSE;
	ctx_settings(&house.ctx, &set, false);
	ck_assert_int_eq(find("ann", hold.token), HOLD_OK);
	ck_assert(kv_is_away(pay("ann")));
	set.redis_down = REDIS_DOWN_DATABASE;
	ctx_settings(&house.ctx, &set, false);
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	bring_back(STOPPED);
}
END_TEST

/* ---- Redis answers, and takes no writes ---- */

/* Until nobody asks it any more. */
static void
until_it_is_known(void)
{
	for (int i = 0; i < 3 * BREAKER_FAILURES; i++)
		ck_assert(kv_is_away(place("eve", "24")));
	/* nobody is the probe */
	house.ctx.shared->redis.probe_us = INT64_MAX;
}

START_TEST(who_cannot_be_written_to_is_away)
{
	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	house.ctx.set.redis_down = REDIS_DOWN_REFUSE;
	refuse_writes(_i, true);
	until_it_is_known();
	ck_assert_int_eq(breaker_n_opened(&house.ctx.shared->redis), 1);
	ck_assert(kv_is_away(pay("ann")));
	ck_assert_int_eq(find("ann", hold.token), HOLD_OK);
	house.ctx.set.redis_down = REDIS_DOWN_DATABASE;
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	ck_assert_int_eq(place("bob", "5"), HOLD_OK);
	ck_assert_int_eq(claims("H"), 1);
	ck_assert_int_eq(drop("bob", hold.token), HOLD_OK);
	refuse_writes(_i, false);
	ck_assert_int_eq(place("bob", "5"), HOLD_OK);
	ck_assert_int_eq(claims("H"), 0);
}
END_TEST

START_TEST(a_full_redis_takes_holds_back)
{
	struct span token;

	ck_assert_int_eq(place("ann", "3 4"), HOLD_OK);
	token = hold.token;
	house.ctx.set.redis_down = REDIS_DOWN_REFUSE;
	refuse_writes(FULL, true);
	until_it_is_known();
	ck_assert_int_eq(drop("ann", token), HOLD_OK);
	ck_assert_int_eq(journaled("released"), 1);
	refuse_writes(FULL, false);
	ck_assert_str_eq(house_map(), FREE);
}
END_TEST

/* The persist job cannot be told, so nobody waits for it. */
START_TEST(what_a_full_redis_cannot_hint_at_is_journaled_at_once)
{
	buyer_behind();
	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	refuse_writes(FULL, true);
	ck_assert_int_eq(drop("ann", hold.token), HOLD_OK);
	ck_assert_int_eq(journaled("released"), 1);
	refuse_writes(FULL, false);
}
END_TEST

START_TEST(in_a_full_redis_holds_lapse)
{
	size_t n = 0;

	clock_fake(clock_ms());
	ck_assert_int_eq(place("ann", "3 4"), HOLD_OK);
	house.ctx.set.redis_down = REDIS_DOWN_REFUSE;
	refuse_writes(FULL, true);
	until_it_is_known();
	clock_fake(hold.is.ends_ms);
	house_round();
	ck_assert_int_eq(hold_expire_round(&house.ctx, &n), 0);
	ck_assert_uint_ge(n, 1);
	refuse_writes(FULL, false);
	ck_assert_str_eq(house_map(), FREE);
	clock_fake(0);
}
END_TEST

START_TEST(in_a_full_redis_payments_come_to_their_end)
{
	struct hold declined, paid;

	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	ck_assert_int_eq(
	    hold_pay(&house.ctx, house_user("ann"), hold.token, &declined),
	    HOLD_OK);
	ck_assert_int_eq(place("bob", "4"), HOLD_OK);
	ck_assert_int_eq(
	    hold_pay(&house.ctx, house_user("bob"), hold.token, &paid),
	    HOLD_OK);
	house.ctx.set.redis_down = REDIS_DOWN_REFUSE;
	refuse_writes(FULL, true);
	until_it_is_known();
	ck_assert_int_eq(hold_unpay(&house.ctx, &declined), HOLD_OK);
	hold_paid(&house.ctx, &paid);
	refuse_writes(FULL, false);
	ck_assert_str_eq(house_map(), "AAHRAAAAAAAAAAAAAAAAAAAA");
}
END_TEST

/* ---- at once ---- */

#define N_RACERS 16

static void
open_away(int i)
{
	(void)i;
	house_fork();
	away(CUT, REDIS_DOWN_DATABASE);
}

static int
race_seat(int i)
{
	char name[16];
	int r;

	snprintf(name, sizeof(name), "racer-%d", i);
	do
		r = place(name, "3 4");
	while (r < 0); /* busy */
	if (r == HOLD_OK && pay(name) != PURCHASE_OK)
		return 100;
	return r;
}

START_TEST(one_of_many_gets_the_seat)
{
	static const struct runner runner = { open_away, race_seat };
	int results[N_RACERS];

	race(N_RACERS, &runner, results);
	ck_assert_int_eq(race_count(N_RACERS, results, HOLD_OK), 1);
	ck_assert_int_eq(race_count(N_RACERS, results, HOLD_E_TAKEN),
	    N_RACERS - 1);
	ck_assert_int_eq(claims("R"), 2);
}
END_TEST

#define N_HOLDS 3

/* ann asks for 50 seats over all racers, of which she may have eight; half of
 * her asks meet each other on a seat. */
static int
race_limit(int i)
{
	int n_ok = 0;

	for (int k = 0; k < N_HOLDS; k++) {
		char seat[16];
		int r;

		snprintf(seat, sizeof(seat), "%d", (i * N_HOLDS + k) % 24 + 1);
		do
			r = place("ann", seat);
		while (r < 0);
		if (r == HOLD_OK && !hold.again)
			n_ok++;
		else if (r != HOLD_OK && r != HOLD_E_LIMIT)
			return 100;
	}
	return n_ok;
}

START_TEST(fifty_parallel_holds_never_pass_the_limit)
{
	static const struct runner runner = { open_away, race_limit };
	int results[N_RACERS], n_ok = 0;

	(void)house_user("ann");
	race(N_RACERS, &runner, results);
	for (int i = 0; i < N_RACERS; i++) {
		ck_assert_int_lt(results[i], 100);
		n_ok += results[i];
	}
	ck_assert_int_eq(n_ok, 8);
	ck_assert_int_eq(claims("H"), 8);
}
END_TEST

/* ---- one user in many performances ---- */

/* Seat 1 of a performance that is made for it. */
static int
place_in_another(int64_t user)
{
	const int64_t seat = 1;
	struct hold_want want = { .user = user, .seats = &seat, .n_seats = 1 };
	struct hold_conflicts conflicts;

	house_renew();
	want.performance = house.performance;
	return hold_place(&house.ctx, &want, &hold, &conflicts);
}

START_TEST(a_paid_hold_frees_its_performance)
{
	int64_t ann = house_user("ann");

	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(place_in_another(ann), HOLD_OK);
	ck_assert_int_eq(place_in_another(ann), HOLD_E_MANY);
}
END_TEST

START_TEST(a_redis_that_was_emptied_counts_anew)
{
	int64_t ann = house_user("ann");

	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(place_in_another(ann), HOLD_OK);
	ck_assert_str_eq(house_redis("FLUSHALL"), "OK");
	house_reopen();
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(place_in_another(ann), HOLD_OK);
	ck_assert_int_eq(place_in_another(ann), HOLD_E_MANY);
}
END_TEST

START_TEST(in_the_database_a_user_holds_in_three_performances_too)
{
	int64_t ann = house_user("ann");
	struct span token, number;

	/* What Redis promised counts. */
	ck_assert_int_eq(place_in_another(ann), HOLD_OK);
	away(STOPPED, REDIS_DOWN_DATABASE);
	ck_assert_int_eq(place_in_another(ann), HOLD_OK);
	ck_assert_int_eq(place_in_another(ann), HOLD_OK);
	token = hold.token;
	ck_assert_int_eq(place_in_another(ann), HOLD_E_MANY);
	ck_assert_int_eq(claims("H"), 0);
	ck_assert_int_eq(hold_drop(&house.ctx, ann, token, &number), HOLD_OK);
	ck_assert_int_eq(place_in_another(ann), HOLD_OK);
	ck_assert_int_eq(place_in_another(ann), HOLD_E_MANY);
	bring_back(STOPPED);
}
END_TEST

SUITE("modes")
{
	FIXTURE_ONCE(house_start, NULL);
	FIXTURE(away_open, house_close);
	TEST_LOOP(refuse_places_and_changes_nothing_but_tells, N_LOSSES);
	TEST_LOOP(refuse_gives_the_answer_that_a_key_has, N_LOSSES);
	TEST_LOOP(a_hold_the_journal_does_not_know_is_not_denied, N_LOSSES);
	TEST_LOOP(the_whole_sale_works_in_the_database, N_LOSSES);
	TEST_LOOP(who_asks_for_it_sees_his_own_hold_in_the_kept_map, N_LOSSES);
	TEST_LOOP(versions_of_both_stores_have_one_order, N_LOSSES);
	TEST(auto_sells_in_the_database_too);
	TEST(a_full_gate_is_busy_and_nothing_else);
	TEST(asking_again_gives_the_same_hold);
	TEST(a_key_names_one_hold_in_both_stores);
	TEST(a_paid_key_tells_its_reservation);
	TEST(the_limit_counts_what_is_bought_claimed_and_promised);
	TEST(a_closed_or_unknown_performance_sells_nothing);
	TEST(a_new_price_list_is_read_first);
	TEST_LOOP(a_hold_is_paid_in_the_currency_that_it_was_made_in, 2);
	TEST_LOOP(what_is_not_sold_any_more_is_not_paid_in_the_database, 2);
	TEST_LOOP(what_has_lapsed_counts_for_nobody, 2);
	TEST(a_hold_lasts_longer_up_to_its_hard_end);
	TEST(a_hold_that_was_given_back_is_free_at_once);
	TEST(the_mode_changes_between_two_requests);
	TEST_LOOP(who_cannot_be_written_to_is_away, N_REFUSALS);
	TEST(a_full_redis_takes_holds_back);
	TEST(what_a_full_redis_cannot_hint_at_is_journaled_at_once);
	TEST(in_a_full_redis_holds_lapse);
	TEST(in_a_full_redis_payments_come_to_their_end);
	TEST(one_of_many_gets_the_seat);
	TEST(fifty_parallel_holds_never_pass_the_limit);
	TEST(a_paid_hold_frees_its_performance);
	TEST(a_redis_that_was_emptied_counts_anew);
	TEST(in_the_database_a_user_holds_in_three_performances_too);
}
