/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * audit_money - what was paid, refunded and booked
 *
 * Lines of the ledger are found by their user, the only index they have
 * beside their own key; so what belongs to a payment is gathered user by user.
 *
 * Layer: domain.  Uses: base, store, payment.
 */
#include "audit/audit_own.h"

#include "payment/payment.h"

/* ---- I3: what providers took ---- */

/* As far as our own tables tell. What came late is due back, and nothing else
 * was taken than what was asked for. */
AUDIT_SQL(i3_payments,
    "SELECT concat('payment ', p.id, ' of ', p.amount, ' is ', p.status,"
    "  ', captured ', p.captured, ', back ', coalesce(f.back, 0))"
    " FROM payments AS p LEFT JOIN LATERAL (SELECT sum(amount) AS back"
    "  FROM refunds WHERE payment_id = p.id AND status = 'DONE') AS f ON true"
    " WHERE p.id >= $1 AND p.id < $2 AND p.method <> 'wallet'"
    "  AND ((p.status = 'LATE'"
    "    AND p.captured IS DISTINCT FROM coalesce(f.back, 0))"
    "   OR (p.status = 'CAPTURED' AND p.captured <> p.amount)"
    "   OR (p.status NOT IN ('CAPTURED', 'LATE')"
    "    AND p.captured IS NOT NULL))");
const struct audit_part audit_i3[] = {
	{ AUDIT_PAYMENTS, &sql_audit_i3_payments, NULL },
	{ 0 },
};

/* ---- I4: reservations and payments ---- */

AUDIT_SQL(i4_reservations,
    "SELECT concat('reservation ', r.number, ' is paid by payment ',"
    "  r.payment_id, ': ', coalesce(p.status, 'none'), ' of ', r.amount)"
    " FROM reservations AS r LEFT JOIN payments AS p ON p.id = r.payment_id"
    " WHERE r.id >= $1 AND r.id < $2"
    "  AND (p.status IS DISTINCT FROM 'CAPTURED'"
    "   OR p.user_id <> " AUDIT_FIRST_OWNER
    " OR p.hold_token <> r.hold_token"
    "   OR p.performance_id <> r.performance_id"
    "   OR p.currency <> r.currency OR p.amount + coalesce((SELECT"
    "     sum(m.difference) FROM reservation_moves AS m"
    "     WHERE m.reservation_id = r.id AND (m.difference < 0"
    "      OR m.payment_id IS NOT NULL)), 0) <> r.amount"
    "   OR r.amount <> (SELECT sum(price) FROM unnest(r.prices) AS price)"
    "   OR cardinality(r.prices) <> cardinality(r.seats))");
AUDIT_SQL(i4_payments,
    "SELECT concat('payment ', p.id, ' bought nothing')"
    " FROM payments AS p LEFT JOIN payment_moves AS w ON w.payment_id = p.id"
    "  LEFT JOIN reservations AS r"
    "  ON r.hold_token = p.hold_token AND r.payment_id = p.id"
    " WHERE p.id >= $1 AND p.id < $2 AND p.status = 'CAPTURED'"
    "  AND r.id IS NULL AND w.payment_id IS NULL");
/* One that was made for a move made it, once, when it was captured and only
 * then; for what it cost more. */
AUDIT_SQL(i4_moves,
    "SELECT concat('payment ', p.id, ' of ', p.amount, ' for reservation ',"
    "  r.number, ' is ', p.status, ' and made ', m.n, ' moves, of ', m.paid)"
    " FROM payments AS p JOIN payment_moves AS w ON w.payment_id = p.id"
    "  LEFT JOIN reservations AS r ON r.id = w.reservation_id"
    "  CROSS JOIN LATERAL (SELECT count(*) AS n, coalesce(sum(difference), 0)"
    "    AS paid FROM reservation_moves WHERE reservation_id = r.id"
    "    AND payment_id = p.id AND from_seats = w.from_seats"
    "    AND to_seats = w.to_seats) AS m"
    " WHERE p.id >= $1 AND p.id < $2 AND (r.id IS NULL"
    "  OR p.performance_id <> r.performance_id OR p.currency <> r.currency"
    "  OR token_hold(p.hold_token) <> r.hold_token"
    "  OR m.n <> CASE p.status WHEN 'CAPTURED' THEN 1 ELSE 0 END"
    "  OR (m.n > 0 AND m.paid <> p.amount))");
