/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * html - texts inside HTML
 *
 * Source: the WHATWG HTML standard, 13.1 (what has to be escaped where).
 *
 * Layer: fcgi-app/api.  Uses: base.
 */
#ifndef FCGI_APP_API_HTML_H
#define FCGI_APP_API_HTML_H

#include "base/strbuf.h"

/* A text between tags, or inside a quoted attribute: never markup. */
void html_text(struct strbuf *b, struct span text);
/* <tag>text</tag>; nothing where the text is empty. */
void html_element(struct strbuf *b, const char *tag, struct span text);

#endif
