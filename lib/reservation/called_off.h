/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * called_off - all that was sold of a performance that was called off goes back
 *
 * Each reservation is cancelled as its buyer would (cancel.h), by a key that is
 * its own, so that it is refunded once however often this is begun; payments
 * without an end are given up, and what they capture all the same is late.
 *
 * Layer: domain.  Uses: base, store, hold, payment, idem.
 */
#ifndef RESERVATION_CALLED_OFF_H
#define RESERVATION_CALLED_OFF_H

#include "store/ctx.h"

/*
 * Some of what is left; safe to run twice at once.
 *
 * out:     *n  what was given back or given up
 * returns: 0; < 0 on a fault: the next round goes on
 */
int called_off_round(struct ctx *ctx, size_t *n) MUST_CHECK;

#endif
