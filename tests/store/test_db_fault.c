/* SPDX-License-Identifier: BSD-2-Clause */
/* What db makes of a server that is slow, gone, or not heard of again. */
#include "store/db.h"

#include "base/clock.h"
#include "base/fault.h"
#include "tests/support/proxy.h"
#include "tests/support/servers.h"
#include "tests/support/suite.h"

#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct settings set, other_set;
static struct arena a;
static struct db *db, *other; /* the one under test, and one that looks */
static struct db_rows rows;

SQL(f_add, "UPDATE f SET n = n + 1 WHERE id = $1");
SQL(f_get, "SELECT n FROM f WHERE id = $1");
SQL(f_put, "INSERT INTO f (id, n) VALUES ($1, 0)");
SQL(f_sleep, "SELECT pg_sleep(60)");
SQL(f_kill, "SELECT pg_terminate_backend($1::int, 60000)");
SQL(f_me, "SELECT pg_backend_pid()");

static void
once(void)
{
	servers_start(SERVERS_PG);
}

static void
given_two_clients(void)
{
	arena_init(&a, 64 << 20);
	servers_settings(&set);
	other_set = set;
	db = db_open(&set, DB_PRIMARY);
	other = db_open(&other_set, DB_PRIMARY);
	ck_assert_int_eq(
	    db_exec_script(db, &a,
		"DROP TABLE IF EXISTS f;"
		"CREATE TABLE f (id bigint PRIMARY KEY, n int NOT NULL);"
		"INSERT INTO f VALUES (1, 0), (2, 0)"),
	    0);
}

static void
close_them(void)
{
	proxy_stop();
	db_close(other);
	db_close(db);
	arena_fini(&a);
}

static int
run1(struct db *on, const struct sql *sql, int64_t value)
{
	struct db_param p = db_i64(&a, value);

	return db_run(on, &a, sql, 1, &p, &rows);
}

static int64_t
number_of(struct db *on, int64_t id)
{
	ck_assert_int_eq(run1(on, &sql_f_get, id), 0);
	return rows.n_rows == 0 ? -1 : db_get_i64(&rows, 0, 0);
}

static int64_t
backend_of(struct db *on)
{
	ck_assert_int_eq(db_run(on, &a, &sql_f_me, 0, NULL, &rows), 0);
	return db_get_i64(&rows, 0, 0);
}

static void
kill_backend(int64_t pid)
{
	ck_assert_int_eq(run1(other, &sql_f_kill, pid), 0);
}

/* --- time-outs --------------------------------------------------------- */

START_TEST(a_statement_that_runs_too_long_is_ended_by_the_server)
{
	set.db_lock_ms = 50;
	set.db_statement_ms = 200;
	db_drop(db);
	ck_assert_int_eq(db_run(db, &a, &sql_f_sleep, 0, NULL, NULL),
	    DB_F_TIMEOUT);
	ck_assert_str_eq(db_sqlstate(db), "57014");
	ck_assert_int_eq(number_of(db, 1), 0);
}
END_TEST

START_TEST(a_lock_that_is_not_given_is_not_waited_for_long)
{
	set.db_lock_ms = 100;
	db_drop(db);
	ck_assert_int_eq(db_begin(other), 0);
	ck_assert_int_eq(run1(other, &sql_f_add, 1), 0);
	ck_assert_int_eq(run1(db, &sql_f_add, 1), DB_F_TIMEOUT);
	ck_assert_str_eq(db_sqlstate(db), "55P03");
	/* inside a transaction it is rolled back too */
	ck_assert_int_eq(db_begin(db), 0);
	ck_assert_int_eq(run1(db, &sql_f_add, 2), 0);
	ck_assert_int_eq(run1(db, &sql_f_add, 1), DB_F_TIMEOUT);
	ck_assert_int_eq(db_commit(other), 0);
	ck_assert_int_eq(number_of(db, 1), 1);
	ck_assert_int_eq(number_of(db, 2), 0);
}
END_TEST

/* --- deadlocks --------------------------------------------------------- */

/*
 * A ring of two that closes the same way each time. The rival holds row 2,
 * waits until f_two holds row 1 (advisory lock 99 says so), and asks for row
 * 1. f_two waits until somebody waits, and asks for row 2. The rival never
 * looks for rings, we do, so we are the one the server ends. Asked again,
 * f_two waits until the rival is through (advisory lock 98).
 */
