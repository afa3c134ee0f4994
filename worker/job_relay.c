/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * job_relay - what is told to others is sent, taken, and forgotten
 *
 * Layer: worker.  Uses: base, message, stats.
 */
#include "worker/jobs.h"

#include "base/clock.h"
#include "message/consumer.h"
#include "message/relay.h"
#include "worker/stats.h"

int
job_relay(struct ctx *ctx, size_t *n_done)
{
	return relay_round(ctx, n_done);
}

static void
seen(struct ctx *ctx, int64_t ms)
{
	metrics_observe_us(ctx->metrics, stats_message_lag(), ms * US_PER_MS);
}

static int
register_all(struct ctx *ctx)
{
	static bool registered;
	int r = 0;

	for (size_t i = 0; !registered && r == 0 && i < consumers_n; i++)
		r = consumer_register(ctx, &consumers[i]);
	registered |= r == 0;
	return r;
}

int
job_consume(struct ctx *ctx, size_t *n_done)
{
	int r = register_all(ctx);

	*n_done = 0;
	return r != 0
	    ? r
	    : consumers_round(ctx, consumers, consumers_n, seen, n_done);
}

int
job_outbox_days(struct ctx *ctx, size_t *n_done)
{
	return relay_days(ctx, n_done);
}
