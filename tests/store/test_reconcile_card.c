/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_reconcile_card - Stripe's lists, as tests/paysim has them, against what
 * is here
 *
 * Both clocks go on by hours, since a list is read when it is a while old. What
 * is compared, and how, is tried by test_reconcile_pay.
 *
 * Layer: tests.  Uses: fcgi-app, payment, provider, cards.
 */
#include "payment/reconcile.h"

#include "base/clock.h"
#include "outside/outside.h"
#include "payment/unknown_refund.h"
#include "tests/support/cards.h"
#include "tests/support/paysim.h"
#include "tests/support/teller.h"
#include "tests/support/wire.h"

#define API "/api/v1"
#define HOUR_MS INT64_C(3600000)

static int64_t ahead_ms;

static void
setup(void)
{
	house_open();
	house_run(
	    "TRUNCATE payments, payment_outside, payment_log, payment_phases,"
	    " refunds, refund_outside, reservations, reservation_log, alarms,"
	    " provider_scans, unknown_refunds, seat_claim, seat_log, ledger,"
	    " idempotency, holds");
	buyer_alone();
	wire_open(&house.ctx);
	cards_open();
	ahead_ms = 0;
	paysim_tell(&house.ctx, "POST", "forget", SPAN_NONE);
	paysim_tell(&house.ctx, "POST", "clock", SPAN_LIT("ahead_s=0"));
	ck_assert_int_eq(
	    reconcile_watch(&house.ctx, SPAN_LIT("stripe"), SPAN_NONE), 0);
}

static void
teardown(void)
{
	clock_fake(-1);
	cards_close();
	wire_close();
	house_close();
}

static void
start(void)
{
	house_start();
	paysim_start();
}

/* ---- purchases ---- */

/* returns: the payment */
static int64_t
buy(const char *name, const char *seats)
{
	const char *key = arena_printf(&house.ctx.arena, "key-%s", name);

	ck_assert_int_eq(place(name, seats), HOLD_OK);
	ck_assert_int_eq(
	    cards_pay(wire_token(house_user(name), ROLE_USER), VISA, key, ""),
	    202);
	cards_work();
	return last_payment();
}

static void
give_back(const char *name)
{
	char *token = wire_token(house_user(name), ROLE_USER);
	struct span number_of;

	ck_assert_int_eq(ask("GET", API "/reservations", token, NULL), 200);
	number_of = json_get(&json_get(body, "items")->items[0], "number")->str;
	ck_assert_int_eq(
	    ask_key("POST",
		arena_printf(&house.ctx.arena, API "/reservations/%.*s/cancel",
		    (int)number_of.len, number_of.p),
		token, "back", "{}"),
	    200);
	cards_work();
}

/* Somebody else takes money with our account, under a name like ours or none.
 */
static void
take_elsewhere(const char *ref)
{
	struct outside_request request = { .method = "POST",
		.user = span_str(house.ctx.set.stripe_key),
		.key = SPAN_LIT(""),
		.ca_file = house.ctx.set.stripe_ca_file };
	struct arena *a = &house.ctx.arena;

	request.url = span_str(
	    arena_printf(a, "%s/v1/payment_intents", paysim.address));
	request.body = span_str(arena_printf(a,
	    "amount=1000&currency=krw&payment_method=" VISA
	    "&confirm=true&return_url=https://a.example%s%s",
	    ref != NULL ? "&metadata[boxoffice_ref]=" : "",
	    ref != NULL ? ref : ""));
	paysim_ask(&house.ctx, &request);
}

/* ---- time, and lists ---- */

/* So long is over for everybody, and what is due is read. */
static void
later(int64_t ms)
{
	struct reconcile *scans;
	size_t n;
	int rounds = 0;

	clock_fake(-1);
	ahead_ms += ms;
	clock_fake(clock_ms() + ahead_ms);
	paysim_tell(&house.ctx, "POST", "clock",
	    span_str(arena_printf(&house.ctx.arena, "ahead_s=%lld",
		(long long)ahead_ms / MS_PER_S)));
	house_round();
	do {
		ck_assert_int_lt(rounds++, 100);
		/* A new one has tokens at once. */
		scans = reconcile_open(provider_find);
		ck_assert_int_eq(reconcile_round(&house.ctx, scans, &n), 0);
		while (outside_run(house.ctx.outside, 1000) > 0)
			;
		reconcile_close(scans);
		house_run(
		    "UPDATE provider_scans SET owned_until = '-infinity'");
	} while (house_count(arena_printf(&house.ctx.arena,
				 "SELECT count(*) FROM provider_scans WHERE"
				 " due_at <= to_timestamp(%lld)"
				 " OR owner IS NOT NULL",
				 (long long)clock_ms() / MS_PER_S),
		     0)
	    > 0);
	cards_work();
}

static void
an_hour_later(void)
{
	later(HOUR_MS);
}

static int64_t
n_alarms(const char *which)
{
	return house_count(arena_printf(&house.ctx.arena,
			       "SELECT count(*) FROM alarms WHERE %s", which),
	    0);
}

