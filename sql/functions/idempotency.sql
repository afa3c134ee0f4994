-- SPDX-License-Identifier: BSD-2-Clause
--
-- Who takes an idempotency key, and what it was answered: the one home of it.
--
-- Mostly the work is one transaction, which takes its key and stores the answer
-- (idem_take, idem_end; or idem_take alone, when the answer is known at once), so
-- nobody ever sees it half done. A payment that somebody outside is
-- asked about takes its key with its intent, and whoever ends it, in whatever
-- process, stores the answer in the transaction of the end (idem_end). Until
-- then nobody owns the key: to ask again finds the payment.

-- What is known of a key; no row when nothing is:
--   replay     it was answered: status and body
--   mismatch   it asked for something else
--   running    what it began has not ended
CREATE OR REPLACE FUNCTION idem_look(p_user bigint, p_route text, p_key text,
	p_fingerprint bytea,
	OUT outcome text, OUT status int, OUT body bytea)
RETURNS SETOF record LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN i.fingerprint <> p_fingerprint THEN 'mismatch'
		WHEN i.status IS NOT NULL THEN 'replay'
		ELSE 'running' END, i.status, i.body
	FROM idempotency AS i
	WHERE i.user_id = p_user AND i.route = p_route AND i.key = p_key
	    AND (i.status IS NULL OR i.expires_at > clock_timestamp())
$$;

-- Take a key, in one statement, so that of all who try one does:
--   new        it is the caller's, until the transaction ends
--   and replay, mismatch, running as idem_look has them.
-- p_status and p_body: the answer, where it is known already. p_at is when it
-- was asked; it is kept 48 hours from then.
CREATE OR REPLACE FUNCTION idem_take(p_user bigint, p_route text, p_key text,
	p_fingerprint bytea, p_at timestamptz,
	p_status int DEFAULT NULL, p_body bytea DEFAULT NULL,
	OUT outcome text, OUT status int, OUT body bytea)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
	INSERT INTO idempotency AS i (user_id, route, key, fingerprint, status,
	    body, created_at, expires_at)
	VALUES (p_user, p_route, p_key, p_fingerprint, p_status, p_body, p_at,
	    p_at + interval '48 h')
	ON CONFLICT (user_id, route, key) DO UPDATE
	SET fingerprint = excluded.fingerprint, status = excluded.status,
	    body = excluded.body, created_at = excluded.created_at,
	    expires_at = excluded.expires_at
	-- Answered so long ago that it only waits to be purged.
	WHERE i.status IS NOT NULL AND i.expires_at <= clock_timestamp();
	IF FOUND THEN
		outcome := 'new';
		RETURN;
	END IF;
	SELECT l.outcome, l.status, l.body INTO outcome, status, body
	    FROM idem_look(p_user, p_route, p_key, p_fingerprint) AS l;
	-- It was forgotten between the two statements: asking again is safe.
	outcome := coalesce(outcome, 'running');
END $$;

-- The answer, by whoever ends what the key began; the first one stays. Whether
-- it was this one.
CREATE OR REPLACE FUNCTION idem_end(p_user bigint, p_route text, p_key text,
	p_status int, p_body bytea) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	UPDATE idempotency SET status = p_status, body = p_body
	    WHERE user_id = p_user AND route = p_route AND key = p_key
	    AND status IS NULL;
	RETURN FOUND;
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
