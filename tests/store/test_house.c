/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_house - seats that are kept for somebody, by code and until its time
 *
 * Layer: tests.  Uses: admin/house, hold, house.
 */
#include "admin/house.h"
#include "base/clock.h"
#include "tests/support/buyer.h"
#include "tests/support/servers.h"

#define HOUR_MS INT64_C(3600000)

static const struct audit_by by = { .reason = SPAN_LIT("opening night") };

static int
withhold_by(const char *verb, const char *seats, const char *code)
{
	int64_t numbers[HOUSE_SEATS];
	struct withhold_ask ask = { .verb = withhold_verb_find(span_str(verb)),
		.performance = house.performance,
		.seats = numbers,
		.by = by };
	struct withhold_result result;
	struct span rest = span_str(seats);

	while (rest.len > 0)
		ck_assert(
		    span_to_i64(span_cut(&rest, ' '), &numbers[ask.n_seats++]));
	house_round();
	return house_block(&house.ctx, &ask, span_str(code), &result);
}

static int
block(const char *seats, const char *code)
{
	return withhold_by("block", seats, code);
}

/* "press 1,2; technical 3" */
static const char *
kept(void)
{
	struct arena *a = &house.ctx.arena;
	struct house_group_list list;
	const char *said = "";

	ck_assert_int_eq(house_seats(&house.ctx, house.performance, &list),
	    HOUSE_OK);
	for (size_t i = 0; i < list.n; i++)
		said = arena_printf(a, "%s%s%s %s", said, i == 0 ? "" : "; ",
		    arena_str(a, list.items[i].code),
		    arena_str(a,
			hold_numbers(a, list.items[i].seats,
			    list.items[i].n_seats)));
	return said;
}

static int64_t
n_coded(void)
{
	return house_count(
	    "SELECT count(*) FROM audit_log WHERE"
	    " action = 'seats.house' AND object ="
	    " 'performance ' || $1",
	    house.performance);
}

START_TEST(blocked_seats_are_kept_by_their_code)
{
	ck_assert_int_eq(block("1 2", "press"), WITHHOLD_OK);
	ck_assert_int_eq(block("3", "technical"), WITHHOLD_OK);
	ck_assert_int_eq(block("4", NULL), WITHHOLD_OK);
	ck_assert_str_eq(house_map(), "BBBBAAAAAAAAAAAAAAAAAAAA");
	ck_assert_str_eq(kept(), "press 1,2; technical 3");
	ck_assert_int_eq(place("ann", "1"), HOLD_E_TAKEN);
	ck_assert_int_eq(n_coded(), 2);
}
END_TEST

START_TEST(those_that_are_blocked_get_it_too)
{
	ck_assert_int_eq(block("1 2", NULL), WITHHOLD_OK);
	ck_assert_int_eq(block("1 2", "press"), WITHHOLD_OK);
	ck_assert_str_eq(kept(), "press 1,2");
	ck_assert_int_eq(block("1 2", "press"), WITHHOLD_OK);
	ck_assert_int_eq(n_coded(), 1);
	ck_assert_int_eq(block("2", "house"), WITHHOLD_OK);
	ck_assert_str_eq(kept(), "house 2; press 1");
}
END_TEST

START_TEST(what_is_free_again_has_no_code_any_more)
{
	ck_assert_int_eq(block("1 2", "press"), WITHHOLD_OK);
	ck_assert_int_eq(withhold_by("unblock", "1 2", NULL), WITHHOLD_OK);
	ck_assert_str_eq(kept(), "");
	ck_assert_int_eq(block("1", NULL), WITHHOLD_OK);
	ck_assert_str_eq(kept(), "");
}
END_TEST

START_TEST(a_code_that_is_none_blocks_nothing)
{
	ck_assert_int_eq(block("1", "nobody"), WITHHOLD_E_CODE);
	ck_assert_int_eq(place("ann", "2"), HOLD_OK);
	ck_assert_int_eq(block("1 2", "press"), WITHHOLD_E_TAKEN);
	ck_assert_str_eq(house_map(), "AHAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_str_eq(kept(), "");
}
END_TEST

/* What is kept after a round of the job, which has to do with the performances
 * of other tests as well. */
static const char *
left(void)
{
	size_t n;

	house_round();
	do
		ck_assert_int_eq(house_release_round(&house.ctx, &n), 0);
	while (n > 0);
	return kept();
}

static int64_t
starts_ms(void)
{
	return house_count(
	    "SELECT (extract(epoch FROM starts_at)"
	    " * 1000)::bigint FROM performances WHERE id = $1",
	    house.performance);
}

START_TEST(seats_for_which_nobody_came_are_sold_in_time)
{
	ck_assert_int_eq(block("1 2", "press"), WITHHOLD_OK);
	ck_assert_int_eq(block("3", "technical"), WITHHOLD_OK);
	ck_assert_int_eq(block("4", NULL), WITHHOLD_OK);
	clock_fake(starts_ms() - 2 * HOUR_MS - 1);
	ck_assert_str_eq(left(), "press 1,2; technical 3");
	clock_fake(starts_ms() - 2 * HOUR_MS);
	ck_assert_str_eq(left(), "technical 3");
	ck_assert_str_eq(left(), "technical 3");
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	ck_assert_str_eq(house_map(), "HHBBAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(house_count("SELECT count(*) FROM audit_log WHERE"
				     " action = 'seats.unblock' AND reason ="
				     " 'the time of code press is over' AND"
				     " object = 'performance ' || $1",
			     house.performance),
	    1);
}
END_TEST

