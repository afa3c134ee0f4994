/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_purchase - from a hold to a reservation: one debit, one owner
 *
 * Layer: tests.  Uses: reservation, hold, house.
 */
#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "catalog/terms.h"
#include "hold/hold_pay.h"
#include "reservation/purchase.h"
#include "tests/support/house.h"
#include "tests/support/servers.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static struct hold hold;
static struct purchase_result bought;

/* "7": one seat; "7 9": both. */
static int
place(const char *name, const char *seats)
{
	struct hold_conflicts conflicts;
	struct hold_want want = { .user = house_user(name),
		.performance = house.performance };
	struct span rest = span_str(seats);
	int64_t numbers[20];

	while (span_is(rest))
		ck_assert(span_to_i64(span_cut(&rest, ' '),
		    &numbers[want.n_seats++]));
	want.seats = numbers;
	return hold_place(&house.ctx, &want, &hold, &conflicts);
}

static struct span
write_answer(struct ctx *ctx, void *arg, const struct reservation *r,
    const struct payment *p)
{
	(void)arg;
	return span_str(arena_printf(&ctx->arena, "%.*s %lld %lld %c",
	    (int)r->number.len, r->number.p, (long long)r->amount_minor,
	    (long long)p->amount_minor, PAYMENT_ID_MARK));
}

static int
pay_key(const char *name, struct span token, const char *key)
{
	struct idem idem;
	const struct purchase ask = { .user = house_user(name),
		.token = token,
		.idem = &idem,
		.answer = write_answer,
		.method = payment_method_find(SPAN_LIT("wallet")) };

	idem_init(&house.ctx, &idem, ask.user, "POST /api/v1/payments",
	    span_str(key), &token, 1);
	return purchase_make(&house.ctx, &ask, &bought);
}

static int
pay(const char *name)
{
	return pay_key(name, hold.token, "key-1");
}

static char
letter(int seat)
{
	return house_map()[seat - 1];
}

static int64_t
balance(const char *name)
{
	return house_count("SELECT balance FROM wallets WHERE user_id = $1",
	    house_user(name));
}

static int64_t
n_reservations(void)
{
	return house_count(
	    "SELECT count(*) FROM reservations"
	    " WHERE performance_id = $1",
	    house.performance);
}

static void
set_balance(const char *name, int64_t amount)
{
	char sql[128];

	snprintf(sql, sizeof(sql),
	    "UPDATE wallets SET balance = %lld"
	    " WHERE user_id = %lld",
	    (long long)amount, (long long)house_user(name));
	house_run(sql);
}

START_TEST(pay_makes_a_reservation)
{
	struct reservation r;

	ck_assert_int_eq(place("ann", "1 17"), HOLD_OK);
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	ck_assert_int_eq(bought.answer.status, 201);
	ck_assert_str_eq(house_map(), "RAAAAAAAAAAAAAAARAAAAAAA");
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET - 3500);
	bought.answer.body.len = RESERVATION_NUMBER_LEN;
	ck_assert_int_eq(reservation_find(&house.ctx, house_user("ann"),
			     bought.answer.body, &r),
	    RESERVATION_OK);
	ck_assert_int_eq(r.n_seats, 2);
	ck_assert_int_eq(r.amount_minor, 3500);
	ck_assert(span_eq_str(r.status, "CONFIRMED"));
}
END_TEST

