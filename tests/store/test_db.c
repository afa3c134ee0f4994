/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/db.h"

#include "base/clock.h"
#include "tests/support/servers.h"
#include "tests/support/suite.h"

#include <stdio.h>

static struct settings set;
static struct arena a;
static struct db *db;
static struct db_rows rows;

SQL(t_one, "SELECT 1");
SQL(t_echo_i64, "SELECT $1::bigint");
SQL(t_echo_text, "SELECT $1::text");
SQL(t_echo_bool, "SELECT $1::boolean, NOT $1::boolean");
SQL(t_echo_bytes, "SELECT $1::bytea");
SQL(t_echo_i64s, "SELECT $1::bigint[]");
SQL(t_echo_time, "SELECT (extract(epoch FROM $1::timestamptz) * 1000)::bigint");
SQL(t_texts,
    "SELECT e FROM unnest($1::text[]) WITH ORDINALITY AS t(e, i) "
    "ORDER BY i");
SQL(t_put, "INSERT INTO t (id, parent, size) VALUES ($1, $2, $3)");
SQL(t_put_named, "INSERT INTO t (id, name) VALUES ($1, $2)");
SQL(t_resize, "UPDATE t SET size = $2 WHERE id >= $1");
SQL(t_sizes, "SELECT id, size FROM t ORDER BY id");
SQL(t_all, "SELECT * FROM t ORDER BY id");
SQL(t_lock_row, "SELECT 1 FROM t WHERE id = $1 FOR UPDATE");
SQL(t_sleep, "SELECT pg_sleep(30)");
SQL(t_nonsense, "SELECT nothing FROM nowhere");
SQL(t_divide, "SELECT 1 / $1::int");
SQL(t_prepared,
    "SELECT count(*) FROM pg_prepared_statements "
    "WHERE name LIKE 't\\_one'");
SQL(t_all_prepared, "SELECT count(*) FROM pg_prepared_statements");
SQL(t_standby, "SELECT pg_is_in_recovery()");
SQL(t_setting, "SELECT current_setting($1)");
SQL(t_deferred, "INSERT INTO late (id, parent) VALUES ($1, $2)");
SQL(t_said, "SELECT said FROM said ORDER BY id");
SQL(t_me, "SELECT pg_backend_pid()");

static void
once(void)
{
	servers_start(SERVERS_PG | SERVERS_REPLICA);
}

static void
given_a_table(void)
{
	arena_init(&a, 64 << 20);
	servers_settings(&set);
	db = db_open(&set, DB_PRIMARY);
	ck_assert_int_eq(
	    db_exec_script(db, &a,
		"DROP TABLE IF EXISTS t, late; CREATE TABLE t ("
		" id bigint CONSTRAINT t_key PRIMARY KEY,"
		" parent bigint CONSTRAINT t_parent REFERENCES t,"
		" size int CONSTRAINT t_size CHECK (size > 0),"
		" name text);"
		"CREATE TABLE late (id bigint PRIMARY KEY, parent bigint"
		" CONSTRAINT late_parent REFERENCES late"
		" DEFERRABLE INITIALLY DEFERRED);"
		"CREATE OR REPLACE FUNCTION t_no() RETURNS trigger"
		" LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 't_named'; END $$;"
		"CREATE TRIGGER t_no BEFORE INSERT ON t FOR EACH ROW"
		" WHEN (NEW.name = 'no') EXECUTE FUNCTION t_no()"),
	    0);
}

static void
close_it(void)
{
	db_close(db);
	arena_fini(&a);
}

static int
run(const struct sql *sql)
{
	return db_run(db, &a, sql, 0, NULL, &rows);
}

static int
run1(const struct sql *sql, struct db_param p)
{
	return db_run(db, &a, sql, 1, &p, &rows);
}

static int
put_to(struct db *to, int64_t id, int64_t parent, int64_t size)
{
	struct db_param params[] = {
		db_i64(&a, id),
		parent == 0 ? db_str(NULL) : db_i64(&a, parent),
		db_i64(&a, size),
	};

	return db_run(to, &a, &sql_t_put, 3, params, NULL);
}

