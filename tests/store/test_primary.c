/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_primary - two servers accept writes, and one of them is believed
 *
 * The replica is promoted while the primary goes on, which is what is left
 * when a failover was not fenced. That cannot be taken back: the tests run in
 * their order.
 *
 * Layer: tests.  Uses: db, epoch, reservation, audit, house.
 */
#include "audit/audit.h"
#include "base/clock.h"
#include "recovery/recovery.h"
#include "seat/epoch.h"
#include "tests/support/buyer.h"
#include "tests/support/servers.h"

static const struct sql who = { "who", "SELECT 1" };
static const struct sql promote = { "promote", "SELECT pg_promote()::int" };
static const struct sql flushed = { "flushed",
	"SELECT pg_current_wal_flush_lsn() - '0/0'" };
static const struct sql replayed = { "replayed",
	"SELECT pg_last_wal_replay_lsn() - '0/0'" };

static void
once(void)
{
	servers_start(SERVERS_REDIS | SERVERS_PG | SERVERS_REPLICA);
}

/* The folders of the old primary and of the new one, in this order or that. */
enum hosts { OLD, NEW, OLD_NEW, NEW_OLD };

static void
write_dsn(struct settings *set, enum hosts hosts)
{
	const char *old = servers_pg_folder(), *new = servers_replica_folder();
	const char *first = hosts == OLD || hosts == OLD_NEW ? old : new;
	const char *second = first == old ? new : old;
	bool both = hosts == OLD_NEW || hosts == NEW_OLD;

	snprintf(set->primary_dsn, sizeof(set->primary_dsn),
	    "host=%s%s%s user=postgres dbname=postgres", first, both ? "," : "",
	    both ? second : "");
	snprintf(set->replica_dsn, sizeof(set->replica_dsn), "%s",
	    set->primary_dsn);
}

/* A process that knows nothing yet. */
static void
given(struct ctx *ctx, enum hosts hosts)
{
	struct settings set;

	servers_settings(&set);
	write_dsn(&set, hosts);
	ctx_open(ctx, &set);
	recovery_give(ctx);
}

/* A process that goes on, under another DSN. */
static void
turn_to(struct ctx *ctx, enum hosts hosts)
{
	struct settings set = ctx->set;

	write_dsn(&set, hosts);
	ctx_settings(ctx, &set, true);
}

static int
ask(struct ctx *ctx, struct db *db)
{
	return db_run(db, &ctx->arena, &who, 0, NULL, NULL);
}

static int64_t
number(struct ctx *ctx, struct db *db, const struct sql *sql)
{
	struct db_rows rows;

	ck_assert_int_eq(db_run(db, &ctx->arena, sql, 0, NULL, &rows), 0);
	return db_get_i64(&rows, 0, 0);
}

static int64_t
timeline(struct ctx *ctx)
{
	ck_assert_int_eq(ask(ctx, ctx->primary), 0);
	return db_identity(ctx->primary)->timeline;
}

static int
writable(struct ctx *ctx)
{
	return atomic_load(&ctx->shared->newest.n_writable);
}

/* All that was written before is on both; from here on they part. */
static void
given_both_accept_writes(void)
{
	struct ctx old, new;
	int64_t end;

	given(&old, OLD);
	given(&new, NEW);
	end = number(&old, old.primary, &flushed);
	while (number(&new, new.replica, &replayed) < end)
		usleep(1000);
	ck_assert_int_eq(number(&new, new.replica, &promote), 1);
	ctx_close(&new);
	ctx_close(&old);
}

/* The epoch may have been raised a moment ago; then it waits. */
static void
settle_epoch(struct ctx *ctx)
{
	int64_t epoch, deadline_us = clock_mono_us() + 30 * INT64_C(1000000);
	int r;

	while ((r = epoch_get(ctx, &epoch)) == KV_F_LOADING
	    && clock_mono_us() < deadline_us)
		usleep(1000);
	ck_assert_int_eq(r, 0);
}

START_TEST(a_standby_beside_the_primary_is_no_second_one)
{
	struct ctx ctx;

	given(&ctx, _i == 0 ? OLD_NEW : NEW_OLD);
	ck_assert_int_eq(timeline(&ctx), 1);
	ck_assert_int_eq(writable(&ctx), 1);
	ck_assert_int_eq(ask(&ctx, ctx.replica), 0);
	ck_assert_int_eq(db_identity(ctx.replica)->timeline, 0);
	ck_assert_str_eq(db_host(ctx.primary), servers_pg_folder());
	ck_assert_str_eq(db_host(ctx.replica), servers_replica_folder());
	ctx_close(&ctx);
}
END_TEST

START_TEST(one_server_by_two_addresses_is_one)
{
	struct settings set;
	struct ctx ctx;

	servers_settings(&set);
	snprintf(set.primary_dsn, sizeof(set.primary_dsn),
	    "host=%s,%s/. user=postgres dbname=postgres", servers_pg_folder(),
	    servers_pg_folder());
	ctx_open(&ctx, &set);
	ck_assert_int_eq(timeline(&ctx), 1);
	ck_assert_int_eq(writable(&ctx), 1);
	ctx_close(&ctx);
}
END_TEST

/* The unfenced failover, from the last sale before it to the first after the
 * old primary is there again. */
