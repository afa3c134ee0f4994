/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_api_account - users, tokens and wallets as a client sees them
 *
 * The real routes, run through dispatch without a web server.
 *
 * Layer: tests.  Uses: fcgi-app, account.
 */
#include "account/guess.h"
#include "account/token.h"
#include "tests/support/wire.h"
#include "tests/support/world.h"
#include "wallet/wallet.h"

#include <stdio.h>

#define API "/api/v1"
#define SIGNUP(login, password, name, email) \
	"{\"login_id\":\"" login "\",\"password\":\"" password \
	"\"," \
	"\"name\":\"" name "\",\"email\":\"" email "\"}"
#define NEWCOMER(login) SIGNUP(login, "correct horse", "Ann", "ann@example.org")

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

/* access and refresh token of a new user who has logged in */
static char *
log_in(const char *login, char **refresh)
{
	world_user(login);
	ck_assert_int_eq(
	    post(API "/auth/login",
		arena_printf(&ctx.arena,
		    "{\"login_id\":\"%s\",\"password\":\"password\"}", login)),
	    200);
	*refresh = text("refresh_token");
	return text("access_token");
}

static char *
refresh_body(const char *token)
{
	return arena_printf(&ctx.arena, "{\"refresh_token\":\"%s\"}", token);
}

START_TEST(who_signs_up_is_answered_with_the_user)
{
	ck_assert_int_eq(post(API "/auth/signup", NEWCOMER("Wire.Ann")), 201);
	ck_assert_int_gt(number("id"), 0);
	ck_assert_str_eq(text("login_id"), "Wire.Ann");
	ck_assert_str_eq(text("name"), "Ann");
	ck_assert_str_eq(text("email"), "ann@example.org");
	ck_assert_str_eq(text("role"), "USER");
	ck_assert_str_eq(text("totp"), "off");
	ck_assert_uint_eq(strlen(text("created_at")), 24);
	ck_assert_uint_eq(body->n, 7);
}
END_TEST

START_TEST(a_taken_login_id_is_409)
{
	ck_assert_int_eq(post(API "/auth/signup", NEWCOMER("wire.bob")), 201);
	ASSERT_PROBLEM(409, "login-taken",
	    post(API "/auth/signup", NEWCOMER("WIRE.BOB")));
	ASSERT_PROBLEM(409, "login-taken",
	    post(API "/auth/signup",
		NEWCOMER("wire.b\xD0\xBE"
			 "b")));
}
END_TEST

