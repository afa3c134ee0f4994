/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_totp - second factors, as who works here and his administrator see them
 *
 * The real routes, run through dispatch without a web server.
 *
 * Layer: tests.  Uses: fcgi-app, account.
 */
#include "account/guess.h"
#include "account/login.h"
#include "account/totp.h"
#include "account/totp_code.h"
#include "base/clock.h"
#include "tests/support/race.h"
#include "tests/support/wire.h"
#include "tests/support/world.h"

#include <inttypes.h>

#define API "/api/v1"
#define NOON_MS (INT64_C(1764000000000) / TOTP_STEP_MS * TOTP_STEP_MS)

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
	clock_fake(-1);
	wire_close();
	world_close();
}

/* ---- the codes ---- */

/* RFC 6238, appendix B; eight digits there. */
static const struct {
	int64_t s;
	uint32_t number;
} vectors[] = {
	{ 59, 94287082 },
	{ 1111111109, 7081804 },
	{ 1111111111, 14050471 },
	{ 1234567890, 89005924 },
	{ 2000000000, 69279037 },
	{ INT64_C(20000000000), 65353130 },
};

static const uint8_t of_rfc[TOTP_SECRET_LEN] = "12345678901234567890";

START_TEST(codes_agree_with_rfc_6238)
{
	ck_assert_uint_eq(totp_number(of_rfc, vectors[_i].s / 30) % 100000000,
	    vectors[_i].number);
}
END_TEST

static bool
is_near(int64_t off_ms, int64_t *step)
{
	const struct span code = SPAN_LIT("287082"); /* of step 1 */

	return totp_step_of(of_rfc, code, TOTP_STEP_MS + off_ms, step);
}

START_TEST(one_step_of_skew_is_taken_and_no_more)
{
	int64_t step = 0;

	ck_assert(is_near(-TOTP_STEP_MS, &step));
	ck_assert_int_eq(step, 1);
	ck_assert(is_near(2 * TOTP_STEP_MS - 1, &step));
	ck_assert(!is_near(2 * TOTP_STEP_MS, &step));
	ck_assert(!totp_step_of(of_rfc, SPAN_LIT("87082"), 59000, &step));
	ck_assert(!totp_step_of(of_rfc, SPAN_LIT("0287082"), 59000, &step));
	ck_assert(!totp_step_of(of_rfc, SPAN_LIT("28708x"), 59000, &step));
}
END_TEST

/* ---- who works here ---- */

static const char *login;
static char *access_token;
static int64_t user;
static uint8_t secret[TOTP_SECRET_LEN];
static char *recovery;

static int64_t
role(const char *name)
{
	return world_number(arena_printf(&ctx.arena,
	    "WITH u AS (UPDATE users SET role = '%s', version = version + 1"
	    " WHERE id = %" PRId64 " RETURNING 1) SELECT count(*) FROM u",
	    name, user));
}

static void
given(const char *name, const char *is)
{
	clock_fake(NOON_MS);
	login = name;
	user = world_user(name);
	ck_assert_int_eq(role(is), 1);
}

/* A request of this moment. */
static int
at_once(const char *method, const char *uri, const char *token,
    const char *json)
{
	ctx.now_ms = clock_ms();
	return ask(method, uri, token, json);
}

static int
log_in(const char *code)
{
	int status;

	ctx.now_ms = clock_ms();
	status = post(API "/auth/login",
	    code == NULL ? arena_printf(&ctx.arena,
		"{\"login_id\":\"%s\",\"password\":\"password\"}", login)
			 : arena_printf(&ctx.arena,
			     "{\"login_id\":\"%s\",\"password\":\"password\","
			     "\"totp\":\"%s\"}",
			     login, code));

	if (status == 200)
		access_token = text("access_token");
	return status;
}

/* What base 32 says. */
static void
read_secret(const char *word)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	uint64_t bits = 0;
	int n = 0;
	size_t at = 0;

	ck_assert_uint_eq(strlen(word), 32);
	for (; *word != '\0'; word++) {
		bits = bits << 5 | (uint64_t)(strchr(letters, *word) - letters);
		for (n += 5; n >= 8; n -= 8)
			secret[at++] = (uint8_t)(bits >> (n - 8));
	}
}

static const char *
code_at(int64_t ms)
{
	return arena_printf(&ctx.arena, "%06u",
	    (unsigned)(totp_number(secret, ms / TOTP_STEP_MS) % 1000000));
}

static const char *
code_now(void)
{
	return code_at(clock_ms());
}

