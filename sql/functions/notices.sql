-- SPDX-License-Identifier: BSD-2-Clause
--
-- The consumer "notices", and the way of a notice to the mail server.

-- Everybody who has something of a performance that begins at another time, as
-- it is now; who bought since knows. Each a Message-ID of its own.
CREATE OR REPLACE FUNCTION notices_write_time(m message, p_late boolean)
RETURNS void LANGUAGE sql AS $$
	INSERT INTO notices (event_id, outbox_id, late, kind, user_id,
	    performance_id, about, amount, currency, at)
	SELECT md5(m.event_id || r.number)::uuid, m.id, p_late, 'another-time',
	    r.user_id, r.performance_id, r.number, 0, r.currency, m.at
	FROM reservations AS r WHERE r.created_at < m.at
	    AND r.user_id > 0 AND r.status <> 'CANCELLED' AND r.id IN (
	    SELECT c.reservation_id FROM seat_claim AS c
		WHERE c.performance_id = m.aggregate_id::bigint
		AND c.state = 'R'
	    UNION SELECT c.reservation_id FROM section_claim AS c
		WHERE c.performance_id = m.aggregate_id::bigint
		AND c.state = 'R')
$$;

-- Whether something came back. Most messages are of something else, and nothing
-- more is asked of them.
CREATE OR REPLACE FUNCTION notice_gives_back(m message) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
	SELECT m.kind IN ('reservation.partly_cancelled',
	    'reservation.cancelled', 'reservation.moved')
$$;

-- Whether it is another's than whose reservation it is: he paid for it before it
-- went on.
CREATE OR REPLACE FUNCTION notice_other_paid(m message) RETURNS boolean
LANGUAGE sql STABLE AS $$
	SELECT EXISTS (SELECT FROM payments AS p
	    WHERE p.id = (m.payload->>'payment_id')::bigint
	    AND p.user_id <> (m.payload->>'user_id')::bigint)
$$;

-- What buyers are told of messages, or nothing, as at a counter. The amount of a
-- move is what came back, or, below 0, what it cost more. To who did not pay nothing
-- comes back.
CREATE OR REPLACE FUNCTION notices_to_owners(p_messages message[])
RETURNS TABLE (event_id uuid, outbox_id bigint, kind text, user_id bigint,
	performance_id bigint, about text, amount bigint, currency text,
	at timestamptz) LANGUAGE sql STABLE AS $$
	SELECT m.event_id, m.id,
	    CASE WHEN m.kind = 'reservation.confirmed' THEN 'confirmed'
		WHEN m.kind = 'payment.refunded' THEN 'refunded'
		WHEN m.kind = 'payment.late' THEN 'lost'
		WHEN m.kind = 'reservation.moved' THEN 'moved'
		WHEN m.kind = 'reservation.offered' THEN 'offered'
		WHEN m.kind = 'reservation.transferred' THEN 'received'
		WHEN EXISTS (SELECT FROM called_off AS c WHERE c.at <= m.at
		    AND c.performance_id
			= (m.payload->>'performance_id')::bigint)
		THEN 'called-off' ELSE 'given-back' END,
	    (m.payload->>'user_id')::bigint,
	    (m.payload->>'performance_id')::bigint, m.aggregate_id,
	    CASE WHEN notice_gives_back(m) AND notice_other_paid(m) THEN 0 ELSE
		coalesce(m.payload->>'amount', m.payload->>'refunded')::bigint
		- coalesce((m.payload->>'paid')::bigint, 0) END,
	    coalesce(m.payload->>'currency', (SELECT r.currency
		FROM reservations AS r WHERE r.number = m.aggregate_id)), m.at
	FROM unnest(p_messages) AS m
	WHERE (m.payload->>'user_id')::bigint > 0
$$;

