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
	 * counted; notifications that wake it; whose it is, unless core's */
	{ "expiry",    offsetof(struct settings, expiry_period_ms), 0,
	    job_expiry, "Holds that lapsed.", NULL },
	{ "pay",       0, 100,   job_pay, "Payments and refunds that got on.",
	    NULL, JOBS_PAY },
	{ "persist",   0, 25,    job_persist, "Log entries journaled.", NULL },
	{ "purge",     0, 10000, job_purge, "Old rows forgotten.", NULL },
	{ "rebuild",   0, 50,    job_rebuild, "Maps loaded.", "epoch map" },
	{ "adopt",     0, 500,   job_adopt, "Holds swept, or told to Redis.",
	    NULL },
	{ "admit",     0, 250,   job_admit, "Buyers admitted from lines.",
	    NULL },
	{ "reconcile", 0, 1000,  job_reconcile, "Seats and counts set right.",
	    NULL },
	{ "reconcile-pay", 0, 250, job_reconcile_pay,
	    "Pages of providers' lists compared, and unknown money given back.",
	    NULL, JOBS_PAY },
	{ "terms",     0, 1000, job_terms, "Maps told of new terms.", "terms" },
	{ "rules",     0, 1000,  job_rules, "Maps told that a rule has ended.",
	    NULL },
	{ "relay",     0, 250,   job_relay, "Effects of messages.", NULL },
	{ "mail",      0, 250,   job_mail, "Mails taken over by the server.",
	    NULL, JOBS_MESSAGES },
	{ "export",    0, 1000,  job_export, "Pieces of exports written.",
	    NULL, JOBS_MESSAGES },
	{ "export-purge", 0, 60000, job_export_purge, "Exports forgotten.",
	    NULL, JOBS_MESSAGES },
	{ "webhook",   0, 250,   job_webhook,
	    "Webhooks that took what they were told.", NULL, JOBS_MESSAGES },
	{ "outbox-days", 0, 10000, job_outbox_days,
	    "Days of the outbox made or dropped.", NULL },
	{ "count-logs", 0, 10000, job_count_logs,
	    "Log entries of clients that were counted.", NULL },
	{ "audit",     0, 100,   job_audit, "Invariants checked.", NULL },
	{ "called-off", 0, 1000, job_called_off,
	    "Reservations and payments of called off performances settled.",
	    NULL },
	{ "house",     0, 5000,  job_house, "House seats released.", NULL },
	{ "log-trim",  0, 10000, job_log_trim, "Maps whose log was trimmed.",
	    NULL },
	{ "unload",    0, 5000,  job_unload, "Maps taken out of Redis.", NULL },
	{ "gauges",    0, 5000,  job_gauges, "Rounds that showed gauges.",
	    NULL },
	{ 0 },
};
/* clang-format on */

const int n_jobs = ARRAY_LEN(jobs) - 1;

bool
job_is_of(const struct job *job, unsigned groups)
{
	unsigned group = job->group == 0 ? JOBS_CORE : job->group;

	return (group & groups) != 0;
}

unsigned
job_groups_named(const char *name)
{
	static const struct {
		const char *name;
		unsigned groups;
	} rows[] = {
		{ "core", JOBS_CORE },
		{ "pay", JOBS_PAY },
		{ "messages", JOBS_MESSAGES },
		{ "all", JOBS_CORE | JOBS_PAY | JOBS_MESSAGES },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (span_eq_str(span_str(name), rows[i].name))
			return rows[i].groups;
	return 0;
}

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
