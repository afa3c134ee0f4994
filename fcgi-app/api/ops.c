/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/ops - handlers for those who run the system
 *
 * live says that a worker answers; ready says whether a buyer would be
 * served, with the state of each store. A load balancer asks ready; a
 * supervisor asks live, so that a lost Redis restarts nobody.
 *
 * Operators are shown the same in their page (today), with what the programs of
 * this machine count.
 *
 * Layer: fcgi-app/api.  Uses: http, store, queue.
 */
#include "fcgi-app/api/api.h"

#include "admin/load_now.h"
#include "base/metrics_look.h"
#include "fcgi-app/api/read.h"
#include "fcgi-app/api/view_admin.h"
#include "http/json.h"
#include "http/problem.h"
#include "queue/queue_report.h"
#include "store/drain.h"

#include <inttypes.h>

SQL(ops_ping, "SELECT epoch FROM sys_epoch");

int
api_health_live(struct ctx *ctx, const struct req *req, struct res *res)
{
	(void)ctx;
	(void)req;
	return res_body(res, 200, "application/json",
	    SPAN_LIT("{\"status\":\"live\"}"));
}

static bool
database_answers(struct ctx *ctx, struct db *db, int64_t *epoch)
{
	struct db_rows rows;

	if (db_run(db, &ctx->arena, &sql_ops_ping, 0, NULL, &rows) != DB_OK)
		return false;
	*epoch = db_get_i64(&rows, 0, 0);
	return true;
}

static const char *
word(bool up, const struct breaker *breaker)
{
	if (up)
		return "up";
	return breaker_state(breaker) == BREAKER_PROBING ? "probing" : "down";
}

static const char *
mode_word(int mode)
{
	static const char *const words[] = {
		[REDIS_DOWN_REFUSE] = "refuse",
		[REDIS_DOWN_DATABASE] = "database",
		[REDIS_DOWN_AUTO] = "auto",
	};

	return words[mode];
}

static const char *
status_of(const struct ctx *ctx, bool redis, bool primary)
{
	if (drain_is(ctx->set.runtime_dir))
		return "draining";
	if (!primary || (!redis && ctx->set.redis_down == REDIS_DOWN_REFUSE))
		return "not-ready";
	return redis ? "ready" : "degraded";
}

static bool
takes_buyers(const char *status)
{
	return strcmp(status, "ready") == 0 || strcmp(status, "degraded") == 0;
}

/*
 * Reads survive without the primary and everything survives without the
 * replica, so ready means that seats can be sold: the primary, and a Redis that
 * takes writes or leave to do without it. Asking is a call like any other: what
 * is known to be away is told at once, and one of these a second may be the
 * probe, so that a process which is asked nothing else still finds out.
 *
 * returns: the status
 */
static const char *
write_ready(struct ctx *ctx, struct jw *w, const char *name)
{
	int64_t epoch = 0, seen_by_replica;
	bool redis = kv_probe(ctx->kv) == 0;
	bool primary = database_answers(ctx, ctx->primary, &epoch);
	bool replica = database_answers(ctx, ctx->replica, &seen_by_replica);
	const char *status = status_of(ctx, redis, primary);

	jw_object(w, name);
	jw_str(w, "status", status);
	jw_str(w, "redis", word(redis, &ctx->shared->redis));
	jw_str(w, "redis_down", mode_word(ctx->set.redis_down));
	jw_str(w, "primary", word(primary, &ctx->shared->primary));
	jw_str(w, "replica", word(replica, &ctx->shared->replica));
	if (primary) {
		jw_str(w, "primary_host", db_host(ctx->primary));
		jw_int(w, "epoch", epoch);
		jw_int(w, "timeline", db_identity(ctx->primary)->timeline);
	}
	if (replica) {
		jw_str(w, "replica_host", db_host(ctx->replica));
		jw_bool(w, "replica_is_primary",
		    db_identity(ctx->replica)->timeline != 0);
	}
	jw_int(w, "writable_primaries",
	    atomic_load(&ctx->shared->newest.n_writable));
	jw_end_object(w);
	return status;
}

int
api_health_ready(struct ctx *ctx, const struct req *req, struct res *res)
{
	const char *status;
	struct jw w;

	(void)req;
	jw_init(&w, &ctx->arena);
	status = write_ready(ctx, &w, NULL);
	return res_json(res, takes_buyers(status) ? 200 : 503, &w);
}

static void
jw_share(struct jw *w, struct arena *a, const char *name, double share)
{
	jw_raw(w, name, span_str(arena_printf(a, "%.3f", share)));
}

/* For who adds machines and takes them away. */
int
api_health_load(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct load_now load;
	struct jw w;
	int r;

	(void)req;
	r = load_lately(ctx, &load);
	if (r < 0)
		return r;
	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	jw_share(&w, &ctx->arena, "load", load.of[load.most]);
	jw_str(&w, "most", load_names[load.most]);
	jw_share(&w, &ctx->arena, "seconds", load.seconds);
	jw_object(&w, "sources");
	for (int i = 0; i < LOAD_N; i++)
		jw_share(&w, &ctx->arena, load_names[i], load.of[i]);
	jw_end_object(&w);
	jw_end_object(&w);
	return res_json(res, 200, &w);
}

