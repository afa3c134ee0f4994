/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * payment - one attempt to pay for one hold
 *
 * The graph of its states is one table; a method of paying is a row {pay,
 * refund, settle} of another and a file of its own. Which seats are bought by
 * it, and for whom, is the work of reservation.h.
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
	PAYMENT_E_NONE,     /* no such payment of this user */
	PAYMENT_E_FUNDS,    /* the wallet has not enough */
	PAYMENT_E_LIMIT,    /* the user would have more seats than allowed
	                     * when the hold was made, or since */
	PAYMENT_E_CLOSED,   /* the performance is a draft, or cancelled */
	PAYMENT_E_TAKEN,    /* a claim is there already: look whose */
	PAYMENT_E_STOCK,    /* so much is not left of the counter section */
	PAYMENT_E_EPOCH,    /* the hold's script ran under another epoch */
	PAYMENT_E_REPLAY,   /* the key was answered: see the answer */
	PAYMENT_E_MISMATCH, /* the key asked for something else */
	PAYMENT_E_RUNNING,  /* the key is being worked on */
	PAYMENT_E_DECLINED, /* the money was refused */
	PAYMENT_E_LATE,     /* it came when the seats were gone */
	PAYMENT_E_PENDING,  /* not known yet; the seats stay as they are */
	PAYMENT_E_FULL,     /* the wallet cannot take the refund */
};

struct payment_move {
	const char *from, *to; /* from NULL: it begins */
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
	struct span reservation; /* number; NONE while there is none */
};

/* One's own (db_read_primary). out: on PAYMENT_OK, memory: the arena's.
 * returns: OK, NONE; < 0 on a fault */
int payment_find(struct ctx *ctx, int64_t user, int64_t id,
    struct payment *out) MUST_CHECK;

/* The byte that stands for the payment's id in an answer written before the
 * id is known; no JSON text contains it. */
#define PAYMENT_ID_MARK '\x1a'

struct payment_method;

/* What is paid, and what is answered when it is. */
struct payment_order {
	const struct hold *hold; /* paying; epoch and log id set */
	struct idem *idem;       /* its token is written where the key
	                          * is owned beyond the call */
	const struct payment_method *method;
	struct span number; /* the reservation's to be */
	int64_t at_ms;      /* goes into rows and answer alike */
	struct span answer; /* with one PAYMENT_ID_MARK */
};

struct payment_result {
	int64_t id;                /* 0: nothing was written */
	struct idem_answer answer; /* on OK and REPLAY */
};

/* A payment that somebody outside is asked about. */
struct payment_call {
	int64_t payment; /* its id is the key outside, too */
	int64_t amount_minor;
	const char *currency;
	/* out, on CAPTURED: what was taken */
	int64_t captured_minor;
	struct span captured_currency;
};

enum payment_said {
	PAYMENT_SAID_CAPTURED,
	PAYMENT_SAID_DECLINED, /* for good: it will never be captured */
	PAYMENT_SAID_UNKNOWN,  /* anything else */
};

/* Seats of a reservation that are given back, with the money for them. */
struct payment_refund {
	const struct idem *idem; /* whose answer this is */
	struct span answer;
	int64_t id; /* the refund's, drawn before */
	int64_t reservation;
	const int64_t *cancelled; /* seats given back before */
	size_t n_cancelled;
	const int64_t *seats; /* and now; sorted */
	size_t n_seats;
	int64_t at_ms; /* goes into rows and answer alike */
};

/* A way to pay: a row. */
struct payment_method {
	const char *name;
	const char *currency; /* the only one it takes; NULL: any */
	/*
	 * Intent, and all that follows.
	 *
	 * returns: OK; FUNDS, LIMIT, CLOSED, TAKEN, STOCK, EPOCH, REPLAY,
	 * MISMATCH, RUNNING: nothing was written; DECLINED, LATE, PENDING:
	 *          out->id tells of what; < 0 on a fault: when out->id is set
	 *          or the fault is DB_F_UNKNOWN, the payment may have begun.
	 *          Asking again with the same key is safe.
	 */
	int (*pay)(struct ctx *ctx, const struct payment_order *order,
	    struct payment_result *out);
	/*
	 * Seats and money go back, in one transaction with the answer.
	 *
	 * out:     rows  what became of the key (idem_read), or "again": seats
	 *                were given back since
	 * returns: OK; FULL: nothing was written; < 0 on a fault, when it may
	 *          have been done. Asking again with the same key is safe.
	 */
	int (*refund)(struct ctx *ctx, const struct payment_refund *refund,
	    struct db_rows *rows);
	/*
	 * Ask outside what becomes of a payment, with no transaction open and
	 * within the worker's deadline; perhaps of one that was asked for
	 * before. NULL for who knows when he has paid.
	 */
	enum payment_said (*settle)(struct ctx *ctx, struct payment_call *call);
};

/* By its name on the wire, or NULL. */
const struct payment_method *payment_method_find(struct span name);
/* Whether it, or for NULL any method there is, takes a currency. */
bool payment_takes(const struct payment_method *method, struct span currency);

/* payment_wallet.c */
int payment_wallet_pay(struct ctx *ctx, const struct payment_order *order,
    struct payment_result *out) MUST_CHECK;
int payment_wallet_refund(struct ctx *ctx, const struct payment_refund *refund,
    struct db_rows *rows) MUST_CHECK;
/* Where those meet who pay by it at the same moment. */
struct combine *payment_purchases(struct shared *shared);

/* payment_call.c: the pay of a method that asks outside. Intent, settle,
 * confirm or decline; or what is left of them, when who began is gone. */
int payment_by_call(struct ctx *ctx, const struct payment_order *order,
    struct payment_result *out) MUST_CHECK;

#endif
