/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stats - what boxoffice-fcgi counts
 *
 * The table of rows behind base/metrics.h; the enum is its index. Every row
 * has the pool's name as a label.
 *
 * Layer: fcgi-app.  Uses: base, store, limit.
 */
#ifndef FCGI_APP_STATS_H
#define FCGI_APP_STATS_H

#include "base/metrics.h"
#include "limit/limit.h"
#include "store/shared.h"

enum stat_row {
	STAT_REQUESTS_2XX,
	STAT_REQUESTS_3XX,
	STAT_REQUESTS_4XX,
	STAT_REQUESTS_5XX,
	STAT_REQUEST_SECONDS,
	STAT_FAULTS,
	STAT_CONNECTIONS,
	STAT_ACCEPTED,
	STAT_DEFERRED,
	STAT_REFUSED_BUSY,
	STAT_WORKERS,
	STAT_WORKERS_STARTED,
	STAT_WORKERS_DIED,
	STAT_WORKERS_KILLED,
	STAT_WORKERS_RETIRED,
	STAT_GENERATION,
	STAT_RELOADS_REFUSED,
	STAT_REDIS_AWAY,
	STAT_PRIMARY_AWAY,
	STAT_REPLICA_AWAY,
	STAT_HOLDS_TOO_SLOW,
	STAT_REDIS_WENT,
	STAT_PRIMARY_WENT,
	STAT_REPLICA_WENT,
	STAT_HOLDS_GREW_SLOW,
	STAT_DATABASE_HOLDS,
	STAT_DATABASE_HOLDS_REFUSED,
	STAT_CLIENT_LOGS,
	STAT_CLIENT_LOGS_DROPPED,
	STAT_LIMITED, /* by the first limit, and so on */
	STAT_N = STAT_LIMITED + LIMIT_N - 1
};

/* The rows with pool's label; they live as long as the process. */
const struct metric_row *stats_rows(const char *pool);
/* The row that counts answers with this status, 100..599. */
enum stat_row stats_of_status(int status);
/* The row that counts refusals by a limit, which is not LIMIT_NONE. */
int stats_of_limit(enum limit_name name);
/* Take over what stands in shared memory. One process of the tree does, now
 * and then: the first. */
void stats_show_shared(struct metrics *m, struct shared *shared);

#endif
