/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rehearsal - many users at once, for trying a sale before it opens
 *
 * They are named <prefix>1, <prefix>2, ... and have no password, so only a
 * token that the operator hands out lets somebody act as one of them.
 *
 * Layer: domain.  Uses: base, store, fold, wallet.
 */
#ifndef ACCOUNT_REHEARSAL_H
#define ACCOUNT_REHEARSAL_H

#include "base/arena.h"

struct ctx;

#define REHEARSAL_USERS_MAX 1000000

enum rehearsal_outcome {
	REHEARSAL_OK = 0,
	REHEARSAL_E_COUNT,  /* n is not 1..REHEARSAL_USERS_MAX */
	REHEARSAL_E_CREDIT, /* not 0..WALLET_BALANCE_MAX */
	REHEARSAL_E_PREFIX, /* gives no login ids */
	REHEARSAL_E_TAKEN,  /* one of the login ids is somebody's already */
};

struct rehearsal {
	struct span prefix;
	int64_t n;
	int64_t credit_minor; /* in every wallet, with its ledger pair */
};

struct rehearsal_users {
	struct span prefix; /* as it is shown */
	int64_t first;      /* number of ids[0]'s login id */
	int64_t *ids;       /* n of them */
};

/*
 * Make n users with wallets in one transaction, one COPY a table. Numbers go
 * on behind the highest one there is with this prefix; two calls at once wait
 * for each other.
 *
 * in:      keep  where *out lives; ctx's arena needs some 400 bytes a user
 * returns: any rehearsal_outcome; < 0 on a fault: after DB_F_UNKNOWN the
 *          users may be there
 */
int rehearsal_add(struct ctx *ctx, const struct rehearsal *want,
    struct arena *keep, struct rehearsal_users *out) MUST_CHECK;

#endif
