/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/admin_export - handlers for tables that operators ask for as files
 *
 * A file is sent by the web server, which is told its name, or by us in pieces
 * that the asker names as ranges, so that no worker is busy with it for long.
 *
 * Layer: fcgi-app/api.  Uses: http, admin.
 */
#include "fcgi-app/api/api.h"

#include "admin/export.h"
#include "admin/search.h"
#include "fcgi-app/api/read.h"
#include "fcgi-app/api/view_admin.h"
#include "http/problem.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

#define PIECE_MAX ((int64_t)KIB(1024))
#define ID_MAX ((INT64_C(1) << 53) - 1)
#define TYPE "text/csv; charset=utf-8"
/* Where nginx's file has the folder, for itself alone. */
#define NGINX_PLACE "/_exports/"

static const struct problem_row problems[] = {
	{ EXPORT_E_NONE, "not-found", NULL },
	{ EXPORT_E_STATUS, "no-such-move", "Its file is not there yet." },
	{ 0 },
};

/* ---- asking ---- */

struct body {
	struct span what, from, to, reason;
	int64_t performance;
};

static const struct field fields[] = {
	{ "what", FIELD_STRING, 0, 1, 20, offsetof(struct body, what) },
	{ "performance_id", FIELD_INT, FIELD_OPTIONAL, 1, ID_MAX,
	    offsetof(struct body, performance) },
	{ "from", FIELD_STRING, FIELD_OPTIONAL, 1, 40,
	    offsetof(struct body, from) },
	{ "to", FIELD_STRING, FIELD_OPTIONAL, 1, 40,
	    offsetof(struct body, to) },
	{ "reason", FIELD_STRING, 0, 1, AUDIT_REASON_MAX,
	    offsetof(struct body, reason) },
	{ 0 },
};

static bool
read_what(struct res *res, struct span word, int *out)
{
	for (*out = 0; export_words[*out] != NULL; ++*out)
		if (span_eq_str(word, export_words[*out]))
			return true;
	(void)problem_field(res, "what", "It is reservations or seats.");
	return false;
}

int
api_admin_export_ask(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct audit_by by = { .user = req->buyer.id,
		.request_id = req->request_id };
	struct export_ask ask = { .from_ms = -1, .to_ms = -1 };
	struct body body = { .performance = 0 };
	struct span item;
	int64_t id;
	int r;

	if (!read_query_only(req, res, NULL)
	    || !read_body(ctx, req, res, fields, &body)
	    || !read_what(res, body.what, &ask.what)
	    || !read_time(res, "from", body.from, &ask.from_ms)
	    || !read_time(res, "to", body.to, &ask.to_ms))
		return 0;
	ask.performance = body.performance;
	by.reason = body.reason;
	r = export_begin(ctx, &ask, &by, &id);
	if (r == EXPORT_E_REASON)
		return problem_field(res, "reason", "This is no reason.");
	if (r == EXPORT_E_NONE)
		return problem_field(res, "performance_id",
		    "There is no such performance.");
	if (r == EXPORT_E_MANY)
		return problem_retry(res, "busy", "Others are written first.",
		    60);
	if (r == EXPORT_OK)
		r = export_find(ctx, id, &item);
	if (r != EXPORT_OK)
		return problem_from(res, problems, r);
	res_header(res, "Location",
	    span_str(arena_printf(&ctx->arena,
		"%s/api/v1/admin/exports/%" PRId64, ctx->set.base_path, id)));
	return res_body(res, 202, "application/json", item);
}

/* ---- looking ---- */

int
api_admin_export_list(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct search_hit *hits;
	struct db_rows rows;
	struct page page;
	struct jw w;
	bool more;
	size_t n;
	int r;

	if (!read_page_only(ctx, req, res, &page))
		return 0;
	r = export_list(ctx, page.after_id, (size_t)page.limit + 1, &rows);
	if (r != 0)
		return r;
	search_take(&ctx->arena, &rows, (size_t)page.limit, &hits, &n, &more);
	jw_init(&w, &ctx->arena);
	view_hits(&w, hits, n, more);
	return res_json(res, 200, &w);
}

int
api_admin_export_get(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct span item;
	int64_t id;
	int r;

	if (!read_query_only(req, res, NULL) || !read_id(req, res, 0, &id))
		return 0;
	r = export_find(ctx, id, &item);
	if (r != EXPORT_OK)
		return problem_from(res, problems, r);
	return res_body(res, 200, "application/json", item);
}

