/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_performances - boxofficectl performances
 *
 * What the other verbs ask for by id: one line each, by start.
 *
 * Layer: ctl.  Uses: store.
 */
#include "ctl/ctl.h"

#include <stdio.h>

SQL(performances_all,
    "SELECT p.id, p.key, s.key, to_char(p.starts_at AT TIME ZONE 'UTC',"
    " 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), p.status FROM performances AS p"
    " JOIN shows AS s ON s.id = p.show_id ORDER BY p.starts_at, p.id");

int
cmd_performances(struct ctl *ctl, int argc, char **argv)
{
	struct db_rows rows;
	int r;

	(void)argv;
	if (argc != 1)
		return ctl_usage(ctl);
	r = db_sure(db_run(ctl->ctx.primary, &ctl->ctx.arena,
	    &sql_performances_all, 0, NULL, &rows));
	if (r != 0)
		return ctl_fault(r);
	ctl_print_rows(&rows);
	return ctl_flush();
}
