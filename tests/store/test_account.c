/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_account - signing up, logging in, and what is not told to strangers
 *
 * Layer: tests.  Uses: account.
 */
#include "account/account.h"

#include "account/password.h"
#include "account/refresh.h"
#include "account/standing.h"
#include "admin/users.h"
#include "base/fault.h"
#include "tests/support/race.h"
#include "tests/support/world.h"

#include <fcntl.h>
#include <unistd.h>

static void
once(void)
{
	servers_start(SERVERS_PG);
}

static struct account_new
newcomer(const char *login)
{
	return (struct account_new){
		.login_id = span_str(login),
		.password = SPAN_LIT("correct horse"),
		.name = SPAN_LIT("Ann"),
		.email = SPAN_LIT("ann@example.org"),
	};
}

static int
signup(struct account_new who)
{
	struct account account;

	return account_signup(&ctx, &who, &account);
}

static int
login(const char *login_id, const char *password)
{
	struct account account;

	return account_login(&ctx, span_str(login_id), span_str(password),
	    &account);
}

static char *
repeat(const char *s, size_t n)
{
	char *out = arena_zalloc(&ctx.arena, n + 1, strlen(s) + 1);

	for (size_t i = 0; i < n; i++)
		strcat(out + i * strlen(s), s);
	return out;
}

START_TEST(who_signs_up_is_found_and_may_log_in)
{
	struct account_new who = newcomer("Signer");
	struct account made, found;

	ck_assert_int_eq(account_signup(&ctx, &who, &made), ACCOUNT_OK);
	ck_assert(made.id > 0 && made.role == ROLE_USER && made.created_ms > 0);
	ck_assert_int_eq(account_get(&ctx, made.id, &found), ACCOUNT_OK);
	ck_assert(span_eq_str(found.login_id, "Signer"));
	ck_assert(span_eq_str(found.name, "Ann"));
	ck_assert(span_eq_str(found.email, "ann@example.org"));
	ck_assert_int_eq(account_find(&ctx, SPAN_LIT("SIGNER"), &found),
	    ACCOUNT_OK);
	ck_assert_int_eq(found.id, made.id);
	ck_assert_int_eq(account_login(&ctx, SPAN_LIT("signer"),
			     SPAN_LIT("correct horse"), &found),
	    ACCOUNT_OK);
	ck_assert_int_eq(found.id, made.id);
}
END_TEST

START_TEST(a_newcomer_has_an_empty_wallet)
{
	int64_t user = world_user("purse");

	ck_assert_int_eq(world_number(arena_printf(&ctx.arena,
			     "SELECT balance FROM wallets WHERE user_id = %lld",
			     (long long)user)),
	    0);
}
END_TEST

START_TEST(an_administrator_is_told_apart)
{
	struct account_new who = newcomer("chief");
	struct account account;

	who.role = ROLE_ADMIN;
	ck_assert_int_eq(account_signup(&ctx, &who, &account), ACCOUNT_OK);
	ck_assert_int_eq(account.role, ROLE_ADMIN);
	ck_assert_int_eq(
	    account_login(&ctx, who.login_id, who.password, &account),
	    ACCOUNT_OK);
	ck_assert_int_eq(account.role, ROLE_ADMIN);
}
END_TEST

START_TEST(a_login_id_that_looks_like_a_users_is_taken)
{
	static const char *const alike[] = { "lookout", "LOOKOUT",
		"ＬＯＯＫＯＵＴ", "l\xD0\xBE\xD0\xBEkout", "lo\xCE\xBFkout" };

	ck_assert_int_eq(signup(newcomer("Lookout")), ACCOUNT_OK);
	for (size_t i = 0; i < ARRAY_LEN(alike); i++)
		ck_assert_msg(signup(newcomer(alike[i])) == ACCOUNT_E_TAKEN,
		    "%s", alike[i]);
}
END_TEST

START_TEST(mixed_scripts_that_look_like_nobody_are_refused)
{
	ck_assert_int_eq(signup(newcomer("n\xD0\xBE"
					 "body")),
	    ACCOUNT_E_LOGIN_ID);
	ck_assert_int_eq(signup(newcomer("nobody")), ACCOUNT_OK);
}
END_TEST

