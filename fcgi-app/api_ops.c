/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api_ops - handlers for those who run the house
 *
 * live says that a worker answers; ready says whether a buyer would be
 * served, with the state of each store. A load balancer asks ready; a
 * supervisor asks live, so that a lost Redis restarts nobody.
 *
 * Layer: fcgi-app.  Uses: http, store.
 */
#include "fcgi-app/api.h"

#include "http/json.h"
#include "http/problem.h"

SQL(ops_ping, "SELECT 1");

int
api_health_live(struct ctx *ctx, const struct req *req, struct res *res)
{
	(void)ctx;
	(void)req;
	return res_body(res, 200, "application/json",
	    SPAN_LIT("{\"status\":\"live\"}"));
}

static bool
redis_answers(struct ctx *ctx)
{
	struct span ping[] = { SPAN_LIT("PING") };
	struct kv_reply reply;

	return kv_command(ctx->kv, &ctx->arena, 1, ping, &reply) == 0;
}

static bool
database_answers(struct ctx *ctx, struct db *db)
{
	return db_run(db, &ctx->arena, &sql_ops_ping, 0, NULL, NULL) == DB_OK;
}

static const char *
word(bool up)
{
	return up ? "up" : "down";
}

/*
 * Reads survive without the primary and everything survives without the
 * replica, so ready means that seats can be sold: Redis and the primary.
 */
int
api_health_ready(struct ctx *ctx, const struct req *req, struct res *res)
{
	bool redis = redis_answers(ctx);
	bool primary = database_answers(ctx, ctx->primary);
	bool replica = database_answers(ctx, ctx->replica);
	bool ready = redis && primary;
	struct jw w;

	(void)req;
	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	jw_str(&w, "status", ready ? "ready" : "not-ready");
	jw_str(&w, "redis", word(redis));
	jw_str(&w, "primary", word(primary));
	jw_str(&w, "replica", word(replica));
	jw_end_object(&w);
	return res_json(res, ready ? 200 : 503, &w);
}

int
api_metrics(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct strbuf text;
	int r;

	(void)req;
	strbuf_init(&text, &ctx->arena, KIB(16));
	r = metrics_render(&ctx->arena, ctx->set.runtime_dir, &text);
	if (r < 0)
		return r;
	return res_body(res, 200, "text/plain; version=0.0.4; charset=utf-8",
	    strbuf_get(&text));
}
