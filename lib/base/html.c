/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * html - texts inside HTML
 *
 * Layer: base.
 */
#include "base/html.h"

#include <assert.h>

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

/* ---- forms ---- */

struct html_value
html_span(struct span text)
{
	return (struct html_value){ span_is(text) ? text : SPAN_LIT(""), 0 };
}

struct html_value
html_str(const char *text)
{
	return html_span(span_str(text));
}

struct html_value
html_number(int64_t number)
{
	return (struct html_value){ SPAN_NONE, number };
}

enum place { PLACE_TEXT, PLACE_TAG, PLACE_QUOTED, PLACE_ADDRESS };

/* Where a form stands while it is read. */
struct filling {
	struct strbuf *b;
	const char *form; /* what is left */
	const char *tag;  /* where the last tag began */
	enum place place;
};

/* Whether what stands before a quote names an attribute with an address. */
static bool
takes_address(const char *tag, const char *quote)
{
	static const char *const names[] = { " href=", " action=", " src=" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		size_t len = strlen(names[i]);

		if ((size_t)(quote - tag) >= len
		    && memcmp(quote - len, names[i], len) == 0)
			return true;
	}
	return false;
}

/* What follows a character of the form's own. */
static enum place
move(const struct filling *f, char c)
{
	switch (f->place) {
	case PLACE_TEXT:
		return c == '<' ? PLACE_TAG : PLACE_TEXT;
	case PLACE_TAG:
		if (c == '"')
			return takes_address(f->tag, f->form) ? PLACE_ADDRESS
							      : PLACE_QUOTED;
		return c == '>' ? PLACE_TEXT : PLACE_TAG;
	default:
		return c == '"' ? PLACE_TAG : f->place;
	}
}

/* RFC 3986's unreserved characters, and what parts a path. */
static bool
is_plain(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')
	    || (c >= 'A' && c <= 'Z') || (c != '\0' && strchr("-._~/", c));
}

static void
add_encoded(struct strbuf *b, struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (is_plain(text.p[i]))
			strbuf_char(b, text.p[i]);
		else
			strbuf_printf(b, "%%%02X", (unsigned char)text.p[i]);
}

const char *
html_encoded(struct arena *a, struct span text)
{
	struct strbuf b;

	strbuf_init(&b, a, text.len + 1);
	add_encoded(&b, text);
	return arena_str(a, strbuf_get(&b));
}

/* "//host" is an address elsewhere. */
static bool
is_address(struct span url)
{
	return span_starts(url, SPAN_LIT("https://"))
	    || (span_starts(url, SPAN_LIT("/"))
		&& !span_starts(url, SPAN_LIT("//"))
		&& !span_starts(url, SPAN_LIT("/\\")));
}

static void
fill_hole(struct filling *f, bool whole, const struct html_value *value)
{
	assert(f->place != PLACE_TAG);
	assert(!whole || f->place == PLACE_ADDRESS);
	if (!span_is(value->text))
		strbuf_i64(f->b, value->number);
	else if (whole)
		html_text(f->b,
		    is_address(value->text) ? value->text : SPAN_LIT("#"));
	else if (f->place == PLACE_ADDRESS)
		add_encoded(f->b, value->text);
	else
		html_text(f->b, value->text);
}

/* The length of a hole that the form goes on with, or 0. */
static size_t
hole_len(const char *form)
{
	return strncmp(form, "{}", 2) == 0   ? 2
	    : strncmp(form, "{url}", 5) == 0 ? 5
					     : 0;
}

void
html_fill(struct strbuf *b, const char *form, const struct html_value *values,
    size_t n)
{
	struct filling f = { b, form, form, PLACE_TEXT };
	size_t at = 0;

	while (*f.form != '\0') {
		size_t len = hole_len(f.form);

		if (len > 0) {
			assert(at < n);
			fill_hole(&f, len > 2, &values[at++]);
			f.form += len;
			continue;
		}
		if (*f.form == '<' && f.place == PLACE_TEXT)
			f.tag = f.form;
		f.place = move(&f, *f.form);
		strbuf_char(b, *f.form++);
	}
	assert(f.place == PLACE_TEXT);
	assert(at == n);
}
