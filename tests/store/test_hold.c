/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_hold - promises: who gets a seat, for how long, and who does not
 *
 * Layer: tests.  Uses: hold, house.
 */
#include "base/clock.h"
#include "base/span.h"
#include "catalog/terms.h"
#include "hold/hold.h"
#include "seat/epoch.h"
#include "seat/seat_loaded.h"
#include "store/keys.h"
#include "tests/support/house.h"
#include "tests/support/servers.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static struct hold hold; /* what the last call gave */
static struct hold_conflicts conflicts;
static struct span number;
static int64_t hoarder;

static void
read_seats(const char *text, struct hold_want *want, int64_t seats[64])
{
	struct span rest = span_str(text);

	want->n_seats = 0;
	want->seats = seats;
	while (span_is(rest))
		ck_assert(
		    span_to_i64(span_cut(&rest, ' '), &seats[want->n_seats++]));
}

static int
place_as(int64_t user, const char *seats, const char *key)
{
	int64_t numbers[64];
	struct hold_want want = { .user = user,
		.performance = house.performance,
		.key = span_str(key) };

	read_seats(seats, &want, numbers);
	return hold_place(&house.ctx, &want, &hold, &conflicts);
}

static int
place_key(const char *name, const char *seats, const char *key)
{
	return place_as(house_user(name), seats, key);
}

static int
place(const char *name, const char *seats)
{
	return place_key(name, seats, NULL);
}

static int
drop(const char *name, struct span token)
{
	return hold_drop(&house.ctx, house_user(name), token, &number);
}

static int
find(const char *name, struct span token)
{
	return hold_find(&house.ctx, house_user(name), token, &hold);
}

static char
letter(int seat)
{
	return house_map()[seat - 1];
}

static const char *
journal_status(struct span token)
{
	static char status[32];
	const struct sql sql = { "t_status",
		"SELECT status FROM holds WHERE token = $1" };
	struct db_param p = db_text(&house.ctx.arena, token);
	struct db_rows rows;

	ck_assert_int_eq(
	    db_run(house.ctx.primary, &house.ctx.arena, &sql, 1, &p, &rows), 0);
	if (rows.n_rows == 0)
		return "none";
	snprintf(status, sizeof(status), "%s", db_cell(&rows, 0, 0).p);
	return status;
}

