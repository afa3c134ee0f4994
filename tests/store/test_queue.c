/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_queue - the line in front of a performance: nobody skips, and the loss
 * of Redis costs nobody his place
 *
 * Those who stand in line are numbers, which are their users too; ann and bob
 * buy. WAITING in the environment is how many lose Redis together (100000 for
 * the whole size).
 *
 * Layer: tests.  Uses: queue, buyer, away.
 */
#define SUITE_TIMEOUT_S 600 /* as many wait as WAITING says */

#include "base/clock.h"
#include "base/rand.h"
#include "catalog/terms.h"
#include "queue/queue.h"
#include "queue/queue_admit.h"
#include "queue/queue_load.h"
#include "queue/queue_snapshot.h"
#include "recovery/seat_load.h"
#include "seat/epoch.h"
#include "seat/seat_loaded.h"
#include "tests/support/away.h"
#include "tests/support/race.h"

#include <inttypes.h>

#define USERS_MAX 100100
/* Nobody waits longer between two polls. */
#define LONGEST_MS (INT64_C(1000) * QUEUE_POLL_MAX_S)

static struct queue_stand stand; /* what the last call gave */
static char tickets[USERS_MAX][96];

/* ---- what they do ---- */

static void
line(const char *what)
{
	house_change(what);
	seat_loaded_outdated();
	house_tell();
	house_terms();
}

/* A line of so many passes, whose map is live. */
static void
given_line(int limit)
{
	line(arena_printf(&house.ctx.arena,
	    "queue_mode = 'fifo', queue_active_limit = %d", limit));
}

static int64_t
user_of(int who)
{
	return house.performance * 10000 + who;
}

static void
keep_ticket(int who)
{
	snprintf(tickets[who], sizeof(tickets[who]), "%s",
	    queue_ticket_text(&house.ctx, user_of(who), &stand.ticket).p);
}

static void
join(int who)
{
	ck_assert_int_eq(
	    queue_join(&house.ctx, user_of(who), house.performance, &stand),
	    QUEUE_OK);
	keep_ticket(who);
}

/* Numbers from to to, both of them. */
static void
all_join(int from, int to)
{
	for (int who = from; who <= to; who++)
		join(who);
}

static enum queue_state
poll(int who)
{
	ck_assert_int_eq(queue_poll(&house.ctx, user_of(who), house.performance,
			     span_str(tickets[who]), &stand),
	    QUEUE_OK);
	if (stand.renewed)
		keep_ticket(who);
	return stand.state;
}

static void
all_poll(int from, int to)
{
	for (int who = from; who <= to; who++)
		(void)poll(who);
}

static void
leave(int who)
{
	ck_assert_int_eq(queue_leave(&house.ctx, user_of(who),
			     house.performance, span_str(tickets[who])),
	    QUEUE_OK);
}

/* One run of the line; how many it admitted. */
static size_t
run(void)
{
	const struct terms *terms;
	size_t n = 0;

	house_round();
	ck_assert_int_eq(terms_renew(&house.ctx, house.performance, &terms),
	    TERMS_OK);
	ck_assert_int_eq(queue_admit(&house.ctx, terms, &n), 0);
	return n;
}

/* Runs, until one admits nobody. */
static size_t
run_all(void)
{
	size_t all = 0, n;

	while ((n = run()) > 0)
		all += n;
	return all;
}

static void
later(int64_t ms)
{
	clock_fake_add(ms);
	house_round();
}

/* Time goes on, the runs with it, and those from to to poll as they should. */
static void
wait_while_polling(int64_t ms, int from, int to)
{
	for (int64_t passed = 0; passed < ms; passed += 10000) {
		later(10000);
		all_poll(from, to);
		(void)run();
	}
}

static void
time_stands_still(void)
{
	clock_fake(clock_ms());
	house_round();
}

static int64_t
active(void)
{
	return house_count("SELECT count(*) FROM queue_passes($1, now())",
	    house.performance);
}

static int64_t
rows(void)
{
	return house_count(
	    "SELECT count(*) FROM queue_pass"
	    " WHERE performance_id = $1",
	    house.performance);
}

static void
lose_redis(void)
{
	house_redis("FLUSHALL");
}

static int
place_with(int64_t user, int64_t seat, const char *ticket, const char *key)
{
	const struct hold_want want = { .user = user,
		.performance = house.performance,
		.seats = &seat,
		.n_seats = 1,
		.key = span_str(key),
		.ticket = span_str(ticket) };
	struct hold_conflicts conflicts;
	int r = hold_place(&house.ctx, &want, &hold, &conflicts);

	if (r == HOLD_OK)
		hold.token = buyer_token(hold.token);
	return r;
}

static int
hold_seat(int who, int64_t seat)
{
	return place_with(user_of(who), seat, tickets[who], NULL);
}

/* ---- numbers ---- */

START_TEST(numbers_are_given_in_the_order_in_which_people_come)
{
	given_line(1);
	all_join(1, 5);
	for (int who = 2; who <= 5; who++) {
		ck_assert_int_eq(poll(who), QUEUE_WAITING);
		ck_assert_int_eq(stand.ticket.seq, who);
		ck_assert_int_eq(stand.ahead, who - 2);
	}
}
END_TEST

START_TEST(joining_again_is_the_same_place)
{
	given_line(1);
	all_join(1, 3);
	join(2);
	ck_assert_int_eq(stand.ticket.seq, 2);
	ck_assert(stand.again);
	ck_assert_int_eq(stand.ahead, 0);
	join(1);
	ck_assert_int_eq(stand.state, QUEUE_ADMITTED);
	ck_assert(stand.again);
}
END_TEST

START_TEST(whom_nobody_waits_before_is_admitted_at_once)
{
	given_line(2);
	join(1);
	ck_assert_int_eq(stand.state, QUEUE_ADMITTED);
	ck_assert(!stand.again);
	ck_assert_int_eq(hold_seat(1, 1), HOLD_OK);
	join(2);
	ck_assert_int_eq(stand.state, QUEUE_ADMITTED);
	join(3);
	ck_assert_int_eq(stand.state, QUEUE_WAITING);
}
END_TEST

START_TEST(without_a_line_everybody_is_admitted)
{
	join(1);
	ck_assert_int_eq(stand.state, QUEUE_ADMITTED);
	ck_assert_int_eq(poll(1), QUEUE_ADMITTED);
	leave(1);
	ck_assert_int_eq(place_with(user_of(1), 1, NULL, NULL), HOLD_OK);
}
END_TEST

START_TEST(a_sale_that_is_over_has_no_line)
{
	given_line(1);
	join(1);
	line("sales_close_at = now()");
	house_round();
	ck_assert_int_eq(
	    queue_join(&house.ctx, user_of(2), house.performance, &stand),
	    QUEUE_E_CLOSED);
	ck_assert_int_eq(poll(1), QUEUE_ENDED);
	line("sales_close_at = now() - interval '1 h'");
	ck_assert_int_eq(poll(1), QUEUE_ENDED);
	ck_assert_int_eq(
	    queue_join(&house.ctx, user_of(2), house.performance, &stand),
	    QUEUE_E_CLOSED);
}
END_TEST

