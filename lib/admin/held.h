/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * held - whether anybody holds something of a performance, by Redis
 *
 * Layer: domain.  Uses: base, store, seat.
 */
#ifndef ADMIN_HELD_H
#define ADMIN_HELD_H

#include "store/ctx.h"

/* Whether seats of its map are held or being paid for, or places of its counter
 * sections promised. Where Redis is away, or has no map of it, nothing is but
 * what the journal has: false. */
bool held_now(struct ctx *ctx, int64_t performance) MUST_CHECK;

#endif
