/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_outbox - every fact has its row, in the transaction that makes it one,
 * and what becomes of holds is told by what journals them
 *
 * Layer: tests.  Uses: buyer, journal.
 */
#include "journal/journal.h"

#include "recovery/hold_adopt.h"
#include "tests/support/away.h"
#include "tests/support/buyer.h"

SQL(outbox_test_kinds,
    "SELECT coalesce(string_agg(kind, ' ' ORDER BY version), '')"
    " FROM outbox WHERE aggregate = $2"
    " AND (payload->>'performance_id')::bigint = $1");

SQL(outbox_test_holds,
    "SELECT coalesce(string_agg(status, ' ' ORDER BY"
    "  string_to_array(version, '-')::bigint[]), '')"
    " FROM outbox_by_hold WHERE performance_id = $1");

static const char *
text_of(const struct sql *sql, int n, const struct db_param *params)
{
	struct arena *a = &house.ctx.arena;
	struct db_rows rows;

	ck_assert_int_eq(db_run(house.ctx.primary, a, sql, n, params, &rows),
	    0);
	return arena_str(a, db_cell(&rows, 0, 0));
}

/* What the outbox tells of this performance's payments or reservations, in
 * the order of their versions. */
static const char *
told(const char *aggregate)
{
	const struct db_param params[] = {
		db_i64(&house.ctx.arena, house.performance), db_str(aggregate)
	};

	return text_of(&sql_outbox_test_kinds, 2, params);
}

/* What it tells of this performance's holds, in the order of theirs. */
static const char *
outbox_of_holds(void)
{
	const struct db_param param = db_i64(&house.ctx.arena,
	    house.performance);

	return text_of(&sql_outbox_test_holds, 1, &param);
}

static int64_t
n_rows(void)
{
	return house_count(
	    "SELECT count(DISTINCT outbox_id) FROM outbox_by_hold"
	    " WHERE performance_id = $1",
	    house.performance);
}

static void
open_house(void)
{
	house_open();
	buyer_behind();
}

static void
journal(void)
{
	size_t n;

	ck_assert_int_eq(journal_round(&house.ctx, &n), 0);
}

START_TEST(a_purchase_is_told_in_one_row)
{
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	journal();
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	journal();
	ck_assert_str_eq(told("reservation"), "reservation.confirmed");
	ck_assert_str_eq(told("payment"), "");
	ck_assert_str_eq(outbox_of_holds(), "held");
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
	house_run(arena_printf(&house.ctx.arena,
	    "UPDATE wallets SET"
	    " balance = 0 WHERE user_id = %lld",
	    (long long)house_user("ann")));
	ck_assert_int_eq(pay("ann"), PURCHASE_E_FUNDS);
	ck_assert_str_eq(told("payment"), "");
	ck_assert_str_eq(told("reservation"), "");
}
END_TEST

START_TEST(each_status_of_a_hold_is_told_once)
{
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	ck_assert_str_eq(outbox_of_holds(), "");
	journal();
	journal();
	ck_assert_str_eq(outbox_of_holds(), "held");
	ck_assert_int_eq(extend("ann", hold.token), HOLD_OK);
	journal();
	ck_assert_int_eq(drop("ann", hold.token), HOLD_OK);
	journal();
	journal();
	ck_assert_str_eq(outbox_of_holds(), "held held released");
	ck_assert_int_eq(
	    house_count(
		"SELECT count(*) FROM outbox_by_hold AS t"
		" JOIN holds AS h ON h.token = t.hold AND h.user_id = t.user_id"
		" WHERE t.performance_id = $1 AND t.seat_ids = '[1, 2]'",
		house.performance),
	    3);
	ck_assert_int_eq(
	    house_count(
		"SELECT count(*) FROM outbox_by_hold AS t"
		" JOIN holds AS h ON h.token = t.hold AND t.version ="
		" concat_ws('-', h.epoch, h.log_ms, h.log_seq)"
		" WHERE t.performance_id = $1 AND t.status = 'released'",
		house.performance),
	    1);
	ck_assert_int_eq(
	    house_count(
		"SELECT count(*) FROM outbox_by_hold AS t"
		" JOIN outbox AS o ON o.id = t.outbox_id AND o.aggregate = 'holds'"
		" WHERE t.performance_id = $1",
		house.performance),
	    3);
}
END_TEST

