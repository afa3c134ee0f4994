/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_set - set seats as PostgreSQL has them, where nothing has happened
 *
 * The letter and mark a seat was read with are compared with what it has now:
 * whatever happened in between wins.
 *
 * Layer: domain.  Uses: base, store, seat_script.
 */
#ifndef SEAT_SEAT_SET_H
#define SEAT_SEAT_SET_H

#include "seat/seat_script.h"

struct seat_setting {
	int64_t seat_no;
	char was, to; /* letters */
	int32_t was_mark, to_mark;
};

struct seat_set {
	int64_t performance, epoch;
	const struct seat_setting *seats;
	size_t n_seats; /* any number, 0 too */
	/* out: */
	size_t n_set;
	struct span version; /* of the map then; NONE when no map of
	                      * the epoch is live here */
};

/*
 * Set them. A map that is not live is left alone: it is loaded from the
 * claims.
 *
 * memory:  the version is the arena's
 * returns: 0; < 0 on a fault, when some may have been set
 */
int seat_set(struct ctx *ctx, struct seat_set *set) MUST_CHECK;

#endif
