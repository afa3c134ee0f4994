/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_withhold - seats that the house keeps, and buyers who want them
 *
 * Layer: tests.  Uses: house, hold_reconcile, hold, reservation.
 */
#include "admin/withhold.h"
#include "base/clock.h"
#include "recovery/epoch_raise.h"
#include "recovery/seat_load.h"
#include "seat/epoch.h"
#include "seat/seat_map.h"
#include "seat/seat_state.h"
#include "tests/support/buyer.h"
#include "tests/support/race.h"
#include "tests/support/servers.h"

#define FREE "AAAAAAAAAAAAAAAAAAAAAAAA"

static struct withhold_result moved;

static int
move_for(const char *verb, const char *seats, const char *reason)
{
	struct withhold_ask ask = { .verb = withhold_verb_find(span_str(verb)),
		.performance = house.performance,
		.by = { .user = house_user("boss"),
		    .reason = span_str(reason),
		    .request_id = SPAN_LIT("request-1") } };
	struct span rest = span_str(seats);
	int64_t numbers[HOUSE_SEATS];

	while (span_is(rest))
		ck_assert(
		    span_to_i64(span_cut(&rest, ' '), &numbers[ask.n_seats++]));
	ask.seats = numbers;
	return withhold_move(&house.ctx, &ask, &moved);
}

static int
move(const char *verb, const char *seats)
{
	return move_for(verb, seats, "for the critics");
}

static int64_t
claims(void)
{
	return house_count(
	    "SELECT count(*) FROM seat_claim"
	    " WHERE performance_id = $1",
	    house.performance);
}

static int64_t
audits(void)
{
	return house_count(
	    "SELECT count(*) FROM audit_log"
	    " WHERE object = 'performance ' || $1",
	    house.performance);
}

/* Exactly this seat was in the way, in this state. */
#define ASSERT_CONFLICT(seat, state) \
	do { \
		ck_assert_uint_eq(moved.conflicts.n, 1); \
		ck_assert_int_eq(moved.conflicts.seats[0].seat_no, (seat)); \
		ck_assert_int_eq(moved.conflicts.seats[0].letter, (state)); \
	} while (0)

static void
put(int seat, char state)
{
	house_redis(arena_printf(&house.ctx.arena,
	    "SETRANGE bo:{p%lld.%lld}:seats %d %c",
	    (long long)house.performance,
	    (long long)house_count("SELECT epoch FROM sys_epoch", 0), seat - 1,
	    state));
}

static void
open_house(void)
{
	house_open();
	clock_fake(clock_ms());
	house_round();
}

/* ---- the four moves ---- */

static const struct {
	const char *there, *back;
	char letter;
} pairs[] = {
	{ "block", "unblock", 'B' },
	{ "disable", "enable", 'D' },
};

START_TEST(a_seat_goes_there_and_back)
{
	struct seat_map map;

	ck_assert_int_eq(move(pairs[_i].there, "3 2"), WITHHOLD_OK);
	ck_assert_uint_eq(moved.n_moved, 2);
	ck_assert_int_eq(moved.seats[0], 2);
	ck_assert_int_eq(letter(2), pairs[_i].letter);
	ck_assert_int_eq(letter(3), pairs[_i].letter);
	ck_assert_int_eq(claims(), 2);
	ck_assert_int_eq(place("ann", "3 4"), HOLD_E_TAKEN);
	ck_assert_int_eq(reconcile(), 0);

	ck_assert_int_eq(move(pairs[_i].back, "2 3"), WITHHOLD_OK);
	ck_assert_uint_eq(moved.n_moved, 2);
	ck_assert_str_eq(house_map(), FREE);
	ck_assert_int_eq(
	    seat_map_read(&house.ctx, house.performance, SPAN_NONE, &map),
	    SEAT_OK);
	ck_assert(span_eq(map.version, moved.version));
	ck_assert_int_eq(claims(), 0);
	ck_assert_int_eq(reconcile(), 0);
	ck_assert_int_eq(place("ann", "3 4"), HOLD_OK);
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
}
END_TEST

START_TEST(the_verbs_are_moves_of_the_table)
{
	for (const struct withhold_verb *v = withhold_verbs; v->name != NULL;
	     v++)
		ck_assert(seat_may_move(v->from, v->to));
	ck_assert_ptr_null(withhold_verb_find(SPAN_LIT("sell")));
}
END_TEST

