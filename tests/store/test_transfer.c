/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_transfer - a reservation goes to another user: owned by one, let in by
 * his tickets alone, its money where it came from
 *
 * TRANSFERS is how many are raced against each other, cancels, moves and kills.
 *
 * Layer: tests.  Uses: reservation, admin, ticket, buyer, teller, truth.
 */
#include "reservation/transfer.h"

#include "admin/give_back.h"
#include "admin/move_by.h"
#include "admin/transfer_by.h"
#include "base/clock.h"
#include "base/fault.h"
#include "tests/support/afterwards.h"
#include "tests/support/audited.h"
#include "tests/support/race.h"
#include "tests/support/servers.h"
#include "tests/support/teller.h"
#include "tests/support/house_shell.h"
#include "tests/support/wire.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static struct span its_number; /* of the last reservation bought */
static struct span token;      /* of the last offer */
static struct cancel_result gave;

static void
remember(void)
{
	const struct db_param p = db_i64(&house.ctx.arena, house.performance);
	static const struct sql newest = { "test_transfer_newest",
		"SELECT number FROM reservations WHERE performance_id = $1"
		" ORDER BY id DESC LIMIT 1" };
	struct db_rows rows;

	ck_assert_int_eq(
	    db_run(house.ctx.primary, &house.ctx.arena, &newest, 1, &p, &rows),
	    0);
	its_number = buyer_token(db_cell(&rows, 0, 0));
}

static void
buy(const char *name, const char *seats)
{
	ck_assert_int_eq(place(name, seats), HOLD_OK);
	ck_assert_int_eq(
	    pay_key(name, hold.token, arena_str(&house.ctx.arena, hold.token)),
	    PURCHASE_OK);
	remember();
}

/* to: NULL: to who has the token */
static int
offer(const char *name, const char *to)
{
	struct offer made;
	int r;

	house_round();
	r = offer_make(&house.ctx, house_user(name), its_number,
	    to != NULL ? house_user(to) : 0, &made);
	if (r == OFFER_OK)
		token = buyer_token(made.token);
	return r;
}

static int
accepts(const char *name)
{
	const struct transfer ask = { .to = house_user(name), .token = token };
	struct span of;

	house_round();
	return transfer_make(&house.ctx, &ask, &of);
}

static int
take_back(const char *name)
{
	house_round();
	return offer_end(&house.ctx, house_user(name), its_number);
}

static int
look(const char *name, struct offer_seen *seen)
{
	house_round();
	return offer_look(&house.ctx, house_user(name), token, seen);
}

/* By an operator. */
static int
give_to(const char *name)
{
	const struct audit_by by = { .reason = SPAN_LIT("he asked for it") };

	house_round();
	return transfer_by(&house.ctx, its_number,
	    span_str(arena_printf(&house.ctx.arena, "%s", name)), &by);
}

static struct span
say_nothing(struct ctx *ctx, void *arg, const struct reservation *r)
{
	(void)ctx;
	(void)arg;
	(void)r;
	return SPAN_LIT("{}");
}

static const char *
new_key(void)
{
	static int n;

	return arena_printf(&house.ctx.arena, "t%d-%d", (int)getpid(), n++);
}

static int
cancel_some(const char *name, const int64_t *seats, size_t n)
{
	struct idem idem;
	const struct cancel ask = { .user = house_user(name),
		.number = its_number,
		.seats = seats,
		.n_seats = n,
		.idem = &idem,
		.answer = say_nothing };

	idem_init(&house.ctx, &idem, ask.user, "POST /cancel",
	    span_str(new_key()), &its_number, 1);
	house_round();
	return cancel_make(&house.ctx, &ask, &gave);
}

static int
cancel_all(const char *name)
{
	return cancel_some(name, NULL, 0);
}

static int
move(const char *name, int64_t from, int64_t to)
{
	const struct move_line line = { from, to, SPAN_NONE };
	struct move_result moved;
	struct idem idem;
	const struct move ask = { .user = house_user(name),
		.number = its_number,
		.lines = &line,
		.n_lines = 1,
		.idem = &idem,
		.answer = say_nothing };

	idem_init(&house.ctx, &idem, ask.user, "POST /move",
	    span_str(new_key()), &its_number, 1);
	house_round();
	return move_make(&house.ctx, &ask, &moved);
}

/* How many seats Redis counts as bought by him. */
static int64_t
counted(const char *name)
{
	const char *said = house_redis(arena_printf(&house.ctx.arena,
	    "HGET bo:{p%lld.%lld}:holds u%lld", (long long)house.performance,
	    (long long)house_count("SELECT epoch FROM sys_epoch", 0),
	    (long long)house_user(name)));
	long long held, bought_;

	if (sscanf(said, "%lld %lld", &held, &bought_) != 2)
		return 0;
	return bought_;
}

static int64_t
claims(const char *name)
{
	return house_count(
	    "SELECT count(*) FROM seat_claim WHERE user_id = $1"
	    " AND state = 'R'",
	    house_user(name));
}

/* "place issues" of those that gates refuse, in their order. */
static const char *
void_tickets(void)
{
	static const struct sql list = { "test_transfer_void",
		"SELECT coalesce(string_agg(place || ' ' || issues, ', '"
		" ORDER BY place), '') FROM ticket_void($1)" };
	const struct db_param p = db_i64(&house.ctx.arena, house.performance);
	struct db_rows rows;

	ck_assert_int_eq(
	    db_run(house.ctx.primary, &house.ctx.arena, &list, 1, &p, &rows),
	    0);
	return arena_str(&house.ctx.arena, db_cell(&rows, 0, 0));
}

