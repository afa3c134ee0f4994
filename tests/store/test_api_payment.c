/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_api_payment - a payment as a client sees it, when time or Redis is gone
 *
 * The real routes, run through dispatch without a web server.
 *
 * Layer: tests.  Uses: fcgi-app, account, buyer, pay_job.
 */
#include "base/clock.h"
#include "payment/payment_work.h"
#include "tests/support/away.h"
#include "tests/support/pay_job.h"
#include "tests/support/wire.h"

#include <signal.h>

#define API "/api/v1"
#define DAY_MS INT64_C(86400000)

static struct metrics *metrics;
static char *token; /* ann's */

static void
setup(void)
{
	house_open();
	buyer_alone();
	wire_open(&house.ctx);
	metrics = house.ctx.metrics;
	token = wire_token(house_user("ann"), ROLE_USER);
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
}

static void
teardown(void)
{
	wire_close();
	house_close();
}

/* returns: the status */
static int
pay_over_http(void)
{
	return ask_key("POST", API "/payments", token, "the-key",
	    arena_printf(&house.ctx.arena,
		"{\"hold_token\":\"%.*s\","
		"\"method\":\"wallet\"}",
		(int)hold.token.len, hold.token.p));
}

static bool
is_replay_of(struct span first)
{
	return pay_over_http() == 201
	    && strcmp(header("Idempotency-Replayed"), "true") == 0
	    && span_eq(call.res.body, first);
}

START_TEST(a_repeated_payment_has_its_answer_without_redis)
{
	struct span first;

	ck_assert_int_eq(pay_over_http(), 201);
	first = call.res.body;
	away(_i, REDIS_DOWN_REFUSE);
	ck_assert(is_replay_of(first));
	bring_back(_i);
	ck_assert(is_replay_of(first));
}
END_TEST

START_TEST(what_cannot_be_paid_says_why)
{
	house_change("status = 'cancelled'");
	ck_assert_int_eq(pay_over_http(), 409);
	ck_assert_str_eq(call.res.problem, "sale-closed");
	house_change("status = 'open'");
	house_reprice(77, "EUR");
	house_tell();
	ck_assert_int_eq(place("ann", "5"), HOLD_OK);
	ck_assert_int_eq(ask_key("POST", API "/payments", token, "key-2",
			     arena_printf(&house.ctx.arena,
				 "{\"hold_token\":\"%.*s\","
				 "\"method\":\"wallet\"}",
				 (int)hold.token.len, hold.token.p)),
	    409);
	ck_assert_str_eq(call.res.problem, "not-payable");
	ck_assert_str_eq(text("detail"), "Not payable in EUR by wallet.");
}
END_TEST

#ifdef FAULTS
/* ---- A33: a token that ends while its payment is on the way ---- */

static void
a_day_passes(int signal_no)
{
	(void)signal_no;
	clock_fake_add(DAY_MS);
}

static bool
is_over(void)
{
	house_round();
	return pay_over_http() == 401
	    && strcmp(call.res.problem, "invalid-token") == 0;
}

static bool
payment_is(int64_t id, const char *status)
{
	return ask("GET",
		   arena_printf(&house.ctx.arena, API "/payments/%lld",
		       (long long)id),
		   token, NULL)
	    == 200
	    && strcmp(text("status"), status) == 0;
}

/* Its exit status tells at what it failed. */
static void
pay_past_the_end(void)
{
	struct span first;

	house.ctx.metrics = metrics;
	clock_fake(clock_ms());
	signal(SIGUSR1, a_day_passes);
	if (pay_over_http() != 201)
		_exit(1);
	first = call.res.body;
	if (!is_over())
		_exit(2);
	token = wire_token(house_user("ann"), ROLE_USER);
	if (!is_replay_of(first))
		_exit(3);
	if (!payment_is(json_get(json_get(body, "payment"), "id")->i64,
		"CAPTURED"))
		_exit(4);
}

START_TEST(a_payment_whose_token_ends_meanwhile_is_finished)
{
	struct sleeper handler;

	buyer_sleep(&handler, "pay.after_script", pay_past_the_end);
	ck_assert_int_eq(kill(handler.pid, SIGUSR1), 0);
	ck_assert_int_eq(buyer_wake(&handler), 0);
	ck_assert_int_eq(owner(1), house_user("ann"));
	ck_assert_int_eq(house_count("SELECT count(*) FROM payments"
				     " WHERE performance_id = $1",
			     house.performance),
	    1);
}
END_TEST
#endif

/* ---- by a method that asks outside ---- */

static int
pay_by_mock(const char *source)
{
	return ask_key("POST", API "/payments", token, "the-key",
	    arena_printf(&house.ctx.arena,
		"{\"hold_token\":\"%.*s\",\"method\":\"mock\","
		"\"source\":\"%s\"}",
		(int)hold.token.len, hold.token.p, source));
}

