/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * job_webhook - webhooks are told
 *
 * Layer: worker.  Uses: webhook.
 */
#include "worker/jobs.h"

#include "webhook/webhook_work.h"

int
job_webhook(struct ctx *ctx, size_t *n_done)
{
	static struct webhook_work *work;

	if (work == NULL)
		work = webhook_work_open();
	return webhook_work_round(ctx, work, n_done);
}
