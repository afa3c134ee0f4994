/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * move - seats of a reservation become others
 *
 * The reservation keeps its number, its payment and the price list it was
 * bought by. Order of effects: the new seats A -> P in Redis; one transaction
 * in which they are claimed, the old claims go, what they cost less comes back,
 * what they cost more is taken, and the answer is stored; then P -> R and R ->
 * A, or R -> C where a provider is to give money back. Who dies before the
 * transaction leaves a P without a claim, who dies behind it an R that is not
 * the claim: reconcile sets both right.
 *
 * What was paid by asking somebody outside pays what it costs more so, too, by
 * a payment of its own. The transaction is that payment's intent: the new seats
 * are claimed P, and the old ones stay the buyer's. boxoffice-worker brings its
 * end (payment/payment_work.h): its confirm makes the move, if the reservation
 * is as it was; else the money goes back, and so it does where a seat of it was
 * given back meanwhile. While it has no end nothing of the reservation is
 * moved.
 *
 * All seats of a reservation have one owner mark, also those it gets so. A
 * mirror that comes when its seat has been moved away and back again frees it
 * in the map alone: reconcile sets that right, too, and nobody can buy it
 * meanwhile.
 *
 * Layer: domain.  Uses: base, store, catalog, hold, payment, idem.
 */
#ifndef RESERVATION_MOVE_H
#define RESERVATION_MOVE_H

#include "payment/payment.h"
#include "reservation/cancel.h"

#define MOVES_MAX 19 /* of one reservation: a ticket has 20 issues */

enum move_outcome {
	MOVE_OK = 0,
	MOVE_E_REPLAY,   /* answered before: see result->answer */
	MOVE_E_MISMATCH, /* this key asked for something else */
	MOVE_E_RUNNING,  /* this key is being worked on */
	MOVE_E_NONE,     /* no such reservation of this user */
	MOVE_E_FROM,     /* a seat is not in it, or was given back */
	MOVE_E_TO,       /* the hall has no such seat, it is named twice, or
	                  * nobody picks it by hand */
	MOVE_E_TYPE,     /* the price list has no such ticket type, or a buyer
	                  * asks for another one */
	MOVE_E_SAME,     /* nothing would change */
	MOVE_E_CLASS,    /* a buyer stays in the price class, and on the same
	                  * type of seat */
	MOVE_E_TAKEN,    /* somebody else has a seat: result->conflicts */
	MOVE_E_RULE,     /* a rule of the performance refuses a buyer's seats
	                  * (seat/seat_rule.h): result->conflicts */
	MOVE_E_CLOSED,   /* not allowed, or not any more */
	MOVE_E_OFTEN,    /* it was moved MOVES_MAX times, or a ticket of it has
	                  * no more issues */
	MOVE_E_MONEY,    /* it would cost more, and is not paid in the way that
	                  * was said; or a method that was paid by cannot give
	                  * back the rest */
	MOVE_E_ROLE,     /* it would cost more, which the wallet that paid would
	                  * pay, and this operator may debit none */
	MOVE_E_FUNDS,    /* the wallet has not as much as it costs more */
	MOVE_E_TILL, /* the till is closed, another operator's, or of another
	              * currency */
	MOVE_E_FULL, /* the wallet cannot take what comes back */
	MOVE_E_DIFFERENCE, /* it costs more or less than he was told:
	                    * result->difference_minor */
	MOVE_E_PENDING,  /* what it costs more is being paid, and its end is not
	                  * known yet: result->payment */
	MOVE_E_PAYING,   /* so it is for another move of it */
	MOVE_E_ATTEMPTS, /* that was tried too often */
};

struct move_line {
	int64_t from, to;
	struct span type; /* code of the ticket type; NONE: as before */
};

struct move {
	int64_t user;       /* 0: an operator does it, for any */
	struct span number; /* as typed */
	const struct move_line *lines;
	size_t n_lines; /* 1..HOLD_SEATS_MAX */
	const struct idem *idem;
	/* PAYMENT_BY_PARAMS of audit_log_params: an operator does it, at any
	 * time and to any class; NULL: the buyer does, as the performance
	 * allows */
	const struct db_param *by;
	bool debits;  /* that operator may have a wallet pay what it costs
	               * more */
	int64_t till; /* of that operator: a session that takes what a sale at
	               * a counter costs more; 0: none. What it costs less is
	               * owed until a till pays it out (admin/counter.h) */
	/* What he was told that it costs more; below 0: less. */
	bool told;
	int64_t difference_minor;
	/* What the buyer pays by what it costs more, one of those that are
	 * offered; NULL: as it was paid, which asks nobody outside. */
	const struct payment_method *method;
	struct span source, return_url, declined, lost; /* see payment_order */
	cancel_answer_fn *answer; /* the reservation as it will be */
	void *answer_arg;
};

struct move_result {
	struct idem_answer answer;       /* OK, REPLAY */
	struct hold_conflicts conflicts; /* TAKEN, RULE */
	int64_t payment;                 /* PENDING: its id; PAYING: that of
	                                  * the other move, or 0 */
	int64_t difference_minor;        /* DIFFERENCE */
};

/*
 * Move seats, all or none.
 *
 * memory:  the arena's
 * returns: any move_outcome; < 0 on a fault, when they may have been moved:
 *          asking again with the same key gives the one answer
 */
int move_make(struct ctx *ctx, const struct move *ask,
    struct move_result *out) MUST_CHECK;

#endif
