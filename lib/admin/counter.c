/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * counter - what becomes of sales at a counter: reversed, paid back, printed
 *
 * Layer: domain.  Uses: base, store, reservation, audit_log, search.
 */
#include "admin/counter.h"

#include "base/fault.h"
#include "store/read.h"

#include <inttypes.h>

SQL(counter_find,
    "SELECT p.user_id, p.method = 'terminal',"
    " (c.at AT TIME ZONE z.time_zone)::date"
    "  = ($2::timestamptz AT TIME ZONE z.time_zone)::date"
    " FROM counter_sales AS c JOIN payments AS p ON p.id = c.payment_id"
    " JOIN performance_zones AS z ON z.performance_id = c.performance_id"
    " WHERE c.number = $1");
SQL(counter_pay_owed,
    "SELECT outcome, amount, currency"
    " FROM counter_pay_owed($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
SQL(counter_list, "SELECT id, item FROM counter_list($1, $2, $3, $4, $5, $6)");
SQL(counter_print_list,
    "SELECT id, item FROM counter_print_list($1, $2, $3, $4)");
SQL(counter_print,
    "SELECT outcome, owner FROM counter_print($1, $2, $3, $4, $5)");
SQL(counter_print_named,
    "SELECT number, owner, name FROM counter_print_named($1, $2, $3, $4, $5)");

static struct span
object_of(struct arena *a, struct span number)
{
	return span_str(
	    arena_printf(a, "reservation %s", arena_str(a, number)));
}

/* ---- what goes back ---- */

int
counter_reverse(struct ctx *ctx, const struct cancel *ask,
    const struct audit_by *by, struct cancel_result *out)
{
	struct arena *a = &ctx->arena;
	struct span number = reservation_number_typed(a, ask->number);
	const struct db_param find[] = { db_text(a, number),
		db_time(a, ctx->now_ms) };
	struct db_param params[AUDIT_N_PARAMS];
	struct cancel of = *ask;
	struct db_rows rows;
	int r;

	if (!audit_reason_ok(by->reason))
		return COUNTER_E_REASON;
	r = db_read_primary(ctx, &sql_counter_find, 2, find, &rows);
	if (r != 0)
		return r;
	if (rows.n_rows == 0)
		return CANCEL_E_NONE;
	if (db_get_bool(&rows, 0, 1) != span_is(ask->slip))
		return COUNTER_E_SLIP;
	if (!db_get_bool(&rows, 0, 2))
		return COUNTER_E_DAY;
	audit_log_params(a, by, SPAN_LIT("counter.reverse"),
	    object_of(a, number), params);
	of.user = db_get_i64(&rows, 0, 0);
	of.by = params;
	return cancel_make(ctx, &of, out);
}

int
counter_pay_owed(struct ctx *ctx, const struct counter_owed *ask,
    const struct audit_by *by, int64_t *amount_minor, struct span *currency)
{
	static const struct db_word words[] = {
		{ "done", COUNTER_OK },
		{ "none", COUNTER_E_NONE },
		{ "nothing", COUNTER_E_NOTHING },
		{ "slip", COUNTER_E_SLIP },
	};
	struct arena *a = &ctx->arena;
	struct span number = reservation_number_typed(a, ask->number);
	struct db_param params[4 + AUDIT_N_PARAMS] = { db_text(a, number),
		db_i64(a, ask->till), db_text(a, ask->slip),
		db_time(a, ctx->now_ms) };
	struct db_rows rows;
	int r;

	audit_log_params(a, by, SPAN_LIT("counter.pay-out"),
	    object_of(a, number), params + 4);
	FAULT_POINT("counter.before_pay_out");
	r = db_run(ctx->primary, a, &sql_counter_pay_owed, ARRAY_LEN(params),
	    params, &rows);
	FAULT_POINT("counter.after_pay_out");
	if (r == DB_E_CONSTRAINT
	    && span_eq_str(span_str(db_constraint(ctx->primary)),
		"till_closed"))
		return COUNTER_E_TILL;
	r = db_sure(r);
	if (r != 0)
		return r;
	*amount_minor = db_is_null(&rows, 0, 1) ? 0 : db_get_i64(&rows, 0, 1);
	*currency = db_cell(&rows, 0, 2);
	return db_said(db_cell(&rows, 0, 0), words, ARRAY_LEN(words),
	    DB_F_STATEMENT);
}

/* ---- what there is ---- */

static struct db_param
number_or_any(struct arena *a, struct span number)
{
	return span_is(number) ? db_text(a, reservation_number_typed(a, number))
			       : db_str(NULL);
}

int
counter_list(struct ctx *ctx, const struct counter_search *search,
    struct search_hit **out, size_t *n, bool *more)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, search->before_id),
		db_i64(a, (int64_t)search->max + 1), db_i64(a, search->till),
		db_i64(a, search->performance),
		number_or_any(a, search->number), db_text(a, search->name) };
	struct db_rows rows;
	int r = db_read_primary(ctx, &sql_counter_list, ARRAY_LEN(params),
	    params, &rows);

	if (r == 0)
		search_take(a, &rows, search->max, out, n, more);
	return r;
}

int
counter_print_list(struct ctx *ctx, const struct counter_print_search *search,
    struct search_hit **out, size_t *n, bool *more)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, search->before_id),
		db_i64(a, (int64_t)search->max + 1),
		db_i64(a, search->performance),
		number_or_any(a, search->number) };
	struct db_rows rows;
	int r = db_read_primary(ctx, &sql_counter_print_list, ARRAY_LEN(params),
	    params, &rows);

	if (r == 0)
		search_take(a, &rows, search->max, out, n, more);
	return r;
}

/* ---- tickets ---- */

int
counter_print(struct ctx *ctx, struct span number, const char *paper,
    struct span reason, int64_t operator, struct counter_printed * out)
{
	struct arena *a = &ctx->arena;
	struct db_rows rows;
	int r;

	if (span_is(reason) && !audit_reason_ok(reason))
		return COUNTER_E_REASON;
	*out = (struct counter_printed){ .number = reservation_number_typed(a,
					     number),
		.name = SPAN_NONE };
	r = db_sure(db_run(ctx->primary, a, &sql_counter_print, 5,
	    (struct db_param[]){ db_text(a, out->number), db_str(paper),
		db_text(a, reason), db_time(a, ctx->now_ms),
		db_i64(a, operator) },
	    &rows));
	if (r != 0)
		return r;
	if (span_eq_str(db_cell(&rows, 0, 0), "none"))
		return COUNTER_E_NONE;
	out->owner = db_get_i64(&rows, 0, 1);
	return span_eq_str(db_cell(&rows, 0, 0), "before") ? COUNTER_E_BEFORE
							   : COUNTER_OK;
}

int
counter_print_named(struct ctx *ctx, int64_t performance, const char *paper,
    int64_t operator, struct counter_printed ** out, size_t *n)
{
	struct arena *a = &ctx->arena;
	struct db_rows rows;
	int r;

	r = db_sure(db_run(ctx->primary, a, &sql_counter_print_named, 5,
	    (struct db_param[]){ db_i64(a, performance),
		db_i64(a, COUNTER_BATCH_MAX), db_str(paper),
		db_time(a, ctx->now_ms), db_i64(a, operator) },
	    &rows));
	if (r != 0)
		return r;
	*n = rows.n_rows;
	*out = ARENA_ARRAY(a, *n + 1, struct counter_printed);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = (struct counter_printed){ db_cell(&rows, i, 0),
			db_cell(&rows, i, 2), db_get_i64(&rows, i, 1) };
	return 0;
}
