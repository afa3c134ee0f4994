/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_payment - the graph of a payment, and paying by asking outside
 *
 * The method is made up here: it says on demand what somebody outside would.
 *
 * Layer: tests.  Uses: payment, buyer.
 */
#include "payment/payment.h"

#include "base/clock.h"
#include "hold/hold_expire.h"
#include "tests/support/buyer.h"

static const char *const states[] = { "SENT", "CAPTURED", "FAILED", "CANCELING",
	"CANCELED", "LATE" };

SQL(payment_test_may, "SELECT payment_may_move($1, $2)");
SQL(payment_test_begin,
    "INSERT INTO payments (user_id, performance_id, hold_token, method,"
    "  status, amount, currency)"
    " VALUES (1, $1, $2, 'card', $3, 1000, 'KRW') RETURNING id");
SQL(payment_test_move, "UPDATE payments SET status = $2 WHERE id = $1");
SQL(payment_test_confirm,
    "SELECT outcome FROM payment_confirm($1, NULL, $2, 'KRW',"
    " clock_timestamp())");
SQL(payment_test_decline, "SELECT outcome FROM payment_decline($1, NULL)");

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

static enum payment_said says;
static int64_t asked_for, captured_more;
static int n_asked;
/* What happens while the answer is on its way. */
static void (*meanwhile)(void);

static enum payment_said
ask_outside(struct ctx *ctx, struct payment_call *call)
{
	enum payment_said answer = says;
	void (*now)(void) = meanwhile;

	(void)ctx;
	n_asked++;
	asked_for = call->payment;
	call->captured_minor = call->amount_minor + captured_more;
	call->captured_currency = span_str(call->currency);
	meanwhile = NULL;
	if (now != NULL)
		now();
	return answer;
}

static const struct payment_method card = { .name = "card",
	.pay = payment_by_call,
	.settle = ask_outside };

static void
open_house(void)
{
	house_open();
	says = PAYMENT_SAID_CAPTURED;
	captured_more = 0;
	n_asked = 0;
	meanwhile = NULL;
}

static void
reprice(void)
{
	house_reprice(77, "USD");
	house_tell();
}

static int
pay_card(const char *key)
{
	return pay_by(&card, "ann", hold.token, key);
}

/* Whoever worked on ann's keys is given up. */
static void
pass_lease(void)
{
	house_run(arena_printf(&house.ctx.arena,
	    "UPDATE idempotency SET"
	    " locked_until = locked_until - interval '31 s'"
	    " WHERE user_id = %lld",
	    (long long)house_user("ann")));
}

static int64_t
of_house(const char *sql)
{
	return house_count(sql, house.performance);
}

#define N_PAYMENTS "SELECT count(*) FROM payments WHERE performance_id = $1"
#define N_CLAIMS "SELECT count(*) FROM seat_claim WHERE performance_id = $1"
#define N_SOLD "SELECT count(*) FROM reservations WHERE performance_id = $1"
#define MONEY \
	"SELECT coalesce(sum(l.amount), 0) FROM ledger AS l JOIN payments" \
	" AS p ON p.id = l.payment_id WHERE p.performance_id = $1"

static bool
all_are(const char *status)
{
	return house_count(arena_printf(&house.ctx.arena,
			       N_PAYMENTS " AND status = '%s'", status),
		   house.performance)
	    == of_house(N_PAYMENTS);
}

/* ann has seats 1 and 2 by one captured payment. */
static void
assert_bought(void)
{
	ck_assert_int_eq(bought.answer.status, 201);
	ck_assert_int_eq(of_house(N_PAYMENTS), 1);
	ck_assert(all_are("CAPTURED"));
	ck_assert_int_eq(of_house(N_SOLD), 1);
	ck_assert_int_eq(of_house(N_CLAIMS " AND state = 'R'"), 2);
	ck_assert_int_eq(of_house(MONEY " AND l.account = 'sales'"), 2000);
	ck_assert_int_eq(of_house(MONEY), 0);
	ck_assert_int_eq(journaled("paid"), 1);
	ck_assert_str_eq(house_map(), "RRAAAAAAAAAAAAAAAAAAAAAA");
}

