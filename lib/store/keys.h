/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keys - every Redis key, built in this one place
 *
 * Keys of one performance share a hash tag with the epoch,
 * bo:{p<id>.<epoch>}:..., so that a script touches one cluster slot and
 * nothing of an old epoch is ever mistaken for the new one's.
 *
 * Layer: store.  Uses: base.
 */
#ifndef STORE_KEYS_H
#define STORE_KEYS_H

#include "base/arena.h"

enum perf_key {
	KEY_SEATS, /* string: a state letter a seat */
	KEY_REFS,  /* string: a 4-byte owner mark a seat */
	KEY_META,  /* hash: alive or dead, sale window, limits */
	KEY_HOLDS, /* hash: hold token -> hold; u<user> -> counts;
	            * r<user> -> tokens of released ones */
	KEY_DUE,   /* sorted set: hold token by end, ms */
	KEY_ENDS,  /* list: hold tokens and ends, as they were placed */
	KEY_LOG,   /* stream: every change; its ids are versions */
	KEY_STOCK, /* hash: counter section -> how much of it is left */
	/* The line in front (lua/line.inc.lua). Sorted sets of users: */
	KEY_QUEUE,  /* who waits, by number */
	KEY_READY,  /* who of them is near and there, by number */
	KEY_SEEN,   /* when those were, ms */
	KEY_ABSENT, /* who was near and is not there, by the end of grace */
	KEY_ACTIVE, /* who may buy, by the end of it */
	KEY_PASS,   /* hash: of those user -> number and end */
	KEY_LINE,   /* hash: how far it has come */
	KEY_LOBBY,  /* hash: user -> id, until they are drawn */
	KEY_N_PERF
};

/* One key of a performance. performance, epoch > 0. Memory: a's. */
struct span key_perf(struct arena *a, int64_t performance, int64_t epoch,
    enum perf_key which);
/* n of them. out: n keys */
void keys_perf(struct arena *a, int64_t performance, int64_t epoch, size_t n,
    const enum perf_key *which, struct span *out);
/* bo:{u<user>.<epoch>}:held: in which performances he placed holds. */
struct span key_held(struct arena *a, int64_t user, int64_t epoch);
/* bo:rate:<what>:<who>: one limit's record. */
struct span key_rate(struct arena *a, const char *what, struct span who);
/* bo:{seen}:<minute>: who was here in it; one slot, to be counted together. */
struct span key_seen(struct arena *a, int64_t minute);
/* bo:outbox: ids of what is told to others. */
struct span key_outbox(void);
/* bo:job:<name>: a hint that saves work, never a lock that matters. */
struct span key_job(struct arena *a, const char *name);

#endif
