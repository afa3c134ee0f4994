/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_due - what waits for its time, in :ends and in :due
 *
 * A hold is placed in :ends, where nothing is ever changed: whatever becomes of
 * it, its entry ends nothing but a hold that runs until just then.
 *
 * Layer: tests.  Uses: hold, seat, house.
 */
#include "base/clock.h"
#include "base/rand.h"
#include "hold/hold_expire.h"
#include "recovery/seat_load.h"
#include "seat/epoch.h"
#include "seat/seat_loaded.h"
#include "seat/seat_script.h"
#include "store/keys.h"
#include "tests/support/buyer.h"

#include <string.h>

static int64_t began_ms;

/* Nothing is due but its own holds. */
static void
given_a_house(void)
{
	house_open();
	house_redis("FLUSHALL");
	house_reopen();
	began_ms = clock_ms();
	clock_fake(began_ms);
	house_round();
}

static void
at(int64_t ms)
{
	clock_fake(ms);
	house_round();
}

static size_t
expire_at(int64_t ms)
{
	size_t n;

	at(ms);
	ck_assert_int_eq(hold_expire_round(&house.ctx, &n), 0);
	return n;
}

/* A hold as it was placed, to be asked for when others were placed since. */
static struct hold
placed(const char *name, const char *seats)
{
	ck_assert_int_eq(place(name, seats), HOLD_OK);
	return hold;
}

static struct span
key_of(enum perf_key which)
{
	int64_t epoch;

	ck_assert_int_eq(epoch_get(&house.ctx, &epoch), 0);
	return key_perf(&house.ctx.arena, house.performance, epoch, which);
}

/* What Redis answers to: command, the key, and what follows it. */
static const char *
ask(const char *command, enum perf_key which, const char *rest)
{
	struct span key = key_of(which);

	return house_redis(arena_printf(&house.ctx.arena, "%s %.*s%s%s",
	    command, (int)key.len, key.p, *rest != '\0' ? " " : "", rest));
}

/* How many wait in :ends, and in :due. */
static void
waiting(long n_ends, long n_due)
{
	ck_assert_int_eq(atol(ask("LLEN", KEY_ENDS, "")), 2 * n_ends);
	ck_assert_int_eq(atol(ask("ZCARD", KEY_DUE, "")), n_due);
}

static int64_t
due_ms(void)
{
	return atoll(ask("HGET", KEY_META, "due"));
}

/* From now on holds of the performance last so long. */
static void
given_a_life_of(int seconds)
{
	char sql[160];
	size_t n;

	snprintf(sql, sizeof(sql),
	    "UPDATE performances SET hold_seconds = %d,"
	    " meta_version = meta_version + 1 WHERE id = %lld",
	    seconds, (long long)house.performance);
	house_run(sql);
	ck_assert_int_eq(seat_loaded_terms(&house.ctx, &n), 0);
}

START_TEST(a_hold_waits_in_the_list_until_it_lapses)
{
	struct hold ann = placed("ann", "3");

	waiting(1, 0);
	ck_assert_int_eq(due_ms(), ann.is.ends_ms);
	ck_assert_int_eq(expire_at(ann.is.ends_ms - 1), 0);
	waiting(1, 0);
	ck_assert_int_eq(expire_at(ann.is.ends_ms), 1);
	ck_assert_int_eq(letter(3), 'A');
	/* What is left waits for its hard end. */
	waiting(0, 1);
	ck_assert_int_eq(due_ms(), ann.is.hard_ends_ms);
	expire_at(ann.is.hard_ends_ms);
	waiting(0, 0);
	ck_assert_int_eq(due_ms(), 0);
	ck_assert_str_eq(ask("EXISTS", KEY_HOLDS, ""), "0");
}
END_TEST

