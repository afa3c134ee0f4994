/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * epoch - under which number Redis is to be believed
 *
 * The epoch stands in PostgreSQL (sys_epoch) with the run id of the Redis
 * server it was made for, and in Redis as a mark. It is raised when the two
 * disagree: another server answers (restarted, failed over), or the same one
 * was emptied; and when a newer primary is met than Redis knows of
 * (store/primary.h). An answer that makes no sense is a fault and no reason.
 * Keys of an older epoch are never believed again.
 *
 * Layer: domain.  Uses: base, store.
 */
#ifndef SEAT_EPOCH_H
#define SEAT_EPOCH_H

#include "store/ctx.h"

/* Advisory locks, first number of the pair: the epoch and loading a map. */
#define LOCK_EPOCH 1
#define LOCK_LOAD 2

/*
 * The epoch to work under. Cheap while ctx's Redis connection stays the same;
 * else Redis and the primary are asked, and the epoch is raised where they
 * disagree, once a second at most, whoever finds that.
 *
 * returns: 0; < 0 on a fault (either could not be asked); KV_F_LOADING when
 *          they disagree within a second after a raise
 */
int epoch_get(struct ctx *ctx, int64_t *out) MUST_CHECK;
/*
 * The same for reads only: when the primary does not answer, the mark in
 * Redis is believed.
 */
int epoch_peek(struct ctx *ctx, int64_t *out) MUST_CHECK;
/* As it was known last, without asking; 0: it is not. */
int64_t epoch_last(const struct ctx *ctx);
/* Whether Redis is still met on the connection that this was checked on. */
bool epoch_same_connection(const struct ctx *ctx);
/* Something under the epoch was not as expected: check it next time. */
void epoch_forget(struct ctx *ctx);
/*
 * Raise the epoch if it still is seen: waits for the transactions that work
 * under it, marks its maps in Redis dead, journals what their logs still hold
 * and lets them go after an hour.
 *
 * in:      reason  for people, kept in sys_epoch
 * returns: 0 also when somebody else raised it; < 0 on a fault: asking again
 *          is safe
 */
int epoch_raise(struct ctx *ctx, int64_t seen, const char *reason) MUST_CHECK;
/* bo:job:loaded.<epoch>: ids of the performances loaded under it. Memory:
 * the arena's. */
struct span epoch_loaded_key(struct ctx *ctx, int64_t epoch);

#endif
