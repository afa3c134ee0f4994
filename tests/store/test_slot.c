/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_slot - any places of a section that nobody picks from
 *
 * Ten seats, and behind them the section, numbers 11 and on.
 *
 * Layer: tests.  Uses: hold, buyer, house.
 */
#include "base/clock.h"
#include "tests/support/away.h"
#include "tests/support/race.h"

#define FLOOR 2  /* the section */
#define LAWN 1   /* of house_floor */
#define FIRST 11 /* its first place */
#define SMALL 20
#define LARGE 10000

static struct hold_conflicts missed;

static void
setup(void)
{
	away_open();
	house_standing(SMALL);
	house_terms();
}

static int
stand_in(int64_t section, int64_t user, int64_t quantity, const char *key)
{
	const struct hold_want want = { .user = user,
		.performance = house.performance,
		.section_no = section,
		.quantity = quantity,
		.key = span_str(key) };
	int r = hold_place(&house.ctx, &want, &hold, &missed);

	if (r == HOLD_OK)
		hold.token = buyer_token(hold.token);
	return r;
}

static int
stand_as(int64_t user, int64_t quantity, const char *key)
{
	return stand_in(FLOOR, user, quantity, key);
}

static int
stand(const char *name, int64_t quantity)
{
	return stand_as(house_user(name), quantity, NULL);
}

/* Whether the hold has these places, counted in the section. */
static bool
got(int from, int n)
{
	if (hold.is.n_seats != (size_t)n)
		return false;
	for (int i = 0; i < n; i++)
		if (hold.is.seats[i] != FIRST + from - 1 + i)
			return false;
	return true;
}

static const char *
key_of_seats(void)
{
	return arena_printf(&house.ctx.arena, "bo:{p%lld.%lld}:seats",
	    (long long)house.performance,
	    (long long)house_count("SELECT epoch FROM sys_epoch", 0));
}

/* The letters of the section are these now, written by nobody; the first ones,
 * where it has more. */
static void
letters_are(const char *letters)
{
	house_redis(arena_printf(&house.ctx.arena, "SETRANGE %s %d %s",
	    key_of_seats(), FIRST - 1, letters));
}

static char *
times(int n, char letter)
{
	char *text = arena_alloc(&house.ctx.arena, (size_t)n + 1);

	memset(text, letter, (size_t)n);
	text[n] = '\0';
	return text;
}

/* ---- which places ---- */

