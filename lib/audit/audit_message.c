/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * audit_message - whether what is told to others reaches them
 *
 * Layer: domain.  Uses: base, store.
 */
#include "audit/audit_own.h"

/* ---- I17: everything reaches each consumer, once ---- */

/* Nobody sends it, or nobody takes it: a sixth time is half an hour behind the
 * first, when a message that cannot be taken has long been a dead letter. */
AUDIT_SQL(i17_waiting,
    "SELECT concat('message ', id, ' ', kind, ' of ', at,"
    "  ' was sent ', n_sent, ' times') FROM outbox WHERE NOT done"
    "  AND (n_sent >= 6 OR greatest(at, send_at)"
    "   < clock_timestamp() - interval '60 s')");
AUDIT_SQL(i17_keys,
    "SELECT 'consumed has no key' WHERE NOT EXISTS (SELECT FROM pg_index"
    "  WHERE indrelid = 'consumed'::regclass AND indisunique AND indisvalid"
    "   AND indnkeyatts = 3)");
const struct audit_part audit_i17[] = {
	{ AUDIT_ONCE, &sql_audit_i17_waiting, NULL },
	{ AUDIT_ONCE, &sql_audit_i17_keys, NULL },
	{ 0 },
};
