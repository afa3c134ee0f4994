/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_find - a hold, or all of a user's, as they are now
 *
 * Layer: domain.  Uses: base, store, seat, hold_script, hold_database.
 */
#ifndef HOLD_HOLD_FIND_H
#define HOLD_HOLD_FIND_H

#include "hold/hold_is.h"

/*
 * A hold as it is now.
 *
 * out:     out  on HOLD_OK: held, paying, or paid with its reservation
 * returns: OK, NONE, EXPIRED, LOST; < 0 on a fault
 */
int hold_find(struct ctx *ctx, int64_t user, struct span token,
    struct hold *out) MUST_CHECK;

/* The user's running holds of a performance. returns: OK, NONE (no such
 * performance); < 0 on a fault. */
int hold_list(struct ctx *ctx, int64_t user, int64_t performance,
    struct hold **out, size_t *n) MUST_CHECK;

#endif
