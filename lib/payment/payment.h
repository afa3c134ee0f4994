/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * payment - one attempt to pay for one hold
 *
 * The graph of its states is one table; a method of paying is a row of
 * another and a file of its own. Which seats are bought by it, and for whom,
 * is the work of reservation.h.
 *
 * Layer: domain.  Uses: base, store, hold, idem.
 */
#ifndef PAYMENT_PAYMENT_H
#define PAYMENT_PAYMENT_H

#include "base/combine.h"
#include "hold/hold.h"
#include "idem/idem.h"

enum payment_outcome {
	PAYMENT_OK = 0,
	PAYMENT_E_NONE,		/* no such payment of this user */
	PAYMENT_E_FUNDS,	/* the wallet has not enough */
	PAYMENT_E_LIMIT,	/* the user would have more seats than allowed
				 * when the hold was made, or since */
	PAYMENT_E_CLOSED,	/* the performance is a draft, or cancelled */
	PAYMENT_E_TAKEN,	/* a claim is there already: look whose */
	PAYMENT_E_EPOCH,	/* the hold's script ran under another epoch */
	PAYMENT_E_REPLAY,	/* the key was answered: see the answer */
	PAYMENT_E_MISMATCH,	/* the key asked for something else */
	PAYMENT_E_RUNNING,	/* the key is being worked on */
	PAYMENT_E_DECLINED,	/* the money was refused */
	PAYMENT_E_LATE,		/* it came when the seats were gone */
	PAYMENT_E_PENDING,	/* not known yet; the seats stay as they are */
};

struct payment_move {
	const char *from, *to;	/* from NULL: it begins */
};
/* Every legal move; ends with to NULL. The schema's payment_may_move says the
 * same and is what enforces it. */
extern const struct payment_move payment_moves[];
bool payment_may_move(const char *from, const char *to);

struct payment {
	int64_t id, user, performance;
	struct span status, method, currency;
	int64_t amount_minor, refunded_minor;
	int64_t created_ms;
	struct span reservation;	/* number; NONE while there is none */
};

/* One's own (db_read_primary). out: on PAYMENT_OK, memory: the arena's. returns: OK, NONE; < 0 a fault */
int payment_find(struct ctx *ctx, int64_t user, int64_t id,
    struct payment *out) MUST_CHECK;

/* The byte that stands for the payment's id in an answer written before the
 * id is known; no JSON text contains it. */
#define PAYMENT_ID_MARK '\x1a'

/* What is paid, and what is answered when it is. */
struct payment_order {
	const struct hold *hold;	/* paying; epoch and log id set */
	struct idem *idem;		/* its token is written where the key
					 * is owned beyond the call */
	const char *method;		/* by name */
	struct span number;		/* the reservation's to be */
	int64_t at_ms;			/* goes into rows and answer alike */
	struct span answer;		/* with one PAYMENT_ID_MARK */
};

struct payment_result {
	int64_t id;			/* 0: nothing was written */
	struct idem_answer answer;	/* on OK and REPLAY */
};

/*
 * Intent, and all that the method does after it.
 *
 * returns: OK; FUNDS, LIMIT, CLOSED, TAKEN, EPOCH, REPLAY, MISMATCH, RUNNING:
 *          nothing was written; DECLINED, LATE, PENDING: out->id tells of what;
 *          < 0 on a fault: when out->id is set or the fault is DB_F_UNKNOWN,
 *          the payment may have begun. Asking again with the same key is safe.
 */
typedef int payment_fn(struct ctx *ctx, const struct payment_order *order,
    struct payment_result *out);

struct payment_method {
	const char *name;
	payment_fn *pay;
	const char *currency;		/* the only one it takes; NULL: any */
};

/* By its name on the wire, or NULL. */
const struct payment_method *payment_method_find(struct span name);
/* Whether it, or for NULL any method there is, takes a currency. */
bool payment_takes(const struct payment_method *method, struct span currency);

payment_fn payment_wallet;
/* Where those meet who pay by it at the same moment. */
struct combine *payment_purchases(struct shared *shared);

/*
 * For a method that asks somebody outside: its payment_fn is this with a
 * function that asks.
 */
struct payment_call {
	int64_t payment;	/* its id is the key outside, too */
	int64_t amount_minor;
	const char *currency;
	/* out, on CAPTURED: what was taken */
	int64_t captured_minor;
	struct span captured_currency;
};

enum payment_said {
	PAYMENT_SAID_CAPTURED,
	PAYMENT_SAID_DECLINED,	/* for good: it will never be captured */
	PAYMENT_SAID_UNKNOWN,	/* anything else */
};

/* Asks with no transaction open, within the worker's deadline. May be called
 * again for a payment that was asked for before. */
typedef enum payment_said payment_call_fn(struct ctx *ctx,
    struct payment_call *call);

/* Intent, call, confirm or decline; or what is left of them, when who began
 * is gone. Returns as payment_fn. */
int payment_by_call(struct ctx *ctx, const struct payment_order *order,
    payment_call_fn *ask, struct payment_result *out) MUST_CHECK;

#endif