START_TEST(captured_is_a_reservation)
{
	struct span first;

	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	ck_assert_int_eq(pay_card("k"), PURCHASE_OK);
	assert_bought();
	first = bought.answer.body;
	ck_assert_int_eq(pay_card("k"), PURCHASE_E_REPLAY);
	ck_assert(span_eq(first, bought.answer.body));
	ck_assert_int_eq(n_asked, 1);
	ck_assert_int_eq(of_house("SELECT count(*) FROM seat_log"
				  " WHERE performance_id = $1"),
	    2);
}
END_TEST

/* While the answer is on its way. */
static void
look_at_the_claims(void)
{
	ck_assert_int_eq(of_house(N_CLAIMS " AND state = 'P'"), 2);
	ck_assert(all_are("SENT"));
	ck_assert_int_eq(journaled("paying"), 1);
	ck_assert_int_eq(pay_card("k"), PURCHASE_E_RUNNING);
	ck_assert_int_eq(pay_card("other"), PURCHASE_E_PAYING);
	ck_assert_int_eq(pay_key("ann", hold.token, "wallet"),
	    PURCHASE_E_PAYING);
	ck_assert_int_eq(place("bob", "1"), HOLD_E_TAKEN);
}

/* Changed before it is asked, or while it is. */
START_TEST(what_the_hold_said_is_what_is_asked_for)
{
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	if (_i == 0)
		reprice();
	else
		meanwhile = reprice;
	ck_assert_int_eq(pay_card("k"), PURCHASE_OK);
	assert_bought();
	ck_assert_int_eq(of_house(N_PAYMENTS " AND amount = 2000"
					     " AND currency = 'KRW'"),
	    1);
	ck_assert_int_eq(of_house(N_SOLD " AND currency = 'KRW'"), 1);
	/* It takes any currency. */
	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	ck_assert_int_eq(pay_card("k2"), PURCHASE_OK);
	ck_assert_int_eq(of_house(N_PAYMENTS " AND amount = 77"
					     " AND currency = 'USD'"),
	    1);
}
END_TEST

static void
cancel_the_show(void)
{
	house_change("status = 'cancelled'");
}

/* What was begun goes on: the money may be taken already. */
START_TEST(a_cancelled_performance_asks_nobody_for_money)
{
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	cancel_the_show();
	ck_assert_int_eq(pay_card("k"), PURCHASE_E_CLOSED);
	ck_assert_int_eq(n_asked, 0);
	ck_assert_int_eq(of_house(N_PAYMENTS), 0);
	ck_assert_int_eq(of_house(N_CLAIMS), 0);
	house_change("status = 'open'");
	says = PAYMENT_SAID_UNKNOWN;
	ck_assert_int_eq(pay_card("k2"), PURCHASE_E_PENDING);
	cancel_the_show();
	says = PAYMENT_SAID_CAPTURED;
	pass_lease();
	ck_assert_int_eq(pay_card("k2"), PURCHASE_OK);
	assert_bought();
}
END_TEST

START_TEST(while_it_is_asked_the_seats_are_claimed)
{
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	meanwhile = look_at_the_claims;
	ck_assert_int_eq(pay_card("k"), PURCHASE_OK);
	assert_bought();
}
END_TEST

START_TEST(declined_gives_the_hold_back_and_it_can_be_paid_anew)
{
	struct idem_answer before;

	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	says = PAYMENT_SAID_DECLINED;
	ck_assert_int_eq(pay_card("k"), PURCHASE_E_DECLINED);
	ck_assert(all_are("FAILED"));
	ck_assert_int_eq(of_house(N_CLAIMS), 0);
	ck_assert_str_eq(house_map(), "HHAAAAAAAAAAAAAAAAAAAAAA");
	/* As the gate of the route keeps it. */
	ck_assert_int_eq(idem_keep(&house.ctx, &asked,
			     &(struct idem_answer){ 402, SPAN_LIT("declined") },
			     &before),
	    IDEM_OK);
	ck_assert_int_eq(pay_card("k"), PURCHASE_E_REPLAY);
	ck_assert_int_eq(bought.answer.status, 402);
	ck_assert_int_eq(n_asked, 1);
	says = PAYMENT_SAID_CAPTURED;
	ck_assert_int_eq(pay_card("k2"), PURCHASE_OK);
	ck_assert_int_eq(of_house(N_SOLD), 1);
	ck_assert_int_eq(of_house(MONEY), 0);
	ck_assert_str_eq(house_map(), "RRAAAAAAAAAAAAAAAAAAAAAA");
}
END_TEST

