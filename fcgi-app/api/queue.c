/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/queue - handlers for the line in front of a performance
 *
 * Layer: fcgi-app/api.  Uses: http, queue.
 */
#include "fcgi-app/api/api.h"

#include "base/crypto.h"
#include "fcgi-app/api/read.h"
#include "http/json.h"
#include "http/problem.h"
#include "queue/queue.h"

static const struct problem_row problems[] = {
	{ QUEUE_E_NONE, "not-found", NULL },
	{ QUEUE_E_TICKET, "queue-pass-required",
	    "Send X-Queue-Token with the queue_token of your own place." },
	{ QUEUE_E_CLOSED, "sale-closed", NULL },
	{ 0 },
};

static const char *const states[] = {
	[QUEUE_IN_LOBBY] = "lobby",
	[QUEUE_WAITING] = "waiting",
	[QUEUE_ADMITTED] = "admitted",
	[QUEUE_LEFT] = "left",
	[QUEUE_EXPIRED] = "expired",
	[QUEUE_ENDED] = "closed",
};

static const char *const whys[] = {
	[QUEUE_WHY_NOTHING] = NULL,
	[QUEUE_WHY_PAUSED] = "paused",
	[QUEUE_WHY_RECOVERING] = "recovering",
};

static void
write_eta(struct jw *w, const struct queue_stand *s)
{
	jw_bool(w, "eta_known", s->eta_known);
	if (s->eta_known) {
		jw_int(w, "eta_seconds", s->eta_max_s);
		jw_int(w, "eta_min_seconds", s->eta_min_s);
	} else {
		jw_null(w, "eta_seconds");
		jw_null(w, "eta_min_seconds");
	}
	jw_str(w, "eta_reason", whys[s->why]);
}

static void
write_lobby(struct ctx *ctx, struct jw *w, const struct queue_stand *s)
{
	if (!s->ticket.in_lobby)
		return;
	jw_str(w, "lobby_id",
	    crypto_hex(&ctx->arena, s->ticket.lobby_id, LOBBY_ID_LEN));
	if (s->lobby_place > 0)
		jw_int(w, "lobby_place", s->lobby_place);
	else
		jw_null(w, "lobby_place");
	if (s->state != QUEUE_IN_LOBBY)
		return;
	jw_time(w, "opens_at", s->opens_ms);
	if (s->lobby == NULL)
		return;
	jw_str(w, "seed_sha256", s->lobby->seed_sha256);
	jw_str(w, "beacon_source",
	    s->lobby->beacon_source[0] == '\0' ? NULL
					       : s->lobby->beacon_source);
}

static int
answer(struct ctx *ctx, const struct req *req, struct res *res, int status,
    const struct queue_stand *s, bool with_token)
{
	bool waits = s->state == QUEUE_WAITING;
	bool stays = waits || s->state == QUEUE_IN_LOBBY;
	struct jw w;

	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	if (with_token)
		jw_span(&w, "queue_token",
		    queue_ticket_text(ctx, req->buyer.id, &s->ticket));
	jw_str(&w, "state", states[s->state]);
	jw_int(&w, "position", waits ? s->ahead + 1 : 0);
	jw_int(&w, "ahead", s->ahead);
	jw_int(&w, "total", stays ? s->total : 0);
	write_eta(&w, s);
	jw_bool(&w, "likely_sold_out", s->likely_sold_out);
	jw_int(&w, "poll_after", s->poll_after_s);
	if (s->pass_ends_ms > 0)
		jw_time(&w, "pass_expires_at", s->pass_ends_ms);
	else
		jw_null(&w, "pass_expires_at");
	write_lobby(ctx, &w, s);
	jw_end_object(&w);
	return res_json(res, status, &w);
}

int
api_queue_join(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct queue_stand stand;
	int64_t performance;
	int r;

	if (!read_query_only(req, res, NULL)
	    || !read_id(req, res, 0, &performance))
		return 0;
	r = queue_join(ctx, req->buyer.id, performance, &stand);
	if (r != QUEUE_OK)
		return problem_from(res, problems, r);
	return answer(ctx, req, res, stand.again ? 200 : 201, &stand, true);
}

int
api_queue_poll(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct queue_stand stand;
	int64_t performance;
	int r;

	if (!read_query_only(req, res, NULL)
	    || !read_id(req, res, 0, &performance))
		return 0;
	r = queue_poll(ctx, req->buyer.id, performance, req->queue_token,
	    &stand);
	if (r != QUEUE_OK)
		return problem_from(res, problems, r);
	return answer(ctx, req, res, 200, &stand, stand.renewed);
}

int
api_queue_leave(struct ctx *ctx, const struct req *req, struct res *res)
{
	int64_t performance;
	int r;

	if (!read_query_only(req, res, NULL)
	    || !read_id(req, res, 0, &performance))
		return 0;
	r = queue_leave(ctx, req->buyer.id, performance, req->queue_token);
	if (r != QUEUE_OK)
		return problem_from(res, problems, r);
	return res_no_content(res);
}