/* Whose it is: one of these and nobody else has it. */
static void
assert_his(const char *name, const char *other, int64_t n)
{
	struct reservation r;

	ck_assert_int_eq(
	    reservation_find(&house.ctx, house_user(name), its_number, &r),
	    RESERVATION_OK);
	ck_assert_int_eq(
	    reservation_find(&house.ctx, house_user(other), its_number, &r),
	    RESERVATION_E_NONE);
	ck_assert_int_eq(claims(name), n);
	ck_assert_int_eq(claims(other), 0);
	ck_assert_int_eq(counted(name), n);
	ck_assert_int_eq(counted(other), 0);
}

static void
open_house(void)
{
	house_open();
	house_change("transfers = 'on', moves = 'class'");
	house_tell();
	clock_fake(clock_ms());
	house_round();
	teller_open();
	wire_open(&house.ctx);
}

static void
close_house(void)
{
	wire_close();
	settle();
	teller_close();
	house_close();
}

/* ---- one gives, one takes ---- */

START_TEST(who_accepts_has_it_and_nobody_else)
{
	buy("ann", "1 2");
	ck_assert_int_eq(offer("ann", NULL), OFFER_OK);
	assert_his("ann", "bob", 2);
	ck_assert_int_eq(accepts("bob"), OFFER_OK);
	assert_his("bob", "ann", 2);
	ck_assert_str_eq(void_tickets(), "1 1, 2 1");
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET - 2000);
	ck_assert_int_eq(balance("bob"), HOUSE_WALLET);
	ck_assert_str_eq(house_map(), "RRAAAAAAAAAAAAAAAAAAAAAA");
}
END_TEST

START_TEST(an_offer_is_taken_once)
{
	buy("ann", "1 2");
	ck_assert_int_eq(offer("ann", NULL), OFFER_OK);
	ck_assert_int_eq(accepts("bob"), OFFER_OK);
	ck_assert_int_eq(accepts("bob"), OFFER_OK);
	ck_assert_int_eq(accepts("cid"), OFFER_E_NONE);
	ck_assert_int_eq(accepts("ann"), OFFER_E_NONE);
	assert_his("bob", "ann", 2);
	ck_assert_str_eq(void_tickets(), "1 1, 2 1");
	ck_assert_int_eq(house_count("SELECT count(*) FROM outbox WHERE kind"
				     " = 'reservation.transferred' AND"
				     " (payload->>'performance_id')::bigint"
				     " = $1",
			     house.performance),
	    1);
}
END_TEST

START_TEST(it_may_go_on_and_come_back)
{
	buy("ann", "1");
	ck_assert_int_eq(offer("ann", NULL), OFFER_OK);
	ck_assert_int_eq(accepts("bob"), OFFER_OK);
	ck_assert_int_eq(offer("ann", NULL), OFFER_E_NONE);
	ck_assert_int_eq(offer("bob", "cid"), OFFER_OK);
	ck_assert_int_eq(accepts("ann"), OFFER_E_NONE);
	ck_assert_int_eq(accepts("cid"), OFFER_OK);
	ck_assert_int_eq(offer("cid", NULL), OFFER_OK);
	ck_assert_int_eq(accepts("ann"), OFFER_OK);
	assert_his("ann", "cid", 1);
	ck_assert_str_eq(void_tickets(), "1 3");
}
END_TEST

START_TEST(who_is_named_alone_may_take_it)
{
	struct offer_seen seen;
	struct span of;

	buy("ann", "1 2");
	ck_assert_int_eq(offer("ann", "ann"), OFFER_E_OWN);
	ck_assert_int_eq(offer("ann", "bob"), OFFER_OK);
	ck_assert_int_eq(look("bob", &seen), OFFER_OK);
	ck_assert_int_eq((int)seen.state, (int)OFFER_OPEN);
	ck_assert_uint_eq(seen.reservation.n_seats, 2);
	ck_assert_int_eq(look("ann", &seen), OFFER_OK);
	ck_assert_int_eq((int)seen.state, (int)OFFER_OWN);
	ck_assert_int_eq(look("cid", &seen), OFFER_E_NONE);
	ck_assert_int_eq(accepts("cid"), OFFER_E_NONE);
	ck_assert_int_eq(accepts("ann"), OFFER_E_OWN);
	ck_assert_int_eq(
	    offer_to(&house.ctx, house_user("cid"), its_number, &of),
	    OFFER_E_NONE);
	ck_assert_int_eq(
	    offer_to(&house.ctx, house_user("bob"), its_number, &of), OFFER_OK);
	ck_assert(span_eq(of, token));
	ck_assert_int_eq(accepts("bob"), OFFER_OK);
	ck_assert_int_eq(look("bob", &seen), OFFER_OK);
	ck_assert_int_eq((int)seen.state, (int)OFFER_TAKEN);
	ck_assert_int_eq(look("ann", &seen), OFFER_E_NONE);
	assert_his("bob", "ann", 2);
}
END_TEST

START_TEST(a_second_offer_ends_the_first_and_the_same_is_given_again)
{
	struct span first, second;
	struct offer open;

	buy("ann", "1");
	ck_assert_int_eq(offer("ann", NULL), OFFER_OK);
	first = token;
	ck_assert_int_eq(offer("ann", NULL), OFFER_OK);
	ck_assert(span_eq(first, token));
	ck_assert_int_eq(
	    offer_get(&house.ctx, house_user("ann"), its_number, &open),
	    OFFER_OK);
	ck_assert(span_eq(open.token, first));
	ck_assert_int_eq(
	    offer_get(&house.ctx, house_user("bob"), its_number, &open),
	    OFFER_E_NONE);
	ck_assert_int_eq(offer("ann", "bob"), OFFER_OK);
	second = token;
	ck_assert(!span_eq(first, second));
	token = first;
	ck_assert_int_eq(accepts("bob"), OFFER_E_NONE);
	token = second;
	ck_assert_int_eq(accepts("bob"), OFFER_OK);
}
END_TEST

