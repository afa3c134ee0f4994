/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_purge - holds that came to nothing are forgotten
 *
 * Layer: domain.  Uses: base, store.
 */
#include "hold/hold_purge.h"

#include "store/ctx.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)

SQL(hold_purge, "SELECT n, next FROM hold_purge($1, $2, $3)");

int
hold_purge(struct ctx *ctx, int64_t max, size_t *n)
{
	/* The performance after which the next call looks. */
	static int64_t after;
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, after),
		db_time(a, ctx->now_ms - ctx->set.holds_days * DAY_MS),
		db_i64(a, max) };
	struct db_rows rows;
	int r;

	*n = 0;
	r = db_sure(db_run(ctx->primary, a, &sql_hold_purge, 3, params, &rows));
	if (r != 0)
		return r;
	*n = (size_t)db_get_i64(&rows, 0, 0);
	after = db_get_i64(&rows, 0, 1);
	return 0;
}
