/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_notifications - what one process tells the others, and who wakes for it
 *
 * Layer: tests.  Uses: worker (jobs), seat, house.
 */
#include "account/seen.h"
#include "base/clock.h"
#include "recovery/epoch_raise.h"
#include "recovery/recovery.h"
#include "seat/epoch.h"
#include "seat/seat_script.h"
#include "tests/support/buyer.h"
#include "tests/support/servers.h"
#include "worker/jobs.h"
#include "worker/run.h"
#include "worker/stats.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>

static struct settings set;
static struct ctx worker;
static char heard[DB_NOTIFICATION_LEN];

static void
given_a_worker_that_listens(void)
{
	house_open();
	buyer_alone();
	servers_settings(&set);
	ctx_open(&worker, &set);
	recovery_give(&worker);
	db_listen(worker.primary);
	ck_assert_int_eq(db_socket(worker.primary), -1);
	ck_assert_int_eq(db_begin(worker.primary), 0);
	db_rollback(worker.primary);
}

static void
close_all(void)
{
	ctx_close(&worker);
	house_close();
}

/* Waits as run.c does; what else comes first is passed over. */
static bool
hears(const char *word)
{
	struct pollfd pfd = { .events = POLLIN };

	for (;;) {
		while (db_heard(worker.primary, heard))
			if (strcmp(heard, word) == 0)
				return true;
		pfd.fd = db_socket(worker.primary);
		if (poll(&pfd, 1, 60000) != 1)
			return false;
	}
}

/* Everything sent before has come when an answer has. */
static bool
hears_no_more(void)
{
	ck_assert_int_eq(db_begin(worker.primary), 0);
	db_rollback(worker.primary);
	return !db_heard(worker.primary, heard);
}

static const struct job *
job(const char *name)
{
	for (int i = 0; i < n_jobs; i++)
		if (strcmp(jobs[i].name, name) == 0)
			return &jobs[i];
	ck_abort_msg("no job %s", name);
	return NULL;
}

static void
do_job(const char *name)
{
	size_t n;

	ctx_round(&worker);
	epoch_forget(&worker);
	ck_assert_int_eq(job(name)->run(&worker, &n), 0);
}

/* The command that reads a field of the map's :meta. */
static const char *
ask_meta(const char *field)
{
	int64_t epoch = house_count("SELECT epoch FROM sys_epoch", 0);

	return arena_printf(&house.ctx.arena, "HGET bo:{p%d.%d}:meta %s",
	    (int)house.performance, (int)epoch, field);
}

static const char *
meta(const char *field)
{
	return house_redis(ask_meta(field));
}

START_TEST(new_terms_wake_the_job_that_tells_the_map)
{
	const char *before;

	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	while (db_heard(worker.primary, heard))
		;
	before = meta("terms");
	house_run("UPDATE performances SET meta_version = meta_version + 1");
	ck_assert(hears("terms"));
	ck_assert(job_wakes(job("terms"), heard));
	ck_assert(!job_wakes(job("rebuild"), heard));
	ck_assert_str_eq(meta("terms"), before);
	do_job("terms");
	ck_assert_str_ne(meta("terms"), before);
}
END_TEST

/* Also one of which there are no terms any more. */
START_TEST(every_status_is_news_and_reaches_the_map)
{
	static const char *const closed[] = { "status = 'draft'",
		"status = 'closed'", "status = 'cancelled'" };

	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	ck_assert_str_ne(meta("close"), "0");
	for (size_t i = 0; i < ARRAY_LEN(closed); i++) {
		while (db_heard(worker.primary, heard))
			;
		house_change(closed[i]);
		ck_assert(hears("terms"));
		do_job("terms");
		ck_assert_str_eq(meta("close"), "0");
		house_change("status = 'open'");
		ck_assert(hears("terms"));
		do_job("terms");
		ck_assert_str_ne(meta("close"), "0");
	}
}
END_TEST

