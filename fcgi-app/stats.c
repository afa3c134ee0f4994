/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stats - what boxoffice-fcgi counts
 *
 * Names follow Prometheus' habits: _total for counters, base units.
 *
 * Layer: fcgi-app.  Uses: base, store, limit.
 */
#include "fcgi-app/stats.h"

#include "admin/client_log.h"
#include "hold/hold_gate.h"

#include <stdio.h>

#define REQUESTS \
	"boxoffice_requests_total", METRIC_COUNTER, "Answers by status class."

#define AWAY \
	"boxoffice_store_away", METRIC_GAUGE, \
	    "1 while calls are refused because three did not get an answer."
#define WENT \
	"boxoffice_store_away_total", METRIC_COUNTER, \
	    "Times that three calls within a second got no answer."

static const struct {
	const char *name;
	enum metric_kind kind;
	const char *help;
	const char *label; /* beside the pool's, or NULL */
} table[STAT_LIMITED] = {
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
	[STAT_WORKERS_DIED] = { "boxoffice_workers_died_total", METRIC_COUNTER,
	    "Workers that ended without being asked to." },
	[STAT_WORKERS_KILLED] = { "boxoffice_workers_killed_total",
	    METRIC_COUNTER, "Workers killed because they were stuck." },
	[STAT_WORKERS_RETIRED] = { "boxoffice_workers_retired_total",
	    METRIC_COUNTER, "Workers retired for age or memory." },
	[STAT_GENERATION] = { "boxoffice_settings_generation", METRIC_GAUGE,
	    "Number of the settings in force." },
	[STAT_RELOADS_REFUSED] = { "boxoffice_reloads_refused_total",
	    METRIC_COUNTER, "Reloads refused for invalid settings." },
	[STAT_REDIS_AWAY] = { AWAY, "store=\"redis\"" },
	[STAT_PRIMARY_AWAY] = { AWAY, "store=\"primary\"" },
	[STAT_REPLICA_AWAY] = { AWAY, "store=\"replica\"" },
	[STAT_HOLDS_TOO_SLOW] = { AWAY, "store=\"database-holds\"" },
	[STAT_REDIS_WENT] = { WENT, "store=\"redis\"" },
	[STAT_PRIMARY_WENT] = { WENT, "store=\"primary\"" },
	[STAT_REPLICA_WENT] = { WENT, "store=\"replica\"" },
	[STAT_HOLDS_GREW_SLOW] = { WENT, "store=\"database-holds\"" },
	[STAT_DATABASE_HOLDS] = { "boxoffice_database_holds", METRIC_GAUGE,
	    "Holds being made straight in the database now." },
	[STAT_DATABASE_HOLDS_REFUSED] = { "boxoffice_database_holds_refused_total",
	    METRIC_COUNTER,
	    "Holds refused because enough were being made in the database." },
	[STAT_CLIENT_LOGS] = { "boxoffice_client_logs_total", METRIC_COUNTER,
	    "Log entries of clients kept." },
	[STAT_CLIENT_LOGS_DROPPED] = { "boxoffice_client_logs_dropped_total",
	    METRIC_COUNTER, "Log entries of clients dropped." },
};

const struct metric_row *
stats_rows(const char *pool)
{
	static struct metric_row rows[STAT_N + 1];
	static char labels[STAT_N][64];

	for (int i = 0; i < STAT_LIMITED; i++) {
		snprintf(labels[i], sizeof(labels[i]), "pool=\"%s\"%s%s", pool,
		    table[i].label != NULL ? "," : "",
		    table[i].label != NULL ? table[i].label : "");
		rows[i] = (struct metric_row){ table[i].name, labels[i],
			table[i].kind, table[i].help };
	}
	for (int name = LIMIT_NONE + 1; name < LIMIT_N; name++) {
		int i = stats_of_limit((enum limit_name)name);

		snprintf(labels[i], sizeof(labels[i]),
		    "pool=\"%s\",limit=\"%s\"", pool, limit_rows[name].name);
		rows[i] = (struct metric_row){ "boxoffice_rate_limited_total",
			labels[i], METRIC_COUNTER,
			"Requests refused because of a limit." };
	}
	return rows;
}

int
stats_of_limit(enum limit_name name)
{
	return STAT_LIMITED + (int)name - 1;
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

/* Nobody else adds to these rows, so the difference is what is new. */
static void
catch_up(struct metrics *m, int row, int64_t total)
{
	metrics_add(m, row, total - metrics_sum(m, row));
}

void
stats_show_shared(struct metrics *m, struct shared *shared)
{
	const struct hold_gate *gate = hold_gate_of(shared);
	const struct client_log_counts *logs = client_log_counts_of(shared);
	const struct {
		const struct breaker *breaker;
		enum stat_row away, went;
	} rows[] = {
		{ &shared->redis, STAT_REDIS_AWAY, STAT_REDIS_WENT },
		{ &shared->primary, STAT_PRIMARY_AWAY, STAT_PRIMARY_WENT },
		{ &shared->replica, STAT_REPLICA_AWAY, STAT_REPLICA_WENT },
		{ &gate->load, STAT_HOLDS_TOO_SLOW, STAT_HOLDS_GREW_SLOW },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		metrics_set(m, (int)rows[i].away,
		    breaker_state(rows[i].breaker) != BREAKER_CLOSED);
		catch_up(m, rows[i].went, breaker_n_opened(rows[i].breaker));
	}
	metrics_set(m, STAT_DATABASE_HOLDS, permits_count(&gate->inside));
	catch_up(m, STAT_DATABASE_HOLDS_REFUSED, atomic_load(&gate->n_refused));
	catch_up(m, STAT_CLIENT_LOGS, atomic_load(&logs->kept));
	catch_up(m, STAT_CLIENT_LOGS_DROPPED, atomic_load(&logs->dropped));
	for (int name = LIMIT_NONE + 1; name < LIMIT_N; name++)
		catch_up(m, stats_of_limit((enum limit_name)name),
		    atomic_load(&limit_refused(shared)[name]));
}
