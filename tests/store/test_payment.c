/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_payment - the graph of a payment, and paying by asking outside
 *
 * Who is asked is made up (support/teller.h): he says on demand what a provider
 * would.
 *
 * Layer: tests.  Uses: payment, cancel, audit, buyer, teller.
 */
#include "payment/payment.h"

#include "admin/call_off.h"
#include "audit/audit.h"
#include "base/clock.h"
#include "hold/hold_expire.h"
#include "reservation/called_off.h"
#include "reservation/cancel.h"
#include "tests/support/teller.h"

static const char *const states[] = { "SENT", "CAPTURED", "FAILED", "CANCELING",
	"CANCELED", "LATE" };

SQL(payment_test_may, "SELECT payment_may_move($1, $2)");
SQL(payment_test_begin,
    "INSERT INTO payments (user_id, performance_id, hold_token, method,"
    "  status, amount, currency)"
    " VALUES (1, $1, $2, 'card', $3, 1000, 'KRW') RETURNING id");
SQL(payment_test_move, "UPDATE payments SET status = $2 WHERE id = $1");
SQL(payment_test_confirm,
    "SELECT payment_confirm($1, $2, 'KRW', clock_timestamp())");
SQL(payment_test_decline,
    "SELECT outcome FROM payment_decline($1, 'no', NULL)");

/* ---- the graph ---- */

static int
begin(const char *token, const char *state, int64_t *id)
{
	struct arena *a = &house.ctx.arena;
	const struct db_param params[] = { db_i64(a, house.performance),
		db_str(token), db_str(state) };
	struct db_rows rows;
	int r = db_run(house.ctx.primary, a, &sql_payment_test_begin, 3, params,
	    &rows);

	if (r == 0)
		*id = db_get_i64(&rows, 0, 0);
	return r;
}

static int
move(int64_t id, const char *to)
{
	struct arena *a = &house.ctx.arena;
	const struct db_param params[] = { db_i64(a, id), db_str(to) };

	return db_run(house.ctx.primary, a, &sql_payment_test_move, 2, params,
	    NULL);
}

/* A payment in a state, by the shortest way there. */
static int64_t
given(const char *state)
{
	static int n;
	const char *token = arena_printf(&house.ctx.arena, "t-%d-%d",
	    (int)getpid(), n++);
	int64_t id = 0;

	if (strcmp(state, "CAPTURED") == 0) {
		ck_assert_int_eq(begin(token, state, &id), 0);
		return id;
	}
	ck_assert_int_eq(begin(token, "SENT", &id), 0);
	if (strcmp(state, "CANCELED") == 0)
		ck_assert_int_eq(move(id, "CANCELING"), 0);
	ck_assert_int_eq(move(id, state), 0);
	return id;
}

static int64_t
n_logged(int64_t id)
{
	return house_count(
	    "SELECT count(*) FROM payment_log"
	    " WHERE payment_id = $1",
	    id);
}

static bool
schema_may(const char *from, const char *to)
{
	const struct db_param params[] = { db_str(from), db_str(to) };
	struct db_rows rows;

	ck_assert_int_eq(db_run(house.ctx.primary, &house.ctx.arena,
			     &sql_payment_test_may, 2, params, &rows),
	    0);
	return db_get_bool(&rows, 0, 0);
}

START_TEST(the_schema_and_the_table_know_the_same_moves)
{
	for (size_t to = 0; to < ARRAY_LEN(states); to++) {
		ck_assert_int_eq(schema_may(NULL, states[to]),
		    payment_may_move(NULL, states[to]));
		for (size_t from = 0; from < ARRAY_LEN(states); from++)
			ck_assert_msg(schema_may(states[from], states[to])
				== payment_may_move(states[from], states[to]),
			    "%s -> %s", states[from], states[to]);
	}
}
END_TEST

START_TEST(a_payment_makes_the_moves_of_the_table_and_no_other)
{
	const char *from = states[_i];

	for (size_t to = 0; to < ARRAY_LEN(states); to++) {
		int64_t id = given(from);
		int64_t n = n_logged(id);
		bool may = payment_may_move(from, states[to]);
		bool stays = strcmp(from, states[to]) == 0;
		int r = move(id, states[to]);

		ck_assert_msg((r == 0) == (may || stays), "%s -> %s", from,
		    states[to]);
		if (r != 0) {
			ck_assert_int_eq(r, DB_E_CONSTRAINT);
			ck_assert_str_eq(db_constraint(house.ctx.primary),
			    "payment_move");
		}
		ck_assert_int_eq(n_logged(id) - n, may);
	}
}
END_TEST

START_TEST(a_payment_begins_sent_or_captured)
{
	int64_t id;

	ck_assert_int_eq(begin("x", "FAILED", &id), DB_E_CONSTRAINT);
	ck_assert_str_eq(db_constraint(house.ctx.primary), "payment_move");
	ck_assert_int_eq(n_logged(given("FAILED")), 1);
}
END_TEST

SQL(payment_test_amount,
    "UPDATE payments SET amount = amount + 1 WHERE id = $1");
SQL(payment_test_hold,
    "UPDATE payments SET hold_token = hold_token || 'x' WHERE id = $1");
SQL(payment_test_user,
    "UPDATE payments SET user_id = user_id + 1 WHERE id = $1");

START_TEST(what_is_paid_is_fixed_when_it_begins)
{
	static const struct sql *const changes[] = { &sql_payment_test_amount,
		&sql_payment_test_hold, &sql_payment_test_user };
	const struct db_param param = db_i64(&house.ctx.arena, given("SENT"));

	for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
		ck_assert_int_eq(db_run(house.ctx.primary, &house.ctx.arena,
				     changes[i], 1, &param, NULL),
		    DB_E_CONSTRAINT);
		ck_assert_str_eq(db_constraint(house.ctx.primary),
		    "payment_fixed");
	}
}
END_TEST

SQL(payment_test_one_line,
    "INSERT INTO ledger (transfer_id, line, account, user_id, amount,"
    "  currency, reason) VALUES (nextval('transfer_id'), 1, 'sales', NULL, 1,"
    "  'KRW', 'payment')");
