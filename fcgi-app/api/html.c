/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * html - texts inside HTML
 *
 * Layer: fcgi-app/api.  Uses: base.
 */
#include "fcgi-app/api/html.h"

static const char *
entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	}
	return NULL;
}

void
html_text(struct strbuf *b, struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		const char *name = entity(text.p[i]);

		if (name != NULL)
			strbuf_str(b, name);
		else
			strbuf_char(b, text.p[i]);
	}
}

void
html_element(struct strbuf *b, const char *tag, struct span text)
{
	if (text.len == 0)
		return;
	strbuf_printf(b, "<%s>", tag);
	html_text(b, text);
	strbuf_printf(b, "</%s>", tag);
}
