/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_idem - who takes an Idempotency-Key, and its one answer
 *
 * What a key begins and ends in several transactions is played by the
 * statements that those call.
 *
 * Layer: tests.  Uses: idem, house.
 */
#include "idem/idem.h"

#include "tests/support/house.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUTE "POST /test"

SQL(idem_test_take,
    "SELECT outcome, status, body"
    " FROM idem_take($1, $2, $3, $4, clock_timestamp())");
SQL(idem_test_end, "SELECT idem_end($1, $2, $3, $4, $5)");

static struct idem_answer before;

static struct idem
asked(const char *name, const char *key, const char *what)
{
	struct span part = span_str(what);
	struct idem idem;

	idem_init(&house.ctx, &idem, house_user(name), ROUTE, span_str(key),
	    &part, 1);
	return idem;
}

/* Asks for a key as the first of several transactions does. */
static int
take(const char *name, const char *key, const char *what)
{
	struct idem idem = asked(name, key, what);
	struct db_param params[IDEM_PARAMS];
	struct db_rows rows;

	idem_params(&house.ctx, &idem, params);
	ck_assert_int_eq(db_run(house.ctx.primary, &house.ctx.arena,
			     &sql_idem_test_take, IDEM_PARAMS, params, &rows),
	    0);
	return idem_read(&house.ctx, &rows, &before);
}

/* Whether this is the answer now. */
static bool
end(const char *name, const char *key, const char *body)
{
	struct arena *a = &house.ctx.arena;
	const struct db_param params[] = { db_i64(a, house_user(name)),
		db_str(ROUTE), db_str(key), db_i64(a, 201),
		db_bytes(a, span_str(body)) };
	struct db_rows rows;

	ck_assert_int_eq(
	    db_run(house.ctx.primary, a, &sql_idem_test_end, 5, params, &rows),
	    0);
	return db_get_bool(&rows, 0, 0);
}

static int
keep(const char *name, const char *key, const char *what, const char *body)
{
	struct idem idem = asked(name, key, what);

	return idem_keep(&house.ctx, &idem,
	    &(struct idem_answer){ 402, span_str(body) }, &before);
}

static int
look(const char *name, const char *key, const char *what)
{
	struct idem idem = asked(name, key, what);

	return idem_look(&house.ctx, &idem, &before);
}

/* Time passes for everything a user asked. */
static void
pass(const char *name, const char *interval)
{
	char sql[256];

	snprintf(sql, sizeof(sql),
	    "UPDATE idempotency SET"
	    " expires_at = expires_at - interval '%s' WHERE user_id = %lld",
	    interval, (long long)house_user(name));
	house_run(sql);
}

static int64_t
n_kept(const char *name)
{
	return house_count(
	    "SELECT count(*) FROM idempotency"
	    " WHERE user_id = $1",
	    house_user(name));
}

START_TEST(the_first_who_asks_owns_the_key)
{
	ck_assert_int_eq(look("ann", "k", "this"), IDEM_OK);
	ck_assert_int_eq(take("ann", "k", "this"), IDEM_OK);
	ck_assert_int_eq(take("ann", "k", "this"), IDEM_E_RUNNING);
	ck_assert_int_eq(look("ann", "k", "this"), IDEM_E_RUNNING);
}
END_TEST

START_TEST(the_key_of_another_user_is_another_key)
{
	ck_assert_int_eq(take("ann", "k", "this"), IDEM_OK);
	ck_assert_int_eq(take("bob", "k", "that"), IDEM_OK);
}
END_TEST

START_TEST(a_key_asked_for_something_else_is_refused)
{
	ck_assert_int_eq(take("ann", "k", "this"), IDEM_OK);
	ck_assert_int_eq(take("ann", "k", "that"), IDEM_E_MISMATCH);
	ck_assert_int_eq(look("ann", "k", "that"), IDEM_E_MISMATCH);
}
END_TEST

