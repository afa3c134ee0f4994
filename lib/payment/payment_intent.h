/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * payment_intent - the transaction every payment begins with
 *
 * One call of the function payment_intent (sql/functions/purchases.sql):
 * claims, payment, journal, key; and all of the purchase, when the wallet
 * pays. For the methods only.
 *
 * Layer: domain.  Uses: base, store, hold, idem.
 */
#ifndef PAYMENT_PAYMENT_INTENT_H
#define PAYMENT_PAYMENT_INTENT_H

#include "payment/payment.h"

struct payment_intent {
	int64_t id;
	struct span token;         /* NONE: all is done */
	struct span state;         /* of one begun before; else NONE */
	struct idem_answer answer; /* all done, or REPLAY */
};

/* What the schema's payment_intent and payment_together are told of a payment:
 * their parameters, in order. Memory: the arena's and order's. */
#define PAYMENT_PARAMS 25
void payment_params(struct ctx *ctx, const struct payment_order *order,
    struct db_param params[PAYMENT_PARAMS]);
/* The answer when all is done, id being the payment's. Memory: the arena's. */
struct idem_answer payment_paid(struct ctx *ctx,
    const struct payment_order *order, int64_t id);

/*
 * in:      params  of this order (payment_params)
 * returns: OK: out tells how far it is; FUNDS, LIMIT, CLOSED, TAKEN, STOCK,
 *          EPOCH,
 *          REPLAY, MISMATCH, RUNNING: nothing was written; < 0 on a fault,
 *          which may be DB_F_UNKNOWN
 */
int payment_intent(struct ctx *ctx, const struct payment_order *order,
    const struct db_param params[PAYMENT_PARAMS],
    struct payment_intent *out) MUST_CHECK;

#endif
