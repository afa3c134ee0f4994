/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * audit_seat - who has which seat: claims, reservations and seat_log
 *
 * Tables are joined along keys they have: from claims to reservations by id,
 * from reservations to claims by seat. Neither way alone sees everything.
 *
 * Layer: domain.  Uses: base, store.
 */
#include "audit/audit_own.h"

/* ---- I1: no seat belongs to two ---- */

AUDIT_SQL(i1_key,
    "SELECT 'the primary key of seat_claim is missing' WHERE NOT EXISTS"
    "  (SELECT FROM pg_index WHERE indrelid = 'seat_claim'::regclass"
    "   AND indisprimary AND indisvalid)");
AUDIT_SQL(i1_claims,
    "SELECT concat('seat ', seat_no, ' of performance ', performance_id,"
    "  ' has ', count(*), ' claims')"
    " FROM seat_claim WHERE performance_id >= $1 AND performance_id < $2"
    " GROUP BY performance_id, seat_no HAVING count(*) > 1");
/* The claim of one reservation's seat names another one that has it too. OFFSET
 * 0 keeps it a question of its own, asked along the key for each seat: made a
 * join, it once read all claims for each of a thousand reservations' seats,
 * since the performance that all three rows share was counted as two
 * conditions. */
#define OTHER_OWNER \
	" seat_claim AS c JOIN reservations AS o ON o.id = c.reservation_id" \
	"  WHERE c.performance_id = r.performance_id AND c.seat_no = s" \
	"   AND o.id <> r.id AND o.performance_id = r.performance_id" \
	"   AND s = ANY (o.seats) AND s <> ALL (o.cancelled) OFFSET 0"
AUDIT_SQL(i1_reservations,
    "SELECT concat('seat ', s, ' of performance ', r.performance_id,"
    "  ' is in reservation ', r.number, ' and in another')"
    " FROM reservations AS r CROSS JOIN unnest(r.seats) AS s"
    " WHERE r.id >= $1 AND r.id < $2 AND r.section_no IS NULL"
    "  AND s <> ALL (r.cancelled)"
    "  AND EXISTS (SELECT FROM" OTHER_OWNER ")");
const struct audit_part audit_i1[] = {
	{ AUDIT_ONCE, &sql_audit_i1_key, NULL },
	{ AUDIT_PERFORMANCES, &sql_audit_i1_claims, NULL },
	{ AUDIT_RESERVATIONS, &sql_audit_i1_reservations, NULL },
	{ 0 },
};

/* ---- I2: reservations and claims name each other ---- */

AUDIT_SQL(i2_claims,
    "SELECT concat('the claim ', c.state, ' of seat ', c.seat_no,"
    "  ' of performance ', c.performance_id)"
    " FROM seat_claim AS c LEFT JOIN reservations AS r"
    "  ON r.id = c.reservation_id"
    " WHERE c.performance_id >= $1 AND c.performance_id < $2"
    "  AND c.state IN ('R', 'C')"
    "  AND (r.performance_id IS DISTINCT FROM c.performance_id"
    "   OR r.user_id IS DISTINCT FROM c.user_id"
    "   OR r.hold_token IS DISTINCT FROM c.hold_token"
    "   OR (c.state = 'R') <> (c.seat_no = ANY (r.seats)"
    "    AND c.seat_no <> ALL (r.cancelled))"
    "   OR (c.state = 'C' AND c.seat_no <> ALL (r.cancelled)"
    "    AND NOT EXISTS (SELECT FROM reservation_moves AS m"
    "     WHERE m.reservation_id = r.id AND m.refund_id IS NOT NULL"
    "      AND c.seat_no = ANY (m.from_seats))))");
/* A seat that two reservations have is I1's. */
AUDIT_SQL(i2_seats,
    "SELECT concat('seat ', s, ' of reservation ', r.number)"
    " FROM reservations AS r CROSS JOIN unnest(r.seats) AS s"
    " WHERE r.id >= $1 AND r.id < $2 AND r.section_no IS NULL"
    "  AND s <> ALL (r.cancelled)"
    "  AND NOT EXISTS (SELECT FROM seat_claim AS c"
    "   WHERE c.performance_id = r.performance_id AND c.seat_no = s"
    "   AND c.state = 'R' AND c.reservation_id = r.id)"
    "  AND NOT EXISTS (SELECT FROM" OTHER_OWNER ")");
/* Of a counter section it is how many; places that wait for their refund have a
 * claim of their own, named by hold and refund. */