START_TEST(parts_are_told_apart_by_their_lengths)
{
	struct idem one, other;

	idem_init(&house.ctx, &one, 1, ROUTE, SPAN_LIT("k"),
	    (struct span[]){ SPAN_LIT("ab"), SPAN_LIT("c") }, 2);
	idem_init(&house.ctx, &other, 1, ROUTE, SPAN_LIT("k"),
	    (struct span[]){ SPAN_LIT("a"), SPAN_LIT("bc") }, 2);
	ck_assert_mem_ne(one.fingerprint, other.fingerprint, SHA256_LEN);
	idem_init(&house.ctx, &other, 2, ROUTE, SPAN_LIT("k"),
	    (struct span[]){ SPAN_LIT("ab"), SPAN_LIT("c") }, 2);
	ck_assert_mem_ne(one.fingerprint, other.fingerprint, SHA256_LEN);
}
END_TEST

START_TEST(whoever_ends_it_gives_the_answer_which_is_given_again)
{
	ck_assert_int_eq(take("ann", "k", "this"), IDEM_OK);
	ck_assert(end("ann", "k", "bytes \x01\xff"));
	ck_assert(!end("ann", "k", "another"));
	ck_assert_int_eq(take("ann", "k", "this"), IDEM_E_REPLAY);
	ck_assert_int_eq(before.status, 201);
	ck_assert(span_eq_str(before.body, "bytes \x01\xff"));
	ck_assert_int_eq(look("ann", "k", "this"), IDEM_E_REPLAY);
	ck_assert(span_eq_str(before.body, "bytes \x01\xff"));
}
END_TEST

/* However long it takes. */
START_TEST(what_has_not_ended_is_nobody_elses_to_begin)
{
	ck_assert_int_eq(take("ann", "k", "this"), IDEM_OK);
	pass("ann", "72 h");
	ck_assert_int_eq(take("ann", "k", "this"), IDEM_E_RUNNING);
	ck_assert_int_eq(look("ann", "k", "this"), IDEM_E_RUNNING);
	ck_assert_int_eq(keep("ann", "k", "this", "no"), IDEM_E_RUNNING);
}
END_TEST

START_TEST(the_first_answer_kept_is_the_answer)
{
	ck_assert_int_eq(keep("ann", "k", "this", "no funds"), IDEM_OK);
	ck_assert_int_eq(keep("ann", "k", "this", "still none"), IDEM_E_REPLAY);
	ck_assert_int_eq(before.status, 402);
	ck_assert(span_eq_str(before.body, "no funds"));
	ck_assert_int_eq(keep("ann", "k", "that", "no"), IDEM_E_MISMATCH);
	ck_assert_int_eq(take("ann", "k", "this"), IDEM_E_REPLAY);
	ck_assert(span_eq_str(before.body, "no funds"));
}
END_TEST

START_TEST(after_two_days_a_key_is_free_for_anything)
{
	ck_assert_int_eq(keep("ann", "k", "this", "no"), IDEM_OK);
	pass("ann", "47 h 59 min");
	ck_assert_int_eq(take("ann", "k", "that"), IDEM_E_MISMATCH);
	pass("ann", "1 min");
	ck_assert_int_eq(look("ann", "k", "this"), IDEM_OK);
	ck_assert_int_eq(take("ann", "k", "that"), IDEM_OK);
	ck_assert_int_eq(look("ann", "k", "that"), IDEM_E_RUNNING);
}
END_TEST

