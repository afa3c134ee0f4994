/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * page - lists in pages
 *
 * A cursor is no secret and is not signed: whoever makes one up only starts
 * a list elsewhere in what they may read anyway.
 *
 * Layer: http.  Uses: base, req, json.
 */
#include "http/page.h"

#include "base/crypto.h"

#define LIMIT_MAX 100
#define LIMIT_PRESET 20

/* No cursor of ours is longer: "v1:" and two int64. */
#define CURSOR_LEN_MAX 64

static bool
read_limit(struct span text, int64_t *out)
{
	*out = LIMIT_PRESET;
	if (!span_is(text))
		return true;
	return span_to_i64(text, out) && *out >= 1 && *out <= LIMIT_MAX;
}

static bool
read_cursor(struct arena *a, struct span text, struct page *out)
{
	struct span rest;

	out->has_cursor = span_is(text);
	if (!out->has_cursor)
		return true;
	if (text.len > CURSOR_LEN_MAX)
		return false;
	rest = crypto_unbase64url(a, text);
	if (!span_is(rest) || !span_eq_str(span_cut(&rest, ':'), "v1"))
		return false;
	return span_to_i64(span_cut(&rest, ':'), &out->after_key)
	    && span_to_i64(rest, &out->after_id);
}

int
page_read(struct arena *a, const struct req *req, struct page *out,
    const char **field)
{
	struct span text;

	*out = (struct page){ 0 };
	*field = "limit";
	if (req_query(a, req, "limit", &text) != 0
	    || !read_limit(text, &out->limit))
		return 1;
	*field = "cursor";
	if (req_query(a, req, "cursor", &text) != 0
	    || !read_cursor(a, text, out))
		return 1;
	*field = NULL;
	return 0;
}

void
page_write_next(struct jw *w, bool more, int64_t key, int64_t id)
{
	struct arena *a = w->buf.arena;
	struct strbuf plain;

	if (!more) {
		jw_null(w, "next_cursor");
		return;
	}
	strbuf_init(&plain, a, CURSOR_LEN_MAX);
	strbuf_str(&plain, "v1:");
	strbuf_i64(&plain, key);
	strbuf_char(&plain, ':');
	strbuf_i64(&plain, id);
	jw_str(w, "next_cursor", crypto_base64url(a, plain.p, plain.len));
}
