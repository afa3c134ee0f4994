/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pool - workers of one pool who ask for the same at the same moment
 *
 * The first stands still before it takes what all ask (base/combine.h), so
 * that everything is in one go.
 *
 * Layer: tests.  Uses: buyer, race.
 */
#ifndef SUPPORT_POOL_H
#define SUPPORT_POOL_H

#include "base/clock.h"
#include "base/fault.h"
#include "tests/support/buyer.h"
#include "tests/support/race.h"

#include <signal.h>

#define POOL_N 4

/* What they share, and in each of them its number, from 0. */
extern struct shared *pool;
extern int pool_who;

void pool_open(void);
void pool_close(void);

#ifdef FAULTS
/* This process is one of them. Whoever waits for the others does so however
 * slow this machine is. */
void pool_join(void);

/* All do their work and ask for it in c, one of pool's; the first will stand
 * still once more at next, unless that is NULL. */
void pool_ask(const struct combine *c, void (*work)(void),
    struct sleeper *first, const char *next, pid_t others[POOL_N]);

/* It is killed, and whoever reaps it says so. */
void pool_kill(struct combine *c, pid_t pid, int owner);
#endif

#endif
