-- SPDX-License-Identifier: BSD-2-Clause
--
-- Seats of a reservation become others, in one transaction and one round trip:
-- the new ones are claimed, the old ones go, what they cost less comes back, and
-- what they cost more is taken. A payment grows by that: it is one payment, and
-- what is given back of it later is given back as it was paid.

CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE
	ON reservation_moves FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- The caller has read the reservation and written the answer from it: p_moves
-- and p_known are how often it was moved then, and what of it was cancelled. Line
-- i of p_to, with its price and type (p_types NULL: all the default), is there for
-- seat i of p_from. A script has set the seats P that are new, under p_mark, in
-- p_epoch. p_user is whose key it is. p_class: a buyer does it, where the
-- performance allows it. p_till: the till session that takes what a sale at a
-- counter costs more, 0: none; p_operator's.
--
-- Order, the same for everybody who touches the same rows: the epoch's lock
-- shared, the reservation, the idempotency row, the wallet, the claims by
-- seat_no, the rest.
--
--   moved   p_body is the answer
--   again   it was moved, or seats were given back, since it was read
--   epoch   Redis was rebuilt since the script ran: start over
--   closed  it is not allowed, or not any more
--   money   it costs another amount, and nobody knows how to bring that about
--   replay, mismatch, running: as idem_take has them
-- Raised, with a constraint name of its own: move_seats, a seat is somebody
-- else's; move_funds, the wallet has not as much as it costs more; cancel_full, it
-- cannot take so much; till_closed, no till of his takes it; move_claims and
-- move_payment, which say that facts contradict each other.
CREATE OR REPLACE FUNCTION reservation_move(
	p_user bigint, p_route text, p_key text, p_fingerprint bytea,
	p_body bytea, p_reservation bigint, p_moves bigint, p_known int[],
	p_from int[], p_to int[], p_prices bigint[], p_types smallint[],
	p_mark int, p_epoch bigint, p_refund bigint, p_balance_max bigint,
	p_at timestamptz, p_till bigint, p_operator bigint, p_class boolean,
	OUT outcome text, OUT status int, OUT body bytea)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
	v_r reservations;
	v_new int[] := ARRAY(SELECT unnest(p_to) EXCEPT SELECT unnest(p_from)
	    ORDER BY 1);
	v_gone int[] := ARRAY(SELECT unnest(p_from) EXCEPT SELECT unnest(p_to)
	    ORDER BY 1);
	v_old_prices bigint[];
	v_old_types smallint[];
	v_back bigint;		-- what comes back
	v_method text;
	v_at_once boolean;	-- so the old seats are free
	v_n int;
