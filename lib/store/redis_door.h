/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * redis_door - one connection to Redis; the door to hiredis
 *
 * It sends bytes, reads replies into an arena and counts both: a reply belongs
 * to a command by its place alone, so a connection that owes one, or has one
 * too many, is of no use to anybody.
 *
 * Layer: store.  Uses: base, settings.
 */
#ifndef STORE_REDIS_DOOR_H
#define STORE_REDIS_DOOR_H

#include "store/kv.h"
#include "store/sentinel.h"

struct redis;

/*
 * Connect to the server there; time-outs and keep-alive as the settings say.
 *
 * out:     *out  to be closed, also after a fault: redis_why tells
 * returns: 0; < 0 a fault
 */
int redis_open(const struct settings *set, const struct redis_at *at,
    struct redis **out) MUST_CHECK;
/* NULL is allowed. */
void redis_close(struct redis *redis);

/* One command, as Redis reads it; it leaves with the first wait for a reply. */
void redis_send(struct redis *redis, const char *bytes, size_t len);
/*
 * The next reply that is owed.
 *
 * memory:  *out lives in a
 * returns: 0; < 0 a fault: close it
 */
int redis_receive(struct redis *redis, struct arena *a,
    struct kv_reply *out) MUST_CHECK;
/* How many replies are still to come for what was sent. */
size_t redis_owes(const struct redis *redis);
/* Whether more came than that. */
bool redis_has_too_much(const struct redis *redis);
/* Redis says nothing unasked, so anything to read on a connection that owes
 * nothing is its end, or a reply to nobody. */
bool redis_is_quiet(const struct redis *redis);
/* What is queued does not leave any more. */
void redis_cut(struct redis *redis);
/* Of the last fault, for people; in static memory or redis's. */
const char *redis_why(const struct redis *redis);

#endif
