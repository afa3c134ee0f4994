-- SPDX-License-Identifier: BSD-2-Clause
--
-- What comes back of a place that is given back now, and of which payment.

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

-- ---- whose money it is ----

-- Payments that moves of a reservation were paid by.
CREATE OR REPLACE FUNCTION move_payment_ids(p_reservation bigint)
RETURNS bigint[] LANGUAGE sql STABLE AS $$
	SELECT ARRAY(SELECT m.payment_id FROM reservation_moves AS m
	    WHERE m.reservation_id = p_reservation
	    AND m.payment_id IS NOT NULL ORDER BY m.move_no)
$$;

-- All that a reservation was paid by: mostly one.
CREATE OR REPLACE FUNCTION reservation_payment_ids(r reservations)
RETURNS bigint[] LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN r.moves = 0 THEN ARRAY[r.payment_id]
	    ELSE r.payment_id || move_payment_ids(r.id) END
$$;

-- The reservation that a payment bought, or was to move: none, or one.
CREATE OR REPLACE FUNCTION payment_reservation(p payments)
RETURNS SETOF reservations LANGUAGE sql STABLE ROWS 1 AS $$
	SELECT r.* FROM reservations AS r
	WHERE r.hold_token = token_hold(p.hold_token)
	    AND (r.payment_id = p.id OR r.hold_token <> p.hold_token)
$$;

-- Money of a reservation comes back: so much of each of these payments, by a
-- refund that has an id already. p_done: it is back; else its provider is asked
-- for it, and p_seats wait for all of them. What comes back at once has one
-- number. Raised: refund_payment, one of them is none of its, or was not captured.
CREATE OR REPLACE FUNCTION reservation_refund(r reservations,
	p_refunds bigint[], p_payments bigint[], p_amounts bigint[],
	p_done boolean, p_reason text, p_seats int[], p_at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	v_ids bigint[] := reservation_payment_ids(r);
	v_n int;
BEGIN
	UPDATE payments AS p SET refunded = p.refunded + s.amount,
	    changed_at = p_at
	    FROM unnest(p_payments, p_amounts) AS s (payment_id, amount)
	    WHERE p.id = s.payment_id AND p.id = ANY (v_ids)
	    AND p.status = 'CAPTURED';
	GET DIAGNOSTICS v_n = ROW_COUNT;
	IF v_n <> cardinality(p_payments) OR v_n = 0 THEN
		RAISE EXCEPTION 'refund_payment' USING ERRCODE = '23514',
		    CONSTRAINT = 'refund_payment';
	END IF;
	INSERT INTO refunds (id, payment_id, refund_no, amount, currency,
	    status, reason, created_at)
	SELECT s.id, s.payment_id, n.refund_no, s.amount, r.currency,
	    CASE WHEN p_done THEN 'DONE' ELSE 'SENT' END, p_reason, p_at
	    FROM unnest(p_refunds, p_payments, p_amounts)
		AS s (id, payment_id, amount),
	    (SELECT coalesce(max(f.refund_no), 0) + 1 AS refund_no
		FROM refunds AS f WHERE f.payment_id = ANY (v_ids)) AS n;
	IF NOT p_done THEN
		PERFORM refund_ask(p_refunds, p_seats, p_at);
	END IF;
END $$;

-- Providers are to be asked for refunds; p_seats wait for each of them.
CREATE OR REPLACE FUNCTION refund_ask(p_refunds bigint[], p_seats int[],
	p_at timestamptz) RETURNS void LANGUAGE sql AS $$
	INSERT INTO refund_outside (refund_id, seats, outside_ref, look_at)
	SELECT id, p_seats, replace(gen_random_uuid()::text, '-', ''), p_at
	FROM unnest(p_refunds) AS id
$$;
