/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/migrate.h"

#include "tests/support/servers.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct settings set;
static struct ctx ctx;
static struct migrate_done done;
static struct db_rows rows;
static char folder[64];

SQL(m_recorded,
    "SELECT version, name, length(sha256) FROM schema_migration "
    "ORDER BY version");
SQL(m_a, "SELECT n FROM a");
SQL(m_one, "SELECT one()");
SQL(m_note_b, "SELECT note FROM holds WHERE note = 'b'");
SQL(m_ours,
    "SELECT concat(p.oid::regprocedure) FROM pg_proc AS p WHERE"
    " p.pronamespace = 'public'::regnamespace UNION ALL SELECT tgname FROM"
    " pg_trigger UNION ALL SELECT viewname FROM pg_views WHERE schemaname ="
    " 'public' ORDER BY 1");

static void
once(void)
{
	servers_start(SERVERS_PG);
}

/* An empty database of its own for each test, and an empty folder. */
static void
given_an_empty_database(void)
{
	servers_settings(&set);
	ctx_open(&ctx, &set);
	ck_assert_int_eq(db_exec_script(ctx.primary, &ctx.arena,
			     "DROP DATABASE IF EXISTS m"),
	    0);
	ck_assert_int_eq(db_exec_script(ctx.primary, &ctx.arena,
			     "CREATE DATABASE m TEMPLATE template0"),
	    0);
	strcpy(set.primary_dsn, servers_dsn("m"));
	ctx_settings(&ctx, &set, true);
	strcpy(folder, "/tmp/bo-migrate-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(
	    mkdir(arena_printf(&ctx.arena, "%s/functions", folder), 0700), 0);
}

static void
close_it(void)
{
	char command[96];

	ctx_close(&ctx);
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	ck_assert_int_eq(system(command), 0);
}

static void
given_file(const char *name, const char *text)
{
	char path[160];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fclose(file);
}

static void
given_two_files(void)
{
	given_file("0001_a.sql", "CREATE TABLE a (n int);");
	given_file("0002_b.sql",
	    "INSERT INTO a VALUES (1);"
	    "INSERT INTO a VALUES (2);");
	given_file("README", "no migration");
}

static int
run(void)
{
	return migrate_run(&ctx, folder, &done);
}

static size_t
n_of(const struct sql *sql)
{
	ck_assert_int_eq(db_run(ctx.primary, &ctx.arena, sql, 0, NULL, &rows),
	    0);
	return rows.n_rows;
}

/* What the functions' files have made, "f(integer) t v". */
static const char *
ours(void)
{
	const char *all = "";

	n_of(&sql_m_ours);
	for (size_t i = 0; i < rows.n_rows; i++)
		all = arena_printf(&ctx.arena, "%s%s%s", all, i > 0 ? " " : "",
		    db_cell(&rows, i, 0).p);
	return all;
}

static void
given_functions(void)
{
	given_two_files();
	given_file("functions/one.sql",
	    "CREATE OR REPLACE FUNCTION one()"
	    " RETURNS int LANGUAGE sql AS 'SELECT 1';");
	given_file("functions/two.sql",
	    "CREATE OR REPLACE FUNCTION two(n int)"
	    " RETURNS int LANGUAGE sql AS 'SELECT 2';"
	    "CREATE OR REPLACE FUNCTION guard() RETURNS trigger"
	    " LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
	    "CREATE OR REPLACE TRIGGER t BEFORE UPDATE ON a FOR EACH ROW"
	    " EXECUTE FUNCTION guard();"
	    "CREATE OR REPLACE VIEW v AS SELECT n, one() FROM a;");
	ck_assert_int_eq(run(), 0);
	ck_assert_uint_eq(done.n_applied, 4);
	ck_assert_str_eq(ours(), "guard() one() t two(integer) v");
}