START_TEST(what_was_taken_back_or_has_lapsed_is_offered_to_nobody)
{
	struct offer_seen seen;

	buy("ann", "1");
	ck_assert_int_eq(offer("ann", NULL), OFFER_OK);
	ck_assert_int_eq(take_back("bob"), OFFER_E_NONE);
	ck_assert_int_eq(take_back("ann"), OFFER_OK);
	ck_assert_int_eq(take_back("ann"), OFFER_OK);
	ck_assert_int_eq(accepts("bob"), OFFER_E_NONE);
	ck_assert_int_eq(offer("ann", NULL), OFFER_OK);
	clock_fake(clock_ms() + house.ctx.set.transfer_days * 86400000);
	ck_assert_int_eq(look("bob", &seen), OFFER_E_NONE);
	ck_assert_int_eq(accepts("bob"), OFFER_E_NONE);
	assert_his("ann", "bob", 1);
}
END_TEST

START_TEST(an_offer_ends_with_the_start)
{
	struct offer open;

	house_change("starts_at = now() + interval '1 hour'");
	buy("ann", "1");
	ck_assert_int_eq(offer("ann", NULL), OFFER_OK);
	ck_assert_int_eq(
	    offer_get(&house.ctx, house_user("ann"), its_number, &open),
	    OFFER_OK);
	ck_assert_int_lt(open.ends_ms, clock_ms() + 3602000);
	house_change("starts_at = now() - interval '1 minute'");
	ck_assert_int_eq(accepts("bob"), OFFER_E_CLOSED);
	ck_assert_int_eq(offer("ann", "bob"), OFFER_E_CLOSED);
	house_change("starts_at = now() + interval '1 hour'");
}
END_TEST

/* ---- what it may not ---- */

START_TEST(nobody_gets_more_than_one_buyer_may)
{
	buy("bob", "9 10 11 12 13 14 15");
	buy("ann", "1 2");
	ck_assert_int_eq(offer("ann", NULL), OFFER_OK);
	ck_assert_int_eq(accepts("bob"), TRANSFER_E_LIMIT);
	ck_assert_int_eq(counted("bob"), 7);
	ck_assert_int_eq(cancel_some("ann", (int64_t[]){ 2 }, 1), CANCEL_OK);
	ck_assert_int_eq(accepts("bob"), OFFER_OK);
	ck_assert_int_eq(claims("bob"), 8);
	ck_assert_int_eq(counted("bob"), 8);
	ck_assert_int_eq(place("bob", "3"), HOLD_E_LIMIT);
	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
}
END_TEST

START_TEST(what_he_holds_counts_as_well)
{
	ck_assert_int_eq(place("bob", "9 10 11 12 13 14 15"), HOLD_OK);
	buy("ann", "1 2");
	ck_assert_int_eq(offer("ann", NULL), OFFER_OK);
	ck_assert_int_eq(accepts("bob"), TRANSFER_E_LIMIT);
	assert_his("ann", "bob", 2);
	audited_always();
}
END_TEST

START_TEST(postgresql_has_the_last_word_on_the_limit)
{
	buy("bob", "9 10 11 12 13 14 15");
	buy("ann", "1 2");
	ck_assert_int_eq(offer("ann", NULL), OFFER_OK);
	house_redis(arena_printf(&house.ctx.arena,
	    "HDEL bo:{p%lld.%lld}:holds u%lld", (long long)house.performance,
	    (long long)house_count("SELECT epoch FROM sys_epoch", 0),
	    (long long)house_user("bob")));
	ck_assert_int_eq(accepts("bob"), TRANSFER_E_LIMIT);
	(void)reconcile();
	ck_assert_int_eq(counted("bob"), 7);
}
END_TEST

START_TEST(it_is_off_where_the_performance_says_so)
{
	buy("ann", "1");
	ck_assert_int_eq(offer("ann", NULL), OFFER_OK);
	house_change("transfers = 'off'");
	ck_assert_int_eq(accepts("bob"), OFFER_E_CLOSED);
	ck_assert_int_eq(take_back("ann"), OFFER_OK);
	ck_assert_int_eq(offer("ann", NULL), OFFER_E_CLOSED);
	ck_assert_int_eq(offer("bob", NULL), OFFER_E_NONE);
	assert_his("ann", "bob", 1);
}
END_TEST

START_TEST(what_was_given_back_stays_so)
{
	buy("ann", "1 2 3");
	ck_assert_int_eq(offer("ann", NULL), OFFER_OK);
	ck_assert_int_eq(cancel_some("ann", (int64_t[]){ 2 }, 1), CANCEL_OK);
	ck_assert_int_eq(accepts("bob"), OFFER_OK);
	assert_his("bob", "ann", 2);
	ck_assert_str_eq(void_tickets(), "1 1, 2 1, 3 1");
	ck_assert_int_eq(cancel_all("bob"), CANCEL_OK);
	ck_assert_int_eq(offer("bob", NULL), OFFER_E_CLOSED);
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET);
}
END_TEST

START_TEST(it_is_not_passed_on_for_ever)
{
	buy("ann", "1");
	for (int i = 0; i < MOVES_MAX; i++) {
		const char *from = i % 2 == 0 ? "ann" : "bob";

		ck_assert_int_eq(offer(from, NULL), OFFER_OK);
		ck_assert_int_eq(accepts(i % 2 == 0 ? "bob" : "ann"), OFFER_OK);
	}
	ck_assert_int_eq(offer("bob", NULL), OFFER_E_OFTEN);
}
END_TEST

