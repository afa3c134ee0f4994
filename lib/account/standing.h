/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * standing - what became of users since their access tokens were given out
 *
 * A token is believed without asking anybody, so it may say what is not so any
 * more: the user was disabled, has another role, or his session was ended by
 * an operator. Each process reads such users from the primary, at most once in
 * STANDING_FRESH_MS and only where a token is to be judged. All others,
 * usually all there are, are as their token says. While the primary cannot be
 * asked, what was known stays.
 *
 * A session that its user has ended himself is not looked for here: its last
 * access token lives out its time.
 *
 * Layer: domain.  Uses: base, store, token.
 */
#ifndef ACCOUNT_STANDING_H
#define ACCOUNT_STANDING_H

#include "account/token.h"

#define STANDING_FRESH_MS 1000
/* Of so many users, those who were changed last. */
#define STANDING_USERS_MAX 16384

/*
 * Does the user of a token still stand as it says?
 *
 * in:      token  of token_verify
 * out:     token->role  the one that the user has now; of a session, as
 *                       totp_role has it
 * returns: false: the user is disabled, or the session was ended
 */
bool standing_is_good(struct ctx *ctx, struct token *token);

#endif
