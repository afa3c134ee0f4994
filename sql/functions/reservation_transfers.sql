-- SPDX-License-Identifier: BSD-2-Clause
--
-- A reservation goes to another user: its owner offers it, and who has the
-- offer's token accepts; or an operator does it. Claims, tickets and owner change
-- in one transaction, and the money stays where it is.

CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE
	ON reservation_transfers FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- What keeps it from going to another now; NULL: nothing. The caller has its
-- row's lock, which whoever gives seats back or moves them has, too. p_always: an
-- operator does it.
--   closed  not allowed, or not any more
--   often   it was moved or passed on as often as it may be
--   busy    money of it is on its way, here or back
CREATE OR REPLACE FUNCTION transfer_refused(r reservations, p_always boolean,
	p_moves_max bigint, p_at timestamptz) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
	v performances;
BEGIN
	SELECT f.* INTO STRICT v FROM performances AS f
	    WHERE f.id = r.performance_id;
	RETURN CASE WHEN r.status = 'CANCELLED' OR r.user_id < 0
	    OR v.status NOT IN ('open', 'closed') OR v.starts_at <= p_at
	    OR NOT (p_always OR v.transfers = 'on') THEN 'closed'
	WHEN r.moves >= p_moves_max THEN 'often'
	WHEN EXISTS (SELECT FROM refunds AS f
	    WHERE f.payment_id = ANY (reservation_payment_ids(r))
	    AND f.status = 'SENT')
	    OR EXISTS (SELECT FROM payments AS p
	    WHERE p.hold_token = move_token(r) AND p.status = 'SENT') THEN 'busy'
	END;
END $$;

-- An offer, in the place of one before. One that is open and to the same user is
-- given again.
--   made, again  salt and ends are the offer's
--   none         no such reservation of this user
--   own          to himself
--   and those of transfer_refused
CREATE OR REPLACE FUNCTION reservation_offer(p_user bigint, p_number text,
	p_to bigint, p_salt bytea, p_digest bytea, p_days bigint,
	p_moves_max bigint, p_at timestamptz,
	OUT outcome text, OUT salt bytea, OUT ends timestamptz)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
	v_r reservations;
	v_o reservation_offers;
BEGIN
	SELECT * INTO v_r FROM reservations AS r
	    WHERE r.number = p_number AND r.user_id = p_user FOR UPDATE;
	IF NOT FOUND THEN
		outcome := 'none';
		RETURN;
	END IF;
	outcome := CASE WHEN p_to = p_user THEN 'own'
	    ELSE transfer_refused(v_r, false, p_moves_max, p_at) END;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	SELECT * INTO v_o FROM reservation_offers AS o
	    WHERE o.reservation_id = v_r.id AND o.from_user = p_user
	    AND o.taken_by IS NULL AND o.expires_at > p_at
	    AND o.to_user IS NOT DISTINCT FROM p_to;
	IF FOUND THEN
		outcome := 'again';
		salt := v_o.salt;
		ends := v_o.expires_at;
		RETURN;
	END IF;
	INSERT INTO reservation_offers AS o (reservation_id, salt, digest,
	    from_user, to_user, at, expires_at)
	SELECT v_r.id, p_salt, p_digest, p_user, p_to, p_at,
	    least(p_at + p_days * interval '1 day', f.starts_at)
	    FROM performances AS f WHERE f.id = v_r.performance_id
	ON CONFLICT (reservation_id) DO UPDATE SET salt = excluded.salt,
	    digest = excluded.digest, from_user = excluded.from_user,
	    to_user = excluded.to_user, at = excluded.at,
	    expires_at = excluded.expires_at, taken_by = NULL
	RETURNING o.salt, o.expires_at INTO salt, ends;
	INSERT INTO reservation_log (reservation_id, at, from_status,
	    to_status, seats, user_id, reason)
	VALUES (v_r.id, p_at, v_r.status, v_r.status, v_r.seats, p_user,
	    'offer');
	IF p_to IS NOT NULL THEN
		INSERT INTO outbox (aggregate, aggregate_id, kind, payload, at)
		VALUES ('reservation', v_r.number, 'reservation.offered',
		    jsonb_build_object('performance_id', v_r.performance_id,
		    'user_id', p_to, 'from_user_id', p_user,
		    'currency', v_r.currency, 'amount', 0), p_at);
	END IF;
	outcome := 'made';
END $$;