static int
begin(void)
{
	int status = at_once("POST", API "/me/totp", access_token, NULL);

	if (status == 201)
		read_secret(text("secret"));
	return status;
}

static int
confirm(const char *code)
{
	int status = at_once("POST", API "/me/totp/confirm", access_token,
	    arena_printf(&ctx.arena, "{\"code\":\"%s\"}", code));

	if (status == 200)
		recovery = arena_str(&ctx.arena,
		    json_get(body, "recovery_codes")->items[3].str);
	return status;
}

static int
drop(const char *code)
{
	return at_once("DELETE", API "/me/totp", access_token,
	    arena_printf(&ctx.arena, "{\"code\":\"%s\"}", code));
}

static void
given_factor(const char *name, const char *is)
{
	given(name, is);
	ck_assert_int_eq(log_in(NULL), 200);
	ck_assert_int_eq(begin(), 201);
	ck_assert_int_eq(confirm(code_now()), 200);
	ck_assert_uint_eq(json_get(body, "recovery_codes")->n, 10);
	clock_fake_add(TOTP_STEP_MS);
}

static const char *
mine(void)
{
	ck_assert_int_eq(at_once("GET", API "/me", access_token, NULL), 200);
	return text("totp");
}

START_TEST(a_factor_is_on_when_a_code_was_said)
{
	given("totp.on", "STAFF");
	ck_assert_int_eq(log_in(NULL), 200);
	ck_assert_str_eq(mine(), "off");
	ASSERT_PROBLEM(404, "not-found", confirm("123456"));
	ck_assert_int_eq(begin(), 201);
	ck_assert_ptr_nonnull(strstr(text("uri"), text("secret")));
	ck_assert_int_eq(begin(), 201);
	ASSERT_FIELD("code", confirm(code_at(NOON_MS + 5 * TOTP_STEP_MS)));
	ck_assert_int_eq(log_in(NULL), 200);
	ck_assert_int_eq(confirm(code_now()), 200);
	ck_assert_str_eq(mine(), "on");
	ASSERT_PROBLEM(409, "in-use", begin());
	ASSERT_PROBLEM(404, "not-found", confirm(code_now()));
	ck_assert_int_eq(
	    world_number(arena_printf(&ctx.arena,
		"SELECT count(*) FROM audit_log WHERE action = 'user.totp'"
		" AND object = 'user %" PRId64 "'",
		user)),
	    1);
}
END_TEST

START_TEST(a_login_needs_a_code_and_each_counts_once)
{
	const char *code;

	given_factor("totp.login", "ADMIN");
	ASSERT_PROBLEM(401, "totp-needed", log_in(NULL));
	/* That of the confirmation was used. */
	ASSERT_PROBLEM(401, "totp-needed",
	    log_in(code_at(clock_ms() - TOTP_STEP_MS)));
	code = code_now();
	ck_assert_int_eq(
	    log_in(arena_printf(&ctx.arena, "%.3s %s", code, code + 3)), 200);
	ASSERT_PROBLEM(401, "totp-needed", log_in(code));
	/* One that is older than the last is over too. */
	clock_fake_add(2 * TOTP_STEP_MS);
	ck_assert_int_eq(log_in(code_now()), 200);
	ASSERT_PROBLEM(401, "totp-needed",
	    log_in(code_at(clock_ms() - TOTP_STEP_MS)));
	ck_assert_int_eq(at_once("GET", API "/admin/today", access_token, NULL),
	    200);
}
END_TEST

START_TEST(a_recovery_code_counts_once)
{
	given_factor("totp.lost", "STAFF");
	ck_assert_int_eq(log_in(recovery), 200);
	ASSERT_PROBLEM(401, "totp-needed", log_in(recovery));
	ck_assert_int_eq(
	    world_number(arena_printf(&ctx.arena,
		"SELECT count(*) FROM totp_recovery WHERE user_id = %" PRId64,
		user)),
	    9);
	ASSERT_PROBLEM(401, "totp-needed", log_in("0000-0000-0000-0000"));
}
END_TEST

/* The right password alone ends no count. */
START_TEST(guesses_of_codes_are_counted_as_those_of_passwords)
{
	given_factor("totp.guess", "STAFF");
	for (int i = 0; i < GUESS_FREE; i++)
		ASSERT_PROBLEM(401, "totp-needed",
		    log_in(i % 2 == 0 ? "000000" : NULL));
	ASSERT_PROBLEM(429, "rate-limited", log_in(code_now()));
}
END_TEST

