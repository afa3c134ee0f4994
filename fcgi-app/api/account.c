/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/account - handlers for users, tokens and the wallet
 *
 * All of them read the primary: who has just signed up or paid sees it.
 * Hashing is bounded by the gates (NEEDS_HASHING), lengths by the tables.
 *
 * Layer: fcgi-app/api.  Uses: http, account, wallet.
 */
#include "fcgi-app/api/api.h"

#include "account/account.h"
#include "account/fold.h"
#include "account/login.h"
#include "account/token.h"
#include "account/totp.h"
#include "base/clock.h"
#include "base/log.h"
#include "fcgi-app/api/cookie.h"
#include "fcgi-app/api/read.h"
#include "fcgi-app/api/view_account.h"
#include "http/problem.h"
#include "queue/queue.h"
#include "wallet/wallet.h"

#include <assert.h>

#define REFRESH_TOKEN_MAX 256

static const struct problem_row problems[] = {
	{ ACCOUNT_E_TAKEN, "login-taken", NULL },
	/* A good token of a user who is gone. */
	{ ACCOUNT_E_NONE, "invalid-token", NULL },
	{ 0 },
};

static const struct {
	int outcome;
	const char *field, *detail;
} field_problems[] = {
	{ ACCOUNT_E_LOGIN_ID, "login_id",
	    "3 to 64 letters, digits or . _ - "
	    "@ +, of one script" },
	{ ACCOUNT_E_PASSWORD, "password", "8 to 256 characters" },
	{ ACCOUNT_E_NAME, "name", "1 to 100 characters, not only spaces" },
	{ ACCOUNT_E_EMAIL, "email", "not an email address" },
};

static int
refuse(struct res *res, int r)
{
	for (size_t i = 0; i < ARRAY_LEN(field_problems); i++)
		if (r == field_problems[i].outcome)
			return problem_field(res, field_problems[i].field,
			    field_problems[i].detail);
	return problem_from(res, problems, r);
}

/* ---- signing up and in ---- */

static const struct field signup_fields[] = {
	{ "login_id", FIELD_STRING, 0, FOLD_LOGIN_MIN, FOLD_LOGIN_MAX,
	    offsetof(struct account_new, login_id) },
	{ "password", FIELD_STRING, 0, ACCOUNT_PASSWORD_MIN,
	    ACCOUNT_PASSWORD_MAX, offsetof(struct account_new, password) },
	{ "name", FIELD_STRING, 0, 1, ACCOUNT_NAME_MAX,
	    offsetof(struct account_new, name) },
	{ "email", FIELD_STRING, 0, 3, ACCOUNT_EMAIL_MAX,
	    offsetof(struct account_new, email) },
	{ 0 },
};

int
api_auth_signup(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct account_new who = { .role = ROLE_USER };
	struct account account;
	int r;

	if (!read_query_only(req, res, NULL)
	    || !read_body(ctx, req, res, signup_fields, &who))
		return 0;
	r = account_signup(ctx, &who, &account);
	if (r != 0)
		return refuse(res, r);
	return res_json(res, 201, view_account(ctx, &account));
}

/* An access token for the account beside its refresh token, which a browser
 * keeps in a cookie. */
static int
answer_tokens(struct ctx *ctx, const struct req *req, struct res *res,
    const struct account *account, const struct refresh *refresh)
{
	const struct token whom = { .user = account->id,
		.role = totp_role(&ctx->set, account),
		.session = refresh->session };
	struct span access;
	int r;

	r = token_make(ctx, TOKEN_KEY_CURRENT, &whom, &access);
	/* The settings were checked: there is a current key. */
	assert(r <= 0);
	if (r != 0)
		return r;
	if (cookie_wanted(req))
		cookie_set(ctx, res, refresh->token);
	return res_json(res, 200,
	    view_tokens(ctx, access, token_lifetime_s(ctx, TOKEN_KEY_CURRENT),
		cookie_wanted(req) ? SPAN_NONE : refresh->token));
}

static const struct field login_fields[] = {
	{ "login_id", FIELD_STRING, 0, 1, FOLD_LOGIN_MAX,
	    offsetof(struct login, login_id) },
	{ "password", FIELD_STRING, 0, 1, ACCOUNT_PASSWORD_MAX,
	    offsetof(struct login, password) },
	{ "totp", FIELD_STRING, FIELD_OPTIONAL, 1, TOTP_TYPED_MAX,
	    offsetof(struct login, totp) },
	{ 0 },
};

static const struct problem_row login_problems[] = {
	{ LOGIN_E_CREDENTIALS, "bad-credentials", NULL },
	{ LOGIN_E_TOTP, "totp-needed",
	    "Say a code of your app, or a recovery code, that was not used." },
	{ 0 },
};

