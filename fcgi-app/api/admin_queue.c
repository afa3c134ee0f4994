/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/admin_queue - handlers for lines, as operators see and change them
 *
 * What a line goes by belongs to its performance, whose ETag is the line's as
 * well. Where it stands changes all the time, so that no answer is "not
 * modified".
 *
 * Layer: fcgi-app/api.  Uses: http, admin, queue.
 */
#include "fcgi-app/api/api.h"

#include "admin/queue_set.h"
#include "fcgi-app/api/admin_entry.h"
#include "fcgi-app/api/view_admin.h"
#include "http/problem.h"

static const struct entry_routes performances = {
	.kind = ENTRY_PERFORMANCE,
};

/* ---- looking ---- */

static int
answer_line(struct ctx *ctx, struct res *res, const struct queue_line *line,
    bool dry)
{
	struct jw w;

	jw_init(&w, &ctx->arena);
	view_line(&w, line);
	if (!dry)
		res_header(res, "ETag", view_version(ctx, line->version));
	return res_json(res, 200, &w);
}

static const struct problem_row report_problems[] = {
	{ QUEUE_REPORT_E_NONE, "not-found", NULL },
	{ 0 },
};

int
api_admin_queue_get(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct queue_line line;
	int64_t performance;
	int r;

	if (!read_query_only(req, res, NULL)
	    || !read_id(req, res, 0, &performance))
		return 0;
	r = queue_report_line(ctx, performance, &line);
	if (r != QUEUE_REPORT_OK)
		return problem_from(res, report_problems, r);
	return answer_line(ctx, res, &line, false);
}

static const char *const formats[] = { "json", "csv", NULL };

int
api_admin_queue_report(struct ctx *ctx, const struct req *req, struct res *res)
{
	static const char *const names[] = { "format", NULL };
	struct queue_figure figures[QUEUE_REPORT_N];
	int64_t performance;
	int r, format = 0;
	struct jw w;

	if (!read_query_only(req, res, names)
	    || !read_query_word(ctx, req, res, "format", formats, &format)
	    || !read_id(req, res, 0, &performance))
		return 0;
	r = queue_report(ctx, performance, figures);
	if (r != QUEUE_REPORT_OK)
		return problem_from(res, report_problems, r);
	if (format == 1)
		return res_body(res, 200, "text/csv; charset=utf-8",
		    queue_report_csv(&ctx->arena, figures, QUEUE_REPORT_N));
	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	view_figures(&w, figures, QUEUE_REPORT_N);
	jw_end_object(&w);
	return res_json(res, 200, &w);
}

/* ---- changing ---- */

static int
set(struct ctx *ctx, struct res *res, const struct queue_set_ask *ask)
{
	static const struct problem_row problems[] = {
		{ QUEUE_SET_E_NONE, "not-found", NULL },
		{ 0 },
	};
	const struct load_which which = { ask->performance, ask->version };
	const struct catalog_ask write = { .dry = ask->dry };
	struct queue_set_result result;
	int r = queue_set(ctx, ask, &result);

	switch (r) {
	case QUEUE_SET_OK:
		return answer_line(ctx, res, &result.line, ask->dry);
	case QUEUE_SET_E_REASON:
		return problem_field(res, "reason", "This is no reason.");
	case QUEUE_SET_E_BEGUN:
		return problem(res, "no-such-move",
		    "People stand in its line, or its lobby has opened: mode "
		    "and beacon stay what they are.");
	case QUEUE_SET_E_STALE:
		return entry_answer(ctx, res, &performances, &which, &write,
		    CATALOG_E_STALE, NULL);
	}
	return problem_from(res, problems, r);
}

/* What the query says, and whose line it is: in the version that If-Match
 * names, where it is sent. */
static bool
read_ask(struct ctx *ctx, const struct req *req, struct res *res,
    struct queue_set_ask *out, int *r)
{
	struct load_which which = { .version = 0 };
	struct catalog_ask ask;
	struct entry entry;

	*r = 0;
	if (!entry_read_ask(ctx, req, res, &ask))
		return false;
	if (span_is(req->if_match)
		? !entry_find(ctx, req, res, &performances, &entry, &which, r)
		: !entry_find_named(ctx, req, res, ENTRY_PERFORMANCE, &entry,
		    r))
		return false;
	*out = queue_set_same(entry.id);
	out->version = which.version;
	out->dry = ask.dry;
	out->by = ask.by;
	return true;
}

/* The ranges are those of the schema. */
static const struct field fields[] = {
	{ "mode", FIELD_STRING, FIELD_OPTIONAL, 1, 16,
	    offsetof(struct queue_set_ask, mode), 0 },
	{ "status", FIELD_STRING, FIELD_OPTIONAL, 1, 16,
	    offsetof(struct queue_set_ask, status), 0 },
	{ "active_limit", FIELD_INT, FIELD_OPTIONAL, 1, 5000,
	    offsetof(struct queue_set_ask, active_limit), 0 },
	{ "per_minute", FIELD_INT, FIELD_OPTIONAL, 0, 60000,
	    offsetof(struct queue_set_ask, per_minute), 0 },
	{ "grace_s", FIELD_INT, FIELD_OPTIONAL, 0, 3600,
	    offsetof(struct queue_set_ask, grace_s), 0 },
	{ "claim_s", FIELD_INT, FIELD_OPTIONAL, 30, 3600,
	    offsetof(struct queue_set_ask, claim_s), 0 },
	{ "pass_s", FIELD_INT, FIELD_OPTIONAL, 60, 14400,
	    offsetof(struct queue_set_ask, pass_s), 0 },
	{ "lobby_s", FIELD_INT, FIELD_OPTIONAL, 60, 86400,
	    offsetof(struct queue_set_ask, lobby_s), 0 },
	{ "beacon", FIELD_STRING, FIELD_OPTIONAL, 0, 200,
	    offsetof(struct queue_set_ask, beacon), 0 },
	{ 0 },
};

static bool
is_word(struct res *res, const char *name, const char *const *words,
    struct span word)
{
	if (!span_is(word) || words_find(words, word) >= 0)
		return true;
	(void)problem_field(res, name, "This is none of its words.");
	return false;
}

int
api_admin_queue_change(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct queue_set_ask ask;
	int r;

	if (!read_ask(ctx, req, res, &ask, &r))
		return r;
	if (!read_body(ctx, req, res, fields, &ask)
	    || !is_word(res, "mode", queue_modes, ask.mode)
	    || !is_word(res, "status", queue_statuses, ask.status))
		return 0;
	return set(ctx, res, &ask);
}

int
api_admin_queue_move(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct queue_set_ask ask;
	int r;

	if (!read_ask(ctx, req, res, &ask, &r))
		return r;
	if (!queue_set_verb(req->params[1], &ask))
		return problem(res, "not-found", NULL);
	return set(ctx, res, &ask);
}
