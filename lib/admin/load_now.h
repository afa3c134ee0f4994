/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load_now - how much of what this machine can do is being done: one number
 *
 * For whoever adds machines and takes them away. It is the largest of some
 * shares, each 0 to 1, so that none is hidden by the others:
 *
 *	api, pay   of the pool's workers, those that serve, on average over a
 *	           span of seconds
 *	holds      of the permits for holds in the database, those that are
 *	           taken
 *	cpu        of the processors, those that somebody wants: the kernel's
 *	           load of one minute
 *	redis      of the time-out of a command, what one took just now
 *	primary    of the time-out of a statement, what one took just now
 *
 * Another machine takes load from the first four; what is slow in the last two
 * it makes slower. A store that is away is 1.
 *
 * Layer: domain.  Uses: base, store.
 */
#ifndef ADMIN_LOAD_NOW_H
#define ADMIN_LOAD_NOW_H

#include "store/ctx.h"

enum load_source {
	LOAD_API,
	LOAD_PAY,
	LOAD_HOLDS,
	LOAD_CPU,
	LOAD_REDIS,
	LOAD_PRIMARY,
	LOAD_N
};

extern const char *const load_names[LOAD_N];

struct load_now {
	double of[LOAD_N];     /* 0..1 */
	enum load_source most; /* the largest, which is the number */
	double seconds;        /* the span of api and pay; 0: none yet, and
	                        * they are 0 */
};

/* How long the pools have served by some moment; zeros: not looked yet. */
struct load_mark {
	int64_t at_us;
	int64_t api_us, pay_us;
};

/*
 * Look, now.
 *
 * in:      mark  an earlier one, or zeros
 * out:     mark  now; out
 * returns: 0; < 0 -errno when the metrics cannot be read. A store that does
 *          not answer is no fault, but 1
 */
int load_now(struct ctx *ctx, struct load_mark *mark,
    struct load_now *out) MUST_CHECK;

/* The same against a look that some process of the tree took lately: api and
 * pay are averages over 5 s, or over the time since somebody last asked. */
int load_lately(struct ctx *ctx, struct load_now *out) MUST_CHECK;

#endif
