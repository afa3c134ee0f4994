/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * job_reconcile - maps follow the facts where a mirror failed
 *
 * Layer: worker.  Uses: recovery.
 */
#include "worker/jobs.h"

#include "recovery/hold_reconcile.h"

int
job_reconcile(struct ctx *ctx, size_t *n_done)
{
	static struct hold_reconcile memory;

	return hold_reconcile_round(ctx, &memory, n_done);
}
