/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * job_pay - payments and refunds that somebody outside is asked about
 *
 * Layer: worker.  Uses: outside, payment, provider.
 */
#include "worker/jobs.h"

#include "outside/outside.h"
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
