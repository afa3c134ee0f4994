/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * login - a session for a password, and for a code where the user has one
 *
 * Layer: domain.  Uses: base, store, account, guess, refresh, totp.
 */
#include "account/login.h"

#include "account/guess.h"
#include "account/totp.h"

/* Codes are short, and who knows the password may come from many networks: of
 * all of them together they are counted. */
#define ANY_NETWORK SPAN_LIT("totp")

int
login_code(struct ctx *ctx, const struct account *user, struct span code,
    int64_t *wait_ms)
{
	int r;

	if (guess_begin(ctx, user->login_id, ANY_NETWORK, wait_ms) != 0)
		return LOGIN_E_EARLY;
	r = totp_use(ctx, user->id, code);
	if (r != TOTP_OK)
		return r < 0 ? r : LOGIN_E_TOTP;
	guess_was_right(ctx, user->login_id, ANY_NETWORK);
	return LOGIN_OK;
}

int
login_make(struct ctx *ctx, const struct login *ask, struct login_result *out)
{
	int r;

	/* An early guess is not worth a hash. */
	if (guess_begin(ctx, ask->login_id, ask->address, &out->wait_ms) != 0)
		return LOGIN_E_EARLY;
	r = account_login(ctx, ask->login_id, ask->password, &out->account);
	if (r != ACCOUNT_OK)
		return r < 0 ? r : LOGIN_E_CREDENTIALS;
	/* Until both were right it counts as a guess. */
	if (out->account.totp)
		r = !span_is(ask->totp)
		    ? LOGIN_E_TOTP
		    : login_code(ctx, &out->account, ask->totp, &out->wait_ms);
	if (r != LOGIN_OK)
		return r;
	guess_was_right(ctx, ask->login_id, ask->address);
	r = refresh_begin(ctx, out->account.id, out->account.version,
	    &out->refresh);
	return r <= 0 ? r : LOGIN_E_CREDENTIALS;
}
