-- SPDX-License-Identifier: BSD-2-Clause
--
-- Seats of a reservation become others, in one transaction and one round trip:
-- the new ones are claimed, the old ones go, what they cost less comes back, and
-- what they cost more is taken. Where nobody outside is asked a payment grows by
-- that, and stays one; else the difference has a payment of its own
-- (payment_moves), which goes the way of any other: its intent claims the new
-- seats, and its confirm lets the old ones go.
--
-- Order, the same for everybody who touches the same rows: the epoch's lock
-- shared, the payment that has its end, the reservation, the idempotency row, the
-- wallet, the claims by seat_no, the rest.

CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE
	ON reservation_moves FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE
	ON payment_moves FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- ---- what a move is ----

-- Seats that come in, and those that go.
CREATE OR REPLACE FUNCTION move_new(m payment_moves) RETURNS int[]
LANGUAGE sql IMMUTABLE AS $$
	SELECT ARRAY(SELECT unnest(m.to_seats) EXCEPT
	    SELECT unnest(m.from_seats) ORDER BY 1)
$$;
CREATE OR REPLACE FUNCTION move_gone(m payment_moves) RETURNS int[]
LANGUAGE sql IMMUTABLE AS $$
	SELECT ARRAY(SELECT unnest(m.from_seats) EXCEPT
	    SELECT unnest(m.to_seats) ORDER BY 1)
$$;

-- What it costs more than before; below 0: less.
CREATE OR REPLACE FUNCTION move_costs(r reservations, m payment_moves)
RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
	SELECT ((SELECT sum(v) FROM unnest(m.prices) AS v)
	    - (SELECT sum(l.price) FROM unnest(r.seats, r.prices)
		AS l (seat_no, price) WHERE l.seat_no = ANY (m.from_seats)))
	    ::bigint
$$;

-- ---- pieces ----

