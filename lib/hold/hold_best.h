/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_best - the best seats that are free, for a buyer who does not choose
 *
 * Inside the module. Groups are ranked from a map that may be a little old
 * (seat/seat_best.h), and one script takes the first of them that stands. Where
 * none does, the map is read now and ranked again; then a script looks through
 * the scope itself. So nobody is refused because of a map that was old.
 *
 * While Redis is away PostgreSQL is asked for one group after the other.
 *
 * Layer: domain.  Uses: base, store, catalog, seat.
 */
#ifndef HOLD_HOLD_BEST_H
#define HOLD_HOLD_BEST_H

#include "hold/hold_is.h"
#include "hold/hold_want.h"

struct terms;

/*
 * in:      want   asks for the best, and was read by terms
 *          terms  of whose hall the neighbours were read (hall_neighbours)
 *          asked  user, token and fingerprint
 * out, returns: as hold_place; AWAY and TERMS as hold_ask_run
 */
int hold_best_place(struct ctx *ctx, const struct hold_want *want,
    const struct terms *terms, struct hold_record *asked, struct hold *out,
    struct hold_conflicts *conflicts) MUST_CHECK;
/* The same in PostgreSQL. */
int hold_best_database(struct ctx *ctx, const struct hold_want *want,
    const struct terms *terms, struct hold_record *asked, struct hold *out,
    struct hold_conflicts *conflicts) MUST_CHECK;

#endif
