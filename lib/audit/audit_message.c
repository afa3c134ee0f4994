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

/* ---- I18: an older fact is never told behind a newer one ---- */

/* What buyers are told keeps the order in which it was written; that a
 * performance begins at another time is of another thing than their
 * reservations. */
AUDIT_SQL(i18_notices,
    "SELECT concat('notice ', o.id, ' of ', o.about, ' tells of message ',"
    "  o.outbox_id, ', notice ', n.id, ' of ', n.outbox_id)"
    " FROM notices AS n JOIN notices AS o ON o.user_id = n.user_id"
    "  AND o.about = n.about AND o.id > n.id AND o.outbox_id < n.outbox_id"
    " WHERE n.user_id >= $1 AND n.user_id < $2 AND NOT n.late"
    "  AND NOT o.late AND 'another-time' NOT IN (n.kind, o.kind)");
const struct audit_part audit_i18[] = {
	{ AUDIT_USERS, &sql_audit_i18_notices, NULL },
	{ 0 },
};
