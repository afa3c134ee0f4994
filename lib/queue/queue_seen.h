/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * queue_seen - who near the front of a line has just asked it where he stands
 *
 * Whoever stands near the front asks every two seconds, and the line is to know
 * that he is there: but once in a while is enough of that, since a run takes
 * nobody for absent whom it has heard of within ninety seconds
 * (lua/queue_pick.lua), and a page that nobody looks at asks once a minute. In
 * between he is answered from the snapshot, as those far from the front are.
 * The processes of a tree remember together for whom the line was asked.
 *
 * Bench row: queue-poll-front.
 *
 * Layer: domain.  Uses: base, store, queue_ticket, queue_snapshot.
 */
#ifndef QUEUE_QUEUE_SEEN_H
#define QUEUE_QUEUE_SEEN_H

#include "queue/queue_snapshot.h"
#include "queue/queue_ticket.h"

/* For so long the line is not asked for him again. With the minute between two
 * questions of a page that nobody looks at it is less than the ninety seconds.
 */
#define QUEUE_SEEN_MS 10000
/* So many at the very front ask each time: it is about to be their turn, and
 * their places are told as they are. */
#define QUEUE_SEEN_FRONT 100

/* The line has just said that he waits near the front, and knows that he is
 * there. */
void queue_seen_note(struct ctx *ctx, const struct queue_ticket *ticket);

/*
 * Whether a ticket can be answered from a snapshot though it is near the front:
 * the line was asked for it lately, has admitted nobody behind it since, as far
 * as the snapshot knows, and is not about to admit it. Who was admitted, or
 * was passed because he was away, asks.
 *
 * in:      now  of the ticket's line, and of its epoch
 */
bool queue_seen_lately(struct ctx *ctx, const struct queue_ticket *ticket,
    const struct queue_snapshot *now) MUST_CHECK;

/* He leaves: whoever asks next is told by the line. */
void queue_seen_forget(struct ctx *ctx, const struct queue_ticket *ticket);

#endif
