-- SPDX-License-Identifier: BSD-2-Clause
--
-- The payment machine. A payment moves along its graph and no other way; a
-- method that asks somebody outside takes an intent, a call with no
-- transaction open, and a confirm or a decline; the wallet, which asks nobody,
-- is an intent that captures at once.

-- ---- money ----

-- A domain's check is parsed once a session, a table's by every statement.
CREATE DOMAIN money_minor AS bigint CHECK (VALUE >= 0);
CREATE DOMAIN ledger_amount AS bigint CHECK (VALUE <> 0);
CREATE DOMAIN seat_number AS int CHECK (VALUE >= 1);
ALTER TABLE holds DROP CONSTRAINT holds_amount_check,
	ALTER COLUMN amount TYPE money_minor;
ALTER TABLE payments DROP CONSTRAINT payments_amount_check,
	ALTER COLUMN amount TYPE money_minor;
ALTER TABLE reservations DROP CONSTRAINT reservations_amount_check,
	ALTER COLUMN amount TYPE money_minor;
ALTER TABLE ledger DROP CONSTRAINT ledger_amount_check,
	ALTER COLUMN amount TYPE ledger_amount;
ALTER TABLE seat_claim DROP CONSTRAINT seat_claim_seat_no_check,
	ALTER COLUMN seat_no TYPE seat_number;

-- No balance is below zero, or beyond what every JSON reader keeps exactly
-- (WALLET_BALANCE_MAX).
CREATE DOMAIN wallet_balance AS bigint
	CONSTRAINT wallets_balance_range CHECK (VALUE BETWEEN 0
	    AND 1000000000000000);
ALTER TABLE wallets DROP CONSTRAINT wallets_balance_not_negative,
	ALTER COLUMN balance TYPE wallet_balance;

-- A transfer is written whole, by one statement, and sums to zero in each of
-- its currencies. sum() of bigint is numeric: it cannot overflow.
CREATE FUNCTION ledger_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT FROM added GROUP BY transfer_id, currency
	    HAVING sum(amount) <> 0) THEN
		RAISE EXCEPTION 'ledger_balanced' USING ERRCODE = '23514',
		    CONSTRAINT = 'ledger_balanced';
	END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER ledger_balanced AFTER INSERT ON ledger
	REFERENCING NEW TABLE AS added
	FOR EACH STATEMENT EXECUTE FUNCTION ledger_balanced();

-- ---- the graph ----

-- The same table as payment_moves in lib/payment/payment.c.
CREATE FUNCTION payment_may_move(p_from text, p_to text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE coalesce(p_from, '')
		WHEN '' THEN p_to = 'SENT'
		WHEN 'SENT' THEN p_to IN ('CAPTURED', 'FAILED', 'CANCELING',
		    'LATE')
		WHEN 'CANCELING' THEN p_to IN ('CAPTURED', 'CANCELED', 'LATE')
		WHEN 'FAILED' THEN p_to = 'LATE'
		WHEN 'CANCELED' THEN p_to = 'LATE'
		ELSE false END
$$;

-- A payment begins SENT, or CAPTURED by the two moves of one transaction; who
-- begins it logs and tells that (payment_intent). Every later move is legal,
-- logged and told by this.
CREATE FUNCTION payment_begin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'payment_move' USING ERRCODE = '23514',
	    CONSTRAINT = 'payment_move',
	    DETAIL = format('no payment begins %s', NEW.status);
END $$;
CREATE TRIGGER payment_begin BEFORE INSERT ON payments FOR EACH ROW
	WHEN (NEW.status NOT IN ('SENT', 'CAPTURED'))
	EXECUTE FUNCTION payment_begin();
CREATE FUNCTION payment_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NOT payment_may_move(OLD.status, NEW.status) THEN
		RAISE EXCEPTION 'payment_move' USING ERRCODE = '23514',
		    CONSTRAINT = 'payment_move', DETAIL = format(
		    'no payment goes from %s to %s', OLD.status, NEW.status);
	END IF;
	NEW.changed_at := clock_timestamp();
	INSERT INTO payment_log (payment_id, at, from_status, to_status)
	VALUES (NEW.id, NEW.changed_at, OLD.status, NEW.status);
	INSERT INTO outbox (aggregate, aggregate_id, kind, payload)
	VALUES ('payment', NEW.id::text, 'payment.' || lower(NEW.status),
	    jsonb_build_object('performance_id', NEW.performance_id,
	    'user_id', NEW.user_id, 'amount', NEW.amount,
	    'currency', NEW.currency));
	RETURN NEW;
END $$;
CREATE TRIGGER payment_move BEFORE UPDATE OF status ON payments FOR EACH ROW
	WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION payment_move();

-- What is paid for, by whom and how much, is fixed when it begins.
CREATE FUNCTION payment_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'payment_fixed' USING ERRCODE = '23514',
	    CONSTRAINT = 'payment_fixed';
END $$;
CREATE TRIGGER payment_fixed BEFORE UPDATE OF user_id, performance_id,
	hold_token, method, amount, currency, created_at ON payments
	FOR EACH ROW EXECUTE FUNCTION payment_fixed();

-- ---- the steps ----

-- Of a payment in several steps: the key it is made for, the number that its
-- reservation will have, and the answer for the case that all goes well. NULL
-- where all was made at once.
ALTER TABLE payments
	ADD COLUMN route text,
	ADD COLUMN key text,
	ADD COLUMN number text,
	ADD COLUMN answer bytea;

-- The intent: one round trip, everything or nothing. For the wallet it is the
-- confirm as well.
--
-- Order, the same for everybody who touches the same rows: advisory locks
-- (the epoch shared, then performance and user), the idempotency row, the
-- wallet, the claims by seat_no, the rest. A statement costs more than its
-- rows, so the rest, which nobody waits for, is one.
--
-- What is refused after the first write raises 23514 with a constraint name of
-- its own (pay_limit, pay_funds, pay_seats), so that nothing is kept; what is
-- refused before is an outcome:
--   paid      it was captured; the stored answer is head, payment's id, tail
--   sent      ask for the money, then confirm or decline with token
--   again     this key got as far as this payment, whose status is state, and
--             whoever worked on it is gone: go on from there with token
--   epoch     Redis was rebuilt since the hold's script ran: start over
--   replay    this key was answered: status and body
--   mismatch  this key asked for something else
--   running   this key is being worked on
--
-- The limit is the performance's own, read here: whoever asks may know an
-- older one.
DROP FUNCTION pay_wallet;
CREATE FUNCTION payment_intent(
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
	    log_seq = excluded.log_seq
	RETURNING token)
	-- From kept: the journal may be writing the hold just now, and what is
	-- told of it here must have the later version.
	INSERT INTO outbox (aggregate, aggregate_id, kind, payload, at)
	SELECT f.aggregate, f.id, f.kind, jsonb_build_object(
	    'performance_id', p_performance, 'user_id', p_user,
	    'payment_id', payment, 'seat_ids', p_seats, 'amount', p_amount,
	    'currency', p_currency), p_at
	FROM kept, (VALUES ('payment', payment::text, 'payment.captured'),
	    ('reservation', p_number, 'reservation.confirmed'),
	    ('hold', p_token, 'hold.paid')) AS f (aggregate, id, kind);
	outcome := 'paid';
END $$;

-- What a confirm and a decline begin with: nobody else works on purchases of
-- this user and performance, the key is still the caller's, the payment is
-- locked. p_token NULL: the caller acts for nobody's request (it is settled
-- from outside), and every check is the payment's own.
CREATE FUNCTION payment_step(p_payment bigint, p_token uuid) RETURNS payments
LANGUAGE plpgsql AS $$
DECLARE
	v payments;
