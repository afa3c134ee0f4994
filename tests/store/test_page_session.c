/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_page_session - who is logged in on the pages that need no JavaScript, as
 * time goes by
 *
 * The real routes, run through dispatch without a web server.
 *
 * Layer: tests.  Uses: fcgi-app, account.
 */
#include "account/account.h"
#include "account/jwt_door.h"
#include "account/page_session.h"
#include "account/refresh.h"
#include "account/session.h"
#include "account/token_key.h"
#include "base/clock.h"
#include "tests/support/wire.h"
#include "tests/support/world.h"

#define PAGE "/m/reservations"
#define QUARTER_MS INT64_C(900000)
#define HOUR_MS INT64_C(3600000)

static struct page_session whom;

static void
once(void)
{
	servers_start(SERVERS_PG);
	servers_busy_for_years();
}

static void
setup(void)
{
	world_open();
	wire_open(&ctx);
}

static void
teardown(void)
{
	wire_close();
	world_close();
}

/* The cookie of a new login of a user of that name. */
static char *
log_in(const char *login)
{
	struct refresh refresh;
	struct account account;
	struct span text;
	int64_t user = world_user(login);

	ck_assert_int_eq(account_get(&ctx, user, &account), ACCOUNT_OK);
	ck_assert_int_eq(refresh_begin(&ctx, user, account.version, &refresh),
	    REFRESH_OK);
	whom = (struct page_session){ .user = user,
		.session = refresh.session,
		.id = page_session_id(&ctx) };
	ck_assert_int_eq(page_session_make(&ctx, &whom, &text),
	    PAGE_SESSION_OK);
	return arena_printf(&ctx.arena, "__Host-bo_m=%.*s", (int)text.len,
	    text.p);
}

static int
look(const char *cookie)
{
	wire_request("GET", PAGE, NULL, NULL);
	call.req.cookie = span_str(cookie);
	return wire_ask();
}

/* A cookie with other claims, signed as ours are. */
static char *
forged(const char *audience, const char *role, int64_t lasts_s)
{
	int64_t now_s = ctx.now_ms / MS_PER_S;
	struct token_secret key;
	struct span text;

	ck_assert(token_key_get(&ctx, TOKEN_KEY_CURRENT, &key));
	ck_assert_int_eq(
	    jwt_door_seal(&ctx.arena, key.kid, key.secret,
		&(struct jwt_claims){ .issuer = span_str(ctx.set.token_issuer),
		    .audience = span_str(audience),
		    .subject = arena_i64(&ctx.arena, whom.user),
		    .role = span_str(role),
		    .id = whom.id,
		    .issued_s = now_s,
		    .not_before_s = now_s,
		    .expires_s = now_s + lasts_s,
		    .session = whom.session },
		&text),
	    JWT_DOOR_OK);
	return arena_printf(&ctx.arena, "__Host-bo_m=%.*s", (int)text.len,
	    text.p);
}

START_TEST(a_cookie_is_made_anew_after_a_quarter_of_an_hour)
{
	char *cookie = log_in("m.anew");
	struct page_session again;

	ck_assert_int_eq(look(cookie), 200);
	ck_assert_str_eq(header("Set-Cookie"), "");
	ctx.now_ms += QUARTER_MS;
	ck_assert_int_eq(look(cookie), 200);
	ck_assert_int_eq(strncmp(header("Set-Cookie"), "__Host-bo_m=", 12), 0);
	cookie = arena_str(&ctx.arena, span_str(header("Set-Cookie")));
	*strchr(cookie, ';') = '\0';
	ck_assert_int_eq(page_session_read(&ctx, span_str(cookie + 12), &again),
	    PAGE_SESSION_OK);
	/* Forms of the old one are still good. */
	ck_assert(span_eq(again.id, whom.id));
	ctx.now_ms += 2 * HOUR_MS - 1000;
	ck_assert_int_eq(look(cookie), 200);
}
END_TEST

START_TEST(it_is_over_after_two_hours_without_a_page)
{
	char *cookie = log_in("m.over");

	ctx.now_ms += 2 * HOUR_MS - 1000;
	ck_assert_int_eq(look(cookie), 200);
	ctx.now_ms += 1000;
	ck_assert_int_eq(look(cookie), 303);
	ck_assert_str_eq(header("Location"),
	    "/m/login?next=" PAGE "&why=unauthenticated");
}
END_TEST

