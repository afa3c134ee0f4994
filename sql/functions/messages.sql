-- SPDX-License-Identifier: BSD-2-Clause
--
-- The way of a row of the outbox: it is sent (message_take), consumers make their
-- effects of it, each once, and it is done (message_consume), and its day goes
-- (outbox_days). Whoever sends it the first time leaves no mark on it.
--
-- Whoever makes effects makes those of all consumers, and says in the same
-- transaction that the rows are done. So a row costs one update, and there are
-- rows of consumed only of what some have consumed and others have not: one of
-- them refused it, or it is replayed.
--
-- A row is found by aggregate_id, which its index begins with, and id. Rows of
-- holds.changed are one aggregate to that index and none in truth: nothing
-- orders them.
--
-- What a round calls keeps its plans: one that is made for how many rows there
-- are looks cheaper, and making it costs more than the rows, since there are
-- partitions.

-- These rows and what else is not done of the same things.
CREATE OR REPLACE FUNCTION messages_open(p_ids bigint[],
	p_aggregate_ids text[]) RETURNS SETOF message LANGUAGE sql STABLE AS $$
	SELECT o.id, o.event_id, o.aggregate, o.aggregate_id, o.kind,
	    o.payload, o.at FROM outbox AS o
	    WHERE NOT o.done AND o.aggregate <> 'holds'
	    AND o.aggregate_id = ANY (array_remove(p_aggregate_ids, 'journal'))
	UNION ALL
	SELECT o.id, o.event_id, o.aggregate, o.aggregate_id, o.kind,
	    o.payload, o.at FROM outbox AS o
	    WHERE NOT o.done AND o.aggregate = 'holds'
	    AND o.aggregate_id = 'journal' AND o.id = ANY (p_ids)
$$;

-- What one has not consumed of them.
CREATE OR REPLACE FUNCTION message_due(p_consumer consumers, p_ids bigint[],
	p_aggregate_ids text[]) RETURNS SETOF message LANGUAGE sql STABLE AS $$
	SELECT o.* FROM messages_open(p_ids, p_aggregate_ids) AS o
	    WHERE o.kind = ANY (p_consumer.kinds)
	    AND NOT EXISTS (SELECT FROM consumed AS d
		WHERE d.consumer = p_consumer.name AND d.outbox_id = o.id
		AND d.at = o.at)
$$;

-- Who has consumed which of these rows, as far as rows of consumed say so. Both
-- tables have a partition a day: what is asked of one for each row of the other
-- is begun as often as there are pairs of days. So it is asked of the days of
-- the rows, and of each row only if there is any.
CREATE OR REPLACE FUNCTION messages_had(p_messages message[], OUT ids bigint[],
	OUT consumers text[]) LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
	v_names text[] := ARRAY(SELECT c.name FROM consumers AS c);
	v record;
BEGIN
	ids := '{}'; consumers := '{}';
	SELECT array_agg(m.id) AS ids, min(m.id) AS since, max(m.id) AS upto,
	    min(m.at) AS since_at, max(m.at) AS upto_at
	INTO v FROM unnest(p_messages) AS m;
	IF EXISTS (SELECT FROM consumed AS d WHERE d.consumer = ANY (v_names)
	    AND d.outbox_id BETWEEN v.since AND v.upto
	    AND d.at BETWEEN v.since_at AND v.upto_at) THEN
		SELECT coalesce(array_agg(d.outbox_id), '{}'),
		    coalesce(array_agg(d.consumer), '{}')
		INTO ids, consumers FROM consumed AS d
		WHERE d.consumer = ANY (v_names) AND d.outbox_id = ANY (v.ids)
		    AND d.at BETWEEN v.since_at AND v.upto_at;
	END IF;
END $$;

-- Whether a consumer's function takes many messages at once.
CREATE OR REPLACE FUNCTION message_many(p_apply text) RETURNS boolean
LANGUAGE sql STABLE AS $$
	SELECT to_regprocedure(format('%I(message[])', p_apply)) IS NOT NULL
