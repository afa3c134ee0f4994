/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_together - purchases of several processes in one transaction
 *
 * Layer: tests.  Uses: payment, reservation, pool.
 */
#include "tests/support/afterwards.h"
#include "tests/support/pool.h"

static void
setup(void)
{
	house_open();
	buyer_alone();
	pool_open();
}

static void
teardown(void)
{
	pool_close();
	house_close();
}

START_TEST(who_is_alone_pays_alone)
{
	ctx_share(&house.ctx, pool, 5);
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	ck_assert_int_eq(atomic_load(&payment_purchases(pool)->worker), 0);
	ck_assert_int_eq(combine_n_asked(payment_purchases(pool)), 0);
	ctx_share(&house.ctx, house.ctx.own_shared, 0);
}
END_TEST

#ifdef FAULTS
#define PRICE 1000

SQL(together_test_gos,
    "SELECT count(DISTINCT xmin::text) FROM payments"
    " WHERE performance_id = $1");
SQL(together_test_lock, "SELECT FROM wallets WHERE user_id = $1 FOR UPDATE");

/* Who asks for what: process i. */
static const char *buyers[POOL_N];
static struct span tokens[POOL_N];
static const char *keys[POOL_N];

/* ---- what is given ---- */

/* Everybody holds a seat: ann the first, bob the second, and so on. */
static void
given_holds(void)
{
	static const char *const names[POOL_N] = { "ann", "bob", "cid", "dot" };

	for (int i = 0; i < POOL_N; i++) {
		char seat[8];

		snprintf(seat, sizeof(seat), "%d", i + 1);
		buyers[i] = names[i];
		ck_assert_int_eq(place(buyers[i], seat), HOLD_OK);
		tokens[i] = hold.token;
		keys[i] = "key-1";
	}
}

static void
given_wallet(const char *name, int64_t balance)
{
	house_run(arena_printf(&house.ctx.arena,
	    "UPDATE wallets SET balance ="
	    " %lld WHERE user_id = %lld",
	    (long long)balance, (long long)house_user(name)));
}

/* ---- what they do ---- */

static void
pay_it(void)
{
	pool_join();
	_exit(pay_key(buyers[pool_who], tokens[pool_who], keys[pool_who]));
}

/* All ask, and the first is about to take what they ask. */
static void
all_ask(struct sleeper *first, pid_t others[POOL_N], const char *next)
{
	pool_ask(payment_purchases(pool), pay_it, first, next, others);
}

/* All pay in one go. outcomes: of each. */
static void
pay_in_one_go(int outcomes[POOL_N])
{
	struct sleeper first;
	pid_t others[POOL_N];

	all_ask(&first, others, NULL);
	outcomes[0] = buyer_wake(&first);
	for (int i = 1; i < POOL_N; i++)
		outcomes[i] = buyer_wait(others[i]);
}

/* ---- what became of it ---- */

/* Transactions that made payments. */
static int64_t
n_gos(void)
{
	const struct db_param performance = db_i64(&house.ctx.arena,
	    house.performance);
	struct db_rows rows;

	ck_assert_int_eq(db_run(house.ctx.primary, &house.ctx.arena,
			     &sql_together_test_gos, 1, &performance, &rows),
	    0);
	return db_get_i64(&rows, 0, 0);
}

static int64_t
n_of(const char *table)
{
	return house_count(arena_printf(&house.ctx.arena,
			       "SELECT count(*)"
			       " FROM %s WHERE performance_id = $1",
			       table),
	    house.performance);
}

