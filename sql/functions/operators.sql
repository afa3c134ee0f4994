-- SPDX-License-Identifier: BSD-2-Clause
--
-- What operators do: seats withheld from the sale, sections closed and opened,
-- and how many places counter sections have.

-- A section of a performance is sold, or is not for now; it is named by its key
-- or its number. Running holds stay.
--   none     no such performance
--   section  its hall has no such section
--   same     it was so already: nothing is logged
--   done
CREATE OR REPLACE FUNCTION section_open(p_performance bigint,
	p_section text, p_open boolean, p_user bigint, p_action text,
	p_object text, p_reason text, p_os_user text, p_request text)
	RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	v_closed smallint[];
	v_no smallint;
BEGIN
	SELECT closed_sections INTO v_closed FROM performances
	    WHERE id = p_performance FOR UPDATE;
	IF NOT FOUND THEN
		RETURN 'none';
	END IF;
	SELECT s.section_no INTO v_no FROM sections AS s
	    JOIN performances AS p ON p.hall_revision_id = s.hall_revision_id
	    WHERE p.id = p_performance
	    AND p_section IN (s.key, s.section_no::text)
	    ORDER BY s.key = p_section DESC LIMIT 1;
	IF NOT FOUND THEN
		RETURN 'section';
	END IF;
	IF (v_no = ANY (v_closed)) <> p_open THEN
		RETURN 'same';
	END IF;
	UPDATE performances SET closed_sections = CASE WHEN p_open
	    THEN array_remove(v_closed, v_no) ELSE ARRAY(SELECT n
	    FROM unnest(v_closed || v_no) AS n ORDER BY n) END,
	    changed_by = p_user WHERE id = p_performance;
	PERFORM audit_write(p_user, p_action, p_object, p_reason, p_os_user,
	    p_request, jsonb_build_object('section_id', v_no));
	RETURN 'done';
END $$;

-- Seats are withheld: a claim each, in one transaction with both logs.
-- Order as everywhere: the epoch's lock shared, claims by seat_no, the rest. A
-- claim that is there is somebody else's, unless it was a promise that has
-- lapsed; then nothing is kept (23514, withheld_seats).
--   kept   done
--   epoch  Redis was rebuilt since the script ran: start over
CREATE OR REPLACE FUNCTION withhold_keep(p_performance bigint, p_seats int[],
	p_state "char", p_mark int, p_epoch bigint, p_user bigint,
	p_action text, p_object text, p_reason text, p_os_user text,
	p_request text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	v_n int;
BEGIN
	PERFORM pg_advisory_xact_lock_shared(1, 0);
	IF (SELECT epoch FROM sys_epoch) <> p_epoch THEN
		RETURN 'epoch';
	END IF;
	INSERT INTO seat_claim AS c (performance_id, seat_no, state, mark)
	SELECT p_performance, s, p_state, p_mark FROM unnest(p_seats) AS s
	ORDER BY s
	ON CONFLICT (performance_id, seat_no) DO UPDATE
	SET state = excluded.state, mark = excluded.mark, user_id = NULL,
	    hold_token = NULL, reservation_id = NULL, expires_at = NULL,
	    changed_at = clock_timestamp()
	WHERE c.state = 'H' AND c.expires_at <= clock_timestamp();
	GET DIAGNOSTICS v_n = ROW_COUNT;
	IF v_n < cardinality(p_seats) THEN
		RAISE EXCEPTION 'withheld_seats' USING ERRCODE = '23514',
		    CONSTRAINT = 'withheld_seats';
	END IF;
	INSERT INTO seat_log (performance_id, seats, from_state, to_state,
	    user_id, reason)
	VALUES (p_performance, p_seats, 'A', p_state, p_user, p_reason);
	PERFORM audit_write(p_user, p_action, p_object, p_reason, p_os_user,
	    p_request, jsonb_build_object('seats', p_seats));
	RETURN 'kept';
END $$;

-- Seats withheld in p_state become free: all or none. Gives their
-- marks in the order of p_seats (sorted), NULL when one is not in p_state.
CREATE OR REPLACE FUNCTION withhold_free(p_performance bigint, p_seats int[],
	p_state "char", p_user bigint, p_action text, p_object text,
	p_reason text, p_os_user text, p_request text)
	RETURNS int[] LANGUAGE plpgsql AS $$
DECLARE
	v_marks int[];
BEGIN
	SELECT array_agg(mark ORDER BY seat_no) INTO v_marks
	FROM (SELECT seat_no, mark FROM seat_claim
	    WHERE performance_id = p_performance AND seat_no = ANY (p_seats)
	    AND state = p_state ORDER BY seat_no FOR UPDATE) AS c;
	IF coalesce(cardinality(v_marks), 0) < cardinality(p_seats) THEN
		RETURN NULL;
	END IF;
	DELETE FROM seat_claim WHERE performance_id = p_performance
	    AND seat_no = ANY (p_seats);
	INSERT INTO seat_log (performance_id, seats, from_state, to_state,
	    user_id, reason)
	VALUES (p_performance, p_seats, p_state, 'A', p_user, p_reason);
	PERFORM audit_write(p_user, p_action, p_object, p_reason, p_os_user,
	    p_request, jsonb_build_object('seats', p_seats));
	RETURN v_marks;
END $$;

-- A performance's counter section has another capacity. The row of its stock is
-- locked until the end: no claim is made meanwhile.
--   none   there is no such section
--   below  low places are claimed, or promised in the journal
--   ok     was: before
CREATE OR REPLACE FUNCTION section_resize(p_performance bigint,
	p_section bigint, p_capacity bigint, p_user bigint, p_action text,
	p_object text, p_reason text, p_os_user text, p_request text,
	OUT outcome text, OUT was bigint, OUT low bigint)
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM section_lapse(p_performance, p_section::smallint,
	    clock_timestamp());
	SELECT s.capacity, s.taken + hold_promised(p_performance,
	    s.section_no, '', clock_timestamp()) INTO was, low
	    FROM section_stock AS s WHERE s.performance_id = p_performance
	    AND s.section_no = p_section FOR UPDATE;
	IF NOT FOUND THEN
		outcome := 'none';
	ELSIF p_capacity < low THEN
		outcome := 'below';
	ELSE
		outcome := 'ok';
	END IF;
	IF outcome <> 'ok' OR p_capacity = was THEN
		RETURN;
	END IF;
	UPDATE section_stock AS s SET capacity = p_capacity,
	    version = s.version + 1 WHERE s.performance_id = p_performance
	    AND s.section_no = p_section;
	UPDATE performances SET meta_version = meta_version + 1,
	    changed_by = p_user WHERE id = p_performance;
	PERFORM audit_write(p_user, p_action, p_object, p_reason, p_os_user,
	    p_request, jsonb_build_object('section', p_section,
	    'capacity', p_capacity, 'was', was));
END $$;
