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

static void
seen(struct ctx *ctx, int64_t ms)
{
	metrics_observe_us(ctx->metrics, stats_message_lag(), ms * US_PER_MS);
}

/* Who cannot be registered keeps nobody else from being told. */
static int
know_consumers(struct ctx *ctx)
{
	static bool known;
	int r = known ? 0 : consumers_register(ctx, consumers, consumers_n);

	known |= r == 0;
	return r;
}

/* What nobody wants is done when it is looked at: so who wants what is known
 * before. What was sent is in the stream then: a message waits for one period,
 * and not for two that have nothing to do with each other. */
int
job_relay(struct ctx *ctx, size_t *n_done)
{
	size_t n_sent;
	int known = know_consumers(ctx);
	int sent = relay_round(ctx, &n_sent);
	int taken = consumers_round(ctx, consumers, consumers_n, seen, n_done);

	if (known < 0 || sent < 0)
		return known < 0 ? known : sent;
	if (taken < 0)
		return taken;
	return sent > 0 || taken > 0;
}

int
job_outbox_days(struct ctx *ctx, size_t *n_done)
{
	return relay_days(ctx, n_done);
}
