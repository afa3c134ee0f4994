/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * payment_intent - the transaction every payment begins with
 *
 * One call of the function payment_intent (sql/functions/purchases.sql):
 * claims, payment, journal, key; and all of the purchase, when the wallet
 * pays. For the methods, and for moves.
 *
 * Layer: domain.  Uses: base, store, hold, idem.
 */
#ifndef PAYMENT_PAYMENT_INTENT_H
#define PAYMENT_PAYMENT_INTENT_H

#include "journal/journal_row.h"
#include "payment/payment.h"

#define PAYMENT_PARAMS (IDEM_PARAMS + 7)
#define PAYMENT_OUTSIDE_PARAMS 8
/* A call of the schema's payment_intent, which gives i, with the hold as h. */
#define PAYMENT_INTENT_FROM \
	" FROM " JOURNAL_HOLD("$9") " AS h CROSS JOIN LATERAL" \
	" payment_intent($1, $2, $3, $4, $5, $6, $7, $8, h, $10, $11) AS i"

/* What payment_intent and payment_together are told of a payment: their
 * parameters, in order. becomes: what the hold is with it, paid or paying.
 * Memory: the arena's and order's. */
void payment_params(struct ctx *ctx, const struct payment_order *order,
    enum hold_status becomes, struct db_param params[PAYMENT_PARAMS]);
/* Behind these, what payment_made is told where somebody outside is asked, of
 * order's method, source, return_url, declined and lost alone. */
void payment_outside_params(struct ctx *ctx, const struct payment_order *order,
    struct db_param params[PAYMENT_OUTSIDE_PARAMS]);
/* The answer when all is done, id being the payment's. Memory: the arena's. */
struct idem_answer payment_paid(struct ctx *ctx,
    const struct payment_order *order, int64_t id);

/*
 * in:      sql  a call of payment_intent that gives (outcome, status, body,
 *               payment); params are of one order
 * out:     out  its id on OK and PENDING, its answer on REPLAY
 * returns: OK: all is done; PENDING: somebody is to be asked; FUNDS, LIMIT,
 *          CLOSED, TAKEN, STOCK, EPOCH, ATTEMPTS, REPLAY, MISMATCH, RUNNING:
 *          nothing was written; < 0 on a fault, which may be DB_F_UNKNOWN
 */
int payment_intent(struct ctx *ctx, const struct sql *sql, int n,
    const struct db_param *params, struct payment_result *out) MUST_CHECK;

#endif
