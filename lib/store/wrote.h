/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrote - how far a server must be for a user to see his own writes
 *
 * The mark bo:wrote:<user> in Redis is one of
 *   (none)         he wrote nothing in the last ten minutes
 *   begun          a write is under way, or whoever made it died
 *   ended <nonce>  his writes are committed; how far that was in the WAL
 *                  nobody has asked yet
 *   <lsn>          a server that has replayed this has all of them
 *
 * Who writes says begun before the transaction and ended after its commit and
 * before the answer; both ride in round trips that a purchase makes anyway.
 * He does not ask for the LSN: that would be one more. The first reader who
 * finds ended goes to the primary, where the flush LSN is read along with the
 * rows, and puts it in the place of that very nonce. It is right because the
 * commit came before ended, ended before the reader saw it, and that before
 * the LSN was read, so the commit lies at or below it; and because a commit
 * is flushed before it is told (writes under synchronous_commit = off have no
 * mark). A write that begins meanwhile changes the mark, and the LSN, coming
 * too late, is dropped: so no LSN ever replaces one, let alone a higher one.
 * The insert LSN would not do: it can lie behind the header of a page that no
 * replica reports before more WAL comes.
 *
 * Two writes of one user at once share the mark, and whichever ends puts
 * ended in the other's begun. A reader may then learn an LSN before the other
 * write's commit; that one's own ended, before its answer, mends it. Only a
 * write that was never answered can be hidden, for as long as the replica
 * lags; so can one whose end could not be told to Redis.
 *
 * Marks are worth nothing where Redis may have lost some. bo:job:wrote-since
 * tells which Redis server (run id) has kept them and since when; while that
 * is another server, or less than a mark's life ago, the primary is read.
 *
 * Layer: store.  Uses: base, ctx, kv, keys.
 */
#ifndef STORE_WROTE_H
#define STORE_WROTE_H

#include "store/ctx.h"

/* A mark's life: no replica that is further behind is read. */
#define WROTE_LIFE_S 600

/*
 * A write of the user begins, or has ended: one command queued on ctx->kv
 * (kv_queue), or one round trip of its own. Without Redis the write goes on;
 * that is logged. After a fault whose effect is not known, or while somebody
 * else still works on the same write, it has not ended: say nothing.
 */
void wrote_queue_begin(struct ctx *ctx, int64_t user);
void wrote_queue_end(struct ctx *ctx, int64_t user);
void wrote_begin(struct ctx *ctx, int64_t user);
void wrote_end(struct ctx *ctx, int64_t user);

enum wrote_state {
	WROTE_NOTHING,		/* any server will do */
	WROTE_UNTIL,		/* one that has replayed lsn */
	WROTE_ENDED,		/* the primary; then wrote_learn */
	WROTE_UNSURE,		/* the primary */
};

struct wrote {
	enum wrote_state state;
	struct span mark;	/* UNTIL: the LSN; ENDED: as it stands */
};

/* The mark of a user; UNSURE when Redis cannot tell. Memory: the arena's. */
void wrote_look(struct ctx *ctx, int64_t user, struct wrote *out);
/* In the place of that mark, if it still stands there: the primary's flush
 * LSN, read after wrote_look. */
void wrote_learn(struct ctx *ctx, int64_t user, const struct wrote *mark,
    struct span lsn);

/* Marks may have been lost: queue that nobody believes them for their life
 * (one command). */
void wrote_queue_doubt(struct ctx *ctx);

#endif
