/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The adapter and libcurl's door against tests/paysim, with every fault it has;
 * mail; what Stripe tells by itself.
 */
#include "base/clock.h"
#include "base/crypto.h"
#include "base/rand.h"
#include "outside/outside.h"
#include "provider/provider.h"
#include "provider/stripe_hook.h"
#include "provider/stripe_read.h"

#include "tests/support/paysim.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEADLINE_US (60 * INT64_C(1000000))

/* ---- one who asks ---- */

static struct ctx ctx;
static struct provider_ask what;
static struct provider_answer got;
static char got_id[80], got_redirect[256], got_reason[64], got_currency[8];
static int n_got;

static void
open_it(void)
{
	uint8_t random[16];

	arena_init(&ctx.arena, 64 << 20);
	ctx.now_ms = clock_ms();
	ctx.outside = outside_open();
	paysim_settings(&ctx.set);
	rand_bytes(random, sizeof(random));
	what = (struct provider_ask){ .ref = span_str(crypto_hex(&ctx.arena,
					  random, sizeof(random))),
		.currency = SPAN_LIT("KRW"),
		.account = SPAN_LIT(""),
		.source = SPAN_LIT("pm_card_visa"),
		.return_url = SPAN_LIT("https://tickets.example/back"),
		.amount_minor = 15000,
		.made_ms = ctx.now_ms };
}

static void
close_it(void)
{
	outside_close(ctx.outside);
	arena_fini(&ctx.arena);
}

static void
copy(char *to, size_t size, struct span s)
{
	snprintf(to, size, "%.*s", (int)s.len, s.len > 0 ? s.p : "");
}

static void
take_answer(void *arg, const struct provider_answer *answer)
{
	(void)arg;
	got = *answer;
	copy(got_id, sizeof(got_id), answer->outside_id);
	copy(got_redirect, sizeof(got_redirect), answer->redirect);
	copy(got_reason, sizeof(got_reason), answer->reason);
	copy(got_currency, sizeof(got_currency), answer->currency);
	n_got++;
}

static void
wait_for(int n)
{
	const int64_t until_us = clock_mono_us() + DEADLINE_US;

	while (n_got < n && clock_mono_us() < until_us)
		outside_run(ctx.outside, 1000);
	ck_assert_int_eq(n_got, n);
}

static enum provider_said
step(provider_step_fn *begin)
{
	int want = n_got + 1;

	begin(&ctx, &what, take_answer, NULL);
	wait_for(want);
	return got.said;
}

#define STRIPE(verb) step(provider_stripe.verb)

static void
given_created(void)
{
	ck_assert_int_eq(STRIPE(create), PROVIDER_DONE);
	what.outside_id = span_str(arena_str(&ctx.arena, span_str(got_id)));
	ck_assert_int_gt(what.outside_id.len, 0);
	ck_assert_int_eq(got.amount_minor, 0);
}

static void
given_taken(void)
{
	given_created();
	ck_assert_int_eq(STRIPE(confirm), PROVIDER_DONE);
}

static void
assert_taken(void)
{
	ck_assert_int_eq(got.said, PROVIDER_DONE);
	ck_assert_int_eq(got.amount_minor, what.amount_minor);
	ck_assert_str_eq(got_currency, "KRW");
}

/* ---- the simulator ---- */

static void
fault(const char *how)
{
	paysim_fault(&ctx, how);
}

/* ---- a payment ---- */

START_TEST(a_payment_is_made_then_taken)
{
	given_created();
	ck_assert_int_eq(paysim_noted("captured", what.ref), 0);
	STRIPE(confirm);
	assert_taken();
	STRIPE(find);
	assert_taken();
	ck_assert_int_eq(paysim_noted("captured", what.ref), 1);
}
END_TEST

