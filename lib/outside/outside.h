/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * outside - asking somebody else's server, many at a time
 *
 * HTTPS requests and mail to one SMTP server go out side by side; none is
 * waited for. Who begins one is called when it ended, from outside_run only.
 * Always: 2 s to connect and 8 s in all, certificate and host checked, TLS
 * 1.2 or later, no redirect followed, no proxy, connections kept.
 *
 * Layer: outside.  Uses: base.
 */
#ifndef OUTSIDE_OUTSIDE_H
#define OUTSIDE_OUTSIDE_H

#include "base/span.h"

struct outside;
struct sockaddr;

/* Under way at a time, and the bytes of an answer that are taken. */
#define OUTSIDE_MAX 200
#define OUTSIDE_ANSWER_MAX KIB(64)
/* What a caller may have kept for him until his call. */
#define OUTSIDE_KEPT_MAX 512

enum outside_outcome {
	OUTSIDE_OK = 0,
	OUTSIDE_E_FULL, /* so many are under way; outside_run, then again */
};

enum outside_said {
	OUTSIDE_ANSWERED, /* a whole answer, whatever its status */
	OUTSIDE_NOT_SENT, /* nobody there, or not who he should be: no byte of
	                   * the request left */
	OUTSIDE_UNKNOWN,  /* it may have been done */
};

struct outside_answer {
	enum outside_said said;
	int status;       /* HTTP's or SMTP's; 0: none came */
	struct span body; /* of HTTP */
	int64_t date_s;   /* the server's clock (Date); 0: not told */
	const char *why;  /* of the other two, for a log line; else NULL */
	void *own;
};

/*
 * It ended. kept: what was given as keep; it and the answer live until this
 * returns. It may begin one other, also when OUTSIDE_MAX were under way.
 */
typedef void outside_fn(void *kept, const struct outside_answer *answer);

/* What is called, and with what; a copy of kept_len bytes is made. */
struct outside_then {
	outside_fn *call;
	const void *kept;
	size_t kept_len;
};

struct outside_header {
	const char *name; /* NULL ends the list */
	struct span value;
};

struct outside_request {
	const char *method;    /* "GET", "POST", "DELETE" */
	struct span url;       /* https://... */
	struct span user, key; /* HTTP Basic (RFC 7617); NONE: without */
	/* May be NULL. No value holds a line break: asserted. */
	const struct outside_header *headers;
	struct span body;    /* of POST; may be empty */
	const char *ca_file; /* who vouches for the server, PEM; "" or NULL:
	                      * whom the system trusts */
	/* Whether this address may be reached, asked for each socket that is
	 * opened, with what must live as long; NULL: any. For addresses that
	 * users gave. */
	bool (*may_reach)(const void *with, const struct sockaddr *address);
	const void *reach_with;
};

struct outside_mail {
	struct span url;            /* smtp://host:587 */
	bool in_clear;              /* without STARTTLS: on this host only;
	                             * else STARTTLS or nothing */
	struct span user, password; /* NONE: without */
	struct span from, to;       /* addresses without <>; no line break */
	struct span text;           /* the whole message, lines end in CRLF */
	const char *ca_file;
};

/* Never NULL. Before threads and after fork. */
struct outside *outside_open(void);
/* What is under way ends unanswered: nobody is called. */
void outside_close(struct outside *o);

/*
 * Begin. All spans are copied.
 *
 * returns: any outside_outcome; after OUTSIDE_OK then.call is called exactly
 *          once, unless closed before
 */
int outside_request(struct outside *o, const struct outside_request *request,
    const struct outside_then *then) MUST_CHECK;
/* A message was taken over by the server when its answer has status 250. */
int outside_mail(struct outside *o, const struct outside_mail *mail,
    const struct outside_then *then) MUST_CHECK;

/* Let them get on until one has ended or max_ms are over; back at once when
 * none is under way. returns: how many still are */
size_t outside_run(struct outside *o, int max_ms);

/* A header of the answer, or NONE; lives as the answer does. */
struct span outside_header(const struct outside_answer *answer,
    const char *name);
/* A date of HTTP, of which a NUL follows, in seconds since 1970; 0: it is none.
 */
int64_t outside_date_s(struct span date);

#endif