START_TEST(what_was_sold_and_given_back_is_the_same_there)
{
	(void)buy("ann", "1 2");
	(void)buy("bob", "3");
	give_back("bob");
	an_hour_later();
	an_hour_later();
	ck_assert_int_eq(n_alarms("true"), 0);
	ck_assert_int_eq(house_count("SELECT count(*) FROM payment_outside"
				     " WHERE listed_at IS NULL",
			     0),
	    0);
	ck_assert_int_eq(house_count("SELECT count(*) FROM provider_scans"
				     " WHERE abs(skew_s) > 5 OR tries > 0",
			     0),
	    0);
}
END_TEST

START_TEST(money_that_others_took_with_our_account_is_an_alarm)
{
	int64_t id = buy("ann", "1");

	take_elsewhere(NULL);
	an_hour_later();
	an_hour_later();
	ck_assert_int_eq(n_alarms("true"), 1);
	ck_assert_int_eq(house_count("SELECT count(*) FROM alarms WHERE kind ="
				     " 'unknown-capture' AND amount = 1000"
				     " AND currency = 'KRW' AND payment_id IS"
				     " NULL AND candidates = ARRAY[$1::bigint]",
			     id),
	    1);
}
END_TEST

START_TEST(money_under_a_name_like_ours_goes_back_where_that_is_wished)
{
	struct unknown_refund *refunds = unknown_refund_open(provider_find);
	size_t n = 0;

	house.ctx.set.pay_unknown = 1;
	take_elsewhere("0123456789abcdef");
	an_hour_later();
	for (int i = 0; i < 3; i++) {
		house_run("UPDATE unknown_refunds SET look_at = '-infinity'");
		ck_assert_int_eq(unknown_refund_round(&house.ctx, refunds, &n),
		    0);
		while (outside_run(house.ctx.outside, 1000) > 0)
			;
	}
	unknown_refund_close(refunds);
	an_hour_later();
	ck_assert_int_eq(n_alarms("true"), 1);
	ck_assert_int_eq(house_count("SELECT count(*) FROM unknown_refunds"
				     " WHERE over",
			     0),
	    1);
	ck_assert_int_eq(paysim_noted("refunded", SPAN_LIT("\"amount\": 1000")),
	    paysim_noted("refunded", SPAN_NONE));
}
END_TEST

static void
forget_there(int64_t payment)
{
	struct span id = cards_id(payment);

	paysim_tell(&house.ctx, "POST", "forget",
	    span_str(arena_printf(&house.ctx.arena, "intent=%.*s", (int)id.len,
		id.p)));
}

START_TEST(what_is_booked_here_and_in_no_list_is_an_alarm)
{
	int64_t lost = buy("ann", "1");

	(void)buy("bob", "2");
	forget_there(lost);
	an_hour_later();
	an_hour_later();
	ck_assert_int_eq(n_alarms("true"), 1);
	ck_assert_int_eq(house_count("SELECT count(*) FROM alarms WHERE kind ="
				     " 'lost-capture' AND payment_id = $1"
				     " AND amount = 1000",
			     lost),
	    1);
}
END_TEST

/* Lists end before it: no time for it to be in one. */
START_TEST(what_was_only_just_captured_is_waited_for)
{
	forget_there(buy("ann", "1"));
	later(HOUR_MS / 12);
	ck_assert_int_eq(n_alarms("true"), 0);
	an_hour_later();
	ck_assert_int_eq(n_alarms("kind = 'lost-capture'"), 1);
}
END_TEST

static void
two_more_buy(void)
{
	(void)buy("bob", "2");
	(void)buy("cat", "3");
}

START_TEST(a_restored_older_database_sells_no_seat_for_old_money)
{
	int64_t ann = buy("ann", "1"), dan;
	int n_captured = paysim_noted("captured", SPAN_NONE);

	house_go_back(two_more_buy);
	ck_assert_int_eq(paysim_noted("captured", SPAN_NONE), n_captured + 2);
	ck_assert_int_eq(last_payment(), ann);
	ck_assert_str_eq(house_map(), "RAAAAAAAAAAAAAAAAAAAAAAA");
	/* The id of bob's payment comes again: asked for anew, by another name
	 * outside, and charged. */
	dan = buy("dan", "2");
	ck_assert_int_eq(dan, ann + 1);
	ck_assert_int_eq(paysim_noted("captured", cards_ref(dan)), 1);
	ck_assert_int_eq(paysim_noted("captured", SPAN_NONE), n_captured + 3);
	an_hour_later();
	an_hour_later();
	ck_assert_int_eq(n_alarms("true"), 2);
	ck_assert_int_eq(n_alarms("kind = 'unknown-capture' AND amount = 1000"),
	    2);
	ck_assert_int_eq(house_count("SELECT count(*) FROM reservations", 0),
	    2);
	ck_assert_str_eq(house_map(), "RRAAAAAAAAAAAAAAAAAAAAAA");
	house_come_back();
}
END_TEST

SUITE("reconcile_card")
{
	FIXTURE_ONCE(start, paysim_stop);
	FIXTURE(setup, teardown);
	TEST(what_was_sold_and_given_back_is_the_same_there);
	TEST(money_that_others_took_with_our_account_is_an_alarm);
	TEST(money_under_a_name_like_ours_goes_back_where_that_is_wished);
	TEST(what_is_booked_here_and_in_no_list_is_an_alarm);
	TEST(what_was_only_just_captured_is_waited_for);
	TEST(a_restored_older_database_sells_no_seat_for_old_money);
}
