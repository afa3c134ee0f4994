-- SPDX-License-Identifier: BSD-2-Clause
--
-- What comes back of a place that is given back now.

-- The only writer of refund_policies.
CREATE OR REPLACE FUNCTION refund_policy_keep()
RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO refund_policies (performance_id, until, policy)
	VALUES (OLD.id, clock_timestamp(), OLD.refund_policy);
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER refund_policy_keep AFTER UPDATE OF refund_policy
	ON performances FOR EACH ROW
	WHEN (NEW.refund_policy IS DISTINCT FROM OLD.refund_policy)
	EXECUTE FUNCTION refund_policy_keep();

-- The policy that a purchase of p_booked was made by, never NULL; p_minutes is
-- the setting.
CREATE OR REPLACE FUNCTION refund_policy_of(p performances,
	p_booked timestamptz, p_minutes bigint) RETURNS jsonb
LANGUAGE sql STABLE AS $$
SELECT coalesce((SELECT k.policy FROM (
	SELECT r.policy, r.until FROM refund_policies AS r
	    WHERE r.performance_id = p.id AND r.until > p_booked
	UNION ALL SELECT p.refund_policy, 'infinity') AS k
	ORDER BY k.until LIMIT 1), jsonb_build_object('steps',
	jsonb_build_array(jsonb_build_object('minutes_before', p_minutes,
	'percent', 100))));
$$;

-- When a step ends, or a grace: so many minutes before the start, or with the
-- day that is so many days before the day of the performance at the venue; not
-- after the start.
CREATE OR REPLACE FUNCTION refund_until(p_step jsonb, p_starts timestamptz,
	p_zone text) RETURNS timestamptz LANGUAGE sql STABLE AS $$
SELECT least(p_starts, CASE WHEN p_step ? 'days_before'
	THEN ((p_starts AT TIME ZONE p_zone)::date
	    - (p_step->>'days_before')::int + 1)::timestamp AT TIME ZONE p_zone
	ELSE p_starts - (p_step->>'minutes_before')::int
	    * interval '1 minute' END);
$$;

-- The steps of a policy, in their order.
CREATE OR REPLACE FUNCTION refund_steps(p_policy jsonb, p_starts timestamptz,
	p_zone text)
RETURNS TABLE (step bigint, until timestamptz, percent int, fee bigint)
LANGUAGE sql STABLE AS $$
SELECT s.step, refund_until(s.said, p_starts, p_zone),
    (s.said->>'percent')::int, coalesce((s.said->>'fee')::bigint, 0)
FROM jsonb_array_elements(p_policy->'steps')
    WITH ORDINALITY AS s (said, step);
$$;

-- What would come back of a place that was bought then: so much of its price,
-- less a fee, as long as it is given back before until.
--   percent  NULL: it is too late, since until
--   until    NULL: there is no end, since the performance is cancelled
CREATE OR REPLACE FUNCTION refund_due(p_performance bigint,
	p_booked timestamptz, p_at timestamptz, p_minutes bigint,
	OUT percent int, OUT fee bigint, OUT until timestamptz)
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
	v performances;
	v_zone text;
	v_policy jsonb;
	v_grace timestamptz;
BEGIN
	SELECT p.* INTO STRICT v FROM performances AS p
	    WHERE p.id = p_performance;
	fee := 0;
	IF v.status = 'cancelled' THEN
		percent := 100;
		RETURN;
	END IF;
	SELECT e.time_zone INTO STRICT v_zone FROM hall_revisions AS r
	    JOIN halls AS h ON h.id = r.hall_id
	    JOIN venues AS e ON e.id = h.venue_id
	    WHERE r.id = v.hall_revision_id;
	v_policy := refund_policy_of(v, p_booked, p_minutes);
	v_grace := least(p_booked + (v_policy->'grace'->>'hours')::int
	    * interval '1 hour', refund_until(v_policy->'grace', v.starts_at,
	    v_zone));
	IF v_policy ? 'grace' AND p_at < v_grace THEN
		percent := 100;
		until := v_grace;
		RETURN;
	END IF;
	SELECT s.percent, s.fee, s.until INTO percent, fee, until
	    FROM refund_steps(v_policy, v.starts_at, v_zone) AS s
	    WHERE s.until > p_at ORDER BY s.step LIMIT 1;
	IF NOT FOUND THEN
		SELECT max(s.until) INTO until
		    FROM refund_steps(v_policy, v.starts_at, v_zone) AS s;
	END IF;
END $$;

-- What is kept of a price is rounded down to whole minor units, so what comes
-- back is rounded up. NULL where percent is.
CREATE OR REPLACE FUNCTION refund_amounts(p_prices bigint[], p_percent int,
	p_fee bigint) RETURNS bigint[] LANGUAGE sql IMMUTABLE AS $$
SELECT CASE WHEN p_percent IS NOT NULL THEN ARRAY(SELECT greatest(0,
	l.price - l.price * (100 - p_percent) / 100 - p_fee)
	FROM unnest(p_prices) WITH ORDINALITY AS l (price, line)
	ORDER BY l.line) END;
$$;

-- A performance's present policy as its buyers are told.
CREATE OR REPLACE FUNCTION refund_terms(p performances, p_zone text,
	p_minutes bigint) RETURNS json
LANGUAGE sql STABLE AS $$
SELECT json_build_object('steps', (SELECT json_agg(json_build_object(
	    'until', entry_time(s.until), 'percent', s.percent, 'fee', s.fee)
	    ORDER BY s.step)
	FROM refund_steps(o.policy, p.starts_at, p_zone) AS s),
    'grace', CASE WHEN o.policy ? 'grace' THEN json_build_object(
	'hours', (o.policy->'grace'->>'hours')::int, 'until',
	entry_time(refund_until(o.policy->'grace', p.starts_at, p_zone))) END)
FROM (SELECT refund_policy_of(p, 'infinity', p_minutes) AS policy) AS o;
$$;

-- When the last step of it ends.
CREATE OR REPLACE FUNCTION refund_ends(p performances, p_zone text,
	p_minutes bigint) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
SELECT max(s.until) FROM refund_steps(refund_policy_of(p, 'infinity', p_minutes),
	p.starts_at, p_zone) AS s;
$$;
