/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_cancel - seats given back: one refund each, and free for somebody else
 *
 * Layer: tests.  Uses: reservation, hold, house.
 */
#include "base/clock.h"
#include "catalog/refund_policy.h"
#include "reservation/cancel.h"
#include "tests/support/buyer.h"
#include "tests/support/race.h"
#include "tests/support/servers.h"
#include "wallet/wallet.h"

static struct cancel_result gave;
static struct span number; /* of the last reservation bought */

static int
buy(const char *name, const char *seats)
{
	int r = place(name, seats);

	if (r == HOLD_OK)
		r = pay_key(name, hold.token,
		    arena_str(&house.ctx.arena, hold.token));
	if (r == PURCHASE_OK) {
		bought.answer.body.len = RESERVATION_NUMBER_LEN;
		number = buyer_token(bought.answer.body);
	}
	return r;
}

static struct span
write_answer(struct ctx *ctx, void *arg, const struct reservation *r)
{
	const struct refund *last = &r->refunds[r->n_refunds - 1];

	(void)arg;
	return span_str(arena_printf(&ctx->arena, "%.*s %zu %zu %lld",
	    (int)r->status.len, r->status.p, r->n_cancelled, r->n_refunds,
	    (long long)last->amount_minor));
}

/* seats: numbers between blanks; "" for all that are left */
static int
cancel_key(const char *name, const char *seats, const char *key)
{
	struct idem idem;
	int64_t numbers[HOLD_SEATS_MAX];
	struct cancel ask = { .user = house_user(name),
		.number = number,
		.seats = numbers,
		.idem = &idem,
		.answer = write_answer };
	struct span rest = span_str(seats);
	const struct span parts[] = { number, rest };

	while (rest.len > 0)
		ck_assert(
		    span_to_i64(span_cut(&rest, ' '), &numbers[ask.n_seats++]));
	idem_init(&house.ctx, &idem, ask.user, "POST /reservations/cancel",
	    span_str(key), parts, 2);
	house_round();
	return cancel_make(&house.ctx, &ask, &gave);
}

static int
cancel(const char *name, const char *seats)
{
	static int n;

	return cancel_key(name, seats,
	    arena_printf(&house.ctx.arena, "c%d-%d", (int)getpid(), n++));
}

static int64_t
balance(const char *name)
{
	return house_count("SELECT balance FROM wallets WHERE user_id = $1",
	    house_user(name));
}

static const char *
reservation_status(void)
{
	return house_count(
		   "SELECT count(*) FROM reservations WHERE"
		   " performance_id = $1 AND status = 'CANCELLED'",
		   house.performance)
		> 0
	    ? "CANCELLED"
	    : house_count(
		  "SELECT count(*) FROM reservations WHERE"
		  " performance_id = $1 AND status = 'PARTLY_CANCELLED'",
		  house.performance)
		> 0
	    ? "PARTLY_CANCELLED"
	    : "CONFIRMED";
}

static int64_t
bought_count(const char *name)
{
	struct span words = span_str(house_redis(arena_printf(&house.ctx.arena,
	    "HGET bo:{p%lld.%lld}:holds u%lld", (long long)house.performance,
	    (long long)house_count("SELECT epoch FROM sys_epoch", 0),
	    (long long)house_user(name))));
	int64_t n = 0;

	if (words.len == 0)
		return 0;
	(void)span_cut(&words, ' ');
	ck_assert(span_to_i64(span_cut(&words, ' '), &n));
	return n;
}

/* What must hold of this performance's money and seats whatever happened:
 * each statement counts what is wrong. */