static int
put(int64_t id, int64_t parent, int64_t size)
{
	return put_to(db, id, parent, size);
}

static size_t
n_rows(void)
{
	ck_assert_int_eq(run(&sql_t_sizes), 0);
	return rows.n_rows;
}

static bool
cell_is(size_t row, size_t col, const char *text)
{
	return span_eq_str(db_cell(&rows, row, col), text);
}

/* --- values ------------------------------------------------------------ */

START_TEST(numbers_go_and_come_back_at_both_ends_of_their_range)
{
	const int64_t values[] = { 0, -1, INT64_MAX, INT64_MIN };

	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		ck_assert_int_eq(run1(&sql_t_echo_i64, db_i64(&a, values[i])),
		    0);
		ck_assert_int_eq(db_get_i64(&rows, 0, 0), values[i]);
	}
}
END_TEST

START_TEST(texts_go_and_come_back_and_nothing_is_null)
{
	ck_assert_int_eq(
	    run1(&sql_t_echo_text, db_text(&a, span_str("가'\"\\ x"))), 0);
	ck_assert(cell_is(0, 0, "가'\"\\ x"));
	ck_assert_int_eq(run1(&sql_t_echo_text, db_text(&a, span_str(""))), 0);
	ck_assert(!db_is_null(&rows, 0, 0));
	ck_assert_uint_eq(db_cell(&rows, 0, 0).len, 0);
	ck_assert_int_eq(run1(&sql_t_echo_text, db_text(&a, SPAN_NONE)), 0);
	ck_assert(db_is_null(&rows, 0, 0));
}
END_TEST

START_TEST(a_text_with_a_nul_byte_is_refused_and_not_cut)
{
	struct span nul = SPAN_LIT("a\0b");

	ck_assert_int_eq(run1(&sql_t_echo_text, db_text(&a, nul)),
	    DB_F_STATEMENT);
	ck_assert_str_eq(db_sqlstate(db), "22021");
	ck_assert_int_eq(run1(&sql_t_texts, db_texts(&a, &nul, 1)),
	    DB_F_STATEMENT);
}
END_TEST

START_TEST(truth_goes_and_comes_back)
{
	ck_assert_int_eq(run1(&sql_t_echo_bool, db_bool(true)), 0);
	ck_assert(db_get_bool(&rows, 0, 0));
	ck_assert(!db_get_bool(&rows, 0, 1));
}
END_TEST

START_TEST(bytes_go_and_come_back_whatever_they_are)
{
	struct span all = { arena_alloc(&a, 256), 256 };

	for (size_t i = 0; i < all.len; i++)
		((char *)all.p)[i] = (char)i;
	ck_assert_int_eq(run1(&sql_t_echo_bytes, db_bytes(&a, all)), 0);
	ck_assert(span_eq(db_get_bytes(&a, &rows, 0, 0), all));
	ck_assert_int_eq(run1(&sql_t_echo_bytes, db_bytes(&a, span_str(""))),
	    0);
	ck_assert_uint_eq(db_get_bytes(&a, &rows, 0, 0).len, 0);
	ck_assert_int_eq(run1(&sql_t_echo_bytes, db_bytes(&a, SPAN_NONE)), 0);
	ck_assert(db_is_null(&rows, 0, 0));
}
END_TEST

START_TEST(lists_of_numbers_go_and_come_back)
{
	const int64_t in[] = { 3, -9223372036854775807 - 1, 7 };
	int64_t *out;
	size_t n;

	ck_assert_int_eq(run1(&sql_t_echo_i64s, db_i64s(&a, in, 3)), 0);
	out = db_get_i64s(&a, &rows, 0, 0, &n);
	ck_assert_uint_eq(n, 3);
	ck_assert_mem_eq(out, in, sizeof(in));
	ck_assert_int_eq(run1(&sql_t_echo_i64s, db_i64s(&a, in, 0)), 0);
	db_get_i64s(&a, &rows, 0, 0, &n);
	ck_assert_uint_eq(n, 0);
}
END_TEST