START_TEST(an_extended_hold_ends_at_its_new_end_only)
{
	struct hold ann = placed("ann", "3");
	int64_t ends_ms = ann.is.ends_ms;

	ck_assert_int_eq(
	    hold_extend(&house.ctx, house_user("ann"), ann.token, &ann),
	    HOLD_OK);
	ck_assert_int_gt(ann.is.ends_ms, ends_ms);
	ck_assert_int_eq(expire_at(ends_ms), 0);
	ck_assert_int_eq(letter(3), 'H');
	waiting(0, 1);
	ck_assert_int_eq(due_ms(), ann.is.ends_ms);
	ck_assert_int_eq(expire_at(ann.is.ends_ms - 1), 0);
	ck_assert_int_eq(expire_at(ann.is.ends_ms), 1);
	ck_assert_int_eq(letter(3), 'A');
}
END_TEST

START_TEST(what_a_dropped_hold_left_harms_nobody)
{
	struct hold ann = placed("ann", "3"), bob;

	ck_assert_int_eq(drop("ann", ann.token), HOLD_OK);
	at(began_ms + 10000);
	bob = placed("bob", "3");
	waiting(2, 1);
	ck_assert_int_eq(expire_at(ann.is.ends_ms), 0);
	ck_assert_int_eq(letter(3), 'H');
	waiting(1, 1);
	ck_assert_int_eq(due_ms(), bob.is.ends_ms);
	/* It is told until its hard end how it ended. */
	ck_assert_int_eq(find("ann", ann.token), HOLD_E_EXPIRED);
	ck_assert_str_ne(ask("ZCARD", KEY_DUE, ""), "0");
	ck_assert_int_eq(expire_at(bob.is.ends_ms), 1);
	ck_assert_int_eq(letter(3), 'A');
}
END_TEST

START_TEST(a_payment_is_ended_by_no_entry_of_its_hold)
{
	struct hold ann;

	/* Its handler's deadline is behind the end. */
	placed("bob", "4");
	at(began_ms + 1000);
	ann = placed("ann", "3");
	at(ann.is.ends_ms - 2);
	ck_assert_int_eq(begin_to_pay("ann"), HOLD_OK);
	expire_at(ann.is.ends_ms);
	ck_assert_int_eq(letter(3), 'P');
	/* bob's hard end, and ann's deadline. */
	waiting(0, 2);
	ck_assert_int_eq(due_ms(),
	    ann.is.ends_ms - 2 + settings_gone_ms(&house.ctx.set));
	ck_assert_str_eq(ask("HEXISTS", KEY_META, "dirty"), "0");
}
END_TEST

/* _i: how far the sweep is when the payment is given back: it has not looked
 * yet, or has forgotten the entry. */
START_TEST(a_hold_whose_payment_was_given_back_lapses_in_time)
{
	struct hold bob = placed("bob", "4"), ann;

	at(began_ms + 1000);
	ann = placed("ann", "3");
	ck_assert_int_eq(begin_to_pay("ann"), HOLD_OK);
	if (_i > 0) {
		ck_assert_int_eq(expire_at(bob.is.ends_ms), 1);
		waiting(0, 1);
	}
	ck_assert_int_eq(hold_unpay(&house.ctx, &ann), HOLD_OK);
	ck_assert_int_eq(letter(3), 'H');
	ck_assert_int_le(due_ms(), ann.is.ends_ms);
	ck_assert_int_eq(expire_at(ann.is.ends_ms - 1), 1 - _i);
	ck_assert_int_eq(letter(3), 'H');
	ck_assert_int_eq(expire_at(ann.is.ends_ms), 1);
	ck_assert_int_eq(letter(3), 'A');
}
END_TEST

/* Whether its seats are put into the list in their order or not, who ends
 * first is free first. */
static void
check_bob_ends_first(struct hold ann, struct hold bob)
{
	ck_assert_int_lt(bob.is.ends_ms, ann.is.ends_ms);
	waiting(1, 1);
	ck_assert_int_eq(due_ms(), bob.is.ends_ms);
	ck_assert_int_eq(expire_at(bob.is.ends_ms), 1);
	ck_assert_int_eq(letter(4), 'A');
	ck_assert_int_eq(letter(3), 'H');
	ck_assert_int_eq(expire_at(ann.is.ends_ms), 1);
	ck_assert_int_eq(letter(3), 'A');
}

