-- SPDX-License-Identifier: BSD-2-Clause
--
-- Codes of blocked seats, and the seats that have one.

DROP VIEW IF EXISTS house_live;
CREATE VIEW house_live AS
SELECT h.performance_id, h.seat_no, h.code FROM house_seats AS h
JOIN seat_claim AS c ON c.performance_id = h.performance_id
    AND c.seat_no = h.seat_no AND c.state = 'B' AND c.mark = h.mark;

-- A code is made, or becomes this one.
CREATE OR REPLACE FUNCTION house_code_put(p_code text, p_letter text,
	p_colour text, p_owner text, p_release int, p_user bigint,
	p_action text, p_object text, p_reason text, p_os_user text,
	p_request text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	v_was jsonb := (SELECT to_jsonb(h) FROM house_codes AS h
	    WHERE h.code = p_code FOR UPDATE);
BEGIN
	INSERT INTO house_codes AS h VALUES (p_code, p_letter, p_colour,
	    p_owner, p_release)
	ON CONFLICT (code) DO UPDATE SET letter = excluded.letter,
	    colour = excluded.colour, owner = excluded.owner,
	    release_minutes = excluded.release_minutes;
	PERFORM audit_write(p_user, p_action, p_object, p_reason, p_os_user,
	    p_request, jsonb_build_object('before', v_was, 'after',
	    (SELECT to_jsonb(h) FROM house_codes AS h WHERE h.code = p_code)));
END $$;

-- A code goes: none, in-use (seats have it), or done.
CREATE OR REPLACE FUNCTION house_code_drop(p_code text, p_user bigint,
	p_action text, p_object text, p_reason text, p_os_user text,
	p_request text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM FROM house_codes AS h WHERE h.code = p_code FOR UPDATE;
	IF NOT FOUND THEN
		RETURN 'none';
	END IF;
	IF EXISTS (SELECT FROM house_live AS l WHERE l.code = p_code) THEN
		RETURN 'in-use';
	END IF;
	DELETE FROM house_seats AS s WHERE s.code = p_code;
	DELETE FROM house_codes AS h WHERE h.code = p_code;
	PERFORM audit_write(p_user, p_action, p_object, p_reason, p_os_user,
	    p_request, '{}');
	RETURN 'done';
END $$;

-- Blocked seats get a code, all or none.
--   none   no such code
--   seats  not all of them are blocked: nothing was done
--   same   all have it: nothing is logged
--   done
CREATE OR REPLACE FUNCTION house_keep(p_performance bigint, p_seats int[],
	p_code text, p_user bigint, p_action text, p_object text,
	p_reason text, p_os_user text, p_request text)
	RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	v_n int;
BEGIN
	PERFORM FROM house_codes AS h WHERE h.code = p_code FOR KEY SHARE;
	IF NOT FOUND THEN
		RETURN 'none';
	END IF;
	PERFORM FROM seat_claim AS c WHERE c.performance_id = p_performance
	    AND c.seat_no = ANY (p_seats) AND c.state = 'B'
	    ORDER BY c.seat_no FOR UPDATE;
	GET DIAGNOSTICS v_n = ROW_COUNT;
	IF v_n < cardinality(p_seats) THEN
		RETURN 'seats';
	END IF;
	INSERT INTO house_seats AS s (performance_id, seat_no, mark, code)
	SELECT c.performance_id, c.seat_no, c.mark, p_code
	FROM seat_claim AS c WHERE c.performance_id = p_performance
	    AND c.seat_no = ANY (p_seats)
	ON CONFLICT (performance_id, seat_no) DO UPDATE
	SET mark = excluded.mark, code = excluded.code
	WHERE (s.mark, s.code) <> (excluded.mark, excluded.code);
	GET DIAGNOSTICS v_n = ROW_COUNT;
	IF v_n = 0 THEN
		RETURN 'same';
	END IF;
	PERFORM audit_write(p_user, p_action, p_object, p_reason, p_os_user,
	    p_request, jsonb_build_object('seats', p_seats, 'code', p_code));
	RETURN 'done';
END $$;

-- Seats of a code are held at a counter: whose hold it is stands in their claims,
-- so that no other turns them into a sale. All or none; asking again is safe.
-- false: not all of them are kept by that code any more.
CREATE OR REPLACE FUNCTION house_hold(p_performance bigint, p_seats int[],
	p_code text, p_token text, p_mark int)
	RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	PERFORM FROM seat_claim AS c WHERE c.performance_id = p_performance
	    AND c.seat_no = ANY (p_seats) ORDER BY c.seat_no FOR UPDATE;
	IF cardinality(p_seats) > (SELECT count(*) FROM house_live AS l
	    WHERE l.performance_id = p_performance AND l.code = p_code
	    AND l.seat_no = ANY (p_seats)) THEN
		RETURN false;
	END IF;
	UPDATE seat_claim AS c SET mark = p_mark, hold_token = p_token,
	    changed_at = clock_timestamp()
	    WHERE c.performance_id = p_performance
	    AND c.seat_no = ANY (p_seats);
	UPDATE house_seats AS s SET mark = p_mark
	    WHERE s.performance_id = p_performance
	    AND s.seat_no = ANY (p_seats);
	RETURN true;
END $$;

-- Seats of one performance and code whose time has come, at most p_max; of
-- those that are sold and have not begun.
CREATE OR REPLACE FUNCTION house_due(p_now timestamptz, p_max bigint,
	OUT performance bigint, OUT code text, OUT seats int[])
	RETURNS SETOF record LANGUAGE sql STABLE AS $$
	SELECT l.performance_id, l.code,
	    (array_agg(l.seat_no ORDER BY l.seat_no))[1:p_max]
	FROM performances AS p JOIN house_live AS l ON l.performance_id = p.id
	JOIN house_codes AS k ON k.code = l.code
	WHERE p.status = 'open' AND p.starts_at > p_now
	    AND p.starts_at - k.release_minutes * interval '1 minute' <= p_now
	GROUP BY l.performance_id, l.code
	ORDER BY l.performance_id, l.code LIMIT 20
$$;
