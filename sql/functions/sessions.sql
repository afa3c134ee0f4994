-- SPDX-License-Identifier: BSD-2-Clause
--
-- Refresh tokens that nobody can use any more. Each function takes at most
-- p_max rows, tells how many it took, and may run twice at once.

-- Used ones too, and families of which none is left. A family's lock is what
-- its turns queue up behind, so nobody turns a token of it meanwhile.
CREATE OR REPLACE FUNCTION refresh_purge(p_now timestamptz, p_max bigint)
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
CREATE OR REPLACE FUNCTION refresh_unsalt(p_used_before timestamptz,
	p_max bigint)
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
