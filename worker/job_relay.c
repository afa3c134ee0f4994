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

/* One that cannot is passed over, so that it stops none of the others. */
int
job_consume(struct ctx *ctx, size_t *n_done)
{
	static bool registered;
	int result = 0;

	*n_done = 0;
	for (const struct consumer *c = consumers; c->name != NULL; c++) {
		size_t n = 0;
		int r = registered ? 0 : consumer_register(ctx, c);

		if (r == 0)
			r = consumer_round_timed(ctx, c, seen, &n);
		*n_done += n;
		if (result >= 0 && r != 0)
			result = r;
	}
	registered |= result >= 0;
	return result;
}

int
job_outbox_days(struct ctx *ctx, size_t *n_done)
{
	return relay_days(ctx, n_done);
}