BEGIN
	SELECT * INTO STRICT v FROM payments WHERE id = p_payment;
	PERFORM pg_advisory_xact_lock(hashint8extended(v.performance_id,
	    v.user_id));
	IF p_token IS NOT NULL THEN
		PERFORM idem_phase(v.user_id, v.route, v.key, p_token,
		    'called');
	END IF;
	SELECT * INTO STRICT v FROM payments WHERE id = p_payment FOR UPDATE;
	RETURN v;
END $$;

-- The money was captured outside. Whoever learns of it says so, as often as he
-- likes:
--   paid    the seats are reserved, by this call or before; status and body
--           are the answer
--   late    the seats are not this payment's any more: it is LATE, and what
--           it captured and has not refunded is due
--   amount  it was not this amount: nothing was done
CREATE FUNCTION payment_confirm(p_payment bigint, p_token uuid,
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
	SELECT f.aggregate, f.id, f.kind, jsonb_build_object(
	    'performance_id', v.performance_id, 'user_id', v.user_id,
	    'payment_id', p_payment, 'seat_ids', v_hold.seats,
	    'amount', v.amount, 'currency', v.currency)
	FROM (VALUES ('reservation', v.number, 'reservation.confirmed'),
	    ('hold', v.hold_token, 'hold.paid')) AS f (aggregate, id, kind);
	PERFORM idem_store(v.user_id, v.route, v.key, 201, v.answer, p_token);
	outcome := 'paid';
	status := 201;
	body := v.answer;
END $$;

-- The money was refused for good, or the call was taken back for good:
--   declined  the claims are released, by this call or before; the key is
--             answered by whoever owns it
--   paid      it was captured before; status and body are the answer
--   late      it came too late before
CREATE FUNCTION payment_decline(p_payment bigint, p_token uuid,
	OUT outcome text, OUT status int, OUT body bytea)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
	v payments := payment_step(p_payment, p_token);
	v_hold holds;
BEGIN
	IF v.status = 'CAPTURED' THEN
		outcome := 'paid';
		status := 201;
		body := v.answer;
	ELSIF v.status = 'LATE' THEN
		outcome := 'late';
	ELSE
		outcome := 'declined';
	END IF;
	IF v.status NOT IN ('SENT', 'CANCELING') THEN
		RETURN;
	END IF;
	UPDATE payments AS p SET status = CASE v.status WHEN 'SENT'
	    THEN 'FAILED' ELSE 'CANCELED' END WHERE p.id = p_payment;
	SELECT * INTO STRICT v_hold FROM holds AS h
	    WHERE h.token = v.hold_token;
	PERFORM payment_release(v, v_hold);
END $$;

-- The claims of a payment that came to nothing go; the hold, whose row is left
-- to the journal, may still have time.
CREATE FUNCTION payment_release(v payments, v_hold holds) RETURNS void
LANGUAGE sql AS $$
	WITH gone AS (
		DELETE FROM seat_claim AS c
		WHERE c.performance_id = v.performance_id
		    AND c.seat_no = ANY (v_hold.seats) AND c.state = 'P'
		    AND c.hold_token = v.hold_token
		RETURNING c.seat_no)
	INSERT INTO seat_log (performance_id, seats, from_state, to_state,
	    user_id, hold_token)
	SELECT v.performance_id, array_agg(g.seat_no ORDER BY g.seat_no), 'P',
	    CASE WHEN v_hold.expires_at > clock_timestamp() THEN 'H' ELSE 'A'
	    END, v.user_id, v.hold_token
	FROM gone AS g HAVING count(*) > 0
$$;
