/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_move - seats of a reservation become others: owned once, paid as they
 * cost, and the old ones for sale
 *
 * MOVES is how many are raced against sales, cancels and kills.
 *
 * Layer: tests.  Uses: mover, truth.
 */
#include "base/clock.h"
#include "base/fault.h"
#include "tests/support/afterwards.h"
#include "tests/support/audited.h"
#include "tests/support/mover.h"
#include "tests/support/race.h"
#include "tests/support/servers.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

/* "place issues" of those that gates refuse, in their order. */
static const char *
void_tickets(void)
{
	static const struct sql list = { "test_move_void",
		"SELECT string_agg(place || ' ' || issues, ', ' ORDER BY place)"
		" FROM ticket_void($1)" };
	const struct db_param p = db_i64(&house.ctx.arena, house.performance);
	struct db_rows rows;

	ck_assert_int_eq(
	    db_run(house.ctx.primary, &house.ctx.arena, &list, 1, &p, &rows),
	    0);
	return arena_str(&house.ctx.arena, db_cell(&rows, 0, 0));
}

static void
open_house(void)
{
	house_open();
	house_change("moves = 'class'");
	house_tell();
	clock_fake(clock_ms());
	house_round();
	teller_open();
}

static void
close_house(void)
{
	settle();
	teller_close();
	house_close();
}

/* ---- one after the other ---- */

START_TEST(a_seat_becomes_another_of_its_class)
{
	buy("ann", "1 2");
	ck_assert_int_eq(move("ann", "1:9"), MOVE_OK);
	ck_assert_int_eq(moved.answer.status, 200);
	assert_answer("2,9 at 1000,1000");
	ck_assert_str_eq(house_map(), "ARAAAAAARAAAAAAAAAAAAAAA");
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET - 2000);
	buy("bob", "1");
	ck_assert_int_eq(place("bob", "9"), HOLD_E_TAKEN);
}
END_TEST

START_TEST(some_may_take_the_places_of_others)
{
	buy("ann", "1 2 3");
	ck_assert_int_eq(move("ann", "1:2 2:3 3:4"), MOVE_OK);
	assert_answer("2,3,4 at 1000,1000,1000");
	ck_assert_str_eq(house_map(), "ARRRAAAAAAAAAAAAAAAAAAAA");
}
END_TEST

START_TEST(the_same_key_is_given_the_same_answer)
{
	buy("ann", "1 2");
	ck_assert_int_eq(move_key("ann", "1:9", "k"), MOVE_OK);
	ck_assert_int_eq(move_key("ann", "1:9", "k"), MOVE_E_REPLAY);
	assert_answer("2,9 at 1000,1000");
	ck_assert_int_eq(move_key("ann", "2:10", "k"), MOVE_E_MISMATCH);
	ck_assert_str_eq(house_map(), "ARAAAAAARAAAAAAAAAAAAAAA");
}
END_TEST

START_TEST(a_buyer_takes_no_seat_of_another_type)
{
	house_rows(3, 8);
	house_tell();
	buy("ann", "20");
	ck_assert_int_eq(move("ann", "20:17"), MOVE_E_CLASS);
	ck_assert_int_eq(move("ann", "20:21"), MOVE_OK);
	ck_assert_str_eq(house_map(), "AAAAAAAAAAAAAAAAAAAARAAA");
}
END_TEST

START_TEST(what_a_buyer_may_not_is_refused_and_changes_nothing)
{
	buy("bob", "3");
	buy("ann", "1 2");
	ck_assert_int_eq(move("ann", "1:17"), MOVE_E_CLASS);
	ck_assert_int_eq(move("ann", "3:9"), MOVE_E_FROM);
	ck_assert_int_eq(move("ann", "1:9 1:10"), MOVE_E_FROM);
	ck_assert_int_eq(move("ann", "1:9 2:9"), MOVE_E_TO);
	ck_assert_int_eq(move("ann", "1:2"), MOVE_E_TO);
	ck_assert_int_eq(move("ann", "1:25"), MOVE_E_TO);
	ck_assert_int_eq(move("ann", "1:1"), MOVE_E_SAME);
	ck_assert_int_eq(move("ann", "1:9:child"), MOVE_E_TYPE);
	ck_assert_int_eq(move("bob", "1:9"), MOVE_E_NONE);
	ck_assert_int_eq(move("ann", "1:3"), MOVE_E_TAKEN);
	ck_assert_uint_eq(moved.conflicts.n, 1);
	ck_assert_int_eq(moved.conflicts.seats[0].seat_no, 3);
	ck_assert_int_eq(move("ann", "1:3 2:10"), MOVE_E_TAKEN);
	house_change("moves = 'off'");
	ck_assert_int_eq(move("ann", "1:9"), MOVE_E_CLOSED);
	house_change(
	    "moves = 'class', starts_at = now() + interval '1 minute'");
	ck_assert_int_eq(move("ann", "1:9"), MOVE_E_CLOSED);
	ck_assert_str_eq(house_map(), "RRRAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(house_count("SELECT count(*) FROM reservation_moves"
				     " WHERE performance_id = $1",
			     house.performance),
	    0);
	house_tell();
}
END_TEST

