-- SPDX-License-Identifier: BSD-2-Clause
--
-- Tills, and what is sold and paid back at them (lib/admin/till.h).
--
-- Order, behind that of payment_intent and cancel_seats: the session's row. Who
-- closes a till has nothing but that.

-- A transfer: a line for each account, those of 0 left out.
CREATE OR REPLACE FUNCTION till_book(p_till bigint, p_reason text,
	p_payment bigint, p_currency text, p_at timestamptz,
	p_accounts text[], p_amounts bigint[]) RETURNS void LANGUAGE sql AS $$
	WITH t AS MATERIALIZED (SELECT nextval('transfer_id') AS id)
	INSERT INTO ledger (transfer_id, line, account, till_id, amount,
	    currency, reason, payment_id, at)
	SELECT t.id, l.line, l.account,
	    CASE WHEN l.account IN ('till', 'terminal') THEN p_till END,
	    l.amount, p_currency, p_reason, p_payment, p_at
	FROM t, unnest(p_accounts, p_amounts)
	    WITH ORDINALITY AS l (account, amount, line)
	WHERE l.amount <> 0
$$;

-- A drawer in an operator's hands: taken (somebody has it), busy (he has
-- another), user (nobody who sells), or done.
CREATE OR REPLACE FUNCTION till_open(p_till text, p_currency text,
	p_float bigint, p_at timestamptz, p_user bigint, p_action text,
	p_object text, p_reason text, p_os_user text, p_request text,
	OUT outcome text, OUT till bigint) LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO till_sessions (till, operator_id, currency, float_amount,
	    opened_at)
	SELECT p_till, u.id, p_currency, p_float, p_at FROM users AS u
	    WHERE u.id = p_user AND u.role IN ('STAFF', 'ADMIN')
	    AND NOT u.disabled
	ON CONFLICT DO NOTHING RETURNING id INTO till_open.till;
	IF NOT FOUND THEN
		outcome := CASE WHEN EXISTS (SELECT FROM till_sessions AS s
			WHERE s.till = p_till AND s.closed_at IS NULL)
			THEN 'taken'
		    WHEN EXISTS (SELECT FROM till_sessions AS s
			WHERE s.operator_id = p_user AND s.closed_at IS NULL)
			THEN 'busy'
		    ELSE 'user' END;
		RETURN;
	END IF;
	PERFORM till_book(till_open.till, 'float', NULL, p_currency, p_at,
	    '{till,safe}', ARRAY[-p_float, p_float]);
	PERFORM audit_write(p_user, p_action, p_object, p_reason, p_os_user,
	    p_request, jsonb_build_object('till_id', till_open.till,
	    'float', p_float, 'currency', p_currency));
	outcome := 'done';
END $$;

-- What should be in the drawer.
CREATE OR REPLACE FUNCTION till_expected(p_till bigint) RETURNS bigint
LANGUAGE sql STABLE AS $$
	SELECT coalesce(-sum(l.amount), 0)::bigint FROM ledger AS l
	WHERE l.till_id = p_till AND l.account = 'till'
$$;

