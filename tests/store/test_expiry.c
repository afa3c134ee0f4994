/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_expiry - what the worker does to maps that nobody asks for
 *
 * Layer: tests.  Uses: hold, seat, house.
 */
#include "base/clock.h"
#include "base/fault.h"
#include "catalog/terms.h"
#include "hold/hold.h"
#include "hold/hold_expire.h"
#include "hold/hold_pay.h"
#include "journal/journal.h"
#include "journal/journal_trim.h"
#include "recovery/seat_unload.h"
#include "seat/seat_loaded.h"
#include "seat/seat_map.h"
#include "tests/support/house.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static struct hold hold;

static int
place(const char *name, int64_t seat)
{
	struct hold_conflicts conflicts;
	const struct hold_want want = { .user = house_user(name),
		.performance = house.performance,
		.seats = &seat,
		.n_seats = 1 };

	return hold_place(&house.ctx, &want, &hold, &conflicts);
}

static size_t
expire_at(int64_t ms)
{
	size_t n;

	clock_fake(ms);
	house_round();
	ck_assert_int_eq(hold_expire_round(&house.ctx, &n), 0);
	return n;
}

static char
letter(int seat)
{
	return house_map()[seat - 1];
}

static int64_t
journaled_as(const char *status)
{
	char sql[128];

	snprintf(sql, sizeof(sql),
	    "SELECT count(*) FROM holds WHERE"
	    " performance_id = $1 AND status = '%s'",
	    status);
	return house_count(sql, house.performance);
}

START_TEST(a_lapsed_hold_is_freed_and_journaled)
{
	ck_assert_int_eq(place("ann", 3), HOLD_OK);
	ck_assert_int_eq(expire_at(hold.is.ends_ms - 1), 0);
	ck_assert_int_eq(letter(3), 'H');
	ck_assert_int_ge(expire_at(hold.is.ends_ms), 1);
	ck_assert_int_eq(letter(3), 'A');
	ck_assert_int_eq(journaled_as("expired"), 1);
}
END_TEST

START_TEST(a_second_round_finds_nothing)
{
	ck_assert_int_eq(place("ann", 3), HOLD_OK);
	ck_assert_int_ge(expire_at(hold.is.ends_ms), 1);
	ck_assert_int_eq(expire_at(hold.is.ends_ms), 0);
}
END_TEST

START_TEST(no_clock_frees_a_seat_that_is_being_paid)
{
	ck_assert_int_eq(place("ann", 3), HOLD_OK);
	ck_assert_int_eq(
	    hold_pay(&house.ctx, house_user("ann"), hold.token, &hold),
	    HOLD_OK);
	expire_at(hold.is.hard_ends_ms + 1000000);
	ck_assert_int_eq(letter(3), 'P');
}
END_TEST

START_TEST(an_expired_hold_is_told_until_its_hard_end_and_after)
{
	ck_assert_int_eq(place("ann", 3), HOLD_OK);
	expire_at(hold.is.ends_ms);
	ck_assert_int_eq(
	    hold_find(&house.ctx, house_user("ann"), hold.token, &hold),
	    HOLD_E_EXPIRED);
	expire_at(hold.is.hard_ends_ms);
	ck_assert_int_eq(
	    hold_find(&house.ctx, house_user("ann"), hold.token, &hold),
	    HOLD_E_EXPIRED);
}
END_TEST

START_TEST(the_limit_counts_lapsed_holds_no_more)
{
	for (int seat = 1; seat <= 8; seat++)
		ck_assert_int_eq(place("ann", seat), HOLD_OK);
	ck_assert_int_eq(place("ann", 9), HOLD_E_LIMIT);
	ck_assert_int_ge(expire_at(hold.is.ends_ms), 8);
	ck_assert_int_eq(place("ann", 9), HOLD_OK);
}
END_TEST

START_TEST(new_terms_reach_the_map)
{
	char sql[128];
	size_t n;

	ck_assert_int_eq(place("ann", 1), HOLD_OK);
	snprintf(sql, sizeof(sql),
	    "UPDATE performances SET status ="
	    " 'closed', meta_version = meta_version + 1 WHERE id = %lld",
	    (long long)house.performance);
	house_run(sql);
	ck_assert_int_eq(seat_loaded_terms(&house.ctx, &n), 0);
	ck_assert_int_eq(n, 1);
	ck_assert_int_eq(place("ann", 2), HOLD_E_CLOSED);
	ck_assert_int_eq(seat_loaded_terms(&house.ctx, &n), 0);
	ck_assert_int_eq(n, 0);
}
END_TEST

