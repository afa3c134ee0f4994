-- SPDX-License-Identifier: BSD-2-Clause
--
-- What may become of a performance, whoever changes it: a catalog file, an
-- operator over HTTP, the command line.

-- What a version of its price list says, as a catalog file does.
CREATE OR REPLACE FUNCTION performance_prices(p_performance bigint,
	p_revision bigint, p_version int) RETURNS jsonb LANGUAGE sql STABLE AS $$
WITH class AS (
	SELECT c.key, min(l.amount) FILTER (WHERE t.code IS NULL) AS amount,
	    jsonb_object_agg(t.code, l.amount)
		FILTER (WHERE t.code IS NOT NULL) AS of_types
	FROM prices AS l
	JOIN price_classes AS c ON c.hall_revision_id = p_revision
	    AND c.class_no = l.class_no
	LEFT JOIN ticket_types AS t ON (t.performance_id, t.version, t.type_no)
	    = (l.performance_id, l.version, l.type_no)
	WHERE l.performance_id = p_performance AND l.version = p_version
	GROUP BY c.key
)
SELECT jsonb_object_agg(key, coalesce(of_types, to_jsonb(amount))) FROM class;
$$;

-- The ticket types of that version, likewise; NULL: it has one and does not
-- name it.
CREATE OR REPLACE FUNCTION performance_types(p_performance bigint,
	p_version int) RETURNS jsonb LANGUAGE sql STABLE AS $$
SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('code', code,
	    'name', jsonb_build_object('ko', name_ko, 'en', name_en),
	    'min', nullif(min_count, 0), 'max', nullif(max_count, 0),
	    'needs_proof', needs_proof, 'default', type_no = 0))
	ORDER BY type_no)
	FROM ticket_types
	WHERE performance_id = p_performance AND version = p_version;
$$;

-- What the audit log tells of one; who and when it tells itself.
CREATE OR REPLACE FUNCTION performance_row(p performances)
	RETURNS jsonb LANGUAGE sql STABLE AS $$
SELECT to_jsonb(p) - '{meta_version,changed_at,changed_by}'::text[]
	|| jsonb_build_object('prices', performance_prices(p.id,
	    p.hall_revision_id, p.price_version),
	    'ticket_types', performance_types(p.id, p.price_version));
$$;

-- Whether a seat or a place of it was ever promised to anybody.
CREATE OR REPLACE FUNCTION performance_promised(p_performance bigint)
	RETURNS boolean LANGUAGE sql STABLE AS $$
SELECT EXISTS (SELECT FROM seat_claim WHERE performance_id = p_performance)
	OR EXISTS (SELECT FROM section_claim
	    WHERE performance_id = p_performance)
	OR EXISTS (SELECT FROM holds WHERE performance_id = p_performance)
	OR EXISTS (SELECT FROM seat_log WHERE performance_id = p_performance);
$$;

-- Whether somebody owns something of it, pays for it, or holds it as far as
-- PostgreSQL knows. What operators withhold is nobody's.
CREATE OR REPLACE FUNCTION performance_in_use(p_performance bigint)
	RETURNS boolean LANGUAGE sql STABLE AS $$
SELECT EXISTS (SELECT FROM seat_claim WHERE performance_id = p_performance
	    AND state NOT IN ('B', 'D')
	    AND (state <> 'H' OR expires_at > clock_timestamp()))
	OR EXISTS (SELECT FROM section_claim
	    WHERE performance_id = p_performance
	    AND (state <> 'H' OR expires_at > clock_timestamp()))
	OR EXISTS (SELECT FROM holds WHERE performance_id = p_performance
	    AND hard_expires_at > clock_timestamp()
	    AND (status = 'paying' OR (status = 'held'
		AND expires_at > clock_timestamp())));
$$;

