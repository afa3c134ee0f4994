-- SPDX-License-Identifier: BSD-2-Clause
--
-- The poster of a show, with a line in the audit log where it is another.
-- False: there is no such show.
CREATE OR REPLACE FUNCTION poster_put(p_show bigint, p_sha256 bytea,
	p_type text, p_image bytea, p_by bigint, p_action text, p_object text,
	p_reason text, p_os_user text, p_request text)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	v_before bytea;
BEGIN
	-- One at a time for each show: the log tells each step.
	PERFORM FROM shows WHERE id = p_show FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	SELECT sha256 INTO v_before FROM posters WHERE show_id = p_show;
	IF v_before = p_sha256 THEN
		RETURN true;
	END IF;
	INSERT INTO posters (show_id, sha256, type, image)
	VALUES (p_show, p_sha256, p_type, p_image)
	ON CONFLICT (show_id) DO UPDATE SET sha256 = excluded.sha256,
	    type = excluded.type, image = excluded.image;
	PERFORM audit_write(p_by, p_action, p_object, p_reason, p_os_user,
	    p_request, jsonb_build_object('before', encode(v_before, 'hex'),
	    'after', encode(p_sha256, 'hex')));
	RETURN true;
END $$;