/* Paid once, with all that belongs to a purchase. */
static void
check_bought(int i)
{
	int64_t user = house_user(buyers[i]);

	ck_assert_int_eq(balance(buyers[i]), HOUSE_WALLET - PRICE);
	ck_assert_int_eq(letter(i + 1), 'R');
	ck_assert_int_eq(
	    house_count(
		"SELECT count(*) FROM reservations AS r"
		" JOIN payments AS p ON p.id = r.payment_id AND"
		" p.user_id = r.user_id AND p.status = 'CAPTURED' AND"
		" p.method = 'wallet' AND p.hold_token = r.hold_token"
		" JOIN holds AS h ON h.token = r.hold_token AND h.status = 'paid'"
		" JOIN idempotency AS k ON k.user_id = r.user_id AND"
		" k.status = 201 AND"
		" convert_from(k.body, 'UTF8') = r.number || ' ' || p.id"
		" WHERE r.user_id = $1 AND r.status = 'CONFIRMED'",
		user),
	    1);
	ck_assert_int_eq(
	    house_count(
		"SELECT count(*) FROM ledger AS l"
		" JOIN ledger AS o USING (transfer_id) WHERE l.user_id = $1 AND"
		" l.account = 'wallet' AND o.account = 'sales' AND"
		" l.amount = -o.amount AND l.reason = 'payment'",
		user),
	    1);
	ck_assert_int_eq(
	    house_count("SELECT count(*) FROM payment_log AS l"
			" JOIN payments AS p ON p.id = l.payment_id"
			" WHERE p.user_id = $1",
		user),
	    2);
	ck_assert_int_eq(house_count("SELECT count(*) FROM seat_log"
				     " WHERE user_id = $1",
			     user),
	    2);
	ck_assert_int_eq(house_count("SELECT count(*) FROM reservation_log"
				     " WHERE user_id = $1",
			     user),
	    1);
	ck_assert_int_eq(
	    house_count(
		"SELECT count(*) FROM outbox WHERE"
		" kind = 'reservation.confirmed' AND payload->>'user_id' ="
		" $1::text",
		user),
	    1);
}

static void
check_not_bought(int i)
{
	ck_assert_int_ne(letter(i + 1), 'R');
	ck_assert_int_eq(house_count("SELECT count(*) FROM payments"
				     " WHERE user_id = $1",
			     house_user(buyers[i])),
	    0);
}

/* ---- tests ---- */

START_TEST(purchases_made_at_once_are_one_transaction)
{
	int outcomes[POOL_N];

	given_holds();
	pay_in_one_go(outcomes);
	for (int i = 0; i < POOL_N; i++) {
		ck_assert_int_eq(outcomes[i], PURCHASE_OK);
		check_bought(i);
	}
	ck_assert_int_eq(n_gos(), 1);
	settle();
}
END_TEST

/* Everybody holds places of the lawn, but for the last, who holds a seat: so
 * many places each. */
static void
given_places(int64_t each)
{
	house_terms();
	given_holds();
	for (int i = 0; i < POOL_N - 1; i++) {
		ck_assert_int_eq(drop(buyers[i], tokens[i]), HOLD_OK);
		ck_assert_int_eq(place_on_lawn(buyers[i], each), HOLD_OK);
		tokens[i] = hold.token;
	}
}

static int64_t
of_stock(const char *column)
{
	return house_count(arena_printf(&house.ctx.arena,
			       "SELECT %s"
			       " FROM section_stock WHERE performance_id = $1",
			       column),
	    house.performance);
}

START_TEST(places_and_seats_bought_at_once_are_one_transaction)
{
	int outcomes[POOL_N];

	house_lawn(10);
	given_places(2);
	pay_in_one_go(outcomes);
	for (int i = 0; i < POOL_N; i++)
		ck_assert_int_eq(outcomes[i], PURCHASE_OK);
	ck_assert_int_eq(n_gos(), 1);
	ck_assert_int_eq(of_stock("taken"), 2 * (POOL_N - 1));
	ck_assert_int_eq(of_stock("kept"), 2 * (POOL_N - 1));
	ck_assert_int_eq(of_stock("version"), 2);
	ck_assert_int_eq(n_of("section_claim"), POOL_N - 1);
	ck_assert_int_eq(n_of("seat_claim"), 1);
	ck_assert_int_eq(letter(POOL_N), 'R');
	ck_assert_int_eq(
	    house_count(
		"SELECT count(*) FROM reservations WHERE"
		" performance_id = $1 AND section_no = 2 AND seats = '{1,2}'",
		house.performance),
	    POOL_N - 1);
	settle();
}
END_TEST

/* More was promised than there is: all go alone, and the last is refused. */
START_TEST(who_finds_no_place_left_is_refused_alone)
{
	int outcomes[POOL_N], n = 0;

	house_lawn(10);
	given_places(2);
	house_run(arena_printf(&house.ctx.arena,
	    "UPDATE section_stock SET"
	    " capacity = 5, version = version + 1 WHERE performance_id = %lld",
	    (long long)house.performance));
	pay_in_one_go(outcomes);
	for (int i = 0; i < POOL_N - 1; i++)
		n += outcomes[i] == PURCHASE_OK;
	ck_assert_int_eq(n, 2);
	ck_assert_int_eq(outcomes[POOL_N - 1], PURCHASE_OK);
	ck_assert_int_eq(of_stock("taken"), 4);
	settle();
}
END_TEST

