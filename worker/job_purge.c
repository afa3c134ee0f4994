/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * job_purge - what was kept long enough goes
 *
 * Layer: worker.  Uses: account, admin, hold, idem, notice, payment,
 *	reservation, webhook.
 */
#include "worker/jobs.h"

#include "account/refresh.h"
#include "admin/client_log.h"
#include "admin/statistics.h"
#include "hold/hold_purge.h"
#include "idem/idem.h"
#include "notice/notice.h"
#include "payment/payment.h"
#include "reservation/offer.h"
#include "webhook/delivery.h"

/* In one statement, and in one round: as many as a sale's minute leaves. */
#define BATCH 1000
#define BATCHES 10

typedef int purge_fn(struct ctx *ctx, int64_t max, size_t *n);

static purge_fn *const purges[] = { idem_purge, idem_purge_refused, hold_purge,
	refresh_purge, refresh_unsalt, client_log_purge, payment_event_purge,
	notice_purge, offer_purge, delivery_purge, statistics_purge };

static int
purge(struct ctx *ctx, purge_fn *one, size_t *n_done)
{
	size_t n = BATCH;
	int r = 0;

	for (int i = 0; r == 0 && n == BATCH && i < BATCHES; i++) {
		r = one(ctx, BATCH, &n);
		*n_done += n;
	}
	return r;
}

int
job_purge(struct ctx *ctx, size_t *n_done)
{
	int r = 0;

	*n_done = 0;
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(purges); i++)
		r = purge(ctx, purges[i], n_done);
	return r;
}
