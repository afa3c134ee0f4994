-- SPDX-License-Identifier: BSD-2-Clause
--
-- Payments, reservations and alarms as operators look for them
-- (lib/admin/search.h): a line of a list, and the whole history of one, as
-- JSON. Times are entry_time's (performances.sql).

-- Where a performance is, and so which day it was there.
CREATE OR REPLACE VIEW performance_zones AS
SELECT p.id AS performance_id, v.time_zone
FROM performances AS p
JOIN hall_revisions AS r ON r.id = p.hall_revision_id
JOIN halls AS h ON h.id = r.hall_id
JOIN venues AS v ON v.id = h.venue_id;

-- ---- phases ----

CREATE OR REPLACE FUNCTION payment_phase_keep()
RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO payment_phases (payment_id, phase)
	VALUES (NEW.payment_id, NEW.phase);
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER payment_phase_begin AFTER INSERT ON payment_outside
	FOR EACH ROW EXECUTE FUNCTION payment_phase_keep();
CREATE OR REPLACE TRIGGER payment_phase_move AFTER UPDATE OF phase
	ON payment_outside FOR EACH ROW
	WHEN (OLD.phase IS DISTINCT FROM NEW.phase)
	EXECUTE FUNCTION payment_phase_keep();

-- ---- a line of a list ----

CREATE OR REPLACE FUNCTION search_payment_item(p payments) RETURNS json
LANGUAGE sql STABLE AS $$
	SELECT json_build_object(
	    'id', p.id,
	    'status', p.status,
	    'phase', o.phase,
	    'method', p.method,
	    'amount', p.amount,
	    'captured', coalesce(p.captured, CASE p.status WHEN 'CAPTURED'
		THEN p.amount ELSE 0 END),
	    'refunded', p.refunded,
	    'currency', p.currency,
	    'channel', owner_channel(p.user_id),
	    'till_id', owner_till(p.user_id),
	    'user_id', owner_user(p.user_id),
	    'login_id', (SELECT u.login_id FROM users AS u
		WHERE u.id = p.user_id),
	    'performance_id', p.performance_id,
	    'reservation_number', r.number,
	    'reason', o.reason,
	    'created_at', entry_time(p.created_at),
	    'changed_at', entry_time(p.changed_at))
	FROM (VALUES (1)) AS one
	LEFT JOIN payment_outside AS o ON o.payment_id = p.id
	LEFT JOIN payment_reservation(p) AS r ON true
$$;

CREATE OR REPLACE FUNCTION search_reservation_item(r reservations)
RETURNS json LANGUAGE sql STABLE AS $$
	SELECT json_build_object(
	    'number', r.number,
	    'status', r.status,
	    'channel', owner_channel(r.user_id),
	    'till_id', owner_till(r.user_id),
	    'user_id', owner_user(r.user_id),
	    'login_id', (SELECT u.login_id FROM users AS u
		WHERE u.id = r.user_id),
	    'name', (SELECT c.name FROM counter_sales AS c
		WHERE c.payment_id = r.payment_id),
	    'performance_id', r.performance_id,
	    'section_id', r.section_no,
	    'seat_ids', r.seats,
	    'cancelled_seat_ids', r.cancelled,
	    'amount', r.amount,
	    'currency', r.currency,
	    'payment_id', r.payment_id,
	    'created_at', entry_time(r.created_at))
$$;

-- ---- lists ----

-- Who ever had, or tried to have, a seat of a performance: tokens of holds that
-- came as far as being paid for.
CREATE OR REPLACE FUNCTION search_seat(p_performance bigint, p_seat bigint)
RETURNS TABLE (user_id bigint, hold_token text) LANGUAGE sql STABLE AS $$
	SELECT DISTINCT l.user_id, l.hold_token FROM seat_log AS l
	WHERE l.performance_id = p_performance AND l.to_state = 'P'
	    AND l.section_no IS NULL AND p_seat = ANY (l.seats)
$$;

-- Newest first, below the id p_before where that is not 0. NULL: whatever. Days
-- are those of the house, and the last one is meant too; the index knows days
-- of UTC, which are never so far away.
CREATE OR REPLACE FUNCTION search_payments(p_before bigint, p_max bigint,
	p_number text, p_user bigint, p_performance bigint, p_seat bigint,
	p_status text, p_method text, p_from date, p_to date)
RETURNS TABLE (id bigint, item json) LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
	v_numbered bigint[] := CASE WHEN p_number IS NOT NULL THEN
	    coalesce((SELECT reservation_payment_ids(r)
		FROM reservations AS r WHERE r.number = p_number), '{}') END;
	v_seated bigint[] := CASE WHEN p_seat IS NOT NULL THEN
	    ARRAY(SELECT p.id FROM search_seat(p_performance, p_seat) AS s
		JOIN payments AS p ON p.user_id = s.user_id
		AND p.hold_token = s.hold_token
	    UNION SELECT r.payment_id
		FROM search_seat(p_performance, p_seat) AS s
		JOIN reservations AS r ON r.hold_token = s.hold_token) END;
