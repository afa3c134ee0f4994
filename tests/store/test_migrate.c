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

SQL(m_recorded, "SELECT version, name, length(sha256) FROM schema_migration "
    "ORDER BY version");
SQL(m_a, "SELECT n FROM a");

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
	    "DROP DATABASE IF EXISTS m"), 0);
	ck_assert_int_eq(db_exec_script(ctx.primary, &ctx.arena,
	    "CREATE DATABASE m TEMPLATE template0"), 0);
	strcpy(set.primary_dsn, servers_dsn("m"));
	ctx_settings(&ctx, &set, true);
	strcpy(folder, "/tmp/bo-migrate-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
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
	given_file("0002_b.sql", "INSERT INTO a VALUES (1);"
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
	given_file("0003_c.sql", "INSERT INTO a VALUES (3);"
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
			    ? (int)done.n_applied : 100);
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

START_TEST(the_projects_own_migrations_fit_an_empty_database_and_run_once)
{
	char sql[512];

	snprintf(sql, sizeof(sql), "%s/sql", getenv("SRCDIR"));
	ck_assert_int_eq(migrate_run(&ctx, sql, &done), 0);
	ck_assert_uint_ge(done.n_applied, 5);
	ck_assert_int_eq(migrate_run(&ctx, sql, &done), 0);
	ck_assert_uint_eq(done.n_applied, 0);
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
	TEST(the_projects_own_migrations_fit_an_empty_database_and_run_once);
}