START_TEST(sql_in_a_name_is_a_name)
{
	struct account_new who = newcomer("bobby");
	struct account account;

	who.name = SPAN_LIT("Robert'); DROP TABLE users;--");
	ck_assert_int_eq(account_signup(&ctx, &who, &account), ACCOUNT_OK);
	ck_assert_int_eq(account_get(&ctx, account.id, &account), ACCOUNT_OK);
	ck_assert(span_eq(account.name, who.name));
	ck_assert_int_eq(login("' OR '1'='1", "correct horse"),
	    ACCOUNT_E_CREDENTIALS);
}
END_TEST

START_TEST(passwords_have_8_to_256_characters_without_controls)
{
	struct account_new who = newcomer("passer");

	who.password = SPAN_LIT("seven77");
	ck_assert_int_eq(signup(who), ACCOUNT_E_PASSWORD);
	who.password = SPAN_LIT("");
	ck_assert_int_eq(signup(who), ACCOUNT_E_PASSWORD);
	who.password = SPAN_NONE;
	ck_assert_int_eq(signup(who), ACCOUNT_E_PASSWORD);
	who.password = SPAN_LIT("nul\0inside it");
	ck_assert_int_eq(signup(who), ACCOUNT_E_PASSWORD);
	who.password = SPAN_LIT("bad\xFFutf-8 here");
	ck_assert_int_eq(signup(who), ACCOUNT_E_PASSWORD);
	who.password = span_str(repeat("x", 257));
	ck_assert_int_eq(signup(who), ACCOUNT_E_PASSWORD);
	who.password = span_str(repeat("\xF0\x9F\x8E\xAB", 256));
	ck_assert_int_eq(signup(who), ACCOUNT_OK);
	ck_assert_int_eq(login("passer", who.password.p), ACCOUNT_OK);
}
END_TEST

/* A macOS keyboard sends "é" in two code points, most others in one. */
START_TEST(a_password_may_be_typed_composed_or_not)
{
	struct account_new who = newcomer("typist");

	who.password = SPAN_LIT("caf\xC3\xA9 au lait");
	ck_assert_int_eq(signup(who), ACCOUNT_OK);
	ck_assert_int_eq(login("typist", "cafe\xCC\x81 au lait"), ACCOUNT_OK);
	ck_assert_int_eq(login("typist", "cafe au lait"),
	    ACCOUNT_E_CREDENTIALS);
}
END_TEST

START_TEST(names_have_1_to_100_characters)
{
	struct account_new who = newcomer("namer");

	who.name = SPAN_LIT("");
	ck_assert_int_eq(signup(who), ACCOUNT_E_NAME);
	who.name = SPAN_LIT("  ");
	ck_assert_int_eq(signup(who), ACCOUNT_E_NAME);
	who.name = SPAN_LIT("line\nbreak");
	ck_assert_int_eq(signup(who), ACCOUNT_E_NAME);
	who.name = SPAN_LIT("right\xE2\x80\xAEleft");
	ck_assert_int_eq(signup(who), ACCOUNT_E_NAME);
	who.name = span_str(repeat("김", 101));
	ck_assert_int_eq(signup(who), ACCOUNT_E_NAME);
	who.name = span_str(repeat("김", 100));
	ck_assert_int_eq(signup(who), ACCOUNT_OK);
}
END_TEST

START_TEST(an_email_has_a_plausible_form)
{
	static const char *const bad[] = { "", "ann", "@example.org", "ann@",
		"ann@example", "ann@.org", "ann@example.", "a@b@example.org",
		"an n@example.org", "ann@example.org\n", "<ann@example.org>",
		"ann,bob@example.org", "\"ann\"@example.org" };
	static const char *const good[] = { "a@b.kr", "ann+x@mail.example.org",
		"김@example.org" };
	struct account_new who = newcomer("mailer");

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		who.email = span_str(bad[i]);
		ck_assert_msg(signup(who) == ACCOUNT_E_EMAIL, "%s", bad[i]);
	}
	who.email = span_str(
	    arena_printf(&ctx.arena, "a@%s.org", repeat("x", 250)));
	ck_assert_int_eq(signup(who), ACCOUNT_E_EMAIL);
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		who = newcomer(arena_printf(&ctx.arena, "mailer%zu", i));
		who.email = span_str(good[i]);
		ck_assert_msg(signup(who) == ACCOUNT_OK, "%s", good[i]);
	}
}
END_TEST

START_TEST(only_the_operator_may_leave_the_email_out)
{
	struct account_new who = newcomer("mailless");

	who.email = SPAN_NONE;
	ck_assert_int_eq(signup(who), ACCOUNT_E_EMAIL);
	who.email_may_lack = true;
	ck_assert_int_eq(signup(who), ACCOUNT_OK);
}
END_TEST

