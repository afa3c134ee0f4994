/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_reconcile - the map follows the facts
 *
 * Whoever commits a fact mirrors it to Redis; where he died in between, came
 * late, or met something else there, this sets it right. Redis is read first,
 * then the claims, and a seat is set only where it still is as it was read:
 * whatever happened in between wins, and an error of one round is the next
 * one's work.
 *
 * Looked at are maps that a script found dirty; seats that moved in the last
 * second (every tenth second: in the last twenty) and are not what the
 * claims say; and all maps in turn, once a minute. A seat whose hold runs is
 * left to that hold's scripts, but for what the claims say; not that it is
 * blocked, where the hold is of whom it is kept for. A P without a claim
 * is the hold of a handler that died, or that is about to write its claims: the
 * script that made it P put the hold into :due at the handler's deadline, and
 * only once that is past does the hold end. No clock alone frees a seat.
 *
 * Layer: domain.  Uses: base, store, seat, hold.
 */
#ifndef RECOVERY_HOLD_RECONCILE_H
#define RECOVERY_HOLD_RECONCILE_H

#include "store/ctx.h"

/*
 * One whole map: letters and marks of facts come from the claims; what says
 * that it is a fact and has no claim becomes free, a P only when nobody works
 * on its payment any more; so does an H that belongs to no hold. Users who
 * hold nothing get their count of seats bought. Counter sections get what is
 * newer of their stock (recovery/stock_reconcile.h).
 *
 * memory:  nothing of the round's arena, however large the map: its own, given
 *          back before it returns
 * out:     *n  seats and counts that were set; added to
 * returns: 0, also when the map is not live; < 0 on a fault
 */
int hold_reconcile_map(struct ctx *ctx, int64_t performance,
    size_t *n) MUST_CHECK;

/* What a worker remembers between two rounds; zeros at first. */
#define RECONCILE_SAMPLES 64
struct hold_reconcile {
	/* where seat_log ended, and when that was (now_ms) */
	struct {
		int64_t at_ms, id;
	} samples[RECONCILE_SAMPLES];
	size_t n_samples; /* ever taken */
	int64_t turn;     /* performance whose turn it was */
	unsigned n_rounds;
};

/*
 * One round, once a second: maps that scripts found dirty; maps of seats that
 * moved in the last second (every tenth round in the last twenty) and are
 * not what the claims say; and some whole maps in turn, so that each is
 * looked at once a minute.
 *
 * out:     *n  seats and counts that were set
 * returns: 0; < 0 on a fault: the next round goes on
 */
int hold_reconcile_round(struct ctx *ctx, struct hold_reconcile *memory,
    size_t *n) MUST_CHECK;

#endif