BEGIN
	PERFORM pg_advisory_xact_lock_shared(1, 0);
	IF (SELECT e.epoch FROM sys_epoch AS e) <> p_epoch THEN
		outcome := 'epoch';
		RETURN;
	END IF;
	SELECT * INTO STRICT v_r FROM reservations AS r
	    WHERE r.id = p_reservation FOR UPDATE;
	IF v_r.moves <> p_moves OR v_r.cancelled <> p_known THEN
		outcome := 'again';
		RETURN;
	END IF;
	IF NOT EXISTS (SELECT FROM performances AS f
	    WHERE f.id = v_r.performance_id AND f.status IN ('open', 'closed')
	    AND (NOT p_class OR f.moves = 'class')) THEN
		outcome := 'closed';
		RETURN;
	END IF;
	SELECT array_agg(l.price ORDER BY f.line),
	    array_agg(coalesce(l.type_no, 0) ORDER BY f.line)
	    INTO v_old_prices, v_old_types
	    FROM unnest(p_from) WITH ORDINALITY AS f (seat_no, line)
	    JOIN unnest(v_r.seats, v_r.prices, v_r.types)
		AS l (seat_no, price, type_no) ON l.seat_no = f.seat_no;
	v_back := (SELECT sum(v) FROM unnest(v_old_prices) AS v)
	    - (SELECT sum(v) FROM unnest(p_prices) AS v);
	SELECT p.method INTO STRICT v_method FROM payments AS p
	    WHERE p.id = v_r.payment_id;
	v_at_once := v_back = 0 OR payment_at_once(v_method);
	IF (v_back < 0 AND v_method <> 'wallet' AND (p_till = 0
		OR v_method NOT IN ('cash', 'terminal')))
	    OR (NOT v_at_once AND NOT EXISTS (SELECT FROM payment_outside AS o
		WHERE o.payment_id = v_r.payment_id)) THEN
		outcome := 'money';
		RETURN;
	END IF;
	SELECT t.outcome, t.status, t.body INTO outcome, status, body
	    FROM idem_take(p_user, p_route, p_key, p_fingerprint, p_at, 200,
		p_body) AS t;
	IF outcome <> 'new' THEN
		RETURN;
	END IF;

	IF v_back <> 0 AND v_at_once THEN
		PERFORM move_book(v_r, v_method, -v_back, p_balance_max,
		    p_till, p_operator, p_at);
	END IF;
	PERFORM FROM seat_claim AS c
	    WHERE c.performance_id = v_r.performance_id
	    AND c.seat_no = ANY (p_from || p_to) ORDER BY c.seat_no FOR UPDATE;
	INSERT INTO seat_claim AS c (performance_id, seat_no, state, mark,
	    user_id, hold_token, reservation_id, changed_at)
	SELECT v_r.performance_id, s, 'R', p_mark, v_r.user_id, v_r.hold_token,
	    v_r.id, p_at FROM unnest(v_new) AS s ORDER BY s
	ON CONFLICT (performance_id, seat_no) DO UPDATE
	SET state = excluded.state, mark = excluded.mark,
	    user_id = excluded.user_id, hold_token = excluded.hold_token,
	    reservation_id = excluded.reservation_id, expires_at = NULL,
	    changed_at = excluded.changed_at
	WHERE c.state = 'H' AND c.expires_at <= clock_timestamp();
	GET DIAGNOSTICS v_n = ROW_COUNT;
	IF v_n < cardinality(v_new) THEN
		RAISE EXCEPTION 'move_seats' USING ERRCODE = '23514',
		    CONSTRAINT = 'move_seats';
	END IF;
	IF v_at_once THEN
		DELETE FROM seat_claim AS c
		    WHERE c.performance_id = v_r.performance_id
		    AND c.seat_no = ANY (v_gone) AND c.state = 'R'
		    AND c.reservation_id = v_r.id;
	ELSE
		UPDATE seat_claim AS c SET state = 'C', changed_at = p_at
		    WHERE c.performance_id = v_r.performance_id
		    AND c.seat_no = ANY (v_gone) AND c.state = 'R'
		    AND c.reservation_id = v_r.id;
	END IF;
	GET DIAGNOSTICS v_n = ROW_COUNT;
	IF v_n <> cardinality(v_gone)
	    OR cardinality(v_old_prices) <> cardinality(p_from) THEN
		RAISE EXCEPTION 'move_claims' USING ERRCODE = '23514',
		    CONSTRAINT = 'move_claims';
	END IF;
	INSERT INTO seat_log (at, performance_id, seats, from_state, to_state,
	    user_id, hold_token, reservation_id, reason)
	SELECT p_at, v_r.performance_id, m.seats, m.was, m.becomes,
	    v_r.user_id, v_r.hold_token, v_r.id, 'move'
	FROM (VALUES (v_new, 'H', 'P'), (v_new, 'P', 'R'), (v_gone, 'R', 'C'),
	    (v_gone, 'C', 'A')) AS m (seats, was, becomes)
	WHERE m.seats <> '{}' AND (v_at_once OR m.was <> 'C');

	IF v_back > 0 THEN
		PERFORM move_refund(v_r, p_refund, v_back, v_at_once,
		    nullif(v_gone, '{}'), p_at);
	END IF;
	-- A ticket of a seat that it had before, or of another type, is another.
	INSERT INTO ticket_issues (reservation_id, place, issue,
	    performance_id)
	SELECT v_r.id, s, coalesce((SELECT max(i.issue)
	    FROM ticket_issues AS i WHERE i.reservation_id = v_r.id
	    AND i.place = s), 0) + 1, v_r.performance_id
	FROM unnest(p_to) AS s WHERE s = ANY (p_from) OR EXISTS (SELECT
	    FROM reservation_moves AS m WHERE m.reservation_id = v_r.id
	    AND s = ANY (m.from_seats));
	INSERT INTO reservation_moves (reservation_id, move_no, performance_id,
	    at, from_seats, from_prices, from_types, to_seats, to_prices,
	    to_types, difference, refund_id, user_id)
	VALUES (v_r.id, v_r.moves + 1, v_r.performance_id, p_at, p_from,
	    v_old_prices, v_old_types, p_to, p_prices, p_types, -v_back,
	    CASE WHEN v_back > 0 THEN p_refund END, nullif(p_user, 0));
	UPDATE reservations AS r SET seats = l.seats, prices = l.prices,
	    types = CASE WHEN 0 <> ANY (l.types) THEN l.types END,
	    amount = r.amount - v_back, moves = r.moves + 1
	FROM (SELECT array_agg(k.seat_no ORDER BY k.seat_no) AS seats,
		array_agg(k.price ORDER BY k.seat_no) AS prices,
		array_agg(coalesce(k.type_no, 0) ORDER BY k.seat_no) AS types
	    FROM (SELECT * FROM unnest(v_r.seats, v_r.prices, v_r.types)
		    AS o (seat_no, price, type_no)
		WHERE o.seat_no <> ALL (p_from)
		UNION ALL SELECT * FROM unnest(p_to, p_prices, p_types)) AS k)
	    AS l
	WHERE r.id = v_r.id;
	INSERT INTO reservation_log (reservation_id, at, from_status,
	    to_status, seats, user_id, reason)
	VALUES (v_r.id, p_at, v_r.status, v_r.status, p_to, nullif(p_user, 0),
	    'move');
	INSERT INTO outbox (aggregate, aggregate_id, kind, payload, at)
	VALUES ('reservation', v_r.number, 'reservation.moved',
	    jsonb_build_object('performance_id', v_r.performance_id,
	    'user_id', v_r.user_id, 'payment_id', v_r.payment_id,
	    'from_seat_ids', p_from, 'from_prices', v_old_prices,
	    'from_types', v_old_types, 'seat_ids', p_to, 'prices', p_prices,
	    'types', p_types, 'refunded', greatest(v_back, 0),
	    'paid', greatest(-v_back, 0),
	    'currency', v_r.currency), p_at);
	outcome := 'moved';
