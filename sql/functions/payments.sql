-- SPDX-License-Identifier: BSD-2-Clause
--
-- The payment machine. A payment moves along its graph and no other way; a
-- method that asks somebody outside takes an intent, calls with no transaction
-- open, and a confirm or a decline; the wallet, which asks nobody, is an intent
-- that captures at once (functions/purchases).
--
-- Who calls outside owns the payment for a while (owner, owned_until), and
-- commits each phase before what it permits. That is for the calls alone: a
-- confirm or a decline is true whoever brings it, and may come twice.
--
-- Order: advisory locks (performance and user), the payment, its row of
-- payment_outside, the idempotency row, the claims by seat_no, the rest, the
-- stock of a counter section.
--
-- p_now is NULL but in tests.

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
-- begins it logs and tells that (payment_sent, payment_intent). Every later move
-- is legal, logged and told by payment_move; a capture is told by its reservation,
-- or its move.
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
		    'user_id', NEW.user_id, 'amount', CASE NEW.status
			WHEN 'LATE' THEN NEW.captured ELSE NEW.amount END,
		    'currency', NEW.currency));
	END IF;
	RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER payment_move BEFORE UPDATE OF status
	ON payments FOR EACH ROW
	WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION payment_move();

-- What is paid for, by whom and how much, is fixed when it begins. Where nobody
-- outside was asked it may become more, by a move (reservation_move).
CREATE OR REPLACE FUNCTION payment_fixed()
RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'payment_fixed' USING ERRCODE = '23514',
	    CONSTRAINT = 'payment_fixed';
END $$;
CREATE OR REPLACE TRIGGER payment_fixed
	BEFORE UPDATE OF user_id, performance_id,
	hold_token, method, currency, created_at ON payments
	FOR EACH ROW EXECUTE FUNCTION payment_fixed();
CREATE OR REPLACE FUNCTION payment_grow()
RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.amount < OLD.amount OR NEW.status <> 'CAPTURED'
	    OR NOT payment_at_once(NEW.method) THEN
		RAISE EXCEPTION 'payment_fixed' USING ERRCODE = '23514',
		    CONSTRAINT = 'payment_fixed';
	END IF;
	RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER payment_grow BEFORE UPDATE OF amount ON payments
	FOR EACH ROW EXECUTE FUNCTION payment_grow();

-- A payment begins whose end somebody outside will say.
CREATE OR REPLACE FUNCTION payment_sent(p_payment bigint, p_user bigint,
	p_performance bigint, p_token text, p_method text, p_amount bigint,
	p_currency text, p_at timestamptz)
RETURNS void LANGUAGE sql AS $$
	WITH pay AS (
	INSERT INTO payments (id, user_id, performance_id, hold_token, method,
	    status, amount, currency, created_at, changed_at)
	OVERRIDING SYSTEM VALUE
	VALUES (p_payment, p_user, p_performance, p_token, p_method, 'SENT',
	    p_amount, p_currency, p_at, p_at)),
	log AS (
	INSERT INTO payment_log (payment_id, at, to_status)
	VALUES (p_payment, p_at, 'SENT'))
	INSERT INTO outbox (aggregate, aggregate_id, kind, payload, at)
	VALUES ('payment', p_payment::text, 'payment.sent',
	    jsonb_build_object('performance_id', p_performance,
	    'user_id', p_user, 'amount', p_amount, 'currency', p_currency),
	    p_at)
$$;

-- A payment that will be asked for outside, in the transaction of its intent and
-- only when that was "sent". All attempts for a hold end by its hard end and the
-- time that one attempt may take, so that nobody keeps seats by paying; p_hard is
-- the hard end for the first of them. Who comes when that is over, which of a hold
-- nobody can, has a hard end anew, as with another hold; attempts are counted on.
-- Raised: pay_attempts.
CREATE OR REPLACE FUNCTION payment_made(p_outcome text, p_payment bigint,
	p_answer bytea, p_user bigint, p_route text, p_key text, p_token text,
	p_number text, p_hard timestamptz, p_at timestamptz, p_provider text,
	p_account text, p_ref text, p_source text, p_return_url text,
	p_deadline_s bigint, p_declined bytea, p_lost bytea)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	v_n int;
	v_hard timestamptz;
