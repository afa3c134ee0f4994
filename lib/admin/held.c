/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * held - whether anybody holds something of a performance, by Redis
 *
 * Layer: domain.  Uses: base, store, seat.
 */
#include "admin/held.h"

#include "seat/epoch.h"
#include "seat/seat_script.h"

bool
held_now(struct ctx *ctx, int64_t performance)
{
	struct kv_reply reply;
	int64_t epoch;

	return epoch_get(ctx, &epoch) == 0
	    && seat_script(ctx, performance, epoch, &script_seat_held, 0, NULL,
		   &reply)
	    == 0
	    && seat_said(&reply, "held");
}
