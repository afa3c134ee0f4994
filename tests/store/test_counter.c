/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_counter - a section that is a bare count: never more than there is
 *
 * Section 2 of the house is one. What all tests end with is settle(): the jobs
 * find what there is to do, and then Redis, claims, stock, reservations and
 * journal say the same.
 *
 * Layer: tests.  Uses: hold, reservation, recovery, house.
 */
#include "admin/capacity.h"
#include "base/clock.h"
#include "recovery/seat_load.h"
#include "reservation/cancel.h"
#include "seat/seat_map.h"
#include "seat/seat_stock.h"
#include "tests/support/afterwards.h"
#include "tests/support/race.h"
#include "tests/support/servers.h"
#include "tests/support/teller.h"

#define LAWN 2

static struct hold_conflicts conflicts;
static struct span number; /* of the last reservation bought */

static int
take_by(int64_t user, int64_t quantity, const char *key)
{
	const struct hold_want want = { .user = user,
		.performance = house.performance,
		.section_no = LAWN,
		.quantity = quantity,
		.key = span_str(key) };
	int r = hold_place(&house.ctx, &want, &hold, &conflicts);

	if (r == HOLD_OK)
		hold.token = buyer_token(hold.token);
	return r;
}

static int
take(const char *name, int64_t quantity)
{
	return take_by(house_user(name), quantity, NULL);
}

static int
pay_for(const char *name)
{
	int r = pay_key(name, hold.token,
	    arena_str(&house.ctx.arena, hold.token));

	if (r == PURCHASE_OK) {
		bought.answer.body.len = RESERVATION_NUMBER_LEN;
		number = buyer_token(bought.answer.body);
	}
	return r;
}

static int
buy(const char *name, int64_t quantity)
{
	int r = take(name, quantity);

	return r == HOLD_OK ? pay_for(name) : r;
}

static int64_t
left(void)
{
	struct section_change *sections;
	size_t n;

	ck_assert_int_eq(
	    seat_stock_left(&house.ctx, house.performance, &sections, &n), 0);
	ck_assert_uint_eq(n, 1);
	ck_assert_int_eq(sections[0].section_no, LAWN);
	return sections[0].left;
}

static int64_t
of_stock(const char *column)
{
	return house_count(
	    arena_printf(&house.ctx.arena,
		"SELECT %s FROM section_stock WHERE performance_id = $1",
		column),
	    house.performance);
}

static void
given_a_lawn(int capacity)
{
	house_lawn(capacity);
	house_terms();
}

/* Redis forgets the map, which is loaded anew. */
static void
load_anew(void)
{
	persist();
	ck_assert_int_eq(seat_reload(&house.ctx, house.performance), 0);
}

/* ---- the stock ---- */

START_TEST(a_performance_has_the_stock_of_its_plan)
{
	given_a_lawn(100);
	ck_assert_int_eq(of_stock("capacity"), 100);
	given_a_lawn(50);
	ck_assert_int_eq(of_stock("capacity"), 50);
	ck_assert_int_eq(of_stock("taken"), 0);
	house_plan(10);
	ck_assert_int_eq(of_stock("count(*)"), 0);
}
END_TEST

/* ---- holds ---- */

START_TEST(places_are_held_without_names)
{
	given_a_lawn(100);
	ck_assert_int_eq(take("ann", 3), HOLD_OK);
	ck_assert_int_eq(hold.is.section_no, LAWN);
	ck_assert_uint_eq(hold.is.n_seats, 3);
	ck_assert_int_eq(hold_record_amount(&hold.is), 3000);
	ck_assert_int_eq(left(), 97);
	ck_assert_int_eq(find("ann", hold.token), HOLD_OK);
	settle();
}
END_TEST

START_TEST(seats_of_the_map_stay_as_they_are)
{
	given_a_lawn(100);
	ck_assert_int_eq(take("ann", 3), HOLD_OK);
	ck_assert_int_eq(place("bob", "1 2 3"), HOLD_OK);
	ck_assert_int_eq(left(), 97);
	ck_assert_int_eq(pay("bob"), PURCHASE_OK);
	settle();
}
END_TEST

START_TEST(a_group_that_does_not_fit_gets_nothing_and_is_told_what_is_left)
{
	given_a_lawn(5);
	ck_assert_int_eq(take("ann", 3), HOLD_OK);
	ck_assert_int_eq(take("bob", 3), HOLD_E_FULL);
	ck_assert_int_eq(conflicts.remaining, 2);
	ck_assert_int_eq(left(), 2);
	ck_assert_int_eq(take("bob", 2), HOLD_OK);
	ck_assert_int_eq(take("cyd", 1), HOLD_E_FULL);
	settle();
}
END_TEST

