/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_house - a till holds seats that are kept for somebody
 *
 * Order: the marks of the claims, the script, the claims' new owner, the
 * answer. Who dies after the script leaves a hold that lapses, as any.
 *
 * Layer: domain.  Uses: base, store, catalog, seat.
 */
#include "hold/hold_house.h"

#include "base/fault.h"
#include "hold/hold_ask.h"
#include "seat/seat_script.h"
#include "store/read.h"

SQL(hold_house_marks,
    "SELECT array_agg(c.mark ORDER BY c.seat_no)"
    " FROM house_live AS l JOIN seat_claim AS c USING (performance_id, seat_no)"
    " WHERE l.performance_id = $1 AND l.code = $2"
    "  AND l.seat_no = ANY ($3::int[])"
    " HAVING count(*) = cardinality($3::int[])");
SQL(hold_house_claim, "SELECT house_hold($1, $2, $3, $4, $5)");

/* out: marks on OK. returns: OK, HOUSE; < 0 a fault */
static int
find_marks(struct ctx *ctx, const struct hold_want *want,
    const struct hold_record *asked, struct span *marks)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_i64(a, want->performance),
		db_text(a, want->house),
		db_i64s(a, asked->seats, asked->n_seats) };
	struct db_rows rows;
	int64_t *of;
	size_t n;
	int r = db_read_primary(ctx, &sql_hold_house_marks, ARRAY_LEN(params),
	    params, &rows);

	if (r != 0)
		return r;
	if (rows.n_rows == 0)
		return HOLD_E_HOUSE;
	of = db_get_i64s(a, &rows, 0, 0, &n);
	*marks = hold_numbers(a, of, n);
	return HOLD_OK;
}

/* returns: OK; HOUSE: somebody unblocked one meanwhile; < 0 a fault */
static int
claim(struct ctx *ctx, const struct hold_want *want, const struct hold *hold)
{
	struct arena *a = &ctx->arena;
	const struct hold_record *is = &hold->is;
	struct db_rows rows;
	int r;

	FAULT_POINT("house.before_claim");
	r = db_sure(db_run(ctx->primary, a, &sql_hold_house_claim, 5,
	    (struct db_param[]){ db_i64(a, want->performance),
		db_i64s(a, is->seats, is->n_seats), db_text(a, want->house),
		db_text(a, hold->token),
		db_i64(a, hold_token_mark(&is->token)) },
	    &rows));
	FAULT_POINT("house.after_claim");
	if (r != 0)
		return r;
	return db_get_bool(&rows, 0, 0) ? HOLD_OK : HOLD_E_HOUSE;
}

int
hold_house_place(struct ctx *ctx, const struct hold_want *want,
    const struct terms *terms, const struct hold_record *asked,
    struct hold *out, struct hold_conflicts *conflicts)
{
	struct span marks = SPAN_LIT("");
	struct seat_call call;
	int r = find_marks(ctx, want, asked, &marks);
	bool kept = r == HOLD_OK;

	/* A key may name a hold that they are in, or were sold by. */
	if (r < 0 || (!kept && !span_is(want->key)))
		return r;
	hold_ask_begin(ctx, &script_hold_house, terms, asked, &call);
	seat_arg(&call, hold_record_seats(&ctx->arena, asked));
	seat_arg(&call, hold_record_prices(&ctx->arena, asked));
	seat_arg(&call, marks);
	r = hold_ask_run(ctx, &call, asked, out, conflicts);
	if (r == HOLD_E_AWAY)
		return KV_F_AWAY;
	if (!kept)
		return r == HOLD_E_TAKEN ? HOLD_E_HOUSE : r;
	if (r != HOLD_OK || out->is.status != HOLD_HELD)
		return r;
	r = claim(ctx, want, out);
	if (r != HOLD_E_HOUSE)
		return r;
	r = hold_ask_undo(ctx, &out->is);
	return r < 0 ? r : HOLD_E_HOUSE;
}
