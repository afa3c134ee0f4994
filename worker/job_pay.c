/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * job_pay - payments and refunds that somebody outside is asked about
 *
 * Layer: worker.  Uses: payment, provider.
 */
#include "worker/jobs.h"

#include "payment/payment_work.h"

int
job_pay(struct ctx *ctx, size_t *n_done)
{
	static struct payment_work *work;

	if (work == NULL)
		work = payment_work_open(payment_provider);
	return payment_work_round(ctx, work, n_done);
}
