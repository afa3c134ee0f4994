/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stats - what boxoffice-fcgi counts
 *
 * Names follow Prometheus' habits: _total for counters, base units.
 *
 * Layer: fcgi-app.  Uses: base.
 */
#include "fcgi-app/stats.h"

#include <stdio.h>

#define REQUESTS "boxoffice_requests_total", METRIC_COUNTER, \
	"Answers by status class."

static const struct {
	const char *name;
	enum metric_kind kind;
	const char *help;
	const char *label;	/* beside the pool's, or NULL */
} table[STAT_N] = {
	[STAT_REQUESTS_2XX] = { REQUESTS, "code=\"2xx\"" },
	[STAT_REQUESTS_3XX] = { REQUESTS, "code=\"3xx\"" },
	[STAT_REQUESTS_4XX] = { REQUESTS, "code=\"4xx\"" },
	[STAT_REQUESTS_5XX] = { REQUESTS, "code=\"5xx\"" },
	[STAT_REQUEST_SECONDS] = { "boxoffice_request_duration_seconds",
	    METRIC_HISTOGRAM, "Time from head read to answer written." },
	[STAT_FAULTS] = { "boxoffice_request_faults_total", METRIC_COUNTER,
	    "Handlers that ended in a fault." },
	[STAT_CONNECTIONS] = { "boxoffice_connections", METRIC_GAUGE,
	    "Connections of web servers now open." },
	[STAT_ACCEPTED] = { "boxoffice_connections_accepted_total",
	    METRIC_COUNTER, "Connections accepted." },
	[STAT_DEFERRED] = { "boxoffice_connections_deferred_total",
	    METRIC_COUNTER, "Connections left to a less loaded worker." },
	[STAT_REFUSED_BUSY] = { "boxoffice_hashing_refused_total",
	    METRIC_COUNTER, "Requests refused while too many hashed." },
	[STAT_WORKERS] = { "boxoffice_workers", METRIC_GAUGE,
	    "Workers that accept connections." },
	[STAT_WORKERS_STARTED] = { "boxoffice_workers_started_total",
	    METRIC_COUNTER, "Workers forked." },
	[STAT_WORKERS_DIED] = { "boxoffice_workers_died_total",
	    METRIC_COUNTER, "Workers that ended without being asked to." },
	[STAT_WORKERS_KILLED] = { "boxoffice_workers_killed_total",
	    METRIC_COUNTER, "Workers killed because they were stuck." },
	[STAT_WORKERS_RETIRED] = { "boxoffice_workers_retired_total",
	    METRIC_COUNTER, "Workers retired for age or memory." },
	[STAT_GENERATION] = { "boxoffice_settings_generation", METRIC_GAUGE,
	    "Number of the settings in force." },
	[STAT_RELOADS_REFUSED] = { "boxoffice_reloads_refused_total",
	    METRIC_COUNTER, "Reloads refused for invalid settings." },
};

const struct metric_row *
stats_rows(const char *pool)
{
	static struct metric_row rows[STAT_N + 1];
	static char labels[STAT_N][64];

	for (int i = 0; i < STAT_N; i++) {
		snprintf(labels[i], sizeof(labels[i]), "pool=\"%s\"%s%s", pool,
		    table[i].label != NULL ? "," : "",
		    table[i].label != NULL ? table[i].label : "");
		rows[i] = (struct metric_row){ table[i].name, labels[i],
			table[i].kind, table[i].help };
	}
	return rows;
}

enum stat_row
stats_of_status(int status)
{
	if (status < 300)
		return STAT_REQUESTS_2XX;
	if (status < 400)
		return STAT_REQUESTS_3XX;
	if (status < 500)
		return STAT_REQUESTS_4XX;
	return STAT_REQUESTS_5XX;
}