START_TEST(numbers_never_repeat_after_a_loss)
{
	given_line(1);
	all_join(1, 3);
	lose_redis();
	join(4);
	ck_assert_int_gt(stand.ticket.seq, 3);
	lose_redis();
	join(5);
	ck_assert_int_gt(stand.ticket.seq, 50000);
}
END_TEST

static void
numbers_run_out(void)
{
	house_redis(arena_printf(&house.ctx.arena,
	    "HSET bo:{p%" PRId64 ".%" PRId64 "}:line seq %s", house.performance,
	    stand.ticket.epoch,
	    house_redis(arena_printf(&house.ctx.arena,
		"HGET bo:{p%" PRId64 ".%" PRId64 "}:line reserved",
		house.performance, stand.ticket.epoch))));
}

START_TEST(more_numbers_are_reserved_when_they_run_out)
{
	given_line(1);
	all_join(1, 2);
	numbers_run_out();
	join(3);
	ck_assert_int_gt(stand.ticket.seq, QUEUE_BLOCK);
	ck_assert_int_le(stand.ticket.seq,
	    house_count("SELECT reserved FROM queue_state"
			" WHERE performance_id = $1",
		house.performance));
}
END_TEST

/* ---- whose turn it is ---- */

START_TEST(only_so_many_buy_at_a_time_and_the_next_comes_when_one_leaves)
{
	given_line(2);
	all_join(1, 5);
	ck_assert_uint_eq(run_all(), 0);
	ck_assert_int_eq(active(), 2);
	leave(1);
	ck_assert_uint_eq(run_all(), 1);
	ck_assert_int_eq(poll(3), QUEUE_ADMITTED);
	ck_assert_int_eq(poll(4), QUEUE_WAITING);
	ck_assert_int_eq(poll(1), QUEUE_EXPIRED);
}
END_TEST

START_TEST(who_leaves_the_line_has_no_place_and_joins_behind)
{
	given_line(1);
	all_join(1, 4);
	leave(2);
	ck_assert_int_eq(poll(2), QUEUE_LEFT);
	join(2);
	ck_assert_int_eq(stand.ticket.seq, 5);
	ck_assert_int_eq(poll(3), QUEUE_WAITING);
	ck_assert_int_eq(stand.ahead, 0);
}
END_TEST

static void
buy_as(const char *name, int64_t seat)
{
	int64_t user = house_user(name);

	ck_assert_int_eq(
	    queue_join(&house.ctx, user, house.performance, &stand), QUEUE_OK);
	ck_assert_int_eq(stand.state, QUEUE_ADMITTED);
	ck_assert_int_eq(
	    place_with(user, seat,
		queue_ticket_text(&house.ctx, user, &stand.ticket).p, NULL),
	    HOLD_OK);
}

/* Of number 1. */
static const char *
ann_ticket(void)
{
	const struct queue_ticket first = { house.performance,
		stand.ticket.epoch, 1, 0 };

	return queue_ticket_text(&house.ctx, house_user("ann"), &first).p;
}

START_TEST(a_purchase_ends_the_pass)
{
	given_line(1);
	buy_as("ann", 1);
	join(2);
	ck_assert_int_eq(stand.state, QUEUE_WAITING);
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	ck_assert_int_eq(active(), 0);
	ck_assert_uint_eq(run_all(), 1);
	ck_assert_int_eq(poll(2), QUEUE_ADMITTED);
	ck_assert_int_eq(place_with(house_user("ann"), 2, ann_ticket(), NULL),
	    HOLD_E_PASS);
}
END_TEST

/* Nobody knows of it but the facts. */
START_TEST(a_purchase_that_redis_forgot_ends_the_pass)
{
	given_line(1);
	buy_as("ann", 1);
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	lose_redis();
	join(2);
	ck_assert_int_eq(queue_join(&house.ctx, house_user("ann"),
			     house.performance, &stand),
	    QUEUE_OK);
	ck_assert_int_eq(stand.state, QUEUE_WAITING);
	ck_assert_int_eq(queue_sweep(&house.ctx, house.performance), 0);
	ck_assert_int_eq(house_count("SELECT count(*) FROM queue_pass WHERE"
				     " performance_id = $1"
				     " AND ended_by = 'bought'",
			     house.performance),
	    1);
}
END_TEST

START_TEST(who_pays_keeps_his_place_until_that_is_over)
{
	time_stands_still();
	given_line(1);
	buy_as("ann", 1);
	join(2);
	later(740000);
	ck_assert_int_eq(place_with(house_user("ann"), 2, ann_ticket(), NULL),
	    HOLD_OK);
	later(9000);
	ck_assert_int_eq(begin_to_pay("ann"), HOLD_OK);
	later(5000);
	(void)poll(2);
	ck_assert_uint_eq(run_all(), 0);
	later(60000);
	(void)poll(2);
	ck_assert_uint_eq(run_all(), 1);
}
END_TEST

START_TEST(a_pass_waits_for_its_owner_and_then_lapses)
{
	time_stands_still();
	given_line(1);
	line("queue_status = 'paused'");
	join(1);
	line("queue_status = 'open'");
	ck_assert_uint_eq(run_all(), 1);
	later(149000);
	join(2);
	ck_assert_uint_eq(run_all(), 0);
	later(2000);
	(void)poll(2);
	ck_assert_uint_eq(run_all(), 1);
	ck_assert_int_eq(poll(1), QUEUE_EXPIRED);
	ck_assert_int_eq(hold_seat(1, 1), HOLD_E_PASS);
	ck_assert_int_eq(house_count("SELECT count(*) FROM queue_pass WHERE"
				     " performance_id = $1"
				     " AND ended_by = 'lapsed'",
			     house.performance),
	    1);
}
END_TEST

START_TEST(a_pass_that_is_claimed_lasts)
{
	time_stands_still();
	given_line(1);
	join(1);
	ck_assert_int_eq(poll(1), QUEUE_ADMITTED);
	join(2);
	later(700000);
	ck_assert_int_eq(poll(1), QUEUE_ADMITTED);
	ck_assert_int_eq(hold_seat(1, 1), HOLD_OK);
	later(60000);
	ck_assert_int_eq(poll(1), QUEUE_EXPIRED);
}
END_TEST

START_TEST(so_many_are_admitted_a_minute)
{
	time_stands_still();
	given_line(100);
	line("queue_per_minute = 60, queue_status = 'paused'");
	all_join(1, 20);
	line("queue_status = 'open'");
	(void)run_all();
	later(3000);
	ck_assert_uint_eq(run_all(), 3);
	/* What was not used for long is not made up for. */
	later(80000);
	ck_assert_uint_eq(run_all(), 5);
	later(1000);
	ck_assert_uint_eq(run_all(), 1);
}
END_TEST

START_TEST(a_line_that_is_paused_admits_nobody_and_takes_everybody)
{
	given_line(5);
	line("queue_status = 'paused'");
	all_join(1, 3);
	ck_assert_uint_eq(run_all(), 0);
	ck_assert_int_eq(poll(1), QUEUE_WAITING);
	ck_assert_int_eq(stand.why, QUEUE_WHY_PAUSED);
	line("queue_status = 'closed'");
	ck_assert_int_eq(
	    queue_join(&house.ctx, user_of(4), house.performance, &stand),
	    QUEUE_E_CLOSED);
	line("queue_status = 'open'");
	ck_assert_uint_eq(run_all(), 3);
}
END_TEST

