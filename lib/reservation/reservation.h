/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reservation - what a buyer owns after paying
 *
 * A reservation keeps its seat lines as history, whatever becomes of the
 * claims. Buying one is in purchase.h, giving it back in cancel.h.
 *
 * Layer: domain.  Uses: base, store, hold, payment.
 */
#ifndef RESERVATION_RESERVATION_H
#define RESERVATION_RESERVATION_H

#include "payment/payment.h"

/* "XXXX-XXXX-XXXX-XXXX": 80 random bits in Crockford's base 32. */
#define RESERVATION_NUMBER_LEN 19

enum reservation_outcome {
	RESERVATION_OK = 0,
	RESERVATION_E_NONE, /* no such reservation of this user */
};

/* Money of a reservation's payment that goes back. */
struct refund {
	int64_t id, amount_minor, at_ms;
	struct span status; /* SENT: a provider is asked; DONE; FAILED */
};

/* What comes back of its places when they are given back now (refund_due). */
struct refund_due {
	bool known; /* else it was not asked for */
	bool late;  /* nothing, and since until_ms */
	int64_t percent, fee_minor;
	int64_t until_ms;       /* so long; 0: for ever */
	const int64_t *amounts; /* of its places, in their order, unless late */
};

struct reservation {
	int64_t id, user, performance, payment;
	struct span number, status, currency;
	struct span method; /* that it was bought by */
	int64_t section_no; /* as in hold_record */
	size_t n_seats;
	const int64_t *seats, *prices; /* sorted; in their order */
	const int64_t *types;  /* ticket types, in their order; NULL: all are
	                        * the default */
	int64_t price_version; /* of the list they are of */
	size_t n_cancelled;
	const int64_t *cancelled; /* seats given back so far, sorted */
	size_t n_refunds;
	const struct refund *refunds; /* in their order */
	struct refund_due due;
	int64_t amount_minor;
	int64_t created_ms;
	int64_t n_moves; /* how often seats of it became others (move.h), or it
	                  * another's (transfer.h) */
	bool paid_by_other; /* what comes back of it comes back to him */
};

/* A number nobody has: the schema's unique key would refuse another. */
struct span reservation_number(struct arena *a);
/* The number as it is kept, of one as people type it: lower case, without its
 * hyphens, O for 0. "" when it cannot be one. Memory: a's. */
struct span reservation_number_typed(struct arena *a, struct span typed);
/* Whether the seat was given back. */
bool reservation_gave_back(const struct reservation *r, int64_t seat);
/* The number of the ticket type of its i-th line. */
int64_t reservation_type(const struct reservation *r, size_t i);

/*
 * One's own reservation (db_read_primary): one sees what one just bought.
 *
 * in:      number  as typed
 * memory:  the arena's
 * returns: OK, NONE; < 0 on a fault
 */
int reservation_find(struct ctx *ctx, int64_t user, struct span number,
    struct reservation *out) MUST_CHECK;

/*
 * One's own reservations (db_read_primary), newest first.
 *
 * in:      before_id  only older ones than this; 0 for all
 *          max        1..
 * out:     *n of them, and whether there are more
 * returns: OK; < 0 on a fault
 */
int reservation_list(struct ctx *ctx, int64_t user, int64_t before_id,
    size_t max, struct reservation **out, size_t *n, bool *more) MUST_CHECK;

#endif
