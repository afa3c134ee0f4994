-- SPDX-License-Identifier: BSD-2-Clause
--
-- Seats given back. What is returned of a payment is a row of refunds each
-- time.

-- Seats of a purchase given back, in one transaction and one round trip. To a
-- wallet the money is returned at once, R -> C -> A: the claims are gone when it
-- commits, so PostgreSQL lets the seats be sold again, whatever the map still
-- says; and so they are where nothing comes back (functions/refunds), or where it
-- was paid at a counter: then the money is owed (functions/till). What a
-- provider is to give back is a refund that is SENT, R -> C, and the seats stay
-- claimed until he has accepted it (refund_done). It comes back to who paid, whose
-- reservation it is not any more where that went to another user.
--
-- The caller has read the reservation and written the answer from it. p_known
-- are the seats that were cancelled then, p_moves how often it was moved; p_seats,
-- sorted, those to be given back now; p_refunds numbers drawn for the refunds'
-- ids, p_amounts what the answer says comes back of each of p_payments, which are
-- the reservation's (mostly it has one). p_user is whose key it is: the
-- buyer's, or an operator's, or 0 (cancel_seats_by). p_minutes is a setting
-- (refund_policy_of); NULL: no policy, all that was paid comes back.
--
-- Order, the same for everybody who touches the same rows: the reservation,
-- the idempotency row, the wallet, the claims by seat_no, the rest, the stock
-- of a counter section. Facts are all that is written, and the map's mirror
-- compares state and owner mark, so the epoch is of no account here.
--
--   cancelled  p_body is the answer
--   again      seats were given back or moved since it was read, or something
--              else comes back for them now: read it anew
--   replay, mismatch, running: as idem_take has them
-- Raised, with a constraint name of its own: cancel_full, the wallet cannot
-- take so much; cancel_claims and refund_payment, which say that facts
-- contradict each other.
CREATE OR REPLACE FUNCTION cancel_seats(
	p_user bigint, p_route text, p_key text, p_fingerprint bytea,
	p_body bytea, p_reservation bigint, p_known int[], p_seats int[],
	p_refunds bigint[], p_balance_max bigint, p_at timestamptz,
	p_payments bigint[], p_amounts bigint[], p_minutes bigint,
	p_moves bigint,
	OUT outcome text, OUT status int, OUT body bytea)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
	v_r reservations;
	v_status reservation_status := 'PARTLY_CANCELLED';
	v_amount bigint;
	v_transfer bigint;
	v_n int;
	v_wallet boolean;
	v_payer bigint;
	v_now boolean;		-- nobody outside is asked for the money
	v_at_once boolean;	-- so the seats are free