/* What each line shows. */
static const struct {
	const char *name, *help;
} line_series[] = {
	{ "waiting", "Users who wait in a line." },
	{ "buying", "Users who were admitted from a line and may buy." },
	{ "limit", "How many may buy at a time." },
	{ "admitted_a_minute", "Admitted from a line a minute, lately." },
	{ "open", "1 where a line admits people." },
};

static int64_t
line_value(const struct queue_line *line, size_t series)
{
	const int64_t values[ARRAY_LEN(line_series)] = { line->now[0].value,
		line->now[1].value, line->set[0].value, line->now[4].value,
		line->status == QUEUE_OPEN };

	return values[series];
}

/* Those that run; where a store is away there are none to show. */
static void
write_lines(struct ctx *ctx, struct strbuf *b)
{
	struct queue_line *lines;
	size_t n;

	if (queue_report_lines(ctx, &lines, &n) != 0)
		return;
	for (size_t s = 0; s < ARRAY_LEN(line_series); s++) {
		const char *name = line_series[s].name;

		strbuf_printf(b,
		    "# HELP boxoffice_queue_line_%s %s\n"
		    "# TYPE boxoffice_queue_line_%s gauge\n",
		    name, line_series[s].help, name);
		for (size_t i = 0; i < n; i++)
			if (lines[i].runs)
				strbuf_printf(b,
				    "boxoffice_queue_line_%s{performance=\"%" PRId64
				    "\"} %" PRId64 "\n",
				    name, lines[i].performance,
				    line_value(&lines[i], s));
	}
}

/* The program that answers. */
static void
write_build(struct strbuf *b)
{
	strbuf_str(b,
	    "# HELP boxoffice_build_info 1, by the version that answers.\n"
	    "# TYPE boxoffice_build_info gauge\n"
	    "boxoffice_build_info{version=\"" PACKAGE_VERSION "\"} 1\n");
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
	write_lines(ctx, &text);
	write_build(&text);
	return res_body(res, 200, "text/plain; version=0.0.4; charset=utf-8",
	    strbuf_get(&text));
}

/* ---- what operators see of it ---- */

#define USERS "boxoffice_users_seen"
#define CONNECTIONS "boxoffice_database_connections"
#define CONNECTIONS_MAX "boxoffice_database_connections_max"
#define SECONDS "boxoffice_request_duration_seconds"

static int64_t
count_of(const struct metrics_look *look, const char *name)
{
	return (int64_t)metrics_look_sum(look, name, NULL, NULL);
}

/* boxoffice-worker shows these; where it does not run here nobody knows. */
static void
write_gauges(struct jw *w, const struct metrics_look *look)
{
	if (metrics_look_has(look, USERS))
		jw_int(w, "users", count_of(look, USERS));
	else
		jw_null(w, "users");
	if (!metrics_look_has(look, CONNECTIONS_MAX)) {
		jw_null(w, "connections");
		return;
	}
	jw_object(w, "connections");
	jw_int(w, "open", count_of(look, CONNECTIONS));
	jw_int(w, "most", count_of(look, CONNECTIONS_MAX));
	jw_end_object(w);
}

/* Since the programs began: who looks twice knows what was between. */
static void
write_requests(struct ctx *ctx, struct jw *w, const struct metrics_look *look)
{
	jw_object(w, "requests");
	jw_array(w, "bounds_us");
	for (size_t i = 0; i < metric_n_buckets; i++)
		jw_int(w, NULL, metric_buckets_us[i]);
	jw_end_array(w);
	jw_array(w, "counts");
	for (size_t i = 0; i <= metric_n_buckets; i++)
		jw_int(w, NULL,
		    metrics_look_bucket(&ctx->arena, look, SECONDS, NULL, i));
	jw_end_array(w);
	jw_end_object(w);
}

/* Where a store is away there are no lines to show, and its state says why. */
static void
write_today_lines(struct ctx *ctx, struct jw *w)
{
	struct queue_line *lines;
	size_t n;

	jw_array(w, "lines");
	if (queue_report_lines(ctx, &lines, &n) == 0)
		for (size_t i = 0; i < n; i++)
			if (lines[i].mode != QUEUE_OFF)
				view_line(w, &lines[i]);
	jw_end_array(w);
}

int
api_admin_today(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct metrics_look look;
	struct jw w;
	int r;

	if (!read_query_only(req, res, NULL))
		return 0;
	r = metrics_look(&ctx->arena, ctx->set.runtime_dir, &look);
	if (r < 0)
		return r;
	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	jw_time(&w, "at", ctx->now_ms);
	(void)write_ready(ctx, &w, "ready");
	write_gauges(&w, &look);
	write_requests(ctx, &w, &look);
	write_today_lines(ctx, &w);
	jw_end_object(&w);
	return res_json(res, 200, &w);
}