static void
nothing_is_wrong(void)
{
	static const char *const wrongs[] = {
		"SELECT count(*) FROM payments AS p WHERE performance_id = $1"
		" AND refunded <> (SELECT coalesce(sum(amount), 0) FROM"
		"  refunds WHERE payment_id = p.id)",
		"SELECT count(*) FROM payments AS p WHERE performance_id = $1"
		" AND refunded <> (SELECT coalesce(sum(amount), 0) FROM"
		"  ledger WHERE payment_id = p.id AND account = 'wallet'"
		"  AND reason = 'refund')",
		"SELECT count(*) FROM reservations AS r JOIN payments AS p"
		" ON p.id = r.payment_id JOIN performances AS f"
		" ON f.id = r.performance_id, LATERAL (SELECT"
		"  coalesce(sum(price), 0) AS cost FROM"
		"  unnest(r.seats, r.prices) AS l (seat, price)"
		"  WHERE seat = ANY (r.cancelled)) AS l"
		" WHERE f.id = $1 AND (p.refunded > l.cost"
		"  OR (f.refund_policy IS NULL AND p.refunded <> l.cost))",
		"SELECT count(*) FROM (SELECT transfer_id FROM ledger"
		" WHERE payment_id IN (SELECT id FROM payments WHERE"
		"  performance_id = $1) GROUP BY 1 HAVING sum(amount) <> 0)"
		" AS t",
		"SELECT count(*) FROM wallets AS w WHERE balance <>"
		" (SELECT coalesce(sum(amount), 0) FROM ledger WHERE"
		"  user_id = w.user_id) AND user_id IN (SELECT user_id FROM"
		"  payments WHERE performance_id = $1)",
		/* a seat that was not given back has its claim, one that was
		 * has none of this reservation */
		"SELECT count(*) FROM reservations AS r, unnest(r.seats) AS s"
		" WHERE r.performance_id = $1 AND (s = ANY (r.cancelled)) ="
		" EXISTS (SELECT FROM seat_claim AS c WHERE"
		"  c.performance_id = $1 AND c.seat_no = s AND c.state = 'R'"
		"  AND c.reservation_id = r.id)",
		"SELECT count(*) FROM reservations AS r WHERE performance_id"
		" = $1 AND status <> CASE cardinality(cancelled) WHEN 0 THEN"
		" 'CONFIRMED' WHEN cardinality(seats) THEN 'CANCELLED' ELSE"
		" 'PARTLY_CANCELLED' END",
		"SELECT count(*) FROM reservations AS r WHERE performance_id"
		" = $1 AND cancelled <> ARRAY(SELECT unnest(l.seats) FROM"
		"  reservation_log AS l WHERE l.reservation_id = r.id AND"
		"  l.from_status IS NOT NULL ORDER BY 1)",
	};

	for (size_t i = 0; i < ARRAY_LEN(wrongs); i++)
		ck_assert_msg(house_count(wrongs[i], house.performance) == 0,
		    "%s", wrongs[i]);
}

static void
open_house(void)
{
	house_open();
	clock_fake(clock_ms());
	house_round();
}

static void
close_house(void)
{
	nothing_is_wrong();
	house_close();
}

/* ---- one after the other ---- */

START_TEST(all_seats_are_given_back_when_none_is_named)
{
	ck_assert_int_eq(buy("ann", "1 17"), PURCHASE_OK);
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET - 3500);
	ck_assert_int_eq(cancel("ann", ""), CANCEL_OK);
	ck_assert_int_eq(gave.answer.status, 200);
	ck_assert(span_eq_str(gave.answer.body, "CANCELLED 2 1 3500"));
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET);
	ck_assert_str_eq(house_map(), "AAAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_str_eq(reservation_status(), "CANCELLED");
	ck_assert_int_eq(bought_count("ann"), 0);
}
END_TEST

START_TEST(some_seats_are_given_back_and_the_others_stay)
{
	ck_assert_int_eq(buy("ann", "1 2 17"), PURCHASE_OK);
	ck_assert_int_eq(cancel("ann", "17"), CANCEL_OK);
	ck_assert(span_eq_str(gave.answer.body, "PARTLY_CANCELLED 1 1 2500"));
	ck_assert_str_eq(house_map(), "RRAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(bought_count("ann"), 2);
	ck_assert_int_eq(cancel("ann", "1"), CANCEL_OK);
	ck_assert(span_eq_str(gave.answer.body, "PARTLY_CANCELLED 2 2 1000"));
	ck_assert_int_eq(cancel("ann", ""), CANCEL_OK);
	ck_assert(span_eq_str(gave.answer.body, "CANCELLED 3 3 1000"));
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET);
	ck_assert_int_eq(bought_count("ann"), 0);
}
END_TEST

START_TEST(each_move_is_logged_and_told)
{
	static const struct {
		const char *sql;
		int64_t n;
	} rows[] = {
		{ "SELECT count(*) FROM seat_log WHERE performance_id = $1"
		  " AND seats = '{2,3}' AND from_state = 'R' AND"
		  " to_state = 'C' AND reservation_id IS NOT NULL",
		    1 },
		{ "SELECT count(*) FROM seat_log WHERE performance_id = $1"
		  " AND seats = '{2,3}' AND from_state = 'C' AND"
		  " to_state = 'A'",
		    1 },
		{ "SELECT count(*) FROM reservation_log AS l JOIN"
		  " reservations AS r ON r.id = l.reservation_id WHERE"
		  " r.performance_id = $1 AND from_status = 'CONFIRMED' AND"
		  " to_status = 'PARTLY_CANCELLED' AND l.seats = '{2,3}'",
		    1 },
		{ "SELECT count(*) FROM seat_claim WHERE performance_id = $1",
		    1 },
		{ "SELECT count(*) FROM outbox WHERE kind ="
		  " 'reservation.partly_cancelled' AND"
		  " payload @> '{\"cancelled_seat_ids\": [2, 3]}' AND"
		  " (payload->>'performance_id')::bigint = $1",
		    1 },
	};

	ck_assert_int_eq(buy("ann", "1 2 3"), PURCHASE_OK);
	ck_assert_int_eq(cancel("ann", "3 2"), CANCEL_OK);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		ck_assert_msg(house_count(rows[i].sql, house.performance)
			== rows[i].n,
		    "%s", rows[i].sql);
}
END_TEST

