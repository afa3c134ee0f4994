-- SPDX-License-Identifier: BSD-2-Clause
--
-- The lobby before a line, and its draw.
--
-- p_now is NULL but in tests.

-- What is published stays what it is.
CREATE OR REPLACE FUNCTION queue_lobby_kept() RETURNS trigger
	LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'UPDATE' AND NEW.seed = OLD.seed
	    AND (OLD.closed_at IS NULL OR (NEW.closed_at, NEW.base)
		= (OLD.closed_at, OLD.base))
	    AND (OLD.list IS NULL OR NEW.list IS NOT DISTINCT FROM OLD.list)
	    AND (OLD.drawn_at IS NULL
		OR (NEW.drawn_at, NEW.beacon, NEW.drawn)
		    IS NOT DISTINCT FROM (OLD.drawn_at, OLD.beacon, OLD.drawn))
	THEN
		RETURN NEW;
	END IF;
	RAISE EXCEPTION 'what a lobby is drawn by is never changed'
	    USING ERRCODE = '23514', CONSTRAINT = 'queue_lobby_kept';
END $$;
CREATE OR REPLACE TRIGGER queue_lobby_kept BEFORE UPDATE OR DELETE
	ON queue_lobby FOR EACH ROW EXECUTE FUNCTION queue_lobby_kept();

-- Nor are the rules of a line that people stand in made others.
CREATE OR REPLACE FUNCTION queue_mode_kept() RETURNS trigger
	LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT FROM queue_lobby WHERE performance_id = NEW.id) THEN
		IF NEW.queue_mode IN ('off', 'lobby')
		    AND NEW.queue_beacon IS NOT DISTINCT FROM OLD.queue_beacon
		THEN
			RETURN NEW;
		END IF;
	ELSIF NEW.queue_mode <> 'lobby' OR OLD.queue_mode = 'lobby' OR NOT
	    EXISTS (SELECT FROM queue_state WHERE performance_id = NEW.id) THEN
		RETURN NEW;
	END IF;
	RAISE EXCEPTION 'a lobby or a line has begun'
	    USING ERRCODE = '23514', CONSTRAINT = 'queue_mode_kept';
END $$;
CREATE OR REPLACE TRIGGER queue_mode_kept BEFORE UPDATE ON performances
	FOR EACH ROW WHEN (NEW.queue_mode IS DISTINCT FROM OLD.queue_mode
	    OR NEW.queue_beacon IS DISTINCT FROM OLD.queue_beacon)
	EXECUTE FUNCTION queue_mode_kept();

-- It takes people from now on, unless it did before. Its seed is 244 bits that
-- nobody can guess.
CREATE OR REPLACE FUNCTION queue_lobby_open(p_performance bigint)
RETURNS SETOF queue_lobby LANGUAGE sql AS $$
	INSERT INTO queue_lobby (performance_id, seed)
	VALUES (p_performance, sha256(uuid_send(gen_random_uuid())
	    || uuid_send(gen_random_uuid())))
	ON CONFLICT DO NOTHING;
	SELECT * FROM queue_lobby WHERE performance_id = p_performance;
$$;

-- It takes nobody more. The next p_numbers numbers are the draw's to give; those
-- who come from now on get later ones. base of them, also when it was closed
-- before; no row where the epoch is another, or there is no lobby.
CREATE OR REPLACE FUNCTION queue_lobby_close(p_performance bigint,
	p_epoch bigint, p_numbers bigint, p_now timestamptz)
RETURNS SETOF bigint LANGUAGE plpgsql AS $$
DECLARE
	v_base bigint;
BEGIN
	PERFORM pg_advisory_xact_lock_shared(1, 0);
	IF p_epoch <> (SELECT e.epoch FROM sys_epoch AS e) THEN
		RETURN;
	END IF;
	SELECT l.base INTO v_base FROM queue_lobby AS l
	    WHERE l.performance_id = p_performance FOR UPDATE;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	IF v_base IS NULL THEN
		INSERT INTO queue_state AS s (performance_id, reserved)
		VALUES (p_performance, p_numbers)
		ON CONFLICT (performance_id) DO UPDATE
		SET reserved = s.reserved + p_numbers
		RETURNING s.reserved - p_numbers INTO v_base;
		UPDATE queue_lobby SET base = v_base,
		    closed_at = coalesce(p_now, clock_timestamp())
		WHERE performance_id = p_performance;
	END IF;
	RETURN NEXT v_base;
END $$;

-- Some of those in it, p_ids one behind the other. Whether they are kept: not
-- where the epoch is another, or all are listed.
CREATE OR REPLACE FUNCTION queue_lobby_gather(p_performance bigint,
	p_epoch bigint, p_users bigint[], p_ids bytea)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_advisory_xact_lock_shared(1, 0);
	PERFORM FROM queue_lobby WHERE performance_id = p_performance
	    AND closed_at IS NOT NULL AND list IS NULL FOR SHARE;
	IF NOT FOUND OR p_epoch <> (SELECT e.epoch FROM sys_epoch AS e) THEN
		RETURN false;
	END IF;
	INSERT INTO queue_lobby_member (performance_id, user_id, lobby_id)
	SELECT p_performance, u.id, substr(p_ids, (16 * u.n - 15)::int, 16)
	    FROM unnest(p_users) WITH ORDINALITY AS u (id, n)
	ON CONFLICT DO NOTHING;
	RETURN true;
END $$;