START_TEST(a_session_that_ended_is_not_made_anew)
{
	char *cookie = log_in("m.ended");

	ck_assert_int_eq(session_end(&ctx, whom.user, whom.session),
	    SESSION_OK);
	ctx.now_ms += QUARTER_MS;
	ck_assert_int_eq(look(cookie), 303);
	ck_assert_str_eq(header("Set-Cookie"), "");
}
END_TEST

START_TEST(it_lasts_no_longer_than_the_session)
{
	struct span text;
	char *cookie;

	(void)log_in("m.family");

	ctx.now_ms += REFRESH_LIFETIME_S * INT64_C(1000) - HOUR_MS;
	ck_assert_int_eq(page_session_make(&ctx, &whom, &text),
	    PAGE_SESSION_OK);
	cookie = arena_printf(&ctx.arena, "__Host-bo_m=%.*s", (int)text.len,
	    text.p);
	ctx.now_ms += HOUR_MS / 2;
	ck_assert_int_eq(look(cookie), 200);
	ctx.now_ms += HOUR_MS;
	ck_assert_int_eq(look(cookie), 303);
}
END_TEST

START_TEST(a_password_that_is_changed_ends_it)
{
	char *cookie = log_in("m.password");

	ck_assert_int_eq(account_password(&ctx, SPAN_LIT("m.password"),
			     SPAN_LIT("another password")),
	    ACCOUNT_OK);
	ctx.now_ms += QUARTER_MS;
	ck_assert_int_eq(look(cookie), 303);
}
END_TEST

START_TEST(what_is_not_exactly_such_a_cookie_is_none)
{
	char *cookie = log_in("m.forged");
	char *altered = arena_str(&ctx.arena, span_str(cookie));

	ck_assert_int_eq(look(forged("m", NULL, 7200)), 200);
	ck_assert_int_eq(look(forged("m", NULL, 7201)), 303);
	ck_assert_int_eq(look(forged("m", "USER", 900)), 303);
	ck_assert_int_eq(look(forged("m", "ADMIN", 900)), 303);
	ck_assert_int_eq(look(forged("boxoffice", NULL, 900)), 303);
	ck_assert_int_eq(look(forged("", NULL, 900)), 303);
	whom.session = 0;
	ck_assert_int_eq(look(forged("m", NULL, 900)), 303);
	altered[strlen(altered) - 3] ^= 1;
	ck_assert_int_eq(look(altered), 303);
	ck_assert_int_eq(look("__Host-bo_m="), 303);
	ck_assert_int_eq(look("__Host-bo_m=a.b.c"), 303);
	ck_assert_int_eq(look(""), 303);
}
END_TEST

START_TEST(it_is_no_access_token)
{
	char *cookie = log_in("m.api");

	ASSERT_PROBLEM(401, "invalid-token",
	    ask("GET", "/api/v1/me", cookie + strlen("__Host-bo_m="), NULL));
	wire_request("GET", "/api/v1/me", NULL, NULL);
	call.req.cookie = span_str(cookie);
	ASSERT_PROBLEM(401, "unauthenticated", wire_ask());
}
END_TEST

START_TEST(without_the_primary_a_page_says_so)
{
	char *cookie = log_in("m.away");

	ctx.now_ms += QUARTER_MS;
	servers_pg_stop();
	ck_assert_int_eq(look(cookie), 503);
	ck_assert_str_eq(call.res.content_type, "text/html; charset=utf-8");
	ck_assert_str_eq(header("Retry-After"), "1");
	servers_pg_start();
	db_drop(ctx.primary);
}
END_TEST

SUITE("page_session")
{
	FIXTURE_ONCE(once, servers_stop);
	FIXTURE(setup, teardown);
	TEST(a_cookie_is_made_anew_after_a_quarter_of_an_hour);
	TEST(it_is_over_after_two_hours_without_a_page);
	TEST(a_session_that_ended_is_not_made_anew);
	TEST(it_lasts_no_longer_than_the_session);
	TEST(a_password_that_is_changed_ends_it);
	TEST(what_is_not_exactly_such_a_cookie_is_none);
	TEST(it_is_no_access_token);
	TEST(without_the_primary_a_page_says_so);
}