START_TEST(asking_the_same_again_makes_and_takes_once)
{
	char first[80];

	given_created();
	strcpy(first, got_id);
	STRIPE(create);
	ck_assert_str_eq(got_id, first);
	for (int i = 0; i < 3; i++) {
		STRIPE(confirm);
		assert_taken();
	}
	ck_assert_int_eq(paysim_noted("created", what.ref), 1);
	ck_assert_int_eq(paysim_noted("captured", what.ref), 1);
}
END_TEST

static const struct {
	const char *source, *reason;
} declined[] = {
	{ "pm_card_visa_chargeDeclined", "card_declined" },
	{ "pm_card_visa_chargeDeclinedInsufficientFunds",
	    "insufficient_funds" },
	{ "pm_card_visa_chargeDeclinedExpiredCard", "expired_card" },
	{ "pm_card_visa_chargeDeclinedIncorrectCvc", "incorrect_card" },
	{ "pm_card_4000000000000002", "card_declined" },
};

START_TEST(a_declined_card_says_why_and_the_payment_can_be_given_up)
{
	given_created();
	what.source = span_str(declined[_i].source);
	ck_assert_int_eq(STRIPE(confirm), PROVIDER_REFUSED);
	ck_assert_str_eq(got_reason, declined[_i].reason);
	ck_assert_int_eq(STRIPE(find), PROVIDER_REFUSED);
	ck_assert_str_eq(got_reason, declined[_i].reason);
	ck_assert_int_eq(STRIPE(cancel), PROVIDER_DONE);
	ck_assert_int_eq(got.amount_minor, 0);
	ck_assert_int_eq(STRIPE(find), PROVIDER_REFUSED);
	ck_assert_str_eq(got_reason, "cancelled");
}
END_TEST

START_TEST(what_was_taken_meanwhile_is_told_to_who_gives_it_up)
{
	given_taken();
	STRIPE(cancel);
	assert_taken();
}
END_TEST

START_TEST(what_was_given_up_is_not_taken_any_more)
{
	given_created();
	ck_assert_int_eq(STRIPE(cancel), PROVIDER_DONE);
	ck_assert_int_eq(STRIPE(confirm), PROVIDER_REFUSED);
	ck_assert_str_eq(got_reason, "cancelled");
	ck_assert_int_eq(paysim_noted("captured", what.ref), 0);
}
END_TEST

START_TEST(the_buyer_is_sent_to_his_bank_and_comes_back)
{
	bool ok = _i == 1;

	given_created();
	what.source = SPAN_LIT("pm_card_authenticationRequired");
	ck_assert_int_eq(STRIPE(confirm), PROVIDER_BUYER);
	ck_assert_ptr_nonnull(strstr(got_redirect, "/_sim/bank/pi_"));
	ck_assert_int_eq(STRIPE(find), PROVIDER_BUYER);
	paysim_tell(&ctx, "POST", "authenticate",
	    span_str(arena_printf(&ctx.arena, "intent=%s&ok=%d", got_id, ok)));
	STRIPE(find);
	if (ok) {
		assert_taken();
	} else {
		ck_assert_int_eq(got.said, PROVIDER_REFUSED);
		ck_assert_str_eq(got_reason, "authentication_failed");
	}
}
END_TEST

START_TEST(what_is_under_way_is_neither_taken_nor_given_up)
{
	given_created();
	what.source = SPAN_LIT("pm_card_pending");
	ck_assert_int_eq(STRIPE(confirm), PROVIDER_UNKNOWN);
	ck_assert_int_eq(STRIPE(find), PROVIDER_UNKNOWN);
	ck_assert_int_eq(STRIPE(cancel), PROVIDER_UNKNOWN);
}
END_TEST

/* ---- what goes wrong ---- */

/* After each of them the same question, or a look, finds the one capture. */
static const struct {
	const char *how;
	bool takes; /* it was done nevertheless */
} faults[] = {
	{ "kind=status&status=500", false },
	{ "kind=status&status=503", false },
	{ "kind=status&status=409", false },
	{ "kind=status&status=401", false },
	{ "kind=status&status=404", false },
	{ "kind=status&status=200", false },
	{ "kind=conflict", false },
	{ "kind=limit", false },
	{ "kind=redirect", false },
	{ "kind=drop&n=2", false },
	{ "kind=lost&n=2", true },
	{ "kind=garbage", true },
	{ "kind=truncated", true },
	{ "kind=huge", true },
};