START_TEST(wrong_passwords_and_unknown_users_get_one_answer)
{
	world_user("known");
	ck_assert_int_eq(login("known", "password"), ACCOUNT_OK);
	ck_assert_int_eq(login("known", "passwore"), ACCOUNT_E_CREDENTIALS);
	ck_assert_int_eq(login("known", "short"), ACCOUNT_E_CREDENTIALS);
	ck_assert_int_eq(login("unknown", "password"), ACCOUNT_E_CREDENTIALS);
	ck_assert_int_eq(login("no such login id", "password"),
	    ACCOUNT_E_CREDENTIALS);
	ck_assert_int_eq(login("", "password"), ACCOUNT_E_CREDENTIALS);
}
END_TEST

#ifdef FAULTS
/* How often Argon2 ran for a login; no call of it fails. */
static int
count_hashes(const char *login_id, const char *password)
{
	int n;

	setenv("BOXOFFICE_FAULTS", "fail:password.argon2:1000", 1);
	fault_reset();
	ck_assert_int_eq(login(login_id, password), ACCOUNT_E_CREDENTIALS);
	n = (int)fault_hits("password.argon2");
	unsetenv("BOXOFFICE_FAULTS");
	fault_reset();
	return n;
}

START_TEST(an_unknown_user_costs_the_same_hashing)
{
	world_user("costly");
	ck_assert_int_eq(count_hashes("costly", "wrong-password"), 1);
	ck_assert_int_eq(count_hashes("not-costly", "wrong-password"), 1);
	ck_assert_int_eq(count_hashes("not a login", "wrong-password"), 1);
}
END_TEST

START_TEST(a_password_that_is_too_long_is_not_hashed)
{
	world_user("flooded");
	ck_assert_int_eq(count_hashes("flooded", repeat("x", 257)), 0);
	ck_assert_int_eq(count_hashes("flooded", repeat("x", 1000000)), 0);
}
END_TEST

START_TEST(no_memory_for_a_hash_is_a_fault)
{
	world_user("starved");
	setenv("BOXOFFICE_FAULTS", "fail:password.argon2:*", 1);
	fault_reset();
	ck_assert_int_lt(signup(newcomer("starved2")), 0);
	ck_assert_int_lt(login("starved", "password"), 0);
	ck_assert_int_lt(login("not-starved", "password"), 0);
	unsetenv("BOXOFFICE_FAULTS");
	fault_reset();
	ck_assert_int_eq(login("starved", "password"), ACCOUNT_OK);
}
END_TEST
#endif

#ifdef FAULTS
static void
signup_once(void)
{
	(void)world_user("unaware");
}

START_TEST(who_was_not_told_of_his_sign_up_may_log_in)
{
	world_crash("account.after_signup", signup_once);
	ck_assert_int_eq(login("unaware", "password"), ACCOUNT_OK);
}
END_TEST
#endif

START_TEST(a_user_without_a_password_cannot_log_in)
{
	world_number(
	    "WITH u AS (INSERT INTO users (login_id, login_fold,"
	    " name, email) VALUES ('ghost', 'ghost', 'g', '') RETURNING id)"
	    " SELECT id FROM u");
	ck_assert_int_eq(login("ghost", "password"), ACCOUNT_E_CREDENTIALS);
	ck_assert_int_eq(login("ghost", ""), ACCOUNT_E_CREDENTIALS);
}
END_TEST

START_TEST(passwords_are_kept_as_salted_argon2id)
{
	world_user("salty");
	world_user("salty2");
	ck_assert_int_eq(
	    world_number(
		"SELECT count(DISTINCT password_hash)"
		" FROM users WHERE login_fold IN ('salty', 'salty2')"
		" AND password_hash LIKE '$argon2id$v=19$m=64,t=1,p=1$%'"),
	    2);
}
END_TEST