END $$;

-- The same by an operator, with a row of the audit log.
CREATE OR REPLACE FUNCTION reservation_move_by(
	p_user bigint, p_route text, p_key text, p_fingerprint bytea,
	p_body bytea, p_reservation bigint, p_moves bigint, p_known int[],
	p_from int[], p_to int[], p_prices bigint[], p_types smallint[],
	p_mark int, p_epoch bigint, p_refund bigint, p_balance_max bigint,
	p_at timestamptz, p_till bigint, p_by bigint, p_action text, p_object text,
	p_reason text, p_os_user text, p_request text,
	OUT outcome text, OUT status int, OUT body bytea)
LANGUAGE plpgsql AS $$
BEGIN
	SELECT m.outcome, m.status, m.body
	    INTO reservation_move_by.outcome, reservation_move_by.status,
		reservation_move_by.body
	    FROM reservation_move(p_user, p_route, p_key, p_fingerprint,
		p_body, p_reservation, p_moves, p_known, p_from, p_to, p_prices,
		p_types, p_mark, p_epoch, p_refund, p_balance_max, p_at, p_till,
		p_by, false)
		AS m;
	IF reservation_move_by.outcome = 'moved' THEN
		PERFORM audit_write(p_by, p_action, p_object, p_reason,
		    p_os_user, p_request, jsonb_build_object('from', p_from,
		    'to', p_to, 'difference', (SELECT m.difference
		    FROM reservation_moves AS m
		    WHERE m.reservation_id = p_reservation
		    AND m.move_no = p_moves + 1)));
	END IF;
END $$;

-- Where nobody outside is asked: what it costs more is taken, from the wallet or
-- into a till, and the payment grows by it; what it costs less (p_more below 0)
-- comes back to the wallet, or, of a sale at a counter, is owed until a till pays it
-- out (counter_pay_owed).
CREATE OR REPLACE FUNCTION move_book(r reservations, p_method text,
	p_more bigint, p_balance_max bigint, p_till bigint, p_operator bigint,
	p_at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	v_wallet boolean := p_method = 'wallet';
	v_till bigint := CASE WHEN p_more > 0 AND NOT v_wallet THEN p_till END;
	v_reason text := CASE WHEN p_more > 0 THEN 'payment' ELSE 'refund' END;
	v_refused text;
	v_transfer bigint := nextval('transfer_id');
BEGIN
	IF v_wallet THEN
		UPDATE wallets AS w SET balance = w.balance - p_more
		    WHERE w.user_id = r.user_id AND w.currency = r.currency
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
	    CASE WHEN v_wallet THEN r.user_id END, v_till, -p_more, r.currency,
	    v_reason, r.payment_id, p_at),
	    (v_transfer, 2, 'sales', NULL, NULL, p_more, r.currency, v_reason,
	    r.payment_id, p_at);
END $$;

-- A refund of its payment: done, or to be asked of its provider, for whom the
-- old seats wait.
CREATE OR REPLACE FUNCTION move_refund(r reservations, p_refund bigint,
	p_amount bigint, p_done boolean, p_seats int[], p_at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	UPDATE payments AS p SET refunded = p.refunded + p_amount,
	    changed_at = p_at WHERE p.id = r.payment_id
	    AND p.status = 'CAPTURED';
	IF NOT FOUND THEN
		RAISE EXCEPTION 'move_payment' USING ERRCODE = '23514',
		    CONSTRAINT = 'move_payment';
	END IF;
	IF NOT p_done THEN
		PERFORM refund_begin(p_refund, r.payment_id, p_amount,
		    r.currency, 'move', p_seats, p_at);
		RETURN;
	END IF;
	INSERT INTO refunds (id, payment_id, refund_no, amount, currency,
	    status, reason, created_at)
	SELECT p_refund, r.payment_id, coalesce(max(f.refund_no), 0) + 1,
	    p_amount, r.currency, 'DONE', 'move', p_at
	    FROM refunds AS f WHERE f.payment_id = r.payment_id;
END $$;