-- An open offer of it ends; p_user: who wants that. The caller has its row's lock.
-- Of one that ended by itself nothing is told.
CREATE OR REPLACE FUNCTION reservation_offer_drop(r reservations,
	p_user bigint, p_at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	v_ends timestamptz;
BEGIN
	DELETE FROM reservation_offers AS o WHERE o.reservation_id = r.id
	    AND o.taken_by IS NULL RETURNING o.expires_at INTO v_ends;
	IF v_ends > p_at THEN
		INSERT INTO reservation_log (reservation_id, at, from_status,
		    to_status, seats, user_id, reason)
		VALUES (r.id, p_at, r.status, r.status, r.seats, p_user,
		    'offer taken back');
	END IF;
END $$;

-- It is offered no more. False: no such reservation of this user.
CREATE OR REPLACE FUNCTION reservation_offer_end(p_user bigint, p_number text,
	p_at timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	v_r reservations;
BEGIN
	SELECT * INTO v_r FROM reservations AS r
	    WHERE r.number = p_number AND r.user_id = p_user FOR UPDATE;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	PERFORM reservation_offer_drop(v_r, p_user, p_at);
	RETURN true;
END $$;

CREATE OR REPLACE FUNCTION transfer_changed(r reservations, p_left bigint)
RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT 'changed' WHERE cardinality(r.seats) - cardinality(r.cancelled)
	    <> p_left
$$;

-- All that is left of it becomes p_to's. The caller has its row's lock and before
-- that the one of performance and p_to, and knows that nothing refuses it.
-- p_by: who does it; NULL: the command line. False: with it he has more than one
-- buyer may, and nothing was done.
-- Raised, with a constraint name of its own: transfer_claims, which says that
-- facts contradict each other; and ticket_issues_issue_check, one of its tickets
-- was issued too often.
CREATE OR REPLACE FUNCTION transfer_make(r reservations, p_to bigint,
	p_named boolean, p_by bigint, p_at timestamptz) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
	v_left int[] := ARRAY(SELECT unnest(r.seats)
	    EXCEPT SELECT unnest(r.cancelled) ORDER BY 1);
	v_n int;
BEGIN
	IF (SELECT n FROM places_of(r.performance_id, p_to, '',
	    clock_timestamp()) AS n) + cardinality(v_left) >
	    (SELECT max(l.seats_max) FROM seat_limits AS l
	    WHERE l.performance_id = r.performance_id AND l.until > p_at) THEN
		RETURN false;
	END IF;
	IF r.section_no IS NOT NULL THEN
		UPDATE section_claim AS c SET user_id = p_to
		    WHERE c.performance_id = r.performance_id
		    AND c.hold_token = r.hold_token AND c.state = 'R'
		    AND c.reservation_id = r.id
		    RETURNING c.quantity INTO v_n;
	ELSE
		PERFORM FROM seat_claim AS c
		    WHERE c.performance_id = r.performance_id
		    AND c.seat_no = ANY (v_left) ORDER BY c.seat_no FOR UPDATE;
		UPDATE seat_claim AS c SET user_id = p_to, changed_at = p_at
		    WHERE c.performance_id = r.performance_id
		    AND c.seat_no = ANY (v_left) AND c.state = 'R'
		    AND c.reservation_id = r.id;
		GET DIAGNOSTICS v_n = ROW_COUNT;
	END IF;
	IF v_n IS DISTINCT FROM cardinality(v_left) THEN
		RAISE EXCEPTION 'transfer_claims' USING ERRCODE = '23514',
		    CONSTRAINT = 'transfer_claims';
	END IF;
	INSERT INTO ticket_issues (reservation_id, place, issue,
	    performance_id)
	SELECT r.id, s, coalesce((SELECT max(i.issue) FROM ticket_issues AS i
	    WHERE i.reservation_id = r.id AND i.place = s), 0) + 1,
	    r.performance_id FROM unnest(v_left) AS s;
	INSERT INTO reservation_transfers (reservation_id, transfer_no,
	    performance_id, at, from_user, to_user, named, user_id)
	SELECT r.id, coalesce(max(t.transfer_no), 0) + 1, r.performance_id,
	    p_at, r.user_id, p_to, p_named, p_by
	    FROM reservation_transfers AS t WHERE t.reservation_id = r.id;
	UPDATE reservations AS o SET user_id = p_to, moves = o.moves + 1
	    WHERE o.id = r.id;
	INSERT INTO reservation_log (reservation_id, at, from_status,
	    to_status, seats, user_id, reason)
	VALUES (r.id, p_at, r.status, r.status, v_left, p_by, 'transfer');
	INSERT INTO outbox (aggregate, aggregate_id, kind, payload, at)
	VALUES ('reservation', r.number, 'reservation.transferred',
	    jsonb_build_object('performance_id', r.performance_id,
	    'user_id', p_to, 'from_user_id', r.user_id,
	    'payment_id', r.payment_id, 'section_id', r.section_no,
	    'seat_ids', v_left, 'currency', r.currency, 'amount', 0), p_at);
	RETURN true;
END $$;

-- Order, the same for everybody who touches the same rows: the lock of
-- performance and user, the reservation, the claims by seat_no, the rest.
--
-- p_left: how many places are left, as the caller has counted them in Redis.
--
--   done   it is his
--   again  it was before, by the same offer
--   changed  another number is left
--   none   there is no such offer any more, or it is not for him
--   own    it is his who offers it
--   limit  with it he has more than one buyer may
--   and those of transfer_refused
-- Raised: see transfer_make.
CREATE OR REPLACE FUNCTION reservation_accept(p_user bigint, p_digest bytea,
	p_left bigint, p_moves_max bigint, p_at timestamptz) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	v_r reservations;
	v_o reservation_offers;
	v_no text;
BEGIN
	SELECT r.* INTO v_r FROM reservation_offers AS o JOIN reservations AS r
	    ON r.id = o.reservation_id WHERE o.digest = p_digest;
	IF NOT FOUND THEN
		RETURN 'none';
	END IF;
	PERFORM pg_advisory_xact_lock(hashint8extended(v_r.performance_id,
	    p_user));
	SELECT * INTO STRICT v_r FROM reservations AS r WHERE r.id = v_r.id
	    FOR UPDATE;
	SELECT * INTO v_o FROM reservation_offers AS o
	    WHERE o.reservation_id = v_r.id AND o.digest = p_digest;
	IF v_o.taken_by = p_user AND v_r.user_id = p_user THEN
		RETURN 'again';
	END IF;
	IF v_o.from_user = p_user AND v_r.user_id = p_user THEN
		RETURN 'own';
	END IF;
	IF v_o.taken_by IS NOT NULL OR v_o.expires_at <= p_at
	    OR v_o.from_user IS DISTINCT FROM v_r.user_id
	    OR v_o.to_user <> p_user THEN
		RETURN 'none';
	END IF;
	v_no := coalesce(transfer_refused(v_r, false, p_moves_max, p_at),
	    transfer_changed(v_r, p_left));
	IF v_no IS NOT NULL THEN
		RETURN v_no;
	END IF;
	IF NOT transfer_make(v_r, p_user, v_o.to_user IS NOT NULL, p_user,
	    p_at) THEN
		RETURN 'limit';
	END IF;
	UPDATE reservation_offers AS o SET taken_by = p_user
	    WHERE o.reservation_id = v_r.id;
	RETURN 'done';
END $$;

-- The same by an operator, for whom nobody has to offer anything, with a row of
-- the audit log. An offer that is open ends.
--   done, changed, own, limit, and those of transfer_refused; none: no such
--   reservation
CREATE OR REPLACE FUNCTION reservation_transfer_by(p_number text, p_to bigint,
	p_left bigint, p_moves_max bigint, p_at timestamptz, p_by bigint,
	p_action text, p_object text, p_reason text, p_os_user text,
	p_request text)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	v_r reservations;
	v_no text;
BEGIN
	SELECT * INTO v_r FROM reservations AS r WHERE r.number = p_number;
	IF NOT FOUND THEN
		RETURN 'none';
	END IF;
	PERFORM pg_advisory_xact_lock(hashint8extended(v_r.performance_id,
	    p_to));
	SELECT * INTO STRICT v_r FROM reservations AS r WHERE r.id = v_r.id
	    FOR UPDATE;
	v_no := CASE WHEN v_r.user_id = p_to THEN 'own'
	    ELSE coalesce(transfer_refused(v_r, true, p_moves_max, p_at),
		transfer_changed(v_r, p_left)) END;
	IF v_no IS NOT NULL THEN
		RETURN v_no;
	END IF;
	IF NOT transfer_make(v_r, p_to, true, p_by, p_at) THEN
		RETURN 'limit';
	END IF;
	DELETE FROM reservation_offers AS o WHERE o.reservation_id = v_r.id;
	PERFORM audit_write(p_by, p_action, p_object, p_reason, p_os_user,
	    p_request, jsonb_build_object('from', v_r.user_id, 'to', p_to));
	RETURN 'done';
END $$;

-- Offers that ended before, the first ones and at most p_max. returns: how many
CREATE OR REPLACE FUNCTION reservation_offers_purge(p_before timestamptz,
	p_max bigint) RETURNS bigint LANGUAGE sql AS $$
	WITH old AS (SELECT o.reservation_id FROM reservation_offers AS o
	    WHERE o.expires_at < p_before ORDER BY o.expires_at LIMIT p_max
	    FOR UPDATE SKIP LOCKED),
	gone AS (DELETE FROM reservation_offers AS o USING old
	    WHERE o.reservation_id = old.reservation_id RETURNING 1)
	SELECT count(*) FROM gone
$$;
