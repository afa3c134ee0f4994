/* SPDX-License-Identifier: BSD-2-Clause */
/* Every statement of the program against the migrated schema. The linker puts
 * all domain modules into this program (local.mk). */
#include "store/db.h"

#include "tests/support/servers.h"
#include "tests/support/suite.h"

static struct settings set;
static struct arena a;
static struct db *db;

static void
once(void)
{
	servers_start(SERVERS_PG);
}

static void
given_a_client(void)
{
	arena_init(&a, 64 << 20);
	servers_settings(&set);
	db = db_open(&set, DB_PRIMARY);
}

static void
close_it(void)
{
	db_close(db);
	arena_fini(&a);
}

/* PREPARE reads the whole statement: every table, column and type. */
static void
given_all_are_prepared(void)
{
	const struct sql *const *all;
	size_t n;

	all = db_sql_all(&n);
	ck_assert_uint_gt(n, 50); /* else the linker left modules out */
	for (size_t i = 0; i < n; i++) {
		const char *text = arena_printf(&a, "PREPARE %s AS %s",
		    all[i]->name, all[i]->text);

		ck_assert_msg(db_exec_script(db, &a, text) == 0, "%s",
		    all[i]->name);
	}
}

START_TEST(every_statement_fits_the_schema)
{
	given_all_are_prepared();
}
END_TEST

/* Statements whose parameters are narrower than an id, as the server infers
 * their types, and which of them: numbers of seats and sections, marks,
 * versions, limits, never an id or what counts without end. */
static const struct {
	const char *statement, *narrow;
} narrow_rows[] = {
	{ "hold_database_extend", "3" },
	{ "hold_database_place", "3 5" },
	{ "hold_house_claim", "2 5" },
	{ "hold_house_marks", "3" },
	{ "house_keep", "2" },
	{ "house_code_put", "5" },
	{ "withhold_claims", "2" },
	{ "withhold_free", "2" },
	{ "withhold_keep", "2 4" },
	{ "idem_keep", "5" },
	{ "load_entry_times", "3 4 5 6" },
	{ "load_item_change", "10 11 13 15 16 17 18 20 21 22 23 24 25" },
	{ "load_item_make", "10 11 13 15 16 17 18 20 21 22 23 24 25" },
	{ "load_item_moved", "3" },
	{ "load_plan_make", "3" },
	{ "load_price_add", "2" },
	{ "load_price_type", "2 7 8" },
	{ "load_show_change", "8" },
	{ "load_show_make", "8" },
	{ "migrate_add", "1" },
	{ "migrate_find", "1" },
	{ "move_make", "8 9 10 12 13" },
	{ "move_make_by", "8 9 10 12 13" },
	{ "move_intent", "8 9 10 12 13" },
	{ "payment_counter", "8" },
	{ "payment_intent", "8" },
	{ "payment_outside_pay", "8" },
	{ "payment_refund", "7 8" },
	{ "payment_refund_at", "7 8" },
	{ "payment_refund_by", "7 8" },
	{ "payment_together", "8" },
	{ "purchase_claims", "2" },
	{ "reconcile_owners", "2" },
	{ "terms_currency", "2" },
};

static const char *
narrow_of(struct span statement)
{
	for (size_t i = 0; i < ARRAY_LEN(narrow_rows); i++)
		if (span_eq_str(statement, narrow_rows[i].statement))
			return narrow_rows[i].narrow;
	return "";
}

/* "$1 = 0" alone would make $1 an int4. */
START_TEST(no_parameter_is_narrower_than_what_it_may_be)
{
	static const struct sql types = { "test_sql_types",
		"SELECT p.name, string_agg(t.n::text, ' ' ORDER BY t.n)"
		"  FILTER (WHERE t.type::text ~ '^(integer|smallint)')"
		" FROM pg_prepared_statements AS p"
		" LEFT JOIN unnest(p.parameter_types) WITH ORDINALITY"
		"  AS t (type, n) ON true"
		" GROUP BY p.name" };
	struct db_rows rows;

	given_all_are_prepared();
	ck_assert_int_eq(db_run(db, &a, &types, 0, NULL, &rows), DB_OK);
	ck_assert_uint_gt(rows.n_rows, 50);
	for (size_t i = 0; i < rows.n_rows; i++) {
		struct span name = db_cell(&rows, i, 0);

		ck_assert_msg(
		    span_eq_str(db_cell(&rows, i, 1), narrow_of(name)),
		    "%s: $%s", arena_str(&a, name),
		    arena_str(&a, db_cell(&rows, i, 1)));
	}
}
END_TEST

START_TEST(no_key_of_the_schema_is_narrower_than_8_bytes)
{
	static const struct sql narrow = { "test_sql_keys",
		"SELECT format('%s.%s', c.relname, a.attname)"
		" FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid"
		" WHERE c.relnamespace = 'public'::regnamespace"
		"  AND c.relkind IN ('r', 'p', 'v')"
		"  AND a.atttypid IN ('int4'::regtype, 'int2'::regtype)"
		"  AND (a.attname ~ '(^|_)id$' OR a.attname ~ '^(usr|epoch)$')"
		" UNION ALL SELECT seqrelid::regclass::text FROM pg_sequence"
		"  WHERE seqtypid <> 'int8'::regtype" };
	struct db_rows rows;

	ck_assert_int_eq(db_run(db, &a, &narrow, 0, NULL, &rows), DB_OK);
	ck_assert_msg(rows.n_rows == 0, "%s",
	    rows.n_rows == 0 ? "" : arena_str(&a, db_cell(&rows, 0, 0)));
}
END_TEST

START_TEST(no_two_statements_have_one_name)
{
	const struct sql *const *all;
	size_t n;

	all = db_sql_all(&n);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++)
			ck_assert_str_ne(all[i]->name, all[j]->name);
}
END_TEST

SUITE("sql")
{
	FIXTURE_ONCE(once, servers_stop);
	FIXTURE(given_a_client, close_it);
	TEST(every_statement_fits_the_schema);
	TEST(no_parameter_is_narrower_than_what_it_may_be);
	TEST(no_key_of_the_schema_is_narrower_than_8_bytes);
	TEST(no_two_statements_have_one_name);
}
