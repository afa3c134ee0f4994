/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_api_message - what operators ask about what is told to others
 *
 * The real routes, run through dispatch without a web server.
 *
 * Layer: tests.  Uses: fcgi-app, message, house.
 */
#include "admin/statistics.h"
#include "tests/support/house.h"
#include "tests/support/servers.h"
#include "tests/support/told.h"
#include "tests/support/wire.h"

#define API "/api/v1"
#define LETTERS API "/admin/dead-letters"
#define WHY "{\"reason\":\"mended\"}"

static const struct consumer picky = { "picky", "{test.fact}", "test_picky",
	NULL, 1 };

static char *boss;

static void
once(void)
{
	house_start();
	house_open();
	house_run("CREATE TABLE allowed (thing text)");
	house_run(
	    "CREATE FUNCTION test_picky(m message) RETURNS void"
	    " LANGUAGE plpgsql AS $$ BEGIN"
	    " IF NOT EXISTS (SELECT FROM allowed AS a"
	    "  WHERE a.thing = m.aggregate_id)"
	    " THEN RAISE EXCEPTION 'not %', m.aggregate_id; END IF; END $$");
	house_close();
}

static void
setup(void)
{
	house_open();
	wire_open(&house.ctx);
	boss = wire_token(house_user("boss"), ROLE_ADMIN);
	house_run("TRUNCATE consumers, dead_letter, outbox, consumed, allowed");
	house_redis("FLUSHALL");
}

static void
teardown(void)
{
	wire_close();
	house_close();
}

/* n of them, about "t1" and on. */
static void
given_dead_letters(int n)
{
	ck_assert_int_eq(consumers_register(&house.ctx, &picky, 1), 0);
	house_run(arena_printf(&house.ctx.arena,
	    "INSERT INTO outbox (aggregate, aggregate_id, kind, payload)"
	    " SELECT 'test', 't' || g, 'test.fact', '{\"a\": 1}'"
	    " FROM generate_series(1, %d) AS g",
	    n));
	told_to(&picky);
}

static int64_t
letter_id(int nth)
{
	return house_count(
	    "SELECT id FROM dead_letter ORDER BY id OFFSET $1 LIMIT 1", nth);
}

static int
end(int64_t id, const char *verb, const char *json)
{
	return ask("POST",
	    arena_printf(&house.ctx.arena, LETTERS "/%lld/%s", (long long)id,
		verb),
	    boss, json);
}

static int64_t
actions(const char *which)
{
	return house_count(
	    arena_printf(&house.ctx.arena,
		"SELECT count(*) FROM audit_log WHERE action = '%s'"
		" AND user_id IS NOT NULL AND reason = 'mended'",
		which),
	    0);
}

/* ---- tests ---- */

START_TEST(dead_letters_are_read_in_pages_and_one_by_one)
{
	const struct json *items;
	const char *cursor;
	int64_t id;

	given_dead_letters(3);
	ck_assert_int_eq(ask("GET", LETTERS "?limit=2", boss, NULL), 200);
	items = json_get(body, "items");
	ck_assert_uint_eq(items->n, 2);
	cursor = text("next_cursor");
	ck_assert_int_eq(ask("GET",
			     arena_printf(&house.ctx.arena,
				 LETTERS "?limit=2&cursor=%s", cursor),
			     boss, NULL),
	    200);
	items = json_get(body, "items");
	ck_assert_uint_eq(items->n, 1);
	id = json_get(&items->items[0], "id")->i64;
	ck_assert_int_eq(id, letter_id(2));
	ck_assert_int_eq(json_get(body, "next_cursor")->type, JSON_NULL);
	ck_assert_int_eq(
	    ask("GET",
		arena_printf(&house.ctx.arena, LETTERS "/%lld", (long long)id),
		boss, NULL),
	    200);
	ck_assert_str_eq(text("consumer"), "picky");
	ck_assert_str_eq(text("kind"), "test.fact");
	ck_assert_str_eq(text("about"), "t3");
	ck_assert_str_eq(text("error"), "not t3");
	ck_assert_int_eq(number("attempts"), 1);
	ck_assert_int_eq(json_get(json_get(body, "payload"), "a")->i64, 1);
	ASSERT_PROBLEM(404, "not-found",
	    ask("GET", LETTERS "/999999999", boss, NULL));
}
END_TEST

