/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * house_section - open and close a section of a performance
 *
 * Closed sections are terms: the scripts that place holds refuse other terms
 * than the map's, so who judges by them judges together with the seats.
 *
 * Layer: domain.  Uses: base, store.
 */
#include "admin/house.h"

#include "base/log.h"

#include <errno.h>
#include <inttypes.h>

SQL(house_section,
    "SELECT house_section($1, $2, $3, $4, $5, $6, $7, $8, $9)");

#define N_OWN 3

int
house_section(struct ctx *ctx, const struct house_section_ask *ask,
    bool *changed)
{
	static const struct {
		const char *word;
		int outcome;
	} words[] = {
		{ "done", HOUSE_SECTION_OK },
		{ "same", HOUSE_SECTION_OK },
		{ "none", HOUSE_SECTION_E_NONE },
		{ "section", HOUSE_SECTION_E_SECTION },
	};
	struct arena *a = &ctx->arena;
	struct db_param params[N_OWN + AUDIT_N_PARAMS] = {
		db_i64(a, ask->performance), db_text(a, ask->section),
		db_bool(ask->open) };
	struct db_rows rows;
	int r;

	if (!audit_reason_ok(ask->by.reason))
		return HOUSE_SECTION_E_REASON;
	audit_log_params(a, &ask->by, span_str(ask->open ? "section.open"
	    : "section.close"), span_str(arena_printf(a, "performance %"
	    PRId64, ask->performance)), params + N_OWN);
	r = db_run(ctx->primary, a, &sql_house_section, ARRAY_LEN(params),
	    params, &rows);
	if (r != 0)
		return r;
	*changed = span_eq_str(db_cell(&rows, 0, 0), "done");
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (span_eq_str(db_cell(&rows, 0, 0), words[i].word))
			return words[i].outcome;
	LOG(ERROR, "house-section-answer",
	    LSPAN("answer", db_cell(&rows, 0, 0)));
	return -EBADMSG;
}
