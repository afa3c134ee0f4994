-- SPDX-License-Identifier: BSD-2-Clause
--
-- What a provider lists is compared with what is here (lib/payment/reconcile.h).
-- Nothing is freed, booked or sold by a list: what differs is looked at by who
-- works on it, or is an alarm. A page may be compared twice.
--
-- p_now is NULL but in tests.

CREATE OR REPLACE FUNCTION reconcile_watch(p_provider text, p_account text)
RETURNS void LANGUAGE sql AS $$
	INSERT INTO provider_scans (provider, account, kind, span)
	SELECT p_provider, p_account, k, s
	FROM unnest('{payments,refunds}'::text[]) AS k,
	    unnest('{minute,hour,day}'::text[]) AS s
	ON CONFLICT DO NOTHING
$$;

-- Scans that it is time for, for the caller to read; whoever had them has been
-- silent too long. A minute's begins ten minutes before the newest thing seen,
-- the first at what an hour's reads; a day's at the beginning. All end a minute
-- ago, so that what was just made here is not missed here.
CREATE OR REPLACE FUNCTION reconcile_take(p_max bigint, p_lease_ms bigint,
	p_now timestamptz)
RETURNS SETOF provider_scans LANGUAGE plpgsql AS $$
DECLARE
	v_now timestamptz := coalesce(p_now, clock_timestamp());
	v_now_s bigint := floor(extract(epoch FROM v_now));
BEGIN
	RETURN QUERY
	WITH due AS (
		SELECT s.provider, s.account, s.kind, s.span
		FROM provider_scans AS s
		WHERE s.due_at <= v_now AND s.owned_until <= v_now
		ORDER BY s.due_at LIMIT p_max FOR UPDATE SKIP LOCKED)
	UPDATE provider_scans AS s SET owner = gen_random_uuid(),
	    owned_until = v_now + p_lease_ms * interval '1 ms',
	    to_s = coalesce(s.to_s, v_now_s + s.skew_s - 60),
	    from_s = coalesce(s.from_s, CASE
		WHEN s.span = 'day' THEN 0
		WHEN s.span = 'minute' AND s.newest_s IS NOT NULL
		    THEN s.newest_s - 600
		ELSE v_now_s + s.skew_s - 60 - 26 * 3600 END)
	FROM due WHERE (s.provider, s.account, s.kind, s.span)
	    = (due.provider, due.account, due.kind, due.span)
	RETURNING s.*;
END $$;

-- It did not answer: again in p_wait_ms, where it stopped.
CREATE OR REPLACE FUNCTION reconcile_leave(p_provider text, p_account text,
	p_kind text, p_span text, p_owner uuid, p_wait_ms bigint,
	p_now timestamptz) RETURNS void LANGUAGE sql AS $$
	UPDATE provider_scans AS s SET owner = NULL,
	    owned_until = '-infinity', tries = s.tries + 1,
	    due_at = coalesce(p_now, clock_timestamp())
		+ p_wait_ms * interval '1 ms'
	WHERE (s.provider, s.account, s.kind, s.span, s.owner)
	    = (p_provider, p_account, p_kind, p_span, p_owner)
$$;

-- A page, in one transaction with how far the scan is. p_after: what the next
-- page follows, NULL: there is none. p_skew: NULL where it was not told.
-- p_refunds: what is unknown here goes back by itself.
--   more  the caller goes on with the next page
--   over  the scan is over
--   cut   it is over, though there are more: p_pages_max pages were read
--   lost  somebody else reads it
CREATE OR REPLACE FUNCTION reconcile_page(p_provider text, p_account text,
	p_kind text, p_span text, p_owner uuid, p_ids text[], p_refs text[],
	p_amounts bigint[], p_currencies text[], p_created bigint[],
	p_taken bigint[], p_after text, p_skew bigint, p_pages_max bigint,
	p_refunds boolean, p_lease_ms bigint, p_now timestamptz)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	v provider_scans;
	v_now timestamptz := coalesce(p_now, clock_timestamp());
	v_seen bigint := (SELECT max(c) FROM unnest(p_created) AS c);
	v_outcome text := 'more';
	i record;
