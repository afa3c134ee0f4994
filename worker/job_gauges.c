/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * job_gauges - what goes on in the whole system, for /metrics
 *
 * Gauges of all processes are added up, so only one worker shows these. It is
 * chosen in Redis and keeps showing while it does a round now and then;
 * another takes over when it has not for a while.
 *
 * Layer: worker.  Uses: account, admin, hold, queue, stats.
 */
#include "worker/jobs.h"

#include "account/seen.h"
#include "admin/alarm.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/rand.h"
#include "hold/hold_journal.h"
#include "queue/queue_snapshot.h"
#include "store/keys.h"
#include "worker/stats.h"

#include <stdio.h>

#define SHOWN_MS "12000" /* a round is missed twice */

static struct span
own_name(struct ctx *ctx)
{
	static uint8_t name[8];
	static bool made;

	if (!made)
		rand_bytes(name, sizeof(name));
	made = true;
	return span_str(crypto_hex(&ctx->arena, name, sizeof(name)));
}

/* returns: 1 it is us; 0 another; < 0 on a fault */
static int
are_chosen(struct ctx *ctx)
{
	struct span key = key_job(&ctx->arena, "gauges");
	struct span name = own_name(ctx);
	struct kv_reply replies[2];
	int r;

	kv_queue(ctx->kv, 6,
	    (struct span[]){ SPAN_LIT("SET"), key, name, SPAN_LIT("NX"),
		SPAN_LIT("PX"), SPAN_LIT(SHOWN_MS) });
	kv_queue(ctx->kv, 2, (struct span[]){ SPAN_LIT("GET"), key });
	r = kv_run(ctx->kv, &ctx->arena, 2, replies);
	if (r < 0)
		return r;
	if (!span_eq(replies[1].str, name))
		return 0;
	r = kv_command(ctx->kv, &ctx->arena, 3,
	    (struct span[]){ SPAN_LIT("PEXPIRE"), key, SPAN_LIT(SHOWN_MS) },
	    &replies[0]);
	return r < 0 ? r : 1;
}

/* The oldest payment whose money may be taken; the oldest message, of so many
 * that looking at them is nothing. */
SQL(gauges_primary,
    "SELECT (SELECT sum(numbackends)::bigint FROM pg_stat_database),"
    " current_setting('max_connections')::bigint"
    "  - current_setting('superuser_reserved_connections')::bigint,"
    " (SELECT coalesce(extract(epoch FROM clock_timestamp()"
    "   - min(asked_at))::bigint, 0)"
    "  FROM payment_outside WHERE phase = 'asking'),"
    " (SELECT coalesce(greatest(extract(epoch FROM clock_timestamp()"
    "   - min(o.at))::bigint, 0), 0)"
    "  FROM (SELECT at FROM outbox WHERE NOT done LIMIT 10000) AS o),"
    " pg_current_wal_flush_lsn()::text");

/* The end of the primary's log as it was seen once. */
#define LSN_SIZE 24
#define US_PER_S INT64_C(1000000)
struct mark {
	char lsn[LSN_SIZE]; /* "": none */
	int64_t seen_us;
};

static int
ask_primary(struct ctx *ctx, int64_t values[GAUGE_N], struct mark *mark)
{
	static const enum system_gauge columns[] = { GAUGE_CONNECTIONS,
		GAUGE_CONNECTIONS_MAX, GAUGE_PAYMENT_AGE, GAUGE_OUTBOX_AGE };
	struct db_rows rows;
	int r;

	r = db_sure(db_run(ctx->primary, &ctx->arena, &sql_gauges_primary, 0,
	    NULL, &rows));
	if (r != 0)
		return r;
	for (size_t i = 0; i < ARRAY_LEN(columns); i++)
		values[columns[i]] = db_get_i64(&rows, 0, i);
	snprintf(mark->lsn, sizeof(mark->lsn), "%s",
	    arena_str(&ctx->arena, db_cell(&rows, 0, ARRAY_LEN(columns))));
	mark->seen_us = clock_mono_us();
	return 0;
}

/* A server that is no standby has replayed all there is. */
SQL(gauges_replica,
    "SELECT coalesce(pg_last_wal_replay_lsn()"
    "  >= nullif($1, '')::pg_lsn, true)");

/*
 * Whether what should be a replica accepts writes, or nobody answers; and how
 * old the first of the marks is that it has not come to.
 *
 * A standby tells when it last replayed a commit, which is long ago where
 * nothing is written, and it thinks to have all when it is cut off. So it is
 * asked for the place where the primary was: the one it has not come to is
 * kept.
 */
static void
ask_replica(struct ctx *ctx, int64_t values[GAUGE_N], const struct mark *last)
{
	static struct mark waits_for;
	const struct db_param params[] = { db_str(waits_for.lsn) };
	struct db_rows rows;
	int r;

	if (waits_for.lsn[0] == '\0')
		waits_for = *last;
	r = db_run(ctx->replica, &ctx->arena, &sql_gauges_replica, 1, params,
	    &rows);
	values[GAUGE_REPLICA] = r != DB_OK
	    || db_identity(ctx->replica)->timeline != 0;
	if (r != DB_OK)
		return;
	if (db_get_bool(&rows, 0, 0))
		waits_for = *last;
	else
		values[GAUGE_REPLICA_LAG] =
		    (clock_mono_us() - waits_for.seen_us) / US_PER_S;
}

int
job_gauges(struct ctx *ctx, size_t *n_done)
{
	int64_t values[GAUGE_N] = { 0 };
	struct mark mark = { 0 };
	int r = are_chosen(ctx);

	*n_done = r > 0;
	if (r > 0)
		r = hold_journal_running(ctx, &values[GAUGE_HOLDS]);
	if (r == 0 && *n_done > 0)
		r = seen_count(ctx, &values[GAUGE_USERS]);
	if (r == 0 && *n_done > 0)
		r = queue_count(ctx, &values[GAUGE_WAITING],
		    &values[GAUGE_BUYING]);
	if (r == 0 && *n_done > 0)
		r = alarm_count(ctx, &values[GAUGE_ALARMS]);
	if (r == 0 && *n_done > 0)
		r = ask_primary(ctx, values, &mark);
	if (*n_done > 0)
		ask_replica(ctx, values, &mark);
	/* What is not known is not shown as it was. */
	for (int i = 0; i < GAUGE_N; i++)
		metrics_set(ctx->metrics, stats_of_gauge((enum system_gauge)i),
		    values[i]);
	return r;
}
