-- SPDX-License-Identifier: BSD-2-Clause
--
-- What only a person can decide: raised in the transaction of what it is about,
-- and open until an operator acknowledges it (lib/admin/alarm.h).

-- Raised once for each kind and subject. False: it was before.
CREATE OR REPLACE FUNCTION alarm_raise(p_kind text, p_subject text,
	p_payment bigint, p_provider text, p_outside_id text, p_amount bigint,
	p_currency text, p_candidates bigint[] DEFAULT '{}')
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO alarms (kind, subject, payment_id, provider, outside_id,
	    amount, currency, candidates)
	VALUES (p_kind, p_subject, p_payment, p_provider, p_outside_id,
	    p_amount, p_currency, p_candidates)
	ON CONFLICT ON CONSTRAINT alarms_once DO NOTHING;
	RETURN FOUND;
END $$;

-- About a payment that a provider was asked for.
CREATE OR REPLACE FUNCTION alarm_payment(p_kind text, p_subject text,
	p_payment bigint, p_amount bigint, p_currency text)
RETURNS boolean LANGUAGE sql AS $$
	SELECT alarm_raise(p_kind, p_subject, p_payment, o.provider,
	    o.outside_id, p_amount, p_currency)
	FROM payment_outside AS o WHERE o.payment_id = p_payment
$$;

-- A provider does not give back what is due: the whole of it is owed.
CREATE OR REPLACE FUNCTION alarm_refund(p_kind text, p_refund bigint)
RETURNS boolean LANGUAGE sql AS $$
	SELECT alarm_payment(p_kind, 'refund ' || f.id, f.payment_id, f.amount,
	    f.currency::text) FROM refunds AS f WHERE f.id = p_refund
$$;

--   none    there is no such alarm
--   before  somebody acknowledged it before: that stays
--   done
CREATE OR REPLACE FUNCTION alarm_acknowledge(p_alarm bigint, p_user bigint,
	p_action text, p_object text, p_reason text, p_os_user text,
	p_request text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	v alarms;
BEGIN
	SELECT * INTO v FROM alarms AS l WHERE l.id = p_alarm FOR UPDATE;
	IF NOT FOUND THEN
		RETURN 'none';
	ELSIF v.acknowledged_at IS NOT NULL THEN
		RETURN 'before';
	END IF;
	UPDATE alarms AS l SET acknowledged_at = clock_timestamp(),
	    acknowledged_by = p_user, acknowledged_why = p_reason
	    WHERE l.id = p_alarm;
	PERFORM audit_write(p_user, p_action, p_object, p_reason, p_os_user,
	    p_request, jsonb_build_object('kind', v.kind,
	    'subject', v.subject));
	RETURN 'done';
END $$;