START_TEST(a_login_renews_a_hash_of_older_settings)
{
	world_user("veteran");
	ctx.set.argon2_memory_kib = 128;
	ck_assert_int_eq(login("veteran", "wrong-password"),
	    ACCOUNT_E_CREDENTIALS);
	ck_assert_int_eq(
	    world_number(
		"SELECT count(*) FROM users WHERE"
		" login_fold = 'veteran' AND password_hash LIKE '%$m=64,%'"),
	    1);
	ck_assert_int_eq(login("veteran", "password"), ACCOUNT_OK);
	ck_assert_int_eq(
	    world_number(
		"SELECT count(*) FROM users WHERE"
		" login_fold = 'veteran' AND password_hash LIKE '%$m=128,%'"),
	    1);
	ck_assert_int_eq(login("veteran", "password"), ACCOUNT_OK);
	ck_assert_int_eq(login("veteran", "wrong-password"),
	    ACCOUNT_E_CREDENTIALS);
}
END_TEST

START_TEST(nobody_is_found_where_nobody_is)
{
	struct account account;

	ck_assert_int_eq(account_get(&ctx, INT64_MAX, &account),
	    ACCOUNT_E_NONE);
	ck_assert_int_eq(account_find(&ctx, SPAN_LIT("nowhere"), &account),
	    ACCOUNT_E_NONE);
	ck_assert_int_eq(account_find(&ctx, SPAN_LIT("?"), &account),
	    ACCOUNT_E_NONE);
}
END_TEST

static void
open_runner(int i)
{
	(void)i;
	world_open();
}

static int
sign_up_racer(int i)
{
	(void)i;
	return signup(newcomer("racer"));
}

START_TEST(of_many_who_want_one_login_id_one_gets_it)
{
	const struct runner runner = { open_runner, sign_up_racer };
	int results[6];

	race(6, &runner, results);
	ck_assert_int_eq(race_count(6, results, ACCOUNT_OK), 1);
	ck_assert_int_eq(race_count(6, results, ACCOUNT_E_TAKEN), 5);
	ck_assert_int_eq(
	    world_number(
		"SELECT count(*) FROM wallets w"
		" JOIN users u ON u.id = w.user_id WHERE login_fold = 'racer'"),
	    1);
}
END_TEST

/* ---- what operators do ---- */

static int
change(int64_t user, const struct users_change *what)
{
	struct users_change ask = *what;

	ask.user = user;
	ask.by = (struct audit_by){ .os_user = SPAN_LIT("tester"),
		.reason = SPAN_LIT("a test") };
	return users_change(&ctx, &ask);
}

static int
set_disabled(int64_t user, bool disabled)
{
	return change(user,
	    &(struct users_change){ .has_disabled = true,
		.disabled = disabled });
}

static int
set_role(int64_t user, enum role role)
{
	return change(user,
	    &(struct users_change){ .has_role = true, .role = role });
}

/* Whether a token of the session is still believed, a moment later. */
static bool
is_believed(int64_t user, int64_t session)
{
	struct token token = { .user = user, .session = session };

	ctx.now_ms += STANDING_FRESH_MS;
	return standing_is_good(&ctx, &token);
}

START_TEST(who_is_disabled_has_no_session_and_no_login)
{
	int64_t user = world_user("stopped");
	struct refresh phone, tablet;

	ck_assert_int_eq(refresh_begin(&ctx, user, 1, &phone), REFRESH_OK);
	ck_assert(is_believed(user, phone.session));
	ck_assert_int_eq(set_disabled(user, true), USERS_OK);
	ck_assert(!is_believed(user, phone.session));
	ck_assert_int_eq(login("stopped", "password"), ACCOUNT_E_CREDENTIALS);
	ck_assert_int_eq(refresh_turn(&ctx, phone.token, &tablet),
	    REFRESH_E_REFUSED);
	/* Enabled again: what was over stays over. */
	ck_assert_int_eq(set_disabled(user, false), USERS_OK);
	ck_assert(!is_believed(user, phone.session));
	ck_assert_int_eq(refresh_turn(&ctx, phone.token, &tablet),
	    REFRESH_E_REFUSED);
	ck_assert_int_eq(login("stopped", "password"), ACCOUNT_OK);
	ck_assert_int_eq(refresh_begin(&ctx, user, 3, &tablet), REFRESH_OK);
	ck_assert(is_believed(user, tablet.session));
}
END_TEST