START_TEST(some_free_places_are_held_at_the_price_of_the_section)
{
	ck_assert_int_eq(stand("ann", 3), HOLD_OK);
	ck_assert(got(1, 3));
	ck_assert_int_eq(hold_record_amount(&hold.is), 7500);
	ck_assert_str_eq(house_map(), "AAAAAAAAAAHHHAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(stand("bob", 2), HOLD_OK);
	ck_assert(got(4, 2));
	ck_assert_int_eq(journaled("held"), 2);
	ck_assert_int_eq(reconcile(), 0);
}
END_TEST

START_TEST(a_group_gets_all_its_places_or_is_told_how_many_are_left)
{
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(
		    stand(arena_printf(&house.ctx.arena, "u%d", i), 6),
		    HOLD_OK);
	ck_assert_int_eq(stand("ann", 3), HOLD_E_FULL);
	ck_assert_int_eq(missed.remaining, 2);
	ck_assert_str_eq(house_map(), "AAAAAAAAAAHHHHHHHHHHHHHHHHHHAA");
	ck_assert_int_eq(stand("ann", 2), HOLD_OK);
	ck_assert_int_eq(stand("bob", 1), HOLD_E_FULL);
	ck_assert_int_eq(missed.remaining, 0);
	/* The seats before it are none of its places. */
	ck_assert_int_eq(place("bob", "10"), HOLD_OK);
}
END_TEST

START_TEST(places_apart_are_taken_where_none_are_neighbours)
{
	ck_assert_int_eq(stand("ann", 1), HOLD_OK);
	letters_are("HARARARARRRRRRRRRRRR");
	ck_assert_int_eq(stand("bob", 3), HOLD_OK);
	ck_assert_str_eq(house_map(), "AAAAAAAAAAHHRHRHRARRRRRRRRRRRR");
	ck_assert_int_eq(hold.is.seats[2], FIRST + 5);
}
END_TEST

START_TEST(what_is_given_back_or_lapses_is_found_again)
{
	struct span token;

	ck_assert_int_eq(stand("ann", 8), HOLD_OK);
	token = hold.token;
	ck_assert_int_eq(stand("bob", 8), HOLD_OK);
	ck_assert_int_eq(stand("eve", 4), HOLD_OK);
	ck_assert_int_eq(stand("kim", 1), HOLD_E_FULL);
	ck_assert_int_eq(drop("ann", token), HOLD_OK);
	ck_assert_int_eq(stand("kim", 5), HOLD_OK);
	ck_assert(got(1, 5));
	clock_fake(clock_ms() + house.ctx.set.hold_seconds * MS_PER_S + 1);
	house_round();
	ck_assert_int_eq(stand("sue", 8), HOLD_OK);
	clock_fake(0);
	ck_assert_int_eq(reconcile(), 0);
}
END_TEST

START_TEST(a_place_is_paid_and_cancelled_like_any_seat)
{
	ck_assert_int_eq(stand("ann", 2), HOLD_OK);
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	ck_assert_str_eq(house_map(), "AAAAAAAAAARRAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(stand("bob", 8), HOLD_OK);
	ck_assert(got(3, 8));
	ck_assert_int_eq(owner(FIRST + 1), house_user("ann"));
}
END_TEST

/* ---- a section of several windows ---- */

START_TEST(a_place_behind_the_last_found_is_found_by_going_round)
{
	house_standing(LARGE);
	house_terms();
	ck_assert_int_eq(stand("ann", 1), HOLD_OK);
	letters_are(times(LARGE - 2, 'R'));
	ck_assert_int_eq(stand("bob", 2), HOLD_OK);
	ck_assert(got(LARGE - 1, 2));
	ck_assert_int_eq(stand("eve", 1), HOLD_E_FULL);
	letters_are(times(5, 'A'));
	ck_assert_int_eq(stand("eve", 4), HOLD_OK);
	ck_assert(got(1, 4));
	/* One at the beginning, one just before the third window. */
	letters_are(
	    arena_printf(&house.ctx.arena, "RRRRA%sA", times(8186, 'R')));
	ck_assert_int_eq(stand("kim", 3), HOLD_E_FULL);
	ck_assert_int_eq(missed.remaining, 2);
	ck_assert_int_eq(stand("kim", 2), HOLD_OK);
	ck_assert_int_eq(hold.is.seats[0], FIRST + 4);
	ck_assert_int_eq(hold.is.seats[1], FIRST + 8191);
}
END_TEST

START_TEST(a_map_that_is_cut_short_is_loaded_anew)
{
	ck_assert_int_eq(stand("ann", 1), HOLD_OK);
	house_redis(arena_printf(&house.ctx.arena, "SET %s AAAAAAAAAAHA",
	    key_of_seats()));
	ck_assert_int_eq(stand("bob", 8), HOLD_OK);
	ck_assert_str_eq(house_map(), "AAAAAAAAAAHHHHHHHHHAAAAAAAAAAA");
}
END_TEST

/* ---- asking ---- */

START_TEST(a_key_names_one_hold_and_its_quantity)
{
	int64_t ann = house_user("ann");
	struct span token;

	ck_assert_int_eq(stand_as(ann, 2, "k"), HOLD_OK);
	token = hold.token;
	ck_assert_int_eq(stand_as(ann, 2, "k"), HOLD_OK);
	ck_assert(span_eq(hold.token, token));
	ck_assert_int_eq(stand_as(ann, 3, "k"), HOLD_E_MISMATCH);
	ck_assert_int_eq(stand_as(ann, 2, NULL), HOLD_OK);
	ck_assert(!span_eq(hold.token, token));
	ck_assert_int_eq(drop("ann", token), HOLD_OK);
	ck_assert_int_eq(stand_as(ann, 2, "k"), HOLD_E_EXPIRED);
	/* Also where nothing is left to be found. */
	letters_are(times(SMALL, 'R'));
	ck_assert_int_eq(stand_as(ann, 2, "k"), HOLD_E_EXPIRED);
}
END_TEST

START_TEST(the_limit_counts_places)
{
	ck_assert_int_eq(place("ann", "1 2 3 4 5"), HOLD_OK);
	ck_assert_int_eq(stand("ann", 4), HOLD_E_LIMIT);
	ck_assert_int_eq(stand("ann", 3), HOLD_OK);
	ck_assert_int_eq(stand("bob", 9), HOLD_E_LIMIT);
}
END_TEST

START_TEST(a_closed_section_has_no_places)
{
	ck_assert_int_eq(stand("ann", 1), HOLD_OK);
	house_change("closed_sections = '{2}'");
	house_tell();
	ck_assert_int_eq(stand("ann", 1), HOLD_E_SECTION_CLOSED);
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	house_change("closed_sections = '{}'");
	house_terms();
	ck_assert_int_eq(stand("ann", 1), HOLD_OK);
}
END_TEST

START_TEST(places_are_nobodys_choice)
{
	struct span token;

	ck_assert_int_eq(place("ann", "11"), HOLD_E_SEAT);
	ck_assert_int_eq(place("ann", "1 12"), HOLD_E_SEAT);
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ck_assert_int_eq(change("ann", hold.token, 11), HOLD_E_SEAT);
	ck_assert_int_eq(stand("ann", 2), HOLD_OK);
	token = hold.token;
	ck_assert_int_eq(change("ann", token, 2), HOLD_E_SEAT);
	ck_assert_str_eq(house_map(), "HAAAAAAAAAHHAAAAAAAAAAAAAAAAAA");
}
END_TEST

/* ---- in the database ---- */

START_TEST(in_the_database_places_are_found_too)
{
	int64_t ann = house_user("ann");
	struct span token;

	/* A promise of Redis keeps its places. */
	ck_assert_int_eq(stand("bob", 4), HOLD_OK);
	away(CUT, REDIS_DOWN_DATABASE);
	ck_assert_int_eq(stand_as(ann, 6, "k"), HOLD_OK);
	ck_assert(got(5, 6));
	token = hold.token;
	ck_assert_int_eq(stand("eve", 8), HOLD_OK);
	ck_assert_int_eq(stand("kim", 3), HOLD_E_FULL);
	ck_assert_int_eq(missed.remaining, 2);
	ck_assert_int_eq(stand_as(ann, 6, "k"), HOLD_OK);
	ck_assert(span_eq(hold.token, token));
	ck_assert_int_eq(stand_as(ann, 5, "k"), HOLD_E_MISMATCH);
	ck_assert_int_eq(stand("ann", 3), HOLD_E_FULL);
	age(400);
	ck_assert_int_eq(stand("kim", 8), HOLD_OK);
	/* hers, those of eve, and what she left of ann's */
	ck_assert_int_eq(claims("H"), 8 + 8 + 2);
	bring_back(CUT);
}
END_TEST

/* Places of a counter section are numbers, and none of the map. */
START_TEST(in_the_database_counted_places_keep_no_numbered_ones)
{
	house_floor(5);
	house_terms();
	away(CUT, REDIS_DOWN_DATABASE);
	ck_assert_int_eq(stand_in(LAWN, house_user("ann"), 3, NULL), HOLD_OK);
	ck_assert_int_eq(hold.is.section_no, LAWN);
	ck_assert_int_eq(stand("bob", 6), HOLD_E_FULL);
	ck_assert_int_eq(missed.remaining, 5);
	ck_assert_int_eq(stand("bob", 5), HOLD_OK);
	ck_assert_int_eq(hold.is.seats[0], 1);
	bring_back(CUT);
}
END_TEST

/* ---- a crowd ---- */

#define N_RACERS 8
#define CROWD 2000
#define CROWD_AWAY 150

static int crowd; /* so many places */

static void
open_here(int i)
{
	(void)i;
	house_fork();
}

static void
open_there(int i)
{
	open_here(i);
	away(CUT, REDIS_DOWN_DATABASE);
}

/* Groups of 1..8 until nothing is left: as many as remain where they do not
 * fit. 0, or what went wrong. */
static int
race_in(int i)
{
	unsigned size = (unsigned)i;

	for (int k = 0; k < crowd; k++) {
		int64_t n = 1 + (int64_t)(size = size * 5 + 3) % 8;
		int64_t user = house_user(
		    arena_printf(&house.ctx.arena, "r%d-%d", i, k));
		int r = stand_as(user, n, NULL);

		while (r < 0 || (r == HOLD_E_FULL && missed.remaining > 0)) {
			n = r < 0 ? n : MIN(n - 1, missed.remaining);
			if (n < 1)
				return 3;
			r = stand_as(user, n, NULL);
		}
		if (r == HOLD_E_FULL)
			return 0;
		if (r != HOLD_OK || hold.is.n_seats != (size_t)n)
			return 1;
	}
	return 2;
}

START_TEST(a_crowd_fills_the_section_exactly)
{
	const struct runner runner = { _i == 0 ? open_here : open_there,
		race_in };
	int results[N_RACERS];

	crowd = _i == 0 ? CROWD : CROWD_AWAY;
	house_standing(crowd);
	house_terms();
	race(N_RACERS, &runner, results);
	ck_assert_int_eq(race_count(N_RACERS, results, 0), N_RACERS);
	ck_assert_int_eq(house_count("SELECT count(*) FROM holds,"
				     " unnest(seats) WHERE performance_id = $1",
			     house.performance),
	    crowd);
	ck_assert_int_eq(
	    house_count("SELECT count(DISTINCT seat) FROM holds,"
			" unnest(seats) AS seat WHERE performance_id = $1",
		house.performance),
	    crowd);
	ck_assert_str_eq(house_map(),
	    arena_printf(&house.ctx.arena, "%s%s", times(10, 'A'),
		times(crowd, 'H')));
}
END_TEST

SUITE("slot")
{
	FIXTURE_ONCE(house_start, NULL);
	FIXTURE(setup, house_close);
	TEST(some_free_places_are_held_at_the_price_of_the_section);
	TEST(a_group_gets_all_its_places_or_is_told_how_many_are_left);
	TEST(places_apart_are_taken_where_none_are_neighbours);
	TEST(what_is_given_back_or_lapses_is_found_again);
	TEST(a_place_is_paid_and_cancelled_like_any_seat);
	TEST(a_place_behind_the_last_found_is_found_by_going_round);
	TEST(a_map_that_is_cut_short_is_loaded_anew);
	TEST(a_key_names_one_hold_and_its_quantity);
	TEST(the_limit_counts_places);
	TEST(a_closed_section_has_no_places);
	TEST(places_are_nobodys_choice);
	TEST(in_the_database_places_are_found_too);
	TEST(in_the_database_counted_places_keep_no_numbered_ones);
	TEST_LOOP(a_crowd_fills_the_section_exactly, 2);
}
