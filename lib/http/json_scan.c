/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json_scan - the tokens of a JSON text, read once
 *
 * A cursor moves over the text; each kind of token has one function, which
 * leaves the cursor behind the token or says what is wrong with it.
 *
 * Layer: http.  Uses: base.
 */
#include "http/json_scan.h"

#include "base/utf8.h"

#define BOM "\xEF\xBB\xBF"

struct cursor {
	struct arena *arena;
	const char *p, *end;
	int depth;
	size_t numbers_cap;
	struct json_scan *out;
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The four hex digits of \uXXXX, or -1. */
static int
hex4(const char *p, const char *end)
{
	int v = 0;

	if (end - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		char c = p[i];

		if (is_digit(c))
			v = v * 16 + (c - '0');
		else if (c >= 'a' && c <= 'f')
			v = v * 16 + (c - 'a' + 10);
		else if (c >= 'A' && c <= 'F')
			v = v * 16 + (c - 'A' + 10);
		else
			return -1;
	}
	return v;
}

/* The cursor is behind "\u". A high surrogate takes its low one along. */
static int
scan_unicode(struct cursor *c)
{
	int unit = hex4(c->p, c->end), low;

	if (unit < 0)
		return JSON_E_MALFORMED;
	c->p += 4;
	if (unit == 0 || (unit >= 0xDC00 && unit <= 0xDFFF))
		return JSON_E_UTF8;
	if (unit < 0xD800 || unit > 0xDBFF)
		return JSON_OK;
	if (c->end - c->p < 6 || c->p[0] != '\\' || c->p[1] != 'u')
		return JSON_E_UTF8;
	low = hex4(c->p + 2, c->end);
	if (low < 0)
		return JSON_E_MALFORMED;
	c->p += 6;
	return low >= 0xDC00 && low <= 0xDFFF ? JSON_OK : JSON_E_UTF8;
}

/* The cursor is behind a backslash. */
static int
scan_escape(struct cursor *c)
{
	if (c->p == c->end)
		return JSON_E_MALFORMED;
	switch (*c->p++) {
	case '"':
	case '\\':
	case '/':
	case 'b':
	case 'f':
	case 'n':
	case 'r':
	case 't':
		return JSON_OK;
	case 'u':
		return scan_unicode(c);
	default:
		return JSON_E_MALFORMED;
	}
}

/* The cursor is behind the opening quote. */
static int
scan_string(struct cursor *c)
{
	int r;

	while (c->p < c->end) {
		unsigned char ch = (unsigned char)*c->p++;

		if (ch == '"')
			return JSON_OK;
		if (ch < 0x20)
			return JSON_E_MALFORMED;
		if (ch == '\\') {
			r = scan_escape(c);
			if (r != JSON_OK)
				return r;
		}
	}
	return JSON_E_MALFORMED;
}

/* One digit or more; false when there is none. */
static bool
skip_digits(struct cursor *c)
{
	const char *start = c->p;

	while (c->p < c->end && is_digit(*c->p))
		c->p++;
	return c->p > start;
}

static bool
skip_char(struct cursor *c, char ch)
{
	if (c->p == c->end || *c->p != ch)
		return false;
	c->p++;
	return true;
}

static bool
skip_number(struct cursor *c)
{
	(void)skip_char(c, '-');
	if (!skip_char(c, '0') && !skip_digits(c))
		return false;
	if (skip_char(c, '.') && !skip_digits(c))
		return false;
	if (skip_char(c, 'e') || skip_char(c, 'E')) {
		if (!skip_char(c, '-'))
			(void)skip_char(c, '+');
		if (!skip_digits(c))
			return false;
	}
	/* "01" and "1.2.3" would read as two tokens side by side. */
	return c->p == c->end || (!is_digit(*c->p) && *c->p != '.');
}

static void
keep_number(struct cursor *c, struct span number)
{
	struct json_scan *out = c->out;

	if (out->n_numbers == c->numbers_cap) {
		size_t cap = c->numbers_cap == 0 ? 16 : c->numbers_cap * 2;
		struct span *more = ARENA_ARRAY(c->arena, cap, struct span);

		if (out->n_numbers > 0)
			memcpy(more, out->numbers,
			    out->n_numbers * sizeof(*more));
		out->numbers = more;
		c->numbers_cap = cap;
	}
	out->numbers[out->n_numbers++] = number;
}

static int
scan_number(struct cursor *c)
{
	const char *start = c->p;

	if (!skip_number(c))
		return JSON_E_MALFORMED;
	keep_number(c, (struct span){ start, (size_t)(c->p - start) });
	return JSON_OK;
}

static int
scan_word(struct cursor *c, struct span word)
{
	struct span rest = { c->p, (size_t)(c->end - c->p) };

	if (!span_starts(rest, word))
		return JSON_E_MALFORMED;
	c->p += word.len;
	return JSON_OK;
}

static int
scan_token(struct cursor *c)
{
	switch (*c->p) {
	case ' ':
	case '\t':
	case '\n':
	case '\r':
	case ',':
		c->p++;
		return JSON_OK;
	case ':':
		c->p++;
		c->out->n_members++;
		return JSON_OK;
	case '{':
	case '[':
		c->p++;
		return ++c->depth <= JSON_DEPTH_MAX ? JSON_OK
						    : JSON_E_MALFORMED;
	case '}':
	case ']':
		c->p++;
		return --c->depth >= 0 ? JSON_OK : JSON_E_MALFORMED;
	case '"':
		c->p++;
		return scan_string(c);
	case 't':
		return scan_word(c, SPAN_LIT("true"));
	case 'f':
		return scan_word(c, SPAN_LIT("false"));
	case 'n':
		return scan_word(c, SPAN_LIT("null"));
	default:
		return scan_number(c);
	}
}

/* The bytes before the first that is no UTF-8, or NUL. */
static size_t
count_good(struct span text)
{
	struct span rest = text;
	size_t n;

	while (rest.len > 0 && rest.p[0] != '\0' && (n = utf8_step(rest)) > 0) {
		rest.p += n;
		rest.len -= n;
	}
	return rest.len > 0 ? text.len - rest.len : 0;
}

int
json_scan(struct arena *a, struct span text, struct json_scan *out)
{
	struct cursor c = { .arena = a, .out = out };
	int r;

	*out = (struct json_scan){ 0 };
	if (text.len == 0)
		return JSON_E_MALFORMED;
	if (!utf8_valid(text) || memchr(text.p, 0, text.len) != NULL
	    || span_starts(text, SPAN_LIT(BOM))) {
		out->at = count_good(text);
		return JSON_E_UTF8;
	}
	c.p = text.p;
	c.end = text.p + text.len;
	while (c.p < c.end) {
		r = scan_token(&c);
		out->at = (size_t)(c.p - text.p);
		if (r != JSON_OK)
			return r;
	}
	return c.depth == 0 ? JSON_OK : JSON_E_MALFORMED;
}