AUDIT_SQL(i2_places,
    "SELECT concat('reservation ', r.number, ' has ', cardinality(r.seats)"
    "  - cardinality(r.cancelled), ' places of section ', r.section_no,"
    "  ' and a claim of ', coalesce(c.quantity, 0))"
    " FROM reservations AS r LEFT JOIN section_claim AS c"
    "  ON c.performance_id = r.performance_id"
    "  AND c.hold_token = r.hold_token AND c.reservation_id = r.id"
    "  AND c.section_no = r.section_no AND c.state = 'R'"
    " WHERE r.id >= $1 AND r.id < $2 AND r.section_no IS NOT NULL"
    "  AND coalesce(c.quantity, 0)"
    "   <> cardinality(r.seats) - cardinality(r.cancelled)");
AUDIT_SQL(i2_place_claims,
    "SELECT concat('the claim ', c.state, ' of ', c.quantity,"
    "  ' places of section ', c.section_no, ' of performance ',"
    "  c.performance_id)"
    " FROM section_claim AS c LEFT JOIN reservations AS r"
    "  ON r.id = c.reservation_id"
    " WHERE c.performance_id >= $1 AND c.performance_id < $2"
    "  AND c.state NOT IN ('H', 'P')"
    "  AND (r.performance_id IS DISTINCT FROM c.performance_id"
    "   OR r.user_id IS DISTINCT FROM c.user_id"
    "   OR r.hold_token IS DISTINCT FROM token_hold(c.hold_token)"
    "   OR r.section_no IS DISTINCT FROM c.section_no)");
AUDIT_SQL(i2_status,
    "SELECT concat('reservation ', number, ' is ', status, ' with ',"
    "  cardinality(cancelled), ' of ', cardinality(seats),"
    "  ' seats cancelled')"
    " FROM reservations WHERE id >= $1 AND id < $2"
    "  AND (status <> CASE cardinality(cancelled) WHEN 0 THEN 'CONFIRMED'"
    "    WHEN cardinality(seats) THEN 'CANCELLED'"
    "    ELSE 'PARTLY_CANCELLED' END"
    "   OR NOT cancelled <@ seats)");
/* Who got it is who passed it on next, or has it. */
AUDIT_SQL(i2_owners,
    "SELECT concat('reservation ', r.number, ' of user ', r.user_id,"
    "  ' went to user ', t.to_user)"
    " FROM reservations AS r JOIN reservation_transfers AS t"
    "  ON t.reservation_id = r.id"
    " WHERE r.id >= $1 AND r.id < $2 AND t.to_user <> coalesce((SELECT"
    "   n.from_user FROM reservation_transfers AS n"
    "   WHERE n.reservation_id = r.id AND n.transfer_no = t.transfer_no + 1),"
    "  r.user_id)");
const struct audit_part audit_i2[] = {
	{ AUDIT_PERFORMANCES, &sql_audit_i2_claims, NULL },
	{ AUDIT_RESERVATIONS, &sql_audit_i2_seats, NULL },
	{ AUDIT_PERFORMANCES, &sql_audit_i2_place_claims, NULL },
	{ AUDIT_RESERVATIONS, &sql_audit_i2_places, NULL },
	{ AUDIT_RESERVATIONS, &sql_audit_i2_status, NULL },
	{ AUDIT_RESERVATIONS, &sql_audit_i2_owners, NULL },
	{ 0 },
};

/* ---- I10: no clock frees a seat that is being paid for ---- */

/* A payment is found by its user, there is no other index; who caused a move
 * may be an operator, so the journal is asked whose hold it was. A declined
 * payment gives the seats back to the hold, and another may follow; where it
 * was for a move, whose token has a slash, nobody had held them, and another
 * may follow all the same. */
AUDIT_SQL(i10_moves,
    "SELECT concat('seats ', l.seats, ' of performance ', l.performance_id,"
    "  ' went from P to ', l.to_state)"
    " FROM seat_log AS l LEFT JOIN holds AS h ON h.token = l.hold_token"
    " CROSS JOIN LATERAL (SELECT"
    "   bool_or(p.status IN ('FAILED', 'CANCELED', 'LATE')) AS ended,"
    "   bool_or(p.status IN ('SENT', 'CANCELING', 'CAPTURED')) AS runs"
    "  FROM payments AS p WHERE p.user_id = coalesce(h.user_id, l.user_id)"
    "   AND p.hold_token = l.hold_token) AS p"
    " WHERE l.performance_id >= $1 AND l.performance_id < $2"
    "  AND l.from_state = 'P' AND l.to_state IN ('A', 'H')"
    "  AND (p.ended IS NOT TRUE OR (l.to_state = 'A' AND p.runs"
    "   AND NOT token_moves(l.hold_token)))");
AUDIT_SQL(i10_claims,
    "SELECT concat('seat ', c.seat_no, ' of performance ', c.performance_id,"
    "  ' is P without a payment')"
    " FROM seat_claim AS c"
    " WHERE c.performance_id >= $1 AND c.performance_id < $2"
    "  AND c.state = 'P' AND NOT EXISTS (SELECT FROM payments AS p"
    "   WHERE p.hold_token = c.hold_token"
    "   AND p.status IN ('SENT', 'CANCELING'))");
