/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * job_called_off - what was sold of performances that were called off goes back
 *
 * Layer: worker.  Uses: reservation.
 */
#include "worker/jobs.h"

#include "reservation/called_off.h"

int
job_called_off(struct ctx *ctx, size_t *n_done)
{
	return called_off_round(ctx, n_done);
}
