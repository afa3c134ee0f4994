/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * offer - a reservation that its owner offers to another user
 *
 * Nobody gets what he has not asked for: who is to have it accepts
 * (reservation/transfer.h), by a token that the owner hands him as a link. An
 * offer ends after some days, and with the start of the performance; there is
 * one of a reservation, and its owner may take it back.
 *
 * A token comes of a salt and a key of the settings, and the database finds it
 * by its digest: the tables alone tell none, and its owner can be shown it
 * again.
 *
 * Layer: domain.  Uses: base, store, reservation.
 */
#ifndef RESERVATION_OFFER_H
#define RESERVATION_OFFER_H

#include "reservation/reservation.h"

#define OFFER_TOKEN_LEN 22 /* base64url of 16 bytes */

enum offer_outcome {
	OFFER_OK = 0,
	OFFER_E_NONE,   /* no such reservation, or offer, for this user */
	OFFER_E_OWN,    /* to himself */
	OFFER_E_CLOSED, /* not allowed, or not any more */
	OFFER_E_OFTEN,  /* it was moved or passed on MOVES_MAX times, or a
	                 * ticket of it has no more issues */
	OFFER_E_BUSY,   /* money of it is on its way, here or back */
};

struct offer {
	struct span token;
	struct span to; /* login id of the only one who may accept; NONE:
	                 * anybody who has the token */
	int64_t ends_ms;
	bool made; /* it is new */
};

/*
 * Offer all that is left of a reservation. One that is open and to the same
 * user is given again, another one ends.
 *
 * in:      number  as typed
 *          to      the only one who may accept; 0: who has the token
 * out:     out     on OK; its to is left to the caller
 * memory:  the arena's
 * returns: any offer_outcome; < 0 on a fault, when it may be there: asking
 * again gives the same one
 */
int offer_make(struct ctx *ctx, int64_t user, struct span number, int64_t to,
    struct offer *out) MUST_CHECK;

/* The open one of one's reservation; its token is NONE where there is none.
 * returns: OK; NONE: no such reservation of his; < 0 on a fault */
int offer_get(struct ctx *ctx, int64_t user, struct span number,
    struct offer *out) MUST_CHECK;

/* It is taken back, if there is one. returns: OK, NONE (no such reservation of
 * his); < 0 on a fault: asking again is safe */
int offer_end(struct ctx *ctx, int64_t user, struct span number) MUST_CHECK;

enum offer_state {
	OFFER_OPEN,  /* it may be accepted */
	OFFER_OWN,   /* it is his who looks */
	OFFER_TAKEN, /* he has accepted it */
};

struct offer_seen {
	struct reservation reservation;
	struct span from; /* the owner's name */
	enum offer_state state;
	int64_t ends_ms;
};

/*
 * What somebody who has the token may know of it.
 *
 * returns: OK; NONE: there is no such offer any more, or it is another's; < 0
 * on a fault
 */
int offer_look(struct ctx *ctx, int64_t user, struct span token,
    struct offer_seen *out) MUST_CHECK;

/* The token of what is offered to a user by name. returns: OK, NONE; < 0 on a
 * fault */
int offer_to(struct ctx *ctx, int64_t user, struct span number,
    struct span *token) MUST_CHECK;

/* How the database knows a token: hex. NONE where it cannot be one. Memory: the
 * arena's. */
struct span offer_digest(struct ctx *ctx, struct span token);

/* Forget those that ended a week ago, at most max. out: *n. returns: 0; < 0 on
 * a fault */
int offer_purge(struct ctx *ctx, int64_t max, size_t *n) MUST_CHECK;

#endif
