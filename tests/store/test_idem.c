/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_idem - who owns an Idempotency-Key, for how long, and its one answer
 *
 * A step in several transactions is played by the statements that such a
 * method calls in its own.
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
    "SELECT outcome, status, body, token, point"
    " FROM idem_take($1, $2, $3, $4, clock_timestamp())");
SQL(idem_test_phase, "SELECT idem_phase($1, $2, $3, $4, $5)");
SQL(idem_test_store, "SELECT idem_store($1, $2, $3, $4, $5, $6)");

static struct idem_answer before;
/* What the last take gave. */
static struct span token, point;

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
	token = db_cell(&rows, 0, 3);
	point = db_cell(&rows, 0, 4);
	return idem_read(&house.ctx, &rows, &before);
}

/* Whether the owner of mine may go on to a point. */
static bool
phase(const char *name, const char *key, struct span mine, const char *to)
{
	struct arena *a = &house.ctx.arena;
	const struct db_param params[] = { db_i64(a, house_user(name)),
		db_str(ROUTE), db_str(key), db_text(a, mine), db_str(to) };
	int r = db_run(house.ctx.primary, a, &sql_idem_test_phase, 5, params,
	    NULL);

	if (r == DB_E_CONSTRAINT)
		ck_assert_str_eq(db_constraint(house.ctx.primary),
		    "idem_zombie");
	else
		ck_assert_int_eq(r, 0);
	return r == 0;
}

static bool
store(const char *name, const char *key, struct span mine, const char *body)
{
	struct arena *a = &house.ctx.arena;
	const struct db_param params[] = { db_i64(a, house_user(name)),
		db_str(ROUTE), db_str(key), db_i64(a, 201),
		db_bytes(a, span_str(body)), db_text(a, mine) };
	int r = db_run(house.ctx.primary, a, &sql_idem_test_store, 6, params,
	    NULL);

	if (r == DB_E_CONSTRAINT)
		ck_assert_str_eq(db_constraint(house.ctx.primary),
		    "idem_zombie");
	else
		ck_assert_int_eq(r, 0);
	return r == 0;
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
	    " locked_until = locked_until - interval '%s',"
	    " expires_at = expires_at - interval '%s' WHERE user_id = %lld",
	    interval, interval, (long long)house_user(name));
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
	ck_assert(span_eq_str(point, "started"));
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
	pass("ann", "31 s");
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

START_TEST(steps_go_on_to_the_answer_which_is_given_again)
{
	ck_assert_int_eq(take("ann", "k", "this"), IDEM_OK);
	ck_assert(phase("ann", "k", token, "intent"));
	ck_assert(phase("ann", "k", token, "called"));
	ck_assert(store("ann", "k", token, "bytes \x01\xff"));
	ck_assert_int_eq(take("ann", "k", "this"), IDEM_E_REPLAY);
	ck_assert_int_eq(before.status, 201);
	ck_assert(span_eq_str(before.body, "bytes \x01\xff"));
	ck_assert_int_eq(look("ann", "k", "this"), IDEM_E_REPLAY);
	ck_assert(span_eq_str(before.body, "bytes \x01\xff"));
}
END_TEST

START_TEST(after_the_lease_another_goes_on_where_the_first_was)
{
	ck_assert_int_eq(take("ann", "k", "this"), IDEM_OK);
	ck_assert(phase("ann", "k", token, "intent"));
	pass("ann", "29 s");
	ck_assert_int_eq(take("ann", "k", "this"), IDEM_E_RUNNING);
	pass("ann", "2 s");
	ck_assert_int_eq(look("ann", "k", "this"), IDEM_E_RUNNING);
	ck_assert_int_eq(take("ann", "k", "this"), IDEM_OK);
	ck_assert(span_eq_str(point, "intent"));
	ck_assert_int_eq(take("ann", "k", "this"), IDEM_E_RUNNING);
}
END_TEST

