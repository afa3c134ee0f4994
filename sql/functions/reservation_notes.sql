-- SPDX-License-Identifier: BSD-2-Clause
--
-- Notes of operators about a reservation.

CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE
	ON reservation_notes FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- The note is the reason, so that the audit log has it, too.
--   noted  id is its
--   none   no such reservation
--   many   it has p_max notes already
CREATE OR REPLACE FUNCTION reservation_note(p_number text, p_max bigint,
	p_user bigint, p_action text, p_object text, p_reason text,
	p_os_user text, p_request text, OUT outcome text, OUT id bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
	v_r bigint;
BEGIN
	SELECT r.id INTO v_r FROM reservations AS r WHERE r.number = p_number
	    FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		outcome := 'none';
		RETURN;
	END IF;
	IF (SELECT count(*) FROM reservation_notes AS n
	    WHERE n.reservation_id = v_r) >= p_max THEN
		outcome := 'many';
		RETURN;
	END IF;
	INSERT INTO reservation_notes AS n (reservation_id, user_id, note)
	VALUES (v_r, p_user, p_reason) RETURNING n.id INTO id;
	PERFORM audit_write(p_user, p_action, p_object, p_reason, p_os_user,
	    p_request, '{}');
	outcome := 'noted';
END $$;
