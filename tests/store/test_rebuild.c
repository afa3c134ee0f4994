/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_rebuild - Redis is lost, and nobody's seat with it
 *
 * Layer: tests.  Uses: epoch, seat_rebuild, hold, reservation, house.
 */
#include "base/clock.h"
#include "journal/journal.h"
#include "recovery/epoch_raise.h"
#include "recovery/hold_reconcile.h"
#include "recovery/seat_load.h"
#include "recovery/seat_rebuild.h"
#include "recovery/seat_unload.h"
#include "seat/epoch.h"
#include "tests/support/buyer.h"
#include "tests/support/proxy.h"
#include "tests/support/race.h"
#include "tests/support/servers.h"

#define FREE "AAAAAAAAAAAAAAAAAAAAAAAA"

static size_t
persist(void)
{
	size_t n;

	ck_assert_int_eq(journal_round(&house.ctx, &n), 0);
	return n;
}

static void
pay_as_ann(void)
{
	(void)pay("ann");
}

static int64_t
epoch(void)
{
	return house_count("SELECT epoch FROM sys_epoch", 0);
}

static void
raise_epoch(void)
{
	ck_assert_int_eq(epoch_raise(&house.ctx, epoch(), "test"), 0);
}

static void
raise_once(void)
{
	int64_t now = epoch();

	if (epoch_raise(&house.ctx, now, "test") != 0)
		_exit(1);
}

static int64_t
owner(int seat)
{
	char sql[128];

	snprintf(sql, sizeof(sql),
	    "SELECT coalesce(max(user_id), 0) FROM"
	    " seat_claim WHERE performance_id = $1 AND seat_no = %d",
	    seat);
	return house_count(sql, house.performance);
}

/* ---- what is lost, and what comes back ---- */

static void
empty_it(void)
{
	house_redis("FLUSHALL");
}

static void
restart_it(void)
{
	servers_redis_stop();
	servers_redis_start();
	house_reopen();
}

/* A server that was restarted from a file, or a replica that took over:
 * another run id, and maps that may be old. */
static void
take_over(void)
{
	house_run("UPDATE sys_epoch SET run_id = 'another server'");
	house_reopen();
}

/* The primary lost the last raise; Redis is ahead of it. */
static void
primary_falls_back(void)
{
	house_run("UPDATE sys_epoch SET epoch = epoch - 1");
	house_reopen();
}

static void (*const losses[])(void) = {
	empty_it,
	restart_it,
	take_over,
	primary_falls_back,
};

START_TEST(sold_seats_stay_sold_and_journaled_holds_with_their_buyers)
{
	struct span anns;
	int64_t before;

	ck_assert_int_eq(place("eve", "1"), HOLD_OK);
	raise_epoch();
	before = epoch();
	ck_assert_int_eq(place("bob", "9"), HOLD_OK);
	ck_assert_int_eq(pay("bob"), PURCHASE_OK);
	buyer_behind();
	ck_assert_int_eq(place("ann", "3 4"), HOLD_OK);
	anns = hold.token;
	persist();
	losses[_i]();
	ck_assert_str_eq(house_map(), "HAHHAAAARAAAAAAAAAAAAAAA");
	if (_i != 3)
		ck_assert_int_gt(epoch(), before);
	else
		ck_assert_int_eq(epoch(), before + 1);
	ck_assert_int_eq(place("eve", "3"), HOLD_E_TAKEN);
	ck_assert_int_eq(find("ann", anns), HOLD_OK);
	ck_assert_int_eq(pay_key("ann", anns, "k"), PURCHASE_OK);
	ck_assert_str_eq(house_map(), "HARRAAAARAAAAAAAAAAAAAAA");
}
END_TEST