SQL(payment_test_two_currencies,
    "WITH t AS MATERIALIZED (SELECT nextval('transfer_id') AS id)"
    " INSERT INTO ledger (transfer_id, line, account, user_id, amount,"
    "  currency, reason) SELECT t.id, v.* FROM t, (VALUES"
    "  (1, 'sales', NULL::bigint, 1, 'KRW', 'payment'),"
    "  (2, 'funding', NULL, -1, 'USD', 'payment')) AS v");
SQL(payment_test_beyond_int64,
    "WITH t AS MATERIALIZED (SELECT nextval('transfer_id') AS id)"
    " INSERT INTO ledger (transfer_id, line, account, user_id, amount,"
    "  currency, reason) SELECT t.id, v.* FROM t, (VALUES"
    "  (1, 'sales', NULL::bigint, 9223372036854775807, 'KRW', 'payment'),"
    "  (2, 'sales', NULL, 9223372036854775807, 'KRW', 'payment'),"
    "  (3, 'funding', NULL, 2, 'KRW', 'payment')) AS v");

/* The last one sums to zero in 64 bits. */
START_TEST(a_transfer_that_does_not_sum_to_zero_is_refused)
{
	static const struct sql *const bad[] = { &sql_payment_test_one_line,
		&sql_payment_test_two_currencies,
		&sql_payment_test_beyond_int64 };

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		ck_assert_int_eq(db_run(house.ctx.primary, &house.ctx.arena,
				     bad[i], 0, NULL, NULL),
		    DB_E_CONSTRAINT);
		ck_assert_str_eq(db_constraint(house.ctx.primary),
		    "ledger_balanced");
	}
}
END_TEST

/* ---- paying by asking outside ---- */

/* Nobody works on another test's leavings, and no audit looks at them. */
static void
open_house(void)
{
	house_open();
	house_run(
	    "TRUNCATE payments, payment_outside, payment_log, refunds,"
	    " refund_outside, reservations, reservation_log, seat_claim,"
	    " seat_log, ledger, idempotency, holds");
	teller_open();
}

static void
close_house(void)
{
	teller_close();
	house_close();
}

static void
reprice(void)
{
	house_reprice(77, "USD");
	house_tell();
}

static int64_t
of_house(const char *sql)
{
	return house_count(sql, house.performance);
}

#define N_PAYMENTS "SELECT count(*) FROM payments WHERE performance_id = $1"
#define N_CLAIMS "SELECT count(*) FROM seat_claim WHERE performance_id = $1"
#define N_SOLD "SELECT count(*) FROM reservations WHERE performance_id = $1"
#define N_REFUNDS \
	"SELECT count(*) FROM refunds AS f JOIN payments AS p" \
	" ON p.id = f.payment_id WHERE p.performance_id = $1"
#define MONEY \
	"SELECT coalesce(sum(l.amount), 0) FROM ledger AS l JOIN payments" \
	" AS p ON p.id = l.payment_id WHERE p.performance_id = $1"
#define FREE "AAAAAAAAAAAAAAAAAAAAAAAA"
#define HELD "HHAAAAAAAAAAAAAAAAAAAAAA"
#define PAYING "PPAAAAAAAAAAAAAAAAAAAAAA"
#define SOLD "RRAAAAAAAAAAAAAAAAAAAAAA"

static bool
all_are(const char *status)
{
	return house_count(arena_printf(&house.ctx.arena,
			       N_PAYMENTS " AND status = '%s'", status),
		   house.performance)
	    == of_house(N_PAYMENTS);
}

/* The phase of the last payment; "over" when it has none. */
static bool
is_in(const char *phase)
{
	return house_count(arena_printf(&house.ctx.arena,
			       "SELECT count(*) FROM payment_outside WHERE"
			       " payment_id = $1 AND"
			       " coalesce(phase, 'over') = '%s'",
			       phase),
		   last_payment())
	    == 1;
}

/* What the invariants about money say of this performance alone: another
 * test's leavings are not looked at. */
static void
audit_is_clean(void)
{
	static const char *const names[] = { "I2", "I3", "I4", "I5", "I9",
		"I10", "I19", "I20", "I23" };
	static const struct audit_pace pace = { .budget_us = 1000000,
		.looks = 2,
		.pause_ms = 1 };
	struct audit_walk walk;

	for (int i = 0; i < audit_n_rows; i++)
		for (size_t k = 0; k < ARRAY_LEN(names); k++) {
			if (strcmp(audit_rows[i].name, names[k]) != 0)
				continue;
			audit_begin(&walk, &audit_rows[i], &pace);
			while (!walk.done)
				ck_assert_int_eq(audit_step(&house.ctx, &walk),
				    0);
			ck_assert_msg(walk.found.n == 0, "%s: %s",
			    audit_rows[i].name, walk.found.examples);
		}
}

/* ann's key has the last word of a purchase of seats 1 and 2. */
static void
assert_bought(void)
{
	ck_assert_int_eq(pay_card("k"), PURCHASE_E_REPLAY);
	ck_assert_int_eq(bought.answer.status, 201);
	ck_assert_int_eq(of_house(N_PAYMENTS), 1);
	ck_assert(all_are("CAPTURED"));
	ck_assert(is_in("over"));
	ck_assert_int_eq(of_house(N_SOLD), 1);
	ck_assert_int_eq(of_house(N_CLAIMS " AND state = 'R'"), 2);
	ck_assert_int_eq(of_house(MONEY " AND l.account = 'sales'"), 2000);
	ck_assert_int_eq(of_house(MONEY), 0);
	ck_assert_int_eq(journaled("paid"), 1);
	ck_assert_str_eq(house_map(), SOLD);
	ck_assert_int_eq(teller_has(), 2000);
	audit_is_clean();
}

/* ann's key has the last word of a purchase that came to nothing. */
static void
assert_declined(const char *status)
{
	ck_assert_int_eq(pay_card("k"), PURCHASE_E_REPLAY);
	ck_assert_int_eq(bought.answer.status, 402);
	ck_assert(span_eq_str(bought.answer.body, "declined"));
	ck_assert(all_are(status));
	ck_assert(is_in("over"));
	ck_assert_int_eq(of_house(N_CLAIMS), 0);
	ck_assert_int_eq(teller_has(), 0);
	audit_is_clean();
}