BEGIN
	RETURN QUERY SELECT p.id, search_payment_item(p) FROM payments AS p
	    JOIN performance_zones AS z ON z.performance_id = p.performance_id
	    WHERE (p_before = 0 OR p.id < p_before)
	    AND (v_numbered IS NULL OR p.id = ANY (v_numbered))
	    AND (v_seated IS NULL OR p.id = ANY (v_seated))
	    AND (p_user IS NULL OR p.user_id = p_user)
	    AND (p_performance IS NULL OR p.performance_id = p_performance)
	    AND (p_status IS NULL OR p.status = p_status)
	    AND (p_method IS NULL OR p.method = p_method)
	    AND (p_from IS NULL OR p.created_at >= p_from - 1)
	    AND (p_to IS NULL OR p.created_at < p_to + 2)
	    AND (p_from IS NULL
		OR (p.created_at AT TIME ZONE z.time_zone)::date >= p_from)
	    AND (p_to IS NULL
		OR (p.created_at AT TIME ZONE z.time_zone)::date <= p_to)
	    ORDER BY p.id DESC LIMIT p_max;
END $$;

-- The same of reservations; p_method is how they were paid.
CREATE OR REPLACE FUNCTION search_reservations(p_before bigint, p_max bigint,
	p_number text, p_user bigint, p_performance bigint, p_seat bigint,
	p_status text, p_method text, p_from date, p_to date)
RETURNS TABLE (id bigint, item json) LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
	v_seated text[] := CASE WHEN p_seat IS NOT NULL THEN
	    ARRAY(SELECT s.hold_token
		FROM search_seat(p_performance, p_seat) AS s) END;
BEGIN
	RETURN QUERY SELECT r.id, search_reservation_item(r)
	    FROM reservations AS r
	    JOIN performance_zones AS z ON z.performance_id = r.performance_id
	    JOIN payments AS p ON p.id = r.payment_id
	    WHERE (p_before = 0 OR r.id < p_before)
	    AND (p_number IS NULL OR r.number = p_number)
	    AND (v_seated IS NULL OR r.hold_token = ANY (v_seated))
	    AND (p_user IS NULL OR r.user_id = p_user)
	    AND (p_performance IS NULL OR r.performance_id = p_performance)
	    AND (p_status IS NULL OR r.status = p_status)
	    AND (p_method IS NULL OR p.method = p_method)
	    AND (p_from IS NULL OR r.created_at >= p_from - 1)
	    AND (p_to IS NULL OR r.created_at < p_to + 2)
	    AND (p_from IS NULL
		OR (r.created_at AT TIME ZONE z.time_zone)::date >= p_from)
	    AND (p_to IS NULL
		OR (r.created_at AT TIME ZONE z.time_zone)::date <= p_to)
	    ORDER BY r.id DESC LIMIT p_max;
END $$;

-- ---- alarms (alarms.sql) ----

CREATE OR REPLACE FUNCTION alarm_item(v alarms) RETURNS json
LANGUAGE sql STABLE AS $$
	SELECT json_build_object(
	    'id', v.id,
	    'kind', v.kind,
	    'subject', v.subject,
	    'payment_id', v.payment_id,
	    'provider', v.provider,
	    'outside_id', v.outside_id,
	    'amount', v.amount,
	    'currency', v.currency,
	    'candidates', v.candidates,
	    'refund', (SELECT CASE WHEN u.over THEN 'DONE' ELSE 'SENT' END
		FROM unknown_refunds AS u WHERE u.alarm_id = v.id),
	    'raised_at', entry_time(v.raised_at),
	    'acknowledged_at', entry_time(v.acknowledged_at),
	    'acknowledged_by', v.acknowledged_by,
	    'acknowledged_why', v.acknowledged_why)
$$;

-- Newest first, below the id p_before where that is not 0.
CREATE OR REPLACE FUNCTION alarm_list(p_before bigint, p_max bigint,
	p_open boolean)
RETURNS TABLE (id bigint, item json) LANGUAGE sql STABLE AS $$
	SELECT v.id, alarm_item(v) FROM alarms AS v
	WHERE (p_before = 0 OR v.id < p_before)
	    AND (NOT p_open OR v.acknowledged_at IS NULL)
	ORDER BY v.id DESC LIMIT p_max
$$;

-- ---- the whole history of one ----

-- Lines of the ledger, whole transfers.
CREATE OR REPLACE FUNCTION search_ledger(p payments) RETURNS json
LANGUAGE sql STABLE AS $$
	WITH transfers AS (
		SELECT l.transfer_id FROM ledger AS l
		WHERE l.account = 'funding' AND l.payment_id = p.id
		UNION
		SELECT l.transfer_id FROM ledger AS l
		WHERE l.account IN ('till', 'terminal', 'owed')
		    AND l.payment_id = p.id
		UNION
		SELECT l.transfer_id FROM ledger AS l
		WHERE l.account = 'wallet' AND l.user_id = p.user_id
		    AND l.payment_id = p.id)
	SELECT coalesce(json_agg(json_build_object(
	    'transfer_id', l.transfer_id, 'line', l.line,
	    'account', l.account, 'amount', l.amount, 'currency', l.currency,
	    'reason', l.reason, 'at', entry_time(l.at))
	    ORDER BY l.transfer_id, l.line), '[]')
	FROM transfers AS t JOIN ledger AS l ON l.transfer_id = t.transfer_id