START_TEST(the_same_key_is_given_the_same_answer)
{
	struct span first;

	ck_assert_int_eq(buy("ann", "1 2"), PURCHASE_OK);
	ck_assert_int_eq(cancel_key("ann", "1", "k"), CANCEL_OK);
	first = gave.answer.body;
	ck_assert_int_eq(cancel_key("ann", "1", "k"), CANCEL_E_REPLAY);
	ck_assert(span_eq(gave.answer.body, first));
	ck_assert_int_eq(gave.answer.status, 200);
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET - 1000);
	ck_assert_int_eq(cancel_key("ann", "2", "k"), CANCEL_E_MISMATCH);
	ck_assert_int_eq(letter(2), 'R');
}
END_TEST

START_TEST(what_was_given_back_is_given_back_once)
{
	ck_assert_int_eq(buy("ann", "1 2"), PURCHASE_OK);
	ck_assert_int_eq(cancel("ann", "1"), CANCEL_OK);
	ck_assert_int_eq(cancel("ann", "1"), CANCEL_E_ALREADY);
	/* What is left of those that are named. */
	ck_assert_int_eq(cancel("ann", "1 2"), CANCEL_OK);
	ck_assert(span_eq_str(gave.answer.body, "CANCELLED 2 2 1000"));
	ck_assert_int_eq(cancel("ann", ""), CANCEL_E_ALREADY);
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET);
}
END_TEST

START_TEST(a_seat_of_somebody_else_is_refused_and_nothing_is_given_back)
{
	ck_assert_int_eq(buy("bob", "3"), PURCHASE_OK);
	ck_assert_int_eq(buy("ann", "1 2"), PURCHASE_OK);
	ck_assert_int_eq(cancel("ann", "1 3"), CANCEL_E_SEAT);
	ck_assert_str_eq(house_map(), "RRRAAAAAAAAAAAAAAAAAAAAA");
}
END_TEST

START_TEST(anothers_reservation_is_not_there)
{
	ck_assert_int_eq(buy("ann", "1"), PURCHASE_OK);
	ck_assert_int_eq(cancel("bob", ""), CANCEL_E_NONE);
	number = SPAN_LIT("0000-0000-0000-0000");
	ck_assert_int_eq(cancel("ann", ""), CANCEL_E_NONE);
	ck_assert_int_eq(letter(1), 'R');
}
END_TEST

static int64_t
starts_ms(void)
{
	return house_count(
	    "SELECT (extract(epoch FROM starts_at)"
	    " * 1000)::bigint FROM performances WHERE id = $1",
	    house.performance);
}

START_TEST(seats_are_given_back_until_the_deadline)
{
	int64_t until_ms = starts_ms() - 30 * 60000;

	ck_assert_int_eq(buy("ann", "1 2"), PURCHASE_OK);
	clock_fake(until_ms - 1);
	ck_assert_int_eq(cancel_key("ann", "1", "k"), CANCEL_OK);
	clock_fake(until_ms);
	ck_assert_int_eq(cancel("ann", "2"), CANCEL_E_LATE);
	ck_assert_int_eq(gave.until_ms, until_ms);
	/* The answer of before is given again all the same. */
	ck_assert_int_eq(cancel_key("ann", "1", "k"), CANCEL_E_REPLAY);
	house.ctx.set.cancel_until_minutes = 0;
	ck_assert_int_eq(cancel("ann", "2"), CANCEL_OK);
}
END_TEST

START_TEST(a_performance_that_was_cancelled_knows_no_deadline)
{
	ck_assert_int_eq(buy("ann", "1"), PURCHASE_OK);
	house_run(arena_printf(&house.ctx.arena,
	    "UPDATE performances SET"
	    " status = 'cancelled' WHERE id = %lld",
	    (long long)house.performance));
	clock_fake(starts_ms() + 1);
	ck_assert_int_eq(cancel("ann", ""), CANCEL_OK);
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET);
}
END_TEST

/* ---- by a policy of the performance ---- */

#define HOUR_MS INT64_C(3600000)
#define DAY_MS (24 * HOUR_MS)

/* As if it had had none before; it starts in 40 days at 19:30 in Seoul.
 * returns: the midnight before */
static int64_t
given_policy(const char *policy)
{
	house_change(arena_printf(&house.ctx.arena,
	    "refund_policy = '%s', ends_at = now() + interval '60 d',"
	    " starts_at = (date_trunc('day', now() AT TIME ZONE 'Asia/Seoul')"
	    " + interval '40 d 19:30') AT TIME ZONE 'Asia/Seoul'",
	    policy));
	house_change("sales_close_at = starts_at");
	house_tell();
	house_run("DELETE FROM refund_policies");
	return starts_ms() - 19 * HOUR_MS - HOUR_MS / 2;
}

static const char *
preset(int i)
{
	return refund_policy_text(&house.ctx.arena, refund_preset(i));
}