START_TEST(lists_of_texts_keep_quotes_commas_and_nulls)
{
	const struct span in[] = {
		SPAN_LIT("a,b"),
		SPAN_LIT("\"q\"\\{}"),
		SPAN_LIT(""),
		SPAN_LIT("NULL"),
		SPAN_NONE,
		SPAN_LIT(" 가 "),
	};

	ck_assert_int_eq(run1(&sql_t_texts, db_texts(&a, in, 6)), 0);
	ck_assert_uint_eq(rows.n_rows, 6);
	for (size_t i = 0; i < 6; i++) {
		ck_assert_int_eq(db_is_null(&rows, i, 0), !span_is(in[i]));
		ck_assert(span_eq(db_cell(&rows, i, 0), in[i]));
	}
}
END_TEST

START_TEST(times_go_and_come_back_to_the_ms)
{
	const int64_t ms = 1795289400123;

	ck_assert_int_eq(run1(&sql_t_echo_time, db_time(&a, ms)), 0);
	ck_assert_int_eq(db_get_i64(&rows, 0, 0), ms);
}
END_TEST

START_TEST(rows_say_how_many_they_are_and_how_many_changed)
{
	for (int64_t id = 1; id <= 3; id++)
		ck_assert_int_eq(put(id, 0, 1), 0);
	ck_assert_int_eq(
	    db_run(db, &a, &sql_t_resize, 2,
		(struct db_param[]){ db_i64(&a, 2), db_i64(&a, 5) }, &rows),
	    0);
	ck_assert_int_eq(rows.n_affected, 2);
	ck_assert_uint_eq(rows.n_rows, 0);
	ck_assert_uint_eq(n_rows(), 3);
	ck_assert_uint_eq(rows.n_cols, 2);
	ck_assert_int_eq(db_get_i64(&rows, 0, 1), 1);
	ck_assert_int_eq(db_get_i64(&rows, 2, 1), 5);
}
END_TEST

START_TEST(a_cell_that_is_no_number_is_a_mistake_of_the_program)
{
	ck_assert_int_eq(run1(&sql_t_echo_text, db_str("x")), 0);
	db_get_i64(&rows, 0, 0);
}
END_TEST

/* --- statements -------------------------------------------------------- */

START_TEST(a_statement_is_prepared_when_first_used_and_once)
{
	ck_assert_int_eq(run(&sql_t_prepared), 0);
	ck_assert_int_eq(db_get_i64(&rows, 0, 0), 0);
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(run(&sql_t_one), 0);
		ck_assert_int_eq(run(&sql_t_prepared), 0);
		ck_assert_int_eq(db_get_i64(&rows, 0, 0), 1);
	}
	db_drop(db);
	ck_assert_int_eq(run(&sql_t_one), 0);
}
END_TEST

START_TEST(behind_a_pooler_nothing_is_prepared_and_all_is_as_before)
{
	struct db_param id = db_i64(&a, 1), other = db_i64(&a, 2);
	struct db_param size = db_i64(&a, 7);
	struct db_step steps[] = {
		{ .sql = &sql_t_put,
		    .n_params = 3,
		    .params = (struct db_param[]){ other, id, size } },
		{ .sql = &sql_t_sizes },
	};
	int failed;

	set.db_prepared = 0;
	db_drop(db);
	ck_assert_int_eq(put(1, 0, 3), 0);
	ck_assert_int_eq(put(1, 0, 3), DB_E_CONSTRAINT);
	ck_assert_str_eq(db_constraint(db), "t_key");
	ck_assert_int_eq(db_begin(db), 0);
	ck_assert_int_eq(put(3, 0, 1), 0);
	db_rollback(db);
	ck_assert_int_eq(db_pipeline(db, &a, steps, 2, &failed), 0);
	ck_assert_uint_eq(steps[1].rows.n_rows, 2);
	ck_assert_int_eq(db_pipeline(db, &a, steps, 2, &failed),
	    DB_E_CONSTRAINT);
	ck_assert_int_eq(failed, 0);
	ck_assert_uint_eq(n_rows(), 2);
	ck_assert_int_eq(run(&sql_t_all_prepared), 0);
	ck_assert_int_eq(db_get_i64(&rows, 0, 0), 0);
}
END_TEST

