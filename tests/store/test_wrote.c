/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_wrote - a user sees his own writes, from whichever server
 *
 * The replica stands still (its replay is paused) where a test says so, as if
 * it were far behind: what is seen then comes from the primary, what is not
 * seen from the replica.
 *
 * Layer: tests.  Uses: wrote, read, reservation, house.
 */
#include "store/wrote.h"

#include "base/clock.h"
#include "reservation/cancel.h"
#include "seat/epoch.h"
#include "store/read.h"
#include "tests/support/buyer.h"
#include "tests/support/servers.h"

SQL(test_wrote_pause, "SELECT pg_wal_replay_pause()");
SQL(test_wrote_resume, "SELECT pg_wal_replay_resume()");
SQL(test_wrote_state, "SELECT pg_get_wal_replay_pause_state()");
SQL(test_wrote_flushed, "SELECT pg_current_wal_flush_lsn()");
SQL(test_wrote_replayed, "SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn");

static struct span
ask(struct db *db, const struct sql *sql, struct span param)
{
	const struct db_param p = db_text(&house.ctx.arena, param);
	struct db_rows rows;

	ck_assert_int_eq(db_run(db, &house.ctx.arena, sql,
	    span_is(param) ? 1 : 0, &p, &rows), 0);
	return db_cell(&rows, 0, 0);
}

static void
replica_pause(void)
{
	ask(house.ctx.replica, &sql_test_wrote_pause, SPAN_NONE);
	while (!span_eq_str(ask(house.ctx.replica, &sql_test_wrote_state,
	    SPAN_NONE), "paused"))
		usleep(2000);
}

/* It has all that the primary has now. */
static void
replica_catch_up(void)
{
	struct span lsn;

	ask(house.ctx.replica, &sql_test_wrote_resume, SPAN_NONE);
	lsn = ask(house.ctx.primary, &sql_test_wrote_flushed, SPAN_NONE);
	while (!span_eq_str(ask(house.ctx.replica, &sql_test_wrote_replayed,
	    lsn), "t"))
		usleep(2000);
}

static void
later(int64_t ms)
{
	clock_fake_add(ms);
	house_round();
}

static enum wrote_state
state(const char *name)
{
	struct wrote mark;

	wrote_look(&house.ctx, house_user(name), &mark);
	return mark.state;
}

static const char *
mark(const char *name)
{
	return house_redis(arena_printf(&house.ctx.arena,
	    "GET bo:wrote:%lld", (long long)house_user(name)));
}

/* A mark's life passes. */
static void
forget(const char *name)
{
	house_redis(arena_printf(&house.ctx.arena, "DEL bo:wrote:%lld",
	    (long long)house_user(name)));
}

static void
once(void)
{
	house_start_with(SERVERS_REDIS | SERVERS_PG | SERVERS_REPLICA);
}

static void
open_house(void)
{
	house_open();
	/* The replica alone, not whoever answers. */
	snprintf(house.ctx.set.replica_dsn,
	    sizeof(house.ctx.set.replica_dsn),
	    "host=%s user=postgres dbname=postgres",
	    servers_replica_folder());
	db_drop(house.ctx.replica);
	clock_fake(clock_ms());
	house_round();
	/* A Redis just started raises the epoch at the first look. */
	(void)house_map();
	house_redis("DEL bo:job:wrote-since");
	ck_assert_int_eq(state("ann"), WROTE_UNSURE);
	later(WROTE_LIFE_S * 1000);
	(void)house_user("bob");
	replica_catch_up();
	ck_assert_int_eq(state("ann"), WROTE_NOTHING);
}

static void
close_house(void)
{
	replica_catch_up();
	house_close();
}

static struct reservation *list;

/* How many of his reservations he sees. */
static size_t
sees(const char *name)
{
	bool more;
	size_t n;

	ck_assert_int_eq(reservation_list(&house.ctx, house_user(name), 0, 50,
	    &list, &n, &more), RESERVATION_OK);
	return n;
}

static void
buy(const char *name, const char *seats)
{
	ck_assert_int_eq(place(name, seats), HOLD_OK);
	ck_assert_int_eq(pay_key(name, hold.token, arena_str(
	    &house.ctx.arena, hold.token)), PURCHASE_OK);
}

/* A reservation that no mark tells of. */
static void
buy_unmarked(const char *name, const char *seats)
{
	char *was = arena_str(&house.ctx.arena, span_str(mark(name)));

	buy(name, seats);
	if (was[0] == '\0')
		forget(name);
	else
		house_redis(arena_printf(&house.ctx.arena,
		    "SET bo:wrote:%lld %s", (long long)house_user(name),
		    was));
}

