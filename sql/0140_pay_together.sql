-- SPDX-License-Identifier: BSD-2-Clause
--
-- Several purchases by wallet in one transaction. To begin a statement costs
-- more than its rows do: of the 1.7 million instructions of one purchase (ten
-- tables) a quarter is the executor's start, and another goes into what does
-- not grow with the rows. Four at once cost 0.8 million each, eight 0.6.
--
-- What is not plain is left out, and its process makes it alone with
-- payment_intent (0110), which refuses it for its own reason: a key that was
-- used, another epoch, a limit that would be passed, a wallet that has not
-- enough, nothing to pay, a second payment of the same user. What is left is
-- all written or nothing: a seat or a wallet that another took meanwhile, or a
-- lock that is not given at once, ends it (all go alone).
--
-- Locks are taken in the order of payment_intent (epoch, buyer's performance,
-- then rows) and sorted within each, so that two of these wait for each other
-- in one direction only.
CREATE FUNCTION payment_together(
	p_users bigint[], p_routes text[], p_keys text[],
	p_fingerprints bytea[], p_methods text[], p_heads bytea[],
	p_tails bytea[], p_epochs bigint[], p_log_ms bigint[],
	p_log_seqs bigint[], p_tokens text[], p_performances bigint[],
	p_marks int[], p_seats text[], p_prices text[], p_versions int[],
	p_amounts bigint[], p_currencies text[], p_made timestamptz[],
	p_expires timestamptz[], p_hard timestamptz[], p_numbers text[],
	p_at timestamptz[], OUT places bigint[], OUT payments bigint[])
LANGUAGE plpgsql SET lock_timeout = '100ms' AS $$
DECLARE
	n_seats bigint;
	n_claimed bigint;
	n_bought bigint;
