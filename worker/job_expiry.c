/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * job_expiry - the seats of lapsed holds become free
 *
 * Layer: worker.  Uses: hold.
 */
#include "worker/jobs.h"

#include "hold/hold_expire.h"

int
job_expiry(struct ctx *ctx, size_t *n_done)
{
	return hold_expire_round(ctx, n_done);
}
