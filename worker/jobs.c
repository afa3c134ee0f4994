/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * jobs - what belongs to no request, and how often it is done
 *
 * A new job is a row here and a function in a job_*.c.
 *
 * Layer: worker.  Uses: store.
 */
#include "worker/jobs.h"

/* clang-format off */
const struct job jobs[] = {
	/* name        period setting, or period ms        function; what is
	 * counted; notification that wake it */
	{ "expiry",    offsetof(struct settings, expiry_period_ms), 0,
	    job_expiry, "Holds that lapsed.", NULL },
	{ "persist",   0, 25,    job_persist, "Log entries journaled.", NULL },
	{ "purge",     0, 10000, job_purge, "Old rows forgotten.", NULL },
	{ "rebuild",   0, 50,    job_rebuild, "Maps loaded.", "epoch map" },
	{ "adopt",     0, 500,   job_adopt, "Holds swept, or told to Redis.",
	    NULL },
	{ "admit",     0, 250,   job_admit, "Buyers admitted from lines.",
	    NULL },
	{ "reconcile", 0, 1000,  job_reconcile, "Seats and counts set right.",
	    NULL },
	{ "terms",     0, 500,  job_terms, "Maps told of new terms.", "terms" },
	{ "rules",     0, 1000,  job_rules, "Maps told that a rule has ended.",
	    NULL },
	{ "audit",     0, 100,   job_audit, "Invariants checked.", NULL },
	{ "log-trim",  0, 10000, job_log_trim, "Maps whose log was trimmed.",
	    NULL },
	{ "unload",    0, 5000,  job_unload, "Maps taken out of Redis.", NULL },
	{ "gauges",    0, 5000,  job_gauges, "Rounds that showed gauges.",
	    NULL },
	{ 0 },
};
/* clang-format on */

const int n_jobs = ARRAY_LEN(jobs) - 1;

int64_t
job_period_ms(const struct job *job, const struct settings *set)
{
	if (job->period_ms != 0)
		return job->period_ms;
	return *(const int64_t *)((const char *)set + job->period_setting);
}

bool
job_wakes(const struct job *job, const char *notification)
{
	struct span rest = span_str(job->wakes);

	while (span_is(rest))
		if (span_eq_str(span_cut(&rest, ' '), notification))
			return true;
	return false;
}
