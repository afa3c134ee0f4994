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
	    SELECT sum(cardinality(r.seats) - cardinality(r.cancelled))
	    FROM counter_sales AS c JOIN reservations AS r
		ON r.number = c.number
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

-- ---- what goes back ----

-- Money of a payment leaves a till. Raised, with a constraint name of its own, so
-- that nothing is kept: till_closed (it is closed, or not this operator's, or has
-- another currency).
CREATE OR REPLACE FUNCTION counter_pay_out(p_payment bigint, p_till bigint,
	p_operator bigint, p_amount bigint, p_slip text, p_at timestamptz)
	RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	v till_sessions;
	v_p payments;
BEGIN
	SELECT * INTO v FROM till_sessions AS s WHERE s.id = p_till
	    FOR NO KEY UPDATE;
	SELECT * INTO STRICT v_p FROM payments AS p WHERE p.id = p_payment;
	IF v.id IS NULL OR v.closed_at IS NOT NULL
	    OR v.operator_id IS DISTINCT FROM p_operator
	    OR (p_amount > 0 AND v.currency <> v_p.currency) THEN
		RAISE EXCEPTION 'till_closed' USING ERRCODE = '23514',
		    CONSTRAINT = 'till_closed';
	END IF;
	PERFORM till_book(p_till, 'payout', p_payment, v_p.currency, p_at,
	    ARRAY[payment_account(v_p.method), 'owed'],
	    ARRAY[p_amount, -p_amount]);
	INSERT INTO counter_payouts (payment_id, till_id, operator_id, amount,
	    slip, at)
	VALUES (p_payment, p_till, p_operator, p_amount, p_slip, p_at);
END $$;

-- Seats of a sale given back at a till, for cancel_seats_by: the same, and what
-- comes back is paid out there.
CREATE OR REPLACE FUNCTION counter_reverse(
	p_user bigint, p_route text, p_key text, p_fingerprint bytea,
	p_body bytea, p_reservation bigint, p_known int[], p_seats int[],
	p_refunds bigint[], p_balance_max bigint, p_at timestamptz,
	p_payments bigint[], p_amounts bigint[], p_by bigint, p_action text,
	p_object text, p_reason text, p_os_user text, p_request text,
	p_moves bigint, p_till bigint,
	p_slip text, OUT outcome text, OUT status int, OUT body bytea)
LANGUAGE plpgsql AS $$
BEGIN
	SELECT c.outcome, c.status, c.body
	    INTO counter_reverse.outcome, counter_reverse.status,
		counter_reverse.body
	    FROM cancel_seats_by(p_user, p_route, p_key, p_fingerprint, p_body,
		p_reservation, p_known, p_seats, p_refunds, p_balance_max, p_at,
		p_payments, p_amounts, p_by, p_action, p_object, p_reason,
		p_os_user, p_request, p_moves) AS c;
	IF counter_reverse.outcome = 'cancelled' THEN
		PERFORM counter_pay_out((SELECT r.payment_id
		    FROM reservations AS r WHERE r.id = p_reservation), p_till,
		    p_by, (SELECT sum(a) FROM unnest(p_amounts) AS a)::bigint,
		    p_slip, p_at);
	END IF;
END $$;

-- What is owed for a sale that was given back otherwise is paid out at a till.
--   none     no such sale
--   nothing  nothing is owed
--   slip     a terminal's slip has a number, and nothing else has
--   done
CREATE OR REPLACE FUNCTION counter_pay_owed(p_number text, p_till bigint,
	p_slip text, p_at timestamptz, p_by bigint, p_action text,
	p_object text, p_reason text, p_os_user text, p_request text,
	OUT outcome text, OUT amount bigint, OUT currency text)
LANGUAGE plpgsql AS $$
DECLARE
	v_payment bigint;
	v_method text;