START_TEST(a_move_is_logged_with_its_reason)
{
	struct audit_search search = { .max = 1, .object = SPAN_NONE };
	struct audit_entry *rows;
	bool more;
	size_t n;

	ck_assert_int_eq(move_for("block", "2 1", "a camera stands there"),
	    WITHHOLD_OK);
	ck_assert_int_eq(move("unblock", "1 2"), WITHHOLD_OK);
	ck_assert_int_eq(audit_log_list(&house.ctx, &search, &rows, &n, &more),
	    0);
	ck_assert_uint_eq(n, 1);
	ck_assert(more);
	ck_assert(span_eq_str(rows[0].action, "seats.unblock"));
	search.before_id = rows[0].id;
	ck_assert_int_eq(audit_log_list(&house.ctx, &search, &rows, &n, &more),
	    0);
	ck_assert(span_eq_str(rows[0].action, "seats.block"));
	ck_assert(span_eq_str(rows[0].object,
	    arena_printf(&house.ctx.arena, "performance %lld",
		(long long)house.performance)));
	ck_assert(span_eq_str(rows[0].reason, "a camera stands there"));
	ck_assert(span_eq_str(rows[0].detail, "{\"seats\": [1, 2]}"));
	ck_assert(span_eq_str(rows[0].request_id, "request-1"));
	ck_assert_int_eq(rows[0].user, house_user("boss"));
	ck_assert(span_is(rows[0].login_id));
	ck_assert_int_eq(
	    house_count(
		"SELECT count(*) FROM seat_log WHERE"
		" performance_id = $1 AND seats = '{1,2}' AND from_state = 'A'"
		" AND to_state = 'B' AND reason = 'a camera stands there'",
		house.performance),
	    1);
}
END_TEST

START_TEST(the_log_is_never_changed)
{
	ck_assert_int_eq(move("block", "1"), WITHHOLD_OK);
	ck_assert_int_eq(db_exec_script(house.ctx.primary, &house.ctx.arena,
			     "UPDATE audit_log SET reason = 'another'"),
	    DB_E_CONSTRAINT);
	ck_assert_int_eq(db_exec_script(house.ctx.primary, &house.ctx.arena,
			     "DELETE FROM audit_log"),
	    DB_E_CONSTRAINT);
}
END_TEST

START_TEST(what_is_asked_wrongly_moves_nothing)
{
	char longest[AUDIT_REASON_MAX + 2];

	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	ck_assert_int_eq(move("block", "1 25"), WITHHOLD_E_SEAT);
	ck_assert_int_eq(move("block", "1 0"), WITHHOLD_E_SEAT);
	ck_assert_int_eq(move("block", "1 1"), WITHHOLD_E_SEAT);
	ck_assert_int_eq(move_for("block", "1", "  "), WITHHOLD_E_REASON);
	ck_assert_int_eq(move_for("block", "1", "a\nb"), WITHHOLD_E_REASON);
	ck_assert_int_eq(move_for("block", "1", "\xff"), WITHHOLD_E_REASON);
	ck_assert_int_eq(move_for("block", "1", longest), WITHHOLD_E_REASON);
	ck_assert_int_eq(move_for("block", "1", longest + 1), WITHHOLD_OK);
	ck_assert_int_eq(claims(), 1);
	house.performance = 999999999;
	ck_assert_int_eq(move("block", "1"), WITHHOLD_E_NONE);
	ck_assert_int_eq(move("unblock", "1"), WITHHOLD_E_NONE);
}
END_TEST

/* The hall gets so many seats, which no hall that is in use may. */
static void
grow_hall(int n)
{
	house_run(arena_printf(&house.ctx.arena,
	    "SET session_replication_role = replica;"
	    "CREATE TEMP TABLE grown AS SELECT hall_revision_id AS id"
	    "  FROM performances WHERE id = %lld;"
	    "UPDATE hall_revisions SET seat_count = %d"
	    "  WHERE id = (SELECT id FROM grown);"
	    "UPDATE sections SET capacity = %d"
	    "  WHERE hall_revision_id = (SELECT id FROM grown);"
	    "INSERT INTO seats SELECT g.id, n, 1, 'Z', n, 'standard', 1, n, 1"
	    "  FROM grown AS g, generate_series(%d, %d) AS n;"
	    "DROP TABLE grown;"
	    "SET session_replication_role = origin",
	    (long long)house.performance, n, n, HOUSE_SEATS + 1, n));
}