START_TEST(past_the_pooler_a_session_keeps_what_it_prepares)
{
	strcpy(set.direct_dsn,
	    arena_printf(&a, "%s application_name=direct", set.primary_dsn));
	set.db_prepared = 0;
	db_direct(db);
	ck_assert_int_eq(run1(&sql_t_setting, db_str("application_name")), 0);
	ck_assert(cell_is(0, 0, "direct"));
	ck_assert_int_eq(run(&sql_t_all_prepared), 0);
	ck_assert_int_eq(db_get_i64(&rows, 0, 0), 2);
	/* where the settings name no such way it is the one of all */
	set.direct_dsn[0] = '\0';
	set.db_prepared = 1;
	db_drop(db);
	ck_assert_int_eq(run1(&sql_t_setting, db_str("application_name")), 0);
	ck_assert(cell_is(0, 0, "test_db"));
}
END_TEST

START_TEST(a_refusal_names_its_constraint)
{
	ck_assert_int_eq(put(1, 0, 1), 0);
	ck_assert_int_eq(put(1, 0, 1), DB_E_CONSTRAINT);
	ck_assert_str_eq(db_constraint(db), "t_key");
	ck_assert_str_eq(db_sqlstate(db), "23505");
	ck_assert_int_eq(put(2, 9, 1), DB_E_CONSTRAINT);
	ck_assert_str_eq(db_constraint(db), "t_parent");
	ck_assert_int_eq(put(2, 0, 0), DB_E_CONSTRAINT);
	ck_assert_str_eq(db_constraint(db), "t_size");
	ck_assert_int_eq(db_run(db, &a, &sql_t_put_named, 2,
			     (struct db_param[]){ db_i64(&a, 2), db_str("no") },
			     NULL),
	    DB_E_CONSTRAINT);
	ck_assert_str_eq(db_constraint(db), "t_named");
	ck_assert_int_eq(run(&sql_t_one), 0);
	ck_assert_str_eq(db_constraint(db), "");
	ck_assert_str_eq(db_sqlstate(db), "");
}
END_TEST

START_TEST(nonsense_is_a_fault_and_harms_nothing_else)
{
	ck_assert_int_eq(run(&sql_t_nonsense), DB_F_STATEMENT);
	ck_assert_str_eq(db_sqlstate(db), "42P01");
	ck_assert_int_eq(run1(&sql_t_divide, db_i64(&a, 0)), DB_F_STATEMENT);
	ck_assert_str_eq(db_sqlstate(db), "22012");
	ck_assert_int_eq(run(&sql_t_one), 0);
}
END_TEST

START_TEST(a_statement_made_for_old_columns_works_again_after_one_fault)
{
	ck_assert_int_eq(put(1, 0, 1), 0);
	ck_assert_int_eq(run(&sql_t_all), 0);
	ck_assert_int_eq(
	    db_exec_script(db, &a, "ALTER TABLE t ADD COLUMN more int"), 0);
	ck_assert_int_eq(run(&sql_t_all), DB_F_STATEMENT);
	ck_assert_int_eq(run(&sql_t_all), 0);
	ck_assert_uint_eq(rows.n_cols, 5);
}
END_TEST

/* --- transactions ------------------------------------------------------ */

START_TEST(a_transaction_keeps_all_or_nothing)
{
	ck_assert_int_eq(db_begin(db), 0);
	ck_assert_int_eq(put(1, 0, 1), 0);
	ck_assert_int_eq(put(2, 1, 1), 0);
	ck_assert_int_eq(db_commit(db), 0);
	ck_assert_uint_eq(n_rows(), 2);
	ck_assert_int_eq(db_begin(db), 0);
	ck_assert_int_eq(put(3, 0, 1), 0);
	db_rollback(db);
	ck_assert_uint_eq(n_rows(), 2);
}
END_TEST