START_TEST(trimming_keeps_the_newest_entry)
{
	struct seat_map before, after;
	size_t n;

	ck_assert_int_eq(place("ann", 1), HOLD_OK);
	ck_assert_int_eq(
	    seat_map_read(&house.ctx, house.performance, SPAN_NONE, &before),
	    0);
	clock_fake(clock_ms() + 3600000);
	ck_assert_int_eq(journal_trim(&house.ctx, 60000, &n), 0);
	ck_assert_int_ge(n, 1);
	ck_assert_int_eq(seat_map_read(&house.ctx, house.performance,
			     before.version, &after),
	    0);
	ck_assert(!after.whole);
	ck_assert_int_eq(after.n_changes, 0);
	ck_assert(span_eq(before.version, after.version));
}
END_TEST

/* ---- maps that nobody needs ---- */

#define IDLE_MS 60000
#define FREE "AAAAAAAAAAAAAAAAAAAAAAAA"

/* Whether Redis has anything of the performance. */
static bool
is_in_redis(int64_t performance)
{
	static const char *const keys[] = { "seats", "refs", "meta", "holds",
		"due", "ends", "log" };
	struct arena *a = &house.ctx.arena;
	long long epoch = (long long)house_count("SELECT epoch FROM sys_epoch",
	    0);

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (strcmp(house_redis(arena_printf(a,
			       "EXISTS bo:{p%lld.%lld}"
			       ":%s",
			       (long long)performance, epoch, keys[i])),
			"0")
		    != 0)
			return true;
	return strcmp(house_redis(arena_printf(a,
			  "SISMEMBER bo:job:loaded.%lld"
			  " %lld",
			  epoch, (long long)performance)),
		   "0")
	    != 0
	    || strcmp(house_redis(arena_printf(a,
			  "HEXISTS bo:job:journaled."
			  "%lld %lld",
			  epoch, (long long)performance)),
		   "0")
	    != 0;
}

static void
set_performance(const char *what)
{
	house_run(arena_printf(&house.ctx.arena,
	    "UPDATE performances SET"
	    " meta_version = meta_version + 1, %s WHERE id = %lld",
	    what, (long long)house.performance));
	house_terms();
}

static size_t
unload(void)
{
	size_t n;

	ck_assert_int_eq(seat_unload_round(&house.ctx, IDLE_MS, &n), 0);
	return n;
}

static void
later(int64_t ms)
{
	clock_fake(clock_ms() + ms);
	house_round();
}

static const char *const ends_of_sale[] = {
	"status = 'closed'",
	"status = 'cancelled'",
	"sales_close_at = now() - interval '61 s'",
	("sales_open_at = now() + interval '10 d',"
	 " sales_close_at = now() + interval '11 d'"),
};

START_TEST(a_map_goes_when_the_sale_is_over_and_nothing_moves)
{
	struct seat_map before, after;

	ck_assert_int_eq(
	    seat_map_read(&house.ctx, house.performance, SPAN_NONE, &before),
	    0);
	ck_assert(!before.at_rest);
	later(IDLE_MS + 1000);
	unload();
	ck_assert(is_in_redis(house.performance));
	set_performance(ends_of_sale[_i]);
	ck_assert_uint_ge(unload(), 1);
	ck_assert(!is_in_redis(house.performance));
	ck_assert_int_eq(seat_map_read(&house.ctx, house.performance,
			     before.version, &after),
	    0);
	ck_assert(after.whole && after.at_rest);
	ck_assert(span_eq_str(after.letters, FREE));
	ck_assert(seat_version_newer(after.version, before.version));
	ck_assert(!is_in_redis(house.performance));
}
END_TEST

START_TEST(a_map_stays_for_a_moment_after_its_last_move)
{
	ck_assert_str_eq(house_map(), FREE);
	set_performance("status = 'closed'");
	later(IDLE_MS / 2);
	unload();
	ck_assert(is_in_redis(house.performance));
}
END_TEST

START_TEST(a_map_stays_while_a_hold_runs_in_it)
{
	ck_assert_int_eq(place("ann", 3), HOLD_OK);
	set_performance("status = 'closed'");
	later(IDLE_MS + 1000);
	unload();
	ck_assert_int_eq(letter(3), 'H');
	ck_assert(is_in_redis(house.performance));
	expire_at(hold.is.hard_ends_ms + 1);
	expire_at(hold.is.hard_ends_ms + 2 * IDLE_MS);
	unload();
	ck_assert(!is_in_redis(house.performance));
	ck_assert_int_eq(journaled_as("expired"), 1);
}
END_TEST