/* Seats 9 and on are a row; 9 is alone when 10 is taken. */
START_TEST(a_buyer_keeps_the_rules_of_seats_and_his_own_count_as_free)
{
	house_rows(3, 8);
	house_change("seat_rules = '{no-lone-seat}'");
	house_tell();
	house_terms();
	buy("ann", "1 2");
	ck_assert_int_eq(move("ann", "1:10"), MOVE_E_RULE);
	ck_assert(span_eq_str(moved.conflicts.rule, "no-lone-seat"));
	ck_assert_str_eq(house_map(), "RRAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(move("ann", "1:9"), MOVE_OK);
	ck_assert_int_eq(move("ann", "9:11"), MOVE_OK);
	ck_assert_int_eq(move("ann", "11:10"), MOVE_E_RULE);
	ck_assert_int_eq(move("ann", "2:10"), MOVE_E_RULE);
	ck_assert_int_eq(move("ann", "2:9 11:10"), MOVE_OK);
	ck_assert_int_eq(move(NULL, "9:15"), MOVE_OK);
	ck_assert_str_eq(house_map(), "AAAAAAAAARAAAARAAAAAAAAA");
}
END_TEST

/* 17 and 18 are for wheelchairs. */
START_TEST(places_that_are_kept_are_for_who_has_one)
{
	house_rows(3, 8);
	house_tell();
	buy("ann", "17");
	house_change("seat_rules = '{accessible-last}'");
	house_tell();
	house_terms();
	ck_assert_int_eq(move("ann", "17:18"), MOVE_OK);
	ck_assert_str_eq(house_map(), "AAAAAAAAAAAAAAAAARAAAAAA");
}
END_TEST

START_TEST(an_operator_moves_to_any_class_and_what_it_costs_less_comes_back)
{
	buy("ann", "1 17");
	house_change("moves = 'off', starts_at = now() + interval '1 minute'");
	house_tell();
	ck_assert_int_eq(move(NULL, "17:9"), MOVE_OK);
	assert_answer("1,9 at 1000,1000");
	ck_assert_str_eq(house_map(), "RAAAAAAARAAAAAAAAAAAAAAA");
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET - 2000);
	ck_assert_int_eq(house_count("SELECT count(*) FROM audit_log WHERE"
				     " action = 'reservation.move' AND"
				     " reason = 'a pillar'",
			     0),
	    1);
	their_number = SPAN_LIT("0000-0000-0000-0000");
	ck_assert_int_eq(move(NULL, "1:2"), MOVE_E_NONE);
}
END_TEST

/* A move that costs more, and all of it back. */
START_TEST(what_it_costs_more_is_taken_from_the_wallet)
{
	buy("ann", "1 2");
	house_run(
	    "UPDATE wallets SET balance = balance - 97000"
	    " WHERE balance = 98000");
	ck_assert_int_eq(move(NULL, "1:17"), MOVE_E_FUNDS);
	ck_assert_str_eq(house_map(), "RRAAAAAAAAAAAAAAAAAAAAAA");
	house_run(
	    "UPDATE wallets SET balance = balance + 97000"
	    " WHERE balance = 1000");
	ck_assert_int_eq(move_key(NULL, "1:17", "more"), MOVE_OK);
	assert_answer("2,17 at 1000,2500");
	ck_assert_int_eq(move_key(NULL, "1:17", "more"), MOVE_E_REPLAY);
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET - 3500);
	ck_assert_str_eq(house_map(), "ARAAAAAAAAAAAAAARAAAAAAA");
	ck_assert_int_eq(move(NULL, "17:3"), MOVE_OK);
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET - 2000);
	ck_assert_int_eq(move(NULL, "3:18"), MOVE_OK);
	ck_assert_int_eq(cancel_all("ann"), CANCEL_OK);
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET);
}
END_TEST