START_TEST(a_refusal_leaves_the_transaction_to_its_caller_to_roll_back)
{
	ck_assert_int_eq(db_begin(db), 0);
	ck_assert_int_eq(put(1, 0, 1), 0);
	ck_assert_int_eq(put(1, 0, 1), DB_E_CONSTRAINT);
	db_rollback(db);
	ck_assert_str_eq(db_constraint(db), "t_key");
	ck_assert_uint_eq(n_rows(), 0);
}
END_TEST

START_TEST(a_fault_rolls_its_transaction_back)
{
	ck_assert_int_eq(db_begin(db), 0);
	ck_assert_int_eq(put(1, 0, 1), 0);
	ck_assert_int_eq(run(&sql_t_nonsense), DB_F_STATEMENT);
	ck_assert_uint_eq(n_rows(), 0);
	db_rollback(db);
	ck_assert_int_eq(db_begin(db), 0);
	ck_assert_int_eq(db_commit(db), 0);
}
END_TEST

START_TEST(committing_what_has_failed_is_a_fault_and_keeps_nothing)
{
	ck_assert_int_eq(db_begin(db), 0);
	ck_assert_int_eq(put(1, 0, 1), 0);
	ck_assert_int_eq(put(1, 0, 1), DB_E_CONSTRAINT);
	ck_assert_int_eq(db_commit(db), DB_F_STATEMENT);
	ck_assert_uint_eq(n_rows(), 0);
}
END_TEST

START_TEST(a_constraint_checked_at_the_end_is_told_by_commit)
{
	struct db_param params[] = { db_i64(&a, 1), db_i64(&a, 9) };

	ck_assert_int_eq(db_begin(db), 0);
	ck_assert_int_eq(db_run(db, &a, &sql_t_deferred, 2, params, NULL), 0);
	ck_assert_int_eq(db_commit(db), DB_E_CONSTRAINT);
	ck_assert_str_eq(db_constraint(db), "late_parent");
	/* alone it is its own transaction */
	ck_assert_int_eq(db_run(db, &a, &sql_t_deferred, 2, params, NULL),
	    DB_E_CONSTRAINT);
	ck_assert_str_eq(db_constraint(db), "late_parent");
	ck_assert_int_eq(run(&sql_t_one), 0);
}
END_TEST

START_TEST(two_transactions_at_once_are_a_mistake_of_the_program)
{
	ck_assert_int_eq(db_begin(db), 0);
	ck_assert_int_eq(db_begin(db), 0);
}
END_TEST

START_TEST(transactions_are_read_committed_whatever_the_server_prefers)
{
	ck_assert_int_eq(
	    db_exec_script(db, &a,
		"SET default_transaction_isolation = serializable"),
	    0);
	ck_assert_int_eq(db_begin(db), 0);
	ck_assert_int_eq(run1(&sql_t_setting, db_str("transaction_isolation")),
	    0);
	ck_assert(cell_is(0, 0, "read committed"));
	db_rollback(db);
}
END_TEST

/* --- pipelines --------------------------------------------------------- */

static struct db_step
step_put(int64_t id, int64_t size)
{
	struct db_param *params = arena_alloc(&a, 3 * sizeof(*params));

	params[0] = db_i64(&a, id);
	params[1] = db_str(NULL);
	params[2] = db_i64(&a, size);
	return (struct db_step){ &sql_t_put, 3, params, { 0 } };
}

