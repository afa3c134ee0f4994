/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * slots - what the processes of one pool know of each other
 *
 * One shared mapping, made by the master before it forks: a slot per worker
 * and the permits of the pool. A worker writes its own slot; the master clears
 * a slot when it has reaped the worker. Whatever is counted over workers is a
 * sum over slots, so a worker killed at any moment leaves no count behind.
 *
 * Layer: fcgi-app.  Uses: base, store.
 */
#ifndef FCGI_APP_SLOTS_H
#define FCGI_APP_SLOTS_H

#include "base/permits.h"
#include "store/shared.h"

#include <stdatomic.h>
#include <sys/types.h>

#define SLOTS_MAX PERMITS_MAX
#define SLOTS_CACHE_LINE 64

enum slot_state {
	SLOT_FREE = 0, /* nobody's */
	SLOT_STARTING, /* forked, not accepting yet */
	SLOT_SERVING,  /* accepts connections */
	SLOT_DRAINING, /* serves what it has, accepts nothing */
};

struct slot {
	_Alignas(SLOTS_CACHE_LINE) atomic_int state; /* enum slot_state */
	atomic_int pid;
	atomic_llong heartbeat_us; /* monotonic: last sign of progress */
	atomic_int n_connections;
	atomic_llong generation; /* of the settings it works with */
	atomic_llong memory_kib; /* resident, seen about once a second */
};

struct slots;

/* n: 1..SLOTS_MAX. returns: 0; < 0 -errno */
int slots_open(int n, struct slots **out) MUST_CHECK;
void slots_close(struct slots *s);
int slots_count(const struct slots *s);
/* i: 0..n-1. */
struct slot *slots_get(const struct slots *s, int i);
/* A free slot, or -1. Master only. */
int slots_find_free(const struct slots *s);
/* The slot now belongs to a process about to be forked. Master only. */
void slots_take(struct slots *s, int i);
/* The worker of the slot is gone: its counts and its permits too. Master
 * only. */
void slots_clear(struct slots *s, int i);

/* The slot's worker made progress just now, at a time of clock_mono_us. */
void slots_heartbeat(struct slots *s, int i, int64_t now_us);

/*
 * The serving worker, other than self, with the fewest connections: the one
 * a new connection should go to. A worker that has not shown progress for
 * two seconds does not count.
 *
 * out:     *n  its connections
 * returns: its slot; -1 when there is no other
 */
int slots_least_loaded(const struct slots *s, int self, int *n);
/* Wake the worker of a slot: its wake descriptor becomes readable. */
void slots_wake(struct slots *s, int i);
/* What the worker of slot i has in its epoll set, and its emptying. */
int slots_wake_fd(const struct slots *s, int i);
void slots_wake_seen(struct slots *s, int i);

/* Who hashes a password; owners are slots. */
struct permits *slots_hashing(const struct slots *s);
/* What the workers tell each other about their stores; owners of its permits
 * are slots. */
struct shared *slots_shared(const struct slots *s);

#endif
