/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * page - what the pages that need no JavaScript share
 *
 * A page is written from its beginning to its end into one text, by forms whose
 * holes are escaped (base/html.h). What is said of a page to browsers, and what
 * stands around it, is here and nowhere else.
 *
 * Layer: fcgi-app/m.  Uses: http, store, api.
 */
#ifndef FCGI_APP_M_PAGE_H
#define FCGI_APP_M_PAGE_H

#include "base/html.h"
#include "fcgi-app/m/words.h"
#include "http/req.h"
#include "http/res.h"
#include "store/ctx.h"

/* A page that is being written. */
struct m {
	struct ctx *ctx;
	const struct req *req;
	struct res *res;
	enum lang lang;
	const char *base; /* before /m/ in addresses */
	struct strbuf b;
};

/* Forms with holes, and words as a text. */
#define M_ADD(m, form, ...) \
	html_fill(&(m)->b, form, (const struct html_value[]){ __VA_ARGS__ }, \
	    sizeof((const struct html_value[]){ __VA_ARGS__ }) \
		/ sizeof(struct html_value))
#define M_TEXT(m, html) strbuf_str(&(m)->b, html)
#define M_V(x) HTML_VALUE(x)
#define M_W(m, word) html_str(m_word((m)->lang, word))

/* A page begins: all that stands before what it is about, a notice of ?why=
 * among it. */
void m_begin(struct m *m, struct ctx *ctx, const struct req *req,
    struct res *res, const char *title);
/* The same, a title's words. */
void m_begin_word(struct m *m, struct ctx *ctx, const struct req *req,
    struct res *res, enum m_word title);
/* It ends, and is the answer. returns: 0 */
int m_end(struct m *m, int status);

/* A form that is posted begins, with what proves that it is ours (session.h).
 * The caller ends it. path: below base, of our making. */
void m_form(struct m *m, const char *path);
/* What makes it one request, however often it is sent: 128 random bits. */
void m_once(struct m *m);
void m_button(struct m *m, enum m_word word);

/* The page is asked for again after so long, unless ?refresh=off; a link says
 * so. query: what its address goes on with, "" or "ticket=x", percent-encoded.
 */
void m_refresh(struct m *m, int64_t after_s, const char *query);

/* An amount as people write it: "12,000 KRW". Memory: the arena's. */
const char *m_money(const struct m *m, int64_t minor, struct span currency);
/* A moment as a clock on the wall says it there: "2026-11-21 19:30". */
const char *m_time(const struct m *m, int64_t ms, int64_t utc_offset_s);
/* A span of time as "4:05". */
const char *m_minutes(const struct m *m, int64_t seconds);

/* 303 to a page; path as in m_form, with its query if it has one. returns: 0 */
int m_see(struct ctx *ctx, struct res *res, const char *path);
/* The same, and that page says why: a problem's slug, or a word of
 * words.h. returns: 0 */
int m_say(struct ctx *ctx, struct res *res, const char *path, const char *why);
/* The problem that res has is told by a page, under an address of ours. */
void m_dress(struct ctx *ctx, const struct req *req, struct res *res);

/* A parameter of the query. NONE where it is missing or malformed: a page then
 * is what it is without. */
struct span m_query(struct ctx *ctx, const struct req *req, const char *name);
/* The same for a number of 1..max; missing where it is none. */
int64_t m_query_number(struct ctx *ctx, const struct req *req, const char *name,
    int64_t max, int64_t missing);
/* Whether a text is the address of a page of ours, without a query: what may
 * be gone to after a login. */
bool m_is_page(struct span path);

#endif
