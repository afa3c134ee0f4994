/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/totp - handlers for second factors, one's own and others'
 *
 * Layer: fcgi-app/api.  Uses: http, account, admin.
 */
#include "fcgi-app/api/api.h"

#include "account/login.h"
#include "admin/users.h"
#include "base/clock.h"
#include "fcgi-app/api/read.h"
#include "fcgi-app/api/view.h"
#include "http/problem.h"

static const struct problem_row problems[] = {
	{ TOTP_E_NONE, "not-found", "There is none." },
	{ TOTP_E_ON, "in-use", "There is one: it goes first." },
	{ 0 },
};

static int
refuse(struct res *res, int r)
{
	if (r == TOTP_E_CODE)
		return problem_field(res, "code",
		    "This is not what the app says now.");
	if (r == TOTP_E_REASON)
		return problem_field(res, "reason", "This is no reason.");
	return problem_from(res, problems, r);
}

static const struct problem_row account_problems[] = {
	{ ACCOUNT_E_NONE, "invalid-token", NULL },
	{ 0 },
};

/* Shown once: it is in no log and no cache. */
int
api_me_totp_begin(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct totp_secret secret;
	struct account account;
	struct jw w;
	int r;

	if (!read_query_only(req, res, NULL))
		return 0;
	r = account_get(ctx, req->buyer.id, &account);
	if (r != ACCOUNT_OK)
		return problem_from(res, account_problems, r);
	if (account.role == ROLE_USER)
		return problem(res, "forbidden", "It is for who works here.");
	r = totp_begin(ctx, &account, &secret);
	if (r != TOTP_OK)
		return refuse(res, r);
	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	jw_span(&w, "secret", secret.text);
	jw_span(&w, "uri", secret.uri);
	jw_end_object(&w);
	return res_json(res, 201, &w);
}

struct totp_body {
	struct span code, reason;
};

static const struct field code_fields[] = {
	{ "code", FIELD_STRING, 0, 1, TOTP_TYPED_MAX,
	    offsetof(struct totp_body, code), 0 },
	{ 0 },
};

static const struct field reset_fields[] = {
	{ "reason", FIELD_STRING, 0, 1, AUDIT_REASON_MAX,
	    offsetof(struct totp_body, reason), 0 },
	{ 0 },
};

int
api_me_totp_confirm(struct ctx *ctx, const struct req *req, struct res *res)
{
	const struct audit_by by = { .user = req->buyer.id,
		.request_id = req->request_id };
	struct span codes[TOTP_RECOVERY_N];
	struct totp_body body = { .code = SPAN_NONE };
	struct totp_confirm ask = { .user = req->buyer.id,
		.session = req->buyer.session };
	struct jw w;
	int r;

	if (!read_query_only(req, res, NULL)
	    || !read_body(ctx, req, res, code_fields, &body))
		return 0;
	ask.code = body.code;
	r = users_totp_confirm(ctx, &ask, &by, codes);
	if (r != TOTP_OK)
		return refuse(res, r);
	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	jw_array(&w, "recovery_codes");
	for (size_t i = 0; i < TOTP_RECOVERY_N; i++)
		jw_span(&w, NULL, codes[i]);
	jw_end_array(&w);
	jw_end_object(&w);
	return res_json(res, 200, &w);
}

static int
drop(struct ctx *ctx, struct res *res, int64_t user, const struct audit_by *by)
{
	int r = users_totp_drop(ctx, user, by);

	return r != TOTP_OK ? refuse(res, r) : res_no_content(res);
}

/* Who has found an open browser, and knows the password, has not the app. */
int
api_me_totp_drop(struct ctx *ctx, const struct req *req, struct res *res)
{
	const struct audit_by by = { .user = req->buyer.id,
		.request_id = req->request_id };
	struct totp_body body = { .code = SPAN_NONE };
	struct account account;
	int64_t wait_ms;
	int r;

	if (!read_query_only(req, res, NULL)
	    || !read_body(ctx, req, res, code_fields, &body))
		return 0;
	r = account_get(ctx, req->buyer.id, &account);
	if (r != ACCOUNT_OK)
		return problem_from(res, account_problems, r);
	if (!account.totp)
		return refuse(res, TOTP_E_NONE);
	r = login_code(ctx, &account, body.code, &wait_ms);
	if (r == LOGIN_E_EARLY)
		return problem_retry(res, "rate-limited",
		    "Too many wrong codes for this login id.",
		    (int)CLOCK_S_OF_MS(wait_ms));
	if (r != LOGIN_OK)
		return r < 0 ? r : refuse(res, TOTP_E_CODE);
	return drop(ctx, res, account.id, &by);
}

int
api_admin_user_totp_reset(struct ctx *ctx, const struct req *req,
    struct res *res)
{
	struct audit_by by = { .user = req->buyer.id,
		.request_id = req->request_id };
	struct totp_body body = { .reason = SPAN_NONE };
	int64_t user;

	if (!read_query_only(req, res, NULL) || !read_id(req, res, 0, &user)
	    || !read_body(ctx, req, res, reset_fields, &body))
		return 0;
	by.reason = body.reason;
	return drop(ctx, res, user, &by);
}
