-- SPDX-License-Identifier: BSD-2-Clause
--
-- Counter sections: claims of so many places, and the stock that they are
-- counted in. Who changes claims changes the stock in the same transaction,
-- after all else, so that those who meet at its one row wait for commits only;
-- several stocks in the order of their performances and sections.

-- So many places more, or less, are claimed, and of those more or less are no
-- promise. False: there is not as much left, and nothing was done. Promises of
-- claims that have lapsed count for nobody.
CREATE OR REPLACE FUNCTION section_count(p_performance bigint,
	p_section smallint, p_taken int, p_kept int) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
	UPDATE section_stock AS s SET taken = s.taken + p_taken,
	    kept = s.kept + p_kept, version = s.version + 1
	    WHERE s.performance_id = p_performance
	    AND s.section_no = p_section
	    AND s.taken + p_taken <= s.capacity;
	IF NOT FOUND AND section_lapse(p_performance, p_section,
	    clock_timestamp()) > 0 THEN
		RETURN section_count(p_performance, p_section, p_taken,
		    p_kept);
	END IF;
	RETURN FOUND;
END $$;

-- H claims that have lapsed go; how many places. Nobody waits here: a claim
-- that somebody is at stays.
CREATE OR REPLACE FUNCTION section_lapse(p_performance bigint,
	p_section smallint, p_now timestamptz) RETURNS int
LANGUAGE plpgsql AS $$
DECLARE
	v_n int;
BEGIN
	WITH gone AS (
		DELETE FROM section_claim AS c
		WHERE c.performance_id = p_performance
		    AND c.hold_token IN (SELECT o.hold_token
			FROM section_claim AS o
			WHERE o.performance_id = p_performance
			AND o.section_no = p_section AND o.state = 'H'
			AND o.expires_at <= p_now FOR UPDATE SKIP LOCKED)
		RETURNING c.quantity, c.user_id, c.hold_token),
	logged AS (
		INSERT INTO seat_log (performance_id, seats, section_no,
		    from_state, to_state, user_id, hold_token, reason)
		SELECT p_performance, ARRAY(SELECT generate_series(1,
		    g.quantity)), p_section, 'H', 'A', g.user_id,
		    g.hold_token, 'lapsed' FROM gone AS g)
	SELECT coalesce(sum(g.quantity), 0) INTO v_n FROM gone AS g;
	IF v_n > 0 THEN
		UPDATE section_stock AS s SET taken = s.taken - v_n,
		    version = s.version + 1
		    WHERE s.performance_id = p_performance
		    AND s.section_no = p_section;
	END IF;
	RETURN v_n;
END $$;

-- A hold's places are claimed, instead of what it has claimed as a promise
-- before: how many more those are now, for section_count. A claim that is no
-- promise is in the way: 23505 section_claim_pkey.
CREATE OR REPLACE FUNCTION section_take(p_performance bigint, p_token text,
	p_section smallint, p_state text, p_quantity int, p_user bigint,
	p_reservation bigint, p_expires timestamptz) RETURNS int
LANGUAGE plpgsql AS $$
DECLARE
	v_had int := section_leave(p_performance, p_token, '{H,P}');
BEGIN
	INSERT INTO section_claim (performance_id, hold_token, section_no,
	    state, quantity, user_id, reservation_id, expires_at)
	VALUES (p_performance, p_token, p_section, p_state, p_quantity, p_user,
	    p_reservation, p_expires);
	RETURN p_quantity - v_had;
END $$;

-- What a hold has claimed in one of these states goes; how many places.
CREATE OR REPLACE FUNCTION section_leave(p_performance bigint, p_token text,
	p_states "char"[]) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
	v_n int;
BEGIN
	DELETE FROM section_claim AS c WHERE c.performance_id = p_performance
	    AND c.hold_token = p_token AND c.state = ANY (p_states)
	    RETURNING c.quantity INTO v_n;
	RETURN coalesce(v_n, 0);
END $$;

-- Places of a hold that go with it: P or H claims, and out of the stock. How
-- many.
CREATE OR REPLACE FUNCTION section_release(p_performance bigint, p_token text,
	p_section smallint, p_state "char") RETURNS int LANGUAGE plpgsql AS $$
DECLARE
	v_n int := section_leave(p_performance, p_token, ARRAY[p_state]);
BEGIN
	IF v_n > 0 THEN
		PERFORM section_count(p_performance, p_section, -v_n, 0);
	END IF;
	RETURN v_n;
END $$;

-- So many places of a reservation are claimed no more; how many, 0 where it has
-- not as many. The stock is for the caller.
CREATE OR REPLACE FUNCTION section_give_back(r reservations, p_n int)
RETURNS int LANGUAGE plpgsql AS $$
BEGIN
	UPDATE section_claim AS c SET quantity = c.quantity - p_n
	    WHERE c.performance_id = r.performance_id
	    AND c.hold_token = r.hold_token AND c.state = 'R'
	    AND c.reservation_id = r.id AND c.quantity > p_n;
	IF NOT FOUND THEN
		DELETE FROM section_claim AS c
		    WHERE c.performance_id = r.performance_id
		    AND c.hold_token = r.hold_token AND c.state = 'R'
		    AND c.reservation_id = r.id AND c.quantity = p_n;
	END IF;
	RETURN CASE WHEN FOUND THEN p_n ELSE 0 END;
END $$;

-- Holds were sold, those of counter sections among them. False: of some section
-- there is not as much left.
CREATE OR REPLACE FUNCTION sections_sold(p_holds holds[]) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
	n_sold bigint;
	n_counted bigint;
BEGIN
	WITH sold AS MATERIALIZED (
	SELECT h.performance_id, h.section_no,
	    sum(cardinality(h.seats)) AS n FROM unnest(p_holds) AS h
	WHERE h.section_no IS NOT NULL
	GROUP BY h.performance_id, h.section_no),
	locked AS MATERIALIZED (
	SELECT s.performance_id, s.section_no FROM section_stock AS s
	WHERE (s.performance_id, s.section_no) IN (SELECT d.performance_id,
	    d.section_no FROM sold AS d)
	ORDER BY s.performance_id, s.section_no FOR UPDATE),
	counted AS (
	UPDATE section_stock AS s SET taken = s.taken + d.n,
	    kept = s.kept + d.n, version = s.version + 1
	FROM sold AS d JOIN locked USING (performance_id, section_no)
	WHERE s.performance_id = d.performance_id
	    AND s.section_no = d.section_no AND s.taken + d.n <= s.capacity
	RETURNING 1)
	SELECT (SELECT count(*) FROM sold), (SELECT count(*) FROM counted)
	    INTO n_sold, n_counted;
	RETURN n_counted = n_sold;
END $$;
