/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * page - what the pages that need no JavaScript share
 *
 * Layer: fcgi-app/m.  Uses: http, store, api.
 */
#include "fcgi-app/m/page.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/rand.h"
#include "catalog/currency.h"
#include "fcgi-app/api/view.h"
#include "fcgi-app/m/m.h"
#include "fcgi-app/m/session.h"

#define PAGE_ROOM (16 * 1024)
#define ONCE_LEN 16
/* A form's Origin is said to our own server, and nothing to another. */
#define REFERRER SPAN_LIT("same-origin")

struct span
m_query(struct ctx *ctx, const struct req *req, const char *name)
{
	struct span out;

	return req_query(&ctx->arena, req, name, &out) == 0 ? out : SPAN_NONE;
}

int64_t
m_query_number(struct ctx *ctx, const struct req *req, const char *name,
    int64_t max, int64_t missing)
{
	struct span text = m_query(ctx, req, name);
	int64_t n;

	return span_is(text) && span_to_i64(text, &n) && n >= 1 && n <= max
	    ? n
	    : missing;
}

/* ---- how things are written ---- */

const char *
m_money(const struct m *m, int64_t minor, struct span currency)
{
	int decimals = currency_decimals(currency);
	bool won = m->lang == LANG_KO && span_eq_str(currency, "KRW");
	uint64_t left = minor < 0 ? -(uint64_t)minor : (uint64_t)minor;
	char room[48], *p = room + sizeof(room);

	for (int i = 0; i < decimals; i++, left /= 10)
		*--p = (char)('0' + left % 10);
	if (decimals > 0)
		*--p = '.';
	for (int i = 0; i == 0 || left > 0; i++, left /= 10) {
		if (i > 0 && i % 3 == 0)
			*--p = ',';
		*--p = (char)('0' + left % 10);
	}
	if (minor < 0)
		*--p = '-';
	return arena_printf(&m->ctx->arena, "%.*s%s%.*s",
	    (int)(room + sizeof(room) - p), p, won ? "원" : " ",
	    won ? 0 : (int)currency.len, currency.p);
}

const char *
m_time(const struct m *m, int64_t ms, int64_t utc_offset_s)
{
	char *text = clock_rfc3339(&m->ctx->arena,
	    ms + utc_offset_s * MS_PER_S);

	text[sizeof("2026-11-21") - 1] = ' ';
	text[sizeof("2026-11-21 19:30") - 1] = '\0';
	return text;
}

const char *
m_minutes(const struct m *m, int64_t seconds)
{
	return arena_printf(&m->ctx->arena, "%lld:%02lld",
	    (long long)seconds / 60, (long long)seconds % 60);
}

/* ---- around a page ---- */

static void
link_to(struct m *m, const char *path, enum m_word word)
{
	M_ADD(m, "<li><a href=\"{}{}\">{}</a></li>", M_V(m->base), M_V(path),
	    M_W(m, word));
}

static void
write_nav(struct m *m)
{
	M_ADD(m, "<nav aria-label=\"{}\"><ul>", M_W(m, M_NAV));
	link_to(m, "/m", M_SHOWS);
	if (m->req->buyer.id > 0) {
		link_to(m, "/m/reservations", M_RESERVATIONS);
		M_TEXT(m, "<li>");
		m_form(m, "/m/logout");
		m_button(m, M_LOGOUT);
		M_TEXT(m, "</form></li>");
	} else {
		link_to(m, "/m/login", M_LOGIN);
		link_to(m, "/m/signup", M_SIGNUP);
	}
	M_TEXT(m, "</ul></nav>");
}

/* What a redirect has to say: one of the closed list, and nothing else. */
static void
write_why(struct m *m)
{
	struct span slug = m_query(m->ctx, m->req, "why");
	const char *text = m_why(m->lang, slug);

	if (text != NULL)
		M_ADD(m, "<p class=\"{}\" role=\"status\">{}</p>",
		    M_V(m_why_is_good(slug) ? "good" : "bad"), M_V(text));
}

static void
say_headers(struct m *m)
{
	view_language(m->req, m->res);
	res_header(m->res, "Content-Security-Policy",
	    SPAN_LIT("default-src 'none'; style-src 'self'; "
		     "form-action 'self'; base-uri 'none'; "
		     "frame-ancestors 'none'"));
	res_header(m->res, "Referrer-Policy", REFERRER);
}

void
m_begin(struct m *m, struct ctx *ctx, const struct req *req, struct res *res,
    const char *title)
{
	*m = (struct m){ .ctx = ctx,
		.req = req,
		.res = res,
		.lang = (enum lang)req->lang,
		.base = ctx->set.base_path };
	strbuf_init(&m->b, &ctx->arena, PAGE_ROOM);
	say_headers(m);
	M_ADD(m,
	    "<!DOCTYPE html>\n<html lang=\"{}\"><head>"
	    "<meta charset=\"utf-8\"><meta name=\"viewport\""
	    " content=\"width=device-width, initial-scale=1\">"
	    "<title>{} · boxoffice</title>"
	    "<link rel=\"stylesheet\" href=\"{}/m/style.css\"></head>\n<body>"
	    "<header><p><a href=\"{}/m\">boxoffice</a></p>",
	    M_V(lang_tag(m->lang)), M_V(title), M_V(m->base), M_V(m->base));
	write_nav(m);
	M_ADD(m, "</header>\n<main><h1>{}</h1>", M_V(title));
	write_why(m);
}