/* ---- whose money it is ---- */

START_TEST(what_comes_back_goes_to_who_paid)
{
	buy("ann", "1 17");
	ck_assert_int_eq(offer("ann", NULL), OFFER_OK);
	ck_assert_int_eq(accepts("bob"), OFFER_OK);
	ck_assert_int_eq(cancel_some("bob", (int64_t[]){ 17 }, 1), CANCEL_OK);
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET - 1000);
	ck_assert_int_eq(cancel_all("ann"), CANCEL_E_NONE);
	ck_assert_int_eq(cancel_all("bob"), CANCEL_OK);
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET);
	ck_assert_int_eq(balance("bob"), HOUSE_WALLET);
	ck_assert_int_eq(counted("bob"), 0);
}
END_TEST

START_TEST(other_seats_may_cost_less_and_not_more)
{
	const struct audit_by why = { .reason = SPAN_LIT("a pillar") };
	struct move_line line = { 18, 9, SPAN_NONE };
	struct move_result moved;
	struct idem idem;
	struct move of = { .lines = &line,
		.n_lines = 1,
		.idem = &idem,
		.debits = true,
		.answer = say_nothing };

	buy("ann", "17");
	of.number = its_number;
	ck_assert_int_eq(offer("ann", NULL), OFFER_OK);
	ck_assert_int_eq(accepts("bob"), OFFER_OK);
	ck_assert_int_eq(move("ann", 17, 18), MOVE_E_NONE);
	ck_assert_int_eq(move("bob", 17, 18), MOVE_OK);
	idem_init(&house.ctx, &idem, 0, "POST /move", span_str(new_key()),
	    &its_number, 1);
	ck_assert_int_eq(move_by(&house.ctx, &of, &why, &moved), MOVE_OK);
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET - 1000);
	line = (struct move_line){ 9, 17, SPAN_NONE };
	idem_init(&house.ctx, &idem, 0, "POST /move", span_str(new_key()),
	    &its_number, 1);
	ck_assert_int_eq(move_by(&house.ctx, &of, &why, &moved), MOVE_E_MONEY);
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET - 1000);
	ck_assert_int_eq(balance("bob"), HOUSE_WALLET);
	assert_his("bob", "ann", 1);
}
END_TEST

/* Who was offered it was shown other seats. */
START_TEST(a_move_takes_the_offer_back)
{
	struct offer none;

	buy("ann", "1 17");
	ck_assert_int_eq(offer("ann", "bob"), OFFER_OK);
	ck_assert_int_eq(move("ann", 1, 1), MOVE_E_SAME);
	ck_assert_int_eq(cancel_some("ann", (int64_t[]){ 17 }, 1), CANCEL_OK);
	ck_assert_int_eq(
	    offer_get(&house.ctx, house_user("ann"), its_number, &none),
	    OFFER_OK);
	ck_assert(span_is(none.token));
	ck_assert_int_eq(move("ann", 1, 2), MOVE_OK);
	ck_assert_int_eq(
	    offer_get(&house.ctx, house_user("ann"), its_number, &none),
	    OFFER_OK);
	ck_assert(!span_is(none.token));
	ck_assert_int_eq(accepts("bob"), OFFER_E_NONE);
	assert_his("ann", "bob", 1);
	ck_assert_int_eq(offer("ann", "bob"), OFFER_OK);
	ck_assert_int_eq(accepts("bob"), OFFER_OK);
	/* He keeps it when he moves: to ask again gives the same answer. */
	ck_assert_int_eq(move("bob", 2, 3), MOVE_OK);
	ck_assert_int_eq(accepts("bob"), OFFER_OK);
	assert_his("bob", "ann", 1);
}
END_TEST

START_TEST(a_card_is_given_back_what_it_paid)
{
	ck_assert_int_eq(place("ann", "1 17"), HOLD_OK);
	ck_assert_int_eq(pay_card("k"), PURCHASE_E_PENDING);
	work();
	remember();
	ck_assert_int_eq(offer("ann", NULL), OFFER_OK);
	ck_assert_int_eq(cancel_some("ann", (int64_t[]){ 17 }, 1), CANCEL_OK);
	ck_assert_int_eq(accepts("bob"), OFFER_E_BUSY);
	ck_assert_int_eq(give_to("nobody"), TRANSFER_BY_E_USER);
	work();
	ck_assert_int_eq(accepts("bob"), OFFER_OK);
	ck_assert_int_eq(cancel_all("bob"), CANCEL_OK);
	work();
	ck_assert_int_eq(teller_has(), 0);
	ck_assert_int_eq(house_count("SELECT count(*) FROM seat_claim WHERE"
				     " performance_id = $1",
			     house.performance),
	    0);
	ck_assert_int_eq(balance("bob"), HOUSE_WALLET);
}
END_TEST

START_TEST(an_operator_gives_it_back_to_who_paid)
{
	const struct audit_by why = { .reason = SPAN_LIT("a letter") };
	struct idem idem;
	const struct cancel ask = { .idem = &idem, .answer = say_nothing };

	buy("ann", "1");
	ck_assert_int_eq(offer("ann", NULL), OFFER_OK);
	ck_assert_int_eq(accepts("bob"), OFFER_OK);
	idem_init(&house.ctx, &idem, 0, "POST /refund", span_str(new_key()),
	    &its_number, 1);
	house_round();
	ck_assert_int_eq(give_back(&house.ctx,
			     house_count("SELECT payment_id FROM reservations"
					 " WHERE user_id = $1",
				 house_user("bob")),
			     &ask, &why, &gave),
	    CANCEL_OK);
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET);
	ck_assert_int_eq(balance("bob"), HOUSE_WALLET);
}
END_TEST

