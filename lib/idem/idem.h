/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * idem - one effect for a user, a route and an Idempotency-Key
 *
 * The first final answer is kept for 48 hours and given again, byte by byte.
 * Who takes a key and what it was answered is decided by functions of the
 * schema (sql/functions/idempotency.sql), which the transaction with the effect
 * calls itself: idem_take, and idem_end where it ends. Here is what is asked
 * before and what is stored after.
 *
 * Source: draft-ietf-httpapi-idempotency-key-header.
 *
 * Layer: domain.  Uses: base, store.
 */
#ifndef IDEM_IDEM_H
#define IDEM_IDEM_H

#include "base/crypto.h"
#include "store/ctx.h"
#include "store/db.h"

enum idem_outcome {
	IDEM_OK = 0,     /* nobody was answered with this key */
	IDEM_E_REPLAY,   /* answered: see struct idem_answer */
	IDEM_E_MISMATCH, /* it asked for something else */
	IDEM_E_RUNNING,  /* what it began has not ended */
};

struct idem {
	int64_t user;
	const char *route; /* "POST /api/v1/payments" */
	struct span key;
	uint8_t fingerprint[SHA256_LEN]; /* of what is asked */
};

struct idem_answer {
	int status;
	struct span body;
};

/* Who asks for what: the parts are what the request means, in a fixed
 * order; NONE is allowed. Memory: route and key stay the caller's. */
void idem_init(struct ctx *ctx, struct idem *idem, int64_t user,
    const char *route, struct span key, const struct span *parts,
    size_t n_parts);

/* The first four parameters of a statement that asks for a key: user, route,
 * key, fingerprint. */
#define IDEM_PARAMS 4
void idem_params(struct ctx *ctx, const struct idem *idem,
    struct db_param *params);

/* What a row that begins with (outcome, status, body) says. The words of the
 * schema's functions become outcomes; any other word is IDEM_OK.
 * out: on IDEM_E_REPLAY. returns: any idem_outcome */
int idem_read(struct ctx *ctx, const struct db_rows *rows,
    struct idem_answer *out) MUST_CHECK;

/* What is known of a key, from the primary. out: on IDEM_E_REPLAY. returns: any
 * idem_outcome; < 0 on a fault */
int idem_look(struct ctx *ctx, const struct idem *idem,
    struct idem_answer *out) MUST_CHECK;

/*
 * Keep a final answer, unless the key has one or what it began has not ended.
 *
 * out:     out  on IDEM_E_REPLAY: what was answered before, and is the answer
 * returns: OK: it is kept; REPLAY, MISMATCH, RUNNING: it is not; < 0 on a
 *          fault: it may not be kept, and the effect must then be such that
 *          asking again is safe
 */
int idem_keep(struct ctx *ctx, const struct idem *idem,
    const struct idem_answer *answer, struct idem_answer *out) MUST_CHECK;

/* Forget answers that were kept long enough, at most max of them; unfinished
 * ones stay. out: *n  how many went. returns: 0; < 0 on a fault: asking again
 * is safe */
int idem_purge(struct ctx *ctx, int64_t max, size_t *n) MUST_CHECK;
/* The same for refusals alone, which are kept for [retention] refused_hours. */
int idem_purge_refused(struct ctx *ctx, int64_t max, size_t *n) MUST_CHECK;

#endif
