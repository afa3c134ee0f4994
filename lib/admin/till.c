/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * till - sales at a counter: who has which drawer, and what is in it
 *
 * Layer: domain.  Uses: base, store, audit_log, search.
 */
#include "admin/till.h"

#include "base/fault.h"
#include "catalog/currency.h"
#include "store/read.h"

#include <inttypes.h>

SQL(till_open,
    "SELECT outcome, till"
    " FROM till_open($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
SQL(till_close,
    "SELECT till_close($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)");
SQL(till_get,
    "SELECT till_item(s) FROM till_sessions AS s"
    " WHERE s.id = $1 AND $2::bigint IN (0, s.operator_id)");
SQL(till_list, "SELECT id, item FROM till_list($1, $2, $3, $4)");
SQL(till_user,
    "SELECT closed_at IS NULL FROM till_sessions"
    " WHERE id = $1 AND operator_id = $2");

static int
outcome_of(struct span word)
{
	static const struct db_word words[] = {
		{ "done", TILL_OK },
		{ "none", TILL_E_NONE },
		{ "taken", TILL_E_TAKEN },
		{ "busy", TILL_E_BUSY },
		{ "user", TILL_E_USER },
		{ "closed", TILL_E_CLOSED },
	};

	return db_said(word, words, ARRAY_LEN(words), DB_F_STATEMENT);
}

/* What opens or closes one: its first cell is what became of it. */
static int
change(struct ctx *ctx, const struct sql *sql, int n,
    const struct db_param *params, struct db_rows *rows)
{
	int r = db_run(ctx->primary, &ctx->arena, sql, n, params, rows);

	if (r == DB_E_CONSTRAINT)
		return TILL_E_FIELD;
	r = db_sure(r);
	return r != 0 ? r : outcome_of(db_cell(rows, 0, 0));
}

int
till_open(struct ctx *ctx, const struct till_opening *open,
    const struct audit_by *by, int64_t *id)
{
	struct arena *a = &ctx->arena;
	struct db_param params[4 + AUDIT_N_PARAMS] = { db_text(a, open->till),
		db_text(a, open->currency), db_i64(a, open->float_minor),
		db_time(a, ctx->now_ms) };
	struct db_rows rows;
	int r;

	if (!currency_is_known(open->currency))
		return TILL_E_FIELD;
	audit_log_params(a, by, SPAN_LIT("till.open"),
	    span_str(arena_printf(a, "till %s", arena_str(a, open->till))),
	    params + 4);
	FAULT_POINT("till.before_open");
	r = change(ctx, &sql_till_open, ARRAY_LEN(params), params, &rows);
	FAULT_POINT("till.after_open");
	if (r == TILL_OK)
		*id = db_get_i64(&rows, 0, 1);
	return r;
}

int
till_close(struct ctx *ctx, int64_t id, const struct till_count *count,
    const struct audit_by *by)
{
	struct arena *a = &ctx->arena;
	struct db_param params[5 + AUDIT_N_PARAMS] = { db_i64(a, id),
		db_bool(count->any), db_i64(a, count->counted_minor),
		db_text(a, count->note), db_time(a, ctx->now_ms) };
	struct db_rows rows;
	int r;

	audit_log_params(a, by, SPAN_LIT("till.close"),
	    span_str(arena_printf(a, "till session %" PRId64, id)), params + 5);
	FAULT_POINT("till.before_close");
	r = change(ctx, &sql_till_close, ARRAY_LEN(params), params, &rows);
	FAULT_POINT("till.after_close");
	return r;
}

int
till_get(struct ctx *ctx, int64_t id, int64_t operator, struct span * item)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, id), db_i64(a, operator) };
	struct db_rows rows;
	int r = db_read_primary(ctx, &sql_till_get, 2, params, &rows);

	if (r != 0)
		return r;
	if (rows.n_rows == 0)
		return TILL_E_NONE;
	*item = db_cell(&rows, 0, 0);
	return TILL_OK;
}

int
till_list(struct ctx *ctx, int64_t before_id, size_t max, bool open,
    int64_t operator, struct search_hit ** out, size_t *n, bool *more)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, before_id),
		db_i64(a, (int64_t)max + 1), db_bool(open),
		db_i64(a, operator) };
	struct db_rows rows;
	int r = db_read_primary(ctx, &sql_till_list, ARRAY_LEN(params), params,
	    &rows);

	if (r == 0)
		search_take(a, &rows, max, out, n, more);
	return r;
}

int
till_user(struct ctx *ctx, int64_t id, int64_t operator, int64_t * user)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, id), db_i64(a, operator) };
	struct db_rows rows;
	int r = db_read_primary(ctx, &sql_till_user, 2, params, &rows);

	if (r != 0)
		return r;
	if (rows.n_rows == 0)
		return TILL_E_NONE;
	*user = -id;
	return db_get_bool(&rows, 0, 0) ? TILL_OK : TILL_E_CLOSED;
}
