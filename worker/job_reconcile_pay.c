/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * job_reconcile_pay - what providers have is compared with what is here
 *
 * Layer: worker.  Uses: payment, provider.
 */
#include "worker/jobs.h"

#include "base/clock.h"
#include "payment/payment.h"
#include "payment/reconcile.h"
#include "payment/unknown_refund.h"

/* How often the settings are looked at for who there is. */
#define WATCH_US INT64_C(60000000)

/* All who are asked by a method that is offered, and can say what they have. */
static bool
has_list(const struct payment_method *m)
{
	const struct provider *provider = m->provider == NULL
	    ? NULL
	    : provider_find(span_str(m->provider));

	return provider != NULL && provider->list != NULL;
}

static int
watch(struct ctx *ctx)
{
	const struct payment_method *m;
	int r = 0;

	for (size_t i = 0;
	     r == 0 && (m = payment_method_offered(&ctx->set, i)) != NULL; i++)
		if (has_list(m))
			r = reconcile_watch(ctx, span_str(m->provider),
			    span_str(ctx->set.pay_account));
	return r;
}

int
job_reconcile_pay(struct ctx *ctx, size_t *n_done)
{
	static struct reconcile *work;
	static struct unknown_refund *refunds;
	static int64_t watched_us;
	size_t n_back = 0;
	int r = 0;

	*n_done = 0;
	/* job_pay opens it. */
	if (ctx->outside == NULL)
		return 0;
	if (work == NULL) {
		work = reconcile_open(provider_find);
		refunds = unknown_refund_open(provider_find);
	}
	if (watched_us == 0 || clock_mono_us() - watched_us > WATCH_US) {
		r = watch(ctx);
		watched_us = r == 0 ? clock_mono_us() : 0;
	}
	if (r == 0)
		r = reconcile_round(ctx, work, n_done);
	if (r == 0)
		r = unknown_refund_round(ctx, refunds, &n_back);
	*n_done += n_back;
	return r;
}
