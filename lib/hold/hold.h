/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold - keep seats for one buyer for a short while
 *
 * A hold is placed by one script, so two buyers cannot both win. It is a
 * promise: kept in Redis, journaled in PostgreSQL for recovery and history.
 * Making it a sale is the work of reservation.h; what that needs of a hold is
 * in hold_pay.h.
 *
 * Layer: domain.  Uses: base, store, catalog, seat.
 */
#ifndef HOLD_HOLD_H
#define HOLD_HOLD_H

#include "journal/hold_record.h"
#include "seat/seat_map.h"

enum hold_outcome {
	HOLD_OK = 0,
	HOLD_E_NONE,		/* no such performance, or no such hold of
				 * this user */
	HOLD_E_SEAT,		/* the hall has no such seat, or it was named
				 * twice */
	HOLD_E_TAKEN,		/* somebody else holds or owns a seat */
	HOLD_E_LIMIT,		/* would pass the performance's seats a user */
	HOLD_E_CLOSED,		/* not on sale now */
	HOLD_E_PAYING,		/* being paid: cannot be given back now */
	HOLD_E_PAID,		/* bought: see out->reservation */
	HOLD_E_EXPIRED,		/* over: lapsed or given back */
	HOLD_E_LOST,		/* over: a seat turned out to be another's */
	HOLD_E_MISMATCH,	/* this key asked for something else before */
	HOLD_E_LAST,		/* it cannot last any longer */
	HOLD_E_MANY,		/* too many holds of this user are kept */
};

struct hold {
	struct hold_record is;
	struct span token;	/* as text */
	char currency[4];	/* ISO 4217 */
	bool logged;		/* the persist job journals this from the log */
	bool again;		/* it was running before it was asked for */
	bool in_database;	/* being paid while Redis is away: no script
				 * knows of it */
	struct span version;	/* of the map with it in; NONE when only read */
	struct span reservation;	/* number, when paid; else NONE */
	/* the newest log entry about it; the journal only moves forward */
	int64_t epoch, log_ms, log_seq;
};

/* Seats that could not be had, and their letters. */
struct hold_conflicts {
	struct seat_change *seats;
	size_t n;
};

struct hold_want {
	int64_t user, performance;
	const int64_t *seats;		/* any order */
	size_t n_seats;			/* 1..HOLD_SEATS_MAX */
	struct span key;		/* Idempotency-Key, or NONE */
};

/*
 * Hold all seats of want, or none. Asking for exactly the seats of an own
 * running hold gives that hold; so does an Idempotency-Key that was used.
 *
 * out:     out        on HOLD_OK; its reservation on HOLD_E_PAID
 *          conflicts  on HOLD_E_TAKEN
 * memory:  the arena's
 * returns: OK, NONE, SEAT, TAKEN, LIMIT, CLOSED; with a key also PAID,
 *          EXPIRED, LOST, MISMATCH; < 0 on a fault, when seats may be held:
 *          asking again for the same is safe
 */
int hold_place(struct ctx *ctx, const struct hold_want *want,
    struct hold *out, struct hold_conflicts *conflicts) MUST_CHECK;

/*
 * A hold as it is now.
 *
 * out:     out  on HOLD_OK: held, paying, or paid with its reservation
 * returns: OK, NONE, EXPIRED, LOST; < 0 on a fault
 */
int hold_find(struct ctx *ctx, int64_t user, struct span token,
    struct hold *out) MUST_CHECK;

/*
 * Give a hold back. One that is over already is no mistake.
 *
 * out:     reservation  the number, on HOLD_E_PAID
 * returns: OK, NONE, PAYING, PAID; < 0 on a fault: asking again is safe
 */
int hold_drop(struct ctx *ctx, int64_t user, struct span token,
    struct span *reservation) MUST_CHECK;

/*
 * Keep other seats instead, all or none, until the same end and at the prices
 * of the same list.
 *
 * out:     out        on HOLD_OK; its reservation on HOLD_E_PAID
 *          conflicts  on HOLD_E_TAKEN
 * returns: OK, NONE, SEAT, TAKEN, LIMIT, CLOSED, PAYING, PAID, EXPIRED, LOST;
 *          < 0 on a fault, when it may have been done: asking again is safe
 */
int hold_change(struct ctx *ctx, const struct hold_want *want,
    struct span token, struct hold *out, struct hold_conflicts *conflicts)
    MUST_CHECK;

/*
 * Let a hold last longer, by hold_extend_seconds or up to its hard end.
 *
 * out:     out  on HOLD_OK; its reservation on HOLD_E_PAID
 * returns: OK, NONE, LAST, PAYING, PAID, EXPIRED, LOST; < 0 on a fault, when
 *          it may have been done
 */
int hold_extend(struct ctx *ctx, int64_t user, struct span token,
    struct hold *out) MUST_CHECK;

/* The user's running holds of a performance. returns: OK, NONE (no such
 * performance); < 0 on a fault. */
int hold_list(struct ctx *ctx, int64_t user, int64_t performance,
    struct hold **out, size_t *n) MUST_CHECK;

#endif