START_TEST(where_terms_make_lives_shorter_the_later_hold_ends_first)
{
	struct hold ann, bob;

	given_a_life_of(300);
	ann = placed("ann", "3");
	given_a_life_of(60);
	at(began_ms + 1000);
	bob = placed("bob", "4");
	check_bob_ends_first(ann, bob);
}
END_TEST

START_TEST(where_the_clock_steps_back_the_later_hold_ends_first)
{
	struct hold ann = placed("ann", "3"), bob;

	at(began_ms - 5000);
	bob = placed("bob", "4");
	check_bob_ends_first(ann, bob);
}
END_TEST

START_TEST(holds_of_one_moment_wait_in_the_list)
{
	placed("ann", "3");
	placed("bob", "4");
	waiting(2, 0);
}
END_TEST

/* How many holds a sweep of at most max ends now. */
static size_t
expire_at_most(const char *max)
{
	struct seat_call call = { .performance = house.performance,
		.script = &script_hold_expire };

	seat_arg(&call, seat_now(&house.ctx));
	seat_arg(&call, SPAN_LIT(""));
	seat_arg(&call, span_str(max));
	ck_assert_int_eq(seat_call(&house.ctx, &call), SEAT_OK);
	ck_assert(seat_said(&call.reply, "ok"));
	return (call.reply.n - 2) / 3;
}

START_TEST(what_is_due_here_and_there_is_done_with_one_bound)
{
	struct hold ann = placed("ann", "1"), last;

	placed("bob", "2");
	placed("cid", "3");
	for (int i = 0; i < 2; i++) {
		char name[] = { (char)('x' + i), '\0' };

		last = placed(name, i == 0 ? "11" : "12");
		ck_assert_int_eq(hold_extend(&house.ctx, house_user(name),
				     last.token, &last),
		    HOLD_OK);
	}
	waiting(5, 2);
	at(last.is.ends_ms);
	ck_assert_uint_eq(expire_at_most("2"), 2);
	waiting(3, 4);
	ck_assert_int_eq(due_ms(), ann.is.ends_ms);
	/* cid's, and an entry that is only forgotten. */
	ck_assert_uint_eq(expire_at_most("2"), 1);
	waiting(1, 5);
	/* The other such one, and one of :due. */
	ck_assert_uint_eq(expire_at_most("2"), 1);
	waiting(0, 5);
	ck_assert_int_eq(due_ms(), last.is.ends_ms);
	ck_assert_uint_eq(expire_at_most("2"), 1);
	ck_assert_int_gt(due_ms(), last.is.ends_ms);
	for (int seat = 1; seat <= 12; seat++)
		ck_assert_int_eq(letter(seat), 'A');
}
END_TEST

START_TEST(a_round_goes_on_behind_many_that_are_only_forgotten)
{
	struct hold ann = { .epoch = 0 };

	for (int i = 0; i < 150; i++) {
		ck_assert_int_eq(place("bob", "4"), HOLD_OK);
		ck_assert_int_eq(drop("bob", hold.token), HOLD_OK);
	}
	ann = placed("ann", "3");
	waiting(151, 8);
	ck_assert_int_eq(expire_at(ann.is.ends_ms), 1);
	ck_assert_int_eq(letter(3), 'A');
	waiting(0, 9);
}
END_TEST

START_TEST(one_sweep_forgets_what_was_paid_or_dropped_since)
{
	struct hold ann = placed("ann", "1"), bob;

	for (int i = 0; i < 20; i++) {
		at(began_ms + 100 * (i + 1));
		bob = placed("bob", "2");
		ck_assert_int_eq(drop("bob", bob.token), HOLD_OK);
	}
	bob = placed("bob", "2");
	waiting(22, 8);
	ck_assert_int_eq(expire_at(ann.is.ends_ms), 1);
	waiting(1, 9);
	ck_assert_int_eq(due_ms(), bob.is.ends_ms);
}
END_TEST

