/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_api_message - what operators ask about what is told to others
 *
 * The real routes, run through dispatch without a web server.
 *
 * Layer: tests.  Uses: fcgi-app, message, house.
 */
#include "message/consumer.h"
#include "message/relay.h"
#include "tests/support/house.h"
#include "tests/support/servers.h"
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

static void
told(const struct consumer *consumer)
{
	size_t n;

	ck_assert_int_eq(relay_round(&house.ctx, &n), 0);
	ck_assert_int_eq(consumer_round(&house.ctx, consumer, &n), 0);
}

/* n of them, about "t1" and on. */
static void
given_dead_letters(int n)
{
	ck_assert_int_eq(consumer_register(&house.ctx, &picky), 0);
	house_run(arena_printf(&house.ctx.arena,
	    "INSERT INTO outbox (aggregate, aggregate_id, kind, payload)"
	    " SELECT 'test', 't' || g, 'test.fact', '{\"a\": 1}'"
	    " FROM generate_series(1, %d) AS g",
	    n));
	told(&picky);
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

SUITE("api_message")
{
	FIXTURE_ONCE(once, NULL);
	FIXTURE(setup, teardown);
	TEST(dead_letters_are_read_in_pages_and_one_by_one);
	TEST(a_dead_letter_is_tried_once_more_or_dropped);
	TEST(what_is_asked_of_a_dead_letter_wrongly_changes_nothing);
}
