/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_combine - everybody gets the answer to what he asked, or none
 *
 * Who asks is a process of its own, which may be killed or stand still; its
 * exit status says what it was told. The parent sees in the shared memory how
 * far the others are.
 *
 * Layer: tests.  Uses: base.
 */
#include "base/combine.h"

#include "base/clock.h"
#include "base/fault.h"
#include "tests/support/race.h"
#include "tests/support/suite.h"

#include <sched.h>
#include <signal.h>

#define N 8
#define ROUNDS 5000
#define KILLS 100
#define MANY (COMBINE_MAX + 8)
#define GOES_MAX 128
#define MINUTE_US 60000000
#define HOUR_MS 3600000

/* What an asker was told. */
enum told { SERVED, WRONG, ALONE };

static struct memory {
	struct combine combine;
	atomic_int n_goes, may_end; /* of slow ones, in their order */
	atomic_int size[GOES_MAX];  /* of each go */
	/* the race with kills */
	atomic_int n_served;
	atomic_bool enough;
} * memory;

static pid_t pids[MANY + 1]; /* by owner */

#define AWAIT(condition) \
	do { \
		int64_t until_us = clock_mono_us() + MINUTE_US; \
		while (!(condition)) { \
			ck_assert_msg(clock_mono_us() < until_us, "%s", \
			    "never: " #condition); \
			sched_yield(); \
		} \
	} while (0)

static void
setup(void)
{
	memory = race_memory(sizeof(*memory));
}

static void
teardown(void)
{
	munmap(memory, sizeof(*memory));
}

/* ---- kinds of work ---- */

static int64_t
number_of(const struct combine_item *item)
{
	int64_t asked;

	memcpy(&asked, item->asked.p, sizeof(asked));
	return asked;
}

/* The answer to a number is twice the number. The first is that of the one at
 * work. */
static void
double_all(void *arg, struct combine_item *items, size_t n)
{
	const int64_t *own = arg;

	if (number_of(&items[0]) != *own)
		abort();
	for (size_t i = 0; i < n; i++) {
		items[i].answer = 2 * number_of(&items[i]);
		items[i].done = true;
	}
}

static int
note_go(size_t n)
{
	int go = atomic_fetch_add(&memory->n_goes, 1);

	if (go >= GOES_MAX)
		abort();
	atomic_store(&memory->size[go], (int)n);
	return go;
}

static void
quick(void *arg, struct combine_item *items, size_t n)
{
	(void)note_go(n);
	double_all(arg, items, n);
}

/* Not before the parent lets it end; nobody touches what it has meanwhile. */
static void
slow(void *arg, struct combine_item *items, size_t n)
{
	int64_t asked[COMBINE_MAX];
	int go;

	for (size_t i = 0; i < n; i++)
		asked[i] = number_of(&items[i]);
	go = note_go(n);
	while (atomic_load(&memory->may_end) <= go)
		sched_yield();
	for (size_t i = 0; i < n; i++)
		if (number_of(&items[i]) != asked[i])
			abort();
	double_all(arg, items, n);
}

static void
die(void *arg, struct combine_item *items, size_t n)
{
	double_all(arg, items, n);
	(void)note_go(n);
	raise(SIGKILL);
}

static void
do_half(void *arg, struct combine_item *items, size_t n)
{
	double_all(arg, items, n);
	for (size_t i = 0; i < n; i++)
		items[i].done = i % 2 == 1;
}

/* ---- who asks ---- */

static enum told
ask_number(int owner, int64_t asked, int64_t patience_ms, combine_fn *work)
{
	int64_t answer = -1;

	if (!combine_do(&memory->combine, owner,
		(struct span){ (char *)&asked, sizeof(asked) }, patience_ms,
		work, &asked, &answer))
		return ALONE;
	return answer == 2 * asked ? SERVED : WRONG;
}

/* Nobody else asks for this number. */
static enum told
ask(int owner, int64_t patience_ms, combine_fn *work)
{
	static int64_t n;

	return ask_number(owner, n++, patience_ms, work);
}

/* The same in a process of its own; with faults, or NULL. */
static void
send_with(int owner, int64_t patience_ms, combine_fn *work, const char *faults)
{
	static int64_t n = 1000;

	n++;
	pids[owner] = fork();
	ck_assert_int_ge(pids[owner], 0);
	if (pids[owner] != 0)
		return;
#ifdef FAULTS
	if (faults != NULL) {
		setenv("BOXOFFICE_FAULTS", faults, 1);
		fault_reset();
	}
#else
	(void)faults;
#endif
	_exit((int)ask_number(owner, n, patience_ms, work));
}

static void
send(int owner, int64_t patience_ms, combine_fn *work)
{
	send_with(owner, patience_ms, work, NULL);
}

static void
await_asked(int n)
{
	AWAIT(combine_n_asked(&memory->combine) == n);
}

/* It is at work, in the go of this number, for so many. */
static void
await_go(int go, int n)
{
	AWAIT(atomic_load(&memory->size[go]) == n);
}

static void
let_end(int n_goes)
{
	atomic_store(&memory->may_end, n_goes);
}

static int
end_of(int owner)
{
	int status;

	AWAIT(waitpid(pids[owner], &status, WNOHANG) == pids[owner]);
	return status;
}

static enum told
told(int owner)
{
	int status = end_of(owner);

	ck_assert_msg(WIFEXITED(status), "%d died", owner);
	return (enum told)WEXITSTATUS(status);
}

/* Killed, and reaped, but not yet dropped. */
static void
kill_asker(int owner)
{
	ck_assert_int_eq(kill(pids[owner], SIGKILL), 0);
	ck_assert(WIFSIGNALED(end_of(owner)));
}

/* Owner 0 is at work for himself. */
static void
given_a_slow_worker(void)
{
	send(0, HOUR_MS, slow);
	await_go(0, 1);
}

/* Owners from..from + n - 1 ask, and nobody serves them. */
static void
given_askers(int from, int n, combine_fn *work, const char *faults)
{
	for (int i = from; i < from + n; i++)
		send_with(i, HOUR_MS, work, faults);
	await_asked(n);
}

/* Nobody asks, is at work or has a cell that is not his. */
static void
check_at_rest(void)
{
	ck_assert_int_eq(combine_n_asked(&memory->combine), 0);
	for (int i = 0; i < MANY; i++)
		ck_assert_int_eq(ask(i, 0, double_all), SERVED);
}

/* ---- all goes well ---- */

START_TEST(who_is_alone_is_served_at_once_by_himself)
{
	ck_assert_int_eq(ask(0, 0, quick), SERVED);
	ck_assert_int_eq(ask(COMBINE_CELLS - 1, 0, quick), SERVED);
	ck_assert_int_eq(atomic_load(&memory->n_goes), 2);
	ck_assert_int_eq(atomic_load(&memory->size[0]), 1);
	ck_assert_int_eq(atomic_load(&memory->size[1]), 1);
}
END_TEST

START_TEST(what_is_asked_meanwhile_is_done_in_one_go)
{
	given_a_slow_worker();
	given_askers(1, 3, quick, NULL);
	let_end(1);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(told(i), SERVED);
	ck_assert_int_eq(atomic_load(&memory->n_goes), 2);
	ck_assert_int_eq(atomic_load(&memory->size[1]), 3);
}
END_TEST

START_TEST(more_than_one_go_can_take_are_all_served)
{
	given_a_slow_worker();
	given_askers(1, MANY, quick, NULL);
	let_end(1);
	for (int i = 0; i <= MANY; i++)
		ck_assert_int_eq(told(i), SERVED);
	ck_assert_int_eq(atomic_load(&memory->n_goes), 3);
	ck_assert_int_eq(atomic_load(&memory->size[1]), COMBINE_MAX);
	ck_assert_int_eq(atomic_load(&memory->size[2]), MANY - COMBINE_MAX);
}
END_TEST

START_TEST(who_was_left_out_is_told_so)
{
	given_a_slow_worker();
	given_askers(1, 2, do_half, NULL);
	let_end(1);
	ck_assert_int_eq(told(0), SERVED);
	ck_assert_int_eq((told(1) == ALONE) + (told(2) == ALONE), 1);
	check_at_rest();
}
END_TEST

START_TEST(what_has_no_cell_is_refused)
{
	static char bytes[COMBINE_LEN + 1]; /* the number 0, and more */
	int64_t answer, own = 0;

	ck_assert_int_eq(ask(-1, HOUR_MS, quick), ALONE);
	ck_assert_int_eq(ask(COMBINE_CELLS, HOUR_MS, quick), ALONE);
	ck_assert(!combine_do(&memory->combine, 0,
	    (struct span){ bytes, COMBINE_LEN + 1 }, HOUR_MS, quick, &own,
	    &answer));
	ck_assert_int_eq(atomic_load(&memory->n_goes), 0);
	ck_assert(combine_do(&memory->combine, 0,
	    (struct span){ bytes, COMBINE_LEN }, HOUR_MS, quick, &own,
	    &answer));
	combine_drop(&memory->combine, -1);
	combine_drop(&memory->combine, COMBINE_CELLS);
	check_at_rest();
}
END_TEST

/* ---- somebody stands still ---- */

START_TEST(nobody_waits_longer_than_his_patience)
{
	given_a_slow_worker();
	ck_assert_int_eq(kill(pids[0], SIGSTOP), 0);
	let_end(1);
	ck_assert_int_eq(ask(1, 20, quick), ALONE);
	ck_assert_int_eq(combine_n_asked(&memory->combine), 0);
	/* Nor does anybody else, after that. */
	ck_assert_int_eq(ask(2, HOUR_MS, quick), ALONE);
	ck_assert_int_eq(ask(1, HOUR_MS, quick), ALONE);
	ck_assert_int_eq(kill(pids[0], SIGCONT), 0);
	ck_assert_int_eq(told(0), SERVED);
	/* He is asked again. */
	send(0, HOUR_MS, slow);
	await_go(1, 1);
	given_askers(1, 1, quick, NULL);
	let_end(2);
	ck_assert_int_eq(told(0), SERVED);
	ck_assert_int_eq(told(1), SERVED);
	check_at_rest();
}
END_TEST

/* Owner 1 is at work, in the second go, for himself and for 2, who has this
 * patience; or it did not come to that, and all have ended. */
static bool
given_one_taken(int64_t patience_ms)
{
	memset(memory, 0, sizeof(*memory));
	given_a_slow_worker();
	given_askers(1, 1, slow, NULL);
	send(2, patience_ms, quick);
	AWAIT(combine_n_asked(&memory->combine) == 2
	    || atomic_load(&memory->combine.late) != 0);
	let_end(1);
	ck_assert_int_eq(told(0), SERVED);
	AWAIT(atomic_load(&memory->size[1]) != 0);
	if (atomic_load(&memory->size[1]) == 2
	    && atomic_load(&memory->combine.worker) == 1 + 1)
		return true;
	let_end(3);
	ck_assert_int_eq(told(1), SERVED);
	ck_assert_int_ne(told(2), WRONG);
	return false;
}

/* On a busy machine it may leave before it is taken, or be the one at work. */
START_TEST(who_leaves_when_taken_may_ask_again_when_all_is_handed_out)
{
	int64_t patience_ms = 50;

	while (!given_one_taken(patience_ms))
		patience_ms = MIN(2 * patience_ms, MINUTE_US / US_PER_MS);
	ck_assert_int_eq(told(2), ALONE);
	ck_assert_int_eq(ask(2, HOUR_MS, quick), ALONE);
	ck_assert_int_eq(ask(3, HOUR_MS, quick), ALONE);
	let_end(2);
	ck_assert_int_eq(told(1), SERVED);
	ck_assert_int_eq(atomic_load(&memory->n_goes), 2);
	check_at_rest();
}
END_TEST

/* ---- somebody dies ---- */

/* Where one may die who has taken what others asked. */
static const struct death {
	combine_fn *work;
	const char *faults;
} deaths[] = {
	{ die, NULL },
#ifdef FAULTS
	{ quick, "crash:combine.before_work:1" },
	{ quick, "crash:combine.after_work:1" },
#endif
};

/* Which of owners 1..3 has died; none of them may have ended otherwise. */
static int
await_death(void)
{
	int i = 0, status;

	AWAIT(waitpid(pids[i = i % 3 + 1], &status, WNOHANG) != 0);
	ck_assert(WIFSIGNALED(status) || WEXITSTATUS(status) > ALONE);
	return i;
}

START_TEST(what_the_dead_one_took_is_given_back)
{
	const struct death *death = &deaths[_i];
	int dead;

	given_a_slow_worker();
	given_askers(1, 3, death->work, death->faults);
	let_end(1);
	ck_assert_int_eq(told(0), SERVED);
	dead = await_death();
	given_askers(4, 1, quick, NULL);
	combine_drop(&memory->combine, dead);
	for (int i = 1; i <= 3; i++)
		if (i != dead)
			ck_assert_int_eq(told(i), ALONE);
	ck_assert_int_eq(told(4), SERVED);
	check_at_rest();
}
END_TEST

#ifdef FAULTS
START_TEST(who_dies_before_he_took_anything_takes_nothing_along)
{
	send_with(0, HOUR_MS, quick, "crash:combine.before_take:1");
	ck_assert(WIFEXITED(end_of(0)));
	for (int i = 1; i <= 3; i++)
		send(i, HOUR_MS, quick);
	await_asked(4);
	ck_assert_int_eq(atomic_load(&memory->n_goes), 0);
	combine_drop(&memory->combine, 0);
	for (int i = 1; i <= 3; i++)
		ck_assert_int_eq(told(i), SERVED);
	ck_assert_int_eq(atomic_load(&memory->n_goes), 1);
	ck_assert_int_eq(atomic_load(&memory->size[0]), 3);
	check_at_rest();
}
END_TEST
#endif

START_TEST(who_died_asking_is_not_served_and_his_successor_is)
{
	given_a_slow_worker();
	given_askers(1, 1, quick, NULL);
	kill_asker(1);
	combine_drop(&memory->combine, 1);
	ck_assert_int_eq(combine_n_asked(&memory->combine), 0);
	given_askers(1, 1, quick, NULL);
	let_end(1);
	ck_assert_int_eq(told(0), SERVED);
	ck_assert_int_eq(told(1), SERVED);
	ck_assert_int_eq(atomic_load(&memory->size[1]), 1);
	check_at_rest();
}
END_TEST

/* Until the one at work is done with his cell, nobody may write into it. */
START_TEST(who_died_when_taken_leaves_no_answer_to_his_successor)
{
	while (!given_one_taken(HOUR_MS))
		;
	kill_asker(2);
	combine_drop(&memory->combine, 2);
	ck_assert_int_eq(ask(2, HOUR_MS, quick), ALONE);
	given_askers(3, 1, quick, NULL);
	let_end(2);
	ck_assert_int_eq(told(1), SERVED);
	ck_assert_int_eq(told(3), SERVED);
	check_at_rest();
}
END_TEST

/* ---- many at once ---- */

static void
nothing_to_open(int i)
{
	(void)i;
}

static int
ask_often(int i)
{
	for (int64_t k = 0; k < ROUNDS; k++)
		if (ask_number(i, k * N + i, MINUTE_US / US_PER_MS, double_all)
		    != SERVED)
			return 1;
	return 0;
}

START_TEST(everybody_gets_his_own_answer)
{
	const struct runner runner = { nothing_to_open, ask_often };
	int results[N];

	race(N, &runner, results);
	ck_assert_int_eq(race_count(N, results, 0), N);
	check_at_rest();
}
END_TEST

/* Until it is enough; how many of its like were killed is in its numbers. */
static void
send_often(int owner, int64_t first)
{
	pids[owner] = fork();
	ck_assert_int_ge(pids[owner], 0);
	if (pids[owner] != 0)
		return;
	for (int64_t n = first; !atomic_load(&memory->enough); n += N) {
		enum told is = ask_number(owner, n, HOUR_MS, double_all);

		if (is == WRONG)
			_exit(WRONG);
		if (is == SERVED)
			atomic_fetch_add(&memory->n_served, 1);
	}
	_exit(SERVED);
}

/* Some more are served, whoever died. */
static void
await_served(int n)
{
	int from = atomic_load(&memory->n_served);

	AWAIT(atomic_load(&memory->n_served) - from >= n);
}

START_TEST(every_answer_is_right_whoever_is_killed)
{
	for (int i = 0; i < N; i++)
		send_often(i, i);
	for (int k = 1; k <= KILLS; k++) {
		int owner = (int)(random() % N);

		await_served((int)(random() % 100));
		kill_asker(owner);
		combine_drop(&memory->combine, owner);
		send_often(owner, k * INT64_C(1000000) * N + owner);
	}
	await_served(N);
	atomic_store(&memory->enough, true);
	for (int i = 0; i < N; i++)
		ck_assert_int_eq(told(i), SERVED);
	check_at_rest();
}
END_TEST

SUITE("combine")
{
	FIXTURE(setup, teardown);
	TEST(who_is_alone_is_served_at_once_by_himself);
	TEST(what_is_asked_meanwhile_is_done_in_one_go);
	TEST(more_than_one_go_can_take_are_all_served);
	TEST(who_was_left_out_is_told_so);
	TEST(what_has_no_cell_is_refused);
	TEST(nobody_waits_longer_than_his_patience);
	TEST(who_leaves_when_taken_may_ask_again_when_all_is_handed_out);
	TEST_LOOP(what_the_dead_one_took_is_given_back, (int)ARRAY_LEN(deaths));
#ifdef FAULTS
	TEST(who_dies_before_he_took_anything_takes_nothing_along);
#endif
	TEST(who_died_asking_is_not_served_and_his_successor_is);
	TEST(who_died_when_taken_leaves_no_answer_to_his_successor);
	TEST(everybody_gets_his_own_answer);
	TEST(every_answer_is_right_whoever_is_killed);
}