BEGIN
	PERFORM pg_advisory_xact_lock_shared(1, 0);
	PERFORM pg_advisory_xact_lock(l.key) FROM (SELECT
	    hashint8extended(t.performance, t.usr) AS key
	    FROM unnest(p_performances, p_users) AS t (performance, usr)
	    ORDER BY key) AS l;
	WITH asked AS MATERIALIZED (
	SELECT DISTINCT ON (t.usr) t.*, t.seats_text::int[] AS seats,
	    nextval('payments_id_seq') AS payment,
	    nextval('reservations_id_seq') AS reservation,
	    nextval('transfer_id') AS transfer
	FROM unnest(p_users, p_routes, p_keys, p_fingerprints, p_methods,
	    p_heads, p_tails, p_epochs, p_log_ms, p_log_seqs, p_tokens,
	    p_performances, p_marks, p_seats, p_prices, p_versions, p_amounts,
	    p_currencies, p_made, p_expires, p_hard, p_numbers, p_at)
	    WITH ORDINALITY AS t (usr, route, key, fingerprint, method, head,
	    tail, epoch, log_ms, log_seq, token, performance, mark, seats_text,
	    prices, price_version, amount, currency, made, expires, hard,
	    number, at, place)
	JOIN performances AS p ON p.id = t.performance
	JOIN wallets AS w ON w.user_id = t.usr
	JOIN sys_epoch AS e ON e.epoch = t.epoch
	WHERE w.balance >= t.amount AND w.currency = t.currency
	    AND t.amount > 0
	    AND NOT EXISTS (SELECT FROM idempotency AS i
		WHERE i.user_id = t.usr AND i.route = t.route
		AND i.key = t.key)
	    AND cardinality(t.seats_text::int[])
	    + (SELECT coalesce(sum(cardinality(r.seats)
		- cardinality(r.cancelled)), 0) FROM reservations AS r
		WHERE r.user_id = t.usr AND r.performance_id = t.performance)
	    + (SELECT count(*) FROM seat_claim AS c
		WHERE c.performance_id = t.performance AND c.user_id = t.usr
		AND c.state IN ('H', 'P') AND c.hold_token <> t.token)
		<= p.max_seats_per_user
	ORDER BY t.usr, t.place),
	bought AS (
	UPDATE wallets AS w SET balance = w.balance - a.amount FROM asked AS a
	WHERE w.user_id = a.usr AND w.balance >= a.amount RETURNING 1),
	claimed AS (
	INSERT INTO seat_claim AS c (performance_id, seat_no, state, mark,
	    user_id, hold_token, reservation_id, changed_at)
	SELECT a.performance, s, 'R', a.mark, a.usr, a.token, a.reservation,
	    a.at FROM asked AS a CROSS JOIN unnest(a.seats) AS s
	    ORDER BY a.performance, s
	ON CONFLICT (performance_id, seat_no) DO UPDATE
	SET state = excluded.state, mark = excluded.mark,
	    user_id = excluded.user_id, hold_token = excluded.hold_token,
	    reservation_id = excluded.reservation_id, expires_at = NULL,
	    changed_at = excluded.changed_at
	WHERE (c.state IN ('H', 'P') AND c.hold_token = excluded.hold_token)
	    OR (c.state = 'H' AND c.expires_at <= clock_timestamp())
	RETURNING 1),
	idem AS (
	INSERT INTO idempotency (user_id, route, key, fingerprint,
	    recovery_point, token, locked_until, status, body, created_at,
	    expires_at)
	SELECT usr, route, key, fingerprint, 'finished',
	    '00000000-0000-0000-0000-000000000000', at, 201,
	    head || convert_to(payment::text, 'UTF8') || tail, at,
	    at + interval '48 h' FROM asked),
	pay AS (
	INSERT INTO payments (id, user_id, performance_id, hold_token, method,
	    status, amount, currency, created_at, changed_at)
	OVERRIDING SYSTEM VALUE
	SELECT payment, usr, performance, token, method, 'CAPTURED', amount,
	    currency, at, at FROM asked),
	log AS (
	INSERT INTO payment_log (payment_id, at, from_status, to_status)
	SELECT a.payment, a.at, m.was, m.becomes FROM asked AS a CROSS JOIN
	    (VALUES (NULL, 'SENT'), ('SENT', 'CAPTURED')) AS m (was, becomes)),
	money AS (
	INSERT INTO ledger (transfer_id, line, account, user_id, amount,
	    currency, reason, payment_id, at)
	SELECT a.transfer, l.line, l.account,
	    CASE l.line WHEN 1 THEN a.usr END, l.sign * a.amount, a.currency,
	    'payment', a.payment, a.at FROM asked AS a CROSS JOIN
	    (VALUES (1, 'wallet', -1), (2, 'sales', 1))
	    AS l (line, account, sign)),
	reservation AS (
	INSERT INTO reservations (id, number, user_id, performance_id,
	    hold_token, payment_id, status, seats, prices, amount, currency,
	    created_at)
	OVERRIDING SYSTEM VALUE
	SELECT reservation, number, usr, performance, token, payment,
	    'CONFIRMED', seats, prices::bigint[], amount, currency, at
	FROM asked),
	lines AS (
	INSERT INTO reservation_log (reservation_id, at, from_status,
	    to_status, seats, user_id)
	SELECT reservation, at, NULL, 'CONFIRMED', seats, usr FROM asked),
	seats AS (
	INSERT INTO seat_log (at, performance_id, seats, from_state, to_state,
	    user_id, hold_token, reservation_id)
	SELECT a.at, a.performance, a.seats, m.was, m.becomes, a.usr, a.token,
	    a.reservation FROM asked AS a CROSS JOIN
	    (VALUES ('H', 'P'), ('P', 'R')) AS m (was, becomes)),
	kept AS (
	INSERT INTO holds (token, performance_id, user_id, seats,
	    price_version, prices, amount, currency, status, made_at,
	    expires_at, hard_expires_at, epoch, log_ms, log_seq)
	SELECT token, performance, usr, seats, price_version, prices::bigint[],
	    amount, currency, 'paid', made, expires, hard, epoch, log_ms,
	    log_seq FROM asked ORDER BY token
	ON CONFLICT (token) DO UPDATE SET status = excluded.status,
	    epoch = excluded.epoch, log_ms = excluded.log_ms,
	    log_seq = excluded.log_seq),
	told AS (
	INSERT INTO outbox (aggregate, aggregate_id, kind, payload, at)
	SELECT 'reservation', number, 'reservation.confirmed',
	    jsonb_build_object('performance_id', performance, 'user_id', usr,
	    'payment_id', payment, 'hold', token, 'seat_ids', seats, 'amount',
	    amount, 'currency', currency), at FROM asked)
	SELECT array_agg(a.place), array_agg(a.payment),
	    sum(cardinality(a.seats)), (SELECT count(*) FROM claimed),
	    (SELECT count(*) FROM bought)
	INTO places, payments, n_seats, n_claimed, n_bought FROM asked AS a;
	IF n_claimed < n_seats OR n_bought < cardinality(places) THEN
		RAISE EXCEPTION 'pay_together' USING ERRCODE = '23514',
		    CONSTRAINT = 'pay_together';
	END IF;
END $$;