AUDIT_SQL(i4_debits,
    "SELECT concat('payment ', coalesce(p.id, l.payment_id), ' of ',"
    "  coalesce(p.amount, 0), ' was debited with ', coalesce(l.debit, 0))"
    " FROM (SELECT payment_id, -sum(amount) AS debit FROM ledger"
    "   WHERE account = 'wallet' AND user_id >= $1 AND user_id < $2"
    "    AND reason = 'payment' GROUP BY payment_id) AS l"
    " FULL JOIN (SELECT id, amount FROM payments"
    "   WHERE user_id >= $1 AND user_id < $2 AND method = 'wallet'"
    "    AND status = 'CAPTURED' AND amount > 0) AS p ON p.id = l.payment_id"
    " WHERE l.debit IS DISTINCT FROM p.amount");
/* What a hold says is what is paid for it, and its price list says in which
 * currency. A payment that came to nothing leaves a hold that may change. */
AUDIT_SQL(i4_holds,
    "SELECT concat('payment ', p.id, ' is of ', p.amount, ' ', p.currency,"
    "  ', its hold of ', h.amount, ' ', h.currency, ', price list ',"
    "  h.price_version, ' is in ', coalesce(l.currency, 'nothing'))"
    " FROM payments AS p JOIN holds AS h ON h.token = p.hold_token"
    "  LEFT JOIN price_lists AS l ON l.performance_id = h.performance_id"
    "   AND l.version = h.price_version"
    " WHERE p.id >= $1 AND p.id < $2"
    "  AND p.status IN ('SENT', 'CANCELING', 'CAPTURED')"
    "  AND (p.amount <> h.amount + coalesce((SELECT"
    "     sum(greatest(m.difference, 0)) FROM reservations AS r"
    "     JOIN reservation_moves AS m ON m.reservation_id = r.id"
    "     WHERE r.hold_token = p.hold_token"
    "      AND m.payment_id IS NULL), 0)"
    "   OR p.currency <> h.currency"
    "   OR p.currency IS DISTINCT FROM l.currency"
    "   OR h.amount <> (SELECT sum(price) FROM unnest(h.prices) AS price))");
/* What a hold's list says of the class and the ticket type of each place. */
AUDIT_SQL(i4_prices,
    "SELECT concat('reservation ', r.number, ' has place ', l.seat, ' of type ',"
    "  coalesce(l.type, 0), ' at ', l.price, ', price list ', h.price_version,"
    "  ' says ', coalesce(c.amount::text, 'nothing'))"
    " FROM reservations AS r JOIN holds AS h ON h.token = r.hold_token"
    "  JOIN performances AS p ON p.id = r.performance_id"
    "  CROSS JOIN LATERAL unnest(r.seats, r.prices, r.types)"
    "   AS l (seat, price, type)"
    "  LEFT JOIN seats AS s ON r.section_no IS NULL"
    "   AND s.hall_revision_id = p.hall_revision_id AND s.seat_no = l.seat"
    "  LEFT JOIN sections AS n ON n.hall_revision_id = p.hall_revision_id"
    "   AND n.section_no = r.section_no"
    "  LEFT JOIN prices AS c ON c.performance_id = r.performance_id"
    "   AND c.version = h.price_version"
    "   AND c.class_no = coalesce(s.class_no, n.class_no)"
    "   AND c.type_no = coalesce(l.type, 0)"
    " WHERE r.id >= $1 AND r.id < $2"
    "  AND (c.amount IS DISTINCT FROM l.price"
    "   OR cardinality(r.types) <> cardinality(r.seats))"
    "  AND NOT EXISTS (SELECT FROM counter_sales AS g"
    "   WHERE g.payment_id = r.payment_id AND g.complimentary"
    "    AND l.price = 0)");