START_TEST(pay_writes_every_row)
{
	static const struct {
		const char *sql;
		int64_t n;
	} rows[] = {
		{ "SELECT count(*) FROM seat_claim WHERE performance_id = $1"
		  " AND state = 'R'",
		    2 },
		{ "SELECT count(*) FROM payments WHERE performance_id = $1"
		  " AND status = 'CAPTURED' AND amount = 3500",
		    1 },
		{ "SELECT count(*) FROM payment_log AS l JOIN payments AS p"
		  " ON p.id = l.payment_id WHERE p.performance_id = $1",
		    2 },
		{ "SELECT count(*) FROM ledger AS l JOIN payments AS p"
		  " ON p.id = l.payment_id WHERE p.performance_id = $1",
		    2 },
		{ "SELECT sum(l.amount) FROM ledger AS l JOIN payments AS p"
		  " ON p.id = l.payment_id WHERE p.performance_id = $1",
		    0 },
		{ "SELECT count(*) FROM seat_log WHERE performance_id = $1",
		    2 },
		{ "SELECT count(*) FROM reservation_log AS l JOIN"
		  " reservations AS r ON r.id = l.reservation_id"
		  " WHERE r.performance_id = $1",
		    1 },
		{ "SELECT count(*) FROM holds WHERE performance_id = $1"
		  " AND status = 'paid'",
		    1 },
		{ "SELECT count(*) FROM outbox WHERE kind <> 'holds.changed'"
		  " AND (payload->>'performance_id')::bigint = $1",
		    1 },
		{ "SELECT count(*) FROM outbox AS o JOIN reservations AS r"
		  " ON r.number = o.aggregate_id WHERE"
		  " o.kind = 'reservation.confirmed'"
		  " AND (o.payload->>'payment_id')::bigint = r.payment_id"
		  " AND o.payload->>'hold' = r.hold_token"
		  " AND r.performance_id = $1",
		    1 },
		{ "SELECT count(*) FROM idempotency AS i JOIN payments AS p"
		  " ON p.user_id = i.user_id WHERE p.performance_id = $1"
		  " AND i.status = 201",
		    1 },
	};

	ck_assert_int_eq(place("ann", "1 17"), HOLD_OK);
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		ck_assert_msg(house_count(rows[i].sql, house.performance)
			== rows[i].n,
		    "%s", rows[i].sql);
}
END_TEST

START_TEST(pay_twice_with_one_key_debits_once)
{
	struct span first;

	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	first = bought.answer.body;
	ck_assert_int_eq(pay("ann"), PURCHASE_E_REPLAY);
	ck_assert_int_eq(bought.answer.status, 201);
	ck_assert(span_eq(first, bought.answer.body));
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET - 1000);
	ck_assert_int_eq(letter(1), 'R');
}
END_TEST

START_TEST(pay_twice_with_two_keys_debits_once)
{
	struct span token;

	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	token = hold.token;
	ck_assert_int_eq(pay_key("ann", token, "k1"), PURCHASE_OK);
	ck_assert_int_eq(pay_key("ann", token, "k2"), PURCHASE_E_PAID);
	ck_assert_int_eq(bought.reservation.len, RESERVATION_NUMBER_LEN);
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET - 1000);
}
END_TEST

START_TEST(a_key_for_something_else_is_refused_and_the_hold_stays)
{
	struct span first;

	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	first = hold.token;
	ck_assert_int_eq(place("ann", "2"), HOLD_OK);
	ck_assert_int_eq(pay_key("ann", first, "k"), PURCHASE_OK);
	ck_assert_int_eq(pay_key("ann", hold.token, "k"), PURCHASE_E_MISMATCH);
	ck_assert_str_eq(
	    arena_str(&house.ctx.arena, (struct span){ house_map(), 2 }), "RH");
}
END_TEST

START_TEST(anothers_key_is_his_own)
{
	struct span anns;

	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	anns = hold.token;
	ck_assert_int_eq(place("bob", "2"), HOLD_OK);
	ck_assert_int_eq(pay_key("ann", anns, "k"), PURCHASE_OK);
	ck_assert_int_eq(pay_key("bob", hold.token, "k"), PURCHASE_OK);
}
END_TEST

START_TEST(insufficient_funds_return_the_hold)
{
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	set_balance("ann", 1999);
	ck_assert_int_eq(pay("ann"), PURCHASE_E_FUNDS);
	ck_assert_int_eq(letter(1), 'H');
	ck_assert_int_eq(balance("ann"), 1999);
	ck_assert_int_eq(n_reservations(), 0);
	set_balance("ann", 2000);
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	ck_assert_int_eq(balance("ann"), 0);
}
END_TEST

START_TEST(insufficient_funds_after_the_end_free_the_seats)
{
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	set_balance("ann", 0);
	ck_assert_int_eq(
	    hold_pay(&house.ctx, house_user("ann"), hold.token, &hold),
	    HOLD_OK);
	clock_fake(hold.is.ends_ms);
	ck_assert_int_eq(letter(1), 'P');
	ck_assert_int_eq(pay("ann"), PURCHASE_E_FUNDS);
	ck_assert_int_eq(letter(1), 'A');
}
END_TEST

