/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_hold_rule - choices of seats that a performance's rules refuse
 *
 * Three rows of eight, numbers 1, 9 and 17 and on; 17 and 18 are for
 * wheelchairs.
 *
 * Layer: tests.  Uses: hold, buyer, house.
 */
#include "base/clock.h"
#include "seat/seat_loaded.h"
#include "seat/seat_rule_end.h"
#include "tests/support/away.h"
#include "tests/support/race.h"

#define PATIENCE_MS 20000

static struct hold_conflicts why;

/* The map learns it, this worker does not. */
static void
rules_elsewhere(const char *what)
{
	house_change(what);
	seat_loaded_outdated();
	house_tell();
}

static void
rules(const char *what)
{
	rules_elsewhere(what);
	house_terms();
}

static void
setup(void)
{
	away_open();
	house_rows(3, 8);
	house_terms();
	rules("seat_rules = '{no-lone-seat,accessible-last}'");
}

/* ---- what buyers do ---- */

static struct hold_want
want_of(const char *seats, const char *type, int64_t numbers[64])
{
	struct hold_want want = { .performance = house.performance,
		.seats = numbers,
		.type = span_str(type) };
	struct span rest = span_str(seats);

	while (span_is(rest))
		ck_assert(span_to_i64(span_cut(&rest, ' '),
		    &numbers[want.n_seats++]));
	return want;
}

static int
choose_as(int64_t user, const char *seats, const char *type, const char *key)
{
	int64_t numbers[64];
	struct hold_want want = want_of(seats, type, numbers);
	int r;

	want.user = user;
	want.key = span_str(key);
	r = hold_place(&house.ctx, &want, &hold, &why);
	if (r == HOLD_OK)
		hold.token = buyer_token(hold.token);
	return r;
}

static int
choose(const char *name, const char *seats)
{
	return choose_as(house_user(name), seats, NULL, NULL);
}

/* Other seats in the last hold. */
static int
choose_instead(const char *name, const char *seats, const char *type)
{
	int64_t numbers[64];
	struct hold_want want = want_of(seats, type, numbers);
	struct hold changed;

	want.user = house_user(name);
	return hold_change(&house.ctx, &want, hold.token, &changed, &why);
}

static const char *
suggested(void)
{
	char *text = arena_printf(&house.ctx.arena, "%s", "");

	for (size_t i = 0; i < why.n_suggested; i++)
		text = arena_printf(&house.ctx.arena, "%s %lld", text,
		    (long long)why.suggested[i]);
	return text;
}

#define ASSERT_RULE(call, name) \
	do { \
		ck_assert_int_eq((call), HOLD_E_RULE); \
		ck_assert(span_eq_str(why.rule, (name))); \
	} while (0)

/* ---- the lone seat ---- */