/* Between the look at the password and the session somebody else acts. */
START_TEST(no_session_begins_with_what_is_not_so_any_more)
{
	int64_t user = world_user("hasty");
	struct refresh refresh;

	ck_assert_int_eq(set_disabled(user, true), USERS_OK);
	ck_assert_int_eq(refresh_begin(&ctx, user, 2, &refresh),
	    REFRESH_E_REFUSED);
	ck_assert_int_eq(set_disabled(user, false), USERS_OK);
	ck_assert_int_eq(refresh_begin(&ctx, user, 1, &refresh),
	    REFRESH_E_REFUSED);
	ck_assert_int_eq(
	    account_password(&ctx, SPAN_LIT("hasty"), SPAN_LIT("another one")),
	    ACCOUNT_OK);
	ck_assert_int_eq(refresh_begin(&ctx, user, 3, &refresh),
	    REFRESH_E_REFUSED);
	ck_assert_int_eq(refresh_begin(&ctx, user, 4, &refresh), REFRESH_OK);
}
END_TEST

START_TEST(another_password_by_an_operator_ends_access_tokens_too)
{
	int64_t user = world_user("robbed");
	struct refresh thief;

	ck_assert_int_eq(refresh_begin(&ctx, user, 1, &thief), REFRESH_OK);
	ck_assert_int_eq(
	    account_password(&ctx, SPAN_LIT("robbed"), SPAN_LIT("another one")),
	    ACCOUNT_OK);
	ck_assert(!is_believed(user, thief.session));
	ck_assert_int_eq(refresh_turn(&ctx, thief.token, &thief),
	    REFRESH_E_REFUSED);
	ck_assert_int_eq(account_password(&ctx, SPAN_LIT("nobody-there"),
			     SPAN_LIT("another one")),
	    ACCOUNT_E_NONE);
}
END_TEST

START_TEST(a_change_is_made_once_and_logged_with_before_and_after)
{
	int64_t user = world_user("logged");
	struct account account;

	ck_assert_int_eq(set_role(user, ROLE_STAFF), USERS_OK);
	ck_assert_int_eq(set_role(user, ROLE_STAFF), USERS_OK);
	ck_assert_int_eq(account_get(&ctx, user, &account), ACCOUNT_OK);
	ck_assert_int_eq(account.version, 2);
	ck_assert_int_eq(account.role, ROLE_STAFF);
	ck_assert_int_eq(change(user,
			     &(struct users_change){ .version = 1,
				 .has_role = true,
				 .role = ROLE_GATE }),
	    USERS_E_STALE);
	ck_assert_int_eq(change(user,
			     &(struct users_change){ .version = 2,
				 .has_role = true,
				 .role = ROLE_GATE,
				 .dry = true }),
	    USERS_OK);
	ck_assert_int_eq(
	    change(INT64_MAX, &(struct users_change){ .has_role = true }),
	    USERS_E_NONE);
	ck_assert_int_eq(
	    world_number(arena_printf(&ctx.arena,
		"SELECT"
		" count(*) FROM audit_log WHERE object = 'user %lld' AND detail ="
		" '{\"before\": {\"role\": \"USER\", \"disabled\": false},"
		" \"after\": {\"role\": \"STAFF\", \"disabled\": false},"
		" \"os_user\": \"tester\"}'",
		(long long)user)),
	    1);
	ck_assert_int_eq(
	    world_number(arena_printf(&ctx.arena,
		"SELECT"
		" count(*) FROM audit_log WHERE object = 'user %lld'",
		(long long)user)),
	    1);
}
END_TEST

#define RACERS 6
static int64_t racers[RACERS];

/* Each gives up the office, half of them by being disabled. */
static int
step_down(int i)
{
	return i % 2 == 0 ? set_role(racers[i], ROLE_USER)
			  : set_disabled(racers[i], true);
}

START_TEST(when_all_administrators_step_down_at_once_one_stays)
{
	const struct runner runner = { open_runner, step_down };
	int results[RACERS];

	for (int i = 0; i < RACERS; i++) {
		racers[i] = world_user(arena_printf(&ctx.arena, "chief%d", i));
		ck_assert_int_eq(set_role(racers[i], ROLE_ADMIN), USERS_OK);
	}
	world_number(
	    "WITH u AS (UPDATE users SET role = 'USER' WHERE role ="
	    " 'ADMIN' AND login_id NOT LIKE 'chief_' RETURNING 1)"
	    " SELECT count(*) FROM u");
	race(RACERS, &runner, results);
	ck_assert_int_eq(race_count(RACERS, results, USERS_OK), RACERS - 1);
	ck_assert_int_eq(race_count(RACERS, results, USERS_E_LAST), 1);
	ck_assert_int_eq(world_number("SELECT count(*) FROM users WHERE"
				      " role = 'ADMIN' AND NOT disabled"),
	    1);
}
END_TEST

static int64_t crowded;