START_TEST(other_changes_of_a_performance_are_no_news)
{
	house_run("UPDATE performances SET status = status");
	ck_assert(hears_no_more());
}
END_TEST

START_TEST(a_raised_epoch_wakes_the_job_that_loads_maps)
{
	int64_t epoch = house_count("SELECT epoch FROM sys_epoch", 0);

	ck_assert_int_eq(epoch_raise(&house.ctx, epoch, "test"), 0);
	ck_assert(hears("epoch"));
	ck_assert(job_wakes(job("rebuild"), heard));
	ck_assert(hears_no_more());
}
END_TEST

START_TEST(a_raise_that_is_given_up_is_no_news)
{
	int64_t epoch = house_count("SELECT epoch FROM sys_epoch", 0);

	ck_assert_int_eq(epoch_raise(&house.ctx, epoch - 1, "test"), 0);
	ck_assert(hears_no_more());
}
END_TEST

static void
lose_the_map(void)
{
	int64_t epoch = house_count("SELECT epoch FROM sys_epoch", 0);

	house_redis(arena_printf(&house.ctx.arena, "DEL bo:{p%d.%d}:meta",
	    (int)house.performance, (int)epoch));
}

START_TEST(a_handler_that_meets_no_map_says_so_once_a_second)
{
	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	while (db_heard(worker.primary, heard))
		;
	*seat_tell_us(&house.ctx) = 0;
	for (int i = 0; i < 3; i++) {
		lose_the_map();
		ck_assert_int_eq(place("bob", "3"), HOLD_E_TAKEN);
		*seat_tell_us(&house.ctx) = *seat_tell_us(&house.ctx) == 0
		    ? 0
		    : INT64_MAX;
	}
	ck_assert(hears("map"));
	ck_assert(job_wakes(job("rebuild"), heard));
	ck_assert(hears_no_more());
}
END_TEST

START_TEST(who_listens_does_so_on_the_next_connection_too)
{
	servers_pg_restart();
	/* The end of the old one is readable, and no heard. */
	for (int i = 0; db_socket(worker.primary) >= 0; i++) {
		struct pollfd pfd = { .fd = db_socket(worker.primary),
			.events = POLLIN };

		ck_assert_int_lt(i, 10);
		ck_assert_int_eq(poll(&pfd, 1, 60000), 1);
		ck_assert(!db_heard(worker.primary, heard));
	}
	house_reopen();
	ck_assert_int_eq(db_begin(worker.primary), 0);
	db_rollback(worker.primary);
	house_run("SELECT pg_notify('boxoffice', 'terms')");
	ck_assert(hears("terms"));
}
END_TEST

/* ---- the loop ---- */

static pid_t
given_a_worker_that_runs(void)
{
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		run_hold_signals();
		_exit(run("/dev/null", &set, JOBS_CORE));
	}
	return pid;
}

/* The terms change, and the map, which has this key, is told. */
static void
change_the_terms(const char *ask)
{
	const char *before = house_redis(ask);

	house_run("UPDATE performances SET meta_version = meta_version + 1");
	while (strcmp(house_redis(ask), before) == 0)
		poll(NULL, 0, 1);
}

/* Three rounds of a job that runs in turn each half second take a second; any
 * time that they did not, something else woke it. A machine that is too busy
 * to show it is asked again. */
START_TEST(a_worker_does_a_job_at_once_when_it_hears_of_news)
{
	const int64_t in_turn_us = 2 * job_period_ms(job("terms"), &set)
	    * INT64_C(1000);
	pid_t pid = given_a_worker_that_runs();
	const char *ask = ask_meta("terms");
	int64_t began_us;
	int status;

	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	do {
		began_us = clock_mono_us();
		for (int i = 0; i < 3; i++)
			change_the_terms(ask);
	} while (clock_mono_us() - began_us >= in_turn_us);
	ck_assert_int_eq(kill(pid, SIGTERM), 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, EXIT_SUCCESS);
}
END_TEST

