/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * req - one HTTP request as handlers see it, wherever it came from
 *
 * All spans point into the request's own memory and are valid until the
 * arena is reset.
 *
 * Layer: http.  Uses: base.
 */
#ifndef HTTP_REQ_H
#define HTTP_REQ_H

#include "base/arena.h"
#include "base/lang.h"

enum method { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, METHOD_OTHER };

/* GET and HEAD go to the same route; the method stays visible here. */
enum method method_parse(struct span name);
const char *method_name(enum method m);

#define REQ_PARAMS_MAX 4

/* Who asks, once the gate has read the token. id 0: nobody. */
struct buyer {
	int64_t id;
	int64_t session; /* 0: none */
	bool admin;      /* routes of ADMIN are his, too */
};

struct json;
struct idem;
struct form_pairs;
struct visitor;

struct req {
	enum method method;
	struct span method_text;
	struct span uri;        /* REQUEST_URI as it came */
	struct span path;       /* decoded and canonical, base path off */
	struct span query;      /* raw, without "?" */
	struct span body;       /* whole; empty if none */
	bool body_too_large;    /* drained, not kept */
	int64_t content_length; /* -1: not told */
	/* headers; NONE when absent */
	struct span authorization, content_type, content_encoding, accept,
	    accept_encoding, accept_language, if_match, if_none_match,
	    idempotency_key, queue_token, request_id_in, user_agent, cookie,
	    origin, x_session, prefer, provider_signature, asked_method,
	    traceparent, range;
	struct span remote_addr;
	bool https;
	/* filled by dispatch */
	struct span request_id;             /* given (valid) or made */
	int lang;                           /* enum lang */
	struct span params[REQ_PARAMS_MAX]; /* {placeholders}, in order */
	struct buyer buyer;
	/* filled by the gates where the route needs a key; NULL elsewhere */
	struct json *json; /* the body as it was parsed */
	struct idem *idem; /* the domain's; only carried here */
	/* filled by the gates of pages; NULL elsewhere */
	struct visitor *visitor; /* theirs; only carried here */
	struct form_pairs *form; /* what was sent */
};

/* Best of ko and en by RFC 9110 12.5.4; default when nothing fits: en. */
enum lang req_language(struct span accept_language);
const char *lang_tag(enum lang lang); /* "ko", "en" */

/* The trace that a traceparent belongs to, 32 hex digits (W3C Trace Context
 * 3.2); NONE: there is none, or it is malformed. */
struct span req_trace_id(const struct req *req);

/* Whether the answer may be packed with gzip (RFC 9110 12.5.3). Where nothing
 * is said of it: no, though the standard would allow it. */
bool req_takes_gzip(const struct req *req);

/*
 * Which of several media types the asker likes best (RFC 9110 12.5.1).
 *
 * in:      types  "text/html", NULL-terminated; the first is what is given to
 *                 whoever says nothing, or takes none of them
 * returns: its index
 */
int req_media_type(const struct req *req, const char *const *types);

/* The n-th path parameter as an id: 1..2^53-1. False: the route has no such
 * thing (404). */
bool req_id(const struct req *req, int n, int64_t *out) MUST_CHECK;

/*
 * A query parameter by name: strictly percent-decoded, "+" is a space.
 *
 * returns: 0 and *out (NONE when absent); 1 malformed, not UTF-8 or given
 *          twice
 */
int req_query(struct arena *a, const struct req *req, const char *name,
    struct span *out) MUST_CHECK;
/* Whether every name in the query is one of names (NULL-terminated). */
bool req_query_only(const struct req *req, const char *const *names);

/* The next "name=value" of a query that is not empty, as it came; false at the
 * end. */
bool req_pair(struct span *rest, struct span *name, struct span *value);
/* Percent-decoded into the arena; "+" becomes a space where plus says so. NONE
 * where a "%" is not followed by two hex digits. */
struct span req_decode(struct arena *a, struct span s, bool plus);

/*
 * Split and decode REQUEST_URI: cut the query, decode %XX once, refuse what
 * has two readings ("//", "/./", "/../", %2F, %5C, %00, ";", bad UTF-8,
 * control characters), take base_path off.
 *
 * out:     req->path, req->query
 * returns: 0; 1 malformed (400); 2 outside base_path (404)
 */
int req_route_uri(struct arena *a, struct req *req,
    struct span base_path) MUST_CHECK;

/*
 * Does If-None-Match name etag? Weak comparison (RFC 9110 8.8.3.2), lists
 * and "*" understood. etag with its quotes.
 */
bool req_etag_matches(const struct req *req, struct span etag);
/* Does If-Match name etag, which is a strong one? Strong comparison (RFC 9110
 * 8.8.3.2), lists and "*" understood. */
bool req_if_match(const struct req *req, struct span etag);

#endif
