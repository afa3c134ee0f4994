/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stats - what boxoffice-worker counts
 *
 * Layer: worker.  Uses: base, audit, jobs.
 */
#include "worker/stats.h"

#include "audit/audit.h"
#include "worker/jobs.h"

#include <assert.h>
#include <stdio.h>

#define AUDIT_ROWS_MAX 64

struct kind {
	const char *name;
	enum metric_kind kind;
	const char *help;
};

static const struct kind audit_table[AUDIT_STAT_N] = {
	[AUDIT_STAT_VIOLATIONS] = { "boxoffice_audit_violations", METRIC_GAUGE,
	    "Violations of an invariant when it was last "
	    "checked, by each worker." },
	[AUDIT_STAT_CHECKS] = { "boxoffice_audit_checks_total", METRIC_COUNTER,
	    "How often an invariant was checked." },
};

static const struct kind table[JOB_STAT_N] = {
	[JOB_STAT_ROUNDS] = { "boxoffice_job_rounds_total", METRIC_COUNTER,
	    "Rounds of a job." },
	[JOB_STAT_FAULTS] = { "boxoffice_job_faults_total", METRIC_COUNTER,
	    "Rounds that ended in a fault." },
	[JOB_STAT_DONE] = { "boxoffice_job_done_total", METRIC_COUNTER,
	    "What a job is counted by: holds, maps." },
	[JOB_STAT_SECONDS] = { "boxoffice_job_duration_seconds",
	    METRIC_HISTOGRAM, "Time a round took." },
	[JOB_STAT_LATE] = { "boxoffice_job_late_seconds", METRIC_HISTOGRAM,
	    "How long after its time a round began." },
};

static const struct {
	const char *name, *help;
} gauges[GAUGE_N] = {
	[GAUGE_HOLDS] = { "boxoffice_holds_running",
	    "Holds that run, as the journal has them (none where "
	    "hold_durability is redis)." },
	[GAUGE_USERS] = { "boxoffice_users_seen",
	    "Users with a request in the last five minutes; approximate, "
	    "by about 0.81 %." },
	[GAUGE_WAITING] = { "boxoffice_queue_waiting",
	    "Users who wait in lines." },
	[GAUGE_BUYING] = { "boxoffice_queue_buying",
	    "Users who were admitted from lines and may buy." },
	[GAUGE_ALARMS] = { "boxoffice_alarms_open",
	    "What only a person can decide, and nobody has acknowledged." },
	[GAUGE_REPLICA] = { "boxoffice_replica_is_primary",
	    "1 where no standby answers and reads go to a server that "
	    "accepts writes." },
	[GAUGE_CONNECTIONS] = { "boxoffice_database_connections",
	    "Connections to the primary, whosever they are." },
	[GAUGE_CONNECTIONS_MAX] = { "boxoffice_database_connections_max",
	    "How many the primary takes of those that are no superuser's." },
	[GAUGE_PAYMENT_AGE] = { "boxoffice_payment_unresolved_age_seconds",
	    "Since when a provider has been asked for money and nobody knows "
	    "what came of it, of the oldest such payment." },
	[GAUGE_OUTBOX_AGE] = { "boxoffice_outbox_age_seconds",
	    "Age of the oldest message that not all consumers have taken." },
	[GAUGE_REPLICA_LAG] = { "boxoffice_replica_lag_seconds",
	    "How old what the replica has not replayed is, as seen every "
	    "five seconds." },
};

int
stats_of_job(int job, enum job_stat stat)
{
	return job * JOB_STAT_N + (int)stat;
}

int
stats_reloads_refused(void)
{
	return n_jobs * JOB_STAT_N;
}

int
stats_message_lag(void)
{
	return stats_reloads_refused() + 1;
}

int
stats_of_gauge(enum system_gauge gauge)
{
	return stats_message_lag() + 1 + (int)gauge;
}

/* Lines that nobody checks here have no rows: they would read as 0. */
int
stats_of_audit(int row, enum audit_stat stat)
{
	int n = stats_of_gauge(GAUGE_N);

	assert(audit_rows[row].when == AUDIT_ALWAYS);
	for (int i = 0; i < row; i++)
		if (audit_rows[i].when == AUDIT_ALWAYS)
			n += AUDIT_STAT_N;
	return n + (int)stat;
}

static void
fill_audit(struct metric_row *rows)
{
	static char labels[AUDIT_ROWS_MAX][64];

	assert(audit_n_rows <= AUDIT_ROWS_MAX);
	for (int i = 0; i < audit_n_rows; i++) {
		if (audit_rows[i].when != AUDIT_ALWAYS)
			continue;
		snprintf(labels[i], sizeof(labels[i]), "invariant=\"%s\"",
		    audit_rows[i].name);
		for (int s = 0; s < AUDIT_STAT_N; s++)
			rows[stats_of_audit(i, s)] =
			    (struct metric_row){ audit_table[s].name, labels[i],
				    audit_table[s].kind, audit_table[s].help };
	}
}

const struct metric_row *
stats_rows(void)
{
	static struct metric_row rows[JOBS_MAX * JOB_STAT_N + GAUGE_N
	    + AUDIT_ROWS_MAX * AUDIT_STAT_N + 3];
	static char labels[JOBS_MAX][64];

	assert(n_jobs <= JOBS_MAX);
	for (int i = 0; i < n_jobs; i++) {
		snprintf(labels[i], sizeof(labels[i]), "job=\"%s\"",
		    jobs[i].name);
		for (int s = 0; s < JOB_STAT_N; s++)
			rows[stats_of_job(i, s)] =
			    (struct metric_row){ table[s].name, labels[i],
				    table[s].kind, table[s].help };
	}
	rows[stats_reloads_refused()] = (struct metric_row){
		"boxoffice_reloads_refused_total", "program=\"worker\"",
		METRIC_COUNTER, "Reloads refused for invalid settings."
	};
	rows[stats_message_lag()] = (struct metric_row){
		"boxoffice_message_lag_seconds", "", METRIC_HISTOGRAM,
		"From a fact to what all consumers made of it."
	};
	for (int i = 0; i < GAUGE_N; i++)
		rows[stats_of_gauge(i)] = (struct metric_row){ gauges[i].name,
			"", METRIC_GAUGE, gauges[i].help };
	fill_audit(rows);
	return rows;
}