START_TEST(pay_refuses_a_lapsed_hold)
{
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	clock_fake(hold.is.ends_ms);
	house_round();
	ck_assert_int_eq(pay("ann"), PURCHASE_E_EXPIRED);
	ck_assert_int_eq(letter(1), 'A');
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET);
}
END_TEST

START_TEST(pay_refuses_anothers_hold)
{
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ck_assert_int_eq(pay("bob"), PURCHASE_E_NONE);
	ck_assert_int_eq(letter(1), 'H');
	ck_assert_int_eq(pay_key("ann", SPAN_LIT("nonsense"), "k"),
	    PURCHASE_E_NONE);
}
END_TEST

START_TEST(a_paid_hold_cannot_be_dropped)
{
	struct span number;

	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	ck_assert_int_eq(
	    hold_drop(&house.ctx, house_user("ann"), hold.token, &number),
	    HOLD_E_PAID);
	ck_assert_int_eq(number.len, RESERVATION_NUMBER_LEN);
	ck_assert_int_eq(letter(1), 'R');
	ck_assert_int_eq(
	    hold_find(&house.ctx, house_user("ann"), hold.token, &hold),
	    HOLD_OK);
	ck_assert_int_eq(hold.is.status, HOLD_PAID);
}
END_TEST

START_TEST(bought_seats_count_for_the_limit)
{
	ck_assert_int_eq(place("ann", "1 2 3 4 5 6"), HOLD_OK);
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	ck_assert_int_eq(place("ann", "7 8 9"), HOLD_E_LIMIT);
	ck_assert_int_eq(place("ann", "7 8"), HOLD_OK);
}
END_TEST

/* Some time ago, and the map was not told. */
static void
lower_limit_behind_the_map(int n)
{
	house_run(arena_printf(&house.ctx.arena,
	    "UPDATE performances SET"
	    " max_seats_per_user = %d WHERE id = %lld; UPDATE seat_limits SET"
	    " until = until - interval '1 min' WHERE until < 'infinity'",
	    n, (long long)house.performance));
}

START_TEST(the_limit_is_counted_again_in_postgresql)
{
	ck_assert_int_eq(place("ann", "1 2 3 4"), HOLD_OK);
	ck_assert_int_eq(pay_key("ann", hold.token, "k1"), PURCHASE_OK);
	lower_limit_behind_the_map(5);
	ck_assert_int_eq(place("ann", "5 6 7"), HOLD_OK);
	ck_assert_int_eq(pay_key("ann", hold.token, "k2"), PURCHASE_E_LIMIT);
	ck_assert_int_eq(letter(5), 'A');
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET - 4000);
}
END_TEST

/* Bought and held before: it is as if nothing had changed. What comes after is
 * counted with it. */
START_TEST(a_hold_is_paid_within_the_limit_that_it_was_made_with)
{
	struct span token;

	ck_assert_int_eq(place("ann", "1 2 3 4"), HOLD_OK);
	ck_assert_int_eq(pay_key("ann", hold.token, "k1"), PURCHASE_OK);
	ck_assert_int_eq(place("ann", "5 6"), HOLD_OK);
	token = hold.token;
	house_change("max_seats_per_user = 1");
	house_change("max_seats_per_user = 2");
	house_tell();
	ck_assert_int_eq(pay_key("ann", token, "k2"), PURCHASE_OK);
	ck_assert_int_eq(letter(6), 'R');
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET - 6000);
	ck_assert_int_eq(place("ann", "7"), HOLD_E_LIMIT);
}
END_TEST

/* ---- what an operator changes under a running hold ---- */

static int64_t
n_paid_in(const char *currency)
{
	return house_count(
	    arena_printf(&house.ctx.arena,
		"SELECT count(*)"
		" FROM payments AS p JOIN holds AS h ON h.token = p.hold_token"
		" AND h.currency = p.currency AND h.amount = p.amount"
		" JOIN reservations AS r ON r.payment_id = p.id"
		" AND r.currency = p.currency AND r.amount = p.amount"
		" WHERE p.performance_id = $1 AND p.currency = '%s'",
		currency),
	    house.performance);
}

START_TEST(a_hold_is_paid_as_it_was_quoted)
{
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	house_reprice(77, "USD");
	/* Whatever the worker that pays knows. */
	if (_i == 1)
		house_terms();
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET - 1000);
	ck_assert_int_eq(n_paid_in("KRW"), 1);
}
END_TEST

