/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * job_rebuild - maps that Redis lost come back before they are asked for
 *
 * Layer: worker.  Uses: recovery.
 */
#include "worker/jobs.h"

#include "recovery/seat_rebuild.h"

/* The persist job must not wait much longer than this. */
#define BUDGET_MS 30

int
job_rebuild(struct ctx *ctx, size_t *n_done)
{
	static struct seat_rebuild memory;

	return seat_rebuild_round(ctx, &memory, BUDGET_MS, n_done);
}