BEGIN
	SELECT c.payment_id INTO v_payment FROM counter_sales AS c
	    JOIN reservations AS r ON r.number = c.number
	    WHERE c.number = p_number FOR NO KEY UPDATE OF r;
	IF NOT FOUND THEN
		outcome := 'none';
		RETURN;
	END IF;
	SELECT p.method, p.currency INTO v_method, counter_pay_owed.currency
	    FROM payments AS p WHERE p.id = v_payment;
	SELECT coalesce(sum(l.amount), 0) INTO counter_pay_owed.amount
	    FROM ledger AS l WHERE l.payment_id = v_payment
	    AND l.account = 'owed';
	outcome := CASE WHEN counter_pay_owed.amount = 0 THEN 'nothing'
	    WHEN (v_method = 'terminal') <> (p_slip IS NOT NULL) THEN 'slip'
	    ELSE 'done' END;
	IF outcome = 'done' THEN
		PERFORM counter_pay_out(v_payment, p_till, p_by,
		    counter_pay_owed.amount, p_slip, p_at);
		PERFORM audit_write(p_by, p_action, p_object, p_reason,
		    p_os_user, p_request, jsonb_build_object('till_id', p_till,
		    'amount', counter_pay_owed.amount));
	END IF;
END $$;

-- ---- tickets ----

-- Who prints tickets of a performance does so alone.
CREATE OR REPLACE FUNCTION counter_print_lock(p_performance bigint)
RETURNS void LANGUAGE sql AS $$
	SELECT pg_advisory_xact_lock(hashtextextended('print', p_performance))
$$;

-- Tickets of a sale are printed; again only for a reason.
--   none    no such sale
--   before  they were, and there is no reason
--   done    owner is whose they are
CREATE OR REPLACE FUNCTION counter_print(p_number text, p_paper text,
	p_reason text, p_at timestamptz, p_operator bigint,
	OUT outcome text, OUT owner bigint)
LANGUAGE plpgsql AS $$
DECLARE
	v_payment bigint;
	v_performance bigint;
BEGIN
	SELECT c.payment_id, c.performance_id, -c.till_id
	    INTO v_payment, v_performance, counter_print.owner
	    FROM counter_sales AS c WHERE c.number = p_number;
	IF NOT FOUND THEN
		outcome := 'none';
		RETURN;
	END IF;
	PERFORM counter_print_lock(v_performance);
	IF p_reason IS NULL AND EXISTS (SELECT FROM counter_prints AS l
	    WHERE l.payment_id = v_payment) THEN
		outcome := 'before';
	ELSE
		INSERT INTO counter_prints (payment_id, operator_id, paper,
		    reason, at)
		VALUES (v_payment, p_operator, p_paper, p_reason, p_at);
		outcome := 'done';
	END IF;
END $$;

-- The next p_max sales of a performance that are kept for a name and were never
-- printed, by name: they are now.
CREATE OR REPLACE FUNCTION counter_print_named(p_performance bigint,
	p_max bigint, p_paper text, p_at timestamptz, p_operator bigint)
RETURNS TABLE (number text, owner bigint, name text) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
	PERFORM counter_print_lock(p_performance);
	RETURN QUERY WITH next AS MATERIALIZED (
	SELECT c.payment_id, c.number, -c.till_id AS owner, c.name
	FROM counter_sales AS c JOIN reservations AS r ON r.number = c.number
	WHERE c.performance_id = p_performance AND c.name IS NOT NULL
	    AND r.status <> 'CANCELLED' AND NOT EXISTS (SELECT
		FROM counter_prints AS l WHERE l.payment_id = c.payment_id)
	ORDER BY c.name, c.payment_id LIMIT p_max),
	log AS (
	INSERT INTO counter_prints (payment_id, operator_id, paper, at)
	SELECT n.payment_id, p_operator, p_paper, p_at FROM next AS n)
	SELECT n.number, n.owner, n.name FROM next AS n
	ORDER BY n.name, n.payment_id;
END $$;

-- ---- what operators see ----