START_TEST(an_operator_changes_ticket_types)
{
	house_types();
	buy("ann", "1 2");
	ck_assert_int_eq(move("ann", "1:1:youth"), MOVE_E_TYPE);
	ck_assert_int_eq(move(NULL, "1:1:youth"), MOVE_OK);
	assert_answer("1,2 at 700,1000");
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET - 1700);
	ck_assert_str_eq(house_map(), "RRAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_str_eq(void_tickets(), "1 1");
}
END_TEST

START_TEST(what_was_moved_is_given_back_for_what_it_cost)
{
	buy("ann", "1 17");
	ck_assert_int_eq(move(NULL, "17:9"), MOVE_OK);
	ck_assert_int_eq(move("ann", "1:2"), MOVE_OK);
	ck_assert_int_eq(cancel_all("ann"), CANCEL_OK);
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET);
	ck_assert_str_eq(house_map(), "AAAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(move("ann", "2:3"), MOVE_E_FROM);
}
END_TEST

START_TEST(tickets_of_seats_that_were_left_are_void)
{
	buy("ann", "1 2");
	ck_assert_int_eq(move("ann", "1:9"), MOVE_OK);
	ck_assert_str_eq(void_tickets(), "1 1");
	ck_assert_int_eq(move("ann", "9:1"), MOVE_OK);
	ck_assert_str_eq(void_tickets(), "1 1, 9 1");
	ck_assert_int_eq(move("ann", "1:9"), MOVE_OK);
	ck_assert_str_eq(void_tickets(), "1 2, 9 1");
}
END_TEST

START_TEST(it_is_told_to_others_with_what_became_what)
{
	buy("ann", "1 2");
	ck_assert_int_eq(move("ann", "1:9"), MOVE_OK);
	ck_assert_int_eq(
	    house_count(
		"SELECT count(*) FROM outbox WHERE kind = 'reservation.moved'"
		" AND (payload->>'performance_id')::bigint = $1"
		" AND payload->'from_seat_ids' = '[1]' AND payload->'seat_ids'"
		" = '[9]' AND payload->'prices' = '[1000]'",
		house.performance),
	    1);
}
END_TEST

START_TEST(it_is_not_moved_for_ever)
{
	buy("ann", "1");
	for (int i = 0; i < MOVES_MAX; i++)
		ck_assert_int_eq(move("ann", i % 2 == 0 ? "1:2" : "2:1"),
		    MOVE_OK);
	ck_assert_int_eq(move("ann", "2:1"), MOVE_E_OFTEN);
	ck_assert_str_eq(house_map(), "ARAAAAAAAAAAAAAAAAAAAAAA");
}
END_TEST

/* ---- by card ---- */

START_TEST(a_seat_waits_for_what_its_card_is_given_back)
{
	ck_assert_int_eq(place("ann", "1 17"), HOLD_OK);
	ck_assert_int_eq(pay_card("k"), PURCHASE_E_PENDING);
	work();
	mover_remember();
	ck_assert_int_eq(move("ann", "1:2"), MOVE_OK);
	ck_assert_str_eq(house_map(), "ARAAAAAAAAAAAAAARAAAAAAA");
	ck_assert_int_eq(teller_has(), 3500);
	ck_assert_int_eq(move(NULL, "17:9"), MOVE_OK);
	ck_assert_str_eq(house_map(), "ARAAAAAARAAAAAAACAAAAAAA");
	audited();
	work();
	ck_assert_str_eq(house_map(), "ARAAAAAARAAAAAAAAAAAAAAA");
	ck_assert_int_eq(teller_has(), 2000);
	ck_assert_int_eq(cancel_all("ann"), CANCEL_OK);
	work();
	ck_assert_int_eq(teller_has(), 0);
}
END_TEST

/* ---- who dies on the way ---- */

#ifdef FAULTS
static void
move_1_to_9(void)
{
	_exit(move_key("ann", "1:9", "k"));
}

static const struct {
	const char *point;
	bool done;
} crashes[] = {
	{ "crash:move.before_script:1", false },
	{ "crash:move.after_script:1", false },
	{ "crash:move.before_commit:1", false },
	{ "crash:move.after_commit:1", true },
	{ "crash:move.after_mirror:1", true },
};