/* By another worker: this one keeps the terms of before. */
static void
place_elsewhere(const char *name, const char *seats)
{
	int64_t user = house_user(name);
	int ends[2], status;
	char text[64];
	ssize_t n;
	pid_t pid;

	ck_assert_int_eq(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		house_fork();
		house_terms();
		if (place(name, seats) != HOLD_OK)
			_exit(1);
		n = write(ends[1], hold.token.p, hold.token.len);
		_exit(n < 0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	n = read(ends[0], text, sizeof(text));
	ck_assert_int_gt(n, 0);
	close(ends[0]);
	close(ends[1]);
	ck_assert_int_gt(user, 0);
	hold = (struct hold){ .token = span_str(arena_str(&house.ctx.arena,
				  (struct span){ text, (size_t)n })) };
}

START_TEST(a_worker_with_older_terms_takes_no_other_money)
{
	(void)house_user("ann");
	ck_assert_int_eq(place("bob", "2"), HOLD_OK);
	ck_assert_int_eq(pay("bob"), PURCHASE_OK);
	house_reprice(77, "USD");
	house_tell();
	place_elsewhere("ann", "1");
	ck_assert_int_eq(pay("ann"), PURCHASE_E_CURRENCY);
	ck_assert(span_eq_str(bought.currency, "USD"));
	ck_assert_int_eq(letter(1), 'H');
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET);
	/* Nothing is owed in any currency. */
	house_reprice(0, "EUR");
	house_tell();
	place_elsewhere("ann", "3");
	ck_assert_int_eq(pay_key("ann", hold.token, "k3"), PURCHASE_OK);
	ck_assert_int_eq(n_paid_in("EUR"), 1);
}
END_TEST

/* As a worker would that is mistaken about a price list. */
START_TEST(the_schema_takes_no_payment_in_another_currency)
{
	struct idem idem;
	struct payment_result result;
	struct payment_order order = { .hold = &hold,
		.idem = &idem,
		.method = payment_method_find(SPAN_LIT("wallet")),
		.number = SPAN_LIT("N-1"),
		.answer = SPAN_LIT("\x1a") };

	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ck_assert_int_eq(
	    hold_pay(&house.ctx, house_user("ann"), hold.token, &hold),
	    HOLD_OK);
	order.at_ms = house.ctx.now_ms;
	idem_init(&house.ctx, &idem, house_user("ann"), "POST /x",
	    SPAN_LIT("k"), &hold.token, 1);
	memcpy(hold.currency, "USD", 4);
	ck_assert_int_lt(payment_wallet_pay(&house.ctx, &order, &result), 0);
	memcpy(hold.currency, "KRW", 4);
	ck_assert_int_eq(payment_wallet_pay(&house.ctx, &order, &result),
	    PAYMENT_OK);
}
END_TEST

static const char *const withdrawn[] = { "status = 'draft'",
	"status = 'cancelled'" };

/* Whether the map was told or not. */
START_TEST(what_is_not_sold_any_more_is_not_paid)
{
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	house_change(withdrawn[_i % 2]);
	if (_i >= 2)
		house_tell();
	ck_assert_int_eq(pay("ann"), PURCHASE_E_CLOSED);
	ck_assert_int_eq(letter(1), 'H');
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET);
	ck_assert_int_eq(n_reservations(), 0);
	/* It may have been a mistake: the same hold, the same key. */
	house_change("status = 'open'");
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	house_change(withdrawn[_i % 2]);
	ck_assert_int_eq(pay("ann"), PURCHASE_E_REPLAY);
}
END_TEST

START_TEST(a_hold_is_paid_after_the_sale_is_closed)
{
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	house_change(_i == 0 ? "status = 'closed'"
			     : "sales_close_at = now() - interval '1 s'");
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
}
END_TEST

/* Redis promises seat 1 to both: what a flush or a lagging replica could do is
 * done by hand. ann is paying already when the letter is set back. */
static struct span
both_hold_seat_1(void)
{
	struct span anns;

	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	anns = hold.token;
	ck_assert_int_eq(hold_pay(&house.ctx, house_user("ann"), anns, &hold),
	    HOLD_OK);
	house_redis(arena_printf(&house.ctx.arena,
	    "SETRANGE bo:{p%lld.%lld}:seats 0 A", (long long)house.performance,
	    (long long)hold.epoch));
	ck_assert_int_eq(place("bob", "1 3"), HOLD_OK);
	return anns;
}

