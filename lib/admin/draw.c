/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * draw - an operator draws a lobby with the public value that was promised
 *
 * Layer: domain.  Uses: base, store, queue.
 */
#include "admin/draw.h"

#include "queue/queue_draw.h"

#include <inttypes.h>

SQL(draw_now,
    "SELECT queue_draw($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)");

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
	struct db_param params[QUEUE_DRAW_N_PARAMS + AUDIT_N_PARAMS];
	struct db_rows rows;
	int r;

	*done = false;
	if (!audit_reason_ok(ask->by.reason))
		return DRAW_E_REASON;
	r = queue_draw_params(ctx, ask->performance, ask->beacon, params);
	if (r != 0)
		return r;
	audit_log_params(a, &ask->by, SPAN_LIT("queue.draw"),
	    span_str(arena_printf(a, "performance %" PRId64, ask->performance)),
	    params + QUEUE_DRAW_N_PARAMS);
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