static void
given_ann_pays(enum teller_says says)
{
	teller->says = says;
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	ck_assert_int_eq(pay_card("k"), PURCHASE_E_PENDING);
}

START_TEST(captured_is_a_reservation)
{
	given_ann_pays(TELLER_TAKES);
	ck_assert_int_gt(bought.payment, 0);
	ck_assert(is_in("made"));
	ck_assert_str_eq(house_map(), PAYING);
	ck_assert_int_eq(teller->n_payments, 0);
	work();
	assert_bought();
	ck_assert_int_eq(teller->n_asked, 1);
	ck_assert_int_eq(of_house("SELECT count(*) FROM seat_log"
				  " WHERE performance_id = $1"),
	    2);
}
END_TEST

START_TEST(until_the_end_is_known_the_key_has_the_same_payment)
{
	int64_t first;

	given_ann_pays(TELLER_IS_MUTE);
	first = bought.payment;
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(pay_card("k"), PURCHASE_E_PENDING);
		ck_assert_int_eq(bought.payment, first);
		work();
	}
	ck_assert_int_eq(pay_by(&card, "ann", hold.token, "other"),
	    PURCHASE_E_PAYING);
	ck_assert_int_eq(pay_key("ann", hold.token, "wallet"),
	    PURCHASE_E_PAYING);
	ck_assert_int_eq(place("bob", "1"), HOLD_E_TAKEN);
	ck_assert_int_eq(of_house(N_PAYMENTS), 1);
	ck_assert_int_eq(of_house(N_CLAIMS " AND state = 'P'"), 2);
	ck_assert_int_eq(journaled("paying"), 1);
}
END_TEST

/* Changed before it is asked, or while it is. */
START_TEST(what_the_hold_said_is_what_is_asked_for)
{
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	if (_i == 0)
		reprice();
	else
		teller->meanwhile = reprice;
	ck_assert_int_eq(pay_card("k"), PURCHASE_E_PENDING);
	work();
	assert_bought();
	ck_assert_int_eq(of_house(N_PAYMENTS " AND amount = 2000"
					     " AND currency = 'KRW'"),
	    1);
	/* It takes any currency. */
	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	ck_assert_int_eq(pay_card("k2"), PURCHASE_E_PENDING);
	work();
	ck_assert_int_eq(of_house(N_PAYMENTS " AND amount = 77"
					     " AND currency = 'USD'"
					     " AND status = 'CAPTURED'"),
	    1);
}
END_TEST

static void
cancel_the_show(void)
{
	house_change("status = 'cancelled'");
}

/* What was begun goes on, since the money may be taken already, and comes too
 * late. */
START_TEST(a_cancelled_performance_asks_nobody_for_money)
{
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	cancel_the_show();
	ck_assert_int_eq(pay_card("k0"), PURCHASE_E_CLOSED);
	ck_assert_int_eq(of_house(N_PAYMENTS), 0);
	ck_assert_int_eq(of_house(N_CLAIMS), 0);
	house_change("status = 'open'");
	ck_assert_int_eq(pay_card("k"), PURCHASE_E_PENDING);
	cancel_the_show();
	work();
	wait_for_it();
	work();
	ck_assert_int_eq(pay_card("k"), PURCHASE_E_REPLAY);
	ck_assert_int_eq(bought.answer.status, 410);
	ck_assert(all_are("LATE"));
	ck_assert_int_eq(of_house(N_SOLD), 0);
	ck_assert_int_eq(of_house(N_CLAIMS), 0);
	ck_assert_int_eq(of_house(N_REFUNDS " AND f.status = 'DONE'"), 1);
	ck_assert_int_eq(teller_has(), 0);
	audit_is_clean();
}
END_TEST

static void
call_it_off(void)
{
	const struct audit_by by = { .reason = SPAN_LIT("fire") };
	struct call_off_result result;

	ck_assert_int_eq(call_off(&house.ctx, house.performance, &by, &result),
	    CALL_OFF_OK);
	ck_assert_int_eq(result.n_left, 1);
}

/* A round of the job, and whether it is done. */
static bool
settled(void)
{
	size_t n;

	house_round();
	ck_assert_int_eq(called_off_round(&house.ctx, &n), 0);
	return of_house(
		   "SELECT count(*) FROM called_off WHERE done_at IS NOT"
		   " NULL AND performance_id = $1")
	    == 1;
}

START_TEST(called_off_before_anybody_was_asked_nobody_is)
{
	given_ann_pays(TELLER_TAKES);
	call_it_off();
	ck_assert(settled());
	work();
	ck_assert(all_are("FAILED"));
	ck_assert_int_eq(of_house(N_CLAIMS), 0);
	ck_assert_int_eq(teller->n_payments, 0);
	audit_is_clean();
}
END_TEST

START_TEST(called_off_while_nobody_knows_the_money_is_asked_for_again)
{
	given_ann_pays(TELLER_IS_MUTE);
	work();
	call_it_off();
	ck_assert(!settled());
	ck_assert(all_are("CANCELING"));
	wait_for_it();
	work();
	ck_assert(settled());
	ck_assert_int_eq(of_house(N_CLAIMS), 0);
	ck_assert_int_eq(teller_has(), 0);
	audit_is_clean();
}
END_TEST

START_TEST(called_off_what_was_paid_by_card_is_refunded_whole)
{
	house_change(
	    "refund_policy = '{\"steps\": [{\"minutes_before\": 0,"
	    " \"percent\": 1}]}'");
	given_ann_pays(TELLER_TAKES);
	work();
	call_it_off();
	ck_assert(settled());
	ck_assert_int_eq(of_house(N_CLAIMS " AND state = 'C'"), 2);
	work();
	ck_assert_int_eq(of_house(N_CLAIMS), 0);
	ck_assert_int_eq(of_house(N_REFUNDS " AND f.status = 'DONE'"
					    " AND f.amount = 2000"),
	    1);
	ck_assert_int_eq(teller_has(), 0);
	audit_is_clean();
}
END_TEST