START_TEST(two_buyers_of_one_seat_have_one_owner)
{
	struct span anns = both_hold_seat_1();

	ck_assert_int_eq(pay("bob"), PURCHASE_OK);
	ck_assert_int_eq(pay_key("ann", anns, "k"), PURCHASE_E_TAKEN);
	ck_assert_int_eq(bought.conflicts.n, 1);
	ck_assert_int_eq(bought.conflicts.seats[0].seat_no, 1);
	ck_assert_int_eq(bought.conflicts.seats[0].letter, 'R');
	ck_assert_int_eq(n_reservations(), 1);
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET);
	ck_assert_str_eq(house_map(), "RARAAAAAAAAAAAAAAAAAAAAA");
}
END_TEST

START_TEST(the_one_who_pays_first_owns_although_the_mark_is_anothers)
{
	struct span anns = both_hold_seat_1(), bobs = hold.token;

	ck_assert_int_eq(pay_key("ann", anns, "k"), PURCHASE_OK);
	ck_assert_int_eq(pay_key("bob", bobs, "k"), PURCHASE_E_TAKEN);
	ck_assert_int_eq(n_reservations(), 1);
	ck_assert_int_eq(balance("bob"), HOUSE_WALLET);
	ck_assert_str_eq(house_map(), "RRAAAAAAAAAAAAAAAAAAAAAA");
}
END_TEST

/* A claim that Redis does not know of. */
START_TEST(a_seat_claimed_behind_redis_is_lost)
{
	char sql[256];

	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	snprintf(sql, sizeof(sql),
	    "INSERT INTO seat_claim (performance_id,"
	    " seat_no, state, mark) VALUES (%lld, 2, 'B', 77)",
	    (long long)house.performance);
	house_run(sql);
	ck_assert_int_eq(pay("ann"), PURCHASE_E_TAKEN);
	ck_assert_int_eq(bought.conflicts.n, 1);
	ck_assert_int_eq(bought.conflicts.seats[0].seat_no, 2);
	ck_assert_int_eq(bought.conflicts.seats[0].letter, 'B');
	ck_assert_int_eq(letter(1), 'A');
	ck_assert_int_eq(letter(2), 'B');
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET);
	ck_assert_int_eq(pay_key("ann", hold.token, "k2"), PURCHASE_E_LOST);
}
END_TEST

/* The wallet is empty, so the hold would be hers again; but a fact has taken
 * one of its seats meanwhile. */
START_TEST(a_refused_payment_gives_no_hold_back_that_lost_a_seat)
{
	static const char sql[] =
	    "SELECT count(*) FROM holds WHERE"
	    " performance_id = $1 AND status = 'lost'";
	struct hold paying;

	ck_assert_int_eq(place("ann", "1 2 3"), HOLD_OK);
	set_balance("ann", 0);
	ck_assert_int_eq(
	    hold_pay(&house.ctx, house_user("ann"), hold.token, &paying),
	    HOLD_OK);
	house_redis(arena_printf(&house.ctx.arena,
	    "SETRANGE bo:{p%lld.%lld}:seats 1 B", (long long)house.performance,
	    (long long)paying.epoch));
	ck_assert_int_eq(hold_unpay(&house.ctx, &paying), HOLD_OK);
	ck_assert_str_eq(house_map(), "ABAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(house_count(sql, house.performance), 1);
	ck_assert_int_eq(
	    hold_find(&house.ctx, house_user("ann"), hold.token, &hold),
	    HOLD_E_LOST);
	ck_assert_int_eq(place("ann", "1 3 4 5 6 7 8 9"), HOLD_OK);
}
END_TEST

/* The epoch was raised by somebody else; this worker still has the old one. */
START_TEST(pay_starts_over_when_the_epoch_moved)
{
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	house_run("UPDATE sys_epoch SET epoch = epoch + 1");
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	ck_assert_int_eq(letter(1), 'R');
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET - 1000);
}
END_TEST

#define N_RACERS 20

