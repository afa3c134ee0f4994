/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * limit - how often one user or one address may do something
 *
 * One table of limits, each a row: its name, by whom it counts, who keeps the
 * count, and the setting with its rate (store/rate.h). All are counted by GCRA,
 * so that there is no moment at which a window begins anew.
 *
 * Which passwords are wrong is the affair of account/guess.h: that slows down
 * who guesses the password of one login id, and is over with the right one. The
 * limit of logins counts right and wrong ones of an address for all login ids.
 *
 * An address is a subscriber's (base/address.h). Many buyers may share one, as
 * a carrier's, so what buyers do is counted by user.
 *
 * Source: ITU-T I.371 for GCRA; draft-ietf-httpapi-ratelimit-headers for what
 * is told.
 *
 * Layer: domain.  Uses: base, store, limit_near.
 */
#ifndef LIMIT_LIMIT_H
#define LIMIT_LIMIT_H

#include "store/ctx.h"
#include "store/rate.h"

#include <stdatomic.h>

enum limit_name {
	LIMIT_NONE,
	LIMIT_HOLD,
	LIMIT_HOARD, /* its quota are seats times seconds */
	LIMIT_LOGIN,
	LIMIT_SIGNUP,
	LIMIT_SESSION,
	LIMIT_PAY,
	LIMIT_QUEUE,
	LIMIT_POLL,
	LIMIT_WRITE,
	LIMIT_LOGS,
	LIMIT_N
};

enum limit_by { LIMIT_BY_USER, LIMIT_BY_ADDRESS };

enum limit_keeper {
	LIMIT_IN_REDIS, /* one count for all hosts; while Redis is away, each
	                 * pool of a host has one */
	LIMIT_IN_HOLDS, /* the scripts that place holds, in the user's record of
	                 * a performance (lua/rate.inc.lua) */
	LIMIT_IN_POOL,  /* always each pool of a host: what is asked too often,
	                 * or in the rush, to ask a store */
};

struct limit_row {
	const char *name; /* as told to clients, and the setting's key */
	enum limit_by by;
	enum limit_keeper keeper;
	size_t setting;   /* where struct settings has its rate's text */
	const char *what; /* is counted; plural */
};

/* Indexed by enum limit_name. */
extern const struct limit_row limit_rows[LIMIT_N];

/* The rate in force; its quota is 0 where there is none. */
void limit_rate(const struct settings *set, enum limit_name name,
    struct rate *out);

/* How many each limit has refused in a tree: LIMIT_N of them, for whoever tells
 * the client to add to. */
atomic_llong *limit_refused(struct shared *shared);

/* The argument limits of those scripts. Memory: a's. */
struct span limit_hold_arg(struct arena *a, const struct settings *set);

/* What a client is told of where he stands. */
struct limit_told {
	enum limit_name name;
	struct rate rate; /* quota 0: there is no limit, and nothing else */
	int64_t left;     /* so many times more now */
	int64_t wait_ms;  /* until there is one more than left; on MANY, until
	                   * as many as were asked for may be taken */
};

enum limit_outcome {
	LIMIT_OK = 0, /* counted */
	LIMIT_E_MANY, /* not counted: wait_ms */
};

/*
 * Count something that is about to be done.
 *
 * in:      name     none of LIMIT_IN_HOLDS
 *          user     for a limit by user: who does it, > 0
 *          address  for one by address: REMOTE_ADDR
 *          n        how many times, > 0; more than the burst count as the burst
 * out:     told
 * returns: any limit_outcome; never a fault
 */
int limit_take(struct ctx *ctx, enum limit_name name, int64_t user,
    struct span address, int64_t n, struct limit_told *told) MUST_CHECK;

/* The same of LIMIT_HOLD, where Redis is away: each pool counts by itself, and
 * what is repeated or refused later counts too. */
int limit_take_hold(struct ctx *ctx, int64_t user, int64_t performance,
    struct limit_told *told) MUST_CHECK;

#endif