START_TEST(five_hundred_seats_move_at_once)
{
	int64_t seats[WITHHOLD_SEATS_MAX + 1];
	struct withhold_ask ask = { .verb = withhold_verb_find(
					SPAN_LIT("block")),
		.performance = house.performance,
		.seats = seats,
		.n_seats = WITHHOLD_SEATS_MAX + 1,
		.by = { .reason = SPAN_LIT("the hall is closed") } };

	grow_hall(WITHHOLD_SEATS_MAX + 1);
	for (int i = 0; i <= WITHHOLD_SEATS_MAX; i++)
		seats[i] = WITHHOLD_SEATS_MAX + 1 - i;
	ck_assert_int_eq(withhold_move(&house.ctx, &ask, &moved),
	    WITHHOLD_E_SEAT);
	ask.n_seats--;
	ck_assert_int_eq(withhold_move(&house.ctx, &ask, &moved), WITHHOLD_OK);
	ck_assert_uint_eq(moved.n_moved, WITHHOLD_SEATS_MAX);
	ck_assert_uint_eq(strspn(house_map() + 1, "B"), WITHHOLD_SEATS_MAX);
	ck_assert_int_eq(letter(1), 'A');
	ask.verb = withhold_verb_find(SPAN_LIT("unblock"));
	ck_assert_int_eq(withhold_move(&house.ctx, &ask, &moved), WITHHOLD_OK);
	ck_assert_uint_eq(strspn(house_map(), "A"), WITHHOLD_SEATS_MAX + 1);
	ck_assert_int_eq(reconcile(), 0);
}
END_TEST

/* ---- all or none ---- */