static int
log_in_from(int network, const char *code)
{
	struct login_result made;
	const struct login ask = { .login_id = span_str(login),
		.password = SPAN_LIT("password"),
		.totp = span_str(code),
		.address = span_str(
		    arena_printf(&ctx.arena, "192.0.2.%d", network)) };

	ctx.now_ms = clock_ms();
	return login_make(&ctx, &ask, &made);
}

START_TEST(guesses_of_codes_are_counted_over_all_networks)
{
	given_factor("totp.spread", "STAFF");
	for (int i = 0; i < GUESS_FREE; i++)
		ck_assert_int_eq(log_in_from(i, "000000"), LOGIN_E_TOTP);
	ck_assert_int_eq(log_in_from(GUESS_FREE, code_now()), LOGIN_E_EARLY);
	clock_fake_add(GUESS_WAIT_MAX_MS);
	ck_assert_int_eq(log_in_from(GUESS_FREE, code_now()), LOGIN_OK);
}
END_TEST

START_TEST(buyers_have_none)
{
	given("totp.buyer", "USER");
	ck_assert_int_eq(log_in(NULL), 200);
	ASSERT_PROBLEM(403, "forbidden", begin());
	ck_assert_str_eq(mine(), "off");
}
END_TEST

START_TEST(it_goes_when_its_user_says_so_or_an_administrator)
{
	const char *lost;
	int64_t of;

	given_factor("totp.drop", "STAFF");
	ck_assert_int_eq(drop(code_now()), 204);
	ASSERT_PROBLEM(404, "not-found", drop(code_now()));
	ck_assert_int_eq(log_in(NULL), 200);
	/* One that waits for its code is replaced, not dropped. */
	ck_assert_int_eq(begin(), 201);
	ASSERT_PROBLEM(404, "not-found", drop(code_now()));
	given_factor("totp.reset", "STAFF");
	of = user;
	lost = login;
	given("totp.boss", "ADMIN");
	ck_assert_int_eq(log_in(NULL), 200);
	ASSERT_FIELD("reason",
	    at_once("POST",
		arena_printf(&ctx.arena,
		    API "/admin/users/%" PRId64 "/totp/reset", of),
		access_token, "{\"reason\":\" \"}"));
	ck_assert_int_eq(at_once("POST",
			     arena_printf(&ctx.arena,
				 API "/admin/users/%" PRId64 "/totp/reset", of),
			     access_token, "{\"reason\":\"lost his phone\"}"),
	    204);
	login = lost;
	ck_assert_int_eq(log_in(NULL), 200);
	ck_assert_int_eq(world_number(arena_printf(&ctx.arena,
			     "SELECT count(*) FROM audit_log WHERE action ="
			     " 'user.totp-drop' AND object = 'user %" PRId64 "'"
			     " AND reason = 'lost his phone'",
			     of)),
	    1);
}
END_TEST

/* Who knows the password and has found an open browser has not the app. */
START_TEST(it_does_not_go_without_a_code)
{
	given_factor("totp.kept", "STAFF");
	ASSERT_PROBLEM(415, "unsupported-media-type",
	    at_once("DELETE", API "/me/totp", access_token, NULL));
	ASSERT_FIELD("code",
	    at_once("DELETE", API "/me/totp", access_token, "{}"));
	ASSERT_FIELD("code", drop("000000"));
	/* That of the confirmation was used. */
	ASSERT_FIELD("code", drop(code_at(clock_ms() - TOTP_STEP_MS)));
	ck_assert_str_eq(mine(), "on");
	ck_assert_int_eq(drop(recovery), 204);
	ck_assert_str_eq(mine(), "off");
}
END_TEST

START_TEST(guesses_of_who_drops_it_are_counted_with_those_of_logins)
{
	given_factor("totp.tries", "STAFF");
	for (int i = 0; i < GUESS_FREE; i++)
		ASSERT_FIELD("code", drop("000000"));
	ASSERT_PROBLEM(429, "rate-limited", drop(code_now()));
	ck_assert_int_eq(log_in_from(0, code_now()), LOGIN_E_EARLY);
	clock_fake_add(GUESS_WAIT_MAX_MS);
	ck_assert_int_eq(drop(code_now()), 204);
}
END_TEST

/* Who has none is a user like others, until a second after he has one. */
START_TEST(where_it_is_required_there_is_no_role_without)
{
	ctx.set.totp = TOTP_REQUIRED_STAFF;
	given("totp.must", "STAFF");
	ck_assert_int_eq(log_in(NULL), 200);
	ck_assert_str_eq(mine(), "needed");
	ASSERT_PROBLEM(403, "forbidden",
	    at_once("GET", API "/admin/today", access_token, NULL));
	ck_assert_int_eq(begin(), 201);
	ck_assert_int_eq(confirm(code_now()), 200);
	clock_fake_add(TOTP_STEP_MS);
	ck_assert_int_eq(at_once("GET", API "/admin/today", access_token, NULL),
	    200);
	/* And is one again when it is gone. */
	ck_assert_int_eq(drop(code_now()), 204);
	clock_fake_add(TOTP_STEP_MS);
	ASSERT_PROBLEM(403, "forbidden",
	    at_once("GET", API "/admin/today", access_token, NULL));
}
END_TEST

