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
#include "base/crypto.h"
#include "base/rand.h"
#include "hold/hold_journal.h"
#include "queue/queue_snapshot.h"
#include "store/keys.h"
#include "worker/stats.h"

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

SQL(gauges_replica, "SELECT 1");

/* 1 where what should be a replica accepts writes, or nobody answers. */
static int64_t
lost_replica(struct ctx *ctx)
{
	int r = db_run(ctx->replica, &ctx->arena, &sql_gauges_replica, 0, NULL,
	    NULL);

	return r != DB_OK || db_identity(ctx->replica)->timeline != 0;
}

int
job_gauges(struct ctx *ctx, size_t *n_done)
{
	int64_t holds = 0, users = 0, waiting = 0, buying = 0, alarms = 0;
	int r = are_chosen(ctx);

	*n_done = r > 0;
	if (r > 0)
		r = hold_journal_running(ctx, &holds);
	if (r == 0 && *n_done > 0)
		r = seen_count(ctx, &users);
	if (r == 0 && *n_done > 0)
		r = queue_count(ctx, &waiting, &buying);
	if (r == 0 && *n_done > 0)
		r = alarm_count(ctx, &alarms);
	metrics_set(ctx->metrics, stats_of_gauge(GAUGE_REPLICA),
	    *n_done > 0 ? lost_replica(ctx) : 0);
	/* What is not known is not shown as it was. */
	metrics_set(ctx->metrics, stats_of_gauge(GAUGE_HOLDS), holds);
	metrics_set(ctx->metrics, stats_of_gauge(GAUGE_USERS), users);
	metrics_set(ctx->metrics, stats_of_gauge(GAUGE_WAITING), waiting);
	metrics_set(ctx->metrics, stats_of_gauge(GAUGE_BUYING), buying);
	metrics_set(ctx->metrics, stats_of_gauge(GAUGE_ALARMS), alarms);
	return r;
}