START_TEST(asking_again_without_a_key_is_asking_for_more)
{
	given_a_lawn(100);
	ck_assert_int_eq(take("ann", 2), HOLD_OK);
	ck_assert_int_eq(take("ann", 2), HOLD_OK);
	ck_assert_int_eq(left(), 96);
	ck_assert_int_eq(take_by(house_user("ann"), 2, "key"), HOLD_OK);
	ck_assert_int_eq(take_by(house_user("ann"), 2, "key"), HOLD_OK);
	ck_assert_int_eq(left(), 94);
	ck_assert_int_eq(take_by(house_user("ann"), 1, "key"), HOLD_E_MISMATCH);
	settle();
}
END_TEST

START_TEST(places_and_seats_count_for_one_limit)
{
	given_a_lawn(100);
	ck_assert_int_eq(place("ann", "1 2 3"), HOLD_OK);
	ck_assert_int_eq(take("ann", 5), HOLD_OK);
	ck_assert_int_eq(take("ann", 1), HOLD_E_LIMIT);
	ck_assert_int_eq(place("ann", "4"), HOLD_E_LIMIT);
	settle();
}
END_TEST

START_TEST(a_section_of_seats_is_not_counted)
{
	given_a_lawn(100);
	for (int64_t section = 1; section <= 3; section += 2) {
		const struct hold_want want = { .user = house_user("ann"),
			.performance = house.performance,
			.section_no = section,
			.quantity = 1 };

		ck_assert_int_eq(
		    hold_place(&house.ctx, &want, &hold, &conflicts),
		    HOLD_E_SECTION);
	}
}
END_TEST

START_TEST(what_is_given_back_or_lapses_is_left_again)
{
	given_a_lawn(10);
	ck_assert_int_eq(take("ann", 3), HOLD_OK);
	ck_assert_int_eq(drop("ann", hold.token), HOLD_OK);
	ck_assert_int_eq(left(), 10);
	ck_assert_int_eq(drop("ann", hold.token), HOLD_OK);
	ck_assert_int_eq(left(), 10);
	ck_assert_int_eq(take("bob", 4), HOLD_OK);
	pass(house.ctx.set.hold_seconds * MS_PER_S + 1);
	ck_assert_int_eq(left(), 10);
	ck_assert_int_eq(find("bob", hold.token), HOLD_E_EXPIRED);
	settle();
}
END_TEST

START_TEST(a_hold_that_lapsed_makes_room_for_the_next_at_once)
{
	given_a_lawn(4);
	ck_assert_int_eq(take("ann", 4), HOLD_OK);
	clock_fake(clock_ms() + house.ctx.set.hold_seconds * MS_PER_S + 1);
	house_round();
	ck_assert_int_eq(take("bob", 4), HOLD_OK);
	ck_assert_int_eq(find("ann", hold.token), HOLD_E_NONE);
	settle();
}
END_TEST

START_TEST(a_hold_of_places_lasts_longer_and_takes_no_seats_instead)
{
	given_a_lawn(10);
	ck_assert_int_eq(take("ann", 2), HOLD_OK);
	ck_assert_int_eq(extend("ann", hold.token), HOLD_OK);
	ck_assert_int_eq(change("ann", hold.token, 1), HOLD_E_SEAT);
	ck_assert_int_eq(left(), 8);
	ck_assert_int_eq(letter(1), 'A');
	settle();
}
END_TEST

START_TEST(readers_are_told_what_is_left_since_a_version)
{
	struct seat_map before, after;

	given_a_lawn(10);
	ck_assert_int_eq(
	    seat_map_read(&house.ctx, house.performance, SPAN_NONE, &before),
	    0);
	ck_assert_int_eq(take("ann", 2), HOLD_OK);
	ck_assert_int_eq(take("bob", 3), HOLD_OK);
	ck_assert_int_eq(place("cyd", "7"), HOLD_OK);
	ck_assert_int_eq(seat_map_read(&house.ctx, house.performance,
			     before.version, &after),
	    0);
	ck_assert(!after.whole);
	ck_assert_uint_eq(after.n_changes, 1);
	ck_assert_int_eq(after.changes[0].seat_no, 7);
	ck_assert_uint_eq(after.n_sections, 1);
	ck_assert_int_eq(after.sections[0].section_no, LAWN);
	ck_assert_int_eq(after.sections[0].left, 5);
}
END_TEST