START_TEST(a_fault_while_taking_is_unknown_and_asking_again_takes_once)
{
	given_created();
	fault(arena_printf(&ctx.arena, "op=confirm&%s", faults[_i].how));
	ck_assert_int_eq(STRIPE(confirm), PROVIDER_UNKNOWN);
	if (faults[_i].takes) {
		STRIPE(find);
		assert_taken();
	}

	for (int i = 0; i < 3 && STRIPE(confirm) == PROVIDER_UNKNOWN; i++)
		;
	assert_taken();
	ck_assert_int_eq(paysim_noted("captured", what.ref), 1);
}
END_TEST

START_TEST(a_fault_while_making_is_unknown_and_asking_again_makes_one)
{
	fault(arena_printf(&ctx.arena, "op=create&%s", faults[_i].how));
	ck_assert_int_eq(STRIPE(create), PROVIDER_UNKNOWN);
	for (int i = 0; i < 3 && STRIPE(create) == PROVIDER_UNKNOWN; i++)
		;
	ck_assert_int_eq(got.said, PROVIDER_DONE);
	ck_assert_int_eq(paysim_noted("created", what.ref), 1);
}
END_TEST

START_TEST(a_fault_while_giving_up_is_never_an_end)
{
	given_created();
	fault(arena_printf(&ctx.arena, "op=cancel&%s", faults[_i].how));
	ck_assert_int_eq(STRIPE(cancel), PROVIDER_UNKNOWN);
	for (int i = 0; i < 3 && STRIPE(cancel) == PROVIDER_UNKNOWN; i++)
		;
	/* It was given up before, or is now: that is what find says. */
	STRIPE(find);
	ck_assert_str_eq(got_reason, "cancelled");
}
END_TEST

START_TEST(an_error_that_is_kept_is_followed_by_a_look)
{
	given_created();
	fault("op=confirm&kind=done_500");
	ck_assert_int_eq(STRIPE(confirm), PROVIDER_UNKNOWN);
	STRIPE(confirm);
	assert_taken();
	ck_assert_int_eq(paysim_noted("captured", what.ref), 1);
}
END_TEST

START_TEST(an_error_that_is_kept_of_what_was_not_done_stays_unknown)
{
	given_created();
	fault("op=confirm&kind=keep");
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(STRIPE(confirm), PROVIDER_UNKNOWN);
	ck_assert_int_eq(STRIPE(cancel), PROVIDER_DONE);
	ck_assert_int_eq(got.amount_minor, 0);
}
END_TEST

START_TEST(too_many_questions_are_told_when_to_come_back)
{
	fault("op=create&kind=limit");
	ck_assert_int_eq(STRIPE(create), PROVIDER_UNKNOWN);
	ck_assert_int_eq(got.retry_after_ms, 1000);
}
END_TEST

START_TEST(another_amount_or_currency_is_told_as_it_is)
{
	given_created();
	fault("op=confirm&kind=wrong_amount");
	ck_assert_int_eq(STRIPE(confirm), PROVIDER_DONE);
	ck_assert_int_eq(got.amount_minor, what.amount_minor + 1);
	fault("op=retrieve&kind=wrong_currency");
	ck_assert_int_eq(STRIPE(find), PROVIDER_DONE);
	ck_assert_str_eq(got_currency, "USD");
}
END_TEST

START_TEST(a_wrong_key_is_no_end_of_a_payment)
{
	given_created();
	strcpy(ctx.set.stripe_key, "sk_test_other");
	ck_assert_int_eq(STRIPE(confirm), PROVIDER_UNKNOWN);
	ck_assert_int_eq(STRIPE(find), PROVIDER_UNKNOWN);
	ck_assert_int_eq(STRIPE(cancel), PROVIDER_UNKNOWN);
}
END_TEST