static int
fork_racers(int (*race)(int))
{
	int n_won = 0;

	for (int i = 0; i < N_RACERS; i++) {
		pid_t pid = fork();

		ck_assert_int_ge(pid, 0);
		if (pid == 0) {
			house_fork();
			_exit(race(i));
		}
	}
	for (int i = 0; i < N_RACERS; i++) {
		int status;

		ck_assert_int_gt(wait(&status), 0);
		ck_assert(WIFEXITED(status));
		ck_assert_int_lt(WEXITSTATUS(status), 100);
		n_won += WEXITSTATUS(status) == 0;
	}
	return n_won;
}

static int
race_with_one_key(int i)
{
	int r = pay("ann");

	(void)i;
	if (r == PURCHASE_OK)
		return 0;
	return r == PURCHASE_E_REPLAY && bought.answer.status == 201 ? 1 : 100;
}

START_TEST(one_key_asked_by_many_at_once_debits_once)
{
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	(void)balance("ann");
	ck_assert_int_eq(fork_racers(race_with_one_key), 1);
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET - 2000);
	ck_assert_int_eq(n_reservations(), 1);
	ck_assert_int_eq(letter(1), 'R');
}
END_TEST

static struct span race_token[2];

static int
race_for_a_seat_twice_promised(int i)
{
	int r = i % 2 == 0 ? pay_key("ann", race_token[0], "k")
			   : pay_key("bob", race_token[1], "k");

	if (r == PURCHASE_OK)
		return 0;
	return r < 0 ? 100 : r;
}

START_TEST(both_paying_at_once_have_one_owner)
{
	race_token[0] = both_hold_seat_1();
	race_token[1] = hold.token;
	(void)balance("bob");
	ck_assert_int_eq(fork_racers(race_for_a_seat_twice_promised), 1);
	ck_assert_int_eq(n_reservations(), 1);
	ck_assert_int_eq(balance("ann") + balance("bob"),
	    2 * HOUSE_WALLET - 2000);
}
END_TEST

static int
race_for_the_wallet(int i)
{
	char seat[16], key[16];
	int r;

	/* Rows A and B cost 1,000 a seat. */
	if (i >= 16)
		return 1;
	snprintf(seat, sizeof(seat), "%d", i + 1);
	snprintf(key, sizeof(key), "key-%d", i);
	r = place("ann", seat);
	if (r != HOLD_OK)
		return r == HOLD_E_LIMIT ? 1 : 101;
	r = pay_key("ann", hold.token, key);
	if (r == PURCHASE_OK)
		return 0;
	return r == PURCHASE_E_FUNDS ? 1 : 100;
}

START_TEST(a_wallet_is_never_overdrawn_by_parallel_payments)
{
	set_balance("ann", 5500);
	ck_assert_int_eq(fork_racers(race_for_the_wallet), 5);
	ck_assert_int_eq(balance("ann"), 500);
	ck_assert_int_eq(n_reservations(), 5);
}
END_TEST

#ifdef FAULTS
/* Pays in a process of its own that crashes at a fault point. */
static void
pay_and_crash(const char *faults)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		setenv("BOXOFFICE_FAULTS", faults, 1);
		fault_reset();
		house_fork();
		pay("ann");
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 137,
	    "%s was not reached", faults);
}

static const char *const crashes[] = {
	"crash:pay.after_script:1",
	"crash:pay.after_commit:1",
	"crash:pay.after_mirror:1",
};

START_TEST(a_crash_on_the_way_leaves_one_answer)
{
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	pay_and_crash(crashes[_i]);
	ck_assert_int_eq(pay("ann"), _i == 0 ? PURCHASE_OK : PURCHASE_E_REPLAY);
	ck_assert_int_eq(bought.answer.status, 201);
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET - 2000);
	ck_assert_int_eq(n_reservations(), 1);
	ck_assert_str_eq(house_map(), "RRAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(place("ann", "3 4 5 6 7 8"), HOLD_OK);
}
END_TEST
#endif

START_TEST(list_shows_own_reservations_newest_first)
{
	struct reservation *list;
	bool more;
	size_t n;

	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ck_assert_int_eq(pay_key("ann", hold.token, "k1"), PURCHASE_OK);
	ck_assert_int_eq(place("ann", "2"), HOLD_OK);
	ck_assert_int_eq(pay_key("ann", hold.token, "k2"), PURCHASE_OK);
	ck_assert_int_eq(place("bob", "3"), HOLD_OK);
	ck_assert_int_eq(pay_key("bob", hold.token, "k1"), PURCHASE_OK);
	ck_assert_int_eq(reservation_list(&house.ctx, house_user("ann"), 0, 1,
			     &list, &n, &more),
	    0);
	ck_assert_int_eq(n, 1);
	ck_assert(more);
	ck_assert_int_eq(list[0].seats[0], 2);
	ck_assert_int_eq(reservation_list(&house.ctx, house_user("ann"),
			     list[0].id, 1, &list, &n, &more),
	    0);
	ck_assert_int_eq(n, 1);
	ck_assert(!more);
	ck_assert_int_eq(list[0].seats[0], 1);
}
END_TEST

