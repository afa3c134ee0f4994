/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * job_adopt - Redis is told of holds made while it was away
 *
 * Layer: worker.  Uses: recovery.
 */
#include "worker/jobs.h"

#include "recovery/hold_adopt.h"

int
job_adopt(struct ctx *ctx, size_t *n_done)
{
	return hold_adopt_round(ctx, n_done);
}