/* ---- what a purchase leaves ---- */

START_TEST(an_own_purchase_is_seen_at_once)
{
	replica_pause();
	buy("ann", "1");
	ck_assert_int_eq(state("ann"), WROTE_ENDED);
	ck_assert_uint_eq(sees("ann"), 1);
	/* That reader has found out how far the replica must be; it is not. */
	ck_assert_int_eq(state("ann"), WROTE_UNTIL);
	ck_assert_uint_eq(sees("ann"), 1);
}
END_TEST

START_TEST(what_the_replica_has_is_read_there)
{
	buy("ann", "1");
	ck_assert_uint_eq(sees("ann"), 1);
	ck_assert_int_eq(state("ann"), WROTE_UNTIL);
	replica_catch_up();
	replica_pause();
	buy_unmarked("ann", "2");
	ck_assert_int_eq(state("ann"), WROTE_UNTIL);
	ck_assert_uint_eq(sees("ann"), 1);
}
END_TEST

START_TEST(who_wrote_nothing_reads_the_replica)
{
	replica_pause();
	buy("ann", "1");
	buy_unmarked("bob", "2");
	ck_assert_int_eq(state("bob"), WROTE_NOTHING);
	ck_assert_uint_eq(sees("bob"), 0);
	ck_assert_uint_eq(sees("ann"), 1);
	replica_catch_up();
	ck_assert_uint_eq(sees("bob"), 1);
}
END_TEST

START_TEST(a_payment_is_seen_at_once)
{
	struct payment p;

	replica_pause();
	buy("ann", "1");
	ck_assert_uint_eq(sees("ann"), 1);
	ck_assert_int_eq(payment_find(&house.ctx, house_user("ann"),
	    list[0].payment, &p), PAYMENT_OK);
	ck_assert_int_eq(payment_find(&house.ctx, house_user("bob"),
	    list[0].payment, &p), PAYMENT_E_NONE);
}
END_TEST

static struct span
no_answer(struct ctx *ctx, void *arg, const struct reservation *r)
{
	(void)ctx;
	(void)arg;
	(void)r;
	return SPAN_LIT("{}");
}

static int
cancel(const char *name, struct span number, const char *key)
{
	struct idem idem;
	struct cancel_result result;
	const struct cancel what = { .user = house_user(name),
		.number = number, .idem = &idem, .answer = no_answer };

	idem_init(&house.ctx, &idem, what.user, "POST /reservations/cancel",
	    span_str(key), &number, 1);
	return cancel_make(&house.ctx, &what, &result);
}

START_TEST(an_own_cancel_is_seen_at_once)
{
	struct reservation r;

	buy("ann", "1");
	ck_assert_uint_eq(sees("ann"), 1);
	replica_catch_up();
	replica_pause();
	ck_assert_int_eq(cancel("ann", list[0].number, "k"), CANCEL_OK);
	ck_assert_int_eq(state("ann"), WROTE_ENDED);
	ck_assert_int_eq(reservation_find(&house.ctx, house_user("ann"),
	    list[0].number, &r), RESERVATION_OK);
	ck_assert(span_eq_str(r.status, "CANCELLED"));
	/* Nothing is written by these, and they leave no write under way. */
	ck_assert_int_eq(cancel("ann", r.number, "k"), CANCEL_E_REPLAY);
	ck_assert_int_eq(cancel("ann", r.number, "k2"), CANCEL_E_ALREADY);
	ck_assert_int_ne(state("ann"), WROTE_UNSURE);
}
END_TEST

START_TEST(a_refused_payment_leaves_no_write_under_way)
{
	char sql[128];

	snprintf(sql, sizeof(sql), "UPDATE wallets SET balance = 0 WHERE"
	    " user_id = %lld", (long long)house_user("ann"));
	house_run(sql);
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	ck_assert_int_eq(pay("ann"), PURCHASE_E_FUNDS);
	ck_assert_int_eq(state("ann"), WROTE_ENDED);
	later(HOUSE_WALLET * 10);
	ck_assert_int_eq(pay_key("ann", hold.token, "k2"),
	    PURCHASE_E_EXPIRED);
	ck_assert_int_eq(state("ann"), WROTE_ENDED);
	ck_assert_int_eq(begin_to_pay("bob"), HOLD_E_NONE);
}
END_TEST

#ifdef FAULTS
static void
pay_as_ann(void)
{
	(void)pay("ann");
}

