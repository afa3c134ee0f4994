-- SPDX-License-Identifier: BSD-2-Clause
--
-- While Redis is away, too, a user holds seats in so many performances at once
-- and no more. Holds of one user are made one after the other.

-- Other performances on sale in which a user holds seats; by performance,
-- since that is what the index of holds begins with.
CREATE FUNCTION hold_elsewhere(p_user bigint, p_performance bigint,
	p_now timestamptz) RETURNS bigint LANGUAGE sql STABLE AS $$
	SELECT count(DISTINCT p.id) FROM performances AS p
	JOIN holds AS h ON h.performance_id = p.id
	    AND h.hard_expires_at > p_now
	WHERE p.id <> p_performance AND p.sales_open_at <= p_now
	AND p.sales_close_at > p_now - interval '4 hours'
	AND h.user_id = p_user AND h.expires_at > p_now
	AND h.status IN ('held', 'paying')
$$;

-- As hold_place_database, and
--   many      the user holds in p_max other performances; 0: no bound
CREATE FUNCTION hold_place_bounded(p_max bigint,
	p_user bigint, p_performance bigint, p_token text, p_mark int,
	p_meta_version bigint, p_seats int[], p_prices bigint[],
	p_price_version int, p_life_ms bigint, p_hard_ms bigint,
	p_fingerprint bytea, p_now timestamptz,
	OUT outcome text, OUT letters text, OUT hold holds)
LANGUAGE plpgsql SET lock_timeout = '300ms' AS $$
DECLARE
	v record;
BEGIN
	IF p_max > 0 THEN
		PERFORM pg_advisory_xact_lock(hashint8extended(0, p_user));
		IF NOT EXISTS (SELECT FROM holds AS h WHERE h.token = p_token)
		    AND hold_elsewhere(p_user, p_performance,
			coalesce(p_now, clock_timestamp())) >= p_max THEN
			outcome := 'many';
			RETURN;
		END IF;
	END IF;
	SELECT d.* INTO v FROM hold_place_database(p_user, p_performance, p_token, p_mark,
	    p_meta_version, p_seats, p_prices, p_price_version, p_life_ms,
	    p_hard_ms, p_fingerprint, p_now) AS d;
	outcome := v.outcome;
	letters := v.letters;
	hold := v.hold;
END $$;
