/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wire - the real routes as a client sees them, without a web server
 *
 * call holds the last request and its answer, body the answer's JSON.
 *
 * Layer: tests.  Uses: fcgi-app, account, check.
 */
#ifndef SUPPORT_WIRE_H
#define SUPPORT_WIRE_H

#include "account/token.h"
#include "fcgi-app/dispatch.h"
#include "fcgi-app/routes.h"
#include "fcgi-app/stats.h"
#include "http/json.h"
#include "tests/support/suite.h"

static struct dispatch dispatch;
static struct call call;
static const struct json *body;
static struct ctx *wire_ctx;

/* To be served with this context, which is open. */
static inline void
wire_open(struct ctx *with)
{
	wire_ctx = with;
	ck_assert_int_eq(slots_open(4, &dispatch.at.slots), 0);
	ck_assert_int_eq(metrics_open(stats_rows("api"), 1, "", "test",
	    &with->metrics), 0);
	dispatch.at.hashing_max = 1;
	dispatch.router = router_open(routes);
}

/* Before that context is closed. */
static inline void
wire_close(void)
{
	router_close((struct router *)dispatch.router);
	metrics_close(wire_ctx->metrics);
	slots_close(dispatch.at.slots);
}

/* An access token of a user. Memory: the arena's. */
static inline char *
wire_token(int64_t user, bool admin)
{
	struct span token;

	ck_assert_int_eq(token_make(wire_ctx, TOKEN_KEY_CURRENT, user, admin,
	    &token), TOKEN_OK);
	return arena_str(&wire_ctx->arena, token);
}

/* key: Idempotency-Key, or NULL.
 * returns: the status; body is the answer's JSON, or NULL */
static inline int
ask_key(const char *method, const char *uri, const char *token,
    const char *key, const char *json)
{
	struct json *parsed;

	memset(&call, 0, sizeof(call));
	call.req = (struct req){
		.method_text = span_str(method),
		.method = method_parse(span_str(method)),
		.uri = span_str(uri),
		.content_length = -1,
		.body = span_str(json != NULL ? json : ""),
		.content_type = json != NULL ? SPAN_LIT("application/json") :
		    SPAN_NONE,
		.idempotency_key = span_str(key),
	};
	if (token != NULL)
		call.req.authorization = span_str(arena_printf(&wire_ctx->arena,
		    "Bearer %s", token));
	/* A new request; what tests keep in the arena stays there. */
	db_round(wire_ctx->primary);
	db_round(wire_ctx->replica);
	dispatch_head(&dispatch, wire_ctx, &call);
	dispatch_run(&dispatch, wire_ctx, &call);
	body = NULL;
	if (call.res.body.len > 0 &&
	    json_parse(&wire_ctx->arena, call.res.body, &parsed) == JSON_OK)
		body = parsed;
	return call.res.status;
}

static inline int
ask(const char *method, const char *uri, const char *token, const char *json)
{
	return ask_key(method, uri, token, NULL, json);
}

static inline int
post(const char *uri, const char *json)
{
	return ask("POST", uri, NULL, json);
}

/* A header of the answer; "" when it has none such. */
static inline const char *
header(const char *name)
{
	for (size_t i = 0; i < call.res.n_headers; i++)
		if (strcmp(call.res.headers[i].name, name) == 0)
			return arena_str(&wire_ctx->arena,
			    call.res.headers[i].value);
	return "";
}

static inline char *
text(const char *name)
{
	const struct json *v = body != NULL ? json_get(body, name) : NULL;

	ck_assert_msg(v != NULL && v->type == JSON_STRING, "%s: %.*s", name,
	    (int)call.res.body.len, call.res.body.p);
	return arena_str(&wire_ctx->arena, v->str);
}

static inline int64_t
number(const char *name)
{
	const struct json *v = body != NULL ? json_get(body, name) : NULL;

	ck_assert_msg(v != NULL && v->type == JSON_INT, "%s", name);
	return v->i64;
}

#define ASSERT_PROBLEM(status, slug, asked) do { \
	ck_assert_int_eq((asked), (status)); \
	ck_assert_ptr_nonnull(call.res.problem); \
	ck_assert_str_eq(call.res.problem, (slug)); \
} while (0)
#define ASSERT_FIELD(field, asked) do { \
	ASSERT_PROBLEM(422, "invalid-field", asked); \
	ck_assert_str_eq(text("field"), (field)); \
} while (0)

#endif