$$;

-- A consumer's effect of one, whether or not he takes many at once.
CREATE OR REPLACE FUNCTION message_apply(p_apply text, m message)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	IF message_many(p_apply) THEN
		EXECUTE format('SELECT %I($1)', p_apply) USING ARRAY[m];
	ELSE
		EXECUTE format('SELECT %I($1)', p_apply) USING m;
	END IF;
END $$;

-- What says nothing of the row: no room, deadlocks, a server that became a
-- standby.
CREATE OR REPLACE FUNCTION message_is_no_attempt(p_sqlstate text)
RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
	SELECT p_sqlstate ~ '^(25|40|53|55|57|58)'
$$;

-- Whoever registers, retires, makes effects or says what is sent or done comes
-- through here, one transaction at a time; who dies lets go.
CREATE OR REPLACE FUNCTION outbox_lock() RETURNS void LANGUAGE sql AS $$
	SELECT pg_advisory_xact_lock(hashtext('outbox'), 0)
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
	PERFORM outbox_lock();
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
-- wanted is sent at once, and is done when it is heard of. returns: whether there
-- was one
CREATE OR REPLACE FUNCTION consumer_retire(p_name text) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
	v_kinds text[];
BEGIN
	PERFORM outbox_lock();
	UPDATE consumers AS c SET retired_at = clock_timestamp(),
	    replay_from = NULL WHERE c.name = p_name AND c.retired_at IS NULL
	    RETURNING c.kinds INTO v_kinds;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	UPDATE outbox AS o SET send_at = clock_timestamp()
	    WHERE NOT o.done AND o.kind = ANY (v_kinds);
	RETURN true;
END $$;

-- What is not done is found by its index and in one pass, whatever statistics
-- say, which may be of a time when there was nothing, or nothing was done: joined
-- row by row, all that waits was read for each of a batch.

-- 1 of a row that was sent before, without a mark, and is due; else 0. It is due
-- after a minute at most (I17).
CREATE OR REPLACE FUNCTION outbox_unmarked(o outbox, p_again_s bigint)
RETURNS int LANGUAGE sql VOLATILE AS $$
	SELECT (o.send_at = '-infinity' AND o.at <= clock_timestamp()
	    - make_interval(secs => least(p_again_s, 60)))::int
$$;

-- These were sent; those that nobody wants are done.
CREATE OR REPLACE FUNCTION outbox_mark(p_ids bigint[], p_ats timestamptz[],
	p_again_s bigint, p_wanted text[]) RETURNS void
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan
SET enable_nestloop = off SET enable_seqscan = off AS $$
BEGIN
	UPDATE outbox AS o
	SET n_sent = least(o.n_sent + 1 + outbox_unmarked(o, p_again_s), 6),
	    send_at = clock_timestamp() + make_interval(secs => p_again_s
		* 2 ^ (o.n_sent + outbox_unmarked(o, p_again_s))),
	    done = o.kind <> ALL (p_wanted)
	FROM unnest(p_ids, p_ats) AS t (id, at)
	WHERE o.id = t.id AND o.at = t.at AND NOT o.done;
END $$;

-- The first p_max that are new or due. Where there are more, or they were sent
-- before, they are marked; else the snapshot is.
CREATE OR REPLACE FUNCTION outbox_send(p_max bigint, p_again_s bigint,
	p_wanted text[], OUT n bigint, OUT ids bigint[], OUT aggregate_ids text[])
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan
SET enable_nestloop = off SET enable_seqscan = off AS $$
DECLARE
	v_seen pg_snapshot := (SELECT s.seen FROM outbox_seen AS s);
	v record;