BEGIN
	SELECT * INTO v FROM provider_scans AS s
	    WHERE (s.provider, s.account, s.kind, s.span, s.owner)
	    = (p_provider, p_account, p_kind, p_span, p_owner) FOR UPDATE;
	IF NOT FOUND THEN
		RETURN 'lost';
	END IF;
	FOR i IN SELECT * FROM unnest(p_ids, p_refs, p_amounts, p_currencies,
	    p_created, p_taken)
	    AS u (id, ref, amount, currency, created_s, taken) LOOP
		IF p_kind = 'payments' THEN
			PERFORM reconcile_payment(p_provider, p_account, i.id,
			    i.ref, i.amount, i.currency, i.created_s,
			    p_refunds, v_now);
		ELSE
			PERFORM reconcile_refund(p_provider, i.id, i.ref,
			    i.amount, i.currency, i.created_s, i.taken <> 0,
			    v_now);
		END IF;
	END LOOP;
	v.seen_s := greatest(v.seen_s, v_seen);
	IF p_after IS NULL THEN
		v_outcome := 'over';
	ELSIF v.n_pages + 1 >= p_pages_max THEN
		v_outcome := 'cut';
	END IF;
	IF v_outcome = 'more' THEN
		UPDATE provider_scans AS s SET after = p_after,
		    n_pages = s.n_pages + 1, seen_s = v.seen_s, tries = 0,
		    skew_s = coalesce(p_skew, s.skew_s),
		    owned_until = v_now + p_lease_ms * interval '1 ms'
		    WHERE s.owner = p_owner;
	ELSE
		v.skew_s := coalesce(p_skew, v.skew_s);
		IF v_outcome = 'over' AND p_kind = 'payments' THEN
			PERFORM reconcile_missing(v);
		END IF;
		UPDATE provider_scans AS s SET after = NULL, n_pages = 0,
		    seen_s = NULL, from_s = NULL, to_s = NULL, tries = 0,
		    newest_s = greatest(s.newest_s, v.seen_s),
		    skew_s = coalesce(p_skew, s.skew_s), owner = NULL,
		    owned_until = '-infinity', due_at = v_now + CASE s.span
			WHEN 'minute' THEN interval '1 minute'
			WHEN 'hour' THEN interval '1 hour'
			ELSE interval '1 day' END
		    WHERE s.owner = p_owner;
	END IF;
	RETURN v_outcome;
END $$;

