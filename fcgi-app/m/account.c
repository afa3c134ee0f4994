/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * m/account - pages for logging in and out, and for signing up
 *
 * Layer: fcgi-app/m.  Uses: http, account, queue.
 */
#include "fcgi-app/m/m.h"

#include "account/login.h"
#include "account/session.h"
#include "base/clock.h"
#include "base/log.h"
#include "fcgi-app/m/page.h"
#include "fcgi-app/m/session.h"
#include "http/problem.h"
#include "queue/queue.h"

/* Where he wanted to go; to the first page where that is none of ours. */
static struct span
next_of(struct span next)
{
	return span_is(next) && m_is_page(next) ? next : SPAN_LIT("/m");
}

static void
write_field(struct m *m, const char *name, enum m_word word, const char *type,
    const char *autocomplete)
{
	M_ADD(m,
	    "<p><label>{}<br><input name=\"{}\" type=\"{}\""
	    " autocomplete=\"{}\" required></label></p>",
	    M_W(m, word), M_V(name), M_V(type), M_V(autocomplete));
}

/* A form that leads to where ?next= says. */
static void
begin_form(struct m *m, const char *path)
{
	m_form(m, path);
	M_ADD(m, "<input type=\"hidden\" name=\"next\" value=\"{}\">",
	    M_V(next_of(m_query(m->ctx, m->req, "next"))));
	write_field(m, "login_id", M_LOGIN_ID, "text", "username");
}

int
m_login(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct m m;

	m_begin_word(&m, ctx, req, res, M_LOGIN);
	begin_form(&m, "/m/login");
	write_field(&m, "password", M_PASSWORD, "password", "current-password");
	m_button(&m, M_LOGIN);
	M_ADD(&m, "</form><p><a href=\"{}/m/signup?next={}\">{}</a></p>",
	    M_V(m.base), M_V(next_of(m_query(ctx, req, "next"))),
	    M_W(&m, M_SIGNUP));
	return m_end(&m, 200);
}

int
m_signup(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct m m;

	m_begin_word(&m, ctx, req, res, M_SIGNUP);
	begin_form(&m, "/m/signup");
	write_field(&m, "password", M_NEW_PASSWORD, "password", "new-password");
	write_field(&m, "name", M_NAME, "text", "name");
	write_field(&m, "email", M_EMAIL, "email", "email");
	m_button(&m, M_SIGNUP);
	M_TEXT(&m, "</form>");
	return m_end(&m, 200);
}

/* The form once more, with what was wrong. */
static int
say_again(struct ctx *ctx, const struct req *req, struct res *res,
    const char *path, const char *why)
{
	return m_say(ctx, res,
	    arena_printf(&ctx->arena, "%s?next=%s", path,
		arena_str(&ctx->arena, next_of(form_get(req->form, "next")))),
	    why);
}

static int
welcome(struct ctx *ctx, const struct req *req, struct res *res,
    const struct refresh *refresh)
{
	int r = m_session_begin(ctx, req, res, refresh->user, refresh->session);

	return r != 0
	    ? r
	    : m_see(ctx, res,
		arena_str(&ctx->arena, next_of(form_get(req->form, "next"))));
}

/* A field that is missing is an empty one. */
static struct span
field(const struct req *req, const char *name)
{
	struct span value = form_get(req->form, name);

	return span_is(value) ? value : SPAN_LIT("");
}

int
m_login_do(struct ctx *ctx, const struct req *req, struct res *res)
{
	const struct login login = { .login_id = field(req, "login_id"),
		.password = field(req, "password"),
		.address = req->remote_addr };
	struct login_result made;
	int r = login_make(ctx, &login, &made);

	if (r < 0)
		return r;
	if (r == LOGIN_E_EARLY)
		return problem_retry(res, "rate-limited", NULL,
		    (int)CLOCK_S_OF_MS(made.wait_ms));
	return r == LOGIN_OK
	    ? welcome(ctx, req, res, &made.refresh)
	    : say_again(ctx, req, res, "/m/login",
		r == LOGIN_E_TOTP ? "totp-needed" : "bad-credentials");
}

static const struct {
	int outcome;
	const char *why;
} signup_whys[] = {
	{ ACCOUNT_E_TAKEN, "login-taken" },
	{ ACCOUNT_E_LOGIN_ID, "bad-login-id" },
	{ ACCOUNT_E_PASSWORD, "bad-password" },
	{ ACCOUNT_E_NAME, "bad-name" },
	{ ACCOUNT_E_EMAIL, "bad-email" },
};

static int
refuse_signup(struct ctx *ctx, const struct req *req, struct res *res, int r)
{
	for (size_t i = 0; i < ARRAY_LEN(signup_whys); i++)
		if (r == signup_whys[i].outcome)
			return say_again(ctx, req, res, "/m/signup",
			    signup_whys[i].why);
	return say_again(ctx, req, res, "/m/signup", "invalid-field");
}

int
m_signup_do(struct ctx *ctx, const struct req *req, struct res *res)
{
	const struct account_new who = { .role = ROLE_USER,
		.login_id = field(req, "login_id"),
		.password = field(req, "password"),
		.name = field(req, "name"),
		.email = field(req, "email") };
	struct account account;
	struct refresh refresh;
	int r = account_signup(ctx, &who, &account);

	if (r != ACCOUNT_OK)
		return r < 0 ? r : refuse_signup(ctx, req, res, r);
	r = refresh_begin(ctx, account.id, account.version, &refresh);
	if (r != REFRESH_OK)
		return r < 0
		    ? r
		    : say_again(ctx, req, res, "/m/login", "bad-credentials");
	return welcome(ctx, req, res, &refresh);
}

int
m_logout_do(struct ctx *ctx, const struct req *req, struct res *res)
{
	int r = session_end(ctx, req->buyer.id, req->buyer.session);

	if (r < 0)
		return r;
	/* His passes let others in. Where nobody can be told of it now, they
	 * lapse. */
	if (queue_leave_all(ctx, req->buyer.id) != 0)
		LOG(WARN, "queue-not-left", LINT("user", req->buyer.id));
	m_session_end(req, res);
	return m_say(ctx, res, "/m", "logged-out");
}

/* The browser remembers it, the server does not: a link is enough. */
int
m_language(struct ctx *ctx, const struct req *req, struct res *res)
{
	for (int i = 0; i < N_LANGS; i++)
		if (span_eq_str(req->params[0], lang_tag((enum lang)i))) {
			m_session_language(ctx, res, (enum lang)i);
			return m_see(ctx, res,
			    arena_str(&ctx->arena,
				next_of(m_query(ctx, req, "to"))));
		}
	return problem(res, "not-found", NULL);
}