/* Five places more, and Redis was not told. */
static void
grow(void)
{
	house_run(arena_printf(&house.ctx.arena,
	    "UPDATE section_stock SET"
	    " capacity = capacity + 5, version = version + 1"
	    " WHERE performance_id = %lld",
	    (long long)house.performance));
}

/* A map without letters is one. */
START_TEST(a_hall_without_seats_is_sold)
{
	size_t n = 0;

	house_meadow(10);
	house_terms();
	ck_assert_str_eq(house_map(), "");
	ck_assert_int_eq(buy("ann", 2), PURCHASE_OK);
	ck_assert_int_eq(take("bob", 3), HOLD_OK);
	ck_assert_str_eq(house_map(), "");
	load_anew();
	ck_assert_int_eq(find("bob", hold.token), HOLD_OK);
	ck_assert_int_eq(take("cyd", 6), HOLD_E_FULL);
	ck_assert_int_eq(conflicts.remaining, 5);
	grow();
	ck_assert_int_eq(hold_reconcile_map(&house.ctx, house.performance, &n),
	    0);
	ck_assert_int_eq(take("cyd", 6), HOLD_OK);
}
END_TEST

/* ---- many at once ---- */

#define N_RACERS 12

static void
open_racer(int i)
{
	(void)i;
	house_fork();
}

static int
take_until_full(int i)
{
	int n = 0, quantity = 1 + i % 3;
	int64_t first = house_count(
	    "SELECT min(id) FROM users WHERE login_id"
	    " LIKE 'race%'",
	    0);

	for (int k = 0; k < 40; k++) {
		int64_t user = first + i * 40 + k;
		int r = take_by(user, quantity, NULL);

		if (r == HOLD_E_FULL)
			break;
		if (r != HOLD_OK || hold.is.n_seats != (size_t)quantity)
			return 255;
		n += quantity;
	}
	return n;
}

START_TEST(many_at_once_fill_it_exactly_and_never_more)
{
	static const struct runner racers = { open_racer, take_until_full };
	int results[N_RACERS], n = 0;

	given_a_lawn(301);
	(void)house_map();
	house_run(
	    "INSERT INTO users (login_id, login_fold, name, email)"
	    " SELECT 'race' || n, 'race' || n, 'r', 'r@example.org'"
	    " FROM generate_series(1, 480) AS n");
	race(N_RACERS, &racers, results);
	for (int i = 0; i < N_RACERS; i++) {
		ck_assert_int_ne(results[i], 255);
		n += results[i];
	}
	/* Whoever asked for one took the last. */
	ck_assert_int_eq(n, 301);
	ck_assert_int_eq(left(), 0);
}
END_TEST

/* ---- purchases ---- */

START_TEST(what_is_paid_for_is_taken_from_the_stock)
{
	given_a_lawn(10);
	ck_assert_int_eq(buy("ann", 3), PURCHASE_OK);
	ck_assert_int_eq(of_stock("taken"), 3);
	ck_assert_int_eq(of_stock("kept"), 3);
	ck_assert_int_eq(left(), 7);
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET - 3000);
	ck_assert_int_eq(
	    house_count(
		"SELECT count(*) FROM reservations WHERE"
		" performance_id = $1 AND section_no = 2 AND seats = '{1,2,3}'",
		house.performance),
	    1);
	ck_assert_int_eq(house_count("SELECT count(*) FROM seat_claim WHERE"
				     " performance_id = $1",
			     house.performance),
	    0);
	ck_assert_int_eq(buy("bob", 2), PURCHASE_OK);
	ck_assert_int_eq(left(), 5);
	settle();
}
END_TEST

START_TEST(a_purchase_is_answered_again_by_its_key)
{
	given_a_lawn(10);
	ck_assert_int_eq(buy("ann", 3), PURCHASE_OK);
	ck_assert_int_eq(pay_for("ann"), PURCHASE_E_REPLAY);
	ck_assert_int_eq(pay_key("ann", hold.token, "another"),
	    PURCHASE_E_PAID);
	ck_assert_int_eq(left(), 7);
	ck_assert_int_eq(of_stock("taken"), 3);
	settle();
}
END_TEST

START_TEST(an_empty_wallet_leaves_the_places_held)
{
	given_a_lawn(10);
	ck_assert_int_eq(take("ann", 3), HOLD_OK);
	house_run(arena_printf(&house.ctx.arena,
	    "UPDATE wallets SET balance ="
	    " 1 WHERE user_id = %lld",
	    (long long)house_user("ann")));
	ck_assert_int_eq(pay_for("ann"), PURCHASE_E_FUNDS);
	ck_assert_int_eq(left(), 7);
	ck_assert_int_eq(of_stock("taken"), 0);
	settle();
}
END_TEST