/* ann gives a seat back at a time: what returns, or minus the outcome */
static int64_t
brings(int64_t at_ms, const char *seat)
{
	int64_t before = balance("ann");
	int r;

	clock_fake(at_ms);
	r = cancel("ann", seat);
	return r == CANCEL_OK ? balance("ann") - before : -r;
}

START_TEST(less_comes_back_the_nearer_the_day_is)
{
	int64_t day_ms = given_policy(preset(0));

	ck_assert_int_eq(buy("ann", "17 18 19 20 21 22 23 24"), PURCHASE_OK);
	ck_assert_int_eq(brings(day_ms - 9 * DAY_MS - 1, "17"), 2500);
	ck_assert_int_eq(brings(day_ms - 9 * DAY_MS, "18"), 2250);
	ck_assert_int_eq(brings(day_ms - 6 * DAY_MS - 1, "19"), 2250);
	ck_assert_int_eq(brings(day_ms - 6 * DAY_MS, "20"), 2000);
	ck_assert_int_eq(brings(day_ms - 2 * DAY_MS, "21"), 1750);
	ck_assert_int_eq(brings(day_ms - 1, "22"), 1750);
	ck_assert_int_eq(brings(starts_ms() - 1, "23"), 250);
	ck_assert_int_eq(brings(starts_ms(), "24"), -CANCEL_E_LATE);
	ck_assert_int_eq(gave.until_ms, starts_ms());
	ck_assert_int_eq(letter(24), 'R');
	ck_assert_int_eq(house_count("SELECT (payload->>'refunded')::bigint"
				     " FROM outbox WHERE kind ="
				     " 'reservation.partly_cancelled' AND"
				     " (payload->>'performance_id')::bigint ="
				     " $1 ORDER BY id DESC LIMIT 1",
			     house.performance),
	    250);
}
END_TEST

START_TEST(who_thinks_better_of_it_within_a_day_has_all_back)
{
	int64_t day_ms = given_policy(preset(0));

	clock_fake(day_ms - 4 * DAY_MS + 12 * HOUR_MS);
	house_round();
	ck_assert_int_eq(buy("ann", "17 18"), PURCHASE_OK);
	ck_assert_int_eq(brings(day_ms - 3 * DAY_MS + 12 * HOUR_MS - 1, "17"),
	    2500);
	ck_assert_int_eq(brings(day_ms - 3 * DAY_MS + 12 * HOUR_MS, "18"),
	    2000);
	/* Not any more where the third day before ends sooner. */
	clock_fake(day_ms - 2 * DAY_MS - HOUR_MS);
	house_round();
	ck_assert_int_eq(buy("ann", "19 20"), PURCHASE_OK);
	ck_assert_int_eq(brings(day_ms - 2 * DAY_MS - 1, "19"), 2500);
	ck_assert_int_eq(brings(day_ms - 2 * DAY_MS, "20"), 1750);
}
END_TEST

START_TEST(a_film_is_given_back_for_half_until_it_starts)
{
	const int64_t minute = 60000;

	given_policy(preset(1));
	ck_assert_int_eq(buy("ann", "17 18 19"), PURCHASE_OK);
	ck_assert_int_eq(brings(starts_ms() - 20 * minute - 1, "17"), 2500);
	ck_assert_int_eq(brings(starts_ms() - 20 * minute, "18"), 1250);
	ck_assert_int_eq(brings(starts_ms() + 1, "19"), -CANCEL_E_LATE);
}
END_TEST

START_TEST(a_fee_is_kept_of_each_place_and_never_more_than_its_price)
{
	given_policy(
	    "{\"steps\": [{\"minutes_before\": 60, \"percent\": 33,"
	    " \"fee\": 100}, {\"minutes_before\": 0,"
	    " \"percent\": 33, \"fee\": 5000}]}");
	house_reprice(999, "KRW");
	house_tell();
	ck_assert_int_eq(buy("ann", "1 2 3"), PURCHASE_OK);
	/* What is kept of 999 is rounded down: 669. */
	ck_assert_int_eq(brings(starts_ms() - 2 * HOUR_MS, "1 2"), 460);
	ck_assert_int_eq(brings(starts_ms() - HOUR_MS, "3"), 0);
	ck_assert(span_eq_str(gave.answer.body, "CANCELLED 3 2 0"));
	ck_assert_int_eq(letter(3), 'A');
}
END_TEST

START_TEST(a_reservation_keeps_the_policy_it_was_bought_by)
{
	int64_t day_ms = given_policy(preset(1));
	struct span first;

	ck_assert_int_eq(buy("ann", "17 18"), PURCHASE_OK);
	first = number;
	house_change(
	    arena_printf(&house.ctx.arena, "refund_policy = '%s'", preset(0)));
	clock_fake(clock_ms() + HOUR_MS);
	house_round();
	ck_assert_int_eq(buy("ann", "19 20"), PURCHASE_OK);
	ck_assert_int_eq(brings(day_ms, "19"), 250);
	number = first;
	ck_assert_int_eq(brings(day_ms, "17"), 2500);
	/* Whatever was agreed on, of what does not take place all comes back.
	 */
	house_change("status = 'cancelled'");
	ck_assert_int_eq(brings(starts_ms() + DAY_MS, "18"), 2500);
}
END_TEST