static char *
location(void)
{
	return arena_str(&house.ctx.arena, span_str(header("Location")));
}

START_TEST(a_method_that_asks_outside_is_answered_where_its_end_will_be)
{
	char *at;

	ASSERT_FIELD("method", pay_by_mock("ok"));
	ck_assert_str_eq(text("detail"), "Pay by: wallet.");
	house.ctx.set.pay_mock = 1;
	ASSERT_FIELD("source", pay_by_mock("not/one"));
	ck_assert_int_eq(pay_by_mock("ok"), 202);
	at = location();
	ck_assert_str_eq(text("status"), "SENT");
	ck_assert_int_eq(json_get(body, "next")->type, JSON_NULL);
	ck_assert_int_eq(pay_by_mock("ok"), 202);
	ck_assert_str_eq(header("Location"), at);
	pay_job_round();
	ck_assert_int_eq(pay_by_mock("ok"), 201);
	ck_assert_str_eq(header("Idempotency-Replayed"), "true");
	ck_assert_int_eq(ask("GET", at, token, NULL), 200);
	ck_assert_str_eq(text("status"), "CAPTURED");
	ck_assert_str_eq(text("method"), "mock");
	ck_assert_int_eq(ask("DELETE", at, token, NULL), 200);
	ck_assert_str_eq(text("status"), "CAPTURED");
}
END_TEST

static int
pay_and_return(const char *method, const char *url)
{
	return ask_key("POST", API "/payments", token, "the-key",
	    arena_printf(&house.ctx.arena,
		"{\"hold_token\":\"%.*s\",\"method\":\"%s\","
		"\"return_url\":\"%s\"}",
		(int)hold.token.len, hold.token.p, method, url));
}

START_TEST(a_bank_sends_nobody_where_the_operator_did_not_allow_it)
{
	static const char *const bad[] = { "https://evil.example/",
		"https://tickets.example.evil/", "http://tickets.example/",
		"https://tickets.example@evil.example/",
		"https://tickets.example:8443/", "//tickets.example/",
		"javascript:alert(1)", "https://tickets.example/../x",
		"https://tickets.example/%2E%2e/x",
		"https://tickets.example/a b", "https://tickets.example\\\\x",
		"https://partner.example/", "https://partner.example/payment",
		"shop.example:/", "shop.example:/paid.evil" };
	static const char *const good[] = { "https://tickets.example",
		"https://tickets.example/payments?x=1",
		"https://partner.example/pay", "https://partner.example/pay/1",
		"shop.example:/paid?order=1" };

	house.ctx.set.pay_mock = 1;
	strcpy(house.ctx.set.public_url, "https://tickets.example");
	strcpy(house.ctx.set.pay_return_urls,
	    "https://partner.example/pay/ shop.example:/paid");
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ASSERT_FIELD("return_url", pay_and_return("mock", bad[i]));
	ASSERT_FIELD("return_url", pay_and_return("wallet", good[0]));
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		ck_assert_msg(
		    payment_may_return(&house.ctx.set, span_str(good[i])), "%s",
		    good[i]);
	ck_assert_int_eq(pay_and_return("mock", good[1]), 202);
}
END_TEST

START_TEST(a_refusal_of_the_bank_is_a_problem_and_has_a_reason)
{
	char *at;

	house.ctx.set.pay_mock = 1;
	ck_assert_int_eq(pay_by_mock("declined"), 202);
	at = location();
	pay_job_round();
	ck_assert_int_eq(pay_by_mock("declined"), 402);
	ck_assert_str_eq(text("type"), "/problems/payment-declined");
	ck_assert_str_eq(header("Idempotency-Replayed"), "true");
	ck_assert_int_eq(ask("GET", at, token, NULL), 200);
	ck_assert_str_eq(text("status"), "CANCELED");
	ck_assert_str_eq(text("reason"), "card_declined");
	ck_assert_str_eq(house_map(), "HHAAAAAAAAAAAAAAAAAAAAAA");
}
END_TEST

START_TEST(the_buyer_gives_up_his_own_payment_and_nobody_elses)
{
	char *bob = wire_token(house_user("bob"), ROLE_USER), *at;

	house.ctx.set.pay_mock = 1;
	ck_assert_int_eq(pay_by_mock("ok"), 202);
	at = location();
	ASSERT_PROBLEM(404, "not-found", ask("DELETE", at, bob, NULL));
	ASSERT_PROBLEM(404, "not-found", ask("GET", at, bob, NULL));
	ck_assert_int_eq(ask("DELETE", at, token, NULL), 200);
	ck_assert_str_eq(text("status"), "FAILED");
	ck_assert_str_eq(text("reason"), "given-up");
	ck_assert_int_eq(pay_by_mock("ok"), 402);
	pay_job_round();
	ck_assert_str_eq(house_map(), "HHAAAAAAAAAAAAAAAAAAAAAA");
}
END_TEST

