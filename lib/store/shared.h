/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shared - what the processes of a tree know together: how their stores are,
 * and what one of them found out that all may use
 *
 * The master maps it before it forks; a process on its own has one to itself
 * (ctx_open). All zeros is the beginning: everything is up, nobody is inside,
 * nothing is known. A pool has some 68 MiB of it, as far as it is used. What
 * others than the store share lies behind it, in parts (part.h).
 *
 * Layer: store.  Uses: base, breaker, part.
 */
#ifndef STORE_SHARED_H
#define STORE_SHARED_H

#include "store/breaker.h"
#include "store/part.h"
#include "store/primary.h"
#include "store/replica.h"

struct shared {
	/* A line each: one store's trouble does not slow the others. */
	_Alignas(PART_LINE) struct breaker redis;
	_Alignas(PART_LINE) struct breaker primary;
	_Alignas(PART_LINE) struct breaker replica;
	/* db.h's: the newest PostgreSQL that accepts writes */
	_Alignas(PART_LINE) struct primary_known newest;
	/* Which of several standbys is read. */
	_Alignas(PART_LINE) struct replica_choice standby;
	_Alignas(PART_LINE) char parts[];
};

/* Map one, for this process alone or for those it will fork as well; NULL when
 * there is no memory. */
struct shared *shared_map(bool tree);
void shared_unmap(struct shared *shared);
/* Number owner of the tree is gone. For whoever reaped it. */
void shared_left(struct shared *shared, int owner);

static inline void *
shared_part(struct shared *shared, const struct part *part)
{
	return shared->parts + part->at;
}

#endif
