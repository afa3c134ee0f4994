/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_restored - what was given out since an older state is given to nobody
 * else
 *
 * Layer: tests.  Uses: restored, epoch.
 */
#include "admin/restored.h"

#include "seat/epoch.h"
#include "tests/support/world.h"

#include <poll.h>

static void
once(void)
{
	servers_start(SERVERS_REDIS | SERVERS_PG);
}

static int
do_it(const char *reason, struct restored *out)
{
	struct audit_by by = { .os_user = SPAN_LIT("ann"),
		.reason = span_str(reason) };

	return restored(&ctx, &by, out);
}

START_TEST(names_go_on_far_behind_all_that_were_given)
{
	int64_t user = world_user("before"), next;
	struct restored done;

	ck_assert_int_eq(do_it("a test", &done), RESTORED_OK);
	ck_assert_int_eq(done.n_sequences,
	    world_number("SELECT count(*) FROM pg_sequences WHERE schemaname ="
			 " 'public'"));
	next = world_user("behind");
	ck_assert_int_gt(next, user + 1000000);
	ck_assert_int_lt(next, user + 1000100);
	ck_assert_int_gt(world_number("SELECT nextval('transfer_id')"),
	    1000000);
}
END_TEST

START_TEST(lines_and_sessions_and_lists_begin_anew)
{
	int64_t user = world_user("session");
	struct restored done;

	(void)world_number(arena_printf(&ctx.arena,
	    "WITH f AS (INSERT INTO refresh_family (user_id) VALUES (%lld)"
	    " RETURNING id), s AS (SELECT reconcile_watch('p', 'a'))"
	    " SELECT id FROM f, s",
	    (long long)user));
	(void)world_number(
	    "WITH u AS (UPDATE provider_scans SET due_at ="
	    " 'infinity', after = 'x' RETURNING 1)"
	    " SELECT count(*) FROM u");
	ck_assert_int_eq(do_it("a test", &done), RESTORED_OK);
	ck_assert_int_ge(done.n_sessions, 1);
	ck_assert_int_eq(world_number("SELECT count(*) FROM refresh_family"
				      " WHERE revoked_at IS NULL"),
	    0);
	ck_assert_int_eq(world_number("SELECT count(*) FROM provider_scans"
				      " WHERE due_at > now() OR after IS NOT"
				      " NULL"),
	    0);
	ck_assert_int_eq(do_it("once more", &done), RESTORED_OK);
	ck_assert_int_eq(done.n_sessions, 0);
}
END_TEST

/* Versions that pages have seen are all older. */
START_TEST(the_epoch_is_one_that_nobody_has_seen)
{
	struct restored done;
	int64_t before, epoch;
	int r = KV_F_LOADING;

	ck_assert_int_eq(epoch_get(&ctx, &before), 0);
	ck_assert_int_eq(do_it("a test", &done), RESTORED_OK);
	ck_assert_int_gt(done.epoch, before + 999999);
	epoch_forget(&ctx);
	for (int i = 0; i < 500 && r == KV_F_LOADING; i++) {
		poll(NULL, 0, 10);
		r = epoch_get(&ctx, &epoch);
	}
	ck_assert_int_eq(r, 0);
	ck_assert_int_gt(epoch, done.epoch);
}
END_TEST

START_TEST(it_is_written_down_why_and_a_reason_is_asked_for)
{
	struct restored done;
	int64_t before = world_number("SELECT epoch FROM sys_epoch");

	ck_assert_int_eq(do_it(" ", &done), RESTORED_E_REASON);
	ck_assert_int_eq(world_number("SELECT epoch FROM sys_epoch"), before);
	ck_assert_int_eq(do_it("of the log", &done), RESTORED_OK);
	ck_assert_int_eq(
	    world_number("SELECT count(*) FROM audit_log WHERE action ="
			 " 'restored' AND reason = 'of the log' AND"
			 " detail->>'os_user' = 'ann' AND"
			 " (detail->>'epoch')::bigint > 1000000"),
	    1);
}
END_TEST

/* A dump has numbers of transactions that its new server has yet to count. */
START_TEST(what_is_to_be_told_is_sent_at_once)
{
	struct restored done;

	(void)world_number(
	    "WITH s AS (UPDATE outbox_seen SET seen ="
	    " '9000000000:9000000000:' RETURNING 1), o AS (INSERT INTO outbox"
	    " (aggregate, aggregate_id, kind, payload) VALUES ('reservation',"
	    " 'R', 'reservation.confirmed', '{}') RETURNING id)"
	    " SELECT o.id FROM s, o");
	ck_assert_int_eq(world_number("SELECT n FROM message_take(10, 60)"), 0);
	ck_assert_int_eq(do_it("a test", &done), RESTORED_OK);
	ck_assert_int_eq(world_number("SELECT n FROM message_take(10, 60)"), 1);
}
END_TEST

SUITE("restored")
{
	FIXTURE_ONCE(once, servers_stop);
	FIXTURE(world_open, world_close);
	TEST(names_go_on_far_behind_all_that_were_given);
	TEST(lines_and_sessions_and_lists_begin_anew);
	TEST(the_epoch_is_one_that_nobody_has_seen);
	TEST(it_is_written_down_why_and_a_reason_is_asked_for);
	TEST(what_is_to_be_told_is_sent_at_once);
}
