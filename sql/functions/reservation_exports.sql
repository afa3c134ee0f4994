-- SPDX-License-Identifier: BSD-2-Clause
--
-- Exports: asked for, written by one owner at a time, forgotten; and their rows
-- (lib/admin/export.c has the names of the columns, in their order).

-- p_now is NULL but in tests.

--   asked  id is its
--   none   no such performance
--   many   so many wait already that nobody knows when it would be done
CREATE OR REPLACE FUNCTION export_ask(p_what text, p_performance bigint,
	p_from timestamptz, p_to timestamptz, p_max bigint, p_user bigint,
	p_action text, p_object text, p_reason text, p_os_user text,
	p_request text, OUT outcome text, OUT id bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
	IF p_performance IS NOT NULL AND NOT EXISTS (SELECT
	    FROM performances AS p WHERE p.id = p_performance) THEN
		outcome := 'none';
		RETURN;
	END IF;
	PERFORM pg_advisory_xact_lock(hashtext('exports'));
	IF (SELECT count(*) FROM exports AS e
	    WHERE e.status IN ('waiting', 'running')) >= p_max THEN
		outcome := 'many';
		RETURN;
	END IF;
	INSERT INTO exports AS e (what, performance_id, from_at, to_at,
	    user_id)
	VALUES (p_what, p_performance, p_from, p_to, p_user)
	RETURNING e.id INTO id;
	PERFORM audit_write(p_user, p_action, p_object, p_reason, p_os_user,
	    p_request, jsonb_strip_nulls(jsonb_build_object('export', id,
	    'performance_id', p_performance, 'from', entry_time(p_from),
	    'to', entry_time(p_to))));
	outcome := 'asked';
END $$;

CREATE OR REPLACE FUNCTION export_item(e exports) RETURNS json
LANGUAGE sql STABLE AS $$
	SELECT json_build_object(
	    'id', e.id,
	    'what', e.what,
	    'performance_id', e.performance_id,
	    'from', entry_time(e.from_at),
	    'to', entry_time(e.to_at),
	    'status', e.status,
	    'user_id', e.user_id,
	    'login_id', (SELECT u.login_id FROM users AS u
		WHERE u.id = e.user_id),
	    'made_at', entry_time(e.made_at),
	    'ended_at', entry_time(e.ended_at),
	    'error', e.error,
	    'rows', e.n_rows,
	    'bytes', e.n_bytes)
$$;

-- The oldest that is to be written, for p_owner: his own, or one whose owner has
-- been silent too long. Who begins with it names its file by p_name.
CREATE OR REPLACE FUNCTION export_take(p_owner uuid, p_name text,
	p_lease_ms bigint, p_now timestamptz) RETURNS SETOF exports
LANGUAGE plpgsql AS $$
DECLARE
	v_now timestamptz := coalesce(p_now, clock_timestamp());
BEGIN
	RETURN QUERY
	WITH due AS (
		SELECT e.id, e.owner IS NOT DISTINCT FROM p_owner AS is_own
		FROM exports AS e WHERE e.status IN ('waiting', 'running')
		    AND (e.owner = p_owner OR e.owned_until <= v_now)
		ORDER BY e.owner = p_owner DESC NULLS LAST, e.id LIMIT 1
		FOR UPDATE SKIP LOCKED)
	UPDATE exports AS e SET status = 'running', owner = p_owner,
	    owned_until = v_now + p_lease_ms * interval '1 ms',
	    file = CASE WHEN d.is_own THEN e.file
		ELSE e.id || '-' || p_name || '.csv' END,
	    after_id = CASE WHEN d.is_own THEN e.after_id ELSE 0 END,
	    upto_id = CASE WHEN d.is_own THEN e.upto_id END,
	    n_rows = CASE WHEN d.is_own THEN e.n_rows ELSE 0 END,
	    n_bytes = CASE WHEN d.is_own THEN e.n_bytes ELSE 0 END
	FROM due AS d WHERE e.id = d.id RETURNING e.*;
END $$;

-- Its owner has written so far; all of it, where that is the last. False: it is
-- somebody else's by now.
CREATE OR REPLACE FUNCTION export_step(p_id bigint, p_owner uuid,
	p_after bigint, p_upto bigint, p_rows bigint, p_bytes bigint,
	p_now timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	UPDATE exports AS e SET after_id = p_after, upto_id = p_upto,
	    n_rows = p_rows, n_bytes = p_bytes,
	    status = CASE WHEN p_after >= p_upto THEN 'done' ELSE 'running' END,
	    ended_at = CASE WHEN p_after >= p_upto
		THEN coalesce(p_now, clock_timestamp()) END
	    WHERE e.id = p_id AND e.owner = p_owner AND e.status = 'running';
	RETURN FOUND;
END $$;

CREATE OR REPLACE FUNCTION export_fail(p_id bigint, p_owner uuid,
	p_error text, p_now timestamptz) RETURNS void LANGUAGE sql AS $$
	UPDATE exports AS e SET status = 'failed', error = p_error,
	    ended_at = coalesce(p_now, clock_timestamp())
	WHERE e.id = p_id AND e.owner = p_owner AND e.status = 'running'
$$;

-- Those that ended before. returns: how many
CREATE OR REPLACE FUNCTION exports_purge(p_before timestamptz, p_max bigint)
RETURNS bigint LANGUAGE sql AS $$
	WITH gone AS (DELETE FROM exports AS e WHERE e.id IN
	    (SELECT o.id FROM exports AS o WHERE o.ended_at < p_before
		ORDER BY o.id LIMIT p_max) RETURNING 1)
	SELECT count(*) FROM gone
$$;

-- ---- rows ----

-- Where and when a performance is, as both exports tell it.
CREATE OR REPLACE VIEW export_performances AS
SELECT p.id, p.hall_revision_id, p.starts_at,
    coalesce(nullif(s.title_ko, ''), s.title_en) AS show,
    coalesce(nullif(v.name_ko, ''), v.name_en) AS venue,
    coalesce(nullif(h.name_ko, ''), h.name_en) AS hall
FROM performances AS p
JOIN shows AS s ON s.id = p.show_id
JOIN hall_revisions AS r ON r.id = p.hall_revision_id
JOIN halls AS h ON h.id = r.hall_id
JOIN venues AS v ON v.id = h.venue_id;

-- Reservations with an id p_after < id <= p_upto, in this order. Whatever is
-- asked for, no more rows are looked at than that.
-- Who bought at a counter is no user: name is for whom it is kept there.
CREATE OR REPLACE FUNCTION exported_reservations(p_after bigint, p_upto bigint,
	p_performance bigint, p_from timestamptz, p_to timestamptz)
RETURNS TABLE (number text, status text, created_at text, performance_id bigint,
	show text, starts_at text, venue text, hall text, section_id smallint,
	seats int, given_back int, currency text, amount bigint,
	refunded bigint, method text, payment_id bigint, payment_status text,
	user_id bigint, login_id text, name text, email text, channel text,
	till_id bigint, slip text, note text)
LANGUAGE sql STABLE ROWS 1000 AS $$
	SELECT r.number, r.status::text, entry_time(r.created_at),
	    r.performance_id, f.show, entry_time(f.starts_at), f.venue, f.hall,
	    r.section_no, cardinality(r.seats), cardinality(r.cancelled),
	    r.currency::text, r.amount::bigint, CASE WHEN r.moves = 0
		THEN p.refunded ELSE (SELECT sum(m.refunded)::bigint
		FROM payments AS m
		WHERE m.id = ANY (reservation_payment_ids(r))) END,
	    p.method::text,
	    r.payment_id, p.status::text,
	    owner_user(r.user_id), u.login_id,
	    coalesce(u.name, c.name), u.email, owner_channel(r.user_id),
	    owner_till(r.user_id), c.slip, c.note
	FROM reservations AS r
	JOIN export_performances AS f ON f.id = r.performance_id
	LEFT JOIN payments AS p ON p.id = r.payment_id
	LEFT JOIN users AS u ON u.id = r.user_id
	LEFT JOIN counter_sales AS c ON c.payment_id = r.payment_id
	WHERE r.id > p_after AND r.id <= p_upto
	    AND (p_performance IS NULL OR r.performance_id = p_performance)
	    AND (p_from IS NULL OR r.created_at >= p_from)
	    AND (p_to IS NULL OR r.created_at < p_to)
	ORDER BY r.id
$$;

-- Their seats and places, of which those of a counter section have no row and no
-- number.
CREATE OR REPLACE FUNCTION exported_seats(p_after bigint, p_upto bigint,
	p_performance bigint, p_from timestamptz, p_to timestamptz)
RETURNS TABLE (number text, status text, created_at text, performance_id bigint,
	show text, starts_at text, venue text, hall text, section text,
	"row" text, seat int, seat_id int, ticket_type text, price bigint,
	currency text, given_back int, user_id bigint, login_id text, name text,
	email text, price_class text, seat_type text, channel text,
	till_id bigint)
LANGUAGE sql STABLE ROWS 2000 AS $$
	SELECT r.number, r.status::text, entry_time(r.created_at),
	    r.performance_id, f.show, entry_time(f.starts_at), f.venue, f.hall,
	    coalesce(nullif(x.name_ko, ''), x.name_en), s.row_label, s.number,
	    CASE WHEN r.section_no IS NULL THEN l.seat_no END,
	    coalesce(t.code, 'adult'), l.price, r.currency::text,
	    (l.seat_no = ANY (r.cancelled))::int,
	    owner_user(r.user_id), u.login_id,
	    coalesce(u.name, c.name), u.email, k.key, s.type,
	    owner_channel(r.user_id), owner_till(r.user_id)
	FROM reservations AS r
	JOIN export_performances AS f ON f.id = r.performance_id
	CROSS JOIN LATERAL unnest(r.seats, r.prices, r.types)
	    WITH ORDINALITY AS l (seat_no, price, type_no, line)
	LEFT JOIN seats AS s ON r.section_no IS NULL
	    AND s.hall_revision_id = f.hall_revision_id
	    AND s.seat_no = l.seat_no
	LEFT JOIN sections AS x ON x.hall_revision_id = f.hall_revision_id
	    AND x.section_no = coalesce(r.section_no, s.section_no)
	LEFT JOIN price_classes AS k ON k.hall_revision_id = f.hall_revision_id
	    AND k.class_no = coalesce(s.class_no, x.class_no)
	LEFT JOIN holds AS h ON h.token = r.hold_token
	LEFT JOIN ticket_types AS t ON t.performance_id = r.performance_id
	    AND t.version = h.price_version
	    AND t.type_no = coalesce(l.type_no, 0)
	LEFT JOIN users AS u ON u.id = r.user_id
	LEFT JOIN counter_sales AS c ON c.payment_id = r.payment_id
	WHERE r.id > p_after AND r.id <= p_upto
	    AND (p_performance IS NULL OR r.performance_id = p_performance)
	    AND (p_from IS NULL OR r.created_at >= p_from)
	    AND (p_to IS NULL OR r.created_at < p_to)
	ORDER BY r.id, l.line
$$;