START_TEST(an_intent_nobody_has_heard_of_is_not_definite)
{
	what.outside_id = SPAN_LIT("pi_of_another_account");
	ck_assert_int_eq(STRIPE(find), PROVIDER_UNKNOWN);
	ck_assert_int_eq(STRIPE(cancel), PROVIDER_UNKNOWN);
}
END_TEST

/* ---- looking without an id ---- */

static void
given_many_others(int n)
{
	struct span ref = what.ref;
	int begun = n_got;

	/* A few at a time: all at once the last would wait for too long. */
	for (int i = 0; i < n; i++) {
		what.ref = span_str(arena_printf(&ctx.arena, "%.*s-%d",
		    (int)ref.len, ref.p, i));
		provider_stripe.create(&ctx, &what, take_answer, NULL);
		if (++begun % 5 == 0 || i + 1 == n)
			wait_for(begun);
	}
	what.ref = ref;
}

START_TEST(a_payment_is_found_by_its_reference_behind_many_newer_ones)
{
	given_taken();
	given_many_others(PROVIDER_PAGE_MAX * 2 + 1);
	what.outside_id = SPAN_NONE;
	STRIPE(find);
	assert_taken();
	ck_assert_int_gt(strlen(got_id), 0);
}
END_TEST

START_TEST(what_was_never_made_is_not_found_and_given_up)
{
	ck_assert_int_eq(STRIPE(find), PROVIDER_REFUSED);
	ck_assert_str_eq(got_reason, "not_found");
	ck_assert_int_eq(STRIPE(cancel), PROVIDER_DONE);
	ck_assert_int_eq(got.amount_minor, 0);
}
END_TEST

START_TEST(what_was_made_is_given_up_by_its_reference)
{
	given_created();
	what.outside_id = SPAN_NONE;
	ck_assert_int_eq(STRIPE(cancel), PROVIDER_DONE);
	ck_assert_int_eq(STRIPE(find), PROVIDER_REFUSED);
	ck_assert_str_eq(got_reason, "cancelled");
}
END_TEST

/* ---- refunds ---- */

START_TEST(a_refund_is_made_once_however_often_it_is_asked)
{
	given_taken();
	what.refund_ref = span_str(
	    arena_printf(&ctx.arena, "r%.*s", (int)what.ref.len, what.ref.p));
	what.amount_minor = 5000;
	fault("op=refund&kind=lost&n=2");
	ck_assert_int_eq(STRIPE(refund), PROVIDER_UNKNOWN);
	ck_assert_int_eq(STRIPE(find_refund), PROVIDER_DONE);
	ck_assert_int_eq(got.amount_minor, 5000);
	for (int i = 0; i < 3; i++)
		(void)STRIPE(refund);
	ck_assert_int_eq(got.said, PROVIDER_DONE);
	ck_assert_int_eq(paysim_noted("refunded", what.refund_ref), 1);
}
END_TEST

START_TEST(more_than_was_taken_is_not_given_back)
{
	given_taken();
	what.refund_ref = span_str(
	    arena_printf(&ctx.arena, "r%.*s", (int)what.ref.len, what.ref.p));
	what.amount_minor++;
	ck_assert_int_eq(STRIPE(refund), PROVIDER_REFUSED);
	ck_assert_int_eq(STRIPE(find_refund), PROVIDER_REFUSED);
	ck_assert_str_eq(got_reason, "not_found");
}
END_TEST

/* ---- lists ---- */

static int n_pages, n_listed, n_ours;
static bool is_more;
static char after[80];
static enum provider_said page_said;

static void
take_page(void *arg, const struct provider_page *page)
{
	(void)arg;
	page_said = page->said;
	n_pages++;
	for (size_t i = 0; i < page->n; i++) {
		n_listed++;
		if (span_starts(page->items[i].ref, what.ref))
			n_ours++;
	}
	is_more = span_is(page->after);
	copy(after, sizeof(after), page->after);
	ck_assert_int_ge(page->date_s, ctx.now_ms / MS_PER_S - 60);
}

