/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * transfer - a reservation goes to another user
 *
 * All that is left of it does, with its number. Tickets are issued anew, and
 * those before are void. The payment stays the payer's: what comes back of it
 * comes back to him, whoever gives seats back.
 *
 * Order of effects: its seats are counted for the new owner in Redis, within
 * his limit; one transaction in which owner, claims and tickets change; then
 * they are counted for the old one no more. Who dies on the way leaves a count
 * that reconcile sets right: the limit is PostgreSQL's.
 *
 * Layer: domain.  Uses: base, store, hold, reservation.
 */
#ifndef RESERVATION_TRANSFER_H
#define RESERVATION_TRANSFER_H

#include "reservation/offer.h"

/* What audit_log_params (admin/audit_log.h) makes. */
#define TRANSFER_BY_PARAMS 6

/* Beside those of offer_outcome. */
enum transfer_outcome {
	TRANSFER_E_LIMIT = 100, /* with it he has more than one buyer may */
};

struct transfer {
	int64_t to;
	struct span token;  /* of the offer that he accepts */
	struct span number; /* where by is set: as typed */
	/* TRANSFER_BY_PARAMS: an operator does it, whatever the performance
	 * allows; NULL: who is to have it does */
	const struct db_param *by;
};

/*
 * It becomes his. By the offer that he has accepted before it is his already,
 * which is OK.
 *
 * out:     number  on OK; memory: the arena's
 * returns: any offer_outcome, LIMIT; < 0 on a fault, when it may be his: asking
 *          again tells
 */
int transfer_make(struct ctx *ctx, const struct transfer *ask,
    struct span *number) MUST_CHECK;

/* What a user has passed on. */
struct transfer_item {
	int64_t id; /* of the reservation, which he may see no more */
	int64_t performance, at_ms;
	int64_t n_places;
	struct span number;
	struct span to; /* login id, where he named it; else NONE */
};

/*
 * One's own (db_read_primary), newest reservation first: each the last time
 * that it left him, unless it is his again.
 *
 * in:      before_id  only older reservations than this; 0 for all
 *          max        1..
 * out:     *n of them, and whether there are more
 * returns: OK; < 0 on a fault
 */
int transfer_list(struct ctx *ctx, int64_t user, int64_t before_id, size_t max,
    struct transfer_item **out, size_t *n, bool *more) MUST_CHECK;

#endif