/* What was paid at a counter is in its till, or on its card terminal. */
AUDIT_SQL(i4_counter,
    "SELECT concat('payment ', p.id, ' of ', p.amount, ' by ', p.method,"
    "  ' brought ', coalesce(l.took, 0), ' to till session ', c.till_id)"
    " FROM payments AS p LEFT JOIN counter_sales AS c ON c.payment_id = p.id"
    "  LEFT JOIN LATERAL (SELECT -sum(amount) AS took FROM ledger"
    "   WHERE payment_id = p.id AND account IN ('till', 'terminal', 'owed')"
    "    AND reason = 'payment' AND account = payment_account(p.method)"
    "    AND till_id IS NOT NULL) AS l ON true"
    " WHERE p.id >= $1 AND p.id < $2"
    "  AND p.method IN ('cash', 'terminal', 'complimentary')"
    "  AND (c.till_id IS NULL OR p.user_id <> -c.till_id"
    "   OR p.status <> 'CAPTURED' OR coalesce(l.took, 0) <> p.amount"
    "   OR (p.method = 'complimentary') <> c.complimentary"
    "   OR (c.complimentary AND p.amount <> 0))");
const struct audit_part audit_i4[] = {
	{ AUDIT_RESERVATIONS, &sql_audit_i4_reservations, NULL },
	{ AUDIT_RESERVATIONS, &sql_audit_i4_prices, NULL },
	{ AUDIT_PAYMENTS, &sql_audit_i4_payments, NULL },
	{ AUDIT_PAYMENTS, &sql_audit_i4_moves, NULL },
	{ AUDIT_PAYMENTS, &sql_audit_i4_holds, NULL },
	{ AUDIT_PAYMENTS, &sql_audit_i4_counter, NULL },
	{ AUDIT_USERS, &sql_audit_i4_debits, NULL },
	{ 0 },
};

/* ---- I5: refunds ---- */

AUDIT_SQL(i5_payments,
    "SELECT concat('payment ', id, ' of ', amount, ', ', status,"
    "  ', refunded ', refunded)"
    " FROM payments WHERE id >= $1 AND id < $2"
    "  AND (refunded < 0 OR refunded > coalesce(captured, amount)"
    "   OR (refunded > 0 AND status NOT IN ('CAPTURED', 'LATE')))");
AUDIT_SQL(i5_lines,
    "SELECT concat('payment ', coalesce(p.id, l.payment_id), ' of ',"
    "  p.amount, ', refunded ', p.refunded, ': ', coalesce(l.back, 0),"
    "  ' in the ledger')"
    " FROM (SELECT payment_id, sum(amount) AS back FROM ledger"
    "   WHERE account = 'wallet' AND user_id >= $1 AND user_id < $2"
    "    AND reason = 'refund' GROUP BY payment_id) AS l"
    " FULL JOIN (SELECT id, method, amount, refunded FROM payments"
    "   WHERE user_id >= $1 AND user_id < $2) AS p ON p.id = l.payment_id"
    " WHERE p.id IS NULL OR l.back > p.amount"
    "  OR (p.method = 'wallet' AND coalesce(l.back, 0) <> p.refunded)");
/* What is asked of a provider counts as soon as it is. */
AUDIT_SQL(i5_refunds,
    "SELECT concat('payment ', p.id, ', refunded ', p.refunded, ': ',"
    "  coalesce(f.back, 0), ' in refunds')"
    " FROM payments AS p LEFT JOIN LATERAL (SELECT sum(amount) AS back"
    "  FROM refunds WHERE payment_id = p.id) AS f ON true"
    " WHERE p.id >= $1 AND p.id < $2 AND p.method <> 'wallet'"
    "  AND p.refunded <> coalesce(f.back, 0)");