START_TEST(a_crash_on_the_way_leaves_one_answer)
{
	buy("ann", "1 2");
	buyer_crash(crashes[_i].point, move_1_to_9);
	ck_assert_int_eq(move_key("ann", "1:9", "k"),
	    crashes[_i].done ? MOVE_E_REPLAY : MOVE_OK);
	assert_answer("2,9 at 1000,1000");
	(void)reconcile();
	ck_assert_str_eq(house_map(), "ARAAAAAARAAAAAAAAAAAAAAA");
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET - 2000);
}
END_TEST

/* Nobody asks again. */
START_TEST(seats_of_a_move_that_died_are_free_again)
{
	buy("ann", "1 2");
	buyer_crash("crash:move.after_script:1", move_1_to_9);
	ck_assert_str_eq(house_map(), "RRAAAAAAPAAAAAAAAAAAAAAA");
	pass(settings_gone_ms(&house.ctx.set) + 1000);
	(void)reconcile();
	ck_assert_str_eq(house_map(), "RRAAAAAAAAAAAAAAAAAAAAAA");
}
END_TEST

START_TEST(seats_that_were_given_back_meanwhile_are_not_moved)
{
	struct sleeper sleeper;

	buy("ann", "1 2");
	buyer_sleep(&sleeper, "move.before_commit", move_1_to_9);
	ck_assert_int_eq(cancel_all("ann"), CANCEL_OK);
	ck_assert_int_eq(buyer_wake(&sleeper), MOVE_E_FROM);
	ck_assert_str_eq(house_map(), "AAAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET);
}
END_TEST

START_TEST(seats_of_a_performance_that_is_called_off_are_not_moved)
{
	struct sleeper sleeper;

	buy("ann", "1 2");
	buyer_sleep(&sleeper, "move.before_commit", move_1_to_9);
	house_change("status = 'cancelled'");
	ck_assert_int_eq(buyer_wake(&sleeper), MOVE_E_CLOSED);
	ck_assert_int_eq(letter(9), 'A');
	house_change("status = 'open'");
	house_tell();
}
END_TEST

START_TEST(a_redis_that_was_emptied_meanwhile_is_told_anew)
{
	struct sleeper sleeper;

	buy("ann", "1 2");
	buyer_sleep(&sleeper, "move.before_commit", move_1_to_9);
	servers_redis_stop();
	servers_redis_start();
	house_reopen();
	(void)house_map();
	ck_assert_int_eq(buyer_wake(&sleeper), MOVE_OK);
	(void)reconcile();
	ck_assert_str_eq(house_map(), "ARAAAAAARAAAAAAAAAAAAAAA");
}
END_TEST
#endif

/* ---- all at once ---- */

#define N_RACERS 9
#define N_MOVERS 4
#define BY_CARD (N_MOVERS - 1)
#define CANCELS N_MOVERS
#define ASKS (N_RACERS - 1) /* the provider, and buys nothing */
#define N_SEATS 10          /* that all want */
#define MOVES_DEFAULT "200"
#define MOVES_EACH 12 /* of one reservation */
#define TRIES_MAX 20

static int64_t n_rounds;

struct tally {
	char number[N_MOVERS][RESERVATION_NUMBER_LEN + 1];
	int n_moved, n_killed, n_cancelled, n_by_card, n_done;
};
static struct tally *tally;

static const char *
racer_name(int i)
{
	return arena_printf(&house.ctx.arena, "r%d", i);
}

static void
open_racer(int i)
{
	(void)i;
	house_fork();
	clock_fake(-1);
	srandom((unsigned)(getpid() ^ house.performance));
}

static void
count(int *n)
{
	__atomic_add_fetch(n, 1, __ATOMIC_SEQ_CST);
}

/* Faults of a machine that stalls are asked again. */
static int
surely(const char *name, const char *text)
{
	const char *key = new_key();
	int r = -1;

	for (int i = 0; i < TRIES_MAX && r < 0; i++)
		r = move_key(name, text, key);
	return r;
}

static int
cancel_surely(const char *name)
{
	int r = -1;

	for (int i = 0; i < TRIES_MAX && r < 0; i++)
		r = cancel_all(name);
	return r;
}

/* Any seat, if it is free. */
static bool
buys(const char *name)
{
	int r = -1;

	house_round();
	if (place(name,
		arena_printf(&house.ctx.arena, "%ld", random() % N_SEATS + 1))
	    != HOLD_OK)
		return false;
	for (int i = 0; i < TRIES_MAX && r < 0; i++)
		r = pay_key(name, hold.token,
		    arena_str(&house.ctx.arena, hold.token));
	if (r != PURCHASE_OK && r != PURCHASE_E_REPLAY)
		return false;
	their_number = buyer_token(
	    (struct span){ bought.answer.body.p, RESERVATION_NUMBER_LEN });
	return true;
}

/* The seat that the user has now, or 0. */
static int64_t
seat_of(const char *name)
{
	return house_count(
	    "SELECT coalesce(min(seat_no), 0) FROM seat_claim"
	    " WHERE user_id = $1 AND state = 'R'",
	    house_user(name));
}

/* One move, by a process that may be killed at any moment. */
static void
move_and_die(const char *name, const char *text)
{
	pid_t pid = fork();
	int status;

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		house_fork();
		_exit(surely(name, text) == MOVE_OK ? 0 : 1);
	}
	usleep((useconds_t)(random() % 30000));
	(void)kill(pid, SIGKILL);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status))
		count(&tally->n_killed);
}