static const char ring[] =
    "DROP SEQUENCE IF EXISTS f_turn; CREATE SEQUENCE f_turn;"
    "CREATE OR REPLACE FUNCTION f_two() RETURNS void LANGUAGE plpgsql AS $$"
    " DECLARE first boolean := nextval('f_turn') = 1;"
    " BEGIN"
    "  IF NOT first THEN PERFORM pg_advisory_xact_lock(98); END IF;"
    "  UPDATE f SET n = n + 1 WHERE id = 1;"
    "  PERFORM pg_advisory_xact_lock(99);"
    "  WHILE first AND NOT EXISTS (SELECT FROM pg_locks"
    "      WHERE NOT granted) LOOP"
    "   PERFORM pg_sleep(0.005);"
    "  END LOOP;"
    "  UPDATE f SET n = n + 1 WHERE id = 2;"
    " END $$";
/* The rival's transaction, as one script. */
static const char rival_script[] =
    "BEGIN; SET LOCAL deadlock_timeout = '10min';"
    "UPDATE f SET n = n + 10 WHERE id = 2;"
    "SELECT pg_advisory_xact_lock(98);"
    "DO $$ BEGIN"
    "  WHILE NOT EXISTS (SELECT FROM pg_locks"
    "      WHERE locktype = 'advisory' AND objid = 99) LOOP"
    "   PERFORM pg_sleep(0.005);"
    "  END LOOP;"
    " END $$;"
    "UPDATE f SET n = n + 10 WHERE id = 1; COMMIT";

SQL(f_two, "SELECT f_two()");
SQL(f_rivals,
    "SELECT count(*) FROM pg_locks "
    "WHERE locktype = 'advisory' AND objid = 98");

/* A rival in another process that already holds row 2. */
static pid_t
given_a_rival(void)
{
	pid_t pid;

	ck_assert_int_eq(db_exec_script(db, &a, ring), 0);
	pid = fork();
	if (pid == 0) {
		struct db *rival = db_open(&set, DB_PRIMARY);

		_exit(db_exec_script(rival, &a, rival_script) == 0 ? 0 : 1);
	}
	do {
		ck_assert_int_eq(
		    db_run(other, &a, &sql_f_rivals, 0, NULL, &rows), 0);
	} while (db_get_i64(&rows, 0, 0) == 0);
	return pid;
}