-- Whether a performance may get another status.
--   same    it has it
--   ok
--   move    it cannot become that
--   in-use  it cannot be cancelled yet
-- Purchases hold the epoch's lock shared while they look at the status and
-- write claims: who has it alone knows that none is on its way.
CREATE OR REPLACE FUNCTION performance_may_become(p_performance bigint,
	p_status text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	v_status text := (SELECT p.status FROM performances AS p
	    WHERE p.id = p_performance);
BEGIN
	IF v_status = p_status THEN
		RETURN 'same';
	END IF;
	IF (v_status, p_status) NOT IN (
	    ('draft', 'open'), ('draft', 'cancelled'),
	    ('open', 'closed'), ('open', 'cancelled'),
	    ('closed', 'open'), ('closed', 'cancelled')) THEN
		RETURN 'move';
	END IF;
	IF p_status = 'cancelled' THEN
		PERFORM pg_advisory_xact_lock(1, 0);
		IF performance_in_use(p_performance) THEN
			RETURN 'in-use';
		END IF;
	END IF;
	RETURN 'ok';
END $$;

-- Whoever changes a performance need not think of the terms' version, by which
-- operators notice each other as well.
CREATE OR REPLACE FUNCTION performance_changed() RETURNS trigger
	LANGUAGE plpgsql AS $$
BEGIN
	NEW.meta_version := greatest(NEW.meta_version, OLD.meta_version + 1);
	NEW.changed_at := clock_timestamp();
	RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER performance_changed BEFORE UPDATE ON performances
	FOR EACH ROW WHEN (NEW.* IS DISTINCT FROM OLD.*)
	EXECUTE FUNCTION performance_changed();

-- What others are told of it, once it was on sale.
CREATE OR REPLACE FUNCTION outbox_performance() RETURNS trigger
	LANGUAGE plpgsql AS $$
DECLARE
	v_off boolean := NEW.status = 'cancelled' AND OLD.status <> NEW.status;
BEGIN
	IF OLD.status = 'draft' OR NOT (v_off OR (NEW.starts_at <> OLD.starts_at
	    AND NEW.status <> 'cancelled')) THEN
		RETURN NULL;
	END IF;
	INSERT INTO outbox (aggregate, aggregate_id, kind, payload)
	VALUES ('performance', NEW.id::text, CASE WHEN v_off
	    THEN 'performance.called_off' ELSE 'performance.moved' END,
	    jsonb_build_object('performance_id', NEW.id,
	    'starts_at', entry_time(NEW.starts_at),
	    'was_to_start_at', entry_time(OLD.starts_at)));
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER outbox AFTER UPDATE OF status, starts_at
	ON performances FOR EACH ROW EXECUTE FUNCTION outbox_performance();

-- ---- as operators see it (entries.sql) ----

CREATE OR REPLACE FUNCTION entry_time(p_at timestamptz) RETURNS text
	LANGUAGE sql STABLE AS $$
SELECT to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
$$;

-- A rule as a catalog file has it; NULL where the performance has it not.
CREATE OR REPLACE FUNCTION entry_rule(p performances, p_rule text,
	p_percent int, p_minutes int) RETURNS json LANGUAGE sql STABLE AS $$
SELECT CASE WHEN p_rule = ANY (p.seat_rules) THEN json_build_object(
	'until_percent_left', p_percent, 'until_minutes', p_minutes) END;
$$;

-- Its sections: whether they are sold, how many places they have, and how many
-- of those somebody has, or the operator keeps.
CREATE OR REPLACE FUNCTION entry_sections(p performances) RETURNS json
	LANGUAGE sql STABLE AS $$
SELECT coalesce(json_agg(json_build_object('section_id', s.section_no,
	'key', s.key, 'kind', s.kind,
	'status', CASE WHEN s.section_no = ANY (p.closed_sections)
	    THEN 'closed' ELSE 'open' END,
	'capacity', coalesce(k.capacity, s.capacity),
	'taken', coalesce(k.taken, (SELECT count(*) FROM seat_claim AS c
	    WHERE c.performance_id = p.id AND c.seat_no >= s.first_seat_no
	    AND c.seat_no < s.first_seat_no + s.capacity
	    AND (c.state <> 'H' OR c.expires_at > clock_timestamp()))))
	ORDER BY s.section_no), '[]')
	FROM sections AS s LEFT JOIN section_stock AS k
	    ON k.performance_id = p.id AND k.section_no = s.section_no
	WHERE s.hall_revision_id = p.hall_revision_id;
$$;

-- more: what follows from its members, or is changed elsewhere.
DROP VIEW IF EXISTS entry_performances;
CREATE VIEW entry_performances AS
SELECT p.id, p.show_id, h.id AS hall_id, p.status, p.starts_at,
    p.meta_version AS version, p.changed_by, p.changed_at,
    json_build_object(
	'key', p.key,
	'show', s.key,
	'venue', v.key,
	'hall', h.key,
	'revision', r.revision,
	'starts_at', entry_time(p.starts_at),
	'running_minutes', (extract(epoch FROM p.ends_at - p.starts_at)
	    / 60)::int,
	'status', p.status,
	'sales_open_at', entry_time(p.sales_open_at),
	'sales_close_at', entry_time(p.sales_close_at),
	'max_seats_per_user', p.max_seats_per_user,
	'hold_seconds', p.hold_seconds,
	'queue_mode', p.queue_mode,
	'queue_active_limit', p.queue_active_limit,
	'queue_per_minute', p.queue_per_minute,
	'queue_grace_s', p.queue_grace_s,
	'queue_claim_s', p.queue_claim_s,
	'queue_pass_s', p.queue_pass_s,
	'queue_lobby_s', p.queue_lobby_s,
	'queue_beacon', p.queue_beacon,
	'seat_rules', json_strip_nulls(json_build_object(
	    'no-lone-seat', entry_rule(p, 'no-lone-seat',
		p.lone_seat_percent, p.lone_seat_minutes),
	    'accessible-last', entry_rule(p, 'accessible-last',
		p.accessible_percent, p.accessible_minutes))),
	'closed_sections', ARRAY(SELECT n.key FROM sections AS n
	    WHERE n.hall_revision_id = r.id
	    AND n.section_no = ANY (p.closed_sections)
	    ORDER BY n.section_no),
	'currency', p.currency,
	'ticket_types', performance_types(p.id, p.price_version),
	'prices', performance_prices(p.id, r.id, p.price_version),
	'refund_policy', p.refund_policy,
	'moves', p.moves,
	'transfers', p.transfers) AS members,
    json_build_object(
	'show_id', s.id,
	'venue_id', v.id,
	'hall_id', h.id,
	'ends_at', entry_time(p.ends_at),
	'local_date', to_char(p.starts_at AT TIME ZONE v.time_zone,
	    'YYYY-MM-DD'),
	'time_zone', v.time_zone,
	'price_version', p.price_version,
	'sections', entry_sections(p)) AS more
FROM performances AS p JOIN shows AS s ON s.id = p.show_id
JOIN hall_revisions AS r ON r.id = p.hall_revision_id
JOIN halls AS h ON h.id = r.hall_id
JOIN venues AS v ON v.id = h.venue_id;
