-- SPDX-License-Identifier: BSD-2-Clause
--
-- The journal of holds: how it is written, what is told of it, and what is
-- forgotten.

-- What becomes of holds, told in one row for all that one statement wrote:
-- kind holds.changed. Its payload has them in columns: "hold",
-- "performance_id", "user_id", "status", "section_id", "seat_ids" and
-- "version" are lists, and the first of each is the first hold's; of a counter
-- section seat_ids are places of it, 1 to the hold's quantity. An object a
-- hold cost 87,000 instructions each, of 209,000 for a row of the journal with
-- its part of the outbox; this costs 32,000. Whoever moves a hold's row
-- forward tells it in the same statement; one who finds it there already tells
-- nothing. What passes between two writings of the journal is not told, and
-- nothing of a purchase is: paying is payment.sent, paid is
-- reservation.confirmed.
--
-- Nothing orders these rows, so their version says nothing. A hold's does:
-- "epoch-ms-seq", three numbers, as the API has it; whoever has seen one of a
-- hold drops the older ones.
--
-- In plpgsql, whose statements keep their plans: one in SQL is planned anew
-- each time, some 0.1 ms.
CREATE OR REPLACE FUNCTION outbox_holds(p_holds holds[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO outbox (aggregate, aggregate_id, kind, payload)
	SELECT 'holds', 'journal', 'holds.changed', jsonb_build_object(
	    'hold', to_jsonb(array_agg(h.token)),
	    'performance_id', to_jsonb(array_agg(h.performance_id)),
	    'user_id', to_jsonb(array_agg(h.user_id)),
	    'status', to_jsonb(array_agg(h.status)),
	    'section_id', to_jsonb(array_agg(h.section_no)),
	    'seat_ids', jsonb_agg(h.seats),
	    'version', to_jsonb(array_agg(concat_ws('-', h.epoch, h.log_ms,
		h.log_seq))))
	FROM unnest(p_holds) AS h
	WHERE h.status NOT IN ('paying', 'paid')
	HAVING count(*) > 0;
END $$;

-- ---- how a row is written ----

-- A row is written by an INSERT of it, as one value, into one of two views, which
-- the system of rules makes an upsert of holds: in the statement that has it, for
-- no more than that costs.
--   holds_newer  the row moves forward in the position of the log entry that it
--                comes from, or stays as it is. A paid row is final; a hold that
--                Redis let end may have been extended while Redis was away,
--                which it was not told yet (holds_unmirrored). Who has written it
--                tells it (below).
--   holds_fact   the row becomes this, whatever was there before, and the caller
--                tells it: a purchase, or a hold made while Redis is away.
-- A currency that is not said is that of the price list. Columns are the table's:
-- all become the newer row's but those of what a hold is from its beginning. migrate
-- makes the rules again when the schema has grown; until then what is new is left
-- as it is.
CREATE OR REPLACE VIEW holds_newer AS SELECT h AS hold FROM holds AS h;
CREATE OR REPLACE VIEW holds_fact AS SELECT h AS hold FROM holds AS h;
DO $do$
DECLARE
	v_rule text := 'CREATE OR REPLACE RULE upsert AS ON INSERT TO %s'
	    ' DO INSTEAD INSERT INTO holds AS w (%s) SELECT %s'
	    ' ON CONFLICT (token) DO UPDATE SET %s WHERE %s RETURNING w';
	v_columns text;
	v_values text;
	v_changes text;
BEGIN
	SELECT string_agg(c.name, ', ' ORDER BY c.no),
	    string_agg(CASE c.name WHEN 'currency' THEN
	    'coalesce((NEW.hold).currency, (SELECT l.currency'
	    ' FROM price_lists AS l'
	    ' WHERE l.performance_id = (NEW.hold).performance_id'
	    ' AND l.version = (NEW.hold).price_version))'
	    ELSE '(NEW.hold).' || c.name END, ', ' ORDER BY c.no),
	    string_agg(format('%1$s = excluded.%1$s', c.name), ', ')
		FILTER (WHERE c.name NOT IN ('token', 'performance_id',
		'user_id', 'section_no', 'fingerprint'))
	    INTO v_columns, v_values, v_changes
	    FROM (SELECT quote_ident(a.attname), a.attnum
		FROM pg_attribute AS a WHERE a.attrelid = 'holds'::regclass
		AND a.attnum > 0 AND NOT a.attisdropped) AS c (name, no);
	EXECUTE format(v_rule, 'holds_fact', v_columns, v_values, v_changes,
	    'true');
	EXECUTE format(v_rule, 'holds_newer', v_columns, v_values, v_changes,
	    $$w.status <> 'paid' AND (w.epoch, w.log_ms, w.log_seq)
		< (excluded.epoch, excluded.log_ms, excluded.log_seq)
	    AND NOT (excluded.status = 'expired' AND EXISTS (SELECT
		FROM holds_unmirrored AS u WHERE u.token = excluded.token))$$);
END $do$;

-- What the logs say of holds is written and told. holds_write is for many, of
-- which there may be several of one token: of those the newest; sorted, so that
-- two writers never wait for each other. hold_write means the same for one, at
-- three quarters of the price.
CREATE OR REPLACE FUNCTION hold_write(h holds) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO holds_newer SELECT h;
	IF NOT FOUND OR h.status IN ('paying', 'paid') THEN
		RETURN;
	END IF;
	INSERT INTO outbox (aggregate, aggregate_id, kind, payload)
	VALUES ('holds', 'journal', 'holds.changed', jsonb_build_object(
	    'hold', jsonb_build_array(h.token),
	    'performance_id', jsonb_build_array(h.performance_id),
	    'user_id', jsonb_build_array(h.user_id),
	    'status', jsonb_build_array(h.status),
	    'section_id', jsonb_build_array(h.section_no),
	    'seat_ids', jsonb_build_array(h.seats),
	    'version', jsonb_build_array(concat_ws('-', h.epoch, h.log_ms,
		h.log_seq))));
END $$;

CREATE OR REPLACE FUNCTION holds_write(p_holds holds[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	v_written holds[];
BEGIN
	WITH written AS (
	INSERT INTO holds_newer
	SELECT DISTINCT ON (h.token) h FROM unnest(p_holds) AS h
	ORDER BY h.token, h.epoch DESC, h.log_ms DESC, h.log_seq DESC
	RETURNING hold)
	SELECT array_agg(n.hold) INTO v_written FROM written AS n;
	IF v_written IS NOT NULL THEN
		PERFORM outbox_holds(v_written);
	END IF;
END $$;

-- The holds that a row of holds.changed is about, each with its own version.
CREATE OR REPLACE FUNCTION message_holds(p_payload jsonb)
RETURNS TABLE (hold text, performance_id bigint, user_id bigint, status text,
	section_id bigint, seat_ids jsonb, version text)
LANGUAGE sql IMMUTABLE AS $$
	SELECT h.hold, h.performance_id::bigint, h.user_id::bigint, h.status,
	    h.section_id::bigint, h.seat_ids, h.version
	FROM ROWS FROM (
	    jsonb_array_elements_text(p_payload->'hold'),
	    jsonb_array_elements_text(p_payload->'performance_id'),
	    jsonb_array_elements_text(p_payload->'user_id'),
	    jsonb_array_elements_text(p_payload->'status'),
	    jsonb_array_elements_text(p_payload->'section_id'),
	    jsonb_array_elements(p_payload->'seat_ids'),
	    jsonb_array_elements_text(p_payload->'version'))
	    AS h (hold, performance_id, user_id, status, section_id, seat_ids,
		version)
$$;

-- The outbox, a row for each hold that an entry is about.
DROP VIEW IF EXISTS outbox_by_hold;
CREATE VIEW outbox_by_hold AS
SELECT o.id AS outbox_id, h.hold, h.performance_id, h.user_id, h.status,
    h.section_id, h.seat_ids, h.version
FROM outbox AS o CROSS JOIN LATERAL message_holds(o.payload) AS h
WHERE o.kind = 'holds.changed';

-- Holds that nobody paid, of the next few performances after p_after, since
-- that is what their index begins with: another one would cost every hold. An
-- attempt to pay keeps its hold. next: where to go on, 0 for the beginning.
CREATE OR REPLACE FUNCTION hold_purge(p_after bigint,
	p_before timestamptz, p_max bigint, OUT n bigint, OUT next bigint)
LANGUAGE plpgsql AS $$
DECLARE
	v_ids bigint[] := ARRAY(SELECT p.id FROM performances AS p
	    WHERE p.id > p_after ORDER BY p.id LIMIT 20);
BEGIN
	-- The count is asked of each row: a join might read all payments.
	WITH old AS (
		SELECT h.token FROM holds AS h
		WHERE h.performance_id = ANY (v_ids)
		    AND h.hard_expires_at < p_before
		    AND h.status NOT IN ('paying', 'paid')
		    AND (SELECT count(*) FROM payments AS p
			WHERE p.user_id = h.user_id
			AND p.hold_token = h.token) = 0
		    AND NOT EXISTS (SELECT FROM holds_unmirrored AS u
			WHERE u.token = h.token)
		LIMIT p_max FOR UPDATE OF h SKIP LOCKED),
	gone AS (
		DELETE FROM holds AS h USING old WHERE h.token = old.token
		RETURNING 1)
	SELECT count(*) INTO n FROM gone;
	next := CASE WHEN n >= p_max THEN p_after
	    ELSE coalesce(v_ids[cardinality(v_ids)], 0) END;
END $$;