START_TEST(nobody_outside_is_asked_for_no_money)
{
	house_reprice(0, "KRW");
	house_tell();
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	ck_assert_int_eq(pay_card("k"), PURCHASE_E_FREE);
	ck_assert_str_eq(house_map(), HELD);
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
}
END_TEST

START_TEST(declined_gives_the_hold_back_and_it_can_be_paid_anew)
{
	given_ann_pays(TELLER_DECLINES);
	work();
	ck_assert(teller->payments[0].canceled);
	assert_declined("CANCELED");
	ck_assert_str_eq(house_map(), HELD);
	ck_assert_int_eq(find("ann", hold.token), HOLD_OK);
	teller->says = TELLER_TAKES;
	ck_assert_int_eq(pay_card("k2"), PURCHASE_E_PENDING);
	work();
	ck_assert_int_eq(of_house(N_SOLD), 1);
	ck_assert_int_eq(of_house(MONEY), 0);
	ck_assert_str_eq(house_map(), SOLD);
	audit_is_clean();
}
END_TEST

static int64_t
left_s(void)
{
	struct hold found;

	house_round();
	ck_assert_int_eq(
	    hold_find(&house.ctx, house_user("ann"), hold.token, &found),
	    HOLD_OK);
	return (found.is.ends_ms - house.ctx.now_ms) / MS_PER_S;
}

/* 300 s, of which the bank takes ten, or nearly all, or more. */
START_TEST(a_declined_hold_has_its_time_again_and_a_minute_at_least)
{
	static const int64_t had_s[] = { 300, 100, 5 };
	static const int64_t has_s[] = { 300, 100, 60 };

	teller->says = TELLER_DECLINES;
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	clock_fake(hold.is.ends_ms - had_s[_i] * MS_PER_S);
	house_round();
	ck_assert_int_eq(pay_card("k"), PURCHASE_E_PENDING);
	clock_fake_add(120 * MS_PER_S);
	work();
	assert_declined("CANCELED");
	ck_assert_str_eq(house_map(), HELD);
	ck_assert_int_ge(left_s(), has_s[_i] - 2);
	ck_assert_int_le(left_s(), has_s[_i]);
}
END_TEST

/* Each attempt takes all the time it may, and is made at the last moment. */
START_TEST(paying_is_no_way_to_keep_seats)
{
	int64_t last_ms;
	int n = 0, r;

	teller->says = TELLER_SENDS;
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	last_ms = hold.is.hard_ends_ms + 900 * MS_PER_S;
	clock_fake(clock_ms());
	while ((r = pay_card(arena_printf(&house.ctx.arena, "k%d", n)))
	    == PURCHASE_E_PENDING) {
		ck_assert_int_lt(n++, 3);
		work();
		clock_fake_add(901 * MS_PER_S);
		wait_for_it();
		work();
		ck_assert_int_eq(of_house(N_CLAIMS), 0);
		if (clock_ms() > last_ms)
			ck_assert_str_eq(house_map(), FREE);
		clock_fake_add(299 * MS_PER_S);
		house_round();
	}
	ck_assert_int_eq(r, PURCHASE_E_EXPIRED);
	ck_assert_int_ge(n, 2);
	ck_assert_str_eq(house_map(), FREE);
}
END_TEST

START_TEST(a_hold_is_tried_to_be_paid_five_times)
{
	teller->says = TELLER_DECLINES;
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	for (int i = 0; i < 5; i++) {
		ck_assert_int_eq(
		    pay_card(arena_printf(&house.ctx.arena, "k%d", i)),
		    PURCHASE_E_PENDING);
		work();
	}
	ck_assert_int_eq(pay_card("k5"), PURCHASE_E_ATTEMPTS);
	ck_assert_str_eq(house_map(), HELD);
	ck_assert_int_eq(of_house(N_PAYMENTS), 5);
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
}
END_TEST

START_TEST(unknown_keeps_the_seats_until_somebody_knows)
{
	size_t n;

	given_ann_pays(TELLER_IS_MUTE);
	work();
	ck_assert(is_in("asking"));
	clock_fake(hold.is.hard_ends_ms - 1000);
	house_round();
	ck_assert_int_eq(hold_expire_round(&house.ctx, &n), 0);
	ck_assert_str_eq(house_map(), PAYING);
	ck_assert(all_are("SENT"));
	clock_fake(-1);
	wait_for_it();
	work();
	ck_assert_int_eq(teller->n_asked, 2);
	teller->says = TELLER_TAKES;
	wait_for_it();
	work();
	ck_assert_int_eq(teller->n_payments, 1);
	assert_bought();
}
END_TEST

/* Not before it is 15 s old. */
START_TEST(a_call_whose_answer_was_lost_is_asked_again_by_the_same_name)
{
	given_ann_pays(TELLER_LOSES);
	work();
	ck_assert(is_in("asking"));
	ck_assert_int_eq(teller_has(), 2000);
	work();
	ck_assert_int_eq(teller->n_asked, 1);
	clock_fake(clock_ms() + 16 * MS_PER_S);
	teller->says = TELLER_TAKES;
	work();
	ck_assert_int_eq(teller->n_asked, 2);
	clock_fake(-1);
	assert_bought();
}
END_TEST

/* Short of the deadline it waits for the buyer, and says where he is to go. */
START_TEST(a_buyer_who_comes_back_from_his_bank_has_paid)
{
	struct payment payment;

	given_ann_pays(TELLER_SENDS);
	work();
	ck_assert(is_in("buyer"));
	ck_assert_int_eq(payment_find(&house.ctx, house_user("ann"),
			     bought.payment, &payment),
	    PAYMENT_OK);
	ck_assert(span_eq_str(payment.next, "https://bank.example/ask"));
	teller->payments[0].captured = 2000;
	wait_for_it();
	work();
	ck_assert_int_eq(teller->n_asked, 1);
	assert_bought();
}
END_TEST

/* made: nobody is asked any more. buyer, asking: the provider cancels first. */
START_TEST(what_is_not_known_by_its_deadline_is_given_up)
{
	static const enum teller_says says[] = { TELLER_TAKES, TELLER_SENDS,
		TELLER_IS_MUTE };

	given_ann_pays(says[_i]);
	if (_i > 0)
		work();
	clock_fake(clock_ms() + 901 * MS_PER_S);
	wait_for_it();
	work();
	ck_assert_int_eq(teller->n_payments, _i > 0);
	clock_fake(-1);
	assert_declined(_i == 0 ? "FAILED" : "CANCELED");
}
END_TEST

