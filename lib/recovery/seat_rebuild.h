/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_rebuild - notice that Redis lost something, and put it back
 *
 * Whoever meets a lost map loads it (seat_script.h), so nobody depends on
 * this; it spares the buyers the waiting: performances on sale are loaded
 * before they are asked for.
 *
 * Layer: domain.  Uses: base, store, epoch, seat_load.
 */
#ifndef RECOVERY_SEAT_REBUILD_H
#define RECOVERY_SEAT_REBUILD_H

#include "store/ctx.h"

/* So often Redis is asked whether it still is what it was. */
#define REBUILD_LOOK_MS 500

/* What a worker remembers between two rounds; zeros at first. */
struct seat_rebuild {
	int64_t epoch;  /* the one being loaded, or loaded */
	int64_t n_seen; /* performances on sale looked at under it */
	bool done;
	int64_t look_us; /* monotonic: when to look again */
	int64_t soon_us; /* and for sales that open soon */
	int64_t n_soon;  /* of these, looked at this time */
};

/*
 * End a script that keeps Redis from answering. Look whether it is the server
 * the epoch was made for and has its mark; raise the epoch where it is not;
 * then load some of the performances on sale, those that opened last first, and
 * from then on those whose sale is about to open (SEAT_AHEAD_MS).
 *
 * in:      budget_ms  no map is begun after so long
 * out:     *n  maps loaded
 * returns: 0; < 0 on a fault: the next round goes on
 */
int seat_rebuild_round(struct ctx *ctx, struct seat_rebuild *memory,
    int64_t budget_ms, size_t *n) MUST_CHECK;

#endif