/* What comes back at a counter is owed until it is paid out, and no more is. */
AUDIT_SQL(i5_counter,
    "SELECT concat('payment ', p.id, ', refunded ', p.refunded, ': ',"
    "  coalesce(l.back, 0), ' in the ledger, of which ', coalesce(l.owed, 0),"
    "  ' are owed')"
    " FROM payments AS p LEFT JOIN LATERAL (SELECT sum(amount) AS owed,"
    "   sum(amount) FILTER (WHERE reason = 'refund') AS back FROM ledger"
    "   WHERE payment_id = p.id AND account = 'owed') AS l ON true"
    " WHERE p.id >= $1 AND p.id < $2 AND p.method IN ('cash', 'terminal')"
    "  AND (p.refunded <> coalesce(l.back, 0) OR l.owed < 0)");
const struct audit_part audit_i5[] = {
	{ AUDIT_PAYMENTS, &sql_audit_i5_payments, NULL },
	{ AUDIT_PAYMENTS, &sql_audit_i5_counter, NULL },
	{ AUDIT_PAYMENTS, &sql_audit_i5_refunds, NULL },
	{ AUDIT_USERS, &sql_audit_i5_lines, NULL },
	{ 0 },
};

/* ---- I6: the books ---- */

AUDIT_SQL(i6_wallets,
    "SELECT concat('user ', coalesce(w.user_id, l.user_id), ' has ',"
    "  w.balance, ', the lines make ', coalesce(l.sum, 0))"
    " FROM (SELECT user_id, balance, currency FROM wallets"
    "   WHERE user_id >= $1 AND user_id < $2) AS w"
    " FULL JOIN (SELECT user_id, currency, sum(amount) AS sum FROM ledger"
    "   WHERE account = 'wallet' AND user_id >= $1 AND user_id < $2"
    "   GROUP BY user_id, currency) AS l"
    "  ON l.user_id = w.user_id AND l.currency = w.currency"
    " WHERE w.balance IS NULL OR w.balance < 0"
    "  OR w.balance <> coalesce(l.sum, 0)");
/* When each transfer does, the whole ledger sums to 0. */
AUDIT_SQL(i6_transfers,
    "SELECT concat('transfer ', transfer_id, ' sums to ', sum(amount))"
    " FROM ledger WHERE transfer_id >= $1 AND transfer_id < $2"
    " GROUP BY transfer_id"
    " HAVING sum(amount) <> 0 OR min(currency) <> max(currency)");
/* A drawer that was counted is empty in the books. */
AUDIT_SQL(i6_tills,
    "SELECT concat('till session ', s.id, ' is closed with ',"
    "  till_expected(s.id), ' in its drawer')"
    " FROM till_sessions AS s WHERE s.id >= $1 AND s.id < $2"
    "  AND s.closed_at IS NOT NULL AND till_expected(s.id) <> 0");
const struct audit_part audit_i6[] = {
	{ AUDIT_USERS, &sql_audit_i6_wallets, NULL },
	{ AUDIT_TRANSFERS, &sql_audit_i6_transfers, NULL },
	{ AUDIT_TILLS, &sql_audit_i6_tills, NULL },
	{ 0 },
};

/* ---- I8: the states of payments ---- */

/* $3 and $4: the legal moves, '' where one begins. */
AUDIT_SQL(i8_log,
    "SELECT concat('payment ', id, ' is ', status, '; logged: ',"
    "  coalesce(from_status, 'begun'), ' to ',"
    "  coalesce(to_status, 'nothing'))"
    " FROM (SELECT p.id, p.status, l.from_status, l.to_status,"
    "   lag(l.to_status) OVER steps AS before,"
    "   lead(l.id) OVER steps IS NULL AS is_last"
    "  FROM payments AS p LEFT JOIN payment_log AS l ON l.payment_id = p.id"
    "  WHERE p.id >= $1 AND p.id < $2"
    "  WINDOW steps AS (PARTITION BY p.id ORDER BY l.id)) AS step"
    " WHERE to_status IS NULL OR from_status IS DISTINCT FROM before"
    "  OR (is_last AND to_status <> status)"
    "  OR (coalesce(from_status, ''), to_status) NOT IN"
    "   (SELECT * FROM unnest($3::text[], $4::text[]))");

