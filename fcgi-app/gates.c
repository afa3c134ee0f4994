/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gates - the ordered checks between a route and its handler
 *
 * The order is part of the contract. Who asks comes first, so that a stranger
 * learns nothing else; what takes something (of a limit, a permit to hash)
 * comes last, so that it is taken for no request that is refused. They are left
 * in the other order.
 *
 * Layer: fcgi-app.  Uses: http, store, account, limit, slots, keyed, m.
 */
#include "fcgi-app/gates.h"

#include "account/seen.h"
#include "account/session.h"
#include "account/standing.h"
#include "base/address.h"
#include "fcgi-app/api/keyed.h"
#include "fcgi-app/api/limited.h"
#include "fcgi-app/m/session.h"
#include "fcgi-app/stats.h"
#include "http/problem.h"

#define KEY_MAX 255

enum { PASS = 0, REFUSED = 1 };

static int
refused(int always_zero)
{
	return always_zero == 0 ? REFUSED : always_zero;
}

int64_t
gates_body_max(const struct route *route)
{
	if (route == NULL || route->body_max == 0)
		return GATES_BODY_MAX;
	return route->body_max;
}

static int
gate_size(struct visit *v)
{
	const struct req *req = v->req;

	if (req->body_too_large)
		return refused(problem(v->res, "too-large", NULL));
	if (req->content_length >= 0
	    && req->content_length != (int64_t)req->body.len)
		return refused(problem(v->res, "bad-request",
		    "The body is not as long as Content-Length says."));
	return PASS;
}

/* Compressed bodies are not unpacked: a small one could become a large one. */
static int
gate_encoding(struct visit *v)
{
	struct span encoding = v->req->content_encoding;

	if (!span_is(encoding)
	    || span_eq_nocase(encoding, SPAN_LIT("identity")))
		return PASS;
	return refused(problem(v->res, "unsupported-media-type",
	    "Send the body without Content-Encoding."));
}

static int
gate_type(struct visit *v)
{
	struct span parameters = v->req->content_type;
	struct span type = span_trim(span_cut(&parameters, ';'));

	if ((v->route->needs & NEEDS_BODY) == 0)
		return PASS;
	if (span_eq_nocase(type, SPAN_LIT("application/json")))
		return PASS;
	return refused(problem(v->res, "unsupported-media-type",
	    "Send the body as application/json."));
}

static int
gate_match(struct visit *v)
{
	if ((v->route->needs & NEEDS_MATCH) == 0 || span_is(v->req->if_match))
		return PASS;
	return refused(problem(v->res, "precondition-required",
	    "Send If-Match with the ETag of what you have seen."));
}

/* The token of "Bearer <token>", or NONE (RFC 6750 2.1). */
static struct span
bearer(struct span authorization)
{
	struct span rest = authorization;
	struct span scheme = span_cut(&rest, ' ');

	if (!span_eq_nocase(scheme, SPAN_LIT("Bearer")))
		return SPAN_NONE;
	return span_trim(rest);
}

#define MAY(who) (1U << (who))

/* What a role may call. */
static const unsigned may[N_ROLES] = {
	[ROLE_USER] = MAY(MAYBE) | MAY(BUYER),
	[ROLE_STAFF] = MAY(MAYBE) | MAY(BUYER) | MAY(STAFF),
	[ROLE_GATE] = MAY(MAYBE) | MAY(BUYER) | MAY(GATE),
	[ROLE_ADMIN] = MAY(MAYBE) | MAY(BUYER) | MAY(STAFF) | MAY(GATE)
	    | MAY(ADMIN),
};

/* Who the token is of; NULL, or a problem's slug. *fault: < 0 where nobody can
 * tell. */
static const char *
identify(struct visit *v, struct span text, struct token *out, int *fault)
{
	int r = token_verify(v->ctx, text, out);

	*fault = MIN(r, 0);
	if (r != 0 || !standing_is_good(v->ctx, out))
		return "invalid-token";
	return (may[out->role] & MAY(v->route->who)) == 0 ? "forbidden" : NULL;
}

static bool
is_page(const struct route *route)
{
	return route->who == VISITOR || route->who == MEMBER;
}

static int
gate_visitor(struct visit *v)
{
	if (!is_page(v->route))
		return PASS;
	return m_session_enter(v->ctx, v->route, v->req, v->res);
}

static int
leave_visitor(struct visit *v, int r)
{
	if (is_page(v->route) && r >= 0)
		m_session_leave(v->ctx, v->req, v->res);
	return r;
}

static int
gate_form(struct visit *v)
{
	if ((v->route->needs & NEEDS_FORM) == 0)
		return PASS;
	return m_session_form(v->ctx, v->req, v->res);
}

static int
gate_who(struct visit *v)
{
	struct span text = bearer(v->req->authorization);
	struct token token;
	const char *slug;
	int fault;

	if (v->route->who == ANYONE || is_page(v->route)
	    || (v->route->who == MAYBE && text.len == 0))
		return PASS;
	if (text.len == 0)
		return refused(problem(v->res, "unauthenticated",
		    "Send Authorization: Bearer <access token>."));
	slug = identify(v, text, &token, &fault);
	if (slug != NULL && v->route->who == MAYBE)
		return PASS;
	if (fault < 0)
		return fault;
	if (slug != NULL)
		return refused(problem(v->res, slug, NULL));
	if (!token.seen_before)
		seen_note(v->ctx, token.user);
	v->req->buyer = (struct buyer){ .id = token.user,
		.session = token.session,
		.admin = (may[token.role] & MAY(ADMIN)) != 0 };
	return PASS;
}