START_TEST(a_writer_that_died_is_believed_to_write_for_ten_minutes)
{
	int ttl;

	replica_pause();
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	buyer_crash("crash:pay.after_commit:1", pay_as_ann);
	ck_assert_str_eq(mark("ann"), "begun");
	ck_assert_uint_eq(sees("ann"), 1);
	ck_assert_str_eq(mark("ann"), "begun");
	ttl = atoi(house_redis(arena_printf(&house.ctx.arena,
	    "TTL bo:wrote:%lld", (long long)house_user("ann"))));
	ck_assert_int_gt(ttl, 0);
	ck_assert_int_le(ttl, WROTE_LIFE_S);
	forget("ann");
	ck_assert_uint_eq(sees("ann"), 0);
}
END_TEST

/* The answer is not out yet: it may be seen or not, but what is learned
 * meanwhile must not hide it afterwards. */
START_TEST(a_read_amid_a_purchase_hides_nothing_afterwards)
{
	static const char *const points[] = { "pay.after_script",
		"pay.after_commit" };
	struct sleeper sleeper;

	replica_pause();
	ck_assert_int_eq(place("ann", "1"), HOLD_OK);
	buyer_sleep(&sleeper, points[_i], pay_as_ann);
	ck_assert_uint_eq(sees("ann"), _i == 0 ? 0 : 1);
	ck_assert_str_eq(mark("ann"), "begun");
	ck_assert_int_eq(buyer_wake(&sleeper), 0);
	ck_assert_uint_eq(sees("ann"), 1);
	ck_assert_uint_eq(sees("ann"), 1);
	ck_assert_int_eq(state("ann"), WROTE_UNTIL);
}
END_TEST
#endif

/* ---- marks ---- */

START_TEST(an_lsn_that_comes_late_is_dropped)
{
	int64_t ann = house_user("ann");
	struct wrote first, second;

	wrote_begin(&house.ctx, ann);
	ck_assert_int_eq(state("ann"), WROTE_UNSURE);
	wrote_end(&house.ctx, ann);
	wrote_look(&house.ctx, ann, &first);
	ck_assert_int_eq(first.state, WROTE_ENDED);
	wrote_begin(&house.ctx, ann);
	wrote_learn(&house.ctx, ann, &first, SPAN_LIT("0/10"));
	ck_assert_str_eq(mark("ann"), "begun");
	wrote_end(&house.ctx, ann);
	wrote_learn(&house.ctx, ann, &first, SPAN_LIT("0/10"));
	wrote_look(&house.ctx, ann, &second);
	ck_assert_int_eq(second.state, WROTE_ENDED);
	ck_assert(!span_eq(first.mark, second.mark));
	wrote_learn(&house.ctx, ann, &second, SPAN_LIT("0/20"));
	wrote_learn(&house.ctx, ann, &second, SPAN_LIT("0/10"));
	wrote_learn(&house.ctx, ann, &first, SPAN_LIT("0/10"));
	ck_assert_str_eq(mark("ann"), "0/20");
}
END_TEST

/* The first ends and is read about while the second is at work. */
START_TEST(the_later_of_two_writes_at_once_is_seen)
{
	int64_t ann = house_user("ann");

	replica_pause();
	wrote_begin(&house.ctx, ann);
	wrote_begin(&house.ctx, ann);
	wrote_end(&house.ctx, ann);
	ck_assert_uint_eq(sees("ann"), 0);
	ck_assert_int_eq(state("ann"), WROTE_UNTIL);
	buy_unmarked("ann", "1");
	wrote_end(&house.ctx, ann);
	ck_assert_uint_eq(sees("ann"), 1);
	ck_assert_uint_eq(sees("ann"), 1);
}
END_TEST

START_TEST(a_mark_that_is_none_asks_for_the_primary)
{
	static const char *const odd[] = { "0/", "/0", "0/1/2", "x", "0/g",
		"ended", "00000000/000000000", "12" };

	replica_pause();
	buy("ann", "1");
	house_redis(arena_printf(&house.ctx.arena, "SET bo:wrote:%lld %s",
	    (long long)house_user("ann"), odd[_i]));
	ck_assert_int_eq(state("ann"), WROTE_UNSURE);
	ck_assert_uint_eq(sees("ann"), 1);
}
END_TEST

/* ---- Redis lost something ---- */

static void
unsure_for_ten_minutes(void)
{
	ck_assert_int_eq(state("ann"), WROTE_UNSURE);
	later(WROTE_LIFE_S * 1000 - 1);
	ck_assert_int_eq(state("ann"), WROTE_UNSURE);
	later(1);
	ck_assert_int_ne(state("ann"), WROTE_UNSURE);
}

