/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * note - what operators write down about a reservation
 *
 * Layer: domain.  Uses: base, store, reservation, audit_log.
 */
#include "admin/note.h"

#include "reservation/reservation.h"

SQL(note_add,
    "SELECT outcome, coalesce(id, 0)"
    " FROM reservation_note($1, $2, $3, $4, $5, $6, $7, $8)");

int
note_add(struct ctx *ctx, struct span number, const struct audit_by *by,
    int64_t *id)
{
	struct arena *a = &ctx->arena;
	struct span known = reservation_number_typed(a, number), said;
	struct db_param params[2 + AUDIT_N_PARAMS] = { db_text(a, known),
		db_i64(a, NOTES_MAX) };
	struct db_rows rows;
	int r;

	if (!audit_reason_ok(by->reason))
		return NOTE_E_TEXT;
	audit_log_params(a, by, SPAN_LIT("reservation.note"),
	    span_str(
		arena_printf(a, "reservation %.*s", (int)known.len, known.p)),
	    params + 2);
	r = db_sure(db_run(ctx->primary, a, &sql_note_add, ARRAY_LEN(params),
	    params, &rows));
	if (r != 0)
		return r;
	*id = db_get_i64(&rows, 0, 1);
	said = db_cell(&rows, 0, 0);
	if (span_eq_str(said, "none"))
		return NOTE_E_NONE;
	return span_eq_str(said, "many") ? NOTE_E_MANY : NOTE_OK;
}