/* Redis promised what PostgreSQL has sold: somebody else's Redis did. */
START_TEST(a_promise_that_the_stock_does_not_have_is_lost)
{
	struct hold anns;

	given_a_lawn(5);
	ck_assert_int_eq(take("ann", 3), HOLD_OK);
	anns = hold;
	house_run(arena_printf(&house.ctx.arena,
	    "UPDATE section_stock SET"
	    " capacity = 2, version = version + 1 WHERE performance_id = %lld",
	    (long long)house.performance));
	ck_assert_int_eq(pay_for("ann"), PURCHASE_E_FULL);
	ck_assert_int_eq(bought.conflicts.remaining, 2);
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET);
	ck_assert_int_eq(find("ann", anns.token), HOLD_E_LOST);
	settle();
	ck_assert_int_eq(left(), 2);
}
END_TEST

START_TEST(the_intent_counts_places_for_the_limit)
{
	struct hold first;

	given_a_lawn(100);
	house_change("max_seats_per_user = 20");
	house_tell();
	ck_assert_int_eq(take("ann", 6), HOLD_OK);
	first = hold;
	ck_assert_int_eq(take("ann", 6), HOLD_OK);
	ck_assert_int_eq(pay_for("ann"), PURCHASE_OK);
	house_run(arena_printf(&house.ctx.arena,
	    "DELETE FROM seat_limits"
	    " WHERE performance_id = %1$lld; INSERT INTO seat_limits"
	    " (performance_id, seats_max) VALUES (%1$lld, 8)",
	    (long long)house.performance));
	hold = first;
	ck_assert_int_eq(pay_for("ann"), PURCHASE_E_LIMIT);
	ck_assert_int_eq(of_stock("taken"), 6);
	settle();
}
END_TEST

/* Alone each waits for the other's commit at the one row; together once. */
static int
buy_until_full(int i)
{
	int n = 0;
	int64_t first = house_count(
	    "SELECT min(id) FROM users WHERE login_id"
	    " LIKE 'sale%'",
	    0);

	house.ctx.owner = i;
	for (int k = 0; k < 10; k++) {
		int64_t user = first + i * 10 + k;
		const struct purchase ask = { .user = user,
			.idem = &asked,
			.method = payment_method_find(SPAN_LIT("wallet")),
			.answer = buyer_answer };
		struct purchase mine = ask;
		int r = take_by(user, 1 + i % 2, NULL);

		if (r == HOLD_E_FULL)
			break;
		if (r != HOLD_OK)
			return 255;
		mine.token = hold.token;
		idem_init(&house.ctx, &asked, user, "POST /api/v1/payments",
		    hold.token, (struct span[]){ hold.token }, 1);
		if (purchase_make(&house.ctx, &mine, &bought) != PURCHASE_OK)
			return 254;
		n += 1 + i % 2;
	}
	return n;
}

/* Until a purchase is told to Redis, what it took counts twice there: the last
 * places may be refused to who asks just then, and are had by the next. */
START_TEST(many_buy_it_out_together)
{
	static const struct runner racers = { open_racer, buy_until_full };
	int results[N_RACERS], n = 0;

	given_a_lawn(100);
	(void)house_map();
	house_run(
	    "INSERT INTO users (login_id, login_fold, name, email)"
	    " SELECT 'sale' || n, 'sale' || n, 's', 's@example.org'"
	    " FROM generate_series(1, 130) AS n;"
	    "INSERT INTO wallets (user_id, balance) SELECT id, 100000"
	    " FROM users WHERE login_id LIKE 'sale%'");
	race(N_RACERS, &racers, results);
	for (int i = 0; i < N_RACERS; i++) {
		ck_assert_int_lt(results[i], 254);
		n += results[i];
	}
	ck_assert_int_gt(n, 0);
	n += buy_until_full(N_RACERS);
	ck_assert_int_eq(n, 100);
	ck_assert_int_eq(of_stock("taken"), 100);
	ck_assert_int_eq(of_stock("kept"), 100);
	ck_assert_int_eq(left(), 0);
	epoch_forget(&house.ctx);
	persist();
	set_right();
	ck_assert_int_eq(left(), 0);
}
END_TEST

/* ---- by asking outside ---- */

static int
pay_outside(const char *name, const char *key)
{
	return pay_by(&card, name, hold.token, key);
}

