/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * payment_event - what providers tell by themselves
 *
 * The event and what it leads to are one transaction, and the provider has his
 * answer only after it: one that was lost on the way is told again.
 *
 * Layer: domain.  Uses: base, store, payment_intent.
 */
#include "payment/payment.h"

#include "base/fault.h"

#define KEPT_MS (INT64_C(30) * 24 * 3600 * 1000)

SQL(payment_event, "SELECT provider_event($1, $2, $3, $4, $5, $6, $7, $8)");
SQL(payment_event_purge, "SELECT provider_event_purge($1, $2)");

int
payment_event(struct ctx *ctx, struct span provider,
    const struct provider_event *event)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_text(a, provider),
		db_text(a, event->id), db_text(a, event->ref),
		db_text(a, event->outside_id), db_text(a, event->alarm),
		db_i64(a, event->amount_minor), db_text(a, event->currency),
		db_now(&ctx->arena) };
	int r;

	FAULT_POINT("event.before_commit");
	r = db_run(ctx->primary, a, &sql_payment_event, ARRAY_LEN(params),
	    params, NULL);
	FAULT_POINT("event.after_commit");
	return db_sure(r);
}

int
payment_event_purge(struct ctx *ctx, int64_t max, size_t *n)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_time(a, ctx->now_ms - KEPT_MS),
		db_i64(a, max) };
	struct db_rows rows;
	int r;

	r = db_sure(db_run(ctx->primary, a, &sql_payment_event_purge, 2, params,
	    &rows));
	*n = r == 0 ? (size_t)db_get_i64(&rows, 0, 0) : 0;
	return r;
}