START_TEST(a_smaller_limit_ends_no_pass_and_admits_nobody)
{
	given_line(5);
	all_join(1, 7);
	line("queue_active_limit = 2");
	ck_assert_uint_eq(run_all(), 0);
	for (int who = 1; who <= 5; who++)
		ck_assert_int_eq(poll(who), QUEUE_ADMITTED);
	for (int who = 1; who <= 3; who++)
		leave(who);
	ck_assert_uint_eq(run_all(), 0);
	leave(4);
	ck_assert_uint_eq(run_all(), 1);
}
END_TEST

/* ---- who is there ---- */

START_TEST(who_is_not_there_lets_others_pass_and_keeps_his_place)
{
	time_stands_still();
	given_line(1);
	all_join(1, 4);
	(void)poll(1);
	wait_while_polling(100000, 3, 4);
	leave(1);
	ck_assert_uint_eq(run_all(), 1);
	ck_assert_int_eq(poll(3), QUEUE_ADMITTED);
	ck_assert_int_eq(poll(2), QUEUE_WAITING);
	ck_assert_int_eq(stand.ahead, 0);
	leave(3);
	ck_assert_uint_eq(run_all(), 1);
	ck_assert_int_eq(poll(2), QUEUE_ADMITTED);
}
END_TEST

START_TEST(who_stays_away_for_too_long_has_left)
{
	time_stands_still();
	given_line(1);
	all_join(1, 3);
	(void)poll(1);
	later(91000);
	(void)poll(3);
	leave(1);
	ck_assert_uint_eq(run_all(), 1);
	later(301000);
	(void)run_all();
	ck_assert_int_eq(poll(2), QUEUE_LEFT);
}
END_TEST

static int64_t
absent(void)
{
	return strtoll(house_redis(arena_printf(&house.ctx.arena,
			   "ZCARD bo:{p%" PRId64 ".%" PRId64 "}:absent",
			   house.performance, epoch_last(&house.ctx))),
	    NULL, 10);
}

/* Redis does nothing else meanwhile. */
START_TEST(a_run_takes_so_many_for_absent_and_no_more)
{
	time_stands_still();
	given_line(400);
	line("queue_status = 'paused'");
	all_join(1, 700);
	line("queue_status = 'open'");
	later(100000);
	ck_assert_uint_eq(run(), 0);
	ck_assert_int_eq(absent(), 500);
	ck_assert_uint_eq(run(), 0);
	ck_assert_int_eq(absent(), 700);
}
END_TEST

/* Who stands far from the front is asked for twice a minute: he must have been
 * told that he is near before he can be passed. */
START_TEST(a_larger_limit_does_not_run_through_those_who_poll_seldom)
{
	time_stands_still();
	given_line(1);
	line("queue_status = 'paused'");
	all_join(1, 700);
	line("queue_status = 'open', queue_active_limit = 700");
	ck_assert_uint_eq(run_all(), 500);
	ck_assert_int_eq(poll(600), QUEUE_WAITING);
	for (int64_t passed = 0; passed < LONGEST_MS; passed += 10000) {
		later(9999);
		ck_assert_uint_eq(run_all(), 0);
	}
	all_poll(501, 700);
	later(15000);
	ck_assert_uint_eq(run_all(), 200);
}
END_TEST

/* What polls are answered from is looked at again by and by. */
static void
settled(int64_t waiting)
{
	int64_t until_us = clock_mono_us() + 20 * INT64_C(1000000);
	struct queue_snapshot now = { 0 };

	while (queue_snapshot(&house.ctx, house.performance, &now) != 0
	    || now.waiting != waiting) {
		ck_assert_int_lt(clock_mono_us(), until_us);
		usleep(5000);
	}
}

START_TEST(who_waits_far_from_the_front_is_told_without_the_line)
{
	struct queue_snapshot now;

	given_line(1);
	line("queue_status = 'paused'");
	all_join(1, 900);
	ck_assert_int_eq(stand.ahead, 899);
	(void)run();
	settled(900);
	all_join(901, 902);
	ck_assert(!stand.near && !stand.again);
	ck_assert_int_eq(stand.ahead, 901);
	join(702);
	ck_assert(stand.again);
	ck_assert_int_ge(stand.ahead, 690);
	ck_assert_int_le(stand.ahead, 710);
	ck_assert_int_eq(poll(900), QUEUE_WAITING);
	ck_assert(!stand.near);
	ck_assert_int_eq(stand.ahead, 899);
	ck_assert_int_eq(stand.total, 900);
	ck_assert_int_ge(stand.poll_after_s, 5);
	ck_assert_int_le(stand.poll_after_s, QUEUE_POLL_MAX_S);
	ck_assert_int_eq(poll(750), QUEUE_WAITING);
	ck_assert_int_ge(stand.ahead, 740);
	ck_assert_int_le(stand.ahead, 760);
	ck_assert_int_eq(queue_snapshot(&house.ctx, house.performance, &now),
	    0);
	ck_assert_int_eq(now.near, 500);
	ck_assert_int_eq(poll(500), QUEUE_WAITING);
	ck_assert(stand.near);
}
END_TEST

/* When the line was last told that he is there. */
static int64_t
told_ms(int who)
{
	return strtoll(
	    house_redis(arena_printf(&house.ctx.arena,
		"ZSCORE bo:{p%" PRId64 ".%" PRId64 "}:seen %" PRId64,
		house.performance, epoch_last(&house.ctx), user_of(who))),
	    NULL, 10);
}

START_TEST(who_is_near_is_asked_for_once_in_a_while)
{
	int64_t began_ms;

	time_stands_still();
	given_line(1);
	line("queue_status = 'paused'");
	all_join(1, 300);
	(void)run();
	settled(300);
	began_ms = house.ctx.now_ms;
	later(9999);
	ck_assert_int_eq(poll(200), QUEUE_WAITING);
	ck_assert(stand.near && !stand.renewed);
	ck_assert_int_eq(stand.ahead, 199);
	ck_assert_int_eq(stand.total, 300);
	ck_assert_int_le(stand.poll_after_s, 3);
	ck_assert_int_eq(told_ms(200), began_ms);
	/* At the very front each time. */
	ck_assert_int_eq(poll(100), QUEUE_WAITING);
	ck_assert_int_eq(stand.ahead, 99);
	ck_assert_int_eq(told_ms(100), house.ctx.now_ms);
	later(1);
	(void)poll(200);
	ck_assert_int_eq(told_ms(200), house.ctx.now_ms);
	leave(200);
	ck_assert_int_eq(poll(200), QUEUE_LEFT);
}
END_TEST

START_TEST(who_is_admitted_is_told_so_though_he_has_just_asked)
{
	given_line(1);
	line("queue_status = 'paused'");
	all_join(1, 300);
	(void)run();
	settled(300);
	ck_assert_int_eq(poll(150), QUEUE_WAITING);
	ck_assert_int_eq(poll(250), QUEUE_WAITING);
	line("queue_status = 'open', queue_active_limit = 200");
	ck_assert_uint_eq(run_all(), 200);
	settled(100);
	ck_assert_int_eq(poll(150), QUEUE_ADMITTED);
	ck_assert_int_eq(poll(250), QUEUE_WAITING);
	ck_assert_int_eq(stand.ahead, 49);
}
END_TEST

