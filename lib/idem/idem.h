/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * idem - one effect for a user, a route and an Idempotency-Key
 *
 * The first final answer is kept for 48 hours and given again, byte by byte.
 * An answer that is part of a transaction is stored by that transaction's own
 * statement (pay_wallet); here is what is told before and what is stored
 * after.
 *
 * Source: draft-ietf-httpapi-idempotency-key-header.
 *
 * Layer: domain.  Uses: base, store.
 */
#ifndef IDEM_IDEM_H
#define IDEM_IDEM_H

#include "base/crypto.h"
#include "store/ctx.h"

enum idem_outcome {
	IDEM_NEW = 0,		/* nobody asked with this key */
	IDEM_E_REPLAY,		/* answered: see struct idem_answer */
	IDEM_E_MISMATCH,	/* it asked for something else */
	IDEM_E_RUNNING,		/* it is being worked on */
};

struct idem {
	int64_t user;
	const char *route;		/* "POST /payments" */
	struct span key;
	uint8_t fingerprint[SHA256_LEN];	/* of what is asked */
};

struct idem_answer {
	int status;
	struct span body;
};

/* Who asks for what: the parts are what the request means, in a fixed
 * order; NONE is allowed. Memory: route and key stay the caller's. */
void idem_init(struct ctx *ctx, struct idem *idem, int64_t user,
    const char *route, struct span key, const struct span *parts, size_t n_parts);

/* What is known of a key, from the primary. out: on IDEM_E_REPLAY. returns:
 * any idem_outcome; < 0 on a fault */
int idem_look(struct ctx *ctx, const struct idem *idem,
    struct idem_answer *out) MUST_CHECK;

/*
 * Keep a final answer, unless the key has one.
 *
 * returns: 0; < 0 on a fault: the answer may not be kept, and the effect
 *          must then be such that asking again is safe
 */
int idem_keep(struct ctx *ctx, const struct idem *idem, int status,
    struct span body) MUST_CHECK;

#endif
