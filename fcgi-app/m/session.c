/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * session - who looks at a page, and whether a form is one of ours
 *
 * Layer: fcgi-app/m.  Uses: http, store, account, api.
 */
#include "fcgi-app/m/session.h"

#include "account/page_session.h"
#include "account/seen.h"
#include "account/session.h"
#include "account/standing.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "fcgi-app/api/cookie.h"
#include "fcgi-app/m/page.h"
#include "http/problem.h"

#define SESSION_COOKIE "__Host-bo_m"
#define PRE_COOKIE "__Host-bo_pre"
#define LANGUAGE_COOKIE "__Host-bo_lang"
/* A browser takes a name with that prefix only with the first two. */
#define ATTRIBUTES "; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age="
#define LANGUAGE_S (365 * 24 * 3600)

#define MS_PER_HOUR INT64_C(3600000)
/* This hour's, or one of the two before. */
#define FORM_HOURS 3
/* As long as a form of it may be sent. */
#define PRE_S (FORM_HOURS * 3600)
#define PRE_LEN 22 /* of base64url */
#define CSRF_KEY SPAN_LIT("boxoffice m csrf 1")

struct visitor {
	struct page_session is; /* user 0: nobody is logged in */
	bool renew;
};

/* ---- cookies ---- */

static void
set_cookie(struct ctx *ctx, struct res *res, const char *name,
    struct span value, int64_t max_age_s)
{
	res_header(res, "Set-Cookie",
	    span_str(arena_printf(&ctx->arena, "%s=%.*s%s%lld", name,
		(int)value.len, value.p, ATTRIBUTES, (long long)max_age_s)));
}

static int
set_session(struct ctx *ctx, struct res *res, const struct page_session *whom)
{
	struct span text;
	int r = page_session_make(ctx, whom, &text);

	if (r == 0)
		set_cookie(ctx, res, SESSION_COOKIE, text,
		    PAGE_SESSION_LIFETIME_S);
	return r;
}

/* One of our own making, as far as anybody can tell. */
static bool
is_pre(struct ctx *ctx, struct span id)
{
	return id.len == PRE_LEN
	    && span_is(crypto_unbase64url(&ctx->arena, id));
}

void
m_session_language(struct ctx *ctx, struct res *res, enum lang lang)
{
	set_cookie(ctx, res, LANGUAGE_COOKIE, span_str(lang_tag(lang)),
	    LANGUAGE_S);
}

static void
read_language(struct req *req)
{
	struct span tag = cookie_value(req, LANGUAGE_COOKIE);

	for (int i = 0; i < N_LANGS; i++)
		if (span_eq_str(tag, lang_tag((enum lang)i)))
			req->lang = i;
}

/* ---- who looks ---- */

/* Whether what the cookie says is still so. out: v->renew. < 0 on a fault */
static int
still_stands(struct ctx *ctx, const struct req *req, struct visitor *v,
    bool *stands)
{
	struct token token = { .user = v->is.user,
		.role = ROLE_USER,
		.session = v->is.session };
	bool old = ctx->now_ms - v->is.issued_ms
	    >= PAGE_SESSION_FRESH_S * (int64_t)MS_PER_S;
	int r;

	*stands = standing_is_good(ctx, &token);
	if (!*stands || (!old && req->method != POST))
		return 0;
	r = session_look(ctx, v->is.user, v->is.session);
	if (r < 0)
		return r;
	*stands = r == SESSION_OK;
	v->renew = *stands && old;
	return 0;
}

/* returns: 0; < 0 on a fault */
static int
find_visitor(struct ctx *ctx, const struct req *req, struct visitor *v)
{
	struct span pre = cookie_value(req, PRE_COOKIE);
	bool stands = false;
	int r = 0;

	*v = (struct visitor){ .renew = false };
	if (page_session_read(ctx, cookie_value(req, SESSION_COOKIE), &v->is)
	    == PAGE_SESSION_OK)
		r = still_stands(ctx, req, v, &stands);
	if (stands)
		return r;
	*v = (struct visitor){ .is = {
				   .id = is_pre(ctx, pre) ? pre : SPAN_NONE } };
	return r;
}

/* To where he can log in, and back here where that is a page. */
static int
send_to_login(struct ctx *ctx, const struct req *req, struct res *res)
{
	const char *to = req->method != POST && m_is_page(req->path)
	    ? arena_printf(&ctx->arena, "/m/login?next=%s",
		arena_str(&ctx->arena, req->path))
	    : "/m/login";

	return m_say(ctx, res, to, "unauthenticated");
}

