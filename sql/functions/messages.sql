-- SPDX-License-Identifier: BSD-2-Clause
--
-- The way of a row of the outbox: it is sent (message_take), each consumer
-- makes its effect of it once (message_consume), it is done (message_finish),
-- and its day goes (outbox_days).
--
-- A row is found by aggregate_id, which its index begins with, and id. Rows of
-- holds.changed are one aggregate to that index and none in truth: nothing
-- orders them.
--
-- What a round calls keeps its plans: one that is made for how many rows there
-- are looks cheaper, and making it costs more than the rows, since there are
-- partitions.

-- Those of these rows for which nobody waits any more. Callers hold the lock of
-- consumers, shared, so that none is registered meanwhile.
--
-- Both tables have a partition a day: what is asked of one for each row of the
-- other is begun as often as there are pairs of days. So it is asked of consumed
-- alone, and of the days of the rows.
CREATE OR REPLACE FUNCTION messages_told(p_ids bigint[], p_ats timestamptz[],
	p_kinds text[]) RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
	v_from timestamptz := (SELECT min(a) FROM unnest(p_ats) AS a);
	v_to timestamptz := (SELECT max(a) FROM unnest(p_ats) AS a);
BEGIN
	RETURN ARRAY(SELECT t.id FROM unnest(p_ids, p_ats, p_kinds)
	    AS t (id, at, kind)
	    WHERE NOT EXISTS (SELECT FROM consumers AS c
		WHERE c.retired_at IS NULL AND t.kind = ANY (c.kinds)
		AND NOT EXISTS (SELECT FROM consumed AS d
		    WHERE d.consumer = c.name AND d.outbox_id = t.id
		    AND d.at = t.at AND d.at BETWEEN v_from AND v_to)));
END $$;

-- What one has not consumed of these rows and of the same things.
CREATE OR REPLACE FUNCTION message_due(p_consumer consumers, p_ids bigint[],
	p_aggregate_ids text[]) RETURNS SETOF message LANGUAGE sql STABLE AS $$
	SELECT o.id, o.event_id, o.aggregate, o.aggregate_id, o.kind,
	    o.payload, o.at FROM outbox AS o
	    WHERE NOT o.done AND o.aggregate_id = ANY (p_aggregate_ids)
	    AND (o.aggregate <> 'holds' OR o.id = ANY (p_ids))
	    AND o.kind = ANY (p_consumer.kinds)
	    AND NOT EXISTS (SELECT FROM consumed AS d
		WHERE d.consumer = p_consumer.name AND d.outbox_id = o.id
		AND d.at = o.at)
$$;

-- How many ms ago something was.
CREATE OR REPLACE FUNCTION message_lag(p_at timestamptz) RETURNS bigint
LANGUAGE sql VOLATILE AS $$
	SELECT (extract(epoch FROM clock_timestamp() - p_at) * 1000)::bigint
$$;

-- Whether a consumer's function takes many messages at once.
CREATE OR REPLACE FUNCTION message_many(p_apply text) RETURNS boolean
LANGUAGE sql STABLE AS $$
	SELECT to_regprocedure(format('%I(message[])', p_apply)) IS NOT NULL
$$;