START_TEST(a_range_is_listed_page_by_page)
{
	struct provider_range range = { .kind = PROVIDER_PAYMENTS,
		.account = SPAN_LIT(""),
		.from_s = ctx.now_ms / MS_PER_S - 1,
		.to_s = ctx.now_ms / MS_PER_S + 3600 };

	given_many_others(PROVIDER_PAGE_MAX + 5);
	do {
		int n = n_pages;

		provider_stripe.list(&ctx, &range, take_page, NULL);
		while (n_pages == n)
			outside_run(ctx.outside, 1000);
		ck_assert_int_eq(page_said, PROVIDER_DONE);
		range.after = span_str(after);
	} while (is_more);
	ck_assert_int_ge(n_pages, 2);
	ck_assert_int_eq(n_ours, PROVIDER_PAGE_MAX + 5);
}
END_TEST

START_TEST(a_list_that_cannot_be_read_is_no_empty_list)
{
	const struct provider_range range = { .kind = PROVIDER_REFUNDS,
		.account = SPAN_LIT(""),
		.from_s = 1,
		.to_s = ctx.now_ms / MS_PER_S };

	fault("op=list&kind=garbage");
	provider_stripe.list(&ctx, &range, take_page, NULL);
	while (n_pages == 0)
		outside_run(ctx.outside, 1000);
	ck_assert_int_eq(page_said, PROVIDER_UNKNOWN);
	ck_assert_int_eq(n_listed, 0);
}
END_TEST

/* ---- the door ---- */

static enum outside_said door_said;
static int n_ended;

static void
ended(void *kept, const struct outside_answer *answer)
{
	(void)kept;
	door_said = answer->said;
	n_ended++;
}

static enum outside_said
get(struct outside_request request)
{
	int before = n_ended;

	request.method = "GET";
	ck_assert_int_eq(outside_request(ctx.outside, &request,
			     &(struct outside_then){ ended, NULL, 0 }),
	    OUTSIDE_OK);
	while (n_ended == before)
		outside_run(ctx.outside, 1000);
	return door_said;
}

static struct span
journal_url(void)
{
	return span_str(
	    arena_printf(&ctx.arena, "%s/_sim/journal", paysim.address));
}

START_TEST(a_server_that_nobody_vouches_for_is_sent_nothing)
{
	ck_assert_int_eq(get((struct outside_request){ .url = journal_url() }),
	    OUTSIDE_NOT_SENT);
}
END_TEST

START_TEST(a_server_of_another_name_is_sent_nothing)
{
	const char *port = strrchr(paysim.address, ':');

	ck_assert_int_eq(get((struct outside_request){
			     .url = span_str(arena_printf(&ctx.arena,
				 "https://127.0.0.1%s/_sim/journal", port)),
			     .ca_file = ctx.set.stripe_ca_file }),
	    OUTSIDE_NOT_SENT);
}
END_TEST

START_TEST(nobody_there_is_known_to_have_got_nothing)
{
	ck_assert_int_eq(get((struct outside_request){
			     .url = SPAN_LIT("https://127.0.0.1:1/") }),
	    OUTSIDE_NOT_SENT);
	ck_assert_int_eq(get((struct outside_request){
			     .url = SPAN_LIT("http://127.0.0.1/") }),
	    OUTSIDE_NOT_SENT);
}
END_TEST

static bool
nowhere(const void *with, const struct sockaddr *to)
{
	ck_assert_ptr_eq(with, &ctx);
	ck_assert(to->sa_family == AF_INET || to->sa_family == AF_INET6);
	return false;
}

START_TEST(an_address_that_may_not_be_reached_is_not)
{
	const struct outside_request request = { .url = journal_url(),
		.ca_file = ctx.set.stripe_ca_file };
	struct outside_request kept_away = request;

	kept_away.may_reach = nowhere;
	kept_away.reach_with = &ctx;
	ck_assert_int_eq(get(kept_away), OUTSIDE_NOT_SENT);
	ck_assert_int_eq(get(request), OUTSIDE_ANSWERED);
}
END_TEST

