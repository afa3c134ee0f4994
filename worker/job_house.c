/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * job_house - house seats for which nobody came go on sale
 *
 * Layer: worker.  Uses: admin.
 */
#include "worker/jobs.h"

#include "admin/house.h"

int
job_house(struct ctx *ctx, size_t *n_done)
{
	return house_release_round(ctx, n_done);
}