static bool
all_is_well(pid_t rival)
{
	int status;

	ck_assert_int_eq(waitpid(rival, &status, 0), rival);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

START_TEST(a_transaction_in_a_deadlock_is_a_conflict_for_its_caller)
{
	pid_t rival = given_a_rival();

	ck_assert_int_eq(db_begin(db), 0);
	ck_assert_int_eq(db_run(db, &a, &sql_f_two, 0, NULL, NULL),
	    DB_E_CONFLICT);
	ck_assert_str_eq(db_sqlstate(db), "40P01");
	db_rollback(db);
	ck_assert(all_is_well(rival));
	ck_assert_int_eq(number_of(db, 1), 10);
	ck_assert_int_eq(number_of(db, 2), 10);
}
END_TEST

START_TEST(a_lone_statement_in_a_deadlock_is_asked_again)
{
	pid_t rival = given_a_rival();

	ck_assert_int_eq(db_run(db, &a, &sql_f_two, 0, NULL, NULL), 0);
	ck_assert(all_is_well(rival));
	ck_assert_int_eq(number_of(db, 1), 11);
	ck_assert_int_eq(number_of(db, 2), 11);
}
END_TEST

START_TEST(a_pipeline_in_a_deadlock_is_asked_again_whole)
{
	struct db_param id = db_i64(&a, 7);
	struct db_step steps[] = {
		{ &sql_f_put, 1, &id },
		{ &sql_f_two, 0, NULL },
	};
	pid_t rival = given_a_rival();
	int failed;

	ck_assert_int_eq(db_pipeline(db, &a, steps, 2, &failed), 0);
	ck_assert_int_eq(failed, -1);
	ck_assert(all_is_well(rival));
	ck_assert_int_eq(number_of(db, 1), 11);
	ck_assert_int_eq(number_of(db, 7), 0);
}
END_TEST

SQL(f_always, "SELECT f_always()");
SQL(f_turns, "SELECT last_value FROM f_turn");

START_TEST(a_second_deadlock_is_not_tried_a_third_time)
{
	struct db_step step = { &sql_f_always, 0, NULL };
	int failed;

	ck_assert_int_eq(
	    db_exec_script(db, &a,
		"DROP SEQUENCE IF EXISTS f_turn; CREATE SEQUENCE f_turn;"
		"CREATE OR REPLACE FUNCTION f_always() RETURNS void"
		" LANGUAGE plpgsql AS $$ BEGIN PERFORM nextval('f_turn');"
		" RAISE EXCEPTION 'again' USING ERRCODE = '40P01'; END $$"),
	    0);
	ck_assert_int_eq(db_run(db, &a, &sql_f_always, 0, NULL, NULL),
	    DB_E_CONFLICT);
	ck_assert_int_eq(db_run(db, &a, &sql_f_turns, 0, NULL, &rows), 0);
	ck_assert_int_eq(db_get_i64(&rows, 0, 0), 2);
	ck_assert_int_eq(db_pipeline(db, &a, &step, 1, &failed), DB_E_CONFLICT);
	ck_assert_int_eq(failed, 0);
	ck_assert_int_eq(db_run(db, &a, &sql_f_turns, 0, NULL, &rows), 0);
	ck_assert_int_eq(db_get_i64(&rows, 0, 0), 4);
}
END_TEST

/* --- a wire that is cut ------------------------------------------------ */

/* From now on db speaks through a proxy that waits for text. */
static void
given_a_wire(struct span text, enum proxy_mode mode)
{
	char folder[64], listen_path[96], server[96];

	snprintf(folder, sizeof(folder), "%s/wire", servers_pg_folder());
	mkdir(folder, 0755);
	snprintf(listen_path, sizeof(listen_path), "%s/.s.PGSQL.5432", folder);
	snprintf(server, sizeof(server), "%s/.s.PGSQL.5432",
	    servers_pg_folder());
	proxy_start(listen_path, server, text, mode);
	snprintf(set.primary_dsn, sizeof(set.primary_dsn),
	    "host=%s user=postgres dbname=postgres", folder);
	strcpy(set.replica_dsn, set.primary_dsn);
	db_drop(db);
}

/* Each row: how the wire ends, and whether row 424242 is kept then. */
static const struct cut {
	enum proxy_mode mode;
	int64_t kept; /* n of the row, -1: there is none */
} cuts[] = {
	{ PROXY_CUT_BEFORE, -1 },
	{ PROXY_CUT_AFTER, 0 },
	{ PROXY_MUTE, 0 },
};

START_TEST(a_commit_nobody_heard_of_is_unknown)
{
	set.db_statement_ms = 300;
	given_a_wire(SPAN_LIT("COMMIT\0"), cuts[_i].mode);
	ck_assert_int_eq(db_begin(db), 0);
	ck_assert_int_eq(run1(db, &sql_f_put, 424242), 0);
	ck_assert_int_eq(db_commit(db), DB_F_UNKNOWN);
	ck_assert_int_eq(number_of(other, 424242), cuts[_i].kept);
	/* and a new connection works */
	proxy_stop();
	given_a_wire(SPAN_LIT("nothing"), PROXY_CUT_BEFORE);
	ck_assert_int_eq(number_of(db, 1), 0);
}
END_TEST

START_TEST(a_lone_write_nobody_heard_of_is_unknown)
{
	set.db_statement_ms = 300;
	given_a_wire(SPAN_LIT("424242"), cuts[_i].mode);
	ck_assert_int_eq(run1(db, &sql_f_put, 424242), DB_F_UNKNOWN);
	ck_assert_int_eq(number_of(other, 424242), cuts[_i].kept);
}
END_TEST

START_TEST(a_pipeline_nobody_heard_of_is_unknown)
{
	struct db_param id = db_i64(&a, 424242);
	struct db_step step = { &sql_f_put, 1, &id };
	int failed;

	set.db_statement_ms = 300;
	given_a_wire(SPAN_LIT("424242"), cuts[_i].mode);
	ck_assert_int_eq(db_pipeline(db, &a, &step, 1, &failed), DB_F_UNKNOWN);
	ck_assert_int_eq(number_of(other, 424242), cuts[_i].kept);
}
END_TEST

START_TEST(a_copy_nobody_heard_of_is_unknown)
{
	struct copy said;

	set.db_statement_ms = 300;
	given_a_wire(SPAN_LIT("c\0\0\0\4"), cuts[_i].mode); /* CopyDone */
	copy_init(&said, &a, 0);
	copy_i64(&said, 424242);
	copy_i64(&said, 0);
	copy_end_row(&said);
	ck_assert_int_eq(db_copy(db, "COPY f FROM STDIN", &said), DB_F_UNKNOWN);
	ck_assert_int_eq(number_of(other, 424242), cuts[_i].kept);
}
END_TEST

START_TEST(what_breaks_inside_a_transaction_has_done_nothing)
{
	given_a_wire(SPAN_LIT("424242"), PROXY_CUT_AFTER);
	ck_assert_int_eq(db_begin(db), 0);
	ck_assert_int_eq(run1(db, &sql_f_put, 424242), DB_F_UNREACHABLE);
	db_rollback(db);
	ck_assert_int_eq(number_of(other, 424242), -1);
	ck_assert_int_eq(number_of(db, 1), 0);
}
END_TEST

START_TEST(silence_inside_a_transaction_is_a_time_out)
{
	int64_t begin_us;

	set.db_statement_ms = 300;
	given_a_wire(SPAN_LIT("424242"), PROXY_MUTE);
	ck_assert_int_eq(db_begin(db), 0);
	begin_us = clock_mono_us();
	ck_assert_int_eq(run1(db, &sql_f_put, 424242), DB_F_TIMEOUT);
	ck_assert_int_ge(clock_mono_us() - begin_us,
	    (300 + DB_GRACE_MS) * 1000);
	ck_assert_int_eq(number_of(other, 424242), -1);
}
END_TEST

START_TEST(after_a_time_out_nothing_is_asked_before_the_next_round)
{
	static struct primary_known known;
	static struct breaker breaker;

	db_share(db, &breaker, &known);
	set.db_statement_ms = 300;
	given_a_wire(SPAN_LIT("424242"), PROXY_MUTE);
	ck_assert_int_eq(run1(db, &sql_f_put, 424242), DB_F_UNKNOWN);
	snprintf(set.primary_dsn, sizeof(set.primary_dsn),
	    "host=%s user=postgres dbname=postgres", servers_pg_folder());
	ck_assert_int_eq(breaker_state(&breaker), BREAKER_OPEN);
	ck_assert(breaker_answered(&breaker)); /* others found it well */
	ck_assert_int_eq(run1(db, &sql_f_add, 1), DB_F_UNREACHABLE);
	ck_assert_int_eq(db_begin(db), DB_F_UNREACHABLE);
	db_round(db);
	ck_assert_int_eq(run1(db, &sql_f_add, 1), 0);
	ck_assert_int_eq(number_of(db, 1), 1);
}
END_TEST

START_TEST(a_transaction_that_cannot_begin_begins_on_a_new_connection)
{
	given_a_wire(SPAN_LIT("BEGIN"), PROXY_CUT_BEFORE);
	ck_assert_int_eq(number_of(db, 1), 0); /* connected */
	ck_assert_int_eq(db_begin(db), 0);
	ck_assert_int_eq(run1(db, &sql_f_put, 424242), 0);
	ck_assert_int_eq(db_commit(db), 0);
	ck_assert_int_eq(number_of(other, 424242), 0);
}
END_TEST

START_TEST(a_read_of_the_replica_is_asked_again_on_a_new_connection)
{
	struct db *replica = db_open(&set, DB_REPLICA);

	given_a_wire(SPAN_LIT("424242"), PROXY_CUT_AFTER);
	ck_assert_int_eq(number_of(replica, 1), 0); /* connected */
	ck_assert_int_eq(number_of(replica, 424242), -1);
	db_close(replica);
}
END_TEST

#ifdef FAULTS
START_TEST(a_test_elsewhere_can_lose_the_answer_of_a_commit)
{
	struct db_param id = db_i64(&a, 434343);
	struct db_step step = { &sql_f_put, 1, &id };
	int failed;

	ck_assert_int_eq(
	    setenv("BOXOFFICE_FAULTS", "fail:db.commit_answer:*", 1), 0);
	fault_reset();
	ck_assert_int_eq(db_begin(db), 0);
	ck_assert_int_eq(run1(db, &sql_f_put, 424242), 0);
	ck_assert_int_eq(db_commit(db), DB_F_UNKNOWN);
	ck_assert_int_eq(db_pipeline(db, &a, &step, 1, &failed), DB_F_UNKNOWN);
	ck_assert_int_eq(number_of(db, 424242), 0);
	ck_assert_int_eq(number_of(db, 434343), 0);
}
END_TEST
#endif

START_TEST(a_transaction_left_open_is_rolled_back_before_the_next_request)
{
	ck_assert_int_eq(db_begin(db), 0);
	ck_assert_int_eq(run1(db, &sql_f_add, 1), 0);
	db_round(db);
	ck_assert_int_eq(number_of(db, 1), 0);
	db_round(db);
	ck_assert_int_eq(db_begin(db), 0);
}
END_TEST

/* --- a server that goes ------------------------------------------------ */

START_TEST(a_connection_that_ended_while_idle_costs_no_fault)
{
	kill_backend(backend_of(db));
	poll(NULL, 0, 150); /* idle is what is tested */
	ck_assert_int_eq(run1(db, &sql_f_add, 1), 0);
	ck_assert_int_eq(number_of(db, 1), 1);
}
END_TEST

START_TEST(a_backend_ended_inside_a_transaction_has_kept_nothing)
{
	int64_t backend = backend_of(db);

	ck_assert_int_eq(db_begin(db), 0);
	ck_assert_int_eq(run1(db, &sql_f_add, 1), 0);
	kill_backend(backend);
	ck_assert_int_eq(run1(db, &sql_f_add, 1), DB_F_UNREACHABLE);
	ck_assert_int_eq(number_of(other, 1), 0);
}
END_TEST

START_TEST(a_stopped_server_is_unreachable_until_it_is_back)
{
	int64_t late_us;

	ck_assert_int_eq(number_of(db, 1), 0);
	servers_pg_stop();
	poll(NULL, 0, 150);
	ck_assert_int_eq(run1(db, &sql_f_add, 1), DB_F_UNREACHABLE);
	ck_assert_int_eq(db_begin(db), DB_F_UNREACHABLE);
	servers_pg_start();
	late_us = clock_mono_us() + 60 * INT64_C(1000000);
	while (run1(db, &sql_f_add, 1) != 0 && clock_mono_us() < late_us)
		poll(NULL, 0, 5);
	ck_assert_int_eq(number_of(db, 1), 1);
}
END_TEST

/* A listener that counts who comes and turns everybody away. */
START_TEST(a_server_that_turns_us_away_is_not_asked_at_every_call)
{
	int counts[2];
	char folder[64], path[96], seen[1024];

	snprintf(folder, sizeof(folder), "%s/closed", servers_pg_folder());
	mkdir(folder, 0755);
	snprintf(path, sizeof(path), "%s/.s.PGSQL.5432", folder);
	ck_assert_int_eq(pipe(counts), 0);
	proxy_refuse(path, counts[1]);
	close(counts[1]);
	snprintf(set.primary_dsn, sizeof(set.primary_dsn),
	    "host=%s user=postgres dbname=postgres", folder);
	db_drop(db);
	for (int i = 0; i < 500; i++)
		ck_assert_int_eq(run1(db, &sql_f_add, 1), DB_F_UNREACHABLE);
	proxy_stop();
	ck_assert_int_lt(read(counts[0], seen, sizeof(seen)), 100);
}
END_TEST

START_TEST(a_primary_that_became_read_only_is_left)
{
	ck_assert_int_eq(
	    db_exec_script(db, &a, "SET default_transaction_read_only = on"),
	    0);
	ck_assert_int_eq(run1(db, &sql_f_add, 1), DB_F_READONLY);
	ck_assert_str_eq(db_sqlstate(db), "25006");
	ck_assert_int_eq(run1(db, &sql_f_add, 1), 0);
}
END_TEST

/* --- synchronous standbys ---------------------------------------------- */

SQL(f_standbys, "SELECT current_setting('synchronous_standby_names')");

static void
await_standby(const char *statement, const char *want)
{
	ck_assert_int_eq(db_exec_script(other, &a, statement), 0);
	ck_assert_int_eq(db_exec_script(other, &a, "SELECT pg_reload_conf()"),
	    0);
	do {
		ck_assert_int_eq(
		    db_run(other, &a, &sql_f_standbys, 0, NULL, &rows), 0);
	} while (!span_eq_str(db_cell(&rows, 0, 0), want));
}

SQL(f_cancel,
    "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity "
    "WHERE wait_event = 'SyncRep'");

/* In another process: break the first wait for a standby off. */
static pid_t
start_canceller(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		struct db *own = db_open(&other_set, DB_PRIMARY);
		int r;

		do {
			r = db_run(own, &a, &sql_f_cancel, 0, NULL, &rows);
		} while (r == 0 && db_get_i64(&rows, 0, 0) == 0);
		_exit(r == 0 ? 0 : 1);
	}
	return pid;
}