START_TEST(a_pipeline_keeps_all_and_brings_every_steps_rows)
{
	struct db_step steps[] = {
		step_put(1, 1),
		step_put(2, 2),
		{ &sql_t_sizes, 0, NULL },
		{ &sql_t_one, 0, NULL },
	};
	int failed;

	for (int round = 0; round < 2; round++) {
		ck_assert_int_eq(db_pipeline(db, &a, steps, 4, &failed), 0);
		ck_assert_int_eq(failed, -1);
		ck_assert_int_eq(steps[1].rows.n_affected, 1);
		ck_assert_int_eq(db_get_i64(&steps[2].rows, 1, 1), 2);
		ck_assert_int_eq(db_get_i64(&steps[3].rows, 0, 0), 1);
		ck_assert_uint_eq(n_rows(), 2);
		ck_assert_int_eq(db_exec_script(db, &a, "DELETE FROM t"), 0);
	}
}
END_TEST

START_TEST(a_pipeline_keeps_nothing_when_one_step_is_refused)
{
	struct db_step steps[] = {
		step_put(1, 1),
		step_put(2, 0),
		step_put(3, 1),
	};
	int failed;

	for (int round = 0; round < 2; round++) {
		ck_assert_int_eq(db_pipeline(db, &a, steps, 3, &failed),
		    DB_E_CONSTRAINT);
		ck_assert_int_eq(failed, 1);
		ck_assert_str_eq(db_constraint(db), "t_size");
		ck_assert_uint_eq(n_rows(), 0);
	}
}
END_TEST

START_TEST(a_pipeline_with_nonsense_in_it_is_a_fault_and_keeps_nothing)
{
	struct db_step steps[] = {
		step_put(1, 1),
		{ &sql_t_nonsense, 0, NULL },
	};
	int failed;

	ck_assert_int_eq(db_pipeline(db, &a, steps, 2, &failed),
	    DB_F_STATEMENT);
	ck_assert_uint_eq(n_rows(), 0);
	ck_assert_int_eq(db_pipeline(db, &a, steps, 1, &failed), 0);
	ck_assert_uint_eq(n_rows(), 1);
}
END_TEST

START_TEST(a_pipeline_refused_at_its_commit_keeps_nothing)
{
	struct db_step steps[] = {
		step_put(1, 1),
		{ &sql_t_deferred, 2,
		    (struct db_param[]){ db_i64(&a, 1), db_i64(&a, 9) } },
	};
	int failed;

	ck_assert_int_eq(db_pipeline(db, &a, steps, 2, &failed),
	    DB_E_CONSTRAINT);
	ck_assert_int_eq(failed, -1);
	ck_assert_str_eq(db_constraint(db), "late_parent");
	ck_assert_uint_eq(n_rows(), 0);
}
END_TEST

/* --- scripts and copies ------------------------------------------------ */

START_TEST(a_script_runs_whole_or_not_at_all)
{
	ck_assert_int_eq(
	    db_exec_script(db, &a,
		"INSERT INTO t (id) VALUES (1); INSERT INTO t (id) VALUES (2)"),
	    0);
	ck_assert_int_eq(
	    db_exec_script(db, &a,
		"INSERT INTO t (id) VALUES (3); INSERT INTO t (id) VALUES (1)"),
	    DB_E_CONSTRAINT);
	ck_assert_uint_eq(n_rows(), 2);
}
END_TEST

/* n rows of id and 1 from first on. */
static const struct copy *
copy_lines(int64_t first, size_t n)
{
	struct copy *out = ARENA_NEW(&a, struct copy);

	copy_init(out, &a, n * 24);
	for (size_t i = 0; i < n; i++) {
		copy_i64(out, first + (int64_t)i);
		copy_i64(out, 1);
		copy_end_row(out);
	}
	return out;
}

START_TEST(a_copy_brings_many_rows_or_none)
{
	const char *copy = "COPY t (id, size) FROM STDIN";

	ck_assert_int_eq(db_copy(db, copy, copy_lines(1, 50000)), 0);
	ck_assert_uint_eq(n_rows(), 50000);
	ck_assert_int_eq(db_copy(db, copy, copy_lines(50000, 50000)),
	    DB_E_CONSTRAINT);
	ck_assert_str_eq(db_constraint(db), "t_key");
	ck_assert_int_eq(
	    db_copy(db, "COPY nowhere FROM STDIN", copy_lines(1, 1)),
	    DB_F_STATEMENT);
	ck_assert_int_eq(db_begin(db), 0);
	ck_assert_int_eq(db_copy(db, copy, copy_lines(60000, 10)), 0);
	db_rollback(db);
	ck_assert_uint_eq(n_rows(), 50000);
}
END_TEST

