/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_wallet - balances move with their ledger, or not at all
 *
 * Layer: tests.  Uses: wallet.
 */
#include "wallet/wallet.h"

#include "account/rehearsal.h"
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

static int64_t
balance(void)
{
	struct wallet wallet;

	ck_assert_int_eq(wallet_get(&ctx, user, &wallet), WALLET_OK);
	return wallet.balance_minor;
}

static int
credit(int64_t amount)
{
	struct wallet wallet;

	return wallet_credit(&ctx, user, amount, &wallet);
}

static int64_t
ledger(const char *what)
{
	return world_number(arena_printf(&ctx.arena,
	    "SELECT %s FROM ledger"
	    " WHERE account = 'wallet' AND user_id = %lld",
	    what, (long long)user));
}

/* What must hold at any instant. */
static void
check_books(void)
{
	ck_assert_int_eq(world_number("SELECT coalesce(sum(amount), 0)::bigint"
				      " FROM ledger"),
	    0);
	ck_assert_int_eq(
	    world_number(
		"SELECT count(*) FROM (SELECT FROM"
		" ledger GROUP BY transfer_id HAVING sum(amount) <> 0) t"),
	    0);
	ck_assert_int_eq(
	    world_number(
		"SELECT count(*) FROM wallets w WHERE"
		" balance <> (SELECT coalesce(sum(amount), 0) FROM ledger l WHERE"
		" l.account = 'wallet' AND l.user_id = w.user_id)"),
	    0);
}

START_TEST(a_credit_is_in_the_balance_and_in_the_ledger)
{
	struct wallet wallet;

	user = world_user("saver");
	ck_assert_int_eq(wallet_credit(&ctx, user, 15000, &wallet), WALLET_OK);
	ck_assert_int_eq(wallet.balance_minor, 15000);
	ck_assert(span_eq_str(wallet.currency, WALLET_CURRENCY));
	ck_assert_int_eq(credit(1), WALLET_OK);
	ck_assert_int_eq(balance(), 15001);
	ck_assert_int_eq(ledger("count(*)"), 2);
	ck_assert_int_eq(ledger("sum(amount)::bigint"), 15001);
	check_books();
}
END_TEST

START_TEST(amounts_that_are_none_change_nothing)
{
	static const int64_t bad[] = { 0, -1, INT64_MIN, INT64_MAX,
		WALLET_BALANCE_MAX + 1 };

	user = world_user("cheat");
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_int_eq(credit(bad[i]), WALLET_E_AMOUNT);
	ck_assert_int_eq(balance(), 0);
	ck_assert_int_eq(ledger("count(*)"), 0);
}
END_TEST

START_TEST(a_balance_does_not_grow_past_its_bound)
{
	user = world_user("midas");
	ck_assert_int_eq(credit(WALLET_BALANCE_MAX - 5), WALLET_OK);
	ck_assert_int_eq(credit(6), WALLET_E_FULL);
	ck_assert_int_eq(credit(WALLET_BALANCE_MAX), WALLET_E_FULL);
	ck_assert_int_eq(balance(), WALLET_BALANCE_MAX - 5);
	ck_assert_int_eq(credit(5), WALLET_OK);
	ck_assert_int_eq(credit(1), WALLET_E_FULL);
	ck_assert_int_eq(ledger("count(*)"), 2);
	check_books();
}
END_TEST

SQL(wallet_test_set, "UPDATE wallets SET balance = $2 WHERE user_id = $1");

START_TEST(no_statement_takes_a_balance_past_its_bounds)
{
	static const int64_t bad[] = { -1, WALLET_BALANCE_MAX + 1, INT64_MAX };

	user = world_user("bounded");
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		const struct db_param params[] = { db_i64(&ctx.arena, user),
			db_i64(&ctx.arena, bad[i]) };

		ck_assert_int_eq(db_run(ctx.primary, &ctx.arena,
				     &sql_wallet_test_set, 2, params, NULL),
		    DB_E_CONSTRAINT);
		ck_assert_str_eq(db_constraint(ctx.primary),
		    "wallets_balance_range");
	}
}
END_TEST

START_TEST(entries_are_listed_page_by_page_newest_first)
{
	struct wallet_entry *list;
	int64_t before = 0, other;
	bool more = true;
	size_t n;

	other = world_user("neighbour");
	user = other;
	ck_assert_int_eq(credit(77), WALLET_OK);
	user = world_user("lister");
	for (int i = 1; i <= 5; i++)
		ck_assert_int_eq(credit(i), WALLET_OK);
	for (int want = 5; more;) {
		ck_assert_int_eq(
		    wallet_entries(&ctx, user, before, 2, &list, &n, &more),
		    WALLET_OK);
		for (size_t i = 0; i < n; i++) {
			ck_assert_int_eq(list[i].amount_minor, want--);
			ck_assert(span_eq_str(list[i].reason, "credit"));
			ck_assert_int_eq(list[i].payment, 0);
			ck_assert(!span_is(list[i].reservation));
			ck_assert_int_gt(list[i].at_ms, 0);
			before = list[i].id;
		}
		ck_assert_int_eq(more, want > 0);
	}
}
END_TEST

