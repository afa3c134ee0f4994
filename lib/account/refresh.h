/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * refresh - refresh tokens: staying logged in without a password
 *
 * A token is 32 random bytes and can be used once: each use gives the next
 * one of its family. A used token that comes back means that two parties
 * have it, so its family is revoked. One exception: answers are lost and a
 * browser has several tabs, so within refresh_retry_s of its use a token may
 * be asked with as often as one likes, and is given the same successor.
 * Only SHA-256 digests are kept, and what makes a successor from its token.
 *
 * Layer: domain.  Uses: base, store.
 */
#ifndef ACCOUNT_REFRESH_H
#define ACCOUNT_REFRESH_H

#include "base/span.h"

struct ctx;

#define REFRESH_LIFETIME_S (14 * 24 * 3600)

enum refresh_outcome {
	REFRESH_OK = 0,
	REFRESH_E_REFUSED, /* unknown, over, revoked, or used before */
};

/* What who is logged in has: a family is a session. */
struct refresh {
	int64_t user, session;
	struct span token;
};

/*
 * Begin a family at a login.
 *
 * in:      version  of the account as it was when the password was looked at
 * out:     out      the first token; memory: the arena's
 * returns: any refresh_outcome, REFUSED where the account is another by now or
 *          disabled; < 0 on a fault: a family nobody has a token of may have
 *          begun, which harms nothing
 */
int refresh_begin(struct ctx *ctx, int64_t user, int64_t version,
    struct refresh *out) MUST_CHECK;

/*
 * Turn a token into the next one.
 *
 * in:      token  any bytes
 * out:     out    on REFRESH_OK; memory: the arena's
 * returns: any refresh_outcome; < 0 on a fault, when the turn may have been
 *          made: asking again within refresh_retry_s is safe
 */
int refresh_turn(struct ctx *ctx, struct span token,
    struct refresh *out) MUST_CHECK;

/* Revoke the family of a token: logging out. Unknown tokens are fine. out:
 * *user (unless NULL) whose it was, 0 where nothing was revoked. returns:
 * REFRESH_OK; < 0 on a fault, asking again is safe. */
int refresh_end(struct ctx *ctx, struct span token, int64_t *user) MUST_CHECK;

/* Delete at most max tokens that are past their life, and families of which
 * none is left. out: *n  how many tokens. returns: 0; < 0 on a fault: asking
 * again is safe */
int refresh_purge(struct ctx *ctx, int64_t max, size_t *n) MUST_CHECK;
/* Forget at most max salts whose turns may not be repeated any more. The rest
 * as refresh_purge. */
int refresh_unsalt(struct ctx *ctx, int64_t max, size_t *n) MUST_CHECK;

#endif