START_TEST(a_provider_who_is_gone_keeps_no_seat_that_he_was_not_asked_for)
{
	log_open("test", LOG_ERROR + 1);
	given_ann_pays(TELLER_TAKES);
	teller->is_gone = true;
	work();
	ck_assert(is_in("made"));
	clock_fake(clock_ms() + 901 * MS_PER_S);
	wait_for_it();
	work();
	clock_fake(-1);
	assert_declined("FAILED");
}
END_TEST

/* The same, by the buyer's own wish. */
START_TEST(whoever_gives_up_has_his_hold_again)
{
	static const enum teller_says says[] = { TELLER_TAKES, TELLER_SENDS,
		TELLER_IS_MUTE };

	given_ann_pays(says[_i]);
	if (_i > 0)
		work();
	ck_assert_int_eq(
	    payment_give_up(&house.ctx, house_user("bob"), bought.payment),
	    PAYMENT_E_NONE);
	ck_assert_int_eq(
	    payment_give_up(&house.ctx, house_user("ann"), bought.payment),
	    _i == 0 ? PAYMENT_OK : PAYMENT_E_PENDING);
	work();
	ck_assert_int_eq(
	    payment_give_up(&house.ctx, house_user("ann"), bought.payment),
	    PAYMENT_OK);
	ck_assert_int_eq(teller->n_payments, _i > 0);
	assert_declined(_i == 0 ? "FAILED" : "CANCELED");
	ck_assert_str_eq(house_map(), HELD);
}
END_TEST

/* Only the provider's word frees the seats. */
START_TEST(what_was_taken_while_it_was_given_up_is_bought)
{
	given_ann_pays(TELLER_SENDS);
	work();
	teller->cancels_late = true;
	ck_assert_int_eq(
	    payment_give_up(&house.ctx, house_user("ann"), bought.payment),
	    PAYMENT_E_PENDING);
	ck_assert_str_eq(house_map(), PAYING);
	work();
	assert_bought();
}
END_TEST

static void
give_up(void)
{
	ck_assert_int_eq(
	    payment_give_up(&house.ctx, house_user("ann"), last_payment()),
	    PAYMENT_E_PENDING);
}

START_TEST(who_gives_up_while_the_money_is_asked_for_may_have_bought)
{
	given_ann_pays(_i == 0 ? TELLER_TAKES : TELLER_IS_MUTE);
	teller->meanwhile = give_up;
	work();
	if (_i == 0) {
		assert_bought();
		return;
	}
	/* He need not wait for the next time it would be asked. */
	work();
	assert_declined("CANCELED");
}
END_TEST

static void
tell_of_it(void)
{
	const struct provider_event event = { .id = SPAN_LIT("evt"),
		.ref = span_str(teller->payments[0].ref) };

	ck_assert_int_eq(payment_event(&house.ctx, SPAN_LIT("teller"), &event),
	    PAYMENT_OK);
}

/* Nothing is told once more. */
START_TEST(what_is_told_while_it_ends_is_looked_at_afterwards)
{
	log_open("test", LOG_ERROR + 1);
	given_ann_pays(TELLER_DECLINES);
	teller->breaks_his_word = true;
	teller->meanwhile = tell_of_it;
	work();
	ck_assert(all_are("LATE"));
	ck_assert_int_eq(teller_has(), 0);
	audit_is_clean();
}
END_TEST

/* More or less: all of it goes back. */
START_TEST(another_amount_is_never_a_reservation)
{
	log_open("test", LOG_ERROR + 1);
	given_ann_pays(TELLER_TAKES);
	teller->takes_more = _i == 0 ? -1 : 500;
	work();
	ck_assert(all_are("LATE"));
	ck_assert_int_eq(of_house(N_SOLD), 0);
	ck_assert_int_eq(of_house(N_CLAIMS), 0);
	ck_assert_str_eq(house_map(), FREE);
	ck_assert_int_eq(teller_has(), 0);
	ck_assert_int_eq(teller->payments[0].refunded, _i == 0 ? 1999 : 2500);
	ck_assert_int_eq(of_house(MONEY " AND l.account = 'sales'"), 0);
	ck_assert_int_eq(pay_card("k"), PURCHASE_E_REPLAY);
	ck_assert_int_eq(bought.answer.status, 410);
	audit_is_clean();
}
END_TEST

static void
somebody_else_works_on_it(void)
{
	wait_for_it();
	work();
}

/* Its lease has passed while it slept. */
START_TEST(who_slept_past_the_lease_does_no_harm)
{
	given_ann_pays(_i == 0 ? TELLER_TAKES : TELLER_DECLINES);
	teller->meanwhile = somebody_else_works_on_it;
	work();
	if (_i == 0)
		assert_bought();
	else
		assert_declined("CANCELED");
	ck_assert_int_eq(teller->n_payments, 1);
}
END_TEST

/* ---- crashes ---- */

