/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/admin_users - handlers for what operators do with users
 *
 * The ETag is the row's version, strong, so that two operators who change one
 * user notice each other.
 *
 * Layer: fcgi-app/api.  Uses: http, account, admin.
 */
#include "fcgi-app/api/api.h"

#include "account/account.h"
#include "admin/users.h"
#include "base/utf8.h"
#include "fcgi-app/api/read.h"
#include "fcgi-app/api/view_admin.h"
#include "http/problem.h"

#define QUERY_MAX 100

/* ---- finding ---- */

static const char *const roles[] = { "USER", "STAFF", "GATE", "ADMIN", NULL };
static const char *const yes_no[] = { "false", "true", NULL };
static const char *const orders[] = { "id", "-id", NULL };

static bool
read_filter(struct ctx *ctx, const struct req *req, struct res *res,
    struct account_filter *out)
{
	static const char *const names[] = { "role", "disabled", "q", "order",
		"limit", "cursor", NULL };
	struct page page;
	int order = 0;

	*out = (struct account_filter){ .role = -1, .disabled = -1 };
	if (!read_query_only(req, res, names)
	    || !read_query_word(ctx, req, res, "role", roles, &out->role)
	    || !read_query_word(ctx, req, res, "disabled", yes_no,
		&out->disabled)
	    || !read_query_word(ctx, req, res, "order", orders, &order)
	    || !read_query(ctx, req, res, "q", &out->q)
	    || !read_page(ctx, req, res, &page))
		return false;
	out->newest_first = order == 1;
	out->after_id = page.after_id;
	out->limit = page.limit;
	if (out->q.len == 0
	    || (utf8_count(out->q) <= QUERY_MAX && !utf8_has_control(out->q)))
		return true;
	(void)problem_field(res, "q",
	    "At most 100 characters, no control characters.");
	return false;
}

int
api_admin_user_list(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct account_filter filter;
	struct account *list;
	struct jw w;
	int64_t last;
	bool more;
	size_t n;
	int r;

	if (!read_filter(ctx, req, res, &filter))
		return 0;
	r = account_list(ctx, &filter, &list, &n, &more);
	if (r != 0)
		return r;
	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < n; i++)
		view_user(&w, &list[i]);
	jw_end_array(&w);
	last = n > 0 ? list[n - 1].id : 0;
	page_write_next(&w, more, last, last);
	jw_end_object(&w);
	return res_json(res, 200, &w);
}

static const struct problem_row problems[] = {
	{ ACCOUNT_E_NONE, "not-found", NULL },
	{ 0 },
};

/* The user of the path. False: res has the answer, or *r the fault. */
static bool
find_user(struct ctx *ctx, const struct req *req, struct res *res,
    struct account *out, int *r)
{
	int64_t id;

	*r = 0;
	if (!read_id(req, res, 0, &id))
		return false;
	*r = account_get(ctx, id, out);
	if (*r == ACCOUNT_OK)
		return true;
	*r = problem_from(res, problems, *r);
	return false;
}

int
api_admin_user_get(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct account account;
	struct jw w;
	int r = 0;

	if (!read_query_only(req, res, NULL)
	    || !find_user(ctx, req, res, &account, &r))
		return r;
	jw_init(&w, &ctx->arena);
	view_user(&w, &account);
	return view_tagged(req, res, view_version(ctx, account.version), &w);
}

/* ---- changing ---- */

struct change_body {
	struct span role, reason;
	bool disabled, has_role, has_disabled;
};

#define BODY(member) offsetof(struct change_body, member)

static const struct field change_fields[] = {
	{ "role", FIELD_STRING, FIELD_OPTIONAL, 1, 5, BODY(role),
	    BODY(has_role) },
	{ "disabled", FIELD_BOOL, FIELD_OPTIONAL, 0, 0, BODY(disabled),
	    BODY(has_disabled) },
	{ "reason", FIELD_STRING, 0, 1, AUDIT_REASON_MAX, BODY(reason), 0 },
	{ 0 },
};

static bool
read_change(struct ctx *ctx, const struct req *req, struct res *res,
    struct users_change *out)
{
	static const char *const names[] = { "dry_run", NULL };
	struct change_body body = { .has_role = false };
	const char *why = NULL;
	int dry = 0;

	if (!read_query_only(req, res, names)
	    || !read_query_word(ctx, req, res, "dry_run", yes_no, &dry)
	    || !read_body(ctx, req, res, change_fields, &body))
		return false;
	*out = (struct users_change){ .has_role = body.has_role,
		.has_disabled = body.has_disabled,
		.disabled = body.disabled,
		.dry = dry == 1,
		.by = { .user = req->buyer.id,
		    .reason = body.reason,
		    .request_id = req->request_id } };
	if (!body.has_role && !body.has_disabled)
		why = "Say role, disabled or both.";
	else if (body.has_role && !role_find(body.role, &out->role))
		why = "There is no such role.";
	if (why != NULL)
		(void)problem_field(res, "role", why);
	return why == NULL;
}

static int
refuse_stale(struct ctx *ctx, struct res *res, const struct account *account)
{
	struct jw extra;

	jw_init(&extra, &ctx->arena);
	jw_object(&extra, NULL);
	view_changed(&extra, account->changed_by, account->changed_ms);
	jw_end_object(&extra);
	return problem_with(res, "precondition-failed",
	    "The user was changed since. Look again.", &extra);
}

/* Not changed: why. */
static int
refuse(struct ctx *ctx, struct res *res, int64_t user, int outcome)
{
	struct account account;
	int r;

	switch (outcome) {
	case USERS_E_LAST:
		return problem(res, "in-use",
		    "This is the last administrator who may log in.");
	case USERS_E_REASON:
		return problem_field(res, "reason", "This is no reason.");
	default:
		/* He is never deleted, so he was changed. */
		r = account_get(ctx, user, &account);
		return r == ACCOUNT_OK ? refuse_stale(ctx, res, &account)
				       : problem_from(res, problems, r);
	}
}

/* What would be, without its version. */
static int
answer_dry(struct ctx *ctx, struct res *res, const struct users_change *ask,
    struct account *account)
{
	struct jw w;

	if (ask->has_role)
		account->role = ask->role;
	if (ask->has_disabled)
		account->disabled = ask->disabled;
	jw_init(&w, &ctx->arena);
	view_user(&w, account);
	return res_json(res, 200, &w);
}

static int
answer_changed(struct ctx *ctx, struct res *res, int64_t user)
{
	struct account account;
	struct jw w;
	int r = account_get(ctx, user, &account);

	if (r != 0)
		return problem_from(res, problems, r);
	jw_init(&w, &ctx->arena);
	view_user(&w, &account);
	res_header(res, "ETag", view_version(ctx, account.version));
	return res_json(res, 200, &w);
}

int
api_admin_user_change(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct users_change ask;
	struct account account;
	int r = 0;

	if (!read_change(ctx, req, res, &ask)
	    || !find_user(ctx, req, res, &account, &r))
		return r;
	if (!req_if_match(req, view_version(ctx, account.version)))
		return refuse_stale(ctx, res, &account);
	ask.user = account.id;
	ask.version = account.version;
	r = users_change(ctx, &ask);
	if (r != USERS_OK)
		return r < 0 ? r : refuse(ctx, res, account.id, r);
	if (ask.dry)
		return answer_dry(ctx, res, &ask, &account);
	return answer_changed(ctx, res, account.id);
}