START_TEST(declined_after_the_end_frees_the_seats)
{
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	ck_assert_int_eq(begin_to_pay("ann"), HOLD_OK);
	clock_fake(hold.is.ends_ms);
	house_round();
	says = PAYMENT_SAID_DECLINED;
	ck_assert_int_eq(pay_card("k"), PURCHASE_E_DECLINED);
	ck_assert_int_eq(letter(1), 'A');
	ck_assert_int_eq(place("bob", "1 2"), HOLD_OK);
}
END_TEST

START_TEST(unknown_keeps_the_seats_until_somebody_knows)
{
	int64_t first;
	size_t n;

	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	says = PAYMENT_SAID_UNKNOWN;
	ck_assert_int_eq(pay_card("k"), PURCHASE_E_PENDING);
	ck_assert_int_gt(bought.payment, 0);
	first = asked_for;
	clock_fake(hold.is.hard_ends_ms + 1000);
	house_round();
	ck_assert_int_eq(hold_expire_round(&house.ctx, &n), 0);
	ck_assert_int_eq(letter(1), 'P');
	ck_assert(all_are("SENT"));
	ck_assert_int_eq(pay_card("k"), PURCHASE_E_RUNNING);
	pass_lease();
	ck_assert_int_eq(pay_card("k"), PURCHASE_E_PENDING);
	ck_assert_int_eq(asked_for, first);
	pass_lease();
	says = PAYMENT_SAID_CAPTURED;
	ck_assert_int_eq(pay_card("k"), PURCHASE_OK);
	ck_assert_int_eq(asked_for, first);
	assert_bought();
}
END_TEST

START_TEST(another_amount_is_never_a_reservation)
{
	log_open("test", LOG_ERROR + 1);
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	captured_more = -1;
	ck_assert_int_eq(pay_card("k"), PURCHASE_E_PENDING);
	ck_assert(all_are("SENT"));
	ck_assert_int_eq(of_house(N_SOLD), 0);
	ck_assert_int_eq(of_house(N_CLAIMS " AND state = 'P'"), 2);
}
END_TEST

/* ---- crashes ---- */

#ifdef FAULTS
static const struct {
	const char *faults;
	enum payment_said says;
	int want;
} crashes[] = {
	{ "crash:pay.after_script:1", PAYMENT_SAID_CAPTURED, PURCHASE_OK },
	{ "crash:pay.after_intent:1", PAYMENT_SAID_CAPTURED, PURCHASE_OK },
	{ "crash:pay.after_call:1", PAYMENT_SAID_CAPTURED, PURCHASE_OK },
	{ "crash:pay.after_confirm:1", PAYMENT_SAID_CAPTURED,
	    PURCHASE_E_REPLAY },
	{ "crash:pay.after_mirror:1", PAYMENT_SAID_CAPTURED,
	    PURCHASE_E_REPLAY },
	{ "crash:pay.after_intent:1", PAYMENT_SAID_DECLINED,
	    PURCHASE_E_DECLINED },
	{ "crash:pay.after_call:1", PAYMENT_SAID_DECLINED,
	    PURCHASE_E_DECLINED },
	{ "crash:pay.after_decline:1", PAYMENT_SAID_DECLINED,
	    PURCHASE_E_DECLINED },
	{ "crash:unpay.after_script:1", PAYMENT_SAID_DECLINED,
	    PURCHASE_E_DECLINED },
};

