/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * queue_seen - who near the front of a line has just asked it where he stands
 *
 * A place is one number of one line in one epoch. Who is forgotten, or was
 * asked for by another tree, is asked for once more.
 *
 * Layer: domain.  Uses: base, store, queue_ticket, queue_snapshot.
 */
#include "queue/queue_seen.h"

#include "base/cells.h"
#include "store/part.h"

#define SEEN_MAX 65536

/* When the line was last asked for a place, in ms. */
SHARED_PART(seen, atomic_ullong[SEEN_MAX], NULL);

static int64_t
find(struct ctx *ctx, const struct queue_ticket *t, struct cell *cell)
{
	uint64_t line = cells_spread((uint64_t)t->performance)
	    ^ (uint64_t)t->epoch;

	return (int64_t)cells_get(shared_part(ctx->shared, &seen), SEEN_MAX,
	    cells_spread(cells_spread(line) ^ (uint64_t)t->seq), cell);
}

/* Where somebody else was faster the line is asked once more. */
static void
set(struct ctx *ctx, const struct queue_ticket *t, int64_t ms)
{
	struct cell cell;

	(void)find(ctx, t, &cell);
	(void)!cells_set(&cell, (uint64_t)ms);
}

void
queue_seen_note(struct ctx *ctx, const struct queue_ticket *ticket)
{
	set(ctx, ticket, ctx->now_ms);
}

void
queue_seen_forget(struct ctx *ctx, const struct queue_ticket *ticket)
{
	set(ctx, ticket, 0);
}

bool
queue_seen_lately(struct ctx *ctx, const struct queue_ticket *ticket,
    const struct queue_snapshot *now)
{
	struct cell cell;
	int64_t since_ms;

	if (ticket->seq <= now->head
	    || queue_snapshot_ahead(now, ticket->seq) < QUEUE_SEEN_FRONT)
		return false;
	since_ms = ctx->now_ms - find(ctx, ticket, &cell);
	return since_ms >= 0 && since_ms < QUEUE_SEEN_MS;
}
