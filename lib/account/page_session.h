/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * page_session - who is logged in on the pages that need no JavaScript
 *
 * A browser keeps it in a cookie. It is a JWT as access tokens are (token.h),
 * signed with the same keys, but for another audience and without a role: the
 * API takes none of them, and whoever it is of is a buyer there. It belongs to
 * a session (session.h), which can end at any moment, so that one older than
 * PAGE_SESSION_FRESH_S is believed only after the session was looked up.
 *
 * Layer: domain.  Uses: base, store, token_key.
 */
#ifndef ACCOUNT_PAGE_SESSION_H
#define ACCOUNT_PAGE_SESSION_H

#include "base/span.h"

struct ctx;

#define PAGE_SESSION_LIFETIME_S (2 * 3600)
/* From then on it is made anew. */
#define PAGE_SESSION_FRESH_S (15 * 60)

enum page_session_outcome {
	PAGE_SESSION_OK = 0,
	PAGE_SESSION_E_REFUSED, /* not one of ours, or over */
};

struct page_session {
	int64_t user, session; /* > 0 */
	struct span id;        /* random, one a login: forms are tied to it */
	int64_t issued_ms;
};

/* A new login's id: 128 random bits. Memory: the arena's. */
struct span page_session_id(struct ctx *ctx);

/* out: text that lasts PAGE_SESSION_LIFETIME_S from now; memory: the arena's.
 * issued_ms is not read. returns: OK; < 0 on a fault */
int page_session_make(struct ctx *ctx, const struct page_session *whom,
    struct span *out) MUST_CHECK;
/*
 * in:      text  any bytes
 * out:     out   on OK; memory: the arena's
 * returns: any page_session_outcome; never a fault
 * source:  RFC 7519, 8725
 */
int page_session_read(struct ctx *ctx, struct span text,
    struct page_session *out) MUST_CHECK;

#endif