START_TEST(files_are_applied_once_in_order_and_recorded)
{
	given_two_files();
	ck_assert_int_eq(run(), 0);
	ck_assert_uint_eq(done.n_applied, 2);
	ck_assert_int_eq(done.version, 2);
	ck_assert_uint_eq(n_of(&sql_m_a), 2);
	ck_assert_int_eq(run(), 0);
	ck_assert_uint_eq(done.n_applied, 0);
	ck_assert_uint_eq(n_of(&sql_m_a), 2);
	ck_assert_uint_eq(n_of(&sql_m_recorded), 2);
	ck_assert_int_eq(db_get_i64(&rows, 1, 0), 2);
	ck_assert(span_eq_str(db_cell(&rows, 1, 1), "0002_b.sql"));
	ck_assert_int_eq(db_get_i64(&rows, 1, 2), 64);
}
END_TEST

START_TEST(a_new_file_is_applied_behind_the_old_ones)
{
	given_two_files();
	ck_assert_int_eq(run(), 0);
	given_file("0010_c.sql", "INSERT INTO a VALUES (3)");
	ck_assert_int_eq(run(), 0);
	ck_assert_uint_eq(done.n_applied, 1);
	ck_assert_uint_eq(n_of(&sql_m_a), 3);
}
END_TEST

START_TEST(a_file_changed_after_it_was_applied_is_named_and_refused)
{
	given_two_files();
	ck_assert_int_eq(run(), 0);
	given_file("0001_a.sql", "CREATE TABLE a (n bigint);");
	given_file("0003_c.sql", "INSERT INTO a VALUES (3)");
	ck_assert_int_eq(run(), MIGRATE_E_CHANGED);
	ck_assert_str_eq(done.file, "0001_a.sql");
	ck_assert_uint_eq(n_of(&sql_m_a), 2);
}
END_TEST

START_TEST(a_file_that_fails_leaves_nothing_and_the_earlier_ones_stay)
{
	given_two_files();
	given_file("0003_c.sql", "INSERT INTO a VALUES (3); SELECT nonsense;");
	ck_assert_int_eq(run(), DB_F_STATEMENT);
	ck_assert_str_eq(done.file, "0003_c.sql");
	ck_assert_uint_eq(done.n_applied, 2);
	ck_assert_uint_eq(n_of(&sql_m_a), 2);
	given_file("0003_c.sql",
	    "INSERT INTO a VALUES (3);"
	    "ALTER TABLE a ADD CONSTRAINT a_small CHECK (n < 3)");
	ck_assert_int_eq(run(), MIGRATE_E_REFUSED);
	ck_assert_str_eq(done.why, "a_small");
	ck_assert_uint_eq(n_of(&sql_m_recorded), 2);
}
END_TEST

START_TEST(a_name_says_its_number_and_no_two_say_the_same)
{
	given_file("1_a.sql", "");
	ck_assert_int_eq(run(), MIGRATE_E_NAME);
	ck_assert_str_eq(done.file, "1_a.sql");
	given_two_files();
	given_file("0002_c.sql", "");
	ck_assert_int_eq(run(), MIGRATE_E_NAME);
	ck_assert_str_eq(done.file, "0002_c.sql");
}
END_TEST

START_TEST(a_folder_without_migrations_is_refused)
{
	ck_assert_int_eq(run(), MIGRATE_E_FOLDER);
	ck_assert_int_eq(migrate_run(&ctx, "/nowhere", &done),
	    MIGRATE_E_FOLDER);
	ck_assert_str_eq(done.why, "No such file or directory");
}
END_TEST

