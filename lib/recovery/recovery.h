/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * recovery - what is done when a map, the epoch or a hold is not as expected
 *
 * Layer: domain.  Uses: base, store, seat, journal, hold.
 */
#ifndef RECOVERY_RECOVERY_H
#define RECOVERY_RECOVERY_H

#include "store/ctx.h"

/* Scripts and readers of maps that run with this ctx may have things put
 * right. For each program, before it uses a map. */
void recovery_give(struct ctx *ctx);

#endif