START_TEST(a_bad_field_is_422_and_named)
{
	static const struct {
		const char *json, *field;
	} cases[] = {
		{ NEWCOMER("ab"), "login_id" },
		{ NEWCOMER("wire bob"), "login_id" },
		{ NEWCOMER("wire.b\xD0\xBE\xD0\xBE"
			   "t"),
		    "login_id" },
		{ NEWCOMER(""), "login_id" },
		{ NEWCOMER("wire\\u0007x"), "login_id" },
		{ SIGNUP("wire.c", "short", "C", "c@example.org"), "password" },
		{ SIGNUP("wire.c", "", "C", "c@example.org"), "password" },
		{ SIGNUP("wire.c", "bell\\u0007 in it", "C", "c@example.org"),
		    "password" },
		{ SIGNUP("wire.c", "long enough", "", "c@example.org"),
		    "name" },
		{ SIGNUP("wire.c", "long enough", " ", "c@example.org"),
		    "name" },
		{ SIGNUP("wire.c", "long enough", "a\\u202eb", "c@example.org"),
		    "name" },
		{ SIGNUP("wire.c", "long enough", "C", "example.org"),
		    "email" },
		{ SIGNUP("wire.c", "long enough", "C", "c@example.org\\r\\n"),
		    "email" },
		{ "{\"login_id\":\"wire.c\"}", "password" },
		{ "{\"login_id\":7,\"password\":\"long enough\","
		  "\"name\":\"C\",\"email\":\"c@example.org\"}",
		    "login_id" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		ck_assert_msg(post(API "/auth/signup", cases[i].json) == 422,
		    "%s: %s", cases[i].json, call.res.problem);
		ck_assert_str_eq(text("field"), cases[i].field);
	}
}
END_TEST

START_TEST(a_nul_is_no_text)
{
	ASSERT_PROBLEM(400, "bad-utf8",
	    post(API "/auth/signup",
		SIGNUP("wire.nul", "nul\\u0000 in it", "N", "n@example.org")));
	ASSERT_PROBLEM(400, "bad-utf8",
	    post(API "/auth/login",
		"{\"login_id\":\"wire.nul\",\"password\":\"a\\u0000b\"}"));
}
END_TEST

START_TEST(a_long_password_is_422_and_not_hashed)
{
	char *x = arena_zalloc(&ctx.arena, 1, 60001);

	memset(x, 'x', 60000);
	ASSERT_FIELD("password",
	    post(API "/auth/signup",
		arena_printf(&ctx.arena,
		    "{\"login_id\":\"wire.long\","
		    "\"password\":\"%s\",\"name\":\"L\",\"email\":\"l@x.org\"}",
		    x)));
	ASSERT_FIELD("password",
	    post(API "/auth/login",
		arena_printf(&ctx.arena,
		    "{\"login_id\":\"wire.long\","
		    "\"password\":\"%s\"}",
		    x)));
}
END_TEST

START_TEST(nobody_signs_up_as_an_administrator)
{
	ASSERT_PROBLEM(400, "unknown-field",
	    post(API "/auth/signup",
		"{\"login_id\":\"wire.evil\",\"password\":\"correct horse\","
		"\"name\":\"E\",\"email\":\"e@example.org\","
		"\"role\":\"ADMIN\"}"));
	ASSERT_PROBLEM(400, "unknown-field",
	    post(API "/auth/signup",
		"{\"login_id\":\"wire.evil\",\"password\":\"correct horse\","
		"\"name\":\"E\",\"email\":\"e@example.org\",\"admin\":true}"));
}
END_TEST

START_TEST(who_logs_in_gets_both_tokens)
{
	char *access, *refresh;
	struct token token;

	access = log_in("wire.in", &refresh);
	ck_assert_str_eq(text("token_type"), "Bearer");
	ck_assert_int_eq(number("expires_in"), ctx.set.token_lifetime_s);
	ck_assert_uint_eq(body->n, 4);
	ck_assert_int_eq(token_verify(&ctx, span_str(access), &token),
	    TOKEN_OK);
	ck_assert_int_eq(token.role, ROLE_USER);
	ck_assert_int_eq(ask("GET", API "/me", access, NULL), 200);
	ck_assert_str_eq(text("login_id"), "wire.in");
	ck_assert_int_eq(number("id"), token.user);
}
END_TEST

START_TEST(unknown_users_and_wrong_passwords_get_the_same_bytes)
{
	char *wrong, *unknown;

	world_user("wire.alike");
	ASSERT_PROBLEM(401, "bad-credentials",
	    post(API "/auth/login",
		"{\"login_id\":\"wire.alike\",\"password\":\"passwork\"}"));
	wrong = text("title");
	ck_assert_ptr_null(json_get(body, "detail"));
	ASSERT_PROBLEM(401, "bad-credentials",
	    post(API "/auth/login",
		"{\"login_id\":\"wire.nobody\",\"password\":\"passwork\"}"));
	unknown = text("title");
	ck_assert_str_eq(wrong, unknown);
	ck_assert_ptr_null(json_get(body, "detail"));
	ASSERT_PROBLEM(401, "bad-credentials",
	    post(API "/auth/login",
		"{\"login_id\":\"' OR 1=1 --\",\"password\":\"passwork\"}"));
}
END_TEST

START_TEST(a_login_without_its_fields_is_422)
{
	ASSERT_FIELD("password",
	    post(API "/auth/login", "{\"login_id\":\"wire.x\"}"));
	ASSERT_FIELD("password",
	    post(API "/auth/login",
		"{\"login_id\":\"wire.x\",\"password\":\"\"}"));
	ASSERT_PROBLEM(400, "malformed-json", post(API "/auth/login", "{"));
	ASSERT_PROBLEM(400, "bad-request", post(API "/auth/login", "[]"));
}
END_TEST

START_TEST(a_refresh_token_is_turned)
{
	char *first, *second;

	log_in("wire.turn", &first);
	ck_assert_int_eq(post(API "/auth/refresh", refresh_body(first)), 200);
	second = text("refresh_token");
	ck_assert_str_ne(first, second);
	ck_assert_int_eq(ask("GET", API "/me", text("access_token"), NULL),
	    200);
	ck_assert_str_eq(text("login_id"), "wire.turn");
	ck_assert_int_eq(post(API "/auth/refresh", refresh_body(second)), 200);
	/* A request repeated, */
	ck_assert_int_eq(post(API "/auth/refresh", refresh_body(first)), 200);
	ck_assert_str_eq(text("refresh_token"), second);
	/* and one that comes too late: somebody has a copy. */
	ctx.set.refresh_retry_s = 0;
	ASSERT_PROBLEM(401, "invalid-token",
	    post(API "/auth/refresh", refresh_body(first)));
	ASSERT_PROBLEM(401, "invalid-token",
	    post(API "/auth/refresh", refresh_body(second)));
}
END_TEST

START_TEST(a_refresh_carries_the_role_of_today)
{
	char *refresh;
	struct token token;

	log_in("wire.risen", &refresh);
	world_number(
	    "WITH u AS (UPDATE users SET role = 'ADMIN' WHERE"
	    " login_fold = 'wire.risen' RETURNING id) SELECT id FROM u");
	ck_assert_int_eq(post(API "/auth/refresh", refresh_body(refresh)), 200);
	ck_assert_int_eq(
	    token_verify(&ctx, span_str(text("access_token")), &token),
	    TOKEN_OK);
	ck_assert_int_eq(token.role, ROLE_ADMIN);
}
END_TEST

START_TEST(after_logging_out_the_refresh_token_is_dead)
{
	char *refresh;

	log_in("wire.out", &refresh);
	ck_assert_int_eq(post(API "/auth/logout", refresh_body(refresh)), 204);
	ck_assert_uint_eq(call.res.body.len, 0);
	ASSERT_PROBLEM(401, "invalid-token",
	    post(API "/auth/refresh", refresh_body(refresh)));
	ck_assert_int_eq(post(API "/auth/logout", refresh_body(refresh)), 204);
	ck_assert_int_eq(post(API "/auth/logout", refresh_body("unknown")),
	    204);
}
END_TEST

/* ---- a browser's session ---- */

#define OURS "https://tickets.example.org"

/* A POST of a page, with what the browser sends along: NULL for nothing. */
static int
from_page(const char *uri, const char *json, const char *origin,
    const char *cookie)
{
	wire_request("POST", uri, NULL, json);
	call.req.x_session = SPAN_LIT("cookie");
	call.req.origin = span_str(origin);
	call.req.cookie = span_str(cookie);
	return wire_ask();
}

/* The cookie as the browser sends it back, behind one of somebody else's. */
static char *
kept_cookie(void)
{
	struct span rest = span_str(header("Set-Cookie"));
	struct span pair = span_cut(&rest, ';');

	ck_assert(span_eq_str(rest,
	    " Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=1209600"));
	ck_assert(span_starts(pair, SPAN_LIT("__Host-bo_refresh=")));
	return arena_printf(&ctx.arena, "theme=dark; %.*s; x", (int)pair.len,
	    pair.p);
}

static char *
log_in_page(const char *login)
{
	snprintf(ctx.set.public_url, sizeof(ctx.set.public_url), OURS "/shop");
	world_user(login);
	ck_assert_int_eq(
	    from_page(API "/auth/login",
		arena_printf(&ctx.arena,
		    "{\"login_id\":\"%s\",\"password\":\"password\"}", login),
		OURS, NULL),
	    200);
	ck_assert_ptr_null(json_get(body, "refresh_token"));
	ck_assert_uint_eq(body->n, 3);
	return kept_cookie();
}

START_TEST(a_page_has_its_refresh_token_in_a_cookie)
{
	char *first = log_in_page("wire.page"), *second;

	ck_assert_int_eq(from_page(API "/auth/refresh", "{}", OURS, first),
	    200);
	ck_assert_ptr_null(json_get(body, "refresh_token"));
	ck_assert_int_eq(ask("GET", API "/me", text("access_token"), NULL),
	    200);
	ck_assert_int_eq(from_page(API "/auth/refresh", "{}", OURS, first),
	    200);
	second = kept_cookie();
	ck_assert_str_ne(first, second);
	ck_assert_int_eq(from_page(API "/auth/logout", "{}", OURS, second),
	    204);
	ck_assert_str_eq(header("Set-Cookie"),
	    "__Host-bo_refresh=; Path=/; Secure; HttpOnly; SameSite=Strict; "
	    "Max-Age=0");
	ASSERT_PROBLEM(401, "invalid-token",
	    from_page(API "/auth/refresh", "{}", OURS, second));
	ASSERT_PROBLEM(401, "invalid-token",
	    from_page(API "/auth/refresh", "{}", OURS, NULL));
}
END_TEST

START_TEST(a_cookie_is_read_for_our_own_pages_only)
{
	static const char *const others[] = { NULL, "", "null",
		"https://evil.example.org", "http://tickets.example.org",
		OURS ".evil.org", OURS ":8443", OURS "/shop" };
	char *cookie = log_in_page("wire.origin");

	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		ASSERT_PROBLEM(403, "forbidden",
		    from_page(API "/auth/refresh", "{}", others[i], cookie));
		ASSERT_PROBLEM(403, "forbidden",
		    from_page(API "/auth/logout", "{}", others[i], cookie));
		ck_assert_str_eq(header("Set-Cookie"), "");
	}
	/* Nobody has said where our pages are. */
	ctx.set.public_url[0] = '\0';
	ASSERT_PROBLEM(403, "forbidden",
	    from_page(API "/auth/refresh", "{}", "", cookie));
}
END_TEST