START_TEST(a_card_payment_claims_before_it_asks_and_keeps_when_it_is_told)
{
	given_a_lawn(10);
	ck_assert_int_eq(take("ann", 3), HOLD_OK);
	ck_assert_int_eq(pay_outside("ann", "card"), PURCHASE_E_PENDING);
	ck_assert_int_eq(of_stock("taken"), 3);
	ck_assert_int_eq(of_stock("kept"), 0);
	ck_assert_int_eq(left(), 7);
	load_anew();
	ck_assert_int_eq(left(), 7);
	work();
	ck_assert_int_eq(of_stock("kept"), 3);
	settle();
	ck_assert_int_eq(left(), 7);
}
END_TEST

START_TEST(a_card_pays_for_the_tickets_that_the_hold_has)
{
	const struct hold_ticket tickets[] = { { SPAN_LIT("senior"), 2 },
		{ SPAN_LIT("adult"), 1 } };
	const struct hold_want want = { .user = house_user("ann"),
		.tickets = tickets,
		.n_tickets = 2 };

	house_lawn(10);
	house_types();
	house_terms();
	ck_assert_int_eq(take("ann", 3), HOLD_OK);
	ck_assert_int_eq(
	    hold_change(&house.ctx, &want, hold.token, &hold, &conflicts),
	    HOLD_OK);
	hold.token = buyer_token(hold.token);
	ck_assert_int_eq(hold_record_amount(&hold.is), 2000);
	ck_assert_int_eq(left(), 7);
	load_anew();
	ck_assert_int_eq(pay_outside("ann", "card"), PURCHASE_E_PENDING);
	load_anew();
	work();
	settle();
	ck_assert_int_eq(house_count("SELECT amount FROM reservations WHERE"
				     " performance_id = $1 AND types ="
				     " '{0,2,2}'",
			     house.performance),
	    2000);
}
END_TEST

START_TEST(a_card_that_is_refused_gives_the_places_back_to_the_hold)
{
	given_a_lawn(10);
	teller->says = TELLER_DECLINES;
	ck_assert_int_eq(take("ann", 3), HOLD_OK);
	ck_assert_int_eq(pay_outside("ann", "card"), PURCHASE_E_PENDING);
	work();
	ck_assert_int_eq(of_stock("taken"), 0);
	ck_assert_int_eq(left(), 7);
	teller->says = TELLER_TAKES;
	ck_assert_int_eq(pay_outside("ann", "more"), PURCHASE_E_PENDING);
	work();
	ck_assert_int_eq(of_stock("kept"), 3);
	settle();
	ck_assert_int_eq(left(), 7);
}
END_TEST

START_TEST(a_capture_after_the_places_went_is_late)
{
	given_a_lawn(10);
	ck_assert_int_eq(take("ann", 3), HOLD_OK);
	ck_assert_int_eq(pay_outside("ann", "card"), PURCHASE_E_PENDING);
	house_run(arena_printf(&house.ctx.arena,
	    "SELECT payment_decline(id, 'no',"
	    " NULL) FROM payments WHERE performance_id = %1$lld;"
	    "SELECT payment_confirm(id, amount, 'KRW',"
	    " clock_timestamp()) FROM payments WHERE performance_id = %1$lld",
	    (long long)house.performance));
	ck_assert_int_eq(house_count("SELECT count(*) FROM payments WHERE"
				     " performance_id = $1 AND status = 'LATE'",
			     house.performance),
	    1);
	ck_assert_int_eq(of_stock("taken"), 0);
}
END_TEST

/* ---- giving back ---- */

static struct span
write_cancelled(struct ctx *ctx, void *arg, const struct reservation *r)
{
	(void)arg;
	return arena_span(&ctx->arena, r->status);
}

static int
give_back(const char *name, int64_t quantity)
{
	static int n;
	struct cancel_result result;
	struct idem idem;
	const struct cancel ask = { .user = house_user(name),
		.number = number,
		.quantity = quantity,
		.idem = &idem,
		.answer = write_cancelled };

	idem_init(&house.ctx, &idem, ask.user, "POST /reservations/cancel",
	    span_str(arena_printf(&house.ctx.arena, "c%d", n++)), &number, 1);
	house_round();
	return cancel_make(&house.ctx, &ask, &result);
}

