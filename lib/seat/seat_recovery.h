/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_recovery - who puts things right, for those who find them wrong
 *
 * A script that finds no living map, an epoch that Redis does not have, a token
 * that Redis does not know: what then has to be done needs the journal and
 * holds, of which this room knows nothing. Each program hands over who does it
 * (recovery/recovery.h) before it uses a map.
 *
 * Layer: domain.  Uses: store.
 */
#ifndef SEAT_SEAT_RECOVERY_H
#define SEAT_SEAT_RECOVERY_H

#include "store/ctx.h"

/* All return < 0 on a fault: asking again is safe. */
struct seat_recovery {
	/* The epoch seen is over. returns: 0 */
	int (*raise)(struct ctx *ctx, int64_t seen, const char *reason);
	/* The map is not live here. returns: any seat_outcome */
	int (*load)(struct ctx *ctx, int64_t performance);
	/* It is live, and not what it should be. returns: any seat_outcome */
	int (*reload)(struct ctx *ctx, int64_t performance);
	/* Redis does not know a hold: its token's bytes. returns: 0 it does
	 * now; 1 there is no such hold */
	int (*adopt)(struct ctx *ctx, int64_t performance, struct span token);
};

/* From now on it is done so. by must stay valid. */
void seat_recover_by(struct ctx *ctx, const struct seat_recovery *by);
/* Asserts that it was said. */
const struct seat_recovery *seat_recovery(const struct ctx *ctx);

#endif
