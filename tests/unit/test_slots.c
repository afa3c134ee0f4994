/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_slots - what workers know of each other, and that it never leaks
 *
 * Layer: tests.  Uses: fcgi-app.
 */
#include "fcgi-app/slots.h"
#include "hold/hold_gate.h"

#include "base/clock.h"
#include "tests/support/suite.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define N 4

static struct slots *slots;

static void
setup(void)
{
	ck_assert_int_eq(slots_open(N, &slots), 0);
}

static void
teardown(void)
{
	slots_close(slots);
}

static void
given_worker(int i, int n_connections)
{
	slots_take(slots, i);
	atomic_store(&slots_get(slots, i)->state, SLOT_SERVING);
	atomic_store(&slots_get(slots, i)->n_connections, n_connections);
}

static bool
is_awake(int i)
{
	struct pollfd pfd = { slots_wake_fd(slots, i), POLLIN, 0 };

	return poll(&pfd, 1, 0) == 1;
}

/* Who makes a hold in the database. */
static struct permits *
in_database(void)
{
	return &hold_gate_of(slots_shared(slots))->inside;
}

START_TEST(the_least_loaded_is_another_worker_that_accepts)
{
	int n = -1;

	given_worker(0, 0);
	given_worker(1, 5);
	given_worker(2, 3);
	ck_assert_int_eq(slots_least_loaded(slots, 0, &n), 2);
	ck_assert_int_eq(n, 3);
	atomic_store(&slots_get(slots, 2)->state, SLOT_DRAINING);
	ck_assert_int_eq(slots_least_loaded(slots, 0, &n), 1);
	atomic_store(&slots_get(slots, 1)->state, SLOT_STARTING);
	ck_assert_int_eq(slots_least_loaded(slots, 0, &n), -1);
}
END_TEST

START_TEST(a_worker_without_progress_is_handed_nothing)
{
	int n;

	given_worker(1, 0);
	given_worker(2, 7);
	atomic_store(&slots_get(slots, 1)->heartbeat_us,
	    clock_mono_us() - 2100 * 1000);
	ck_assert_int_eq(slots_least_loaded(slots, 0, &n), 2);
}
END_TEST

START_TEST(a_cleared_slot_counts_for_nothing)
{
	int n;

	given_worker(1, 9);
	slots_wake(slots, 1);
	ck_assert(permits_take(slots_hashing(slots), 1, 1));
	ck_assert(permits_take(in_database(), 1, 1));
	slots_clear(slots, 1);
	ck_assert_int_eq(slots_least_loaded(slots, 0, &n), -1);
	ck_assert_int_eq(slots_get(slots, 1)->n_connections, 0);
	ck_assert_int_eq(permits_count(slots_hashing(slots)), 0);
	ck_assert_int_eq(permits_count(in_database()), 0);
	ck_assert(!is_awake(1));
	ck_assert_int_eq(slots_find_free(slots), 0);
}
END_TEST

START_TEST(slots_are_given_out_until_none_is_free)
{
	for (int i = 0; i < N; i++) {
		ck_assert_int_eq(slots_find_free(slots), i);
		slots_take(slots, i);
	}
	ck_assert_int_eq(slots_find_free(slots), -1);
	slots_clear(slots, 2);
	ck_assert_int_eq(slots_find_free(slots), 2);
}
END_TEST

START_TEST(a_woken_worker_stays_awake_until_it_has_seen_it)
{
	ck_assert(!is_awake(1));
	slots_wake(slots, 1);
	slots_wake(slots, 1);
	ck_assert(is_awake(1));
	ck_assert(!is_awake(2));
	slots_wake_seen(slots, 1);
	ck_assert(!is_awake(1));
	slots_wake_seen(slots, 1);
}
END_TEST

START_TEST(no_more_than_allowed_hash_at_once)
{
	ck_assert(permits_take(slots_hashing(slots), 0, 2));
	ck_assert(permits_take(slots_hashing(slots), 1, 2));
	ck_assert(!permits_take(slots_hashing(slots), 2, 2));
	permits_drop(slots_hashing(slots), 0);
	ck_assert(permits_take(slots_hashing(slots), 2, 2));
	ck_assert_int_eq(permits_count(slots_hashing(slots)), 2);
}
END_TEST

/* While it hashes a password, or makes a hold in the database. */
START_TEST(a_process_killed_inside_gives_its_place_back)
{
	struct permits *inside = _i == 0 ? slots_hashing(slots) : in_database();
	pid_t pid;
	int status;

	slots_take(slots, 3);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		if (permits_take(inside, 3, 1))
			raise(SIGKILL);
		_exit(1);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status));
	ck_assert(!permits_take(inside, 0, 1));
	slots_clear(slots, 3);
	ck_assert(permits_take(inside, 0, 1));
}
END_TEST

SUITE("slots")
{
	FIXTURE(setup, teardown);
	TEST(the_least_loaded_is_another_worker_that_accepts);
	TEST(a_worker_without_progress_is_handed_nothing);
	TEST(a_cleared_slot_counts_for_nothing);
	TEST(slots_are_given_out_until_none_is_free);
	TEST(a_woken_worker_stays_awake_until_it_has_seen_it);
	TEST(no_more_than_allowed_hash_at_once);
	TEST_LOOP(a_process_killed_inside_gives_its_place_back, 2);
}