/* ---- places that are no seats ---- */

START_TEST(places_of_a_counter_section_go_too)
{
	house_lawn(20);
	house_terms();
	ck_assert_int_eq(place_on_lawn("ann", 3), HOLD_OK);
	ck_assert_int_eq(
	    pay_key("ann", hold.token, arena_str(&house.ctx.arena, hold.token)),
	    PURCHASE_OK);
	remember();
	ck_assert_int_eq(offer("ann", NULL), OFFER_OK);
	ck_assert_int_eq(accepts("bob"), OFFER_OK);
	ck_assert_int_eq(counted("ann"), 0);
	ck_assert_int_eq(counted("bob"), 3);
	ck_assert_int_eq(house_count("SELECT quantity FROM section_claim"
				     " WHERE user_id = $1",
			     house_user("bob")),
	    3);
	ck_assert_int_eq(cancel_all("bob"), CANCEL_OK);
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET);
}
END_TEST

/* ---- an operator ---- */

START_TEST(an_operator_needs_no_offer)
{
	house_change("transfers = 'off'");
	buy("ann", "1 2");
	ck_assert_int_eq(give_to(house_login("bob")), OFFER_OK);
	ck_assert_int_eq(give_to(house_login("bob")), OFFER_E_OWN);
	assert_his("bob", "ann", 2);
	ck_assert_int_eq(house_count("SELECT count(*) FROM audit_log WHERE"
				     " action = 'reservation.transfer' AND"
				     " (detail->>'to')::bigint = $1",
			     house_user("bob")),
	    1);
	buy("cid", "9 10 11 12 13 14 15");
	ck_assert_int_eq(give_to(house_login("bob")), TRANSFER_E_LIMIT);
	its_number = SPAN_LIT("0000-0000-0000-0000");
	ck_assert_int_eq(give_to(house_login("bob")), OFFER_E_NONE);
}
END_TEST

START_TEST(an_open_offer_ends_when_an_operator_does_it)
{
	buy("ann", "1");
	ck_assert_int_eq(offer("ann", NULL), OFFER_OK);
	ck_assert_int_eq(give_to(house_login("bob")), OFFER_OK);
	ck_assert_int_eq(accepts("cid"), OFFER_E_NONE);
	assert_his("bob", "ann", 1);
}
END_TEST

START_TEST(what_one_has_passed_on_is_listed)
{
	struct transfer_item *list;
	bool more;
	size_t n;

	for (int i = 0; i < 3; i++) {
		buy("ann", arena_printf(&house.ctx.arena, "%d", 1 + i));
		ck_assert_int_eq(offer("ann", i == 1 ? "bob" : NULL), OFFER_OK);
		ck_assert_int_eq(accepts("bob"), OFFER_OK);
	}
	ck_assert_int_eq(transfer_list(&house.ctx, house_user("ann"), 0, 2,
			     &list, &n, &more),
	    OFFER_OK);
	ck_assert_uint_eq(n, 2);
	ck_assert(more);
	ck_assert(!span_is(list[0].to));
	ck_assert_str_eq(arena_str(&house.ctx.arena, list[1].to),
	    house_login("bob"));
	ck_assert_int_eq(transfer_list(&house.ctx, house_user("ann"),
			     list[1].id, 2, &list, &n, &more),
	    OFFER_OK);
	ck_assert_uint_eq(n, 1);
	ck_assert(!more);
	ck_assert_int_eq(transfer_list(&house.ctx, house_user("bob"), 0, 2,
			     &list, &n, &more),
	    OFFER_OK);
	ck_assert_uint_eq(n, 0);
}
END_TEST

START_TEST(offers_that_are_long_over_are_forgotten)
{
	size_t n;

	buy("ann", "1");
	ck_assert_int_eq(offer("ann", NULL), OFFER_OK);
	house_run(
	    "UPDATE reservation_offers SET expires_at = now()"
	    " - interval '8 days'");
	ck_assert_int_eq(offer_purge(&house.ctx, 100, &n), 0);
	ck_assert_uint_ge(n, 1);
	ck_assert_int_eq(
	    house_count("SELECT count(*) FROM reservation_offers", 0), 0);
}
END_TEST

/* ---- who dies on the way, and who comes at once ---- */

#ifdef FAULTS
static void
bob_accepts(void)
{
	_exit(accepts("bob"));
}

static const struct {
	const char *point;
	bool done; /* it is his */
} crashes[] = {
	{ "transfer.after_count", false },
	{ "transfer.before_commit", false },
	{ "transfer.after_commit", true },
	{ "transfer.after_mirror", true },
};

/* He asks again; and where he does not, everything fits all the same. */
START_TEST(who_dies_on_the_way_leaves_one_owner)
{
	bool again = _i % 2 == 0;
	int i = _i / 2;

	buy("ann", "1 2");
	ck_assert_int_eq(offer("ann", NULL), OFFER_OK);
	buyer_crash(
	    arena_printf(&house.ctx.arena, "crash:%s:1", crashes[i].point),
	    bob_accepts);
	if (again)
		ck_assert_int_eq(accepts("bob"), OFFER_OK);
	(void)reconcile();
	(void)reconcile();
	if (again || crashes[i].done)
		assert_his("bob", "ann", 2);
	else
		assert_his("ann", "bob", 2);
}
END_TEST