START_TEST(two_at_once_apply_each_file_once)
{
	pid_t pids[3];
	int status;

	given_two_files();
	for (size_t i = 0; i < ARRAY_LEN(pids); i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			struct ctx own;

			ctx_open(&own, &set);
			_exit(migrate_run(&own, folder, &done) == 0
				? (int)done.n_applied
				: 100);
		}
	}
	done.n_applied = 0;
	for (size_t i = 0; i < ARRAY_LEN(pids); i++) {
		ck_assert_int_eq(waitpid(pids[i], &status, 0), pids[i]);
		ck_assert(WIFEXITED(status));
		done.n_applied += (size_t)WEXITSTATUS(status);
	}
	ck_assert_uint_eq(done.n_applied, 2);
	ck_assert_uint_eq(n_of(&sql_m_a), 2);
}
END_TEST

/* ---- functions ---- */

START_TEST(of_functions_only_a_changed_file_is_run_again)
{
	given_functions();
	/* Where it ran again, this would be undone. */
	ck_assert_int_eq(
	    db_exec_script(ctx.primary, &ctx.arena, "DROP TRIGGER t ON a"), 0);
	given_file("functions/one.sql",
	    "CREATE OR REPLACE FUNCTION one()"
	    " RETURNS int LANGUAGE sql AS 'SELECT 11';");
	ck_assert_int_eq(run(), 0);
	ck_assert_uint_eq(done.n_applied, 1);
	ck_assert_str_eq(ours(), "guard() one() two(integer) v");
	ck_assert_uint_eq(n_of(&sql_m_one), 1);
	ck_assert_int_eq(db_get_i64(&rows, 0, 0), 11);
	ck_assert_int_eq(run(), 0);
	ck_assert_uint_eq(done.n_applied, 0);
}
END_TEST

/* A migration may have had to drop a trigger of a column it changes. */
START_TEST(behind_a_migration_all_functions_are_run_again)
{
	given_functions();
	given_file("0003_c.sql", "DROP TRIGGER t ON a;");
	ck_assert_int_eq(run(), 0);
	ck_assert_uint_eq(done.n_applied, 3);
	ck_assert_str_eq(ours(), "guard() one() t two(integer) v");
}
END_TEST

START_TEST(what_no_file_makes_any_more_is_dropped)
{
	given_functions();
	given_file("functions/two.sql",
	    "CREATE OR REPLACE FUNCTION"
	    " two(n bigint, m int) RETURNS int LANGUAGE sql AS 'SELECT 2';");
	ck_assert_int_eq(run(), 0);
	ck_assert_str_eq(ours(), "one() two(bigint,integer)");
	ck_assert_int_eq(
	    unlink(arena_printf(&ctx.arena, "%s/functions/one.sql", folder)),
	    0);
	ck_assert_int_eq(run(), 0);
	ck_assert_str_eq(ours(), "two(bigint,integer)");
}
END_TEST

START_TEST(what_moves_to_another_file_stays)
{
	given_functions();
	given_file("functions/one.sql", "SELECT 0");
	given_file("functions/zero.sql",
	    "CREATE OR REPLACE FUNCTION one()"
	    " RETURNS int LANGUAGE sql AS 'SELECT 1';");
	ck_assert_int_eq(run(), 0);
	ck_assert_str_eq(ours(), "guard() one() t two(integer) v");
	given_file("functions/one.sql", "SELECT 2");
	ck_assert_int_eq(run(), 0);
	ck_assert_str_eq(ours(), "guard() one() t two(integer) v");
}
END_TEST

START_TEST(a_file_of_functions_that_fails_changes_nothing)
{
	given_functions();
	given_file("functions/one.sql",
	    "CREATE OR REPLACE FUNCTION one()"
	    " RETURNS int LANGUAGE sql AS 'SELECT 11';");
	given_file("functions/three.sql",
	    "CREATE FUNCTION three() RETURNS int"
	    " LANGUAGE sql AS 'SELECT nonsense';");
	ck_assert_int_eq(run(), DB_F_STATEMENT);
	ck_assert_str_eq(done.file, "functions/three.sql");
	ck_assert_uint_eq(done.n_applied, 0);
	ck_assert_str_eq(ours(), "guard() one() t two(integer) v");
	ck_assert_uint_eq(n_of(&sql_m_one), 1);
	ck_assert_int_eq(db_get_i64(&rows, 0, 0), 1);
	given_file("functions/three.sql", "SELECT 1");
	ck_assert_int_eq(run(), 0);
	ck_assert_uint_eq(done.n_applied, 2);
}
END_TEST