/* The server gives the wait up and says done, with a warning. */
START_TEST(a_commit_missing_on_its_standby_is_unknown_and_kept)
{
	pid_t canceller;
	int64_t id;
	int r = 0;

	await_standby("ALTER SYSTEM SET synchronous_standby_names = 'nobody'",
	    "nobody");
	canceller = start_canceller();
	/* the first commits may come before the server minds */
	for (id = 1000; r == 0; id++) {
		ck_assert_int_eq(db_begin(db), 0);
		ck_assert_int_eq(run1(db, &sql_f_put, id), 0);
		r = db_commit(db);
	}
	ck_assert_int_eq(r, DB_F_UNKNOWN);
	ck_assert(all_is_well(canceller));
	ck_assert_int_eq(number_of(other, id - 1), 0);
	canceller = start_canceller();
	ck_assert_int_eq(run1(db, &sql_f_put, 434343), DB_F_UNKNOWN);
	ck_assert(all_is_well(canceller));
	/* where nobody gives up, we do */
	set.db_statement_ms = 300;
	ck_assert_int_eq(run1(db, &sql_f_put, 444444), DB_F_UNKNOWN);
	await_standby("ALTER SYSTEM RESET synchronous_standby_names", "");
	db_drop(db); /* it is there again */
	ck_assert_int_eq(run1(db, &sql_f_put, 454545), 0);
}
END_TEST

