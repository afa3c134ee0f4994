/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * alarm - what only a person can decide
 *
 * Layer: domain.  Uses: base, store, audit_log, search.
 */
#include "admin/alarm.h"

#include "store/read.h"

#include <inttypes.h>

SQL(alarm_list, "SELECT id, item FROM alarm_list($1, $2, $3)");
SQL(alarm_count, "SELECT count(*) FROM alarms WHERE acknowledged_at IS NULL");
SQL(alarm_acknowledge, "SELECT alarm_acknowledge($1, $2, $3, $4, $5, $6, $7)");

int
alarm_list(struct ctx *ctx, int64_t before_id, size_t max, bool open,
    struct search_hit **out, size_t *n, bool *more)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, before_id),
		db_i64(a, (int64_t)max + 1), db_bool(open) };
	struct db_rows rows;
	int r = db_read_primary(ctx, &sql_alarm_list, ARRAY_LEN(params), params,
	    &rows);

	if (r != 0)
		return r;
	search_take(a, &rows, max, out, n, more);
	return ALARM_OK;
}

int
alarm_count(struct ctx *ctx, int64_t *n)
{
	struct db_rows rows;
	int r = db_read_primary(ctx, &sql_alarm_count, 0, NULL, &rows);

	*n = r == 0 ? db_get_i64(&rows, 0, 0) : 0;
	return r;
}

int
alarm_acknowledge(struct ctx *ctx, int64_t id, const struct audit_by *by)
{
	struct arena *a = &ctx->arena;
	struct db_param params[1 + AUDIT_N_PARAMS] = { db_i64(a, id) };
	struct db_rows rows;
	int r;

	if (!audit_reason_ok(by->reason))
		return ALARM_E_REASON;
	audit_log_params(a, by, SPAN_LIT("alarm.acknowledge"),
	    span_str(arena_printf(a, "alarm %" PRId64, id)), params + 1);
	r = db_sure(db_run(ctx->primary, a, &sql_alarm_acknowledge,
	    ARRAY_LEN(params), params, &rows));
	if (r != 0)
		return r;
	if (span_eq_str(db_cell(&rows, 0, 0), "none"))
		return ALARM_E_NONE;
	return span_eq_str(db_cell(&rows, 0, 0), "before") ? ALARM_E_BEFORE
							   : ALARM_OK;
}
