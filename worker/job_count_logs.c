/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * job_count_logs - what clients told of their troubles is counted
 *
 * Layer: worker.  Uses: admin.
 */
#include "worker/jobs.h"

#include "admin/statistics.h"

/* More than they may tell in a period. */
#define BATCH 5000

int
job_count_logs(struct ctx *ctx, size_t *n_done)
{
	int r = statistics_roll_up(ctx, BATCH, n_done);

	return r == 0 && *n_done == BATCH ? 1 : r;
}