BEGIN
	IF p_outcome <> 'sent' THEN
		RETURN;
	END IF;
	SELECT count(*), min(o.hard_at) FILTER (WHERE o.hard_at
	    + p_deadline_s * interval '1 s' > p_at) INTO v_n, v_hard
	    FROM payments AS p JOIN payment_outside AS o ON o.payment_id = p.id
	    WHERE p.user_id = p_user AND p.hold_token = p_token;
	v_hard := coalesce(v_hard, p_hard);
	IF v_n >= 5 THEN
		RAISE EXCEPTION 'pay_attempts' USING ERRCODE = '23514',
		    CONSTRAINT = 'pay_attempts';
	END IF;
	INSERT INTO payment_outside (payment_id, phase, route, key, number,
	    answer, declined, lost, provider, account, outside_ref, source,
	    return_url, hard_at, deadline_at, look_at)
	VALUES (p_payment, 'made', p_route, p_key, p_number, p_answer,
	    p_declined, p_lost, p_provider, p_account, p_ref, p_source,
	    p_return_url, v_hard, least(p_at, v_hard)
	    + p_deadline_s * interval '1 s', p_at);
END $$;

-- ---- the calls ----

-- Payments that it is time to look at, for the caller to work on; whoever had
-- them has been silent too long.
CREATE OR REPLACE FUNCTION payment_take(p_max bigint, p_lease_ms bigint,
	p_now timestamptz)
RETURNS SETOF payment_outside LANGUAGE plpgsql AS $$
DECLARE
	v_now timestamptz := coalesce(p_now, clock_timestamp());
BEGIN
	RETURN QUERY
	WITH due AS (
		SELECT o.payment_id FROM payment_outside AS o
		WHERE o.phase IS NOT NULL AND o.look_at <= v_now
		    AND o.owned_until <= v_now
		ORDER BY o.look_at LIMIT p_max FOR UPDATE SKIP LOCKED)
	UPDATE payment_outside AS o SET owner = gen_random_uuid(),
	    owned_until = v_now + p_lease_ms * interval '1 ms',
	    look_at = v_now + p_lease_ms * interval '1 ms'
	FROM due WHERE o.payment_id = due.payment_id
	RETURNING o.*;
END $$;

-- The next call may take the money. False: it must not be made, since the
-- payment is given up, or somebody else's.
CREATE OR REPLACE FUNCTION payment_go(p_payment bigint, p_owner uuid,
	p_outside_id text, p_key_id text, p_lease_ms bigint, p_now timestamptz)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	v_now timestamptz := coalesce(p_now, clock_timestamp());
BEGIN
	PERFORM FROM payments AS p WHERE p.id = p_payment
	    AND p.status = 'SENT' FOR UPDATE;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	UPDATE payment_outside AS o SET phase = 'asking',
	    outside_id = coalesce(p_outside_id, o.outside_id),
	    key_id = p_key_id, asked_at = coalesce(o.asked_at, v_now),
	    tries = CASE o.phase WHEN 'asking' THEN o.tries ELSE 0 END,
	    owned_until = v_now + p_lease_ms * interval '1 ms',
	    look_at = CASE WHEN o.look_at < o.owned_until THEN o.look_at
		ELSE v_now + p_lease_ms * interval '1 ms' END
	    WHERE o.payment_id = p_payment AND o.owner = p_owner
	    AND o.phase IN ('made', 'buyer', 'asking');
	RETURN FOUND;
END $$;

