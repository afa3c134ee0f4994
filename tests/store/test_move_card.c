/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_move_card - moves that cost more, paid by card: the seats become others
 * when the difference is paid, and else nothing does; what comes back of two
 * payments is never more than each took
 *
 * Layer: tests.  Uses: mover, truth.
 */
#include "admin/give_back.h"
#include "admin/transfer_by.h"
#include "base/clock.h"
#include "payment/payment.h"
#include "tests/support/afterwards.h"
#include "tests/support/audited.h"
#include "tests/support/mover.h"
#include "tests/support/servers.h"

static void
open_house(void)
{
	house_open();
	house_change("moves = 'any'");
	house_tell();
	clock_fake(clock_ms());
	house_round();
	teller_open();
}

static void
close_house(void)
{
	teller->says = TELLER_TAKES;
	work();
	settle();
	teller_close();
	house_close();
}

/* ann has 1 and 2, at 1000, by card, and begins to pay for 17, at 2500. */
static void
begin(void)
{
	buy_by_card("ann", "1 2");
	ck_assert_int_eq(move_by_card("ann", "1:17", "k"), MOVE_E_PENDING);
	ck_assert_str_eq(house_map(), "RRAAAAAAAAAAAAAAPAAAAAAA");
}

static void
finish(void)
{
	begin();
	work();
	ck_assert_str_eq(house_map(), "ARAAAAAAAAAAAAAARAAAAAAA");
}

static struct payment
payment_of(const char *name, int64_t id)
{
	struct payment payment;

	ck_assert_int_eq(
	    payment_find(&house.ctx, house_user(name), id, &payment),
	    PAYMENT_OK);
	return payment;
}

/* Of the performance's payments, "status captured refunded", oldest first. */
static const char *
payments(void)
{
	static const struct sql all = { "test_move_payments",
		"SELECT string_agg(status || ' ' || coalesce(captured, 0) || ' '"
		" || refunded, ', ' ORDER BY id) FROM payments"
		" WHERE performance_id = $1" };
	const struct db_param p = db_i64(&house.ctx.arena, house.performance);
	struct db_rows rows;

	ck_assert_int_eq(
	    db_run(house.ctx.primary, &house.ctx.arena, &all, 1, &p, &rows), 0);
	return arena_str(&house.ctx.arena, db_cell(&rows, 0, 0));
}

START_TEST(seats_become_others_when_the_difference_is_paid)
{
	begin();
	audited();
	ck_assert_int_eq(teller_has(), 2000);
	work();
	ck_assert_str_eq(house_map(), "ARAAAAAAAAAAAAAARAAAAAAA");
	ck_assert_int_eq(teller_has(), 3500);
	ck_assert_int_eq(move_by_card("ann", "1:17", "k"), MOVE_E_REPLAY);
	ck_assert_int_eq(moved.answer.status, 200);
	assert_answer("2,17 at 1000,2500");
	ck_assert_str_eq(payments(), "CAPTURED 2000 0, CAPTURED 1500 0");
	ck_assert(
	    span_eq(payment_of("ann", last_payment()).moves, their_number));
	buy("bob", "1");
}
END_TEST