/* As a batch has them; each newest only. */
START_TEST(a_batch_is_one_row)
{
	const int64_t first = house.performance;

	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	ck_assert_int_eq(place("bob", "3"), HOLD_OK);
	ck_assert_int_eq(drop("bob", hold.token), HOLD_OK);
	house_close();
	open_house();
	ck_assert_int_eq(place("cid", "1"), HOLD_OK);
	ck_assert_int_eq(place("dan", "2"), HOLD_OK);
	journal();
	ck_assert_int_eq(n_rows(), 1);
	ck_assert_str_eq(outbox_of_holds(), "held held");
	ck_assert_int_eq(
	    house_count(
		"SELECT count(*) FROM outbox AS o"
		" JOIN outbox_by_hold AS t ON t.outbox_id = o.id WHERE"
		" t.performance_id = $1 AND o.payload->'status' ? 'released'"
		" AND t.status = 'held'",
		house.performance),
	    2);
	house.performance = first;
	ck_assert_int_eq(n_rows(), 1);
	ck_assert_str_eq(outbox_of_holds(), "held released");
}
END_TEST

/* One transaction, and no trigger that would tell each of them. */
START_TEST(holds_are_told_by_the_statement_that_writes_them)
{
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ck_assert_int_eq(place("bob", "2"), HOLD_OK);
	journal();
	ck_assert_int_eq(house_count("SELECT count(*) FROM holds AS h JOIN"
				     " outbox AS o ON o.xmin = h.xmin"
				     " AND o.kind = 'holds.changed'"
				     " WHERE h.performance_id = $1",
			     house.performance),
	    2);
	ck_assert_int_eq(
	    house_count(
		"SELECT count(*) FROM pg_trigger"
		" WHERE tgrelid = 'holds'::regclass AND NOT tgisinternal",
		0),
	    0);
}
END_TEST

/* By whoever writes them first: the handler, and the job does not again. */
START_TEST(a_hold_journaled_before_the_answer_is_told_by_it)
{
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ck_assert_int_eq(place("ann", "1"), HOLD_OK); /* asked again */
	journal();
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ck_assert_str_eq(outbox_of_holds(), "held");
	house.ctx.set.hold_durability = HOLDS_SYNC;
	ck_assert_int_eq(drop("ann", hold.token), HOLD_OK);
	ck_assert_str_eq(outbox_of_holds(), "held released");
	journal();
	ck_assert_str_eq(outbox_of_holds(), "held released");
}
END_TEST

START_TEST(holds_in_redis_alone_are_told_to_nobody)
{
	house.ctx.set.hold_durability = HOLDS_REDIS;
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ck_assert_int_eq(drop("ann", hold.token), HOLD_OK);
	journal();
	ck_assert_str_eq(outbox_of_holds(), "");
}
END_TEST

/* Being paid for it is a payment's, and paid a reservation's. */
START_TEST(a_purchase_within_a_batch_tells_of_no_hold)
{
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	journal();
	ck_assert_str_eq(outbox_of_holds(), "");
	ck_assert_str_eq(told("reservation"), "reservation.confirmed");
}
END_TEST

START_TEST(a_payment_that_came_to_nothing_tells_the_hold_again)
{
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	journal();
	house_run(arena_printf(&house.ctx.arena,
	    "UPDATE wallets SET"
	    " balance = 0 WHERE user_id = %lld",
	    (long long)house_user("ann")));
	ck_assert_int_eq(begin_to_pay("ann"), HOLD_OK);
	journal();
	ck_assert_str_eq(outbox_of_holds(), "held");
	ck_assert_int_eq(pay("ann"), PURCHASE_E_FUNDS);
	journal();
	ck_assert_str_eq(outbox_of_holds(), "held held");
}
END_TEST