START_TEST(without_redis_the_primary_is_read)
{
	replica_pause();
	buy("ann", "1");
	servers_redis_pause();
	ck_assert_uint_eq(sees("ann"), 1);
	servers_redis_resume();
}
END_TEST

START_TEST(a_redis_that_was_emptied_has_lost_marks)
{
	replica_pause();
	buy("ann", "1");
	house_redis("FLUSHALL");
	ck_assert_uint_eq(sees("ann"), 1);
	unsure_for_ten_minutes();
}
END_TEST

START_TEST(a_redis_that_was_restarted_has_lost_marks)
{
	replica_pause();
	buy("ann", "1");
	servers_redis_stop();
	ck_assert_uint_eq(sees("ann"), 1);
	servers_redis_start();
	house_reopen();
	ck_assert_uint_eq(sees("ann"), 1);
	unsure_for_ten_minutes();
}
END_TEST

START_TEST(another_redis_may_lack_marks)
{
	replica_pause();
	buy("ann", "1");
	forget("ann");
	house_redis("SET bo:job:wrote-since another");
	ck_assert_uint_eq(sees("ann"), 1);
	unsure_for_ten_minutes();
}
END_TEST

START_TEST(after_the_epoch_was_raised_marks_are_not_believed)
{
	int64_t epoch;

	replica_pause();
	buy("ann", "1");
	forget("ann");
	ck_assert_int_eq(epoch_get(&house.ctx, &epoch), 0);
	ck_assert_int_eq(epoch_raise(&house.ctx, epoch, "test"), 0);
	ck_assert_uint_eq(sees("ann"), 1);
	unsure_for_ten_minutes();
}
END_TEST

/* ---- a server is away ---- */

START_TEST(without_the_replica_the_primary_is_read)
{
	buy("ann", "1");
	ck_assert_uint_eq(sees("ann"), 1);
	replica_catch_up();
	servers_replica_stop();
	ck_assert_int_eq(state("ann"), WROTE_UNTIL);
	ck_assert_uint_eq(sees("ann"), 1);
	ck_assert_int_gt(house.ctx.replica_away_until_us, 0);
	ck_assert_uint_eq(sees("ann"), 1);
	servers_replica_start();
	db_drop(house.ctx.replica);
}
END_TEST

START_TEST(without_the_primary_nobody_is_told_less_than_he_knows)
{
	int64_t ann, bob;
	bool more;
	size_t n;

	buy("ann", "1");
	ann = house_user("ann");
	bob = house_user("bob");
	replica_catch_up();
	servers_pg_stop();
	ck_assert_int_lt(reservation_list(&house.ctx, ann, 0, 1, &list, &n,
	    &more), 0);
	ck_assert_int_eq(reservation_list(&house.ctx, bob, 0, 1, &list, &n,
	    &more), RESERVATION_OK);
	servers_pg_start();
	house_reopen();
	/* A server that was away is not asked again at once. */
	while (reservation_list(&house.ctx, ann, 0, 1, &list, &n, &more) < 0)
		usleep(2000);
}
END_TEST

SUITE("wrote")
{
	FIXTURE_ONCE(once, servers_stop);
	FIXTURE(open_house, close_house);
	TEST(an_own_purchase_is_seen_at_once);
	TEST(what_the_replica_has_is_read_there);
	TEST(who_wrote_nothing_reads_the_replica);
	TEST(a_payment_is_seen_at_once);
	TEST(an_own_cancel_is_seen_at_once);
	TEST(a_refused_payment_leaves_no_write_under_way);
#ifdef FAULTS
	TEST(a_writer_that_died_is_believed_to_write_for_ten_minutes);
	TEST_LOOP(a_read_amid_a_purchase_hides_nothing_afterwards, 2);
#endif
	TEST(an_lsn_that_comes_late_is_dropped);
	TEST(the_later_of_two_writes_at_once_is_seen);
	TEST_LOOP(a_mark_that_is_none_asks_for_the_primary, 8);
	TEST(without_redis_the_primary_is_read);
	TEST(a_redis_that_was_emptied_has_lost_marks);
	TEST(a_redis_that_was_restarted_has_lost_marks);
	TEST(another_redis_may_lack_marks);
	TEST(after_the_epoch_was_raised_marks_are_not_believed);
	TEST(without_the_replica_the_primary_is_read);
	TEST(without_the_primary_nobody_is_told_less_than_he_knows);
}