/* ---- gauges ---- */

static int64_t
shown(enum system_gauge gauge)
{
	return metrics_sum(worker.metrics, stats_of_gauge(gauge));
}

#define RAISE(subject) \
	"SELECT alarm_raise('late', '" subject "', 1, 'x', 'y', 5, 'KRW');"

START_TEST(alarms_that_nobody_acknowledged_are_shown)
{
	ck_assert_int_eq(
	    metrics_open(stats_rows(), 1, "", "test", &worker.metrics), 0);
	house_redis("DEL bo:job:gauges");
	house_run("TRUNCATE alarms;" RAISE("payment 1") RAISE("payment 1")
		RAISE("payment 2"));
	do_job("gauges");
	ck_assert_int_eq(shown(GAUGE_ALARMS), 2);
	house_run(
	    "UPDATE alarms SET acknowledged_at = clock_timestamp()"
	    " WHERE subject = 'payment 1'");
	do_job("gauges");
	ck_assert_int_eq(shown(GAUGE_ALARMS), 1);
	house_redis("SET bo:job:gauges another");
	do_job("gauges");
	ck_assert_int_eq(shown(GAUGE_ALARMS), 0);
	house_redis("DEL bo:job:gauges");
	house_run("TRUNCATE alarms");
	metrics_close(worker.metrics);
}
END_TEST

START_TEST(running_holds_and_users_of_late_are_shown)
{
	struct span anns;

	ck_assert_int_eq(
	    metrics_open(stats_rows(), 1, "", "test", &worker.metrics), 0);
	house_redis("FLUSHALL");
	house_run(
	    "UPDATE holds SET status = 'released'"
	    " WHERE status IN ('held', 'paying')");
	do_job("gauges");
	ck_assert_int_eq(shown(GAUGE_HOLDS), 0);
	ck_assert_int_eq(shown(GAUGE_USERS), 0);
	ck_assert_int_eq(place("ann", "3"), HOLD_OK);
	anns = hold.token;
	ck_assert_int_eq(place("bob", "4 5"), HOLD_OK);
	for (int64_t user = 1; user <= 300; user++)
		seen_note(&house.ctx, user % 100 + 1);
	house.ctx.now_ms += 1000;
	seen_note(&house.ctx, 1);
	worker.now_ms = house.ctx.now_ms;
	do_job("gauges");
	ck_assert_int_eq(shown(GAUGE_HOLDS), 2);
	ck_assert_int_ge(shown(GAUGE_USERS), 95);
	ck_assert_int_le(shown(GAUGE_USERS), 105);
	ck_assert_int_eq(drop("ann", anns), HOLD_OK);
	do_job("gauges");
	ck_assert_int_eq(shown(GAUGE_HOLDS), 1);
	/* somebody else shows them */
	house_redis("SET bo:job:gauges another");
	do_job("gauges");
	ck_assert_int_eq(shown(GAUGE_HOLDS) + shown(GAUGE_USERS), 0);
	house_redis("DEL bo:job:gauges");
	metrics_close(worker.metrics);
}
END_TEST

SUITE("notifications")
{
	FIXTURE_ONCE(house_start, NULL);
	FIXTURE(given_a_worker_that_listens, close_all);
	TEST(new_terms_wake_the_job_that_tells_the_map);
	TEST(every_status_is_news_and_reaches_the_map);
	TEST(other_changes_of_a_performance_are_no_news);
	TEST(a_raised_epoch_wakes_the_job_that_loads_maps);
	TEST(a_raise_that_is_given_up_is_no_news);
	TEST(a_handler_that_meets_no_map_says_so_once_a_second);
	TEST(a_worker_does_a_job_at_once_when_it_hears_of_news);
	TEST(running_holds_and_users_of_late_are_shown);
	TEST(alarms_that_nobody_acknowledged_are_shown);
	TEST(who_listens_does_so_on_the_next_connection_too);
}