START_TEST(a_database_of_a_later_version_keeps_its_functions)
{
	given_functions();
	given_file("0003_c.sql", "SELECT 1");
	ck_assert_int_eq(run(), 0);
	ck_assert_int_eq(
	    unlink(arena_printf(&ctx.arena, "%s/0003_c.sql", folder)), 0);
	given_file("functions/one.sql",
	    "CREATE OR REPLACE FUNCTION one()"
	    " RETURNS int LANGUAGE sql AS 'SELECT 11';");
	ck_assert_int_eq(run(), MIGRATE_E_NEWER);
	ck_assert_uint_eq(n_of(&sql_m_one), 1);
	ck_assert_int_eq(db_get_i64(&rows, 0, 0), 1);
}
END_TEST

START_TEST(the_first_file_that_differs_from_the_databases_is_named)
{
	struct span file;

	given_functions();
	ck_assert_int_eq(
	    migrate_differs(ctx.primary, &ctx.arena, folder, &file), 0);
	ck_assert_ptr_null(file.p);
	given_file("functions/two.sql", "SELECT 1");
	ck_assert_int_eq(
	    migrate_differs(ctx.primary, &ctx.arena, folder, &file), 0);
	ck_assert(span_eq_str(file, "functions/two.sql"));
	given_file("functions/three.sql", "SELECT 1");
	ck_assert_int_eq(
	    migrate_differs(ctx.primary, &ctx.arena, folder, &file), 0);
	ck_assert(span_eq_str(file, "functions/three.sql"));
	ck_assert_int_eq(
	    system(arena_printf(&ctx.arena, "rm '%s/functions/'t*", folder)),
	    0);
	ck_assert_int_eq(
	    migrate_differs(ctx.primary, &ctx.arena, folder, &file), 0);
	ck_assert(span_eq_str(file, "functions/two.sql"));
}
END_TEST

/* ---- ours ---- */

static const char *
projects(void)
{
	return arena_printf(&ctx.arena, "%s/sql", getenv("SRCDIR"));
}

START_TEST(the_projects_own_files_fit_an_empty_database_and_run_once)
{
	ck_assert_int_eq(migrate_run(&ctx, projects(), &done), 0);
	ck_assert_uint_ge(done.n_applied, 15);
	ck_assert_int_eq(migrate_run(&ctx, projects(), &done), 0);
	ck_assert_uint_eq(done.n_applied, 0);
}
END_TEST

/* By all that writes holds, with a column that a migration has added. */
static void
write_hold(const char *note)
{
	ck_assert_int_eq(
	    db_exec_script(ctx.primary, &ctx.arena,
		arena_printf(&ctx.arena,
		    "INSERT INTO holds_fact SELECT"
		    " json_populate_record(NULL::holds, '{\"token\": \"t\","
		    " \"performance_id\": 1, \"user_id\": 1, \"seats\": [1],"
		    " \"price_version\": 1, \"prices\": [1], \"amount\": 1,"
		    " \"currency\": \"KRW\", \"status\": \"held\","
		    " \"made_at\": \"2026-11-21T19:30:00Z\","
		    " \"expires_at\": \"2026-11-21T19:31:00Z\","
		    " \"hard_expires_at\": \"2026-11-21T19:32:00Z\","
		    " \"epoch\": 1, \"log_ms\": 1, \"log_seq\": 0,"
		    " \"note\": \"%s\"}'::json);"
		    " SELECT hold_write(h), holds_write(ARRAY[h])"
		    " FROM holds AS h",
		    note)),
	    0);
}

