/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * recovery - what is done when a map, the epoch or a hold is not as expected
 *
 * Layer: domain.  Uses: base, store, seat, journal, hold.
 */
#include "recovery/recovery.h"

#include "recovery/epoch_raise.h"
#include "recovery/hold_adopt.h"
#include "recovery/seat_load.h"
#include "seat/seat_recovery.h"

#include <string.h>

static int
adopt(struct ctx *ctx, int64_t performance, struct span bytes)
{
	struct hold_token token = { .performance = performance };
	int r;

	memcpy(token.random, bytes.p, sizeof(token.random));
	r = hold_adopt(ctx, &token);
	if (r == ADOPT_E_WAITS)
		return KV_F_LOADING;
	return r == ADOPT_E_NONE ? 1 : r;
}

static const struct seat_recovery all = {
	.raise = epoch_raise,
	.load = seat_load,
	.reload = seat_reload,
	.adopt = adopt,
};

void
recovery_give(struct ctx *ctx)
{
	seat_recover_by(ctx, &all);
}