int
m_session_enter(struct ctx *ctx, const struct route *route, struct req *req,
    struct res *res)
{
	int r;

	read_language(req);
	req->visitor = ARENA_NEW(&ctx->arena, struct visitor);
	r = find_visitor(ctx, req, req->visitor);
	if (r < 0)
		return r;
	if (req->visitor->is.user == 0 && route->who == MEMBER) {
		(void)send_to_login(ctx, req, res);
		return 1;
	}
	req->buyer = (struct buyer){ .id = req->visitor->is.user,
		.session = req->visitor->is.session };
	return 0;
}

void
m_session_leave(struct ctx *ctx, const struct req *req, struct res *res)
{
	const struct visitor *v = req->visitor;

	if (v == NULL || !v->renew)
		return;
	seen_note(ctx, v->is.user);
	/* Where it cannot be, the old one is good for a while. */
	(void)set_session(ctx, res, &v->is);
}

/* What he was is not made anew behind it. */
int
m_session_begin(struct ctx *ctx, const struct req *req, struct res *res,
    int64_t user, int64_t session)
{
	const struct page_session whom = { .user = user,
		.session = session,
		.id = page_session_id(ctx) };

	req->visitor->renew = false;
	set_cookie(ctx, res, PRE_COOKIE, SPAN_LIT(""), 0);
	seen_note(ctx, user);
	return set_session(ctx, res, &whom);
}

void
m_session_end(const struct req *req, struct res *res)
{
	req->visitor->renew = false;
	res_header(res, "Set-Cookie",
	    SPAN_LIT(SESSION_COOKIE "=" ATTRIBUTES "0"));
}

/* ---- forms ---- */

/* Each part behind its length, so that no two of them run together. */
static void
add_part(struct strbuf *b, struct span part)
{
	strbuf_i64(b, (int64_t)part.len);
	strbuf_char(b, ':');
	strbuf_span(b, part);
}

static struct span
csrf_of(struct ctx *ctx, struct span id, struct span path, int64_t hour)
{
	uint8_t key[SHA256_LEN], mac[SHA256_LEN];
	struct strbuf b;

	strbuf_init(&b, &ctx->arena, 256);
	add_part(&b, id);
	add_part(&b, path);
	add_part(&b, arena_i64(&ctx->arena, hour));
	crypto_hkdf_sha256(settings_naming_key(&ctx->set), CSRF_KEY, key,
	    sizeof(key));
	crypto_hmac_sha256((struct span){ (const char *)key, sizeof(key) },
	    strbuf_get(&b), mac);
	crypto_wipe(key, sizeof(key));
	return span_str(crypto_base64url(&ctx->arena, mac, sizeof(mac)));
}

const char *
m_session_csrf(struct ctx *ctx, const struct req *req, struct res *res,
    const char *path)
{
	struct visitor *v = req->visitor;

	if (!span_is(v->is.id)) {
		v->is.id = page_session_id(ctx);
		set_cookie(ctx, res, PRE_COOKIE, v->is.id, PRE_S);
	}
	return csrf_of(ctx, v->is.id, span_str(path), ctx->now_ms / MS_PER_HOUR)
	    .p;
}

static bool
is_our_form(struct ctx *ctx, const struct req *req)
{
	struct span csrf = form_get(req->form, "csrf");
	int64_t hour = ctx->now_ms / MS_PER_HOUR;
	struct span id = req->visitor->is.id;
	bool ours = false;

	if (!span_is(id) || !span_is(csrf))
		return false;
	for (int i = 0; i < FORM_HOURS; i++)
		ours |= crypto_equal(csrf,
		    csrf_of(ctx, id, req->path, hour - i));
	return ours;
}

int
m_session_form(struct ctx *ctx, struct req *req, struct res *res)
{
	struct span parameters = req->content_type;
	struct span type = span_trim(span_cut(&parameters, ';'));

	if (!span_eq_nocase(type,
		SPAN_LIT("application/x-www-form-urlencoded")))
		return problem(res, "unsupported-media-type", NULL) == 0;
	req->form = ARENA_NEW(&ctx->arena, struct form_pairs);
	if (form_read(&ctx->arena, req->body, req->form) != FORM_OK)
		return problem(res, "bad-request", NULL) == 0;
	if ((span_is(req->origin) && !cookie_origin_is_ours(ctx, req->origin))
	    || !is_our_form(ctx, req))
		return problem(res, "forbidden", NULL) == 0;
	return 0;
}