START_TEST(what_is_kept_of_released_holds_goes_at_their_hard_end)
{
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(place("bob", "4"), HOLD_OK);
		ck_assert_int_eq(drop("bob", hold.token), HOLD_OK);
	}
	ck_assert_int_eq(atol(ask("HLEN", KEY_HOLDS, "")), 4);
	expire_at(hold.is.hard_ends_ms);
	ck_assert_int_eq(atol(ask("HLEN", KEY_HOLDS, "")), 0);
	waiting(0, 0);
}
END_TEST

START_TEST(a_lost_hold_is_forgotten_at_its_hard_end)
{
	struct hold ann = placed("ann", "3");

	/* The house has it: not the hold's any more. */
	ask("SETRANGE", KEY_SEATS, "2 B");
	ck_assert_int_eq(begin_to_pay("ann"), HOLD_E_LOST);
	waiting(1, 1);
	ck_assert_int_eq(expire_at(ann.is.ends_ms), 0);
	waiting(0, 1);
	ck_assert_int_eq(find("ann", ann.token), HOLD_E_LOST);
	expire_at(ann.is.hard_ends_ms);
	waiting(0, 0);
	ck_assert_int_eq(letter(3), 'B');
}
END_TEST

START_TEST(a_map_that_is_loaded_anew_ends_its_holds_in_time)
{
	struct hold ann = placed("ann", "3"), bob;

	ck_assert_str_eq(house_redis("FLUSHALL"), "OK");
	house_reopen();
	at(began_ms + 1000);
	bob = placed("bob", "4");
	ck_assert_int_eq(letter(3), 'H');
	waiting(1, 1);
	ck_assert_int_eq(expire_at(ann.is.ends_ms), 1);
	ck_assert_int_eq(letter(3), 'A');
	ck_assert_int_eq(letter(4), 'H');
	ck_assert_int_eq(expire_at(bob.is.ends_ms), 1);
}
END_TEST

START_TEST(a_map_that_is_loaded_again_waits_for_each_hold_once)
{
	struct hold ann = placed("ann", "3");

	waiting(1, 0);
	ck_assert_int_eq(seat_reload(&house.ctx, house.performance), SEAT_OK);
	waiting(0, 1);
	ck_assert_int_eq(due_ms(), ann.is.ends_ms);
	ck_assert_int_eq(expire_at(ann.is.ends_ms), 1);
	ck_assert_int_eq(letter(3), 'A');
}
END_TEST

/* ---- memory ---- */

#define N_HOLDS 1000
#define HOLD_BYTES_MAX 300

#define MEMORY_MAP (INT64_C(1) << 40)

/* No rows are behind this one: only its map is needed. */
static struct span memory_keys[KEY_N_PERF];

static struct kv_reply
redis(const char *words)
{
	struct arena *a = &house.ctx.arena;
	struct span rest = span_str(words), argv[24];
	struct kv_reply reply;
	int n = 0;

	while (span_is(rest))
		argv[n++] = span_cut(&rest, ' ');
	ck_assert_int_eq(kv_command(house.ctx.kv, a, n, argv, &reply), 0);
	return reply;
}

/* Bytes of all its keys but :log, which is trimmed. */
static int64_t
memory(void)
{
	int64_t sum = 0;

	for (size_t i = 0; i < KEY_N_PERF; i++)
		if (i != KEY_LOG)
			sum += redis(arena_printf(&house.ctx.arena,
					 "MEMORY USAGE %.*s SAMPLES 0",
					 (int)memory_keys[i].len,
					 memory_keys[i].p))
				   .i64;
	return sum;
}