START_TEST(no_more_than_so_many_are_under_way)
{
	const struct outside_request request = { .method = "GET",
		.url = journal_url(),
		.ca_file = ctx.set.stripe_ca_file };
	const struct outside_then then = { ended, NULL, 0 };

	for (int i = 0; i < OUTSIDE_MAX; i++)
		ck_assert_int_eq(outside_request(ctx.outside, &request, &then),
		    OUTSIDE_OK);
	ck_assert_int_eq(outside_request(ctx.outside, &request, &then),
	    OUTSIDE_E_FULL);
	provider_stripe.find(&ctx, &what, take_answer, NULL);
	ck_assert_int_eq(got.said, PROVIDER_UNKNOWN);
	ck_assert_int_gt(got.retry_after_ms, 0);
	while (outside_run(ctx.outside, 1000) > 0)
		;
	ck_assert_int_eq(n_ended, OUTSIDE_MAX);
}
END_TEST

/* ---- mail ---- */

static bool mail_in_clear;

static enum outside_said
post(const char *how, const char *ca_file, char *took, size_t size)
{
	char port[16] = "";
	pid_t server = paysim_run("tests/support/smtp.py", paysim.dir, how,
	    NULL, "smtp-port", port, sizeof(port));
	const struct outside_mail mail = {
		.url = span_str(
		    arena_printf(&ctx.arena, "smtp://localhost:%s", port)),
		.from = SPAN_LIT("from@tickets.example"),
		.to = SPAN_LIT("to@buyer.example"),
		.in_clear = mail_in_clear,
		.text = SPAN_LIT("Subject: Seats\r\n\r\n.A1\r\n"),
		.ca_file = ca_file
	};

	took[0] = '\0';
	ck_assert_int_eq(outside_mail(ctx.outside, &mail,
			     &(struct outside_then){ ended, NULL, 0 }),
	    OUTSIDE_OK);
	while (outside_run(ctx.outside, 1000) > 0)
		;
	(void)paysim_file("mail", took, size);
	unlink(arena_printf(&ctx.arena, "%s/smtp-port", paysim.dir));
	unlink(arena_printf(&ctx.arena, "%s/mail", paysim.dir));
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	return door_said;
}

START_TEST(a_mail_is_taken_over_encrypted)
{
	char took[1024];

	ck_assert_int_eq(
	    post("tls", ctx.set.stripe_ca_file, took, sizeof(took)),
	    OUTSIDE_ANSWERED);
	ck_assert_ptr_nonnull(strstr(took, "TLS"));
	ck_assert_ptr_nonnull(strstr(took, "<to@buyer.example>"));
	ck_assert_ptr_nonnull(strstr(took, "Subject: Seats\r\n\r\n..A1"));
}
END_TEST

START_TEST(a_mail_is_not_given_to_who_does_not_encrypt_or_is_not_known)
{
	char took[1024];

	ck_assert_int_eq(
	    post("plain", ctx.set.stripe_ca_file, took, sizeof(took)),
	    OUTSIDE_NOT_SENT);
	ck_assert_str_eq(took, "");
	ck_assert_int_eq(post("tls", NULL, took, sizeof(took)),
	    OUTSIDE_NOT_SENT);
	ck_assert_str_eq(took, "");
	mail_in_clear = true;
	ck_assert_int_eq(post("plain", NULL, took, sizeof(took)),
	    OUTSIDE_ANSWERED);
	ck_assert_ptr_null(strstr(took, "TLS"));
	ck_assert_ptr_nonnull(strstr(took, "<to@buyer.example>"));
}
END_TEST

/* ---- what Stripe tells by itself ---- */

#define SECRET SPAN_LIT("whsec_test")
#define NOW_S INT64_C(1700000000)