START_TEST(whose_payment_was_not_mirrored_is_counted_once)
{
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	buyer_crash("crash:pay.before_mirror:1", pay_as_ann);
	remember();
	ck_assert_int_eq(offer("ann", NULL), OFFER_OK);
	if (_i == 0) {
		ck_assert_int_eq(accepts("bob"), OFFER_OK);
	} else {
		buyer_crash("crash:transfer.after_commit:1", bob_accepts);
		(void)reconcile();
		(void)reconcile();
	}
	(void)reconcile();
	assert_his("bob", "ann", 2);
	ck_assert_int_eq(place("ann", "3 4 5 6 7 8 10 11"), HOLD_OK);
}
END_TEST

/* He stands before his transaction; somebody else is first. */
START_TEST(what_comes_in_between_is_one_or_the_other)
{
	struct sleeper sleeper;

	buy("ann", "1 2");
	ck_assert_int_eq(offer("ann", NULL), OFFER_OK);
	buyer_sleep(&sleeper, "transfer.before_commit", bob_accepts);
	switch (_i) {
	case 0:
		ck_assert_int_eq(cancel_all("ann"), CANCEL_OK);
		ck_assert_int_eq(buyer_wake(&sleeper), OFFER_E_CLOSED);
		ck_assert_int_eq(claims("bob"), 0);
		break;
	case 1:
		ck_assert_int_eq(cancel_some("ann", (int64_t[]){ 2 }, 1),
		    CANCEL_OK);
		ck_assert_int_eq(buyer_wake(&sleeper), OFFER_OK);
		assert_his("bob", "ann", 1);
		break;
	case 2:
		ck_assert_int_eq(move("ann", 1, 9), MOVE_OK);
		ck_assert_int_eq(buyer_wake(&sleeper), OFFER_E_NONE);
		assert_his("ann", "bob", 2);
		break;
	case 3:
		ck_assert_int_eq(take_back("ann"), OFFER_OK);
		ck_assert_int_eq(buyer_wake(&sleeper), OFFER_E_NONE);
		assert_his("ann", "bob", 2);
		break;
	case 4:
		ck_assert_int_eq(accepts("cid"), OFFER_OK);
		ck_assert_int_eq(buyer_wake(&sleeper), OFFER_E_NONE);
		assert_his("cid", "bob", 2);
		break;
	case 5:
		house_change("status = 'cancelled'");
		ck_assert_int_eq(buyer_wake(&sleeper), OFFER_E_CLOSED);
		assert_his("ann", "bob", 2);
		house_change("status = 'open'");
		break;
	}
	ck_assert_int_eq(counted("bob"), claims("bob"));
}
END_TEST

static void
ann_cancels(void)
{
	_exit(cancel_all("ann"));
}

static void
ann_moves(void)
{
	_exit(move("ann", 1, 9));
}

/* The other way round: she has read it as hers, and it is not any more. */
START_TEST(who_has_passed_it_on_gives_nothing_back)
{
	struct sleeper sleeper;

	buy("ann", "1 2");
	ck_assert_int_eq(offer("ann", NULL), OFFER_OK);
	if (_i == 0)
		buyer_sleep(&sleeper, "cancel.before_commit", ann_cancels);
	else
		buyer_sleep(&sleeper, "move.before_commit", ann_moves);
	ck_assert_int_eq(accepts("bob"), OFFER_OK);
	ck_assert_int_eq(buyer_wake(&sleeper),
	    _i == 0 ? (int)CANCEL_E_NONE : (int)MOVE_E_NONE);
	(void)reconcile();
	assert_his("bob", "ann", 2);
	ck_assert_str_eq(house_map(), "RRAAAAAAAAAAAAAAAAAAAAAA");
}
END_TEST
#endif

/* ---- all at once ---- */

#define N_RACERS 8
#define N_RESERVATIONS 3
#define TRANSFERS_DEFAULT "150"

static struct tally {
	char number[N_RESERVATIONS][RESERVATION_NUMBER_LEN + 1];
	char token[N_RESERVATIONS][OFFER_TOKEN_LEN + 1];
	int n_accepted, n_killed, n_backs;
} * tally;
static int64_t n_rounds;

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

static void
accept_and_die(const char *name)
{
	pid_t pid = fork();
	int status;

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		house_fork();
		_exit(accepts(name) == OFFER_OK ? 0 : 1);
	}
	usleep((useconds_t)(random() % 20000));
	(void)kill(pid, SIGKILL);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status))
		count(&tally->n_killed);
}

/* Whoever has it offers it; all try to get it. Now and then somebody dies over
 * that, moves it, or takes it back; whoever finds a refusal goes on. */
static int
run_racer(int i)
{
	const char *name = racer_name(i);

	for (int k = 0; k < 40 * n_rounds && tally->n_accepted < n_rounds;
	     k++) {
		int which = (int)(random() % N_RESERVATIONS);

		its_number = span_str(tally->number[which]);
		token = span_str(tally->token[which]);
		if (random() % 4 == 0 && offer(name, NULL) == OFFER_OK)
			memcpy(tally->token[which], token.p, OFFER_TOKEN_LEN);
		else if (random() % 16 == 0)
			accept_and_die(name);
		else if (random() % 16 == 0)
			(void)move(name, random() % 16 + 1, random() % 16 + 1);
		else if (random() % 8 == 0)
			(void)take_back(name);
		else if (random() % 64 == 0)
			(void)cancel_some(name, (int64_t[]){ which * 5 + 5 },
			    1);
		else if (accepts(name) == OFFER_OK)
			count(&tally->n_accepted);
	}
	return 0;
}

