/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seen - how many users were here lately
 *
 * Each minute has a HyperLogLog in Redis, so counting costs nobody a list of
 * names. A number to look at, not to decide by: it is off by about 0.81 %,
 * and what is noted while Redis is away is not counted.
 *
 * Layer: domain.  Uses: base, store.
 */
#ifndef ACCOUNT_SEEN_H
#define ACCOUNT_SEEN_H

#include "store/ctx.h"

#define SEEN_MINUTES 5

/* The user was here just now. Usually costs nothing: users are kept and sent
 * together, at the next call a second later or when there are many. */
void seen_note(struct ctx *ctx, int64_t user);
/* Different users in this minute and the four before it.
 * returns: 0; < 0 on a fault */
int seen_count(struct ctx *ctx, int64_t *n) MUST_CHECK;

#endif