/* Not before a second, nor after its end. */
START_TEST(who_prefers_to_wait_is_told_when_there_is_news)
{
	int64_t began_us = clock_mono_us();
	char *at;

	house.ctx.set.pay_mock = 1;
	ck_assert_int_eq(pay_by_mock("ok"), 202);
	at = location();
	wire_request("GET", at, token, NULL);
	call.req.prefer = SPAN_LIT("respond-async, wait=1");
	ck_assert_int_eq(wire_ask(), 200);
	ck_assert_str_eq(header("Preference-Applied"), "wait");
	ck_assert_str_eq(text("status"), "SENT");
	ck_assert_int_ge(clock_mono_us() - began_us, 1000000);
	pay_job_round();
	wire_request("GET", at, token, NULL);
	call.req.prefer = SPAN_LIT("wait=2");
	ck_assert_int_eq(wire_ask(), 200);
	ck_assert_str_eq(text("status"), "CAPTURED");
}
END_TEST

static bool
is_due(int64_t id)
{
	return house_count(
		   "SELECT count(*) FROM payment_outside WHERE"
		   " payment_id = $1 AND phase IS NOT NULL"
		   " AND look_at <= clock_timestamp()",
		   id)
	    == 1;
}

/* Once for each event, also of a payment that had its end. */
START_TEST(an_event_of_a_provider_makes_the_job_look_and_decides_nothing)
{
	struct payment_result done = { .id = 0 };
	const struct provider_event events[] = {
		{ .id = SPAN_LIT("e1"), .ref = SPAN_LIT("the-ref") },
		{ .id = SPAN_LIT("e2"), .ref = SPAN_LIT("the-ref") }
	};

	house.ctx.set.pay_mock = 1;
	ck_assert_int_eq(pay_by_mock("ok"), 202);
	done.id = number("id");
	house_run(arena_printf(&house.ctx.arena,
	    "UPDATE payment_outside SET outside_ref = 'the-ref',"
	    " look_at = look_at + interval '1 h' WHERE payment_id = %lld",
	    (long long)done.id));
	ck_assert(!is_due(done.id));
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(
		    payment_event(&house.ctx, SPAN_LIT("mock"), &events[0]),
		    PAYMENT_OK);
	ck_assert(is_due(done.id));
	ck_assert_int_eq(
	    payment_give_up(&house.ctx, house_user("ann"), done.id),
	    PAYMENT_OK);
	pay_job_round();
	ck_assert(!is_due(done.id));
	ck_assert_int_eq(
	    payment_event(&house.ctx, SPAN_LIT("mock"), &events[0]),
	    PAYMENT_OK);
	ck_assert(!is_due(done.id));
	ck_assert_int_eq(
	    payment_event(&house.ctx, SPAN_LIT("mock"), &events[1]),
	    PAYMENT_OK);
	ck_assert(is_due(done.id));
	ck_assert_int_eq(house_count("SELECT count(*) FROM payments WHERE"
				     " id = $1 AND status = 'FAILED'",
			     done.id),
	    1);
	ASSERT_PROBLEM(404, "not-found",
	    post(API "/providers/mock/events", "{}"));
}
END_TEST

#ifdef FAULTS
static void
tell_event(void)
{
	(void)!payment_event(&house.ctx, SPAN_LIT("mock"),
	    &(struct provider_event){ .id = SPAN_LIT("e3") });
}

/* The provider had no answer, and tells it again. */
START_TEST(an_event_whose_teller_died_is_taken_once)
{
	static const char *const points[] = { "crash:event.before_commit:1",
		"crash:event.after_commit:1" };

	house_run("DELETE FROM provider_events");
	buyer_crash(points[_i], tell_event);
	tell_event();
	ck_assert_int_eq(house_count("SELECT count(*) FROM provider_events", 0),
	    1);
}
END_TEST
#endif

SUITE("api_payment")
{
	FIXTURE_ONCE(house_start, NULL);
	FIXTURE(setup, teardown);
	TEST_LOOP(a_repeated_payment_has_its_answer_without_redis, N_LOSSES);
	TEST(what_cannot_be_paid_says_why);
	TEST(a_method_that_asks_outside_is_answered_where_its_end_will_be);
	TEST(a_bank_sends_nobody_where_the_operator_did_not_allow_it);
	TEST(a_refusal_of_the_bank_is_a_problem_and_has_a_reason);
	TEST(the_buyer_gives_up_his_own_payment_and_nobody_elses);
	TEST(who_prefers_to_wait_is_told_when_there_is_news);
	TEST(an_event_of_a_provider_makes_the_job_look_and_decides_nothing);
#ifdef FAULTS
	TEST(a_payment_whose_token_ends_meanwhile_is_finished);
	TEST_LOOP(an_event_whose_teller_died_is_taken_once, 2);
#endif
}
