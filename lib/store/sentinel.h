/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sentinel - which Redis is the master, as most of the sentinels say
 *
 * Redis Sentinel promotes a replica when a master is away, and a master that is
 * merely cut off goes on as one (split brain). So one sentinel is not believed:
 * more than half of those in the settings have to name the same server. kv then
 * asks that one whether it calls itself master.
 *
 * Source: Redis documentation, Guidelines for Redis clients with support for
 * Redis Sentinel.
 * Layer: store.  Uses: base, settings, redis_door, kv_wire.
 */
#ifndef STORE_SENTINEL_H
#define STORE_SENTINEL_H

#include "base/arena.h"
#include "store/settings.h"

#define SENTINELS_MAX 9

/* A server of Redis. */
struct redis_at {
	const char *socket; /* "" means host and port */
	char host[256];
	int64_t port;
};

/* Whether there are any in the settings. */
static inline bool
sentinel_is_used(const struct settings *set)
{
	return set->redis_sentinels[0] != '\0';
}

/* Whether list is 1..SENTINELS_MAX of HOST:PORT, blanks between; an IPv6
 * address stands in brackets. */
bool sentinel_list_ok(const char *list);

/*
 * Ask one after the other until most of them have named the same.
 *
 * out:     out  on 0
 *          why  else, for people
 * memory:  what they say is read into a
 * returns: 0; KV_F_AWAY most of them name none; takes up to connect_ms and
 *          command_ms for each that does not answer
 */
int sentinel_find(const struct settings *set, struct arena *a,
    struct redis_at *out, char *why, size_t why_len) MUST_CHECK;

bool redis_at_same(const struct redis_at *a, const struct redis_at *b);

#endif