START_TEST(a_held_seat_is_refused_and_unharmed)
{
	ck_assert_int_eq(place("ann", "2"), HOLD_OK);
	ck_assert_int_eq(move("block", "1 2 3"), WITHHOLD_E_TAKEN);
	ASSERT_CONFLICT(2, 'H');
	ck_assert_str_eq(house_map(), "AHAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(claims(), 0);
	ck_assert_int_eq(audits(), 0);
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	ck_assert_int_eq(move("disable", "2 3"), WITHHOLD_E_TAKEN);
	ASSERT_CONFLICT(2, 'R');
	ck_assert_int_eq(letter(3), 'A');
}
END_TEST

START_TEST(a_seat_being_paid_is_refused_and_unharmed)
{
	ck_assert_int_eq(place("ann", "2"), HOLD_OK);
	ck_assert_int_eq(begin_to_pay("ann"), HOLD_OK);
	ck_assert_int_eq(move("block", "2"), WITHHOLD_E_TAKEN);
	ASSERT_CONFLICT(2, 'P');
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	ck_assert_int_eq(letter(2), 'R');
}
END_TEST

START_TEST(a_lapsed_hold_is_in_nobodys_way)
{
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
	clock_fake(hold.is.ends_ms);
	house_round();
	ck_assert_int_eq(move("block", "2 3"), WITHHOLD_OK);
	ck_assert_str_eq(house_map(), "ABBAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(journaled("expired"), 1);
	ck_assert_int_eq(pay("ann"), PURCHASE_E_EXPIRED);
	ck_assert_int_eq(reconcile(), 0);
}
END_TEST

START_TEST(a_lapsed_promise_of_postgresql_is_in_nobodys_way)
{
	house_run(arena_printf(&house.ctx.arena,
	    "INSERT INTO seat_claim"
	    " (performance_id, seat_no, state, mark, user_id, hold_token,"
	    " expires_at) VALUES (%lld, 2, 'H', 77, %lld, 'x',"
	    " clock_timestamp() - interval '1 s')",
	    (long long)house.performance, (long long)house_user("eve")));
	ck_assert_int_eq(move("block", "2"), WITHHOLD_OK);
	ck_assert_int_eq(
	    house_count(
		"SELECT count(*) FROM seat_claim WHERE"
		" performance_id = $1 AND state = 'B' AND user_id IS NULL"
		" AND expires_at IS NULL",
		house.performance),
	    1);
	ck_assert_int_eq(letter(2), 'B');
}
END_TEST

/* Nor is its letter brought to the map, before its hold is. */
START_TEST(a_promise_of_postgresql_is_refused_and_comes_with_its_hold)
{
	ck_assert_str_eq(house_map(), FREE);
	house_run(arena_printf(&house.ctx.arena,
	    "INSERT INTO seat_claim"
	    " (performance_id, seat_no, state, mark, user_id, hold_token,"
	    " expires_at) VALUES (%lld, 2, 'H', 77, %lld, 'x',"
	    " now() + interval '1 h')",
	    (long long)house.performance, (long long)house_user("ann")));
	ck_assert_int_eq(move("block", "1 2"), WITHHOLD_E_TAKEN);
	ASSERT_CONFLICT(2, 'H');
	ck_assert_str_eq(house_map(), FREE);
	ck_assert_int_eq(claims(), 1);
}
END_TEST

START_TEST(only_what_is_there_is_given_back)
{
	ck_assert_int_eq(move("block", "1 2"), WITHHOLD_OK);
	ck_assert_int_eq(move("disable", "3"), WITHHOLD_OK);
	ck_assert_int_eq(move("unblock", "1 2 3"), WITHHOLD_E_TAKEN);
	ASSERT_CONFLICT(3, 'D');
	ck_assert_int_eq(move("unblock", "1 2 4"), WITHHOLD_E_TAKEN);
	ASSERT_CONFLICT(4, 'A');
	ck_assert_int_eq(move("disable", "2 4"), WITHHOLD_E_TAKEN);
	ASSERT_CONFLICT(2, 'B');
	ck_assert_str_eq(house_map(), "BBDAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(claims(), 3);
}
END_TEST

START_TEST(seats_of_several_moves_come_back_in_one)
{
	ck_assert_int_eq(move("block", "1"), WITHHOLD_OK);
	ck_assert_int_eq(move("block", "2 4"), WITHHOLD_OK);
	ck_assert_int_eq(move("unblock", "1 2"), WITHHOLD_OK);
	ck_assert_str_eq(house_map(), "AAABAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(reconcile(), 0);
}
END_TEST

START_TEST(a_repeated_move_is_done_and_moves_nothing)
{
	ck_assert_int_eq(move("unblock", "1 2"), WITHHOLD_OK);
	ck_assert_uint_eq(moved.n_moved, 0);
	ck_assert_int_eq(move("block", "1 2"), WITHHOLD_OK);
	ck_assert_int_eq(move("block", "2 1"), WITHHOLD_OK);
	ck_assert_uint_eq(moved.n_moved, 0);
	ck_assert(span_is(moved.version));
	ck_assert_int_eq(audits(), 1);
	ck_assert_int_eq(reconcile(), 0);
	ck_assert_int_eq(move("block", "1 2 3"), WITHHOLD_E_TAKEN);
	ck_assert_uint_eq(moved.conflicts.n, 2);
	ck_assert_int_eq(move("unblock", "1 2"), WITHHOLD_OK);
	ck_assert_int_eq(move("unblock", "1 2"), WITHHOLD_OK);
	ck_assert_uint_eq(moved.n_moved, 0);
	ck_assert_int_eq(audits(), 2);
}
END_TEST

/* ---- Redis knows less than PostgreSQL ---- */

START_TEST(a_claim_that_redis_does_not_know_refuses_all)
{
	ck_assert_int_eq(place("ann", "2"), HOLD_OK);
	ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	put(2, 'A');
	ck_assert_int_eq(move("block", "1 2 3"), WITHHOLD_E_TAKEN);
	ASSERT_CONFLICT(2, 'R');
	ck_assert_str_eq(house_map(), "ARAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(reconcile(), 0);
	ck_assert_int_eq(claims(), 1);
	ck_assert_int_eq(audits(), 0);
}
END_TEST

START_TEST(a_letter_that_no_claim_bears_out_is_in_nobodys_way)
{
	ck_assert_str_eq(house_map(), FREE);
	put(1, 'R');
	put(2, 'B');
	put(3, 'D');
	ck_assert_int_eq(move("block", "1 2 3"), WITHHOLD_OK);
	ck_assert_uint_eq(moved.n_moved, 3);
	ck_assert_str_eq(house_map(), "BBBAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(reconcile(), 0);
}
END_TEST

START_TEST(kept_seats_survive_the_loss_of_redis)
{
	ck_assert_int_eq(move("block", "1"), WITHHOLD_OK);
	ck_assert_int_eq(move("disable", "2"), WITHHOLD_OK);
	house_redis("FLUSHALL");
	ck_assert_str_eq(house_map(), "BDAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(seat_reload(&house.ctx, house.performance), 0);
	ck_assert_str_eq(house_map(), "BDAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(move("unblock", "1"), WITHHOLD_OK);
	ck_assert_int_eq(move("enable", "2"), WITHHOLD_OK);
	ck_assert_str_eq(house_map(), FREE);
}
END_TEST

START_TEST(nothing_is_moved_while_redis_is_away)
{
	ck_assert_int_eq(move("block", "1"), WITHHOLD_OK);
	servers_redis_stop();
	house_reopen();
	ck_assert_int_lt(move("block", "2"), 0);
	ck_assert_int_lt(move("unblock", "1"), 0);
	ck_assert_int_eq(claims(), 1);
	servers_redis_start();
	house_reopen();
	ck_assert_str_eq(house_map(), "BAAAAAAAAAAAAAAAAAAAAAAA");
}
END_TEST

/* The statement fails, after the script. */
START_TEST(a_block_that_could_not_be_claimed_is_undone_at_once)
{
	int r;

	ck_assert_str_eq(house_map(), FREE);
	house_run("ALTER FUNCTION withhold_keep RENAME TO house_kept");
	r = move("block", "1 2");
	house_run("ALTER FUNCTION house_kept RENAME TO withhold_keep");
	ck_assert_int_lt(r, 0);
	ck_assert_str_eq(house_map(), FREE);
	ck_assert_int_eq(reconcile(), 0);
	ck_assert_int_eq(move("block", "1 2"), WITHHOLD_OK);
	ck_assert_uint_eq(moved.n_moved, 2);
}
END_TEST

START_TEST(a_move_starts_over_when_the_epoch_moved)
{
	ck_assert_str_eq(house_map(), FREE);
	house_run("UPDATE sys_epoch SET epoch = epoch + 1");
	ck_assert_int_eq(move("block", "1"), WITHHOLD_OK);
	ck_assert_int_eq(letter(1), 'B');
	ck_assert_int_eq(claims(), 1);
	ck_assert_int_eq(audits(), 1);
}
END_TEST

/* ---- races ---- */

#define N_ROUNDS 40

static void
open_racer(int i)
{
	(void)i;
	house_fork();
	(void)house_map();
}

/* 0 won, 1 lost in order, else something else happened. */
static int
race_to_hold(int i)
{
	int r = i == 0 ? move("block", "5 6") : place("ann", "6 7");

	if (r == 0)
		return 0;
	return r == (i == 0 ? (int)WITHHOLD_E_TAKEN : (int)HOLD_E_TAKEN) ? 1
									 : 2;
}

START_TEST(of_a_block_and_a_hold_one_wins)
{
	const struct runner runner = { open_racer, race_to_hold };
	const char *map;
	int results[2];

	(void)house_user("ann");
	(void)house_user("boss");
	race(2, &runner, results);
	ck_assert_int_eq(race_count(2, results, 0), 1);
	ck_assert_int_eq(race_count(2, results, 1), 1);
	map = house_map();
	ck_assert_str_eq(map,
	    results[0] == 0 ? "AAAABBAAAAAAAAAAAAAAAAAA"
			    : "AAAAAHHAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(claims(), results[0] == 0 ? 2 : 0);
}
END_TEST

/* ann is paying for seat 6 when Redis forgets that it is taken. */
static int head_start; /* the buyer's, in round trips */

static int
race_to_pay(int i)
{
	int r;

	for (int n = 0; i == 0 && n < head_start; n++)
		(void)house_map();
	r = i == 0 ? move("block", "5 6") : pay("ann");
	if (r == 0)
		return 0;
	return r == (i == 0 ? (int)WITHHOLD_E_TAKEN : (int)PURCHASE_E_TAKEN)
		|| (i == 1 && r == PURCHASE_E_LOST)
	    ? 1
	    : 2;
}

START_TEST(of_a_block_and_a_payment_one_wins)
{
	const struct runner runner = { open_racer, race_to_pay };
	int results[2];

	(void)house_user("boss");
	ck_assert_int_eq(place("ann", "6 7"), HOLD_OK);
	ck_assert_int_eq(begin_to_pay("ann"), HOLD_OK);
	put(6, 'A');
	head_start = _i;
	race(2, &runner, results);
	ck_assert_int_eq(race_count(2, results, 0), 1);
	ck_assert_int_eq(race_count(2, results, 1), 1);
	ck_assert_int_eq(claims(), 2);
	ck_assert_int_eq(house_count("SELECT count(*) FROM reservations WHERE"
				     " performance_id = $1",
			     house.performance),
	    results[1] == 0);
	(void)reconcile();
	ck_assert_str_eq(house_map(),
	    results[0] == 0 ? "AAAABBAAAAAAAAAAAAAAAAAA"
			    : "AAAAARRAAAAAAAAAAAAAAAAA");
}
END_TEST

static int
race_to_block(int i)
{
	int r = move(i % 2 == 0 ? "block" : "unblock", "5 6");

	return r == WITHHOLD_OK || r == WITHHOLD_E_TAKEN ? 0 : 1;
}

START_TEST(moves_of_the_same_seats_do_not_mix)
{
	const struct runner runner = { open_racer, race_to_block };
	int results[8];
	int64_t n;

	(void)house_user("boss");
	race(8, &runner, results);
	ck_assert_int_eq(race_count(8, results, 0), 8);
	(void)reconcile();
	n = claims();
	ck_assert(n == 0 || n == 2);
	ck_assert_str_eq(house_map(),
	    n == 0 ? FREE : "AAAABBAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(audits() % 2, n / 2);
}
END_TEST

/* ---- a process dies, or sleeps, half way ---- */

#ifdef FAULTS
static void
block_1_2(void)
{
	_exit(move("block", "1 2") == WITHHOLD_OK ? 0 : 1);
}

static void
unblock_1_2(void)
{
	_exit(move("unblock", "1 2") == WITHHOLD_OK ? 0 : 1);
}

START_TEST(a_block_that_died_before_its_claims_is_undone)
{
	buyer_crash("crash:withhold.after_script:1", block_1_2);
	ck_assert_str_eq(house_map(), "BBAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(claims(), 0);
	ck_assert_int_eq(reconcile(), 2);
	ck_assert_str_eq(house_map(), FREE);
	ck_assert_int_eq(place("ann", "1 2"), HOLD_OK);
}
END_TEST

static const char *const crashes[] = {
	"crash:withhold.after_script:1",
	"crash:withhold.after_claim:1",
};

START_TEST(a_block_that_died_may_be_repeated)
{
	buyer_crash(crashes[_i], block_1_2);
	ck_assert_int_eq(move("block", "1 2"), WITHHOLD_OK);
	ck_assert_uint_eq(moved.n_moved, _i == 0 ? 2 : 0);
	ck_assert_str_eq(house_map(), "BBAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(claims(), 2);
	ck_assert_int_eq(audits(), 1);
	ck_assert_int_eq(reconcile(), 0);
}
END_TEST

START_TEST(an_unblock_that_died_is_told_to_redis)
{
	ck_assert_int_eq(move("block", "1 2"), WITHHOLD_OK);
	buyer_crash("crash:withhold.after_free:1", unblock_1_2);
	ck_assert_str_eq(house_map(), "BBAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(claims(), 0);
	if (_i == 0)
		ck_assert_int_eq(reconcile(), 2);
	else
		ck_assert_int_eq(move("unblock", "1 2"), WITHHOLD_OK);
	ck_assert_str_eq(house_map(), FREE);
}
END_TEST

START_TEST(an_epoch_raised_meanwhile_makes_a_block_start_over)
{
	struct sleeper sleeper;
	int64_t epoch;

	ck_assert_str_eq(house_map(), FREE);
	buyer_sleep(&sleeper, "withhold.after_script", block_1_2);
	ck_assert_int_eq(epoch_get(&house.ctx, &epoch), 0);
	ck_assert_int_eq(epoch_raise(&house.ctx, epoch, "a test"), 0);
	epoch_forget(&house.ctx);
	ck_assert_str_eq(house_map(), FREE);
	ck_assert_int_eq(buyer_wake(&sleeper), 0);
	ck_assert_str_eq(house_map(), "BBAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(claims(), 2);
	ck_assert_int_eq(audits(), 1);
	ck_assert_int_eq(reconcile(), 0);
}
END_TEST

/* Whoever asks for what another is at claims it for him. */
START_TEST(a_slow_block_is_finished_by_another)
{
	struct sleeper sleeper;

	ck_assert_str_eq(house_map(), FREE);
	buyer_sleep(&sleeper, "withhold.after_script", block_1_2);
	ck_assert_int_eq(move("block", "1 2"), WITHHOLD_OK);
	ck_assert_uint_eq(moved.n_moved, 2);
	ck_assert_int_eq(buyer_wake(&sleeper), 0);
	ck_assert_str_eq(house_map(), "BBAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(claims(), 2);
	ck_assert_int_eq(audits(), 1);
	ck_assert_int_eq(reconcile(), 0);
}
END_TEST

/* Reconcile took a slow block for a dead one, and a buyer came. */
START_TEST(a_slow_block_meets_a_hold_that_came_first)
{
	struct sleeper sleeper;

	ck_assert_str_eq(house_map(), FREE);
	buyer_sleep(&sleeper, "withhold.after_script", block_1_2);
	ck_assert_int_eq(reconcile(), 2);
	ck_assert_int_eq(place("ann", "2 3"), HOLD_OK);
	if (_i == 0)
		ck_assert_int_eq(pay("ann"), PURCHASE_OK);
	ck_assert_int_eq(buyer_wake(&sleeper), _i == 0 ? 1 : 0);
	ck_assert_int_eq(claims(), 2);
	if (_i != 0)
		ck_assert_int_eq(pay("ann"), PURCHASE_E_TAKEN);
	(void)reconcile();
	ck_assert_str_eq(house_map(),
	    _i == 0 ? "ARRAAAAAAAAAAAAAAAAAAAAA" : "BBAAAAAAAAAAAAAAAAAAAAAA");
}
END_TEST

/* A late mirror makes only its own move. */
START_TEST(a_late_unblock_leaves_the_next_block_alone)
{
	struct sleeper sleeper;

	ck_assert_int_eq(move("block", "1 2"), WITHHOLD_OK);
	buyer_sleep(&sleeper, "withhold.after_free", unblock_1_2);
	ck_assert_int_eq(move("block", "1 2"), WITHHOLD_OK);
	ck_assert_uint_eq(moved.n_moved, 2);
	ck_assert_int_eq(buyer_wake(&sleeper), 0);
	ck_assert_str_eq(house_map(), "BBAAAAAAAAAAAAAAAAAAAAAA");
	ck_assert_int_eq(reconcile(), 0);
}
END_TEST
#endif

SUITE("withhold")
{
	FIXTURE_ONCE(house_start, servers_stop);
	FIXTURE(open_house, house_close);
	TEST_LOOP(a_seat_goes_there_and_back, (int)ARRAY_LEN(pairs));
	TEST(the_verbs_are_moves_of_the_table);
	TEST(a_move_is_logged_with_its_reason);
	TEST(the_log_is_never_changed);
	TEST(what_is_asked_wrongly_moves_nothing);
	TEST(five_hundred_seats_move_at_once);
	TEST(a_held_seat_is_refused_and_unharmed);
	TEST(a_seat_being_paid_is_refused_and_unharmed);
	TEST(a_lapsed_hold_is_in_nobodys_way);
	TEST(a_lapsed_promise_of_postgresql_is_in_nobodys_way);
	TEST(a_promise_of_postgresql_is_refused_and_comes_with_its_hold);
	TEST(only_what_is_there_is_given_back);
	TEST(seats_of_several_moves_come_back_in_one);
	TEST(a_repeated_move_is_done_and_moves_nothing);
	TEST(a_claim_that_redis_does_not_know_refuses_all);
	TEST(a_letter_that_no_claim_bears_out_is_in_nobodys_way);
	TEST(kept_seats_survive_the_loss_of_redis);
	TEST(nothing_is_moved_while_redis_is_away);
	TEST(a_block_that_could_not_be_claimed_is_undone_at_once);
	TEST(a_move_starts_over_when_the_epoch_moved);
	TEST_LOOP(of_a_block_and_a_hold_one_wins, N_ROUNDS);
	TEST_LOOP(of_a_block_and_a_payment_one_wins, N_ROUNDS);
	TEST_LOOP(moves_of_the_same_seats_do_not_mix, 10);
#ifdef FAULTS
	TEST(a_block_that_died_before_its_claims_is_undone);
	TEST_LOOP(a_block_that_died_may_be_repeated, (int)ARRAY_LEN(crashes));
	TEST_LOOP(an_unblock_that_died_is_told_to_redis, 2);
	TEST(an_epoch_raised_meanwhile_makes_a_block_start_over);
	TEST(a_slow_block_is_finished_by_another);
	TEST_LOOP(a_slow_block_meets_a_hold_that_came_first, 2);
	TEST(a_late_unblock_leaves_the_next_block_alone);
#endif
}