START_TEST(place_holds_all_asked_seats)
{
	ck_assert_int_eq(place("ann", "2 1"), HOLD_OK);
	ck_assert_str_eq(house_map(), "HHAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(hold.is.n_seats, 2);
	ck_assert_int_eq(hold.is.seats[0], 1);
	ck_assert_int_eq(hold_record_amount(&hold.is), 2000);
	ck_assert_str_eq(hold.currency, "KRW");
	ck_assert(!hold.again);
}
END_TEST

START_TEST(place_takes_nothing_when_one_seat_is_taken)
{
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ck_assert_int_eq(place("bob", "1 2"), HOLD_E_TAKEN);
	ck_assert_int_eq(conflicts.n, 1);
	ck_assert_int_eq(conflicts.seats[0].seat_no, 1);
	ck_assert_int_eq(conflicts.seats[0].letter, 'H');
	ck_assert_int_eq(letter(2), 'A');
}
END_TEST

START_TEST(place_is_journaled_before_the_answer)
{
	ck_assert_int_eq(place("ann", "3 17"), HOLD_OK);
	ck_assert_str_eq(journal_status(hold.token), "held");
	ck_assert_int_eq(house_count("SELECT amount FROM holds WHERE"
				     " performance_id = $1",
			     house.performance),
	    3500);
}
END_TEST

START_TEST(place_gives_the_same_hold_for_the_same_seats)
{
	struct span token;

	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	token = hold.token;
	ck_assert_int_eq(place("ann", "2 1"), HOLD_OK);
	ck_assert(hold.again);
	ck_assert(span_eq(token, hold.token));
	ck_assert_int_eq(place("ann", "1"), HOLD_E_TAKEN);
	ck_assert_int_eq(place("bob", "1 2"), HOLD_E_TAKEN);
}
END_TEST

START_TEST(place_refuses_more_seats_than_a_user_may_have)
{
	ck_assert_int_eq(place("ann", "1 2 3 4 5"), HOLD_OK);
	ck_assert_int_eq(place("ann", "6 7 8 9"), HOLD_E_LIMIT);
	ck_assert_int_eq(place("ann", "6 7 8"), HOLD_OK);
	ck_assert_int_eq(place("ann", "9"), HOLD_E_LIMIT);
	ck_assert_int_eq(place("bob", "9"), HOLD_OK);
}
END_TEST

START_TEST(place_refuses_seats_the_hall_does_not_have)
{
	ck_assert_int_eq(place("ann", "25"), HOLD_E_SEAT);
	ck_assert_int_eq(place("ann", "0"), HOLD_E_SEAT);
	ck_assert_int_eq(place("ann", "1 1"), HOLD_E_SEAT);
}
END_TEST

START_TEST(place_refuses_a_performance_that_is_not_there)
{
	house.performance = 999999999;
	ck_assert_int_eq(place("ann", "1"), HOLD_E_NONE);
}
END_TEST

static void
expire_terms(const char *change)
{
	char sql[256];

	snprintf(sql, sizeof(sql),
	    "UPDATE performances SET %s,"
	    " meta_version = meta_version + 1 WHERE id = %lld",
	    change, (long long)house.performance);
	house_run(sql);
}

/* What the worker's job does. */
static void
tell_maps(void)
{
	size_t n_told;

	ck_assert_int_eq(seat_loaded_terms(&house.ctx, &n_told), 0);
	ck_assert_int_eq(n_told, 1);
}

START_TEST(place_refuses_outside_the_sale_window)
{
	expire_terms("sales_open_at = now() + interval '1 h'");
	ck_assert_int_eq(place("ann", "1"), HOLD_E_CLOSED);
}
END_TEST

START_TEST(place_refuses_a_performance_that_is_closed)
{
	expire_terms("status = 'closed'");
	ck_assert_int_eq(place("ann", "1"), HOLD_E_CLOSED);
}
END_TEST

START_TEST(place_takes_over_new_prices)
{
	char sql[128];

	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ck_assert_int_eq(hold.is.prices[0], 1000);
	snprintf(sql, sizeof(sql),
	    "INSERT INTO prices VALUES"
	    " (%lld, 2, 1, 1500), (%lld, 2, 2, 3000)",
	    (long long)house.performance, (long long)house.performance);
	house_run(sql);
	expire_terms("price_version = 2");
	/* This worker keeps the old terms; the map is told the new ones. */
	tell_maps();
	ck_assert_int_eq(place("bob", "2"), HOLD_OK);
	ck_assert_int_eq(hold.is.prices[0], 1500);
	ck_assert_int_eq(hold.is.price_version, 2);
}
END_TEST

START_TEST(place_takes_over_a_new_limit_and_a_new_length)
{
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	expire_terms("max_seats_per_user = 2, hold_seconds = 77");
	tell_maps();
	ck_assert_int_eq(place("ann", "2 3"), HOLD_E_LIMIT);
	ck_assert_int_eq(place("ann", "2"), HOLD_OK);
	ck_assert_int_eq(hold.is.ends_ms - hold.is.made_ms, 77000);
}
END_TEST

static const char *const not_open[] = { "draft", "closed", "cancelled" };

/* A draft is not there for anybody; the others are not on sale. */
START_TEST(every_status_reaches_the_map)
{
	char change[32];

	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	snprintf(change, sizeof(change), "status = '%s'", not_open[_i]);
	expire_terms(change);
	tell_maps();
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(place("bob", "2"),
		    _i == 0 ? HOLD_E_NONE : HOLD_E_CLOSED);
		house_terms();
	}
	expire_terms("status = 'open'");
	tell_maps();
	house_terms();
	ck_assert_int_eq(place("bob", "2"), HOLD_OK);
}
END_TEST

/* What the table in doc/operations.md says. */
START_TEST(a_running_hold_outlives_the_sale)
{
	int64_t ann = house_user("ann"), seat = 2;
	const struct hold_want want = { .user = ann,
		.performance = house.performance,
		.seats = &seat,
		.n_seats = 1 };
	struct span token;
	struct hold *mine;
	char change[32];
	size_t n;

	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	token = hold.token;
	snprintf(change, sizeof(change), "status = '%s'", not_open[_i]);
	expire_terms(change);
	tell_maps();
	house_terms();
	ck_assert_int_eq(hold_find(&house.ctx, ann, token, &hold), HOLD_OK);
	ck_assert_int_eq(
	    hold_list(&house.ctx, ann, house.performance, &mine, &n), HOLD_OK);
	ck_assert_uint_eq(n, 1);
	ck_assert_int_eq(
	    hold_change(&house.ctx, &want, token, &hold, &conflicts),
	    HOLD_E_CLOSED);
	ck_assert_int_eq(hold_extend(&house.ctx, ann, token, &hold), HOLD_OK);
	ck_assert_int_eq(hold_drop(&house.ctx, ann, token, &number), HOLD_OK);
}
END_TEST