static void
pay_it(void)
{
	(void)pay_card("k");
}

START_TEST(a_crash_between_two_steps_is_finished_by_asking_again)
{
	int r;

	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	says = crashes[_i].says;
	buyer_crash(crashes[_i].faults, pay_it);
	r = pay_card("k");
	if (r == PURCHASE_E_RUNNING) {
		pass_lease();
		r = pay_card("k");
	}
	ck_assert_int_eq(r, crashes[_i].want);
	ck_assert_int_eq(of_house(N_PAYMENTS), 1);
	if (r == PURCHASE_E_DECLINED) {
		ck_assert(all_are("FAILED"));
		ck_assert_int_eq(of_house(N_CLAIMS), 0);
		ck_assert_str_eq(house_map(), "HHAAAAAAAAAAAAAAAAAAAAAA");
	} else {
		assert_bought();
	}
}
END_TEST
#endif

/* ---- who comes late ---- */

static void
somebody_goes_on_with_the_key(void)
{
	pass_lease();
	says = PAYMENT_SAID_CAPTURED;
	ck_assert_int_eq(pay_card("k"), PURCHASE_OK);
}

/* Whatever the one who slept was told outside. */
START_TEST(who_slept_past_the_lease_gives_the_answer_of_who_went_on)
{
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	says = _i == 0 ? PAYMENT_SAID_CAPTURED : PAYMENT_SAID_DECLINED;
	meanwhile = somebody_goes_on_with_the_key;
	ck_assert_int_eq(pay_card("k"), PURCHASE_E_REPLAY);
	assert_bought();
}
END_TEST

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
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	says = PAYMENT_SAID_UNKNOWN;
	ck_assert_int_eq(pay_card("k"), PURCHASE_E_PENDING);
	ck_assert(span_eq_str(confirm(asked_for), "paid"));
	ck_assert(span_eq_str(confirm(asked_for), "paid"));
	ck_assert(span_eq_str(decline(asked_for), "paid"));
	ck_assert_int_eq(pay_card("k"), PURCHASE_E_REPLAY);
	assert_bought();
}
END_TEST