static int
check_log(struct ctx *ctx, struct audit_range *range, struct audit_found *found)
{
	struct arena *a = &ctx->arena;
	struct span *from, *to;
	size_t n = 0;

	while (payment_moves[n].to != NULL)
		n++;
	from = ARENA_ARRAY(a, n, struct span);
	to = ARENA_ARRAY(a, n, struct span);
	for (size_t i = 0; i < n; i++) {
		from[i] = payment_moves[i].from == NULL
		    ? SPAN_LIT("")
		    : span_str(payment_moves[i].from);
		to[i] = span_str(payment_moves[i].to);
	}
	return audit_count(ctx, &sql_audit_i8_log, 4,
	    (struct db_param[]){ db_i64(a, range->from), db_i64(a, range->to),
		db_texts(a, from, n), db_texts(a, to, n) },
	    found);
}

const struct audit_part audit_i8[] = {
	{ AUDIT_PAYMENTS, NULL, check_log },
	{ 0 },
};

/* ---- I9: payments end ---- */

/* AUDIT_SETTLE_S after its deadline; and Redis has been told. */
AUDIT_SQL(i9_payments,
    "SELECT concat('payment ', p.id, ' is ', p.status, ' since ',"
    "  p.changed_at, ', ', coalesce(o.phase, 'over'))"
    " FROM payments AS p LEFT JOIN payment_outside AS o ON o.payment_id = p.id"
    " WHERE p.id >= $1 AND p.id < $2 AND ((p.status IN ('SENT', 'CANCELING')"
    "   AND coalesce(o.deadline_at, p.changed_at)"
    "    < clock_timestamp() - interval '60 s')"
    "  OR (p.status NOT IN ('SENT', 'CANCELING') AND o.phase IS NOT NULL"
    "   AND o.look_at < clock_timestamp() - interval '60 s'))");
const struct audit_part audit_i9[] = {
	{ AUDIT_PAYMENTS, &sql_audit_i9_payments, NULL },
	{ 0 },
};

/* ---- I20: one effect outside ---- */

AUDIT_SQL(i20_keys,
    "SELECT concat('the key ', k.name, ' is missing')"
    " FROM unnest('{payment_outside_ref,payment_outside_id,"
    "refund_outside_ref,provider_events_once}'::text[]) AS k (name)"
    " WHERE NOT EXISTS (SELECT FROM pg_constraint AS c"
    "  JOIN pg_index AS i ON i.indexrelid = c.conindid"
    "  WHERE c.conname = k.name AND c.contype IN ('u', 'p')"
    "   AND i.indisvalid)");
const struct audit_part audit_i20[] = {
	{ AUDIT_ONCE, &sql_audit_i20_keys, NULL },
	{ 0 },
};

/* ---- I23: seats that wait for their refund ---- */

AUDIT_SQL(i23_refunds,
    "SELECT concat('refund ', f.id, ' of ', f.amount, ' is ', f.status,"
    "  ' since ', f.created_at)"
    " FROM payments AS p JOIN refunds AS f ON f.payment_id = p.id"
    "  LEFT JOIN refund_outside AS o ON o.refund_id = f.id"
    " WHERE p.id >= $1 AND p.id < $2"
    "  AND ((f.status = 'SENT'"
    "    AND f.created_at < clock_timestamp() - interval '60 s')"
    "   OR (f.status = 'SENT') = coalesce(o.over, true))");
AUDIT_SQL(i23_claims,
    "SELECT concat('seat ', c.seat_no, ' of performance ', c.performance_id,"
    "  ' waits for no refund')"
    " FROM seat_claim AS c JOIN reservations AS r ON r.id = c.reservation_id"
    " WHERE c.performance_id >= $1 AND c.performance_id < $2"
    "  AND c.state = 'C' AND NOT EXISTS (SELECT FROM refunds AS f"
    "   JOIN refund_outside AS o ON o.refund_id = f.id"
    "   WHERE f.payment_id = ANY (reservation_payment_ids(r))"
    "   AND f.status = 'SENT' AND c.seat_no = ANY (o.seats))");
const struct audit_part audit_i23[] = {
	{ AUDIT_PAYMENTS, &sql_audit_i23_refunds, NULL },
	{ AUDIT_PERFORMANCES, &sql_audit_i23_claims, NULL },
	{ 0 },
};
