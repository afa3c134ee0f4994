/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_expiry - what the worker does to maps that nobody asks for
 *
 * Layer: tests.  Uses: hold, seat, house.
 */
#include "base/clock.h"
#include "base/fault.h"
#include "hold/hold.h"
#include "hold/hold_expire.h"
#include "hold/hold_pay.h"
#include "seat/seat_loaded.h"
#include "seat/seat_map.h"
#include "tests/support/house.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static struct hold hold;

static int
place(const char *name, int64_t seat)
{
	struct hold_conflicts conflicts;
	const struct hold_want want = { .user = house_user(name),
		.performance = house.performance, .seats = &seat,
		.n_seats = 1 };

	return hold_place(&house.ctx, &want, &hold, &conflicts);
}

static size_t
expire_at(int64_t ms)
{
	size_t n;

	clock_fake(ms);
	house_round();
	ck_assert_int_eq(hold_expire_round(&house.ctx, &n), 0);
	return n;
}

static char
letter(int seat)
{
	return house_map()[seat - 1];
}

static int64_t
journaled_as(const char *status)
{
	char sql[128];

	snprintf(sql, sizeof(sql), "SELECT count(*) FROM holds WHERE"
	    " performance_id = $1 AND status = '%s'", status);
	return house_count(sql, house.performance);
}

START_TEST(a_lapsed_hold_is_freed_and_journaled)
{
	ck_assert_int_eq(place("ann", 3), HOLD_OK);
	ck_assert_int_eq(expire_at(hold.is.ends_ms - 1), 0);
	ck_assert_int_eq(letter(3), 'H');
	ck_assert_int_ge(expire_at(hold.is.ends_ms), 1);
	ck_assert_int_eq(letter(3), 'A');
	ck_assert_int_eq(journaled_as("expired"), 1);
}
END_TEST

START_TEST(a_second_round_finds_nothing)
{
	ck_assert_int_eq(place("ann", 3), HOLD_OK);
	ck_assert_int_ge(expire_at(hold.is.ends_ms), 1);
	ck_assert_int_eq(expire_at(hold.is.ends_ms), 0);
}
END_TEST

START_TEST(no_clock_frees_a_seat_that_is_being_paid)
{
	ck_assert_int_eq(place("ann", 3), HOLD_OK);
	ck_assert_int_eq(hold_pay(&house.ctx, house_user("ann"), hold.token,
	    &hold), HOLD_OK);
	expire_at(hold.is.hard_ends_ms + 1000000);
	ck_assert_int_eq(letter(3), 'P');
}
END_TEST

START_TEST(an_expired_hold_is_told_until_its_hard_end_and_after)
{
	ck_assert_int_eq(place("ann", 3), HOLD_OK);
	expire_at(hold.is.ends_ms);
	ck_assert_int_eq(hold_find(&house.ctx, house_user("ann"), hold.token,
	    &hold), HOLD_E_EXPIRED);
	expire_at(hold.is.hard_ends_ms);
	ck_assert_int_eq(hold_find(&house.ctx, house_user("ann"), hold.token,
	    &hold), HOLD_E_EXPIRED);
}
END_TEST

START_TEST(the_limit_counts_lapsed_holds_no_more)
{
	for (int seat = 1; seat <= 8; seat++)
		ck_assert_int_eq(place("ann", seat), HOLD_OK);
	ck_assert_int_eq(place("ann", 9), HOLD_E_LIMIT);
	ck_assert_int_ge(expire_at(hold.is.ends_ms), 8);
	ck_assert_int_eq(place("ann", 9), HOLD_OK);
}
END_TEST

START_TEST(new_terms_reach_the_map)
{
	char sql[128];
	size_t n;

	ck_assert_int_eq(place("ann", 1), HOLD_OK);
	snprintf(sql, sizeof(sql), "UPDATE performances SET status ="
	    " 'closed', meta_version = meta_version + 1 WHERE id = %lld",
	    (long long)house.performance);
	house_run(sql);
	ck_assert_int_eq(seat_loaded_terms(&house.ctx, &n), 0);
	ck_assert_int_eq(n, 1);
	ck_assert_int_eq(place("ann", 2), HOLD_E_CLOSED);
	ck_assert_int_eq(seat_loaded_terms(&house.ctx, &n), 0);
	ck_assert_int_eq(n, 0);
}
END_TEST

START_TEST(trimming_keeps_the_newest_entry)
{
	struct seat_map before, after;
	size_t n;

	ck_assert_int_eq(place("ann", 1), HOLD_OK);
	ck_assert_int_eq(seat_map_read(&house.ctx, house.performance,
	    SPAN_NONE, &before), 0);
	clock_fake(clock_ms() + 3600000);
	ck_assert_int_eq(seat_loaded_trim(&house.ctx, 60000, &n), 0);
	ck_assert_int_ge(n, 1);
	ck_assert_int_eq(seat_map_read(&house.ctx, house.performance,
	    before.version, &after), 0);
	ck_assert(!after.whole);
	ck_assert_int_eq(after.n_changes, 0);
	ck_assert(span_eq(before.version, after.version));
}
END_TEST

#ifdef FAULTS
START_TEST(a_sweep_that_dies_half_way_is_done_by_the_next)
{
	int status;
	pid_t pid;

	ck_assert_int_eq(place("ann", 3), HOLD_OK);
	pid = fork();
	if (pid == 0) {
		setenv("BOXOFFICE_FAULTS", "crash:expire.after_script:1", 1);
		fault_reset();
		house_fork();
		expire_at(hold.is.ends_ms);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(WEXITSTATUS(status), 137);
	expire_at(hold.is.ends_ms);
	ck_assert_int_eq(letter(3), 'A');
	ck_assert_int_eq(place("bob", 3), HOLD_OK);
}
END_TEST
#endif

SUITE("expiry")
{
	FIXTURE_ONCE(house_start, NULL);
	FIXTURE(house_open, house_close);
	TEST(a_lapsed_hold_is_freed_and_journaled);
	TEST(a_second_round_finds_nothing);
	TEST(no_clock_frees_a_seat_that_is_being_paid);
	TEST(an_expired_hold_is_told_until_its_hard_end_and_after);
	TEST(the_limit_counts_lapsed_holds_no_more);
	TEST(new_terms_reach_the_map);
	TEST(trimming_keeps_the_newest_entry);
#ifdef FAULTS
	TEST(a_sweep_that_dies_half_way_is_done_by_the_next);
#endif
}
