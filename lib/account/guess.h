/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * guess - how fast one network may guess the password of one login id
 *
 * The first GUESS_FREE logins are free, then each has to wait twice as long
 * as the one before, up to GUESS_WAIT_MAX_MS; the right password ends that,
 * and so do GUESS_KEPT_MS without a guess. What a network did counts for
 * nobody else: strangers cannot keep a user out. A login id without a user is
 * counted alike. While Redis cannot count, each pool does by itself. Codes of a
 * second factor are counted over all networks as well (login_code): only who
 * knows the password comes so far.
 *
 * A network is an IPv4 address, or the first 64 bits of an IPv6 address,
 * which one subscriber has whole.
 *
 * Source: the OWASP authentication cheat sheet; RFC 6177 for the 64 bits.
 *
 * Layer: domain.  Uses: base, store, fold, guess_near.
 */
#ifndef ACCOUNT_GUESS_H
#define ACCOUNT_GUESS_H

#include "base/span.h"

struct ctx;

#define GUESS_FREE 10
#define GUESS_WAIT_MAX_MS INT64_C(300000)
#define GUESS_KEPT_MS INT64_C(3600000)

enum guess_outcome {
	GUESS_OK = 0,  /* counted: check the password */
	GUESS_E_EARLY, /* not counted */
};

/*
 * A password is about to be checked.
 *
 * in:      login_id  any text
 *          address   of the client; one that cannot be read counts as itself
 * out:     wait_ms   on EARLY: how long to wait
 * returns: any guess_outcome; never a fault
 */
int guess_begin(struct ctx *ctx, struct span login_id, struct span address,
    int64_t *wait_ms) MUST_CHECK;
/* It was the right one: what was counted is forgotten. */
void guess_was_right(struct ctx *ctx, struct span login_id,
    struct span address);

#endif
