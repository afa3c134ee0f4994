/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * login - a session for a password
 *
 * Layer: domain.  Uses: base, store, account, guess, refresh.
 */
#include "account/login.h"

#include "account/guess.h"

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
	guess_was_right(ctx, ask->login_id, ask->address);
	r = refresh_begin(ctx, out->account.id, out->account.version,
	    &out->refresh);
	return r <= 0 ? r : LOGIN_E_CREDENTIALS;
}
