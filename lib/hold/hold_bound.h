/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_bound - in how many performances one user may hold seats at once
 *
 * Scripts see one performance only. So what holds for a user adds an entry to
 * the user's own list (key_held), in the same round trip and after its script.
 * Who finds as many entries as are allowed before his own asks the maps of
 * those which of them still run, and gives his own hold back if all do. The
 * first ones see nobody before them and stay; of any number at once just as
 * many as allowed are left. An entry whose hold is over frees its place when
 * somebody asks; nothing else has to tell the list.
 *
 * A script that met no map is run again when that is loaded, and adds its entry
 * again: the last copy is the one that came after the hold.
 *
 * Layer: domain.  Uses: base, store, seat, hold.
 */
#ifndef HOLD_HOLD_BOUND_H
#define HOLD_HOLD_BOUND_H

#include "journal/hold_record.h"
#include "seat/seat_script.h"

/* An entry for this call, whose script places a hold. */
void hold_bound_begin(struct ctx *ctx, struct seat_call *call,
    const struct hold_record *asked);

/*
 * Whether the user holds in too many other performances, as they were when
 * the script ran.
 *
 * in:      call  has run, begun by hold_bound_begin
 * returns: 0 he may keep the hold; 1 too many; < 0 on a fault
 */
int hold_bound_check(struct ctx *ctx, const struct seat_call *call,
    int64_t user) MUST_CHECK;

#endif
