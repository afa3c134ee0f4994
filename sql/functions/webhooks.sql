-- SPDX-License-Identifier: BSD-2-Clause
--
-- Who is told over HTTPS, the consumer "webhooks", and the way of a delivery.

-- ---- who is told ----

-- A row as audit_log has it: nothing of what its secret is made from.
CREATE OR REPLACE FUNCTION webhook_shown(w webhooks) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT jsonb_build_object('url', w.url, 'note', w.note, 'kinds',
	    w.kinds, 'enabled', w.enabled)
$$;

-- p_id is NULL for a new one; what is NULL stays. returns: its id; NULL: there
-- is none with this id
CREATE OR REPLACE FUNCTION webhook_put(p_id bigint, p_url text, p_note text,
	p_kinds text[], p_enabled boolean, p_key_check text, p_user bigint,
	p_action text, p_object text, p_reason text, p_os_user text,
	p_request text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	v_was webhooks;
	v webhooks;
BEGIN
	IF p_id IS NULL THEN
		INSERT INTO webhooks (url, note, kinds, key_check)
		VALUES (p_url, coalesce(p_note, ''), p_kinds, p_key_check)
		RETURNING * INTO v;
	ELSE
		SELECT * INTO v_was FROM webhooks AS w WHERE w.id = p_id
		    FOR UPDATE;
		IF NOT FOUND THEN
			RETURN NULL;
		END IF;
		UPDATE webhooks AS w SET url = coalesce(p_url, w.url),
		    note = coalesce(p_note, w.note),
		    kinds = coalesce(p_kinds, w.kinds),
		    enabled = coalesce(p_enabled, w.enabled),
		    why = CASE WHEN p_enabled IS NULL THEN w.why END
		    WHERE w.id = p_id RETURNING * INTO v;
	END IF;
	PERFORM audit_write(p_user, p_action, coalesce(p_object,
	    'webhook ' || v.id), p_reason, p_os_user, p_request,
	    jsonb_build_object('before', webhook_shown(v_was), 'after',
	    webhook_shown(v)));
	RETURN v.id;
END $$;

-- Its deliveries go with it. returns: whether there was one
CREATE OR REPLACE FUNCTION webhook_drop(p_id bigint, p_user bigint,
	p_action text, p_object text, p_reason text, p_os_user text,
	p_request text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	v webhooks;
BEGIN
	-- Deliveries first, as delivery_end locks them.
	PERFORM FROM deliveries AS d WHERE d.webhook_id = p_id FOR UPDATE;
	DELETE FROM webhooks AS w WHERE w.id = p_id RETURNING * INTO v;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	PERFORM audit_write(p_user, p_action, p_object, p_reason, p_os_user,
	    p_request, jsonb_build_object('before', webhook_shown(v)));
	RETURN true;
END $$;

-- A new secret; the one before signs too for p_hours. returns: whether there is
-- one with this id
CREATE OR REPLACE FUNCTION webhook_rotate(p_id bigint, p_hours bigint,
	p_key_check text, p_user bigint, p_action text, p_object text,
	p_reason text, p_os_user text, p_request text) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
	UPDATE webhooks AS w SET old_salt = CASE WHEN p_hours > 0
		AND w.key_check = p_key_check THEN w.salt END,
	    old_until = clock_timestamp() + make_interval(hours => p_hours::int),
	    salt = gen_random_uuid(), key_check = p_key_check
	    WHERE w.id = p_id;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	PERFORM audit_write(p_user, p_action, p_object, p_reason, p_os_user,
	    p_request, jsonb_build_object('hours', p_hours));
	RETURN true;
END $$;

-- ---- what is told ----

-- Thin: of what, and which; the rest is asked for. version grows with each
-- message of a thing, so that of two the later is known.
CREATE OR REPLACE FUNCTION delivery_body(m message) RETURNS text
LANGUAGE sql STABLE AS $$
	SELECT json_build_object('type', m.kind, 'timestamp',
	    to_char(m.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
	    'data', json_build_object('id', m.aggregate_id, 'performance_id',
		m.payload->'performance_id', 'version', m.id))::text
$$;

-- What happened before somebody asked to be told is none of his.
CREATE OR REPLACE FUNCTION deliveries_write(p_messages message[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO deliveries (webhook_id, event_id, kind, about, body,
	    give_up_at)
	SELECT w.id, m.event_id, m.kind, m.aggregate_id, delivery_body(m),
	    clock_timestamp() + interval '3 days'
	FROM webhooks AS w JOIN unnest(p_messages) AS m
	    ON m.kind = ANY (w.kinds) AND m.at >= w.made_at
	WHERE w.enabled ORDER BY w.id, m.id
	ON CONFLICT (webhook_id, event_id) DO NOTHING;
END $$;

-- Take some that are due and are not being sent: of each webhook p_each at a
-- time, one while its tries fail, so that who is slow has few of the sender's
-- places; first those of who has fewest. p_now is NULL but in tests.
CREATE OR REPLACE FUNCTION deliveries_take(p_max bigint, p_each bigint,
	p_lease_ms bigint, p_now timestamptz)
RETURNS TABLE (id bigint, event_id uuid, body text, tries int, owner uuid,
	url text, key_check text, salt uuid, old_salt uuid)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
	v_now timestamptz := coalesce(p_now, clock_timestamp());
	v_ids bigint[];
BEGIN
	v_ids := ARRAY(SELECT l.id FROM webhooks AS w
	    CROSS JOIN LATERAL (SELECT count(*) AS n FROM deliveries AS o
		WHERE o.webhook_id = w.id AND o.owner IS NOT NULL
		AND o.owned_until > v_now) AS r
	    CROSS JOIN LATERAL (SELECT d.id, r.n + row_number() OVER () AS nth
		FROM (SELECT d.id FROM deliveries AS d
		    WHERE d.webhook_id = w.id AND d.status = 'waiting'
		    AND d.send_at <= v_now AND d.owned_until <= v_now
		    ORDER BY d.send_at LIMIT greatest(0, CASE WHEN
			w.failing_since IS NULL THEN p_each ELSE 1 END - r.n)
		    FOR UPDATE SKIP LOCKED) AS d) AS l
	    WHERE w.enabled AND w.quiet_until <= v_now
	    ORDER BY l.nth LIMIT p_max);
	RETURN QUERY UPDATE deliveries AS d SET tries = d.tries + 1,
	    owner = gen_random_uuid(),
	    owned_until = v_now + make_interval(secs => p_lease_ms / 1000.0)
	    FROM webhooks AS w WHERE d.id = ANY (v_ids) AND w.id = d.webhook_id
	    AND d.status = 'waiting'
	    RETURNING d.id, d.event_id, d.body, d.tries, d.owner, w.url,
	    w.key_check, w.salt,
	    CASE WHEN w.old_until > v_now THEN w.old_salt END;
END $$;

-- What came of a try.
--   sent   it was taken, whoever sent it
--   again  not; after p_wait_ms, or never where that is too late
--   gone   its webhook is no more: it is disabled
--   none   the try says nothing of who is told: as again
-- p_quiet_ms: the webhook wants to hear nothing for so long. returns: the
-- delivery's status; NULL: it is somebody else's by now
CREATE OR REPLACE FUNCTION delivery_end(p_id bigint, p_owner uuid, p_what text,
	p_status bigint, p_ms bigint, p_error text, p_wait_ms bigint,
	p_quiet_ms bigint, p_now timestamptz) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	v_now timestamptz := coalesce(p_now, clock_timestamp());
	v_send timestamptz := v_now + make_interval(secs => p_wait_ms / 1000.0);
	v deliveries;
BEGIN
	UPDATE deliveries AS d SET owner = NULL, owned_until = '-infinity',
	    send_at = greatest(v_send, v_now
		+ make_interval(secs => p_quiet_ms / 1000.0)),
	    status = CASE WHEN p_what = 'sent' THEN 'sent'
		WHEN p_what = 'gone' OR v_send > d.give_up_at THEN 'failed'
		ELSE 'waiting' END
	    WHERE d.id = p_id AND d.status = 'waiting'
	    AND (d.owner = p_owner OR p_what = 'sent')
	    RETURNING * INTO v;
	IF NOT FOUND THEN
		RETURN NULL;
	END IF;
	INSERT INTO delivery_tries
	VALUES (p_id, v_now, p_status, p_ms, p_error);
	IF v.status <> 'waiting' THEN
		UPDATE deliveries AS d SET ended_at = v_now WHERE d.id = p_id;
	END IF;
	UPDATE webhooks AS w SET failing_since = CASE WHEN p_what <> 'sent'
		THEN coalesce(w.failing_since, v_now) END,
	    quiet_until = greatest(w.quiet_until, v_now
		+ make_interval(secs => p_quiet_ms / 1000.0)),
	    enabled = w.enabled AND p_what <> 'gone',
	    why = CASE WHEN p_what = 'gone' THEN p_error ELSE w.why END
	    WHERE w.id = v.webhook_id AND (p_what = 'gone' OR p_quiet_ms > 0
		OR (p_what = 'again' AND w.failing_since IS NULL)
		OR (p_what = 'sent' AND w.failing_since IS NOT NULL));
	RETURN v.status;
END $$;

-- Those of who is disabled or has too many are given up when it is time to; at
-- most p_max. returns: how many
CREATE OR REPLACE FUNCTION deliveries_expire(p_max bigint, p_now timestamptz)
RETURNS bigint LANGUAGE sql AS $$
	WITH old AS (SELECT d.id FROM deliveries AS d WHERE d.status = 'waiting'
	    AND d.give_up_at < coalesce(p_now, clock_timestamp())
	    AND d.owned_until <= coalesce(p_now, clock_timestamp())
	    LIMIT p_max FOR UPDATE SKIP LOCKED),
	ended AS (UPDATE deliveries AS d SET status = 'failed', owner = NULL,
	    ended_at = coalesce(p_now, clock_timestamp())
	    FROM old AS o WHERE d.id = o.id RETURNING 1)
	SELECT count(*) FROM ended
$$;

-- One is told once more, by the same webhook-id.
-- p_now is NULL but in tests.
--   none      no such delivery
--   waiting   it is on its way
--   disabled  its webhook is
--   done
CREATE OR REPLACE FUNCTION delivery_replay(p_id bigint, p_now timestamptz,
	p_user bigint, p_action text, p_object text, p_reason text,
	p_os_user text, p_request text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	v deliveries;
BEGIN
	SELECT * INTO v FROM deliveries AS d WHERE d.id = p_id FOR UPDATE;
	IF NOT FOUND THEN
		RETURN 'none';
	END IF;
	IF v.status = 'waiting' THEN
		RETURN 'waiting';
	END IF;
	IF NOT (SELECT w.enabled FROM webhooks AS w WHERE w.id = v.webhook_id)
	THEN
		RETURN 'disabled';
	END IF;
	UPDATE deliveries AS d SET status = 'waiting', tries = 0,
	    send_at = '-infinity', ended_at = NULL,
	    give_up_at = coalesce(p_now, clock_timestamp())
		+ interval '3 days'
	    WHERE d.id = p_id;
	PERFORM audit_write(p_user, p_action, p_object, p_reason, p_os_user,
	    p_request, jsonb_build_object('webhook', v.webhook_id,
	    'event_id', v.event_id));
	RETURN 'done';
END $$;

-- Old ones that have ended. returns: how many
CREATE OR REPLACE FUNCTION deliveries_purge(p_before timestamptz, p_max bigint)
RETURNS bigint LANGUAGE sql AS $$
	WITH old AS (SELECT d.id, d.at FROM deliveries AS d ORDER BY d.id
	    LIMIT p_max),
	gone AS (DELETE FROM deliveries AS d USING old AS o WHERE d.id = o.id
	    AND o.at < p_before AND d.status <> 'waiting' RETURNING 1)
	SELECT count(*) FROM gone
$$;
