/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * job_audit - what must never be is counted, again and again
 *
 * The invariants that always hold, one after the other, a little each round;
 * the other jobs' rounds come in between. One that cannot be checked now is
 * passed over, so that a store that is away hides nothing of the other.
 *
 * A pass begins once a minute. Where there is much to count it takes a
 * hundredth of the time, and more only where it would last longer than LONG_US:
 * who sells meanwhile pays for it. The first pass hurries through its first
 * second of work, all there is in a small house: then it is told soon what is
 * wrong after a start.
 *
 * Layer: worker.  Uses: audit, stats.
 */
#include "worker/jobs.h"

#include "audit/audit.h"
#include "base/clock.h"
#include "base/log.h"
#include "worker/stats.h"

#include <assert.h>

#define PASS_US (60 * INT64_C(1000000))
#define LONG_US (20 * PASS_US)
#define HURRY_US INT64_C(1000000)
/* Of the time, in thousandths: at least, and at most, as in a hurry. */
#define SHARE_MIN 10
#define SHARE_MAX 200
#define ROWS_MAX 64

/* The persist job must not wait much longer than the budget. */
static const struct audit_pace pace = {
	.budget_us = 20000,
	.statement_ms = 500,
	.looks = 3,
	.pause_ms = 10,
};

static struct {
	struct audit_walk walk;
	bool walking;
	int row; /* of audit_rows: the next one */
	int64_t next_pass_us, rests_until_us;
	int64_t work_us, last_work_us; /* of this pass so far, of the last */
	int64_t widths[ROWS_MAX][AUDIT_PARTS_MAX]; /* of the last pass */
} memory;

static void
tell(struct ctx *ctx, const struct audit_walk *walk)
{
	int row = (int)(walk->row - audit_rows);

	metrics_set(ctx->metrics, stats_of_audit(row, AUDIT_STAT_VIOLATIONS),
	    walk->found.n);
	metrics_add(ctx->metrics, stats_of_audit(row, AUDIT_STAT_CHECKS), 1);
	if (walk->found.n > 0)
		LOG(ERROR, "audit-failed", LSTR("invariant", walk->row->name),
		    LINT("violations", walk->found.n),
		    LSTR("examples", walk->found.examples));
}

/* Whether there is something to walk now. */
static bool
find_row(void)
{
	int64_t now_us = clock_mono_us();

	if (memory.walking)
		return true;
	if (memory.row == 0) {
		if (now_us < memory.next_pass_us)
			return false;
		memory.next_pass_us = now_us + PASS_US;
		memory.last_work_us = memory.work_us;
		memory.work_us = 0;
	}
	while (memory.row < audit_n_rows && !memory.walking) {
		int at = memory.row++;
		const struct audit_row *row = &audit_rows[at];

		assert(at < ROWS_MAX);
		memory.walking = row->when == AUDIT_ALWAYS;
		if (!memory.walking)
			continue;
		audit_begin(&memory.walk, row, &pace);
		memory.walk.widths = memory.widths[at];
	}
	if (!memory.walking)
		memory.row = 0;
	return memory.walking;
}

/* By what a pass is known to take at least. */
static int64_t
share_of_time(void)
{
	int64_t known_us = MAX(memory.last_work_us, memory.work_us);

	if (memory.last_work_us == 0 && memory.work_us < HURRY_US)
		return SHARE_MAX;
	return MIN(MAX(known_us * 1000 / LONG_US, SHARE_MIN), SHARE_MAX);
}

static void
rest(int64_t began_us)
{
	int64_t now_us = clock_mono_us(), took_us = now_us - began_us;

	memory.work_us += took_us;
	memory.rests_until_us = now_us + took_us * 1000 / share_of_time()
	    - took_us;
}

int
job_audit(struct ctx *ctx, size_t *n_done)
{
	int64_t began_us = clock_mono_us();
	int r;

	if (began_us < memory.rests_until_us || !find_row())
		return 0;
	r = audit_step(ctx, &memory.walk);
	rest(began_us);
	memory.walking = r == 0 && !memory.walk.done;
	if (r == 0 && memory.walk.done) {
		tell(ctx, &memory.walk);
		*n_done = 1;
	}
	return r;
}