#ifdef FAULTS
/* Where whoever pays, or works, dies. */
static const struct {
	const char *point; /* and the hit */
	enum teller_says says;
	bool gives_up;
} crashes[] = {
	{ "crash:pay.after_script:1", TELLER_TAKES, false },
	{ "crash:pay.before_intent:1", TELLER_TAKES, false },
	{ "crash:pay.after_intent:1", TELLER_TAKES, false },
	{ "crash:ask.after_take:1", TELLER_TAKES, false },
	{ "crash:ask.before_call:1", TELLER_TAKES, false },
	{ "crash:ask.after_call:1", TELLER_TAKES, false },
	{ "crash:ask.before_call:2", TELLER_TAKES, false },
	{ "crash:ask.after_call:2", TELLER_TAKES, false },
	{ "crash:ask.before_asking:1", TELLER_TAKES, false },
	{ "crash:ask.after_asking:1", TELLER_TAKES, false },
	{ "crash:ask.before_confirm:1", TELLER_TAKES, false },
	{ "crash:ask.after_confirm:1", TELLER_TAKES, false },
	{ "crash:pay.before_mirror:1", TELLER_TAKES, false },
	{ "crash:pay.after_mirror:1", TELLER_TAKES, false },
	{ "crash:ask.before_leave:1", TELLER_LOSES, false },
	{ "crash:ask.after_leave:1", TELLER_LOSES, false },
	{ "crash:ask.after_call:2", TELLER_DECLINES, false },
	{ "crash:ask.after_call:3", TELLER_DECLINES, false },
	{ "crash:ask.before_cancel:1", TELLER_DECLINES, false },
	{ "crash:ask.after_cancel:1", TELLER_DECLINES, false },
	{ "crash:ask.before_decline:1", TELLER_DECLINES, false },
	{ "crash:ask.after_decline:1", TELLER_DECLINES, false },
	{ "crash:unpay.before_script:1", TELLER_DECLINES, false },
	{ "crash:unpay.after_script:1", TELLER_DECLINES, false },
	{ "crash:ask.after_told:1", TELLER_DECLINES, false },
	{ "crash:giveup.before_commit:1", TELLER_SENDS, true },
	{ "crash:giveup.after_commit:1", TELLER_SENDS, true },
	{ "crash:ask.before_decline:1", TELLER_SENDS, true },
	{ "crash:ask.after_decline:1", TELLER_SENDS, true },
};

static bool gives_up;

static void
pay_it(void)
{
	(void)pay_card("k");
	work();
	if (gives_up)
		ck_assert_int_ge(payment_give_up(&house.ctx, house_user("ann"),
				     last_payment()),
		    0);
	wait_for_it();
	work();
}

START_TEST(whoever_dies_on_the_way_somebody_brings_the_one_end)
{
	teller->says = crashes[_i].says;
	gives_up = crashes[_i].gives_up;
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	buyer_crash(crashes[_i].point, pay_it);
	if (crashes[_i].says == TELLER_LOSES)
		teller->says = TELLER_TAKES;
	(void)pay_card("k");
	for (int i = 0; i < 3; i++) {
		wait_for_it();
		work();
	}
	if (gives_up) {
		ck_assert_int_ge(payment_give_up(&house.ctx, house_user("ann"),
				     last_payment()),
		    0);
		work();
	}
	(void)reconcile();
	if (teller->says == TELLER_TAKES)
		assert_bought();
	else
		assert_declined("CANCELED");
	ck_assert_int_eq(of_house(N_PAYMENTS), 1);
	ck_assert_int_le(teller->n_payments, 1);
	if (teller->says != TELLER_TAKES)
		ck_assert_str_eq(house_map(), HELD);
}
END_TEST
#endif

/* ---- who comes late ---- */

/* A statement for somebody who is told outside of any request. */
static struct span
settle(const struct sql *sql, int n, int64_t payment, int64_t amount)
{
	struct arena *a = &house.ctx.arena;
	const struct db_param params[] = { db_i64(a, payment),
		db_i64(a, amount) };
	struct db_rows rows;

	ck_assert_int_eq(db_run(house.ctx.primary, a, sql, n, params, &rows),
	    0);
	return db_cell(&rows, 0, 0);
}

static struct span
confirm(int64_t payment)
{
	return settle(&sql_payment_test_confirm, 2, payment, 2000);
}

static struct span
decline(int64_t payment)
{
	return settle(&sql_payment_test_decline, 1, payment, 0);
}

START_TEST(whoever_learns_it_first_confirms_and_the_key_has_its_answer)
{
	int64_t id;

	given_ann_pays(TELLER_IS_MUTE);
	id = bought.payment;
	ck_assert(span_eq_str(confirm(id), "paid"));
	ck_assert(span_eq_str(confirm(id), "paid"));
	ck_assert(span_eq_str(decline(id), "paid"));
	ck_assert_int_eq(pay_card("k"), PURCHASE_E_REPLAY);
	ck_assert_int_eq(bought.answer.status, 201);
	(void)reconcile();
	ck_assert_str_eq(house_map(), SOLD);
}
END_TEST

START_TEST(whoever_learns_it_first_declines_and_the_key_is_told)
{
	int64_t id;

	given_ann_pays(TELLER_IS_MUTE);
	id = bought.payment;
	ck_assert(span_eq_str(decline(id), "declined"));
	ck_assert(span_eq_str(decline(id), "declined"));
	ck_assert_int_eq(of_house(N_CLAIMS), 0);
	ck_assert(is_in("ended"));
	ck_assert_str_eq(house_map(), PAYING);
	wait_for_it();
	work();
	ck_assert_str_eq(house_map(), HELD);
	assert_declined("FAILED");
}
END_TEST

/* One row, whichever way it was paid and however often that is said; no other
 * tells of the capture or of the hold. */
START_TEST(a_sale_is_told_once_with_all_that_it_is)
{
	const struct payment_method *method = _i == 0
	    ? &card
	    : payment_method_find(SPAN_LIT("wallet"));

	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	ck_assert_int_eq(pay_by(method, "ann", hold.token, "k"),
	    _i == 0 ? PURCHASE_E_PENDING : PURCHASE_OK);
	work();
	ck_assert_int_eq(pay_by(method, "ann", hold.token, "k"),
	    PURCHASE_E_REPLAY);
	if (method == &card)
		ck_assert(span_eq_str(confirm(last_payment()), "paid"));
	ck_assert_int_eq(
	    of_house(
		"SELECT count(*) FROM outbox AS o JOIN"
		" reservations AS r ON r.number = o.aggregate_id JOIN payments"
		" AS p ON p.id = r.payment_id WHERE r.performance_id = $1"
		" AND o.aggregate = 'reservation'"
		" AND o.kind = 'reservation.confirmed'"
		" AND p.status = 'CAPTURED' AND p.amount = 2000"
		" AND o.payload = jsonb_build_object("
		"  'performance_id', r.performance_id, 'user_id', p.user_id,"
		"  'payment_id', p.id, 'hold', p.hold_token, 'section_id', r.section_no,"
		"  'seat_ids', '{1,2}'"
		"  ::int[], 'amount', p.amount, 'currency', p.currency)"),
	    1);
	ck_assert_int_eq(
	    of_house(
		"SELECT count(*) FROM outbox WHERE"
		" (payload->>'performance_id')::bigint = $1"
		" AND (aggregate = 'reservation' OR kind IN ('payment.captured',"
		"  'hold.paid') OR payload @> '{\"holds\": [{\"status\":"
		"  \"paid\"}]}')"),
	    1);
}
END_TEST