static void
fund(const char *name, int64_t amount)
{
	struct wallet wallet;

	ck_assert_int_eq(
	    wallet_credit(&house.ctx, house_user(name), amount, &wallet),
	    WALLET_OK);
}

START_TEST(a_full_wallet_takes_no_refund_and_the_seat_stays)
{
	ck_assert_int_eq(buy("ann", "1"), PURCHASE_OK);
	fund("ann", WALLET_BALANCE_MAX - HOUSE_WALLET);
	ck_assert_int_eq(balance("ann"), WALLET_BALANCE_MAX - 1000);
	ck_assert_int_eq(cancel_key("ann", "", "k"), CANCEL_OK);
	ck_assert_int_eq(buy("ann", "2"), PURCHASE_OK);
	fund("ann", 1);
	ck_assert_int_eq(cancel_key("ann", "", "full"), CANCEL_E_FULL);
	ck_assert_int_eq(letter(2), 'R');
	/* Nothing was kept, the key neither. */
	house_run(arena_printf(&house.ctx.arena,
	    "UPDATE wallets SET balance"
	    " = balance - 1 WHERE user_id = %lld",
	    (long long)house_user("ann")));
	house_run(arena_printf(&house.ctx.arena,
	    "INSERT INTO ledger"
	    " (transfer_id, line, account, user_id, amount, currency, reason)"
	    " SELECT t, l, a, u, m, 'KRW', 'credit' FROM"
	    " nextval('transfer_id') AS t, (VALUES (1, 'wallet', %lld, -1),"
	    " (2, 'funding', NULL, 1)) AS v (l, a, u, m)",
	    (long long)house_user("ann")));
	ck_assert_int_eq(cancel_key("ann", "", "full"), CANCEL_OK);
}
END_TEST

START_TEST(seats_that_cost_nothing_are_given_back_too)
{
	house_run(arena_printf(&house.ctx.arena,
	    "INSERT INTO prices VALUES"
	    " (%lld, 2, 1, 0), (%lld, 2, 2, 0); UPDATE performances SET"
	    " price_version = 2, meta_version = meta_version + 1"
	    " WHERE id = %lld",
	    (long long)house.performance, (long long)house.performance,
	    (long long)house.performance));
	ck_assert_int_eq(buy("ann", "1"), PURCHASE_OK);
	ck_assert_int_eq(cancel("ann", ""), CANCEL_OK);
	ck_assert(span_eq_str(gave.answer.body, "CANCELLED 1 1 0"));
	ck_assert_int_eq(letter(1), 'A');
}
END_TEST

/* Facts that contradict each other are no reason to pay out. */
START_TEST(nothing_is_given_back_when_the_claim_is_anothers)
{
	const char *of =
	    "UPDATE seat_claim SET reservation_id ="
	    " reservation_id %s 1 WHERE performance_id = %lld AND seat_no = 2";

	ck_assert_int_eq(buy("ann", "1 2"), PURCHASE_OK);
	house_run(arena_printf(&house.ctx.arena, of, "+",
	    (long long)house.performance));
	ck_assert_int_lt(cancel_key("ann", "", "k"), 0);
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET - 2000);
	house_run(arena_printf(&house.ctx.arena, of, "-",
	    (long long)house.performance));
	ck_assert_int_eq(cancel_key("ann", "", "k"), CANCEL_OK);
}
END_TEST

START_TEST(a_freed_seat_is_sold_to_somebody_else)
{
	ck_assert_int_eq(buy("ann", "1 2"), PURCHASE_OK);
	ck_assert_int_eq(cancel("ann", "1"), CANCEL_OK);
	ck_assert_int_eq(buy("bob", "1"), PURCHASE_OK);
	ck_assert_str_eq(house_map(), "RRAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(house_count("SELECT user_id FROM seat_claim WHERE"
				     " performance_id = $1 AND seat_no = 1",
			     house.performance),
	    house_user("bob"));
}
END_TEST

START_TEST(seats_given_back_do_not_count_for_the_limit)
{
	ck_assert_int_eq(buy("ann", "1 2 3 4 5 6 7 8"), PURCHASE_OK);
	ck_assert_int_eq(place("ann", "9"), HOLD_E_LIMIT);
	ck_assert_int_eq(cancel("ann", "1 2"), CANCEL_OK);
	ck_assert_int_eq(buy("ann", "9 10"), PURCHASE_OK);
	ck_assert_int_eq(place("ann", "11"), HOLD_E_LIMIT);
}
END_TEST

