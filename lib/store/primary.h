/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * primary - which PostgreSQL is believed when more than one accepts writes
 *
 * After a failover the old primary may be started again, by the boot of its
 * host for instance, and then accepts writes that nobody else sees (split
 * brain). A promoted server begins a new timeline of the same system, so the
 * timeline is the fencing token: a process tree believes no server of an older
 * one than it has met, nor one of another system. What a tree has met it tells
 * Redis, and hears from there what others have (seat/epoch.h).
 *
 * Source: PostgreSQL 15 documentation, 26.3.5 Timelines.
 * Layer: store.  Uses: base.
 */
#ifndef STORE_PRIMARY_H
#define STORE_PRIMARY_H

#include "base/base.h"

#include <stdatomic.h>

/* Who a server is. */
struct primary_id {
	int64_t system;     /* the cluster's system identifier */
	int64_t timeline;   /* 0: a standby, which accepts no writes */
	int64_t started_us; /* when it was started: one server by two
	                     * addresses is one */
};

/* The newest met by a process tree; all zeros: none. */
struct primary_known {
	atomic_llong system;
	atomic_llong timeline;
	atomic_int n_writable; /* of the DSN's servers, at the last look */
};

/* Whether the server may be believed, and if so it is learnt. A standby is
 * neither. */
bool primary_meet(struct primary_known *known, const struct primary_id *id);
/* Whether a connection that was believed when it was made still may be: two
 * loads. */
bool primary_is_newest(const struct primary_known *known,
    const struct primary_id *id);
/* The tree was told of a newer one: that is learnt, of the same system. */
void primary_hear(struct primary_known *known, int64_t system,
    int64_t timeline);

#endif