START_TEST(a_closed_section_sells_nothing_more)
{
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	house_change("closed_sections = '{1}'");
	house_tell();
	ck_assert_int_eq(place("bob", "2"), HOLD_E_SECTION_CLOSED);
	ck_assert_int_eq(conflicts.section_no, 1);
	house_change("closed_sections = '{2}'");
	house_tell();
	house_terms();
	ck_assert_int_eq(place("bob", "2"), HOLD_OK);
}
END_TEST

/* The map refuses terms by which it was open. */
START_TEST(a_section_is_closed_for_who_has_older_terms_too)
{
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	house_change("closed_sections = '{1}'");
	tell_maps();
	ck_assert_int_eq(place("bob", "2"), HOLD_E_SECTION_CLOSED);
}
END_TEST

START_TEST(a_running_hold_outlives_the_closing_of_its_section)
{
	int64_t ann = house_user("ann"), seats[] = { 1, 2 };
	struct hold_want want = { .user = ann,
		.performance = house.performance,
		.seats = seats,
		.n_seats = 2 };
	struct span token;

	ck_assert_int_eq(place("ann", "1 3"), HOLD_OK);
	token = hold.token;
	house_change("closed_sections = '{1}'");
	house_tell();
	house_terms();
	ck_assert_int_eq(hold_find(&house.ctx, ann, token, &hold), HOLD_OK);
	ck_assert_int_eq(
	    hold_change(&house.ctx, &want, token, &hold, &conflicts),
	    HOLD_E_SECTION_CLOSED);
	ck_assert_int_eq(conflicts.section_no, 1);
	want.n_seats = 1;
	ck_assert_int_eq(
	    hold_change(&house.ctx, &want, token, &hold, &conflicts), HOLD_OK);
	ck_assert_int_eq(hold_extend(&house.ctx, ann, token, &hold), HOLD_OK);
	ck_assert_int_eq(hold_drop(&house.ctx, ann, token, &number), HOLD_OK);
}
END_TEST

/* PATCH: the seats that come in are of the hold's own list. */
START_TEST(a_change_keeps_the_price_list_and_its_currency)
{
	int64_t ann = house_user("ann"), seats[] = { 2, 17 };
	const struct hold_want want = { .user = ann,
		.performance = house.performance,
		.seats = seats,
		.n_seats = 2 };
	struct span token;

	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	token = hold.token;
	house_reprice(77, "USD");
	house_tell();
	if (_i == 1)
		house_terms();
	ck_assert_int_eq(
	    hold_change(&house.ctx, &want, token, &hold, &conflicts), HOLD_OK);
	ck_assert_str_eq(hold.currency, "KRW");
	ck_assert_int_eq(hold_record_amount(&hold.is), 3500);
	ck_assert_int_eq(hold_find(&house.ctx, ann, token, &hold), HOLD_OK);
	ck_assert_str_eq(hold.currency, "KRW");
	ck_assert_int_eq(place("ann", "2 17"), HOLD_OK);
	ck_assert(hold.again);
	ck_assert_str_eq(hold.currency, "KRW");
	ck_assert_int_eq(
	    house_count(
		"SELECT count(*) FROM holds WHERE"
		" performance_id = $1 AND currency = 'KRW' AND amount = 3500"
		" AND price_version = 1",
		house.performance),
	    1);
	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	ck_assert_str_eq(hold.currency, "USD");
}
END_TEST

START_TEST(place_tells_the_map_when_it_knows_newer_terms)
{
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	expire_terms("max_seats_per_user = 2");
	house_terms();
	ck_assert_int_eq(place("ann", "2 3"), HOLD_E_LIMIT);
}
END_TEST

START_TEST(place_asks_redis_alone_once_the_terms_are_known)
{
	int64_t ann = house_user("ann");

	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	house.ctx.set.hold_durability = HOLDS_REDIS;
	clock_fake(clock_ms() + 60000);
	house_round();
	/* Whoever asks PostgreSQL now is answered by nobody. */
	servers_pg_stop();
	ck_assert_int_eq(place_as(ann, "2", NULL), HOLD_OK);
	ck_assert_int_eq(place_as(ann, "2 3", NULL), HOLD_E_TAKEN);
	servers_pg_start();
	house.ctx.set.hold_durability = HOLDS_SYNC;
}
END_TEST

