/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * capacity - how many places a performance's counter section has
 *
 * Order: the row of the stock is locked and changed, which refuses what claims
 * and journal forbid; inside that transaction Redis is asked, which refuses
 * what holds promise that the journal does not know yet, and promises no more
 * than the new capacity from there on; then comes the commit, and Redis learns
 * the version. Who dies in between leaves a section that differs without a
 * newer version: reconcile loads such a map anew.
 *
 * Layer: domain.  Uses: base, store, seat, hold, audit_log.
 */
#include "admin/capacity.h"

#include "base/fault.h"
#include "base/log.h"
#include "seat/epoch.h"
#include "seat/seat_script.h"
#include "seat/seat_stock.h"

SQL(capacity_set,
    "SELECT outcome, was, low FROM section_resize($1, $2, $3, $4, $5, $6, $7,"
    " $8, $9)");
SQL(capacity_look,
    "SELECT meta_version FROM performances WHERE id = $1 FOR UPDATE");

/* Others who change the performance wait, from here on. returns: OK, STALE; < 0
 * a fault */
static int
check_version(struct ctx *ctx, const struct capacity_ask *ask)
{
	const struct db_param id = db_i64(&ctx->arena, ask->performance);
	struct db_rows rows;
	int r = db_sure(db_run(ctx->primary, &ctx->arena, &sql_capacity_look, 1,
	    &id, &rows));

	if (r != 0 || ask->version == 0)
		return r;
	return rows.n_rows > 0 && db_get_i64(&rows, 0, 0) == ask->version
	    ? CAPACITY_OK
	    : CAPACITY_E_STALE;
}

/* returns: OK, NONE, BELOW; < 0 a fault */
static int
resize(struct ctx *ctx, const struct capacity_ask *ask,
    struct capacity_result *out)
{
	struct arena *a = &ctx->arena;
	struct db_param params[3 + AUDIT_N_PARAMS] = { db_i64(a,
							   ask->performance),
		db_i64(a, ask->section_no), db_i64(a, ask->capacity) };
	struct db_rows rows;
	int r;

	audit_log_params(a, &ask->by, SPAN_LIT("section.capacity"),
	    span_str(arena_printf(a, "performance %lld",
		(long long)ask->performance)),
	    params + 3);
	r = db_sure(db_run(ctx->primary, a, &sql_capacity_set,
	    ARRAY_LEN(params), params, &rows));
	if (r != 0)
		return r;
	if (span_eq_str(db_cell(&rows, 0, 0), "none"))
		return CAPACITY_E_NONE;
	out->was = db_get_i64(&rows, 0, 1);
	out->least = db_get_i64(&rows, 0, 2);
	return span_eq_str(db_cell(&rows, 0, 0), "below") ? CAPACITY_E_BELOW
							  : CAPACITY_OK;
}

/* Where Redis is away, or has no map of it, nothing is promised but what the
 * journal has. returns: OK, BELOW */
static int
ask_redis(struct ctx *ctx, const struct capacity_ask *ask,
    struct capacity_result *out)
{
	const struct span args[] = { seat_number(ctx, ask->section_no),
		seat_number(ctx, ask->capacity) };
	struct kv_reply reply;
	int64_t epoch;

	if (epoch_get(ctx, &epoch) != 0
	    || seat_script(ctx, ask->performance, epoch, &script_stock_resize,
		   ARRAY_LEN(args), args, &reply)
		!= 0
	    || !seat_said(&reply, "below"))
		return CAPACITY_OK;
	out->least = reply.n > 1 ? reply.items[1].i64 : 0;
	return CAPACITY_E_BELOW;
}

/* Late is no harm: reconcile tells it too. */
static void
tell(struct ctx *ctx, const struct capacity_ask *ask)
{
	struct span args[] = { seat_number(ctx, ask->section_no), SPAN_NONE };
	struct kv_reply reply;
	int64_t epoch;

	if (seat_stock_facts(ctx, ask->performance, ask->section_no, &args[1])
		!= 0
	    || epoch_get(ctx, &epoch) != 0
	    || seat_script(ctx, ask->performance, epoch, &script_stock_set,
		   ARRAY_LEN(args), args, &reply)
		!= 0)
		LOG(WARN, "mirror-late", LINT("performance", ask->performance));
}

int
capacity_set(struct ctx *ctx, const struct capacity_ask *ask,
    struct capacity_result *out)
{
	int r;

	if (!audit_reason_ok(ask->by.reason))
		return CAPACITY_E_REASON;
	r = db_begin(ctx->primary);
	if (r < 0)
		return r;
	r = check_version(ctx, ask);
	if (r == CAPACITY_OK)
		r = resize(ctx, ask, out);
	if (r == CAPACITY_OK && ask->capacity != out->was && !ask->dry)
		r = ask_redis(ctx, ask, out);
	FAULT_POINT("capacity.before_commit");
	if (r == CAPACITY_OK && !ask->dry)
		r = db_commit(ctx->primary);
	else
		db_rollback(ctx->primary);
	if (r == CAPACITY_OK && ask->capacity != out->was && !ask->dry)
		tell(ctx, ask);
	return r;
}
