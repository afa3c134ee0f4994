/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_payment_left - a provider who is needed yet cannot leave the settings
 *
 * Payments are made by the teller's method, and said to be Stripe's.
 *
 * Layer: tests.  Uses: payment, ctl, worker, buyer, teller.
 */
#include "payment/payment_left.h"

#include "tests/support/house_shell.h"
#include "tests/support/teller.h"

static struct payment_left left;

static void
once(void)
{
	house_shell_start();
	house_open();
	write_conf("conf", "[fcgi]\nsocket_group =\n");
	write_conf("keyed.conf",
	    "[fcgi]\nsocket_group =\n[stripe]\nkey = sk_test_of_ours\n");
	house_close();
}

static void
setup(void)
{
	house_open();
	house_run(
	    "TRUNCATE payments, payment_outside, refunds, refund_outside,"
	    " reservations, seat_claim, ledger, idempotency, holds");
	teller_open();
}

static void
teardown(void)
{
	teller_close();
	house_close();
}

static void
buy(void)
{
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ck_assert_int_eq(pay_card("key-1"), PURCHASE_E_PENDING);
	work();
	house_run("UPDATE payment_outside SET provider = 'stripe'");
}

static int
ask(const char *key)
{
	struct settings set = house.ctx.set;

	strcpy(set.stripe_key, key);
	return payment_left(&house.ctx, &set, &left);
}

START_TEST(who_was_never_asked_is_not_needed)
{
	ck_assert_int_eq(ask(""), 0);
}
END_TEST

START_TEST(who_can_be_asked_is_not_missed)
{
	buy();
	ck_assert_int_eq(ask("sk_test"), 0);
}
END_TEST

START_TEST(who_may_have_to_give_back_is_needed_until_it_is_over)
{
	buy();
	ck_assert_int_eq(ask(""), PAYMENT_LEFT);
	ck_assert(span_eq_str(left.provider, "stripe"));
	ck_assert_int_eq(left.n_open, 0);
	ck_assert_int_eq(left.n_refundable, 1);
	house_run(
	    "UPDATE performances SET starts_at = now() - interval '3 h',"
	    " ends_at = now() - interval '1 h'");
	ck_assert_int_eq(ask(""), 0);
}
END_TEST

START_TEST(who_has_a_payment_without_an_end_is_needed)
{
	teller->says = TELLER_IS_MUTE;
	buy();
	ck_assert_int_eq(ask(""), PAYMENT_LEFT);
	ck_assert_int_eq(left.n_open, 1);
	ck_assert_int_eq(left.n_refundable, 0);
}
END_TEST

START_TEST(whom_nobody_knows_any_more_is_needed_too)
{
	buy();
	house_run("UPDATE payment_outside SET provider = 'another'");
	ck_assert_int_eq(ask("sk_test"), PAYMENT_LEFT);
	ck_assert(span_eq_str(left.provider, "another"));
}
END_TEST

#define ONLINE \
	"BOXOFFICE_SQL_DIR=$SRCDIR/sql $BUILDDIR/boxofficectl --config %s" \
	" check-config --online"
#define WORKER \
	"timeout -k 5 3 $BUILDDIR/boxoffice-worker --config %s --jobs pay"

START_TEST(check_config_and_the_job_refuse_settings_without_him)
{
	buy();
	ck_assert_int_eq(shell_run(ONLINE, in_folder("conf")), 1);
	ck_assert_ptr_nonnull(strstr(out,
	    "not ok providers: stripe is needed yet: 0 payments have no end or "
	    "wait for a refund, 1 may be refunded"));
	ck_assert_int_eq(shell_run(WORKER, in_folder("conf")), 1);
	ck_assert_ptr_nonnull(strstr(err, "provider-needed"));
	ck_assert_ptr_null(strstr(err, "worker-started"));
	(void)shell_run(ONLINE, in_folder("keyed.conf"));
	ck_assert_ptr_nonnull(strstr(out, "\nok providers: "));
	(void)shell_run(WORKER, in_folder("keyed.conf"));
	ck_assert_ptr_null(strstr(err, "provider-needed"));
	ck_assert_ptr_nonnull(strstr(err, "worker-started"));
}
END_TEST

SUITE("payment_left")
{
	FIXTURE_ONCE(once, house_shell_stop);
	FIXTURE(setup, teardown);
	TEST(who_was_never_asked_is_not_needed);
	TEST(who_can_be_asked_is_not_missed);
	TEST(who_may_have_to_give_back_is_needed_until_it_is_over);
	TEST(who_has_a_payment_without_an_end_is_needed);
	TEST(whom_nobody_knows_any_more_is_needed_too);
	TEST(check_config_and_the_job_refuse_settings_without_him);
}