START_TEST(drop_frees_the_seats)
{
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	ck_assert_int_eq(drop("ann", hold.token), HOLD_OK);
	ck_assert_int_eq(letter(1), 'A');
	ck_assert_str_eq(journal_status(hold.token), "released");
	ck_assert_int_eq(place("bob", "1 2"), HOLD_OK);
}
END_TEST

START_TEST(drop_twice_is_no_mistake)
{
	struct span token;

	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	token = hold.token;
	ck_assert_int_eq(drop("ann", token), HOLD_OK);
	ck_assert_int_eq(place("bob", "1"), HOLD_OK);
	ck_assert_int_eq(drop("ann", token), HOLD_OK);
	ck_assert_int_eq(letter(1), 'H');
}
END_TEST

/* Fields of the map's record of holds. */
static int64_t
n_kept(void)
{
	int64_t epoch;
	struct span key;

	ck_assert_int_eq(epoch_get(&house.ctx, &epoch), 0);
	key = key_perf(&house.ctx.arena, house.performance, epoch, KEY_HOLDS);
	return atol(house_redis(
	    arena_printf(&house.ctx.arena, "HLEN %.*s", (int)key.len, key.p)));
}

START_TEST(of_what_a_user_released_only_the_last_few_stay_in_redis)
{
	struct span first = SPAN_NONE;

	for (int i = 0; i < 50; i++) {
		ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
		ck_assert_int_eq(drop("ann", hold.token), HOLD_OK);
		first = i == 0 ? hold.token : first;
	}
	/* Eight records, and whose they are. */
	ck_assert_int_eq(n_kept(), 9);
	ck_assert_int_eq(find("ann", hold.token), HOLD_E_EXPIRED);
	/* Of the others the journal tells. */
	ck_assert_int_eq(find("ann", first), HOLD_E_EXPIRED);
	ck_assert_int_eq(find("bob", first), HOLD_E_NONE);
	ck_assert_int_eq(drop("ann", first), HOLD_OK);
}
END_TEST

START_TEST(released_holds_with_a_key_are_bounded_and_none_is_forgotten)
{
	struct arena *a = &house.ctx.arena;
	int r = HOLD_OK, n = 0;

	for (; n < 50 && r == HOLD_OK; n++) {
		r = place_key("ann", "1", arena_printf(a, "k%d", n));
		if (r == HOLD_OK)
			ck_assert_int_eq(drop("ann", hold.token), HOLD_OK);
	}
	ck_assert_int_eq(r, HOLD_E_MANY);
	ck_assert_int_eq(n, 33);
	for (int i = 0; i < 32; i++)
		ck_assert_int_eq(
		    place_key("ann", "1", arena_printf(a, "k%d", i)),
		    HOLD_E_EXPIRED);
	/* Nobody else is refused, nor she without one. */
	ck_assert_int_eq(place_key("bob", "2", "k"), HOLD_OK);
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ck_assert_int_eq(drop("ann", hold.token), HOLD_OK);
	ck_assert_int_eq(find("ann", hold.token), HOLD_E_EXPIRED);
}
END_TEST

START_TEST(drop_gives_the_users_seats_back_to_his_limit)
{
	ck_assert_int_eq(place("ann", "1 2 3 4 5 6 7 8"), HOLD_OK);
	ck_assert_int_eq(drop("ann", hold.token), HOLD_OK);
	ck_assert_int_eq(place("ann", "9 10 11 12 13 14 15 16"), HOLD_OK);
}
END_TEST

START_TEST(nobody_sees_or_drops_anothers_hold)
{
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ck_assert_int_eq(find("bob", hold.token), HOLD_E_NONE);
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ck_assert_int_eq(drop("bob", hold.token), HOLD_E_NONE);
	ck_assert_int_eq(letter(1), 'H');
}
END_TEST

START_TEST(find_tells_how_a_hold_ended)
{
	struct span token;

	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	token = hold.token;
	ck_assert_int_eq(find("ann", token), HOLD_OK);
	ck_assert_int_eq(hold.is.status, HOLD_HELD);
	ck_assert_int_eq(drop("ann", token), HOLD_OK);
	ck_assert_int_eq(find("ann", token), HOLD_E_EXPIRED);
}
END_TEST

START_TEST(find_refuses_what_is_no_token)
{
	ck_assert_int_eq(find("ann", SPAN_LIT("")), HOLD_E_NONE);
	ck_assert_int_eq(find("ann", SPAN_LIT("7-xyz")), HOLD_E_NONE);
	ck_assert_int_eq(
	    find("ann", SPAN_LIT("999999-00000000000000000000000000000000")),
	    HOLD_E_NONE);
}
END_TEST

