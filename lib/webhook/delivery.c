/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * delivery - what a webhook was told, or is to be
 *
 * Layer: domain.  Uses: base, store, admin.
 */
#include "webhook/delivery.h"

#include <inttypes.h>

#define DAYS 30
#define DAY_MS INT64_C(86400000)
/* Of one delivery: it is given up before. */
#define TRIES_MAX "200"

#define COLUMNS \
	"SELECT d.id, d.webhook_id, d.event_id, d.kind, d.about, d.status," \
	" d.tries, entry_time(d.at), CASE WHEN d.status = 'waiting'" \
	" AND d.send_at > '-infinity' THEN entry_time(d.send_at) END," \
	" entry_time(d.ended_at), t.status, t.error, d.body" \
	" FROM deliveries AS d LEFT JOIN LATERAL" \
	" (SELECT t.status, t.error FROM delivery_tries AS t" \
	" WHERE t.delivery_id = d.id ORDER BY t.at DESC LIMIT 1) AS t ON true"

SQL(delivery_list,
    COLUMNS
    " WHERE d.webhook_id = $1 AND ($2::text IS NULL OR d.status = $2)"
    " AND ($3::bigint = 0 OR d.id < $3) ORDER BY d.id DESC LIMIT $4");
SQL(delivery_find, COLUMNS " WHERE d.id = $1");
SQL(delivery_tries,
    "SELECT entry_time(t.at), t.status, t.ms, t.error"
    " FROM delivery_tries AS t WHERE t.delivery_id = $1"
    " ORDER BY t.at LIMIT " TRIES_MAX);
SQL(delivery_replay, "SELECT delivery_replay($1, $2, $3, $4, $5, $6, $7, $8)");
SQL(delivery_purge, "SELECT deliveries_purge($1, $2)");

const char *const delivery_words[] = { "waiting", "sent", "failed", NULL };

const char *const delivery_columns[N_DELIVERY_COLUMNS] = { "id", "webhook_id",
	"event_id", "kind", "about", "status", "tries", "at", "send_at",
	"ended_at", "last_status", "error", "body" };

int
delivery_list(struct ctx *ctx, int64_t webhook, int status, int64_t before_id,
    int64_t max, struct db_rows *out)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, webhook),
		db_str(status < 0 ? NULL : delivery_words[status]),
		db_i64(a, before_id), db_i64(a, max) };

	return db_sure(db_run(ctx->primary, a, &sql_delivery_list,
	    ARRAY_LEN(params), params, out));
}

int
delivery_find(struct ctx *ctx, int64_t id, struct db_rows *row,
    struct db_rows *tries)
{
	struct arena *a = &ctx->arena;
	const struct db_param param = db_i64(a, id);
	int r = db_sure(
	    db_run(ctx->primary, a, &sql_delivery_find, 1, &param, row));

	if (r != 0)
		return r;
	if (row->n_rows == 0)
		return DELIVERY_E_NONE;
	return db_sure(
	    db_run(ctx->primary, a, &sql_delivery_tries, 1, &param, tries));
}

int
delivery_replay(struct ctx *ctx, int64_t id, const struct audit_by *by)
{
	static const char *const words[] = { "done", "none", "waiting",
		"disabled" };
	struct arena *a = &ctx->arena;
	struct db_param params[2 + AUDIT_N_PARAMS] = { db_i64(a, id),
		db_now(a) };
	struct db_rows rows;
	int r;

	if (!audit_reason_ok(by->reason))
		return DELIVERY_E_REASON;
	audit_log_params(a, by, SPAN_LIT("delivery.replay"),
	    span_str(arena_printf(a, "delivery %" PRId64, id)), params + 2);
	r = db_sure(db_run(ctx->primary, a, &sql_delivery_replay,
	    ARRAY_LEN(params), params, &rows));
	if (r != 0)
		return r;
	while (!span_eq_str(db_cell(&rows, 0, 0), words[r]))
		r++;
	return r;
}

int
delivery_purge(struct ctx *ctx, int64_t max, size_t *n)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = {
		db_time(a, ctx->now_ms - DAYS * DAY_MS), db_i64(a, max)
	};
	struct db_rows rows;
	int r = db_sure(db_run(ctx->primary, a, &sql_delivery_purge,
	    ARRAY_LEN(params), params, &rows));

	*n = r == 0 ? (size_t)db_get_i64(&rows, 0, 0) : 0;
	return r;
}