SUITE("db_fault")
{
	FIXTURE_ONCE(once, servers_stop);
	FIXTURE(given_two_clients, close_them);
	TEST(a_statement_that_runs_too_long_is_ended_by_the_server);
	TEST(a_lock_that_is_not_given_is_not_waited_for_long);
	TEST(a_transaction_in_a_deadlock_is_a_conflict_for_its_caller);
	TEST(a_lone_statement_in_a_deadlock_is_asked_again);
	TEST(a_pipeline_in_a_deadlock_is_asked_again_whole);
	TEST(a_second_deadlock_is_not_tried_a_third_time);
	TEST_LOOP(a_commit_nobody_heard_of_is_unknown, ARRAY_LEN(cuts));
	TEST_LOOP(a_lone_write_nobody_heard_of_is_unknown, ARRAY_LEN(cuts));
	TEST_LOOP(a_pipeline_nobody_heard_of_is_unknown, ARRAY_LEN(cuts));
	TEST_LOOP(a_copy_nobody_heard_of_is_unknown, ARRAY_LEN(cuts));
	TEST(what_breaks_inside_a_transaction_has_done_nothing);
	TEST(silence_inside_a_transaction_is_a_time_out);
	TEST(after_a_time_out_nothing_is_asked_before_the_next_round);
	TEST(a_transaction_that_cannot_begin_begins_on_a_new_connection);
	TEST(a_read_of_the_replica_is_asked_again_on_a_new_connection);
#ifdef FAULTS
	TEST(a_test_elsewhere_can_lose_the_answer_of_a_commit);
#endif
	TEST(a_transaction_left_open_is_rolled_back_before_the_next_request);
	TEST(a_connection_that_ended_while_idle_costs_no_fault);
	TEST(a_backend_ended_inside_a_transaction_has_kept_nothing);
	TEST(a_stopped_server_is_unreachable_until_it_is_back);
	TEST(a_server_that_turns_us_away_is_not_asked_at_every_call);
	TEST(a_primary_that_became_read_only_is_left);
	TEST(a_commit_missing_on_its_standby_is_unknown_and_kept);
}
