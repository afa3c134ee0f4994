-- SPDX-License-Identifier: BSD-2-Clause
--
-- A purchase is told in one row, whatever way it was paid: its reservation is
-- confirmed, and the payload names the payment that was captured and the hold
-- that was paid. Whoever wants the three apart makes them of it.
--
-- What becomes of a promise is told no more: it is no fact, the journal of
-- holds has it, and telling of it cost every hold a row and a trigger.
DROP TRIGGER outbox_new ON holds;
DROP TRIGGER outbox ON holds;
DROP FUNCTION outbox_hold;

-- As 0095 has it, but that a capture is told by the reservation.
CREATE OR REPLACE FUNCTION payment_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NOT payment_may_move(OLD.status, NEW.status) THEN
		RAISE EXCEPTION 'payment_move' USING ERRCODE = '23514',
		    CONSTRAINT = 'payment_move', DETAIL = format(
		    'no payment goes from %s to %s', OLD.status, NEW.status);
	END IF;
	NEW.changed_at := clock_timestamp();
	INSERT INTO payment_log (payment_id, at, from_status, to_status)
	VALUES (NEW.id, NEW.changed_at, OLD.status, NEW.status);
	IF NEW.status <> 'CAPTURED' THEN
		INSERT INTO outbox (aggregate, aggregate_id, kind, payload)
		VALUES ('payment', NEW.id::text,
		    'payment.' || lower(NEW.status),
		    jsonb_build_object('performance_id', NEW.performance_id,
		    'user_id', NEW.user_id, 'amount', NEW.amount,
		    'currency', NEW.currency));
	END IF;
	RETURN NEW;
END $$;

-- As 0095 has them, but for the row of the outbox.
CREATE OR REPLACE FUNCTION payment_intent(
	p_user bigint, p_route text, p_key text, p_fingerprint bytea,
	p_method text, p_head bytea, p_tail bytea, p_epoch bigint,
	p_log_ms bigint, p_log_seq bigint, p_token text, p_performance bigint,
	p_mark int, p_seats int[], p_prices bigint[], p_price_version int,
	p_amount bigint, p_currency text, p_made timestamptz,
	p_expires timestamptz, p_hard timestamptz, p_number text,
	p_at timestamptz,
	OUT outcome text, OUT status int, OUT body bytea, OUT payment bigint,
	OUT token uuid, OUT state text)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
	v_wallet boolean := p_method = 'wallet';
	v_epoch bigint;
	v_limit int;
	v_reservation bigint;
	v_transfer bigint;
	v_n int;
	v_answer bytea;
	v_point text;