START_TEST(nobody_sees_anothers_reservation_or_payment)
{
	struct reservation r;
	struct payment p;
	int64_t id;

	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	bought.answer.body.len = RESERVATION_NUMBER_LEN;
	ck_assert_int_eq(reservation_find(&house.ctx, house_user("bob"),
			     bought.answer.body, &r),
	    RESERVATION_E_NONE);
	id = house_count("SELECT id FROM payments WHERE performance_id = $1",
	    house.performance);
	ck_assert_int_eq(payment_find(&house.ctx, house_user("bob"), id, &p),
	    PAYMENT_E_NONE);
	ck_assert_int_eq(payment_find(&house.ctx, house_user("ann"), id, &p),
	    PAYMENT_OK);
	ck_assert(span_eq(p.reservation, bought.answer.body));
}
END_TEST

START_TEST(a_number_is_found_as_people_type_it)
{
	struct reservation r;
	char *typed;

	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	typed = arena_dup(&house.ctx.arena, bought.answer.body.p,
	    RESERVATION_NUMBER_LEN);
	for (char *p = typed; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p + 32);
	ck_assert_int_eq(reservation_find(&house.ctx, house_user("ann"),
			     span_str(typed), &r),
	    RESERVATION_OK);
	ck_assert_int_eq(reservation_find(&house.ctx, house_user("ann"),
			     SPAN_LIT("0000-0000-0000-0000-0000-0000"), &r),
	    RESERVATION_E_NONE);
}
END_TEST

static void
once(void)
{
	house_start();
	servers_busy_for_years();
}

SUITE("purchase")
{
	FIXTURE_ONCE(once, NULL);
	FIXTURE(house_open, house_close);
	TEST(pay_makes_a_reservation);
	TEST(pay_writes_every_row);
	TEST(pay_twice_with_one_key_debits_once);
	TEST(pay_twice_with_two_keys_debits_once);
	TEST(a_key_for_something_else_is_refused_and_the_hold_stays);
	TEST(anothers_key_is_his_own);
	TEST(insufficient_funds_return_the_hold);
	TEST(insufficient_funds_after_the_end_free_the_seats);
	TEST(pay_refuses_a_lapsed_hold);
	TEST(pay_refuses_anothers_hold);
	TEST(a_paid_hold_cannot_be_dropped);
	TEST(bought_seats_count_for_the_limit);
	TEST(the_limit_is_counted_again_in_postgresql);
	TEST(a_hold_is_paid_within_the_limit_that_it_was_made_with);
	TEST_LOOP(a_hold_is_paid_as_it_was_quoted, 2);
	TEST(a_worker_with_older_terms_takes_no_other_money);
	TEST(the_schema_takes_no_payment_in_another_currency);
	TEST_LOOP(what_is_not_sold_any_more_is_not_paid, 4);
	TEST_LOOP(a_hold_is_paid_after_the_sale_is_closed, 2);
	TEST(two_buyers_of_one_seat_have_one_owner);
	TEST(the_one_who_pays_first_owns_although_the_mark_is_anothers);
	TEST(a_seat_claimed_behind_redis_is_lost);
	TEST(a_refused_payment_gives_no_hold_back_that_lost_a_seat);
	TEST(pay_starts_over_when_the_epoch_moved);
	TEST(one_key_asked_by_many_at_once_debits_once);
	TEST(both_paying_at_once_have_one_owner);
	TEST(a_wallet_is_never_overdrawn_by_parallel_payments);
#ifdef FAULTS
	TEST_LOOP(a_crash_on_the_way_leaves_one_answer,
	    (int)ARRAY_LEN(crashes));
#endif
	TEST(list_shows_own_reservations_newest_first);
	TEST(nobody_sees_anothers_reservation_or_payment);
	TEST(a_number_is_found_as_people_type_it);
}
