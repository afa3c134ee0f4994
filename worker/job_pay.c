/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * job_pay - payments and refunds that somebody outside is asked about
 *
 * It looks each 100 ms, and no hint wakes it: while there is nothing to do that
 * costs this process 2 ms and PostgreSQL 8 ms of each second, lists among it,
 * and a payment 50 ms on average, beside the time that its bank takes.
 *
 * Layer: worker.  Uses: outside, payment, provider.
 */
#include "worker/jobs.h"

#include "base/log.h"
#include "outside/outside.h"
#include "payment/payment_left.h"
#include "payment/payment_work.h"

/* For answers in one round: other jobs of this process wait so long. */
#define ANSWERS_MS 50

static struct payment_work *work;

int
job_pay(struct ctx *ctx, size_t *n_done)
{
	if (work == NULL) {
		work = payment_work_open(provider_find);
		ctx->outside = outside_open();
	}
	outside_run(ctx->outside, ANSWERS_MS);
	return payment_work_round(ctx, work, n_done);
}

bool
job_pay_may_take(struct ctx *ctx, const struct settings *set)
{
	struct payment_left left;

	ctx_round(ctx);
	if (payment_left(ctx, set, &left) != PAYMENT_LEFT)
		return true;
	LOG(ERROR, "provider-needed", LSPAN("provider", left.provider),
	    LINT("payments_open", left.n_open),
	    LINT("payments_refundable", left.n_refundable),
	    LSTR("mend", "give the settings his key again"));
	return false;
}

void
job_pay_close(struct ctx *ctx)
{
	if (work == NULL)
		return;
	outside_close(ctx->outside);
	ctx->outside = NULL;
	payment_work_close(work);
	work = NULL;
}
