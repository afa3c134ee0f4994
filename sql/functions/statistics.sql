-- SPDX-License-Identifier: BSD-2-Clause
--
-- Figures of lines and of what clients told; those of sales are in sales.sql.
-- Reports are asked alike: p_by, what the rows are by, whose other columns are
-- NULL; a parameter that is NULL leaves nothing out; at most p_max rows.

-- Who was admitted from lines, by when: how many came to buy, what became of
-- their passes, and how long they had waited, as far as they came.
CREATE OR REPLACE FUNCTION queue_statistics(p_by text, p_performance bigint,
	p_show bigint, p_venue bigint, p_from timestamptz, p_to timestamptz,
	p_max bigint)
RETURNS TABLE (hour timestamptz, day date, show_id bigint, venue_id bigint,
	performance_id bigint, admitted bigint, came bigint, bought bigint,
	n_left bigint, lapsed bigint, wait_p50_s bigint, wait_p95_s bigint,
	wait_max_s bigint)
LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN p_by = 'hour' THEN date_trunc('hour', q.made_at, 'UTC')
	    END,
	    CASE WHEN p_by = 'day'
		THEN (q.made_at AT TIME ZONE v.time_zone)::date END,
	    f.show_id, v.id, CASE WHEN p_by <> 'day' THEN f.id END,
	    count(*), count(q.claimed_at),
	    count(*) FILTER (WHERE q.ended_by = 'bought'),
	    count(*) FILTER (WHERE q.ended_by = 'left'),
	    count(*) FILTER (WHERE q.ended_by = 'lapsed'),
	    percentile_disc(0.5) WITHIN GROUP (ORDER BY w.wait_s),
	    percentile_disc(0.95) WITHIN GROUP (ORDER BY w.wait_s),
	    max(w.wait_s)
	FROM queue_pass AS q JOIN performances AS f ON f.id = q.performance_id
	JOIN hall_revisions AS r ON r.id = f.hall_revision_id
	JOIN halls AS h ON h.id = r.hall_id JOIN venues AS v ON v.id = h.venue_id
	CROSS JOIN LATERAL (SELECT CASE WHEN q.joined_at IS NOT NULL
	    THEN greatest(0, extract(epoch FROM q.made_at - q.joined_at))::bigint
	    END AS wait_s) AS w
	WHERE (p_performance IS NULL OR q.performance_id = p_performance)
	    AND (p_show IS NULL OR f.show_id = p_show)
	    AND (p_venue IS NULL OR v.id = p_venue)
	    AND (p_from IS NULL OR q.made_at >= p_from)
	    AND (p_to IS NULL OR q.made_at < p_to)
	GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5 LIMIT p_max
$$;

-- What messages have in common that differ in numbers, names of things or
-- places alone.
CREATE OR REPLACE FUNCTION client_log_shape(p_message text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT left(regexp_replace(regexp_replace(regexp_replace(p_message,
	    'https?://[^[:space:]]+', '<url>', 'g'),
	    '"[^"]*"|''[^'']*''', '<text>', 'g'),
	    '\m[0-9a-f]*[0-9][0-9a-f-]*\M', '#', 'gi'), 200)
$$;

-- Count what was not counted yet, at most p_max of it. Who tells takes seconds
-- at most to commit: after a minute none comes that was told before.
CREATE OR REPLACE FUNCTION client_log_roll_up(p_max bigint) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
	v_upto bigint := (SELECT u.upto FROM client_log_counted AS u FOR UPDATE);
	n bigint;
BEGIN
	WITH fresh AS (SELECT l.id, l.at, l.level, coalesce(l.release, '') AS
	    release, client_log_shape(l.message) AS shape, l.message
	    FROM client_log AS l WHERE l.id > v_upto
	    AND l.at < clock_timestamp() - interval '1 min'
	    ORDER BY l.id LIMIT p_max),
	counted AS (INSERT INTO client_log_sums AS s (day, level, release,
	    shape, n, example)
	SELECT (m.at AT TIME ZONE 'UTC')::date, m.level, m.release, m.shape,
	    count(*), min(m.message)
	FROM fresh AS m GROUP BY 1, 2, 3, 4
	ON CONFLICT (day, level, release, shape) DO UPDATE
	SET n = s.n + excluded.n)
	SELECT count(*), coalesce(max(m.id), v_upto) INTO n, v_upto
	FROM fresh AS m;
	UPDATE client_log_counted SET upto = v_upto WHERE n > 0;
	RETURN n;
END $$;

-- p_by: day, release or message (its shape); p_performance, p_show and p_venue
-- say nothing here.
CREATE OR REPLACE FUNCTION client_log_statistics(p_by text,
	p_performance bigint, p_show bigint, p_venue bigint,
	p_from timestamptz, p_to timestamptz, p_max bigint)
RETURNS TABLE (day date, level text, release text, message text, n bigint,
	example text) LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN p_by = 'day' THEN s.day END, s.level,
	    CASE WHEN p_by <> 'day' THEN s.release END,
	    CASE WHEN p_by = 'message' THEN s.shape END, sum(s.n)::bigint,
	    CASE WHEN p_by = 'message' THEN min(s.example) END
	FROM client_log_sums AS s
	WHERE (p_from IS NULL OR s.day >= (p_from AT TIME ZONE 'UTC')::date)
	    AND (p_to IS NULL OR s.day < (p_to AT TIME ZONE 'UTC')::date)
	GROUP BY 1, 2, 3, 4 ORDER BY 1, 5 DESC, 2, 3, 4 LIMIT p_max
$$;

-- Figures of what was before, at most p_max rows of each. returns: how many
CREATE OR REPLACE FUNCTION statistics_purge(p_before timestamptz,
	p_max bigint) RETURNS bigint LANGUAGE sql AS $$
	WITH seats AS (DELETE FROM sales_seats AS s WHERE s.ctid = ANY (ARRAY(
	    SELECT o.ctid FROM sales_seats AS o WHERE o.hour < p_before
	    LIMIT p_max)) RETURNING 1),
	held AS (DELETE FROM sales_holds AS s WHERE s.ctid = ANY (ARRAY(
	    SELECT o.ctid FROM sales_holds AS o WHERE o.hour < p_before
	    LIMIT p_max)) RETURNING 1),
	logs AS (DELETE FROM client_log_sums AS s WHERE s.ctid = ANY (ARRAY(
	    SELECT o.ctid FROM client_log_sums AS o
	    WHERE o.day < (p_before AT TIME ZONE 'UTC')::date
	    LIMIT p_max)) RETURNING 1)
	SELECT (SELECT count(*) FROM seats) + (SELECT count(*) FROM held)
	    + (SELECT count(*) FROM logs)
$$;