BEGIN
	PERFORM pg_advisory_xact_lock_shared(1, 0),
	    pg_advisory_xact_lock(hashint8extended(p_performance, p_user));
	-- A statement of its own, so that it sees what others committed before
	-- they let go of the locks.
	SELECT e.epoch, p.max_seats_per_user,
	    (SELECT coalesce(sum(cardinality(r.seats)
		- cardinality(r.cancelled)), 0) FROM reservations AS r
		WHERE r.user_id = p_user AND r.performance_id = p_performance)
	    + (SELECT count(*) FROM seat_claim AS c
		WHERE c.performance_id = p_performance AND c.user_id = p_user
		AND c.state IN ('H', 'P') AND c.hold_token <> p_token)
	    INTO STRICT v_epoch, v_limit, v_n
	    FROM sys_epoch AS e, performances AS p WHERE p.id = p_performance;
	IF v_epoch <> p_epoch THEN
		outcome := 'epoch';
		RETURN;
	END IF;

	payment := nextval('payments_id_seq');
	v_answer := p_head || convert_to(payment::text, 'UTF8') || p_tail;
	IF v_wallet THEN
		-- Mostly nobody has asked: then this is idem_take without its
		-- price.
		INSERT INTO idempotency (user_id, route, key, fingerprint,
		    recovery_point, token, locked_until, status, body,
		    created_at, expires_at)
		VALUES (p_user, p_route, p_key, p_fingerprint, 'finished',
		    '00000000-0000-0000-0000-000000000000', p_at, 201,
		    v_answer, p_at, p_at + interval '48 h')
		ON CONFLICT (user_id, route, key) DO NOTHING;
	END IF;
	IF NOT v_wallet OR NOT FOUND THEN
		SELECT t.outcome, t.status, t.body, t.token, t.point
		    INTO outcome, status, body, token, v_point
		    FROM idem_take(p_user, p_route, p_key, p_fingerprint, p_at,
			CASE WHEN v_wallet THEN 201 END,
			CASE WHEN v_wallet THEN v_answer END) AS t;
		IF outcome <> 'new' THEN
			payment := NULL;
			RETURN;
		END IF;
	END IF;
	IF v_point <> 'started' AND NOT v_wallet THEN
		SELECT 'again', p.id, p.status INTO STRICT outcome, payment,
		    state FROM payments AS p WHERE p.user_id = p_user
		    AND p.route = p_route AND p.key = p_key
		    ORDER BY p.id DESC LIMIT 1;
		RETURN;
	END IF;

	IF v_n + cardinality(p_seats) > v_limit THEN
		RAISE EXCEPTION 'pay_limit' USING ERRCODE = '23514',
		    CONSTRAINT = 'pay_limit';
	END IF;
	IF v_wallet THEN
		UPDATE wallets AS w SET balance = w.balance - p_amount
		    WHERE w.user_id = p_user AND w.balance >= p_amount
		    AND w.currency = p_currency AND p_amount > 0;
		IF NOT FOUND AND p_amount > 0 THEN
			RAISE EXCEPTION 'pay_funds' USING ERRCODE = '23514',
			    CONSTRAINT = 'pay_funds';
		END IF;
		v_transfer := nextval('transfer_id');
		v_reservation := nextval('reservations_id_seq');
	END IF;
	-- A claim that is there is somebody else's, unless this hold made it
	-- or it was a promise that has lapsed.
	INSERT INTO seat_claim AS c (performance_id, seat_no, state, mark,
	    user_id, hold_token, reservation_id, changed_at)
	SELECT p_performance, s, CASE WHEN v_wallet THEN 'R' ELSE 'P' END,
	    p_mark, p_user, p_token, v_reservation, p_at
	FROM unnest(p_seats) AS s
	ON CONFLICT (performance_id, seat_no) DO UPDATE
	SET state = excluded.state, mark = excluded.mark,
	    user_id = excluded.user_id, hold_token = excluded.hold_token,
	    reservation_id = excluded.reservation_id, expires_at = NULL,
	    changed_at = excluded.changed_at
	WHERE (c.state IN ('H', 'P') AND c.hold_token = excluded.hold_token)
	    OR (c.state = 'H' AND c.expires_at <= clock_timestamp());
	GET DIAGNOSTICS v_n = ROW_COUNT;
	IF v_n < cardinality(p_seats) THEN
		RAISE EXCEPTION 'pay_seats' USING ERRCODE = '23514',
		    CONSTRAINT = 'pay_seats';
	END IF;

	IF NOT v_wallet THEN
		PERFORM idem_phase(p_user, p_route, p_key, token, 'intent');
		WITH pay AS (
		INSERT INTO payments (id, user_id, performance_id, hold_token,
		    method, status, amount, currency, created_at, changed_at,
		    route, key, number, answer)
		OVERRIDING SYSTEM VALUE
		VALUES (payment, p_user, p_performance, p_token, p_method,
		    'SENT', p_amount, p_currency, p_at, p_at, p_route, p_key,
		    p_number, v_answer)),
		log AS (
		INSERT INTO payment_log (payment_id, at, to_status)
		VALUES (payment, p_at, 'SENT')),
		seats AS (
		INSERT INTO seat_log (at, performance_id, seats, from_state,
		    to_state, user_id, hold_token)
		VALUES (p_at, p_performance, p_seats, 'H', 'P', p_user,
		    p_token)),
		told AS (
		INSERT INTO outbox (aggregate, aggregate_id, kind, payload, at)
		VALUES ('payment', payment::text, 'payment.sent',
		    jsonb_build_object('performance_id', p_performance,
		    'user_id', p_user, 'amount', p_amount,
		    'currency', p_currency), p_at))
		INSERT INTO holds (token, performance_id, user_id, seats,
		    price_version, prices, amount, currency, status, made_at,
		    expires_at, hard_expires_at, epoch, log_ms, log_seq)
		VALUES (p_token, p_performance, p_user, p_seats,
		    p_price_version, p_prices, p_amount, p_currency, 'paying',
		    p_made, p_expires, p_hard, p_epoch, p_log_ms, p_log_seq)
		ON CONFLICT (token) DO UPDATE SET status = excluded.status,
		    epoch = excluded.epoch, log_ms = excluded.log_ms,
		    log_seq = excluded.log_seq;
		outcome := 'sent';
		RETURN;
	END IF;

	WITH pay AS (
	INSERT INTO payments (id, user_id, performance_id, hold_token, method,
	    status, amount, currency, created_at, changed_at)
	OVERRIDING SYSTEM VALUE
	VALUES (payment, p_user, p_performance, p_token, p_method, 'CAPTURED',
	    p_amount, p_currency, p_at, p_at)),
	log AS (
	INSERT INTO payment_log (payment_id, at, from_status, to_status)
	VALUES (payment, p_at, NULL, 'SENT'),
	    (payment, p_at, 'SENT', 'CAPTURED')),
	money AS (
	INSERT INTO ledger (transfer_id, line, account, user_id, amount,
	    currency, reason, payment_id, at)
	SELECT v_transfer, l.line, l.account, l.owner, l.amount, p_currency,
	    'payment', payment, p_at
	FROM (VALUES (1, 'wallet', p_user, -p_amount),
	    (2, 'sales', NULL, p_amount)) AS l (line, account, owner, amount)
	WHERE p_amount > 0),
	reservation AS (
	INSERT INTO reservations (id, number, user_id, performance_id,
	    hold_token, payment_id, status, seats, prices, amount, currency,
	    created_at)
	OVERRIDING SYSTEM VALUE
	VALUES (v_reservation, p_number, p_user, p_performance, p_token,
	    payment, 'CONFIRMED', p_seats, p_prices, p_amount, p_currency,
	    p_at)),
	lines AS (
	INSERT INTO reservation_log (reservation_id, at, from_status,
	    to_status, seats, user_id)
	VALUES (v_reservation, p_at, NULL, 'CONFIRMED', p_seats, p_user)),
	seats AS (
	INSERT INTO seat_log (at, performance_id, seats, from_state, to_state,
	    user_id, hold_token, reservation_id)
	VALUES (p_at, p_performance, p_seats, 'H', 'P', p_user, p_token,
	    v_reservation), (p_at, p_performance, p_seats, 'P', 'R', p_user,
	    p_token, v_reservation)),
	kept AS (
	INSERT INTO holds (token, performance_id, user_id, seats,
	    price_version, prices, amount, currency, status, made_at,
	    expires_at, hard_expires_at, epoch, log_ms, log_seq)
	VALUES (p_token, p_performance, p_user, p_seats, p_price_version,
	    p_prices, p_amount, p_currency, 'paid', p_made, p_expires, p_hard,
	    p_epoch, p_log_ms, p_log_seq)
	ON CONFLICT (token) DO UPDATE SET status = excluded.status,
	    epoch = excluded.epoch, log_ms = excluded.log_ms,
	    log_seq = excluded.log_seq)
	INSERT INTO outbox (aggregate, aggregate_id, kind, payload, at)
	VALUES ('reservation', p_number, 'reservation.confirmed',
	    jsonb_build_object('performance_id', p_performance,
	    'user_id', p_user, 'payment_id', payment, 'hold', p_token,
	    'seat_ids', p_seats, 'amount', p_amount,
	    'currency', p_currency), p_at);
	outcome := 'paid';
