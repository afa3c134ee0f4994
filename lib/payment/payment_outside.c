/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * payment_outside - pay by asking somebody outside: what the buyer has of it
 *
 * The intent is one transaction: claims, payment, and its name outside. From
 * then on boxoffice-worker works on it, and whoever asks again with the same
 * key finds it.
 *
 * Layer: domain.  Uses: base, store, idem, payment_intent.
 */
#include "payment/payment.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/permits.h"
#include "base/rand.h"
#include "payment/payment_intent.h"
#include "store/read.h"

#include <unistd.h>

#define REF_LEN 16
#define LOOK_US 100000
/* Of the processes that serve reads, so many may wait at a time. */
#define WAITERS(workers) MAX((workers) / 4, 1)

static void
left(void *waiters, int owner)
{
	permits_drop(waiters, owner);
}

SHARED_PART(waiters, struct permits, left);

/* One statement, since it stands or falls as one. */
SQL(payment_outside_pay,
    "SELECT i.outcome, i.status, i.body, i.payment" PAYMENT_INTENT_FROM
    " CROSS JOIN LATERAL payment_made(i.outcome, i.payment, i.body, $1, $2,"
    " $3, h.token, $10, h.hard_expires_at, $11, $12, $13, $14, $15, $16, $17,"
    " $18, $19)");
SQL(payment_of_key,
    "SELECT p.id FROM payments AS p"
    " JOIN payment_outside AS o ON o.payment_id = p.id"
    " WHERE p.user_id = $1 AND o.route = $2 AND o.key = $3"
    " ORDER BY p.id DESC LIMIT 1");
SQL(payment_give_up, "SELECT payment_give_up($1, $2, $3)");

int
payment_of_key(struct ctx *ctx, const struct idem *idem,
    struct payment_result *out)
{
	static const int outcomes[] = {
		[IDEM_OK] = PAYMENT_OK,
		[IDEM_E_REPLAY] = PAYMENT_E_REPLAY,
		[IDEM_E_MISMATCH] = PAYMENT_E_MISMATCH,
		[IDEM_E_RUNNING] = PAYMENT_E_RUNNING,
	};
	struct db_param params[IDEM_PARAMS];
	struct db_rows rows;
	int r;

	*out = (struct payment_result){ .id = 0 };
	r = idem_look(ctx, idem, &out->answer);
	if (r != IDEM_E_RUNNING)
		return r < 0 ? r : outcomes[r];
	idem_params(ctx, idem, params);
	r = db_read_primary(ctx, &sql_payment_of_key, 3, params, &rows);
	if (r != 0 || rows.n_rows == 0)
		return r != 0 ? r : PAYMENT_E_RUNNING;
	out->id = db_get_i64(&rows, 0, 0);
	return PAYMENT_E_PENDING;
}

void
payment_outside_params(struct ctx *ctx, const struct payment_order *order,
    struct db_param params[PAYMENT_OUTSIDE_PARAMS])
{
	struct arena *a = &ctx->arena;
	uint8_t ref[REF_LEN];

	rand_bytes(ref, sizeof(ref));
	memcpy(params,
	    (struct db_param[]){ db_str(order->method->provider),
		db_str(arena_str(a, span_str(ctx->set.pay_account))),
		db_str(crypto_hex(a, ref, sizeof(ref))),
		db_text(a, order->source), db_text(a, order->return_url),
		db_i64(a, ctx->set.pay_deadline_s),
		db_bytes(a, order->declined), db_bytes(a, order->lost) },
	    PAYMENT_OUTSIDE_PARAMS * sizeof(params[0]));
}

int
payment_outside_pay(struct ctx *ctx, const struct payment_order *order,
    struct payment_result *out)
{
	struct db_param params[PAYMENT_PARAMS + PAYMENT_OUTSIDE_PARAMS];
	int r;

	payment_params(ctx, order, HOLD_PAYING, params);
	payment_outside_params(ctx, order, params + PAYMENT_PARAMS);
	FAULT_POINT("pay.before_intent");
	r = payment_intent(ctx, &sql_payment_outside_pay, ARRAY_LEN(params),
	    params, out);
	FAULT_POINT("pay.after_intent");
	return r == PAYMENT_E_RUNNING ? payment_of_key(ctx, order->idem, out)
				      : r;
}

int
payment_give_up(struct ctx *ctx, int64_t user, int64_t id)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, user), db_i64(a, id),
		db_now(&ctx->arena) };
	struct db_rows rows;
	int r;

	FAULT_POINT("giveup.before_commit");
	r = db_run(ctx->primary, a, &sql_payment_give_up, 3, params, &rows);
	/* It is asked again and says the same. */
	if (r == DB_F_UNKNOWN)
		r = db_run(ctx->primary, a, &sql_payment_give_up, 3, params,
		    &rows);
	FAULT_POINT("giveup.after_commit");
	r = db_sure(r);
	if (r != 0)
		return r;
	if (span_eq_str(db_cell(&rows, 0, 0), "none"))
		return PAYMENT_E_NONE;
	return span_eq_str(db_cell(&rows, 0, 0), "ended") ? PAYMENT_OK
							  : PAYMENT_E_PENDING;
}

static bool
has_changed(const struct payment *was, const struct payment *is)
{
	return !span_eq(was->status, is->status)
	    || !span_eq(was->next, is->next);
}

int
payment_await(struct ctx *ctx, int64_t user, int64_t id, int64_t wait_ms,
    struct payment *out)
{
	int64_t ends_us = clock_mono_us() + wait_ms * US_PER_MS;
	struct permits *permits = shared_part(ctx->shared, &waiters);
	struct payment first;
	int r = payment_find(ctx, user, id, &first);

	*out = first;
	if (r != PAYMENT_OK || !payment_waits(&first) || wait_ms == 0
	    || !permits_take(permits, ctx->owner,
		(int)WAITERS(ctx->set.api_workers)))
		return r;
	while (r == PAYMENT_OK && !has_changed(&first, out)
	    && clock_mono_us() < ends_us) {
		usleep(LOOK_US);
		r = payment_find(ctx, user, id, out);
	}
	permits_drop(permits, ctx->owner);
	return r;
}
