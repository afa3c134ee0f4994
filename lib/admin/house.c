/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * house - blocked seats that are kept for somebody
 *
 * Layer: domain.  Uses: base, store, seat, hold, withhold.
 */
#include "admin/house.h"

#include "base/fault.h"
#include "base/log.h"
#include "seat/seat_state.h"
#include "store/read.h"

#include <assert.h>
#include <inttypes.h>

SQL(house_codes,
    "SELECT code, letter, colour, owner, coalesce(release_minutes, -1)"
    " FROM house_codes ORDER BY code");
SQL(house_code_put,
    "SELECT house_code_put($1, $2, $3, $4, nullif($5::int, -1), $6, $7, $8,"
    " $9, $10, $11)");
SQL(house_code_drop, "SELECT house_code_drop($1, $2, $3, $4, $5, $6, $7)");
SQL(house_code_known, "SELECT FROM house_codes WHERE code = $1");
SQL(house_keep, "SELECT house_keep($1, $2, $3, $4, $5, $6, $7, $8, $9)");
SQL(house_seats_kept,
    "SELECT code, array_agg(seat_no ORDER BY seat_no) FROM house_live"
    " WHERE performance_id = $1 GROUP BY code ORDER BY code");
SQL(house_due, "SELECT performance, code, seats FROM house_due($1, $2)");

int
house_codes(struct ctx *ctx, struct house_code_list *out)
{
	struct db_rows rows;
	int r = db_read_primary(ctx, &sql_house_codes, 0, NULL, &rows);

	if (r != 0)
		return r;
	out->n = rows.n_rows;
	out->items = ARENA_ARRAY(&ctx->arena, out->n + 1, struct house_code);
	for (size_t i = 0; i < out->n; i++)
		out->items[i] = (struct house_code){ db_cell(&rows, i, 0),
			db_cell(&rows, i, 1), db_cell(&rows, i, 2),
			db_cell(&rows, i, 3), db_get_i64(&rows, i, 4) };
	return HOUSE_OK;
}

static void
code_params(struct arena *a, const struct audit_by *by, const char *action,
    struct span code, struct db_param *params)
{
	audit_log_params(a, by, span_str(action),
	    span_str(arena_printf(a, "house code %s", arena_str(a, code))),
	    params);
}

int
house_code_put(struct ctx *ctx, const struct house_code *code,
    const struct audit_by *by)
{
	struct arena *a = &ctx->arena;
	struct db_param params[5 + AUDIT_N_PARAMS] = { db_text(a, code->code),
		db_text(a, code->letter), db_text(a, code->colour),
		db_text(a, code->owner), db_i64(a, code->release_minutes) };
	int r;

	if (!audit_reason_ok(by->reason))
		return HOUSE_E_REASON;
	code_params(a, by, "house.code", code->code, params + 5);
	r = db_run(ctx->primary, a, &sql_house_code_put, ARRAY_LEN(params),
	    params, NULL);
	return r == DB_E_CONSTRAINT ? HOUSE_E_FIELD : db_sure(r);
}

int
house_code_drop(struct ctx *ctx, struct span code, const struct audit_by *by)
{
	struct arena *a = &ctx->arena;
	struct db_param params[1 + AUDIT_N_PARAMS] = { db_text(a, code) };
	struct db_rows rows;
	int r;

	if (!audit_reason_ok(by->reason))
		return HOUSE_E_REASON;
	code_params(a, by, "house.code-drop", code, params + 1);
	r = db_sure(db_run(ctx->primary, a, &sql_house_code_drop,
	    ARRAY_LEN(params), params, &rows));
	if (r != 0)
		return r;
	if (span_eq_str(db_cell(&rows, 0, 0), "none"))
		return HOUSE_E_NONE;
	return span_eq_str(db_cell(&rows, 0, 0), "in-use") ? HOUSE_E_USED
							   : HOUSE_OK;
}

/* ---- seats ---- */

