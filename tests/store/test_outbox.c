/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_outbox - every fact has its row, in the transaction that makes it one
 *
 * Layer: tests.  Uses: buyer, seat_journal.
 */
#include "seat/seat_journal.h"

#include "tests/support/buyer.h"

SQL(outbox_test_kinds,
    "SELECT coalesce(string_agg(kind, ' ' ORDER BY version), '')"
    " FROM outbox WHERE aggregate = $2"
    " AND (payload->>'performance_id')::bigint = $1");

/* What the outbox tells of this performance's holds, payments or
 * reservations, in the order of their versions. */
static const char *
told(const char *aggregate)
{
	struct arena *a = &house.ctx.arena;
	const struct db_param params[] = { db_i64(a, house.performance),
		db_str(aggregate) };
	struct db_rows rows;

	ck_assert_int_eq(db_run(house.ctx.primary, a, &sql_outbox_test_kinds,
	    2, params, &rows), 0);
	return arena_str(a, db_cell(&rows, 0, 0));
}

static void
journal(void)
{
	size_t n;

	ck_assert_int_eq(seat_journal_round(&house.ctx, &n), 0);
}

START_TEST(a_purchase_is_told_in_one_row)
{
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	journal();
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	journal();
	ck_assert_str_eq(told("reservation"), "reservation.confirmed");
	ck_assert_str_eq(told("payment"), "");
	ck_assert_str_eq(told("hold"), "");
}
END_TEST

START_TEST(a_replayed_purchase_tells_nothing)
{
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	ck_assert_int_eq(pay("ann"), PURCHASE_E_REPLAY);
	ck_assert_str_eq(told("reservation"), "reservation.confirmed");
}
END_TEST

START_TEST(a_refused_purchase_tells_nothing)
{
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	house_run(arena_printf(&house.ctx.arena, "UPDATE wallets SET"
	    " balance = 0 WHERE user_id = %lld",
	    (long long)house_user("ann")));
	ck_assert_int_eq(pay("ann"), PURCHASE_E_FUNDS);
	ck_assert_str_eq(told("payment"), "");
	ck_assert_str_eq(told("reservation"), "");
}
END_TEST

START_TEST(a_promise_is_told_to_nobody)
{
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	journal();
	ck_assert_int_eq(drop("ann", hold.token), HOLD_OK);
	journal();
	ck_assert_int_eq(house_count("SELECT count(*) FROM holds WHERE"
	    " performance_id = $1 AND status = 'released'",
	    house.performance), 1);
	ck_assert_str_eq(told("hold"), "");
}
END_TEST

/* As the relay finds them. */
START_TEST(a_row_waits_to_be_sent_under_an_id_of_its_own)
{
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	ck_assert_int_eq(house_count("SELECT count(*) FROM outbox"
	    " WHERE (payload->>'performance_id')::bigint = $1"
	    "  AND (done OR sent_epoch IS NOT NULL OR version IS NULL)",
	    house.performance), 0);
	ck_assert_int_eq(house_count("SELECT count(*) - count(DISTINCT"
	    " event_id) FROM outbox", 0), 0);
}
END_TEST

SUITE("outbox")
{
	FIXTURE_ONCE(house_start, NULL);
	FIXTURE(house_open, house_close);
	TEST(a_purchase_is_told_in_one_row);
	TEST(a_replayed_purchase_tells_nothing);
	TEST(a_refused_purchase_tells_nothing);
	TEST(a_promise_is_told_to_nobody);
	TEST(a_row_waits_to_be_sent_under_an_id_of_its_own);
}
