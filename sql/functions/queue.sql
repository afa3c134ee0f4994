-- SPDX-License-Identifier: BSD-2-Clause
--
-- The line in front of a performance: its numbers, and who may buy.
--
-- p_now is NULL but in tests.

-- The next p_n numbers are the caller's to give: those above first, up to last.
-- With p_known only if none above that have been reserved; else no row.
CREATE OR REPLACE FUNCTION queue_reserve(p_performance bigint, p_n bigint,
	p_known bigint, OUT first bigint, OUT last bigint)
RETURNS SETOF record LANGUAGE sql AS $$
	INSERT INTO queue_state AS s (performance_id, reserved)
	SELECT p_performance, p_n WHERE coalesce(p_known, 0) = 0
	    OR EXISTS (SELECT FROM queue_state AS k
		WHERE k.performance_id = p_performance)
	ON CONFLICT (performance_id) DO UPDATE
	SET reserved = s.reserved + p_n
	WHERE p_known IS NULL OR s.reserved = p_known
	RETURNING s.reserved - p_n, s.reserved
$$;

-- Passes that still let somebody buy. One ends with a purchase that was made
-- under it, whether or not anybody has noted that.
CREATE OR REPLACE FUNCTION queue_passes(p_performance bigint,
	p_now timestamptz) RETURNS SETOF queue_pass LANGUAGE sql STABLE AS $$
	SELECT p FROM queue_pass AS p WHERE p.performance_id = p_performance
	AND p.ended_at IS NULL AND p.until > p_now
	AND NOT EXISTS (SELECT FROM reservations AS r
	    WHERE r.user_id = p.user_id
	    AND r.performance_id = p.performance_id
	    AND r.id > p.bought_before)
$$;
CREATE OR REPLACE FUNCTION queue_has_pass(p_performance bigint, p_user bigint,
	p_now timestamptz) RETURNS boolean LANGUAGE sql STABLE AS $$
	SELECT EXISTS (SELECT FROM queue_passes(p_performance, p_now) AS p
	    WHERE p.user_id = p_user)
$$;

-- Numbers are admitted: each has a row from here on, and the line has come as
-- far as the highest. Nothing happens where the epoch is another. Who waits has
-- no pass: the row of an earlier one of his ends. Where a later one of his
-- lives the caller comes too late, and his number gets no row. ends: ms, when the
-- pass ends, 0 where it has ended; numbers without a row are not in the result.
CREATE OR REPLACE FUNCTION queue_admit(p_performance bigint, p_epoch bigint,
	p_users bigint[], p_seqs bigint[], p_life_ms bigint, p_now timestamptz)