START_TEST(many_want_it_and_one_has_it)
{
	const struct runner runner = { open_racer, run_racer };
	const char *rounds = getenv("TRANSFERS");
	int results[N_RACERS];
	int64_t paid;

	n_rounds = strtoll(rounds != NULL ? rounds : TRANSFERS_DEFAULT, NULL,
	    10);
	tally = race_memory(sizeof(*tally));
	for (int i = 0; i < N_RACERS; i++)
		(void)house_user(racer_name(i));
	for (int i = 0; i < N_RESERVATIONS; i++) {
		buy(racer_name(i),
		    arena_printf(&house.ctx.arena, "%d %d", i * 5 + 1,
			i * 5 + 5));
		memcpy(tally->number[i], its_number.p, RESERVATION_NUMBER_LEN);
	}
	clock_fake(-1);
	race(N_RACERS, &runner, results);
	ck_assert_int_eq(race_count(N_RACERS, results, 0), N_RACERS);
	fprintf(stderr, "# accepted %d, killed %d\n", tally->n_accepted,
	    tally->n_killed);
	house_round();
	clock_fake(clock_ms());
	pass(settings_gone_ms(&house.ctx.set) + 1000);
	(void)reconcile();
	(void)reconcile();
	for (int i = 0; i < N_RACERS; i++)
		ck_assert_int_eq(counted(racer_name(i)), claims(racer_name(i)));
	for (int i = 0; i < N_RESERVATIONS; i++) {
		paid = house_count(
		    "SELECT coalesce(sum(p.amount - p.refunded),"
		    " 0) FROM payments AS p WHERE p.user_id = $1",
		    house_user(racer_name(i)));
		ck_assert_int_eq(balance(racer_name(i)), HOUSE_WALLET - paid);
	}
}
END_TEST

/* ---- over HTTP, and at the command line ---- */

#define API "/api/v1"

static char *
of_number(const char *room)
{
	return arena_printf(&house.ctx.arena, API "%s/reservations/%s/transfer",
	    room, arena_str(&house.ctx.arena, its_number));
}

static char *
of_token(const char *what)
{
	return arena_printf(&house.ctx.arena, API "/transfers/%s%s",
	    arena_str(&house.ctx.arena, token), what);
}

static char *
token_of(const char *name, enum role role)
{
	return wire_token(house_user(name), role);
}

START_TEST(a_link_is_all_that_the_other_needs)
{
	char *ann = token_of("ann", ROLE_USER), *bob;
	char *cid = token_of("cid", ROLE_USER);

	bob = token_of("bob", ROLE_USER);
	buy("ann", "1 2");
	ck_assert_int_eq(ask("GET", of_number(""), ann, NULL), 204);
	ck_assert_int_eq(ask("POST", of_number(""), ann, "{}"), 201);
	token = buyer_token(span_str(text("token")));
	ck_assert_uint_eq(token.len, OFFER_TOKEN_LEN);
	ck_assert_int_eq(ask("POST", of_number(""), ann, "{}"), 200);
	ck_assert_int_eq(ask("GET", of_number(""), ann, NULL), 200);
	ck_assert(span_eq_str(token, text("token")));
	ck_assert_int_eq(ask("GET", of_token(""), bob, NULL), 200);
	ck_assert_str_eq(text("status"), "open");
	ck_assert_ptr_nonnull(json_get(body, "seats"));
	ck_assert_uint_eq(json_get(body, "seats")->n, 2);
	ck_assert_int_eq((int)json_get(body, "reservation_number")->type,
	    (int)JSON_NULL);
	ck_assert_int_eq(ask("POST", of_token("/accept"), bob, NULL), 200);
	ck_assert(span_eq_str(its_number, text("number")));
	ck_assert(json_get(body, "paid_by_other")->boolean);
	ck_assert_int_eq(ask("POST", of_token("/accept"), bob, NULL), 200);
	ck_assert_int_eq(ask("GET", of_token(""), bob, NULL), 200);
	ck_assert_str_eq(text("status"), "accepted");
	ck_assert_int_eq(ask("GET", API "/transfers", ann, NULL), 200);
	ck_assert_uint_eq(json_get(body, "items")->n, 1);
	ASSERT_PROBLEM(404, "not-found",
	    ask("POST", of_token("/accept"), cid, NULL));
	ASSERT_PROBLEM(404, "not-found", ask("GET", of_token(""), cid, NULL));
	ASSERT_PROBLEM(404, "not-found", ask("GET", of_number(""), ann, NULL));
	ASSERT_PROBLEM(401, "unauthenticated",
	    ask("GET", of_token(""), NULL, NULL));
}
END_TEST

