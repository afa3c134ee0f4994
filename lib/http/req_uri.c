/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * req_uri - the address of a request, cut and decoded once
 *
 * Nothing behind this file decodes again, so what the router compares is
 * what everybody else saw; an address with two readings is refused.
 *
 * Layer: http.  Uses: base.
 */
#include "http/req.h"

#include "base/utf8.h"

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

struct span
req_decode(struct arena *a, struct span s, bool plus)
{
	char *to = arena_alloc(a, s.len + 1);
	size_t len = 0;

	for (size_t i = 0; i < s.len; i++) {
		int high, low;

		if (s.p[i] != '%') {
			to[len++] = plus && s.p[i] == '+' ? ' ' : s.p[i];
			continue;
		}
		if (s.len - i < 3)
			return SPAN_NONE;
		high = hex_value(s.p[i + 1]);
		low = hex_value(s.p[i + 2]);
		if (high < 0 || low < 0)
			return SPAN_NONE;
		to[len++] = (char)(high * 16 + low);
		i += 2;
	}
	to[len] = '\0';
	return (struct span){ to, len };
}

/* ---- the path ---- */

/* "%2F" and "%5C" decode to what separates segments somewhere. */
static bool
has_hidden_separator(struct span raw)
{
	for (size_t i = 0; i + 2 < raw.len; i++) {
		int byte;

		if (raw.p[i] != '%')
			continue;
		byte = hex_value(raw.p[i + 1]) * 16 + hex_value(raw.p[i + 2]);
		if (byte == '/' || byte == '\\')
			return true;
	}
	return false;
}

static bool
has_any(struct span s, const char *bytes)
{
	for (size_t i = 0; i < s.len; i++)
		if (strchr(bytes, s.p[i]) != NULL)
			return true; /* NUL is found too */
	return false;
}

/* Only what means itself everywhere, as in nearly all paths: of these nothing
 * but the segments has to be looked at. */
static bool
is_plain(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9')
		    && !(c >= 'A' && c <= 'Z') && c != '/' && c != '-'
		    && c != '_' && c != '.' && c != '~')
			return false;
	}
	return true;
}

/* No empty segment but the last, none that means "here" or "up". */
static bool
segments_are_plain(struct span path)
{
	struct span rest = { path.p + 1, path.len - 1 };

	while (span_is(rest)) {
		struct span segment = span_cut(&rest, '/');

		if (segment.len == 0 && span_is(rest))
			return false;
		if (span_eq_str(segment, ".") || span_eq_str(segment, ".."))
			return false;
	}
	return true;
}

static bool
is_canonical(struct span path)
{
	return path.len > 0 && path.p[0] == '/' && segments_are_plain(path)
	    && (is_plain(path)
		|| (utf8_valid(path) && !has_any(path, ";\\")
		    && !utf8_has_control(path)));
}

/* The path behind raw, decoded; NONE when it has two readings. */
static struct span
read_path(struct arena *a, struct span raw)
{
	if (is_plain(raw))
		return arena_span(a, raw);
	if (has_any(raw, "#") || has_hidden_separator(raw))
		return SPAN_NONE;
	return req_decode(a, raw, false);
}

/* Take base_path off a canonical path; NONE when it is not inside. */
static struct span
inside_base(struct span path, struct span base_path)
{
	if (!span_starts(path, base_path))
		return SPAN_NONE;
	path.p += base_path.len;
	path.len -= base_path.len;
	if (path.len == 0)
		return SPAN_LIT("/");
	return path.p[0] == '/' ? path : SPAN_NONE;
}

int
req_route_uri(struct arena *a, struct req *req, struct span base_path)
{
	struct span query = req->uri;
	struct span raw = span_cut(&query, '?');
	struct span path;

	path = read_path(a, raw);
	if (!span_is(path) || !is_canonical(path))
		return 1;
	path = inside_base(path, base_path);
	if (!span_is(path))
		return 2;
	req->path = path;
	req->query = query;
	return 0;
}

/* ---- the query ---- */

bool
req_pair(struct span *rest, struct span *name, struct span *value)
{
	while (span_is(*rest)) {
		struct span pair = span_cut(rest, '&');

		if (pair.len == 0)
			continue;
		*name = span_cut(&pair, '=');
		*value = span_is(pair) ? pair : SPAN_LIT("");
		return true;
	}
	return false;
}

int
req_query(struct arena *a, const struct req *req, const char *name,
    struct span *out)
{
	struct span rest = req->query, key, value;

	*out = SPAN_NONE;
	while (req_pair(&rest, &key, &value)) {
		key = req_decode(a, key, true);
		if (!span_is(key))
			return 1;
		if (!span_eq_str(key, name))
			continue;
		value = req_decode(a, value, true);
		if (span_is(*out) || !span_is(value) || !utf8_valid(value)
		    || memchr(value.p, 0, value.len) != NULL)
			return 1;
		*out = value;
	}
	return 0;
}

/* Names are compared as they came: all of ours need no encoding. */
bool
req_query_only(const struct req *req, const char *const *names)
{
	struct span rest = req->query, key, value;

	while (req_pair(&rest, &key, &value)) {
		const char *const *name = names;

		while (*name != NULL && !span_eq_str(key, *name))
			name++;
		if (*name == NULL)
			return false;
	}
	return true;
}
