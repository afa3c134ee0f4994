-- SPDX-License-Identifier: BSD-2-Clause
--
-- A wallet payment: intent and confirm in one transaction and one round trip.
-- Everything a purchase writes is written here or nothing is.
--
-- Order, the same for everybody who touches the same rows: advisory locks
-- (the epoch shared, then performance and user), the idempotency row, the
-- wallet, the claims by seat_no, the rest.
--
-- What is refused after the first write raises 23514 with a constraint name of
-- its own (pay_limit, pay_funds, pay_seats), so that nothing is kept; what is
-- refused before is an outcome:
--   paid      payment is its id; the stored answer is head, id, tail
--   epoch     Redis was rebuilt since the hold's script ran: start over
--   replay    this key was answered: status and body
--   mismatch  this key asked for something else
--   running   this key is being worked on
CREATE FUNCTION pay_wallet(
	p_user bigint, p_route text, p_key text, p_fingerprint bytea,
	p_head bytea, p_tail bytea, p_epoch bigint, p_log_ms bigint,
	p_log_seq bigint, p_token text, p_performance bigint, p_mark int,
	p_seats int[], p_prices bigint[], p_price_version int, p_amount bigint,
	p_currency text, p_made timestamptz, p_expires timestamptz,
	p_hard timestamptz, p_limit int, p_number text, p_at timestamptz,
	OUT outcome text, OUT payment bigint, OUT status int, OUT body bytea)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
	v_reservation bigint;
	v_transfer bigint;
	v_n int;
	v_idem record;
BEGIN
	PERFORM pg_advisory_xact_lock_shared(1, 0),
	    pg_advisory_xact_lock(hashint8extended(p_performance, p_user));
	IF (SELECT epoch FROM sys_epoch) <> p_epoch THEN
		outcome := 'epoch';
		RETURN;
	END IF;

	payment := nextval('payments_id_seq');
	v_reservation := nextval('reservations_id_seq');
	INSERT INTO idempotency AS i (user_id, route, key, fingerprint,
	    recovery_point, token, locked_until, status, body, created_at,
	    expires_at)
	VALUES (p_user, p_route, p_key, p_fingerprint, 'finished',
	    gen_random_uuid(), p_at, 201,
	    p_head || convert_to(payment::text, 'UTF8') || p_tail, p_at,
	    p_at + interval '48 h')
	ON CONFLICT (user_id, route, key) DO UPDATE
	SET recovery_point = excluded.recovery_point, token = excluded.token,
	    status = excluded.status, body = excluded.body
	WHERE i.fingerprint = excluded.fingerprint AND i.status IS NULL
	    AND i.locked_until < clock_timestamp();
	IF NOT FOUND THEN
		SELECT i.fingerprint = p_fingerprint AS same, i.status, i.body
		    INTO v_idem FROM idempotency AS i WHERE i.user_id = p_user
		    AND i.route = p_route AND i.key = p_key;
		payment := NULL;
		IF NOT v_idem.same THEN
			outcome := 'mismatch';
		ELSIF v_idem.status IS NULL THEN
			outcome := 'running';
		ELSE
			outcome := 'replay';
			status := v_idem.status;
			body := v_idem.body;
		END IF;
		RETURN;
	END IF;

	SELECT coalesce(sum(cardinality(r.seats) - cardinality(r.cancelled)),
	    0) + (SELECT count(*) FROM seat_claim AS c
		WHERE c.performance_id = p_performance AND c.user_id = p_user
		AND c.state IN ('H', 'P') AND c.hold_token <> p_token)
	    INTO v_n FROM reservations AS r
	    WHERE r.user_id = p_user AND r.performance_id = p_performance;
	IF v_n + cardinality(p_seats) > p_limit THEN
		RAISE EXCEPTION 'pay_limit' USING ERRCODE = '23514',
		    CONSTRAINT = 'pay_limit';
	END IF;

	IF p_amount > 0 THEN
		UPDATE wallets AS w SET balance = w.balance - p_amount
		    WHERE w.user_id = p_user AND w.balance >= p_amount
		    AND w.currency = p_currency;
		IF NOT FOUND THEN
			RAISE EXCEPTION 'pay_funds' USING ERRCODE = '23514',
			    CONSTRAINT = 'pay_funds';
		END IF;
		v_transfer := nextval('transfer_id');
		INSERT INTO ledger (transfer_id, line, account, user_id,
		    amount, currency, reason, payment_id, at)
		VALUES (v_transfer, 1, 'wallet', p_user, -p_amount, p_currency,
		    'payment', payment, p_at),
		    (v_transfer, 2, 'sales', NULL, p_amount, p_currency,
		    'payment', payment, p_at);
	END IF;

	-- A claim that is there is somebody else's, unless this hold made it
	-- or it was a promise that has lapsed.
	INSERT INTO seat_claim AS c (performance_id, seat_no, state, mark,
	    user_id, hold_token, reservation_id, changed_at)
	SELECT p_performance, s, 'R', p_mark, p_user, p_token, v_reservation,
	    p_at FROM unnest(p_seats) AS s
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

	INSERT INTO payments (id, user_id, performance_id, hold_token, method,
	    status, amount, currency, created_at, changed_at)
	OVERRIDING SYSTEM VALUE
	VALUES (payment, p_user, p_performance, p_token, 'wallet', 'CAPTURED',
	    p_amount, p_currency, p_at, p_at);
	INSERT INTO payment_log (payment_id, at, from_status, to_status)
	VALUES (payment, p_at, NULL, 'SENT'),
	    (payment, p_at, 'SENT', 'CAPTURED');
	INSERT INTO reservations (id, number, user_id, performance_id,
	    hold_token, payment_id, status, seats, prices, amount, currency,
	    created_at)
	OVERRIDING SYSTEM VALUE
	VALUES (v_reservation, p_number, p_user, p_performance, p_token,
	    payment, 'CONFIRMED', p_seats, p_prices, p_amount, p_currency,
	    p_at);
	INSERT INTO reservation_log (reservation_id, at, from_status,
	    to_status, seats, user_id)
	VALUES (v_reservation, p_at, NULL, 'CONFIRMED', p_seats, p_user);
	INSERT INTO seat_log (at, performance_id, seats, from_state, to_state,
	    user_id, hold_token, reservation_id)
	VALUES (p_at, p_performance, p_seats, 'H', 'P', p_user, p_token,
	    v_reservation), (p_at, p_performance, p_seats, 'P', 'R', p_user,
	    p_token, v_reservation);
	INSERT INTO holds AS h (token, performance_id, user_id, seats,
	    price_version, prices, amount, currency, status, made_at,
	    expires_at, hard_expires_at, epoch, log_ms, log_seq)
	VALUES (p_token, p_performance, p_user, p_seats, p_price_version,
	    p_prices, p_amount, p_currency, 'paid', p_made, p_expires, p_hard,
	    p_epoch, p_log_ms, p_log_seq)
	ON CONFLICT (token) DO UPDATE SET status = excluded.status,
	    epoch = excluded.epoch, log_ms = excluded.log_ms,
	    log_seq = excluded.log_seq;
	outcome := 'paid';
END $$;
