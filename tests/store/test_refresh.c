/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_refresh - refresh tokens turn once, and thieves are noticed
 *
 * Layer: tests.  Uses: account.
 */
#include "account/refresh.h"

#include "tests/support/race.h"
#include "tests/support/world.h"

static int64_t user;

static void
once(void)
{
	servers_start(SERVERS_PG);
}

static void
open_runner(int i)
{
	(void)i;
	world_open();
}

static struct span
begin(const char *login)
{
	struct refresh first;

	user = world_user(login);
	ck_assert_int_eq(refresh_begin(&ctx, user, 1, &first), REFRESH_OK);
	return first.token;
}

/* The next token, or NONE when it was refused. */
static struct span
turn(struct span token)
{
	struct refresh next = { 0 };
	int r = refresh_turn(&ctx, token, &next);

	ck_assert_msg(r == REFRESH_OK || r == REFRESH_E_REFUSED, "%d", r);
	if (r != REFRESH_OK)
		return SPAN_NONE;
	ck_assert_int_eq(next.user, user);
	ck_assert(!span_eq(next.token, token));
	return next.token;
}

static bool
is_refused(struct span token)
{
	return !span_is(turn(token));
}

static void
pass(int64_t seconds)
{
	ctx.now_ms += seconds * 1000;
}

/* Tokens of the user that could still be turned. */
static int64_t
count_living(void)
{
	return world_number(arena_printf(&ctx.arena,
	    "SELECT count(*) FROM"
	    " refresh_token t JOIN refresh_family f ON f.id = t.family_id"
	    " WHERE f.user_id = %lld AND used_at IS NULL"
	    " AND revoked_at IS NULL",
	    (long long)user));
}

START_TEST(a_token_turns_into_the_next_and_the_next)
{
	struct span token = begin("chain");

	for (int i = 0; i < 5; i++) {
		pass(900);
		token = turn(token);
		ck_assert(span_is(token));
		ck_assert_int_eq(count_living(), 1);
	}
}
END_TEST

START_TEST(a_used_token_that_comes_back_revokes_the_family)
{
	struct span first = begin("stolen"), second = turn(first), third;

	third = turn(second);
	pass(ctx.set.refresh_retry_s);
	ck_assert(is_refused(first));
	ck_assert_int_eq(count_living(), 0);
	ck_assert(is_refused(third));
	ck_assert(is_refused(second));
}
END_TEST

START_TEST(a_used_token_is_refused_after_the_retry_time)
{
	struct span first = begin("late"), second = turn(first);

	pass(ctx.set.refresh_retry_s);
	ck_assert(is_refused(first));
	ck_assert(is_refused(second));
}
END_TEST

/* The answer was lost: the client asks again with what it has. */
START_TEST(a_repeated_turn_gives_the_same_successor)
{
	struct span first = begin("lost"), second = turn(first);

	pass(ctx.set.refresh_retry_s - 1);
	for (int i = 0; i < 5; i++)
		ck_assert(span_eq(turn(first), second));
	ck_assert_int_eq(count_living(), 1);
	pass(900);
	ck_assert(span_is(turn(second)));
}
END_TEST

/* The shipped configurations let a request wait for 15 s. */
START_TEST(a_turn_may_be_repeated_after_the_web_server_gave_up)
{
	struct span first = begin("patient"), second = turn(first);

	pass(15 + 4);
	ck_assert(span_eq(turn(first), second));
}
END_TEST

