/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log_hint - tell who follows the logs of maps that one has grown
 *
 * Who wants every entry of every log is a consumer. So that it need not ask
 * each log, whoever makes an entry for it leaves a hint in the same round trip.
 *
 * Layer: domain.  Uses: base, store, log_entry.
 */
#ifndef SEAT_LOG_HINT_H
#define SEAT_LOG_HINT_H

#include "seat/log_entry.h"
#include "store/ctx.h"

struct log_consumer {
	/* Names under bo:job: of the hints, performance -> name of the last;
	 * and, with ".<epoch>" behind it, of performance -> id up to which its
	 * log was read. */
	const char *hints, *reached;
	/* The next entry of a log. returns: 0; < 0 on a fault */
	int (*take)(void *arg, int64_t performance,
	    const struct log_entry *entry);
	/* What was taken will not be given again: be done with it. Follows each
	 * batch of logs. returns: 0; < 0 on a fault, when it will be */
	int (*settle)(void *arg);
};

/* Queue the hint behind a script that makes entries (see kv_queue). A process
 * that forks does so before its first hint: the children would use its names.
 */
void log_hint_queue(struct ctx *ctx, const struct log_consumer *who,
    int64_t performance);
/* Where they are. Memory: the arena's. */
struct span log_hint_key(struct ctx *ctx, const struct log_consumer *who);

#endif
