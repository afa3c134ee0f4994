/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * token_key - the keys that tokens are signed with
 *
 * A closed table of the three settings, by enum token_key. What is signed with
 * one of them says its audience, so that no token is good for another's use.
 *
 * Layer: domain.  Uses: base, store.
 */
#ifndef ACCOUNT_TOKEN_KEY_H
#define ACCOUNT_TOKEN_KEY_H

#include "base/span.h"

struct ctx;

enum token_key { TOKEN_KEY_CURRENT, TOKEN_KEY_PREVIOUS, TOKEN_KEY_REHEARSAL };

struct token_secret {
	enum token_key which;
	struct span kid, secret;
};

/* The key of a row. Memory: the arena's. returns: false: it is not configured.
 * Malformed settings were refused at the start. */
bool token_key_get(struct ctx *ctx, enum token_key which,
    struct token_secret *out) MUST_CHECK;
/* The key of that name. returns: false: there is none */
bool token_key_find(struct ctx *ctx, struct span kid,
    struct token_secret *out) MUST_CHECK;

#endif
