/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wire - the real routes as a client sees them, without a web server
 *
 * Layer: tests.  Uses: fcgi-app, account, check.
 */
#include "tests/support/wire.h"

struct dispatch dispatch;
struct call call;
const struct json *body;
struct ctx *wire_ctx;

void
wire_open(struct ctx *with)
{
	wire_ctx = with;
	ck_assert_int_eq(slots_open(4, &dispatch.at.slots), 0);
	ck_assert_int_eq(
	    metrics_open(stats_rows("api"), 1, "", "test", &with->metrics), 0);
	dispatch.at.hashing_max = 1;
	dispatch.router = router_open(routes);
}

void
wire_close(void)
{
	router_close((struct router *)dispatch.router);
	metrics_close(wire_ctx->metrics);
	slots_close(dispatch.at.slots);
}

char *
wire_token(int64_t user, enum role role)
{
	struct span token;

	ck_assert_int_eq(token_make(wire_ctx, TOKEN_KEY_CURRENT,
			     &(struct token){ .user = user, .role = role },
			     &token),
	    TOKEN_OK);
	return arena_str(&wire_ctx->arena, token);
}

void
wire_request(const char *method, const char *uri, const char *token,
    const char *json)
{
	memset(&call, 0, sizeof(call));
	call.req = (struct req){
		.method_text = span_str(method),
		.method = method_parse(span_str(method)),
		.uri = span_str(uri),
		.content_length = -1,
		.body = span_str(json != NULL ? json : ""),
		.content_type = json != NULL ? SPAN_LIT("application/json")
					     : SPAN_NONE,
	};
	if (token != NULL)
		call.req.authorization = span_str(
		    arena_printf(&wire_ctx->arena, "Bearer %s", token));
}

int
wire_ask(void)
{
	struct json *parsed;

	/* A new request; what tests keep in the arena stays there. */
	db_round(wire_ctx->primary);
	db_round(wire_ctx->replica);
	dispatch_head(&dispatch, wire_ctx, &call);
	dispatch_run(&dispatch, wire_ctx, &call);
	body = NULL;
	if (call.res.body.len > 0 && call.res.body.len < WIRE_PARSED_MAX
	    && json_parse(&wire_ctx->arena, call.res.body, &parsed) == JSON_OK)
		body = parsed;
	return call.res.status;
}

int
ask_key(const char *method, const char *uri, const char *token, const char *key,
    const char *json)
{
	wire_request(method, uri, token, json);
	call.req.idempotency_key = span_str(key);
	return wire_ask();
}

int
ask_match(const char *method, const char *uri, const char *token,
    const char *etag, const char *json)
{
	wire_request(method, uri, token, json);
	call.req.if_match = span_str(etag);
	return wire_ask();
}

int
ask(const char *method, const char *uri, const char *token, const char *json)
{
	return ask_key(method, uri, token, NULL, json);
}

int
post(const char *uri, const char *json)
{
	return ask("POST", uri, NULL, json);
}

const char *
header(const char *name)
{
	for (size_t i = 0; i < call.res.n_headers; i++)
		if (strcmp(call.res.headers[i].name, name) == 0)
			return arena_str(&wire_ctx->arena,
			    call.res.headers[i].value);
	return "";
}

char *
text(const char *name)
{
	const struct json *v = body != NULL ? json_get(body, name) : NULL;

	ck_assert_msg(v != NULL && v->type == JSON_STRING, "%s: %.*s", name,
	    (int)call.res.body.len, call.res.body.p);
	return arena_str(&wire_ctx->arena, v->str);
}

int64_t
number(const char *name)
{
	const struct json *v = body != NULL ? json_get(body, name) : NULL;

	ck_assert_msg(v != NULL && v->type == JSON_INT, "%s", name);
	return v->i64;
}