RETURNS TABLE (seq bigint, ends bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
	v_now timestamptz;
BEGIN
	PERFORM pg_advisory_xact_lock_shared(1, 0);
	v_now := coalesce(p_now, clock_timestamp());
	IF p_epoch <> (SELECT e.epoch FROM sys_epoch AS e) THEN
		RETURN;
	END IF;
	UPDATE queue_pass AS p SET ended_at = v_now, ended_by = CASE WHEN EXISTS
	    (SELECT FROM reservations AS r WHERE r.user_id = p.user_id
		AND r.performance_id = p.performance_id
		AND r.id > p.bought_before) THEN 'bought' ELSE 'left' END
	    FROM unnest(p_users, p_seqs) AS a (usr, seq)
	    WHERE p.user_id = a.usr AND p.performance_id = p_performance
	    AND p.ended_at IS NULL AND p.seq < a.seq;
	INSERT INTO queue_pass (performance_id, seq, user_id, made_at,
	    bought_before, until)
	SELECT p_performance, a.seq, a.usr, v_now,
	    s.last_value - (NOT s.is_called)::int,
	    v_now + p_life_ms * interval '1 ms'
	FROM unnest(p_users, p_seqs) AS a (usr, seq)
	CROSS JOIN reservations_id_seq AS s
	ON CONFLICT DO NOTHING;
	INSERT INTO queue_state AS s (performance_id, reserved, head)
	SELECT p_performance, max(p.seq), max(p.seq) FROM queue_pass AS p
	    WHERE p.performance_id = p_performance AND p.seq = ANY (p_seqs)
	    HAVING max(p.seq) IS NOT NULL
	ON CONFLICT (performance_id) DO UPDATE
	SET head = greatest(s.head, excluded.head),
	    reserved = greatest(s.reserved, excluded.reserved)
	WHERE s.head < excluded.head;
	RETURN QUERY SELECT p.seq, CASE WHEN l.seq IS NULL THEN 0
	    ELSE ceil(extract(epoch FROM p.until) * 1000)::bigint END
	    FROM queue_pass AS p
	    LEFT JOIN queue_passes(p_performance, v_now) AS l ON l.seq = p.seq
	    WHERE p.performance_id = p_performance AND p.seq = ANY (p_seqs);
END $$;

-- Passes are over, for the reason given. How many were not before.
CREATE OR REPLACE FUNCTION queue_end(p_performance bigint, p_seqs bigint[],
	p_why text, p_now timestamptz) RETURNS bigint LANGUAGE sql AS $$
	WITH gone AS (UPDATE queue_pass AS p
	    SET ended_at = coalesce(p_now, clock_timestamp()), ended_by = p_why
	    WHERE p.performance_id = p_performance AND p.seq = ANY (p_seqs)
	    AND p.ended_at IS NULL RETURNING 1)
	SELECT count(*) FROM gone
$$;

-- Rows of passes that have ended without anybody's saying so: by a purchase, or
-- by the time.
CREATE OR REPLACE FUNCTION queue_sweep(p_performance bigint,
	p_now timestamptz) RETURNS TABLE (user_id bigint, seq bigint)
LANGUAGE sql AS $$
	UPDATE queue_pass AS p
	SET ended_at = greatest(p.made_at, coalesce(b.at, p.until)),
	    ended_by = CASE WHEN b.at IS NULL THEN 'lapsed' ELSE 'bought' END
	FROM queue_pass AS o LEFT JOIN LATERAL (
	    SELECT min(r.created_at) AS at FROM reservations AS r
	    WHERE r.user_id = o.user_id
	    AND r.performance_id = o.performance_id
	    AND r.id > o.bought_before) AS b ON true
	WHERE o.performance_id = p_performance AND o.ended_at IS NULL
	AND (b.at IS NOT NULL
	    OR o.until <= coalesce(p_now, clock_timestamp()))
	AND p.performance_id = o.performance_id AND p.seq = o.seq
	RETURNING p.user_id, p.seq
$$;

-- What a line goes by becomes otherwise: columns of performances and values,
-- out of range 23514.
--   none   no such performance
--   stale  it is in another version than p_version; 0: any will do
--   same   it was so already: nothing is logged
--   done
CREATE OR REPLACE FUNCTION queue_set(p_performance bigint, p_version bigint,
	p_changes jsonb, p_user bigint, p_action text, p_object text,
	p_reason text, p_os_user text, p_request text)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	v_was performances;
	v_is performances;
BEGIN
	SELECT * INTO v_was FROM performances WHERE id = p_performance
	    FOR UPDATE;
	IF NOT FOUND THEN
		RETURN 'none';
	END IF;
	IF p_version NOT IN (0, v_was.meta_version) THEN
		RETURN 'stale';
	END IF;
	v_is := jsonb_populate_record(v_was, p_changes);
	IF v_is IS NOT DISTINCT FROM v_was THEN
		RETURN 'same';
	END IF;
	UPDATE performances SET queue_mode = v_is.queue_mode,
	    queue_status = v_is.queue_status,
	    queue_active_limit = v_is.queue_active_limit,
	    queue_per_minute = v_is.queue_per_minute,
	    queue_grace_s = v_is.queue_grace_s,
	    queue_claim_s = v_is.queue_claim_s,
	    queue_pass_s = v_is.queue_pass_s,
	    queue_lobby_s = v_is.queue_lobby_s,
	    queue_beacon = v_is.queue_beacon,
	    changed_by = p_user WHERE id = p_performance;
	PERFORM audit_write(p_user, p_action, p_object, p_reason, p_os_user,
	    p_request, jsonb_build_object('is', p_changes, 'was',
	    (SELECT jsonb_object_agg(w.key, w.value)
		FROM jsonb_each(to_jsonb(v_was)) AS w
		WHERE p_changes ? w.key)));
	RETURN 'done';
END $$;

-- What has become of passes, for people; seconds, NULL where nobody is known.
CREATE OR REPLACE FUNCTION queue_report(p_performance bigint,
	OUT admitted bigint, OUT bought bigint, OUT lapsed bigint,
	OUT "left" bigint, OUT buying bigint, OUT wait_p50_s bigint,
	OUT wait_p90_s bigint, OUT pass_p50_s bigint, OUT pass_p90_s bigint,
	OUT admitted_a_minute bigint, OUT per_minute bigint)
LANGUAGE sql STABLE AS $$
	SELECT count(*), count(*) FILTER (WHERE p.ended_by = 'bought'),
	    count(*) FILTER (WHERE p.ended_by = 'lapsed'),
	    count(*) FILTER (WHERE p.ended_by = 'left'),
	    count(*) FILTER (WHERE p.ended_at IS NULL),
	    percentile_disc(0.5) WITHIN GROUP (ORDER BY w.wait_s),
	    percentile_disc(0.9) WITHIN GROUP (ORDER BY w.wait_s),
	    percentile_disc(0.5) WITHIN GROUP (ORDER BY w.pass_s),
	    percentile_disc(0.9) WITHIN GROUP (ORDER BY w.pass_s),
	    (count(*) * 60 / greatest(60, extract(epoch FROM
		max(p.made_at) - min(p.made_at))))::bigint,
	    (SELECT f.queue_per_minute FROM performances AS f
		WHERE f.id = p_performance)
	FROM queue_pass AS p CROSS JOIN LATERAL (SELECT
	    extract(epoch FROM p.made_at - p.joined_at)::bigint AS wait_s,
	    CASE p.ended_by WHEN 'bought' THEN extract(epoch FROM
		p.ended_at - p.made_at)::bigint END AS pass_s) AS w
	WHERE p.performance_id = p_performance
$$;
