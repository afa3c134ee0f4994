-- SPDX-License-Identifier: BSD-2-Clause
--
-- The rows of a sale, cheaper still, and the limit counted from the limit that
-- is in force.

-- What the foreign keys that 0060 dropped stood for is guarded from the other
-- side: a row that others name is never deleted and keeps its id.
CREATE FUNCTION refuse_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'rows of % are never deleted', TG_TABLE_NAME
	    USING ERRCODE = '23514', CONSTRAINT = 'never_deleted';
END $$;
CREATE TRIGGER never_deleted BEFORE DELETE OR UPDATE OF id ON users
	FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER never_deleted BEFORE DELETE OR UPDATE OF id ON performances
	FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER never_deleted BEFORE DELETE OR UPDATE OF id ON payments
	FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER never_deleted BEFORE DELETE OR UPDATE OF id ON reservations
	FOR EACH ROW EXECUTE FUNCTION refuse_delete();

-- A CHECK of a table is parsed from its text by every statement that writes;
-- that of a domain once a session. So the word lists are domains.
CREATE DOMAIN hold_status AS text CHECK (VALUE IN
	('held', 'paying', 'paid', 'expired', 'released', 'lost'));
CREATE DOMAIN payment_method AS text CHECK (VALUE IN ('wallet', 'card'));
CREATE DOMAIN payment_status AS text CHECK (VALUE IN
	('SENT', 'CAPTURED', 'FAILED', 'CANCELING', 'CANCELED', 'LATE'));
CREATE DOMAIN reservation_status AS text CHECK (VALUE IN
	('CONFIRMED', 'PARTLY_CANCELLED', 'CANCELLED'));
CREATE DOMAIN ledger_account AS text CHECK (VALUE IN
	('wallet', 'sales', 'funding'));
CREATE DOMAIN ledger_reason AS text CHECK (VALUE IN
	('credit', 'charge', 'payment', 'refund'));
CREATE DOMAIN claim_state AS "char" CHECK (VALUE IN
	('H', 'P', 'R', 'C', 'B', 'D'));
DROP INDEX payments_hold_live;
ALTER TABLE holds DROP CONSTRAINT holds_status_check,
	ALTER COLUMN status TYPE hold_status;
ALTER TABLE payments DROP CONSTRAINT payments_method_check,
	DROP CONSTRAINT payments_status_check,
	ALTER COLUMN method TYPE payment_method,
	ALTER COLUMN status TYPE payment_status;
CREATE UNIQUE INDEX payments_hold_live ON payments (hold_token)
	WHERE status IN ('SENT', 'CAPTURED', 'CANCELING');
ALTER TABLE reservations DROP CONSTRAINT reservations_status_check,
	ALTER COLUMN status TYPE reservation_status;
DROP INDEX ledger_wallet;
ALTER TABLE ledger DROP CONSTRAINT ledger_account_check,
	DROP CONSTRAINT ledger_reason_check,
	ALTER COLUMN account TYPE ledger_account,
	ALTER COLUMN reason TYPE ledger_reason;
CREATE INDEX ledger_wallet ON ledger (user_id, transfer_id)
	WHERE account = 'wallet';
ALTER TABLE seat_claim DROP CONSTRAINT seat_claim_state_check,
	ALTER COLUMN state TYPE claim_state;

-- A log is read for one payment, reservation or performance: its key begins
-- with that and no second index is needed.
DROP INDEX payment_log_payment, reservation_log_reservation,
	seat_log_performance, reservations_performance;
ALTER TABLE payment_log DROP CONSTRAINT payment_log_pkey,
	ADD PRIMARY KEY (payment_id, id);
ALTER TABLE reservation_log DROP CONSTRAINT reservation_log_pkey,
	ADD PRIMARY KEY (reservation_id, id);
ALTER TABLE seat_log DROP CONSTRAINT seat_log_pkey,
	ADD PRIMARY KEY (performance_id, id);

-- What a user is paying for right now, hardly ever more than a few rows; the
-- claims of a sold-out performance are thousands.
CREATE INDEX seat_claim_running ON seat_claim (performance_id, user_id)
	WHERE state IN ('H', 'P');

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
--
-- The limit is the performance's own, read here: whoever asks may know an
-- older one.
DROP FUNCTION pay_wallet;
CREATE FUNCTION pay_wallet(
	p_user bigint, p_route text, p_key text, p_fingerprint bytea,
	p_head bytea, p_tail bytea, p_epoch bigint, p_log_ms bigint,
	p_log_seq bigint, p_token text, p_performance bigint, p_mark int,
	p_seats int[], p_prices bigint[], p_price_version int, p_amount bigint,
	p_currency text, p_made timestamptz, p_expires timestamptz,
	p_hard timestamptz, p_number text, p_at timestamptz,
	OUT outcome text, OUT payment bigint, OUT status int, OUT body bytea)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
	v_epoch bigint;
	v_limit int;
	v_reservation bigint;
	v_transfer bigint;
	v_n int;
	v_idem record;
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
	v_reservation := nextval('reservations_id_seq');
	INSERT INTO idempotency AS i (user_id, route, key, fingerprint,
	    recovery_point, token, locked_until, status, body, created_at,
	    expires_at)
	VALUES (p_user, p_route, p_key, p_fingerprint, 'finished',
	    '00000000-0000-0000-0000-000000000000', p_at, 201,
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

	IF v_n + cardinality(p_seats) > v_limit THEN
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
	-- The journal mostly knows the hold; then this is a row in place.
	UPDATE holds AS h SET status = 'paid', epoch = p_epoch,
	    log_ms = p_log_ms, log_seq = p_log_seq WHERE h.token = p_token;
	IF NOT FOUND THEN
		INSERT INTO holds AS h (token, performance_id, user_id, seats,
		    price_version, prices, amount, currency, status, made_at,
		    expires_at, hard_expires_at, epoch, log_ms, log_seq)
		VALUES (p_token, p_performance, p_user, p_seats, p_price_version,
		    p_prices, p_amount, p_currency, 'paid', p_made, p_expires, p_hard,
		    p_epoch, p_log_ms, p_log_seq)
		ON CONFLICT (token) DO UPDATE SET status = excluded.status,
		    epoch = excluded.epoch, log_ms = excluded.log_ms,
		    log_seq = excluded.log_seq;
	END IF;
	outcome := 'paid';
END $$;
