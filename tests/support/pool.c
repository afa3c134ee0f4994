/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pool - workers of one pool who ask for the same at the same moment
 *
 * Layer: tests.  Uses: buyer, race.
 */
#include "tests/support/pool.h"

#include "base/fault.h"

struct shared *pool;
int pool_who;

void
pool_open(void)
{
	pool = shared_map(true);
	ck_assert_ptr_nonnull(pool);
}

void
pool_close(void)
{
	shared_unmap(pool);
}

#ifdef FAULTS
void
pool_join(void)
{
	house.ctx.set.db_lock_ms = house.ctx.set.db_statement_ms = 600000;
	ctx_share(&house.ctx, pool, pool_who);
}

void
pool_ask(const struct combine *c, void (*work)(void), struct sleeper *first,
    const char *next, pid_t others[POOL_N])
{
	int64_t late_us = clock_mono_us() + 60 * INT64_C(1000000);

	pool_who = 0;
	buyer_sleep_twice(first, "combine.before_take", next, work);
	for (pool_who = 1; pool_who < POOL_N; pool_who++)
		others[pool_who] = buyer_fork("", work);
	while (combine_n_asked(c) < POOL_N) {
		ck_assert_int_lt(clock_mono_us(), late_us);
		usleep(1000);
	}
}

void
pool_kill(struct combine *c, pid_t pid, int owner)
{
	int status;

	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	combine_drop(c, owner);
}

#endif