$$;

CREATE OR REPLACE FUNCTION search_refunds(p payments) RETURNS json
LANGUAGE sql STABLE AS $$
	SELECT coalesce(json_agg(json_build_object(
	    'id', f.id, 'amount', f.amount, 'currency', f.currency,
	    'status', f.status, 'reason', f.reason,
	    'created_at', entry_time(f.created_at),
	    'seat_ids', o.seats, 'outside_ref', o.outside_ref,
	    'outside_id', o.outside_id, 'asked_at', entry_time(o.asked_at),
	    'look_at', CASE WHEN NOT o.over THEN entry_time(o.look_at) END,
	    'tries', o.tries) ORDER BY f.refund_no), '[]')
	FROM refunds AS f LEFT JOIN refund_outside AS o ON o.refund_id = f.id
	WHERE f.payment_id = p.id
$$;

-- What its provider told of it or of its refunds.
CREATE OR REPLACE FUNCTION search_events(p payments) RETURNS json
LANGUAGE sql STABLE AS $$
	SELECT coalesce(json_agg(json_build_object('event_id', e.event_id,
	    'at', entry_time(e.at)) ORDER BY e.at, e.event_id), '[]')
	FROM provider_events AS e
	WHERE e.ref IN (SELECT o.outside_ref FROM payment_outside AS o
	    WHERE o.payment_id = p.id
	    UNION ALL
	    SELECT o.outside_ref FROM refunds AS f
	    JOIN refund_outside AS o ON o.refund_id = f.id
	    WHERE f.payment_id = p.id)
$$;

-- No row: there is none.
CREATE OR REPLACE FUNCTION search_payment(p_payment bigint) RETURNS SETOF json
LANGUAGE sql STABLE AS $$
	SELECT json_build_object(
	    'payment', search_payment_item(p),
	    'seat_ids', coalesce((SELECT h.seats FROM holds AS h
		WHERE h.token = p.hold_token), (SELECT move_new(m)
		FROM payment_moves AS m WHERE m.payment_id = p.id)),
	    'outside', (SELECT json_build_object('provider', o.provider,
		'account', o.account, 'key_id', o.key_id,
		'outside_ref', o.outside_ref, 'outside_id', o.outside_id,
		'asked_at', entry_time(o.asked_at),
		'deadline_at', entry_time(o.deadline_at),
		'look_at', CASE WHEN o.phase IS NOT NULL
		    THEN entry_time(o.look_at) END, 'tries', o.tries)
		FROM payment_outside AS o WHERE o.payment_id = p.id),
	    'moves', (SELECT coalesce(json_agg(json_build_object(
		'at', entry_time(l.at), 'from', l.from_status,
		'to', l.to_status) ORDER BY l.id), '[]')
		FROM payment_log AS l WHERE l.payment_id = p.id),
	    'phases', (SELECT coalesce(json_agg(json_build_object(
		'at', entry_time(o.at), 'phase', o.phase) ORDER BY o.id), '[]')
		FROM payment_phases AS o WHERE o.payment_id = p.id),
	    'events', search_events(p),
	    'refunds', search_refunds(p),
	    'ledger', search_ledger(p),
	    'alarms', (SELECT coalesce(json_agg(alarm_item(v)
		ORDER BY v.id), '[]') FROM alarms AS v
		WHERE v.payment_id = p.id))
	FROM payments AS p WHERE p.id = p_payment
$$;

CREATE OR REPLACE FUNCTION search_reservation(p_number text)
RETURNS SETOF json LANGUAGE sql STABLE AS $$
	SELECT json_build_object(
	    'reservation', search_reservation_item(r),
	    'moves', (SELECT coalesce(json_agg(json_build_object(
		'at', entry_time(l.at), 'from', l.from_status,
		'to', l.to_status, 'seat_ids', l.seats,
		'user_id', owner_user(l.user_id),
		'reason', l.reason) ORDER BY l.id), '[]')
		FROM reservation_log AS l WHERE l.reservation_id = r.id),
	    'transfers', (SELECT coalesce(json_agg(json_build_object(
		'at', entry_time(t.at), 'from_user_id', t.from_user,
		'to_user_id', t.to_user, 'user_id', t.user_id)
		ORDER BY t.transfer_no), '[]')
		FROM reservation_transfers AS t WHERE t.reservation_id = r.id),
	    'notes', (SELECT coalesce(json_agg(json_build_object(
		'id', n.id, 'at', entry_time(n.at), 'user_id', n.user_id,
		'note', n.note) ORDER BY n.id), '[]')
		FROM reservation_notes AS n WHERE n.reservation_id = r.id),
	    'payment', (SELECT h FROM search_payment(r.payment_id) AS h))
	FROM reservations AS r WHERE r.number = p_number
$$;