START_TEST(whoever_learns_it_first_declines_and_the_key_is_told)
{
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	says = PAYMENT_SAID_UNKNOWN;
	ck_assert_int_eq(pay_card("k"), PURCHASE_E_PENDING);
	ck_assert(span_eq_str(decline(asked_for), "declined"));
	ck_assert(span_eq_str(decline(asked_for), "declined"));
	ck_assert_int_eq(of_house(N_CLAIMS), 0);
	pass_lease();
	ck_assert_int_eq(pay_card("k"), PURCHASE_E_DECLINED);
	ck_assert_int_eq(n_asked, 1);
	ck_assert_int_eq(letter(1), 'H');
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
	ck_assert_int_eq(pay_by(method, "ann", hold.token, "k"), PURCHASE_OK);
	ck_assert_int_eq(pay_by(method, "ann", hold.token, "k"),
	    PURCHASE_E_REPLAY);
	if (method == &card)
		ck_assert(span_eq_str(confirm(asked_for), "paid"));
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

START_TEST(a_cancelled_call_that_was_captured_all_the_same_is_kept)
{
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	says = PAYMENT_SAID_UNKNOWN;
	ck_assert_int_eq(pay_card("k"), PURCHASE_E_PENDING);
	ck_assert_int_eq(move(asked_for, "CANCELING"), 0);
	ck_assert(span_eq_str(confirm(asked_for), "paid"));
	ck_assert(all_are("CAPTURED"));
	ck_assert_int_eq(of_house(N_SOLD), 1);
}
END_TEST

START_TEST(a_call_that_was_cancelled_for_good_is_canceled)
{
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	says = PAYMENT_SAID_UNKNOWN;
	ck_assert_int_eq(pay_card("k"), PURCHASE_E_PENDING);
	ck_assert_int_eq(move(asked_for, "CANCELING"), 0);
	ck_assert(span_eq_str(decline(asked_for), "declined"));
	ck_assert(all_are("CANCELED"));
	ck_assert_int_eq(of_house(N_CLAIMS), 0);
}
END_TEST

/* The first attempt's claims are gone; those there are the second's. */
START_TEST(captured_after_it_failed_is_late_and_harms_no_other_attempt)
{
	int64_t first;

	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	says = PAYMENT_SAID_DECLINED;
	ck_assert_int_eq(pay_card("k"), PURCHASE_E_DECLINED);
	first = asked_for;
	says = PAYMENT_SAID_UNKNOWN;
	ck_assert_int_eq(pay_card("k2"), PURCHASE_E_PENDING);
	ck_assert_int_ne(asked_for, first);
	ck_assert(span_eq_str(confirm(first), "late"));
	ck_assert(span_eq_str(confirm(first), "late"));
	ck_assert(span_eq_str(decline(first), "late"));
	ck_assert_int_eq(of_house(N_PAYMENTS " AND status = 'LATE'"
					     " AND refunded = 0"),
	    1);
	ck_assert_int_eq(of_house(N_CLAIMS " AND state = 'P'"), 2);
	ck_assert(span_eq_str(confirm(asked_for), "paid"));
	ck_assert_int_eq(of_house(N_SOLD), 1);
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

START_TEST(captured_when_a_seat_is_gone_is_late_and_keeps_no_seat)
{
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	meanwhile = seat_2_is_taken_away;
	ck_assert_int_eq(pay_card("k"), PURCHASE_E_LOST);
	ck_assert(all_are("LATE"));
	ck_assert_int_eq(of_house(N_SOLD), 0);
	ck_assert_int_eq(of_house(MONEY), 0);
	ck_assert_int_eq(of_house(N_CLAIMS), 1);
	ck_assert_int_eq(of_house(N_CLAIMS " AND seat_no = 2"), 1);
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
	ck_assert_int_eq(n_asked, 0);
	ck_assert_int_eq(of_house(N_PAYMENTS), 0);
	ck_assert_int_eq(of_house(N_CLAIMS), 1);
}
END_TEST

SUITE("payment")
{
	FIXTURE_ONCE(house_start, NULL);
	FIXTURE(open_house, house_close);
	TEST(the_schema_and_the_table_know_the_same_moves);
	TEST_LOOP(a_payment_makes_the_moves_of_the_table_and_no_other,
	    (int)ARRAY_LEN(states));
	TEST(a_payment_begins_sent_or_captured);
	TEST(what_is_paid_is_fixed_when_it_begins);
	TEST(a_transfer_that_does_not_sum_to_zero_is_refused);
	TEST(captured_is_a_reservation);
	TEST_LOOP(what_the_hold_said_is_what_is_asked_for, 2);
	TEST(a_cancelled_performance_asks_nobody_for_money);
	TEST(while_it_is_asked_the_seats_are_claimed);
	TEST(declined_gives_the_hold_back_and_it_can_be_paid_anew);
	TEST(declined_after_the_end_frees_the_seats);
	TEST(unknown_keeps_the_seats_until_somebody_knows);
	TEST(another_amount_is_never_a_reservation);
#ifdef FAULTS
	TEST_LOOP(a_crash_between_two_steps_is_finished_by_asking_again,
	    (int)ARRAY_LEN(crashes));
#endif
	TEST_LOOP(who_slept_past_the_lease_gives_the_answer_of_who_went_on, 2);
	TEST(whoever_learns_it_first_confirms_and_the_key_has_its_answer);
	TEST(whoever_learns_it_first_declines_and_the_key_is_told);
	TEST_LOOP(a_sale_is_told_once_with_all_that_it_is, 2);
	TEST(a_cancelled_call_that_was_captured_all_the_same_is_kept);
	TEST(a_call_that_was_cancelled_for_good_is_canceled);
	TEST(captured_after_it_failed_is_late_and_harms_no_other_attempt);
	TEST(captured_when_a_seat_is_gone_is_late_and_keeps_no_seat);
	TEST(the_limit_and_the_claims_hold_for_it_too);
}