START_TEST(a_loss_of_redis_is_noticed_by_who_has_just_asked)
{
	time_stands_still();
	given_line(1);
	line("queue_status = 'paused'");
	all_join(1, 300);
	(void)run();
	settled(300);
	lose_redis();
	join(301);
	ck_assert_int_eq(poll(200), QUEUE_WAITING);
	ck_assert(stand.renewed);
	ck_assert_int_eq(told_ms(200), house.ctx.now_ms);
}
END_TEST

/* One seat was bought for one pass; 23 are left. */
START_TEST(who_stands_too_far_behind_is_told_that_nothing_will_be_left)
{
	given_line(1);
	buy_as("ann", 1);
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	line("queue_status = 'paused'");
	all_join(1, 30);
	ck_assert_int_eq(queue_sweep(&house.ctx, house.performance), 0);
	(void)run();
	settled(30);
	ck_assert_int_eq(poll(24), QUEUE_WAITING);
	ck_assert_int_eq(stand.ahead, 23);
	ck_assert(!stand.likely_sold_out);
	ck_assert_int_eq(poll(25), QUEUE_WAITING);
	ck_assert(stand.likely_sold_out);
}
END_TEST

/* ---- lines that are there only for a rush ---- */

static void
given_auto(int limit)
{
	line(arena_printf(&house.ctx.arena,
	    "queue_mode = 'auto', queue_active_limit = %d", limit));
}

static int
just_hold(int who, int64_t seat)
{
	return place_with(user_of(who), seat, NULL, NULL);
}

static int64_t
waiting(void)
{
	return strtoll(house_redis(arena_printf(&house.ctx.arena,
			   "ZCARD bo:{p%" PRId64 ".%" PRId64 "}:queue",
			   house.performance, epoch_last(&house.ctx))),
	    NULL, 10);
}

START_TEST(who_meets_nobody_gets_his_pass_with_his_hold)
{
	given_auto(2);
	ck_assert_int_eq(just_hold(1, 1), HOLD_OK);
	ck_assert_int_eq(just_hold(1, 2), HOLD_OK);
	ck_assert_int_eq(rows(), 1);
	ck_assert_int_eq(just_hold(2, 3), HOLD_OK);
	/* No place is free; whether the seat is, he is not told. */
	ck_assert_int_eq(just_hold(3, 4), HOLD_E_PASS);
	ck_assert_int_eq(just_hold(3, 3), HOLD_E_PASS);
	ck_assert_int_eq(waiting(), 0);
	ck_assert_int_eq(rows(), 2);
}
END_TEST

START_TEST(who_does_not_wait_passes_nobody_who_does)
{
	given_auto(1);
	ck_assert_int_eq(just_hold(1, 1), HOLD_OK);
	join(3);
	ck_assert_int_eq(stand.state, QUEUE_WAITING);
	join(1);
	leave(1);
	ck_assert_int_eq(just_hold(4, 4), HOLD_E_PASS);
	ck_assert_int_eq(waiting(), 1);
	/* Whose turn it is has come by his hold, too. */
	ck_assert_int_eq(just_hold(3, 4), HOLD_OK);
	ck_assert_int_eq(poll(3), QUEUE_ADMITTED);
	ck_assert_int_eq(waiting(), 0);
}
END_TEST

START_TEST(a_pass_that_came_with_a_hold_outlives_redis)
{
	time_stands_still();
	given_auto(2);
	ck_assert_int_eq(just_hold(1, 1), HOLD_OK);
	/* It is claimed, and lasts. */
	later(200000);
	lose_redis();
	ck_assert_int_eq(just_hold(1, 2), HOLD_OK);
	/* Others may have waited, and come back. */
	ck_assert_int_eq(just_hold(2, 3), HOLD_E_PASS);
	for (int i = 0; i < 9; i++) {
		later(10000);
		(void)run();
	}
	ck_assert_int_eq(waiting(), 0);
	ck_assert_int_eq(just_hold(2, 3), HOLD_OK);
	ck_assert_int_eq(active(), 2);
}
END_TEST

START_TEST(the_database_gives_nobody_a_pass)
{
	given_auto(2);
	ck_assert_int_eq(just_hold(1, 1), HOLD_OK);
	away(STOPPED, REDIS_DOWN_DATABASE);
	ck_assert_int_eq(just_hold(1, 2), HOLD_OK);
	ck_assert_int_eq(just_hold(2, 3), HOLD_E_PASS);
	bring_back(STOPPED);
}
END_TEST

START_TEST(passes_that_come_with_holds_count_by_the_minute)
{
	time_stands_still();
	given_auto(100);
	line("queue_per_minute = 12");
	ck_assert_int_eq(just_hold(1, 1), HOLD_OK);
	ck_assert_int_eq(just_hold(2, 2), HOLD_E_PASS);
	ck_assert_int_eq(waiting(), 0);
	later(5000);
	ck_assert_int_eq(just_hold(2, 2), HOLD_OK);
}
END_TEST

START_TEST(a_line_that_is_paused_gives_no_pass_with_a_hold)
{
	given_auto(2);
	line("queue_status = 'paused'");
	ck_assert_int_eq(just_hold(1, 1), HOLD_E_PASS);
	line("queue_status = 'closed'");
	ck_assert_int_eq(just_hold(1, 1), HOLD_E_PASS);
	line("queue_status = 'open'");
	ck_assert_int_eq(just_hold(1, 1), HOLD_OK);
}
END_TEST

/* ---- attacks on passes ---- */

enum attack {
	NO_TICKET,
	FORGED,
	ANOTHERS,
	OTHER_PERFORMANCE,
	ENDED_PASS,
	AFTER_LEAVING,
	STILL_WAITING,
	BEFORE_THE_REBUILD,
	N_ATTACKS
};

/* What user_of(2) shows, whose turn it is not. */
static const char *
forge(enum attack attack)
{
	const struct queue_ticket other = { house.performance + 1,
		stand.ticket.epoch, 2, 0 };

	join(1);
	switch (attack) {
	case NO_TICKET:
		return NULL;
	case FORGED:
		join(2);
		tickets[2][0] = tickets[2][0] == 'A' ? 'B' : 'A';
		break;
	case ANOTHERS:
		return tickets[1];
	case OTHER_PERFORMANCE:
		return queue_ticket_text(&house.ctx, user_of(2), &other).p;
	case ENDED_PASS:
	case AFTER_LEAVING:
		leave(1);
		join(2);
		ck_assert_int_eq(stand.state, QUEUE_ADMITTED);
		leave(2);
		break;
	case BEFORE_THE_REBUILD:
		join(2);
		lose_redis();
		(void)poll(1);
		break;
	default:
		join(2);
	}
	return tickets[2];
}

/* A free seat, and one that is sold. */
START_TEST(whose_turn_it_is_not_learns_nothing_of_seats)
{
	const char *ticket;

	ck_assert_int_eq(place("bob", "3"), HOLD_OK);
	ck_assert_int_eq(pay("bob"), PURCHASE_OK);
	given_line(1);
	ticket = forge((enum attack)_i);
	for (int64_t seat = 2; seat <= 3; seat++)
		ck_assert_int_eq(place_with(user_of(2), seat, ticket, NULL),
		    HOLD_E_PASS);
	ck_assert_int_eq(place_with(user_of(2), 3, ticket, "key"), HOLD_E_PASS);
}
END_TEST

