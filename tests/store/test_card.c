/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_card - cards by Stripe's protocol, from the buyer's request to the seats
 *
 * The real routes, the job's rounds, and tests/paysim as the provider. Its
 * journal says what money moved.
 *
 * Layer: tests.  Uses: fcgi-app, payment, provider, buyer.
 */
#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "outside/outside.h"
#include "tests/support/audited.h"
#include "tests/support/cards.h"
#include "tests/support/paysim.h"
#include "tests/support/teller.h"
#include "tests/support/wire.h"

#define API "/api/v1"
#define POOR "pm_card_visa_chargeDeclinedInsufficientFunds"
#define ASKS_THE_BUYER "pm_card_authenticationRequired"

static struct metrics *metrics;
static char *token; /* ann's */
static char *at;    /* where her payment is told of */
static int64_t paid;

static void
setup(void)
{
	house_open();
	buyer_alone();
	wire_open(&house.ctx);
	metrics = house.ctx.metrics;
	cards_open();
	token = wire_token(house_user("ann"), ROLE_USER);
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
}

static void
teardown(void)
{
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

/* ---- the buyer ---- */

/* more: members of the body, or "". */
static int
pay_with(const char *source, const char *key, const char *more)
{
	int status = cards_pay(token, source, key, more);

	if (status == 202) {
		at = arena_str(&house.ctx.arena, span_str(header("Location")));
		paid = number("id");
	}
	return status;
}

static void
given_asked(const char *source)
{
	ck_assert_int_eq(pay_with(source, "the-key", ""), 202);
	ck_assert_str_eq(text("status"), "SENT");
}

static const char *
status(void)
{
	ck_assert_int_eq(ask("GET", at, token, NULL), 200);
	return text("status");
}

/* ---- the provider ---- */

static int
noted(const char *said)
{
	return paysim_noted(said, cards_ref(paid));
}

/* Of a connection that is closed curl tries some more. */
static void
fault(const char *how)
{
	paysim_fault(&house.ctx, how);
}

static void
no_more_faults(void)
{
	paysim_tell(&house.ctx, "POST", "calm", SPAN_NONE);
}

static char sent_back_to[1024];

static void
take_location(void *kept, const struct outside_answer *answer)
{
	struct span to = outside_header(answer, "Location");

	(void)kept;
	ck_assert_int_eq(answer->status, 303);
	snprintf(sent_back_to, sizeof(sent_back_to), "%.*s", (int)to.len, to.p);
}

/* The buyer presses a button at his bank's page. */
static void
at_the_bank(bool ok)
{
	struct outside_request press = { .method = "POST",
		.body = ok ? SPAN_LIT("ok=1") : SPAN_LIT("ok=0"),
		.ca_file = house.ctx.set.stripe_ca_file };
	const struct json *next;

	ck_assert_str_eq(status(), "SENT");
	next = json_get(body, "next");
	ck_assert_int_eq(next->type, JSON_OBJECT);
	press.url = json_get(next, "redirect")->str;
	ck_assert_int_eq(outside_request(house.ctx.outside, &press,
			     &(struct outside_then){ take_location, NULL, 0 }),
	    OUTSIDE_OK);
	while (outside_run(house.ctx.outside, 1000) > 0)
		;
}

/* It tells of the payment by itself. */
static int
tell_event(const char *id, int64_t payment)
{
	struct arena *a = &house.ctx.arena;
	struct span ref = cards_ref(payment);
	const char *event = arena_printf(a,
	    "{\"id\":\"%s\",\"object\":\"event\",\"data\":{\"object\":{"
	    "\"id\":\"pi_x\",\"object\":\"payment_intent\",\"metadata\":{"
	    "\"boxoffice_ref\":\"%.*s\"}}}}",
	    id, (int)ref.len, ref.p);
	long long now_s = clock_ms() / MS_PER_S;
	uint8_t mac[SHA256_LEN];

	crypto_hmac_sha256(SPAN_LIT("whsec_test"),
	    span_str(arena_printf(a, "%lld.%s", now_s, event)), mac);
	wire_request("POST", API "/providers/stripe/events", NULL, event);
	call.req.provider_signature = span_str(arena_printf(a, "t=%lld,v1=%s",
	    now_s, crypto_hex(a, mac, sizeof(mac))));
	return wire_ask();
}

static void
assert_bought_once(void)
{
	ck_assert_str_eq(status(), "CAPTURED");
	ck_assert_int_eq(noted("captured"), 1);
	ck_assert_str_eq(house_map(), "RRAAAAAAAAAAAAAAAAAAAAAA");
}

/* ---- what is bought ---- */

START_TEST(a_card_is_charged_once_however_often_it_is_asked)
{
	char *first;

	given_asked(VISA);
	first = at;
	ck_assert_int_eq(pay_with(VISA, "the-key", ""), 202);
	ck_assert_str_eq(at, first);
	ASSERT_PROBLEM(409, "hold-paying", pay_with(VISA, "another", ""));
	cards_work();
	assert_bought_once();
	ck_assert_int_eq(pay_with(VISA, "the-key", ""), 201);
	ck_assert_str_eq(header("Idempotency-Replayed"), "true");
	cards_work_later();
	assert_bought_once();
	ck_assert_int_eq(noted("created"), 1);
}
END_TEST

START_TEST(a_declined_card_says_why_and_another_one_buys_the_same_seats)
{
	given_asked(POOR);
	cards_work();
	ck_assert_str_eq(status(), "CANCELED");
	ck_assert_str_eq(text("reason"), "insufficient_funds");
	ck_assert_int_eq(noted("canceled"), 1);
	ck_assert_int_eq(pay_with(POOR, "the-key", ""), 402);
	ck_assert_str_eq(text("type"), "/problems/payment-declined");
	ck_assert_str_eq(house_map(), "HHAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(pay_with(VISA, "key-2", ""), 202);
	cards_work();
	assert_bought_once();
}
END_TEST

START_TEST(a_reservation_by_card_is_given_back_by_card)
{
	given_asked(VISA);
	cards_work();
	assert_bought_once();
	ck_assert_int_eq(
	    ask_key("POST",
		arena_printf(&house.ctx.arena, API "/reservations/%s/cancel",
		    text("reservation_number")),
		token, "back", "{}"),
	    200);
	ck_assert_str_eq(house_map(), "CCAAAAAAAAAAAAAAAAAAAAAA");
	cards_work();
	ck_assert_str_eq(house_map(), "AAAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(
	    house_count("SELECT count(*) FROM refunds WHERE payment_id = $1"
			" AND status = 'DONE'",
		paid),
	    1);
}
END_TEST

START_TEST(a_page_is_told_how_one_can_pay_and_no_secret)
{
	const struct json *items, *form;

	strcpy(house.ctx.set.stripe_public_key, "pk_test");
	ck_assert_int_eq(ask("GET", API "/payment-methods", NULL, NULL), 200);
	items = json_get(body, "items");
	ck_assert_uint_eq(items->n, 2);
	ck_assert(
	    span_eq_str(json_get(&items->items[0], "currency")->str, "KRW"));
	form = json_get(&items->items[1], "form");
	ck_assert(span_eq_str(json_get(form, "key")->str, "pk_test"));
	ck_assert_ptr_null(
	    strstr(arena_str(&house.ctx.arena, call.res.body), "sk_test"));
}
END_TEST

/* ---- 3-D Secure ---- */

START_TEST(the_buyer_goes_to_his_bank_and_comes_back)
{
	bool ok = _i == 1;

	ck_assert_int_eq(pay_with(ASKS_THE_BUYER, "the-key",
			     ",\"return_url\":\"" CARDS_PAGE "/app?to=1\""),
	    202);
	cards_work();
	at_the_bank(ok);
	ck_assert_ptr_nonnull(
	    strstr(sent_back_to, CARDS_PAGE "/app?to=1&payment_intent=pi_"));
	cards_work_later();
	if (ok) {
		assert_bought_once();
		return;
	}
	ck_assert_str_eq(status(), "CANCELED");
	ck_assert_str_eq(text("reason"), "authentication_failed");
	ck_assert_int_eq(noted("captured"), 0);
	ck_assert_str_eq(house_map(), "HHAAAAAAAAAAAAAAAAAAAAAA");
}
END_TEST

START_TEST(who_names_no_address_comes_back_to_the_page_of_the_payment)
{
	given_asked(ASKS_THE_BUYER);
	cards_work();
	at_the_bank(true);
	ck_assert_ptr_nonnull(strstr(sent_back_to,
	    arena_printf(&house.ctx.arena,
		CARDS_PAGE "/payments/%lld?payment_intent=", (long long)paid)));
}
END_TEST

START_TEST(a_payment_is_given_up_at_the_bank_and_cannot_be_taken_any_more)
{
	given_asked(ASKS_THE_BUYER);
	cards_work();
	ck_assert_int_eq(ask("DELETE", at, token, NULL), 202);
	ck_assert_str_eq(text("status"), "CANCELING");
	cards_work();
	ck_assert_str_eq(status(), "CANCELED");
	ck_assert_str_eq(text("reason"), "given-up");
	ck_assert_int_eq(noted("canceled"), 1);
	ck_assert_str_eq(house_map(), "HHAAAAAAAAAAAAAAAAAAAAAA");
}
END_TEST

/* ---- what goes wrong ---- */

static const char *const losses[] = { "op=confirm&kind=lost&n=9",
	"op=confirm&kind=done_500", "op=confirm&kind=garbage",
	"op=confirm&kind=drop&n=9", "op=create&kind=lost&n=9",
	"op=create&kind=truncated", "op=create&kind=limit" };

START_TEST(an_answer_that_is_lost_is_found_again_and_charges_once)
{
	fault(losses[_i]);
	given_asked(VISA);
	cards_work();
	ck_assert_str_eq(status(), "SENT");
	no_more_faults();
	cards_work_later();
	assert_bought_once();
	ck_assert_int_eq(noted("created"), 1);
}
END_TEST

static bool
is_due(void)
{
	return house_count(
		   "SELECT count(*) FROM payment_outside WHERE"
		   " payment_id = $1 AND phase IS NOT NULL"
		   " AND look_at <= clock_timestamp()",
		   paid)
	    == 1;
}

START_TEST(an_event_may_come_before_the_answer_and_twice)
{
	fault("op=create&kind=lost&n=9");
	given_asked(VISA);
	cards_work();
	ck_assert_int_eq(
	    house_count("SELECT count(*) FROM payment_outside WHERE"
			" payment_id = $1 AND outside_id IS NULL",
		paid),
	    1);
	ck_assert(!is_due());
	no_more_faults();
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(tell_event("evt_early", paid), 204);
	ck_assert(is_due());
	cards_work();
	assert_bought_once();
	ck_assert_int_eq(noted("created"), 1);
}
END_TEST

/* The event was told just as it had its end. */
START_TEST(a_look_at_what_was_bought_finds_nothing_to_do)
{
	given_asked(VISA);
	cards_work();
	house_run(arena_printf(&house.ctx.arena,
	    "UPDATE payment_outside SET phase = 'look',"
	    " look_at = clock_timestamp() WHERE payment_id = %lld",
	    (long long)paid));
	ck_assert(is_due());
	cards_work();
	ck_assert_int_eq(
	    house_count("SELECT count(*) FROM payment_outside WHERE"
			" payment_id = $1 AND phase IS NULL",
		paid),
	    1);
	assert_bought_once();
}
END_TEST

START_TEST(an_event_that_cannot_be_written_is_not_accepted)
{
	log_open("test", LOG_ERROR + 1);
	fault("op=create&kind=lost&n=9");
	given_asked(VISA);
	cards_work();
	no_more_faults();
	house_run("ALTER TABLE provider_events RENAME TO events_away");
	ck_assert_int_ge(tell_event("evt_away", paid), 500);
	ck_assert(!is_due());
	house_run("ALTER TABLE events_away RENAME TO provider_events");
	ck_assert_int_eq(tell_event("evt_away", paid), 204);
	ck_assert(is_due());
}
END_TEST

START_TEST(what_is_not_signed_makes_nobody_look)
{
	given_asked(VISA);
	strcpy(house.ctx.set.stripe_webhook_secret, "whsec_other");
	ASSERT_PROBLEM(400, "bad-request", tell_event("evt_false", paid));
	ck_assert_int_eq(house_count("SELECT count(*) FROM provider_events"
				     " WHERE event_id = 'evt_false'",
			     0),
	    0);
}
END_TEST

/* Nobody here knows its name there, and it may be confirmed at any time. */
START_TEST(what_is_given_up_and_has_no_name_there_is_looked_for_by_ours)
{
	fault("op=create&kind=lost&n=9");
	given_asked(VISA);
	cards_work();
	house_run(arena_printf(&house.ctx.arena,
	    "UPDATE payments SET status = 'CANCELING' WHERE id = %lld",
	    (long long)paid));
	no_more_faults();
	cards_work_later();
	ck_assert_str_eq(status(), "CANCELED");
	ck_assert_int_eq(noted("canceled"), 1);
	ck_assert_str_eq(house_map(), "HHAAAAAAAAAAAAAAAAAAAAAA");
}
END_TEST

START_TEST(another_amount_than_was_asked_goes_back)
{
	fault("op=confirm&kind=wrong_amount");
	given_asked(VISA);
	cards_work();
	ck_assert_str_eq(status(), "LATE");
	ck_assert_int_eq(house_count("SELECT sum(amount) FROM refunds WHERE"
				     " payment_id = $1",
			     paid),
	    number("amount") + 1);
}
END_TEST

/* ---- crashes ---- */

#ifdef FAULTS
/* Where the handler, or the job, dies. */
static const struct {
	const char *point; /* and the hit */
	const char *source;
	enum { BUYS, GIVES_UP, GIVES_BACK } how;
} crashes[] = {
	{ "crash:pay.after_script:1", VISA, BUYS },
	{ "crash:pay.before_intent:1", VISA, BUYS },
	{ "crash:pay.after_intent:1", VISA, BUYS },
	{ "crash:ask.after_take:1", VISA, BUYS },
	{ "crash:ask.before_call:1", VISA, BUYS },
	{ "crash:ask.after_call:1", VISA, BUYS },
	{ "crash:ask.before_asking:1", VISA, BUYS },
	{ "crash:ask.after_asking:1", VISA, BUYS },
	{ "crash:ask.before_call:2", VISA, BUYS },
	{ "crash:ask.after_call:2", VISA, BUYS },
	{ "crash:ask.before_confirm:1", VISA, BUYS },
	{ "crash:ask.after_confirm:1", VISA, BUYS },
	{ "crash:ask.before_cancel:1", POOR, BUYS },
	{ "crash:ask.after_cancel:1", POOR, BUYS },
	{ "crash:ask.after_call:3", POOR, BUYS },
	{ "crash:ask.before_decline:1", POOR, BUYS },
	{ "crash:ask.after_decline:1", POOR, BUYS },
	{ "crash:ask.after_told:1", POOR, BUYS },
	{ "crash:ask.before_leave:1", ASKS_THE_BUYER, GIVES_UP },
	{ "crash:ask.after_leave:1", ASKS_THE_BUYER, GIVES_UP },
	{ "crash:giveup.before_commit:1", ASKS_THE_BUYER, GIVES_UP },
	{ "crash:giveup.after_commit:1", ASKS_THE_BUYER, GIVES_UP },
	{ "crash:cancel.before_commit:1", VISA, GIVES_BACK },
	{ "crash:cancel.after_commit:1", VISA, GIVES_BACK },
	{ "crash:ask.before_call:3", VISA, GIVES_BACK },
	{ "crash:ask.after_call:3", VISA, GIVES_BACK },
	{ "crash:refund.before_done:1", VISA, GIVES_BACK },
	{ "crash:refund.after_done:1", VISA, GIVES_BACK },
};

static const char *source;
static int how;

/* It is the last payment that she looks at. */
static const char *
last_status(void)
{
	at = arena_printf(&house.ctx.arena, API "/payments/%lld",
	    (long long)last_payment());
	return status();
}

static void
give_up(void)
{
	int said;

	(void)last_status();
	said = ask("DELETE", at, token, NULL);
	ck_assert_msg(said == 200 || said == 202, "%d", said);
}

static void
give_back(void)
{
	ck_assert_str_eq(last_status(), "CAPTURED");
	ck_assert_int_eq(
	    ask_key("POST",
		arena_printf(&house.ctx.arena, API "/reservations/%s/cancel",
		    text("reservation_number")),
		token, "back", "{}"),
	    200);
}

static void
change_her_mind(void)
{
	if (how == GIVES_UP)
		give_up();
	else if (how == GIVES_BACK)
		give_back();
}

/* Another process: connections of its own, to the provider as well. */
static void
live(void)
{
	house.ctx.metrics = metrics;
	cards_open();
	(void)pay_with(source, "the-key", "");
	cards_work();
	change_her_mind();
	cards_work_later();
}

/* What came of it, in the end. */
static void
assert_ended_well(void)
{
	bool takes = strcmp(source, VISA) == 0;
	char left = how == GIVES_BACK ? 'A' : takes ? 'R' : 'H';

	ck_assert_int_eq(house_count("SELECT count(*) FROM payments WHERE"
				     " performance_id = $1",
			     house.performance),
	    1);
	ck_assert_int_eq(noted("created"), 1);
	ck_assert_int_eq(noted("captured"), takes);
	ck_assert_int_eq(paysim_noted("refunded", cards_id(paid)),
	    how == GIVES_BACK);
	ck_assert_int_eq(pay_with(source, "the-key", ""), takes ? 201 : 402);
	ck_assert_str_eq(house_map(),
	    arena_printf(&house.ctx.arena, "%c%cAAAAAAAAAAAAAAAAAAAAAA", left,
		left));
	audited();
}

START_TEST(whoever_dies_a_card_is_charged_for_seats_or_not_at_all)
{
	source = crashes[_i].source;
	how = crashes[_i].how;
	buyer_crash(crashes[_i].point, live);
	(void)pay_with(source, "the-key", "");
	for (int i = 0; i < 3; i++)
		cards_work_later();
	change_her_mind();
	cards_work_later();
	(void)reconcile();
	paid = last_payment();
	assert_ended_well();
}
END_TEST

/* The money was taken, and nobody heard of it before the deadline. */
START_TEST(what_was_taken_before_the_deadline_is_bought_after_it)
{
	source = VISA;
	how = BUYS;
	buyer_crash("crash:ask.after_call:2", live);
	house_run("UPDATE payment_outside SET deadline_at = clock_timestamp()");
	cards_work_later();
	paid = last_payment();
	assert_ended_well();
}
END_TEST
#endif

SUITE("card")
{
	FIXTURE_ONCE(start, paysim_stop);
	FIXTURE(setup, teardown);
	TEST(a_card_is_charged_once_however_often_it_is_asked);
	TEST(a_declined_card_says_why_and_another_one_buys_the_same_seats);
	TEST(a_reservation_by_card_is_given_back_by_card);
	TEST(a_page_is_told_how_one_can_pay_and_no_secret);
	TEST_LOOP(the_buyer_goes_to_his_bank_and_comes_back, 2);
	TEST(who_names_no_address_comes_back_to_the_page_of_the_payment);
	TEST(a_payment_is_given_up_at_the_bank_and_cannot_be_taken_any_more);
	TEST_LOOP(an_answer_that_is_lost_is_found_again_and_charges_once,
	    ARRAY_LEN(losses));
	TEST(an_event_may_come_before_the_answer_and_twice);
	TEST(a_look_at_what_was_bought_finds_nothing_to_do);
	TEST(an_event_that_cannot_be_written_is_not_accepted);
	TEST(what_is_not_signed_makes_nobody_look);
	TEST(what_is_given_up_and_has_no_name_there_is_looked_for_by_ours);
#ifdef FAULTS
	TEST_LOOP(whoever_dies_a_card_is_charged_for_seats_or_not_at_all,
	    ARRAY_LEN(crashes));
	TEST(what_was_taken_before_the_deadline_is_bought_after_it);
#endif
	/* Last, since what paysim says that it took can never go back. */
	TEST(another_amount_than_was_asked_goes_back);
}