/* Somebody who has the password alone does not get the role by it. */
START_TEST(what_was_begun_without_a_code_ends)
{
	char *before;

	ctx.set.totp = TOTP_REQUIRED_STAFF;
	given("totp.before", "STAFF");
	ck_assert_int_eq(log_in(NULL), 200);
	before = access_token;
	ck_assert_int_eq(log_in(NULL), 200);
	ck_assert_int_eq(begin(), 201);
	ck_assert_int_eq(confirm(code_now()), 200);
	clock_fake_add(TOTP_STEP_MS);
	ASSERT_PROBLEM(401, "invalid-token",
	    at_once("GET", API "/me", before, NULL));
	ck_assert_str_eq(mine(), "on");
	ck_assert_int_eq(
	    world_number(arena_printf(&ctx.arena,
		"SELECT count(*) FROM refresh_family WHERE user_id = %" PRId64
		" AND revoked_at IS NULL",
		user)),
	    1);
}
END_TEST

/* ---- at once ---- */

static void
open_runner(int i)
{
	(void)i;
	world_open();
}

static int
use_code(int i)
{
	(void)i;
	return totp_use(&ctx, user, span_str(code_at(NOON_MS + TOTP_STEP_MS)));
}

static int
use_recovery(int i)
{
	(void)i;
	return totp_use(&ctx, user, span_str(recovery));
}

START_TEST(of_many_who_say_one_code_at_once_one_is_let_in)
{
	const struct runner codes = { open_runner, use_code };
	const struct runner recoveries = { open_runner, use_recovery };
	int results[6];

	given_factor("totp.race", "STAFF");
	race(6, &codes, results);
	ck_assert_int_eq(race_count(6, results, TOTP_OK), 1);
	ck_assert_int_eq(race_count(6, results, TOTP_E_CODE), 5);
	race(6, &recoveries, results);
	ck_assert_int_eq(race_count(6, results, TOTP_OK), 1);
	ck_assert_int_eq(race_count(6, results, TOTP_E_CODE), 5);
}
END_TEST

#ifdef FAULTS
static void
confirm_now(void)
{
	_exit(confirm(code_at(NOON_MS)) == 200 ? 0 : 1);
}

/* Whose answer was lost has no recovery codes: he begins again. */
START_TEST(who_dies_confirming_begins_again)
{
	given("totp.dies", "STAFF");
	ck_assert_int_eq(log_in(NULL), 200);
	ck_assert_int_eq(begin(), 201);
	world_crash("totp.before_confirm", confirm_now);
	ck_assert_int_eq(log_in(NULL), 200);
	world_crash("totp.after_confirm", confirm_now);
	ASSERT_PROBLEM(401, "totp-needed", log_in(NULL));
	clock_fake_add(TOTP_STEP_MS);
	ck_assert_int_eq(drop(code_now()), 204);
	ck_assert_int_eq(begin(), 201);
	ck_assert_int_eq(confirm(code_now()), 200);
}
END_TEST
#endif

SUITE("totp")
{
	FIXTURE_ONCE(once, servers_stop);
	FIXTURE(setup, teardown);
	TEST_LOOP(codes_agree_with_rfc_6238, 6);
	TEST(one_step_of_skew_is_taken_and_no_more);
	TEST(a_factor_is_on_when_a_code_was_said);
	TEST(a_login_needs_a_code_and_each_counts_once);
	TEST(a_recovery_code_counts_once);
	TEST(guesses_of_codes_are_counted_as_those_of_passwords);
	TEST(guesses_of_codes_are_counted_over_all_networks);
	TEST(buyers_have_none);
	TEST(it_goes_when_its_user_says_so_or_an_administrator);
	TEST(it_does_not_go_without_a_code);
	TEST(guesses_of_who_drops_it_are_counted_with_those_of_logins);
	TEST(where_it_is_required_there_is_no_role_without);
	TEST(what_was_begun_without_a_code_ends);
	TEST(of_many_who_say_one_code_at_once_one_is_let_in);
#ifdef FAULTS
	TEST(who_dies_confirming_begins_again);
#endif
}
