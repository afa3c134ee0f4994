-- SPDX-License-Identifier: BSD-2-Clause
--
-- Second factors (lib/account/totp.h).

-- A secret is going to be shown; one that was shown and never confirmed is no
-- more. false: there is one that was confirmed.
CREATE OR REPLACE FUNCTION totp_begin(p_user bigint, p_salt bytea)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO totp AS t (user_id, salt) VALUES (p_user, p_salt)
	ON CONFLICT (user_id) DO UPDATE
	SET salt = excluded.salt, made_at = excluded.made_at
	WHERE t.confirmed_at IS NULL;
	RETURN FOUND;
END $$;

-- Whose role depends on it is judged anew (lib/account/standing.h).
CREATE OR REPLACE FUNCTION totp_judge(p_user bigint) RETURNS void
LANGUAGE sql AS $$
	UPDATE users SET version = version + 1, judged_at = clock_timestamp()
	WHERE id = p_user
$$;

-- The code of p_step was right: from now on logins need one. p_session goes on, all
-- others end, whose logins needed none, and so do the access tokens of older ones.
-- false: the secret is another by now, or was confirmed before.
CREATE OR REPLACE FUNCTION totp_confirm(p_salt bytea, p_step bigint,
	p_digests text[], p_session bigint, p_user bigint, p_action text,
	p_object text, p_reason text, p_os_user text, p_request text)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	UPDATE totp AS t SET confirmed_at = clock_timestamp(),
	    last_step = p_step
	    WHERE t.user_id = p_user AND t.salt = p_salt
	    AND t.confirmed_at IS NULL;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	DELETE FROM totp_recovery AS r WHERE r.user_id = p_user;
	INSERT INTO totp_recovery (user_id, digest)
	SELECT p_user, decode(d, 'hex') FROM unnest(p_digests) AS d;
	PERFORM totp_judge(p_user);
	PERFORM user_end_sessions(p_user, p_session);
	UPDATE users
	SET sessions_until = greatest(sessions_until, p_session - 1)
	WHERE id = p_user;
	PERFORM audit_write(p_user, p_action, p_object, p_reason, p_os_user,
	    p_request, '{}');
	RETURN true;
END $$;

-- A user has no second factor any more. false: he had none.
CREATE OR REPLACE FUNCTION totp_drop(p_of bigint, p_user bigint, p_action text,
	p_object text, p_reason text, p_os_user text, p_request text)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM totp_recovery AS r WHERE r.user_id = p_of;
	DELETE FROM totp AS t WHERE t.user_id = p_of;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	PERFORM totp_judge(p_of);
	PERFORM audit_write(p_user, p_action, p_object, p_reason, p_os_user,
	    p_request, '{}');
	RETURN true;
END $$;