START_TEST(a_lapsed_hold_is_taken_over_on_the_way)
{
	struct span token;

	clock_fake(clock_ms());
	house_round();
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	token = hold.token;
	clock_fake_add(300000 - 1);
	house_round();
	ck_assert_int_eq(place("bob", "2 3"), HOLD_E_TAKEN);
	clock_fake_add(1);
	house_round();
	ck_assert_int_eq(place("bob", "2 3"), HOLD_OK);
	ck_assert_str_eq(house_map(), "AHHAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_str_eq(journal_status(token), "expired");
}
END_TEST

START_TEST(list_shows_running_holds_only)
{
	struct hold *mine;
	size_t n;

	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ck_assert_int_eq(place("ann", "2 3"), HOLD_OK);
	ck_assert_int_eq(place("bob", "4"), HOLD_OK);
	ck_assert_int_eq(place("ann", "5"), HOLD_OK);
	ck_assert_int_eq(drop("ann", hold.token), HOLD_OK);
	ck_assert_int_eq(hold_list(&house.ctx, house_user("ann"),
			     house.performance, &mine, &n),
	    HOLD_OK);
	ck_assert_int_eq(n, 2);
	ck_assert_int_eq(mine[0].is.n_seats + mine[1].is.n_seats, 3);
}
END_TEST

START_TEST(a_key_leads_to_the_same_hold)
{
	struct span token;

	ck_assert_int_eq(place_key("ann", "1 2", "k1"), HOLD_OK);
	token = hold.token;
	ck_assert_int_eq(place_key("ann", "1 2", "k1"), HOLD_OK);
	ck_assert(span_eq(token, hold.token));
	ck_assert_int_eq(place_key("ann", "3", "k1"), HOLD_E_MISMATCH);
	ck_assert_int_eq(place_key("ann", "3", "k2"), HOLD_OK);
	ck_assert_int_eq(place_key("bob", "4", "k1"), HOLD_OK);
}
END_TEST

START_TEST(a_key_never_places_twice)
{
	ck_assert_int_eq(place_key("ann", "1", "k1"), HOLD_OK);
	ck_assert_int_eq(drop("ann", hold.token), HOLD_OK);
	ck_assert_int_eq(place_key("ann", "1", "k1"), HOLD_E_EXPIRED);
	ck_assert_int_eq(letter(1), 'A');
}
END_TEST

/* As the handbook has it; a second change finds hold_key set. */
static void
change_token_key(const char *key)
{
	struct settings *set = &house.ctx.set;

	if (set->hold_key[0] == '\0')
		strcpy(set->hold_key, set->token_key);
	strcpy(set->token_key_previous, set->token_key);
	strcpy(set->token_key, key);
}

START_TEST(a_key_means_the_same_after_the_token_key_changed)
{
	static const char *const keys[] = {
		"k8:AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
		"k9:AgECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
	};
	const struct settings *set = &house.ctx.set;
	struct settings_wrong wrong;
	struct span first;

	ck_assert_int_eq(place_key("ann", "1 2", "k1"), HOLD_OK);
	first = hold.token;
	ck_assert_int_eq(place_key("bob", "4", "k1"), HOLD_OK);
	ck_assert_int_eq(drop("bob", hold.token), HOLD_OK);
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		change_token_key(keys[i]);
		ck_assert(settings_check(set, &wrong));
		ck_assert_int_eq(place_key("ann", "1 2", "k1"), HOLD_OK);
		ck_assert(span_eq(hold.token, first));
		ck_assert_int_eq(place_key("ann", "3", "k1"), HOLD_E_MISMATCH);
		ck_assert_int_eq(place_key("bob", "4", "k1"), HOLD_E_EXPIRED);
	}
}
END_TEST

/* ---- change and extend ---- */

static int
change(const char *name, const char *seats)
{
	int64_t numbers[64];
	struct hold_want want = { .user = house_user(name) };
	struct span token = hold.token;

	read_seats(seats, &want, numbers);
	return hold_change(&house.ctx, &want, token, &hold, &conflicts);
}

static int
extend(const char *name)
{
	return hold_extend(&house.ctx, house_user(name), hold.token, &hold);
}