int
api_auth_login(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct login login = { .address = req->remote_addr };
	struct login_result made;
	int r;

	if (!read_query_only(req, res, NULL)
	    || !read_body(ctx, req, res, login_fields, &login))
		return 0;
	r = login_make(ctx, &login, &made);
	if (r == LOGIN_E_EARLY)
		return problem_retry(res, "rate-limited",
		    "Too many wrong passwords for this login id.",
		    (int)CLOCK_S_OF_MS(made.wait_ms));
	if (r != LOGIN_OK)
		return problem_from(res, login_problems, r);
	return answer_tokens(ctx, req, res, &made.account, &made.refresh);
}

/* ---- staying and leaving ---- */

struct refresh_body {
	struct span refresh_token;
};

static const struct field refresh_fields[] = {
	{ "refresh_token", FIELD_STRING, 0, 1, REFRESH_TOKEN_MAX,
	    offsetof(struct refresh_body, refresh_token) },
	{ 0 },
};

/* With a cookie; a body that names a token as well leaves open which. */
static const struct field cookie_fields[] = {
	{ "refresh_token", FIELD_STRING, FIELD_OPTIONAL, 1, REFRESH_TOKEN_MAX,
	    offsetof(struct refresh_body, refresh_token) },
	{ 0 },
};

static bool
read_refresh(struct ctx *ctx, const struct req *req, struct res *res,
    struct span *token)
{
	struct refresh_body body = { .refresh_token = SPAN_NONE };
	bool cookie = cookie_wanted(req);

	if (!read_query_only(req, res, NULL)
	    || (cookie && !cookie_token(ctx, req, res, token))
	    || !read_body(ctx, req, res,
		cookie ? cookie_fields : refresh_fields, &body))
		return false;
	if (!cookie)
		*token = body.refresh_token;
	else if (span_is(body.refresh_token))
		(void)problem(res, "bad-request",
		    "The refresh token comes in the cookie or in the body.");
	return !cookie || !span_is(body.refresh_token);
}

static const struct problem_row refresh_problems[] = {
	{ REFRESH_E_REFUSED, "invalid-token",
	    "The refresh token is unknown, over or used. Log in again." },
	{ 0 },
};

int
api_auth_refresh(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct span token;
	struct account account;
	struct refresh next;
	int r;

	if (!read_refresh(ctx, req, res, &token))
		return 0;
	r = refresh_turn(ctx, token, &next);
	if (r != 0)
		return problem_from(res, refresh_problems, r);
	/* The role as it is today goes into the new access token. */
	r = account_get(ctx, next.user, &account);
	if (r == ACCOUNT_OK && account.disabled)
		r = ACCOUNT_E_NONE;
	if (r != 0)
		return refuse(res, r);
	return answer_tokens(ctx, req, res, &account, &next);
}

int
api_auth_logout(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct span token;
	int64_t user;
	int r;

	if (!read_refresh(ctx, req, res, &token))
		return 0;
	r = refresh_end(ctx, token, &user);
	if (r != 0)
		return r;
	/* His passes let others in. Where nobody can be told of it now, they
	 * lapse. */
	if (user != 0 && queue_leave_all(ctx, user) != 0)
		LOG(WARN, "queue-not-left", LINT("user", user));
	if (cookie_wanted(req))
		cookie_drop(res);
	return res_no_content(res);
}

/* ---- who am I, and what have I got ---- */

int
api_me(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct account account;
	int r;

	if (!read_query_only(req, res, NULL))
		return 0;
	r = account_get(ctx, req->buyer.id, &account);
	if (r != 0)
		return refuse(res, r);
	return res_json(res, 200, view_account(ctx, &account));
}

static const struct problem_row wallet_problems[] = {
	{ WALLET_E_NONE, "invalid-token", NULL },
	{ 0 },
};

int
api_wallet(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct wallet wallet;
	int r;

	if (!read_query_only(req, res, NULL))
		return 0;
	r = wallet_get(ctx, req->buyer.id, &wallet);
	if (r != 0)
		return problem_from(res, wallet_problems, r);
	return res_json(res, 200, view_wallet(ctx, &wallet));
}

int
api_wallet_entries(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct wallet_entry *list;
	struct page page;
	bool more;
	size_t n;
	int r;

	if (!read_page_only(ctx, req, res, &page))
		return 0;
	r = wallet_entries(ctx, req->buyer.id, page.after_id,
	    (size_t)page.limit, &list, &n, &more);
	if (r != 0)
		return r;
	return res_json(res, 200, view_wallet_entries(ctx, list, n, more));
}
