/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_script - run one of a performance's scripts where its map is live
 *
 * Each is given the keys that it names, and answers a list that begins with a
 * word.
 * 'gone' (no live map here) is dealt with: the epoch is checked, the map
 * loaded, the script run again. So is 'none' for a hold: one that was made
 * while Redis was away is told first.
 *
 * Layer: domain.  Uses: base, store, epoch, seat_recovery.
 */
#ifndef SEAT_SEAT_SCRIPT_H
#define SEAT_SEAT_SCRIPT_H

#include "store/ctx.h"
#include "store/script.h"

struct log_consumer;

#define SEAT_ARGS_MAX 96

enum seat_outcome {
	SEAT_OK = 0,
	SEAT_E_NONE, /* no such performance, or a draft */
};

/* An entry of key_held (hold/hold_bound.h). */
#define SEAT_HELD_LEN 12

struct seat_call {
	int64_t performance;
	const struct script *script;
	int n_args;
	struct span args[SEAT_ARGS_MAX]; /* [0] is now: seat_now */
	/* whom its entries are for, hinted in the same round trip; NULL:
	 * nobody. out: NULL where the hint could not be left */
	const struct log_consumer *hints;
	/* who holds by this script, and what is added to his key_held after
	 * it; 0: nobody */
	int64_t holder;
	char held[SEAT_HELD_LEN];
	bool frees;       /* memory: see kv_freeing */
	struct span hold; /* its token's bytes, where 'none' says
	                   * that Redis does not know it; else NONE */
	/* out: */
	struct kv_reply reply;
	int64_t epoch;    /* it ran under */
	int64_t held_len; /* bytes of key_held with that entry */
};

/* One key of a performance. Memory: the arena's. */
struct span seat_key(struct ctx *ctx, int64_t performance, int64_t epoch,
    enum perf_key which);
/* What a script is given as now: "0", or the fake clock's time. */
struct span seat_now(struct ctx *ctx);
/* A number as a script's argument. */
struct span seat_number(struct ctx *ctx, int64_t n);
void seat_arg(struct seat_call *call, struct span arg);

/*
 * Run it.
 *
 * out:     call->reply  its list, never 'gone'; call->epoch
 * memory:  the arena's
 * returns: any seat_outcome; < 0 on a fault, when the script may or may not
 *          have run
 */
int seat_call(struct ctx *ctx, struct seat_call *call) MUST_CHECK;

/* When, monotonic, the loss of a map may be told once more. */
int64_t *seat_tell_us(struct ctx *ctx);

/* Run or queue (see kv_queue) a script once, under this epoch whatever that is,
 * for who deals with 'gone' himself. Returns as kv_script. */
int seat_script(struct ctx *ctx, int64_t performance, int64_t epoch,
    const struct script *script, size_t n_args, const struct span *args,
    struct kv_reply *reply) MUST_CHECK;
void seat_script_queue(struct ctx *ctx, int64_t performance, int64_t epoch,
    const struct script *script, size_t n_args, const struct span *args);

/* Whether the answer's word is this one, and its n-th element as text (NONE
 * when there is none). */
bool seat_said(const struct kv_reply *reply, const char *word);
struct span seat_reply(const struct kv_reply *reply, size_t n);

#endif
