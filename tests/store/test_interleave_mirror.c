/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_interleave_mirror - facts that reach Redis late, twice, or out of order
 *
 * Layer: tests.  Uses: hold, reservation, hold_reconcile, afterwards.
 */
#include "tests/support/afterwards.h"
#include "tests/support/proxy.h"
#include "tests/support/servers.h"

static void
open_house(void)
{
	house_open();
	clock_fake(clock_ms());
	house_round();
	buyer_behind();
}

static int64_t
deadline(void)
{
	return settings_gone_ms(&house.ctx.set);
}

/* ---- a cancel's mirror ---- */

/* The reservation is cancelled and reconcile has freed the seat; somebody else
 * (or ann again) has it when the mirror comes, once and again. */
START_TEST(a_late_cancel_mirror_moves_nobodys_seat)
{
	enum how_far how_far = (enum how_far)_i;
	struct hold anns;

	ck_assert_int_eq(place("ann", "5"), HOLD_OK);
	anns = hold;
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	cancel(&anns);
	set_right();
	ck_assert_int_eq(letter(5), 'A');
	bob_gets(how_far, "5");
	for (int i = 0; i < 2; i++) {
		cancel_mirror(&anns);
		ck_assert_int_eq(letter(5), letter_of(how_far));
	}
	settle();
	bob_ends_as_owner(how_far, "5");
}
END_TEST

START_TEST(a_late_cancel_mirror_leaves_what_its_buyer_bought_again)
{
	struct hold anns;

	ck_assert_int_eq(place("ann", "5"), HOLD_OK);
	anns = hold;
	ck_assert_int_eq(pay_key("ann", hold.token, "k1"), PURCHASE_OK);
	cancel(&anns);
	set_right();
	ck_assert_int_eq(place("ann", "5 6"), HOLD_OK);
	ck_assert_int_eq(pay_key("ann", hold.token, "k2"), PURCHASE_OK);
	cancel_mirror(&anns);
	settle();
	ck_assert_int_eq(letter(5), 'R');
	ck_assert_int_eq(owner(5), house_user("ann"));
	ck_assert_int_eq(place("ann", "1 2 3 4 7 8 9"), HOLD_E_LIMIT);
	ck_assert_int_eq(place("ann", "1 2 3 4 7 8"), HOLD_OK);
}
END_TEST

#ifdef FAULTS
/* ---- a purchase's mirror ---- */

/* Committed, its mirror delayed. It is cancelled and bob has the seat, which
 * reconcile freed: after it had seen the purchase, or without having. */
START_TEST(a_late_mirror_of_a_cancelled_purchase_moves_nobodys_seat)
{
	enum how_far how_far = (enum how_far)(_i % N_HOW_FAR);
	bool seen = _i >= N_HOW_FAR;
	struct sleeper ann;
	struct hold anns;

	ck_assert_int_eq(place("ann", "5"), HOLD_OK);
	anns = hold;
	buyer_sleep(&ann, "pay.after_commit", pay_as_ann);
	if (seen)
		set_right();
	cancel(&anns);
	cancel_mirror(&anns);
	if (!seen) {
		/* Her handler may still be at work: bob has to wait. */
		ck_assert_int_eq(place("bob", "5"), HOLD_E_TAKEN);
		pass(deadline());
		set_right();
	}
	bob_gets(how_far, "5");
	ck_assert_int_eq(buyer_wake(&ann), 0);
	ck_assert_int_eq(letter(5), letter_of(how_far));
	settle();
	ck_assert_int_eq(pay_key("ann", anns.token, "key-1"),
	    PURCHASE_E_REPLAY);
	bob_ends_as_owner(how_far, "5");
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET - 1000);
}
END_TEST

/* The cancel's mirror comes first, then the purchase's: nobody had the seat
 * in between, and reconcile frees it. */
