/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_state - the seven states of a seat and the legal moves between them
 *
 * A state is one letter, in Redis, in PostgreSQL and on the wire. The table
 * of moves in seat_state.c is the only one: scripts and statements make no
 * move that is not in it.
 *
 * Layer: domain.  Uses: base.
 */
#ifndef SEAT_SEAT_STATE_H
#define SEAT_SEAT_STATE_H

#include "base/base.h"
#include "base/span.h"

enum seat_state {
	SEAT_AVAILABLE = 'A',
	SEAT_HOLD = 'H',                  /* promised to somebody for a while */
	SEAT_PAYMENT_PENDING = 'P',       /* being paid; no clock frees it */
	SEAT_RESERVED = 'R',              /* owned */
	SEAT_RESERVATION_CANCELLED = 'C', /* given back, not refunded */
	SEAT_BLOCKED = 'B',               /* withheld by the operator */
	SEAT_DISABLED = 'D',              /* broken */
};

#define SEAT_N_STATES 7

struct seat_move {
	char from, to;
	const char *why;
};

/* Every legal move; ends with from 0. */
extern const struct seat_move seat_moves[];
/* The seven letters, in the order above, NUL-terminated. */
extern const char seat_letters[SEAT_N_STATES + 1];

bool seat_is_state(char letter);
/* Whether one move may lead from from to to. */
bool seat_may_move(char from, char to);
/* "AVAILABLE" and so on; NULL for a letter that is no state. */
const char *seat_state_name(char letter);
/* The owner mark of the i-th seat (from 0) in the map of marks, four bytes a
 * seat, big-endian; 0 where the map ends before. */
int32_t seat_mark_at(struct span marks, size_t i);

#endif
