/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * job_pay - payments and refunds that somebody outside is asked about
 *
 * Layer: worker.  Uses: payment, provider.
 */
#include "worker/jobs.h"

#include "payment/payment_work.h"

static const struct provider *
find(struct span name)
{
	return span_eq_str(name, payment_mock.name) ? &payment_mock : NULL;
}

int
job_pay(struct ctx *ctx, size_t *n_done)
{
	static struct payment_work *work;

	if (work == NULL)
		work = payment_work_open(find);
	return payment_work_round(ctx, work, n_done);
}
