/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * job_admit - the lines in front of performances move
 *
 * Layer: worker.  Uses: queue.
 */
#include "worker/jobs.h"

#include "queue/queue_admit.h"

int
job_admit(struct ctx *ctx, size_t *n_done)
{
	return queue_admit_round(ctx, n_done);
}
