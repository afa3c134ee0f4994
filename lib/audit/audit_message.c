/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * audit_message - whether what is told to others reaches them
 *
 * Layer: domain.  Uses: base, store.
 */
#include "audit/audit_own.h"

/* ---- I17: everything reaches each consumer, once ---- */

/* Nobody sends it, which one that got lost is after a minute; or nobody takes
 * it: a sixth time is half an hour behind the first, when a message that cannot
 * be taken has long been a dead letter. */
AUDIT_SQL(i17_waiting,
    "SELECT concat('message ', id, ' ', kind, ' of ', at,"
    "  ' was sent ', n_sent, ' times') FROM outbox WHERE NOT done"
    "  AND (n_sent >= 6 OR greatest(at, send_at)"
    "   < clock_timestamp() - interval '120 s')");
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

/* ---- I28: figures are what the tables say ---- */

/* Of performances of which nothing is on its way to who counts, which is told
 * and counted in the transactions of facts and figures, unless he is replayed;
 * that were sold since he does, and whose figures begin where they did: old
 * ones are forgotten, after a month at the least. */
AUDIT_SQL(i28_sales,
    "WITH counting AS (SELECT registered_at FROM consumers"
    "  WHERE name = 'sales' AND retired_at IS NULL AND replay_from IS NULL"
    "   AND NOT EXISTS (SELECT FROM dead_letter WHERE consumer = 'sales')),"
    " open AS (SELECT (payload->>'performance_id')::bigint AS id FROM outbox"
    "  WHERE NOT done AND kind LIKE 'reservation.%'),"
    " moves AS (SELECT reservation_id, sum(cardinality(from_seats)) AS n,"
    "  sum((SELECT sum(p) FROM unnest(from_prices) AS p)) AS price"
    "  FROM reservation_moves WHERE EXISTS (SELECT FROM counting)"
    "  GROUP BY reservation_id),"
    " facts AS (SELECT r.performance_id,"
    "  sum(cardinality(r.seats) + coalesce(m.n, 0)) AS sold,"
    "  sum(r.amount + coalesce(m.price, 0)) AS revenue,"
    "  sum(cardinality(r.cancelled) + coalesce(m.n, 0)) AS given_back,"
    "  min(r.created_at) AS since FROM reservations AS r"
    "  LEFT JOIN moves AS m ON m.reservation_id = r.id"
    "  WHERE EXISTS (SELECT FROM counting) GROUP BY r.performance_id),"
    " figures AS (SELECT performance_id, sum(sold) AS sold,"
    "  sum(revenue) AS revenue, sum(given_back) AS given_back,"
    "  min(hour) AS since FROM sales_seats GROUP BY performance_id)"
    " SELECT concat('performance ', t.performance_id, ': sold ', t.sold, ' ',"
    "  f.sold, ', revenue ', t.revenue, ' ', f.revenue, ', given back ',"
    "  t.given_back, ' ', f.given_back)"
    " FROM counting AS c, facts AS t LEFT JOIN figures AS f"
    "  ON f.performance_id = t.performance_id"
    " WHERE t.since > c.registered_at"
    "  AND NOT EXISTS (SELECT FROM open AS o WHERE o.id = t.performance_id)"
    "  AND (f.since = date_trunc('hour', t.since, 'UTC')"
    "   OR t.since > clock_timestamp() - interval '29 d')"
    "  AND (t.sold, t.revenue, t.given_back)"
    "   IS DISTINCT FROM (f.sold, f.revenue, f.given_back)");
const struct audit_part audit_i28[] = {
	{ AUDIT_ONCE, &sql_audit_i28_sales, NULL },
	{ 0 },
};
