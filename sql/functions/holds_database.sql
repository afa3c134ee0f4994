-- SPDX-License-Identifier: BSD-2-Clause
--
-- Holds made, extended and given back while Redis is away. Such a hold is a
-- fact until Redis has it: claims in state H with an end, beside its row in
-- the journal. When Redis is back it is told, and the claims end: then the
-- hold is a promise like any other.
--
-- Order, as in payment_intent: advisory locks (the epoch shared, then
-- performance and user), then the rest. Whoever changes a user's claims of a
-- performance holds the second lock, so the limit is exact; claims are made by
-- seat_no, so that users who meet wait for each other in one direction.
--
-- p_now is NULL but in tests; the clock is read after the locks.

-- All that is done to holds while Redis is away comes by here, after their row
-- was written.
CREATE OR REPLACE FUNCTION hold_unmirrored(p_token text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO holds_unmirrored (token) VALUES (p_token)
	ON CONFLICT (token) DO UPDATE SET at = excluded.at;
	PERFORM outbox_holds(array_agg(h)) FROM holds AS h
	    WHERE h.token = p_token;
END $$;

-- Where a change made here stands among the entries of the logs: after all
-- that the journal has taken in.
CREATE OR REPLACE FUNCTION hold_stamp(INOUT hold holds) LANGUAGE plpgsql AS $$
DECLARE
	v_epoch bigint;
	v_ms bigint := extract(epoch FROM clock_timestamp()) * 1000;
BEGIN
	SELECT e.epoch INTO STRICT v_epoch FROM sys_epoch AS e;
	IF hold.epoch = v_epoch THEN
		v_ms := greatest(v_ms, hold.log_ms + 1);
	END IF;
	hold.epoch := v_epoch;
	hold.log_ms := v_ms;
	hold.log_seq := 0;
END $$;

-- A hold's own H claims go, also of seats that it has given up in Redis since;
-- its seats are whatever Redis says of them. Its places of a counter section go
-- from the stock.
CREATE OR REPLACE FUNCTION hold_unclaim(hold holds, p_reason text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	v_seats int[];
BEGIN
	WITH gone AS (DELETE FROM seat_claim
	    WHERE performance_id = hold.performance_id
	    AND user_id = hold.user_id AND hold_token = hold.token
	    AND state = 'H' RETURNING seat_no)
	SELECT array_agg(seat_no ORDER BY seat_no) INTO v_seats FROM gone;
	IF hold.section_no IS NOT NULL AND section_release(hold.performance_id,
	    hold.token, hold.section_no, 'H') > 0 THEN
		v_seats := hold.seats;
	END IF;
	IF v_seats IS NOT NULL THEN
		INSERT INTO seat_log (performance_id, seats, section_no,
		    from_state, to_state, user_id, hold_token, reason)
		VALUES (hold.performance_id, v_seats, hold.section_no, 'H',
		    'A', hold.user_id, hold.token, p_reason);
	END IF;
END $$;

-- A hold is over: status released, expired or lost.
CREATE OR REPLACE FUNCTION hold_end(INOUT hold holds, p_status text)
LANGUAGE plpgsql AS $$
BEGIN
	hold := hold_stamp(hold);
	hold.status := p_status;
	UPDATE holds AS h SET status = hold.status, epoch = hold.epoch,
	    log_ms = hold.log_ms, log_seq = hold.log_seq
	    WHERE h.token = hold.token;
	PERFORM hold_unclaim(hold, p_status), hold_unmirrored(hold.token);
END $$;

-- A running hold's seats are claimed as H until its end; a lapsed H of
-- whomever is taken over. All of them, or 23514 hold_seats.
CREATE OR REPLACE FUNCTION hold_claim(hold holds, p_mark int, p_now timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	v_n int := cardinality(hold.seats);
BEGIN
	IF hold.section_no IS NOT NULL THEN
		IF NOT section_count(hold.performance_id, hold.section_no,
		    section_take(hold.performance_id, hold.token,
		    hold.section_no, 'H', v_n, hold.user_id, NULL,
		    hold.expires_at), 0) THEN
			v_n := 0;
		END IF;
	ELSE
		v_n := hold_claim_seats(hold, p_mark, p_now);
	END IF;
	IF v_n < cardinality(hold.seats) THEN
		RAISE EXCEPTION 'hold_seats' USING ERRCODE = '23514',
		    CONSTRAINT = 'hold_seats';
	END IF;
	PERFORM hold_unmirrored(hold.token);
END $$;

CREATE OR REPLACE FUNCTION hold_claim_seats(hold holds, p_mark int,
	p_now timestamptz) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
	v_n int;
BEGIN
	INSERT INTO seat_claim AS c (performance_id, seat_no, state, mark,
	    user_id, hold_token, expires_at)
	SELECT hold.performance_id, s, 'H', p_mark, hold.user_id, hold.token,
	    hold.expires_at FROM unnest(hold.seats) AS s
	ON CONFLICT (performance_id, seat_no) DO UPDATE
	SET mark = excluded.mark, user_id = excluded.user_id,
	    hold_token = excluded.hold_token,
	    expires_at = excluded.expires_at, changed_at = excluded.changed_at
	WHERE c.state = 'H' AND (c.expires_at <= p_now
	    OR c.hold_token = excluded.hold_token);
	GET DIAGNOSTICS v_n = ROW_COUNT;
	RETURN v_n;
END $$;

-- Places of a counter section that the journal's running holds promise without
-- a claim, but for the hold of p_token.
CREATE OR REPLACE FUNCTION hold_promised(p_performance bigint,
	p_section smallint, p_token text, p_now timestamptz) RETURNS bigint
LANGUAGE sql STABLE AS $$
	SELECT coalesce(sum(cardinality(h.seats)), 0) FROM holds AS h
	WHERE h.performance_id = p_performance AND h.section_no = p_section
	AND h.hard_expires_at > p_now AND h.expires_at > p_now
	AND h.status IN ('held', 'paying') AND h.token <> p_token
	AND NOT EXISTS (SELECT FROM section_claim AS c
	    WHERE c.performance_id = p_performance
	    AND c.hold_token = h.token)
$$;

-- How many places of a counter section are left for somebody who wants them for
-- p_token: neither claimed nor promised. Claims that have lapsed go first.
CREATE OR REPLACE FUNCTION hold_left(p_performance bigint, p_section smallint,
	p_token text, p_now timestamptz) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
	PERFORM section_lapse(p_performance, p_section, p_now);
	RETURN (SELECT greatest(0, s.capacity - s.taken - hold_promised(
	    p_performance, p_section, p_token, p_now))
	    FROM section_stock AS s WHERE s.performance_id = p_performance
	    AND s.section_no = p_section);
END $$;

-- Letters of seats in their order, for somebody who wants them for p_token:
-- claims, and promises of the journal that were made before Redis went away.
CREATE OR REPLACE FUNCTION hold_letters(p_performance bigint, p_seats int[],
	p_token text, p_now timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
	SELECT string_agg(CASE WHEN c.state IS NOT NULL THEN c.state::text
	    WHEN s.seat = ANY (p.seats) THEN 'H' ELSE 'A' END, ''
	    ORDER BY s.nth)
	FROM unnest(p_seats) WITH ORDINALITY AS s (seat, nth)
	CROSS JOIN (SELECT array_agg(seat) AS seats
	    FROM holds AS h, unnest(h.seats) AS seat
	    WHERE h.performance_id = p_performance
	    AND h.hard_expires_at > p_now AND h.expires_at > p_now
	    AND h.status IN ('held', 'paying') AND h.token <> p_token
	    AND h.section_no IS NULL AND h.seats && p_seats) AS p
	LEFT JOIN seat_claim AS c ON c.performance_id = p_performance
	    AND c.seat_no = s.seat
	    AND NOT (c.state = 'H' AND c.expires_at <= p_now)
$$;

-- So many free places of a slot section, sorted; fewer where no more are free.
-- Whoever looks for some waits for him who did before: of two at once none
-- takes what the other has found. All that are taken are read once, and so many
-- are free among the first places, as many more than these: a place is not
-- compared with each hold, however the planner would join them.
CREATE OR REPLACE FUNCTION hold_places(p_performance bigint, p_section int,
	p_revision bigint, p_quantity int, p_now timestamptz) RETURNS int[]
LANGUAGE plpgsql AS $$
DECLARE
	v_first int;
	v_end int;
	v_taken int[];
BEGIN
	PERFORM pg_advisory_xact_lock(hashint8extended(p_performance,
	    -p_section));
	SELECT s.first_seat_no, s.first_seat_no + s.capacity
	    INTO v_first, v_end FROM sections AS s
	    WHERE s.hall_revision_id = p_revision AND s.section_no = p_section;
	v_taken := ARRAY(SELECT c.seat_no FROM seat_claim AS c
	    WHERE c.performance_id = p_performance
	    AND c.seat_no >= v_first AND c.seat_no < v_end
	    AND NOT (c.state = 'H' AND c.expires_at <= p_now)
	    UNION ALL SELECT unnest(h.seats) FROM holds AS h
	    WHERE h.performance_id = p_performance
	    AND h.hard_expires_at > p_now AND h.expires_at > p_now
	    AND h.status IN ('held', 'paying') AND h.section_no IS NULL);
	RETURN ARRAY(SELECT n FROM generate_series(v_first, least(v_end,
	    v_first + cardinality(v_taken) + p_quantity) - 1) AS n
	    EXCEPT SELECT unnest(v_taken) ORDER BY n LIMIT p_quantity);
END $$;

-- Seats of a performance that a user has, but for those of p_token: bought,
-- claimed, and promised without a claim.
CREATE OR REPLACE FUNCTION hold_counted(p_performance bigint, p_user bigint,
	p_token text, p_now timestamptz) RETURNS bigint LANGUAGE sql STABLE
AS $$
	SELECT (SELECT n FROM places_of(p_performance, p_user, p_token,
	    p_now) AS n)
	+ (SELECT coalesce(sum(cardinality(h.seats)), 0) FROM holds AS h
	    WHERE h.performance_id = p_performance AND h.user_id = p_user
	    AND h.hard_expires_at > p_now AND h.expires_at > p_now
	    AND h.status IN ('held', 'paying') AND h.token <> p_token
	    AND NOT EXISTS (SELECT FROM seat_claim AS c
		WHERE c.performance_id = p_performance
		AND c.seat_no = ANY (h.seats) AND c.hold_token = h.token)
	    AND NOT EXISTS (SELECT FROM section_claim AS c
		WHERE c.performance_id = p_performance
		AND c.hold_token = h.token))
$$;

-- Other performances on sale in which a user holds seats; by performance,
-- since that is what the index of holds begins with.
CREATE OR REPLACE FUNCTION hold_elsewhere(p_user bigint, p_performance bigint,
	p_now timestamptz) RETURNS bigint LANGUAGE sql STABLE AS $$
	SELECT count(DISTINCT p.id) FROM performances AS p
	JOIN holds AS h ON h.performance_id = p.id
	    AND h.hard_expires_at > p_now
	WHERE p.id <> p_performance AND p.sales_open_at <= p_now
	AND p.sales_close_at > p_now - interval '4 hours'
	AND h.user_id = p_user AND h.expires_at > p_now
	AND h.status IN ('held', 'paying')
$$;

-- All seats for one buyer, or none; or with p_section (0: seats) as many of its
-- places as there are prices: those of a counter section, which p_hold names, or of
-- a slot section, whose places are found here. p_hold is what was asked for; what
-- it costs, when it was made and ends, and where it stands among the logs is said
-- here. Outcomes, in the order they are found:
--   none      no such performance
--   terms     asked with other terms than the present ones
--   closed    not on sale now
--   mismatch, again, over   the token is known: of something else, running,
--             ended; again is also the user's running hold of just these
--             tickets
--   pass      there is a line, and the user has no pass
--   missed    no seats were asked for: the token is not known
--   taken     letters: of the seats, in their order
--   full      letters: how many places are left
--   limit     the user would have too many
--   ok        hold is the new one
-- A till session (a user below 0) needs no pass and has no limit, and holds when
-- others may not yet, or not any more.
-- 23514 hold_seats: somebody was quicker; ask again.
CREATE OR REPLACE FUNCTION hold_place_database(p_hold holds,
	p_mark int, p_meta_version bigint, p_section int, p_life_ms bigint,
	p_hard_ms bigint, p_now timestamptz,
	OUT outcome text, OUT letters text, OUT hold holds)
LANGUAGE plpgsql SET lock_timeout = '300ms' AS $$
DECLARE
	v_now timestamptz;
	v_of performances;
	v_section smallint := p_hold.section_no;
BEGIN
	PERFORM pg_advisory_xact_lock_shared(1, 0),
	    pg_advisory_xact_lock(hashint8extended(p_hold.performance_id,
	    p_hold.user_id));
	v_now := coalesce(p_now, clock_timestamp());
	SELECT * INTO v_of FROM performances AS p
	    WHERE p.id = p_hold.performance_id AND p.status <> 'draft';
	IF NOT FOUND THEN
		outcome := 'none';
	ELSIF v_of.meta_version <> p_meta_version THEN
		outcome := 'terms';
	ELSIF v_of.status <> 'open' OR (p_hold.user_id > 0
	    AND (v_now < v_of.sales_open_at
		OR v_now >= v_of.sales_close_at)) THEN
		outcome := 'closed';
	END IF;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;

	SELECT * INTO hold FROM holds AS h WHERE h.token = p_hold.token;
	IF FOUND THEN
		outcome := CASE
		    WHEN hold.fingerprint IS DISTINCT FROM p_hold.fingerprint
			THEN 'mismatch'
		    WHEN hold.status IN ('held', 'paying')
			AND hold.expires_at > v_now THEN 'again'
		    ELSE 'over' END;
		RETURN;
	END IF;
	IF v_of.queue_mode <> 'off' AND p_hold.user_id > 0
	    AND NOT queue_has_pass(p_hold.performance_id, p_hold.user_id,
		v_now) THEN
		outcome := 'pass';
		RETURN;
	END IF;
	IF cardinality(p_hold.prices) = 0 THEN
		outcome := 'missed';
		RETURN;
	END IF;
	IF v_section IS NOT NULL THEN
		letters := hold_left(p_hold.performance_id, v_section,
		    p_hold.token, v_now);
		IF letters::bigint < cardinality(p_hold.seats) THEN
			outcome := 'full';
			RETURN;
		END IF;
	ELSIF p_section > 0 THEN
		p_hold.seats := hold_places(p_hold.performance_id, p_section,
		    v_of.hall_revision_id, cardinality(p_hold.prices), v_now);
		IF cardinality(p_hold.seats) < cardinality(p_hold.prices) THEN
			outcome := 'full';
			letters := cardinality(p_hold.seats);
			RETURN;
		END IF;
	ELSE
		SELECT * INTO hold FROM holds AS h
		    WHERE h.performance_id = p_hold.performance_id
		    AND h.user_id = p_hold.user_id AND h.hard_expires_at > v_now
		    AND h.expires_at > v_now AND h.seats = p_hold.seats
		    AND h.types IS NOT DISTINCT FROM p_hold.types
		    AND h.status IN ('held', 'paying')
		    AND h.section_no IS NULL LIMIT 1;
		IF FOUND THEN
			outcome := 'again';
			RETURN;
		END IF;
		letters := hold_letters(p_hold.performance_id, p_hold.seats,
		    p_hold.token, v_now);
		IF letters ~ '[^A]' THEN
			outcome := 'taken';
			RETURN;
		END IF;
	END IF;
	IF p_hold.user_id > 0 AND hold_counted(p_hold.performance_id,
	    p_hold.user_id, p_hold.token, v_now) + cardinality(p_hold.seats)
	    > v_of.max_seats_per_user THEN
		outcome := 'limit';
		RETURN;
	END IF;

	hold := p_hold;
	hold.amount := (SELECT sum(p) FROM unnest(hold.prices) AS p);
	hold.currency := v_of.currency;
	hold.status := 'held';
	hold.made_at := v_now;
	hold.expires_at := v_now + p_life_ms * interval '1 ms';
	hold.hard_expires_at := v_now + p_hard_ms * interval '1 ms';
	hold := hold_stamp(hold);
	-- A persist job may just bring the same hold, whose script did run.
	INSERT INTO holds_fact SELECT hold;
	PERFORM hold_claim(hold, p_mark, v_now);
	INSERT INTO seat_log (performance_id, seats, section_no, from_state,
	    to_state, user_id, hold_token)
	VALUES (hold.performance_id, hold.seats, v_section, 'A', 'H',
	    hold.user_id, hold.token);
	outcome := 'ok';
END $$;

-- As hold_place_database, and
--   many      the user holds in p_max other performances; 0: no bound
CREATE OR REPLACE FUNCTION hold_place_bounded(p_max bigint, p_hold holds,
	p_mark int, p_meta_version bigint, p_section int, p_life_ms bigint,
	p_hard_ms bigint, p_now timestamptz,
	OUT outcome text, OUT letters text, OUT hold holds)
LANGUAGE plpgsql SET lock_timeout = '300ms' AS $$
DECLARE
	v record;
BEGIN
	IF p_max > 0 AND p_hold.user_id > 0 THEN
		PERFORM pg_advisory_xact_lock(hashint8extended(0, p_hold.user_id));
		IF NOT EXISTS (SELECT FROM holds AS h WHERE h.token = p_hold.token)
		    AND hold_elsewhere(p_hold.user_id, p_hold.performance_id,
			coalesce(p_now, clock_timestamp())) >= p_max THEN
			outcome := 'many';
			RETURN;
		END IF;
	END IF;
	SELECT d.* INTO v FROM hold_place_database(p_hold, p_mark,
	    p_meta_version, p_section, p_life_ms, p_hard_ms, p_now) AS d;
	outcome := v.outcome;
	letters := v.letters;
	hold := v.hold;
END $$;

-- The hold of a token, NULL when the user has none such. Locked against those
-- who do as this; the journal's writers do not wait for us.
CREATE OR REPLACE FUNCTION hold_locked(p_user bigint, p_token text,
	OUT hold holds)
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_advisory_xact_lock_shared(1, 0),
	    pg_advisory_xact_lock(hashint8extended(h.performance_id,
	    h.user_id))
	    FROM holds AS h WHERE h.token = p_token AND h.user_id = p_user;
	SELECT * INTO hold FROM holds AS h
	    WHERE h.token = p_token AND h.user_id = p_user;
END $$;

-- Outcomes: none, paying, over (hold says how), and ok.
CREATE OR REPLACE FUNCTION hold_drop_database(p_user bigint, p_token text,
	p_now timestamptz, OUT outcome text, OUT hold holds)
LANGUAGE plpgsql SET lock_timeout = '300ms' AS $$
BEGIN
	hold := hold_locked(p_user, p_token);
	IF hold.token IS NULL THEN
		outcome := 'none';
	ELSIF hold.status = 'paying' THEN
		outcome := 'paying';
	ELSIF hold.status <> 'held'
	    OR hold.expires_at <= coalesce(p_now, clock_timestamp()) THEN
		outcome := 'over';
	ELSE
		hold := hold_end(hold, 'released');
		outcome := 'ok';
	END IF;
END $$;

-- Whose claims keep what a hold has: tokens, '' where it is no hold's; NULL:
-- there are none. Where too little is left of its counter section, others have
-- that.
CREATE OR REPLACE FUNCTION hold_claims(hold holds, p_now timestamptz)
RETURNS text[] LANGUAGE plpgsql AS $$
BEGIN
	IF hold.section_no IS NULL THEN
		RETURN (SELECT array_agg(coalesce(c.hold_token, ''))
		    FROM seat_claim AS c
		    WHERE c.performance_id = hold.performance_id
		    AND c.seat_no = ANY (hold.seats)
		    AND NOT (c.state = 'H' AND c.expires_at <= p_now));
	ELSIF EXISTS (SELECT FROM section_claim AS c
	    WHERE c.performance_id = hold.performance_id
	    AND c.hold_token = hold.token) THEN
		RETURN ARRAY[hold.token];
	END IF;
	PERFORM section_lapse(hold.performance_id, hold.section_no, p_now);
	RETURN (SELECT '{""}'::text[] FROM section_stock AS s
	    WHERE s.performance_id = hold.performance_id
	    AND s.section_no = hold.section_no
	    AND s.taken + cardinality(hold.seats) > s.capacity);
END $$;

-- Outcomes: none, paying, over, last (it cannot last longer), and ok. The
-- promise becomes a fact, since Redis would let it end at its old time. Where
-- somebody else's fact has one of its seats, it is lost: over.
CREATE OR REPLACE FUNCTION hold_extend_database(p_user bigint, p_token text,
	p_mark int, p_add_ms bigint, p_now timestamptz,
	OUT outcome text, OUT hold holds)
LANGUAGE plpgsql SET lock_timeout = '300ms' AS $$
DECLARE
	v_now timestamptz;
	v_claims text[];
BEGIN
	hold := hold_locked(p_user, p_token);
	v_now := coalesce(p_now, clock_timestamp());
	IF hold.token IS NULL THEN
		outcome := 'none';
	ELSIF hold.status = 'paying' THEN
		outcome := 'paying';
	ELSIF hold.status <> 'held' OR hold.expires_at <= v_now THEN
		outcome := 'over';
	ELSIF hold.expires_at >= hold.hard_expires_at THEN
		outcome := 'last';
	END IF;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;

	v_claims := hold_claims(hold, v_now);
	IF NOT v_claims <@ ARRAY[p_token] THEN
		hold := hold_end(hold, 'lost');
		outcome := 'over';
		RETURN;
	END IF;
	hold := hold_stamp(hold);
	hold.expires_at := least(hold.expires_at + p_add_ms * interval '1 ms',
	    hold.hard_expires_at);
	UPDATE holds AS h SET expires_at = hold.expires_at,
	    epoch = hold.epoch, log_ms = hold.log_ms, log_seq = hold.log_seq
	    WHERE h.token = p_token;
	PERFORM hold_claim(hold, p_mark, v_now);
	IF v_claims IS NULL THEN
		INSERT INTO seat_log (performance_id, seats, section_no,
		    from_state, to_state, user_id, hold_token)
		VALUES (hold.performance_id, hold.seats, hold.section_no, 'A',
		    'H', p_user, p_token);
	END IF;
	outcome := 'ok';
END $$;

-- A payment found that a seat is somebody else's.
CREATE OR REPLACE FUNCTION hold_lose_database(p_user bigint, p_token text)
RETURNS void LANGUAGE plpgsql SET lock_timeout = '300ms' AS $$
DECLARE
	hold holds;
BEGIN
	hold := hold_locked(p_user, p_token);
	IF hold.status IN ('held', 'paying') THEN
		PERFORM hold_end(hold, 'lost');
	END IF;
END $$;

-- Redis has been told of a hold; with p_lost it could not take it in. A crash
-- may undo this: Redis is told again then.
CREATE OR REPLACE FUNCTION hold_mirrored(p_user bigint, p_token text,
	p_lost bool)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	hold holds := hold_locked(p_user, p_token);
BEGIN
	PERFORM set_config('synchronous_commit', 'off', true);
	IF p_lost AND hold.status = 'held' THEN
		PERFORM hold_end(hold, 'lost');
	ELSE
		PERFORM hold_unclaim(hold, 'kept in Redis');
	END IF;
	DELETE FROM holds_unmirrored AS u WHERE u.token = p_token;
END $$;

-- H claims that have lapsed, or whose hold is over, go; not those of a user
-- who is at something just now. How many holds.
CREATE OR REPLACE FUNCTION hold_sweep_database(p_now timestamptz) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
	v_now timestamptz := coalesce(p_now, clock_timestamp());
	v_n bigint := 0;
	hold holds;
BEGIN
	PERFORM set_config('synchronous_commit', 'off', true);
	FOR hold IN SELECT h.* FROM holds AS h
	    WHERE h.token IN ((SELECT c.hold_token FROM seat_claim AS c
		WHERE c.state = 'H' ORDER BY c.expires_at LIMIT 1000)
		UNION ALL (SELECT c.hold_token FROM section_claim AS c
		WHERE c.state = 'H' ORDER BY c.expires_at LIMIT 1000))
	    AND (h.status NOT IN ('held', 'paying') OR h.expires_at <= v_now)
	    ORDER BY h.token FOR UPDATE SKIP LOCKED
	LOOP
		IF NOT pg_try_advisory_xact_lock(hashint8extended(
		    hold.performance_id, hold.user_id)) THEN
			CONTINUE;
		END IF;
		IF hold.status = 'held' THEN
			PERFORM hold_end(hold, 'expired');
		ELSE
			PERFORM hold_unclaim(hold, 'swept');
		END IF;
		v_n := v_n + 1;
	END LOOP;
	RETURN v_n;
END $$;
