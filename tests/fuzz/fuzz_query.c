/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_query - a query string and the headers that are lists
 *
 * The input up to a line break is the query, what follows is tried as
 * Accept-Language and If-None-Match.
 *
 * Layer: tests.  Uses: http.
 */
#include "http/page.h"

#include "base/utf8.h"
#include "tests/fuzz/target.h"

#include <assert.h>

static const char *const names[] = { "q", "kind", "limit", "cursor", NULL };

static void
must_be_text(struct span value)
{
	assert(utf8_valid(value));
	assert(value.len == 0 || memchr(value.p, 0, value.len) == NULL);
}

/* A cursor that is taken is a place that can be written again. */
static void
must_come_back(struct arena *a, const struct page *page)
{
	struct jw w;
	struct json *v;
	struct req req = { 0 };
	struct page again;
	const char *field;
	int r;

	jw_init(&w, a);
	jw_object(&w, NULL);
	page_write_next(&w, true, page->after_key, page->after_id);
	jw_end_object(&w);
	r = json_parse(a, jw_text(&w), &v);
	assert(r == JSON_OK);
	req.query = span_str(arena_printf(a, "cursor=%s",
	    arena_str(a, json_get(v, "next_cursor")->str)));
	r = page_read(a, &req, &again, &field);
	assert(r == 0 && again.has_cursor);
	assert(again.after_key == page->after_key);
	assert(again.after_id == page->after_id);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena *a = target_arena();
	struct span rest = target_span(data, len), value;
	struct req req = { .query = span_cut(&rest, '\n') };
	struct page page;
	const char *field;
	enum lang lang;

	for (const char *const *name = names; *name != NULL; name++)
		if (req_query(a, &req, *name, &value) == 0)
			must_be_text(value);
	(void)req_query_only(&req, names);
	if (page_read(a, &req, &page, &field) == 0) {
		assert(page.limit >= 1 && page.limit <= 100);
		if (page.has_cursor)
			must_come_back(a, &page);
	} else {
		assert(field != NULL);
	}
	lang = req_language(rest);
	assert(lang == LANG_KO || lang == LANG_EN);
	req.if_none_match = rest;
	(void)req_etag_matches(&req, SPAN_LIT("W/\"1-2\""));
	return 0;
}
