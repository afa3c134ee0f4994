/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * restored - see restored.h
 *
 * Layer: domain.
 */
#include "admin/restored.h"

SQL(restored,
    "SELECT n_sequences, new_epoch, n_sessions"
    " FROM restored($1, $2, $3, $4, $5, $6)");

int
restored(struct ctx *ctx, const struct audit_by *by, struct restored *out)
{
	struct arena *a = &ctx->arena;
	struct db_param params[AUDIT_N_PARAMS];
	struct db_rows rows;
	int r;

	if (!audit_reason_ok(by->reason))
		return RESTORED_E_REASON;
	audit_log_params(a, by, SPAN_LIT("restored"), SPAN_LIT("database"),
	    params);
	r = db_sure(db_run(ctx->primary, a, &sql_restored, ARRAY_LEN(params),
	    params, &rows));
	if (r != 0)
		return r;
	*out = (struct restored){ db_get_i64(&rows, 0, 0),
		db_get_i64(&rows, 0, 1), db_get_i64(&rows, 0, 2) };
	return RESTORED_OK;
}