START_TEST(change_swaps_seats_until_the_same_end)
{
	int64_t ends_ms;

	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	ends_ms = hold.is.ends_ms;
	ck_assert_int_eq(change("ann", "2 17 3"), HOLD_OK);
	ck_assert_str_eq(house_map(), "AHHAAAAAAAAAAAAAHAAAAAAA");
	ck_assert_int_eq(hold.is.ends_ms, ends_ms);
	ck_assert_int_eq(hold_record_amount(&hold.is), 4500);
	ck_assert_int_eq(house_count("SELECT amount FROM holds WHERE"
				     " performance_id = $1",
			     house.performance),
	    4500);
	ck_assert_int_eq(place("bob", "1"), HOLD_OK);
}
END_TEST

/* Whatever the durability: the old seats must not be what is sold when Redis
 * is lost. */
START_TEST(change_is_journaled_before_its_answer)
{
	static const int durabilities[] = { HOLDS_BEHIND, HOLDS_SYNC,
		HOLDS_REDIS };

	house_redis("SET bo:job:journal-keeps-up 1");
	house.ctx.set.hold_durability = durabilities[_i];
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	ck_assert_int_eq(change("ann", "5"), HOLD_OK);
	ck_assert_int_eq(house_count("SELECT seats[1] FROM holds WHERE"
				     " performance_id = $1 AND status = 'held'",
			     house.performance),
	    5);
	house_redis("DEL bo:job:journal-keeps-up");
}
END_TEST

START_TEST(change_gives_up_nothing_when_a_seat_is_taken)
{
	ck_assert_int_eq(place("bob", "3"), HOLD_OK);
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	ck_assert_int_eq(change("ann", "2 3"), HOLD_E_TAKEN);
	ck_assert_int_eq(conflicts.n, 1);
	ck_assert_int_eq(conflicts.seats[0].seat_no, 3);
	ck_assert_str_eq(house_map(), "HHHAAAAAAAAAAAAAAAAAAAAA");
}
END_TEST

START_TEST(change_keeps_to_the_limit)
{
	ck_assert_int_eq(place("ann", "9 10 11 12 13 14"), HOLD_OK);
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	ck_assert_int_eq(change("ann", "1 2 3"), HOLD_E_LIMIT);
	ck_assert_int_eq(change("ann", "3"), HOLD_OK);
	ck_assert_int_eq(place("ann", "4"), HOLD_OK);
	ck_assert_int_eq(place("ann", "5"), HOLD_E_LIMIT);
}
END_TEST

START_TEST(change_prices_by_the_holds_own_list)
{
	char sql[128];

	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	snprintf(sql, sizeof(sql),
	    "INSERT INTO prices VALUES"
	    " (%lld, 2, 1, 9000), (%lld, 2, 2, 9000)",
	    (long long)house.performance, (long long)house.performance);
	house_run(sql);
	expire_terms("price_version = 2");
	clock_fake(clock_ms() + 2000);
	house_round();
	ck_assert_int_eq(change("ann", "2 17"), HOLD_OK);
	ck_assert_int_eq(hold_record_amount(&hold.is), 3500);
}
END_TEST

START_TEST(a_lapsed_hold_cannot_be_changed_or_extended)
{
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	clock_fake(hold.is.ends_ms);
	house_round();
	ck_assert_int_eq(change("ann", "2"), HOLD_E_EXPIRED);
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	clock_fake(hold.is.ends_ms);
	house_round();
	ck_assert_int_eq(extend("ann"), HOLD_E_EXPIRED);
	ck_assert_int_eq(letter(1), 'A');
}
END_TEST

START_TEST(anothers_hold_cannot_be_changed_or_extended)
{
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ck_assert_int_eq(extend("bob"), HOLD_E_NONE);
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ck_assert_int_eq(change("bob", "2"), HOLD_E_NONE);
	ck_assert_int_eq(letter(1), 'H');
}
END_TEST

START_TEST(extend_adds_time_up_to_the_hard_end)
{
	int64_t ends_ms;

	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ends_ms = hold.is.ends_ms;
	for (int i = 1; i <= 5; i++) {
		ck_assert_int_eq(extend("ann"), HOLD_OK);
		ck_assert_int_eq(hold.is.ends_ms,
		    MIN(ends_ms + i * 120000, hold.is.hard_ends_ms));
	}
	ck_assert_int_eq(hold.is.ends_ms, hold.is.hard_ends_ms);
	ck_assert_int_eq(extend("ann"), HOLD_E_LAST);
	clock_fake(ends_ms + 1);
	house_round();
	ck_assert_int_eq(place("bob", "1"), HOLD_E_TAKEN);
	clock_fake(hold.is.hard_ends_ms);
	house_round();
	ck_assert_int_eq(place("bob", "1"), HOLD_OK);
}
END_TEST

