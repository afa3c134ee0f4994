/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * page - lists in pages: ?limit= and ?cursor=
 *
 * A cursor is opaque on the wire: base64url of "v1:<sort key>:<id>". Paging
 * is by key, never by offset.
 *
 * Layer: http.  Uses: base, req.
 */
#ifndef HTTP_PAGE_H
#define HTTP_PAGE_H

#include "http/json.h"
#include "http/req.h"

struct page {
	int64_t limit; /* 1..100, 20 when not asked */
	bool has_cursor;
	int64_t after_key; /* sort key of the last item seen; 0 without one */
	int64_t after_id;  /* as after_key */
};

/* returns: 0; 1 limit or cursor malformed (*field names which: 422) */
int page_read(struct arena *a, const struct req *req, struct page *out,
    const char **field) MUST_CHECK;
/* Writes "next_cursor" into the open object: the cursor behind (key, id), or
 * null when more is false. */
void page_write_next(struct jw *w, bool more, int64_t key, int64_t id);

#endif
