/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_ask - run a script that places a hold, and read what became of it
 *
 * Inside the module: its files share it.
 *
 * Layer: domain.  Uses: base, store, catalog, seat.
 */
#ifndef HOLD_HOLD_ASK_H
#define HOLD_HOLD_ASK_H

#include "hold/hold_is.h"
#include "seat/seat_script.h"

struct terms;

/* Redis is away, and the database may answer instead. */
#define HOLD_E_AWAY 1001

/* Begin a call of a script that begins with place.inc: its arguments. */
void hold_ask_begin(struct ctx *ctx, const struct script *script,
    const struct terms *terms, const struct hold_record *asked,
    struct seat_call *call);
/*
 * Run it. What it placed or ended is journaled, and given back where its user
 * holds in too many performances.
 *
 * in:      asked  the seats only where the script answers 'taken'
 * out:     as hold_place
 * returns: as hold_place, AWAY, and (hold_database.h) HOLD_E_TERMS: the map has
 *          others than it was asked with; MISSED: no group that was asked for
 * is free
 */
int hold_ask_run(struct ctx *ctx, struct seat_call *call,
    const struct hold_record *asked, struct hold *out,
    struct hold_conflicts *conflicts) MUST_CHECK;
/* Give back what was just placed and should not have been; its key may come
 * again and place it. returns: 0; < 0 on a fault: then it lapses */
int hold_ask_undo(struct ctx *ctx, const struct hold_record *is) MUST_CHECK;

#endif