/* A reservation is moved again and again, until it has been given back; one of
 * them by an operator, also to seats that cost more. */
static void
move_on(int i)
{
	const char *name = racer_name(i);

	if (!buys(name))
		return;
	memcpy(tally->number[i], their_number.p, RESERVATION_NUMBER_LEN);
	for (int k = 0; k < MOVES_EACH; k++) {
		int64_t at = seat_of(name);
		bool dear = i == 1 && k % 2 == 0;
		const char *way = arena_printf(&house.ctx.arena, "%lld:%ld",
		    (long long)at, random() % N_SEATS + 1 + (dear ? 14 : 0));

		if (at == 0)
			return;
		if (i == 0 && k % 3 == 0)
			move_and_die(name, way);
		else if (surely(i == 1 ? NULL : name, way) == MOVE_OK)
			count(&tally->n_moved);
	}
	(void)cancel_surely(name);
}

/* Whatever he pays for or is given back by card has its end, as far as somebody
 * asks the provider. */
static bool
has_ends(const char *name)
{
	for (int i = 0; i < 2000; i++) {
		if (house_count(
			"SELECT count(*) FROM payments WHERE user_id = $1"
			" AND status IN ('SENT', 'CANCELING')",
			house_user(name))
		    == 0)
			return true;
		usleep(5000);
		house_round();
	}
	return false;
}

static bool
buys_by_card(const char *name)
{
	struct payment payment;

	if (place(name,
		arena_printf(&house.ctx.arena, "%ld", random() % N_SEATS + 1))
		!= HOLD_OK
	    || pay_by(&card, name, hold.token,
		   arena_str(&house.ctx.arena, hold.token))
		!= PURCHASE_E_PENDING
	    || !has_ends(name)
	    || payment_find(&house.ctx, house_user(name), bought.payment,
		   &payment)
		!= PAYMENT_OK
	    || !span_is(payment.reservation))
		return false;
	their_number = buyer_token(payment.reservation);
	return true;
}

/* To dearer seats, which his card pays, and back to cheaper ones. */
static void
move_on_by_card(int i)
{
	const char *name = racer_name(i);

	house_round();
	if (!buys_by_card(name))
		return;
	memcpy(tally->number[i], their_number.p, RESERVATION_NUMBER_LEN);
	for (int k = 0; k < MOVES_EACH; k++) {
		int64_t at = seat_of(name);
		const char *way = arena_printf(&house.ctx.arena, "%lld:%ld",
		    (long long)at,
		    k % 2 == 0 ? random() % 8 + 17 : random() % N_SEATS + 1);
		int r;

		if (at == 0)
			return;
		r = move_by_card(name, way, new_key());
		if (r == MOVE_OK || r == MOVE_E_PENDING)
			count(r == MOVE_OK ? &tally->n_moved
					   : &tally->n_by_card);
		if (!has_ends(name))
			return;
	}
	(void)cancel_surely(name);
}

/* The first ones move, one of them is killed now and then while it does, the
 * next gives their reservations back, the rest buy and give back. */
