/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * draw - an operator draws a lobby with the public value that was promised
 *
 * Layer: domain.  Uses: base, store.
 */
#include "admin/draw.h"

#include "base/clock.h"

#include <inttypes.h>

SQL(draw_now, "SELECT queue_draw($1, $2, $3, $4, $5, $6, $7, $8, $9)");

#define N_OWN 3

static const struct {
	const char *said;
	int outcome;
} outcomes[] = {
	{ "done", DRAW_OK },
	{ "same", DRAW_OK },
	{ "none", DRAW_E_NONE },
	{ "open", DRAW_E_OPEN },
	{ "promised", DRAW_E_PROMISED },
	{ "unasked", DRAW_E_UNASKED },
	{ "other", DRAW_E_OTHER },
};

int
draw_now(struct ctx *ctx, const struct draw_ask *ask, bool *done)
{
	struct arena *a = &ctx->arena;
	int64_t faked_ms = clock_faked_ms();
	struct db_param params[N_OWN + AUDIT_N_PARAMS] = {
		db_i64(a, ask->performance), db_text(a, ask->beacon),
		faked_ms != 0 ? db_time(a, faked_ms) : db_str(NULL)
	};
	struct db_rows rows;
	int r;

	*done = false;
	if (!audit_reason_ok(ask->by.reason))
		return DRAW_E_REASON;
	audit_log_params(a, &ask->by, SPAN_LIT("queue.draw"),
	    span_str(arena_printf(a, "performance %" PRId64, ask->performance)),
	    params + N_OWN);
	r = db_sure(db_run(ctx->primary, a, &sql_draw_now, ARRAY_LEN(params),
	    params, &rows));
	if (r != 0)
		return r;
	*done = span_eq_str(db_cell(&rows, 0, 0), "done");
	for (size_t i = 0; i < ARRAY_LEN(outcomes); i++)
		if (span_eq_str(db_cell(&rows, 0, 0), outcomes[i].said))
			return outcomes[i].outcome;
	return DB_F_STATEMENT;
}