-- What every move begins with, by who has read the reservation and reckoned from
-- it: p_moves and p_known are how often it was moved then, and what of it was
-- cancelled; p_rule is how far its buyer may go (performances.moves), NULL: an
-- operator does it. A script has set the new seats P in p_epoch. From here on
-- the reservation is locked.
--   NULL    go on
--   again   it was moved, seats were given back, or another rule was made, since
--   epoch   Redis was rebuilt since the script ran: start over
--   closed  it is not allowed, or not any more
--   paying  a payment for a move of it has no end yet
CREATE OR REPLACE FUNCTION move_refused(p_reservation bigint, p_moves bigint,
	p_known int[], p_epoch bigint, p_rule text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	v_r reservations;
	v_status text;
	v_rule text;
BEGIN
	PERFORM pg_advisory_xact_lock_shared(1, 0);
	IF (SELECT e.epoch FROM sys_epoch AS e) <> p_epoch THEN
		RETURN 'epoch';
	END IF;
	SELECT * INTO STRICT v_r FROM reservations AS r
	    WHERE r.id = p_reservation FOR UPDATE;
	SELECT f.status, f.moves INTO STRICT v_status, v_rule
	    FROM performances AS f WHERE f.id = v_r.performance_id;
	RETURN CASE
	    WHEN v_r.moves <> p_moves OR v_r.cancelled <> p_known THEN 'again'
	    WHEN v_status NOT IN ('open', 'closed')
		OR (p_rule IS NOT NULL AND v_rule = 'off') THEN 'closed'
	    WHEN p_rule <> v_rule THEN 'again'
	    WHEN EXISTS (SELECT FROM payments AS p
		WHERE p.hold_token = move_token(v_r)
		AND p.status IN ('SENT', 'CANCELING')) THEN 'paying' END;
END $$;

-- New seats are claimed, under p_mark; p_reservation NULL: they are being paid
-- for. Raised: move_seats, one is somebody else's.
CREATE OR REPLACE FUNCTION move_claim(r reservations, p_seats int[],
	p_token text, p_reservation bigint, p_mark int, p_at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	v_n int;
BEGIN
	INSERT INTO seat_claim AS c (performance_id, seat_no, state, mark,
	    user_id, hold_token, reservation_id, changed_at)
	SELECT r.performance_id, s, CASE WHEN p_reservation IS NULL THEN 'P'
	    ELSE 'R' END, p_mark, r.user_id, p_token, p_reservation, p_at
	    FROM unnest(p_seats) AS s ORDER BY s
	ON CONFLICT (performance_id, seat_no) DO UPDATE
	SET state = excluded.state, mark = excluded.mark,
	    user_id = excluded.user_id, hold_token = excluded.hold_token,
	    reservation_id = excluded.reservation_id, expires_at = NULL,
	    changed_at = excluded.changed_at
	WHERE c.state = 'H' AND c.expires_at <= clock_timestamp();
	GET DIAGNOSTICS v_n = ROW_COUNT;
	IF v_n < cardinality(p_seats) THEN
		RAISE EXCEPTION 'move_seats' USING ERRCODE = '23514',
		    CONSTRAINT = 'move_seats';
	END IF;
	INSERT INTO seat_log (at, performance_id, seats, from_state, to_state,
	    user_id, hold_token, reservation_id, reason)
	SELECT p_at, r.performance_id, p_seats, 'H', 'P', r.user_id, p_token,
	    p_reservation, 'move' WHERE p_seats <> '{}';
END $$;

-- What every move ends with, the new seats being the reservation's: the old ones
-- go, or wait for a provider (p_waits), its tickets and lines become others, and
-- it is told. An open offer ends: it showed other seats. p_refund: by which it
-- costs less; p_user: who did it. Raised: move_claims.
CREATE OR REPLACE FUNCTION move_done(v_r reservations, v_m payment_moves,
	p_waits boolean, p_refund bigint, p_user bigint, p_at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	v_new int[] := move_new(v_m);
	v_gone int[] := move_gone(v_m);
	v_more bigint := move_costs(v_r, v_m);
	v_old_prices bigint[];
	v_old_types smallint[];
	v_n int;
BEGIN
	IF p_waits THEN
		UPDATE seat_claim AS c SET state = 'C', changed_at = p_at
		    WHERE c.performance_id = v_r.performance_id
		    AND c.seat_no = ANY (v_gone) AND c.state = 'R'
		    AND c.reservation_id = v_r.id;
	ELSE
		DELETE FROM seat_claim AS c
		    WHERE c.performance_id = v_r.performance_id
		    AND c.seat_no = ANY (v_gone) AND c.state = 'R'
		    AND c.reservation_id = v_r.id;
	END IF;
	GET DIAGNOSTICS v_n = ROW_COUNT;
	SELECT array_agg(l.price ORDER BY f.line),
	    array_agg(coalesce(l.type_no, 0) ORDER BY f.line)
	    INTO v_old_prices, v_old_types
	    FROM unnest(v_m.from_seats) WITH ORDINALITY AS f (seat_no, line)
	    JOIN unnest(v_r.seats, v_r.prices, v_r.types)
		AS l (seat_no, price, type_no) ON l.seat_no = f.seat_no;
	IF v_n <> cardinality(v_gone)
	    OR cardinality(v_old_prices) <> cardinality(v_m.from_seats) THEN
		RAISE EXCEPTION 'move_claims' USING ERRCODE = '23514',
		    CONSTRAINT = 'move_claims';
	END IF;
	INSERT INTO seat_log (at, performance_id, seats, from_state, to_state,
	    user_id, hold_token, reservation_id, reason)
	SELECT p_at, v_r.performance_id, m.seats, m.was, m.becomes,
	    v_r.user_id, v_r.hold_token, v_r.id, 'move'
	FROM (VALUES (v_new, 'P', 'R'), (v_gone, 'R', 'C'),
	    (v_gone, 'C', 'A')) AS m (seats, was, becomes)
	WHERE m.seats <> '{}' AND NOT (p_waits AND m.was = 'C');
	-- A ticket of a seat that it had before, or of another type, is another.
	INSERT INTO ticket_issues (reservation_id, place, issue,
	    performance_id)
	SELECT v_r.id, s, coalesce((SELECT max(i.issue)
	    FROM ticket_issues AS i WHERE i.reservation_id = v_r.id
	    AND i.place = s), 0) + 1, v_r.performance_id
	FROM unnest(v_m.to_seats) AS s WHERE s = ANY (v_m.from_seats)
	    OR EXISTS (SELECT FROM reservation_moves AS m
	    WHERE m.reservation_id = v_r.id AND s = ANY (m.from_seats));
	INSERT INTO reservation_moves (reservation_id, move_no, performance_id,
	    at, from_seats, from_prices, from_types, to_seats, to_prices,
	    to_types, difference, refund_id, user_id, payment_id)
	VALUES (v_r.id, v_r.moves + 1, v_r.performance_id, p_at,
	    v_m.from_seats, v_old_prices, v_old_types, v_m.to_seats,
	    v_m.prices, v_m.types, v_more, p_refund, nullif(p_user, 0),
	    v_m.payment_id);
	UPDATE reservations AS r SET seats = l.seats, prices = l.prices,
	    types = CASE WHEN 0 <> ANY (l.types) THEN l.types END,
	    amount = r.amount + v_more, moves = r.moves + 1
	FROM (SELECT array_agg(k.seat_no ORDER BY k.seat_no) AS seats,
		array_agg(k.price ORDER BY k.seat_no) AS prices,
		array_agg(coalesce(k.type_no, 0) ORDER BY k.seat_no) AS types
	    FROM (SELECT * FROM unnest(v_r.seats, v_r.prices, v_r.types)
		    AS o (seat_no, price, type_no)
		WHERE o.seat_no <> ALL (v_m.from_seats)
		UNION ALL SELECT * FROM unnest(v_m.to_seats, v_m.prices,
		    v_m.types)) AS k) AS l
	WHERE r.id = v_r.id;
	INSERT INTO reservation_log (reservation_id, at, from_status,
	    to_status, seats, user_id, reason)
	VALUES (v_r.id, p_at, v_r.status, v_r.status, v_m.to_seats,
	    nullif(p_user, 0), 'move');
	PERFORM reservation_offer_drop(v_r, nullif(p_user, 0), p_at);
	INSERT INTO outbox (aggregate, aggregate_id, kind, payload, at)
	VALUES ('reservation', v_r.number, 'reservation.moved',
	    jsonb_build_object('performance_id', v_r.performance_id,
	    'user_id', v_r.user_id, 'payment_id',
	    coalesce(v_m.payment_id, v_r.payment_id),
	    'from_seat_ids', v_m.from_seats, 'from_prices', v_old_prices,
	    'from_types', v_old_types, 'seat_ids', v_m.to_seats,
	    'prices', v_m.prices, 'types', v_m.types,
	    'refunded', greatest(-v_more, 0), 'paid', greatest(v_more, 0),
	    'currency', v_r.currency), p_at);
END $$;

-- Where nobody outside is asked: what it costs more is taken, from the wallet or
-- into a till, and the payment grows by it; what it costs less (p_more below 0)
-- comes back to the wallet that paid, or, of a sale at a counter, is owed until a
-- till pays it out (counter_pay_owed).
CREATE OR REPLACE FUNCTION move_book(r reservations, p_method text,
	p_payer bigint, p_more bigint, p_balance_max bigint, p_till bigint,
	p_operator bigint, p_at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	v_wallet boolean := p_method = 'wallet';
	v_till bigint := CASE WHEN p_more > 0 AND NOT v_wallet THEN p_till END;
	v_reason text := CASE WHEN p_more > 0 THEN 'payment' ELSE 'refund' END;
	v_refused text;
	v_transfer bigint := nextval('transfer_id');
BEGIN
	IF v_wallet THEN
		UPDATE wallets AS w SET balance = w.balance - p_more
		    WHERE w.user_id = p_payer AND w.currency = r.currency
		    AND w.balance - p_more BETWEEN 0 AND p_balance_max;
		v_refused := CASE WHEN NOT FOUND THEN CASE WHEN p_more > 0
		    THEN 'move_funds' ELSE 'cancel_full' END END;
	ELSIF v_till IS NOT NULL THEN
		PERFORM FROM till_sessions AS s WHERE s.id = v_till
		    AND s.closed_at IS NULL AND s.operator_id = p_operator
		    AND s.currency = r.currency FOR NO KEY UPDATE;
		v_refused := CASE WHEN NOT FOUND THEN 'till_closed' END;
	END IF;
	IF v_refused IS NULL AND p_more > 0 THEN
		UPDATE payments AS p SET amount = p.amount + p_more,
		    changed_at = p_at WHERE p.id = r.payment_id
		    AND p.status = 'CAPTURED';
		v_refused := CASE WHEN NOT FOUND THEN 'move_payment' END;
	END IF;
	IF v_refused IS NOT NULL THEN
		RAISE EXCEPTION USING MESSAGE = v_refused, ERRCODE = '23514',
		    CONSTRAINT = v_refused;
	END IF;
	INSERT INTO ledger (transfer_id, line, account, user_id, till_id,
	    amount, currency, reason, payment_id, at)
	VALUES (v_transfer, 1, CASE WHEN v_wallet OR p_more > 0
		THEN payment_account(p_method) ELSE 'owed' END,
	    CASE WHEN v_wallet THEN p_payer END, v_till, -p_more, r.currency,
	    v_reason, r.payment_id, p_at),
	    (v_transfer, 2, 'sales', NULL, NULL, p_more, r.currency, v_reason,
	    r.payment_id, p_at);
END $$;

-- ---- at once ----

-- Line i of p_to, with its price and type (p_types NULL: all the default), is
-- there for seat i of p_from. p_user is whose key it is. p_till: the till session
-- that takes what a sale at a counter costs more, 0: none; p_operator's. What it
-- costs less comes back as in reservation_refund.
--
--   moved   p_body is the answer
--   money   it costs another amount, and nobody knows how to bring that about
--   again, epoch, closed, paying: as move_refused has them
--   replay, mismatch, running: as idem_take has them
-- Raised, with a constraint name of its own: move_seats, a seat is somebody
-- else's; move_funds, the wallet has not as much as it costs more; cancel_full, it
-- cannot take so much; till_closed, no till of his takes it; move_claims,
-- move_payment and refund_payment, which say that facts contradict each other.
CREATE OR REPLACE FUNCTION reservation_move(
	p_user bigint, p_route text, p_key text, p_fingerprint bytea,
	p_body bytea, p_reservation bigint, p_moves bigint, p_known int[],
	p_from int[], p_to int[], p_prices bigint[], p_types smallint[],
	p_mark int, p_epoch bigint, p_at timestamptz, p_rule text,
	p_refunds bigint[], p_payments bigint[], p_amounts bigint[],
	p_balance_max bigint, p_till bigint, p_operator bigint,
	OUT outcome text, OUT status int, OUT body bytea)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
	v_r reservations;
	v_m payment_moves := ROW(NULL, p_reservation, p_known, p_from, p_to,
	    p_prices, p_types);
	v_more bigint;
	v_method text;
	v_payer bigint;
	v_at_once boolean;	-- so the old seats are free
BEGIN
	outcome := move_refused(p_reservation, p_moves, p_known, p_epoch,
	    p_rule);
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	SELECT * INTO STRICT v_r FROM reservations AS r
	    WHERE r.id = p_reservation;
	v_more := move_costs(v_r, v_m);
	SELECT p.method, p.user_id INTO STRICT v_method, v_payer
	    FROM payments AS p WHERE p.id = v_r.payment_id;
	v_at_once := v_more = 0 OR payment_at_once(v_method);
	-- A payment is one user's, who may have passed the reservation on.
	IF (v_more > 0 AND v_payer <> v_r.user_id)
	    OR (v_more > 0 AND v_method <> 'wallet' AND (p_till = 0
		OR v_method NOT IN ('cash', 'terminal')))
	    OR (NOT v_at_once AND NOT EXISTS (SELECT FROM payment_outside AS o
		WHERE o.payment_id = v_r.payment_id))
	    OR (SELECT coalesce(sum(a), 0) FROM unnest(p_amounts) AS a)
		<> greatest(-v_more, 0) THEN
		outcome := 'money';
		RETURN;
	END IF;
	SELECT t.outcome, t.status, t.body INTO outcome, status, body
	    FROM idem_take(p_user, p_route, p_key, p_fingerprint, p_at, 200,
		p_body) AS t;
	IF outcome <> 'new' THEN
		RETURN;
	END IF;

	IF v_more <> 0 AND v_at_once THEN
		PERFORM move_book(v_r, v_method, v_payer, v_more,
		    p_balance_max, p_till, p_operator, p_at);
	END IF;
	PERFORM FROM seat_claim AS c
	    WHERE c.performance_id = v_r.performance_id
	    AND c.seat_no = ANY (p_from || p_to) ORDER BY c.seat_no FOR UPDATE;
	PERFORM move_claim(v_r, move_new(v_m), v_r.hold_token, v_r.id, p_mark,
	    p_at);
	IF v_more < 0 THEN
		PERFORM reservation_refund(v_r, p_refunds, p_payments,
		    p_amounts, v_at_once, 'move', nullif(move_gone(v_m), '{}'),
		    p_at);
	END IF;
	PERFORM move_done(v_r, v_m, NOT v_at_once, p_refunds[1], p_user, p_at);
	outcome := 'moved';
END $$;

-- The same by an operator, with a row of the audit log.
CREATE OR REPLACE FUNCTION reservation_move_by(
	p_user bigint, p_route text, p_key text, p_fingerprint bytea,
	p_body bytea, p_reservation bigint, p_moves bigint, p_known int[],
	p_from int[], p_to int[], p_prices bigint[], p_types smallint[],
	p_mark int, p_epoch bigint, p_at timestamptz, p_rule text,
	p_refunds bigint[], p_payments bigint[], p_amounts bigint[],
	p_balance_max bigint, p_till bigint, p_by bigint, p_action text,
	p_object text, p_reason text, p_os_user text, p_request text,
	OUT outcome text, OUT status int, OUT body bytea)
LANGUAGE plpgsql AS $$
BEGIN
	SELECT m.outcome, m.status, m.body
	    INTO reservation_move_by.outcome, reservation_move_by.status,
		reservation_move_by.body
	    FROM reservation_move(p_user, p_route, p_key, p_fingerprint,
		p_body, p_reservation, p_moves, p_known, p_from, p_to, p_prices,
		p_types, p_mark, p_epoch, p_at, p_rule, p_refunds, p_payments,
		p_amounts, p_balance_max, p_till, p_by) AS m;
	IF reservation_move_by.outcome = 'moved' THEN
		PERFORM audit_write(p_by, p_action, p_object, p_reason,
		    p_os_user, p_request, jsonb_build_object('from', p_from,
		    'to', p_to, 'difference', (SELECT m.difference
		    FROM reservation_moves AS m
		    WHERE m.reservation_id = p_reservation
		    AND m.move_no = p_moves + 1)));
	END IF;
END $$;

-- ---- where somebody outside is asked ----

-- The intent of a move that costs more: the new seats are claimed as being paid
-- for, and the reservation stays what it is. p_body is what is answered when it is
-- paid; p_hard_s: no hold lasts longer, and so long the first try keeps seats for
-- all of them; the rest as in payment_made, which raises pay_attempts when it was
-- tried too often.
--
--   sent    the payment is SENT
--   money   there is no difference to be paid, or no seat comes in for it, or
--           somebody else paid for what is his now
--   again, epoch, closed, paying; replay, mismatch, running; move_seats: as above
CREATE OR REPLACE FUNCTION move_intent(
	p_user bigint, p_route text, p_key text, p_fingerprint bytea,
	p_body bytea, p_reservation bigint, p_moves bigint, p_known int[],
	p_from int[], p_to int[], p_prices bigint[], p_types smallint[],
	p_mark int, p_epoch bigint, p_at timestamptz, p_rule text,
	p_method text, p_provider text, p_account text, p_ref text,
	p_source text, p_return_url text, p_deadline_s bigint,
	p_declined bytea, p_lost bytea, p_hard_s bigint,
	OUT outcome text, OUT status int, OUT body bytea, OUT payment bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
	v_r reservations;
	v_m payment_moves := ROW(NULL, p_reservation, p_known, p_from, p_to,
	    p_prices, p_types);
	v_more bigint;
BEGIN
	outcome := move_refused(p_reservation, p_moves, p_known, p_epoch,
	    p_rule);
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	SELECT * INTO STRICT v_r FROM reservations AS r
	    WHERE r.id = p_reservation;
	v_more := move_costs(v_r, v_m);
	IF v_more <= 0 OR move_new(v_m) = '{}'
	    OR (SELECT p.user_id FROM payments AS p
		WHERE p.id = v_r.payment_id) <> v_r.user_id THEN
		outcome := 'money';
		RETURN;
	END IF;
	SELECT t.outcome, t.status, t.body INTO outcome, status, body
	    FROM idem_take(p_user, p_route, p_key, p_fingerprint, p_at, NULL,
		NULL) AS t;
	IF outcome <> 'new' THEN
		RETURN;
	END IF;
	payment := nextval('payments_id_seq');
	PERFORM move_claim(v_r, move_new(v_m), move_token(v_r), NULL, p_mark,
	    p_at);
	PERFORM payment_sent(payment, v_r.user_id, v_r.performance_id,
	    move_token(v_r), p_method, v_more, v_r.currency::text, p_at);
	v_m.payment_id := payment;
	INSERT INTO payment_moves SELECT v_m.*;
	outcome := 'sent';
	PERFORM payment_made(outcome, payment, p_body, v_r.user_id, p_route,
	    p_key, move_token(v_r), v_r.number,
	    p_at + p_hard_s * interval '1 s', p_at, p_provider, p_account,
	    p_ref, p_source, p_return_url, p_deadline_s, p_declined, p_lost);
END $$;

-- Whether a payment's move can still be made: nothing became of the reservation
-- since its intent, and nothing does before this transaction ends.
CREATE OR REPLACE FUNCTION move_stands(v payments) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
	v_m payment_moves;
	v_r reservations;
BEGIN
	SELECT * INTO STRICT v_m FROM payment_moves AS m
	    WHERE m.payment_id = v.id;
	SELECT * INTO STRICT v_r FROM reservations AS r
	    WHERE r.id = v_m.reservation_id FOR UPDATE;
	RETURN v.hold_token = move_token(v_r) AND v_r.user_id = v.user_id
	    AND v_r.cancelled = v_m.cancelled;
END $$;

-- The difference was captured, and the new seats are claimed (payment_confirm).
CREATE OR REPLACE FUNCTION move_paid(v payments, p_at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	v_m payment_moves;
	v_r reservations;
BEGIN
	SELECT * INTO STRICT v_m FROM payment_moves AS m
	    WHERE m.payment_id = v.id;
	SELECT * INTO STRICT v_r FROM reservations AS r
	    WHERE r.id = v_m.reservation_id;
	UPDATE seat_claim AS c SET state = 'R', hold_token = v_r.hold_token,
	    reservation_id = v_r.id, changed_at = p_at
	    WHERE c.performance_id = v.performance_id
	    AND c.seat_no = ANY (move_new(v_m))
	    AND c.hold_token = v.hold_token;
	PERFORM move_done(v_r, v_m, false, NULL, v.user_id, p_at);
END $$;