BEGIN
	SELECT * INTO STRICT v_r FROM reservations AS r
	    WHERE r.id = p_reservation FOR UPDATE;
	SELECT sum(l.due) INTO v_amount FROM unnest(v_r.seats,
	    CASE WHEN p_minutes IS NULL THEN v_r.prices ELSE
		(SELECT refund_amounts(v_r.prices, d.percent, d.fee)
		FROM refund_due(v_r.performance_id, v_r.created_at, p_at,
		p_minutes) AS d) END) AS l (seat_no, due)
	    WHERE l.seat_no = ANY (p_seats);
	IF v_r.moves <> p_moves OR v_r.cancelled <> p_known
	    OR v_amount IS DISTINCT FROM (SELECT sum(a)
		FROM unnest(p_amounts) AS a) THEN
		outcome := 'again';
		RETURN;
	END IF;
	SELECT t.outcome, t.status, t.body INTO outcome, status, body
	    FROM idem_take(p_user, p_route, p_key, p_fingerprint, p_at, 200,
		p_body) AS t;
	IF outcome <> 'new' THEN
		RETURN;
	END IF;
	SELECT p.method = 'wallet', p.user_id, payment_at_once(p.method)
	    INTO STRICT v_wallet, v_payer, v_now FROM payments AS p
	    WHERE p.id = v_r.payment_id;
	v_at_once := v_now OR v_amount = 0;

	IF v_wallet AND v_amount > 0 THEN
		UPDATE wallets AS w SET balance = w.balance + v_amount
		    WHERE w.user_id = v_payer AND w.currency = v_r.currency
		    AND w.balance <= p_balance_max - v_amount;
		IF NOT FOUND THEN
			RAISE EXCEPTION 'cancel_full' USING ERRCODE = '23514',
			    CONSTRAINT = 'cancel_full';
		END IF;
	END IF;
	IF v_now AND v_amount > 0 THEN
		v_transfer := nextval('transfer_id');
		INSERT INTO ledger (transfer_id, line, account, user_id,
		    amount, currency, reason, payment_id, at)
		VALUES (v_transfer, 1,
		    CASE WHEN v_wallet THEN 'wallet' ELSE 'owed' END,
		    CASE WHEN v_wallet THEN v_payer END, v_amount,
		    v_r.currency, 'refund', v_r.payment_id, p_at),
		    (v_transfer, 2, 'sales', NULL, -v_amount, v_r.currency,
		    'refund', v_r.payment_id, p_at);
	END IF;

	IF v_r.section_no IS NOT NULL THEN
		v_n := section_give_back(v_r, cardinality(p_seats));
		IF NOT v_at_once AND v_n > 0 THEN
			INSERT INTO section_claim (performance_id, hold_token,
			    section_no, state, quantity, user_id,
			    reservation_id)
			VALUES (v_r.performance_id,
			    refund_token(v_r, p_refunds[1]),
			    v_r.section_no,
			    'C', v_n, v_r.user_id, v_r.id);
		END IF;
	ELSE
		PERFORM FROM seat_claim AS c
		    WHERE c.performance_id = v_r.performance_id
		    AND c.seat_no = ANY (p_seats) ORDER BY c.seat_no
		    FOR UPDATE;
		IF v_at_once THEN
			DELETE FROM seat_claim AS c
			    WHERE c.performance_id = v_r.performance_id
			    AND c.seat_no = ANY (p_seats) AND c.state = 'R'
			    AND c.reservation_id = v_r.id;
		ELSE
			UPDATE seat_claim AS c SET state = 'C',
			    changed_at = p_at
			    WHERE c.performance_id = v_r.performance_id
			    AND c.seat_no = ANY (p_seats) AND c.state = 'R'
			    AND c.reservation_id = v_r.id;
		END IF;
		GET DIAGNOSTICS v_n = ROW_COUNT;
	END IF;
	IF v_n <> cardinality(p_seats) OR v_n = 0 THEN
		RAISE EXCEPTION 'cancel_claims' USING ERRCODE = '23514',
		    CONSTRAINT = 'cancel_claims';
	END IF;
	INSERT INTO seat_log (at, performance_id, seats, section_no,
	    from_state, to_state, user_id, hold_token, reservation_id, reason)
	SELECT p_at, v_r.performance_id, p_seats, v_r.section_no, m.was,
	    m.becomes, v_r.user_id, v_r.hold_token, v_r.id, m.reason
	FROM (VALUES ('R', 'C', 'cancel'), ('C', 'A', 'refund'))
	    AS m (was, becomes, reason)
	WHERE v_at_once OR m.was = 'R';

	PERFORM reservation_refund(v_r, p_refunds, p_payments, p_amounts,
	    v_at_once, 'cancel', p_seats, p_at);

	IF cardinality(p_known) + v_n = cardinality(v_r.seats) THEN
		v_status := 'CANCELLED';
	END IF;
	UPDATE reservations AS r SET status = v_status,
	    cancelled = ARRAY(SELECT unnest(p_known || p_seats) ORDER BY 1)
	    WHERE r.id = v_r.id;
	INSERT INTO reservation_log (reservation_id, at, from_status,
	    to_status, seats, user_id, reason)
	VALUES (v_r.id, p_at, v_r.status, v_status, p_seats, nullif(p_user, 0),
	    'cancel');
	IF v_at_once AND v_r.section_no IS NOT NULL THEN
		PERFORM section_count(v_r.performance_id, v_r.section_no,
		    -v_n, -v_n);
	END IF;
	outcome := 'cancelled';
END $$;

-- A reservation, each time that seats of it are given back; given_back and
-- refunded are those of this time.
CREATE OR REPLACE FUNCTION outbox_reservation()
RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO outbox (aggregate, aggregate_id, kind, payload)
	VALUES ('reservation', NEW.number,
	    'reservation.' || lower(NEW.status), jsonb_build_object(
	    'performance_id', NEW.performance_id, 'user_id', NEW.user_id,
	    'payment_id', NEW.payment_id, 'section_id', NEW.section_no,
	    'seat_ids', NEW.seats, 'cancelled_seat_ids', NEW.cancelled)
	    || jsonb_build_object('given_back', cardinality(NEW.cancelled)
		- cardinality(OLD.cancelled), 'given_back_seat_ids',
		ARRAY(SELECT unnest(NEW.cancelled)
		    EXCEPT SELECT unnest(OLD.cancelled) ORDER BY 1),
		'refunded', (SELECT sum(f.amount)
		FROM refunds AS f
		WHERE f.payment_id = ANY (reservation_payment_ids(NEW))
		GROUP BY f.refund_no ORDER BY f.refund_no DESC LIMIT 1)));
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER outbox AFTER UPDATE OF status, cancelled
	ON reservations FOR EACH ROW EXECUTE FUNCTION outbox_reservation();