START_TEST(an_answer_of_the_common_go_is_replayed_alone)
{
	int outcomes[POOL_N];

	given_holds();
	pay_in_one_go(outcomes);
	ck_assert_int_eq(pay_key(buyers[1], tokens[1], keys[1]),
	    PURCHASE_E_REPLAY);
	ck_assert_int_eq(bought.answer.status, 201);
	check_bought(1);
	ck_assert_int_eq(pay_key(buyers[1], tokens[1], "key-2"),
	    PURCHASE_E_PAID);
	ck_assert_int_eq(balance(buyers[1]), HOUSE_WALLET - PRICE);
}
END_TEST

START_TEST(who_cannot_pay_is_refused_alone)
{
	int outcomes[POOL_N];

	given_holds();
	given_wallet("bob", PRICE - 1);
	pay_in_one_go(outcomes);
	ck_assert_int_eq(outcomes[1], PURCHASE_E_FUNDS);
	check_not_bought(1);
	ck_assert_int_eq(balance("bob"), PRICE - 1);
	ck_assert_int_eq(letter(2), 'H');
	for (int i = 0; i < POOL_N; i++) {
		if (i == 1)
			continue;
		ck_assert_int_eq(outcomes[i], PURCHASE_OK);
		check_bought(i);
	}
	ck_assert_int_eq(n_gos(), 1);
}
END_TEST

START_TEST(who_would_pass_the_limit_is_refused_alone)
{
	int outcomes[POOL_N];

	given_holds();
	house_run(arena_printf(&house.ctx.arena,
	    "INSERT INTO reservations"
	    " (number, user_id, performance_id, hold_token, payment_id, status,"
	    " seats, prices, amount, currency) VALUES ('elsewhere-%lld', %lld,"
	    " %lld, 'elsewhere-%lld', -%lld, 'CONFIRMED',"
	    " '{17,18,19,20,21,22,23,24}', '{1,1,1,1,1,1,1,1}', 8, 'KRW')",
	    (long long)house.performance, (long long)house_user("cid"),
	    (long long)house.performance, (long long)house.performance,
	    (long long)house.performance));
	pay_in_one_go(outcomes);
	ck_assert_int_eq(outcomes[2], PURCHASE_E_LIMIT);
	check_not_bought(2);
	ck_assert_int_eq(outcomes[3], PURCHASE_OK);
	check_bought(3);
}
END_TEST

START_TEST(who_may_not_pay_is_refused_alone)
{
	int outcomes[POOL_N];

	given_holds();
	house_change(_i == 0 ? "status = 'draft'" : "status = 'cancelled'");
	pay_in_one_go(outcomes);
	for (int i = 0; i < POOL_N; i++) {
		ck_assert_int_eq(outcomes[i], PURCHASE_E_CLOSED);
		ck_assert_int_eq(letter(i + 1), 'H');
		check_not_bought(i);
	}
}
END_TEST

/* By the old price list, the old limit, and with lapsed claims in the way. */
START_TEST(holds_are_paid_together_as_they_were_made)
{
	int outcomes[POOL_N];

	given_holds();
	house_run(arena_printf(&house.ctx.arena,
	    "INSERT INTO seat_claim"
	    " (performance_id, seat_no, state, mark, user_id, hold_token,"
	    " expires_at) SELECT %lld, n, 'H', 1, %lld, 'lapsed',"
	    " clock_timestamp() FROM generate_series(17, 24) AS n",
	    (long long)house.performance, (long long)house_user("bob")));
	ck_assert_int_eq(place("cid", "9 10"), HOLD_OK);
	ck_assert_int_eq(pay_key("cid", hold.token, "k"), PURCHASE_OK);
	house_change("max_seats_per_user = 2");
	house_reprice(77, "USD");
	pay_in_one_go(outcomes);
	for (int i = 0; i < POOL_N; i++)
		ck_assert_int_eq(outcomes[i], PURCHASE_OK);
	check_bought(0);
	check_bought(1);
	check_bought(3);
	ck_assert_int_eq(
	    house_count(
		"SELECT count(*) FROM payments AS p"
		" JOIN holds AS h ON h.token = p.hold_token WHERE"
		" p.performance_id = $1 AND p.currency = 'KRW' AND h.currency ="
		" 'KRW' AND h.amount = p.amount",
		house.performance),
	    POOL_N + 1);
	ck_assert_int_eq(n_gos(), 2);
}
END_TEST