START_TEST(what_is_refused_is_said_in_words)
{
	char *ann = token_of("ann", ROLE_USER), *bob;

	bob = token_of("bob", ROLE_USER);
	buy("bob", "9 10 11 12 13 14 15");
	buy("ann", "1 2");
	ASSERT_PROBLEM(404, "not-found", ask("POST", of_number(""), bob, "{}"));
	ASSERT_PROBLEM(404, "not-found",
	    ask("DELETE", of_number(""), bob, NULL));
	ASSERT_FIELD("to",
	    ask("POST", of_number(""), ann, "{\"to\":\"nobody\"}"));
	ASSERT_PROBLEM(400, "unknown-field",
	    ask("POST", of_number(""), ann, "{\"from\":\"x\"}"));
	ASSERT_PROBLEM(409, "no-such-move",
	    ask("POST", of_number(""), ann,
		arena_printf(&house.ctx.arena, "{\"to\":\"%s\"}",
		    house_login("ann"))));
	ck_assert_int_eq(ask("POST", of_number(""), ann,
			     arena_printf(&house.ctx.arena, "{\"to\":\"%s\"}",
				 house_login("bob"))),
	    201);
	ck_assert_str_eq(text("to"), house_login("bob"));
	token = buyer_token(span_str(text("token")));
	ASSERT_PROBLEM(422, "seat-limit",
	    ask("POST", of_token("/accept"), bob, NULL));
	ASSERT_PROBLEM(409, "no-such-move",
	    ask("POST", of_token("/accept"), ann, NULL));
	ck_assert_int_eq(ask("DELETE", of_number(""), ann, NULL), 204);
	ck_assert_int_eq(ask("DELETE", of_number(""), ann, NULL), 204);
	ASSERT_PROBLEM(404, "not-found", ask("GET", of_token(""), bob, NULL));
	token = SPAN_LIT("short");
	ASSERT_PROBLEM(404, "not-found", ask("GET", of_token(""), bob, NULL));
	house_change("transfers = 'off'");
	ASSERT_PROBLEM(409, "sale-closed",
	    ask("POST", of_number(""), ann, "{}"));
	ck_assert_int_eq(
	    ask("GET",
		arena_printf(&house.ctx.arena, API "/performances/%lld",
		    (long long)house.performance),
		NULL, NULL),
	    200);
	ck_assert_str_eq(text("transfers"), "off");
}
END_TEST

START_TEST(staff_passes_on_with_a_reason)
{
	char *staff = token_of("sam", ROLE_STAFF), *json;
	char *ann = token_of("ann", ROLE_USER);

	buy("ann", "1");
	json = arena_printf(&house.ctx.arena,
	    "{\"to\":\"%s\",\"reason\":\"she is ill\"}", house_login("bob"));
	ASSERT_PROBLEM(403, "forbidden",
	    ask("POST", of_number("/admin"), ann, json));
	ASSERT_FIELD("to",
	    ask("POST", of_number("/admin"), staff,
		"{\"to\":\"nobody\",\"reason\":\"x\"}"));
	ASSERT_FIELD("reason",
	    ask("POST", of_number("/admin"), staff,
		"{\"to\":\"nobody\",\"reason\":\" \"}"));
	ck_assert_int_eq(ask("POST", of_number("/admin"), staff, json), 204);
	ASSERT_PROBLEM(409, "no-such-move",
	    ask("POST", of_number("/admin"), staff, json));
	assert_his("bob", "ann", 1);
	ck_assert_int_eq(
	    ask("GET",
		arena_printf(&house.ctx.arena, API "/admin/reservations/%s",
		    arena_str(&house.ctx.arena, its_number)),
		staff, NULL),
	    200);
	ck_assert_uint_eq(json_get(body, "transfers")->n, 1);
}
END_TEST

#define AS "$CTL reservation transfer %s %s --reason 'a letter'"

START_TEST(the_command_line_passes_on_too)
{
	struct arena *a = &house.ctx.arena;

	buy("ann", "1");
	ck_assert_int_eq(shell_run(AS, arena_str(a, its_number), "nobody"), 1);
	ck_assert_int_eq(
	    shell_run(AS, arena_str(a, its_number), house_login("bob")), 0);
	ck_assert_int_eq(
	    shell_run(AS, arena_str(a, its_number), house_login("bob")), 1);
	assert_his("bob", "ann", 1);
	ck_assert_int_eq(shell_run("$CTL reservation transfer x"), 2);
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
	house_shell_start();
	servers_busy_for_years();
}

SUITE("transfer")
{
	FIXTURE_ONCE(once, house_shell_stop);
	FIXTURE(open_house, close_house);
	TEST(who_accepts_has_it_and_nobody_else);
	TEST(an_offer_is_taken_once);
	TEST(it_may_go_on_and_come_back);
	TEST(who_is_named_alone_may_take_it);
	TEST(a_second_offer_ends_the_first_and_the_same_is_given_again);
	TEST(what_was_taken_back_or_has_lapsed_is_offered_to_nobody);
	TEST(an_offer_ends_with_the_start);
	TEST(nobody_gets_more_than_one_buyer_may);
	TEST(what_he_holds_counts_as_well);
	TEST(postgresql_has_the_last_word_on_the_limit);
	TEST(it_is_off_where_the_performance_says_so);
	TEST(what_was_given_back_stays_so);
	TEST(it_is_not_passed_on_for_ever);
	TEST(what_comes_back_goes_to_who_paid);
	TEST(other_seats_may_cost_less_and_not_more);
	TEST(a_move_takes_the_offer_back);
	TEST(a_card_is_given_back_what_it_paid);
	TEST(an_operator_gives_it_back_to_who_paid);
	TEST(places_of_a_counter_section_go_too);
	TEST(an_operator_needs_no_offer);
	TEST(an_open_offer_ends_when_an_operator_does_it);
	TEST(what_one_has_passed_on_is_listed);
	TEST(offers_that_are_long_over_are_forgotten);
#ifdef FAULTS
	TEST_LOOP(who_dies_on_the_way_leaves_one_owner,
	    2 * (int)ARRAY_LEN(crashes));
	TEST_LOOP(whose_payment_was_not_mirrored_is_counted_once, 2);
	TEST_LOOP(what_comes_in_between_is_one_or_the_other, 6);
	TEST_LOOP(who_has_passed_it_on_gives_nothing_back, 2);
#endif
	TEST(many_want_it_and_one_has_it);
	TEST(a_link_is_all_that_the_other_needs);
	TEST(what_is_refused_is_said_in_words);
	TEST(staff_passes_on_with_a_reason);
	TEST(the_command_line_passes_on_too);
	TEST(the_audit_finds_nothing);
}
