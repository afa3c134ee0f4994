-- SPDX-License-Identifier: BSD-2-Clause
--
-- Who owns an idempotency key, for how long, and what it was answered: the one
-- home of it.
--
-- Work that is one transaction takes its key and stores the answer in that
-- transaction (idem_take, idem_store; or idem_take alone, when the answer is
-- known at once), so nobody ever sees it half done. Work in several
-- transactions owns the key by a token and a lease: each of them begins with
-- idem_phase, which refuses a worker that slept past its lease while somebody
-- else took over; whoever asks again after the lease goes on from the recovery
-- point.

-- Longer than any worker may work on one request (its deadline, and the grace
-- of a shutdown).
CREATE OR REPLACE FUNCTION idem_lease() RETURNS interval LANGUAGE sql IMMUTABLE
	AS $$ SELECT interval '30 s' $$;

-- What is known of a key; no row when nothing is:
--   replay     it was answered: status and body
--   mismatch   it asked for something else
--   running    it is being worked on
--   abandoned  it was, but the lease passed: whoever asks may go on
CREATE OR REPLACE FUNCTION idem_look(p_user bigint, p_route text, p_key text,
	p_fingerprint bytea,
	OUT outcome text, OUT status int, OUT body bytea)
RETURNS SETOF record LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN i.fingerprint <> p_fingerprint THEN 'mismatch'
		WHEN i.status IS NOT NULL THEN 'replay'
		WHEN i.locked_until < clock_timestamp() THEN 'abandoned'
		ELSE 'running' END, i.status, i.body
	FROM idempotency AS i
	WHERE i.user_id = p_user AND i.route = p_route AND i.key = p_key
	    AND (i.status IS NULL OR i.expires_at > clock_timestamp())
$$;

-- Take a key, in one statement, so that of all who try one does:
--   new        the caller owns it until the transaction ends, and longer by
--              token and lease; point says where to go on ("started": at the
--              beginning)
--   and replay, mismatch, running as idem_look has them.
-- p_status and p_body: the answer, where it is known already; then the key is
-- finished. p_at is when it was asked; it is kept 48 hours from then.
CREATE OR REPLACE FUNCTION idem_take(p_user bigint, p_route text, p_key text,
	p_fingerprint bytea, p_at timestamptz,
	p_status int DEFAULT NULL, p_body bytea DEFAULT NULL,
	OUT outcome text, OUT status int, OUT body bytea,
	OUT token uuid, OUT point text)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
	v_point text := CASE WHEN p_status IS NULL THEN 'started'
	    ELSE 'finished' END;
BEGIN
	INSERT INTO idempotency AS i (user_id, route, key, fingerprint,
	    recovery_point, token, locked_until, status, body, created_at,
	    expires_at)
	VALUES (p_user, p_route, p_key, p_fingerprint, v_point,
	    gen_random_uuid(), clock_timestamp() + idem_lease(), p_status,
	    p_body, p_at, p_at + interval '48 h')
	ON CONFLICT (user_id, route, key) DO UPDATE
	SET fingerprint = excluded.fingerprint, token = excluded.token,
	    recovery_point = CASE WHEN i.status IS NULL AND p_status IS NULL
		THEN i.recovery_point ELSE excluded.recovery_point END,
	    locked_until = excluded.locked_until,
	    status = excluded.status, body = excluded.body,
	    created_at = excluded.created_at, expires_at = excluded.expires_at
	-- Abandoned, and not with something done that an answer from elsewhere
	-- would deny; or answered so long ago that it only waits to be purged.
	WHERE CASE WHEN i.status IS NULL
	    THEN i.fingerprint = excluded.fingerprint
		AND i.locked_until < clock_timestamp()
		AND (p_status IS NULL OR i.recovery_point = 'started')
	    ELSE i.expires_at <= clock_timestamp() END
	RETURNING i.token, i.recovery_point INTO token, point;
	IF FOUND THEN
		outcome := 'new';
		RETURN;
	END IF;
	SELECT l.outcome, l.status, l.body INTO outcome, status, body
	    FROM idem_look(p_user, p_route, p_key, p_fingerprint) AS l;
	-- Its owner let go between the two statements: asking again is safe.
	IF outcome IS NULL OR outcome = 'abandoned' THEN
		outcome := 'running';
	END IF;
END $$;

-- The next step of work in several transactions, in its transaction. Whoever
-- does not own the key any more is stopped there (23514, idem_zombie), so that
-- nothing of the step is kept.
CREATE OR REPLACE FUNCTION idem_phase(p_user bigint, p_route text, p_key text,
	p_token uuid, p_point text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	UPDATE idempotency SET recovery_point = p_point,
	    locked_until = clock_timestamp() + idem_lease()
	    WHERE user_id = p_user AND route = p_route AND key = p_key
	    AND token = p_token AND status IS NULL;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'idem_zombie' USING ERRCODE = '23514',
		    CONSTRAINT = 'idem_zombie';
	END IF;
END $$;

-- The answer, in the transaction that is answered for. p_token: as idem_phase;
-- without one the caller has taken the key in this very transaction.
CREATE OR REPLACE FUNCTION idem_store(p_user bigint, p_route text, p_key text,
	p_status int, p_body bytea, p_token uuid DEFAULT NULL)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	UPDATE idempotency SET recovery_point = 'finished',
	    status = p_status, body = p_body
	    WHERE user_id = p_user AND route = p_route AND key = p_key
	    AND token = coalesce(p_token, token) AND status IS NULL;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'idem_zombie' USING ERRCODE = '23514',
		    CONSTRAINT = 'idem_zombie';
	END IF;
END $$;

-- Forget answers that were kept long enough, the oldest first and at most
-- p_max. What is not finished stays, whatever its age: somebody goes on there.
-- Safe to run twice at once.
CREATE OR REPLACE FUNCTION idem_purge(p_max bigint) RETURNS bigint
LANGUAGE sql AS $$
	WITH old AS (
		SELECT user_id, route, key FROM idempotency
		WHERE expires_at <= clock_timestamp() AND status IS NOT NULL
		ORDER BY expires_at LIMIT p_max FOR UPDATE SKIP LOCKED),
	gone AS (
		DELETE FROM idempotency AS i USING old
		WHERE i.user_id = old.user_id AND i.route = old.route
		    AND i.key = old.key
		RETURNING 1)
	SELECT count(*) FROM gone
$$;

-- Of the answers, refusals alone: they cost who asks nothing, so there may be
-- many. Answers of effects have idem_purge.
CREATE OR REPLACE FUNCTION idem_purge_refused(p_before timestamptz,
	p_max bigint)
RETURNS bigint LANGUAGE sql AS $$
	WITH old AS (
		SELECT user_id, route, key FROM idempotency
		WHERE created_at < p_before AND status >= 400
		ORDER BY created_at LIMIT p_max FOR UPDATE SKIP LOCKED),
	gone AS (
		DELETE FROM idempotency AS i USING old
		WHERE i.user_id = old.user_id AND i.route = old.route
		    AND i.key = old.key
		RETURNING 1)
	SELECT count(*) FROM gone
$$;
