/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * relay - rows of the outbox go to a stream in Redis, and their days go
 *
 * Rows are marked as sent first: two relays never send the same, and who dies
 * in between leaves them to the next time they are due.
 *
 * Layer: domain.  Uses: base, store.
 */
#include "message/relay.h"

#include "base/fault.h"
#include "store/keys.h"

SQL(relay_take,
    "SELECT n, ids, aggregate_ids, coalesce(cardinality(ids), 0)"
    " FROM message_take($1, $2)");
SQL(relay_entries,
    "SELECT t.id, t.aggregate_id FROM"
    " unnest($1::bigint[], $2::text[]) AS t (id, aggregate_id)");
SQL(relay_give_back, "SELECT message_give_back($1::bigint[], $2::text[])");
SQL(relay_days, "SELECT outbox_days($1, $2)");

#define BATCH 500
/* Days ahead: a worker that is away for less than that costs nothing. */
#define DAYS_AHEAD 7
/* Entries that are kept at least. */
#define STREAM_LEN "100000"

static void
queue_entry(struct ctx *ctx, struct span id, struct span aggregate_id)
{
	const struct span argv[] = { SPAN_LIT("XADD"), key_outbox(),
		SPAN_LIT("MAXLEN"), SPAN_LIT("~"), SPAN_LIT(STREAM_LEN),
		SPAN_LIT("*"), SPAN_LIT("i"), id, SPAN_LIT("a"), aggregate_id };

	kv_queue(ctx->kv, ARRAY_LEN(argv), argv);
}

static int
send_entries(struct ctx *ctx, const struct db_rows *rows)
{
	struct kv_reply *replies = ARENA_ARRAY(&ctx->arena, rows->n_rows + 1,
	    struct kv_reply);
	int r;

	for (size_t i = 0; i < rows->n_rows; i++)
		queue_entry(ctx, db_cell(rows, i, 0), db_cell(rows, i, 1));
	r = kv_run(ctx->kv, &ctx->arena, rows->n_rows, replies);
	for (size_t i = 0; r == 0 && i < rows->n_rows; i++)
		if (replies[i].type == KV_ERROR)
			r = KV_F_REFUSED;
	return r;
}

/* params: ids, aggregate_ids */
static int
send(struct ctx *ctx, const struct db_param params[2])
{
	struct db_rows rows;
	int r, given;

	r = db_sure(db_run(ctx->primary, &ctx->arena, &sql_relay_entries, 2,
	    params, &rows));
	if (r != 0)
		return r;
	FAULT_POINT("relay.before_send");
	r = send_entries(ctx, &rows);
	FAULT_POINT("relay.after_send");
	if (r == 0)
		return 0;
	given = db_sure(db_run(ctx->primary, &ctx->arena, &sql_relay_give_back,
	    2, params, NULL));
	return given < 0 ? given : r;
}

int
relay_round(struct ctx *ctx, size_t *n)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, BATCH),
		db_i64(a, ctx->set.messages_again_s) };
	struct db_rows rows;
	int r;

	*n = 0;
	r = db_sure(db_run(ctx->primary, a, &sql_relay_take, ARRAY_LEN(params),
	    params, &rows));
	if (r != 0)
		return r;
	*n = (size_t)db_get_i64(&rows, 0, 0);
	if (db_get_i64(&rows, 0, 3) > 0) {
		const struct db_param sent[] = { db_text(a,
						     db_cell(&rows, 0, 1)),
			db_text(a, db_cell(&rows, 0, 2)) };

		r = send(ctx, sent);
	}
	return r == 0 && *n == BATCH ? 1 : r;
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