-- Who paid for what is another's by now is told what came back to his wallet; what
-- comes back elsewhere is a message of its own. Each a Message-ID of his own, and
-- so below.
CREATE OR REPLACE FUNCTION notices_to_payers(p_messages message[])
RETURNS TABLE (event_id uuid, outbox_id bigint, kind text, user_id bigint,
	performance_id bigint, about text, amount bigint, currency text,
	at timestamptz) LANGUAGE sql STABLE AS $$
	SELECT md5(m.event_id || 'payer')::uuid, m.id, 'refunded', p.user_id,
	    p.performance_id, p.id::text, (m.payload->>'refunded')::bigint,
	    p.currency, m.at
	FROM unnest(p_messages) AS m
	JOIN payments AS p ON p.id = (m.payload->>'payment_id')::bigint
	WHERE notice_gives_back(m) AND notice_other_paid(m)
	    AND p.user_id > 0 AND p.method = 'wallet'
	    AND (m.payload->>'refunded')::bigint > 0
$$;

-- Whose a reservation was, when it went to another.
CREATE OR REPLACE FUNCTION notices_to_former(p_messages message[])
RETURNS TABLE (event_id uuid, outbox_id bigint, kind text, user_id bigint,
	performance_id bigint, about text, amount bigint, currency text,
	at timestamptz) LANGUAGE sql STABLE AS $$
	SELECT md5(m.event_id || 'from')::uuid, m.id, 'passed-on',
	    (m.payload->>'from_user_id')::bigint,
	    (m.payload->>'performance_id')::bigint, m.aggregate_id, 0::bigint,
	    m.payload->>'currency', m.at
	FROM unnest(p_messages) AS m WHERE m.kind = 'reservation.transferred'
$$;