START_TEST(a_seat_sold_after_a_failover_is_not_sold_again)
{
	struct ctx other;

	house_open();
	buyer_alone();
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	given_both_accept_writes();

	/* Nobody has ended the house's connection to the old one. */
	given(&other, NEW);
	settle_epoch(&other);
	ck_assert_int_lt(place("bob", "3"), 0);
	ck_assert_int_eq(ask(&house.ctx, house.ctx.primary), DB_F_UNREACHABLE);
	ctx_close(&other);

	turn_to(&house.ctx, NEW);
	ck_assert_int_eq(place("ann", "2"), HOLD_OK);
	ck_assert_int_eq(pay_key("ann", hold.token, "key-2"), PURCHASE_OK);
	for (int hosts = OLD_NEW; hosts <= NEW_OLD; hosts++) {
		turn_to(&house.ctx, (enum hosts)hosts);
		reconcile();
		ck_assert_int_eq(place("bob", "1"), HOLD_E_TAKEN);
		ck_assert_int_eq(place("bob", "2"), HOLD_E_TAKEN);
		ck_assert_int_eq(timeline(&house.ctx), 2);
	}
	turn_to(&house.ctx, OLD);
	house_round();
	ck_assert_int_lt(
	    hold_reconcile_map(&house.ctx, house.performance, &(size_t){ 0 }),
	    0);
	turn_to(&house.ctx, OLD_NEW);
	house_round();
	ck_assert_int_eq(letter(2), 'R');
}
END_TEST

START_TEST(of_two_that_accept_writes_the_newer_is_believed)
{
	struct ctx ctx;

	given(&ctx, _i == 0 ? OLD_NEW : NEW_OLD);
	ck_assert_int_eq(timeline(&ctx), 2);
	ck_assert_int_eq(writable(&ctx), 2);
	ctx_close(&ctx);
}
END_TEST

START_TEST(who_has_met_the_newer_believes_the_older_no_more)
{
	struct ctx ctx;

	given(&ctx, OLD_NEW);
	ck_assert_int_eq(timeline(&ctx), 2);
	turn_to(&ctx, OLD);
	ck_assert_int_eq(ask(&ctx, ctx.primary), DB_F_UNREACHABLE);
	ck_assert_int_eq(ask(&ctx, ctx.replica), DB_F_UNREACHABLE);
	turn_to(&ctx, NEW);
	ck_assert_int_eq(timeline(&ctx), 2);
	ctx_close(&ctx);
}
END_TEST

/* Two workers of one tree. */
START_TEST(a_kept_connection_to_the_older_ends_when_the_tree_meets_the_newer)
{
	struct ctx kept, other;

	given(&kept, OLD);
	given(&other, NEW);
	ck_assert_int_eq(timeline(&kept), 1);
	ctx_share(&other, kept.shared, 0);
	ck_assert_int_eq(timeline(&other), 2);
	ck_assert_int_eq(ask(&kept, kept.primary), DB_F_UNREACHABLE);
	ctx_close(&other);
	ctx_close(&kept);
}
END_TEST

/* Its DSN names the old one alone, and nobody told it but Redis. */
START_TEST(a_new_process_hears_of_the_newer_from_redis)
{
	struct ctx one, other;
	int64_t epoch;

	given(&one, OLD_NEW);
	settle_epoch(&one);
	given(&other, OLD);
	ck_assert_int_eq(epoch_get(&other, &epoch), DB_F_UNREACHABLE);
	ck_assert_int_eq(ask(&other, other.primary), DB_F_UNREACHABLE);
	ctx_close(&other);
	ctx_close(&one);
}
END_TEST

START_TEST(with_redis_emptied_the_hosts_themselves_tell)
{
	const struct span flush = SPAN_LIT("FLUSHALL");
	struct kv_reply reply;
	struct ctx ctx;

	given(&ctx, OLD_NEW);
	ck_assert_int_eq(kv_command(ctx.kv, &ctx.arena, 1, &flush, &reply), 0);
	settle_epoch(&ctx);
	ck_assert_int_eq(db_identity(ctx.primary)->timeline, 2);
	ctx_close(&ctx);
}
END_TEST

START_TEST(the_audit_counts_who_else_accepts_writes)
{
	const struct audit_pace pace = { .looks = 1 };
	const struct audit_row *row = audit_rows;
	struct audit_walk walk;
	struct ctx ctx;

	given(&ctx, OLD_NEW);
	while (strcmp(row->name, "I27") != 0)
		row++;
	audit_begin(&walk, row, &pace);
	while (!walk.done)
		ck_assert_int_eq(audit_step(&ctx, &walk), 0);
	ck_assert_int_eq(walk.found.n, 1);
	ctx_close(&ctx);
}
END_TEST

SUITE("primary")
{
	FIXTURE_ONCE(once, NULL);
	TEST_LOOP(a_standby_beside_the_primary_is_no_second_one, 2);
	TEST(one_server_by_two_addresses_is_one);
	TEST(a_seat_sold_after_a_failover_is_not_sold_again);
	TEST_LOOP(of_two_that_accept_writes_the_newer_is_believed, 2);
	TEST(who_has_met_the_newer_believes_the_older_no_more);
	TEST(a_kept_connection_to_the_older_ends_when_the_tree_meets_the_newer);
	TEST(a_new_process_hears_of_the_newer_from_redis);
	TEST(with_redis_emptied_the_hosts_themselves_tell);
	TEST(the_audit_counts_who_else_accepts_writes);
}