void
m_begin_word(struct m *m, struct ctx *ctx, const struct req *req,
    struct res *res, enum m_word title)
{
	m_begin(m, ctx, req, res, m_word((enum lang)req->lang, title));
}

int
m_end(struct m *m, int status)
{
	enum lang other = m->lang == LANG_KO ? LANG_EN : LANG_KO;

	M_ADD(m,
	    "</main>\n<footer><p><a lang=\"{}\" href=\"{}/m/language/{}?to={}\">"
	    "{}</a></p></footer></body></html>\n",
	    M_V(lang_tag(other)), M_V(m->base), M_V(lang_tag(other)),
	    M_V(m_is_page(m->req->path) ? m->req->path : SPAN_LIT("/m")),
	    M_V(m_word(other, M_LANGUAGE)));
	return res_body(m->res, status, "text/html; charset=utf-8",
	    strbuf_get(&m->b));
}

/* ---- forms ---- */

void
m_form(struct m *m, const char *path)
{
	M_ADD(m,
	    "<form method=\"post\" action=\"{}{}\">"
	    "<input type=\"hidden\" name=\"csrf\" value=\"{}\">",
	    M_V(m->base), M_V(path),
	    M_V(m_session_csrf(m->ctx, m->req, m->res, path)));
}

void
m_once(struct m *m)
{
	uint8_t once[ONCE_LEN];

	rand_bytes(once, sizeof(once));
	M_ADD(m, "<input type=\"hidden\" name=\"once\" value=\"{}\">",
	    M_V(crypto_hex(&m->ctx->arena, once, sizeof(once))));
}

void
m_button(struct m *m, enum m_word word)
{
	M_ADD(m, "<button>{}</button>", M_W(m, word));
}

/* ---- what comes by itself ---- */

/* The address of this page with ?query, which may be "". */
static const char *
address_here(const struct m *m, const char *query)
{
	struct arena *a = &m->ctx->arena;

	return arena_printf(a, "%s%s%s%s", m->base,
	    html_encoded(a, m->req->path), query[0] == '\0' ? "" : "?", query);
}

void
m_refresh(struct m *m, int64_t after_s, const char *query)
{
	bool off = span_eq_str(m_query(m->ctx, m->req, "refresh"), "off");
	struct arena *a = &m->ctx->arena;
	const char *other = arena_printf(a, "%s%srefresh=%s", query,
	    query[0] == '\0' ? "" : "&", off ? "on" : "off");

	if (!off)
		res_header(m->res, "Refresh",
		    span_str(arena_printf(a, "%lld; url=%s",
			(long long)MAX(after_s, 1), address_here(m, query))));
	M_ADD(m, "<p class=\"quiet\">{} <a href=\"{url}\">{}</a></p>",
	    M_W(m, off ? M_REFRESH_IS_OFF : M_REFRESH_IS_ON),
	    M_V(address_here(m, other)),
	    M_W(m, off ? M_REFRESH_ON : M_REFRESH_OFF));
}

/* ---- going elsewhere ---- */

bool
m_is_page(struct span path)
{
	if (span_eq_str(path, "/m"))
		return true;
	if (!span_starts(path, SPAN_LIT("/m/")) || path.len > 100)
		return false;
	for (size_t i = 0; i < path.len; i++) {
		char c = path.p[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z')
		    && !(c >= 'A' && c <= 'Z') && c != '/' && c != '-')
			return false;
	}
	return memmem(path.p, path.len, "//", 2) == NULL;
}

int
m_see(struct ctx *ctx, struct res *res, const char *path)
{
	return res_see_other(res,
	    span_str(
		arena_printf(&ctx->arena, "%s%s", ctx->set.base_path, path)));
}

int
m_say(struct ctx *ctx, struct res *res, const char *path, const char *why)
{
	return m_see(ctx, res,
	    arena_printf(&ctx->arena, "%s%cwhy=%s", path,
		strchr(path, '?') == NULL ? '?' : '&', why));
}

/* ---- what went wrong ---- */

void
m_dress(struct ctx *ctx, const struct req *req, struct res *res)
{
	const char *slug = res->problem;
	int status = res->status;
	struct m m;

	if (slug == NULL
	    || !(span_starts(req->path, SPAN_LIT("/m/"))
		|| span_eq_str(req->path, "/m")))
		return;
	m_begin_word(&m, ctx, req, res, M_WRONG);
	M_ADD(&m,
	    "<p class=\"bad\">{}</p><p><a href=\"{}/m\">{}</a></p>"
	    "<p class=\"quiet\">{} {}</p>",
	    M_V(m_problem(m.lang, slug)), M_V(m.base), M_W(&m, M_SHOWS),
	    M_W(&m, M_REQUEST_ID), M_V(res->request_id));
	(void)m_end(&m, status);
	res->problem = slug;
}
