-- SPDX-License-Identifier: BSD-2-Clause
--
-- How a hold is bought.

-- Whether nobody outside is asked: then a payment is made in one transaction, and
-- what is given back is free at once.
CREATE OR REPLACE FUNCTION payment_at_once(p_method text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
	SELECT p_method IN ('wallet', 'cash', 'terminal', 'complimentary')
$$;

-- Where its money comes from.
CREATE OR REPLACE FUNCTION payment_account(p_method text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE p_method WHEN 'wallet' THEN 'wallet' WHEN 'cash' THEN 'till'
	    WHEN 'terminal' THEN 'terminal' ELSE 'funding' END
$$;

-- The intent: one round trip, everything or nothing. For the wallet and at a
-- counter, where nobody outside is asked, it is the confirm as well.
--
-- Order, the same for everybody who touches the same rows: advisory locks
-- (the epoch shared, then performance and user), the idempotency row, the
-- wallet, the claims by seat_no, the rest. A statement costs more than its
-- rows, so the rest, which nobody waits for, is one. Everybody who buys of a
-- counter section waits for its stock: that comes last.
--
-- What is refused after the first write raises 23514 with a constraint name of
-- its own (pay_limit, pay_funds, pay_seats, pay_stock, pay_closed), so that
-- nothing is kept; what is refused before is an outcome:
--   paid      it was captured; the stored answer is head, payment's id, tail
--   sent      payment is SENT, and body is the answer when it is captured;
--             payment_made follows in the same transaction
--   epoch     Redis was rebuilt since the hold's script ran: start over
--   replay    this key was answered: status and body
--   mismatch  this key asked for something else
--   running   what this key began has not ended
--
-- A hold is paid for as it was made: within the limit that held then, and its
-- row in the journal becomes h, whose status says paid, or paying where somebody
-- is asked, whatever was there before. It is not paid for where the performance is
-- a draft or cancelled (pay_closed); one whose sale is over only makes no new
-- holds. A promise that has lapsed counts for nobody. A currency that is not the
-- price list's is nothing that a buyer could do: pay_currency is a fault. A till
-- session (p_user below 0) has no limit.
CREATE OR REPLACE FUNCTION payment_intent(
	p_user bigint, p_route text, p_key text, p_fingerprint bytea,
	p_method text, p_head bytea, p_tail bytea, p_mark int, h holds,
	p_number text, p_at timestamptz,
	OUT outcome text, OUT status int, OUT body bytea, OUT payment bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
	v_wallet boolean := p_method = 'wallet';
	v_at_once boolean := payment_at_once(p_method);
	v_now timestamptz;
	v_epoch bigint;
	v_status text;
	v_limit int;
	v_reservation bigint;
	v_transfer bigint;
	v_n int;
	v_answer bytea;
	v_section smallint := h.section_no;
	v_taken int := 0;
BEGIN
	PERFORM pg_advisory_xact_lock_shared(1, 0),
	    pg_advisory_xact_lock(hashint8extended(h.performance_id, p_user));
	-- A statement of its own, so that it sees what others committed before
	-- they let go of the locks.
	v_now := clock_timestamp();
	SELECT e.epoch, p.status, (SELECT max(l.seats_max)
		FROM seat_limits AS l WHERE l.performance_id = h.performance_id
		AND l.until > h.made_at - interval '1 s'),
	    CASE WHEN p_user > 0 THEN (SELECT n FROM places_of(
		h.performance_id, p_user, h.token, v_now) AS n) END
	    INTO STRICT v_epoch, v_status, v_limit, v_n
	    FROM sys_epoch AS e, performances AS p
	    WHERE p.id = h.performance_id;
	IF v_epoch <> h.epoch THEN
		outcome := 'epoch';
		RETURN;
	END IF;

	payment := nextval('payments_id_seq');
	v_answer := p_head || convert_to(payment::text, 'UTF8') || p_tail;
	IF v_at_once THEN
		-- Mostly nobody has asked: then this is idem_take without its
		-- price.
		INSERT INTO idempotency (user_id, route, key, fingerprint,
		    status, body, created_at, expires_at)
		VALUES (p_user, p_route, p_key, p_fingerprint, 201, v_answer,
		    p_at, p_at + interval '48 h')
		ON CONFLICT (user_id, route, key) DO NOTHING;
	END IF;
	IF NOT v_at_once OR NOT FOUND THEN
		SELECT t.outcome, t.status, t.body
		    INTO outcome, status, body
		    FROM idem_take(p_user, p_route, p_key, p_fingerprint, p_at,
			CASE WHEN v_at_once THEN 201 END,
			CASE WHEN v_at_once THEN v_answer END) AS t;
		IF outcome <> 'new' THEN
			payment := NULL;
			RETURN;
		END IF;
	END IF;

	IF h.currency IS DISTINCT FROM (SELECT l.currency
	    FROM price_lists AS l WHERE l.performance_id = h.performance_id
	    AND l.version = h.price_version) THEN
		RAISE EXCEPTION 'pay_currency' USING ERRCODE = '23514',
		    CONSTRAINT = 'pay_currency';
	END IF;
	IF v_status NOT IN ('open', 'closed') THEN
		RAISE EXCEPTION 'pay_closed' USING ERRCODE = '23514',
		    CONSTRAINT = 'pay_closed';
	END IF;
	IF v_n + cardinality(h.seats) > v_limit THEN
		RAISE EXCEPTION 'pay_limit' USING ERRCODE = '23514',
		    CONSTRAINT = 'pay_limit';
	END IF;
	IF v_wallet THEN
		UPDATE wallets AS w SET balance = w.balance - h.amount
		    WHERE w.user_id = p_user AND w.balance >= h.amount
		    AND w.currency = h.currency AND h.amount > 0;
		IF NOT FOUND AND h.amount > 0 THEN
			RAISE EXCEPTION 'pay_funds' USING ERRCODE = '23514',
			    CONSTRAINT = 'pay_funds';
		END IF;
	END IF;
	IF v_at_once THEN
		v_transfer := nextval('transfer_id');
		v_reservation := nextval('reservations_id_seq');
	END IF;
	IF v_section IS NOT NULL THEN
		v_taken := section_take(h.performance_id, h.token, v_section,
		    CASE WHEN v_at_once THEN 'R' ELSE 'P' END,
		    cardinality(h.seats), p_user, v_reservation, NULL);
	ELSE
		-- A claim that is there is somebody else's, unless this hold
		-- made it, it was kept for whom holds it (house_hold), or it
		-- was a promise that has lapsed.
		INSERT INTO seat_claim AS c (performance_id, seat_no, state,
		    mark, user_id, hold_token, reservation_id, changed_at)
		SELECT h.performance_id, s, CASE WHEN v_at_once THEN 'R' ELSE 'P'
		    END, p_mark, p_user, h.token, v_reservation, p_at
		FROM unnest(h.seats) AS s
		ON CONFLICT (performance_id, seat_no) DO UPDATE
		SET state = excluded.state, mark = excluded.mark,
		    user_id = excluded.user_id,
		    hold_token = excluded.hold_token,
		    reservation_id = excluded.reservation_id,
		    expires_at = NULL, changed_at = excluded.changed_at
		WHERE (c.state IN ('H', 'P', 'B')
			AND c.hold_token = excluded.hold_token)
		    OR (c.state = 'H' AND c.expires_at <= clock_timestamp());
		GET DIAGNOSTICS v_n = ROW_COUNT;
		IF v_n < cardinality(h.seats) THEN
			RAISE EXCEPTION 'pay_seats' USING ERRCODE = '23514',
			    CONSTRAINT = 'pay_seats';
		END IF;
	END IF;

	IF NOT v_at_once THEN
		PERFORM payment_sent(payment, p_user, h.performance_id, h.token,
		    p_method, h.amount, h.currency, p_at);
		INSERT INTO seat_log (at, performance_id, seats, section_no,
		    from_state, to_state, user_id, hold_token)
		VALUES (p_at, h.performance_id, h.seats, v_section, 'H', 'P',
		    p_user, h.token);
		INSERT INTO holds_fact SELECT h;
		IF v_section IS NOT NULL AND NOT section_count(h.performance_id,
		    v_section, v_taken, 0) THEN
			RAISE EXCEPTION 'pay_stock' USING ERRCODE = '23514',
			    CONSTRAINT = 'pay_stock';
		END IF;
		outcome := 'sent';
		body := v_answer;
		RETURN;
	END IF;

	WITH pay AS (
	INSERT INTO payments (id, user_id, performance_id, hold_token, method,
	    status, amount, currency, created_at, changed_at)
	OVERRIDING SYSTEM VALUE
	VALUES (payment, p_user, h.performance_id, h.token, p_method, 'CAPTURED',
	    h.amount, h.currency, p_at, p_at)),
	log AS (
	INSERT INTO payment_log (payment_id, at, from_status, to_status)
	VALUES (payment, p_at, NULL, 'SENT'),
	    (payment, p_at, 'SENT', 'CAPTURED')),
	money AS (
	INSERT INTO ledger (transfer_id, line, account, user_id, till_id,
	    amount, currency, reason, payment_id, at)
	SELECT v_transfer, l.line, l.account, l.owner, l.till, l.amount,
	    h.currency, 'payment', payment, p_at
	FROM (VALUES (1, payment_account(p_method),
		CASE WHEN v_wallet THEN p_user END,
		CASE WHEN NOT v_wallet THEN -p_user END, -h.amount),
	    (2, 'sales', NULL, NULL, h.amount))
	    AS l (line, account, owner, till, amount)
	WHERE h.amount > 0),
	reservation AS (
	INSERT INTO reservations (id, number, user_id, performance_id,
	    hold_token, payment_id, status, seats, prices, amount, currency,
	    created_at, section_no, types)
	OVERRIDING SYSTEM VALUE
	VALUES (v_reservation, p_number, p_user, h.performance_id, h.token,
	    payment, 'CONFIRMED', h.seats, h.prices, h.amount, h.currency,
	    p_at, v_section, h.types)),
	lines AS (
	INSERT INTO reservation_log (reservation_id, at, from_status,
	    to_status, seats, user_id)
	VALUES (v_reservation, p_at, NULL, 'CONFIRMED', h.seats, p_user)),
	seats AS (
	INSERT INTO seat_log (at, performance_id, seats, section_no,
	    from_state, to_state, user_id, hold_token, reservation_id)
	VALUES (p_at, h.performance_id, h.seats, v_section, 'H', 'P', p_user,
	    h.token, v_reservation), (p_at, h.performance_id, h.seats, v_section,
	    'P', 'R', p_user, h.token, v_reservation)),
	kept AS (INSERT INTO holds_fact SELECT h)
	INSERT INTO outbox (aggregate, aggregate_id, kind, payload, at)
	VALUES ('reservation', p_number, 'reservation.confirmed',
	    jsonb_build_object('performance_id', h.performance_id,
	    'user_id', p_user, 'payment_id', payment, 'hold', h.token,
	    'section_id', v_section, 'seat_ids', h.seats, 'amount', h.amount,
	    'currency', h.currency), p_at);
	IF v_section IS NOT NULL AND NOT section_count(h.performance_id, v_section,
	    v_taken, cardinality(h.seats)) THEN
		RAISE EXCEPTION 'pay_stock' USING ERRCODE = '23514',
		    CONSTRAINT = 'pay_stock';
	END IF;
	outcome := 'paid';
END $$;

-- Several purchases by wallet in one transaction. To begin a statement costs
-- more than its rows do: of the 1.7 million instructions of one purchase (ten
-- tables) a quarter is the executor's start, and another goes into what does
-- not grow with the rows. Four at once cost 0.8 million each, eight 0.6.
--
-- What is not plain is left out, and its process makes it alone with
-- payment_intent, which refuses it for its own reason: a key that was used,
-- another epoch, a limit that would be passed, a wallet that has not enough,
-- nothing to pay, a second payment of the same user. What is left is all
-- written or nothing: a seat or a wallet that another took meanwhile, a
-- section that has not enough left, or a lock that is not given at once, ends
-- it (all go alone).
--
-- Those who buy of one counter section wait for each other's commits; together
-- they wait once.
--
-- A plan of its own for each call seems cheaper, since a general one is
-- reckoned with more rows, and to make it costs as much as two or three
-- purchases: so the general one is forced.
--
-- Locks are taken in the order of payment_intent (epoch, buyer's performance,
-- then rows) and sorted within each, so that two of these wait for each other
-- in one direction only.
CREATE OR REPLACE FUNCTION payment_together(
	p_users bigint[], p_routes text[], p_keys text[],
	p_fingerprints bytea[], p_methods text[], p_heads bytea[],
	p_tails bytea[], p_marks int[], p_holds holds[], p_numbers text[],
	p_at timestamptz[],
	OUT places bigint[], OUT payments bigint[])
LANGUAGE plpgsql SET lock_timeout = '100ms'
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
	n_seats bigint;
	n_claimed bigint;
	n_counted bigint;
	n_sections bigint;
	n_bought bigint;
	v_holds holds[];
	v_now timestamptz;
BEGIN
	PERFORM pg_advisory_xact_lock_shared(1, 0);
	PERFORM pg_advisory_xact_lock(l.key) FROM (SELECT
	    hashint8extended(h.performance_id, h.user_id) AS key
	    FROM unnest(p_holds) AS h ORDER BY key) AS l;
	v_now := clock_timestamp();
	WITH asked AS MATERIALIZED (
	SELECT DISTINCT ON (t.usr) t.*, t.ordinality AS place,
	    nextval('payments_id_seq') AS payment,
	    nextval('reservations_id_seq') AS reservation,
	    nextval('transfer_id') AS transfer
	FROM unnest(p_users, p_routes, p_keys, p_fingerprints, p_methods,
	    p_heads, p_tails, p_marks, p_numbers, p_at, p_holds)
	    WITH ORDINALITY AS t (usr, route, key, digest, method, head, tail,
	    mark, number, at)
	JOIN performances AS p ON p.id = t.performance_id
	    AND p.status IN ('open', 'closed')
	JOIN price_lists AS l ON l.performance_id = t.performance_id
	    AND l.version = t.price_version AND l.currency = t.currency
	JOIN wallets AS w ON w.user_id = t.usr
	JOIN sys_epoch AS e ON e.epoch = t.epoch
	WHERE w.balance >= t.amount AND w.currency = t.currency
	    AND t.amount > 0
	    AND NOT EXISTS (SELECT FROM idempotency AS i
		WHERE i.user_id = t.usr AND i.route = t.route
		AND i.key = t.key)
	    AND cardinality(t.seats)
	    + (SELECT n FROM places_of(t.performance_id, t.usr, t.token,
		v_now) AS n)
		<= (SELECT max(s.seats_max) FROM seat_limits AS s
		WHERE s.performance_id = t.performance_id
		AND s.until > t.made_at - interval '1 s')
	ORDER BY t.usr, t.ordinality),
	bought AS (
	UPDATE wallets AS w SET balance = w.balance - a.amount FROM asked AS a
	WHERE w.user_id = a.usr AND w.balance >= a.amount RETURNING 1),
	claimed AS (
	INSERT INTO seat_claim AS c (performance_id, seat_no, state, mark,
	    user_id, hold_token, reservation_id, changed_at)
	SELECT a.performance_id, s, 'R', a.mark, a.usr, a.token, a.reservation,
	    a.at FROM asked AS a CROSS JOIN unnest(a.seats) AS s
	    WHERE a.section_no IS NULL
	    ORDER BY a.performance_id, s
	ON CONFLICT (performance_id, seat_no) DO UPDATE
	SET state = excluded.state, mark = excluded.mark,
	    user_id = excluded.user_id, hold_token = excluded.hold_token,
	    reservation_id = excluded.reservation_id, expires_at = NULL,
	    changed_at = excluded.changed_at
	WHERE (c.state IN ('H', 'P') AND c.hold_token = excluded.hold_token)
	    OR (c.state = 'H' AND c.expires_at <= clock_timestamp())
	RETURNING 1),
	counted AS (
	INSERT INTO section_claim (performance_id, hold_token, section_no,
	    state, quantity, user_id, reservation_id)
	SELECT a.performance_id, a.token, a.section_no, 'R',
	    cardinality(a.seats), a.usr, a.reservation
	FROM asked AS a WHERE a.section_no IS NOT NULL
	ON CONFLICT DO NOTHING RETURNING 1),
	idem AS (
	INSERT INTO idempotency (user_id, route, key, fingerprint, status,
	    body, created_at, expires_at)
	SELECT usr, route, key, digest, 201,
	    head || convert_to(payment::text, 'UTF8') || tail, at,
	    at + interval '48 h' FROM asked),
	pay AS (
	INSERT INTO payments (id, user_id, performance_id, hold_token, method,
	    status, amount, currency, created_at, changed_at)
	OVERRIDING SYSTEM VALUE
	SELECT payment, usr, performance_id, token, method, 'CAPTURED', amount,
	    currency, at, at FROM asked),
	log AS (
	INSERT INTO payment_log (payment_id, at, from_status, to_status)
	SELECT a.payment, a.at, m.was, m.becomes FROM asked AS a CROSS JOIN
	    (VALUES (NULL, 'SENT'), ('SENT', 'CAPTURED')) AS m (was, becomes)),
	money AS (
	INSERT INTO ledger (transfer_id, line, account, user_id, amount,
	    currency, reason, payment_id, at)
	SELECT a.transfer, l.line, l.account,
	    CASE l.line WHEN 1 THEN a.usr END, l.sign * a.amount, a.currency,
	    'payment', a.payment, a.at FROM asked AS a CROSS JOIN
	    (VALUES (1, 'wallet', -1), (2, 'sales', 1))
	    AS l (line, account, sign)),
	reservation AS (
	INSERT INTO reservations (id, number, user_id, performance_id,
	    hold_token, payment_id, status, seats, prices, amount, currency,
	    created_at, section_no, types)
	OVERRIDING SYSTEM VALUE
	SELECT reservation, number, usr, performance_id, token, payment,
	    'CONFIRMED', seats, prices, amount, currency, at, section_no, types
	FROM asked),
	lines AS (
	INSERT INTO reservation_log (reservation_id, at, from_status,
	    to_status, seats, user_id)
	SELECT reservation, at, NULL, 'CONFIRMED', seats, usr FROM asked),
	seats AS (
	INSERT INTO seat_log (at, performance_id, seats, section_no,
	    from_state, to_state, user_id, hold_token, reservation_id)
	SELECT a.at, a.performance_id, a.seats, a.section_no, m.was, m.becomes,
	    a.usr, a.token, a.reservation FROM asked AS a CROSS JOIN
	    (VALUES ('H', 'P'), ('P', 'R')) AS m (was, becomes)),
	told AS (
	INSERT INTO outbox (aggregate, aggregate_id, kind, payload, at)
	SELECT 'reservation', number, 'reservation.confirmed',
	    jsonb_build_object('performance_id', performance_id, 'user_id', usr,
	    'payment_id', payment, 'hold', token, 'section_id', section_no,
	    'seat_ids', seats, 'amount',
	    amount, 'currency', currency), at FROM asked)
	SELECT array_agg(a.place), array_agg(a.payment),
	    coalesce(sum(cardinality(a.seats))
		FILTER (WHERE a.section_no IS NULL), 0),
	    count(a.section_no), (SELECT count(*) FROM claimed),
	    (SELECT count(*) FROM counted), (SELECT count(*) FROM bought),
	    array_agg(p_holds[a.place])
	INTO places, payments, n_seats, n_sections, n_claimed, n_counted,
	    n_bought, v_holds
	FROM asked AS a;
	IF n_claimed < n_seats OR n_counted < n_sections
	    OR n_bought < cardinality(places) THEN
		RAISE EXCEPTION 'pay_together' USING ERRCODE = '23514',
		    CONSTRAINT = 'pay_together';
	END IF;
	INSERT INTO holds_fact SELECT h FROM unnest(v_holds) AS h
	    ORDER BY h.token;
	IF n_sections > 0 AND NOT sections_sold(v_holds) THEN
		RAISE EXCEPTION 'pay_together' USING ERRCODE = '23514',
		    CONSTRAINT = 'pay_together';
	END IF;
END $$;