START_TEST(tickets_of_several_types_are_paid_together)
{
	const struct hold_ticket youth = { SPAN_LIT("youth"), 1 };
	struct hold_want want = { .tickets = &youth, .n_tickets = 1 };
	struct hold_conflicts conflicts;
	int outcomes[POOL_N];

	house_types();
	house_terms();
	given_holds();
	want.user = house_user(buyers[1]);
	ck_assert_int_eq(
	    hold_change(&house.ctx, &want, tokens[1], &hold, &conflicts),
	    HOLD_OK);
	pay_in_one_go(outcomes);
	for (int i = 0; i < POOL_N; i++)
		ck_assert_int_eq(outcomes[i], PURCHASE_OK);
	ck_assert_int_eq(n_gos(), 1);
	ck_assert_int_eq(balance(buyers[1]), HOUSE_WALLET - 700);
	ck_assert_int_eq(
	    house_count("SELECT count(*) FROM reservations AS r JOIN holds"
			" AS h ON h.token = r.hold_token AND h.types = r.types"
			" WHERE r.performance_id = $1 AND r.types = '{1}'"
			" AND r.prices = '{700}'",
		house.performance),
	    1);
	ck_assert_int_eq(
	    house_count("SELECT count(*) FROM reservations"
			" WHERE performance_id = $1 AND types IS NULL",
		house.performance),
	    POOL_N - 1);
	settle();
}
END_TEST

START_TEST(a_key_that_was_used_is_answered_alone)
{
	int outcomes[POOL_N];

	given_holds();
	ck_assert_int_eq(place("bob", "9"), HOLD_OK);
	ck_assert_int_eq(pay_key("bob", hold.token, "key-1"), PURCHASE_OK);
	pay_in_one_go(outcomes);
	ck_assert_int_eq(outcomes[1], PURCHASE_E_MISMATCH);
	ck_assert_int_eq(balance("bob"), HOUSE_WALLET - PRICE);
	ck_assert_int_eq(letter(2), 'H');
	ck_assert_int_eq(outcomes[0], PURCHASE_OK);
	check_bought(0);
}
END_TEST

/* Redis was wrong about the seat: the whole go is undone, and the others pay
 * alone. */
START_TEST(a_taken_seat_costs_only_its_buyer)
{
	int outcomes[POOL_N];

	given_holds();
	house_run(arena_printf(&house.ctx.arena,
	    "INSERT INTO seat_claim"
	    " (performance_id, seat_no, state, mark) VALUES (%lld, 3, 'B',"
	    " 7)",
	    (long long)house.performance));
	pay_in_one_go(outcomes);
	ck_assert_int_eq(outcomes[2], PURCHASE_E_TAKEN);
	check_not_bought(2);
	ck_assert_int_eq(balance("cid"), HOUSE_WALLET);
	for (int i = 0; i < POOL_N; i++) {
		if (i == 2)
			continue;
		ck_assert_int_eq(outcomes[i], PURCHASE_OK);
		check_bought(i);
	}
	ck_assert_int_eq(n_gos(), POOL_N - 1);
}
END_TEST

/* Two holds of one buyer, who has the money for one: the second goes alone, and
 * finds the wallet empty. */
START_TEST(one_buyer_pays_once_in_a_go)
{
	int outcomes[POOL_N];

	given_holds();
	ck_assert_int_eq(drop("dot", tokens[3]), HOLD_OK);
	ck_assert_int_eq(place("ann", "4"), HOLD_OK);
	buyers[3] = "ann";
	tokens[3] = hold.token;
	keys[3] = "key-2";
	given_wallet("ann", PRICE);
	pay_in_one_go(outcomes);
	ck_assert_int_eq(balance("ann"), 0);
	ck_assert_int_eq(outcomes[0] == PURCHASE_OK, letter(1) == 'R');
	ck_assert_int_eq(outcomes[3] == PURCHASE_OK, letter(4) == 'R');
	ck_assert_int_eq(MAX(outcomes[0], outcomes[3]), PURCHASE_E_FUNDS);
	ck_assert_int_eq(MIN(outcomes[0], outcomes[3]), PURCHASE_OK);
	check_bought(1);
	check_bought(2);
}
END_TEST

