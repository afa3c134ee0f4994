/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stats - what boxoffice-worker counts
 *
 * Five rows a job, made from the job table, one for reloads and one for
 * messages, the gauges of the whole system, and two rows an invariant, made
 * from the audit's table.
 *
 * Layer: worker.  Uses: base, audit, jobs.
 */
#ifndef WORKER_STATS_H
#define WORKER_STATS_H

#include "base/metrics.h"

enum job_stat {
	JOB_STAT_ROUNDS,
	JOB_STAT_FAULTS,
	JOB_STAT_DONE,
	JOB_STAT_SECONDS,
	JOB_STAT_LATE,
	JOB_STAT_N
};

enum system_gauge {
	GAUGE_HOLDS,
	GAUGE_USERS,
	GAUGE_ALARMS,
	GAUGE_REPLICA,
	GAUGE_WAITING,
	GAUGE_BUYING,
	GAUGE_CONNECTIONS,
	GAUGE_CONNECTIONS_MAX,
	GAUGE_PAYMENT_AGE,
	GAUGE_OUTBOX_AGE,
	GAUGE_REPLICA_LAG,
	GAUGE_N
};

/* /metrics sums over all programs, and a sum of times of day says nothing:
 * that a line is still checked shows in a count that grows once a minute. */
enum audit_stat { AUDIT_STAT_VIOLATIONS, AUDIT_STAT_CHECKS, AUDIT_STAT_N };

/* The rows; they live as long as the process. */
const struct metric_row *stats_rows(void);
/* The row of a job's count, by its place in the table. */
int stats_of_job(int job, enum job_stat stat);
/* The row of a gauge of the whole system. */
int stats_of_gauge(enum system_gauge gauge);
/* The row of an invariant's count, by its place in audit_rows; it is one that
 * always holds. */
int stats_of_audit(int row, enum audit_stat stat);
/* The row of refused reloads, and of how long effects of messages took. */
int stats_reloads_refused(void);
int stats_message_lag(void);

#endif