START_TEST(some_of_the_places_or_all_are_given_back)
{
	given_a_lawn(10);
	ck_assert_int_eq(buy("ann", 4), PURCHASE_OK);
	ck_assert_int_eq(give_back("ann", 1), CANCEL_OK);
	ck_assert_int_eq(left(), 7);
	ck_assert_int_eq(of_stock("kept"), 3);
	ck_assert_int_eq(
	    house_count("SELECT count(*) FROM reservations WHERE"
			" performance_id = $1 AND cancelled = '{4}'",
		house.performance),
	    1);
	ck_assert_int_eq(give_back("ann", 4), CANCEL_E_QUANTITY);
	settle();
	ck_assert_int_eq(give_back("ann", 0), CANCEL_OK);
	ck_assert_int_eq(left(), 10);
	ck_assert_int_eq(of_stock("taken"), 0);
	ck_assert_int_eq(give_back("ann", 1), CANCEL_E_ALREADY);
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET);
	settle();
	ck_assert_int_eq(take("ann", 8), HOLD_OK);
}
END_TEST

START_TEST(places_are_not_given_back_by_name_nor_seats_by_number)
{
	struct cancel_result result;
	struct idem idem;
	int64_t seat = 1;
	struct cancel ask = { .user = house_user("ann"),
		.seats = &seat,
		.n_seats = 1,
		.idem = &idem,
		.answer = write_cancelled };

	given_a_lawn(10);
	ck_assert_int_eq(buy("ann", 2), PURCHASE_OK);
	ask.number = number;
	idem_init(&house.ctx, &idem, ask.user, "POST /reservations/cancel",
	    SPAN_LIT("n"), &number, 1);
	ck_assert_int_eq(cancel_make(&house.ctx, &ask, &result), CANCEL_E_SEAT);
	ck_assert_int_eq(place("ann", "5 6"), HOLD_OK);
	ck_assert_int_eq(pay_for("ann"), PURCHASE_OK);
	ck_assert_int_eq(give_back("ann", 1), CANCEL_E_QUANTITY);
	settle();
}
END_TEST

/* ---- loading ---- */

START_TEST(a_map_that_is_loaded_has_what_was_promised_and_sold)
{
	given_a_lawn(10);
	ck_assert_int_eq(buy("ann", 2), PURCHASE_OK);
	ck_assert_int_eq(take("bob", 3), HOLD_OK);
	load_anew();
	ck_assert_int_eq(left(), 5);
	ck_assert_int_eq(find("bob", hold.token), HOLD_OK);
	ck_assert_int_eq(take("ann", 7), HOLD_E_FULL);
	ck_assert_int_eq(pay_for("bob"), PURCHASE_OK);
	settle();
	ck_assert_int_eq(left(), 5);
}
END_TEST

START_TEST(what_does_not_fit_any_more_is_lost_the_last_first)
{
	struct hold anns, bobs;

	given_a_lawn(10);
	ck_assert_int_eq(take("ann", 3), HOLD_OK);
	anns = hold;
	ck_assert_int_eq(take("bob", 4), HOLD_OK);
	bobs = hold;
	ck_assert_int_eq(take("cyd", 2), HOLD_OK);
	persist();
	house_run(arena_printf(&house.ctx.arena,
	    "UPDATE section_stock SET"
	    " capacity = 5, version = version + 1 WHERE performance_id = %lld",
	    (long long)house.performance));
	load_anew();
	ck_assert_int_eq(left(), 0);
	ck_assert_int_eq(find("ann", anns.token), HOLD_OK);
	ck_assert_int_eq(find("bob", bobs.token), HOLD_E_LOST);
	ck_assert_int_eq(find("cyd", hold.token), HOLD_OK);
	settle();
}
END_TEST

START_TEST(a_payment_without_an_intent_is_a_hold_again_when_the_map_is_loaded)
{
	given_a_lawn(10);
	ck_assert_int_eq(take("ann", 3), HOLD_OK);
	ck_assert_int_eq(begin_to_pay("ann"), HOLD_OK);
	load_anew();
	ck_assert_int_eq(left(), 7);
	ck_assert_int_eq(pay_for("ann"), PURCHASE_OK);
	settle();
}
END_TEST

/* ---- capacity ---- */

static struct capacity_result resized;

static int
resize(int64_t capacity)
{
	const struct capacity_ask ask = { .performance = house.performance,
		.section_no = LAWN,
		.capacity = capacity,
		.by = { .os_user = SPAN_LIT("op"),
		    .reason = SPAN_LIT("rain") } };

	return capacity_set(&house.ctx, &ask, &resized);
}

