/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * job_export - tables that operators have asked for are written, and forgotten
 *
 * Layer: worker.  Uses: admin.
 */
#include "worker/jobs.h"

#include "admin/export_work.h"

#define PURGE_MAX 1000

int
job_export(struct ctx *ctx, size_t *n_done)
{
	return export_round(ctx, n_done);
}

int
job_export_purge(struct ctx *ctx, size_t *n_done)
{
	return export_purge(ctx, PURGE_MAX, n_done);
}
