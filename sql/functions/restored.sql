-- SPDX-License-Identifier: BSD-2-Clause
--
-- PostgreSQL was restored to an earlier moment: what was given out since, and is
-- forgotten here, must not be given out to somebody else. Nothing runs yet.

-- Past all numbers that can have been given out in what is lost. More than once
-- is no harm.
CREATE OR REPLACE FUNCTION restored(p_user bigint, p_action text,
	p_object text, p_reason text, p_os_user text, p_request text)
RETURNS TABLE (n_sequences bigint, new_epoch bigint, n_sessions bigint)
LANGUAGE plpgsql AS $$
DECLARE
	c_ahead CONSTANT bigint := 1000000;
BEGIN
	PERFORM setval(format('%I.%I', s.schemaname, s.sequencename)::regclass,
	    coalesce(s.last_value, 0) + c_ahead)
	    FROM pg_sequences AS s WHERE s.schemaname = current_schema();
	GET DIAGNOSTICS n_sequences = ROW_COUNT;
	-- Numbers of lines are in tickets that people have.
	UPDATE queue_state SET reserved = reserved + c_ahead;
	-- Versions that pages have seen begin with the epoch. Whichever Redis
	-- answers is a new one.
	UPDATE sys_epoch AS e SET epoch = e.epoch + c_ahead, run_id = '',
	    reason = 'restored', raised_at = clock_timestamp()
	    RETURNING e.epoch INTO new_epoch;
	-- A refresh token that was used since would be taken for a stolen one, and
	-- one that was revoked since would be good again.
	UPDATE refresh_family SET revoked_at = clock_timestamp()
	    WHERE revoked_at IS NULL;
	GET DIAGNOSTICS n_sessions = ROW_COUNT;
	-- All that a provider has is compared, from the beginning on.
	UPDATE provider_scans SET due_at = clock_timestamp(), after = NULL,
	    n_pages = 0, from_s = NULL, to_s = NULL, seen_s = NULL;
	PERFORM outbox_unsee();
	PERFORM audit_write(p_user, p_action, p_object, p_reason, p_os_user,
	    p_request, jsonb_build_object('sequences', n_sequences,
	    'epoch', new_epoch, 'sessions', n_sessions));
	RETURN NEXT;
END $$;
