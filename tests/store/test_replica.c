/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_replica - of two standbys the one that is less behind is read
 *
 * Layer: tests.  Uses: read, servers.
 */
#include "base/clock.h"
#include "store/read.h"
#include "tests/support/servers.h"
#include "tests/support/suite.h"

#include <stdio.h>

static const struct sql where = { "where", "SELECT pg_is_in_recovery()" };
static const struct sql pause_replay = { "pause_replay",
	"SELECT pg_wal_replay_pause()::text" };
static const struct sql resume_replay = { "resume_replay",
	"SELECT pg_wal_replay_resume()::text" };
static const struct sql is_paused = { "is_paused",
	"SELECT pg_get_wal_replay_pause_state() = 'paused'" };
/* Further than what counts as near. */
static const struct sql write_much = { "write_much",
	"SELECT pg_logical_emit_message(false, 'much', repeat('x', 3000000))"
	" - '0/0'" };
static const struct sql promote = { "promote", "SELECT pg_promote(false)" };
/* The folder that the server stands in is that of its data. */
static const struct sql be_standby = { "be_standby",
	"COPY (SELECT 1) TO PROGRAM 'touch standby.signal'" };
static const struct sql place = { "place",
	"SELECT (pg_last_wal_replay_lsn() - '0/0')::bigint >= $1::bigint" };

static struct settings set;
static struct ctx ctx;
/* The two of them, each by itself. */
static struct settings one_set[2];
static struct db *one[2];

static void
once(void)
{
	servers_start(SERVERS_PG | SERVERS_REPLICAS);
}

static const char *
folder_of(int i)
{
	return i == 0 ? servers_replica_folder() : servers_replica2_folder();
}

static struct db_rows
ask(struct db *db, const struct sql *sql, int n, const struct db_param *params)
{
	struct db_rows rows;

	ck_assert_int_eq(db_run(db, &ctx.arena, sql, n, params, &rows), 0);
	return rows;
}

static void
setup(void)
{
	servers_settings(&set);
	snprintf(set.replica_dsn, sizeof(set.replica_dsn),
	    "host=%s,%s,%s user=postgres dbname=postgres", servers_pg_folder(),
	    folder_of(0), folder_of(1));
	set.db_connect_s = 5;
	ctx_open(&ctx, &set);
	for (int i = 0; i < 2; i++) {
		one_set[i] = set;
		snprintf(one_set[i].replica_dsn, sizeof(one_set[i].replica_dsn),
		    "host=%s user=postgres dbname=postgres", folder_of(i));
		one[i] = db_open(&one_set[i], DB_REPLICA);
	}
}

static void
teardown(void)
{
	for (int i = 0; i < 2; i++) {
		ask(one[i], &resume_replay, 0, NULL);
		db_close(one[i]);
	}
	ctx_close(&ctx);
}

static struct db_param
write_something(void)
{
	struct db_rows rows = ask(ctx.primary, &write_much, 0, NULL);

	return db_i64(&ctx.arena, db_get_i64(&rows, 0, 0));
}

static void
await(int i, const struct db_param *end)
{
	struct db_rows rows;

	do
		rows = ask(one[i], &place, 1, end);
	while (!db_get_bool(&rows, 0, 0));
}

/* The end of what the primary has written, which all of them have but one that
 * is told to wait (-1: none). */
static void
given_much(int waits)
{
	struct db_rows rows;
	struct db_param end;

	if (waits >= 0) {
		ask(one[waits], &pause_replay, 0, NULL);
		do
			rows = ask(one[waits], &is_paused, 0, NULL);
		while (!db_get_bool(&rows, 0, 0));
	}
	end = write_something();
	for (int i = 0; i < 2; i++)
		if (i != waits)
			await(i, &end);
}

/* Who answers a read: 0 or 1; -1: the primary. */
static int
reader(void)
{
	struct db_rows rows;

	ctx_round(&ctx);
	ck_assert_int_eq(db_read(&ctx, &where, 0, NULL, &rows), 0);
	if (!db_get_bool(&rows, 0, 0))
		return -1;
	return strcmp(db_host(ctx.replica), folder_of(0)) == 0 ? 0 : 1;
}

/* It is time to look. */
static void
later(void)
{
	atomic_store(&ctx.shared->standby.look_us, 0);
}

START_TEST(the_one_that_has_replayed_more_is_read)
{
	given_much(_i);
	ck_assert_int_eq(reader(), 1 - _i);
}
END_TEST

START_TEST(one_that_falls_behind_is_left)
{
	int first;

	given_much(-1);
	first = reader();
	ck_assert_int_ge(first, 0);
	given_much(first);
	/* Until somebody looks. */
	ck_assert_int_eq(reader(), first);
	later();
	ck_assert_int_eq(reader(), 1 - first);
}
END_TEST

