/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hub - readers come, are told what changed, and go
 *
 * Every HUB_LOOK_MS one round trip to Redis asks what is new of the
 * performances that have readers and are due. What is new is told at once; then
 * a performance is not due before HUB_ROUND_MS, or twice the time its round
 * took, so that a full house costs half of the loop at most. Redis is waited
 * for, for [redis] command_ms at most: the breaker of kv.h sees to it that this
 * is not each time.
 *
 * Layer: feedd.  Uses: base, store, ask, performance, tally.
 */
#ifndef FEEDD_HUB_H
#define FEEDD_HUB_H

#include "base/metrics.h"
#include "feedd/event_door.h"
#include "store/settings.h"

#define HUB_LOOK_MS 50
#define HUB_ROUND_MS 200

struct hub;

/* set and redis (who to log in as) must stay valid; they may be changed between
 * two calls of the loop. */
struct hub *hub_open(struct event_loop *loop, const struct settings *set,
    const struct settings *redis, struct metrics *metrics);
/* All readers are closed. */
void hub_close(struct hub *hub);
/* Accept readers here. */
void hub_listen(struct hub *hub, int listener);
/* Settings of Redis changed: connect anew. */
void hub_reconnect(struct hub *hub);
/* Each reader is told when to come again, one sooner and one later, and closed;
 * nobody is accepted any more. */
void hub_drain(struct hub *hub);

#endif