START_TEST(an_operator_changes_it_but_not_below_what_is_sold_and_promised)
{
	given_a_lawn(10);
	ck_assert_int_eq(buy("ann", 2), PURCHASE_OK);
	ck_assert_int_eq(take("bob", 3), HOLD_OK);
	ck_assert_int_eq(resize(4), CAPACITY_E_BELOW);
	ck_assert_int_eq(resized.least, 5);
	ck_assert_int_eq(left(), 5);
	ck_assert_int_eq(resize(6), CAPACITY_OK);
	ck_assert_int_eq(resized.was, 10);
	ck_assert_int_eq(left(), 1);
	ck_assert_int_eq(resize(50), CAPACITY_OK);
	ck_assert_int_eq(left(), 45);
	ck_assert_int_eq(pay_for("bob"), PURCHASE_OK);
	settle();
	ck_assert_int_eq(left(), 45);
	load_anew();
	ck_assert_int_eq(left(), 45);
}
END_TEST

/* The journal is behind; Redis is asked within the transaction. */
START_TEST(a_promise_that_only_redis_knows_is_kept_too)
{
	given_a_lawn(10);
	buyer_behind();
	ck_assert_int_eq(take("bob", 3), HOLD_OK);
	ck_assert_int_eq(journaled("held"), 0);
	ck_assert_int_eq(resize(2), CAPACITY_E_BELOW);
	ck_assert_int_eq(resized.least, 3);
	ck_assert_int_eq(of_stock("capacity"), 10);
	buyer_alone();
	settle();
}
END_TEST

#ifdef FAULTS
static void
resize_to_5(void)
{
	(void)resize(5);
}

START_TEST(an_operator_who_dies_before_the_commit_changes_nothing)
{
	given_a_lawn(10);
	ck_assert_int_eq(take("ann", 2), HOLD_OK);
	buyer_crash("crash:capacity.before_commit:1", resize_to_5);
	ck_assert_int_eq(of_stock("capacity"), 10);
	persist();
	settle();
	ck_assert_int_eq(left(), 8);
}
END_TEST
#endif

/* ---- reconciling ---- */

START_TEST(what_redis_was_not_told_it_is_told_once)
{
	given_a_lawn(10);
	ck_assert_int_eq(take("ann", 2), HOLD_OK);
	grow();
	ck_assert_int_eq(left(), 8);
	ck_assert_uint_eq(reconcile(), 1);
	ck_assert_int_eq(left(), 13);
	ck_assert_uint_eq(reconcile(), 0);
	settle();
}
END_TEST

/* A fact comes, from whenever it is. */
static void
tell(const char *facts)
{
	struct kv_reply reply;

	ck_assert_int_eq(seat_script(&house.ctx, house.performance,
			     house_count("SELECT epoch FROM sys_epoch", 0),
			     &script_stock_set, 2,
			     (struct span[]){ SPAN_LIT("2"), span_str(facts) },
			     &reply),
	    0);
	ck_assert(seat_said(&reply, "ok"));
}

START_TEST(an_older_fact_changes_nothing)
{
	struct hold anns;

	given_a_lawn(10);
	ck_assert_int_eq(buy("ann", 2), PURCHASE_OK);
	anns = hold;
	ck_assert_int_eq(buy("bob", 3), PURCHASE_OK);
	ck_assert_int_eq(left(), 5);
	/* Ann's mirror comes once more, and late. */
	hold_paid(&house.ctx, &anns);
	ck_assert_int_eq(left(), 5);
	tell("2 2 10");
	tell("3 2 10");
	ck_assert_int_eq(left(), 5);
	tell("4 6 10");
	ck_assert_int_eq(left(), 4);
}
END_TEST

/* As if a script had been stopped half way. */
START_TEST(promises_that_no_hold_has_are_loaded_anew)
{
	given_a_lawn(10);
	ck_assert_int_eq(take("ann", 2), HOLD_OK);
	house_redis(arena_printf(&house.ctx.arena,
	    "HDEL"
	    " bo:{p%lld.%lld}:stock 2",
	    (long long)house.performance,
	    (long long)house_count("SELECT epoch FROM sys_epoch", 0)));
	ck_assert_int_eq(take("bob", 1), HOLD_E_SECTION);
	(void)reconcile();
	ck_assert_int_eq(left(), 8);
	settle();
}
END_TEST

#ifdef FAULTS
static void
pay_it(void)
{
	(void)pay_for("ann");
}

/* What a dead worker did not tell is kept twice until somebody looks. */
START_TEST(a_late_mirror_shows_too_few_and_never_too_many)
{
	given_a_lawn(10);
	ck_assert_int_eq(take("ann", 3), HOLD_OK);
	buyer_crash("crash:pay.before_mirror:1", pay_it);
	ck_assert_int_eq(left(), 7);
	ck_assert_int_eq(buy("bob", 2), PURCHASE_OK);
	ck_assert_int_eq(left(), 2);
	ck_assert_uint_gt(reconcile(), 0);
	ck_assert_int_eq(left(), 5);
	settle();
}
END_TEST