START_TEST(one_that_is_near_stays)
{
	int first;

	given_much(-1);
	first = reader();
	for (int i = 0; i < 20; i++) {
		later();
		ck_assert_int_eq(reader(), first);
	}
}
END_TEST

START_TEST(one_that_is_away_is_left_at_once)
{
	given_much(1);
	ck_assert_int_eq(reader(), 0);
	ask(one[1], &resume_replay, 0, NULL);
	servers_replica_stop();
	ck_assert_int_eq(reader(), 1);
	ck_assert_int_eq(ctx.replica_away_until_us, 0);
	/* It is back, and looked at when it has been silent for long enough. */
	servers_replica_start();
	later();
	ck_assert_int_eq(reader(), 1);
	for (int i = 0; i < REPLICA_HOSTS_MAX; i++)
		atomic_store(&ctx.shared->standby.silent_until_us[i], 0);
	given_much(1);
	later();
	ck_assert_int_eq(reader(), 0);
}
END_TEST

START_TEST(the_processes_of_a_tree_go_by_one_look)
{
	struct ctx other;
	struct db_rows rows;
	int first;

	given_much(-1);
	ctx_open(&other, &set);
	ctx_share(&other, ctx.shared, 1);
	first = reader();
	given_much(first);
	later();
	ck_assert_int_eq(reader(), 1 - first);
	ck_assert_int_eq(db_read(&other, &where, 0, NULL, &rows), 0);
	ck_assert_str_eq(db_host(other.replica), folder_of(1 - first));
	ctx_close(&other);
}
END_TEST

static int
n_silent(const struct replica_choice *choice)
{
	int n = 0;

	for (int i = 0; i < REPLICA_HOSTS_MAX; i++)
		n += atomic_load(&choice->silent_until_us[i]) > 0;
	return n;
}

/* Two hosts that give no answer, before the two of them that do. */
START_TEST(a_look_ends_at_the_first_host_that_is_silent)
{
	struct settings other_set = set;
	struct replica_choice *choice;
	struct ctx other;
	int host;

	snprintf(other_set.replica_dsn, sizeof(other_set.replica_dsn),
	    "host=/nowhere/1,/nowhere/2,%s,%s user=postgres dbname=postgres",
	    folder_of(0), folder_of(1));
	ctx_open(&other, &other_set);
	choice = &other.shared->standby;
	/* The next one may be there. */
	ck_assert_int_eq(replica_host(other.replica), 1);
	ck_assert_int_eq(n_silent(choice), 1);
	ck_assert_int_eq(replica_host(other.replica), 2);
	ck_assert_int_eq(n_silent(choice), 2);
	host = replica_host(other.replica);
	ck_assert_int_ge(host, 2);
	ck_assert_int_gt(atomic_load(&choice->look_us), 0);
	/* Who is read stays, where the look does not come so far. */
	atomic_store(&choice->silent_until_us[0], 0);
	atomic_store(&choice->look_us, 0);
	ck_assert_int_eq(replica_host(other.replica), host);
	ck_assert_int_eq(n_silent(choice), 2);
	ck_assert_int_eq(atomic_load(&choice->look_us), 0);
	ck_assert_int_eq(replica_host(other.replica), host);
	ck_assert_int_gt(atomic_load(&choice->look_us), 0);
	ctx_close(&other);
}
END_TEST

/* A split brain: the old primary writes on, and has a standby. The last test:
 * the first standby follows it no more. */
START_TEST(one_that_follows_an_old_primary_is_not_read)
{
	struct db_param end;
	struct db_rows rows;

	given_much(-1);
	ask(one[0], &promote, 0, NULL);
	do
		rows = ask(one[0], &where, 0, NULL);
	while (db_get_bool(&rows, 0, 0));
	ask(one[0], &be_standby, 0, NULL);
	servers_replica_stop();
	servers_replica_start();
	end = write_something();
	await(1, &end);
	ck_assert_int_eq(reader(), 0);
}
END_TEST

SUITE("replica")
{
	FIXTURE_ONCE(once, servers_stop);
	FIXTURE(setup, teardown);
	TEST_LOOP(the_one_that_has_replayed_more_is_read, 2);
	TEST(one_that_falls_behind_is_left);
	TEST(one_that_is_near_stays);
	TEST(one_that_is_away_is_left_at_once);
	TEST(the_processes_of_a_tree_go_by_one_look);
	TEST(a_look_ends_at_the_first_host_that_is_silent);
	TEST(one_that_follows_an_old_primary_is_not_read);
}