/* Its last entries were not read for the journal yet. */
START_TEST(what_a_log_still_holds_is_journaled_before_it_goes)
{
	house_redis("SET bo:job:journal-keeps-up 1");
	journal_look_again(&house.ctx);
	ck_assert_int_eq(place("ann", 3), HOLD_OK);
	clock_fake(hold.is.hard_ends_ms);
	house_round();
	ck_assert_int_eq(hold_drop(&house.ctx, house_user("ann"), hold.token,
			     &(struct span){ 0 }),
	    HOLD_OK);
	expire_at(hold.is.hard_ends_ms + 2 * IDLE_MS);
	house_redis("DEL bo:job:journal-keeps-up");
	ck_assert_int_eq(journaled_as("expired"), 0);
	set_performance("status = 'closed'");
	unload();
	ck_assert(!is_in_redis(house.performance));
	ck_assert_int_eq(journaled_as("expired"), 1);
}
END_TEST

START_TEST(a_map_that_comes_back_has_a_newer_version)
{
	struct seat_map before, after;

	ck_assert_int_eq(
	    seat_map_read(&house.ctx, house.performance, SPAN_NONE, &before),
	    0);
	set_performance("status = 'closed'");
	later(IDLE_MS + 1000);
	ck_assert_uint_ge(unload(), 1);
	set_performance("status = 'open'");
	ck_assert_int_eq(
	    seat_map_read(&house.ctx, house.performance, SPAN_NONE, &after), 0);
	ck_assert(!after.at_rest);
	ck_assert(seat_version_newer(after.version, before.version));
}
END_TEST

START_TEST(a_hold_where_nothing_is_sold_loads_no_map)
{
	set_performance(ends_of_sale[_i]);
	house_round();
	ck_assert_int_eq(place("ann", 3), HOLD_E_CLOSED);
	ck_assert(!is_in_redis(house.performance));
}
END_TEST

/* ---- a catalog ---- */

#define N_CATALOG 500
#define N_ON_SALE 100

/* So many more performances, of which every fifth is on sale; seat 3 of all is
 * blocked. returns: the first id; the others follow it */
static int64_t
given_catalog(void)
{
	char sql[1200];

	snprintf(sql, sizeof(sql),
	    "DO $$ DECLARE p performances; BEGIN"
	    " SELECT * INTO p FROM performances WHERE id = %lld;"
	    " FOR i IN 1..%d LOOP INSERT INTO performances (key, show_id,"
	    "  hall_revision_id, status, starts_at, ends_at, sales_open_at,"
	    "  sales_close_at, currency) SELECT p.key || '-' || i, p.show_id,"
	    "  p.hall_revision_id, CASE i %% 5 WHEN 1 THEN 'closed'"
	    "   WHEN 2 THEN 'cancelled' ELSE 'open' END, p.starts_at,"
	    "  p.ends_at, now() + CASE i %% 5 WHEN 3 THEN interval '1 d'"
	    "   ELSE interval '-2 d' END, now() + CASE i %% 5"
	    "   WHEN 4 THEN interval '-1 d' ELSE interval '2 d' END,"
	    "  p.currency; END LOOP;"
	    " INSERT INTO prices SELECT q.id, 1, c, 1000 FROM performances AS q,"
	    "  generate_series(1, 2) AS c WHERE q.key LIKE p.key || '-%%';"
	    " INSERT INTO seat_claim (performance_id, seat_no, state, mark,"
	    "  hold_token) SELECT q.id, 3, 'B', 1, NULL FROM performances AS q"
	    "  WHERE q.key LIKE p.key || '-%%'; END $$",
	    (long long)house.performance, N_CATALOG);
	house_run(sql);
	return house.performance + 1;
}

START_TEST(reading_a_whole_catalog_leaves_what_is_on_sale_in_redis)
{
	struct seat_map map;
	int64_t first = given_catalog();
	size_t n_loaded = 0;

	for (int i = 0; i < N_CATALOG; i++) {
		ck_assert_int_eq(
		    seat_map_read(&house.ctx, first + i, SPAN_NONE, &map), 0);
		ck_assert(span_eq_str(map.letters, "AABAAAAAAAAAAAAAAAAAAAAA"));
		n_loaded += !map.at_rest;
		ck_assert(is_in_redis(first + i) == !map.at_rest);
		arena_reset(&house.ctx.arena);
	}
	ck_assert_uint_eq(n_loaded, N_ON_SALE);
}
END_TEST

/* ---- what the jobs ask ---- */

static int64_t
n_asked(void)
{
	const char *at = strstr(house_redis("INFO commandstats"),
	    "cmdstat_hmget:calls=");

	return at == NULL ? 0 : atoll(at + strlen("cmdstat_hmget:calls="));
}