-- It is counted and over. p_any: whoever's it is.
--   none    it is no till of his
--   closed  it was closed before
--   done
CREATE OR REPLACE FUNCTION till_close(p_till bigint, p_any boolean,
	p_counted bigint, p_note text, p_at timestamptz, p_user bigint,
	p_action text, p_object text, p_reason text, p_os_user text,
	p_request text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	v till_sessions;
	v_expected bigint;
BEGIN
	SELECT * INTO v FROM till_sessions AS s WHERE s.id = p_till
	    AND (p_any OR s.operator_id = p_user) FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		RETURN 'none';
	END IF;
	IF v.closed_at IS NOT NULL THEN
		RETURN 'closed';
	END IF;
	v_expected := till_expected(p_till);
	UPDATE till_sessions AS s SET closed_at = p_at, closed_by = p_user,
	    expected = v_expected, counted = p_counted, note = p_note
	    WHERE s.id = p_till;
	PERFORM till_book(p_till, 'count', NULL, v.currency, p_at,
	    '{till,safe,over_short}', ARRAY[v_expected, -p_counted,
	    p_counted - v_expected]);
	PERFORM audit_write(p_user, p_action, p_object, p_reason, p_os_user,
	    p_request, jsonb_build_object('till_id', p_till,
	    'expected', v_expected, 'counted', p_counted));
	RETURN 'done';
END $$;

-- ---- sales ----

-- What goes with a payment at a counter, in its transaction. Raised, with a
-- constraint name of its own, so that nothing is kept: till_closed (it is
-- closed, or not this operator's), till_currency, till_quota (more seats for
-- nothing than he may give away in a day).
CREATE OR REPLACE FUNCTION counter_sold(p_outcome text, p_payment bigint,
	p_user bigint, p_method text, p_number text, p_performance bigint,
	p_seats int[], p_amount bigint, p_currency text, p_at timestamptz,
	p_operator bigint, p_name text, p_note text, p_slip text,
	p_reason text, p_quota bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	v till_sessions;
BEGIN
	IF p_outcome <> 'paid' THEN
		RETURN;
	END IF;
	SELECT * INTO v FROM till_sessions AS s WHERE s.id = -p_user
	    FOR NO KEY UPDATE;
	IF v.closed_at IS NOT NULL OR v.operator_id <> p_operator THEN
		RAISE EXCEPTION 'till_closed' USING ERRCODE = '23514',
		    CONSTRAINT = 'till_closed';
	END IF;
	IF p_amount > 0 AND v.currency <> p_currency THEN
		RAISE EXCEPTION 'till_currency' USING ERRCODE = '23514',
		    CONSTRAINT = 'till_currency';
	END IF;
	IF p_method = 'complimentary' AND cardinality(p_seats) + coalesce((
	    SELECT sum(c.seats) FROM counter_sales AS c
	    WHERE c.operator_id = p_operator AND c.complimentary
	    AND c.at > p_at - interval '24 h'), 0) > p_quota THEN
		RAISE EXCEPTION 'till_quota' USING ERRCODE = '23514',
		    CONSTRAINT = 'till_quota';
	END IF;
	INSERT INTO counter_sales (payment_id, number, performance_id, till_id,
	    operator_id, seats, complimentary, name, note, slip, reason, at)
	VALUES (p_payment, p_number, p_performance, v.id, p_operator,
	    cardinality(p_seats), p_method = 'complimentary', p_name, p_note,
	    p_slip, p_reason, p_at);
END $$;

-- ---- what operators see ----

-- What was sold and paid back there, by method; only what there was.
CREATE OR REPLACE FUNCTION till_methods(p_till bigint) RETURNS json
LANGUAGE sql STABLE AS $$
	WITH sold AS (
	SELECT p.method::text AS method, count(*) AS n_sales,
	    sum(c.seats) AS n_seats, sum(p.amount) AS amount
	FROM counter_sales AS c JOIN payments AS p ON p.id = c.payment_id
	WHERE c.till_id = p_till GROUP BY 1),
	back AS (
	SELECT CASE l.account WHEN 'till' THEN 'cash' ELSE 'terminal' END
	    AS method, count(*) AS n, sum(l.amount) AS amount
	FROM ledger AS l WHERE l.till_id = p_till AND l.reason = 'payout'
	GROUP BY 1)
	SELECT coalesce(json_agg(json_build_object(
	    'method', method, 'n_sales', coalesce(s.n_sales, 0),
	    'n_seats', coalesce(s.n_seats, 0),
	    'sold', coalesce(s.amount, 0),
	    'n_paid_back', coalesce(b.n, 0),
	    'paid_back', coalesce(b.amount, 0),
	    'net', coalesce(s.amount, 0) - coalesce(b.amount, 0))
	    ORDER BY method), '[]')
	FROM sold AS s FULL JOIN back AS b USING (method)
$$;

CREATE OR REPLACE FUNCTION till_item(s till_sessions) RETURNS json
LANGUAGE sql STABLE AS $$
	SELECT json_build_object(
	    'id', s.id,
	    'till', s.till,
	    'operator_id', s.operator_id,
	    'login_id', (SELECT u.login_id FROM users AS u
		WHERE u.id = s.operator_id),
	    'currency', s.currency,
	    'float', s.float_amount,
	    'opened_at', entry_time(s.opened_at),
	    'closed_at', entry_time(s.closed_at),
	    'expected', coalesce(s.expected, till_expected(s.id)),
	    'counted', s.counted,
	    'difference', s.counted - s.expected,
	    'note', s.note,
	    'methods', till_methods(s.id))
$$;

-- Newest first, below the id p_before where that is not 0. p_operator 0:
-- everybody's.
CREATE OR REPLACE FUNCTION till_list(p_before bigint, p_max bigint,
	p_open boolean, p_operator bigint) RETURNS TABLE (id bigint, item json)
LANGUAGE sql STABLE AS $$
	SELECT s.id, till_item(s) FROM till_sessions AS s
	WHERE (p_before = 0 OR s.id < p_before)
	    AND (NOT p_open OR s.closed_at IS NULL)
	    AND (p_operator = 0 OR s.operator_id = p_operator)
	ORDER BY s.id DESC LIMIT p_max
$$;