START_TEST(mirrors_in_the_wrong_order_leave_the_seat_to_reconcile)
{
	struct sleeper ann;
	struct hold anns;

	ck_assert_int_eq(place("ann", "5"), HOLD_OK);
	anns = hold;
	buyer_sleep(&ann, "pay.after_commit", pay_as_ann);
	cancel(&anns);
	cancel_mirror(&anns);
	ck_assert_int_eq(buyer_wake(&ann), 0);
	settle();
	ck_assert_int_eq(letter(5), 'A');
	ck_assert_int_eq(place("ann", "1 2 3 4 5 6 7 8"), HOLD_OK);
	ck_assert_int_eq(drop("ann", hold.token), HOLD_OK);
	bob_ends_as_owner(NOT_AT_ALL, "5");
}
END_TEST

/* ---- handlers that die, as others see it ---- */

static const struct {
	const char *faults;
	bool paid;
} deaths[] = {
	{ "crash:pay.after_script:1", false },
	{ "crash:pay.after_commit:1", true },
	{ "crash:pay.after_mirror:1", true },
};

START_TEST(a_handler_that_dies_leaves_the_seat_to_one_buyer)
{
	struct hold anns;
	bool paid = deaths[_i].paid;

	ck_assert_int_eq(place("ann", "5"), HOLD_OK);
	anns = hold;
	buyer_crash(deaths[_i].faults, pay_as_ann);
	ck_assert_int_eq(place("bob", "5"), HOLD_E_TAKEN);
	ck_assert_int_eq(drop("ann", anns.token),
	    _i == 2 ? HOLD_E_PAID : HOLD_E_PAYING);
	pass(deadline());
	settle();
	ck_assert_int_eq(place("bob", "5"), paid ? HOLD_E_TAKEN : HOLD_OK);
	if (!paid)
		ck_assert_int_eq(pay("bob"), PURCHASE_OK);
	ck_assert_int_eq(pay_key("ann", anns.token, "key-1"),
	    paid ? PURCHASE_E_REPLAY : PURCHASE_E_LOST);
	settle();
	ck_assert_int_eq(owner(5), house_user(paid ? "ann" : "bob"));
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET - (paid ? 1000 : 0));
}
END_TEST

/* ---- reconcile that sleeps ---- */

static const char *const points[] = {
	"reconcile.after_redis",
	"reconcile.after_claims",
};

#define N_POINTS ((int)ARRAY_LEN(points))

static void
set_right_once(void)
{
	set_right();
}

/* It read that ann owns the seat, in Redis P still or R. */
START_TEST(a_cancel_just_after_reconcile_read_stands)
{
	enum how_far how_far = (enum how_far)(_i % N_HOW_FAR);
	const char *point = points[_i / N_HOW_FAR % N_POINTS];
	bool late = _i >= N_HOW_FAR * N_POINTS;
	struct sleeper ann, job;
	struct hold anns;

	ck_assert_int_eq(place("ann", "5"), HOLD_OK);
	anns = hold;
	if (late)
		buyer_sleep(&ann, "pay.after_commit", pay_as_ann);
	else
		ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	buyer_sleep(&job, point, set_right_once);
	if (late)
		ck_assert_int_eq(buyer_wake(&ann), 0);
	cancel(&anns);
	cancel_mirror(&anns);
	ck_assert_int_eq(letter(5), 'A');
	bob_gets(how_far, "5");
	ck_assert_int_eq(buyer_wake(&job), 0);
	ck_assert_int_eq(letter(5), letter_of(how_far));
	settle();
	bob_ends_as_owner(how_far, "5");
}
END_TEST

/* It read that bob holds the seat, then, one after the other: bob's hold is
 * dropped, ann holds it, pays, owns it. */
START_TEST(a_seat_that_went_on_just_after_reconcile_read_stays)
{
	enum how_far how_far = (enum how_far)(_i % N_HOW_FAR);
	struct sleeper job;
	struct span eves;

	ck_assert_int_eq(place("eve", "5"), HOLD_OK);
	eves = hold.token;
	buyer_sleep(&job, points[_i / N_HOW_FAR], set_right_once);
	ck_assert_int_eq(drop("eve", eves), HOLD_OK);
	bob_gets(how_far, "5");
	ck_assert_int_eq(buyer_wake(&job), 0);
	ck_assert_int_eq(letter(5), letter_of(how_far));
	settle();
	bob_ends_as_owner(how_far, "5");
}
END_TEST