START_TEST(nobody_has_no_wallet)
{
	struct wallet wallet;

	user = INT64_MAX;
	ck_assert_int_eq(wallet_get(&ctx, user, &wallet), WALLET_E_NONE);
	ck_assert_int_eq(credit(1), WALLET_E_NONE);
	ck_assert_int_eq(ledger("count(*)"), 0);
}
END_TEST

START_TEST(the_ledger_refuses_to_be_changed)
{
	static const char *const changes[] = {
		"WITH x AS (UPDATE ledger SET amount = 1 RETURNING 1)"
		" SELECT count(*) FROM x",
		"WITH x AS (DELETE FROM ledger RETURNING 1)"
		" SELECT count(*) FROM x",
	};

	user = world_user("minter");
	ck_assert_int_eq(credit(100), WALLET_OK);
	for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
		const struct sql *sql = world_sql(changes[i]);

		ck_assert_int_ne(
		    db_run(ctx.primary, &ctx.arena, sql, 0, NULL, NULL), 0);
	}
	check_books();
}
END_TEST

static int
credit_often(int i)
{
	(void)i;
	for (int n = 0; n < 25; n++)
		if (credit(n + 1) != WALLET_OK)
			return 1;
	return 0;
}

START_TEST(credits_from_many_at_once_all_count)
{
	const struct runner runner = { open_runner, credit_often };
	int results[6];

	user = world_user("popular");
	race(6, &runner, results);
	ck_assert_int_eq(race_count(6, results, 0), 6);
	ck_assert_int_eq(balance(), 6 * 25 * 26 / 2);
	ck_assert_int_eq(ledger("count(*)"), 6 * 25);
	check_books();
}
END_TEST

START_TEST(without_the_primary_everything_is_a_fault)
{
	struct wallet wallet;

	user = world_user("stranded");
	servers_pg_stop();
	ck_assert_int_lt(wallet_get(&ctx, user, &wallet), 0);
	ck_assert_int_lt(credit(5), 0);
	servers_pg_start();
	db_drop(ctx.primary);
	ck_assert_int_eq(balance(), 0);
}
END_TEST

#ifdef FAULTS
static void
credit_once(void)
{
	(void)credit(500);
}

START_TEST(a_credit_is_whole_though_nobody_was_told)
{
	user = world_user("silent");
	world_crash("wallet.after_credit", credit_once);
	ck_assert_int_eq(balance(), 500);
	ck_assert_int_eq(ledger("count(*)"), 1);
	check_books();
}
END_TEST
#endif

/* ---- rehearsal users, whose wallets come full ---- */

static int
rehearse(const char *prefix, int64_t n, int64_t amount,
    struct rehearsal_users *out)
{
	const struct rehearsal want = { span_str(prefix), n, amount };

	return rehearsal_add(&ctx, &want, &ctx.arena, out);
}

START_TEST(rehearsal_users_have_wallets_with_their_ledger_pairs)
{
	struct rehearsal_users users;
	struct account account;

	ck_assert_int_eq(rehearse("Extra-", 50, 7000, &users), REHEARSAL_OK);
	ck_assert(span_eq_str(users.prefix, "Extra-"));
	ck_assert_int_eq(users.first, 1);
	for (int i = 0; i < 50; i++) {
		user = users.ids[i];
		ck_assert_int_eq(balance(), 7000);
		ck_assert_int_eq(ledger("count(*)"), 1);
		ck_assert_int_eq(account_get(&ctx, user, &account), ACCOUNT_OK);
		ck_assert(span_eq_str(account.login_id,
		    arena_printf(&ctx.arena, "Extra-%d", i + 1)));
	}
	check_books();
}
END_TEST

START_TEST(rehearsal_users_cannot_log_in_and_are_found)
{
	struct rehearsal_users users;
	struct account account;

	ck_assert_int_eq(rehearse("walker", 2, 0, &users), REHEARSAL_OK);
	ck_assert_int_eq(account_find(&ctx, SPAN_LIT("WALKER2"), &account),
	    ACCOUNT_OK);
	ck_assert_int_eq(account.id, users.ids[1]);
	ck_assert_int_eq(account_login(&ctx, SPAN_LIT("walker2"),
			     SPAN_LIT("password"), &account),
	    ACCOUNT_E_CREDENTIALS);
}
END_TEST

START_TEST(the_numbers_go_on_where_they_ended)
{
	struct rehearsal_users users;

	ck_assert_int_eq(rehearse("again-", 3, 0, &users), REHEARSAL_OK);
	ck_assert_int_eq(rehearse("AGAIN-", 2, 0, &users), REHEARSAL_OK);
	ck_assert_int_eq(users.first, 4);
	/* What only begins alike is another prefix. */
	world_user("again-007");
	world_user("again-9x");
	world_user("again-again-77");
	ck_assert_int_eq(rehearse("again-", 1, 0, &users), REHEARSAL_OK);
	ck_assert_int_eq(users.first, 6);
}
END_TEST