/* The numbered files are committed before the functions run again. */
START_TEST(a_hold_is_written_while_its_table_has_grown_and_no_function_knows)
{
	ck_assert_int_eq(migrate_run(&ctx, projects(), &done), 0);
	ck_assert_int_eq(db_exec_script(ctx.primary, &ctx.arena,
			     "ALTER TABLE holds ADD early text DEFAULT 'so'"),
	    0);
	write_hold("unknown");
	ck_assert_int_eq(db_exec_script(ctx.primary, &ctx.arena,
			     "SELECT 1 / count(*) FROM holds"
			     " WHERE early = 'so'"),
	    0);
}
END_TEST

/* From the first release on, this is how a table changes. */
START_TEST(a_migration_behind_the_projects_own_is_applied_alone)
{
	ck_assert_int_eq(migrate_run(&ctx, projects(), &done), 0);
	ck_assert_int_eq(system(arena_printf(&ctx.arena,
			     "cp -r"
			     " --no-preserve=mode %s/. '%s'",
			     projects(), folder)),
	    0);
	given_file("9000_wanted.sql",
	    "ALTER TABLE holds ADD note text;"
	    "CREATE TABLE a (n int);");
	ck_assert_int_eq(run(), 0);
	ck_assert_int_eq(done.version, 9000);
	ck_assert_uint_eq(n_of(&sql_m_a), 0);
	write_hold("a");
	write_hold("b");
	ck_assert_uint_eq(n_of(&sql_m_note_b), 1);
	given_file("0004_seats.sql", "CREATE TABLE a (n int);");
	ck_assert_int_eq(run(), MIGRATE_E_CHANGED);
	ck_assert_str_eq(done.file, "0004_seats.sql");
}
END_TEST

START_TEST(a_database_from_before_the_first_release_is_refused_in_words)
{
	ck_assert_int_eq(
	    db_exec_script(ctx.primary, &ctx.arena,
		"CREATE TABLE schema_migration (version int PRIMARY KEY, name text"
		" NOT NULL, sha256 text NOT NULL, at timestamptz NOT NULL DEFAULT"
		" now()); INSERT INTO schema_migration VALUES"
		" (1, '0001_system.sql', 'ab'), (182, '0182_holds_bound.sql', 'cd')"),
	    0);
	ck_assert_int_eq(migrate_run(&ctx, projects(), &done),
	    MIGRATE_E_CHANGED);
	ck_assert_ptr_nonnull(strstr(done.why, "before the first release"));
	ck_assert_str_eq(ours(), "");
}
END_TEST

SUITE("migrate")
{
	FIXTURE_ONCE(once, servers_stop);
	FIXTURE(given_an_empty_database, close_it);
	TEST(files_are_applied_once_in_order_and_recorded);
	TEST(a_new_file_is_applied_behind_the_old_ones);
	TEST(a_file_changed_after_it_was_applied_is_named_and_refused);
	TEST(a_file_that_fails_leaves_nothing_and_the_earlier_ones_stay);
	TEST(a_name_says_its_number_and_no_two_say_the_same);
	TEST(a_folder_without_migrations_is_refused);
	TEST(two_at_once_apply_each_file_once);
	TEST(of_functions_only_a_changed_file_is_run_again);
	TEST(behind_a_migration_all_functions_are_run_again);
	TEST(what_no_file_makes_any_more_is_dropped);
	TEST(what_moves_to_another_file_stays);
	TEST(a_file_of_functions_that_fails_changes_nothing);
	TEST(a_database_of_a_later_version_keeps_its_functions);
	TEST(the_first_file_that_differs_from_the_databases_is_named);
	TEST(the_projects_own_files_fit_an_empty_database_and_run_once);
	TEST(a_hold_is_written_while_its_table_has_grown_and_no_function_knows);
	TEST(a_migration_behind_the_projects_own_is_applied_alone);
	TEST(a_database_from_before_the_first_release_is_refused_in_words);
}