#define EVENT \
	"{\"id\":\"evt_1\",\"object\":\"event\",\"data\":{\"object\":{" \
	"\"id\":\"pi_1\",\"object\":\"payment_intent\",\"metadata\":{" \
	"\"boxoffice_ref\":\"abc\"}}}}"

static struct span
signature(const char *form, int64_t at_s, struct span secret)
{
	uint8_t mac[SHA256_LEN];
	struct span signed_text = span_str(
	    arena_printf(&ctx.arena, "%lld." EVENT, (long long)at_s));

	crypto_hmac_sha256(secret, signed_text, mac);
	return span_str(arena_printf(&ctx.arena, form, (long long)at_s,
	    crypto_hex(&ctx.arena, mac, sizeof(mac))));
}

static bool
is_signed(struct span header)
{
	return stripe_hook_is_signed(&ctx.arena, SPAN_LIT(EVENT), header,
	    SECRET, NOW_S);
}

START_TEST(what_is_signed_lately_is_believed)
{
	ck_assert(is_signed(signature("t=%lld,v1=%s", NOW_S, SECRET)));
	ck_assert(is_signed(signature("t=%lld,v1=%s", NOW_S - 300, SECRET)));
	ck_assert(is_signed(signature("t=%lld,v1=%s", NOW_S + 300, SECRET)));
	ck_assert(
	    is_signed(signature("t=%lld,v1=00,v1=%s,v0=1", NOW_S, SECRET)));
}
END_TEST

START_TEST(what_is_signed_by_others_or_long_ago_is_not)
{
	ck_assert(!is_signed(signature("t=%lld,v1=%s", NOW_S - 301, SECRET)));
	ck_assert(!is_signed(signature("t=%lld,v1=%s", NOW_S + 301, SECRET)));
	ck_assert(!is_signed(
	    signature("t=%lld,v1=%s", NOW_S, SPAN_LIT("whsec_other"))));
	ck_assert(!is_signed(signature("t=%lld,v0=%s", NOW_S, SECRET)));
	ck_assert(
	    !is_signed(signature("t=%lld,t=1700000000,v1=%s", NOW_S, SECRET)));
	ck_assert(!is_signed(SPAN_NONE));
	ck_assert(!is_signed(SPAN_LIT("")));
	ck_assert(!is_signed(SPAN_LIT("t=1700000000")));
	ck_assert(!is_signed(SPAN_LIT("t=1700000000,v1=")));
	ck_assert(!stripe_hook_is_signed(&ctx.arena, SPAN_LIT(EVENT),
	    signature("t=%lld,v1=%s", NOW_S, SPAN_LIT("")), SPAN_LIT(""),
	    NOW_S));
}
END_TEST

START_TEST(an_event_says_what_to_look_at)
{
	struct provider_event event;

	ctx.now_ms = NOW_S * MS_PER_S;
	ck_assert_int_eq(provider_stripe.hook(&ctx, SPAN_LIT(EVENT),
			     signature("t=%lld,v1=%s", NOW_S, SECRET), &event),
	    PROVIDER_HOOK_OK);
	ck_assert(span_eq_str(event.id, "evt_1"));
	ck_assert(span_eq_str(event.ref, "abc"));
	ck_assert(span_eq_str(event.outside_id, "pi_1"));
	ck_assert_int_eq(provider_stripe.hook(&ctx, SPAN_LIT(EVENT " "),
			     signature("t=%lld,v1=%s", NOW_S, SECRET), &event),
	    PROVIDER_HOOK_E_SIGNATURE);
}
END_TEST

/* What a body is told for. */
static struct provider_event
told_of(const char *body)
{
	struct provider_event event;

	ck_assert(stripe_hook_read(&ctx.arena, span_str(body), &event));
	return event;
}

