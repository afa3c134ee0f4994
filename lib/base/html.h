/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * html - texts inside HTML
 *
 * A form is a piece of HTML with holes. What fills a hole is escaped for where
 * the hole stands, so no caller escapes, and none can forget to.
 *
 * Source: the WHATWG HTML standard, 13.1 (what has to be escaped where); RFC
 * 3986 2.3 (what needs no percent-encoding).
 *
 * Layer: base.
 */
#ifndef BASE_HTML_H
#define BASE_HTML_H

#include "base/strbuf.h"

/* A text between tags, or inside a quoted attribute: never markup. */
void html_text(struct strbuf *b, struct span text);
/* <tag>text</tag>; nothing where the text is empty. */
void html_element(struct strbuf *b, const char *tag, struct span text);

/* A part of an address, percent-encoded but for "/". Memory: a's. */
const char *html_encoded(struct arena *a, struct span text);

/* What fills a hole: a text, or a number. */
struct html_value {
	struct span text; /* NONE: the number */
	int64_t number;
};

struct html_value html_span(struct span text);
struct html_value html_str(const char *text); /* NULL: "" */
struct html_value html_number(int64_t number);

#define HTML_VALUE(x) \
	_Generic((x), struct span : html_span, char * : html_str, const char * \
		 : html_str, default : html_number)(x)

/*
 * Add a form, its holes filled in their order:
 *
 *	{}     between tags or in a quoted attribute: as text. In href, action
 *	       and src: a part of a path or a query, percent-encoded but for "/"
 *	{url}  in those: a whole address. One that is neither https: nor begins
 *	       with a single "/" becomes "#"
 *
 * A hole anywhere else, a form that ends inside a tag, and holes that are not
 * as many as values are programming errors (assert).
 */
void html_fill(struct strbuf *b, const char *form,
    const struct html_value *values, size_t n);

#endif
