/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * audited - what must never be, is not
 *
 * Layer: tests.  Uses: audit, house, check.
 */
#include "tests/support/audited.h"

#include "audit/audit.h"
#include "tests/support/house.h"

#include <check.h>
#include <string.h>

static void
check_row(const struct audit_row *row)
{
	static const struct audit_pace pace = {
		.budget_us = 1000000,
		.looks = 2,
		.pause_ms = 1,
	};
	struct audit_walk walk;

	audit_begin(&walk, row, &pace);
	while (!walk.done)
		ck_assert_int_eq(audit_step(&house.ctx, &walk), 0);
	ck_assert_msg(walk.found.n == 0, "%s %s: %s", row->name, row->sentence,
	    walk.found.examples);
}

void
audited_always(void)
{
	for (int i = 0; i < audit_n_rows; i++)
		if (audit_rows[i].when == AUDIT_ALWAYS)
			check_row(&audit_rows[i]);
}

void
audited(void)
{
	for (int i = 0; i < audit_n_rows; i++)
		if (audit_rows[i].when != AUDIT_HISTORY
		    && strcmp(audit_rows[i].name, "I17") != 0)
			check_row(&audit_rows[i]);
}