START_TEST(a_reservation_tells_what_was_given_back)
{
	struct reservation r;
	struct payment p;

	ck_assert_int_eq(buy("ann", "1 17"), PURCHASE_OK);
	ck_assert_int_eq(
	    reservation_find(&house.ctx, house_user("ann"), number, &r),
	    RESERVATION_OK);
	ck_assert_uint_eq(r.n_refunds, 0);
	ck_assert_int_eq(cancel("ann", "17"), CANCEL_OK);
	ck_assert_int_eq(
	    reservation_find(&house.ctx, house_user("ann"), number, &r),
	    RESERVATION_OK);
	ck_assert_uint_eq(r.n_refunds, 1);
	ck_assert_int_eq(r.refunds[0].amount_minor, 2500);
	ck_assert_int_eq(r.refunds[0].at_ms, house.ctx.now_ms);
	ck_assert_int_gt(r.refunds[0].id, 0);
	ck_assert(reservation_gave_back(&r, 17));
	ck_assert(!reservation_gave_back(&r, 1));
	ck_assert_int_eq(
	    payment_find(&house.ctx, house_user("ann"), r.payment, &p),
	    PAYMENT_OK);
	ck_assert_int_eq(p.refunded_minor, 2500);
}
END_TEST

/* ---- the map ---- */

/* A stalled Redis, so that its memory is as it was. */
START_TEST(without_redis_it_is_done_and_the_map_follows)
{
	ck_assert_int_eq(buy("ann", "1 2"), PURCHASE_OK);
	servers_redis_pause();
	ck_assert_int_eq(cancel("ann", "1"), CANCEL_OK);
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET - 1000);
	servers_redis_resume();
	house_reopen();
	(void)reconcile();
	ck_assert_str_eq(house_map(), "ARAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(bought_count("ann"), 1);
}
END_TEST