CREATE OR REPLACE FUNCTION counter_item(c counter_sales) RETURNS json
LANGUAGE sql STABLE AS $$
	SELECT json_build_object(
	    'number', c.number,
	    'status', r.status,
	    'performance_id', c.performance_id,
	    'section_id', r.section_no,
	    'seat_ids', r.seats,
	    'cancelled_seat_ids', r.cancelled,
	    'method', p.method,
	    'amount', p.amount,
	    'refunded', p.refunded,
	    'owed', (SELECT coalesce(sum(l.amount), 0) FROM ledger AS l
		WHERE l.payment_id = c.payment_id AND l.account = 'owed'),
	    'currency', p.currency,
	    'payment_id', c.payment_id,
	    'till_id', c.till_id,
	    'operator_id', c.operator_id,
	    'name', c.name,
	    'note', c.note,
	    'slip', c.slip,
	    'reason', c.reason,
	    'prints', (SELECT count(*) FROM counter_prints AS l
		WHERE l.payment_id = c.payment_id),
	    'at', entry_time(c.at))
	FROM payments AS p, reservations AS r
	WHERE p.id = c.payment_id AND r.number = c.number
$$;

-- Newest first, below the payment p_before where that is not 0; 0 and NULL:
-- whatever. p_name: how the name begins.
CREATE OR REPLACE FUNCTION counter_list(p_before bigint, p_max bigint,
	p_till bigint, p_performance bigint, p_number text, p_name text)
RETURNS TABLE (id bigint, item json) LANGUAGE sql STABLE AS $$
	SELECT c.payment_id, counter_item(c) FROM counter_sales AS c
	WHERE (p_before = 0 OR c.payment_id < p_before)
	    AND (p_till = 0 OR c.till_id = p_till)
	    AND (p_performance = 0 OR c.performance_id = p_performance)
	    AND (p_number IS NULL OR c.number = p_number)
	    AND (p_name IS NULL OR starts_with(lower(c.name), lower(p_name)))
	ORDER BY c.payment_id DESC LIMIT p_max
$$;

-- What was printed, newest first, below the print p_before where that is not 0; 0
-- and NULL: whatever.
CREATE OR REPLACE FUNCTION counter_print_list(p_before bigint, p_max bigint,
	p_performance bigint, p_number text)
RETURNS TABLE (id bigint, item json) LANGUAGE sql STABLE AS $$
	SELECT l.id, json_build_object(
	    'id', l.id,
	    'at', entry_time(l.at),
	    'number', c.number,
	    'performance_id', c.performance_id,
	    'name', c.name,
	    'paper', l.paper,
	    'reason', l.reason,
	    'operator_id', l.operator_id,
	    'login_id', u.login_id)
	FROM counter_prints AS l
	JOIN counter_sales AS c ON c.payment_id = l.payment_id
	LEFT JOIN users AS u ON u.id = l.operator_id
	WHERE (p_before = 0 OR l.id < p_before)
	    AND (p_performance = 0 OR c.performance_id = p_performance)
	    AND (p_number IS NULL OR c.number = p_number)
	ORDER BY l.id DESC LIMIT p_max
$$;

-- What was sold and paid back there, by method; only what there was.
CREATE OR REPLACE FUNCTION till_methods(p_till bigint) RETURNS json
LANGUAGE sql STABLE AS $$
	WITH sold AS (
	SELECT method, sum(n) AS n_sales, sum(seats) AS n_seats,
	    sum(took) AS amount
	FROM (SELECT p.method::text AS method, 1 AS n, c.seats, 0 AS took
	    FROM counter_sales AS c JOIN payments AS p ON p.id = c.payment_id
	    WHERE c.till_id = p_till
	    -- Also what a sale of another till came to cost more.
	    UNION ALL SELECT CASE l.account WHEN 'till' THEN 'cash'
		ELSE 'terminal' END, 0, 0, -l.amount FROM ledger AS l
	    WHERE l.till_id = p_till AND l.reason = 'payment') AS s
	GROUP BY 1),
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