static int
code_known(struct ctx *ctx, struct span code)
{
	const struct db_param param = db_text(&ctx->arena, code);
	struct db_rows rows;
	int r = db_read_primary(ctx, &sql_house_code_known, 1, &param, &rows);

	return r == 0 && rows.n_rows == 0 ? WITHHOLD_E_CODE : r;
}

/* The seats that were blocked get the code. One that was unblocked meanwhile is
 * somebody's later word. */
static int
give_code(struct ctx *ctx, const struct withhold_ask *ask, struct span code,
    const struct withhold_result *blocked)
{
	struct arena *a = &ctx->arena;
	struct db_param params[3 + AUDIT_N_PARAMS] = { db_i64(a,
							   ask->performance),
		db_i64s(a, blocked->seats, ask->n_seats), db_text(a, code) };
	struct db_rows rows;
	int r;

	audit_log_params(a, &ask->by, SPAN_LIT("seats.house"),
	    span_str(arena_printf(a, "performance %" PRId64, ask->performance)),
	    params + 3);
	FAULT_POINT("house.before_code");
	r = db_sure(db_run(ctx->primary, a, &sql_house_keep, ARRAY_LEN(params),
	    params, &rows));
	FAULT_POINT("house.after_code");
	if (r != 0)
		return r;
	if (span_eq_str(db_cell(&rows, 0, 0), "seats"))
		LOG(WARN, "house-seats-gone",
		    LINT("performance", ask->performance));
	return span_eq_str(db_cell(&rows, 0, 0), "none") ? WITHHOLD_E_CODE
							 : WITHHOLD_OK;
}

int
house_block(struct ctx *ctx, const struct withhold_ask *ask, struct span code,
    struct withhold_result *out)
{
	int r = span_is(code) ? code_known(ctx, code) : WITHHOLD_OK;

	if (r == WITHHOLD_OK)
		r = withhold_move(ctx, ask, out);
	if (r != WITHHOLD_OK || !span_is(code))
		return r;
	assert(ask->verb->to == SEAT_BLOCKED);
	return give_code(ctx, ask, code, out);
}

int
house_seats(struct ctx *ctx, int64_t performance, struct house_group_list *out)
{
	struct arena *a = &ctx->arena;
	const struct db_param param = db_i64(a, performance);
	struct db_rows rows;
	int r = db_read_primary(ctx, &sql_house_seats_kept, 1, &param, &rows);

	if (r != 0)
		return r;
	out->n = rows.n_rows;
	out->items = ARENA_ARRAY(a, out->n + 1, struct house_group);
	for (size_t i = 0; i < out->n; i++) {
		struct house_group *group = &out->items[i];

		group->code = db_cell(&rows, i, 0);
		group->seats = db_get_i64s(a, &rows, i, 1, &group->n_seats);
	}
	return HOUSE_OK;
}

/* ---- the job ---- */

static int
release(struct ctx *ctx, const struct db_rows *rows, size_t i, size_t *n)
{
	struct withhold_ask ask = { .verb = withhold_verb_find(
					SPAN_LIT("unblock")),
		.performance = db_get_i64(rows, i, 0),
		.by = { .reason = span_str(arena_printf(&ctx->arena,
			    "the time of code %s is over",
			    arena_str(&ctx->arena, db_cell(rows, i, 1)))) } };
	struct withhold_result result;
	int r;

	ask.seats = db_get_i64s(&ctx->arena, rows, i, 2, &ask.n_seats);
	r = withhold_move(ctx, &ask, &result);
	if (r == WITHHOLD_OK)
		*n += result.n_moved;
	/* Somebody was faster. */
	return MIN(r, 0);
}

int
house_release_round(struct ctx *ctx, size_t *n)
{
	struct arena *a = &ctx->arena;
	struct db_rows rows;
	int r = db_read_primary(ctx, &sql_house_due, 2,
	    (struct db_param[]){ db_time(a, ctx->now_ms),
		db_i64(a, WITHHOLD_SEATS_MAX) },
	    &rows);

	*n = 0;
	for (size_t i = 0; r == 0 && i < rows.n_rows; i++)
		r = release(ctx, &rows, i, n);
	return r;
}