START_TEST(whose_turn_it_is_not_gets_nothing_in_the_database_either)
{
	const char *ticket;

	ck_assert_int_eq(place("bob", "3"), HOLD_OK);
	ck_assert_int_eq(pay("bob"), PURCHASE_OK);
	given_line(1);
	ticket = forge((enum attack)_i);
	join(1);
	away(STOPPED, REDIS_DOWN_DATABASE);
	for (int64_t seat = 2; seat <= 3; seat++)
		ck_assert_int_eq(place_with(user_of(2), seat, ticket, NULL),
		    HOLD_E_PASS);
	/* Whose turn it is goes on. */
	if (_i != ENDED_PASS && _i != AFTER_LEAVING)
		ck_assert_int_eq(hold_seat(1, 2), HOLD_OK);
	bring_back(STOPPED);
}
END_TEST

START_TEST(a_ticket_after_which_somebody_left_is_worth_nothing_after_a_loss)
{
	given_line(1);
	join(1);
	leave(1);
	join(2);
	lose_redis();
	ck_assert_int_eq(poll(1), QUEUE_EXPIRED);
	ck_assert_int_eq(hold_seat(1, 1), HOLD_E_PASS);
	ck_assert_int_eq(poll(2), QUEUE_ADMITTED);
}
END_TEST

START_TEST(no_ticket_is_taken_for_what_it_is_not)
{
	static const char *const texts[] = { "", "x", "AAAA",
		"AAAAAAAAAAAAAAAAAAAAADEgMiAz", "%%%", "MSAyIDM" };

	given_line(1);
	join(1);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		ck_assert_int_eq(queue_poll(&house.ctx, user_of(1),
				     house.performance, span_str(texts[i]),
				     &stand),
		    QUEUE_E_TICKET);
	ck_assert_int_eq(queue_poll(&house.ctx, user_of(1), house.performance,
			     SPAN_NONE, &stand),
	    QUEUE_E_TICKET);
	ck_assert_int_eq(queue_leave(&house.ctx, user_of(2), house.performance,
			     span_str(tickets[1])),
	    QUEUE_E_TICKET);
}
END_TEST

START_TEST(what_was_held_goes_on_without_a_pass)
{
	struct span token, number;

	given_line(1);
	join(1);
	ck_assert_int_eq(place_with(user_of(1), 1, tickets[1], "key"), HOLD_OK);
	token = hold.token;
	leave(1);
	ck_assert_int_eq(place_with(user_of(1), 1, tickets[1], "key"), HOLD_OK);
	ck_assert_int_eq(place_with(user_of(1), 1, NULL, "key"), HOLD_OK);
	ck_assert(span_eq(hold.token, token));
	ck_assert_int_eq(place_with(user_of(1), 2, NULL, "key"),
	    HOLD_E_MISMATCH);
	ck_assert_int_eq(hold_extend(&house.ctx, user_of(1), token, &hold),
	    HOLD_OK);
	ck_assert_int_eq(hold_drop(&house.ctx, user_of(1), token, &number),
	    HOLD_OK);
	ck_assert_int_eq(place_with(user_of(1), 1, NULL, "key"),
	    HOLD_E_EXPIRED);
}
END_TEST

/* ---- what is lost ---- */

START_TEST(whom_a_loss_meets_before_he_knows_is_admitted_all_the_same)
{
	given_line(1000);
	line("queue_status = 'paused'");
	all_join(1, 700);
	line("queue_status = 'open'");
	ck_assert_uint_eq(run_all(), 700);
	lose_redis();
	join(701);
	ck_assert_int_eq(stand.state, QUEUE_WAITING);
	for (int who = 1; who <= 700; who++)
		ck_assert_int_eq(poll(who), QUEUE_ADMITTED);
	ck_assert_uint_eq(run_all(), 0);
	ck_assert_int_eq(active(), 700);
	ck_assert_int_eq(rows(), 700);
}
END_TEST

START_TEST(who_was_away_at_a_loss_has_his_place_when_he_returns)
{
	time_stands_still();
	given_line(400);
	line("queue_status = 'paused'");
	all_join(1, 700);
	later(100000);
	all_poll(501, 700);
	line("queue_status = 'open'");
	ck_assert_uint_eq(run_all(), 200);
	lose_redis();
	join(701);
	ck_assert_int_eq(poll(600), QUEUE_ADMITTED);
	ck_assert_int_eq(poll(400), QUEUE_WAITING);
	ck_assert_int_eq(poll(3), QUEUE_WAITING);
	ck_assert_int_eq(stand.ticket.seq, 3);
	ck_assert_int_eq(stand.ahead, 0);
	ck_assert_uint_eq(run_all(), 0);
	later(6000);
	/* Nobody who came after is in front of them. */
	ck_assert_uint_eq(run_all(), 2);
	ck_assert_int_eq(poll(3), QUEUE_ADMITTED);
	ck_assert_int_eq(poll(400), QUEUE_ADMITTED);
	ck_assert_int_eq(poll(701), QUEUE_WAITING);
	ck_assert_int_eq(active(), 202);
}
END_TEST

START_TEST(who_is_far_passes_nobody_who_is_near_after_a_loss)
{
	time_stands_still();
	given_line(500);
	line("queue_status = 'paused'");
	all_join(1, 1500);
	(void)run();
	lose_redis();
	line("queue_status = 'open'");
	all_poll(1201, 1500);
	ck_assert_uint_eq(run_all(), 0);
	later(6000);
	all_poll(1, 600);
	ck_assert_uint_eq(run_all(), 500);
	ck_assert_int_eq(poll(500), QUEUE_ADMITTED);
	ck_assert_int_eq(poll(501), QUEUE_WAITING);
	ck_assert_int_eq(stand.ahead, 0);
	ck_assert_int_eq(poll(1300), QUEUE_WAITING);
}
END_TEST

static uint64_t dice;

/* Once in so many times; the same in each run of the program. */
static bool
happens(unsigned once_in)
{
	dice = dice * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (dice >> 33) % once_in == 0;
}

static int64_t
some_of(int64_t ms)
{
	dice = dice * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (int64_t)((dice >> 33) % (uint64_t)ms);
}

/* Of the whole size there is no room for what all calls leave behind. */
static void
forget(void)
{
	arena_reset(&house.ctx.arena);
	house_round();
}

/* Each of from to to once, in any order. */
static void
all_in_any_order(int from, int to, void (*each)(int who))
{
	static int order[USERS_MAX];
	int n = to - from + 1;

	for (int i = 0; i < n; i++)
		order[i] = from + i;
	for (int i = n - 1; i >= 0; i--) {
		int k = (int)some_of(i + 1), who = order[k];

		order[k] = order[i];
		each(who);
		if (i % 100 == 0)
			forget();
	}
}

static int
how_many(int preset)
{
	const char *said = getenv("WAITING");

	return said == NULL ? preset : atoi(said);
}

static void
is_admitted(int who)
{
	ck_assert_int_eq(poll(who), QUEUE_ADMITTED);
}