static const struct seat_loaded *
listed(void)
{
	struct seat_loaded *maps;
	int64_t redis_ms;
	size_t n;

	ck_assert_int_eq(seat_loaded_list(&house.ctx, &maps, &n, &redis_ms), 0);
	for (size_t i = 0; i < n; i++)
		if (maps[i].performance == house.performance)
			return &maps[i];
	return NULL;
}

START_TEST(maps_in_which_nothing_moves_are_not_asked_each_time)
{
	int64_t before;

	ck_assert_str_eq(house_map(), FREE);
	ck_assert_int_eq(listed()->due_ms, 0);
	before = n_asked();
	for (int i = 0; i < 10; i++)
		ck_assert_int_eq(listed()->due_ms, 0);
	/* Those whose five seconds were over meanwhile. */
	ck_assert_int_le(n_asked() - before, 10);
}
END_TEST

START_TEST(a_map_whose_log_was_read_is_asked_at_once)
{
	size_t n;

	ck_assert_str_eq(house_map(), FREE);
	ck_assert_int_eq(listed()->due_ms, 0);
	house_redis("SET bo:job:journal-keeps-up 1");
	journal_look_again(&house.ctx);
	ck_assert_int_eq(place("ann", 3), HOLD_OK);
	ck_assert_int_eq(journal_round(&house.ctx, &n), 0);
	house_redis("DEL bo:job:journal-keeps-up");
	ck_assert_int_eq(listed()->due_ms, hold.is.ends_ms);
}
END_TEST

#ifdef FAULTS
static const char *const unload_crashes[] = {
	"crash:unload.after_leave:1",
	"crash:unload.before_forget:1",
	"crash:unload.after_forget:1",
};

START_TEST(a_map_whose_end_died_half_way_is_there_and_goes_later)
{
	int status;
	pid_t pid;

	ck_assert_str_eq(house_map(), FREE);
	set_performance("status = 'closed'");
	later(IDLE_MS + 1000);
	pid = fork();
	if (pid == 0) {
		setenv("BOXOFFICE_FAULTS", unload_crashes[_i], 1);
		fault_reset();
		house_fork();
		unload();
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(WEXITSTATUS(status), 137);
	ck_assert_str_eq(house_map(), FREE);
	unload();
	ck_assert(!is_in_redis(house.performance));
}
END_TEST

START_TEST(a_sweep_that_dies_half_way_is_done_by_the_next)
{
	int status;
	pid_t pid;

	ck_assert_int_eq(place("ann", 3), HOLD_OK);
	pid = fork();
	if (pid == 0) {
		setenv("BOXOFFICE_FAULTS", "crash:expire.after_script:1", 1);
		fault_reset();
		house_fork();
		expire_at(hold.is.ends_ms);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(WEXITSTATUS(status), 137);
	expire_at(hold.is.ends_ms);
	ck_assert_int_eq(letter(3), 'A');
	ck_assert_int_eq(place("bob", 3), HOLD_OK);
}
END_TEST
#endif

SUITE("expiry")
{
	FIXTURE_ONCE(house_start, NULL);
	FIXTURE(house_open, house_close);
	TEST(a_lapsed_hold_is_freed_and_journaled);
	TEST(a_second_round_finds_nothing);
	TEST(no_clock_frees_a_seat_that_is_being_paid);
	TEST(an_expired_hold_is_told_until_its_hard_end_and_after);
	TEST(the_limit_counts_lapsed_holds_no_more);
	TEST(new_terms_reach_the_map);
	TEST(trimming_keeps_the_newest_entry);
	TEST_LOOP(a_map_goes_when_the_sale_is_over_and_nothing_moves,
	    (int)ARRAY_LEN(ends_of_sale));
	TEST(a_map_stays_for_a_moment_after_its_last_move);
	TEST(a_map_stays_while_a_hold_runs_in_it);
	TEST(what_a_log_still_holds_is_journaled_before_it_goes);
	TEST(a_map_that_comes_back_has_a_newer_version);
	TEST_LOOP(a_hold_where_nothing_is_sold_loads_no_map,
	    (int)ARRAY_LEN(ends_of_sale));
	TEST(reading_a_whole_catalog_leaves_what_is_on_sale_in_redis);
	TEST(maps_in_which_nothing_moves_are_not_asked_each_time);
	TEST(a_map_whose_log_was_read_is_asked_at_once);
#ifdef FAULTS
	TEST_LOOP(a_map_whose_end_died_half_way_is_there_and_goes_later,
	    (int)ARRAY_LEN(unload_crashes));
	TEST(a_sweep_that_dies_half_way_is_done_by_the_next);
#endif
}