START_TEST(a_cookie_that_nobody_asked_for_is_not_read)
{
	char *cookie = log_in_page("wire.plain");

	wire_request("POST", API "/auth/refresh", NULL, "{}");
	call.req.origin = SPAN_LIT(OURS);
	call.req.cookie = span_str(cookie);
	ASSERT_FIELD("refresh_token", wire_ask());
	wire_request("GET", API "/me", NULL, NULL);
	call.req.x_session = SPAN_LIT("cookie");
	call.req.origin = SPAN_LIT(OURS);
	call.req.cookie = span_str(cookie);
	ASSERT_PROBLEM(401, "unauthenticated", wire_ask());
}
END_TEST

START_TEST(cookie_and_body_together_are_refused)
{
	char *refresh, *cookie = log_in_page("wire.twice");

	log_in("wire.twice2", &refresh);
	ASSERT_PROBLEM(400, "bad-request",
	    from_page(API "/auth/refresh", refresh_body(refresh), OURS,
		cookie));
	ASSERT_PROBLEM(400, "bad-request",
	    from_page(API "/auth/logout", refresh_body(refresh), OURS, cookie));
	ck_assert_int_eq(post(API "/auth/refresh", refresh_body(refresh)), 200);
	ck_assert_int_eq(from_page(API "/auth/refresh", "{}", OURS, cookie),
	    200);
}
END_TEST