/* The round of the job finds it by what moved. */
START_TEST(a_purchase_whose_mirror_never_came_is_told_by_the_round)
{
	struct hold_reconcile memory = { .n_rounds = 0 };
	size_t n;

	given_a_lawn(10);
	ck_assert_int_eq(take("ann", 3), HOLD_OK);
	ck_assert_int_eq(hold_reconcile_round(&house.ctx, &memory, &n), 0);
	buyer_crash("crash:pay.before_mirror:1", pay_it);
	ck_assert_int_eq(of_stock("kept"), 3);
	memory.turn = INT64_MAX;
	house_round();
	ck_assert_int_eq(hold_reconcile_round(&house.ctx, &memory, &n), 0);
	ck_assert_uint_ge(n, 3);
	ck_assert_int_eq(left(), 7);
	settle();
}
END_TEST

START_TEST(a_payment_whose_handler_died_before_the_intent_is_given_up)
{
	given_a_lawn(10);
	ck_assert_int_eq(take("ann", 3), HOLD_OK);
	buyer_crash("crash:pay.before_commit:1", pay_it);
	(void)reconcile();
	ck_assert_int_eq(left(), 7);
	pass(settings_gone_ms(&house.ctx.set) + 1);
	(void)reconcile();
	ck_assert_int_eq(left(), 10);
	settle();
}
END_TEST
#endif

static void
open_house(void)
{
	house_open();
	teller_open();
}

static void
close_house(void)
{
	teller_close();
	house_close();
}

SUITE("counter")
{
	FIXTURE_ONCE(house_start, servers_stop);
	FIXTURE(open_house, close_house);
	TEST(a_performance_has_the_stock_of_its_plan);
	TEST(places_are_held_without_names);
	TEST(seats_of_the_map_stay_as_they_are);
	TEST(a_group_that_does_not_fit_gets_nothing_and_is_told_what_is_left);
	TEST(asking_again_without_a_key_is_asking_for_more);
	TEST(places_and_seats_count_for_one_limit);
	TEST(a_section_of_seats_is_not_counted);
	TEST(what_is_given_back_or_lapses_is_left_again);
	TEST(a_hold_that_lapsed_makes_room_for_the_next_at_once);
	TEST(a_hold_of_places_lasts_longer_and_takes_no_seats_instead);
	TEST(readers_are_told_what_is_left_since_a_version);
	TEST(a_hall_without_seats_is_sold);
	TEST(many_at_once_fill_it_exactly_and_never_more);
	TEST(what_is_paid_for_is_taken_from_the_stock);
	TEST(a_purchase_is_answered_again_by_its_key);
	TEST(an_empty_wallet_leaves_the_places_held);
	TEST(a_promise_that_the_stock_does_not_have_is_lost);
	TEST(the_intent_counts_places_for_the_limit);
	TEST(many_buy_it_out_together);
	TEST(a_card_payment_claims_before_it_asks_and_keeps_when_it_is_told);
	TEST(a_card_pays_for_the_tickets_that_the_hold_has);
	TEST(a_card_that_is_refused_gives_the_places_back_to_the_hold);
	TEST(a_capture_after_the_places_went_is_late);
	TEST(some_of_the_places_or_all_are_given_back);
	TEST(places_are_not_given_back_by_name_nor_seats_by_number);
	TEST(a_map_that_is_loaded_has_what_was_promised_and_sold);
	TEST(what_does_not_fit_any_more_is_lost_the_last_first);
	TEST(
	    a_payment_without_an_intent_is_a_hold_again_when_the_map_is_loaded);
	TEST(an_operator_changes_it_but_not_below_what_is_sold_and_promised);
	TEST(a_promise_that_only_redis_knows_is_kept_too);
	TEST(what_redis_was_not_told_it_is_told_once);
	TEST(an_older_fact_changes_nothing);
	TEST(promises_that_no_hold_has_are_loaded_anew);
#ifdef FAULTS
	TEST(an_operator_who_dies_before_the_commit_changes_nothing);
	TEST(a_late_mirror_shows_too_few_and_never_too_many);
	TEST(a_purchase_whose_mirror_never_came_is_told_by_the_round);
	TEST(a_payment_whose_handler_died_before_the_intent_is_given_up);
#endif
}