-- All are gathered: that is the list. p_least: so many are there at the least,
-- or something was lost on the way. Whether there is a list now.
CREATE OR REPLACE FUNCTION queue_lobby_list(p_performance bigint,
	p_epoch bigint, p_least bigint) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	v_lobby queue_lobby;
	v_ids bytea;
BEGIN
	PERFORM pg_advisory_xact_lock_shared(1, 0);
	SELECT * INTO v_lobby FROM queue_lobby
	    WHERE performance_id = p_performance FOR UPDATE;
	IF v_lobby.list IS NOT NULL THEN
		RETURN true;
	END IF;
	IF v_lobby.closed_at IS NULL
	    OR p_epoch <> (SELECT e.epoch FROM sys_epoch AS e) THEN
		RETURN false;
	END IF;
	SELECT coalesce(string_agg(lobby_id, '' ORDER BY lobby_id), '')
	    INTO v_ids FROM queue_lobby_member
	    WHERE performance_id = p_performance;
	IF length(v_ids) < 16 * p_least THEN
		RETURN false;
	END IF;
	UPDATE queue_lobby SET list = v_ids
	WHERE performance_id = p_performance;
	RETURN true;
END $$;

-- Those in it whose users are behind p_after, at most p_n, by user: the users,
-- and their ids one behind the other; NULL behind the last. Without statistics,
-- as of rows that have just been written, all that are left would be sorted for
-- each page.
CREATE OR REPLACE FUNCTION queue_lobby_page(p_performance bigint,
	p_after bigint, p_n bigint, OUT users bigint[], OUT ids bytea)
LANGUAGE sql STABLE SET enable_sort = off AS $$
	SELECT array_agg(m.user_id), string_agg(m.lobby_id, '')
	FROM (SELECT user_id, lobby_id FROM queue_lobby_member
	    WHERE performance_id = p_performance AND user_id > p_after
	    ORDER BY user_id LIMIT p_n) AS m;
$$;

-- The draw, once and for all. p_drawn is the order that lib/queue/queue_draw.h
-- gives, p_by the seed and the digest of the list that it was computed by; NULL
-- where there was nothing to draw. No statement that computes it could end in
-- its time.
--   none     no lobby has opened
--   open     there is no list yet, or was none when the order was asked for
--   promised a beacon was, and none is given
--   unasked  the other way round
--   other    it was drawn with another beacon
--   same     it was drawn with this one
--   done
CREATE OR REPLACE FUNCTION queue_lobby_draw(p_performance bigint,
	p_beacon text, p_by bytea, p_drawn bigint[], p_now timestamptz)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	v_lobby queue_lobby;
	v_promised boolean;
BEGIN
	SELECT * INTO v_lobby FROM queue_lobby
	    WHERE performance_id = p_performance FOR UPDATE;
	IF NOT FOUND THEN
		RETURN 'none';
	END IF;
	IF v_lobby.list IS NULL THEN
		RETURN 'open';
	END IF;
	IF v_lobby.drawn_at IS NOT NULL THEN
		RETURN CASE WHEN v_lobby.beacon IS NOT DISTINCT FROM p_beacon
		    THEN 'same' ELSE 'other' END;
	END IF;
	SELECT queue_beacon IS NOT NULL INTO v_promised FROM performances
	    WHERE id = p_performance;
	IF v_promised <> (p_beacon IS NOT NULL) THEN
		RETURN CASE WHEN v_promised THEN 'promised' ELSE 'unasked' END;
	END IF;
	IF p_drawn IS NULL THEN
		RETURN 'open';
	END IF;
	IF p_by <> v_lobby.seed || sha256(v_lobby.list) THEN
		RAISE EXCEPTION 'those in lobby % are not those of its list',
		    p_performance USING ERRCODE = 'data_corrupted';
	END IF;
	UPDATE queue_lobby SET beacon = p_beacon,
	    drawn_at = coalesce(p_now, clock_timestamp()), drawn = p_drawn
	WHERE performance_id = p_performance;
	RETURN 'done';
END $$;

-- The same by an operator, told to the audit log.
CREATE OR REPLACE FUNCTION queue_draw(p_performance bigint, p_beacon text,
	p_by bytea, p_drawn bigint[], p_now timestamptz, p_user bigint,
	p_action text, p_object text, p_reason text, p_os_user text,
	p_request text)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	v_said text := queue_lobby_draw(p_performance, p_beacon, p_by, p_drawn,
	    p_now);
BEGIN
	IF v_said = 'done' THEN
		PERFORM audit_write(p_user, p_action, p_object, p_reason,
		    p_os_user, p_request,
		    jsonb_build_object('beacon', p_beacon));
	END IF;
	RETURN v_said;
END $$;

-- The users at the places behind p_after, at most p_n, which are theirs from
-- here on; none behind the last.
CREATE OR REPLACE FUNCTION queue_lobby_place(p_performance bigint,
	p_after bigint, p_n bigint) RETURNS bigint[] LANGUAGE sql AS $$
	UPDATE queue_lobby_member AS m SET place = p_after + d.n
	FROM queue_lobby AS l, unnest(l.drawn[p_after + 1:p_after + p_n])
	    WITH ORDINALITY AS d (user_id, n)
	WHERE l.performance_id = p_performance
	AND m.performance_id = p_performance AND m.user_id = d.user_id
	AND m.place IS DISTINCT FROM p_after + d.n;
	SELECT coalesce(drawn[p_after + 1:p_after + p_n], '{}') FROM queue_lobby
	    WHERE performance_id = p_performance;
$$;
