/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stats - what boxoffice-worker counts
 *
 * Four rows a job, made from the job table, and one for reloads.
 *
 * Layer: worker.  Uses: base, jobs.
 */
#ifndef WORKER_STATS_H
#define WORKER_STATS_H

#include "base/metrics.h"

enum job_stat {
	JOB_STAT_ROUNDS,
	JOB_STAT_FAULTS,
	JOB_STAT_DONE,
	JOB_STAT_SECONDS,
	JOB_STAT_N
};

/* The rows; they live as long as the process. */
const struct metric_row *stats_rows(void);
/* The row of a job's count, by its place in the table. */
int stats_of_job(int job, enum job_stat stat);
/* The row of refused reloads. */
int stats_reloads_refused(void);

#endif