START_TEST(a_turn_is_repeated_with_another_token_key)
{
	struct span first = begin("rotated"), second = turn(first);

	strcpy(ctx.set.token_key_previous, ctx.set.token_key);
	strcpy(ctx.set.token_key,
	    "other:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert(span_eq(turn(first), second));
}
END_TEST

/* One tab goes on while another still asks with what it had. */
START_TEST(a_turn_is_repeated_though_its_successor_was_used)
{
	struct span first = begin("raced"), second = turn(first);
	struct span third = turn(second);

	ck_assert(span_eq(turn(first), second));
	ck_assert(span_eq(turn(second), third));
	ck_assert_int_eq(count_living(), 1);
	pass(900);
	ck_assert(span_is(turn(third)));
}
END_TEST

/* The time runs from the first use: who repeats does not lengthen it. */
START_TEST(a_repeated_turn_does_not_lengthen_the_retry_time)
{
	struct span first = begin("stubborn"), second = turn(first);

	pass(ctx.set.refresh_retry_s - 1);
	ck_assert(span_eq(turn(first), second));
	pass(1);
	ck_assert(is_refused(first));
	ck_assert(is_refused(second));
}
END_TEST

START_TEST(an_ancestor_revokes_though_a_younger_one_may_be_repeated)
{
	struct span first = begin("ancestor"), second = turn(first), third;

	pass(900);
	third = turn(second);
	ck_assert(is_refused(first));
	ck_assert(is_refused(second));
	ck_assert(is_refused(third));
	ck_assert_int_eq(count_living(), 0);
}
END_TEST

START_TEST(a_turn_repeated_after_logging_out_is_refused)
{
	struct span first = begin("gone");

	ck_assert(span_is(turn(first)));
	ck_assert_int_eq(refresh_end(&ctx, first, NULL), REFRESH_OK);
	ck_assert(is_refused(first));
}
END_TEST

START_TEST(an_old_token_is_refused_and_harms_nobody)
{
	struct span token = begin("sleeper"), other;

	pass(REFRESH_LIFETIME_S - 1);
	other = turn(token);
	ck_assert(span_is(other));
	pass(REFRESH_LIFETIME_S);
	ck_assert(is_refused(other));
	ck_assert(is_refused(token));
}
END_TEST

static size_t
purge(int (*one)(struct ctx *, int64_t, size_t *), int64_t max)
{
	size_t n;

	ck_assert_int_eq(one(&ctx, max, &n), 0);
	return n;
}

static int64_t
count(const char *what)
{
	return world_number(arena_printf(&ctx.arena,
	    "SELECT count(%s) FROM"
	    " refresh_family f LEFT JOIN refresh_token t"
	    " ON t.family_id = f.id WHERE f.user_id = %lld",
	    what, (long long)user));
}

START_TEST(tokens_past_their_life_are_deleted_and_families_without_any)
{
	struct span first = begin("purged"), second;
	struct refresh other;

	ck_assert_int_eq(refresh_begin(&ctx, user, 1, &other), REFRESH_OK);
	pass(1000);
	second = turn(first);
	pass(REFRESH_LIFETIME_S - 1001);
	while (purge(refresh_purge, 100) > 0)
		;
	ck_assert_int_eq(count("t.digest"), 3);
	pass(1);
	while (purge(refresh_purge, 1) > 0)
		;
	/* The family that lives is left, with what still lives of it. */
	ck_assert_int_eq(count("t.digest"), 1);
	ck_assert_int_eq(count("*"), 1);
	ck_assert(is_refused(first));
	ck_assert(span_is(turn(second)));
	pass(REFRESH_LIFETIME_S);
	while (purge(refresh_purge, 100) > 0)
		;
	ck_assert_int_eq(count("*"), 0);
}
END_TEST

START_TEST(salts_go_when_their_turn_may_not_be_repeated)
{
	struct span token = begin("salted"), next = turn(token);

	pass(ctx.set.refresh_retry_s - 1);
	while (purge(refresh_unsalt, 100) > 0)
		;
	ck_assert_int_eq(count("t.salt"), 1);
	ck_assert(span_eq(turn(token), next));
	pass(1);
	while (purge(refresh_unsalt, 100) > 0)
		;
	ck_assert_int_eq(count("t.salt"), 0);
	/* It is still a theft. */
	ck_assert(is_refused(token));
	ck_assert(is_refused(next));
}
END_TEST

START_TEST(logging_out_ends_the_family_and_only_it)
{
	struct span phone = begin("two"), next = turn(phone);
	struct refresh laptop;

	ck_assert_int_eq(refresh_begin(&ctx, user, 1, &laptop), REFRESH_OK);
	/* Any token of the family will do, a used one too. */
	ck_assert_int_eq(refresh_end(&ctx, phone, NULL), REFRESH_OK);
	ck_assert(is_refused(next));
	ck_assert(span_is(turn(laptop.token)));
	ck_assert_int_eq(refresh_end(&ctx, phone, NULL), REFRESH_OK);
	ck_assert_int_eq(refresh_end(&ctx, SPAN_LIT("unknown"), NULL),
	    REFRESH_OK);
	ck_assert_int_eq(refresh_end(&ctx, SPAN_LIT(""), NULL), REFRESH_OK);
}
END_TEST

START_TEST(what_was_never_given_is_refused)
{
	static const char *const texts[] = { "", "x",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"' OR 1=1 --                                ",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" };

	begin("guessed");
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		ck_assert(is_refused(span_str(texts[i])));
	ck_assert_int_eq(count_living(), 1);
}
END_TEST

START_TEST(only_digests_are_kept)
{
	struct span token = begin("secret"), next = turn(token);
	struct arena *a = &ctx.arena;

	ck_assert_int_eq(
	    world_number(arena_printf(a,
		"SELECT count(*) FROM refresh_token WHERE digest = sha256('%s')"
		" AND successor = sha256('%s')",
		arena_str(a, token), arena_str(a, next))),
	    1);
	ck_assert_int_eq(
	    world_number(arena_printf(a,
		"SELECT count(*) FROM refresh_token t"
		" WHERE t::text LIKE '%%%s%%' OR t::text LIKE '%%%s%%'",
		arena_str(a, token), arena_str(a, next))),
	    0);
	ck_assert_int_eq(
	    world_number(arena_printf(a,
		"SELECT count(*) FROM refresh_token WHERE '%s' = rtrim(translate("
		"encode(salt, 'base64'), '+/', '-_'), '=')",
		arena_str(a, next))),
	    0);
}
END_TEST

static struct span raced;
static int64_t raced_at_ms; /* 0: now */

static int
turn_raced(int i)
{
	struct refresh next;
	int r;

	(void)i;
	if (raced_at_ms != 0)
		ctx.now_ms = raced_at_ms;
	r = refresh_turn(&ctx, raced, &next);
	return r < 0 ? 100 : r;
}

START_TEST(many_tabs_at_once_leave_one_living_token)
{
	const struct runner runner = { open_runner, turn_raced };
	int results[8];

	raced = begin("tabs");
	race(8, &runner, results);
	ck_assert_int_eq(race_count(8, results, REFRESH_OK), 8);
	ck_assert_int_eq(count_living(), 1);
	ck_assert(span_is(turn(turn(raced))));
}
END_TEST

START_TEST(many_at_once_after_the_retry_time_revoke)
{
	const struct runner runner = { open_runner, turn_raced };
	int results[8];

	raced = begin("swarm");
	ck_assert(span_is(turn(raced)));
	pass(ctx.set.refresh_retry_s);
	raced_at_ms = ctx.now_ms;
	race(8, &runner, results);
	raced_at_ms = 0;
	ck_assert_int_eq(race_count(8, results, REFRESH_E_REFUSED), 8);
	ck_assert_int_eq(count_living(), 0);
}
END_TEST

/* Somebody else keeps the family locked: nothing is kept of the try. */
START_TEST(a_turn_that_times_out_leaves_the_token_as_it_was)
{
	struct span token = begin("blocked");
	struct db *other = db_open(&ctx.set, DB_PRIMARY);
	struct refresh next;

	ck_assert_int_eq(db_begin(other), 0);
	ck_assert_int_eq(db_run(other, &ctx.arena,
			     world_sql(arena_printf(&ctx.arena,
				 "SELECT id FROM refresh_family"
				 " WHERE user_id = %lld FOR UPDATE",
				 (long long)user)),
			     0, NULL, NULL),
	    0);
	ctx.set.db_lock_ms = 50;
	db_drop(ctx.primary);
	ck_assert_int_eq(refresh_turn(&ctx, token, &next), DB_F_TIMEOUT);
	db_close(other);
	ctx.set.db_lock_ms = 10000;
	db_drop(ctx.primary);
	ck_assert(span_is(turn(token)));
}
END_TEST

START_TEST(without_the_primary_everything_is_a_fault)
{
	struct span token = begin("stranded");
	struct refresh next;

	servers_pg_stop();
	ck_assert_int_lt(refresh_begin(&ctx, user, 1, &next), 0);
	ck_assert_int_lt(refresh_turn(&ctx, token, &next), 0);
	ck_assert_int_lt(refresh_end(&ctx, token, NULL), 0);
	servers_pg_start();
	db_drop(ctx.primary);
	ck_assert(span_is(turn(token)));
}
END_TEST

#ifdef FAULTS
static struct span shown;

static void
turn_once(void)
{
	(void)turn(shown);
}

START_TEST(a_turn_that_nobody_was_told_of_may_be_tried_again)
{
	struct span next;

	shown = begin("deaf");
	world_crash("refresh.after_turn", turn_once);
	next = turn(shown);
	ck_assert(span_is(next));
	ck_assert_int_eq(count_living(), 1);
	ck_assert(!is_refused(next));
}
END_TEST
#endif

SUITE("refresh")
{
	FIXTURE_ONCE(once, servers_stop);
	FIXTURE(world_open, world_close);
	TEST(a_token_turns_into_the_next_and_the_next);
	TEST(a_used_token_that_comes_back_revokes_the_family);
	TEST(a_used_token_is_refused_after_the_retry_time);
	TEST(a_repeated_turn_gives_the_same_successor);
	TEST(a_turn_may_be_repeated_after_the_web_server_gave_up);
	TEST(a_turn_is_repeated_with_another_token_key);
	TEST(a_turn_is_repeated_though_its_successor_was_used);
	TEST(a_repeated_turn_does_not_lengthen_the_retry_time);
	TEST(an_ancestor_revokes_though_a_younger_one_may_be_repeated);
	TEST(a_turn_repeated_after_logging_out_is_refused);
	TEST(an_old_token_is_refused_and_harms_nobody);
	TEST(tokens_past_their_life_are_deleted_and_families_without_any);
	TEST(salts_go_when_their_turn_may_not_be_repeated);
	TEST(logging_out_ends_the_family_and_only_it);
	TEST(what_was_never_given_is_refused);
	TEST(only_digests_are_kept);
	TEST(many_tabs_at_once_leave_one_living_token);
	TEST(many_at_once_after_the_retry_time_revoke);
	TEST(a_turn_that_times_out_leaves_the_token_as_it_was);
	TEST(without_the_primary_everything_is_a_fault);
#ifdef FAULTS
	TEST(a_turn_that_nobody_was_told_of_may_be_tried_again);
#endif
}