-- A consumer's effect of these, which come in the order of their ids.
CREATE OR REPLACE FUNCTION message_apply(p_apply text, p_messages message[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	m message;
BEGIN
	IF message_many(p_apply) THEN
		EXECUTE format('SELECT %I($1)', p_apply) USING p_messages;
		RETURN;
	END IF;
	FOREACH m IN ARRAY p_messages LOOP
		EXECUTE format('SELECT %I($1)', p_apply) USING m;
	END LOOP;
END $$;

-- What says nothing of the row: no room, deadlocks, a server that became a
-- standby.
CREATE OR REPLACE FUNCTION message_is_no_attempt(p_sqlstate text)
RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
	SELECT p_sqlstate ~ '^(25|40|53|55|57|58)'
$$;

-- A consumer takes all of these, or none. returns: whether it did
CREATE OR REPLACE FUNCTION messages_consume(p_consumer consumers,
	p_messages message[]) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	PERFORM message_apply(p_consumer.apply, p_messages);
	INSERT INTO consumed SELECT p_consumer.name, m.id, m.at
	    FROM unnest(p_messages) AS m;
	DELETE FROM dead_letter AS l WHERE l.consumer = p_consumer.name
	    AND l.dead_at IS NULL
	    AND l.outbox_id IN (SELECT m.id FROM unnest(p_messages) AS m);
	RETURN true;
EXCEPTION WHEN OTHERS THEN
	IF message_is_no_attempt(SQLSTATE) THEN
		RAISE;
	END IF;
	RETURN false;
END $$;

-- Whoever registers, retires or computes what is done comes through here.
CREATE OR REPLACE FUNCTION consumers_lock(p_write boolean) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	IF p_write THEN
		PERFORM pg_advisory_xact_lock(hashtext('consumers'), 0);
	ELSE
		PERFORM pg_advisory_xact_lock_shared(hashtext('consumers'), 0);
	END IF;
END $$;

-- One transaction at a time makes effects for a consumer; who dies lets go.
CREATE OR REPLACE FUNCTION consumer_lock(p_name text) RETURNS void
LANGUAGE sql AS $$
	SELECT pg_advisory_xact_lock(hashtext('consumer'), hashtext(p_name))
$$;

-- A newcomer gets all that is not done, at once. returns: whether anything
-- changed
CREATE OR REPLACE FUNCTION consumer_register(p_name text, p_kinds text[],
	p_apply text, p_rewind text, p_attempts bigint) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT FROM consumers AS c WHERE (c.name, c.kinds, c.apply,
	    c.attempts) = (p_name, p_kinds, p_apply, p_attempts)
	    AND c.rewind IS NOT DISTINCT FROM p_rewind
	    AND c.retired_at IS NULL) THEN
		RETURN false;
	END IF;
	PERFORM consumers_lock(true);
	INSERT INTO consumers (name, kinds, apply, rewind, attempts)
	VALUES (p_name, p_kinds, p_apply, p_rewind, p_attempts)
	ON CONFLICT (name) DO UPDATE SET kinds = excluded.kinds,
	    apply = excluded.apply, rewind = excluded.rewind,
	    attempts = excluded.attempts, registered_at = CASE
	    WHEN consumers.kinds = excluded.kinds AND
	    consumers.retired_at IS NULL THEN consumers.registered_at
	    ELSE excluded.registered_at END, retired_at = NULL;
	UPDATE outbox AS o SET send_at = clock_timestamp()
	    WHERE NOT o.done AND o.kind = ANY (p_kinds);
	RETURN true;
END $$;

-- A consumer that no program has any more: nobody waits for it. What only it
-- wanted is done when it is sent next. returns: whether there was one
CREATE OR REPLACE FUNCTION consumer_retire(p_name text) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM consumers_lock(true);
	UPDATE consumers AS c SET retired_at = clock_timestamp()
	    WHERE c.name = p_name AND c.retired_at IS NULL;
	RETURN FOUND;
END $$;

-- Rows to be sent now, at most p_max. They are sent again after p_again_s, then
-- twice that, and so on up to 64 times, until they are done: neither a stream
-- nor who takes them has to be believed. What nobody wants is done at once.
CREATE OR REPLACE FUNCTION message_take(p_max bigint, p_again_s bigint,
	OUT n bigint, OUT ids bigint[], OUT aggregate_ids text[])
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
	v_ids bigint[];
	v_aggregates text[];
	v_ats timestamptz[];
	v_kinds text[];
	v_told bigint[];
BEGIN
	PERFORM consumers_lock(false);
	SELECT array_agg(t.id), array_agg(t.aggregate_id), array_agg(t.at),
	    array_agg(t.kind) INTO v_ids, v_aggregates, v_ats, v_kinds
	FROM (SELECT o.id, o.aggregate_id, o.at, o.kind FROM outbox AS o
	    WHERE NOT o.done AND o.send_at <= clock_timestamp()
	    LIMIT p_max FOR UPDATE SKIP LOCKED) AS t;
	IF v_ids IS NULL THEN
		n := 0;
		RETURN;
	END IF;
	v_told := messages_told(v_ids, v_ats, v_kinds);
	WITH sent AS (
	UPDATE outbox AS o SET n_sent = least(o.n_sent + 1, 6),
	    send_at = clock_timestamp()
		+ make_interval(secs => p_again_s * 2 ^ o.n_sent),
	    done = o.id = ANY (v_told)
	FROM unnest(v_ids, v_aggregates, v_ats) AS t (id, aggregate_id, at)
	WHERE o.aggregate_id = t.aggregate_id AND o.id = t.id AND NOT o.done
	    AND o.at = t.at
	RETURNING o.id, o.aggregate_id, o.done)
	SELECT count(*), array_agg(s.id ORDER BY s.id) FILTER (WHERE NOT s.done),
	    array_agg(s.aggregate_id ORDER BY s.id) FILTER (WHERE NOT s.done)
	INTO n, ids, aggregate_ids FROM sent AS s;
END $$;

-- They could not be sent: soon again.
CREATE OR REPLACE FUNCTION message_give_back(p_ids bigint[],
	p_aggregate_ids text[]) RETURNS void LANGUAGE sql AS $$
	UPDATE outbox AS o SET send_at = clock_timestamp() + interval '1 s'
	FROM unnest(p_ids, p_aggregate_ids) AS t (id, aggregate_id)
	WHERE o.aggregate_id = t.aggregate_id AND o.id = t.id AND NOT o.done
$$;

-- Make a consumer's effects of these rows and of what else waits of the same
-- things, in the order of ids, each with its row of consumed; p_max in all, or as
-- many as p_ms leave time for (one at least): more says that the caller asks
-- again with p_again. A row that cannot be taken keeps back the
-- later ones of its thing until it is, or is dead; it is tried again when it is
-- sent again, not whenever its thing is heard of.
--
-- Who takes many at once is handed the first of them together, while none has
-- failed lately; where it cannot take them so, each by itself.
--
-- What is no attempt ends the whole. A row that is gone or done is passed over.
-- lags: of each effect, how many ms behind its fact it was made.
DROP FUNCTION IF EXISTS message_consume(text, bigint[], text[], bigint, bigint,
	boolean);
CREATE OR REPLACE FUNCTION message_consume(p_consumer text, p_ids bigint[],
	p_aggregate_ids text[], p_max bigint, p_ms bigint, p_again boolean,
	OUT n bigint, OUT n_failed bigint, OUT n_dead bigint,
	OUT ids bigint[], OUT aggregate_ids text[], OUT ats timestamptz[],
	OUT kinds text[], OUT more boolean, OUT lags bigint[])
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
	v_consumer consumers;
	m message;
	v_many bigint := least(p_max, 200);
	v_batch message[];
	v_waits text[] := '{}';
	v_failed bigint[];
	v_attempts int;
	v_until timestamptz;
BEGIN
	n := 0; n_failed := 0; n_dead := 0; ids := '{}'; aggregate_ids := '{}';
	ats := '{}'; kinds := '{}'; more := false; lags := '{}';
	PERFORM consumer_lock(p_consumer);
	v_until := clock_timestamp() + make_interval(secs => p_ms / 1000.0);
	SELECT * INTO v_consumer FROM consumers AS c
	    WHERE c.name = p_consumer AND c.retired_at IS NULL;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	v_failed := ARRAY(SELECT l.outbox_id FROM dead_letter AS l
	    WHERE l.consumer = p_consumer AND l.dead_at IS NULL
	    AND (p_again OR l.outbox_id <> ALL (p_ids)));
	IF v_failed = '{}' AND message_many(v_consumer.apply) THEN
		v_batch := ARRAY(SELECT d FROM message_due(v_consumer, p_ids,
		    p_aggregate_ids) AS d ORDER BY d.id LIMIT v_many);
		IF v_batch = '{}' THEN
			RETURN;
		END IF;
		IF messages_consume(v_consumer, v_batch) THEN
			SELECT array_agg(b.id), array_agg(b.aggregate_id),
			    array_agg(b.at), array_agg(b.kind),
			    array_agg(message_lag(b.at)), count(*)
			INTO ids, aggregate_ids, ats, kinds, lags, n
			FROM unnest(v_batch) AS b;
			more := n = v_many;
			RETURN;
		END IF;
	END IF;
	FOR m IN SELECT * FROM message_due(v_consumer, p_ids, p_aggregate_ids)
	    AS d ORDER BY d.id
	LOOP
		more := n = p_max OR (n > 0 AND clock_timestamp() > v_until);
		EXIT WHEN more;
		CONTINUE WHEN m.aggregate <> 'holds'
		    AND m.aggregate || ' ' || m.aggregate_id = ANY (v_waits);
		IF m.id = ANY (v_failed) THEN
			v_waits := v_waits || (m.aggregate || ' '
			    || m.aggregate_id);
			CONTINUE;
		END IF;
		n := n + 1;
		BEGIN
			PERFORM message_apply(v_consumer.apply, ARRAY[m]);
			INSERT INTO consumed VALUES (p_consumer, m.id, m.at);
			lags := lags || message_lag(m.at);
		EXCEPTION WHEN OTHERS THEN
			IF message_is_no_attempt(SQLSTATE) THEN
				RAISE;
			END IF;
			INSERT INTO dead_letter AS l (consumer, message,
			    outbox_id, error)
			VALUES (p_consumer, m, m.id, SQLERRM)
			ON CONFLICT (consumer, outbox_id) DO UPDATE SET
			    attempts = l.attempts + 1, error = excluded.error,
			    failed_at = excluded.failed_at
			RETURNING l.attempts INTO v_attempts;
			n_failed := n_failed + 1;
			IF v_attempts < v_consumer.attempts THEN
				v_waits := v_waits || (m.aggregate || ' '
				    || m.aggregate_id);
				CONTINUE;
			END IF;
			UPDATE dead_letter AS l SET dead_at = clock_timestamp()
			    WHERE l.consumer = p_consumer
			    AND l.outbox_id = m.id;
			INSERT INTO consumed VALUES (p_consumer, m.id, m.at);
			n_dead := n_dead + 1;
		END;
		ids := ids || m.id;
		aggregate_ids := aggregate_ids || m.aggregate_id;
		ats := ats || m.at;
		kinds := kinds || m.kind;
	END LOOP;
	DELETE FROM dead_letter AS l WHERE l.consumer = p_consumer
	    AND l.dead_at IS NULL AND l.outbox_id = ANY (ids);
END $$;

-- Behind the transaction that consumed these: of two consumers who end at the
-- same time the later one sees both. Where nobody comes here, message_take
-- finds what is done.
CREATE OR REPLACE FUNCTION message_finish(p_ids bigint[],
	p_aggregate_ids text[], p_ats timestamptz[], p_kinds text[])
RETURNS void LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
	v_told bigint[];
BEGIN
	PERFORM consumers_lock(false);
	v_told := messages_told(p_ids, p_ats, p_kinds);
	IF v_told = '{}' THEN
		RETURN;
	END IF;
	UPDATE outbox AS o SET done = true
	FROM unnest(p_ids, p_aggregate_ids, p_ats) AS t (id, aggregate_id, at)
	WHERE t.id = ANY (v_told) AND o.aggregate_id = t.aggregate_id
	    AND o.id = t.id AND o.at = t.at AND NOT o.done;
END $$;

-- An operator has a dead letter tried once more, or drops it. A retry comes
-- behind whatever happened to the thing since, and boxoffice.late says so to the
-- consumer.
--
--   none, done
--   failed     error says why; it stays
CREATE OR REPLACE FUNCTION dead_letter_end(p_id bigint, p_retry boolean,
	p_user bigint, p_action text, p_object text, p_reason text,
	p_os_user text, p_request text, OUT outcome text, OUT error text)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
	v_letter dead_letter;
	v_apply text;
BEGIN
	SELECT * INTO v_letter FROM dead_letter AS l
	    WHERE l.id = p_id AND l.dead_at IS NOT NULL FOR UPDATE;
	IF NOT FOUND THEN
		outcome := 'none';
		RETURN;
	END IF;
	IF p_retry THEN
		PERFORM consumer_lock(v_letter.consumer);
		SELECT c.apply INTO v_apply FROM consumers AS c
		    WHERE c.name = v_letter.consumer;
		PERFORM set_config('boxoffice.late', 'on', true);
		BEGIN
			PERFORM message_apply(v_apply,
			    ARRAY[v_letter.message]);
		EXCEPTION WHEN OTHERS THEN
			outcome := 'failed';
			error := SQLERRM;
			UPDATE dead_letter AS l SET attempts = l.attempts + 1,
			    error = SQLERRM, failed_at = clock_timestamp()
			    WHERE l.id = p_id;
			RETURN;
		END;
	END IF;
	DELETE FROM dead_letter AS l WHERE l.id = p_id;
	PERFORM audit_write(p_user, p_action, p_object, p_reason, p_os_user,
	    p_request, jsonb_build_object('consumer', v_letter.consumer,
	    'kind', (v_letter.message).kind,
	    'event_id', (v_letter.message).event_id));
	outcome := 'done';
END $$;

-- A consumer takes back its effects from a time on and gets those rows again;
-- its function says from when exactly. Dead letters of that time are tried
-- anew with the rest.
--
--   none    no such consumer
--   never   its effects cannot be taken back
--   gone    rows of that time may be gone
--   done    n rows
CREATE OR REPLACE FUNCTION consumer_replay(p_name text, p_since timestamptz,
	p_days bigint, OUT outcome text, OUT n bigint) LANGUAGE plpgsql AS $$
DECLARE
	v_consumer consumers;
	v_from timestamptz;
BEGIN
	n := 0;
	PERFORM consumers_lock(true);
	PERFORM consumer_lock(p_name);
	SELECT * INTO v_consumer FROM consumers AS c
	    WHERE c.name = p_name AND c.retired_at IS NULL;
	outcome := CASE WHEN NOT FOUND THEN 'none'
	    WHEN v_consumer.rewind IS NULL THEN 'never'
	    WHEN p_since < clock_timestamp() - make_interval(days =>
		p_days::int - 1) THEN 'gone' ELSE 'done' END;
	IF outcome <> 'done' THEN
		RETURN;
	END IF;
	EXECUTE format('SELECT %I($1)', v_consumer.rewind) INTO v_from
	    USING p_since;
	DELETE FROM consumed AS d WHERE d.consumer = p_name AND d.at >= v_from;
	DELETE FROM dead_letter AS l WHERE l.consumer = p_name
	    AND (l.message).at >= v_from;
	UPDATE outbox AS o SET done = false, n_sent = 0,
	    send_at = clock_timestamp()
	    WHERE o.at >= v_from AND o.kind = ANY (v_consumer.kinds);
	GET DIAGNOSTICS n = ROW_COUNT;
END $$;

-- The days of outbox and consumed: those of the next p_ahead are made, and one
-- that ended more than p_days ago is dropped when all of it is done. Sales
-- write meanwhile and wait at most as long as a lock is waited for here; what
-- cannot be had is left to the next round.
CREATE OR REPLACE FUNCTION outbox_days(p_ahead bigint, p_days bigint)
RETURNS bigint LANGUAGE plpgsql SET lock_timeout = '50ms' SET timezone = 'UTC'
AS $$
DECLARE
	v_day date;
	v_part text;
	v_open boolean;
	n bigint := 0;
BEGIN
	IF NOT pg_try_advisory_xact_lock(hashtext('outbox_days'), 0) THEN
		RETURN 0;
	END IF;
	FOR v_day IN SELECT current_date + g FROM generate_series(1, p_ahead::int)
	    AS g WHERE to_regclass('outbox_' || to_char(current_date + g,
		'YYYYMMDD')) IS NULL
	LOOP
		n := n + outbox_day(v_day);
	END LOOP;
	FOR v_part IN SELECT substr(c.relname, 8) FROM pg_inherits AS i
	    JOIN pg_class AS c ON c.oid = i.inhrelid
	    WHERE i.inhparent = 'outbox'::regclass
	    AND c.relname ~ '^outbox_[0-9]{8}$'
	    AND to_date(substr(c.relname, 8), 'YYYYMMDD')
		< current_date - p_days::int
	LOOP
		EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE NOT done)',
		    'outbox_' || v_part) INTO v_open;
		CONTINUE WHEN v_open;
		BEGIN
			EXECUTE format('DROP TABLE %I, %I', 'outbox_' || v_part,
			    'consumed_' || v_part);
			n := n + 1;
		EXCEPTION WHEN lock_not_available THEN
			EXIT;
		END;
	END LOOP;
	WITH gone AS (
	DELETE FROM outbox_other AS o WHERE o.done
	    AND o.at < current_date - p_days::int RETURNING o.id, o.at)
	DELETE FROM consumed_other AS d USING gone AS g
	    WHERE d.outbox_id = g.id AND d.at = g.at;
	RETURN n;
END $$;

-- One day; 0 when it cannot be made: its rows are in outbox_other already, or
-- a lock was not to be had.
CREATE OR REPLACE FUNCTION outbox_day(p_day date) RETURNS int
LANGUAGE plpgsql AS $$
DECLARE
	v_table text;
	v_part text;
BEGIN
	FOREACH v_table IN ARRAY ARRAY['outbox', 'consumed'] LOOP
		v_part := v_table || '_' || to_char(p_day, 'YYYYMMDD');
		EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS'
		    ' INCLUDING GENERATED INCLUDING STORAGE)', v_part, v_table);
		EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I'
		    ' FOR VALUES FROM (%L) TO (%L)', v_table, v_part,
		    p_day::timestamp AT TIME ZONE 'UTC',
		    (p_day + 1)::timestamp AT TIME ZONE 'UTC');
	END LOOP;
	RETURN 1;
EXCEPTION WHEN lock_not_available OR check_violation THEN
	RETURN 0;
END $$;