START_TEST(a_choice_that_leaves_a_lone_seat_is_refused)
{
	ASSERT_RULE(choose("ann", "2 3"), "no-lone-seat");
	ck_assert_uint_eq(why.n_seats, 2);
	/* The nearest of its row and the one behind. */
	ck_assert_str_eq(suggested(), " 1 3 9 11 4");
	ck_assert_str_eq(house_map(), "AAAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(choose("ann", "1 2"), HOLD_OK);
	ASSERT_RULE(choose("bob", "4"), "no-lone-seat");
	ck_assert_int_eq(choose("bob", "3"), HOLD_OK);
	/* A row that is left no other choice. */
	ck_assert_int_eq(choose("eve", "4 5"), HOLD_OK);
	ck_assert_int_eq(choose("kim", "7 8"), HOLD_OK);
}
END_TEST

START_TEST(each_segment_is_judged_by_its_own_seats)
{
	ASSERT_RULE(choose("ann", "7 8 10 11"), "no-lone-seat");
	ck_assert_int_eq(choose("ann", "7 8 9 10"), HOLD_OK);
}
END_TEST

START_TEST(no_seat_is_refused_without_rules)
{
	rules("seat_rules = '{}'");
	ck_assert_int_eq(choose("ann", "2 3"), HOLD_OK);
	ck_assert_int_eq(choose("bob", "17"), HOLD_OK);
}
END_TEST

START_TEST(a_rule_that_is_switched_is_judged_by_at_once)
{
	ck_assert_int_eq(choose("ann", "1 2"), HOLD_OK);
	rules_elsewhere("seat_rules = '{}'");
	ck_assert_int_eq(choose("bob", "4"), HOLD_OK);
	rules_elsewhere("seat_rules = '{no-lone-seat}'");
	ASSERT_RULE(choose_instead("bob", "4 6", NULL), "no-lone-seat");
	ASSERT_RULE(choose("eve", "10"), "no-lone-seat");
	ck_assert_int_eq(choose("eve", "17"), HOLD_OK);
}
END_TEST

START_TEST(what_is_held_already_is_not_judged_again)
{
	int64_t ann = house_user("ann");
	struct span token;

	ck_assert_int_eq(choose_as(ann, "1 2", NULL, "k"), HOLD_OK);
	token = hold.token;
	ck_assert_int_eq(choose("bob", "5 6"), HOLD_OK);
	ck_assert_int_eq(choose_as(ann, "1 2", NULL, "k"), HOLD_OK);
	ck_assert(span_eq(hold.token, token));
	ck_assert_int_eq(choose("ann", "1 2"), HOLD_OK);
	ck_assert(span_eq(hold.token, token));
}
END_TEST

/* ---- other seats ---- */

START_TEST(a_change_counts_its_own_seats_as_free)
{
	ck_assert_int_eq(choose("ann", "1 2 3"), HOLD_OK);
	/* By hers 1 is free, and alone. */
	ASSERT_RULE(choose_instead("ann", "2 3 4", NULL), "no-lone-seat");
	ck_assert_int_eq(choose_instead("ann", "3 4 5", NULL), HOLD_OK);
}
END_TEST

START_TEST(a_change_that_leaves_a_lone_seat_is_refused)
{
	ck_assert_int_eq(choose("ann", "1 2"), HOLD_OK);
	ASSERT_RULE(choose_instead("ann", "2 3", NULL), "no-lone-seat");
	/* Its own seats may be suggested. */
	ck_assert_int_eq(why.suggested[0], 1);
	ck_assert_int_eq(choose_instead("ann", "3 4", NULL), HOLD_OK);
	ck_assert_str_eq(house_map(), "AAHHAAAAAAAAAAAAAAAAAAAA");
}
END_TEST

START_TEST(giving_seats_back_is_never_refused)
{
	ck_assert_int_eq(choose("ann", "1 2 3"), HOLD_OK);
	ck_assert_int_eq(choose_instead("ann", "1 3", NULL), HOLD_OK);
	/* Nor in one row, where another is chosen in the next. */
	ck_assert_int_eq(choose_instead("ann", "3 9", NULL), HOLD_OK);
	ck_assert_int_eq(drop("ann", hold.token), HOLD_OK);
}
END_TEST

/* ---- seats that are kept ---- */

START_TEST(seats_for_wheelchairs_go_to_who_names_them)
{
	int64_t ann = house_user("ann");

	ASSERT_RULE(choose("bob", "18 19"), "accessible-last");
	ck_assert_str_eq(suggested(), " 19 9 11 12 1");
	/* They are no lone seats, and no room for others. */
	ck_assert_int_eq(choose("bob", "19"), HOLD_OK);
	ASSERT_RULE(choose_as(ann, "18", "companion", NULL), "accessible-last");
	ck_assert_int_eq(choose_as(ann, "17 18", "wheelchair", NULL), HOLD_OK);
	ck_assert_int_eq(choose_instead("ann", "17 20", NULL), HOLD_OK);
	ASSERT_RULE(choose_instead("ann", "17 18", NULL), "accessible-last");
	ck_assert_int_eq(choose_instead("ann", "17 18", "wheelchair"), HOLD_OK);
}
END_TEST

START_TEST(who_names_a_type_is_suggested_seats_of_it)
{
	ASSERT_RULE(choose_as(house_user("ann"), "18", "wheelchair", NULL),
	    "no-lone-seat");
	ck_assert_str_eq(suggested(), " 17");
}
END_TEST

/* ---- when rules end ---- */

/* What the worker's job does each second, until :meta says so. */
static void
await_over(const char *words)
{
	int64_t until_ms = clock_ms() + PATIENCE_MS;
	const char *is = "";
	size_t n_told;

	do {
		house_round();
		ck_assert_int_eq(seat_rule_end_round(&house.ctx, &n_told), 0);
		is = house_redis(arena_printf(&house.ctx.arena,
		    "HGET bo:{p%lld.%lld}:meta over",
		    (long long)house.performance,
		    (long long)house_count("SELECT epoch FROM sys_epoch", 0)));
	} while (strcmp(is, words) != 0 && clock_ms() < until_ms);
	ck_assert_str_eq(is, words);
}

START_TEST(a_rule_ends_when_few_seats_are_left)
{
	struct span token;

	rules("lone_seat_percent = 70");
	ck_assert_int_eq(choose("ann", "1 2 3 4 5 6"), HOLD_OK);
	await_over("");
	ASSERT_RULE(choose("bob", "10 11"), "no-lone-seat");
	ck_assert_int_eq(choose("eve", "7 8"), HOLD_OK);
	token = hold.token;
	await_over("no-lone-seat");
	ck_assert_int_eq(choose("bob", "10 11"), HOLD_OK);
	ASSERT_RULE(choose("kim", "17"), "accessible-last");
	/* It goes on where seats come back. */
	ck_assert_int_eq(drop("eve", token), HOLD_OK);
	ck_assert_int_eq(drop("bob", hold.token), HOLD_OK);
	await_over("");
	ASSERT_RULE(choose("bob", "10 11"), "no-lone-seat");
}
END_TEST

START_TEST(a_rule_ends_some_time_before_the_start)
{
	rules("accessible_minutes = 7 * 24 * 60 - 5");
	ck_assert_int_eq(choose("ann", "9"), HOLD_OK);
	await_over("");
	ASSERT_RULE(choose("bob", "17"), "accessible-last");
	rules("accessible_minutes = 7 * 24 * 60 + 5");
	await_over("accessible-last");
	ck_assert_int_eq(choose("bob", "17"), HOLD_OK);
	ASSERT_RULE(choose("eve", "11"), "no-lone-seat");
	/* By other terms it has not ended. */
	rules("accessible_minutes = 0");
	ASSERT_RULE(choose("eve", "18"), "accessible-last");
}
END_TEST

START_TEST(a_map_that_is_loaded_anew_has_its_rules)
{
	rules("accessible_minutes = 7 * 24 * 60 + 5");
	ck_assert_int_eq(choose("ann", "9"), HOLD_OK);
	await_over("accessible-last");
	servers_redis_stop();
	servers_redis_start();
	house_reopen();
	ASSERT_RULE(choose("bob", "17"), "accessible-last");
	ASSERT_RULE(choose("bob", "2"), "no-lone-seat");
	await_over("accessible-last");
	ck_assert_int_eq(choose("bob", "17"), HOLD_OK);
}
END_TEST

/* ---- at once ---- */

static void
open_here(int i)
{
	(void)i;
	house_fork();
}

/* Each pair alone leaves none: both leave seat 3. */
static int
choose_pair(int i)
{
	return choose(i == 0 ? "ann" : "bob", i == 0 ? "1 2" : "4 5");
}

START_TEST(of_two_who_leave_a_lone_seat_together_one_is_refused)
{
	const struct runner runner = { open_here, choose_pair };
	int results[2];

	for (int i = 0; i < 10; i++) {
		house_renew();
		house_rows(2, 12);
		house_terms();
		rules("seat_rules = '{no-lone-seat}'");
		race(2, &runner, results);
		ck_assert_int_eq(race_count(2, results, HOLD_OK), 1);
		ck_assert_int_eq(race_count(2, results, HOLD_E_RULE), 1);
	}
}
END_TEST

/* ---- in the database ---- */

START_TEST(in_the_database_rules_are_judged_too)
{
	int64_t ann = house_user("ann");
	struct span token;

	ck_assert_int_eq(choose("bob", "9 10"), HOLD_OK);
	away(CUT, REDIS_DOWN_DATABASE);
	ASSERT_RULE(choose("eve", "12"), "no-lone-seat");
	ck_assert_uint_gt(why.n_suggested, 0);
	ASSERT_RULE(choose("eve", "17"), "accessible-last");
	ck_assert_int_eq(choose_as(ann, "17 18", "wheelchair", "k"), HOLD_OK);
	token = hold.token;
	ck_assert_int_eq(choose_as(ann, "17 18", "wheelchair", "k"), HOLD_OK);
	ck_assert(span_eq(hold.token, token));
	ck_assert_int_eq(choose("eve", "9"), HOLD_E_TAKEN);
	ck_assert_int_eq(choose("eve", "1 2"), HOLD_OK);
	house_change("lone_seat_minutes = 7 * 24 * 60 + 5");
	house_terms();
	ck_assert_int_eq(choose("kim", "12"), HOLD_OK);
	bring_back(CUT);
}
END_TEST

SUITE("hold_rule")
{
	FIXTURE_ONCE(house_start, NULL);
	FIXTURE(setup, house_close);
	TEST(a_choice_that_leaves_a_lone_seat_is_refused);
	TEST(each_segment_is_judged_by_its_own_seats);
	TEST(no_seat_is_refused_without_rules);
	TEST(a_rule_that_is_switched_is_judged_by_at_once);
	TEST(what_is_held_already_is_not_judged_again);
	TEST(a_change_counts_its_own_seats_as_free);
	TEST(a_change_that_leaves_a_lone_seat_is_refused);
	TEST(giving_seats_back_is_never_refused);
	TEST(seats_for_wheelchairs_go_to_who_names_them);
	TEST(who_names_a_type_is_suggested_seats_of_it);
	TEST(a_rule_ends_when_few_seats_are_left);
	TEST(a_rule_ends_some_time_before_the_start);
	TEST(a_map_that_is_loaded_anew_has_its_rules);
	TEST(of_two_who_leave_a_lone_seat_together_one_is_refused);
	TEST(in_the_database_rules_are_judged_too);
}