static void
still_waits(int who)
{
	ck_assert_int_eq(poll(who), QUEUE_WAITING);
	ck_assert_int_eq(stand.ticket.seq, who);
}

/* In which second after the loss somebody comes back, and which it is. */
static int back_at[USERS_MAX], this_second;

static void
come_back(int who)
{
	if (back_at[who] == this_second)
		(void)poll(who);
}

/* Each as he was told: within two seconds where he stood near the front, half
 * a minute else. A run is every second. */
START_TEST(all_who_wait_come_back_in_any_order_and_are_admitted_in_theirs)
{
	enum { FREE = 500, NEAR = 1000 };
	const int n = how_many(2500);

	/* Redis forgets a hundred thousand while nothing else is done. */
	house.ctx.set.redis_command_ms = 60 * MS_PER_S;
	house_reopen();
	dice = 1;
	time_stands_still();
	given_line(FREE);
	line("queue_status = 'paused'");
	for (int who = 1; who <= n; who++) {
		join(who);
		ck_assert_int_eq(stand.ticket.seq, who);
		back_at[who] = (int)some_of(who <= NEAR ? 3 : QUEUE_POLL_MAX_S);
		if (who % 100 == 0)
			forget();
	}
	(void)run();
	lose_redis();
	line("queue_status = 'open'");
	for (this_second = 0; this_second <= QUEUE_POLL_MAX_S; this_second++) {
		all_in_any_order(1, n, come_back);
		(void)run();
		later(1000);
	}
	ck_assert_uint_eq(run_all(), 0);
	ck_assert_int_eq(rows(), FREE);
	all_in_any_order(1, FREE, is_admitted);
	all_in_any_order(FREE + 1, n, still_waits);
	(void)poll(FREE + 1);
	ck_assert_int_eq(stand.ahead, 0);
	join(n + 1);
	ck_assert_int_gt(stand.ticket.seq, n);
	ck_assert_int_eq(active(), FREE);
}
END_TEST

START_TEST(nobody_is_admitted_while_the_primary_is_away)
{
	given_line(1);
	all_join(1, 2);
	leave(1);
	servers_pg_stop();
	{
		const struct terms *terms;
		size_t n = 0;

		ck_assert_int_eq(
		    terms_kept(&house.ctx, house.performance, &terms), 0);
		ck_assert_int_lt(queue_admit(&house.ctx, terms, &n), 0);
		ck_assert_uint_eq(n, 0);
	}
	servers_pg_start();
	house_reopen();
	ck_assert_uint_eq(run_all(), 1);
	ck_assert_int_eq(poll(2), QUEUE_ADMITTED);
}
END_TEST

START_TEST(a_line_outlives_its_map)
{
	given_line(1);
	all_join(1, 3);
	ck_assert_int_eq(seat_reload(&house.ctx, house.performance), 0);
	ck_assert_int_eq(poll(1), QUEUE_ADMITTED);
	ck_assert_int_eq(poll(3), QUEUE_WAITING);
	ck_assert_int_eq(stand.ahead, 1);
	ck_assert_int_eq(hold_seat(1, 1), HOLD_OK);
}
END_TEST

/* ---- all of it together ---- */

enum { OUTSIDE, IN_LINE, BUYING };

static struct client {
	int64_t user, seen_ms, silent_until_ms, poll_ms;
	int64_t seq; /* IN_LINE */
	int is;
	char ticket[96];
} crowd[50];

/* He is told where he stands. */
static void
hear(struct client *c)
{
	static const int becomes[] = { [QUEUE_WAITING] = IN_LINE,
		[QUEUE_ADMITTED] = BUYING,
		[QUEUE_EXPIRED] = OUTSIDE };

	/* He is never away for so long. */
	ck_assert_int_ne(stand.state, QUEUE_LEFT);
	ck_assert_int_ne(stand.state, QUEUE_ENDED);
	c->is = becomes[stand.state];
	c->seq = stand.ticket.seq;
	c->seen_ms = house.ctx.now_ms;
	c->poll_ms = house.ctx.now_ms + 1000 * stand.poll_after_s;
	snprintf(c->ticket, sizeof(c->ticket), "%s",
	    queue_ticket_text(&house.ctx, c->user, &stand.ticket).p);
}

static void
go_away(struct client *c)
{
	ck_assert_int_eq(queue_leave(&house.ctx, c->user, house.performance,
			     span_str(c->ticket)),
	    QUEUE_OK);
	c->is = OUTSIDE;
}

static void
buy(struct client *c)
{
	static int64_t seat;
	const char *name = arena_printf(&house.ctx.arena, "c%td", c - crowd);

	if (seat == HOUSE_SEATS) {
		go_away(c);
		return;
	}
	/* He may have been silent until it was over. */
	if (place_with(c->user, seat + 1, c->ticket, NULL) != HOLD_OK)
		return;
	seat++;
	ck_assert_int_eq(
	    pay_key(name, hold.token,
		arena_printf(&house.ctx.arena, "seat-%" PRId64, seat)),
	    PURCHASE_OK);
	c->is = OUTSIDE;
}

static void
live(struct client *c)
{
	if (house.ctx.now_ms < c->silent_until_ms)
		return;
	if (c->is == OUTSIDE && happens(8)) {
		ck_assert_int_eq(
		    queue_join(&house.ctx, c->user, house.performance, &stand),
		    QUEUE_OK);
		hear(c);
	} else if (c->is == IN_LINE && happens(80)) {
		go_away(c);
	} else if (c->is == BUYING && happens(8)) {
		buy(c);
	} else if (c->is != OUTSIDE && happens(50)) {
		c->silent_until_ms = house.ctx.now_ms + some_of(200000);
	} else if (c->is != OUTSIDE && house.ctx.now_ms >= c->poll_ms) {
		ck_assert_int_eq(queue_poll(&house.ctx, c->user,
				     house.performance, span_str(c->ticket),
				     &stand),
		    QUEUE_OK);
		hear(c);
	}
}

static bool
is_one_of(int64_t seq, const int64_t *seqs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (seqs[i] == seq)
			return true;
	return false;
}

/* All numbers that were admitted, and the highest of those just now. */
static int64_t *
admitted(size_t *n, int64_t *last)
{
	static const struct sql sql = { "t_admitted",
		"SELECT coalesce(array_agg(seq), '{}'),"
		" coalesce(max(seq) FILTER (WHERE made_at = $2), 0)"
		" FROM queue_pass WHERE performance_id = $1" };
	struct arena *a = &house.ctx.arena;
	const struct db_param params[] = { db_i64(a, house.performance),
		db_time(a, house.ctx.now_ms) };
	struct db_rows found;

	ck_assert_int_eq(db_run(house.ctx.primary, a, &sql, 2, params, &found),
	    0);
	*last = db_get_i64(&found, 0, 1);
	return db_get_i64s(a, &found, 0, 0, n);
}

/* Nobody was passed who stands there, and has come back since since_ms; and,
 * where it fills, no place is free while such a one waits. */