START_TEST(me_and_wallet_need_a_token)
{
	ASSERT_PROBLEM(401, "unauthenticated",
	    ask("GET", API "/me", NULL, NULL));
	ASSERT_PROBLEM(401, "unauthenticated",
	    ask("GET", API "/wallet", NULL, NULL));
	ASSERT_PROBLEM(401, "invalid-token",
	    ask("GET", API "/me", "nonsense", NULL));
}
END_TEST

/* ---- sessions ---- */

static const struct json *
sessions(const char *access, size_t n)
{
	const struct json *list;

	ck_assert_int_eq(ask("GET", API "/me/sessions", access, NULL), 200);
	list = json_get(body, "items");
	ck_assert_uint_eq(list->n, n);
	return list->items;
}

/* Another session of the same user. */
static char *
log_in_again(const char *login, char **refresh)
{
	ck_assert_int_eq(
	    post(API "/auth/login",
		arena_printf(&ctx.arena,
		    "{\"login_id\":\"%s\",\"password\":\"password\"}", login)),
	    200);
	*refresh = text("refresh_token");
	return text("access_token");
}

static int
end_session(const char *access, int64_t id)
{
	return ask("DELETE",
	    arena_printf(&ctx.arena, API "/me/sessions/%lld", (long long)id),
	    access, NULL);
}

START_TEST(a_user_sees_his_sessions_and_ends_them)
{
	char *phone, *tablet, *stranger, *on_phone, *on_tablet;
	const struct json *list;
	int64_t of_phone;

	on_phone = log_in("wire.both", &phone);
	on_tablet = log_in_again("wire.both", &tablet);
	list = sessions(on_tablet, 2);
	ck_assert(json_get(&list[0], "current")->boolean);
	ck_assert(!json_get(&list[1], "current")->boolean);
	ck_assert_uint_eq(list[0].n, 5);
	of_phone = json_get(&list[1], "id")->i64;
	ck_assert_int_eq(post(API "/auth/refresh", refresh_body(phone)), 200);
	phone = text("refresh_token");
	list = sessions(text("access_token"), 2);
	ck_assert(json_get(&list[1], "current")->boolean);
	ASSERT_PROBLEM(404, "not-found",
	    end_session(log_in("wire.else", &stranger), of_phone));
	ck_assert_int_eq(end_session(on_tablet, of_phone), 204);
	ck_assert_int_eq(end_session(on_tablet, of_phone), 204);
	sessions(on_tablet, 1);
	ASSERT_PROBLEM(401, "invalid-token",
	    post(API "/auth/refresh", refresh_body(phone)));
	/* As documented: its last access token lives out its time. */
	ck_assert_int_eq(ask("GET", API "/me", on_phone, NULL), 200);
	ck_assert_int_eq(post(API "/auth/refresh", refresh_body(tablet)), 200);
	ASSERT_PROBLEM(404, "not-found", end_session(on_tablet, 0));
	ASSERT_PROBLEM(404, "not-found", end_session(on_tablet, 1L << 52));
}
END_TEST

