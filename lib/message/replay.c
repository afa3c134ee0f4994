/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay - a consumer takes its effects back and is told anew
 *
 * Layer: domain.  Uses: base, store.
 */
#include "message/replay.h"

#include "base/fault.h"

SQL(replay_begin,
    "SELECT outcome, floor(extract(epoch FROM since) * 1000)::bigint"
    " FROM consumer_replay_begin($1, $2, $3)");
SQL(replay_open, "SELECT consumer_replay_open($1, $2, $3, $4)");
SQL(replay_end, "SELECT consumer_replay_end($1)");
SQL(replay_due, "SELECT messages_due($1)");

/* Rows of a statement: as many as are opened in half a second or so. */
#define REPLAY_MAX 10000
#define DAY_MS INT64_C(86400000)

/* out: *since_ms, on REPLAY_OK */
static int
begin(struct ctx *ctx, struct db_param name, int64_t asked_ms,
    int64_t *since_ms)
{
	static const char *const outcomes[] = { "begun", "none", "never",
		"gone" };
	const struct db_param params[] = { name, db_time(&ctx->arena, asked_ms),
		db_i64(&ctx->arena, ctx->set.outbox_days) };
	struct db_rows rows;
	int r = db_sure(db_run(ctx->primary, &ctx->arena, &sql_replay_begin,
	    ARRAY_LEN(params), params, &rows));

	if (r != 0)
		return r;
	while (!span_eq_str(db_cell(&rows, 0, 0), outcomes[r]))
		r++;
	if (r == REPLAY_OK)
		*since_ms = db_get_i64(&rows, 0, 1);
	return r;
}

/* A statement again and again while it does as much as it may, the last of its
 * parameters. n: NULL, or a sum. */
static int
repeat(struct ctx *ctx, const struct sql *sql, int n_params,
    const struct db_param *params, int64_t *n)
{
	struct db_rows rows;
	int64_t some;

	do {
		int r = db_sure(db_run(ctx->primary, &ctx->arena, sql, n_params,
		    params, &rows));

		if (r != 0)
			return r;
		FAULT_POINT("replay.within");
		some = db_get_i64(&rows, 0, 0);
		if (n != NULL)
			*n += some;
	} while (some == REPLAY_MAX);
	return 0;
}

/* Each day is a partition: who looks for rows of one reads no other. */
static int
open_days(struct ctx *ctx, struct db_param name, int64_t since_ms, int64_t *n)
{
	struct arena *a = &ctx->arena;
	int r = 0;

	for (int64_t from_ms = since_ms, to_ms;
	     r == 0 && from_ms < ctx->now_ms + DAY_MS; from_ms = to_ms) {
		to_ms = (from_ms / DAY_MS + 1) * DAY_MS;
		const struct db_param params[] = { name, db_time(a, from_ms),
			db_time(a, to_ms), db_i64(a, REPLAY_MAX) };

		r = repeat(ctx, &sql_replay_open, ARRAY_LEN(params), params, n);
	}
	return r;
}

int
replay_since(struct ctx *ctx, struct span name, int64_t since_ms, int64_t *n)
{
	struct arena *a = &ctx->arena;
	const struct db_param name_param = db_text(a, name);
	const struct db_param max = db_i64(a, REPLAY_MAX);
	int64_t from_ms;
	int r = begin(ctx, name_param, since_ms, &from_ms);

	*n = 0;
	if (r != REPLAY_OK)
		return r;
	r = open_days(ctx, name_param, from_ms, n);
	if (r == 0)
		r = db_sure(db_run(ctx->primary, a, &sql_replay_end, 1,
		    &name_param, NULL));
	return r == 0 ? repeat(ctx, &sql_replay_due, 1, &max, NULL) : r;
}