START_TEST(a_step_renews_the_lease)
{
	ck_assert_int_eq(take("ann", "k", "this"), IDEM_OK);
	pass("ann", "29 s");
	ck_assert(phase("ann", "k", token, "intent"));
	pass("ann", "29 s");
	ck_assert_int_eq(take("ann", "k", "this"), IDEM_E_RUNNING);
}
END_TEST

START_TEST(who_slept_past_the_lease_can_neither_go_on_nor_answer)
{
	struct span zombies;

	ck_assert_int_eq(take("ann", "k", "this"), IDEM_OK);
	zombies = token;
	pass("ann", "31 s");
	ck_assert_int_eq(take("ann", "k", "this"), IDEM_OK);
	ck_assert(!phase("ann", "k", zombies, "intent"));
	ck_assert(!store("ann", "k", zombies, "the zombie's"));
	ck_assert(phase("ann", "k", token, "intent"));
	ck_assert(store("ann", "k", token, "mine"));
	ck_assert(!phase("ann", "k", zombies, "called"));
	ck_assert(!store("ann", "k", zombies, "the zombie's"));
	ck_assert_int_eq(look("ann", "k", "this"), IDEM_E_REPLAY);
	ck_assert(span_eq_str(before.body, "mine"));
}
END_TEST

/* Nobody came meanwhile: the lease only says when others may. */
START_TEST(who_slept_past_the_lease_alone_goes_on)
{
	ck_assert_int_eq(take("ann", "k", "this"), IDEM_OK);
	pass("ann", "31 s");
	ck_assert(phase("ann", "k", token, "intent"));
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

START_TEST(no_answer_is_kept_for_what_somebody_else_has_begun)
{
	ck_assert_int_eq(take("ann", "k", "this"), IDEM_OK);
	ck_assert_int_eq(keep("ann", "k", "this", "no"), IDEM_E_RUNNING);
	ck_assert(phase("ann", "k", token, "intent"));
	pass("ann", "31 s");
	ck_assert_int_eq(keep("ann", "k", "this", "no"), IDEM_E_RUNNING);
	ck_assert_int_eq(take("ann", "k", "this"), IDEM_OK);
	ck_assert(span_eq_str(point, "intent"));
}
END_TEST

START_TEST(an_answer_is_kept_for_what_was_abandoned_before_it_did_anything)
{
	ck_assert_int_eq(take("ann", "k", "this"), IDEM_OK);
	pass("ann", "31 s");
	ck_assert_int_eq(keep("ann", "k", "this", "no"), IDEM_OK);
	ck_assert_int_eq(take("ann", "k", "this"), IDEM_E_REPLAY);
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
	ck_assert(span_eq_str(point, "started"));
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
	ck_assert_int_eq(take("ann", "unfinished", "this"), IDEM_OK);
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
	ck_assert(store("ann", "done", token, "yes"));
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

START_TEST(of_many_who_take_an_abandoned_key_at_once_one_gets_it)
{
	int n_won = 0;

	ck_assert_int_eq(take("ann", "k", "this"), IDEM_OK);
	pass("ann", "31 s");
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
	TEST(steps_go_on_to_the_answer_which_is_given_again);
	TEST(after_the_lease_another_goes_on_where_the_first_was);
	TEST(a_step_renews_the_lease);
	TEST(who_slept_past_the_lease_can_neither_go_on_nor_answer);
	TEST(who_slept_past_the_lease_alone_goes_on);
	TEST(the_first_answer_kept_is_the_answer);
	TEST(no_answer_is_kept_for_what_somebody_else_has_begun);
	TEST(an_answer_is_kept_for_what_was_abandoned_before_it_did_anything);
	TEST(after_two_days_a_key_is_free_for_anything);
	TEST(the_purge_takes_old_answers_and_nothing_else);
	TEST(a_refusal_is_forgotten_before_an_effect);
	TEST(of_many_who_take_an_abandoned_key_at_once_one_gets_it);
}
