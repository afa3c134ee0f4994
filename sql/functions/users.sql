-- SPDX-License-Identifier: BSD-2-Clause
--
-- What becomes of users. Who changes one locks its row first and then its
-- sessions; a session begins under a share of the same lock (refresh_begin in
-- lib/account/refresh.c), so that none begins unseen meanwhile.

-- Revoke all sessions of a user but p_keep; the user's row is locked. Gives the
-- last session there was.
CREATE OR REPLACE FUNCTION user_end_sessions(p_user bigint, p_keep bigint)
RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
	UPDATE refresh_family SET revoked_at = clock_timestamp()
	WHERE user_id = p_user AND revoked_at IS NULL AND id <> p_keep;
	RETURN coalesce((SELECT max(id) FROM refresh_family
	    WHERE user_id = p_user), 0);
END $$;

-- Another password, which ends all sessions. The gates are told, too: access
-- tokens of theirs are out. False: there is no such user.
CREATE OR REPLACE FUNCTION user_set_password(p_fold text, p_hash text)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	v_user bigint;
	v_last bigint;
BEGIN
	SELECT id INTO v_user FROM users WHERE login_fold = p_fold
	FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	v_last := user_end_sessions(v_user, 0);
	UPDATE users SET password_hash = p_hash, version = version + 1,
	    changed_at = clock_timestamp(), changed_by = NULL,
	    judged_at = clock_timestamp(),
	    sessions_until = greatest(sessions_until, v_last)
	WHERE id = v_user;
	RETURN true;
END $$;

-- The user's own change: p_session goes on, all others end. False: the password
-- is not p_was any more, or the user is disabled.
CREATE OR REPLACE FUNCTION user_change_password(p_user bigint, p_was text,
	p_hash text, p_session bigint)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	PERFORM FROM users WHERE id = p_user AND password_hash = p_was
	AND NOT disabled FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	PERFORM user_end_sessions(p_user, p_session);
	UPDATE users SET password_hash = p_hash, version = version + 1,
	    changed_at = clock_timestamp(), changed_by = p_user
	WHERE id = p_user;
	RETURN true;
END $$;

-- An operator gives a user another role, disables or enables him; NULL leaves
-- the one or the other as it is. p_version is the one the operator has seen, or
-- NULL. To disable ends all sessions. With p_dry nothing is written.
--   done   so it is now, maybe by somebody before
--   none   there is no such user
--   stale  he has another version
--   last   no administrator would be left
CREATE OR REPLACE FUNCTION user_change(p_user bigint, p_version bigint,
	p_role text, p_disabled boolean, p_dry boolean, p_by bigint,
	p_action text, p_object text, p_reason text, p_os_user text,
	p_request text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	u users;
	v_role text;
	v_disabled boolean;
	v_last bigint;
BEGIN
	-- One at a time: two administrators who lower each other would each
	-- see the other one stay.
	PERFORM pg_advisory_xact_lock(hashtext('last administrator'));
	SELECT * INTO u FROM users WHERE id = p_user FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		RETURN 'none';
	END IF;
	IF u.version <> p_version THEN
		RETURN 'stale';
	END IF;
	v_role := coalesce(p_role, u.role);
	v_disabled := coalesce(p_disabled, u.disabled);
	IF (v_role, v_disabled) = (u.role, u.disabled) THEN
		RETURN 'done';
	END IF;
	IF u.role = 'ADMIN' AND NOT u.disabled
	    AND (v_role <> 'ADMIN' OR v_disabled)
	    AND NOT EXISTS (SELECT FROM users WHERE role = 'ADMIN'
	    AND NOT disabled AND id <> p_user) THEN
		RETURN 'last';
	END IF;
	IF p_dry THEN
		RETURN 'done';
	END IF;
	v_last := CASE WHEN v_disabled AND NOT u.disabled
	    THEN user_end_sessions(p_user, 0) ELSE 0 END;
	UPDATE users SET role = v_role, disabled = v_disabled,
	    version = version + 1, changed_at = clock_timestamp(),
	    changed_by = p_by, judged_at = clock_timestamp(),
	    sessions_until = greatest(sessions_until, v_last)
	WHERE id = p_user;
	PERFORM audit_write(p_by, p_action, p_object, p_reason, p_os_user,
	    p_request, jsonb_build_object('before', jsonb_build_object(
	    'role', u.role, 'disabled', u.disabled), 'after',
	    jsonb_build_object('role', v_role, 'disabled', v_disabled)));
	RETURN 'done';
END $$;
