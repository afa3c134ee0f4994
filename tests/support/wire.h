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

extern struct dispatch dispatch;
extern struct call call;
extern const struct json *body;
extern struct ctx *wire_ctx;

/* To be served with this context, which is open. */
void wire_open(struct ctx *with);

/* Before that context is closed. */
void wire_close(void);

/* An access token of a user. Memory: the arena's. */
char *wire_token(int64_t user, enum role role);

/* The request that is to be asked next. */
void wire_request(const char *method, const char *uri, const char *token,
    const char *json);

/* Parsed, a longer answer would not fit into a request's memory. */
#define WIRE_PARSED_MAX ((size_t)4 << 20)

/* returns: the status; body is the answer's JSON, or NULL */
int wire_ask(void);

/* key: Idempotency-Key, or NULL */
int ask_key(const char *method, const char *uri, const char *token,
    const char *key, const char *json);

/* etag: If-Match, or NULL */
int ask_match(const char *method, const char *uri, const char *token,
    const char *etag, const char *json);

int ask(const char *method, const char *uri, const char *token,
    const char *json);

int post(const char *uri, const char *json);

/* A header of the answer; "" when it has none such. */
const char *header(const char *name);
char *text(const char *name);
int64_t number(const char *name);

#define ASSERT_PROBLEM(status, slug, asked) \
	do { \
		ck_assert_int_eq((asked), (status)); \
		ck_assert_ptr_nonnull(call.res.problem); \
		ck_assert_str_eq(call.res.problem, (slug)); \
	} while (0)
#define ASSERT_FIELD(field, asked) \
	do { \
		ASSERT_PROBLEM(422, "invalid-field", asked); \
		ck_assert_str_eq(text("field"), (field)); \
	} while (0)

#endif
