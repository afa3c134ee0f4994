-- SPDX-License-Identifier: BSD-2-Clause
--
-- The consumer "sales": what was sold, given back and lost, by the hour; and
-- what is asked of it.

-- Holds that were placed and are over without a purchase, which is told of by its
-- reservation and counted with it.
CREATE OR REPLACE FUNCTION sales_count_holds(p_messages message[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO sales_holds AS s (performance_id, hour, placed, lapsed,
	    lost)
	SELECT h.performance_id, date_trunc('hour', h.at, 'UTC'), count(*),
	    count(*) FILTER (WHERE h.status = 'expired'),
	    count(*) FILTER (WHERE h.status = 'lost')
	FROM (SELECT m.at, o.performance_id, o.status
	    FROM unnest(p_messages) AS m
	    CROSS JOIN LATERAL message_holds(m.payload) AS o
	    WHERE m.kind = 'holds.changed'
	    AND m.payload->'status' ?| '{expired,released,lost}'
	    AND o.status IN ('expired', 'released', 'lost')) AS h
	GROUP BY 1, 2
	ON CONFLICT (performance_id, hour) DO UPDATE SET
	    placed = s.placed + excluded.placed,
	    lapsed = s.lapsed + excluded.lapsed, lost = s.lost + excluded.lost;
END $$;

-- Seats of reservations that were sold, by their section and type, as they were,
-- whatever was moved since; its hold is looked for where something was. What was
-- given for nothing at a counter is sold, too, and counted beside.
CREATE OR REPLACE FUNCTION sales_count_sold(p_messages message[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	WITH told AS MATERIALIZED (SELECT m.aggregate_id AS number,
	    date_trunc('hour', m.at, 'UTC') AS hour
	    FROM unnest(p_messages) AS m
	    WHERE m.kind = 'reservation.confirmed')
	INSERT INTO sales_seats AS s (performance_id, hour, section_no, type_no,
	    currency, sold, revenue, bought, complimentary)
	SELECT r.performance_id, m.hour,
	    coalesce(r.section_no, p.section_no), coalesce(l.type_no, 0),
	    r.currency, count(*), sum(l.price),
	    count(*) FILTER (WHERE l.nth = 1),
	    count(*) FILTER (WHERE r.user_id < 0 AND EXISTS (SELECT
		FROM counter_sales AS c WHERE c.number = r.number
		AND c.complimentary))
	FROM told AS m JOIN reservations AS r ON r.number = m.number
	LEFT JOIN holds AS h
	    ON h.token = CASE WHEN r.moves > 0 THEN r.hold_token END
	CROSS JOIN LATERAL unnest(coalesce(h.seats, r.seats),
	    coalesce(h.prices, r.prices),
	    CASE WHEN h.token IS NULL THEN r.types ELSE h.types END)
	    WITH ORDINALITY AS l (seat_no, price, type_no, nth)
	JOIN performances AS f ON f.id = r.performance_id
	LEFT JOIN seats AS p ON r.section_no IS NULL
	    AND p.hall_revision_id = f.hall_revision_id
	    AND p.seat_no = l.seat_no
	GROUP BY 1, 2, 3, 4, 5
	ON CONFLICT (performance_id, hour, section_no, type_no, currency)
	DO UPDATE SET sold = s.sold + excluded.sold,
	    revenue = s.revenue + excluded.revenue,
	    bought = s.bought + excluded.bought,
	    complimentary = s.complimentary + excluded.complimentary;
END $$;

-- Those that were given back: what came back for them together is shared out by
-- price.
CREATE OR REPLACE FUNCTION sales_count_given_back(p_messages message[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	WITH told AS MATERIALIZED (SELECT m.aggregate_id AS number,
	    date_trunc('hour', m.at, 'UTC') AS hour,
	    ARRAY(SELECT jsonb_array_elements_text(m.payload
		->'given_back_seat_ids')::int) AS seats,
	    (m.payload->>'refunded')::bigint AS refunded
	    FROM unnest(p_messages) AS m
	    WHERE m.kind IN ('reservation.partly_cancelled',
		'reservation.cancelled'))
	INSERT INTO sales_seats AS s (performance_id, hour, section_no, type_no,
	    currency, given_back, refunded)
	SELECT r.performance_id, m.hour, coalesce(r.section_no, p.section_no),
	    coalesce(l.type_no, 0), r.currency, count(*),
	    coalesce(sum(div(l.upto * m.refunded, nullif(l.whole, 0))
		- div((l.upto - l.price) * m.refunded, nullif(l.whole, 0))), 0)
	FROM told AS m JOIN reservations AS r ON r.number = m.number
	CROSS JOIN LATERAL (SELECT u.seat_no, u.price, u.type_no,
	    sum(u.price) OVER (ORDER BY u.seat_no) AS upto,
	    sum(u.price) OVER () AS whole
	    FROM unnest(r.seats, r.prices, r.types)
		AS u (seat_no, price, type_no)
	    WHERE u.seat_no = ANY (m.seats)) AS l
	JOIN performances AS f ON f.id = r.performance_id
	LEFT JOIN seats AS p ON r.section_no IS NULL
	    AND p.hall_revision_id = f.hall_revision_id
	    AND p.seat_no = l.seat_no
	GROUP BY 1, 2, 3, 4, 5
	ON CONFLICT (performance_id, hour, section_no, type_no, currency)
	DO UPDATE SET given_back = s.given_back + excluded.given_back,
	    refunded = s.refunded + excluded.refunded;
END $$;

-- Of moves: the old lines are given back at their prices, the new ones sold.
CREATE OR REPLACE FUNCTION sales_count_moves(p_messages message[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO sales_seats AS s (performance_id, hour, section_no, type_no,
	    currency, sold, revenue, given_back, refunded)
	SELECT f.id, date_trunc('hour', l.at, 'UTC'), c.section_no, l.type_no,
	    l.currency, count(*) FILTER (WHERE l.sold),
	    coalesce(sum(l.price) FILTER (WHERE l.sold), 0),
	    count(*) FILTER (WHERE NOT l.sold),
	    coalesce(sum(l.price) FILTER (WHERE NOT l.sold), 0)
	FROM (SELECT m.at, (m.payload->>'performance_id')::bigint AS performance,
		m.payload->>'currency' AS currency, w.prefix = '' AS sold,
		n.seat_no::int, n.price::bigint,
		coalesce(n.type_no::smallint, 0) AS type_no
	    FROM unnest(p_messages) AS m
	    CROSS JOIN (VALUES (''), ('from_')) AS w (prefix)
	    CROSS JOIN LATERAL ROWS FROM (
		jsonb_array_elements_text(m.payload->(w.prefix || 'seat_ids')),
		jsonb_array_elements_text(m.payload->(w.prefix || 'prices')),
		jsonb_array_elements_text(
		    nullif(m.payload->(w.prefix || 'types'), 'null')))
		AS n (seat_no, price, type_no)
	    WHERE m.kind = 'reservation.moved') AS l
	JOIN performances AS f ON f.id = l.performance
	JOIN seats AS c ON c.hall_revision_id = f.hall_revision_id
	    AND c.seat_no = l.seat_no
	GROUP BY 1, 2, 3, 4, 5
	ON CONFLICT (performance_id, hour, section_no, type_no, currency)
	DO UPDATE SET sold = s.sold + excluded.sold,
	    revenue = s.revenue + excluded.revenue,
	    given_back = s.given_back + excluded.given_back,
	    refunded = s.refunded + excluded.refunded;
END $$;

-- A cancel in another hour than the sale is that hour's.
CREATE OR REPLACE FUNCTION sales_count(p_messages message[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	v_kinds text[] := ARRAY(SELECT DISTINCT m.kind
	    FROM unnest(p_messages) AS m);
BEGIN
	IF 'holds.changed' = ANY (v_kinds) THEN
		PERFORM sales_count_holds(p_messages);
	END IF;
	IF 'reservation.confirmed' = ANY (v_kinds) THEN
		PERFORM sales_count_sold(p_messages);
	END IF;
	IF v_kinds && '{reservation.partly_cancelled,reservation.cancelled}' THEN
		PERFORM sales_count_given_back(p_messages);
	END IF;
	IF 'reservation.moved' = ANY (v_kinds) THEN
		PERFORM sales_count_moves(p_messages);
	END IF;
END $$;

-- Whole hours: from the first of them on.
CREATE OR REPLACE FUNCTION sales_rewind(p_since timestamptz)
RETURNS timestamptz LANGUAGE plpgsql AS $$
DECLARE
	v_from timestamptz := date_trunc('hour', p_since, 'UTC');
BEGIN
	DELETE FROM sales_seats AS s WHERE s.hour >= v_from;
	DELETE FROM sales_holds AS s WHERE s.hour >= v_from;
	RETURN v_from;
END $$;

-- Rows of both, each with zeros for what the other has. A hold was placed that was
-- bought, or that is over otherwise.
DROP FUNCTION IF EXISTS sales_report(text, bigint, bigint, bigint, timestamptz,
	timestamptz, bigint);
DROP VIEW IF EXISTS sales_all;
CREATE VIEW sales_all AS
	SELECT s.performance_id, s.hour, s.section_no, s.type_no, s.currency,
	    s.sold, s.revenue, s.given_back, s.refunded, s.complimentary,
	    s.bought AS placed, 0::bigint AS lapsed, 0::bigint AS lost
	FROM sales_seats AS s
	UNION ALL
	SELECT h.performance_id, h.hour, NULL, NULL, NULL, 0, 0, 0, 0, 0,
	    h.placed, h.lapsed, h.lost
	FROM sales_holds AS h;

-- What is asked for, by p_by: hour, day (the venue's, of each show there),
-- performance, section or type; columns that it is not by are NULL. Holds have
-- no section, type or currency: by section and type there are none, else they
-- are with the performance's currency. p_from and p_to are of the hour; a
-- parameter that is NULL leaves nothing out. At most p_max rows.
CREATE OR REPLACE FUNCTION sales_report(p_by text, p_performance bigint,
	p_show bigint, p_venue bigint, p_from timestamptz, p_to timestamptz,
	p_max bigint)
RETURNS TABLE (hour timestamptz, day date, show_id bigint, venue_id bigint,
	performance_id bigint, section_no smallint, type_no smallint,
	currency text, sold bigint, revenue bigint, given_back bigint,
	refunded bigint, complimentary bigint, placed bigint, lapsed bigint,
	lost bigint)
LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN p_by = 'hour' THEN s.hour END,
	    CASE WHEN p_by = 'day'
		THEN (s.hour AT TIME ZONE v.time_zone)::date END,
	    f.show_id, v.id,
	    CASE WHEN p_by <> 'day' THEN f.id END,
	    CASE WHEN p_by = 'section' THEN s.section_no END,
	    CASE WHEN p_by = 'type' THEN s.type_no END,
	    coalesce(s.currency, f.currency)::text,
	    sum(s.sold)::bigint, sum(s.revenue)::bigint,
	    sum(s.given_back)::bigint, sum(s.refunded)::bigint,
	    sum(s.complimentary)::bigint,
	    CASE WHEN p_by NOT IN ('section', 'type')
		THEN sum(s.placed)::bigint ELSE 0 END,
	    sum(s.lapsed)::bigint, sum(s.lost)::bigint
	FROM sales_all AS s JOIN performances AS f ON f.id = s.performance_id
	JOIN hall_revisions AS r ON r.id = f.hall_revision_id
	JOIN halls AS h ON h.id = r.hall_id JOIN venues AS v ON v.id = h.venue_id
	WHERE (p_performance IS NULL OR s.performance_id = p_performance)
	    AND (p_show IS NULL OR f.show_id = p_show)
	    AND (p_venue IS NULL OR v.id = p_venue)
	    AND (p_from IS NULL OR s.hour >= p_from)
	    AND (p_to IS NULL OR s.hour < p_to)
	    AND (p_by NOT IN ('section', 'type') OR s.section_no IS NOT NULL)
	GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
	ORDER BY 1, 2, 3, 4, 5, 6, 7, 8 LIMIT p_max
$$;