START_TEST(a_lock_somebody_keeps_holds_up_only_its_buyer)
{
	const struct db_param user = db_i64(&house.ctx.arena,
	    house_user("bob"));
	struct sleeper first;
	pid_t others[POOL_N];

	given_holds();
	ck_assert_int_eq(db_begin(house.ctx.primary), 0);
	ck_assert_int_eq(db_run(house.ctx.primary, &house.ctx.arena,
			     &sql_together_test_lock, 1, &user, NULL),
	    0);
	all_ask(&first, others, NULL);
	ck_assert_int_eq(buyer_wake(&first), PURCHASE_OK);
	ck_assert_int_eq(buyer_wait(others[2]), PURCHASE_OK);
	ck_assert_int_eq(buyer_wait(others[3]), PURCHASE_OK);
	db_rollback(house.ctx.primary);
	ck_assert_int_eq(buyer_wait(others[1]), PURCHASE_OK);
	for (int i = 0; i < POOL_N; i++)
		check_bought(i);
}
END_TEST

static const char *const deaths[] = { "combine.before_take",
	"combine.before_work", "combine.after_work" };

/* Killed with everybody's purchase in his hands: before the transaction, or
 * after it. */
START_TEST(who_dies_at_work_takes_nobody_with_him)
{
	struct sleeper first;
	pid_t others[POOL_N];

	given_holds();
	all_ask(&first, others, _i == 0 ? NULL : deaths[_i]);
	if (_i > 0)
		buyer_stir(&first, deaths[_i]);
	pool_kill(payment_purchases(pool), first.pid, 0);
	for (int i = 1; i < POOL_N; i++) {
		int outcome = buyer_wait(others[i]);

		ck_assert(outcome == PURCHASE_OK
		    || (outcome == PURCHASE_E_REPLAY && _i == 2));
		check_bought(i);
	}
	ck_assert_int_eq(pay_key(buyers[0], tokens[0], keys[0]),
	    _i == 2 ? PURCHASE_E_REPLAY : PURCHASE_OK);
	check_bought(0);
	ck_assert_int_eq(n_of("payments"), POOL_N);
	settle();
}
END_TEST

/* It stood still, taken for dead, until the others had paid alone; but bob died
 * too, and his seat was bought by somebody else. */
START_TEST(a_go_that_comes_late_takes_nothing_from_anybody)
{
	struct sleeper first;
	pid_t others[POOL_N];

	given_holds();
	all_ask(&first, others, "combine.before_work");
	buyer_stir(&first, "combine.before_work");
	pool_kill(payment_purchases(pool), others[1], 1);
	combine_drop(payment_purchases(pool), 0);
	ck_assert_int_eq(buyer_wait(others[2]), PURCHASE_OK);
	ck_assert_int_eq(buyer_wait(others[3]), PURCHASE_OK);
	pass(settings_gone_ms(&house.ctx.set) + 1);
	set_right();
	ck_assert_int_eq(letter(2), 'A');
	ck_assert_int_eq(place("eve", "2"), HOLD_OK);
	ck_assert_int_eq(pay("eve"), PURCHASE_OK);

	ck_assert_int_eq(buyer_wake(&first), PURCHASE_OK);
	set_right();
	check_bought(0);
	check_bought(2);
	check_bought(3);
	ck_assert_int_eq(balance("bob"), HOUSE_WALLET);
	ck_assert_int_eq(house_count("SELECT count(*) FROM payments"
				     " WHERE user_id = $1",
			     house_user("bob")),
	    0);
	ck_assert_int_eq(n_of("payments"), POOL_N);
	settle();
}
END_TEST
#endif

SUITE("together")
{
	FIXTURE_ONCE(house_start, NULL);
	FIXTURE(setup, teardown);
	TEST(who_is_alone_pays_alone);
#ifdef FAULTS
	TEST(purchases_made_at_once_are_one_transaction);
	TEST(places_and_seats_bought_at_once_are_one_transaction);
	TEST(who_finds_no_place_left_is_refused_alone);
	TEST(an_answer_of_the_common_go_is_replayed_alone);
	TEST(who_cannot_pay_is_refused_alone);
	TEST(who_would_pass_the_limit_is_refused_alone);
	TEST_LOOP(who_may_not_pay_is_refused_alone, 2);
	TEST(holds_are_paid_together_as_they_were_made);
	TEST(tickets_of_several_types_are_paid_together);
	TEST(a_key_that_was_used_is_answered_alone);
	TEST(a_taken_seat_costs_only_its_buyer);
	TEST(one_buyer_pays_once_in_a_go);
	TEST(a_lock_somebody_keeps_holds_up_only_its_buyer);
	TEST_LOOP(who_dies_at_work_takes_nobody_with_him,
	    (int)ARRAY_LEN(deaths));
	TEST(a_go_that_comes_late_takes_nothing_from_anybody);
#endif
}
