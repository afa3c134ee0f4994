-- SPDX-License-Identifier: BSD-2-Clause
--
-- What came to nothing is not kept for ever. Each function takes at most p_max
-- rows, tells how many it took, and may run twice at once. Whatever money or a
-- sale refers to stays.

-- Of the answers, refusals alone: they cost who asks nothing, so there may be
-- many. Answers of effects have idem_purge.
CREATE INDEX idempotency_refused ON idempotency (created_at)
	WHERE status >= 400;
CREATE FUNCTION idem_purge_refused(p_before timestamptz, p_max bigint)
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

-- Holds that nobody paid, of the next few performances after p_after, since
-- that is what their index begins with: another one would cost every hold. An
-- attempt to pay keeps its hold. next: where to go on, 0 for the beginning.
CREATE FUNCTION hold_purge(p_after bigint, p_before timestamptz, p_max bigint,
	OUT n bigint, OUT next bigint) LANGUAGE plpgsql AS $$
DECLARE
	v_ids bigint[] := ARRAY(SELECT p.id FROM performances AS p
	    WHERE p.id > p_after ORDER BY p.id LIMIT 20);
BEGIN
	-- The count is asked of each row: a join might read all payments.
	WITH old AS (
		SELECT h.token FROM holds AS h
		WHERE h.performance_id = ANY (v_ids)
		    AND h.hard_expires_at < p_before
		    AND h.status NOT IN ('paying', 'paid')
		    AND (SELECT count(*) FROM payments AS p
			WHERE p.user_id = h.user_id
			AND p.hold_token = h.token) = 0
		    AND NOT EXISTS (SELECT FROM holds_untold AS u
			WHERE u.token = h.token)
		LIMIT p_max FOR UPDATE OF h SKIP LOCKED),
	gone AS (
		DELETE FROM holds AS h USING old WHERE h.token = old.token
		RETURNING 1)
	SELECT count(*) INTO n FROM gone;
	next := CASE WHEN n >= p_max THEN p_after
	    ELSE coalesce(v_ids[cardinality(v_ids)], 0) END;
END $$;

-- Tokens that nobody can use any more, used ones too, and families of which
-- none is left. A family's lock is what its turns queue up behind, so nobody
-- turns a token of it meanwhile.
CREATE INDEX refresh_token_expiry ON refresh_token (expires_at);
CREATE FUNCTION refresh_purge(p_now timestamptz, p_max bigint)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	v_families bigint[];
	v_n bigint;
BEGIN
	WITH old AS (
		SELECT t.digest FROM refresh_token AS t
		JOIN refresh_family AS f ON f.id = t.family_id
		WHERE t.expires_at <= p_now
		ORDER BY t.expires_at LIMIT p_max
		FOR UPDATE OF f SKIP LOCKED),
	gone AS (
		DELETE FROM refresh_token AS t USING old
		WHERE t.digest = old.digest RETURNING t.family_id)
	SELECT count(*), array_agg(DISTINCT family_id) INTO v_n, v_families
	    FROM gone;
	DELETE FROM refresh_family AS f WHERE f.id = ANY (v_families)
	    AND NOT EXISTS (SELECT FROM refresh_token AS t
		WHERE t.family_id = f.id);
	RETURN v_n;
END $$;

-- A salt is of use as long as its turn may be repeated.
CREATE INDEX refresh_token_salted ON refresh_token (used_at)
	WHERE salt IS NOT NULL;
CREATE FUNCTION refresh_unsalt(p_used_before timestamptz, p_max bigint)
RETURNS bigint LANGUAGE sql AS $$
	WITH old AS (
		SELECT digest FROM refresh_token
		WHERE used_at <= p_used_before AND salt IS NOT NULL
		ORDER BY used_at LIMIT p_max FOR UPDATE SKIP LOCKED),
	done AS (
		UPDATE refresh_token AS t SET salt = NULL FROM old
		WHERE t.digest = old.digest RETURNING 1)
	SELECT count(*) FROM done
$$;