BEGIN
	SELECT count(*) AS n, pg_current_snapshot() AS seen,
	    array_agg(t.id ORDER BY t.id) FILTER (WHERE t.wanted) AS ids,
	    array_agg(t.aggregate_id ORDER BY t.id) FILTER (WHERE t.wanted)
		AS aggregate_ids,
	    array_agg(t.id) AS all_ids, array_agg(t.at) AS all_ats,
	    array_agg(t.id) FILTER (WHERE NOT t.wanted OR t.again) AS mark_ids,
	    array_agg(t.at) FILTER (WHERE NOT t.wanted OR t.again) AS mark_ats
	INTO v FROM (SELECT o.id, o.aggregate_id, o.at,
	    o.kind = ANY (p_wanted) AS wanted, w.again
	    FROM outbox AS o CROSS JOIN LATERAL (SELECT CASE
		WHEN o.send_at > '-infinity' THEN o.send_at <= clock_timestamp()
		ELSE outbox_unmarked(o, p_again_s) = 1 END AS again) AS w
	    WHERE NOT o.done AND (w.again OR (o.send_at = '-infinity'
		AND NOT pg_visible_in_snapshot(o.xid, v_seen)))
	    LIMIT p_max) AS t;
	n := v.n; ids := v.ids; aggregate_ids := v.aggregate_ids;
	IF n = p_max THEN
		PERFORM outbox_mark(v.all_ids, v.all_ats, p_again_s, p_wanted);
	ELSIF n > 0 THEN
		UPDATE outbox_seen SET seen = v.seen;
		IF v.mark_ids IS NOT NULL THEN
			PERFORM outbox_mark(v.mark_ids, v.mark_ats, p_again_s,
			    p_wanted);
		END IF;
	END IF;
END $$;

-- These rows, of p_since to p_upto, are done; of other days nothing is looked for.
-- returns: how many were not
CREATE OR REPLACE FUNCTION outbox_done(p_ids bigint[], p_ats timestamptz[],
	p_since timestamptz, p_upto timestamptz)
RETURNS bigint LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan
SET enable_nestloop = off SET enable_seqscan = off AS $$
DECLARE
	n bigint;
BEGIN
	UPDATE outbox AS o SET done = true
	FROM unnest(p_ids, p_ats) AS t (id, at)
	WHERE o.id = t.id AND o.at = t.at AND NOT o.done
	    AND o.at BETWEEN p_since AND p_upto;
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN n;
END $$;

-- What is written here happens again when it is lost with the server, from what
-- the sale wrote: nothing waits for the disk, or for a standby. Whoever sends
-- something of it has first written down that he does.
DROP FUNCTION IF EXISTS outbox_repeatable();
CREATE FUNCTION outbox_repeatable() RETURNS text LANGUAGE sql AS $$
	SELECT set_config('synchronous_commit', 'off', true)
$$;

-- Rows to be sent now, at most p_max. They are sent again after p_again_s, then
-- twice that, and so on up to 64 times, until they are done: neither a stream
-- nor who takes them has to be believed. What nobody wants is done at once. While
-- somebody else is at the outbox there is nothing.
CREATE OR REPLACE FUNCTION message_take(p_max bigint, p_again_s bigint,
	OUT n bigint, OUT ids bigint[], OUT aggregate_ids text[])
LANGUAGE plpgsql AS $$
BEGIN
	n := 0;
	IF NOT pg_try_advisory_xact_lock(hashtext('outbox'), 0) THEN
		RETURN;
	END IF;
	PERFORM outbox_repeatable();
	SELECT s.* INTO n, ids, aggregate_ids
	FROM outbox_send(p_max, p_again_s, ARRAY(SELECT DISTINCT unnest(c.kinds)
	    FROM consumers AS c WHERE c.retired_at IS NULL)) AS s;
END $$;

