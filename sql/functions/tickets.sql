-- SPDX-License-Identifier: BSD-2-Clause
--
-- The tickets of some places of a reservation are issued anew, and those issued
-- before are void. p_places: none stands for all that are left.
--
--   ok     done
--   none   no such reservation of this user
--   place  one of them is not in it, or was given back
--   often  one was issued anew too often
CREATE OR REPLACE FUNCTION ticket_reissue(p_user bigint, p_number text,
	p_places bigint[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	v_r reservations;
	v_left bigint[];
BEGIN
	SELECT * INTO v_r FROM reservations AS r
	    WHERE r.number = p_number AND r.user_id = p_user FOR UPDATE;
	IF NOT FOUND THEN
		RETURN 'none';
	END IF;
	v_left := ARRAY(SELECT unnest(v_r.seats)::bigint
	    EXCEPT SELECT unnest(v_r.cancelled));
	IF NOT p_places <@ v_left THEN
		RETURN 'place';
	END IF;
	IF p_places = '{}' THEN
		p_places := v_left;
	END IF;
	INSERT INTO ticket_issues (reservation_id, place, issue,
	    performance_id)
	SELECT v_r.id, p.place, coalesce((SELECT max(i.issue)
	    FROM ticket_issues AS i WHERE i.reservation_id = v_r.id
	    AND i.place = p.place), 0) + 1, v_r.performance_id
	FROM unnest(p_places) AS p (place);
	RETURN 'ok';
EXCEPTION WHEN check_violation THEN
	RETURN 'often';
END $$;

-- How many issues of each place are void, in all reservations of a performance
-- that have any: all of a place that was given back or moved away from, all but the
-- last of another.
CREATE OR REPLACE FUNCTION ticket_void(p_performance bigint)
RETURNS TABLE (reservation bigint, place int, issues int)
LANGUAGE sql STABLE AS $$
	SELECT r.id, s.place, (s.place = ANY (r.cancelled))::int + coalesce(
	    (SELECT max(i.issue) FROM ticket_issues AS i
		WHERE i.reservation_id = r.id AND i.place = s.place), 0)
	FROM reservations AS r
	CROSS JOIN LATERAL unnest(r.seats) AS s (place)
	WHERE r.id IN (SELECT g.id FROM reservations AS g
		WHERE g.performance_id = p_performance
		AND g.cancelled <> '{}'
	    UNION ALL SELECT i.reservation_id FROM ticket_issues AS i
		WHERE i.performance_id = p_performance)
	AND (s.place = ANY (r.cancelled) OR EXISTS (
	    SELECT FROM ticket_issues AS i
	    WHERE i.reservation_id = r.id AND i.place = s.place))
	UNION ALL
	SELECT m.reservation_id, s.place, 1 + coalesce((SELECT max(i.issue)
	    FROM ticket_issues AS i WHERE i.reservation_id = m.reservation_id
	    AND i.place = s.place), 0)
	FROM reservation_moves AS m
	CROSS JOIN LATERAL unnest(m.from_seats) AS s (place)
	JOIN reservations AS r ON r.id = m.reservation_id
	WHERE m.performance_id = p_performance AND s.place <> ALL (r.seats)
	GROUP BY m.reservation_id, s.place
$$;
