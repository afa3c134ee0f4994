/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cancel - give back seats of a reservation, and have the money returned
 *
 * Order of effects: one transaction in which the claims go, the payment is
 * refunded and the answer is stored (payment_refund); then R -> A in Redis.
 * Where a provider is to give the money back the claims stay, as C, and so does
 * the map, until he has accepted that. A worker that dies between them leaves
 * an R that is not the claim, which reconcile sets right.
 *
 * Layer: domain.  Uses: base, store, hold, payment, idem.
 */
#ifndef RESERVATION_CANCEL_H
#define RESERVATION_CANCEL_H

#include "hold/hold_want.h"
#include "reservation/reservation.h"

enum cancel_outcome {
	CANCEL_OK = 0,
	CANCEL_E_REPLAY,   /* answered before: see result->answer */
	CANCEL_E_MISMATCH, /* this key asked for something else */
	CANCEL_E_RUNNING,  /* this key is being worked on */
	CANCEL_E_NONE,     /* no such reservation of this user */
	CANCEL_E_SEAT,     /* a seat is not in the reservation */
	CANCEL_E_QUANTITY, /* it has seats and not places, or not as many
	                    * places any more */
	CANCEL_E_TICKETS,  /* not as many tickets of a type any more, or no
	                    * such type */
	CANCEL_E_MIXED,    /* its places do not cost the same: say tickets */
	CANCEL_E_ALREADY,  /* all of these seats were given back before */
	CANCEL_E_LATE,     /* nothing comes back since result->until_ms */
	CANCEL_E_FULL,     /* the wallet cannot take the refund */
	CANCEL_E_TILL,     /* the till is closed, another operator's, or has
	                    * another currency */
};

/* Writes the answer of a cancel before it is committed: the reservation as it
 * will be then. */
typedef struct span cancel_answer_fn(struct ctx *ctx, void *arg,
    const struct reservation *reservation);

struct cancel {
	int64_t user;
	struct span number;                /* as typed */
	const int64_t *seats;              /* any order, no doubles */
	size_t n_seats;                    /* 0: all that are left */
	int64_t quantity;                  /* of a counter section: so many
	                                    * places; 0: all that are left */
	const struct hold_ticket *tickets; /* or so many of each type */
	size_t n_tickets;
	const struct idem *idem;
	/* An operator does it, whatever the hour and the policy: see
	 * payment_refund; NULL: the buyer does. */
	const struct db_param *by;
	/* At a counter, only with by: see payment_refund. */
	int64_t till;
	struct span slip;
	cancel_answer_fn *answer;
	void *answer_arg;
};

struct cancel_result {
	struct idem_answer answer; /* OK, REPLAY */
	int64_t until_ms;          /* LATE */
};

/*
 * Give seats back. Those among them that were given back before are passed
 * over. What comes back to a buyer is what the performance's policy said when
 * it was bought, and of one that is cancelled all, at any time; where an
 * operator does it (by) it is always all.
 *
 * memory:  the arena's
 * returns: any cancel_outcome; < 0 on a fault, when they may have been given
 *          back: asking again with the same key gives the one answer
 */
int cancel_make(struct ctx *ctx, const struct cancel *ask,
    struct cancel_result *out) MUST_CHECK;

#endif