START_TEST(a_dead_letter_is_tried_once_more_or_dropped)
{
	int64_t id;

	given_dead_letters(2);
	id = letter_id(0);
	ASSERT_PROBLEM(409, "no-such-move", end(id, "retry", WHY));
	ck_assert_str_eq(text("detail"), "Refused again: not t1");
	house_run("INSERT INTO allowed VALUES ('t1')");
	ck_assert_int_eq(end(id, "retry", WHY), 204);
	ASSERT_PROBLEM(404, "not-found", end(id, "retry", WHY));
	ck_assert_int_eq(actions("dead-letter.retry"), 1);
	id = letter_id(0);
	ck_assert_int_eq(end(id, "drop", WHY), 204);
	ASSERT_PROBLEM(404, "not-found", end(id, "drop", WHY));
	ck_assert_int_eq(actions("dead-letter.drop"), 1);
	ck_assert_int_eq(house_count("SELECT count(*) FROM dead_letter", 0), 0);
}
END_TEST

START_TEST(what_is_asked_of_a_dead_letter_wrongly_changes_nothing)
{
	int64_t id;

	given_dead_letters(1);
	id = letter_id(0);
	ASSERT_PROBLEM(404, "not-found", end(id, "burn", WHY));
	ASSERT_FIELD("reason", end(id, "drop", "{}"));
	ASSERT_FIELD("reason", end(id, "drop", "{\"reason\":\" \"}"));
	ASSERT_PROBLEM(400, "unknown-field",
	    end(id, "drop", "{\"reason\":\"x\",\"id\":1}"));
	ck_assert_int_eq(house_count("SELECT count(*) FROM dead_letter", 0), 1);
}
END_TEST

/* ---- statistics ---- */

#define SALES API "/admin/statistics/sales"

static void
given_sales(void)
{
	house_run("TRUNCATE sales_seats, sales_holds");
	house_run(arena_printf(&house.ctx.arena,
	    "INSERT INTO sales_seats SELECT %lld, h, s, t, 'KRW', 3, 3000, 1,"
	    " 1000 FROM unnest('{2026-11-20T14:00Z,2026-11-20T15:00Z}'"
	    "::timestamptz[]) AS h, generate_series(1, 2) AS s,"
	    " generate_series(0, 1) AS t",
	    (long long)house.performance));
	house_run(arena_printf(&house.ctx.arena,
	    "INSERT INTO sales_holds VALUES (%lld, '2026-11-20T14:00Z',"
	    " 5, 2, 1)",
	    (long long)house.performance));
}

static const struct json *
sales(const char *query, size_t n)
{
	const struct json *items;

	ck_assert_int_eq(ask("GET",
			     arena_printf(&house.ctx.arena, SALES "?%s", query),
			     boss, NULL),
	    200);
	items = json_get(body, "items");
	ck_assert_uint_eq(items->n, n);
	return items;
}

static int64_t
figure(const struct json *items, size_t i, const char *name)
{
	return json_get(&items->items[i], name)->i64;
}

START_TEST(sales_are_told_by_what_is_asked_for)
{
	const struct json *items;

	given_sales();
	items = sales("", 1);
	ck_assert_int_eq(figure(items, 0, "performance_id"), house.performance);
	ck_assert_int_eq(figure(items, 0, "sold"), 24);
	ck_assert_int_eq(figure(items, 0, "revenue"), 24000);
	ck_assert_int_eq(figure(items, 0, "given_back"), 8);
	ck_assert_int_eq(figure(items, 0, "refunded"), 8000);
	ck_assert_int_eq(figure(items, 0, "placed"), 5);
	ck_assert_int_eq(figure(items, 0, "lapsed"), 2);
	ck_assert_int_eq(figure(items, 0, "lost"), 1);
	items = sales("by=hour", 2);
	ck_assert(span_eq_str(json_get(&items->items[1], "hour")->str,
	    "2026-11-20T15:00:00.000Z"));
	ck_assert_int_eq(figure(items, 1, "sold"), 12);
	/* Another day begins at 15:00 in Seoul. */
	items = sales("by=day", 2);
	ck_assert(
	    span_eq_str(json_get(&items->items[1], "day")->str, "2026-11-21"));
	ck_assert_ptr_null(json_get(&items->items[1], "performance_id"));
	items = sales("by=section", 2);
	ck_assert_int_eq(figure(items, 1, "section_id"), 2);
	ck_assert_int_eq(figure(items, 1, "placed"), 0);
	items = sales("by=type", 2);
	ck_assert_int_eq(figure(items, 1, "type"), 1);
	sales("from=2026-11-20T15:00:00Z&by=hour", 1);
	sales("to=2026-11-20T15:00:00Z&by=hour", 1);
	sales("performance_id=999999999", 0);
	sales("show_id=999999999", 0);
	sales("venue_id=999999999", 0);
}
END_TEST