/* The first attempt's claims are gone; those there are the second's. */
START_TEST(captured_after_it_failed_is_late_and_harms_no_other_attempt)
{
	int64_t first;

	log_open("test", LOG_ERROR + 1);
	given_ann_pays(TELLER_DECLINES);
	work();
	first = last_payment();
	teller->says = TELLER_IS_MUTE;
	ck_assert_int_eq(pay_card("k2"), PURCHASE_E_PENDING);
	ck_assert_int_ne(last_payment(), first);
	teller->payments[0].captured = 2000;
	ck_assert(span_eq_str(confirm(first), "late"));
	ck_assert(span_eq_str(confirm(first), "late"));
	ck_assert(span_eq_str(decline(first), "late"));
	ck_assert_int_eq(of_house(N_PAYMENTS " AND status = 'LATE'"
					     " AND refunded = 2000"),
	    1);
	ck_assert_int_eq(of_house(N_CLAIMS " AND state = 'P'"), 2);
	teller->says = TELLER_TAKES;
	work();
	ck_assert_int_eq(of_house(N_SOLD), 1);
	ck_assert_int_eq(of_house(N_REFUNDS " AND f.status = 'DONE'"), 1);
	ck_assert_int_eq(teller->payments[0].refunded, 2000);
	ck_assert_int_eq(teller_has(), 2000);
	audit_is_clean();
}
END_TEST

static void
seat_2_is_taken_away(void)
{
	house_run(arena_printf(&house.ctx.arena,
	    "UPDATE seat_claim SET"
	    " hold_token = 'somebody' WHERE performance_id = %lld"
	    " AND seat_no = 2",
	    (long long)house.performance));
}

START_TEST(captured_when_a_seat_is_gone_is_late_and_goes_back)
{
	log_open("test", LOG_ERROR + 1);
	given_ann_pays(TELLER_TAKES);
	teller->meanwhile = seat_2_is_taken_away;
	work();
	ck_assert(all_are("LATE"));
	ck_assert_int_eq(of_house(N_SOLD), 0);
	ck_assert_int_eq(of_house(MONEY), 0);
	ck_assert_int_eq(of_house(N_CLAIMS), 1);
	ck_assert_int_eq(of_house(N_CLAIMS " AND seat_no = 2"), 1);
	ck_assert_int_eq(teller_has(), 0);
	house_run("DELETE FROM seat_claim WHERE hold_token = 'somebody'");
}
END_TEST

START_TEST(the_limit_and_the_claims_hold_for_it_too)
{
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	house_run(arena_printf(&house.ctx.arena,
	    "INSERT INTO seat_claim"
	    " (performance_id, seat_no, state, mark) VALUES (%lld, 2, 'B',"
	    " 77)",
	    (long long)house.performance));
	ck_assert_int_eq(pay_card("k"), PURCHASE_E_TAKEN);
	work();
	ck_assert_int_eq(teller->n_payments, 0);
	ck_assert_int_eq(of_house(N_PAYMENTS), 0);
	ck_assert_int_eq(of_house(N_CLAIMS), 1);
}
END_TEST

/* ---- giving back ---- */

static struct span
write_cancelled(struct ctx *ctx, void *arg, const struct reservation *r)
{
	(void)arg;
	return arena_span(&ctx->arena, r->status);
}

/* One seat of ann's. */
static int
give_back(int64_t seat, const char *key)
{
	struct arena *a = &house.ctx.arena;
	const struct db_param param = db_i64(a, house.performance);
	static const struct sql number = { "payment_test_number",
		"SELECT number FROM reservations WHERE performance_id = $1" };
	struct cancel_result gave;
	struct idem idem;
	struct db_rows rows;
	struct cancel ask = { .user = house_user("ann"),
		.seats = &seat,
		.n_seats = 1,
		.idem = &idem,
		.answer = write_cancelled };

	ck_assert_int_eq(
	    db_run(house.ctx.primary, a, &number, 1, &param, &rows), 0);
	ask.number = db_cell(&rows, 0, 0);
	idem_init(&house.ctx, &idem, ask.user, "POST /cancel", span_str(key),
	    &ask.number, 1);
	return cancel_make(&house.ctx, &ask, &gave);
}

