/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * token - access tokens: who asks, proved without a database
 *
 * A token is a JWT (RFC 7519) signed with HS256 and nothing else. Its key is
 * chosen by `kid` from the closed table of the three settings token_key,
 * token_key_previous and token_key_rehearsal before anything else in it is
 * believed (RFC 8725 3.1, 3.5). iss, aud, sub, role, iat, nbf, exp must all
 * be there, and exp - iat must not exceed the longest lifetime of its key.
 *
 * Layer: domain.  Uses: base, store, role, token_key.
 */
#ifndef ACCOUNT_TOKEN_H
#define ACCOUNT_TOKEN_H

#include "account/role.h"
#include "account/token_key.h"

struct ctx;

/* A longer text is refused unread. */
#define TOKEN_LEN_MAX KIB(4)
/* nbf and iat may lie this much ahead: clocks of two hosts differ. */
#define TOKEN_LEEWAY_S 5

enum token_outcome {
	TOKEN_OK = 0,
	TOKEN_E_MALFORMED, /* not a JWT as we write them */
	TOKEN_E_REFUSED,   /* key, signature or a claim is not ours */
	TOKEN_E_EXPIRED,   /* ours, and over */
	TOKEN_E_NO_KEY,    /* token_make: that key is not configured */
};

struct token {
	int64_t user;
	enum role role;
	int64_t session;  /* a refresh family; 0: none */
	bool seen_before; /* verified in this minute, by this tree */
	int64_t expires_ms;
};

/*
 * Who does this token speak for?
 *
 * in:      text  what follows "Bearer ", any bytes
 *          ctx   its settings and now_ms; the arena for what is decoded
 * out:     out   written on TOKEN_OK only
 * returns: any token_outcome but TOKEN_E_NO_KEY; never a fault
 * source:  RFC 7515, 7519, 8725
 */
int token_verify(struct ctx *ctx, struct span text,
    struct token *out) MUST_CHECK;

/*
 * Write a token that starts now and lasts as long as its key allows.
 *
 * in:      key   CURRENT or REHEARSAL
 *          whom  its user, > 0, role and session; the rest is not read
 * out:     out   memory: the arena's
 * returns: TOKEN_OK, TOKEN_E_NO_KEY; < 0 on a fault
 */
int token_make(struct ctx *ctx, enum token_key key, const struct token *whom,
    struct span *out) MUST_CHECK;

/* Seconds a new token of this key lasts: expires_in on the wire. */
int64_t token_lifetime_s(const struct ctx *ctx, enum token_key key);

#endif