/* A token of the command line belongs to no session: who made it is root. */
static int
gate_proof(struct visit *v)
{
	const struct buyer *who = &v->req->buyer;
	int r;

	if ((v->route->needs & NEEDS_PROOF) == 0 || who->session == 0)
		return PASS;
	r = session_is_proved(v->ctx, who->id, who->session);
	if (r < 0)
		return r;
	if (r == SESSION_OK)
		return PASS;
	return refused(problem(v->res, "password-required",
	    "POST /api/v1/me/proof, and ask again."));
}

/* "key" and key are the same key: the one is the IETF draft's form, the
 * other what most clients send. */
static bool
key_read(struct span *key)
{
	struct span k = *key;

	if (k.len >= 2 && k.p[0] == '"' && k.p[k.len - 1] == '"')
		k = (struct span){ k.p + 1, k.len - 2 };
	if (k.len < 1 || k.len > KEY_MAX)
		return false;
	for (size_t i = 0; i < k.len; i++) {
		if (k.p[i] <= ' ' || k.p[i] > '~' || k.p[i] == '"'
		    || k.p[i] == '\\')
			return false;
	}
	*key = k;
	return true;
}

/* A key is read wherever a write brings one, since some routes take it
 * without needing it. */
static int
gate_key(struct visit *v)
{
	struct req *req = v->req;

	if (req->method == GET || req->method == HEAD)
		return PASS;
	if (!span_is(req->idempotency_key)) {
		if ((v->route->needs & NEEDS_KEY) == 0)
			return PASS;
		return refused(
		    problem(v->res, "idempotency-key-missing", NULL));
	}
	if (!key_read(&req->idempotency_key))
		return refused(problem(v->res, "idempotency-key-malformed",
		    "A key is 1 to 255 visible ASCII characters."));
	if ((v->route->needs & NEEDS_KEY) == 0)
		return PASS;
	return keyed_begin(v->ctx, v->route, req, v->res) ? PASS : REFUSED;
}

static int
leave_key(struct visit *v, int r)
{
	return r != 0 ? r : keyed_end(v->ctx, v->req, v->res);
}

/* Repeated requests count, and those that the handler refuses. */
static int
gate_limit(struct visit *v)
{
	enum limit_name name = (enum limit_name)LIMIT_OF(v->route->needs);
	struct limit_told told;

	if (name == LIMIT_NONE)
		return PASS;
	if (limit_take(v->ctx, name, v->req->buyer.id, v->req->remote_addr, 1,
		&told)
	    != LIMIT_OK)
		return refused(limited_refuse(v->ctx, v->res, &told));
	limited_tell(v->res, &told);
	return PASS;
}

/* One network has half of the permits at most: others still log in while it
 * guesses. */
static int
gate_hashing(struct visit *v)
{
	const struct station *at = v->at;
	uint32_t network;

	if ((v->route->needs & NEEDS_HASHING) == 0)
		return PASS;
	network = address_network(&v->ctx->arena, v->req->remote_addr);
	if (permits_take_fairly(slots_hashing(at->slots), at->slot,
		at->hashing_max, network))
		return PASS;
	metrics_add(v->ctx->metrics, STAT_REFUSED_BUSY, 1);
	return refused(
	    problem_retry(v->res, "busy", "Too many logins at once.", 1));
}

static int
leave_hashing(struct visit *v, int r)
{
	if ((v->route->needs & NEEDS_HASHING) != 0)
		permits_drop(slots_hashing(v->at->slots), v->at->slot);
	return r;
}

static const struct gate {
	int (*enter)(struct visit *v);
	/* r: what became of the request so far; returns what becomes of it.
	 * NULL: nothing was taken. */
	int (*leave)(struct visit *v, int r);
} gates[] = {
	{ gate_who, NULL },
	{ gate_visitor, leave_visitor },
	{ gate_size, NULL },
	{ gate_encoding, NULL },
	{ gate_type, NULL },
	{ gate_match, NULL },
	{ gate_proof, NULL },
	{ gate_key, leave_key },
	{ gate_form, NULL },
	{ gate_limit, NULL },
	{ gate_hashing, leave_hashing },
};

/* Leave the first n. */
static int
leave(struct visit *v, size_t n, int r)
{
	while (n-- > 0)
		if (gates[n].leave != NULL)
			r = gates[n].leave(v, r);
	return r;
}

int
gates_enter(struct visit *v)
{
	for (size_t i = 0; i < ARRAY_LEN(gates); i++) {
		int r = gates[i].enter(v);

		if (r != PASS)
			return leave(v, i, r);
	}
	return PASS;
}

int
gates_leave(struct visit *v, int r)
{
	return leave(v, ARRAY_LEN(gates), r);
}
