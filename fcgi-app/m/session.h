/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * session - who looks at a page, and whether a form is one of ours
 *
 * The cookie __Host-bo_m is a page_session (account/page_session.h). It is read
 * under /m/ alone. Every POST, and every cookie that is a quarter of an hour
 * old, has the session looked up; the latter is made anew then.
 *
 * A form is ours when its `csrf` is the HMAC of who looks (the session's random
 * id), of the path that it is sent to, and of this hour or the two before; when
 * Origin, where the browser says one, is that of public_url; and when the
 * cookie comes along. Before somebody logs in a random __Host-bo_pre stands for
 * the id; the login replaces both.
 *
 * Source: RFC 6265bis (the prefix __Host-), the OWASP CSRF cheat sheet.
 *
 * Layer: fcgi-app/m.  Uses: http, store, account, api.
 */
#ifndef FCGI_APP_M_SESSION_H
#define FCGI_APP_M_SESSION_H

#include "http/form.h"
#include "http/router.h"
#include "store/ctx.h"

/*
 * Before a page: who looks at it, and in which language.
 *
 * out:     req->visitor, req->buyer, req->lang
 * returns: 0; 1 refused, and res sends him to log in: a MEMBER's page; < 0 on a
 *          fault
 */
int m_session_enter(struct ctx *ctx, const struct route *route, struct req *req,
    struct res *res) MUST_CHECK;
/* Behind it: a cookie that is to be made anew is. */
void m_session_leave(struct ctx *ctx, const struct req *req, struct res *res);

/*
 * Before what a form asks for.
 *
 * out:     req->form
 * returns: 0; 1 refused: bad-request where it cannot be read, unsupported-
 *          media-type, forbidden where it is not ours
 */
int m_session_form(struct ctx *ctx, struct req *req,
    struct res *res) MUST_CHECK;

/* What proves a form that is sent to path, below base. A visitor who has no id
 * gets one by res. Memory: the arena's. */
const char *m_session_csrf(struct ctx *ctx, const struct req *req,
    struct res *res, const char *path);

/* The visitor is that user from now on, whoever he was before. returns: 0; < 0
 * on a fault */
int m_session_begin(struct ctx *ctx, const struct req *req, struct res *res,
    int64_t user, int64_t session) MUST_CHECK;
/* He is nobody from now on. */
void m_session_end(const struct req *req, struct res *res);
/* The language that pages come in from now on. */
void m_session_language(struct ctx *ctx, struct res *res, enum lang lang);

#endif