-- They could not be sent: soon again, and it was no time that counts.
CREATE OR REPLACE FUNCTION message_give_back(p_ids bigint[],
	p_aggregate_ids text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM outbox_lock();
	UPDATE outbox AS o SET send_at = clock_timestamp() + interval '1 s',
	    n_sent = greatest(o.n_sent - 1, 0)
	FROM unnest(p_ids, p_aggregate_ids) AS t (id, aggregate_id)
	WHERE o.aggregate_id = t.aggregate_id AND o.id = t.id AND NOT o.done;
END $$;

-- A server that a dump was put into counts transactions anew: by the numbers in the
-- dump nothing is known to be sent.
CREATE OR REPLACE FUNCTION outbox_unsee() RETURNS void
LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
	UPDATE outbox SET xid = pg_current_xact_id() WHERE NOT done;
	UPDATE outbox_seen SET seen = '1:1:';
END $$;

-- A consumer who takes many at once takes all of these, which come in the order of
-- their ids, or none. returns: whether it did
CREATE OR REPLACE FUNCTION messages_apply(p_consumer consumers,
	p_messages message[]) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('SELECT %I($1)', p_consumer.apply) USING p_messages;
	RETURN true;
EXCEPTION WHEN OTHERS THEN
	IF message_is_no_attempt(SQLSTATE) THEN
		RAISE;
	END IF;
	RETURN false;
END $$;

-- One more try of a row failed. returns: whether it was the last one
CREATE OR REPLACE FUNCTION message_failed(p_consumer consumers, m message,
	p_error text) RETURNS boolean LANGUAGE sql AS $$
	INSERT INTO dead_letter AS l (consumer, message, outbox_id, error,
	    dead_at)
	VALUES (p_consumer.name, m, m.id, p_error,
	    CASE WHEN p_consumer.attempts <= 1 THEN clock_timestamp() END)
	ON CONFLICT (consumer, outbox_id) DO UPDATE SET
	    attempts = l.attempts + 1, error = excluded.error,
	    failed_at = excluded.failed_at,
	    dead_at = CASE WHEN l.attempts + 1 >= p_consumer.attempts
		THEN clock_timestamp() END
	RETURNING l.dead_at IS NOT NULL
$$;

-- Make one consumer's effects of what waits for it, in the order of ids, at most
-- p_max or as many as there is time for, one at least: more says that there are
-- others. A row that cannot be taken keeps back the later ones of its thing until
-- it is, or is dead; it is tried again when it is sent again, not whenever its
-- thing is heard of.
--
-- Who takes many at once is handed p_batch, the first that wait, together, while
-- none has failed lately; where it cannot take them so, each by itself. p_whole:
-- these are all that wait, and what came since is for the next time. p_letters:
-- something that failed before may wait.
--
-- taken: what it has consumed now, dead letters too; of their payloads nothing is
-- said.
CREATE OR REPLACE FUNCTION consumer_take(p_consumer consumers, p_ids bigint[],
	p_aggregate_ids text[], p_batch message[], p_whole boolean,
	p_max bigint, p_until timestamptz, p_again boolean, p_letters boolean,
	OUT n bigint, OUT n_failed bigint, OUT n_dead bigint,
	OUT more boolean, OUT taken message[])
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
	m message;
	v_waits text[] := '{}';
	v_failed bigint[] := '{}';
BEGIN
	n := 0; n_failed := 0; n_dead := 0; more := false; taken := '{}';
	IF p_letters THEN
		v_failed := ARRAY(SELECT l.outbox_id FROM dead_letter AS l
		    WHERE l.consumer = p_consumer.name AND l.dead_at IS NULL
		    AND (p_again OR l.outbox_id <> ALL (p_ids)));
	END IF;
	IF v_failed = '{}' AND message_many(p_consumer.apply)
	    AND messages_apply(p_consumer, p_batch) THEN
		n := cardinality(p_batch);
		more := n >= p_max;
		taken := p_batch;
	ELSE
	FOR m IN SELECT b.* FROM unnest(p_batch) AS b WHERE p_whole
	    UNION ALL SELECT d.* FROM message_due(p_consumer, p_ids,
		p_aggregate_ids) AS d WHERE NOT p_whole
	    ORDER BY id
	LOOP
		more := n >= p_max OR (n > 0 AND clock_timestamp() > p_until);
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
			PERFORM message_apply(p_consumer.apply, m);
		EXCEPTION WHEN OTHERS THEN
			IF message_is_no_attempt(SQLSTATE) THEN
				RAISE;
			END IF;
			n_failed := n_failed + 1;
			IF NOT message_failed(p_consumer, m, SQLERRM) THEN
				v_waits := v_waits || (m.aggregate || ' '
				    || m.aggregate_id);
				CONTINUE;
			END IF;
			n_dead := n_dead + 1;
		END;
		m.payload := NULL;
		taken := taken || m;
	END LOOP;
	END IF;
	IF p_letters THEN
		DELETE FROM dead_letter AS l
		    WHERE l.consumer = p_consumer.name AND l.dead_at IS NULL
		    AND l.outbox_id IN (SELECT t.id FROM unnest(taken) AS t);
	END IF;
END $$;

-- Make the effects of these consumers of these rows and of what else waits of the
-- same things, as consumer_take does for each, and say what is done. Callers ask
-- again with p_again while there is more.
--
-- A row is done when all who want it have consumed it, those of other programs
-- too: nobody registers or retires meanwhile. A row that is gone or done is passed
-- over. A consumer whom something else stops, as a lock or want of room, is left
-- for when the rows are sent again, and the others go on.
--
-- lags: of each row that is done, how many ms behind its fact. n_left, error:
-- how many consumers were left, and why the last one was.
CREATE OR REPLACE FUNCTION message_consume(p_consumers text[], p_ids bigint[],
	p_aggregate_ids text[], p_max bigint, p_ms bigint, p_again boolean,
	OUT n bigint, OUT n_failed bigint, OUT n_dead bigint,
	OUT more boolean, OUT lags bigint[], OUT n_left bigint, OUT error text)
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
	v_until timestamptz;
	v_max bigint := least(p_max, 200);
	v_open message[];
	v_whole boolean;
	v_letters boolean;
	v_had record;
	v_consumer consumers;
	v_batch message[];
	v record;
	v_seen message[];
	v_names text[] := '{}';
	v_taken message[] := '{}';
	v_lacked bigint[];
	v_done bigint;
BEGIN
	n := 0; n_failed := 0; n_dead := 0; more := false; lags := '{}';
	n_left := 0;
	PERFORM outbox_lock();
	PERFORM outbox_repeatable();
	v_until := clock_timestamp() + make_interval(secs => p_ms / 1000.0);
	v_open := ARRAY(SELECT o FROM messages_open(p_ids, p_aggregate_ids) AS o
	    ORDER BY o.id LIMIT v_max + 1);
	IF v_open = '{}' THEN
		RETURN;
	END IF;
	v_whole := cardinality(v_open) <= v_max;
	v_letters := EXISTS (SELECT FROM dead_letter AS l
	    WHERE l.dead_at IS NULL);
	SELECT * INTO v_had FROM messages_had(v_open);
	FOR v_consumer IN SELECT * FROM consumers AS c
	    WHERE c.name = ANY (p_consumers) AND c.retired_at IS NULL
	    AND c.replay_from IS NULL ORDER BY c.name
	LOOP
		-- Of many, what waits for this one may be behind the rest.
		IF v_whole THEN
			v_batch := ARRAY(SELECT o FROM unnest(v_open) AS o
			    WHERE o.kind = ANY (v_consumer.kinds) AND NOT EXISTS
			    (SELECT FROM unnest(v_had.ids, v_had.consumers)
				AS h (id, name) WHERE h.id = o.id
				AND h.name = v_consumer.name)
			    ORDER BY o.id);
		ELSE
			v_batch := ARRAY(SELECT d FROM message_due(v_consumer,
			    p_ids, p_aggregate_ids) AS d
			    ORDER BY d.id LIMIT v_max);
		END IF;
		CONTINUE WHEN v_batch = '{}';
		BEGIN
			SELECT * INTO v FROM consumer_take(v_consumer, p_ids,
			    p_aggregate_ids, v_batch, v_whole, v_max, v_until,
			    p_again, v_letters);
		EXCEPTION WHEN OTHERS THEN
			n_left := n_left + 1;
			error := SQLERRM;
			CONTINUE;
		END;
		n := n + v.n; n_failed := n_failed + v.n_failed;
		n_dead := n_dead + v.n_dead; more := more OR v.more;
		v_taken := v_taken || v.taken;
		v_names := v_names || array_fill(v_consumer.name,
		    ARRAY[cardinality(v.taken)]);
	END LOOP;
	v_seen := v_open;
	IF NOT v_whole THEN
		v_seen := ARRAY(SELECT DISTINCT ON (s.id) s
		    FROM unnest(v_open || v_taken) AS s);
		SELECT * INTO v_had FROM messages_had(v_seen);
	END IF;
	v_lacked := ARRAY(SELECT DISTINCT w.id FROM (
	    SELECT s.id, c.name FROM unnest(v_seen) AS s JOIN consumers AS c
		ON c.retired_at IS NULL AND s.kind = ANY (c.kinds)
	    EXCEPT SELECT t.id, t.name FROM unnest(
		(SELECT array_agg(u.id) FROM unnest(v_taken) AS u), v_names)
		AS t (id, name)
	    EXCEPT SELECT h.id, h.name FROM unnest(v_had.ids,
		v_had.consumers) AS h (id, name)) AS w);
	SELECT outbox_done(array_agg(s.id), array_agg(s.at), min(s.at),
	    max(s.at)),
	    coalesce(array_agg((date_part('epoch', clock_timestamp() - s.at)
		* 1000)::bigint), '{}')
	INTO v_done, lags
	FROM unnest(v_seen) AS s WHERE s.id <> ALL (v_lacked);
	IF v_done <> cardinality(v_seen) - cardinality(v_lacked) THEN
		RAISE EXCEPTION 'of % messages % are done',
		    cardinality(v_seen) - cardinality(v_lacked), v_done;
	END IF;
	IF v_lacked <> '{}' THEN
		INSERT INTO consumed (consumer, outbox_id, at)
		SELECT v_names[t.nth], t.id, t.at
		FROM unnest(v_taken) WITH ORDINALITY AS t (id, event_id,
		    aggregate, aggregate_id, kind, payload, at, nth)
		WHERE t.id = ANY (v_lacked);
	END IF;
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
	-- First, as whoever replays has it when he comes to the letters.
	IF p_retry THEN
		PERFORM outbox_lock();
	END IF;
	SELECT * INTO v_letter FROM dead_letter AS l
	    WHERE l.id = p_id AND l.dead_at IS NOT NULL FOR UPDATE;
	IF NOT FOUND THEN
		outcome := 'none';
		RETURN;
	END IF;
	IF p_retry THEN
		SELECT c.apply INTO v_apply FROM consumers AS c
		    WHERE c.name = v_letter.consumer;
		PERFORM set_config('boxoffice.late', 'on', true);
		BEGIN
			PERFORM message_apply(v_apply, v_letter.message);
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
-- anew with the rest. There may be a month of rows: they are opened a part at a
-- time, and nothing is made for the consumer until all are. Who dies within
-- leaves it so; another replay, of whatever time, goes on with his.
--
--   none    no such consumer
--   never   its effects cannot be taken back
--   gone    rows of that time may be gone
--   begun   rows since then are to be opened
DROP FUNCTION IF EXISTS consumer_replay(text, timestamptz, bigint);
CREATE OR REPLACE FUNCTION consumer_replay_begin(p_name text,
	p_since timestamptz, p_days bigint, OUT outcome text,
	OUT since timestamptz) LANGUAGE plpgsql AS $$
DECLARE
	v_consumer consumers;
BEGIN
	PERFORM outbox_lock();
	SELECT * INTO v_consumer FROM consumers AS c
	    WHERE c.name = p_name AND c.retired_at IS NULL;
	outcome := CASE WHEN NOT FOUND THEN 'none'
	    WHEN v_consumer.rewind IS NULL THEN 'never'
	    WHEN p_since < clock_timestamp() - make_interval(days =>
		p_days::int - 1) OR p_since < (SELECT g.upto
		FROM outbox_gone AS g) THEN 'gone' ELSE 'begun' END;
	IF outcome <> 'begun' THEN
		RETURN;
	END IF;
	EXECUTE format('SELECT %I($1)', v_consumer.rewind) INTO since
	    USING p_since;
	since := least(since, v_consumer.replay_from);
	UPDATE consumers AS c SET replay_from = since WHERE c.name = p_name;
	DELETE FROM consumed AS d USING outbox AS o
	    WHERE NOT o.done AND o.at >= since AND d.consumer = p_name
	    AND d.outbox_id = o.id AND d.at = o.at;
	DELETE FROM dead_letter AS l WHERE l.consumer = p_name
	    AND (l.message).at >= since;
END $$;

-- Open at most p_max rows of a day, or of some other time. The others, newcomers
-- too, are not told again. In one pass: row by row each read the whole day, where
-- statistics were of a time with few. returns: how many
CREATE OR REPLACE FUNCTION consumer_replay_open(p_name text,
	p_from timestamptz, p_to timestamptz, p_max bigint) RETURNS bigint
LANGUAGE plpgsql SET enable_nestloop = off AS $$
DECLARE
	v_kinds text[] := (SELECT c.kinds FROM consumers AS c
	    WHERE c.name = p_name);
	n bigint;
BEGIN
	PERFORM outbox_lock();
	WITH part AS MATERIALIZED (SELECT o.id, o.at, o.kind FROM outbox AS o
	    WHERE o.done AND o.at >= p_from AND o.at < p_to
	    AND o.kind = ANY (v_kinds) LIMIT p_max),
	had AS (INSERT INTO consumed (consumer, outbox_id, at)
	SELECT c.name, s.id, s.at FROM part AS s JOIN consumers AS c
	    ON c.name <> p_name AND s.kind = ANY (c.kinds)
	ON CONFLICT DO NOTHING),
	again AS (DELETE FROM consumed AS d USING part AS s
	    WHERE d.consumer = p_name AND d.outbox_id = s.id AND d.at = s.at
	    AND d.at >= p_from AND d.at < p_to)
	UPDATE outbox AS o SET done = false, n_sent = 0,
	    send_at = clock_timestamp() + interval '1 min'
	FROM part AS s WHERE o.id = s.id AND o.at = s.at
	    AND o.at >= p_from AND o.at < p_to;
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN n;
END $$;

-- All are open: it is told again, from now on.
CREATE OR REPLACE FUNCTION consumer_replay_end(p_name text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM outbox_lock();
	UPDATE consumers AS c SET replay_from = NULL WHERE c.name = p_name;
END $$;

-- Rows that were never sent, as they were opened again, are due; at most p_max.
-- Those that nobody says so of become due by themselves. returns: how many
CREATE OR REPLACE FUNCTION messages_due(p_max bigint) RETURNS bigint
LANGUAGE plpgsql SET enable_nestloop = off SET enable_seqscan = off AS $$
DECLARE
	n bigint;
BEGIN
	PERFORM outbox_lock();
	UPDATE outbox AS o SET send_at = clock_timestamp()
	FROM (SELECT s.id, s.aggregate_id, s.at FROM outbox AS s
	    WHERE NOT s.done AND s.n_sent = 0
	    AND s.send_at > clock_timestamp() LIMIT p_max) AS s
	WHERE o.id = s.id AND o.aggregate_id = s.aggregate_id AND o.at = s.at
	    AND NOT o.done;
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN n;
END $$;

-- The days of outbox and consumed: today's and the next p_ahead are made, and one
-- that ended more than p_days ago is dropped when all of it is done and no replay
-- has still to open it. Sales write meanwhile and wait at most as long as a lock is
-- waited for here; what cannot be had is left to the next round.
CREATE OR REPLACE FUNCTION outbox_days(p_ahead bigint, p_days bigint)
RETURNS bigint LANGUAGE plpgsql SET lock_timeout = '50ms' SET timezone = 'UTC'
AS $$
DECLARE
	v_before timestamptz := least(current_date - p_days::int,
	    (SELECT min(c.replay_from) FROM consumers AS c));
	v_day date;
	v_part text;
	v_open boolean;
	n bigint := 0;
BEGIN
	IF NOT pg_try_advisory_xact_lock(hashtext('outbox_days'), 0) THEN
		RETURN 0;
	END IF;
	FOR v_day IN SELECT current_date + g FROM generate_series(0, p_ahead::int)
	    AS g WHERE to_regclass('outbox_' || to_char(current_date + g,
		'YYYYMMDD')) IS NULL AND NOT EXISTS (SELECT
		FROM outbox_other AS o WHERE o.at >= current_date + g
		AND o.at < current_date + g + 1)
	LOOP
		n := n + outbox_day(v_day);
	END LOOP;
	FOR v_part IN SELECT substr(c.relname, 8) FROM pg_inherits AS i
	    JOIN pg_class AS c ON c.oid = i.inhrelid
	    WHERE i.inhparent = 'outbox'::regclass
	    AND c.relname ~ '^outbox_[0-9]{8}$'
	    AND to_date(substr(c.relname, 8), 'YYYYMMDD') + 1 <= v_before
	LOOP
		EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE NOT done)',
		    'outbox_' || v_part) INTO v_open;
		CONTINUE WHEN v_open;
		BEGIN
			EXECUTE format('DROP TABLE %I, %I', 'outbox_' || v_part,
			    'consumed_' || v_part);
			UPDATE outbox_gone AS g SET upto = greatest(g.upto,
			    to_date(v_part, 'YYYYMMDD') + 1);
			n := n + 1;
		EXCEPTION WHEN lock_not_available THEN
			EXIT;
		END;
	END LOOP;
	-- Whole days are gone: a replay may begin somewhat before it was asked to.
	WITH gone AS (
	DELETE FROM outbox_other AS o WHERE o.done AND o.at < v_before
	    RETURNING o.id, o.at),
	known AS (
	UPDATE outbox_gone AS k SET upto = greatest(k.upto, m.at)
	FROM (SELECT date_trunc('day', max(g.at)) + interval '1 day' AS at
	    FROM gone AS g HAVING count(*) > 0) AS m)
	DELETE FROM consumed_other AS d USING gone AS g
	    WHERE d.outbox_id = g.id AND d.at = g.at;
	RETURN n;
END $$;

-- One day; 0 when it cannot be made: rows of it came to outbox_other meanwhile, or
-- a lock was not to be had.
CREATE OR REPLACE FUNCTION outbox_day(p_day date) RETURNS int
LANGUAGE plpgsql AS $$
DECLARE
	v_table text;
	v_part text;
BEGIN
	FOREACH v_table IN ARRAY ARRAY['outbox', 'consumed'] LOOP
		v_part := v_table || '_' || to_char(p_day, 'YYYYMMDD');
		-- Room for what its rows become, which consumed's do not.
		EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS'
		    ' INCLUDING GENERATED INCLUDING STORAGE)'
		    ' WITH (fillfactor = %s)', v_part, v_table,
		    CASE v_table WHEN 'outbox' THEN 50 ELSE 100 END);
		EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I'
		    ' FOR VALUES FROM (%L) TO (%L)', v_table, v_part,
		    p_day::timestamp AT TIME ZONE 'UTC',
		    (p_day + 1)::timestamp AT TIME ZONE 'UTC');
	END LOOP;
	RETURN 1;
EXCEPTION WHEN lock_not_available OR check_violation THEN
	RETURN 0;
END $$;