START_TEST(sales_come_as_a_table_too)
{
	given_sales();
	ck_assert_int_eq(ask("GET", SALES "?by=section&format=csv", boss, NULL),
	    200);
	ck_assert_str_eq(call.res.content_type, "text/csv; charset=utf-8");
	ck_assert_ptr_nonnull(strstr(call.res.body.p,
	    "hour,day,show_id,venue_id,performance_id,section_id,type,currency,"
	    "sold,"));
	ck_assert_ptr_nonnull(
	    strstr(call.res.body.p, ",1,,KRW,12,12000,4,4000,0,0,0,0\r\n"));
}
END_TEST

START_TEST(sales_asked_for_wrongly_are_refused_by_field)
{
	ASSERT_FIELD("by", ask("GET", SALES "?by=week", boss, NULL));
	ASSERT_FIELD("from", ask("GET", SALES "?from=yesterday", boss, NULL));
	ASSERT_FIELD("show_id", ask("GET", SALES "?show_id=x", boss, NULL));
	ASSERT_PROBLEM(400, "unknown-field",
	    ask("GET", SALES "?since=1", boss, NULL));
	house_run("TRUNCATE sales_seats");
	house_run(arena_printf(&house.ctx.arena,
	    "INSERT INTO sales_seats SELECT %lld,"
	    " '2020-01-01T00:00Z'::timestamptz + make_interval(hours => h),"
	    " 1, 0, 'KRW' FROM generate_series(0, 10000) AS h",
	    (long long)house.performance));
	ASSERT_FIELD("from", ask("GET", SALES "?by=hour", boss, NULL));
	house_run("TRUNCATE sales_seats");
}
END_TEST

/* ---- lines, and what clients told ---- */

#define STATISTICS API "/admin/statistics"

static const struct json *
figures(const char *of, size_t n)
{
	ck_assert_int_eq(
	    ask("GET", arena_printf(&house.ctx.arena, STATISTICS "/%s", of),
		boss, NULL),
	    200);
	ck_assert_uint_eq(json_get(body, "items")->n, n);
	return json_get(body, "items");
}

START_TEST(waits_in_lines_are_told)
{
	const struct json *items;

	house_run("TRUNCATE queue_pass");
	house_run(arena_printf(&house.ctx.arena,
	    "INSERT INTO queue_pass (performance_id, seq, user_id, made_at,"
	    " bought_before, joined_at, claimed_at, until, ended_at, ended_by)"
	    " SELECT %lld, n, n, t, 0, t - n * interval '10 s', t, t, t,"
	    " (ARRAY['bought', 'left', 'lapsed'])[1 + n %% 3]"
	    " FROM generate_series(1, 9) AS n, LATERAL (SELECT"
	    " '2026-11-20T14:30Z'::timestamptz + n * interval '5 min' AS t)"
	    " AS t",
	    (long long)house.performance));
	house_run(arena_printf(&house.ctx.arena,
	    "INSERT INTO queue_pass (performance_id, seq, user_id, made_at,"
	    " bought_before, until) VALUES (%lld, 10, 10,"
	    " '2026-11-20T15:30Z', 0, now())",
	    (long long)house.performance));
	items = figures("queues", 1);
	ck_assert_int_eq(figure(items, 0, "admitted"), 10);
	ck_assert_int_eq(figure(items, 0, "came"), 9);
	ck_assert_int_eq(figure(items, 0, "bought"), 3);
	ck_assert_int_eq(figure(items, 0, "left"), 3);
	ck_assert_int_eq(figure(items, 0, "lapsed"), 3);
	ck_assert_int_eq(figure(items, 0, "wait_p50_s"), 50);
	ck_assert_int_eq(figure(items, 0, "wait_max_s"), 90);
	items = figures("queues?by=hour", 2);
	ck_assert_int_eq(figure(items, 0, "admitted"), 5);
	items = figures("queues?by=day", 2);
	ck_assert(
	    span_eq_str(json_get(&items->items[1], "day")->str, "2026-11-21"));
	figures("queues?from=2026-11-20T15:30:00Z&by=hour", 1);
	figures("queues?venue_id=999999999", 0);
	house_run("TRUNCATE queue_pass");
}
END_TEST

static void
given_logs(void)
{
	house_run("TRUNCATE client_log, client_log_sums");
	house_run("UPDATE client_log_counted SET upto = 0");
	house_run(
	    "INSERT INTO client_log (at, level, message, release)"
	    " SELECT '2026-11-20T14:30Z'::timestamptz + n * interval '6 h',"
	    " 'error', format('GET https://a.example/%s: \"%s\" of %s', n, n,"
	    " md5(n::text)), 'r1' FROM generate_series(1, 4) AS n");
	house_run(
	    "INSERT INTO client_log (at, level, message)"
	    " VALUES ('2026-11-20T14:30Z', 'warn', '=slow, 1 s'),"
	    " (now(), 'warn', 'too young to be counted')");
}

