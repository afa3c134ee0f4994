/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * problem - the closed list of errors, and how one is written
 *
 * Layer: http.  Uses: base, res, json.
 */
#include "http/problem.h"

#include <assert.h>

const struct problem_kind problem_list[] = {
	{ "malformed-json", 400, "The body is not valid JSON" },
	{ "bad-utf8", 400, "The text is not valid UTF-8" },
	{ "bad-request", 400, "The request is not understood" },
	{ "unknown-field", 400, "The body has an unknown field" },
	{ "idempotency-key-missing", 400, "An Idempotency-Key is needed" },
	{ "idempotency-key-malformed", 400,
	    "The Idempotency-Key is malformed" },

	{ "unauthenticated", 401, "Please log in" },
	{ "invalid-token", 401, "The token is not valid" },
	{ "bad-credentials", 401, "Login or password is wrong" },
	{ "totp-needed", 401, "Say a code of your app as well" },

	{ "payment-declined", 402, "The payment was declined" },
	{ "insufficient-funds", 402, "The balance does not suffice" },

	{ "forbidden", 403, "Not allowed" },
	{ "queue-pass-required", 403, "It is not your turn" },
	{ "password-required", 403, "Say your password again" },

	{ "not-found", 404, "Not found" },
	{ "method-not-allowed", 405, "Method not allowed" },
	{ "request-timeout", 408, "The request came too slowly" },

	{ "seat-taken", 409, "A seat is no longer free" },
	{ "section-full", 409, "Not so many places are left in this section" },
	{ "no-seats-together", 409, "So many seats together are not left" },
	{ "sale-closed", 409, "Not on sale now" },
	{ "hold-paying", 409, "The hold is being paid" },
	{ "hold-paid", 409, "The hold is paid" },
	{ "hold-limit-reached", 409, "The hold cannot be extended further" },
	{ "login-taken", 409, "The login is taken" },
	{ "idempotency-in-progress", 409,
	    "The first request is still running" },
	{ "already-cancelled", 409, "Already cancelled" },
	{ "in-use", 409, "It is still needed" },
	{ "no-such-move", 409, "It cannot become that" },
	{ "not-payable", 409, "It cannot be paid in this way" },
	{ "other-price", 409, "It costs more, or less, than was said" },

	{ "hold-expired", 410, "The hold has ended" },
	{ "hold-lost", 410, "The hold was lost" },
	{ "length-required", 411, "A Content-Length is needed" },
	{ "precondition-failed", 412, "It was changed since" },
	{ "too-large", 413, "The body is too large" },
	{ "uri-too-long", 414, "The address is too long" },
	{ "unsupported-media-type", 415, "This kind of body is not taken" },

	{ "invalid-field", 422, "A field is not valid" },
	{ "seat-rule", 422, "A rule of the performance refuses these seats" },
	{ "seat-limit", 422, "Too many seats for one buyer" },
	{ "idempotency-mismatch", 422,
	    "The Idempotency-Key was used for another request" },
	{ "precondition-required", 428, "Say what you have seen" },

	{ "rate-limited", 429, "Too many requests" },
	{ "too-many-holds", 429, "Too many holds for one buyer" },
	{ "headers-too-large", 431, "The headers are too large" },

	{ "internal", 500, "Something went wrong on our side" },
	{ "bad-gateway", 502, "The service is not reachable" },
	{ "busy", 503, "Too busy; please try again" },
	{ "seat-store-unavailable", 503, "Seats cannot be sold just now" },
	{ "gateway-timeout", 504, "The service did not answer in time" },
	{ NULL },
};

static const struct problem_kind *
get_kind(const char *slug)
{
	for (const struct problem_kind *k = problem_list; k->slug != NULL; k++)
		if (strcmp(k->slug, slug) == 0)
			return k;
	assert(!"a problem outside the closed list");
	return NULL;
}

/* RFC 9110 asks every 401 to name a scheme; RFC 6750 section 3 the error. */
static void
challenge(struct res *res, const struct problem_kind *kind)
{
	if (kind->status != 401)
		return;
	res_header(res, "WWW-Authenticate",
	    strcmp(kind->slug, "invalid-token") == 0
		? SPAN_LIT("Bearer error=\"invalid_token\"")
		: SPAN_LIT("Bearer"));
}

/* The members of an object that is closed, without its braces. */
static struct span
inside(const struct jw *object)
{
	struct span text = jw_text(object);

	assert(text.len >= 2 && text.p[0] == '{');
	return (struct span){ text.p + 1, text.len - 2 };
}

static struct span
document(struct res *res, const struct problem_kind *kind, const char *detail,
    const struct jw *extra)
{
	struct span more = extra == NULL ? SPAN_NONE : inside(extra);
	struct jw w;

	jw_init(&w, res->arena);
	jw_object(&w, NULL);
	jw_str(&w, "type",
	    arena_printf(res->arena, "/problems/%s", kind->slug));
	jw_str(&w, "title", kind->title);
	jw_int(&w, "status", kind->status);
	if (detail != NULL)
		jw_str(&w, "detail", detail);
	if (span_is(res->request_id))
		jw_span(&w, "request_id", res->request_id);
	if (more.len > 0)
		jw_raw(&w, NULL, more);
	jw_end_object(&w);
	return jw_text(&w);
}

int
problem_with(struct res *res, const char *slug, const char *detail,
    const struct jw *extra)
{
	const struct problem_kind *kind = get_kind(slug);

	challenge(res, kind);
	(void)res_body(res, kind->status, "application/problem+json",
	    document(res, kind, detail, extra));
	res->problem = kind->slug;
	return 0;
}

int
problem(struct res *res, const char *slug, const char *detail)
{
	return problem_with(res, slug, detail, NULL);
}

int
problem_field(struct res *res, const char *field, const char *detail)
{
	struct jw extra;

	jw_init(&extra, res->arena);
	jw_object(&extra, NULL);
	jw_str(&extra, "field", field);
	jw_end_object(&extra);
	return problem_with(res, "invalid-field", detail, &extra);
}

int
problem_retry(struct res *res, const char *slug, const char *detail,
    int retry_after_s)
{
	struct strbuf value;

	strbuf_init(&value, res->arena, 0);
	strbuf_i64(&value, retry_after_s);
	res_header(res, "Retry-After", strbuf_get(&value));
	return problem(res, slug, detail);
}

int
problem_from(struct res *res, const struct problem_row *rows, int r)
{
	if (r < 0)
		return r;
	for (const struct problem_row *row = rows; row->outcome != 0; row++)
		if (row->outcome == r)
			return problem(res, row->slug, row->detail);
	assert(!"an outcome without a problem");
	return -1;
}
