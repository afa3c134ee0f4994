/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * read - which server answers a read
 *
 * A replica that hangs costs a whole time-out to find out, so after a fault
 * it is asked second for a while, and first again when the primary has one.
 * The breaker alone would not do: where few workers share one, three such
 * time-outs do not fall into one second.
 *
 * Layer: store.  Uses: base, ctx, db.
 */
#include "store/read.h"

#include "base/clock.h"

/* Whether the other server may do better. A statement that is wrong is wrong
 * on both; a conflict is the replica's replay cancelling a read. */
static bool
server_failed(int r)
{
	return r != DB_OK && r != DB_F_STATEMENT;
}

static void
replica_away(struct ctx *ctx)
{
	ctx->replica_away_until_us = clock_mono_us() + READ_AWAY_MS * 1000;
}

int
db_read(struct ctx *ctx, const struct sql *sql, int n_params,
    const struct db_param *params, struct db_rows *out)
{
	bool away = clock_mono_us() < ctx->replica_away_until_us;
	struct db *first = away ? ctx->primary : ctx->replica;
	struct db *second = away ? ctx->replica : ctx->primary;
	int r;

	r = db_run(first, &ctx->arena, sql, n_params, params, out);
	if (!server_failed(r))
		return r;
	if (away)
		ctx->replica_away_until_us = 0;
	else
		replica_away(ctx);
	return db_sure(db_run(second, &ctx->arena, sql, n_params, params, out));
}

/* A connection that went while nobody looked is found out by the first
 * statement on it; a read may be asked again. */
int
db_read_primary(struct ctx *ctx, const struct sql *sql, int n_params,
    const struct db_param *params, struct db_rows *out)
{
	int r = db_run(ctx->primary, &ctx->arena, sql, n_params, params, out);

	if (r == DB_F_UNKNOWN)
		r = db_run(ctx->primary, &ctx->arena, sql, n_params, params,
		    out);
	return db_sure(r);
}
