/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/admin_webhook - handlers for who is told over HTTPS of what happens
 *
 * Layer: fcgi-app/api.  Uses: http, webhook.
 */
#include "fcgi-app/api/api.h"

#include "fcgi-app/api/read.h"
#include "http/problem.h"
#include "webhook/webhook.h"

#define KINDS_MAX 32

static const struct problem_row problems[] = {
	{ WEBHOOK_E_NONE, "not-found", NULL },
	{ WEBHOOK_E_OFF, "no-such-move", "[webhook] key is not set." },
	{ WEBHOOK_E_MANY, "no-such-move",
	    "There are as many as there may be." },
	{ 0 },
};

static int
refuse(struct res *res, int r)
{
	switch (r) {
	case WEBHOOK_E_URL:
		return problem_field(res, "url",
		    "https://HOST/PATH, without a user and a fragment");
	case WEBHOOK_E_KINDS:
		return problem_field(res, "kinds", "There is no such kind.");
	case WEBHOOK_E_NOTE:
		return problem_field(res, "note", "This is no note.");
	case WEBHOOK_E_REASON:
		return problem_field(res, "reason", "This is no reason.");
	}
	return problem_from(res, problems, r);
}

/* ---- what is shown ---- */

/* secret: NULL where it is not shown. */
static void
write_webhook(struct jw *w, const struct webhook *webhook, const char *secret)
{
	jw_object(w, NULL);
	jw_int(w, "id", webhook->id);
	jw_span(w, "url", webhook->url);
	jw_span(w, "note", webhook->note);
	jw_array(w, "kinds");
	for (size_t i = 0; i < webhook->n_kinds; i++)
		jw_span(w, NULL, webhook->kinds[i]);
	jw_end_array(w);
	jw_bool(w, "enabled", webhook->enabled);
	jw_span(w, "why", webhook->why);
	jw_span(w, "failing_since", webhook->failing_since);
	jw_span(w, "made_at", webhook->made_at);
	jw_int(w, "waiting", webhook->n_waiting);
	if (secret != NULL)
		jw_str(w, "secret", secret);
	jw_end_object(w);
}

static int
answer(struct ctx *ctx, struct res *res, int status, int64_t id,
    const char *secret)
{
	struct webhook webhook;
	struct jw w;
	int r = webhook_find(ctx, id, &webhook);

	if (r != WEBHOOK_OK)
		return refuse(res, r);
	jw_init(&w, &ctx->arena);
	write_webhook(&w, &webhook, secret);
	if (secret != NULL)
		res_header(res, "Cache-Control", SPAN_LIT("no-store"));
	return res_json(res, status, &w);
}

int
api_admin_webhook_list(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct webhook *all;
	struct jw w;
	size_t n;
	int r;

	if (!read_query_only(req, res, NULL))
		return 0;
	r = webhook_list(ctx, &all, &n);
	if (r != WEBHOOK_OK)
		return r;
	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < n; i++)
		write_webhook(&w, &all[i], NULL);
	jw_end_array(&w);
	jw_end_object(&w);
	return res_json(res, 200, &w);
}

int
api_admin_webhook_get(struct ctx *ctx, const struct req *req, struct res *res)
{
	int64_t id;

	if (!read_query_only(req, res, NULL) || !read_id(req, res, 0, &id))
		return 0;
	return answer(ctx, res, 200, id, NULL);
}

/* ---- what is asked ---- */

struct body {
	struct span url, note, reason;
	const struct json *kinds;
	bool enabled, has_enabled;
	int64_t keep_hours;
};

#define REASON \
	{ \
		"reason", FIELD_STRING, 0, 1, AUDIT_REASON_MAX, \
		    offsetof(struct body, reason), 0 \
	}
#define WISHES(url_flags) \
	{ "url", FIELD_STRING, url_flags, 1, WEBHOOK_URL_MAX, \
		offsetof(struct body, url), 0 }, \
	    { "note", FIELD_STRING, FIELD_OPTIONAL, 0, WEBHOOK_NOTE_MAX, \
		    offsetof(struct body, note), 0 }, \
	{ \
		"kinds", FIELD_ARRAY, FIELD_OPTIONAL, 1, KINDS_MAX, \
		    offsetof(struct body, kinds), 0 \
	}