static int
log_in_or_disable(int i)
{
	struct refresh refresh;

	return i == 3 ? set_disabled(crowded, true)
		      : refresh_begin(&ctx, crowded, 1, &refresh);
}

START_TEST(no_session_outlives_a_user_who_is_disabled_meanwhile)
{
	const struct runner runner = { open_runner, log_in_or_disable };
	int results[8];

	for (int round = 0; round < 5; round++) {
		crowded = world_user(
		    arena_printf(&ctx.arena, "crowd%d", round));
		race(8, &runner, results);
		ck_assert_int_eq(race_count(8, results, REFRESH_OK)
			+ race_count(8, results, REFRESH_E_REFUSED),
		    8);
		ck_assert_int_eq(
		    world_number(arena_printf(&ctx.arena,
			"SELECT count(*) FROM refresh_family AS f JOIN users AS u"
			" ON u.id = f.user_id WHERE u.id = %lld AND (f.revoked_at"
			" IS NULL OR f.id > u.sessions_until)",
			(long long)crowded)),
		    0);
	}
}
END_TEST

#ifdef FAULTS
static int64_t lowered;

static void
lower_once(void)
{
	(void)set_role(lowered, ROLE_STAFF);
}

START_TEST(a_change_that_nobody_was_told_of_may_be_asked_for_again)
{
	lowered = world_user("untold");
	world_crash("users.after_change", lower_once);
	ck_assert_int_eq(set_role(lowered, ROLE_STAFF), USERS_OK);
	ck_assert_int_eq(
	    world_number(arena_printf(&ctx.arena,
		"SELECT"
		" count(*) FROM audit_log WHERE object = 'user %lld'",
		(long long)lowered)),
	    1);
}
END_TEST
#endif

START_TEST(without_the_primary_everything_is_a_fault)
{
	struct account account;

	world_user("stranded");
	servers_pg_stop();
	ck_assert_int_lt(signup(newcomer("stranded2")), 0);
	ck_assert_int_lt(login("stranded", "password"), 0);
	ck_assert_int_lt(account_get(&ctx, 1, &account), 0);
	ck_assert_int_lt(account_find(&ctx, SPAN_LIT("stranded"), &account), 0);
	servers_pg_start();
	db_drop(ctx.primary);
	ck_assert_int_eq(login("stranded", "password"), ACCOUNT_OK);
}
END_TEST

SUITE("account")
{
	FIXTURE_ONCE(once, servers_stop);
	FIXTURE(world_open, world_close);
	TEST(who_signs_up_is_found_and_may_log_in);
	TEST(a_newcomer_has_an_empty_wallet);
	TEST(an_administrator_is_told_apart);
	TEST(a_login_id_that_looks_like_a_users_is_taken);
	TEST(mixed_scripts_that_look_like_nobody_are_refused);
	TEST(sql_in_a_name_is_a_name);
	TEST(passwords_have_8_to_256_characters_without_controls);
	TEST(a_password_may_be_typed_composed_or_not);
	TEST(names_have_1_to_100_characters);
	TEST(an_email_has_a_plausible_form);
	TEST(only_the_operator_may_leave_the_email_out);
	TEST(wrong_passwords_and_unknown_users_get_one_answer);
#ifdef FAULTS
	TEST(an_unknown_user_costs_the_same_hashing);
	TEST(a_password_that_is_too_long_is_not_hashed);
	TEST(no_memory_for_a_hash_is_a_fault);
	TEST(who_was_not_told_of_his_sign_up_may_log_in);
#endif
	TEST(a_user_without_a_password_cannot_log_in);
	TEST(passwords_are_kept_as_salted_argon2id);
	TEST(a_login_renews_a_hash_of_older_settings);
	TEST(nobody_is_found_where_nobody_is);
	TEST(of_many_who_want_one_login_id_one_gets_it);
	TEST(who_is_disabled_has_no_session_and_no_login);
	TEST(no_session_begins_with_what_is_not_so_any_more);
	TEST(another_password_by_an_operator_ends_access_tokens_too);
	TEST(a_change_is_made_once_and_logged_with_before_and_after);
	TEST(when_all_administrators_step_down_at_once_one_stays);
	TEST(no_session_outlives_a_user_who_is_disabled_meanwhile);
#ifdef FAULTS
	TEST(a_change_that_nobody_was_told_of_may_be_asked_for_again);
#endif
	TEST(without_the_primary_everything_is_a_fault);
}