-- The caller works on it no more. It is looked at in p_wait_ms, or at once where
-- somebody asked for that meanwhile. p_next: the buyer is to go there, and no
-- call of ours takes the money before he was. What is over is left alone.
CREATE OR REPLACE FUNCTION payment_leave(p_payment bigint, p_owner uuid,
	p_outside_id text, p_next text, p_wait_ms bigint, p_now timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	v_now timestamptz := coalesce(p_now, clock_timestamp());
	v_sent boolean;
BEGIN
	SELECT p.status = 'SENT' INTO v_sent FROM payments AS p
	    WHERE p.id = p_payment FOR UPDATE;
	UPDATE payment_outside AS o SET owner = NULL,
	    owned_until = '-infinity',
	    outside_id = coalesce(p_outside_id, o.outside_id),
	    next_url = coalesce(p_next, o.next_url),
	    phase = CASE WHEN p_next IS NOT NULL AND v_sent THEN 'buyer'
		ELSE o.phase END,
	    tries = CASE WHEN p_next IS NULL THEN o.tries + 1 ELSE 0 END,
	    look_at = CASE WHEN o.look_at < o.owned_until THEN o.look_at
		ELSE v_now + p_wait_ms * interval '1 ms' END
	    WHERE o.payment_id = p_payment AND o.owner = p_owner
	    AND o.phase IS NOT NULL;
END $$;

-- Give up: from now on it is asked to be cancelled, and only the provider's word
-- that it is frees its seats. True also where it was given up before.
CREATE OR REPLACE FUNCTION payment_cancel(p_payment bigint, p_reason text)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	UPDATE payments AS p SET status = 'CANCELING'
	    WHERE p.id = p_payment AND p.status = 'SENT';
	UPDATE payment_outside AS o SET reason = coalesce(o.reason, p_reason)
	    FROM payments AS p WHERE o.payment_id = p_payment
	    AND p.id = p_payment AND p.status = 'CANCELING';
	RETURN FOUND;
END $$;

-- The buyer gives up:
--   none   he has no such payment
--   ended  it has its end, by this call or before
--   goes   it is being cancelled
CREATE OR REPLACE FUNCTION payment_give_up(p_user bigint, p_payment bigint,
	p_now timestamptz)
RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM payments AS p WHERE p.id = p_payment
	    AND p.user_id = p_user) THEN
		RETURN 'none';
	END IF;
	RETURN payment_stop(p_payment, 'given-up', p_now);
END $$;

-- The same, whoever wants it: ended or goes.
CREATE OR REPLACE FUNCTION payment_stop(p_payment bigint, p_reason text,
	p_now timestamptz)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	v payments := payment_step(p_payment);
	v_phase text;
	v_now timestamptz := coalesce(p_now, clock_timestamp());
BEGIN
	IF v.status NOT IN ('SENT', 'CANCELING') THEN
		RETURN 'ended';
	END IF;
	SELECT o.phase INTO v_phase FROM payment_outside AS o
	    WHERE o.payment_id = p_payment;
	IF v_phase = 'made' THEN
		PERFORM payment_decline(p_payment, p_reason, p_now);
		UPDATE payment_outside AS o SET look_at = v_now
		    WHERE o.payment_id = p_payment;
		RETURN 'ended';
	END IF;
	PERFORM payment_cancel(p_payment, p_reason);
	UPDATE payment_outside AS o SET look_at = least(o.look_at, v_now)
	    WHERE o.payment_id = p_payment;
	RETURN 'goes';
END $$;

-- ---- the ends ----

-- What each of them begins with: nobody else works on purchases of this user and
-- performance, and the payment is locked.
CREATE OR REPLACE FUNCTION payment_step(p_payment bigint)
RETURNS payments LANGUAGE plpgsql AS $$
DECLARE
	v payments;
BEGIN
	SELECT * INTO STRICT v FROM payments WHERE id = p_payment;
	PERFORM pg_advisory_xact_lock(hashint8extended(v.performance_id,
	    v.user_id));
	SELECT * INTO STRICT v FROM payments WHERE id = p_payment FOR UPDATE;
	RETURN v;
END $$;

