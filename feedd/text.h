/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text - what readers are sent, each written once and shared by all who get it
 *
 * Source: HTML Living Standard, 9.2 (server-sent events): an event's id is the
 * Last-Event-ID from then on, also where the event has no data and is not
 * dispatched.
 *
 * Layer: feedd.  Uses: base, ring.
 */
#ifndef FEEDD_TEXT_H
#define FEEDD_TEXT_H

#include "feedd/ring.h"

struct text {
	unsigned refs;
	size_t len;
	char bytes[];
};

/* A copy with one reference. */
struct text *text_of(struct span bytes);
struct text *text_take(struct text *t);
/* NULL is allowed. */
void text_drop(struct text *t);

/* "<epoch>-<ms>-<seq>". Memory: a's. */
struct span text_version(struct arena *a, int64_t epoch, struct log_id id);
/* Read it. returns: whether it is one */
bool text_read_version(struct span version, int64_t *epoch,
    struct log_id *id) MUST_CHECK;

/* What changed, by letter and number, the sections last: event seats. */
struct text *text_seats(struct arena *a, struct span version,
    const struct ring_change *changes, size_t n);
/* The map is to be read anew within so long: event resync. */
struct text *text_resync(struct arena *a, struct span version,
    int64_t within_ms);
/* Nothing but the version. */
struct text *text_heartbeat(struct arena *a, struct span version);
/* An event without data worth reading: pause, end. */
struct text *text_event(struct arena *a, const char *name);
/* How long a reader waits before it comes again. */
struct text *text_retry(struct arena *a, int64_t ms);

#endif