/* Nothing was journaled yet, and the server still has its logs. */
START_TEST(a_raise_journals_what_the_logs_still_hold)
{
	struct span anns;

	buyer_behind();
	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	anns = hold.token;
	ck_assert_int_eq(place("bob", "4"), HOLD_OK);
	ck_assert_int_eq(drop("bob", hold.token), HOLD_OK);
	ck_assert_int_eq(journaled("held"), 0);
	take_over();
	ck_assert_str_eq(house_map(), "AAHAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(journaled("held"), 1);
	ck_assert_int_eq(journaled("released"), 1);
	ck_assert_int_eq(pay_key("ann", anns, "k"), PURCHASE_OK);
}
END_TEST

START_TEST(a_hold_that_lost_its_seat_is_lost_for_good)
{
	char sql[256];

	ck_assert_int_eq(place("ann", "3 4"), HOLD_OK);
	empty_it();
	snprintf(sql, sizeof(sql),
	    "INSERT INTO seat_claim (performance_id,"
	    " seat_no, state, mark) VALUES (%lld, 4, 'B', 1)",
	    (long long)house.performance);
	house_run(sql);
	ck_assert_str_eq(house_map(), "AAABAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(journaled("lost"), 1);
	ck_assert_int_eq(find("ann", hold.token), HOLD_E_LOST);
	house_run("DELETE FROM seat_claim WHERE state = 'B'");
	empty_it();
	ck_assert_str_eq(house_map(), FREE);
	ck_assert_int_eq(find("ann", hold.token), HOLD_E_LOST);
}
END_TEST

START_TEST(of_two_journaled_holds_of_a_seat_the_later_stays)
{
	struct span anns;

	ck_assert_int_eq(place("ann", "3 4"), HOLD_OK);
	anns = hold.token;
	/* As if her end had been lost with Redis. */
	ck_assert_int_eq(drop("ann", anns), HOLD_OK);
	house_run(
	    "UPDATE holds SET status = 'held' WHERE status ="
	    " 'released'");
	ck_assert_int_eq(place("bob", "4 5"), HOLD_OK);
	empty_it();
	ck_assert_str_eq(house_map(), "AAAHHAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(find("ann", anns), HOLD_E_LOST);
	ck_assert_int_eq(find("bob", hold.token), HOLD_OK);
}
END_TEST

/* ---- one map ---- */

START_TEST(a_map_is_loaded_anew_while_it_lives)
{
	struct span anns;

	ck_assert_int_eq(place("bob", "9"), HOLD_OK);
	ck_assert_int_eq(pay("bob"), PURCHASE_OK);
	buyer_behind();
	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	anns = hold.token;
	ck_assert_int_eq(begin_to_pay("ann"), HOLD_OK);
	ck_assert_int_eq(place("eve", "5"), HOLD_OK);
	ck_assert_int_eq(seat_reload(&house.ctx, house.performance), 0);
	ck_assert_str_eq(house_map(), "AAHAHAAARAAAAAAAAAAAAAAA");
	ck_assert_int_eq(journaled("held"), 2);
	ck_assert_int_eq(pay_key("ann", anns, "k"), PURCHASE_OK);
	ck_assert_int_eq(pay_key("eve", hold.token, "k"), PURCHASE_OK);
	ck_assert_str_eq(house_map(), "AARARAAARAAAAAAAAAAAAAAA");
	ck_assert_int_eq(seat_reload(&house.ctx, 999999999), SEAT_E_NONE);
}
END_TEST

/* ---- the worker ---- */

static struct seat_rebuild memory;

START_TEST(the_worker_puts_it_back_before_anybody_asks)
{
	int64_t before;
	size_t n;

	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	before = epoch();
	empty_it();
	do
		ck_assert_int_eq(
		    seat_rebuild_round(&house.ctx, &memory, 10000, &n), 0);
	while (!memory.done);
	ck_assert_int_eq(epoch(), before + 1);
	ck_assert_str_eq(house_redis(arena_printf(&house.ctx.arena,
			     "GET bo:{p%lld.%lld}:seats",
			     (long long)house.performance, (long long)epoch())),
	    "AAHAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(seat_rebuild_round(&house.ctx, &memory, 10000, &n), 0);
	ck_assert_int_eq(n, 0);
}
END_TEST

START_TEST(a_round_without_time_goes_on_in_the_next)
{
	size_t n;

	ck_assert_str_eq(house_map(), FREE);
	raise_epoch();
	ck_assert_int_eq(seat_rebuild_round(&house.ctx, &memory, 0, &n), 0);
	ck_assert_int_eq(n, 0);
	ck_assert(!memory.done);
	do
		ck_assert_int_eq(
		    seat_rebuild_round(&house.ctx, &memory, 10000, &n), 0);
	while (!memory.done);
	ck_assert_int_ge(memory.n_seen, 1);
}
END_TEST

START_TEST(a_map_is_there_before_its_sale_opens)
{
	struct seat_rebuild fresh = { 0 };
	char sql[160];
	size_t n;

	snprintf(sql, sizeof(sql),
	    "UPDATE performances SET sales_open_at ="
	    " now() + interval '%d s' WHERE id = %lld",
	    _i == 0 ? 30 : 300, (long long)house.performance);
	house_run(sql);
	do
		ck_assert_int_eq(
		    seat_rebuild_round(&house.ctx, &fresh, 10000, &n), 0);
	while (!fresh.done || fresh.soon_us == 0);
	ck_assert_str_eq(house_redis(arena_printf(&house.ctx.arena,
			     "EXISTS bo:{p%lld.%lld}:seats",
			     (long long)house.performance, (long long)epoch())),
	    _i == 0 ? "1" : "0");
}
END_TEST

#ifdef FAULTS
/* ---- raises that die, handlers that sleep ---- */

static const char *const crashes[] = {
	"crash:epoch.before_bury:1",
	"crash:epoch.after_kill:1",
	"crash:epoch.after_mark:1",
};

START_TEST(a_raise_that_dies_loses_no_hold)
{
	buyer_behind();
	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	buyer_crash(crashes[_i], raise_once);
	ck_assert_str_eq(house_map(), "AAHAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
}
END_TEST

static void
reload_once(void)
{
	if (seat_reload(&house.ctx, house.performance) != 0)
		_exit(1);
}

static const char *const reload_crashes[] = {
	"crash:load.after_retire:1",
	"crash:load.after_drain:1",
	"crash:load.before_write:1",
};

START_TEST(a_reload_that_dies_loses_no_hold)
{
	buyer_behind();
	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	buyer_crash(reload_crashes[_i], reload_once);
	ck_assert_str_eq(house_map(), "AAHAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(place("bob", "4"), HOLD_OK);
}
END_TEST

/* ann's handler ran its script under the old epoch; the intent sees it. */
START_TEST(a_handler_on_the_old_epoch_starts_over)
{
	struct sleeper ann;

	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	buyer_sleep(&ann, "pay.after_script", pay_as_ann);
	raise_epoch();
	ck_assert_str_eq(house_map(), "AAHAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(buyer_wake(&ann), 0);
	ck_assert_int_eq(letter(3), 'R');
	ck_assert_int_eq(owner(3), house_user("ann"));
}
END_TEST

/* The same, and her hold did not come through: bob has the seat. */
START_TEST(a_handler_on_the_old_epoch_takes_no_seat_that_went_on)
{
	struct sleeper ann;
	bool paid = _i == 1;

	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	buyer_sleep(&ann, "pay.after_script", pay_as_ann);
	house_run("UPDATE holds SET status = 'lost' WHERE status = 'held'");
	empty_it();
	ck_assert_int_eq(place("bob", "3"), HOLD_OK);
	if (paid)
		ck_assert_int_eq(pay("bob"), PURCHASE_OK);
	ck_assert_int_eq(buyer_wake(&ann), 0);
	ck_assert_int_eq(letter(3), paid ? 'R' : 'H');
	if (!paid)
		ck_assert_int_eq(pay("bob"), PURCHASE_OK);
	ck_assert_int_eq(owner(3), house_user("bob"));
	ck_assert_int_eq(house_count("SELECT balance FROM wallets WHERE"
				     " user_id = $1",
			     house_user("ann")),
	    HOUSE_WALLET);
}
END_TEST

/* A mirror and a persist job of the old epoch do nothing to the new one. */
START_TEST(what_the_old_epoch_left_comes_late_and_harms_nobody)
{
	struct sleeper ann;

	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	buyer_sleep(&ann, "pay.after_commit", pay_as_ann);
	raise_epoch();
	ck_assert_int_eq(letter(3), 'R');
	ck_assert_int_eq(buyer_wake(&ann), 0);
	ck_assert_int_eq(letter(3), 'R');
	ck_assert_int_eq(house_count("SELECT count(*) FROM seat_claim WHERE"
				     " performance_id = $1",
			     house.performance),
	    1);
}
END_TEST

static void
unload_once(void)
{
	bool gone;

	if (seat_unload(&house.ctx, house.performance, 0, &gone) != 0)
		_exit(1);
	_exit(gone ? 2 : 0);
}

/* The worker stands still while the map is loaded again, sold from, and loaded
 * anew: its log has what nobody has journaled. */
START_TEST(a_map_that_is_touched_while_it_goes_stays)
{
	struct sleeper worker;

	ck_assert_str_eq(house_map(), FREE);
	buyer_sleep(&worker, "unload.after_leave", unload_once);
	buyer_behind();
	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	if (_i == 1)
		house_redis(arena_printf(&house.ctx.arena,
		    "HSET bo:{p%lld.%lld}:meta s retired",
		    (long long)house.performance, (long long)epoch()));
	ck_assert_int_eq(buyer_wake(&worker), 0);
	ck_assert_str_eq(house_map(), "AAHAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
}
END_TEST

static void
load_once(void)
{
	(void)house_map();
}

/* A load read claims and journal and stands still; its locks keep the epoch
 * and other loads waiting, so nothing overtakes it but the end of its
 * connection. Here PostgreSQL ends that: the map is loaded by another. */
START_TEST(a_load_that_was_overtaken_writes_nothing)
{
	struct sleeper load;

	buyer_sleep(&load, "load.before_write", load_once);
	house_run(
	    "SELECT pg_terminate_backend(pid) FROM pg_locks"
	    " WHERE locktype = 'advisory' AND classid = 2 AND granted");
	ck_assert_int_eq(place("bob", "3"), HOLD_OK);
	ck_assert_int_eq(pay("bob"), PURCHASE_OK);
	(void)buyer_wake(&load);
	ck_assert_str_eq(house_map(), "AARAAAAAAAAAAAAAAAAAAAAA");
}
END_TEST
#endif

/* ---- all at once ---- */

#define N_RACERS 8

static void
open_racer(int i)
{
	(void)i;
	house_fork();
	buyer_behind();
}

/* Racer 0 raises the epoch and empties Redis, 1 writes the journal and
 * reconciles, the others buy. Nobody may be told nonsense. */
static int
run_racer(int i)
{
	char name[16], seat[16];
	int n_faults = 0;
	size_t n;

	if (i == 0) {
		for (int k = 0; k < 5; k++) {
			raise_once();
			usleep(20000);
		}
		house_redis("FLUSHALL");
		return 0;
	}
	for (int k = 0; k < 12; k++) {
		int r;

		house_round();
		if (i == 1) {
			if (journal_round(&house.ctx, &n) < 0
			    || hold_reconcile_map(&house.ctx, house.performance,
				   &n)
				< 0)
				n_faults++;
			usleep(10000);
			continue;
		}
		snprintf(name, sizeof(name), "buyer-%d", i);
		snprintf(seat, sizeof(seat), "%d", (k * 5 + i) % 24 + 1);
		r = place(name, seat);
		if (r > 0 && r != HOLD_E_TAKEN && r != HOLD_E_LIMIT)
			return r;
		n_faults += r < 0; /* 503: ask again */
		if (r == HOLD_OK)
			n_faults += pay_key(name, hold.token, seat) < 0;
	}
	return n_faults < 12 ? 0 : 100;
}

START_TEST(rebuilds_under_buyers_leave_one_owner_a_seat)
{
	static const struct runner runner = { open_racer, run_racer };
	int results[N_RACERS];
	size_t n;
	int64_t n_claims;

	ck_assert_str_eq(house_map(), FREE);
	race(N_RACERS, &runner, results);
	ck_assert_int_eq(race_count(N_RACERS, results, 0), N_RACERS);
	house_reopen();
	clock_fake(clock_ms() + settings_gone_ms(&house.ctx.set)
	    + house.ctx.set.hold_hard_seconds * 1000);
	house_round();
	n_claims = house_count(
	    "SELECT count(*) FROM seat_claim WHERE"
	    " performance_id = $1 AND state = 'R'",
	    house.performance);
	ck_assert_int_ge(n_claims, 1);
	ck_assert_int_eq(
	    house_count(
		"SELECT coalesce(sum(cardinality("
		"seats)), 0) FROM reservations WHERE performance_id = $1",
		house.performance),
	    n_claims);
	ck_assert_int_eq(
	    house_count("SELECT count(*) FROM payments AS p"
			" LEFT JOIN reservations AS r ON r.payment_id = p.id"
			" WHERE p.performance_id = $1 AND r.id IS NULL",
		house.performance),
	    0);
	ck_assert_int_eq(hold_reconcile_map(&house.ctx, house.performance, &n),
	    0);
	for (int seat = 1; seat <= HOUSE_SEATS; seat++)
		ck_assert_int_eq(letter(seat) == 'R', owner(seat) != 0);
}
END_TEST

/* ---- a script that does not end ---- */

/* Runs it and ends with 0 when Redis answered with an error that starts with
 * words. */
static pid_t
given_script(const char *text, const char *words)
{
	const struct span eval[] = { SPAN_LIT("EVAL"), span_str(text),
		SPAN_LIT("0") };
	struct kv_reply reply;
	pid_t pid = fork();
	int r;

	ck_assert_int_ge(pid, 0);
	if (pid != 0)
		return pid;
	house_fork();
	r = kv_try(house.ctx.kv, &house.ctx.arena, 3, eval, &reply);
	_exit(r == 0 && reply.type == KV_ERROR
		    && memmem(reply.str.p, reply.str.len, words, strlen(words))
			!= NULL
		? 0
		: 1);
}

static void
given_redis_is_busy(void)
{
	const struct span ping[] = { SPAN_LIT("PING") };
	struct kv_reply reply;
	int64_t late_us = clock_mono_us() + 60 * INT64_C(1000000);

	while (kv_try(house.ctx.kv, &house.ctx.arena, 1, ping, &reply)
	    != KV_F_AWAY)
		ck_assert_int_lt(clock_mono_us(), late_us);
	ck_assert(kv_is_busy(house.ctx.kv));
}

START_TEST(a_script_that_loops_is_killed_by_the_worker)
{
	struct seat_rebuild fresh = { 0 };
	int status = -1;
	size_t n;
	pid_t pid;

	house_redis("CONFIG SET busy-reply-threshold 10");
	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	pid = given_script("while true do end", "killed by user");
	given_redis_is_busy();
	ck_assert_int_eq(seat_rebuild_round(&house.ctx, &fresh, 1000, &n), 0);
	ck_assert(!kv_is_busy(house.ctx.kv));
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	ck_assert_int_eq(find("ann", hold.token), HOLD_OK);
}
END_TEST

/* It wrote, so Redis keeps it; somebody has to restart the server. */
START_TEST(a_script_that_cannot_be_killed_is_given_up_at_once)
{
	struct seat_rebuild fresh = { 0 };
	int status;
	size_t n;
	pid_t pid;

	house_redis("CONFIG SET busy-reply-threshold 10");
	pid = given_script(
	    "redis.call('SET', 'bo:job:x', 1)"
	    " while true do end",
	    "");
	given_redis_is_busy();
	ck_assert_int_eq(kv_kill_script(house.ctx.kv), KV_E_UNKILLABLE);
	ck_assert_int_eq(seat_rebuild_round(&house.ctx, &fresh, 1000, &n),
	    KV_F_AWAY);
	restart_it();
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	fresh.look_us = 0;
	ck_assert_int_eq(seat_rebuild_round(&house.ctx, &fresh, 1000, &n), 0);
}
END_TEST

/* ---- when Redis is not lost ---- */

/* What the mark of the epoch is not. */
static const char *const nonsense[] = {
	"SET bo:job:epoch HTTP/1.1",
	"SET bo:job:epoch -1",
	"SET bo:job:epoch 0",
	"SETRANGE bo:job:epoch 0 x",
	"HSET bo:job:epoch a b",
};

static void
forget_mark(void)
{
	house_redis("DEL bo:job:epoch");
	epoch_forget(&house.ctx);
}

START_TEST(an_answer_that_makes_no_sense_raises_no_epoch)
{
	int64_t before;

	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	before = epoch();
	if (nonsense[_i][0] == 'H')
		house_redis("DEL bo:job:epoch");
	house_redis(nonsense[_i]);
	for (int i = 0; i < 10; i++) {
		epoch_forget(&house.ctx);
		ck_assert_int_lt(place("bob", "4"), 0);
	}
	ck_assert_int_eq(epoch(), before);
	/* That it is missing does make sense. */
	forget_mark();
	ck_assert_int_eq(place("bob", "4"), HOLD_OK);
	ck_assert_int_eq(epoch(), before + 1);
}
END_TEST

/* Without the list of old maps they would go on living. */
START_TEST(a_raise_that_cannot_find_the_old_maps_is_none)
{
	struct settings straight;
	int64_t before;

	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	before = epoch();
	forget_mark();
	servers_settings(&straight);
	snprintf(house.ctx.set.redis_socket, sizeof(house.ctx.set.redis_socket),
	    "/tmp/bo-wire-%d", (int)getpid());
	proxy_answer(house.ctx.set.redis_socket, straight.redis_socket,
	    SPAN_LIT("SMEMBERS"), 0, SPAN_LIT(":1\r\n"));
	house_reopen();
	ck_assert_int_eq(place("bob", "4"), KV_F_PROTOCOL);
	ck_assert_int_eq(epoch(), before);
	ck_assert_int_eq(place("bob", "4"), HOLD_OK);
	ck_assert_int_eq(epoch(), before + 1);
	proxy_stop();
	unlink(house.ctx.set.redis_socket);
}
END_TEST

/* Redis is lost just after a raise; what came of it when that was looked at
 * within the second. */
static int
place_after_a_raise(void)
{
	for (int i = 0; i < 60; i++) {
		int64_t began_us;
		int r;

		forget_mark();
		began_us = clock_mono_us();
		house_run(
		    "UPDATE sys_epoch SET raised_at ="
		    " clock_timestamp()");
		r = place("bob", "4");
		if (clock_mono_us() - began_us < 1000000)
			return r;
		if (r == HOLD_OK)
			ck_assert_int_eq(drop("bob", hold.token), HOLD_OK);
	}
	ck_abort_msg("this machine is too slow for anything");
	return 0;
}

START_TEST(the_epoch_is_raised_once_a_second_at_most)
{
	int64_t before;

	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	ck_assert_int_eq(place_after_a_raise(), KV_F_LOADING);
	before = epoch();
	for (int i = 0; i < 3; i++) {
		forget_mark();
		house_run(
		    "UPDATE sys_epoch SET raised_at ="
		    " clock_timestamp() - interval '1001 ms'");
		ck_assert_int_eq(place("cyd",
				     i == 0       ? "5"
					 : i == 1 ? "6"
						  : "7"),
		    HOLD_OK);
		ck_assert_int_eq(epoch(), before + 1 + i);
	}
}
END_TEST

/* A clock that was set back keeps nobody waiting for it. */
START_TEST(a_raise_in_the_future_is_not_waited_for)
{
	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	forget_mark();
	house_run(
	    "UPDATE sys_epoch SET raised_at = clock_timestamp()"
	    " + interval '1 h'");
	ck_assert_int_eq(place("bob", "4"), HOLD_OK);
}
END_TEST

START_TEST(the_first_redis_is_not_another_one)
{
	house_run(
	    "UPDATE sys_epoch SET run_id = '', raised_at ="
	    " clock_timestamp()");
	house_reopen();
	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	ck_assert_int_eq(
	    house_count("SELECT count(*) FROM sys_epoch WHERE"
			" reason = 'the first Redis server answers'",
		0),
	    1);
}
END_TEST

static void
open_house(void)
{
	house_open();
	buyer_alone();
}

SUITE("rebuild")
{
	FIXTURE_ONCE(house_start, NULL);
	FIXTURE(open_house, house_close);
	TEST_LOOP(sold_seats_stay_sold_and_journaled_holds_with_their_buyers,
	    (int)ARRAY_LEN(losses));
	TEST(a_raise_journals_what_the_logs_still_hold);
	TEST(a_hold_that_lost_its_seat_is_lost_for_good);
	TEST(of_two_journaled_holds_of_a_seat_the_later_stays);
	TEST(a_map_is_loaded_anew_while_it_lives);
	TEST(the_worker_puts_it_back_before_anybody_asks);
	TEST(a_round_without_time_goes_on_in_the_next);
	TEST_LOOP(a_map_is_there_before_its_sale_opens, 2);
#ifdef FAULTS
	TEST_LOOP(a_raise_that_dies_loses_no_hold, (int)ARRAY_LEN(crashes));
	TEST_LOOP(a_reload_that_dies_loses_no_hold,
	    (int)ARRAY_LEN(reload_crashes));
	TEST(a_handler_on_the_old_epoch_starts_over);
	TEST_LOOP(a_handler_on_the_old_epoch_takes_no_seat_that_went_on, 2);
	TEST(what_the_old_epoch_left_comes_late_and_harms_nobody);
	TEST_LOOP(a_map_that_is_touched_while_it_goes_stays, 2);
	TEST(a_load_that_was_overtaken_writes_nothing);
#endif
	TEST(rebuilds_under_buyers_leave_one_owner_a_seat);
	TEST(a_script_that_loops_is_killed_by_the_worker);
	TEST(a_script_that_cannot_be_killed_is_given_up_at_once);
	TEST_LOOP(an_answer_that_makes_no_sense_raises_no_epoch,
	    ARRAY_LEN(nonsense));
	TEST(a_raise_that_cannot_find_the_old_maps_is_none);
	TEST(the_epoch_is_raised_once_a_second_at_most);
	TEST(a_raise_in_the_future_is_not_waited_for);
	TEST(the_first_redis_is_not_another_one);
}