START_TEST(a_redis_that_was_emptied_learns_it_from_the_claims)
{
	ck_assert_int_eq(buy("ann", "1 2"), PURCHASE_OK);
	servers_redis_stop();
	ck_assert_int_eq(cancel("ann", "1"), CANCEL_OK);
	servers_redis_start();
	house_reopen();
	ck_assert_str_eq(house_map(), "ARAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(buy("bob", "1"), PURCHASE_OK);
}
END_TEST

#ifdef FAULTS
static void
cancel_1(void)
{
	_exit(cancel_key("ann", "1", "k"));
}

static void
pay_again(void)
{
	_exit(pay_key("ann", hold.token,
	    arena_str(&house.ctx.arena, hold.token)));
}

static const struct {
	const char *point;
	bool done;
} crashes[] = {
	{ "crash:cancel.before_commit:1", false },
	{ "crash:cancel.after_commit:1", true },
	{ "crash:cancel.after_mirror:1", true },
};

START_TEST(a_crash_on_the_way_leaves_one_answer)
{
	ck_assert_int_eq(buy("ann", "1 2"), PURCHASE_OK);
	buyer_crash(crashes[_i].point, cancel_1);
	ck_assert_int_eq(cancel_key("ann", "1", "k"),
	    crashes[_i].done ? CANCEL_E_REPLAY : CANCEL_OK);
	ck_assert(span_eq_str(gave.answer.body, "PARTLY_CANCELLED 1 1 1000"));
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET - 1000);
	(void)reconcile();
	ck_assert_str_eq(house_map(), "ARAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(buy("bob", "1"), PURCHASE_OK);
}
END_TEST

/* Its mirror comes when reconcile has freed the seat and bob has it. */
START_TEST(a_late_mirror_leaves_the_next_holder_alone)
{
	struct sleeper sleeper;

	ck_assert_int_eq(buy("ann", "1 2"), PURCHASE_OK);
	buyer_sleep(&sleeper, "cancel.after_commit", cancel_1);
	ck_assert_int_eq(letter(1), 'R');
	ck_assert_int_gt(reconcile(), 0);
	ck_assert_int_eq(place("bob", "1"), HOLD_OK);
	ck_assert_int_eq(buyer_wake(&sleeper), CANCEL_OK);
	ck_assert_str_eq(house_map(), "HRAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(pay("bob"), PURCHASE_OK);
	(void)reconcile();
	ck_assert_str_eq(house_map(), "RRAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(bought_count("ann"), 1);
	ck_assert_int_eq(bought_count("bob"), 1);
}
END_TEST

START_TEST(a_late_mirror_leaves_the_next_owner_alone)
{
	struct sleeper sleeper;

	ck_assert_int_eq(buy("ann", "1 2"), PURCHASE_OK);
	buyer_sleep(&sleeper, "cancel.after_commit", cancel_1);
	(void)reconcile();
	ck_assert_int_eq(buy("bob", "1"), PURCHASE_OK);
	ck_assert_int_eq(buyer_wake(&sleeper), CANCEL_OK);
	ck_assert_str_eq(house_map(), "RRAAAAAAAAAAAAAAAAAAAAAA");
}
END_TEST

/* The handler of the payment died before its mirror: P, with claims. */
START_TEST(a_purchase_that_never_came_to_the_map_is_given_back)
{
	struct reservation *list;
	bool more;
	size_t n;

	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	buyer_crash("crash:pay.after_commit:1", pay_again);
	ck_assert_str_eq(house_map(), "PPAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(reservation_list(&house.ctx, house_user("ann"), 0, 1,
			     &list, &n, &more),
	    RESERVATION_OK);
	number = list[0].number;
	ck_assert_int_eq(cancel("ann", "1"), CANCEL_OK);
	ck_assert_str_eq(house_map(), "ARAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(bought_count("ann"), 1);
	ck_assert_int_eq(
	    pay_key("ann", hold.token, arena_str(&house.ctx.arena, hold.token)),
	    PURCHASE_E_REPLAY);
	ck_assert_str_eq(house_map(), "ARAAAAAAAAAAAAAAAAAAAAAA");
}
END_TEST
#endif

/* ---- all at once ---- */

#define N_RACERS 12

static void
open_racer(int i)
{
	(void)i;
	house_fork();
}

/* On a machine that stalls a lock may be waited for in vain: asked again, the
 * key tells. */
static int
cancel_surely(const char *seats, const char *key)
{
	int r = cancel_key("ann", seats, key);
	bool asked_again = r < 0;

	while (r < 0)
		r = cancel_key("ann", seats, key);
	return asked_again && r == CANCEL_E_REPLAY ? CANCEL_OK : r;
}

static const char *
racer_key(int i)
{
	return arena_printf(&house.ctx.arena, "racer %d", i);
}

static int
race_for_all(int i)
{
	return cancel_surely("", racer_key(i));
}

START_TEST(many_who_give_the_same_back_are_refunded_once)
{
	const struct runner runner = { open_racer, race_for_all };
	int results[N_RACERS];

	ck_assert_int_eq(buy("ann", "1 2 17"), PURCHASE_OK);
	race(N_RACERS, &runner, results);
	ck_assert_int_eq(race_count(N_RACERS, results, CANCEL_OK), 1);
	ck_assert_int_eq(race_count(N_RACERS, results, CANCEL_E_ALREADY),
	    N_RACERS - 1);
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET);
	ck_assert_str_eq(house_map(), "AAAAAAAAAAAAAAAAAAAAAAAA");
}
END_TEST

static int
race_with_one_key(int i)
{
	int r;

	(void)i;
	do
		r = cancel_key("ann", "", "one");
	while (r < 0);
	if (r == CANCEL_E_REPLAY
	    && !span_eq_str(gave.answer.body, "CANCELLED 2 1 2000"))
		return 101;
	return r;
}

START_TEST(one_key_asked_by_many_at_once_refunds_once)
{
	const struct runner runner = { open_racer, race_with_one_key };
	int results[N_RACERS];

	ck_assert_int_eq(buy("ann", "1 2"), PURCHASE_OK);
	race(N_RACERS, &runner, results);
	ck_assert_int_le(race_count(N_RACERS, results, CANCEL_OK), 1);
	ck_assert_int_eq(race_count(N_RACERS, results, CANCEL_OK)
		+ race_count(N_RACERS, results, CANCEL_E_REPLAY),
	    N_RACERS);
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET);
}
END_TEST

/* A seat each, and those who come after eight, two of them. */
static int
race_for_one_or_two(int i)
{
	int first = i % 8 + 1;

	return cancel_surely(arena_printf(&house.ctx.arena,
				 i < 8 ? "%d" : "%d %d", first, first + 1),
	    racer_key(i));
}

START_TEST(other_seats_given_back_at_once_are_refunded_once_each)
{
	const struct runner runner = { open_racer, race_for_one_or_two };
	int results[N_RACERS];

	ck_assert_int_eq(buy("ann", "1 2 3 4 5 6 7 8"), PURCHASE_OK);
	race(N_RACERS, &runner, results);
	ck_assert_int_eq(race_count(N_RACERS, results, CANCEL_OK)
		+ race_count(N_RACERS, results, CANCEL_E_ALREADY),
	    N_RACERS);
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET);
	ck_assert_str_eq(reservation_status(), "CANCELLED");
	ck_assert_int_eq(
	    house_count(
		"SELECT count(*) FROM refunds AS f JOIN"
		" payments AS p ON p.id = f.payment_id WHERE p.performance_id ="
		" $1",
		house.performance),
	    race_count(N_RACERS, results, CANCEL_OK));
	ck_assert_int_eq(bought_count("ann"), 0);
}
END_TEST

static int
race_with_the_payment(int i)
{
	int r;

	if (i % 2 == 0)
		return race_for_all(i);
	do
		r = pay_key("ann", hold.token,
		    arena_str(&house.ctx.arena, hold.token));
	while (r < 0);
	return r == PURCHASE_E_REPLAY && bought.answer.status == 201 ? 50 : 100;
}