/* ---- the file ---- */

/*
 * "bytes=0-1023" or "bytes=1024-" (RFC 9110 14.1.2); of several, and of "the
 * last so many", nobody has need.
 *
 * out:     from, to  the first byte and the last, within the file
 */
static bool
read_range(struct span text, int64_t n_bytes, int64_t *from, int64_t *to)
{
	struct span rest = text;

	if (!span_eq_str(span_cut(&rest, '='), "bytes")
	    || !span_to_i64(span_cut(&rest, '-'), from) || *from < 0
	    || *from >= n_bytes)
		return false;
	*to = n_bytes - 1;
	if (rest.len > 0) {
		if (!span_to_i64(rest, to) || *to < *from)
			return false;
		*to = MIN(*to, n_bytes - 1);
	}
	return true;
}

static int
read_bytes(struct ctx *ctx, const struct export_file *file, int64_t from,
    int64_t n, struct span *out)
{
	int fd = open(arena_printf(&ctx->arena, "%s/%.*s", ctx->set.export_dir,
			  (int)file->name.len, file->name.p),
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	char *p = arena_alloc(&ctx->arena, (size_t)n + 1);
	int64_t got = 0;
	ssize_t m = 1;

	if (fd < 0)
		return -errno;
	while (got < n && m > 0) {
		m = pread(fd, p + got, (size_t)(n - got), from + got);
		if (m < 0 && errno == EINTR)
			m = 1;
		else if (m > 0)
			got += m;
	}
	(void)close(fd);
	*out = (struct span){ p, (size_t)got };
	return got == n ? 0 : -EIO;
}

/* As much of it as was asked for, and a piece at most. A range may be answered
 * with a part of it. */
static int
send_piece(struct ctx *ctx, const struct req *req, struct res *res,
    const struct export_file *file)
{
	int64_t from = 0, to = file->n_bytes - 1;
	struct span bytes;

	if (span_is(req->range)
	    && !read_range(req->range, file->n_bytes, &from, &to))
		return problem_field(res, "Range",
		    "It is bytes=FIRST-LAST, within the file.");
	if (!span_is(req->range) && file->n_bytes > PIECE_MAX)
		return problem_field(res, "Range",
		    "The file is larger than 1 MiB: ask for it in ranges.");
	to = MIN(to, from + PIECE_MAX - 1);
	if (read_bytes(ctx, file, from, to - from + 1, &bytes) != 0)
		return problem(res, "not-found",
		    "The file is not on this host.");
	res_header(res, "Accept-Ranges", SPAN_LIT("bytes"));
	if (!span_is(req->range))
		return res_body(res, 200, TYPE, bytes);
	res_header(res, "Content-Range",
	    span_str(arena_printf(&ctx->arena,
		"bytes %" PRId64 "-%" PRId64 "/%" PRId64, from, to,
		file->n_bytes)));
	return res_body(res, 206, TYPE, bytes);
}

/* The web server sends it, of which ranges are its own affair. */
static int
send_by(struct ctx *ctx, struct res *res, const char *header, const char *place,
    const struct export_file *file)
{
	res_header(res, header,
	    span_str(arena_printf(&ctx->arena, "%s%.*s", place,
		(int)file->name.len, file->name.p)));
	return res_body(res, 200, TYPE, SPAN_LIT(""));
}

int
api_admin_export_file(struct ctx *ctx, const struct req *req, struct res *res)
{
	const struct audit_by by = { .user = req->buyer.id,
		.request_id = req->request_id };
	struct arena *a = &ctx->arena;
	struct export_file file;
	int64_t id;
	int r;

	if (!read_query_only(req, res, NULL) || !read_id(req, res, 0, &id))
		return 0;
	r = export_file(ctx, id, &by, &file);
	if (r != EXPORT_OK)
		return problem_from(res, problems, r);
	res_header(res, "Content-Disposition",
	    span_str(arena_printf(a,
		"attachment; filename=\"%s-%" PRId64 ".csv\"", file.what, id)));
	if (ctx->set.export_send == EXPORT_SEND_NGINX)
		return send_by(ctx, res, "X-Accel-Redirect", NGINX_PLACE,
		    &file);
	if (ctx->set.export_send == EXPORT_SEND_APACHE)
		return send_by(ctx, res, "X-Sendfile",
		    arena_printf(a, "%s/", ctx->set.export_dir), &file);
	return send_piece(ctx, req, res, &file);
}