static void
check_second(int64_t limit, int64_t since_ms, bool fills)
{
	int64_t *seqs, last, first = INT64_MAX, n_active;
	size_t n;

	n_active = strtoll(house_redis(arena_printf(&house.ctx.arena,
			       "ZCARD bo:{p%" PRId64 ".%" PRId64 "}:active",
			       house.performance, epoch_last(&house.ctx))),
	    NULL, 10);
	ck_assert_int_le(n_active, limit);
	seqs = admitted(&n, &last);
	since_ms = MAX(since_ms, house.ctx.now_ms - 90000);
	for (size_t i = 0; i < ARRAY_LEN(crowd); i++)
		if (crowd[i].is == IN_LINE && crowd[i].seen_ms >= since_ms
		    && !is_one_of(crowd[i].seq, seqs, n))
			first = MIN(first, crowd[i].seq);
	ck_assert_int_lt(last, first);
	if (n_active < limit && fills)
		ck_assert_int_eq(first, INT64_MAX);
}

START_TEST(fifty_join_leave_buy_go_silent_and_come_back_for_five_minutes)
{
	int64_t lost_ms = 0;

	dice = (uint64_t)_i + 1;
	time_stands_still();
	given_line(3);
	line("queue_claim_s = 30, queue_pass_s = 60");
	for (size_t i = 0; i < ARRAY_LEN(crowd); i++)
		crowd[i].user = house_user(
		    arena_printf(&house.ctx.arena, "c%zu", i));
	for (int second = 0; second < 300; second++) {
		clock_fake_add(1000);
		house_round();
		for (size_t i = 0; i < ARRAY_LEN(crowd); i++)
			live(&crowd[i]);
		(void)run();
		if (epoch_last(&house.ctx) != 0)
			check_second(3, lost_ms,
			    lost_ms == 0 || house.ctx.now_ms - lost_ms > 75000);
		/* And once Redis is lost. */
		if (second != 150 || _i == 0)
			continue;
		lose_redis();
		lost_ms = house.ctx.now_ms + 1;
	}
	ck_assert_int_gt(rows(), 20);
}
END_TEST

static void
open_runner(int i)
{
	(void)i;
	house_fork();
}

static int
join_and_run(int i)
{
	for (int n = 0; n < 10; n++) {
		join(10 * i + n);
		(void)run();
	}
	return 0;
}

START_TEST(runs_at_the_same_time_never_pass_the_limit)
{
	static const struct runner runner = { open_runner, join_and_run };
	int results[8];

	given_line(7);
	join(100);
	race(8, &runner, results);
	ck_assert_int_eq(race_count(8, results, 0), 8);
	ck_assert_int_eq(active(), 7);
	ck_assert_int_eq(rows(), 7);
	ck_assert_int_eq(house_count("SELECT max(seq) FROM queue_pass"
				     " WHERE performance_id = $1",
			     house.performance),
	    7);
	ck_assert_str_eq(house_redis(arena_printf(&house.ctx.arena,
			     "HEXISTS bo:{p%" PRId64 ".%" PRId64 "}:line over",
			     house.performance, stand.ticket.epoch)),
	    "0");
}
END_TEST

#ifdef FAULTS
static void
admit_somebody(void)
{
	(void)run();
}

static void
join_somebody(void)
{
	join(3);
}

static void
leave_somebody(void)
{
	leave(1);
}

static const struct {
	const char *faults;
	void (*work)(void);
	bool lose;
} deaths[] = {
	{ "crash:admit.before_rows:1", admit_somebody, false },
	{ "crash:admit.after_rows:1", admit_somebody, false },
	{ "crash:admit.after_script:1", admit_somebody, false },
	{ "crash:queue.before_join:1", join_somebody, false },
	{ "crash:queue.after_join:1", join_somebody, false },
	{ "crash:queue.after_leave:1", leave_somebody, false },
	{ "crash:admit.before_rows:1", admit_somebody, true },
	{ "crash:admit.after_rows:1", admit_somebody, true },
	{ "crash:admit.after_script:1", admit_somebody, true },
	{ "crash:queue.after_join:1", join_somebody, true },
};

/* Whoever dies where: 1 has a pass, 2 is the next, 3 may stand behind. */
START_TEST(whoever_dies_half_way_costs_nobody_his_place)
{
	time_stands_still();
	given_line(2);
	line("queue_status = 'paused'");
	all_join(1, 2);
	line("queue_status = 'open', queue_active_limit = 1");
	ck_assert_uint_eq(run_all(), 1);
	line("queue_active_limit = 2");
	buyer_crash(deaths[_i].faults, deaths[_i].work);
	if (deaths[_i].lose)
		lose_redis();
	(void)poll(2);
	later(6000);
	(void)run_all();
	join(3);
	ck_assert_int_eq(poll(2), QUEUE_ADMITTED);
	ck_assert_int_ge(stand.ticket.seq, 2);
	ck_assert_int_le(rows(), 3);
	if (deaths[_i].work != leave_somebody)
		ck_assert_int_eq(poll(3), QUEUE_WAITING);
	leave(1);
	(void)run_all();
	ck_assert_int_le(active(), 2);
}
END_TEST

START_TEST(who_dies_with_numbers_gives_them_to_nobody_twice)
{
	given_line(1);
	all_join(1, 2);
	numbers_run_out();
	buyer_crash("crash:queue.after_reserve:1", join_somebody);
	join(3);
	ck_assert_int_gt(stand.ticket.seq, QUEUE_BLOCK);
	join(4);
	ck_assert_int_gt(stand.ticket.seq, QUEUE_BLOCK + 1);
}
END_TEST

/* He has a row, nobody has let him in, and he logs out. */
START_TEST(who_logs_out_is_not_told_that_he_waits_though_he_has_just_asked)
{
	given_line(1);
	line("queue_status = 'paused'");
	all_join(1, 300);
	(void)run();
	settled(300);
	line("queue_status = 'open', queue_active_limit = 200");
	buyer_crash("crash:admit.after_rows:1", admit_somebody);
	ck_assert_int_eq(poll(150), QUEUE_WAITING);
	ck_assert_int_eq(queue_leave_all(&house.ctx, user_of(150)), 0);
	ck_assert_int_eq(poll(150), QUEUE_EXPIRED);
	ck_assert_int_eq(poll(151), QUEUE_WAITING);
}
END_TEST

/* It picked 2 and 3, and wakes up when 2 has come in by another run and gone,
 * and 3 has left, joined again behind, and come in by another number. */
START_TEST(a_run_that_wakes_up_late_admits_nobody)
{
	struct sleeper sleeper;

	given_line(3);
	line("queue_status = 'paused'");
	all_join(1, 5);
	line("queue_status = 'open', queue_active_limit = 1");
	ck_assert_uint_eq(run_all(), 1);
	line("queue_active_limit = 3");
	buyer_sleep(&sleeper,
	    _i == 0 ? "admit.before_rows" : "admit.after_rows", admit_somebody);
	leave(3);
	ck_assert_uint_eq(run_all(), 2);
	ck_assert_int_eq(poll(4), QUEUE_ADMITTED);
	join(3);
	ck_assert_int_eq(stand.state, QUEUE_WAITING);
	leave(2);
	(void)run_all();
	leave(4);
	ck_assert_uint_eq(run_all(), 1);
	ck_assert_int_eq(buyer_wake(&sleeper), 0);
	ck_assert_int_eq(poll(5), QUEUE_ADMITTED);
	ck_assert_int_eq(poll(3), QUEUE_ADMITTED);
	ck_assert_int_eq(active(), 3);
	lose_redis();
	ck_assert_int_eq(poll(3), QUEUE_ADMITTED);
	ck_assert_int_eq(poll(2), QUEUE_EXPIRED);
}
END_TEST

