/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * job_purge - what was kept long enough goes
 *
 * Layer: worker.  Uses: idem.
 */
#include "worker/jobs.h"

#include "idem/idem.h"

/* In one statement, and in one round: as many as a sale's minute leaves. */
#define BATCH 1000
#define BATCHES 10

int
job_purge(struct ctx *ctx, size_t *n_done)
{
	size_t n = BATCH;
	int r = 0;

	*n_done = 0;
	for (int i = 0; r == 0 && n == BATCH && i < BATCHES; i++) {
		r = idem_purge(ctx, BATCH, &n);
		*n_done += n;
	}
	return r;
}