/* ---- races ---- */

#define N_RACERS 50

/* Forks N_RACERS who each call race(i); how many returned 0. */
static int
winners(int (*race)(int))
{
	int n_won = 0;

	for (int i = 0; i < N_RACERS; i++) {
		pid_t pid = fork();

		ck_assert_int_ge(pid, 0);
		if (pid == 0) {
			house_fork();
			_exit(race(i));
		}
	}
	for (int i = 0; i < N_RACERS; i++) {
		int status;

		ck_assert_int_gt(wait(&status), 0);
		ck_assert(WIFEXITED(status));
		ck_assert_int_lt(WEXITSTATUS(status), 100);
		n_won += WEXITSTATUS(status) == 0;
	}
	return n_won;
}

/* 0 won, 1 lost as one should; others are faults. */
static int
verdict(int r, int expected)
{
	if (r == HOLD_OK)
		return 0;
	return r == expected ? 1 : 100;
}

static int
race_for_one_seat(int i)
{
	char name[16];

	snprintf(name, sizeof(name), "racer%d", i);
	return verdict(place(name, "7"), HOLD_E_TAKEN);
}

START_TEST(fifty_buyers_race_for_a_seat_and_one_wins)
{
	ck_assert_int_eq(winners(race_for_one_seat), 1);
	ck_assert_int_eq(letter(7), 'H');
	ck_assert_int_eq(house_count("SELECT count(*) FROM holds WHERE"
				     " performance_id = $1",
			     house.performance),
	    1);
}
END_TEST

static int
race_past_the_limit(int i)
{
	char seat[16];

	snprintf(seat, sizeof(seat), "%d", i % HOUSE_SEATS + 1);
	i = place("ann", seat);
	if (i == HOLD_OK && hold.again)
		return 1;
	return verdict(i, HOLD_E_LIMIT);
}

START_TEST(a_user_never_holds_more_than_the_limit)
{
	(void)house_user("ann");
	ck_assert_int_le(winners(race_past_the_limit), 8);
	ck_assert_int_eq(house_count("SELECT sum(cardinality(seats)) FROM"
				     " holds WHERE performance_id = $1",
			     house.performance),
	    8);
}
END_TEST

/* ---- holds of one user in many performances ---- */

#define N_HALLS 50

/* Performances of a sale that is open; house has the last one. */
static void
given_halls(int64_t *halls, int n)
{
	int64_t ann = house_user("ann");

	for (int i = 0; i < n; i++) {
		if (i > 0)
			house_renew();
		halls[i] = house.performance;
	}
	hoarder = ann;
}

static int
hoard(int64_t hall, const char *key)
{
	house.performance = hall;
	return place_as(hoarder, "1", key);
}

static int64_t
hoarded(const int64_t *halls, int n)
{
	int64_t sum = 0;

	for (int i = 0; i < n; i++) {
		house.performance = halls[i];
		sum += letter(1) == 'H';
	}
	return sum;
}

START_TEST(a_user_holds_in_three_performances_and_no_more)
{
	int64_t halls[N_HALLS];
	struct span token;

	given_halls(halls, 5);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(hoard(halls[i], NULL), HOLD_OK);
	token = hold.token;
	ck_assert_int_eq(hoard(halls[3], "k"), HOLD_E_MANY);
	ck_assert_int_eq(letter(1), 'A');
	ck_assert_int_eq(place_as(house_user("bob"), "1 2", NULL), HOLD_OK);
	ck_assert_int_eq(
	    hold_drop(&house.ctx, hold.is.user, hold.token, &number), HOLD_OK);
	/* Where she holds already she may go on. */
	house.performance = halls[0];
	ck_assert_int_eq(place_as(hoarder, "2", NULL), HOLD_OK);
	/* One given back frees its place, and the key was not used up. */
	ck_assert_int_eq(hold_drop(&house.ctx, hoarder, token, &number),
	    HOLD_OK);
	ck_assert_int_eq(hoard(halls[3], "k"), HOLD_OK);
	ck_assert_int_eq(hoard(halls[4], NULL), HOLD_E_MANY);
	house.ctx.set.performances_per_user = 0;
	ck_assert_int_eq(hoard(halls[4], NULL), HOLD_OK);
}
END_TEST

