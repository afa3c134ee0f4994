/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/session - handlers for a user's own password and sessions
 *
 * Layer: fcgi-app/api.  Uses: http, account.
 */
#include "fcgi-app/api/api.h"

#include "account/account.h"
#include "account/guess.h"
#include "account/session.h"
#include "base/clock.h"
#include "fcgi-app/api/read.h"
#include "fcgi-app/api/view_account.h"
#include "http/problem.h"

/* ---- another password ---- */

struct password_body {
	struct span was, new;
};

static const struct field password_fields[] = {
	{ "old", FIELD_STRING, 0, 1, ACCOUNT_PASSWORD_MAX,
	    offsetof(struct password_body, was), 0 },
	{ "new", FIELD_STRING, 0, ACCOUNT_PASSWORD_MIN, ACCOUNT_PASSWORD_MAX,
	    offsetof(struct password_body, new), 0 },
	{ 0 },
};

static const struct problem_row account_problems[] = {
	{ ACCOUNT_E_CREDENTIALS, "bad-credentials", NULL },
	{ ACCOUNT_E_NONE, "invalid-token", NULL },
	{ 0 },
};

/* Who has found an open browser guesses no faster here than at the door. */
static bool
may_guess(struct ctx *ctx, const struct req *req, struct res *res,
    const struct account *account)
{
	int64_t wait_ms;

	if (guess_begin(ctx, account->login_id, req->remote_addr, &wait_ms)
	    == 0)
		return true;
	(void)problem_retry(res, "rate-limited",
	    "Too many wrong passwords for this login id.",
	    (int)CLOCK_S_OF_MS(wait_ms));
	return false;
}

static int
change(struct ctx *ctx, const struct req *req, struct res *res,
    const struct account *account, const struct password_body *body)
{
	const struct account_password_change ask = { .user = account->id,
		.session = req->buyer.session,
		.was = body->was,
		.password = body->new };
	int r;

	if (!may_guess(ctx, req, res, account))
		return 0;
	r = account_change_password(ctx, &ask);
	if (r == ACCOUNT_E_PASSWORD)
		return problem_field(res, "new", "8 to 256 characters");
	if (r != ACCOUNT_OK)
		return problem_from(res, account_problems, r);
	guess_was_right(ctx, account->login_id, req->remote_addr);
	return res_no_content(res);
}

int
api_me_password(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct password_body body;
	struct account account;
	int r;

	if (!read_query_only(req, res, NULL)
	    || !read_body(ctx, req, res, password_fields, &body))
		return 0;
	r = account_get(ctx, req->buyer.id, &account);
	if (r != ACCOUNT_OK)
		return problem_from(res, account_problems, r);
	return change(ctx, req, res, &account, &body);
}

/* ---- the same password again ---- */

struct proof_body {
	struct span password;
};

static const struct field proof_fields[] = {
	{ "password", FIELD_STRING, 0, 1, ACCOUNT_PASSWORD_MAX,
	    offsetof(struct proof_body, password), 0 },
	{ 0 },
};

static const struct problem_row proof_problems[] = {
	{ SESSION_E_NONE, "invalid-token", NULL },
	{ 0 },
};

static int
prove(struct ctx *ctx, const struct req *req, struct res *res,
    const struct account *account, struct span password)
{
	struct account found;
	int r;

	if (!may_guess(ctx, req, res, account))
		return 0;
	r = account_login(ctx, account->login_id, password, &found);
	if (r != ACCOUNT_OK)
		return problem_from(res, account_problems, r);
	guess_was_right(ctx, account->login_id, req->remote_addr);
	r = session_prove(ctx, account->id, req->buyer.session);
	if (r != SESSION_OK)
		return problem_from(res, proof_problems, r);
	return res_no_content(res);
}

int
api_me_proof(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct proof_body body;
	struct account account;
	int r;

	if (!read_query_only(req, res, NULL)
	    || !read_body(ctx, req, res, proof_fields, &body))
		return 0;
	r = account_get(ctx, req->buyer.id, &account);
	if (r != ACCOUNT_OK)
		return problem_from(res, account_problems, r);
	return prove(ctx, req, res, &account, body.password);
}

/* ---- sessions ---- */

int
api_me_sessions(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct session *list;
	struct page page;
	bool more;
	size_t n;
	int r;

	if (!read_page_only(ctx, req, res, &page))
		return 0;
	r = session_list(ctx, req->buyer.id, page.after_id, (size_t)page.limit,
	    &list, &n, &more);
	if (r != 0)
		return r;
	return res_json(res, 200,
	    view_sessions(ctx, list, n, more, req->buyer.session));
}

static const struct problem_row session_problems[] = {
	{ SESSION_E_NONE, "not-found", NULL },
	{ 0 },
};

int
api_me_session_end(struct ctx *ctx, const struct req *req, struct res *res)
{
	int64_t id;
	int r;

	if (!read_query_only(req, res, NULL) || !read_id(req, res, 0, &id))
		return 0;
	r = session_end(ctx, req->buyer.id, id);
	if (r != SESSION_OK)
		return problem_from(res, session_problems, r);
	return res_no_content(res);
}