START_TEST(a_difference_that_is_declined_leaves_all_as_it_was)
{
	begin();
	teller->says = TELLER_DECLINES;
	work();
	ck_assert_str_eq(house_map(), "RRAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(move_by_card("ann", "1:17", "k"), MOVE_E_REPLAY);
	ck_assert_int_eq(moved.answer.status, 402);
	ck_assert_int_eq(teller_has(), 2000);
	audited();
	teller->says = TELLER_TAKES;
	ck_assert_int_eq(move_by_card("ann", "1:18", "again"), MOVE_E_PENDING);
	work();
	ck_assert_str_eq(house_map(), "ARAAAAAAAAAAAAAAARAAAAAA");
	ck_assert_str_eq(payments(),
	    "CAPTURED 2000 0, CANCELED 0 0, CAPTURED 1500 0");
	audited();
}
END_TEST

START_TEST(the_buyer_goes_to_his_bank_and_comes_back)
{
	struct payment payment;

	teller->says = TELLER_TAKES;
	buy_by_card("ann", "1 2");
	teller->says = TELLER_SENDS;
	ck_assert_int_eq(move_by_card("ann", "1:17", "k"), MOVE_E_PENDING);
	work();
	payment = payment_of("ann", moved.payment);
	ck_assert(span_is(payment.next));
	ck_assert(span_eq(payment.moves, their_number));
	ck_assert(!span_is(payment.reservation));
	teller->payments[1].captured = 1500;
	wait_for_it();
	work();
	ck_assert_str_eq(house_map(), "ARAAAAAAAAAAAAAARAAAAAAA");
	payment = payment_of("ann", moved.payment);
	ck_assert(span_eq(payment.reservation, their_number));
}
END_TEST

/* An operator refunds a payment. */
static int
refund(int64_t payment)
{
	const struct audit_by by = { .os_user = SPAN_LIT("root"),
		.reason = SPAN_LIT("a test") };
	const struct cancel ask = { .n_seats = 0 };

	return give_back(&house.ctx, payment, &ask, &by, &gave);
}

START_TEST(who_gives_up_keeps_what_he_had)
{
	begin();
	ck_assert_int_eq(
	    payment_give_up(&house.ctx, house_user("ann"), moved.payment),
	    PAYMENT_OK);
	work();
	ck_assert_int_eq(refund(moved.payment), GIVE_BACK_E_NOTHING);
	ck_assert_str_eq(house_map(), "RRAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_str_eq(payments(), "CAPTURED 2000 0, FAILED 0 0");
}
END_TEST

START_TEST(one_move_of_a_reservation_is_paid_for_at_a_time)
{
	int64_t first;

	begin();
	first = moved.payment;
	ck_assert_int_eq(move_by_card("ann", "1:17", "k"), MOVE_E_PENDING);
	ck_assert_int_eq(moved.payment, first);
	ck_assert_int_eq(move_by_card("ann", "1:18", "k"), MOVE_E_MISMATCH);
	ck_assert_int_eq(move_by_card("ann", "2:18", "l"), MOVE_E_PAYING);
	ck_assert_int_eq(move("ann", "2:3"), MOVE_E_PAYING);
	ck_assert_int_eq(move(NULL, "1:17"), MOVE_E_PAYING);
	ck_assert_int_eq(place("bob", "17"), HOLD_E_TAKEN);
	ck_assert_str_eq(house_map(), "RRAAAAAAAAAAAAAAPAAAAAAA");
	work();
	ck_assert_int_eq(move_by_card("ann", "2:18", "l"), MOVE_E_PENDING);
}
END_TEST

/* She has as many as one buyer may. */
START_TEST(seats_that_come_in_for_others_are_none_more)
{
	begin();
	house_run(arena_printf(&house.ctx.arena,
	    "UPDATE performances SET max_seats_ever = 2 WHERE id = %lld",
	    (long long)house.performance));
	audited();
	work();
	audited();
}
END_TEST

/* She has two of three, and one of them is on its way to another seat. */
START_TEST(who_moves_a_seat_may_still_buy_one_more)
{
	begin();
	house_run(arena_printf(&house.ctx.arena,
	    "UPDATE performances SET max_seats_per_user = 3 WHERE id = %lld;"
	    " UPDATE seat_limits SET until = until - interval '1 min'"
	    " WHERE until < 'infinity'",
	    (long long)house.performance));
	house_tell();
	buy("ann", "3");
	ck_assert_int_eq(place("ann", "4"), HOLD_E_LIMIT);
	work();
	ck_assert_str_eq(house_map(), "ARRAAAAAAAAAAAAARAAAAAAA");
	ck_assert_int_eq(place("ann", "4"), HOLD_E_LIMIT);
	audited();
}
END_TEST

START_TEST(what_cannot_be_paid_so_is_refused)
{
	buy_by_card("ann", "1 2");
	ck_assert_int_eq(move("ann", "1:17"), MOVE_E_MONEY);
	ck_assert_int_eq(move(NULL, "1:17"), MOVE_E_MONEY);
	house_change("moves = 'class'");
	ck_assert_int_eq(move_by_card("ann", "1:17", new_key()), MOVE_E_CLASS);
	house_change("moves = 'any'");
	buy("bob", "3");
	ck_assert_int_eq(move_by_card("bob", "3:18", new_key()), MOVE_E_MONEY);
	ck_assert_int_eq(move("bob", "3:18"), MOVE_OK);
	ck_assert_int_eq(balance("bob"), HOUSE_WALLET - 2500);
	ck_assert_str_eq(house_map(), "RRAAAAAAAAAAAAAAARAAAAAA");
	ck_assert_int_eq(teller_has(), 2000);
}
END_TEST

static int
pass_on(const char *name)
{
	const struct audit_by by = { .reason = SPAN_LIT("he asked for it") };

	house_round();
	return transfer_by(&house.ctx, their_number,
	    span_str(house_login(name)), &by);
}

/* The payments stay his who made them. */
START_TEST(a_reservation_goes_to_another_user_before_a_move_or_behind_it)
{
	begin();
	ck_assert_int_eq(pass_on("bob"), OFFER_E_BUSY);
	work();
	ck_assert_int_eq(pass_on("bob"), OFFER_OK);
	ck_assert_int_eq(move_by_card("bob", "2:18", new_key()), MOVE_E_MONEY);
	ck_assert_int_eq(cancel_all("ann"), CANCEL_E_NONE);
	audited();
	ck_assert_int_eq(cancel_all("bob"), CANCEL_OK);
	work();
	ck_assert_int_eq(teller_has(), 0);
	ck_assert_int_eq(balance("bob"), HOUSE_WALLET);
	audited();
}
END_TEST

START_TEST(it_is_not_tried_for_ever)
{
	buy_by_card("ann", "1 2");
	teller->says = TELLER_DECLINES;
	for (int i = 0; i < 5; i++) {
		ck_assert_int_eq(move_by_card("ann", "1:17", new_key()),
		    MOVE_E_PENDING);
		work();
	}
	ck_assert_int_eq(move_by_card("ann", "1:17", new_key()),
	    MOVE_E_ATTEMPTS);
	ck_assert_str_eq(house_map(), "RRAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(move("ann", "1:3"), MOVE_OK);
	teller->says = TELLER_TAKES;
	ck_assert_int_eq(move_by_card("ann", "3:17", new_key()),
	    MOVE_E_PENDING);
}
END_TEST

/* ---- what comes back ---- */

/* When the payment of its next move is given up, from now on. */
static int64_t
s_to_deadline(void)
{
	return house_count(
	    "SELECT round(extract(epoch FROM o.deadline_at - p.created_at))"
	    " FROM payment_outside AS o JOIN payments AS p"
	    "  ON p.id = o.payment_id ORDER BY p.id DESC LIMIT 1",
	    0);
}

static void
try_and_give_up(void)
{
	ck_assert_int_eq(move_by_card("ann", "1:17", new_key()),
	    MOVE_E_PENDING);
	ck_assert_int_eq(
	    payment_give_up(&house.ctx, house_user("ann"), moved.payment),
	    PAYMENT_OK);
	settle();
}

/* As by a hold that is extended and paid for as often as it can be. */
START_TEST(all_tries_keep_seats_no_longer_than_a_hold_and_one_payment)
{
	int64_t hard_s = house.ctx.set.hold_hard_seconds;
	int64_t pay_s = house.ctx.set.pay_deadline_s;

	buy_by_card("ann", "1 2");
	try_and_give_up();
	ck_assert_int_eq(s_to_deadline(), pay_s);
	pass(hard_s * 1000);
	try_and_give_up();
	ck_assert_int_eq(s_to_deadline(), pay_s);
	pass((pay_s - 10) * 1000);
	try_and_give_up();
	ck_assert_int_eq(s_to_deadline(), 10);
	/* Whoever wanted the seat could have had it. */
	pass(10 * 1000);
	try_and_give_up();
	ck_assert_int_eq(s_to_deadline(), pay_s);
}
END_TEST

START_TEST(both_payments_give_back_what_they_took)
{
	finish();
	ck_assert_int_eq(cancel_all("ann"), CANCEL_OK);
	ck_assert_str_eq(house_map(), "ACAAAAAAAAAAAAAACAAAAAAA");
	ck_assert_str_eq(payments(), "CAPTURED 2000 2000, CAPTURED 1500 1500");
	audited();
	work();
	ck_assert_int_eq(teller_has(), 0);
	ck_assert_str_eq(house_map(), "AAAAAAAAAAAAAAAAAAAAAAAA");
}
END_TEST

START_TEST(a_part_comes_back_of_the_newest_first)
{
	finish();
	ck_assert_int_eq(cancel_some("ann", "2"), CANCEL_OK);
	ck_assert_str_eq(payments(), "CAPTURED 2000 0, CAPTURED 1500 1000");
	work();
	ck_assert_int_eq(cancel_some("ann", "17"), CANCEL_OK);
	ck_assert_str_eq(payments(), "CAPTURED 2000 2000, CAPTURED 1500 1500");
	work();
	ck_assert_int_eq(teller_has(), 0);
}
END_TEST

START_TEST(seats_wait_for_all_their_refunds)
{
	finish();
	ck_assert_int_eq(cancel_all("ann"), CANCEL_OK);
	house_run(
	    "UPDATE refund_outside SET look_at = look_at"
	    " + interval '1 h' WHERE refund_id ="
	    " (SELECT max(refund_id) FROM refund_outside)");
	work();
	ck_assert_str_eq(house_map(), "ACAAAAAAAAAAAAAACAAAAAAA");
	(void)reconcile();
	ck_assert_str_eq(house_map(), "ACAAAAAAAAAAAAAACAAAAAAA");
	house_run(
	    "UPDATE refund_outside SET look_at = look_at"
	    " - interval '1 h'");
	work();
	ck_assert_str_eq(house_map(), "AAAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(teller_has(), 0);
}
END_TEST

START_TEST(a_cheaper_move_gives_back_by_card_too)
{
	finish();
	ck_assert_int_eq(move("ann", "17:3"), MOVE_OK);
	ck_assert_str_eq(house_map(), "ARRAAAAAAAAAAAAACAAAAAAA");
	ck_assert_str_eq(payments(), "CAPTURED 2000 0, CAPTURED 1500 1500");
	work();
	ck_assert_str_eq(house_map(), "ARRAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(teller_has(), 2000);
	ck_assert_int_eq(move_by_card("ann", "3:17", new_key()),
	    MOVE_E_PENDING);
	work();
	ck_assert_int_eq(cancel_all("ann"), CANCEL_OK);
	work();
	ck_assert_int_eq(teller_has(), 0);
}
END_TEST

/* ---- what happens meanwhile ---- */

START_TEST(money_for_a_reservation_that_was_given_back_goes_back)
{
	begin();
	ck_assert_int_eq(cancel_some("ann", "2"), CANCEL_OK);
	work();
	ck_assert_int_eq(move_by_card("ann", "1:17", "k"), MOVE_E_REPLAY);
	ck_assert_int_eq(moved.answer.status, 410);
	work();
	ck_assert_str_eq(house_map(), "RAAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_str_eq(payments(), "CAPTURED 2000 1000, LATE 1500 1500");
	ck_assert_int_eq(teller_has(), 1000);
}
END_TEST

START_TEST(money_for_a_performance_that_is_called_off_goes_back)
{
	begin();
	house_change("status = 'cancelled'");
	work();
	work();
	ck_assert_str_eq(payments(), "CAPTURED 2000 0, LATE 1500 1500");
	ck_assert_int_eq(teller_has(), 2000);
	house_change("status = 'open'");
	house_tell();
}
END_TEST

START_TEST(a_redis_that_was_emptied_learns_of_it)
{
	begin();
	servers_redis_stop();
	servers_redis_start();
	house_reopen();
	ck_assert_str_eq(house_map(), "RRAAAAAAAAAAAAAAPAAAAAAA");
	work();
	ck_assert_str_eq(house_map(), "ARAAAAAAAAAAAAAARAAAAAAA");
}
END_TEST

START_TEST(no_clock_frees_what_is_being_paid_for)
{
	begin();
	pass(settings_gone_ms(&house.ctx.set) + 1000);
	(void)reconcile();
	ck_assert_str_eq(house_map(), "RRAAAAAAAAAAAAAAPAAAAAAA");
}
END_TEST

/* ---- who dies on the way ---- */

#ifdef FAULTS
static void
begin_to_move(void)
{
	_exit(move_by_card("ann", "1:17", "k"));
}

static const struct {
	const char *point;
	void (*dies)(void);
} crashes[] = {
	{ "crash:move.before_script:1", begin_to_move },
	{ "crash:move.after_script:1", begin_to_move },
	{ "crash:move.before_commit:1", begin_to_move },
	{ "crash:move.after_commit:1", begin_to_move },
	{ "crash:ask.after_take:1", work },
	{ "crash:ask.before_asking:1", work },
	{ "crash:ask.after_asking:1", work },
	{ "crash:ask.after_call:2", work },
	{ "crash:ask.before_confirm:1", work },
	{ "crash:ask.after_confirm:1", work },
};

START_TEST(whoever_dies_it_is_moved_and_paid_for_once)
{
	buy_by_card("ann", "1 2");
	if (crashes[_i].dies == work)
		ck_assert_int_eq(move_by_card("ann", "1:17", "k"),
		    MOVE_E_PENDING);
	buyer_crash(crashes[_i].point, crashes[_i].dies);
	ck_assert_int_ge(move_by_card("ann", "1:17", "k"), MOVE_OK);
	wait_for_it();
	work();
	(void)reconcile();
	ck_assert_int_eq(move_by_card("ann", "1:17", "k"), MOVE_E_REPLAY);
	ck_assert_int_eq(moved.answer.status, 200);
	ck_assert_str_eq(house_map(), "ARAAAAAAAAAAAAAARAAAAAAA");
	ck_assert_int_eq(teller_has(), 3500);
}
END_TEST

static const char *const declining[] = {
	"crash:ask.before_cancel:1",
	"crash:ask.after_cancel:1",
	"crash:ask.before_decline:1",
	"crash:ask.after_decline:1",
	"crash:ask.after_told:1",
};

START_TEST(whoever_dies_a_declined_move_leaves_all_as_it_was)
{
	begin();
	teller->says = TELLER_DECLINES;
	buyer_crash(declining[_i], work);
	wait_for_it();
	work();
	(void)reconcile();
	ck_assert_int_eq(move_by_card("ann", "1:17", "k"), MOVE_E_REPLAY);
	ck_assert_int_eq(moved.answer.status, 402);
	ck_assert_str_eq(house_map(), "RRAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(teller_has(), 2000);
}
END_TEST
#endif

/* Of all that was done here. */
START_TEST(the_audit_finds_nothing)
{
	audited();
}
END_TEST

static void
once(void)
{
	house_start();
	servers_busy_for_years();
}

SUITE("move_card")
{
	FIXTURE_ONCE(once, NULL);
	FIXTURE(open_house, close_house);
	TEST(seats_become_others_when_the_difference_is_paid);
	TEST(a_difference_that_is_declined_leaves_all_as_it_was);
	TEST(the_buyer_goes_to_his_bank_and_comes_back);
	TEST(who_gives_up_keeps_what_he_had);
	TEST(one_move_of_a_reservation_is_paid_for_at_a_time);
	TEST(seats_that_come_in_for_others_are_none_more);
	TEST(who_moves_a_seat_may_still_buy_one_more);
	TEST(what_cannot_be_paid_so_is_refused);
	TEST(a_reservation_goes_to_another_user_before_a_move_or_behind_it);
	TEST(it_is_not_tried_for_ever);
	TEST(all_tries_keep_seats_no_longer_than_a_hold_and_one_payment);
	TEST(both_payments_give_back_what_they_took);
	TEST(a_part_comes_back_of_the_newest_first);
	TEST(seats_wait_for_all_their_refunds);
	TEST(a_cheaper_move_gives_back_by_card_too);
	TEST(money_for_a_reservation_that_was_given_back_goes_back);
	TEST(money_for_a_performance_that_is_called_off_goes_back);
	TEST(a_redis_that_was_emptied_learns_of_it);
	TEST(no_clock_frees_what_is_being_paid_for);
#ifdef FAULTS
	TEST_LOOP(whoever_dies_it_is_moved_and_paid_for_once,
	    (int)ARRAY_LEN(crashes));
	TEST_LOOP(whoever_dies_a_declined_move_leaves_all_as_it_was,
	    (int)ARRAY_LEN(declining));
#endif
	TEST(the_audit_finds_nothing);
}
