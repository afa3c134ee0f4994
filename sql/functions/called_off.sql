-- SPDX-License-Identifier: BSD-2-Clause
--
-- Calling a performance off. From the commit on no payment of it begins, and
-- one that is captured later is late; what was sold goes back whole, whatever
-- the policy says, one reservation after the other (lib/reservation/called_off).

-- What of it is still to be settled: reservations, and payments without an end.
CREATE OR REPLACE FUNCTION called_off_left(p_performance bigint)
RETURNS bigint LANGUAGE sql STABLE AS $$
	SELECT count(*) FROM (
	SELECT c.state, c.hold_token FROM seat_claim AS c
	    WHERE c.performance_id = p_performance AND c.state IN ('R', 'P')
	UNION SELECT c.state, c.hold_token FROM section_claim AS c
	    WHERE c.performance_id = p_performance
	    AND c.state IN ('R', 'P')) AS l
$$;

--   none     no such performance
--   same     it is cancelled already
--   done
-- Purchases look at the status and write their claims under the epoch's lock
-- shared: who has it alone comes before or behind each of them. The row first,
-- as whoever changes a performance does.
CREATE OR REPLACE FUNCTION performance_call_off(p_performance bigint,
	p_user bigint, p_action text, p_object text, p_reason text,
	p_os_user text, p_request text, OUT outcome text, OUT n_left bigint)
LANGUAGE plpgsql AS $$
DECLARE
	v_status text;
BEGIN
	SELECT p.status INTO v_status FROM performances AS p
	    WHERE p.id = p_performance FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		outcome := 'none';
		RETURN;
	END IF;
	PERFORM pg_advisory_xact_lock(1, 0);
	n_left := called_off_left(p_performance);
	IF v_status = 'cancelled' THEN
		outcome := 'same';
		RETURN;
	END IF;
	UPDATE performances AS p SET status = 'cancelled', changed_by = p_user
	    WHERE p.id = p_performance;
	INSERT INTO called_off (performance_id) VALUES (p_performance);
	PERFORM audit_write(p_user, p_action, p_object, p_reason, p_os_user,
	    p_request, jsonb_build_object('was', v_status, 'left', n_left));
	outcome := 'done';
END $$;