START_TEST(a_performance_that_began_or_is_not_sold_releases_nothing)
{
	ck_assert_int_eq(block("1", "press"), WITHHOLD_OK);
	clock_fake(starts_ms());
	ck_assert_str_eq(left(), "press 1");
	clock_fake(starts_ms() - HOUR_MS);
	house_change("status = 'closed'");
	ck_assert_str_eq(left(), "press 1");
}
END_TEST

static int
put(const char *code, const char *letter, const char *colour, const char *owner,
    int64_t release_minutes)
{
	const struct house_code it = { span_str(code), span_str(letter),
		span_str(colour), span_str(owner), release_minutes };

	return house_code_put(&house.ctx, &it, &by);
}

START_TEST(a_code_is_made_changed_and_dropped_when_nobody_needs_it)
{
	struct house_code_list list;

	ck_assert_int_eq(put("a-label", "L", "#00ff7f", "The label", -1),
	    HOUSE_OK);
	ck_assert_int_eq(put("a-label", "L", "#00ff7f", "The label", 30),
	    HOUSE_OK);
	ck_assert_int_eq(house_codes(&house.ctx, &list), HOUSE_OK);
	ck_assert(span_eq_str(list.items[0].code, "a-label"));
	ck_assert_int_eq(list.items[0].release_minutes, 30);
	ck_assert_int_eq(block("1", "a-label"), WITHHOLD_OK);
	ck_assert_int_eq(house_code_drop(&house.ctx, SPAN_LIT("a-label"), &by),
	    HOUSE_E_USED);
	ck_assert_int_eq(withhold_by("unblock", "1", NULL), WITHHOLD_OK);
	ck_assert_int_eq(house_code_drop(&house.ctx, SPAN_LIT("a-label"), &by),
	    HOUSE_OK);
	ck_assert_int_eq(house_code_drop(&house.ctx, SPAN_LIT("a-label"), &by),
	    HOUSE_E_NONE);
	ck_assert_int_eq(
	    house_count("SELECT count(*) FROM audit_log WHERE"
			" object = 'house code a-label' AND $1 = 0",
		0),
	    3);
}
END_TEST

START_TEST(a_code_that_makes_no_sense_is_refused)
{
	ck_assert_int_eq(put("x y", "L", "#00ff7f", "o", -1), HOUSE_E_FIELD);
	ck_assert_int_eq(put("x", "l", "#00ff7f", "o", -1), HOUSE_E_FIELD);
	ck_assert_int_eq(put("x", "L", "green", "o", -1), HOUSE_E_FIELD);
	ck_assert_int_eq(put("x", "L", "#00ff7f", "", -1), HOUSE_E_FIELD);
	ck_assert_int_eq(put("x", "L", "#00ff7f", "o", 525601), HOUSE_E_FIELD);
}
END_TEST

#ifdef FAULTS
static void
block_1(void)
{
	_exit(block("1", "press"));
}

START_TEST(who_dies_before_the_code_goes_on_when_he_asks_again)
{
	buyer_crash("crash:house.before_code:1", block_1);
	ck_assert_int_eq(letter(1), 'B');
	ck_assert_str_eq(kept(), "");
	buyer_crash("crash:house.after_code:1", block_1);
	ck_assert_str_eq(kept(), "press 1");
	ck_assert_int_eq(block("1", "press"), WITHHOLD_OK);
	ck_assert_int_eq(n_coded(), 1);
}
END_TEST
#endif

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

SUITE("house")
{
	FIXTURE_ONCE(once, NULL);
	FIXTURE(open_house, house_close);
	TEST(blocked_seats_are_kept_by_their_code);
	TEST(those_that_are_blocked_get_it_too);
	TEST(what_is_free_again_has_no_code_any_more);
	TEST(a_code_that_is_none_blocks_nothing);
	TEST(seats_for_which_nobody_came_are_sold_in_time);
	TEST(a_performance_that_began_or_is_not_sold_releases_nothing);
	TEST(a_code_is_made_changed_and_dropped_when_nobody_needs_it);
	TEST(a_code_that_makes_no_sense_is_refused);
#ifdef FAULTS
	TEST(who_dies_before_the_code_goes_on_when_he_asks_again);
#endif
}
