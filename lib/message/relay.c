/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * relay - rows of the outbox go to a stream in Redis, and their days go
 *
 * That they are sent is written down first, by one relay at a time: two never
 * send the same, and who dies in between leaves them to the next time they are
 * due.
 *
 * Layer: domain.  Uses: base, store.
 */
#include "message/relay.h"

#include "base/fault.h"
#include "store/keys.h"

SQL(relay_take,
    "SELECT n, coalesce(cardinality(ids), 0), ids, aggregate_ids"
    " FROM message_take($1, $2)");
SQL(relay_give_back, "SELECT message_give_back($1::bigint[], $2::text[])");
SQL(relay_days, "SELECT outbox_days($1, $2)");

/* Days ahead: a worker that is away for less than that costs nothing. */
#define DAYS_AHEAD 7
/* Entries that are kept at least. */
#define STREAM_LEN "1000"

/* One entry for all of them: how many, and both lists as PostgreSQL writes
 * them. */
static int
send_entry(struct ctx *ctx, const struct db_rows *taken)
{
	const struct span argv[] = { SPAN_LIT("XADD"), key_outbox(),
		SPAN_LIT("MAXLEN"), SPAN_LIT("~"), SPAN_LIT(STREAM_LEN),
		SPAN_LIT("*"), SPAN_LIT("n"), db_cell(taken, 0, 1),
		SPAN_LIT("i"), db_cell(taken, 0, 2), SPAN_LIT("a"),
		db_cell(taken, 0, 3) };
	struct kv_reply reply;
	int r = kv_try(ctx->kv, &ctx->arena, ARRAY_LEN(argv), argv, &reply);

	return r == 0 && reply.type == KV_ERROR ? KV_F_REFUSED : r;
}

static int
send(struct ctx *ctx, const struct db_rows *taken)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_text(a, db_cell(taken, 0, 2)),
		db_text(a, db_cell(taken, 0, 3)) };
	int r, given;

	FAULT_POINT("relay.before_send");
	r = send_entry(ctx, taken);
	FAULT_POINT("relay.after_send");
	if (r == 0)
		return 0;
	given = db_sure(db_run(ctx->primary, a, &sql_relay_give_back,
	    ARRAY_LEN(params), params, NULL));
	return given < 0 ? given : r;
}

int
relay_round(struct ctx *ctx, size_t *n)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, RELAY_MAX),
		db_i64(a, ctx->set.messages_again_s) };
	struct db_rows rows;
	int r;

	*n = 0;
	r = db_sure(db_run(ctx->primary, a, &sql_relay_take, ARRAY_LEN(params),
	    params, &rows));
	if (r != 0)
		return r;
	*n = (size_t)db_get_i64(&rows, 0, 0);
	if (db_get_i64(&rows, 0, 1) > 0)
		r = send(ctx, &rows);
	return r == 0 && *n == RELAY_MAX ? 1 : r;
}

int
relay_days(struct ctx *ctx, size_t *n)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, DAYS_AHEAD),
		db_i64(a, ctx->set.outbox_days) };
	struct db_rows rows;
	int r = db_sure(db_run(ctx->primary, a, &sql_relay_days,
	    ARRAY_LEN(params), params, &rows));

	*n = r == 0 ? (size_t)db_get_i64(&rows, 0, 0) : 0;
	return r;
}