AUDIT_SQL(i10_places,
    "SELECT concat(c.quantity, ' places of section ', c.section_no,"
    "  ' of performance ', c.performance_id, ' are P without a payment')"
    " FROM section_claim AS c"
    " WHERE c.performance_id >= $1 AND c.performance_id < $2"
    "  AND c.state = 'P' AND NOT EXISTS (SELECT FROM payments AS p"
    "   WHERE p.hold_token = c.hold_token"
    "   AND p.status IN ('SENT', 'CANCELING'))");
const struct audit_part audit_i10[] = {
	{ AUDIT_PERFORMANCES, &sql_audit_i10_moves, NULL },
	{ AUDIT_PERFORMANCES, &sql_audit_i10_claims, NULL },
	{ AUDIT_PERFORMANCES, &sql_audit_i10_places, NULL },
	{ 0 },
};

/* ---- I22: no more than there are places ---- */

/* Claims have no foreign keys to users and performances. */
AUDIT_SQL(i22_claims,
    "SELECT concat('the claim ', c.state, ' of seat ', c.seat_no,"
    "  ' of performance ', c.performance_id)"
    " FROM seat_claim AS c"
    " LEFT JOIN performances AS p ON p.id = c.performance_id"
    " LEFT JOIN hall_revisions AS v ON v.id = p.hall_revision_id"
    " LEFT JOIN users AS u ON u.id = c.user_id"
    " WHERE c.performance_id >= $1 AND c.performance_id < $2"
    "  AND (v.seat_count IS NULL OR c.seat_no > v.seat_count"
    "   OR (u.id IS NULL AND c.user_id IS NOT NULL AND NOT EXISTS"
    "    (SELECT FROM till_sessions AS t WHERE t.id = -c.user_id)))");
/* Each place of a slot section is a seat. A seat may be in two rows of the
 * journal for a moment, and a hold becomes a claim: each counts once. */
AUDIT_SQL(i22_slots,
    "SELECT concat('section ', x.section_no, ' of performance ', p.id,"
    "  ' has ', taken.n, ' of ', x.capacity)"
    " FROM performances AS p JOIN sections AS x"
    "  ON x.hall_revision_id = p.hall_revision_id AND x.kind = 'slot'"
    " CROSS JOIN LATERAL (SELECT count(*) AS n FROM ("
    "   SELECT c.seat_no FROM seat_claim AS c WHERE c.performance_id = p.id"
    "   UNION SELECT seat FROM holds AS h, unnest(h.seats) AS seat"
    "    WHERE h.performance_id = p.id AND h.section_no IS NULL"
    "     AND h.hard_expires_at > clock_timestamp()"
    "     AND (h.status = 'paying' OR (h.status = 'held'"
    "      AND h.expires_at > clock_timestamp()))) AS t (seat_no)"
    "  JOIN seats AS s ON s.hall_revision_id = p.hall_revision_id"
    "   AND s.seat_no = t.seat_no AND s.section_no = x.section_no) AS taken"
    " WHERE p.id >= $1 AND p.id < $2 AND taken.n > x.capacity");
/* The stock of a counter section is what its claims are. */
AUDIT_SQL(i22_stock,
    "SELECT concat('section ', section_no, ' of performance ',"
    "  performance_id, ' has ', coalesce(s.taken, 0), ' of ',"
    "  coalesce(s.capacity, 0), ' taken, ', coalesce(s.kept, 0),"
    "  ' kept; claimed are ', coalesce(c.n, 0), ' and ',"
    "  coalesce(c.kept, 0))"
    " FROM (SELECT * FROM section_stock"
    "   WHERE performance_id >= $1 AND performance_id < $2) AS s"
    " FULL JOIN (SELECT performance_id, section_no, sum(quantity) AS n,"
    "    sum(quantity) FILTER (WHERE state NOT IN ('H', 'P')) AS kept"
    "   FROM section_claim"
    "   WHERE performance_id >= $1 AND performance_id < $2"
    "   GROUP BY performance_id, section_no) AS c"
    "  USING (performance_id, section_no)"
    " WHERE s.taken IS DISTINCT FROM coalesce(c.n, 0)"
    "  OR s.kept IS DISTINCT FROM coalesce(c.kept, 0)"
    "  OR s.taken > s.capacity");
const struct audit_part audit_i22[] = {
	{ AUDIT_PERFORMANCES, &sql_audit_i22_claims, NULL },
	{ AUDIT_PERFORMANCES, &sql_audit_i22_slots, NULL },
	{ AUDIT_PERFORMANCES, &sql_audit_i22_stock, NULL },
	{ AUDIT_PERFORMANCES, NULL, audit_plans },
	{ AUDIT_PERFORMANCES, NULL, audit_promised },
	{ 0 },
};