START_TEST(a_dispute_and_a_refund_that_came_to_nothing_are_alarms)
{
	struct provider_event event = told_of(
	    "{\"object\":\"event\",\"id\":\"evt_2\","
	    "\"type\":\"charge.dispute.created\",\"data\":{\"object\":{"
	    "\"object\":\"dispute\",\"payment_intent\":\"pi_1\","
	    "\"amount\":700,\"currency\":\"usd\"}}}");

	ck_assert(span_eq_str(event.alarm, "dispute"));
	ck_assert(span_eq_str(event.outside_id, "pi_1"));
	ck_assert(span_eq_str(event.currency, "USD"));
	ck_assert_int_eq(event.amount_minor, 700);
#define REFUND(status) \
	"{\"object\":\"event\",\"id\":\"evt_3\",\"type\":\"refund.updated\"," \
	"\"data\":{\"object\":{\"object\":\"refund\",\"status\":\"" status \
	"\",\"amount\":7,\"currency\":\"nonsense\"," \
	"\"metadata\":{\"boxoffice_refund\":\"r1\"}}}}"
	event = told_of(REFUND("failed"));
	ck_assert(span_eq_str(event.alarm, "refund-failed"));
	ck_assert(span_eq_str(event.ref, "r1"));
	ck_assert(!span_is(event.currency));
	ck_assert(!span_is(told_of(REFUND("succeeded")).alarm));
}
END_TEST

SUITE("stripe")
{
	FIXTURE_ONCE(paysim_start, paysim_stop);
	FIXTURE(open_it, close_it);
	TEST(a_payment_is_made_then_taken);
	TEST(asking_the_same_again_makes_and_takes_once);
	TEST_LOOP(a_declined_card_says_why_and_the_payment_can_be_given_up,
	    ARRAY_LEN(declined));
	TEST(what_was_taken_meanwhile_is_told_to_who_gives_it_up);
	TEST(what_was_given_up_is_not_taken_any_more);
	TEST_LOOP(the_buyer_is_sent_to_his_bank_and_comes_back, 2);
	TEST(what_is_under_way_is_neither_taken_nor_given_up);
	TEST_LOOP(a_fault_while_taking_is_unknown_and_asking_again_takes_once,
	    ARRAY_LEN(faults));
	TEST_LOOP(a_fault_while_making_is_unknown_and_asking_again_makes_one,
	    ARRAY_LEN(faults));
	TEST_LOOP(a_fault_while_giving_up_is_never_an_end, ARRAY_LEN(faults));
	TEST(an_error_that_is_kept_is_followed_by_a_look);
	TEST(an_error_that_is_kept_of_what_was_not_done_stays_unknown);
	TEST(too_many_questions_are_told_when_to_come_back);
	TEST(another_amount_or_currency_is_told_as_it_is);
	TEST(a_wrong_key_is_no_end_of_a_payment);
	TEST(an_intent_nobody_has_heard_of_is_not_definite);
	TEST(a_payment_is_found_by_its_reference_behind_many_newer_ones);
	TEST(what_was_never_made_is_not_found_and_given_up);
	TEST(what_was_made_is_given_up_by_its_reference);
	TEST(a_refund_is_made_once_however_often_it_is_asked);
	TEST(more_than_was_taken_is_not_given_back);
	TEST(a_range_is_listed_page_by_page);
	TEST(a_list_that_cannot_be_read_is_no_empty_list);
	TEST(a_server_that_nobody_vouches_for_is_sent_nothing);
	TEST(a_server_of_another_name_is_sent_nothing);
	TEST(nobody_there_is_known_to_have_got_nothing);
	TEST(an_address_that_may_not_be_reached_is_not);
	TEST(no_more_than_so_many_are_under_way);
	TEST(a_mail_is_taken_over_encrypted);
	TEST(a_mail_is_not_given_to_who_does_not_encrypt_or_is_not_known);
	TEST(what_is_signed_lately_is_believed);
	TEST(what_is_signed_by_others_or_long_ago_is_not);
	TEST(an_event_says_what_to_look_at);
	TEST(a_dispute_and_a_refund_that_came_to_nothing_are_alarms);
}
