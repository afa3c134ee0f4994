/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * call_off - a performance does not take place
 *
 * Layer: domain.  Uses: base, store.
 */
#include "admin/call_off.h"

#include <inttypes.h>

SQL(call_off,
    "SELECT outcome, coalesce(n_left, 0)"
    " FROM performance_call_off($1, $2, $3, $4, $5, $6, $7)");

int
call_off(struct ctx *ctx, int64_t performance, const struct audit_by *by,
    struct call_off_result *out)
{
	struct arena *a = &ctx->arena;
	struct db_param params[1 + AUDIT_N_PARAMS] = { db_i64(a, performance) };
	struct db_rows rows;
	int r;

	if (!audit_reason_ok(by->reason))
		return CALL_OFF_E_REASON;
	audit_log_params(a, by, SPAN_LIT("performance.call-off"),
	    span_str(arena_printf(a, "performance %" PRId64, performance)),
	    params + 1);
	r = db_sure(db_run(ctx->primary, a, &sql_call_off, ARRAY_LEN(params),
	    params, &rows));
	if (r != 0)
		return r;
	*out = (struct call_off_result){ .changed = span_eq_str(
					     db_cell(&rows, 0, 0), "done"),
		.n_left = db_get_i64(&rows, 0, 1) };
	return span_eq_str(db_cell(&rows, 0, 0), "none") ? CALL_OFF_E_NONE
							 : CALL_OFF_OK;
}