START_TEST(sessions_are_listed_in_pages_and_only_while_they_last)
{
	char *refresh, *access = log_in("wire.many", &refresh);
	const struct json *next;

	log_in_again("wire.many", &refresh);
	log_in_again("wire.many", &refresh);
	ck_assert_int_eq(ask("GET", API "/me/sessions?limit=2", access, NULL),
	    200);
	ck_assert_uint_eq(json_get(body, "items")->n, 2);
	next = json_get(body, "next_cursor");
	ck_assert_int_eq(
	    ask("GET",
		arena_printf(&ctx.arena, API "/me/sessions?limit=2&cursor=%s",
		    arena_str(&ctx.arena, next->str)),
		access, NULL),
	    200);
	ck_assert_uint_eq(json_get(body, "items")->n, 1);
	world_number(
	    "WITH t AS (UPDATE refresh_token SET expires_at = now() -"
	    " interval '1 s' FROM refresh_family AS f JOIN users AS u ON"
	    " u.id = f.user_id WHERE f.id = family_id AND login_fold ="
	    " 'wire.many' RETURNING 1) SELECT count(*) FROM t");
	sessions(access, 0);
}
END_TEST

static int
change_password(const char *access, const char *was, const char *new)
{
	return ask("POST", API "/me/password", access,
	    arena_printf(&ctx.arena, "{\"old\":\"%s\",\"new\":\"%s\"}", was,
		new));
}

START_TEST(another_password_ends_the_other_sessions)
{
	char *here, *elsewhere, *access = log_in("wire.change", &here);

	log_in_again("wire.change", &elsewhere);
	ASSERT_PROBLEM(401, "bad-credentials",
	    change_password(access, "passwork", "a new password"));
	ASSERT_FIELD("new", change_password(access, "password", "short"));
	ASSERT_FIELD("new",
	    change_password(access, "password", "bell\\u0007 in it"));
	ASSERT_FIELD("old", change_password(access, "", "a new password"));
	sessions(access, 2);
	ck_assert_int_eq(change_password(access, "password", "a new password"),
	    204);
	sessions(access, 1);
	ASSERT_PROBLEM(401, "invalid-token",
	    post(API "/auth/refresh", refresh_body(elsewhere)));
	ck_assert_int_eq(post(API "/auth/refresh", refresh_body(here)), 200);
	ASSERT_PROBLEM(401, "bad-credentials",
	    post(API "/auth/login",
		"{\"login_id\":\"wire.change\",\"password\":\"password\"}"));
	ck_assert_int_eq(
	    post(API "/auth/login",
		"{\"login_id\":"
		"\"wire.change\",\"password\":\"a new password\"}"),
	    200);
	ASSERT_PROBLEM(401, "unauthenticated",
	    change_password(NULL, "password", "a new password"));
}
END_TEST

START_TEST(the_old_password_is_guessed_no_faster_than_at_a_login)
{
	char *refresh, *access = log_in("wire.open", &refresh);

	for (int i = 0; i < GUESS_FREE; i++)
		ASSERT_PROBLEM(401, "bad-credentials",
		    change_password(access, "passwork", "a new password"));
	for (int i = 0; i < 2; i++)
		change_password(access, "passwork", "a new password");
	ASSERT_PROBLEM(429, "rate-limited",
	    change_password(access, "password", "a new password"));
	ck_assert_str_ne(header("Retry-After"), "");
}
END_TEST

