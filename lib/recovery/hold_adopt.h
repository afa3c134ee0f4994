/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_adopt - Redis is told of holds that were changed while it was away
 *
 * What hold_database.h does leaves a row of holds_unmirrored. Once Redis knows
 * as much, the row goes and with it the hold's H claims: the hold is then
 * a promise of Redis like any other. A map that was loaded meanwhile has such
 * holds in it already; telling it again changes nothing.
 *
 * One transaction a hold: lock it, run the script hold_adopt, write what it is
 * now to the journal, delete its H claims and the note, commit. Who dies
 * between script and commit leaves the note. H claims never come to a map
 * alone, only with their record: who met the letter without it would free the
 * seat. A hold without H claims, since a payment without Redis turned them and
 * came to nothing, takes free seats only. Seats held in Redis for somebody else
 * meanwhile become the claim's, and that buyer is told "lost" when he pays;
 * only while he is paying it waits. Whoever has more than the limit over both
 * loses what PostgreSQL held.
 *
 * Layer: domain.  Uses: base, store, seat, hold.
 */
#ifndef RECOVERY_HOLD_ADOPT_H
#define RECOVERY_HOLD_ADOPT_H

#include "journal/hold_record.h"
#include "store/ctx.h"

enum adopt_outcome {
	ADOPT_OK = 0,  /* Redis knows */
	ADOPT_E_NONE,  /* the journal has no such hold */
	ADOPT_E_WAITS, /* it cannot be told yet: somebody is paying
	                * for a seat of it in Redis, or the map is not
	                * here */
};

/* One hold. returns: any adopt_outcome; < 0 on a fault: asking again is safe */
int hold_adopt(struct ctx *ctx, const struct hold_token *token) MUST_CHECK;

/*
 * One round: H claims that have lapsed or whose hold is over go (also while
 * Redis is away), then Redis is told of those it can be told of in a moment.
 *
 * out:     *n  claims' holds swept and holds told
 * returns: 0; ADOPT_MORE there are more, so that the next round should follow
 *          at once; < 0 on a fault: the next round goes on
 */
#define ADOPT_MORE 1
int hold_adopt_round(struct ctx *ctx, size_t *n) MUST_CHECK;

#endif
