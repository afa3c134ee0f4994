/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * catalog - what a test puts into the catalog, as a catalog file says it
 *
 * Layer: tests.  Uses: world, reader/load_file, admin.
 */
#include "tests/support/catalog.h"

#include "admin/catalog.h"

struct load_report report;
struct load_error load_error;

struct span
catalog_json(const char *quoted)
{
	char *text = arena_str(&ctx.arena, span_str(quoted));

	for (char *p = text; *p != '\0'; p++)
		if (*p == '\'')
			*p = '"';
	return span_str(text);
}

int
catalog_apply(const struct load_file *file, bool dry)
{
	const struct catalog_ask ask = { .dry = dry,
		.by = { .os_user = SPAN_LIT("tester") } };
	struct catalog_result result;
	int r = catalog_load(&ctx, &ask, file, &result);

	report = result.report;
	load_error = result.error;
	return r;
}

int
catalog_put(const char *quoted)
{
	struct load_file file;

	load_error = (struct load_error){ "", "" };
	if (!load_file_read(&ctx.arena, catalog_json(quoted), &file,
		&load_error))
		return LOAD_E_REFUSED;
	return catalog_apply(&file, false);
}

void
catalog_must(const char *quoted)
{
	int r = catalog_put(quoted);

	ck_assert_msg(r == LOAD_OK, "%d: %s: %s", r, load_error.at,
	    load_error.text);
}

char *
catalog_printf(const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = arena_vprintf(&ctx.arena, fmt, ap);
	va_end(ap);
	return text;
}

const char *
catalog_house(const char *word, const char *zone)
{
	return catalog_printf(
	    "'shows': [{'key': '%s', 'kind': 'play', "
	    "'title': {'ko': '연극 %s', 'en': 'Play %s'}, "
	    "'running_minutes': 90}], 'venues': [{'key': '%s', "
	    "'name': {'ko': '극장', 'en': 'House'}, 'time_zone': '%s', "
	    "'halls': [{'key': 'h', 'name': 'Hall', 'plan': {"
	    "'price_classes': [{'key': 'front', 'name': {'ko': '앞', "
	    "'en': 'Front'}}, {'key': 'back', 'name': 'Back'}], "
	    "'sections': [{'key': 's', 'name': 'Stalls', 'rows': ["
	    "{'from': 'A', 'numbers': [1, 5], 'price_class': 'front'}, "
	    "{'from': 'B', 'numbers': [1, 5], 'price_class': 'back', "
	    "'y': 1}]}], 'decorations': [{'kind': 'stage', 'label': 'Stage'}]"
	    "}}]}]",
	    word, word, word, word, zone);
}

const char *
catalog_performance(const char *key, const char *word, const char *when)
{
	return catalog_printf(
	    "'key': '%s', 'show': '%s', 'venue': '%s', "
	    "'hall': 'h', %s, 'currency': 'KRW', "
	    "'prices': {'front': 2000, 'back': 1000}",
	    key, word, word, when);
}

int64_t
catalog_id(const char *table, const char *key)
{
	return world_number(
	    catalog_printf("SELECT id FROM %s "
			   "WHERE key = '%s'",
		table, key));
}

int64_t
catalog_on_sale(const char *word)
{
	catalog_must(
	    catalog_printf("{%s, 'performances': [{%s, "
			   "'sales_open_at': 'now-1d'}]}",
		catalog_house(word, "Asia/Seoul"),
		catalog_performance(word, word,
		    "'starts_on': 'today+1', 'at': '19:30'")));
	return catalog_id("performances", word);
}

void
catalog_sql(const char *text)
{
	int r = db_run(ctx.primary, &ctx.arena, world_sql(text), 0, NULL, NULL);

	ck_assert_msg(r == 0, "%s: %d %s", text, r, db_constraint(ctx.primary));
}

void
catalog_later(int64_t ms)
{
	clock_fake_add(ms);
	ctx_round(&ctx);
}

void
catalog_open(void)
{
	clock_fake(NOON);
	world_open();
}

void
catalog_replicated(void)
{
	int64_t lsn = world_number(
	    "SELECT pg_current_wal_flush_lsn() - "
	    "'0/0'::pg_lsn");
	const struct sql *reached = world_sql(
	    catalog_printf("SELECT "
			   "pg_last_wal_replay_lsn() - '0/0'::pg_lsn >= %lld",
		(long long)lsn));
	struct db_rows rows;

	for (;;) { /* the suite's time-out ends it */
		ck_assert_int_eq(
		    db_run(ctx.replica, &ctx.arena, reached, 0, NULL, &rows),
		    0);
		if (db_get_bool(&rows, 0, 0))
			return;
		usleep(10000);
	}
}
