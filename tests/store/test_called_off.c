/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_called_off - what was sold of a performance that is called off goes back
 *
 * Layer: tests.  Uses: admin, reservation, hold, house.
 */
#include "admin/call_off.h"
#include "base/clock.h"
#include "catalog/refund_policy.h"
#include "reservation/called_off.h"
#include "tests/support/buyer.h"
#include "tests/support/race.h"
#include "tests/support/servers.h"

/* Of settle, each for up to CALLED_OFF_MAX reservations. */
#define ROUNDS_MAX 200
#define SOLD_MIN 8
#define SOLD_MAX 5000

static const char *const buyers[] = { "ann", "bob", "cem", "dan", "eva", "fay",
	"gus", "hal" };

static int
buy(const char *name, const char *seats)
{
	int r = place(name, seats);

	return r == HOLD_OK
	    ? pay_key(name, hold.token, arena_str(&house.ctx.arena, hold.token))
	    : r;
}

static struct call_off_result
call_it_off(void)
{
	const struct audit_by by = { .reason = SPAN_LIT("fire") };
	struct call_off_result result;

	ck_assert_int_eq(call_off(&house.ctx, house.performance, &by, &result),
	    CALL_OFF_OK);
	return result;
}

static bool
is_done(void)
{
	return house_count(
		   "SELECT count(*) FROM called_off WHERE"
		   " performance_id = $1 AND done_at IS NOT NULL",
		   house.performance)
	    == 1;
}

/* Rounds of the job, until it is done. */
static void
settle(void)
{
	size_t n;

	for (int i = 0; i < ROUNDS_MAX && !is_done(); i++) {
		house_round();
		ck_assert_int_eq(called_off_round(&house.ctx, &n), 0);
	}
	ck_assert(is_done());
}

/* Whatever happened: nobody owns anything, and everybody has his money. */
static void
all_went_back(void)
{
	static const char *const wrongs[] = {
		"SELECT count(*) FROM seat_claim WHERE performance_id = $1"
		" AND state NOT IN ('B', 'D')",
		"SELECT count(*) FROM section_claim WHERE performance_id = $1",
		"SELECT count(*) FROM reservations WHERE performance_id = $1"
		" AND status <> 'CANCELLED'",
		"SELECT count(*) FROM payments AS p WHERE performance_id = $1"
		" AND (refunded <> amount OR refunded <>"
		"  (SELECT sum(amount) FROM refunds WHERE payment_id = p.id))",
		"SELECT count(*) FROM wallets AS w WHERE (balance <> 100000 OR"
		" balance <> (SELECT sum(amount) FROM ledger WHERE"
		"  user_id = w.user_id)) AND user_id IN (SELECT user_id FROM"
		"  payments WHERE performance_id = $1)",
	};

	for (size_t i = 0; i < ARRAY_LEN(wrongs); i++)
		ck_assert_msg(house_count(wrongs[i], house.performance) == 0,
		    "%s", wrongs[i]);
}

START_TEST(all_that_was_sold_goes_back_whole)
{
	struct call_off_result said;

	house_change(arena_printf(&house.ctx.arena,
	    "refund_policy = '{\"steps\": [{\"minutes_before\": 1,"
	    " \"percent\": 10}]}'"));
	house_tell();
	ck_assert_int_eq(buy("ann", "1 17"), PURCHASE_OK);
	ck_assert_int_eq(buy("bob", "2"), PURCHASE_OK);
	said = call_it_off();
	ck_assert(said.changed);
	ck_assert_int_eq(said.n_left, 2);
	ck_assert_int_eq(house_count("SELECT count(*) FROM audit_log WHERE"
				     " action = 'performance.call-off' AND"
				     " reason = 'fire' AND object ="
				     " 'performance ' || $1",
			     house.performance),
	    1);
	settle();
	all_went_back();
	said = call_it_off();
	ck_assert(!said.changed);
	ck_assert_int_eq(said.n_left, 0);
	ck_assert_int_eq(house_count("SELECT count(*) FROM outbox WHERE"
				     " kind = 'reservation.cancelled' AND"
				     " (payload->>'performance_id')::bigint"
				     " = $1",
			     house.performance),
	    2);
}
END_TEST

START_TEST(nobody_begins_to_pay_any_more)
{
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	(void)call_it_off();
	ck_assert_int_eq(pay("ann"), PURCHASE_E_CLOSED);
	settle();
	all_went_back();
}
END_TEST