START_TEST(the_purge_takes_old_answers_and_nothing_else)
{
	char key[16];
	size_t n;

	for (int i = 0; i < 5; i++) {
		snprintf(key, sizeof(key), "old-%d", i);
		ck_assert_int_eq(keep("ann", key, "this", "no"), IDEM_OK);
	}
	ck_assert_int_eq(take("ann", "unfinished", "this"), IDEM_OK);
	pass("ann", "48 h");
	ck_assert_int_eq(keep("ann", "young", "this", "no"), IDEM_OK);
	ck_assert_int_eq(idem_purge(&house.ctx, 3, &n), 0);
	ck_assert_uint_eq(n, 3);
	ck_assert_int_eq(n_kept("ann"), 4);
	ck_assert_int_eq(idem_purge(&house.ctx, 3, &n), 0);
	ck_assert_uint_eq(n, 2);
	ck_assert_int_eq(idem_purge(&house.ctx, 3, &n), 0);
	ck_assert_uint_eq(n, 0);
	ck_assert_int_eq(n_kept("ann"), 2);
	ck_assert_int_eq(look("ann", "young", "this"), IDEM_E_REPLAY);
	ck_assert_int_eq(take("ann", "unfinished", "this"), IDEM_E_RUNNING);
}
END_TEST

START_TEST(a_refusal_is_forgotten_before_an_effect)
{
	/* More at once than what earlier tests have left. */
	int64_t asked_ms = house.ctx.now_ms;
	int64_t kept_ms = house.ctx.set.refused_hours * 3600 * 1000;
	size_t n;

	ck_assert_int_eq(keep("ann", "refused", "this", "no"), IDEM_OK);
	ck_assert_int_eq(take("ann", "done", "this"), IDEM_OK);
	ck_assert(end("ann", "done", "yes"));
	ck_assert_int_eq(take("ann", "unfinished", "this"), IDEM_OK);
	house.ctx.now_ms = asked_ms + kept_ms - 1000;
	ck_assert_int_eq(idem_purge_refused(&house.ctx, 100, &n), 0);
	ck_assert_int_eq(n_kept("ann"), 3);
	house.ctx.now_ms = asked_ms + kept_ms + 60000;
	ck_assert_int_eq(idem_purge_refused(&house.ctx, 100, &n), 0);
	ck_assert_int_eq(n_kept("ann"), 2);
	ck_assert_int_eq(look("ann", "refused", "that"), IDEM_OK);
	ck_assert_int_eq(look("ann", "done", "this"), IDEM_E_REPLAY);
	ck_assert_int_eq(look("ann", "unfinished", "this"), IDEM_E_RUNNING);
}
END_TEST

#define N_RACERS 16

START_TEST(of_many_who_take_a_key_at_once_one_gets_it)
{
	int n_won = 0;

	(void)house_user("ann");
	for (int i = 0; i < N_RACERS; i++) {
		pid_t pid = fork();

		ck_assert_int_ge(pid, 0);
		if (pid == 0) {
			house_fork();
			_exit(take("ann", "k", "this"));
		}
	}
	for (int i = 0; i < N_RACERS; i++) {
		int status;

		ck_assert_int_gt(wait(&status), 0);
		ck_assert(WIFEXITED(status));
		if (WEXITSTATUS(status) == IDEM_OK)
			n_won++;
		else
			ck_assert_int_eq(WEXITSTATUS(status), IDEM_E_RUNNING);
	}
	ck_assert_int_eq(n_won, 1);
}
END_TEST

SUITE("idem")
{
	FIXTURE_ONCE(house_start, NULL);
	FIXTURE(house_open, house_close);
	TEST(the_first_who_asks_owns_the_key);
	TEST(the_key_of_another_user_is_another_key);
	TEST(a_key_asked_for_something_else_is_refused);
	TEST(parts_are_told_apart_by_their_lengths);
	TEST(whoever_ends_it_gives_the_answer_which_is_given_again);
	TEST(what_has_not_ended_is_nobody_elses_to_begin);
	TEST(the_first_answer_kept_is_the_answer);
	TEST(after_two_days_a_key_is_free_for_anything);
	TEST(the_purge_takes_old_answers_and_nothing_else);
	TEST(a_refusal_is_forgotten_before_an_effect);
	TEST(of_many_who_take_a_key_at_once_one_gets_it);
}