-- A payment as the provider has it: amount is what he took. By our name for it,
-- or else by his.
CREATE OR REPLACE FUNCTION reconcile_payment(p_provider text,
	p_account text, p_id text, p_ref text, p_amount bigint, p_currency text,
	p_created_s bigint, p_refunds boolean, p_now timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	v payments;
	v_is bigint := (SELECT o.payment_id FROM payment_outside AS o
	    WHERE o.provider = p_provider AND o.outside_ref = p_ref);
BEGIN
	v_is := coalesce(v_is, (SELECT o.payment_id FROM payment_outside AS o
	    WHERE o.provider = p_provider AND o.outside_id = p_id));
	UPDATE payment_outside AS o SET listed_at = p_now
	    WHERE o.payment_id = v_is AND o.listed_at IS NULL;
	IF v_is IS NULL AND p_amount > 0 AND alarm_raise('unknown-capture',
	    p_provider || ' ' || p_id, NULL, p_provider, p_id, p_amount,
	    p_currency, reconcile_candidates(p_amount, p_currency, p_created_s))
	    AND p_refunds AND p_ref <> '' THEN
		INSERT INTO unknown_refunds (alarm_id, account, refund_ref)
		SELECT l.id, p_account,
		    replace(gen_random_uuid()::text, '-', '')
		    FROM alarms AS l WHERE l.kind = 'unknown-capture'
		    AND l.subject = p_provider || ' ' || p_id;
	END IF;
	SELECT * INTO v FROM payments AS p WHERE p.id = v_is;
	IF NOT FOUND THEN
		RETURN;
	ELSIF v.status IN ('CAPTURED', 'LATE') THEN
		IF p_amount = 0 THEN
			PERFORM alarm_payment('lost-capture', 'payment ' || v.id,
			    v.id, v.captured, v.currency::text);
		ELSIF (p_amount, p_currency) <> (v.captured, v.currency::text)
		    AND v.status = 'CAPTURED' THEN
			PERFORM alarm_payment('other-amount', 'payment ' || v.id,
			    v.id, p_amount, p_currency);
		END IF;
	ELSIF p_amount > 0 THEN
		UPDATE payment_outside AS o SET look_at = least(o.look_at,
		    p_now), phase = coalesce(o.phase, 'look')
		    WHERE o.payment_id = v.id;
	END IF;
END $$;

-- A range was read whole: what was captured within it, and ten minutes from its
-- end, has been in a list by now, this one or one before.
CREATE OR REPLACE FUNCTION reconcile_missing(v provider_scans)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM alarm_payment('lost-capture', 'payment ' || p.id, p.id,
	    p.captured, p.currency::text)
	    FROM payment_outside AS o JOIN payments AS p ON p.id = o.payment_id
	    WHERE o.provider = v.provider AND o.account = v.account
	    AND o.listed_at IS NULL AND o.outside_id IS NOT NULL
	    AND p.status IN ('CAPTURED', 'LATE') AND p.captured > 0
	    AND p.created_at >= to_timestamp(v.from_s - v.skew_s)
	    AND p.changed_at < to_timestamp(v.to_s - v.skew_s - 600);
END $$;

-- Payments that somebody outside was asked about and that were made within half an
-- hour of it for as much, the nearest first.
CREATE OR REPLACE FUNCTION reconcile_candidates(p_amount bigint,
	p_currency text, p_created_s bigint) RETURNS bigint[]
LANGUAGE sql STABLE AS $$
	SELECT ARRAY(SELECT p.id FROM payments AS p
	    WHERE p.created_at BETWEEN to_timestamp(p_created_s - 1800)
		AND to_timestamp(p_created_s + 1800)
	    AND NOT payment_at_once(p.method) AND p.amount = p_amount
	    AND p.currency = p_currency
	    ORDER BY abs(extract(epoch FROM p.created_at) - p_created_s), p.id
	    LIMIT 10)
$$;

-- A refund as the provider has it; taken: the money is back, or will be.
CREATE OR REPLACE FUNCTION reconcile_refund(p_provider text, p_id text,
	p_ref text, p_amount bigint, p_currency text, p_created_s bigint,
	p_taken boolean, p_now timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	v refunds;
BEGIN
	SELECT f.* INTO v FROM refund_outside AS o
	    JOIN refunds AS f ON f.id = o.refund_id
	    WHERE o.outside_ref = p_ref;
	IF NOT FOUND THEN
		IF p_taken AND NOT EXISTS (SELECT FROM unknown_refunds AS u
		    WHERE u.refund_ref = p_ref) THEN
			PERFORM alarm_raise('unknown-refund',
			    p_provider || ' ' || p_id, NULL, p_provider, p_id,
			    p_amount, p_currency, ARRAY(SELECT p.id
			    FROM payments AS p WHERE p.status = 'CAPTURED'
			    AND p.created_at BETWEEN to_timestamp(p_created_s)
				- interval '30 d' AND to_timestamp(p_created_s)
				+ interval '10 min'
			    AND p.method <> 'wallet' AND p.captured = p_amount
			    AND p.currency = p_currency
			    ORDER BY p.created_at DESC LIMIT 10));
		END IF;
	ELSIF p_taken AND v.status = 'SENT' THEN
		UPDATE refund_outside AS o SET look_at = least(o.look_at,
		    p_now) WHERE o.refund_id = v.id AND NOT o.over;
	ELSIF NOT p_taken AND v.status = 'DONE' THEN
		PERFORM alarm_refund('refund-failed', v.id);
	END IF;
END $$;

-- ---- money of which nothing is known here ----

-- One that it is time to ask for; whoever had it has been silent too long.
CREATE OR REPLACE FUNCTION unknown_refund_take(p_lease_ms bigint,
	p_now timestamptz)
RETURNS SETOF unknown_refunds LANGUAGE plpgsql AS $$
DECLARE
	v_now timestamptz := coalesce(p_now, clock_timestamp());
BEGIN
	RETURN QUERY
	WITH due AS (
		SELECT u.alarm_id FROM unknown_refunds AS u
		WHERE NOT u.over AND u.look_at <= v_now
		    AND u.owned_until <= v_now
		ORDER BY u.look_at LIMIT 1 FOR UPDATE SKIP LOCKED)
	UPDATE unknown_refunds AS u SET owner = gen_random_uuid(),
	    owned_until = v_now + p_lease_ms * interval '1 ms',
	    asked_at = coalesce(u.asked_at, v_now)
	FROM due WHERE u.alarm_id = due.alarm_id
	RETURNING u.*;
END $$;

-- done: it is back, whoever knows; refused: somebody has to find another way;
-- later: nobody knows. Asked again in p_wait_ms.
CREATE OR REPLACE FUNCTION unknown_refund_end(p_alarm bigint, p_owner uuid,
	p_how text, p_wait_ms bigint, p_now timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	v alarms;
BEGIN
	UPDATE unknown_refunds AS u SET owner = NULL,
	    owned_until = '-infinity', over = p_how = 'done',
	    tries = u.tries + 1,
	    look_at = coalesce(p_now, clock_timestamp())
		+ p_wait_ms * interval '1 ms'
	    WHERE u.alarm_id = p_alarm AND NOT u.over
	    AND (u.owner = p_owner OR p_how = 'done');
	IF NOT FOUND OR p_how <> 'refused' THEN
		RETURN;
	END IF;
	SELECT * INTO STRICT v FROM alarms AS l WHERE l.id = p_alarm;
	PERFORM alarm_raise('refund-refused', v.subject, NULL, v.provider,
	    v.outside_id, v.amount, v.currency::text, v.candidates);
END $$;