START_TEST(a_text_stays_one_field_of_its_row_whatever_is_in_it)
{
	static const struct span texts[] = { SPAN_LIT("a\t9\n8\tb"),
		SPAN_LIT("\\N"), SPAN_LIT("\\."), SPAN_LIT("\r\n\\"),
		SPAN_LIT("") };
	struct copy said;
	ck_assert_int_eq(
	    db_exec_script(db, &a, "CREATE TABLE said (id int, said text)"), 0);
	copy_init(&said, &a, 0);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		copy_i64(&said, (int64_t)i);
		copy_text(&said, texts[i]);
		copy_end_row(&said);
	}
	ck_assert_int_eq(db_copy(db, "COPY said FROM STDIN", &said), 0);
	ck_assert_int_eq(db_run(db, &a, &sql_t_said, 0, NULL, &rows), 0);
	ck_assert_uint_eq(rows.n_rows, ARRAY_LEN(texts));
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		ck_assert(span_eq(db_cell(&rows, i, 0), texts[i]));
	copy_init(&said, &a, 0);
	copy_i64(&said, 9);
	copy_text(&said, (struct span){ "a\0b", 3 });
	copy_end_row(&said);
	ck_assert_int_ne(db_copy(db, "COPY said FROM STDIN", &said), 0);
}
END_TEST

/* --- who is asked ------------------------------------------------------ */

static bool
on_standby(struct db *which)
{
	ck_assert_int_eq(db_run(which, &a, &sql_t_standby, 0, NULL, &rows), 0);
	return db_get_bool(&rows, 0, 0);
}

START_TEST(of_several_hosts_each_role_finds_its_own)
{
	struct db *replica;

	snprintf(set.primary_dsn, sizeof(set.primary_dsn),
	    "host=%s,%s user=postgres dbname=postgres",
	    servers_replica_folder(), servers_pg_folder());
	snprintf(set.replica_dsn, sizeof(set.replica_dsn),
	    "host=%s,%s user=postgres dbname=postgres", servers_pg_folder(),
	    servers_replica_folder());
	db_drop(db);
	replica = db_open(&set, DB_REPLICA);
	ck_assert(!on_standby(db));
	ck_assert(on_standby(replica));
	/* an empty DSN of the replica means that of the primary */
	set.replica_dsn[0] = '\0';
	db_drop(replica);
	ck_assert(on_standby(replica));
	db_close(replica);
}
END_TEST

START_TEST(a_dsn_that_says_which_server_it_wants_is_obeyed)
{
	snprintf(set.primary_dsn, sizeof(set.primary_dsn),
	    "host=%s user=postgres dbname=postgres "
	    "target_session_attrs=any options='-c work_mem=3MB'",
	    servers_replica_folder());
	db_drop(db);
	ck_assert(on_standby(db));
	ck_assert_int_eq(run1(&sql_t_setting, db_str("work_mem")), 0);
	ck_assert(cell_is(0, 0, "3MB"));
	ck_assert_int_eq(put(1, 0, 1), DB_F_READONLY);
}
END_TEST

START_TEST(reads_go_on_when_the_replica_is_away_and_when_it_is_back)
{
	struct db *replica = db_open(&set, DB_REPLICA);

	ck_assert(on_standby(replica));
	servers_replica_stop();
	ck_assert(!on_standby(replica));
	servers_replica_start();
	db_drop(replica);
	ck_assert(on_standby(replica));
	db_close(replica);
}
END_TEST