static void
given_an_empty_map(int n_seats)
{
	struct arena *a = &house.ctx.arena;
	char *letters = arena_alloc(a, (size_t)n_seats);
	char *marks = arena_alloc(a, 4 * (size_t)n_seats);
	const struct span seats = { letters, (size_t)n_seats };
	const struct span refs = { marks, 4 * (size_t)n_seats };
	struct kv_reply reply;

	memset(letters, 'A', (size_t)n_seats);
	memset(marks, 0, 4 * (size_t)n_seats);
	for (int i = 0; i < KEY_N_PERF; i++)
		memory_keys[i] = seat_key(&house.ctx, MEMORY_MAP, 1,
		    (enum perf_key)i);
	ck_assert_int_eq(kv_command(house.ctx.kv, a, 3,
			     (struct span[]){ SPAN_LIT("SET"),
				 memory_keys[KEY_SEATS], seats },
			     &reply),
	    0);
	ck_assert_int_eq(
	    kv_command(house.ctx.kv, a, 3,
		(struct span[]){ SPAN_LIT("SET"), memory_keys[KEY_REFS], refs },
		&reply),
	    0);
	redis(arena_printf(a,
	    "HSET %.*s s live terms 1 open 1 close"
	    " 9999999999999 max 8",
	    (int)memory_keys[KEY_META].len, memory_keys[KEY_META].p));
}

/* Two neighbours for a user of his own, n ms after the test began. */
static void
place_there(int n)
{
	struct arena *a = &house.ctx.arena;
	uint8_t token[HOLD_RANDOM_LEN];
	const struct span args[] = { seat_number(&house.ctx, began_ms + n),
		{ (const char *)token, sizeof(token) },
		seat_number(&house.ctx, 1000000 + n), SPAN_LIT("1"),
		SPAN_LIT("1"), SPAN_LIT("300000"), SPAN_LIT("900000"),
		SPAN_LIT("1"), SPAN_LIT(""), SPAN_LIT("1000/30/3600"),
		span_str(arena_printf(a, "%d,%d", 2 * n + 1, 2 * n + 2)),
		SPAN_LIT("45000,45000") };
	struct kv_reply reply;

	rand_bytes(token, sizeof(token));
	ck_assert_int_eq(seat_script(&house.ctx, MEMORY_MAP, 1,
			     &script_hold_place, ARRAY_LEN(args), args, &reply),
	    0);
	ck_assert(seat_said(&reply, "ok"));
}

START_TEST(a_running_hold_takes_less_than_300_bytes)
{
	int64_t before;

	given_an_empty_map(2 * N_HOLDS);
	before = memory();
	for (int i = 0; i < N_HOLDS; i++)
		place_there(i);
	ck_assert_int_lt((memory() - before) / N_HOLDS, HOLD_BYTES_MAX);
}
END_TEST

SUITE("due")
{
	FIXTURE_ONCE(house_start, NULL);
	FIXTURE(given_a_house, house_close);
	TEST(a_hold_waits_in_the_list_until_it_lapses);
	TEST(an_extended_hold_ends_at_its_new_end_only);
	TEST(what_a_dropped_hold_left_harms_nobody);
	TEST(a_payment_is_ended_by_no_entry_of_its_hold);
	TEST_LOOP(a_hold_whose_payment_was_given_back_lapses_in_time, 2);
	TEST(where_terms_make_lives_shorter_the_later_hold_ends_first);
	TEST(where_the_clock_steps_back_the_later_hold_ends_first);
	TEST(holds_of_one_moment_wait_in_the_list);
	TEST(what_is_due_here_and_there_is_done_with_one_bound);
	TEST(a_round_goes_on_behind_many_that_are_only_forgotten);
	TEST(one_sweep_forgets_what_was_paid_or_dropped_since);
	TEST(what_is_kept_of_released_holds_goes_at_their_hard_end);
	TEST(a_lost_hold_is_forgotten_at_its_hard_end);
	TEST(a_map_that_is_loaded_anew_ends_its_holds_in_time);
	TEST(a_map_that_is_loaded_again_waits_for_each_hold_once);
	TEST(a_running_hold_takes_less_than_300_bytes);
}