START_TEST(a_query_that_does_not_belong_is_refused)
{
	char *refresh, *access = log_in("wire.query", &refresh);

	ck_assert_int_eq(ask("GET", API "/me?id=1", access, NULL), 400);
	ck_assert_str_eq(call.res.problem, "unknown-field");
	ck_assert_int_eq(ask("GET", API "/wallet?user=1", access, NULL), 400);
	ck_assert_int_eq(post(API "/auth/refresh?a=b", refresh_body(refresh)),
	    400);
	ck_assert_int_eq(post(API "/auth/refresh", refresh_body(refresh)), 200);
}
END_TEST

START_TEST(the_wallet_shows_balance_and_currency)
{
	char *refresh, *access = log_in("wire.rich", &refresh);
	struct wallet wallet;
	struct token token;

	ck_assert_int_eq(ask("GET", API "/wallet", access, NULL), 200);
	ck_assert_int_eq(number("balance"), 0);
	ck_assert_int_eq(token_verify(&ctx, span_str(access), &token),
	    TOKEN_OK);
	ck_assert_int_eq(wallet_credit(&ctx, token.user, 25000, &wallet),
	    WALLET_OK);
	ck_assert_int_eq(ask("GET", API "/wallet", access, NULL), 200);
	ck_assert_int_eq(number("balance"), 25000);
	ck_assert_str_eq(text("currency"), "KRW");
	ck_assert_uint_eq(body->n, 2);
}
END_TEST

START_TEST(the_token_of_a_user_who_is_gone_is_no_token)
{
	struct span token;
	char *access;

	ck_assert_int_eq(token_make(&ctx, TOKEN_KEY_CURRENT,
			     &(struct token){ .user = 999999999 }, &token),
	    TOKEN_OK);
	access = arena_str(&ctx.arena, token);
	ASSERT_PROBLEM(401, "invalid-token",
	    ask("GET", API "/me", access, NULL));
	ASSERT_PROBLEM(401, "invalid-token",
	    ask("GET", API "/wallet", access, NULL));
}
END_TEST

START_TEST(without_the_primary_the_answer_is_503)
{
	char *refresh, *access = log_in("wire.stranded", &refresh);
	const char *turn = refresh_body(refresh);

	servers_pg_stop();
	ck_assert_int_eq(ask("GET", API "/me", access, NULL), 503);
	ck_assert_int_eq(ask("GET", API "/wallet", access, NULL), 503);
	ck_assert_int_eq(post(API "/auth/signup", NEWCOMER("wire.late")), 503);
	ck_assert_int_eq(post(API "/auth/login",
			     "{\"login_id\":"
			     "\"wire.stranded\",\"password\":\"password\"}"),
	    503);
	ck_assert_int_eq(post(API "/auth/refresh", turn), 503);
	ck_assert_int_eq(post(API "/auth/logout", turn), 503);
	servers_pg_start();
	db_drop(ctx.primary);
	ck_assert_int_eq(post(API "/auth/refresh", turn), 200);
}
END_TEST

SUITE("api_account")
{
	FIXTURE_ONCE(once, servers_stop);
	FIXTURE(setup, teardown);
	TEST(who_signs_up_is_answered_with_the_user);
	TEST(a_taken_login_id_is_409);
	TEST(a_bad_field_is_422_and_named);
	TEST(a_nul_is_no_text);
	TEST(a_long_password_is_422_and_not_hashed);
	TEST(nobody_signs_up_as_an_administrator);
	TEST(who_logs_in_gets_both_tokens);
	TEST(unknown_users_and_wrong_passwords_get_the_same_bytes);
	TEST(a_login_without_its_fields_is_422);
	TEST(a_refresh_token_is_turned);
	TEST(a_refresh_carries_the_role_of_today);
	TEST(after_logging_out_the_refresh_token_is_dead);
	TEST(a_page_has_its_refresh_token_in_a_cookie);
	TEST(a_cookie_is_read_for_our_own_pages_only);
	TEST(a_cookie_that_nobody_asked_for_is_not_read);
	TEST(cookie_and_body_together_are_refused);
	TEST(me_and_wallet_need_a_token);
	TEST(a_user_sees_his_sessions_and_ends_them);
	TEST(sessions_are_listed_in_pages_and_only_while_they_last);
	TEST(another_password_ends_the_other_sessions);
	TEST(the_old_password_is_guessed_no_faster_than_at_a_login);
	TEST(a_query_that_does_not_belong_is_refused);
	TEST(the_wallet_shows_balance_and_currency);
	TEST(the_token_of_a_user_who_is_gone_is_no_token);
	TEST(without_the_primary_the_answer_is_503);
}