/* A wire to Redis that stalls where a command names the owner marks. */
static void
set_right_through_a_slow_wire(void)
{
	char path[sizeof(house.ctx.set.redis_socket)];
	struct settings *set = &house.ctx.set;

	snprintf(path, sizeof(path), "/tmp/bo-wire-%d", (int)getpid());
	proxy_start(path, set->redis_socket, SPAN_LIT(":refs"), PROXY_STALL);
	memcpy(set->redis_socket, path, sizeof(path));
	set->redis_command_ms = SUITE_TIMEOUT_S * 1000;
	kv_drop(house.ctx.kv);
	set_right();
	proxy_stop();
	unlink(path);
}

/* The letters were sent for, the holds not yet. ann goes to another seat and
 * comes back before anything is set. */
START_TEST(what_reconcile_reads_is_one_moment)
{
	struct sleeper job;
	struct hold anns;

	ck_assert_int_eq(place("ann", "5"), HOLD_OK);
	anns = hold;
	buyer_sleep_twice(&job, "proxy.stall", "reconcile.after_redis",
	    set_right_through_a_slow_wire);
	ck_assert_int_eq(change("ann", anns.token, 6), HOLD_OK);
	buyer_stir(&job, "reconcile.after_redis");
	ck_assert_int_eq(change("ann", anns.token, 5), HOLD_OK);
	ck_assert_int_eq(buyer_wake(&job), 0);
	ck_assert_str_eq(house_map(), "AAAAHAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(pay_key("ann", anns.token, "k"), PURCHASE_OK);
	settle();
}
END_TEST

/* The same with a payment that is declined: P and H again. */
START_TEST(a_payment_that_came_and_went_while_reconcile_read_keeps_its_seat)
{
	struct hold anns, paying;
	struct sleeper job;

	ck_assert_int_eq(place("ann", "5"), HOLD_OK);
	anns = hold;
	buyer_sleep_twice(&job, "proxy.stall", "reconcile.after_redis",
	    set_right_through_a_slow_wire);
	ck_assert_int_eq(
	    hold_pay(&house.ctx, house_user("ann"), anns.token, &paying),
	    HOLD_OK);
	buyer_stir(&job, "reconcile.after_redis");
	ck_assert_int_eq(hold_unpay(&house.ctx, &paying), HOLD_OK);
	ck_assert_int_eq(buyer_wake(&job), 0);
	ck_assert_int_eq(letter(5), 'H');
	ck_assert_int_eq(pay_key("ann", anns.token, "k"), PURCHASE_OK);
	settle();
}
END_TEST
#endif

SUITE("interleave_mirror")
{
	FIXTURE_ONCE(house_start, NULL);
	FIXTURE(open_house, house_close);
	TEST_LOOP(a_late_cancel_mirror_moves_nobodys_seat, N_HOW_FAR);
	TEST(a_late_cancel_mirror_leaves_what_its_buyer_bought_again);
#ifdef FAULTS
	TEST_LOOP(a_late_mirror_of_a_cancelled_purchase_moves_nobodys_seat,
	    2 * N_HOW_FAR);
	TEST(mirrors_in_the_wrong_order_leave_the_seat_to_reconcile);
	TEST_LOOP(a_handler_that_dies_leaves_the_seat_to_one_buyer,
	    (int)ARRAY_LEN(deaths));
	TEST_LOOP(a_cancel_just_after_reconcile_read_stands,
	    2 * N_HOW_FAR * N_POINTS);
	TEST_LOOP(a_seat_that_went_on_just_after_reconcile_read_stays,
	    N_HOW_FAR * N_POINTS);
	TEST(what_reconcile_reads_is_one_moment);
	TEST(a_payment_that_came_and_went_while_reconcile_read_keeps_its_seat);
#endif
}