START_TEST(the_session_has_our_time_outs_and_name)
{
	static const char *const want[][2] = {
		{ "statement_timeout", "7s" },
		{ "lock_timeout", "3s" },
		{ "idle_in_transaction_session_timeout", "11s" },
		{ "TimeZone", "UTC" },
		{ "client_encoding", "UTF8" },
		{ "application_name", "test_db" },
	};

	set.db_statement_ms = 7000;
	set.db_lock_ms = 3000;
	set.worker_deadline_ms = 11000;
	db_drop(db);
	for (size_t i = 0; i < ARRAY_LEN(want); i++) {
		ck_assert_int_eq(run1(&sql_t_setting, db_str(want[i][0])), 0);
		ck_assert(cell_is(0, 0, want[i][1]));
	}
}
END_TEST

START_TEST(a_dsn_is_understood_or_it_is_said_why_not)
{
	char why[128] = "";

	ck_assert(db_dsn_ok("host=a,b port=1,2 dbname=x", why, sizeof(why)));
	ck_assert(db_dsn_ok("postgresql://u@h/db?connect_timeout=3", why,
	    sizeof(why)));
	ck_assert(db_dsn_ok("", why, sizeof(why)));
	ck_assert(!db_dsn_ok("hosst=a", why, sizeof(why)));
	ck_assert_ptr_nonnull(strstr(why, "hosst"));
	ck_assert_ptr_null(strchr(why, '\n'));
	ck_assert(!db_dsn_ok("nonsense", why, sizeof(why)));
}
END_TEST

SUITE("db")
{
	FIXTURE_ONCE(once, servers_stop);
	FIXTURE(given_a_table, close_it);
	TEST(numbers_go_and_come_back_at_both_ends_of_their_range);
	TEST(texts_go_and_come_back_and_nothing_is_null);
	TEST(a_text_with_a_nul_byte_is_refused_and_not_cut);
	TEST(truth_goes_and_comes_back);
	TEST(bytes_go_and_come_back_whatever_they_are);
	TEST(lists_of_numbers_go_and_come_back);
	TEST(lists_of_texts_keep_quotes_commas_and_nulls);
	TEST(times_go_and_come_back_to_the_ms);
	TEST(rows_say_how_many_they_are_and_how_many_changed);
	TEST_ABORTS(a_cell_that_is_no_number_is_a_mistake_of_the_program);
	TEST(a_statement_is_prepared_when_first_used_and_once);
	TEST(behind_a_pooler_nothing_is_prepared_and_all_is_as_before);
	TEST(past_the_pooler_a_session_keeps_what_it_prepares);
	TEST(a_refusal_names_its_constraint);
	TEST(nonsense_is_a_fault_and_harms_nothing_else);
	TEST(a_statement_made_for_old_columns_works_again_after_one_fault);
	TEST(a_transaction_keeps_all_or_nothing);
	TEST(a_refusal_leaves_the_transaction_to_its_caller_to_roll_back);
	TEST(a_fault_rolls_its_transaction_back);
	TEST(committing_what_has_failed_is_a_fault_and_keeps_nothing);
	TEST(a_constraint_checked_at_the_end_is_told_by_commit);
	TEST_ABORTS(two_transactions_at_once_are_a_mistake_of_the_program);
	TEST(transactions_are_read_committed_whatever_the_server_prefers);
	TEST(a_pipeline_keeps_all_and_brings_every_steps_rows);
	TEST(a_pipeline_keeps_nothing_when_one_step_is_refused);
	TEST(a_pipeline_with_nonsense_in_it_is_a_fault_and_keeps_nothing);
	TEST(a_pipeline_refused_at_its_commit_keeps_nothing);
	TEST(a_script_runs_whole_or_not_at_all);
	TEST(a_copy_brings_many_rows_or_none);
	TEST(a_text_stays_one_field_of_its_row_whatever_is_in_it);
	TEST(of_several_hosts_each_role_finds_its_own);
	TEST(a_dsn_that_says_which_server_it_wants_is_obeyed);
	TEST(reads_go_on_when_the_replica_is_away_and_when_it_is_back);
	TEST(the_session_has_our_time_outs_and_name);
	TEST(a_dsn_is_understood_or_it_is_said_why_not);
}