START_TEST(a_replayed_payment_neither_pays_nor_takes_the_seat_back)
{
	const struct runner runner = { open_racer, race_with_the_payment };
	int results[N_RACERS];

	ck_assert_int_eq(buy("ann", "1 2"), PURCHASE_OK);
	race(N_RACERS, &runner, results);
	ck_assert_int_eq(race_count(N_RACERS, results, CANCEL_OK), 1);
	ck_assert_int_eq(race_count(N_RACERS, results, 50), N_RACERS / 2);
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET);
	ck_assert_str_eq(house_map(), "AAAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(pay_key("ann", hold.token, "another key"),
	    PURCHASE_E_PAID);
	ck_assert_int_eq(balance("ann"), HOUSE_WALLET);
}
END_TEST

SQL(test_cancel_sales,
    "SELECT count(*) FROM reservations WHERE performance_id = $1");

static bool
sold_again(void)
{
	const struct db_param param = db_i64(&house.ctx.arena,
	    house.performance);
	struct db_rows rows;

	ck_assert_int_eq(db_run(house.ctx.primary, &house.ctx.arena,
			     &sql_test_cancel_sales, 1, &param, &rows),
	    0);
	return db_get_i64(&rows, 0, 0) > 1;
}

/* 0 gives back, the others try to buy until one of them has it. */
static int
race_for_the_freed_seat(int i)
{
	char name[8];
	int r;

	if (i == 0)
		return race_for_all(i);
	snprintf(name, sizeof(name), "b%d", i);
	/* A map that is kept grows old by the clock. */
	clock_fake(-1);
	/* Faults of a machine that stalls are asked again. The suite's
	 * time-out ends it. */
	while (!sold_again()) {
		house_round();
		r = place(name, "1");
		if (r == HOLD_OK)
			r = pay_key(name, hold.token, "k");
		if (r == PURCHASE_OK || r == PURCHASE_E_REPLAY)
			return 50;
		usleep(5000);
	}
	return 51;
}

START_TEST(a_freed_seat_is_sold_exactly_once)
{
	const struct runner runner = { open_racer, race_for_the_freed_seat };
	int results[N_RACERS];

	ck_assert_int_eq(buy("ann", "1"), PURCHASE_OK);
	race(N_RACERS, &runner, results);
	ck_assert_int_eq(results[0], CANCEL_OK);
	ck_assert_int_eq(race_count(N_RACERS, results, 50), 1);
	ck_assert_int_eq(race_count(N_RACERS, results, 51), N_RACERS - 2);
	ck_assert_int_eq(letter(1), 'R');
}
END_TEST

static void
once(void)
{
	house_start();
	servers_busy_for_years();
}

SUITE("cancel")
{
	FIXTURE_ONCE(once, NULL);
	FIXTURE(open_house, close_house);
	TEST(all_seats_are_given_back_when_none_is_named);
	TEST(some_seats_are_given_back_and_the_others_stay);
	TEST(each_move_is_logged_and_told);
	TEST(the_same_key_is_given_the_same_answer);
	TEST(what_was_given_back_is_given_back_once);
	TEST(a_seat_of_somebody_else_is_refused_and_nothing_is_given_back);
	TEST(anothers_reservation_is_not_there);
	TEST(seats_are_given_back_until_the_deadline);
	TEST(a_performance_that_was_cancelled_knows_no_deadline);
	TEST(less_comes_back_the_nearer_the_day_is);
	TEST(who_thinks_better_of_it_within_a_day_has_all_back);
	TEST(a_film_is_given_back_for_half_until_it_starts);
	TEST(a_fee_is_kept_of_each_place_and_never_more_than_its_price);
	TEST(a_reservation_keeps_the_policy_it_was_bought_by);
	TEST(a_full_wallet_takes_no_refund_and_the_seat_stays);
	TEST(seats_that_cost_nothing_are_given_back_too);
	TEST(nothing_is_given_back_when_the_claim_is_anothers);
	TEST(a_freed_seat_is_sold_to_somebody_else);
	TEST(seats_given_back_do_not_count_for_the_limit);
	TEST(a_reservation_tells_what_was_given_back);
	TEST(without_redis_it_is_done_and_the_map_follows);
	TEST(a_redis_that_was_emptied_learns_it_from_the_claims);
#ifdef FAULTS
	TEST_LOOP(a_crash_on_the_way_leaves_one_answer,
	    (int)ARRAY_LEN(crashes));
	TEST(a_late_mirror_leaves_the_next_holder_alone);
	TEST(a_late_mirror_leaves_the_next_owner_alone);
	TEST(a_purchase_that_never_came_to_the_map_is_given_back);
#endif
	TEST(many_who_give_the_same_back_are_refunded_once);
	TEST(one_key_asked_by_many_at_once_refunds_once);
	TEST(other_seats_given_back_at_once_are_refunded_once_each);
	TEST(a_replayed_payment_neither_pays_nor_takes_the_seat_back);
	TEST(a_freed_seat_is_sold_exactly_once);
}
