/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_primary_away - a primary that stands still, or turns everybody away,
 * as the clients of a pool notice it
 *
 * Layer: tests.  Uses: fcgi-app, account.
 */
#include "recovery/recovery.h"
#include "tests/support/proxy.h"
#include "tests/support/race.h"
#include "tests/support/wire.h"
#include "tests/support/world.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define N_WORKERS 8
/* Were each to wait for a time-out, a test would not end in time. */
#define N_ASKED 200

static void
once(void)
{
	servers_start(SERVERS_PG);
}

/* A statement is given up soon, so that a test is short. */
static void
setup(void)
{
	struct settings set;

	world_open();
	set = ctx.set;
	set.db_lock_ms = 50;
	set.db_statement_ms = 200;
	ctx_settings(&ctx, &set, true);
	wire_open(&ctx);
	/* All of them log in from one network, which has half of these. */
	dispatch.at.hashing_max = 4 * N_WORKERS;
	ctx_share(&ctx, slots_shared(dispatch.at.slots), 0);
}

static void
teardown(void)
{
	proxy_stop();
	servers_pg_resume();
	wire_close();
	world_close();
}

static struct breaker *
primary(void)
{
	return &slots_shared(dispatch.at.slots)->primary;
}

/* It asks the primary for the user, and nobody else. Each time another one: no
 * guess comes too early. */
static int
log_in(void)
{
	static int n;
	char text[96];

	snprintf(text, sizeof(text),
	    "{\"login_id\":\"nobody.%d.%d\","
	    "\"password\":\"password\"}",
	    (int)getpid(), n++);
	return post("/api/v1/auth/login", text);
}

static bool
is_refused(void)
{
	return log_in() == 503 && header("Retry-After")[0] != '\0';
}

/* Whoever asks in a second after the first does not come to it here. */
static void
expect_one_probe(void)
{
	const struct sql *ask = world_sql("SELECT 1");
	long long n_failed = primary()->n_failed;

	primary()->probe_us = INT64_MAX;
	for (int i = 0; i < N_ASKED; i++)
		ck_assert(is_refused());
	ck_assert_int_eq(primary()->n_failed, n_failed);
	primary()->probe_us = 1;
	ck_assert_int_lt(db_run(ctx.primary, &ctx.arena, ask, 0, NULL, NULL),
	    0);
	primary()->probe_us = INT64_MAX;
	ck_assert(is_refused());
	ck_assert_int_eq(primary()->n_failed, n_failed + 1);
}

static void
expect_it_closes_by_an_answer(void)
{
	primary()->probe_us = 1;
	ck_assert_int_eq(log_in(), 401);
	ck_assert_int_eq(breaker_state(primary()), BREAKER_CLOSED);
	ck_assert_int_eq(log_in(), 401);
	ck_assert_int_eq(breaker_n_opened(primary()), 1);
}

/* A worker with a connection of its own. */
static void
open_worker(int i)
{
	struct settings set = ctx.set;
	struct metrics *metrics = ctx.metrics;

	ctx_open(&ctx, &set);
	recovery_give(&ctx);
	ctx.metrics = metrics;
	ctx_share(&ctx, slots_shared(dispatch.at.slots), i);
	ck_assert_int_eq(log_in(), 401);
}

static int
ask_until_it_opens(int i)
{
	if (i == 0)
		servers_pg_pause();
	while (breaker_state(primary()) == BREAKER_CLOSED)
		if (log_in() != 401 && !is_refused())
			return 1;
	return is_refused() ? 0 : 2;
}

START_TEST(a_primary_that_stands_still_is_found_out_for_all)
{
	const struct runner worker = { open_worker, ask_until_it_opens };
	int results[N_WORKERS];

	ck_assert_int_eq(log_in(), 401);
	race(N_WORKERS, &worker, results);
	ck_assert_int_eq(race_count(N_WORKERS, results, 0), N_WORKERS);
	ck_assert_int_eq(breaker_n_opened(primary()), 1);
	ck_assert_int_ge(primary()->n_failed, BREAKER_FAILURES);
	expect_one_probe();
	servers_pg_resume();
	expect_it_closes_by_an_answer();
}
END_TEST

/* Were it asked for a new connection too, or by those in line behind, each of
 * them would wait as long. */
START_TEST(one_request_waits_for_a_primary_that_stands_still_and_once)
{
	ck_assert_int_eq(log_in(), 401);
	servers_pg_pause();
	ck_assert(is_refused());
	ck_assert_int_eq(primary()->n_failed, 1);
	ck_assert_int_eq(breaker_state(primary()), BREAKER_OPEN);
	primary()->probe_us = INT64_MAX;
	for (int i = 0; i < N_ASKED; i++)
		ck_assert(is_refused());
	ck_assert_int_eq(primary()->n_failed, 1);
	servers_pg_resume();
	expect_it_closes_by_an_answer();
}
END_TEST

/* Where the primary's socket seems to be, in a folder of its own. */
static void
given_a_wire(char path[96])
{
	struct settings set = ctx.set;
	char folder[64];

	snprintf(folder, sizeof(folder), "%s/wire", servers_pg_folder());
	mkdir(folder, 0755);
	snprintf(path, 96, "%s/.s.PGSQL.5432", folder);
	snprintf(set.primary_dsn, sizeof(set.primary_dsn),
	    "host=%s user=postgres dbname=postgres", folder);
	ctx_settings(&ctx, &set, true);
}

START_TEST(a_primary_that_turns_everybody_away_is_left_in_peace)
{
	char path[96], server[96];
	int counted[2], n = 0;

	ck_assert_int_eq(pipe(counted), 0);
	given_a_wire(path);
	proxy_refuse(path, counted[1]);
	for (; breaker_state(primary()) == BREAKER_CLOSED; n++)
		ck_assert(is_refused());
	ck_assert_int_ge(n, BREAKER_FAILURES);
	proxy_expect(counted[0], n);
	expect_one_probe();
	proxy_expect(counted[0], 1);
	proxy_stop();
	snprintf(server, sizeof(server), "%s/.s.PGSQL.5432",
	    servers_pg_folder());
	proxy_start(path, server, SPAN_LIT("never said"), PROXY_CUT_BEFORE);
	expect_it_closes_by_an_answer();
}
END_TEST

SUITE("primary away")
{
	FIXTURE_ONCE(once, servers_stop);
	FIXTURE(setup, teardown);
	TEST(a_primary_that_stands_still_is_found_out_for_all);
	TEST(one_request_waits_for_a_primary_that_stands_still_and_once);
	TEST(a_primary_that_turns_everybody_away_is_left_in_peace);
}
