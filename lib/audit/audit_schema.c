/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * audit_schema - what guards the rows that are written once, and that there is
 * one place where they are
 *
 * Rows carry no chain of digests: whoever may drop a trigger could make such
 * a chain anew. So it is looked at whether the guards stand, and that others
 * than the owner cannot remove them is the work of PostgreSQL's privileges.
 *
 * Layer: domain.  Uses: base, store.
 */
#include "audit/audit_own.h"

#include "store/ctx.h"

/* tgtype: 1 for each row, 2 before, 8 delete, 16 update. Another table that
 * is guarded by a trigger of the same name is looked at as well. */
AUDIT_SQL(i7_triggers,
    "WITH must (tbl, trg) AS (VALUES ('prices', 'append_only'),"
    "   ('price_lists', 'append_only'), ('ticket_types', 'append_only'),"
    "   ('ledger', 'append_only'), ('payment_log', 'append_only'),"
    "   ('reservation_log', 'append_only'), ('seat_log', 'append_only'),"
    "   ('reservation_moves', 'append_only'),"
    "   ('reservation_transfers', 'append_only'),"
    "   ('payment_moves', 'append_only'), ('audit_log', 'append_only'),"
    "   ('users', 'never_deleted'), ('performances', 'never_deleted'),"
    "   ('payments', 'never_deleted'), ('reservations', 'never_deleted'),"
    "   ('hall_revisions', 'revision_frozen'),"
    "   ('sections', 'revision_frozen'), ('seats', 'revision_frozen'),"
    "   ('price_classes', 'revision_frozen'),"
    "   ('decorations', 'revision_frozen'),"
    "   ('queue_lobby', 'queue_lobby_kept')),"
    " stands AS (SELECT t.tgrelid::regclass::text AS tbl, t.tgname AS trg,"
    "   t.tgenabled IN ('O', 'A') AND t.tgtype & 27 = 27"
    "   AND t.tgqual IS NULL AND f.prosrc ~ 'RAISE EXCEPTION"
    "|revision_must_be_free' AS guards"
    "  FROM pg_trigger AS t JOIN pg_proc AS f ON f.oid = t.tgfoid"
    "  WHERE t.tgname IN ('append_only', 'never_deleted',"
    "   'revision_frozen', 'queue_lobby_kept'))"
    " SELECT concat(coalesce(m.trg, s.trg), ' of ', coalesce(m.tbl, s.tbl))"
    " FROM must AS m FULL JOIN stands AS s ON s.tbl = m.tbl"
    "  AND s.trg = m.trg"
    " WHERE s.guards IS NOT TRUE");
const struct audit_part audit_i7[] = {
	{ AUDIT_ONCE, &sql_audit_i7_triggers, NULL },
	{ 0 },
};

/* ---- split brain ---- */

static int
others_that_accept_writes(struct ctx *ctx, struct audit_range *range,
    struct audit_found *found)
{
	int n = db_count_writable(ctx->primary);

	(void)range;
	if (n > 1)
		audit_add(found, n - 1,
		    span_str(arena_printf(&ctx->arena,
			"%d servers accept writes", n)));
	return 0;
}

const struct audit_part audit_i27[] = {
	{ AUDIT_ONCE, NULL, others_that_accept_writes },
	{ 0 },
};