END $$;

CREATE OR REPLACE FUNCTION payment_confirm(p_payment bigint, p_token uuid,
	p_amount bigint, p_currency text, p_at timestamptz,
	OUT outcome text, OUT status int, OUT body bytea)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
	v payments := payment_step(p_payment, p_token);
	v_hold holds;
	v_reservation bigint;
	v_transfer bigint;
	v_n int := 0;
BEGIN
	IF v.status = 'CAPTURED' THEN
		outcome := 'paid';
		status := 201;
		body := v.answer;
		RETURN;
	ELSIF (v.amount, v.currency::text) <> (p_amount, p_currency) THEN
		outcome := 'amount';
		RETURN;
	END IF;

	SELECT * INTO STRICT v_hold FROM holds AS h
	    WHERE h.token = v.hold_token;
	IF v.status IN ('SENT', 'CANCELING') THEN
		PERFORM FROM seat_claim AS c
		    WHERE c.performance_id = v.performance_id
		    AND c.seat_no = ANY (v_hold.seats) AND c.state = 'P'
		    AND c.hold_token = v.hold_token
		    ORDER BY c.seat_no FOR UPDATE;
		GET DIAGNOSTICS v_n = ROW_COUNT;
	END IF;
	IF v_n < cardinality(v_hold.seats) THEN
		UPDATE payments AS p SET status = 'LATE'
		    WHERE p.id = p_payment AND p.status <> 'LATE';
		-- One that had failed has released its claims: those there
		-- now may be another attempt's for the same hold.
		IF v.status IN ('SENT', 'CANCELING') THEN
			PERFORM payment_release(v, v_hold);
		END IF;
		outcome := 'late';
		RETURN;
	END IF;

	v_reservation := nextval('reservations_id_seq');
	UPDATE seat_claim AS c SET state = 'R', reservation_id = v_reservation,
	    changed_at = p_at
	    WHERE c.performance_id = v.performance_id
	    AND c.seat_no = ANY (v_hold.seats);
	UPDATE payments AS p SET status = 'CAPTURED' WHERE p.id = p_payment;
	IF v.amount > 0 THEN
		v_transfer := nextval('transfer_id');
		INSERT INTO ledger (transfer_id, line, account, amount,
		    currency, reason, payment_id, at)
		VALUES (v_transfer, 1, 'funding', -v.amount, v.currency,
		    'payment', p_payment, p_at),
		    (v_transfer, 2, 'sales', v.amount, v.currency,
		    'payment', p_payment, p_at);
	END IF;
	INSERT INTO seat_log (at, performance_id, seats, from_state, to_state,
	    user_id, hold_token, reservation_id)
	VALUES (p_at, v.performance_id, v_hold.seats, 'P', 'R', v.user_id,
	    v.hold_token, v_reservation);
	INSERT INTO reservations (id, number, user_id, performance_id,
	    hold_token, payment_id, status, seats, prices, amount, currency,
	    created_at)
	OVERRIDING SYSTEM VALUE
	VALUES (v_reservation, v.number, v.user_id, v.performance_id,
	    v.hold_token, p_payment, 'CONFIRMED', v_hold.seats, v_hold.prices,
	    v.amount, v.currency, v.created_at);
	INSERT INTO reservation_log (reservation_id, at, to_status, seats,
	    user_id)
	VALUES (v_reservation, p_at, 'CONFIRMED', v_hold.seats, v.user_id);
	UPDATE holds AS h SET status = 'paid' WHERE h.token = v.hold_token;
	INSERT INTO outbox (aggregate, aggregate_id, kind, payload)
	VALUES ('reservation', v.number, 'reservation.confirmed',
	    jsonb_build_object('performance_id', v.performance_id,
	    'user_id', v.user_id, 'payment_id', p_payment,
	    'hold', v.hold_token, 'seat_ids', v_hold.seats,
	    'amount', v.amount, 'currency', v.currency));
	PERFORM idem_store(v.user_id, v.route, v.key, 201, v.answer, p_token);
	outcome := 'paid';
	status := 201;
	body := v.answer;
END $$;
