/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * login - a session for a password, and for a code where the user has one
 *
 * Layer: domain.  Uses: base, store, account, guess, refresh, totp.
 */
#ifndef ACCOUNT_LOGIN_H
#define ACCOUNT_LOGIN_H

#include "account/account.h"
#include "account/refresh.h"

enum login_outcome {
	LOGIN_OK = 0,
	LOGIN_E_CREDENTIALS, /* no such user, or another password; or he was
	                      * changed or disabled just now */
	LOGIN_E_TOTP,        /* the password is right, and he has to say a code
	                      * too: none was said, or it was none of his */
	LOGIN_E_EARLY,       /* too many guesses: not looked at */
};

struct login {
	struct span login_id, password;
	struct span totp;    /* a code (totp.h) as typed, 1..TOTP_TYPED_MAX
	                      * bytes, or NONE */
	struct span address; /* of the client */
};

struct login_result {
	struct account account; /* OK */
	struct refresh refresh; /* OK: the first of a session */
	int64_t wait_ms;        /* EARLY */
};

/* memory: the arena's. returns: any login_outcome; < 0 on a fault */
int login_make(struct ctx *ctx, const struct login *ask,
    struct login_result *out) MUST_CHECK;

/*
 * A code of who has a second factor is used: by a login, or by who does
 * something that takes one. Wrong ones count together, wherever they are said.
 *
 * in:      code     as typed, 1..TOTP_TYPED_MAX bytes
 * out:     wait_ms  on EARLY: how long to wait
 * returns: OK, TOTP, EARLY; < 0 on a fault, when it may have been used
 */
int login_code(struct ctx *ctx, const struct account *user, struct span code,
    int64_t *wait_ms) MUST_CHECK;

#endif