static void
admit_if_it_can(void)
{
	const struct terms *terms;
	size_t n;

	if (terms_get(&house.ctx, house.performance, &terms) == TERMS_OK
	    && queue_admit(&house.ctx, terms, &n) != 0)
		_exit(1);
}

static const struct {
	const char *point;
	void (*kill)(void), (*start)(void);
} killed[] = {
	{ "admit.before_rows", servers_pg_kill, servers_pg_start },
	{ "admit.after_rows", servers_pg_kill, servers_pg_start },
	{ "admit.before_rows", servers_redis_stop, servers_redis_start },
	{ "admit.after_rows", servers_redis_stop, servers_redis_start },
};

/* A run has picked 2 and 3 when a store is killed, and goes on when that is
 * back. */
START_TEST(a_store_that_is_killed_under_a_run_costs_nobody_his_place)
{
	struct sleeper sleeper;

	time_stands_still();
	given_line(3);
	line("queue_status = 'paused'");
	all_join(1, 5);
	line("queue_status = 'open', queue_active_limit = 1");
	ck_assert_uint_eq(run_all(), 1);
	line("queue_active_limit = 3");
	buyer_sleep(&sleeper, killed[_i].point, admit_if_it_can);
	killed[_i].kill();
	killed[_i].start();
	(void)buyer_wake(&sleeper);
	house_reopen();
	all_poll(1, 5);
	later(6000);
	(void)run_all();
	for (int who = 1; who <= 5; who++) {
		ck_assert_int_eq(poll(who),
		    who <= 3 ? QUEUE_ADMITTED : QUEUE_WAITING);
		ck_assert_int_eq(stand.ticket.seq, who);
	}
	ck_assert_int_eq(rows(), 3);
	ck_assert_int_eq(active(), 3);
	join(6);
	ck_assert_int_gt(stand.ticket.seq, 5);
}
END_TEST

/* It has read the passes of a line that others have begun since. */
START_TEST(who_begins_a_line_late_changes_nothing)
{
	const struct terms *terms;
	struct sleeper sleeper;

	given_line(2);
	all_join(1, 2);
	lose_redis();
	buyer_sleep(&sleeper, "queue.after_read", join_somebody);
	line("queue_status = 'open'");
	buyer_let_go(&sleeper);
	ck_assert_int_eq(buyer_wait(sleeper.pid), 0);
	ck_assert_int_eq(poll(1), QUEUE_ADMITTED);
	ck_assert_int_eq(poll(2), QUEUE_ADMITTED);
	leave(1);
	ck_assert_int_eq(terms_kept(&house.ctx, house.performance, &terms),
	    TERMS_OK);
	ck_assert_int_eq(queue_load(&house.ctx, terms, stand.ticket.epoch), 0);
	ck_assert_int_eq(poll(1), QUEUE_EXPIRED);
	ck_assert_int_eq(poll(2), QUEUE_ADMITTED);
}
END_TEST
#endif

SUITE("queue")
{
	FIXTURE_ONCE(house_start, NULL);
	FIXTURE(away_open, house_close);
	TEST(numbers_are_given_in_the_order_in_which_people_come);
	TEST(joining_again_is_the_same_place);
	TEST(whom_nobody_waits_before_is_admitted_at_once);
	TEST(without_a_line_everybody_is_admitted);
	TEST(a_sale_that_is_over_has_no_line);
	TEST(numbers_never_repeat_after_a_loss);
	TEST(more_numbers_are_reserved_when_they_run_out);
	TEST(only_so_many_buy_at_a_time_and_the_next_comes_when_one_leaves);
	TEST(who_leaves_the_line_has_no_place_and_joins_behind);
	TEST(a_purchase_ends_the_pass);
	TEST(a_purchase_that_redis_forgot_ends_the_pass);
	TEST(who_pays_keeps_his_place_until_that_is_over);
	TEST(a_pass_waits_for_its_owner_and_then_lapses);
	TEST(a_pass_that_is_claimed_lasts);
	TEST(so_many_are_admitted_a_minute);
	TEST(a_line_that_is_paused_admits_nobody_and_takes_everybody);
	TEST(a_smaller_limit_ends_no_pass_and_admits_nobody);
	TEST(who_is_not_there_lets_others_pass_and_keeps_his_place);
	TEST(who_stays_away_for_too_long_has_left);
	TEST(a_run_takes_so_many_for_absent_and_no_more);
	TEST(a_larger_limit_does_not_run_through_those_who_poll_seldom);
	TEST(who_waits_far_from_the_front_is_told_without_the_line);
	TEST(who_is_near_is_asked_for_once_in_a_while);
	TEST(who_is_admitted_is_told_so_though_he_has_just_asked);
	TEST(a_loss_of_redis_is_noticed_by_who_has_just_asked);
	TEST(who_stands_too_far_behind_is_told_that_nothing_will_be_left);
	TEST(who_meets_nobody_gets_his_pass_with_his_hold);
	TEST(who_does_not_wait_passes_nobody_who_does);
	TEST(a_pass_that_came_with_a_hold_outlives_redis);
	TEST(the_database_gives_nobody_a_pass);
	TEST(passes_that_come_with_holds_count_by_the_minute);
	TEST(a_line_that_is_paused_gives_no_pass_with_a_hold);
	TEST_LOOP(whose_turn_it_is_not_learns_nothing_of_seats, N_ATTACKS);
	TEST_LOOP(whose_turn_it_is_not_gets_nothing_in_the_database_either,
	    N_ATTACKS);
	TEST(a_ticket_after_which_somebody_left_is_worth_nothing_after_a_loss);
	TEST(no_ticket_is_taken_for_what_it_is_not);
	TEST(what_was_held_goes_on_without_a_pass);
	TEST(whom_a_loss_meets_before_he_knows_is_admitted_all_the_same);
	TEST(who_was_away_at_a_loss_has_his_place_when_he_returns);
	TEST(who_is_far_passes_nobody_who_is_near_after_a_loss);
	TEST(all_who_wait_come_back_in_any_order_and_are_admitted_in_theirs);
	TEST(nobody_is_admitted_while_the_primary_is_away);
	TEST(a_line_outlives_its_map);
	TEST_LOOP(fifty_join_leave_buy_go_silent_and_come_back_for_five_minutes,
	    2);
	TEST(runs_at_the_same_time_never_pass_the_limit);
#ifdef FAULTS
	TEST_LOOP(whoever_dies_half_way_costs_nobody_his_place,
	    ARRAY_LEN(deaths));
	TEST(who_dies_with_numbers_gives_them_to_nobody_twice);
	TEST(who_logs_out_is_not_told_that_he_waits_though_he_has_just_asked);
	TEST_LOOP(a_run_that_wakes_up_late_admits_nobody, 2);
	TEST_LOOP(a_store_that_is_killed_under_a_run_costs_nobody_his_place,
	    ARRAY_LEN(killed));
	TEST(who_begins_a_line_late_changes_nothing);
#endif
}
