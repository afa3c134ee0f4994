/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_api_payment - a payment as a client sees it, when time or Redis is gone
 *
 * The real routes, run through dispatch without a web server.
 *
 * Layer: tests.  Uses: fcgi-app, account, buyer.
 */
#include "base/clock.h"
#include "tests/support/away.h"
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

SUITE("api_payment")
{
	FIXTURE_ONCE(house_start, NULL);
	FIXTURE(setup, teardown);
	TEST_LOOP(a_repeated_payment_has_its_answer_without_redis, N_LOSSES);
	TEST(what_cannot_be_paid_says_why);
#ifdef FAULTS
	TEST(a_payment_whose_token_ends_meanwhile_is_finished);
#endif
}