-- An end is in the row of payment_outside, and the key has its last answer.
-- p_told: Redis has nothing to learn of it but by a mirror.
CREATE OR REPLACE FUNCTION payment_end(v payments, p_status int, p_body bytea,
	p_told boolean, p_reason text, p_now timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	v_out payment_outside;
	v_now timestamptz := coalesce(p_now, clock_timestamp());
BEGIN
	-- Who has brought the end tells Redis; so long he has for it. What was
	-- told of it meanwhile is looked at afterwards (payment_told).
	UPDATE payment_outside AS o SET phase = CASE WHEN p_told THEN NULL
	    ELSE 'ended' END, owner = NULL, owned_until = '-infinity',
	    tries = 0, next_url = NULL, reason = coalesce(o.reason, p_reason),
	    look_at = CASE WHEN o.look_at < o.owned_until THEN o.look_at
		ELSE v_now + interval '5 s' END
	    WHERE o.payment_id = v.id RETURNING o.* INTO v_out;
	PERFORM idem_end(v.user_id, v_out.route, v_out.key, p_status, p_body);
END $$;

-- What it is for: its hold; of a move (reservation_moves.sql) the seats that the
-- reservation would get, which were held by nobody and have no end (made_at NULL).
CREATE OR REPLACE FUNCTION payment_hold(v payments) RETURNS holds
LANGUAGE plpgsql STABLE AS $$
DECLARE
	v_hold holds;
BEGIN
	SELECT h.* INTO v_hold FROM holds AS h WHERE h.token = v.hold_token;
	IF NOT FOUND THEN
		SELECT move_new(m) INTO STRICT v_hold.seats
		    FROM payment_moves AS m WHERE m.payment_id = v.id;
		v_hold.token := v.hold_token;
	END IF;
	RETURN v_hold;
END $$;

-- The money was captured outside. Whoever learns of it says so, as often as he
-- likes:
--   paid    the seats are reserved, by this call or before
--   late    the seats are not this payment's any more, it was not what was
--           asked for, the performance is cancelled, or the reservation that it
--           would move is another by now: it is LATE, and all that it captured
--           goes back
CREATE OR REPLACE FUNCTION payment_confirm(p_payment bigint, p_amount bigint,
	p_currency text, p_at timestamptz)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	v payments := payment_step(p_payment);
	v_out payment_outside;
	v_hold holds;
	v_reservation bigint;
	v_n int := 0;
	v_section smallint;
BEGIN
	IF v.status IN ('CAPTURED', 'LATE') THEN
		-- An event that was told while it had its end made somebody look.
		UPDATE payment_outside AS o SET phase = NULL, owner = NULL,
		    owned_until = '-infinity'
		    WHERE o.payment_id = p_payment AND o.phase = 'look';
		RETURN CASE v.status WHEN 'LATE' THEN 'late' ELSE 'paid' END;
	END IF;
	SELECT * INTO STRICT v_out FROM payment_outside AS o
	    WHERE o.payment_id = p_payment FOR UPDATE;
	v_hold := payment_hold(v);
	v_section := v_hold.section_no;
	IF (v.amount, v.currency::text) <> (p_amount, p_currency)
	    OR v.status NOT IN ('SENT', 'CANCELING')
	    OR (v_hold.made_at IS NULL AND NOT move_stands(v))
	    OR EXISTS (SELECT FROM performances AS f
		WHERE f.id = v.performance_id AND f.status = 'cancelled') THEN
		v_n := 0;
	ELSIF v_section IS NOT NULL THEN
		SELECT c.quantity INTO v_n FROM section_claim AS c
		    WHERE c.performance_id = v.performance_id
		    AND c.hold_token = v.hold_token AND c.state = 'P'
		    FOR UPDATE;
	ELSE
		PERFORM FROM seat_claim AS c
		    WHERE c.performance_id = v.performance_id
		    AND c.seat_no = ANY (v_hold.seats) AND c.state = 'P'
		    AND c.hold_token = v.hold_token
		    ORDER BY c.seat_no FOR UPDATE;
		GET DIAGNOSTICS v_n = ROW_COUNT;
	END IF;
	IF coalesce(v_n, 0) < cardinality(v_hold.seats) THEN
		PERFORM payment_late(v, v_out, v_hold, p_amount, p_currency,
		    p_at);
		RETURN 'late';
	END IF;

	UPDATE payments AS p SET status = 'CAPTURED', captured = p_amount
	    WHERE p.id = p_payment;
	PERFORM payment_book(p_payment, 'payment', p_amount, p_currency, p_at);
	IF v_hold.made_at IS NULL THEN
		PERFORM move_paid(v, p_at);
		PERFORM payment_end(v, 200, v_out.answer, true, NULL, p_at);
		RETURN 'paid';
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
	INSERT INTO seat_log (at, performance_id, seats, section_no,
	    from_state, to_state, user_id, hold_token, reservation_id)
	VALUES (p_at, v.performance_id, v_hold.seats, v_section, 'P', 'R',
	    v.user_id, v.hold_token, v_reservation);
	INSERT INTO reservations (id, number, user_id, performance_id,
	    hold_token, payment_id, status, seats, prices, amount, currency,
	    created_at, section_no, types)
	OVERRIDING SYSTEM VALUE
	VALUES (v_reservation, v_out.number, v.user_id, v.performance_id,
	    v.hold_token, p_payment, 'CONFIRMED', v_hold.seats, v_hold.prices,
	    v.amount, v.currency, v.created_at, v_section, v_hold.types);
	INSERT INTO reservation_log (reservation_id, at, to_status, seats,
	    user_id)
	VALUES (v_reservation, p_at, 'CONFIRMED', v_hold.seats, v.user_id);
	UPDATE holds AS h SET status = 'paid' WHERE h.token = v.hold_token;
	INSERT INTO outbox (aggregate, aggregate_id, kind, payload)
	VALUES ('reservation', v_out.number, 'reservation.confirmed',
	    jsonb_build_object('performance_id', v.performance_id,
	    'user_id', v.user_id, 'payment_id', p_payment,
	    'hold', v.hold_token, 'section_id', v_section,
	    'seat_ids', v_hold.seats,
	    'amount', v.amount, 'currency', v.currency));
	PERFORM payment_end(v, 201, v_out.answer, true, NULL, p_at);
	IF v_section IS NOT NULL THEN
		PERFORM section_count(v.performance_id, v_section, 0, v_n);
	END IF;
	RETURN 'paid';
END $$;

-- A pair of lines: what came from outside for a payment, or went back.
CREATE OR REPLACE FUNCTION payment_book(p_payment bigint, p_reason text,
	p_amount bigint, p_currency text, p_at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	v_transfer bigint;
BEGIN
	IF p_amount = 0 THEN
		RETURN;
	END IF;
	v_transfer := nextval('transfer_id');
	INSERT INTO ledger (transfer_id, line, account, amount, currency,
	    reason, payment_id, at)
	VALUES (v_transfer, 1, 'funding', -p_amount, p_currency, p_reason,
	    p_payment, p_at),
	    (v_transfer, 2, 'sales', p_amount, p_currency, p_reason, p_payment,
	    p_at);
END $$;

-- Captured, and nothing was bought by it: it is due back.
CREATE OR REPLACE FUNCTION payment_late(v payments, v_out payment_outside,
	v_hold holds, p_amount bigint, p_currency text, p_at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	UPDATE payments AS p SET status = 'LATE', captured = p_amount,
	    refunded = p_amount WHERE p.id = v.id;
	PERFORM payment_book(v.id, 'payment', p_amount, p_currency, p_at);
	PERFORM alarm_payment(CASE WHEN (v.amount, v.currency::text)
	    = (p_amount, p_currency) THEN 'late' ELSE 'other-amount' END,
	    'payment ' || v.id, v.id, p_amount, p_currency);
	IF p_amount > 0 THEN
		PERFORM refund_begin(nextval('refunds_id_seq'), v.id, p_amount,
		    p_currency, 'late', p_at);
	END IF;
	-- One that had failed has released its claims: those there now may be
	-- another attempt's for the same hold.
	IF v.status IN ('SENT', 'CANCELING') THEN
		PERFORM payment_release(v, v_hold);
		PERFORM payment_end(v, 410, v_out.lost, false, 'late', p_at);
	ELSE
		UPDATE payment_outside AS o SET phase = NULL
		    WHERE o.payment_id = v.id AND o.phase = 'look';
	END IF;
END $$;

-- The money will never be taken: it was refused, or the call was taken back, or
-- never made.
--   declined  the claims are released, by this call or before
--   paid      it was captured before
--   late      it came too late before
-- The hold has the time again that it had when it began to pay, and a minute at
-- least; never more than paying might have taken. left_ms: how much that is. Of a
-- move the new seats are free, and the reservation is as it was.
CREATE OR REPLACE FUNCTION payment_decline(p_payment bigint, p_reason text,
	p_now timestamptz, OUT outcome text, OUT left_ms bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
	v payments := payment_step(p_payment);
	v_now timestamptz := coalesce(p_now, clock_timestamp());
	v_out payment_outside;
	v_hold holds;
BEGIN
	outcome := CASE v.status WHEN 'CAPTURED' THEN 'paid'
	    WHEN 'LATE' THEN 'late' ELSE 'declined' END;
	v_hold := payment_hold(v);
	IF v.status IN ('SENT', 'CANCELING') THEN
		SELECT * INTO STRICT v_out FROM payment_outside AS o
		    WHERE o.payment_id = p_payment FOR UPDATE;
		v_hold.expires_at := CASE WHEN v_hold.made_at IS NOT NULL THEN
		    least(v_out.hard_at + (v_out.deadline_at
		    - least(v.created_at, v_out.hard_at)),
		    v_now + greatest(v_hold.expires_at - v.created_at,
		    interval '60 s')) END;
		v_hold.hard_expires_at := greatest(v_hold.hard_expires_at,
		    v_hold.expires_at);
		UPDATE holds AS h SET expires_at = v_hold.expires_at,
		    hard_expires_at = v_hold.hard_expires_at
		    WHERE h.token = v.hold_token;
		UPDATE payments AS p SET status = CASE v.status WHEN 'SENT'
		    THEN 'FAILED' ELSE 'CANCELED' END WHERE p.id = p_payment;
		PERFORM payment_release(v, v_hold);
		PERFORM payment_end(v, 402, v_out.declined, false, p_reason,
		    p_now);
	END IF;
	left_ms := coalesce(greatest(0, extract(epoch
	    FROM v_hold.expires_at - v_now) * 1000), 0);
END $$;

-- Redis knows of the end. Where the provider has told something since somebody
-- began to work on it, that is looked at.
CREATE OR REPLACE FUNCTION payment_told(p_payment bigint, p_now timestamptz)
RETURNS void LANGUAGE sql AS $$
	UPDATE payment_outside AS o SET owner = NULL,
	    owned_until = '-infinity', phase = CASE WHEN o.look_at
		<= coalesce(p_now, clock_timestamp()) THEN 'look' END
	WHERE o.payment_id = p_payment AND o.phase IN ('ended', 'look')
$$;

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

-- ---- refunds ----

-- Money of a payment that bought nothing, which its provider is asked to give
-- back. The payment counts it already.
CREATE OR REPLACE FUNCTION refund_begin(p_refund bigint, p_payment bigint,
	p_amount bigint, p_currency text, p_reason text, p_at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO refunds (id, payment_id, refund_no, amount, currency,
	    status, reason, created_at)
	SELECT p_refund, p_payment, coalesce(max(f.refund_no), 0) + 1,
	    p_amount, p_currency, 'SENT', p_reason, p_at
	    FROM refunds AS f WHERE f.payment_id = p_payment;
	PERFORM refund_ask(ARRAY[p_refund], NULL, p_at);
END $$;

-- As payment_take. Of one payment the first that is not over.
CREATE OR REPLACE FUNCTION refund_take(p_max bigint, p_lease_ms bigint,
	p_now timestamptz)
RETURNS SETOF refund_outside LANGUAGE plpgsql AS $$
DECLARE
	v_now timestamptz := coalesce(p_now, clock_timestamp());
BEGIN
	RETURN QUERY
	WITH due AS (
		SELECT o.refund_id FROM refund_outside AS o
		JOIN refunds AS f ON f.id = o.refund_id
		WHERE NOT o.over AND o.look_at <= v_now
		    AND o.owned_until <= v_now
		    AND NOT EXISTS (SELECT FROM refunds AS e
			WHERE e.payment_id = f.payment_id
			AND e.refund_no < f.refund_no AND e.status = 'SENT')
		ORDER BY o.look_at LIMIT p_max FOR UPDATE OF o SKIP LOCKED)
	UPDATE refund_outside AS o SET owner = gen_random_uuid(),
	    owned_until = v_now + p_lease_ms * interval '1 ms',
	    look_at = v_now + p_lease_ms * interval '1 ms',
	    asked_at = coalesce(o.asked_at, v_now)
	FROM due WHERE o.refund_id = due.refund_id
	RETURNING o.*;
END $$;

-- As payment_leave.
CREATE OR REPLACE FUNCTION refund_leave(p_refund bigint, p_owner uuid,
	p_wait_ms bigint, p_now timestamptz)
RETURNS void LANGUAGE sql AS $$
	UPDATE refund_outside AS o SET owner = NULL,
	    owned_until = '-infinity', tries = o.tries + 1,
	    look_at = CASE WHEN o.look_at < o.owned_until THEN o.look_at
		ELSE coalesce(p_now, clock_timestamp())
		+ p_wait_ms * interval '1 ms' END
	WHERE o.refund_id = p_refund AND o.owner = p_owner AND NOT o.over
$$;

-- The provider has accepted it, which may be said twice: C -> A of the seats that
-- wait for no other refund (two payments may have to give back for them). Gives
-- these seats.
CREATE OR REPLACE FUNCTION refund_done(p_refund bigint, p_outside_id text,
	p_at timestamptz) RETURNS int[] LANGUAGE plpgsql AS $$
DECLARE
	v refunds;
	v_out refund_outside;
	v_r reservations;
	v_seats int[];
	v_n int;
BEGIN
	SELECT r.* INTO v_r FROM refunds AS f
	    JOIN payments AS p ON p.id = f.payment_id
	    JOIN reservations AS r
		ON r.id = (SELECT o.id FROM payment_reservation(p) AS o)
	    WHERE f.id = p_refund FOR UPDATE OF r;
	SELECT * INTO STRICT v_out FROM refund_outside AS o
	    WHERE o.refund_id = p_refund FOR UPDATE;
	v_seats := ARRAY(SELECT unnest(v_out.seats) EXCEPT
	    SELECT unnest(o.seats) FROM refunds AS f
		JOIN refund_outside AS o ON o.refund_id = f.id AND NOT o.over
		WHERE f.payment_id = ANY (reservation_payment_ids(v_r))
		AND f.id <> p_refund
	    ORDER BY 1);
	IF v_out.over THEN
		RETURN v_seats;
	END IF;
	UPDATE refunds AS f SET status = 'DONE' WHERE f.id = p_refund
	    RETURNING f.* INTO v;
	UPDATE refund_outside AS o SET over = true, owner = NULL,
	    owned_until = '-infinity', outside_id = p_outside_id
	    WHERE o.refund_id = p_refund;
	PERFORM payment_book(v.payment_id, 'refund', -v.amount, v.currency,
	    p_at);
	INSERT INTO outbox (aggregate, aggregate_id, kind, payload)
	SELECT 'payment', p.id::text, 'payment.refunded', jsonb_build_object(
	    'performance_id', p.performance_id, 'user_id', p.user_id,
	    'amount', v.amount, 'currency', v.currency)
	    FROM payments AS p WHERE p.id = v.payment_id;
	IF v_seats = '{}' THEN
		RETURN v_seats;
	END IF;
	IF v_r.section_no IS NOT NULL THEN
		v_n := section_leave(v_r.performance_id,
		    refund_token(v_r, p_refund), '{C}');
	ELSE
		DELETE FROM seat_claim AS c
		    WHERE c.performance_id = v_r.performance_id
		    AND c.seat_no = ANY (v_seats) AND c.state = 'C'
		    AND c.reservation_id = v_r.id;
		GET DIAGNOSTICS v_n = ROW_COUNT;
	END IF;
	IF v_n <> cardinality(v_seats) THEN
		RAISE EXCEPTION 'refund_claims' USING ERRCODE = '23514',
		    CONSTRAINT = 'refund_claims';
	END IF;
	INSERT INTO seat_log (at, performance_id, seats, section_no,
	    from_state, to_state, user_id, hold_token, reservation_id, reason)
	VALUES (p_at, v_r.performance_id, v_seats, v_r.section_no, 'C',
	    'A', v_r.user_id, v_r.hold_token, v_r.id, 'refund');
	IF v_r.section_no IS NOT NULL THEN
		PERFORM section_count(v_r.performance_id, v_r.section_no, -v_n,
		    -v_n);
	END IF;
	RETURN v_seats;
END $$;

-- ---- what providers tell ----

-- An event: whoever works on what it names looks, also where that had its end.
-- What only a person can decide is an alarm (p_alarm, of an amount), by our name
-- for it or the provider's for the payment. False: it was told before.
CREATE OR REPLACE FUNCTION provider_event(p_provider text, p_event text,
	p_ref text, p_outside_id text, p_alarm text, p_amount bigint,
	p_currency text, p_now timestamptz)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	v_now timestamptz := coalesce(p_now, clock_timestamp());
BEGIN
	INSERT INTO provider_events (provider, event_id, ref)
	VALUES (p_provider, p_event, p_ref)
	ON CONFLICT (provider, event_id) DO NOTHING;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	UPDATE payment_outside AS o SET look_at = least(o.look_at, v_now),
	    phase = coalesce(o.phase, 'look')
	    FROM payments AS p WHERE o.provider = p_provider
	    AND o.outside_ref = p_ref AND p.id = o.payment_id
	    AND p.status NOT IN ('CAPTURED', 'LATE');
	UPDATE refund_outside AS o SET look_at = least(o.look_at, v_now)
	    WHERE o.outside_ref = p_ref AND NOT o.over;
	IF p_alarm IS NOT NULL THEN
		PERFORM alarm_raise(p_alarm, coalesce((SELECT 'refund '
		    || o.refund_id FROM refund_outside AS o
			WHERE o.outside_ref = p_ref),
		    p_provider || ' ' || coalesce(p_outside_id, p_event)),
		    (SELECT o.payment_id FROM payment_outside AS o
			WHERE o.provider = p_provider
			AND o.outside_id = p_outside_id),
		    p_provider, p_outside_id, p_amount,
		    coalesce(p_currency, 'XXX'));
	END IF;
	RETURN true;
END $$;

-- Events that were kept long enough, the oldest first and at most p_max.
CREATE OR REPLACE FUNCTION provider_event_purge(p_before timestamptz,
	p_max bigint) RETURNS bigint LANGUAGE sql AS $$
	WITH old AS (
		SELECT provider, event_id FROM provider_events
		WHERE at < p_before ORDER BY at LIMIT p_max
		FOR UPDATE SKIP LOCKED),
	gone AS (
		DELETE FROM provider_events AS e USING old
		WHERE e.provider = old.provider AND e.event_id = old.event_id
		RETURNING 1)
	SELECT count(*) FROM gone
$$;
