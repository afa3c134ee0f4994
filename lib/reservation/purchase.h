/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * purchase - make a hold a reservation
 *
 * Order of effects: the hold's seats H -> P in Redis; one transaction with
 * claims, payment, ledger, reservation and the stored answer; P -> R in Redis,
 * or back. Where somebody outside is asked the transaction is an intent, and
 * boxoffice-worker brings its end (payment/payment_work.h). A worker that dies
 * between them leaves a P, and asking again with the same Idempotency-Key goes
 * on from there.
 *
 * Layer: domain.  Uses: base, store, catalog, hold, payment, idem.
 */
#ifndef RESERVATION_PURCHASE_H
#define RESERVATION_PURCHASE_H

#include "reservation/reservation.h"

enum purchase_outcome {
	PURCHASE_OK = 0,
	PURCHASE_E_REPLAY,   /* answered before: see result->answer */
	PURCHASE_E_MISMATCH, /* this key asked for something else */
	PURCHASE_E_RUNNING,  /* what this key began has not ended */
	PURCHASE_E_NONE,     /* no such hold of this user */
	PURCHASE_E_EXPIRED,  /* the hold is over */
	PURCHASE_E_LOST,     /* a seat turned out to be another's */
	PURCHASE_E_PAID,     /* the hold was paid: result->reservation */
	PURCHASE_E_PAYING,   /* by another method, and not yet known */
	PURCHASE_E_TAKEN,    /* a seat is another's: result->conflicts */
	PURCHASE_E_FULL,     /* so much is not left of the section:
	                      * result->conflicts; the hold is lost */
	PURCHASE_E_FUNDS,    /* not enough in the wallet; the hold stays */
	PURCHASE_E_LIMIT,    /* more seats than a user may have */
	PURCHASE_E_CLOSED,   /* the performance is a draft or cancelled; the
	                      * hold stays */
	PURCHASE_E_CURRENCY, /* the method does not take the hold's
	                      * currency: result->currency */
	PURCHASE_E_FREE,     /* nobody outside is asked for no money */
	PURCHASE_E_ATTEMPTS, /* tried too often; the hold stays */
	PURCHASE_E_TILL,     /* the till is closed, or another operator's */
	PURCHASE_E_QUOTA,    /* he has given away enough today */
	PURCHASE_E_PENDING,  /* not known yet: result->payment */
};

/*
 * Writes the answer of a purchase before it is committed. payment.id is not
 * known then: PAYMENT_ID_MARK stands for it, exactly once.
 */
typedef struct span purchase_answer_fn(struct ctx *ctx, void *arg,
    const struct reservation *reservation, const struct payment *payment);

struct purchase {
	int64_t user; /* whose hold it is: at a counter the till's, < 0 */
	struct span token;
	const struct payment_method *method;
	const struct idem *idem;
	purchase_answer_fn *answer;
	void *answer_arg;
	struct span source, return_url, declined, lost; /* see payment_order */
	const struct payment_counter *counter;          /* likewise */
};

struct purchase_result {
	struct idem_answer answer;       /* OK, REPLAY */
	struct span reservation;         /* PAID: its number */
	int64_t payment;                 /* PENDING: its id */
	struct span currency;            /* CURRENCY */
	struct hold_conflicts conflicts; /* TAKEN, FULL */
};

/*
 * Buy what a hold keeps.
 *
 * memory:  the arena's
 * returns: any purchase_outcome; < 0 on a fault, when it may have been
 *          bought: asking again with the same key gives the one answer
 */
int purchase_make(struct ctx *ctx, const struct purchase *ask,
    struct purchase_result *out) MUST_CHECK;

#endif