/* One that Redis was told of has a place in its log from then on. */
START_TEST(holds_made_in_postgresql_are_told_by_what_makes_them)
{
	house_close();
	away_open();
	ck_assert_int_eq(place("cid", "9"), HOLD_OK);
	away(CUT, REDIS_DOWN_DATABASE);
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ck_assert_int_eq(place("bob", "2"), HOLD_OK);
	ck_assert_int_eq(extend("bob", hold.token), HOLD_OK);
	ck_assert_int_eq(drop("bob", hold.token), HOLD_OK);
	ck_assert_str_eq(outbox_of_holds(), "held held held held released");
	bring_back(CUT);
	adopt();
	ck_assert_int_eq(letter(1), 'H');
	journal();
	ck_assert_str_eq(outbox_of_holds(),
	    "held held held held released held");
}
END_TEST

/* Its row was told under that place in the log already. */
START_TEST(a_hold_that_a_rebuild_cannot_keep_is_told_as_lost)
{
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	journal();
	house_run(arena_printf(&house.ctx.arena,
	    "INSERT INTO seat_claim"
	    " (performance_id, seat_no, state, mark) VALUES (%lld, 1, 'B',"
	    " 77)",
	    (long long)house.performance));
	house_redis("FLUSHALL");
	ck_assert_int_eq(letter(1), 'B');
	ck_assert_int_eq(journaled("lost"), 1);
	ck_assert_str_eq(outbox_of_holds(), "held lost");
	ck_assert_int_eq(
	    house_count("SELECT count(DISTINCT version)"
			" FROM outbox_by_hold WHERE performance_id = $1",
		house.performance),
	    2);
}
END_TEST

#ifdef FAULTS
static void
persist_once(void)
{
	journal();
}

static const char *const crashes[] = {
	"crash:follow.after_read:1",
	"crash:follow.after_settle:1",
	"crash:follow.after_hint:1",
};

START_TEST(a_persist_job_that_dies_leaves_nothing_unsaid_or_said_twice)
{
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	buyer_crash(crashes[_i], persist_once);
	journal();
	ck_assert_str_eq(outbox_of_holds(), "held");
}
END_TEST

START_TEST(a_persist_job_that_wakes_up_late_tells_nothing)
{
	struct sleeper job;

	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	buyer_sleep(&job, "follow.after_read", persist_once);
	ck_assert_int_eq(drop("ann", hold.token), HOLD_OK);
	journal();
	ck_assert_int_eq(buyer_wake(&job), 0);
	ck_assert_str_eq(outbox_of_holds(), "released");
}
END_TEST
#endif

/* As the relay finds them. */
START_TEST(a_row_waits_to_be_sent_under_an_id_of_its_own)
{
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	ck_assert_int_eq(
	    house_count("SELECT count(*) FROM outbox"
			" WHERE (payload->>'performance_id')::bigint = $1"
			"  AND (done OR n_sent > 0 OR version IS NULL)",
		house.performance),
	    0);
	ck_assert_int_eq(house_count("SELECT count(*) - count(DISTINCT"
				     " event_id) FROM outbox",
			     0),
	    0);
}
END_TEST

SUITE("outbox")
{
	FIXTURE_ONCE(house_start, NULL);
	FIXTURE(open_house, house_close);
	TEST(a_purchase_is_told_in_one_row);
	TEST(a_replayed_purchase_tells_nothing);
	TEST(a_refused_purchase_tells_nothing);
	TEST(each_status_of_a_hold_is_told_once);
	TEST(a_batch_is_one_row);
	TEST(holds_are_told_by_the_statement_that_writes_them);
	TEST(a_hold_journaled_before_the_answer_is_told_by_it);
	TEST(holds_in_redis_alone_are_told_to_nobody);
	TEST(a_purchase_within_a_batch_tells_of_no_hold);
	TEST(a_payment_that_came_to_nothing_tells_the_hold_again);
	TEST(holds_made_in_postgresql_are_told_by_what_makes_them);
	TEST(a_hold_that_a_rebuild_cannot_keep_is_told_as_lost);
#ifdef FAULTS
	TEST_LOOP(a_persist_job_that_dies_leaves_nothing_unsaid_or_said_twice,
	    (int)ARRAY_LEN(crashes));
	TEST(a_persist_job_that_wakes_up_late_tells_nothing);
#endif
	TEST(a_row_waits_to_be_sent_under_an_id_of_its_own);
}