static int
run_racer(int i)
{
	const char *name = racer_name(i);

	if (i < N_MOVERS) {
		for (int k = 0; k < n_rounds && tally->n_moved < n_rounds; k++)
			i == BY_CARD ? move_on_by_card(i) : move_on(i);
		count(&tally->n_done);
		return 0;
	}
	while (i == ASKS && tally->n_done < N_MOVERS) {
		work();
		usleep(2000);
	}
	for (int k = 0; k < 20 * n_rounds && tally->n_moved < n_rounds; k++) {
		int whose = (int)(random() % N_MOVERS);

		house_round();
		if (i == CANCELS && random() % 4 == 0) {
			their_number = span_str(tally->number[whose]);
			if (cancel_surely(racer_name(whose)) == CANCEL_OK)
				count(&tally->n_cancelled);
		} else if (i != CANCELS && buys(name)) {
			(void)cancel_surely(name);
		}
		usleep(2000);
	}
	return 0;
}

START_TEST(many_moves_race_against_sales_cancels_and_kills)
{
	const struct runner runner = { open_racer, run_racer };
	const char *rounds = getenv("MOVES");
	int results[N_RACERS];

	house_change("moves = 'any'");
	house_tell();
	n_rounds = strtoll(rounds != NULL ? rounds : MOVES_DEFAULT, NULL, 10);
	tally = race_memory(sizeof(*tally));
	for (int i = 0; i < N_RACERS; i++)
		(void)house_user(racer_name(i));
	(void)house_map();
	clock_fake(-1);
	race(N_RACERS, &runner, results);
	ck_assert_int_eq(race_count(N_RACERS, results, 0), N_RACERS);
	fprintf(stderr,
	    "# moved %d, to be paid by card %d, killed %d, cancelled meanwhile"
	    " %d\n",
	    tally->n_moved, tally->n_by_card, tally->n_killed,
	    tally->n_cancelled);
	house_round();
	clock_fake(clock_ms());
	for (int i = 0; i < 40; i++) {
		wait_for_it();
		work();
		usleep(50000); /* so many a second */
	}
	pass(settings_gone_ms(&house.ctx.set) + 1000);
	(void)reconcile();
	for (int i = 0; i < N_RACERS; i++) {
		int64_t worth = house_count(
		    "SELECT coalesce(sum(CASE WHEN seat_no > 16 THEN 2500"
		    " ELSE 1000 END), 0) FROM seat_claim WHERE state = 'R'"
		    " AND user_id = $1",
		    house_user(racer_name(i)));

		if (i == BY_CARD)
			ck_assert_int_eq(teller_has(), worth);
		ck_assert_int_eq(balance(racer_name(i))
			+ (i == BY_CARD ? 0 : worth),
		    HOUSE_WALLET);
	}
}
END_TEST

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

SUITE("move")
{
	FIXTURE_ONCE(once, NULL);
	FIXTURE(open_house, close_house);
	TEST(a_seat_becomes_another_of_its_class);
	TEST(a_buyer_takes_no_seat_of_another_type);
	TEST(some_may_take_the_places_of_others);
	TEST(the_same_key_is_given_the_same_answer);
	TEST(what_a_buyer_may_not_is_refused_and_changes_nothing);
	TEST(an_operator_moves_to_any_class_and_what_it_costs_less_comes_back);
	TEST(a_buyer_keeps_the_rules_of_seats_and_his_own_count_as_free);
	TEST(places_that_are_kept_are_for_who_has_one);
	TEST(what_it_costs_more_is_taken_from_the_wallet);
	TEST(an_operator_changes_ticket_types);
	TEST(what_was_moved_is_given_back_for_what_it_cost);
	TEST(tickets_of_seats_that_were_left_are_void);
	TEST(it_is_told_to_others_with_what_became_what);
	TEST(it_is_not_moved_for_ever);
	TEST(a_seat_waits_for_what_its_card_is_given_back);
#ifdef FAULTS
	TEST_LOOP(a_crash_on_the_way_leaves_one_answer,
	    (int)ARRAY_LEN(crashes));
	TEST(seats_of_a_move_that_died_are_free_again);
	TEST(seats_that_were_given_back_meanwhile_are_not_moved);
	TEST(seats_of_a_performance_that_is_called_off_are_not_moved);
	TEST(a_redis_that_was_emptied_meanwhile_is_told_anew);
#endif
	TEST(many_moves_race_against_sales_cancels_and_kills);
	TEST(the_audit_finds_nothing);
}
