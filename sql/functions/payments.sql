-- SPDX-License-Identifier: BSD-2-Clause
--
-- The payment machine. A payment moves along its graph and no other way; a
-- method that asks somebody outside takes an intent, a call with no
-- transaction open, and a confirm or a decline; the wallet, which asks nobody,
-- is an intent that captures at once (functions/purchases).

-- A transfer is written whole, by one statement, and sums to zero in each of
-- its currencies. sum() of bigint is numeric: it cannot overflow.
CREATE OR REPLACE FUNCTION ledger_balanced()
RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT FROM added GROUP BY transfer_id, currency
	    HAVING sum(amount) <> 0) THEN
		RAISE EXCEPTION 'ledger_balanced' USING ERRCODE = '23514',
		    CONSTRAINT = 'ledger_balanced';
	END IF;
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER ledger_balanced AFTER INSERT ON ledger
	REFERENCING NEW TABLE AS added
	FOR EACH STATEMENT EXECUTE FUNCTION ledger_balanced();

-- The same table as payment_moves in lib/payment/payment.c.
CREATE OR REPLACE FUNCTION payment_may_move(p_from text, p_to text)
RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
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
-- logged and told by payment_move; a capture is told by its reservation.
CREATE OR REPLACE FUNCTION payment_begin()
RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'payment_move' USING ERRCODE = '23514',
	    CONSTRAINT = 'payment_move',
	    DETAIL = format('no payment begins %s', NEW.status);
END $$;
CREATE OR REPLACE TRIGGER payment_begin BEFORE INSERT ON payments FOR EACH ROW
	WHEN (NEW.status NOT IN ('SENT', 'CAPTURED'))
	EXECUTE FUNCTION payment_begin();

CREATE OR REPLACE FUNCTION payment_move()
RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE OR REPLACE TRIGGER payment_move BEFORE UPDATE OF status
	ON payments FOR EACH ROW
	WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION payment_move();

-- What is paid for, by whom and how much, is fixed when it begins.
CREATE OR REPLACE FUNCTION payment_fixed()
RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'payment_fixed' USING ERRCODE = '23514',
	    CONSTRAINT = 'payment_fixed';
END $$;
CREATE OR REPLACE TRIGGER payment_fixed
	BEFORE UPDATE OF user_id, performance_id,
	hold_token, method, amount, currency, created_at ON payments
	FOR EACH ROW EXECUTE FUNCTION payment_fixed();

-- What a confirm and a decline begin with: nobody else works on purchases of
-- this user and performance, the key is still the caller's, the payment is
-- locked. p_token NULL: the caller acts for nobody's request (it is settled
-- from outside), and every check is the payment's own.
CREATE OR REPLACE FUNCTION payment_step(p_payment bigint, p_token uuid)
RETURNS payments LANGUAGE plpgsql AS $$
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
	v_section smallint;
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
	v_section := v_hold.section_no;
	IF v.status IN ('SENT', 'CANCELING') AND v_section IS NOT NULL THEN
		SELECT c.quantity INTO v_n FROM section_claim AS c
		    WHERE c.performance_id = v.performance_id
		    AND c.hold_token = v.hold_token AND c.state = 'P'
		    FOR UPDATE;
	ELSIF v.status IN ('SENT', 'CANCELING') THEN
		PERFORM FROM seat_claim AS c
		    WHERE c.performance_id = v.performance_id
		    AND c.seat_no = ANY (v_hold.seats) AND c.state = 'P'
		    AND c.hold_token = v.hold_token
		    ORDER BY c.seat_no FOR UPDATE;
		GET DIAGNOSTICS v_n = ROW_COUNT;
	END IF;
	IF coalesce(v_n, 0) < cardinality(v_hold.seats) THEN
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
	    AND c.seat_no = ANY (v_hold.seats) AND v_section IS NULL;
	UPDATE section_claim AS c SET state = 'R',
	    reservation_id = v_reservation
	    WHERE c.performance_id = v.performance_id
	    AND c.hold_token = v.hold_token AND v_section IS NOT NULL;
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
	INSERT INTO seat_log (at, performance_id, seats, section_no,
	    from_state, to_state, user_id, hold_token, reservation_id)
	VALUES (p_at, v.performance_id, v_hold.seats, v_section, 'P', 'R',
	    v.user_id, v.hold_token, v_reservation);
	INSERT INTO reservations (id, number, user_id, performance_id,
	    hold_token, payment_id, status, seats, prices, amount, currency,
	    created_at, section_no, types)
	OVERRIDING SYSTEM VALUE
	VALUES (v_reservation, v.number, v.user_id, v.performance_id,
	    v.hold_token, p_payment, 'CONFIRMED', v_hold.seats, v_hold.prices,
	    v.amount, v.currency, v.created_at, v_section, v_hold.types);
	INSERT INTO reservation_log (reservation_id, at, to_status, seats,
	    user_id)
	VALUES (v_reservation, p_at, 'CONFIRMED', v_hold.seats, v.user_id);
	UPDATE holds AS h SET status = 'paid' WHERE h.token = v.hold_token;
	INSERT INTO outbox (aggregate, aggregate_id, kind, payload)
	VALUES ('reservation', v.number, 'reservation.confirmed',
	    jsonb_build_object('performance_id', v.performance_id,
	    'user_id', v.user_id, 'payment_id', p_payment,
	    'hold', v.hold_token, 'section_id', v_section,
	    'seat_ids', v_hold.seats,
	    'amount', v.amount, 'currency', v.currency));
	PERFORM idem_store(v.user_id, v.route, v.key, 201, v.answer, p_token);
	IF v_section IS NOT NULL THEN
		PERFORM section_count(v.performance_id, v_section, 0, v_n);
	END IF;
	outcome := 'paid';
	status := 201;
	body := v.answer;
END $$;

-- The money was refused for good, or the call was taken back for good:
--   declined  the claims are released, by this call or before; the key is
--             answered by whoever owns it
--   paid      it was captured before; status and body are the answer
--   late      it came too late before
CREATE OR REPLACE FUNCTION payment_decline(p_payment bigint, p_token uuid,
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
CREATE OR REPLACE FUNCTION payment_release(v payments, v_hold holds)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	v_gone int[];
BEGIN
	WITH gone AS (
		DELETE FROM seat_claim AS c
		WHERE c.performance_id = v.performance_id
		    AND c.seat_no = ANY (v_hold.seats) AND c.state = 'P'
		    AND c.hold_token = v.hold_token
		RETURNING c.seat_no)
	SELECT array_agg(g.seat_no ORDER BY g.seat_no) INTO v_gone
	    FROM gone AS g;
	IF v_hold.section_no IS NOT NULL AND section_release(v.performance_id,
	    v.hold_token, v_hold.section_no, 'P') > 0 THEN
		v_gone := v_hold.seats;
	END IF;
	IF v_gone IS NOT NULL THEN
		INSERT INTO seat_log (performance_id, seats, section_no,
		    from_state, to_state, user_id, hold_token)
		VALUES (v.performance_id, v_gone, v_hold.section_no, 'P',
		    CASE WHEN v_hold.expires_at > clock_timestamp() THEN 'H'
		    ELSE 'A' END, v.user_id, v.hold_token);
	END IF;
END $$;
