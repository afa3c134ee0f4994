/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_api_webhook - what operators ask about who is told of what happens
 *
 * The real routes, run through dispatch without a web server. What is sent is
 * test_webhook's.
 *
 * Layer: tests.  Uses: fcgi-app, message, webhook, house.
 */
#include "tests/support/house.h"
#include "tests/support/servers.h"
#include "tests/support/told.h"
#include "tests/support/wire.h"

#define HOOKS "/api/v1/admin/webhooks"
#define DELIVERIES "/api/v1/admin/deliveries"
#define WHY "\"reason\":\"agreed\""
#define ONE "{\"url\":\"https://a.example/told\"," WHY "}"

static char *boss;

static void
setup(void)
{
	house_open();
	house_run("TRUNCATE webhooks, consumers, outbox, consumed CASCADE");
	house_redis("FLUSHALL");
	strcpy(house.ctx.set.webhook_key,
	    "hooks:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
	wire_open(&house.ctx);
	boss = wire_token(house_user("boss"), ROLE_ADMIN);
}

static void
teardown(void)
{
	wire_close();
	house_close();
}

static const char *PRINTF_LIKE(1, 2) path(const char *fmt, ...)
{
	char *out = arena_alloc(&house.ctx.arena, 256);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(out, 256, fmt, ap);
	va_end(ap);
	return out;
}

static int64_t
made(void)
{
	ck_assert_int_eq(ask("POST", HOOKS, boss, ONE), 201);
	return number("id");
}

static int64_t
actions(const char *which)
{
	return house_count(
	    path("SELECT count(*) FROM audit_log WHERE action = '%s'"
		 " AND user_id IS NOT NULL AND reason = 'agreed'"
		 " AND detail::text NOT LIKE '%%whsec%%'"
		 " AND detail::text NOT LIKE '%%salt%%'",
		which),
	    0);
}

/* Something that is told, and waits. returns: the delivery */
static int64_t
given_delivery(void)
{
	const struct consumer *webhooks = told_alone("webhooks");

	house_run(
	    "INSERT INTO outbox (aggregate, aggregate_id, kind, payload)"
	    " VALUES ('payment', '7', 'payment.late', '{}')");
	told_to(webhooks);
	return house_count("SELECT max(id) FROM deliveries", 0);
}

START_TEST(a_webhook_is_made_shown_changed_and_forgotten)
{
	int64_t before = actions("webhook.make"), id = made();

	ck_assert_str_eq(text("url"), "https://a.example/told");
	ck_assert_int_eq((int)json_get(body, "kinds")->n, 11);
	ck_assert(json_get(body, "enabled")->boolean);
	ck_assert_int_eq(strncmp(text("secret"), "whsec_", 6), 0);
	ck_assert_int_eq(actions("webhook.make"), before + 1);
	ck_assert_int_eq(
	    ask("GET", path(HOOKS "/%lld", (long long)id), boss, NULL), 200);
	ck_assert_ptr_null(json_get(body, "secret"));
	ck_assert_int_eq(ask("PATCH", path(HOOKS "/%lld", (long long)id), boss,
			     "{\"enabled\":false,\"note\":\"accounts\","
			     "\"kinds\":[\"payment.late\"]," WHY "}"),
	    200);
	ck_assert(!json_get(body, "enabled")->boolean);
	ck_assert_str_eq(text("note"), "accounts");
	ck_assert_str_eq(text("url"), "https://a.example/told");
	ck_assert_int_eq((int)json_get(body, "kinds")->n, 1);
	ck_assert_int_eq(ask("GET", HOOKS, boss, NULL), 200);
	ck_assert_int_eq((int)json_get(body, "items")->n, 1);
	ck_assert_int_eq(ask("DELETE",
			     path(HOOKS "/%lld?reason=agreed", (long long)id),
			     boss, NULL),
	    204);
	ASSERT_PROBLEM(404, "not-found",
	    ask("GET", path(HOOKS "/%lld", (long long)id), boss, NULL));
	ck_assert_int_ge(actions("webhook.drop"), 1);
}
END_TEST

START_TEST(a_secret_is_changed_and_shown_once)
{
	int64_t id = made();
	const char *first = arena_printf(&house.ctx.arena, "%s",
	    text("secret"));

	ck_assert_int_eq(ask("POST", path(HOOKS "/%lld/rotate", (long long)id),
			     boss, "{\"keep_hours\":1," WHY "}"),
	    200);
	ck_assert_str_ne(text("secret"), first);
	ck_assert_int_ge(actions("webhook.rotate"), 1);
	ASSERT_FIELD("keep_hours",
	    ask("POST", path(HOOKS "/%lld/rotate", (long long)id), boss,
		"{\"keep_hours\":169," WHY "}"));
}
END_TEST

START_TEST(what_was_told_is_shown_and_told_again)
{
	int64_t id = made(), delivery = given_delivery();

	ck_assert_int_eq(
	    ask("GET",
		path(HOOKS "/%lld/deliveries?status=waiting", (long long)id),
		boss, NULL),
	    200);
	ck_assert_int_eq((int)json_get(body, "items")->n, 1);
	ck_assert_int_eq(
	    ask("GET",
		path(HOOKS "/%lld/deliveries?status=sent", (long long)id), boss,
		NULL),
	    200);
	ck_assert_int_eq((int)json_get(body, "items")->n, 0);
	ck_assert_int_eq(ask("GET",
			     path(DELIVERIES "/%lld", (long long)delivery),
			     boss, NULL),
	    200);
	ck_assert_str_eq(text("kind"), "payment.late");
	ck_assert_int_eq(json_get(json_get(body, "body"), "data")->type,
	    JSON_OBJECT);
	ASSERT_PROBLEM(409, "no-such-move",
	    ask("POST", path(DELIVERIES "/%lld/replay", (long long)delivery),
		boss, "{" WHY "}"));
	house_run("UPDATE deliveries SET status = 'failed'");
	ck_assert_int_eq(
	    ask("POST", path(DELIVERIES "/%lld/replay", (long long)delivery),
		boss, "{" WHY "}"),
	    204);
	ck_assert_int_ge(actions("delivery.replay"), 1);
	ck_assert_int_eq(house_count("SELECT count(*) FROM deliveries"
				     " WHERE status = 'waiting'",
			     0),
	    1);
}
END_TEST

START_TEST(what_is_asked_wrongly_changes_nothing)
{
	char *ann = wire_token(house_user("ann"), ROLE_USER);

	ASSERT_FIELD("url",
	    ask("POST", HOOKS, boss, "{\"url\":\"http://a/\"," WHY "}"));
	ASSERT_FIELD("kinds",
	    ask("POST", HOOKS, boss,
		"{\"url\":\"https://a/\",\"kinds\":[\"payment.late\","
		"\"payment.late\"]," WHY "}"));
	ASSERT_FIELD("kinds",
	    ask("POST", HOOKS, boss,
		"{\"url\":\"https://a/\",\"kinds\":[7]," WHY "}"));
	ASSERT_FIELD("reason",
	    ask("POST", HOOKS, boss,
		"{\"url\":\"https://a/\",\"reason\":\" \"}"));
	ASSERT_PROBLEM(403, "forbidden", ask("POST", HOOKS, ann, ONE));
	ASSERT_PROBLEM(403, "forbidden", ask("GET", HOOKS, ann, NULL));
	ASSERT_PROBLEM(404, "not-found",
	    ask("PATCH", HOOKS "/999999999", boss,
		"{\"enabled\":true," WHY "}"));
	house.ctx.set.webhook_key[0] = '\0';
	ASSERT_PROBLEM(409, "no-such-move", ask("POST", HOOKS, boss, ONE));
	ck_assert_int_eq(house_count("SELECT count(*) FROM webhooks", 0), 0);
}
END_TEST

SUITE("api_webhook")
{
	FIXTURE_ONCE(house_start, servers_stop);
	FIXTURE(setup, teardown);
	TEST(a_webhook_is_made_shown_changed_and_forgotten);
	TEST(a_secret_is_changed_and_shown_once);
	TEST(what_was_told_is_shown_and_told_again);
	TEST(what_is_asked_wrongly_changes_nothing);
}