START_TEST(what_clients_told_is_counted_by_its_shape)
{
	const struct json *items;
	size_t n;

	given_logs();
	ck_assert_int_eq(statistics_roll_up(&house.ctx, 3, &n), 0);
	ck_assert_uint_eq(n, 3);
	ck_assert_int_eq(statistics_roll_up(&house.ctx, 10, &n), 0);
	ck_assert_uint_eq(n, 2);
	ck_assert_int_eq(statistics_roll_up(&house.ctx, 10, &n), 0);
	ck_assert_uint_eq(n, 0);
	items = figures("client-logs", 2);
	ck_assert_int_eq(figure(items, 0, "count"), 4);
	ck_assert(span_eq_str(json_get(&items->items[0], "message")->str,
	    "GET <url> <text> of #"));
	ck_assert(span_eq_str(json_get(&items->items[1], "message")->str,
	    "=slow, # s"));
	figures("client-logs?by=day", 3);
	figures("client-logs?by=release", 2);
	figures("client-logs?by=day&from=2026-11-21T00:00:00Z", 1);
	ck_assert_int_eq(
	    ask("GET", STATISTICS "/client-logs?format=csv", boss, NULL), 200);
	/* Nothing that a spreadsheet would compute. */
	ck_assert_ptr_nonnull(strstr(call.res.body.p,
	    ",warn,,\"'=slow, # s\",1,\"'=slow, 1 s\"\r\n"));
	ASSERT_PROBLEM(400, "unknown-field",
	    ask("GET", STATISTICS "/client-logs?show_id=1", boss, NULL));
	ASSERT_FIELD("by",
	    ask("GET", STATISTICS "/client-logs?by=hour", boss, NULL));
}
END_TEST

START_TEST(old_figures_are_forgotten)
{
	int64_t now_ms = house.ctx.now_ms;
	size_t n;

	given_sales();
	given_logs();
	ck_assert_int_eq(statistics_roll_up(&house.ctx, 10, &n), 0);
	house.ctx.set.statistics_days = 30;
	house.ctx.now_ms = INT64_C(1797465600000); /* 2026-12-17 */
	ck_assert_int_eq(statistics_purge(&house.ctx, 100, &n), 0);
	ck_assert_uint_eq(n, 0);
	house.ctx.now_ms += INT64_C(60) * 86400000;
	ck_assert_int_eq(statistics_purge(&house.ctx, 100, &n), 0);
	ck_assert_uint_gt(n, 4);
	house.ctx.now_ms = now_ms;
	sales("", 0);
	figures("client-logs", 0);
}
END_TEST

/* ---- what a buyer wants ---- */

#define WISH API "/me/notices"

START_TEST(a_buyer_says_whether_and_how_mail_comes)
{
	char *ann = wire_token(house_user("ann"), ROLE_USER);

	ck_assert_int_eq(ask("GET", WISH, ann, NULL), 200);
	ck_assert(json_get(body, "mail")->boolean);
	ck_assert_str_eq(text("language"), "ko");
	ck_assert_int_eq(
	    ask("PUT", WISH, ann, "{\"mail\":false,\"language\":\"en\"}"), 200);
	ck_assert_int_eq(ask("GET", WISH, ann, NULL), 200);
	ck_assert(!json_get(body, "mail")->boolean);
	ck_assert_str_eq(text("language"), "en");
	ASSERT_FIELD("language",
	    ask("PUT", WISH, ann, "{\"mail\":true,\"language\":\"fr\"}"));
	ASSERT_FIELD("mail", ask("PUT", WISH, ann, "{\"language\":\"en\"}"));
	ASSERT_PROBLEM(401, "unauthenticated", ask("GET", WISH, NULL, NULL));
}
END_TEST

SUITE("api_message")
{
	FIXTURE_ONCE(once, NULL);
	FIXTURE(setup, teardown);
	TEST(dead_letters_are_read_in_pages_and_one_by_one);
	TEST(a_dead_letter_is_tried_once_more_or_dropped);
	TEST(what_is_asked_of_a_dead_letter_wrongly_changes_nothing);
	TEST(sales_are_told_by_what_is_asked_for);
	TEST(sales_come_as_a_table_too);
	TEST(sales_asked_for_wrongly_are_refused_by_field);
	TEST(waits_in_lines_are_told);
	TEST(what_clients_told_is_counted_by_its_shape);
	TEST(old_figures_are_forgotten);
	TEST(a_buyer_says_whether_and_how_mail_comes);
}