-- All of it in the order of the messages, as I18 has it.
CREATE OR REPLACE FUNCTION notices_write(p_messages message[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	v_late boolean :=
	    coalesce(current_setting('boxoffice.late', true), '') = 'on';
BEGIN
	PERFORM notices_write_time(m, v_late) FROM unnest(p_messages) AS m
	    WHERE m.kind = 'performance.moved';
	INSERT INTO notices (event_id, outbox_id, late, kind, user_id,
	    performance_id, about, amount, currency, at)
	SELECT n.event_id, n.outbox_id, v_late, n.kind, n.user_id,
	    n.performance_id, n.about, n.amount, n.currency, n.at
	FROM (SELECT * FROM notices_to_owners(p_messages)
	    UNION ALL SELECT * FROM notices_to_payers(p_messages)
	    UNION ALL SELECT * FROM notices_to_former(p_messages)) AS n
	ORDER BY n.outbox_id;
END $$;

-- Whether what it tells of is offered to him still.
CREATE OR REPLACE FUNCTION notice_offers(n notices, p_now timestamptz)
RETURNS boolean LANGUAGE sql STABLE AS $$
	SELECT EXISTS (SELECT FROM reservations AS r
	    JOIN reservation_offers AS o ON o.reservation_id = r.id
	    WHERE r.number = n.about AND o.to_user = n.user_id
	    AND o.taken_by IS NULL AND o.expires_at > p_now)
$$;

-- Take some that are due and are not being sent. Who wants none, cannot be
-- reached, or is offered nothing any more, is skipped; who had p_hourly of them
-- within an hour waits. Where all that was looked at is so, more is looked at:
-- else a crowd without addresses would be passed a few at a time. p_now is NULL
-- but in tests.
CREATE OR REPLACE FUNCTION notices_take(p_max bigint, p_lease_ms bigint,
	p_hourly bigint, p_language text, p_now timestamptz)
RETURNS TABLE (id bigint, event_id uuid, kind text, user_id bigint,
	performance_id bigint, about text, amount bigint, currency text,
	tries int, owner uuid, name text, email text, language text)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
	v_now timestamptz := coalesce(p_now, clock_timestamp());
	v_ids bigint[];
BEGIN
	FOR i IN 1 .. 100 LOOP
		v_ids := ARRAY(SELECT n.id FROM notices AS n
		    WHERE n.status = 'waiting' AND n.send_at <= v_now
		    AND n.owned_until <= v_now
		    ORDER BY n.send_at LIMIT p_max FOR UPDATE SKIP LOCKED);
		UPDATE notices AS n SET status = 'skipped', ended_at = v_now
		    FROM users AS u LEFT JOIN notice_wishes AS w
			ON w.user_id = u.id
		    WHERE n.id = ANY (v_ids) AND u.id = n.user_id
		    AND (u.disabled OR u.email = '' OR NOT coalesce(w.mail, true)
			OR (n.kind = 'offered' AND NOT notice_offers(n, v_now)));
		UPDATE notices AS n SET send_at = v_now + interval '10 min'
		    WHERE n.id = ANY (v_ids) AND n.status = 'waiting'
		    AND p_hourly <= (SELECT count(*) FROM notices AS o
			WHERE o.user_id = n.user_id AND o.status = 'sent'
			AND o.ended_at > v_now - interval '1 h');
		RETURN QUERY UPDATE notices AS n SET tries = n.tries + 1,
		    owner = gen_random_uuid(),
		    owned_until = v_now
			+ make_interval(secs => p_lease_ms / 1000.0)
		    FROM users AS u LEFT JOIN notice_wishes AS w
			ON w.user_id = u.id
		    WHERE n.id = ANY (v_ids) AND u.id = n.user_id
		    AND n.status = 'waiting' AND n.send_at <= v_now
		    RETURNING n.id, n.event_id, n.kind::text, n.user_id,
		    n.performance_id, n.about, n.amount, n.currency::text,
		    n.tries, n.owner, u.name, u.email,
		    coalesce(w.language, p_language);
		EXIT WHEN FOUND OR cardinality(v_ids) = 0;
	END LOOP;
END $$;

-- What nobody could or would send while it was news, as before there was a mail
-- server, is not sent any more; of those at most p_max. returns: how many
CREATE OR REPLACE FUNCTION notices_expire(p_hours bigint, p_max bigint,
	p_now timestamptz) RETURNS bigint LANGUAGE sql AS $$
	WITH old AS (SELECT n.id FROM notices AS n WHERE n.status = 'waiting'
	    AND n.at < coalesce(p_now, clock_timestamp())
		- make_interval(hours => p_hours::int)
	    AND n.owned_until <= coalesce(p_now, clock_timestamp())
	    LIMIT p_max FOR UPDATE SKIP LOCKED),
	ended AS (UPDATE notices AS n SET status = 'failed',
	    error = coalesce(n.error, 'too old'),
	    ended_at = coalesce(p_now, clock_timestamp())
	    FROM old AS o WHERE n.id = o.id RETURNING 1)
	SELECT count(*) FROM ended
$$;

-- The mail server has it. Whoever sent it, it is sent.
CREATE OR REPLACE FUNCTION notice_sent(p_id bigint, p_now timestamptz)
RETURNS void LANGUAGE sql AS $$
	UPDATE notices AS n SET status = 'sent', error = NULL, owner = NULL,
	    ended_at = coalesce(p_now, clock_timestamp())
	WHERE n.id = p_id AND n.status = 'waiting'
$$;

-- It was not taken: again after p_wait_ms, or it is given up.
CREATE OR REPLACE FUNCTION notice_leave(p_id bigint, p_owner uuid,
	p_error text, p_wait_ms bigint, p_give_up boolean, p_now timestamptz)
RETURNS void LANGUAGE sql AS $$
	UPDATE notices AS n SET error = p_error, owner = NULL,
	    owned_until = '-infinity',
	    send_at = coalesce(p_now, clock_timestamp())
		+ make_interval(secs => p_wait_ms / 1000.0),
	    status = CASE WHEN p_give_up THEN 'failed' ELSE 'waiting' END,
	    ended_at = CASE WHEN p_give_up
		THEN coalesce(p_now, clock_timestamp()) END
	WHERE n.id = p_id AND n.owner = p_owner AND n.status = 'waiting'
$$;

-- Old ones, whatever became of them. returns: how many
CREATE OR REPLACE FUNCTION notices_purge(p_before timestamptz, p_max bigint)
RETURNS bigint LANGUAGE sql AS $$
	WITH old AS (SELECT n.id, n.at FROM notices AS n ORDER BY n.id
	    LIMIT p_max),
	gone AS (DELETE FROM notices AS n USING old AS o WHERE n.id = o.id
	    AND o.at < p_before RETURNING 1)
	SELECT count(*) FROM gone
$$;
