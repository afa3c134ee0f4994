/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_gauges - what one worker shows of the primary and of the replica
 *
 * Layer: tests.  Uses: worker (jobs), house.
 */
#include "base/clock.h"
#include "recovery/recovery.h"
#include "tests/support/house.h"
#include "tests/support/servers.h"
#include "tests/support/suite.h"
#include "worker/jobs.h"
#include "worker/stats.h"

#include <poll.h>
#include <stdio.h>

#define LONGEST_MS 60000

/* The replica by its own name, not whoever answers. */
static struct ctx worker;

static void
once(void)
{
	house_start_with(SERVERS_REDIS | SERVERS_PG | SERVERS_REPLICA);
}

static void
setup(void)
{
	struct settings set;

	house_open();
	servers_settings(&set);
	snprintf(set.replica_dsn, sizeof(set.replica_dsn),
	    "host=%s user=postgres dbname=postgres", servers_replica_folder());
	ctx_open(&worker, &set);
	recovery_give(&worker);
	house_redis(
	    "DEL bo:job:gauges"); /* another test's worker showed them */
	ck_assert_int_eq(
	    metrics_open(stats_rows(), 1, "", "test", &worker.metrics), 0);
}

static void
teardown(void)
{
	metrics_close(worker.metrics);
	worker.metrics = NULL;
	ctx_close(&worker);
	house_close();
}

static int64_t
shown(enum system_gauge gauge)
{
	return metrics_sum(worker.metrics, stats_of_gauge(gauge));
}

static void
show(void)
{
	size_t n;

	ctx_round(&worker);
	ck_assert_int_eq(job_gauges(&worker, &n), 0);
	ck_assert_int_eq(n, 1);
}

START_TEST(connections_are_shown_beside_what_the_primary_takes)
{
	int64_t before;

	show();
	before = shown(GAUGE_CONNECTIONS);
	ck_assert_int_ge(before, 2);
	ck_assert_int_eq(shown(GAUGE_CONNECTIONS_MAX),
	    house_count("SELECT setting::bigint - 3 FROM pg_settings"
			" WHERE name = 'max_connections'",
		0));
}
END_TEST

/* A message that nobody takes, a minute ago. */
START_TEST(the_oldest_message_that_nobody_took_is_shown)
{
	show();
	ck_assert_int_eq(shown(GAUGE_OUTBOX_AGE), 0);
	house_run(
	    "INSERT INTO outbox (aggregate, aggregate_id, kind, payload,"
	    " at) VALUES ('x', 'x', 'x', '{}',"
	    " clock_timestamp() - interval '60 s')");
	show();
	ck_assert_int_ge(shown(GAUGE_OUTBOX_AGE), 60);
	ck_assert_int_le(shown(GAUGE_OUTBOX_AGE), 120);
	house_run("UPDATE outbox SET done = true");
	show();
	ck_assert_int_eq(shown(GAUGE_OUTBOX_AGE), 0);
}
END_TEST

static void
payment_is(const char *phase)
{
	char sql[1024];

	snprintf(sql, sizeof(sql),
	    "INSERT INTO payment_outside (payment_id, phase, route, key, number,"
	    " answer, declined, lost, provider, account, outside_ref, hard_at,"
	    " deadline_at, asked_at, look_at) VALUES (1, '%s', '', '', '', '',"
	    " '', '', 'x', '', 'x', now(), now(),"
	    " clock_timestamp() - interval '90 s', now())"
	    " ON CONFLICT (payment_id) DO UPDATE SET phase = EXCLUDED.phase",
	    phase);
	house_run(sql);
}

START_TEST(only_a_payment_that_may_have_taken_money_is_unresolved)
{
	payment_is("buyer");
	show();
	ck_assert_int_eq(shown(GAUGE_PAYMENT_AGE), 0);
	payment_is("asking");
	show();
	ck_assert_int_ge(shown(GAUGE_PAYMENT_AGE), 90);
	ck_assert_int_le(shown(GAUGE_PAYMENT_AGE), 150);
	payment_is("ended");
	show();
	ck_assert_int_eq(shown(GAUGE_PAYMENT_AGE), 0);
}
END_TEST

static bool
lag_becomes(bool wanted)
{
	int64_t end_us = clock_mono_us() + LONGEST_MS * INT64_C(1000);

	do {
		show();
		if ((shown(GAUGE_REPLICA_LAG) >= 1) == wanted)
			return true;
		poll(NULL, 0, 20);
	} while (clock_mono_us() < end_us);
	return false;
}

SQL(test_pause, "SELECT pg_wal_replay_pause()");
SQL(test_resume, "SELECT pg_wal_replay_resume()");

static void
tell_replica(const struct sql *sql)
{
	ck_assert_int_eq(
	    db_run(worker.replica, &worker.arena, sql, 0, NULL, NULL), DB_OK);
}

START_TEST(a_replica_that_replays_nothing_is_seen_to_fall_behind)
{
	ck_assert(lag_becomes(false));
	tell_replica(&sql_test_pause);
	house_run("UPDATE users SET version = version + 1");
	ck_assert(lag_becomes(true));
	ck_assert_int_eq(shown(GAUGE_REPLICA), 0);
	tell_replica(&sql_test_resume);
	ck_assert(lag_becomes(false));
}
END_TEST

SUITE("gauges")
{
	FIXTURE_ONCE(once, servers_stop);
	FIXTURE(setup, teardown);
	TEST(connections_are_shown_beside_what_the_primary_takes);
	TEST(the_oldest_message_that_nobody_took_is_shown);
	TEST(only_a_payment_that_may_have_taken_money_is_unresolved);
	TEST(a_replica_that_replays_nothing_is_seen_to_fall_behind);
}