START_TEST(a_taken_login_id_refuses_all_of_them)
{
	struct rehearsal_users users;
	int64_t before;

	/* Only nine digits are looked for. */
	world_user("clash999999998");
	world_user("clash1000000000");
	before = world_number("SELECT count(*) FROM users");
	ck_assert_int_eq(rehearse("clash", 2, 10, &users), REHEARSAL_E_TAKEN);
	ck_assert_int_eq(world_number("SELECT count(*) FROM users"), before);
	ck_assert_int_eq(rehearse("clash", 1, 10, &users), REHEARSAL_OK);
	/* and the connection goes on */
	ck_assert_int_eq(rehearse("clash-", 1, 0, &users), REHEARSAL_OK);
}
END_TEST

START_TEST(nonsense_makes_no_rehearsal_users)
{
	struct rehearsal_users users;

	ck_assert_int_eq(rehearse("n", 0, 0, &users), REHEARSAL_E_COUNT);
	ck_assert_int_eq(rehearse("n", -1, 0, &users), REHEARSAL_E_COUNT);
	ck_assert_int_eq(rehearse("n", REHEARSAL_USERS_MAX + 1, 0, &users),
	    REHEARSAL_E_COUNT);
	ck_assert_int_eq(rehearse("n", 1, -1, &users), REHEARSAL_E_CREDIT);
	ck_assert_int_eq(rehearse("n", 1, INT64_MAX, &users),
	    REHEARSAL_E_CREDIT);
	ck_assert_int_eq(rehearse("", 1, 0, &users), REHEARSAL_E_PREFIX);
	ck_assert_int_eq(rehearse("a b", 1, 0, &users), REHEARSAL_E_PREFIX);
	ck_assert_int_eq(rehearse("a\tb", 1, 0, &users), REHEARSAL_E_PREFIX);
	ck_assert_int_eq(rehearse("\\N", 1, 0, &users), REHEARSAL_E_PREFIX);
	ck_assert_int_eq(rehearse("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
				  "aaaaaaaaaaaa",
			     1, 0, &users),
	    REHEARSAL_E_PREFIX);
}
END_TEST

static int
rehearse_racer(int i)
{
	struct rehearsal_users users;

	(void)i;
	return rehearse("crowd-", 20, 10, &users);
}

START_TEST(rehearsals_made_at_once_share_no_number)
{
	const struct runner runner = { open_runner, rehearse_racer };
	int results[4];

	race(4, &runner, results);
	ck_assert_int_eq(race_count(4, results, REHEARSAL_OK), 4);
	ck_assert_int_eq(
	    world_number("SELECT count(DISTINCT login_fold) FROM"
			 " users WHERE starts_with(login_fold, 'crowd-')"),
	    80);
	check_books();
}
END_TEST

#ifdef FAULTS
static void
rehearse_once(void)
{
	struct rehearsal_users users;

	(void)rehearse("half-", 3, 10, &users);
}

START_TEST(a_rehearsal_that_dies_leaves_nobody)
{
	struct rehearsal_users users;

	world_crash("rehearsal.before_commit", rehearse_once);
	ck_assert_int_eq(world_number("SELECT count(*) FROM users WHERE"
				      " starts_with(login_fold, 'half-')"),
	    0);
	ck_assert_int_eq(rehearse("half-", 3, 10, &users), REHEARSAL_OK);
	ck_assert_int_eq(users.first, 1);
	check_books();
}
END_TEST
#endif

SUITE("wallet")
{
	FIXTURE_ONCE(once, servers_stop);
	FIXTURE(world_open, world_close);
	TEST(a_credit_is_in_the_balance_and_in_the_ledger);
	TEST(amounts_that_are_none_change_nothing);
	TEST(a_balance_does_not_grow_past_its_bound);
	TEST(no_statement_takes_a_balance_past_its_bounds);
	TEST(entries_are_listed_page_by_page_newest_first);
	TEST(nobody_has_no_wallet);
	TEST(the_ledger_refuses_to_be_changed);
	TEST(credits_from_many_at_once_all_count);
	TEST(without_the_primary_everything_is_a_fault);
	TEST(rehearsal_users_have_wallets_with_their_ledger_pairs);
	TEST(rehearsal_users_cannot_log_in_and_are_found);
	TEST(the_numbers_go_on_where_they_ended);
	TEST(a_taken_login_id_refuses_all_of_them);
	TEST(nonsense_makes_no_rehearsal_users);
	TEST(rehearsals_made_at_once_share_no_number);
#ifdef FAULTS
	TEST(a_credit_is_whole_though_nobody_was_told);
	TEST(a_rehearsal_that_dies_leaves_nobody);
#endif
}
