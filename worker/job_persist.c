/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * job_persist - holds of the logs go to the journal
 *
 * Layer: worker.  Uses: journal.
 */
#include "worker/jobs.h"

#include "journal/journal.h"

int
job_persist(struct ctx *ctx, size_t *n_done)
{
	return journal_round(ctx, n_done);
}