static const struct field make_fields[] = { WISHES(0), REASON, { 0 } };
static const struct field change_fields[] = { WISHES(FIELD_OPTIONAL),
	{ "enabled", FIELD_BOOL, FIELD_OPTIONAL, 0, 0,
	    offsetof(struct body, enabled),
	    offsetof(struct body, has_enabled) },
	REASON, { 0 } };
static const struct field rotate_fields[] = {
	{ "keep_hours", FIELD_INT, FIELD_OPTIONAL, 0, WEBHOOK_KEEP_HOURS_MAX,
	    offsetof(struct body, keep_hours), 0 },
	REASON, { 0 }
};

/* The body as what is asked of the domain. */
static bool
read_ask(struct ctx *ctx, const struct req *req, struct res *res,
    const struct field *fields, struct webhook_ask *ask, struct audit_by *by)
{
	struct body body = { .enabled = false };
	struct span *kinds;

	if (!read_query_only(req, res, NULL)
	    || !read_body(ctx, req, res, fields, &body))
		return false;
	*by = (struct audit_by){ .user = req->buyer.id,
		.request_id = req->request_id,
		.reason = body.reason };
	*ask = (struct webhook_ask){ .url = body.url,
		.note = body.note,
		.enabled = body.has_enabled ? body.enabled : -1 };
	if (body.kinds == NULL)
		return true;
	kinds = ARENA_ARRAY(&ctx->arena, KINDS_MAX, struct span);
	for (size_t i = 0; i < body.kinds->n; i++)
		kinds[i] = body.kinds->items[i].type == JSON_STRING
		    ? body.kinds->items[i].str
		    : SPAN_LIT("");
	ask->kinds = kinds;
	ask->n_kinds = body.kinds->n;
	return true;
}

int
api_admin_webhook_make(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct webhook_ask ask;
	struct audit_by by;
	const char *secret;
	int64_t id;
	int r;

	if (!read_ask(ctx, req, res, make_fields, &ask, &by))
		return 0;
	r = webhook_make(ctx, &ask, &by, &id, &secret);
	if (r != WEBHOOK_OK)
		return refuse(res, r);
	return answer(ctx, res, 201, id, secret);
}

int
api_admin_webhook_change(struct ctx *ctx, const struct req *req,
    struct res *res)
{
	struct webhook_ask ask;
	struct audit_by by;
	int64_t id;
	int r;

	if (!read_id(req, res, 0, &id)
	    || !read_ask(ctx, req, res, change_fields, &ask, &by))
		return 0;
	r = webhook_change(ctx, id, &ask, &by);
	if (r != WEBHOOK_OK)
		return refuse(res, r);
	return answer(ctx, res, 200, id, NULL);
}

int
api_admin_webhook_drop(struct ctx *ctx, const struct req *req, struct res *res)
{
	static const char *const names[] = { "reason", NULL };
	struct audit_by by = { .user = req->buyer.id,
		.request_id = req->request_id };
	int64_t id;
	int r;

	if (!read_query_only(req, res, names) || !read_id(req, res, 0, &id)
	    || !read_query(ctx, req, res, "reason", &by.reason))
		return 0;
	r = webhook_drop(ctx, id, &by);
	if (r != WEBHOOK_OK)
		return refuse(res, r);
	return res_no_content(res);
}

int
api_admin_webhook_rotate(struct ctx *ctx, const struct req *req,
    struct res *res)
{
	struct body body = { .keep_hours = WEBHOOK_KEEP_HOURS };
	struct audit_by by = { .user = req->buyer.id,
		.request_id = req->request_id };
	const char *secret;
	int64_t id;
	int r;

	if (!read_query_only(req, res, NULL) || !read_id(req, res, 0, &id)
	    || !read_body(ctx, req, res, rotate_fields, &body))
		return 0;
	by.reason = body.reason;
	r = webhook_rotate(ctx, id, body.keep_hours, &by, &secret);
	if (r != WEBHOOK_OK)
		return refuse(res, r);
	return answer(ctx, res, 200, id, secret);
}
