/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * read - which server answers a read
 *
 * A replica that hangs costs a whole time-out to find out, so after a fault
 * it is asked second for a while, and first again when the primary has one.
 * The breaker alone would not do: where few workers share one, three such
 * time-outs do not fall into one second.
 *
 * Layer: store.  Uses: base, ctx, db, wrote.
 */
#include "store/read.h"

#include "base/clock.h"
#include "store/wrote.h"

SQL(read_reached,
    "SELECT NOT pg_is_in_recovery()"
    " OR coalesce(pg_last_wal_replay_lsn() >= $1::pg_lsn, false)");
SQL(read_flushed, "SELECT pg_current_wal_flush_lsn()");

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

/* ---- one's own ---- */

/*
 * From the replica, if it has replayed lsn. The question goes before the read
 * and in one round trip with it: a snapshot taken after the answer sees all
 * that the answer speaks of. Inside the read's own statement it would be asked
 * after the snapshot was taken.
 *
 * returns: whether out was written
 */
static bool
read_reached(struct ctx *ctx, struct span lsn, const struct db_step *read,
    struct db_rows *out)
{
	const struct db_param until = db_text(&ctx->arena, lsn);
	struct db_step steps[] = {
		{ .sql = &sql_read_reached, .n_params = 1, .params = &until },
		*read };
	int r, failed;

	if (clock_mono_us() < ctx->replica_away_until_us)
		return false;
	r = db_pipeline(ctx->replica, &ctx->arena, steps, 2, &failed);
	if (server_failed(r))
		replica_away(ctx);
	if (r != DB_OK || !db_get_bool(&steps[0].rows, 0, 0))
		return false;
	*out = steps[1].rows;
	return true;
}

/* From the primary, which also tells how far the WAL is. returns: whether out
 * was written */
static bool
read_and_learn(struct ctx *ctx, int64_t user, const struct wrote *mark,
    const struct db_step *read, struct db_rows *out)
{
	struct db_step steps[] = { { .sql = &sql_read_flushed }, *read };
	int failed;

	if (db_pipeline(ctx->primary, &ctx->arena, steps, 2, &failed) != DB_OK)
		return false;
	wrote_learn(ctx, user, mark, db_cell(&steps[0].rows, 0, 0));
	*out = steps[1].rows;
	return true;
}

int
db_read_own(struct ctx *ctx, int64_t user, const struct sql *sql,
    int n_params, const struct db_param *params, struct db_rows *out)
{
	const struct db_step read = { .sql = sql, .n_params = n_params,
		.params = params };
	struct wrote mark;

	wrote_look(ctx, user, &mark);
	if (mark.state == WROTE_NOTHING)
		return db_read(ctx, sql, n_params, params, out);
	if (mark.state == WROTE_UNTIL && read_reached(ctx, mark.mark, &read,
	    out))
		return DB_OK;
	if (mark.state == WROTE_ENDED && read_and_learn(ctx, user, &mark,
	    &read, out))
		return DB_OK;
	return db_read_primary(ctx, sql, n_params, params, out);
}
