-- SPDX-License-Identifier: BSD-2-Clause
--
-- The consumer "sales": what was sold, given back and lost, by the hour.

CREATE OR REPLACE FUNCTION sales_add(p_hour timestamptz,
	p_performance bigint, p_sold bigint, p_revenue bigint,
	p_given_back bigint, p_refunded bigint, p_lapsed bigint, p_lost bigint)
RETURNS void LANGUAGE sql AS $$
	INSERT INTO sales_hour AS s (performance_id, hour, sold, revenue,
	    given_back, refunded, lapsed, lost)
	VALUES (p_performance, p_hour, p_sold, p_revenue, p_given_back,
	    p_refunded, p_lapsed, p_lost)
	ON CONFLICT (performance_id, hour) DO UPDATE SET
	    sold = s.sold + excluded.sold,
	    revenue = s.revenue + excluded.revenue,
	    given_back = s.given_back + excluded.given_back,
	    refunded = s.refunded + excluded.refunded,
	    lapsed = s.lapsed + excluded.lapsed, lost = s.lost + excluded.lost
$$;

-- A cancel in another hour than the sale is that hour's.
CREATE OR REPLACE FUNCTION sales_count(m message) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	v_hour timestamptz := date_trunc('hour', m.at, 'UTC');
	p jsonb := m.payload;
BEGIN
	IF m.kind = 'holds.changed' THEN
		PERFORM sales_add(v_hour, h.performance_id, 0, 0, 0, 0,
		    count(*) FILTER (WHERE h.status = 'expired'),
		    count(*) FILTER (WHERE h.status = 'lost'))
		FROM message_holds(p) AS h WHERE h.status IN ('expired', 'lost')
		GROUP BY h.performance_id;
	ELSIF m.kind = 'reservation.confirmed' THEN
		PERFORM sales_add(v_hour, (p->>'performance_id')::bigint,
		    jsonb_array_length(p->'seat_ids'), (p->>'amount')::bigint,
		    0, 0, 0, 0);
	ELSE
		PERFORM sales_add(v_hour, (p->>'performance_id')::bigint, 0, 0,
		    (p->>'given_back')::bigint, (p->>'refunded')::bigint, 0, 0);
	END IF;
END $$;

-- Whole hours: from the first of them on.
CREATE OR REPLACE FUNCTION sales_rewind(p_since timestamptz)
RETURNS timestamptz LANGUAGE plpgsql AS $$
DECLARE
	v_from timestamptz := date_trunc('hour', p_since, 'UTC');
BEGIN
	DELETE FROM sales_hour AS s WHERE s.hour >= v_from;
	RETURN v_from;
END $$;
