-- SPDX-License-Identifier: BSD-2-Clause
--
-- What operators do about a payment (lib/admin/payment_move.h).

-- A move, with a row of the audit log:
--   look     whoever works on it, or on its refunds, looks at once
--   cancel   it is given up, as by its buyer
--   release  its seats are free, and nobody waits for its provider any more: for
--            outages that last. What he takes later goes back. Where he may have
--            been asked for money that is an alarm.
-- and what became of it:
--   none     there is no such payment
--   over     there is nothing of it to be done that to
--   ended    it has its end
--   goes     somebody works on it
CREATE OR REPLACE FUNCTION operator_payment(p_payment bigint, p_move text,
	p_now timestamptz, p_user bigint, p_action text, p_object text,
	p_reason text, p_os_user text, p_request text)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	v payments;
	v_now timestamptz := coalesce(p_now, clock_timestamp());
	v_outcome text := 'goes';
BEGIN
	IF NOT EXISTS (SELECT FROM payments AS p WHERE p.id = p_payment) THEN
		RETURN 'none';
	END IF;
	v := payment_step(p_payment);
	IF p_move = 'look' THEN
		IF NOT operator_look(v, v_now) THEN
			RETURN 'over';
		END IF;
	ELSIF v.status NOT IN ('SENT', 'CANCELING') THEN
		RETURN 'over';
	ELSIF p_move = 'cancel' THEN
		v_outcome := payment_give_up(v.user_id, p_payment, p_now);
	ELSE
		PERFORM alarm_payment('released', 'payment ' || v.id, v.id,
		    v.amount, v.currency::text)
		FROM payment_outside AS o WHERE o.payment_id = v.id
		    AND o.asked_at IS NOT NULL;
		PERFORM payment_decline(p_payment, 'released', p_now);
		UPDATE payment_outside AS o SET look_at = v_now
		    WHERE o.payment_id = p_payment;
		v_outcome := 'ended';
	END IF;
	PERFORM audit_write(p_user, p_action, p_object, p_reason, p_os_user,
	    p_request, jsonb_build_object('was', v.status));
	RETURN v_outcome;
END $$;

-- False: nobody outside is to be asked about it.
CREATE OR REPLACE FUNCTION operator_look(v payments, p_now timestamptz)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	v_n int;
	v_refunds int;
BEGIN
	UPDATE payment_outside AS o SET look_at = least(o.look_at, p_now),
	    phase = coalesce(o.phase, 'look')
	    WHERE o.payment_id = v.id AND v.status NOT IN ('CAPTURED', 'LATE');
	GET DIAGNOSTICS v_n = ROW_COUNT;
	UPDATE refund_outside AS o SET look_at = least(o.look_at, p_now)
	    FROM refunds AS f WHERE f.payment_id = v.id
	    AND o.refund_id = f.id AND NOT o.over;
	GET DIAGNOSTICS v_refunds = ROW_COUNT;
	RETURN v_n + v_refunds > 0;
END $$;

-- Seats given back by an operator, for cancel_seats: the same with a row of the
-- audit log. p_user is whose key it is.
CREATE OR REPLACE FUNCTION cancel_seats_by(
	p_user bigint, p_route text, p_key text, p_fingerprint bytea,
	p_body bytea, p_reservation bigint, p_known int[], p_seats int[],
	p_refunds bigint[], p_balance_max bigint, p_at timestamptz,
	p_payments bigint[], p_amounts bigint[], p_by bigint, p_action text,
	p_object text, p_reason text, p_os_user text, p_request text,
	p_moves bigint,
	OUT outcome text, OUT status int, OUT body bytea)
LANGUAGE plpgsql AS $$
BEGIN
	SELECT c.outcome, c.status, c.body
	    INTO cancel_seats_by.outcome, cancel_seats_by.status,
		cancel_seats_by.body
	    FROM cancel_seats(p_user, p_route, p_key, p_fingerprint, p_body,
		p_reservation, p_known, p_seats, p_refunds, p_balance_max, p_at,
		p_payments, p_amounts, NULL, p_moves) AS c;
	IF cancel_seats_by.outcome = 'cancelled' THEN
		PERFORM audit_write(p_by, p_action, p_object, p_reason,
		    p_os_user, p_request, jsonb_build_object('seats', p_seats));
	END IF;
END $$;
