/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * epoch - under which number Redis is to be believed
 *
 * The epoch stands in PostgreSQL (sys_epoch) with the run id of the Redis
 * server it was made for, and in Redis as a mark. It is raised when the two
 * disagree: another server answers (restarted, failed over), or the same one
 * was emptied; never for one that most sentinels do not name; and when a newer
 * primary is met than Redis knows of (store/primary.h). An answer that makes no
 * sense is a fault and no reason. Keys of an older epoch are never believed
 * again.
 *
 * Layer: domain.  Uses: base, store.
 */
#ifndef SEAT_EPOCH_H
#define SEAT_EPOCH_H

#include "store/ctx.h"

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
/* bo:job:loaded.<epoch>: ids of the performances loaded under it. Memory:
 * the arena's. */
struct span epoch_loaded_key(struct ctx *ctx, int64_t epoch);

/* ---- for who raises it (seat_recovery.h) ---- */

/* The reason where there was no Redis before, which is nothing to warn of. */
#define EPOCH_FIRST "the first Redis server answers"

/* The mark in Redis; 0 when it has none. */
int epoch_mark_read(struct ctx *ctx, int64_t *out) MUST_CHECK;
/* Set it. returns: 0; < 0 on a fault, when it may be set */
int epoch_mark_write(struct ctx *ctx, int64_t epoch) MUST_CHECK;
/*
 * What other trees have met is in Redis: the connection to the primary is
 * closed when it leads to an older one. A newer one becomes known by raising
 * the epoch.
 *
 * out:     newer   Redis knows an older one; never so when raising
 */
int epoch_tell_primary(struct ctx *ctx, bool raising, bool *newer) MUST_CHECK;

#endif
