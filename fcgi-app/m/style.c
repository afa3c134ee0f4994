/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * m/style - what the pages look like
 *
 * One column, in the colours of the large page (web/src/style.css), light and
 * dark. Nothing depends on it: without it the pages are plain documents.
 *
 * Layer: fcgi-app/m.  Uses: http.
 */
#include "fcgi-app/m/m.h"

static const char style[] =
    ":root{color-scheme:light dark;--paper:#faf7f2;--card:#fff;--ink:#1d1817;"
    "--muted:#665c57;--line:#e5ddd3;--accent:#a3173f;--on:#fff;"
    "--good:#1c6a43;--good-tint:#e4f2e9;--bad:#a12312;--bad-tint:#fbe8e3}\n"
    "@media(prefers-color-scheme:dark){:root{--paper:#141116;--card:#1f1b22;"
    "--ink:#f5efe9;--muted:#b7acae;--line:#3a343d;--accent:#ff8ba3;"
    "--on:#2d0611;--good:#7fd3a3;--good-tint:#16301f;--bad:#ff9d8a;"
    "--bad-tint:#3b1b15}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;padding:0 16px 48px;max-width:46rem;"
    "background:var(--paper);color:var(--ink);font:17px/1.55 system-ui,"
    "\"Apple SD Gothic Neo\",\"Noto Sans KR\",NanumGothic,sans-serif;"
    "word-break:keep-all;overflow-wrap:anywhere}\n"
    "a{color:var(--accent)}\n"
    "h1{font-size:1.7rem;line-height:1.2;margin:24px 0 12px}\n"
    "h2{font-size:1.2rem;margin:24px 0 8px}\n"
    "header{display:flex;flex-wrap:wrap;gap:4px 24px;align-items:center;"
    "border-bottom:1px solid var(--line);padding:8px 0}\n"
    "header p{margin:0;font-weight:700}\n"
    "nav ul,.cards,.rows,.days{list-style:none;margin:0;padding:0}\n"
    "nav ul{display:flex;flex-wrap:wrap;gap:4px 20px;align-items:center}\n"
    "nav a{display:inline-block;padding:8px 0}\n"
    ".cards>li,.rows>li{background:var(--card);border:1px solid var(--line);"
    "border-radius:12px;padding:12px 16px;margin:0 0 12px}\n"
    ".cards h2{margin:0 0 4px}.cards p{margin:0}\n"
    ".quiet{color:var(--muted);font-size:.9rem}\n"
    ".good,.bad{border-radius:12px;padding:10px 16px}\n"
    ".good{color:var(--good);background:var(--good-tint)}\n"
    ".bad{color:var(--bad);background:var(--bad-tint)}\n"
    "fieldset{border:1px solid var(--line);border-radius:12px;"
    "background:var(--card);margin:0 0 12px;padding:8px 12px}\n"
    "legend{font-weight:700;padding:0 6px}\n"
    ".seats label,.seats span{display:inline-block;min-width:3.4em;"
    "padding:6px 4px;margin:1px}\n"
    ".seats span{color:var(--muted);text-decoration:line-through}\n"
    "form p{margin:0 0 10px}label{display:block}\n"
    ".seats label{margin:1px}\n"
    "input:not([type=checkbox]),select{display:block;width:100%;"
    "max-width:24rem;font:inherit;padding:8px 10px;border-radius:8px;"
    "border:1px solid var(--muted);background:var(--paper);"
    "color:var(--ink)}\n"
    "input[type=checkbox]{width:1.25em;height:1.25em;vertical-align:-.2em;"
    "accent-color:var(--accent)}\n"
    "button{font:inherit;font-weight:700;padding:9px 18px;border:0;"
    "border-radius:10px;background:var(--accent);color:var(--on);"
    "cursor:pointer}\n"
    "header button{background:none;color:var(--accent);padding:8px 0;"
    "font-weight:400;text-decoration:underline}\n"
    "form[action$=\"/drop\"] button,form[action$=\"/extend\"] button,"
    "form[action$=\"/leave\"] button{background:none;color:var(--accent);"
    "box-shadow:inset 0 0 0 1px var(--accent)}\n"
    ":focus-visible{outline:3px solid var(--accent);outline-offset:2px}\n"
    "table{border-collapse:collapse;width:100%}\n"
    "th,td{text-align:left;padding:6px 8px 6px 0;"
    "border-bottom:1px solid var(--line)}\n"
    "td:last-child,th:last-child{text-align:right}\n"
    "main form{margin:0 0 12px}\n"
    ".clock{font-size:1.5rem;font-weight:700;margin:8px 0}\n"
    "footer{margin-top:36px;border-top:1px solid var(--line)}\n";

#define MAX_AGE "public, max-age=3600"

int
m_style(struct ctx *ctx, const struct req *req, struct res *res)
{
	(void)ctx;
	(void)req;
	res_header(res, "Cache-Control", SPAN_LIT(MAX_AGE));
	return res_body(res, 200, "text/css; charset=utf-8",
	    (struct span){ style, sizeof(style) - 1 });
}