START_TEST(lapsed_holds_free_their_performances)
{
	int64_t halls[N_HALLS];

	given_halls(halls, 4);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(hoard(halls[i], NULL), HOLD_OK);
	ck_assert_int_eq(hoard(halls[3], NULL), HOLD_E_MANY);
	clock_fake(clock_ms() + house.ctx.set.hold_seconds * 1000 + 60000);
	house_round();
	ck_assert_int_eq(hoard(halls[3], NULL), HOLD_OK);
	clock_fake(0);
}
END_TEST

START_TEST(of_fifty_holds_in_fifty_performances_at_once_three_are_left)
{
	int64_t halls[N_HALLS];
	int n_ok = 0;

	given_halls(halls, N_HALLS);
	for (int i = 0; i < N_HALLS; i++) {
		pid_t pid = fork();

		ck_assert_int_ge(pid, 0);
		if (pid == 0) {
			house_fork();
			_exit(hoard(halls[i], NULL));
		}
	}
	for (int i = 0; i < N_HALLS; i++) {
		int status;

		ck_assert_int_gt(wait(&status), 0);
		ck_assert(WIFEXITED(status));
		n_ok += WEXITSTATUS(status) == HOLD_OK;
		ck_assert(WEXITSTATUS(status) == HOLD_OK
		    || WEXITSTATUS(status) == HOLD_E_MANY);
	}
	ck_assert_int_eq(n_ok, 3);
	ck_assert_int_eq(hoarded(halls, N_HALLS), 3);
}
END_TEST

SUITE("hold")
{
	FIXTURE_ONCE(house_start, NULL);
	FIXTURE(house_open, house_close);
	TEST(place_holds_all_asked_seats);
	TEST(place_takes_nothing_when_one_seat_is_taken);
	TEST(place_is_journaled_before_the_answer);
	TEST(place_gives_the_same_hold_for_the_same_seats);
	TEST(place_refuses_more_seats_than_a_user_may_have);
	TEST(place_refuses_seats_the_hall_does_not_have);
	TEST(place_refuses_a_performance_that_is_not_there);
	TEST(place_refuses_outside_the_sale_window);
	TEST(place_refuses_a_performance_that_is_closed);
	TEST(place_takes_over_new_prices);
	TEST(place_takes_over_a_new_limit_and_a_new_length);
	TEST_LOOP(every_status_reaches_the_map, (int)ARRAY_LEN(not_open));
	TEST_LOOP(a_running_hold_outlives_the_sale, (int)ARRAY_LEN(not_open));
	TEST(a_closed_section_sells_nothing_more);
	TEST(a_section_is_closed_for_who_has_older_terms_too);
	TEST(a_running_hold_outlives_the_closing_of_its_section);
	TEST_LOOP(a_change_keeps_the_price_list_and_its_currency, 2);
	TEST(place_tells_the_map_when_it_knows_newer_terms);
	TEST(place_asks_redis_alone_once_the_terms_are_known);
	TEST(drop_frees_the_seats);
	TEST(drop_twice_is_no_mistake);
	TEST(of_what_a_user_released_only_the_last_few_stay_in_redis);
	TEST(released_holds_with_a_key_are_bounded_and_none_is_forgotten);
	TEST(drop_gives_the_users_seats_back_to_his_limit);
	TEST(nobody_sees_or_drops_anothers_hold);
	TEST(find_tells_how_a_hold_ended);
	TEST(find_refuses_what_is_no_token);
	TEST(a_lapsed_hold_is_taken_over_on_the_way);
	TEST(list_shows_running_holds_only);
	TEST(a_key_leads_to_the_same_hold);
	TEST(a_key_never_places_twice);
	TEST(a_key_means_the_same_after_the_token_key_changed);
	TEST(change_swaps_seats_until_the_same_end);
	TEST_LOOP(change_is_journaled_before_its_answer, 3);
	TEST(change_gives_up_nothing_when_a_seat_is_taken);
	TEST(change_keeps_to_the_limit);
	TEST(change_prices_by_the_holds_own_list);
	TEST(a_lapsed_hold_cannot_be_changed_or_extended);
	TEST(anothers_hold_cannot_be_changed_or_extended);
	TEST(extend_adds_time_up_to_the_hard_end);
	TEST(fifty_buyers_race_for_a_seat_and_one_wins);
	TEST(a_user_never_holds_more_than_the_limit);
	TEST(a_user_holds_in_three_performances_and_no_more);
	TEST(lapsed_holds_free_their_performances);
	TEST(of_fifty_holds_in_fifty_performances_at_once_three_are_left);
}