START_TEST(places_of_counter_sections_go_back_too)
{
	house_lawn(20);
	ck_assert_int_eq(place_on_lawn("ann", 3), HOLD_OK);
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	ck_assert_int_eq(buy("bob", "1 2"), PURCHASE_OK);
	(void)call_it_off();
	settle();
	all_went_back();
	ck_assert_int_eq(house_count("SELECT taken FROM section_stock WHERE"
				     " performance_id = $1",
			     house.performance),
	    0);
}
END_TEST

START_TEST(what_is_not_there_or_has_no_reason_is_refused)
{
	struct audit_by by = { .reason = SPAN_LIT(" ") };
	struct call_off_result result;

	ck_assert_int_eq(call_off(&house.ctx, house.performance, &by, &result),
	    CALL_OFF_E_REASON);
	by.reason = SPAN_LIT("fire");
	ck_assert_int_eq(call_off(&house.ctx, INT64_C(1) << 50, &by, &result),
	    CALL_OFF_E_NONE);
	ck_assert_int_eq(buy("ann", "1"), PURCHASE_OK);
}
END_TEST

#ifdef FAULTS
/* How many reservations there are: CALLED_OFF in the environment, or the
 * least. */
static int
n_sold(void)
{
	const char *text = getenv("CALLED_OFF");
	int n = text == NULL ? SOLD_MIN : atoi(text);

	ck_assert_msg(n >= SOLD_MIN && n <= SOLD_MAX, "CALLED_OFF is %s", text);
	return n;
}

/* In each of these deaths one or two were refunded. */
static const char *const crashes[] = { "crash:cancel.before_commit:2",
	"crash:cancel.after_commit:2", "crash:cancel.before_mirror:1",
	"crash:cancel.after_mirror:2" };

static void
one_round(void)
{
	size_t n;

	_exit(called_off_round(&house.ctx, &n) == 0 ? 0 : 1);
}

START_TEST(whoever_dies_on_the_way_each_is_refunded_once)
{
	int n = n_sold();
	int64_t left = n;

	house_rows((2 * n + 19) / 20, 20);
	house_tell();
	for (int i = 0; i < n; i++) {
		char name[16], seats[32];

		(void)snprintf(name, sizeof(name), "b%d", i);
		(void)snprintf(seats, sizeof(seats), "%d %d", 2 * i + 1,
		    2 * i + 2);
		ck_assert_int_eq(buy(name, seats), PURCHASE_OK);
		house_round();
	}
	ck_assert_int_eq(call_it_off().n_left, n);
	for (size_t i = 0; left > 2; i++) {
		int64_t before = left;

		buyer_crash(crashes[i % ARRAY_LEN(crashes)], one_round);
		left = house_count("SELECT called_off_left($1)",
		    house.performance);
		ck_assert(left < before);
	}
	settle();
	all_went_back();
}
END_TEST
#endif

/* The first two call off and settle, the others buy. */
static int
run(int i)
{
	struct call_off_result said;
	const struct audit_by by = { .reason = SPAN_LIT("fire") };
	size_t n;
	int r = 0;

	if (i >= 2)
		return buy(buyers[i - 2],
		    arena_printf(&house.ctx.arena, "%d %d", 2 * i - 3,
			2 * i - 2));
	if (i == 0)
		r = call_off(&house.ctx, house.performance, &by, &said);
	for (int k = 0; r == 0 && k < 5; k++)
		r = called_off_round(&house.ctx, &n);
	return r;
}

static void
open_process(int i)
{
	(void)i;
	house_fork();
}

START_TEST(who_buys_meanwhile_has_his_money_back_or_was_refused)
{
	static const struct runner runner = { open_process, run };
	int results[2 + ARRAY_LEN(buyers)];

	for (size_t i = 0; i < ARRAY_LEN(buyers); i++)
		(void)house_user(buyers[i]);
	race(ARRAY_LEN(results), &runner, results);
	ck_assert_int_eq(results[0], 0);
	ck_assert_int_eq(results[1], 0);
	ck_assert_int_eq(call_it_off().changed, 0);
	settle();
	all_went_back();
}
END_TEST

static void
open_house(void)
{
	house_open();
	clock_fake(clock_ms());
	house_round();
}

static void
once(void)
{
	house_start();
	servers_busy_for_years();
}

SUITE("called_off")
{
	FIXTURE_ONCE(once, NULL);
	FIXTURE(open_house, house_close);
	TEST(all_that_was_sold_goes_back_whole);
	TEST(nobody_begins_to_pay_any_more);
	TEST(places_of_counter_sections_go_back_too);
	TEST(what_is_not_there_or_has_no_reason_is_refused);
#ifdef FAULTS
	TEST(whoever_dies_on_the_way_each_is_refunded_once);
#endif
	TEST_LOOP(who_buys_meanwhile_has_his_money_back_or_was_refused, 5);
}
