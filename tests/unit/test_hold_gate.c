/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_hold_gate - who may make a hold in the database
 *
 * Layer: tests.  Uses: hold.
 */
#include "hold/hold_gate.h"

#include "base/clock.h"
#include "tests/support/race.h"
#include "tests/support/suite.h"

#include <sched.h>

#define N 12
#define AT_ONCE 3

static struct shared *shared;
static struct hold_gate *gate;
static struct memory {
	atomic_int n_asked;
} * memory;
static struct settings set;
static struct ctx ctx, other;

static void
setup(void)
{
	memory = race_memory(sizeof(*memory));
	shared = shared_map(true);
	ck_assert_ptr_nonnull(shared);
	gate = hold_gate_of(shared);
	conf_defaults(settings_rows, &set, sizeof(set));
	set.database_holds = AT_ONCE;
	ctx_open(&ctx, &set);
	ctx_open(&other, &set);
}

static void
teardown(void)
{
	ctx_close(&other);
	ctx_close(&ctx);
	shared_unmap(shared);
	munmap(memory, sizeof(*memory));
}

static void
given_a_tree(int at_once, enum redis_down mode)
{
	set.database_holds = at_once;
	set.redis_down = mode;
	ctx_settings(&ctx, &set, false);
	ctx_settings(&other, &set, false);
	ctx_share(&ctx, shared, 0);
	ctx_share(&other, shared, 1);
}

/* Inside since so long. */
static void
given_it_took_ms(int64_t ms)
{
	*hold_gate_since(&ctx) -= ms * 1000;
}

static void
given_three_came_to_grief(void)
{
	for (int i = 0; i < BREAKER_FAILURES; i++) {
		ck_assert_int_eq(hold_gate_enter(&ctx), HOLD_GATE_OK);
		hold_gate_leave(&ctx, false);
	}
}

START_TEST(those_above_the_bound_are_refused_and_counted)
{
	given_a_tree(1, REDIS_DOWN_DATABASE);
	ck_assert_int_eq(hold_gate_enter(&ctx), HOLD_GATE_OK);
	ck_assert_int_eq(hold_gate_enter(&other), HOLD_GATE_E_FULL);
	hold_gate_leave(&ctx, true);
	ck_assert_int_eq(hold_gate_enter(&other), HOLD_GATE_OK);
	hold_gate_leave(&other, true);
	ck_assert_int_eq(gate->n_refused, 1);
	ck_assert_int_eq(permits_count(&gate->inside), 0);
}
END_TEST

START_TEST(a_process_on_its_own_has_a_gate_to_itself)
{
	set.database_holds = 1;
	ctx_settings(&ctx, &set, false);
	ctx_settings(&other, &set, false);
	ck_assert_int_eq(hold_gate_enter(&ctx), HOLD_GATE_OK);
	ck_assert_int_eq(hold_gate_enter(&other), HOLD_GATE_OK);
	hold_gate_leave(&other, true);
	hold_gate_leave(&ctx, true);
}
END_TEST

START_TEST(auto_refuses_everybody_after_three_failures)
{
	given_a_tree(4, REDIS_DOWN_AUTO);
	given_three_came_to_grief();
	ck_assert_int_eq(hold_gate_enter(&other), HOLD_GATE_E_FULL);
	ck_assert_int_eq(permits_count(&gate->inside), 0);
}
END_TEST

START_TEST(auto_takes_a_slow_hold_for_a_failure)
{
	given_a_tree(4, REDIS_DOWN_AUTO);
	for (int i = 0; i < BREAKER_FAILURES; i++) {
		ck_assert_int_eq(hold_gate_enter(&ctx), HOLD_GATE_OK);
		given_it_took_ms(set.database_slow_ms + 1);
		hold_gate_leave(&ctx, true);
	}
	ck_assert_int_eq(hold_gate_enter(&other), HOLD_GATE_E_FULL);
}
END_TEST

START_TEST(auto_goes_on_after_one_quick_hold)
{
	struct breaker *load = &gate->load;

	given_a_tree(4, REDIS_DOWN_AUTO);
	given_three_came_to_grief();
	load->probe_us = clock_mono_us(); /* the second is over */
	ck_assert_int_eq(hold_gate_enter(&ctx), HOLD_GATE_OK);
	ck_assert_int_eq(hold_gate_enter(&other), HOLD_GATE_E_FULL);
	hold_gate_leave(&ctx, true);
	ck_assert_int_eq(hold_gate_enter(&other), HOLD_GATE_OK);
	hold_gate_leave(&other, true);
}
END_TEST

START_TEST(database_lets_in_whatever_became_of_those_before)
{
	given_a_tree(4, REDIS_DOWN_DATABASE);
	given_three_came_to_grief();
	ck_assert_int_eq(hold_gate_enter(&other), HOLD_GATE_OK);
	hold_gate_leave(&other, true);
}
END_TEST

/* ---- many at once ---- */

static void
be_number(int i)
{
	ctx_share(&ctx, shared, i);
}

/* Who got in stays until everybody has asked. */
static int
enter_and_stay(int i)
{
	int r = hold_gate_enter(&ctx);

	(void)i;
	atomic_fetch_add(&memory->n_asked, 1);
	while (r == HOLD_GATE_OK && atomic_load(&memory->n_asked) < N)
		sched_yield();
	if (r == HOLD_GATE_OK)
		hold_gate_leave(&ctx, true);
	return r;
}

START_TEST(of_many_processes_exactly_as_many_as_allowed_get_in)
{
	const struct runner runner = { be_number, enter_and_stay };
	int results[N];

	race(N, &runner, results);
	ck_assert_int_eq(race_count(N, results, HOLD_GATE_OK), AT_ONCE);
	ck_assert_int_eq(race_count(N, results, HOLD_GATE_E_FULL), N - AT_ONCE);
	ck_assert_int_eq(permits_count(&gate->inside), 0);
}
END_TEST

SUITE("gate")
{
	FIXTURE(setup, teardown);
	TEST(those_above_the_bound_are_refused_and_counted);
	TEST(a_process_on_its_own_has_a_gate_to_itself);
	TEST(auto_refuses_everybody_after_three_failures);
	TEST(auto_takes_a_slow_hold_for_a_failure);
	TEST(auto_goes_on_after_one_quick_hold);
	TEST(database_lets_in_whatever_became_of_those_before);
	TEST(of_many_processes_exactly_as_many_as_allowed_get_in);
}
