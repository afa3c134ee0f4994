/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * away - Redis goes away and comes back under a test
 *
 * Three ways to lose it: it ends and comes back empty; it stands still and
 * remembers; it is out of reach for this process alone.
 *
 * Layer: tests.  Uses: buyer, house, servers.
 */
#ifndef SUPPORT_AWAY_H
#define SUPPORT_AWAY_H

#include "hold/hold.h"
#include "tests/support/buyer.h"
#include "tests/support/holder.h"
#include "tests/support/servers.h"

enum { STOPPED, PAUSED, CUT, N_LOSSES };

/* It goes, and the workers have this redis_down. */
void away(int loss, enum redis_down mode);

/* It is back, and whoever asks does so as for the first time: one that knew
 * Redis to be away would ask it again in a second. */
void bring_back(int loss);

/* Rounds of the adopt job, until there is no more. */
void adopt(void);

/* A setting of Redis, by a client that knows nothing of breakers. */
void away_config(const char *key, const char *value);

/* Two ways in which it answers and takes no writes. */
enum { FULL, ALONE, N_REFUSALS };

void refuse_writes(int refusal, bool yes);

/* For FIXTURE: what is paused is known to be away soon; what other tests of
 * the program left in the database is not told here. */
void away_open(void);

/* ---- what buyers do, and what is there ---- */

/* By an Idempotency-Key. */
int place_keyed(const char *name, int64_t seat);
size_t listed(const char *name);
int64_t claims(const char *state);

/* What Redis has not been told. */
int64_t unmirrored(void);

/* All holds of the performance end as if made so much earlier. */
void age(int seconds);

#endif
