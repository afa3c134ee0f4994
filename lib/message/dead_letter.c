/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dead_letter - messages that a consumer could not take
 *
 * Layer: domain.  Uses: base, store, admin.
 */
#include "message/dead_letter.h"

#include <inttypes.h>

#define COLUMNS \
	"SELECT l.id, l.consumer, (l.message).kind, (l.message).aggregate_id," \
	" l.attempts, to_char(l.dead_at AT TIME ZONE 'UTC'," \
	" 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'), l.error, (l.message).payload" \
	" FROM dead_letter AS l WHERE l.dead_at IS NOT NULL"

SQL(dead_letter_list, COLUMNS " AND l.id > $1 ORDER BY l.id LIMIT $2");
SQL(dead_letter_find, COLUMNS " AND l.id = $1");
SQL(dead_letter_end,
    "SELECT outcome, error"
    " FROM dead_letter_end($1, $2, $3, $4, $5, $6, $7, $8)");

int
dead_letter_list(struct ctx *ctx, int64_t after, int64_t max,
    struct db_rows *out)
{
	const struct db_param params[] = { db_i64(&ctx->arena, after),
		db_i64(&ctx->arena, max) };

	return db_sure(db_run(ctx->primary, &ctx->arena, &sql_dead_letter_list,
	    ARRAY_LEN(params), params, out));
}

int
dead_letter_find(struct ctx *ctx, int64_t id, struct db_rows *out)
{
	const struct db_param param = db_i64(&ctx->arena, id);

	return db_sure(db_run(ctx->primary, &ctx->arena, &sql_dead_letter_find,
	    1, &param, out));
}

static int
end(struct ctx *ctx, int64_t id, bool retry, const struct audit_by *by,
    struct span *error)
{
	struct arena *a = &ctx->arena;
	struct db_param params[2 + AUDIT_N_PARAMS] = { db_i64(a, id),
		db_bool(retry) };
	struct db_rows rows;
	int r;

	if (!audit_reason_ok(by->reason))
		return DEAD_LETTER_E_REASON;
	audit_log_params(a, by,
	    retry ? SPAN_LIT("dead-letter.retry")
		  : SPAN_LIT("dead-letter.drop"),
	    span_str(arena_printf(a, "dead letter %" PRId64, id)), params + 2);
	r = db_sure(db_run(ctx->primary, a, &sql_dead_letter_end,
	    ARRAY_LEN(params), params, &rows));
	if (r != 0)
		return r;
	*error = db_cell(&rows, 0, 1);
	if (span_eq_str(db_cell(&rows, 0, 0), "none"))
		return DEAD_LETTER_E_NONE;
	return span_eq_str(db_cell(&rows, 0, 0), "failed")
	    ? DEAD_LETTER_E_FAILED
	    : DEAD_LETTER_OK;
}

int
dead_letter_retry(struct ctx *ctx, int64_t id, const struct audit_by *by,
    struct span *error)
{
	return end(ctx, id, true, by, error);
}

int
dead_letter_drop(struct ctx *ctx, int64_t id, const struct audit_by *by)
{
	struct span ignored;

	return end(ctx, id, false, by, &ignored);
}
