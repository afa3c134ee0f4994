/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * section - open and close a section of a performance
 *
 * Closed sections are terms: the scripts that place holds refuse other terms
 * than the map's, so who judges by them judges together with the seats.
 *
 * Layer: domain.  Uses: base, store.
 */
#include "admin/section.h"

#include "base/log.h"

#include <errno.h>
#include <inttypes.h>

SQL(section_open, "SELECT section_open($1, $2, $3, $4, $5, $6, $7, $8, $9)");

#define N_OWN 3

int
section_open(struct ctx *ctx, const struct section_ask *ask, bool *changed)
{
	static const struct db_word words[] = {
		{ "done", SECTION_OK },
		{ "same", SECTION_OK },
		{ "none", SECTION_E_NONE },
		{ "section", SECTION_E_SECTION },
	};
	struct arena *a = &ctx->arena;
	struct db_param params[N_OWN + AUDIT_N_PARAMS] = {
		db_i64(a, ask->performance), db_text(a, ask->section),
		db_bool(ask->open)
	};
	struct db_rows rows;
	int r;

	if (!audit_reason_ok(ask->by.reason))
		return SECTION_E_REASON;
	audit_log_params(a, &ask->by,
	    span_str(ask->open ? "section.open" : "section.close"),
	    span_str(arena_printf(a, "performance %" PRId64, ask->performance)),
	    params + N_OWN);
	r = db_run(ctx->primary, a, &sql_section_open, ARRAY_LEN(params),
	    params, &rows);
	if (r != 0)
		return r;
	*changed = span_eq_str(db_cell(&rows, 0, 0), "done");
	r = db_said(db_cell(&rows, 0, 0), words, ARRAY_LEN(words), -EBADMSG);
	if (r == -EBADMSG)
		LOG(ERROR, "section-answer",
		    LSPAN("answer", db_cell(&rows, 0, 0)));
	return r;
}
