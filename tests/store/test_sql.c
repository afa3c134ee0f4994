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
START_TEST(every_statement_fits_the_schema)
{
	const struct sql *const *all;
	size_t n;

	all = db_sql_all(&n);
	ck_assert_uint_gt(n, 50);	/* else the linker left modules out */
	for (size_t i = 0; i < n; i++) {
		const char *text = arena_printf(&a, "PREPARE %s AS %s",
		    all[i]->name, all[i]->text);

		ck_assert_msg(db_exec_script(db, &a, text) == 0, "%s",
		    all[i]->name);
	}
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
	TEST(no_two_statements_have_one_name);
}