START_TEST(a_seat_given_back_waits_until_the_provider_gives_the_money_back)
{
	given_ann_pays(TELLER_TAKES);
	work();
	teller->refunds_nothing = true;
	ck_assert_int_eq(give_back(1, "c"), CANCEL_OK);
	work();
	ck_assert_str_eq(house_map(), "CRAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(of_house(N_CLAIMS " AND state = 'C'"), 1);
	ck_assert_int_eq(of_house(N_REFUNDS " AND f.status = 'SENT'"), 1);
	ck_assert_int_eq(of_house(N_PAYMENTS " AND refunded = 1000"), 1);
	ck_assert_int_eq(place("bob", "1"), HOLD_E_TAKEN);
	(void)reconcile();
	ck_assert_int_eq(letter(1), 'C');
	audit_is_clean();
	teller->refunds_nothing = false;
	wait_for_it();
	work();
	ck_assert_str_eq(house_map(), "ARAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(of_house(N_CLAIMS), 1);
	ck_assert_int_eq(of_house(N_REFUNDS " AND f.status = 'DONE'"), 1);
	ck_assert_int_eq(teller_has(), 1000);
	ck_assert_int_eq(of_house(MONEY " AND l.account = 'sales'"), 1000);
	ck_assert_int_eq(place("bob", "1"), HOLD_OK);
	audit_is_clean();
}
END_TEST

START_TEST(where_nothing_comes_back_the_provider_is_not_asked)
{
	house_change(
	    "refund_policy = '{\"steps\": [{\"minutes_before\": 0,"
	    " \"percent\": 50, \"fee\": 500}]}'");
	house_run("DELETE FROM refund_policies");
	given_ann_pays(TELLER_TAKES);
	work();
	ck_assert_int_eq(give_back(1, "c"), CANCEL_OK);
	ck_assert_str_eq(house_map(), "ARAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(
	    of_house(N_REFUNDS " AND f.status = 'DONE' AND f.amount = 0"), 1);
	ck_assert_int_eq(of_house(N_CLAIMS), 1);
	work();
	ck_assert_int_eq(teller_has(), 2000);
	audit_is_clean();
}
END_TEST

START_TEST(refunds_of_one_payment_are_asked_for_one_after_the_other)
{
	given_ann_pays(TELLER_TAKES);
	work();
	teller->refunds_nothing = true;
	ck_assert_int_eq(give_back(1, "c1"), CANCEL_OK);
	ck_assert_int_eq(give_back(2, "c2"), CANCEL_OK);
	work();
	ck_assert_int_eq(house_count("SELECT count(*) FROM refund_outside"
				     " AS o JOIN refunds AS f ON f.id ="
				     " o.refund_id WHERE f.payment_id = $1"
				     " AND o.asked_at IS NOT NULL",
			     last_payment()),
	    1);
	teller->refunds_nothing = false;
	wait_for_it();
	work();
	ck_assert_int_eq(teller_has(), 0);
	ck_assert_str_eq(house_map(), FREE);
	ck_assert_int_eq(of_house(N_CLAIMS), 0);
	audit_is_clean();
}
END_TEST

#ifdef FAULTS
static const char *const refund_crashes[] = { "cancel.before_commit",
	"cancel.after_commit", "cancel.before_mirror", "cancel.after_mirror",
	"ask.before_call", "ask.after_call", "refund.before_done",
	"refund.after_done" };

static void
give_back_both(void)
{
	(void)give_back(1, "c1");
	work();
	(void)give_back(2, "c2");
	work();
}

START_TEST(whoever_dies_while_giving_back_the_money_goes_back_once)
{
	given_ann_pays(TELLER_TAKES);
	work();
	ck_assert_int_eq(
	    buyer_wait(buyer_fork(arena_printf(&house.ctx.arena, "crash:%s:%d",
				      refund_crashes[_i], _i % 2 + 1),
		give_back_both)),
	    137);
	wait_for_it();
	give_back_both();
	wait_for_it();
	work();
	(void)reconcile();
	ck_assert_int_eq(teller->payments[0].refunded, 2000);
	ck_assert_int_eq(of_house(N_REFUNDS " AND f.status = 'DONE'"), 2);
	ck_assert_int_eq(of_house(MONEY " AND l.account = 'sales'"), 0);
	ck_assert_int_eq(of_house(N_CLAIMS), 0);
	ck_assert_str_eq(house_map(), FREE);
	audit_is_clean();
}
END_TEST
#endif

SUITE("payment")
{
	FIXTURE_ONCE(house_start, NULL);
	FIXTURE(open_house, close_house);
	TEST(the_schema_and_the_table_know_the_same_moves);
	TEST_LOOP(a_payment_makes_the_moves_of_the_table_and_no_other,
	    (int)ARRAY_LEN(states));
	TEST(a_payment_begins_sent_or_captured);
	TEST(what_is_paid_is_fixed_when_it_begins);
	TEST(a_transfer_that_does_not_sum_to_zero_is_refused);
	TEST(captured_is_a_reservation);
	TEST(until_the_end_is_known_the_key_has_the_same_payment);
	TEST_LOOP(what_the_hold_said_is_what_is_asked_for, 2);
	TEST(a_cancelled_performance_asks_nobody_for_money);
	TEST(called_off_before_anybody_was_asked_nobody_is);
	TEST(called_off_while_nobody_knows_the_money_is_asked_for_again);
	TEST(called_off_what_was_paid_by_card_is_refunded_whole);
	TEST(nobody_outside_is_asked_for_no_money);
	TEST(declined_gives_the_hold_back_and_it_can_be_paid_anew);
	TEST_LOOP(a_declined_hold_has_its_time_again_and_a_minute_at_least, 3);
	TEST(paying_is_no_way_to_keep_seats);
	TEST(a_hold_is_tried_to_be_paid_five_times);
	TEST(unknown_keeps_the_seats_until_somebody_knows);
	TEST(a_call_whose_answer_was_lost_is_asked_again_by_the_same_name);
	TEST(a_buyer_who_comes_back_from_his_bank_has_paid);
	TEST_LOOP(what_is_not_known_by_its_deadline_is_given_up, 3);
	TEST(a_provider_who_is_gone_keeps_no_seat_that_he_was_not_asked_for);
	TEST_LOOP(whoever_gives_up_has_his_hold_again, 3);
	TEST(what_was_taken_while_it_was_given_up_is_bought);
	TEST_LOOP(who_gives_up_while_the_money_is_asked_for_may_have_bought, 2);
	TEST(what_is_told_while_it_ends_is_looked_at_afterwards);
	TEST_LOOP(another_amount_is_never_a_reservation, 2);
	TEST_LOOP(who_slept_past_the_lease_does_no_harm, 2);
#ifdef FAULTS
	TEST_LOOP(whoever_dies_on_the_way_somebody_brings_the_one_end,
	    (int)ARRAY_LEN(crashes));
	TEST_LOOP(whoever_dies_while_giving_back_the_money_goes_back_once,
	    (int)ARRAY_LEN(refund_crashes));
#endif
	TEST(whoever_learns_it_first_confirms_and_the_key_has_its_answer);
	TEST(whoever_learns_it_first_declines_and_the_key_is_told);
	TEST_LOOP(a_sale_is_told_once_with_all_that_it_is, 2);
	TEST(captured_after_it_failed_is_late_and_harms_no_other_attempt);
	TEST(captured_when_a_seat_is_gone_is_late_and_goes_back);
	TEST(the_limit_and_the_claims_hold_for_it_too);
	TEST(a_seat_given_back_waits_until_the_provider_gives_the_money_back);
	TEST(where_nothing_comes_back_the_provider_is_not_asked);
	TEST(refunds_of_one_payment_are_asked_for_one_after_the_other);
}
