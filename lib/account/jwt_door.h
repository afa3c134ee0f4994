/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * jwt_door - JSON Web Tokens; the door to libjwt
 *
 * Spelling and signatures only: what the claims must say is token.c's work.
 *
 * Layer: domain.  Uses: base.
 */
#ifndef ACCOUNT_JWT_DOOR_H
#define ACCOUNT_JWT_DOOR_H

#include "base/arena.h"

/* A claim that is missing or of another type is SPAN_NONE or 0; role and id
 * ("jti") that are NONE are not written. */
struct jwt_claims {
	struct span issuer, audience, subject, role, id;
	int64_t issued_s, not_before_s, expires_s;
	int64_t session; /* "sid"; 0 is not written */
};

enum jwt_door_outcome {
	JWT_DOOR_OK = 0,
	JWT_DOOR_E_MALFORMED, /* not three base64url parts with JSON in */
	JWT_DOOR_E_HEADER,    /* alg, typ or crit is not ours */
	JWT_DOOR_E_SIGNATURE,
};

/*
 * Which key does this token name? Only the header is looked at, and nothing
 * of it is proved yet.
 *
 * in:      text  any bytes
 * out:     kid   SPAN_NONE when it names none; memory: the arena's
 * returns: OK, MALFORMED, HEADER
 */
int jwt_door_kid(struct arena *a, struct span text,
    struct span *kid) MUST_CHECK;

/*
 * Check the signature with key, and only then read the claims.
 *
 * in:      text  one that jwt_door_kid found well-formed
 * out:     out   memory: the arena's
 * returns: OK, HEADER, SIGNATURE
 */
int jwt_door_open(struct arena *a, struct span text, struct span key,
    struct jwt_claims *out) MUST_CHECK;

/* Sign claims. Memory: the arena's. returns: OK; < 0 -ENOMEM, logged. */
int jwt_door_seal(struct arena *a, struct span kid, struct span key,
    const struct jwt_claims *claims, struct span *out) MUST_CHECK;

#endif
